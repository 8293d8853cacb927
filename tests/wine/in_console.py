"""`python -m tests.wine.in_console`, by Windows' Python: the practice club's screens, with the console's keys.

Wine's consoles paint no terminal sequences, and Python takes none of them for its streams. So its streams are files,
and what is typed is asked of the console itself, as Textual does it.
"""

from __future__ import annotations

import ctypes
import os
import sys

from brcc_tui.cli.practice import run_practice

_STD_INPUT = -10 & 0xFFFFFFFF
_READ_AND_WRITE, _SHARED, _EXISTING = 0xC0000000, 3, 3


def main() -> int:
    """Say who this process is, and run the screens."""
    kernel = vars(ctypes)["WinDLL"]("kernel32")
    kernel.CreateFileW.restype = ctypes.c_void_p
    keys = kernel.CreateFileW(ctypes.c_wchar_p("CONIN$"), _READ_AND_WRITE, _SHARED, None, _EXISTING, 0, None)
    kernel.SetStdHandle(_STD_INPUT, ctypes.c_void_p(keys))
    print(os.getpid(), file=sys.stderr, flush=True)
    return run_practice([])


if __name__ == "__main__":
    sys.exit(main())
