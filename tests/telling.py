"""How a process of the program is told to end, or is killed, on this system."""

from __future__ import annotations

import ctypes
import signal
from typing import Final

from brcc_tui.windows.console_events import CLOSE, CTRL_BREAK
from tests.forked import Process
from tests.systems import ON_WINDOWS

WAYS: Final = ("CTRL_BREAK", "CLOSE") if ON_WINDOWS else ("SIGTERM", "SIGHUP")
"""Each a wish to end that leaves time: keys and a closed window there, signals here."""

KILLED: Final = 1 if ON_WINDOWS else -9
"""The exit status of a process that was ended from outside, without a word."""


def tell(process: Process, way: str) -> None:
    """Tell it to end, in one of these ways."""
    if ON_WINDOWS:
        _console_event(_program_of(process.pid), {"CTRL_BREAK": CTRL_BREAK, "CLOSE": CLOSE}[way])
    else:
        process.send_signal(getattr(signal, way))


def _program_of(pid: int) -> int:
    """The interpreter behind a virtual environment's `python.exe`, which only starts it."""
    import psutil

    started = psutil.Process(pid).children(recursive=True)
    return started[-1].pid if started else pid


def _console_event(pid: int, event: int) -> None:
    """Have Windows call the process' handlers as it does itself for a console's events: in a thread of their own.

    `GenerateConsoleCtrlEvent` knows no closed window, and reaches only processes of one's own console.
    """
    kernel = vars(ctypes)["WinDLL"]("kernel32", use_last_error=True)
    for name in ("OpenProcess", "GetModuleHandleW", "GetProcAddress", "CreateRemoteThread"):
        getattr(kernel, name).restype = ctypes.c_void_p
    base = ctypes.c_void_p(kernel.GetModuleHandleW(ctypes.c_wchar_p("kernelbase.dll")))
    routine = ctypes.c_void_p(kernel.GetProcAddress(base, ctypes.c_char_p(b"CtrlRoutine")))
    process = ctypes.c_void_p(kernel.OpenProcess(0x1FFFFF, 0, pid))
    thread = kernel.CreateRemoteThread(process, None, ctypes.c_size_t(0), routine, ctypes.c_void_p(event), 0, None)
    if not thread:
        raise vars(ctypes)["WinError"](vars(ctypes)["get_last_error"]())
    kernel.CloseHandle(ctypes.c_void_p(thread))
    kernel.CloseHandle(process)
