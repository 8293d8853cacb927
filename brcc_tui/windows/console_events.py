"""Requests by Windows to end: Ctrl+C, Ctrl+Break, a closed window, a log-off, a shutdown.

Once a window is closed, Windows ends the process as soon as the handler returns, and after five seconds at the latest;
Python's own handler returns at once. So ours waits for the process to end by itself.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from brcc_tui.windows import ON_WINDOWS

if TYPE_CHECKING:
    import asyncio

CTRL_C, CTRL_BREAK, CLOSE, LOG_OFF, SHUTDOWN = 0, 1, 2, 5, 6
"""The numbers of the console's events."""

ENDING: Final = frozenset({CLOSE, LOG_OFF, SHUTDOWN})
"""After these the process ends when the handler returns."""

EVERY: Final = frozenset({CTRL_C, CTRL_BREAK, *ENDING})
"""What is taken as being told to end. Python's own signal for Ctrl+Break is not waited for: Wine has none."""

GRACE_SECONDS: Final = 30.0
"""Longer than Windows waits: the end is Windows' own, or that of the program."""


@contextmanager
def told_to_end(tell: Callable[[], object]) -> Iterator[None]:
    """Call `tell`, in another thread, when one of these events comes while the block runs. Elsewhere does nothing.

    What is under way then has the five seconds that Windows gives.
    """
    if not ON_WINDOWS:
        yield
        return
    from brcc_tui.windows import api  # slow to load, and nobody needs it elsewhere

    remove = api.add_control_handler(lambda event: answer(event, tell))
    try:
        yield
    finally:
        remove()


@contextmanager
def woken_by_ctrl_c(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Have Ctrl+C end what the loop waits for while the block runs. The main thread only; elsewhere does nothing.

    There its signal comes in another thread, and a loop that waits for a silent service would not wake for it.
    """
    if not ON_WINDOWS:
        yield
        return
    import socket

    heard, wakes = socket.socketpair()
    with heard, wakes:
        heard.setblocking(False)
        wakes.setblocking(False)
        loop.add_reader(heard, heard.recv, 64)
        before = signal.set_wakeup_fd(wakes.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            loop.remove_reader(heard)


def answer(event: int, tell: Callable[[], object], sleep: Callable[[float], object] = time.sleep) -> bool:
    """What the handler does with an event; whether nobody else is to be asked about it."""
    if event not in EVERY:
        return False
    tell()
    if event in ENDING:
        sleep(GRACE_SECONDS)
    return True
