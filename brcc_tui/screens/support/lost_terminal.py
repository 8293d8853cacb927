"""A terminal that may be lost, or stop taking output, while a change is under way: nothing waits for it.

Textual writes to the terminal in a thread of its own, through a queue of 30 pieces. If the terminal is gone (a broken
connection), that thread would die of the first write; if it is there and takes nothing (a stopped `screen`, a window
in which somebody selects text), it waits. In both cases nobody empties the queue any more, and the next piece would
block the event loop for good, with a change half done. So the thread writes to a file that outlives its terminal; what
finds the queue full is dropped, and once the terminal takes output again, everything is repainted.

Nothing will ever be read from a lost terminal either: Textual's reading thread would get end-of-file for ever
and keep asking. The operating system's signal reports the loss, unless it came before anybody listened.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import select
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TextIO

from textual.driver import Driver

from brcc_tui.windows import ON_WINDOWS

_AnyDriver: Any = object
"""Stands for the driver that comes behind `Lasting`: which of them is known at the start."""

LAST_WORDS: Final = 2.0
"""Seconds that the terminal may take to be given back before the program ends without that."""

_RESTORED: Final = 5.0
"""Seconds that a terminal may take to be restored after a signal."""

_PIECE: Final = 65_536
"""Letters after which what was written goes out, however much more waits."""


class LostOrNot:
    """A terminal's output that outlives the terminal: after the first write that fails, it says nothing.

    `taken` is called, in the writing thread, whenever the terminal has taken all there was.
    """

    def __init__(self, file: TextIO, taken: Callable[[], None] = lambda: None) -> None:
        self._file, self._taken = file, taken
        self._lost = False
        self._waiting: list[str] = []
        self._letters = 0

    def write(self, text: str) -> int:
        """Write, or forget."""
        self._waiting.append(text)
        self._letters += len(text)
        if self._letters >= _PIECE:
            self._send()
        return len(text)

    def flush(self) -> None:
        """Send what was written, or forget it."""
        self._send()
        self._taken()

    def _send(self) -> None:
        text, self._waiting, self._letters = "".join(self._waiting), [], 0
        if self._lost:
            return
        try:
            if ON_WINDOWS:  # whose consoles take letters, not bytes
                self._file.write(text)
                self._file.flush()
            else:  # past Python's own buffer: a thread that waits in it keeps the interpreter from ending
                _write_all(self._file.fileno(), text.encode(self._file.encoding, self._file.errors or "replace"))
        except OSError:
            self._lost = True

    def __getattr__(self, name: str) -> Any:
        """Everything else is the terminal's own."""
        return getattr(self._file, name)


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


_SHOW_CURSOR = "\x1b[?25h"
"""What shows the cursor that Textual has hidden: some screen readers follow none that cannot be seen."""


class Lasting(_AnyDriver):  # type: ignore[misc]
    """What goes before a driver whose terminal may vanish, or take nothing for a while: see `lasting`."""

    lost: Callable[[], None]
    repaint: Callable[[], None]
    cursor: Callable[[], bool]
    _writer_thread: Any = None
    _left_out = False
    _give_up_at: float | None = None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if (file := vars(self).get("_file")) is not None:
            self._file = LostOrNot(file, self._taken)

    def start_application_mode(self) -> None:
        """Begin, and watch for the loss of the terminal."""
        self._give_up_at = None
        self._loop = asyncio.get_running_loop()
        super().start_application_mode()
        if self.cursor():
            self.write(_SHOW_CURSOR)
        if not ON_WINDOWS and isinstance(self._file, LostOrNot):
            threading.Thread(target=self._wait_for_the_end, daemon=True).start()

    def write(self, data: str) -> None:
        """Hand it to the writing thread, or leave it out where that thread is stuck."""
        waiting = getattr(self._writer_thread, "_queue", None)
        if waiting is None:
            super().write(data)
            return
        try:
            if self._give_up_at is None:
                waiting.put_nowait(data)
            else:
                waiting.put(data, timeout=max(self._give_up_at - time.monotonic(), 0.001))
        except queue.Full:
            self._left_out = True

    def _taken(self) -> None:
        if self._left_out and self._give_up_at is None:
            self._left_out = False
            self._tell(self.repaint)

    def _wait_for_the_end(self) -> None:
        """Ask for nothing, and be told all the same once nobody is at the other end any more."""
        poll = select.poll()
        poll.register(self.fileno, 0)
        if any(events & (select.POLLHUP | select.POLLERR) for _, events in poll.poll()):
            self._tell(self.lost)

    def _tell(self, work: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended, and with it all that could be told
            self._loop.call_soon_threadsafe(work)

    def stop_application_mode(self) -> None:
        """Give the terminal back, if it takes that."""
        self._give_up_at = time.monotonic() + LAST_WORDS
        super().stop_application_mode()

    def close(self) -> None:
        """End the writing thread, or leave it behind where the terminal holds it: it ends with the process."""
        thread, waiting = self._writer_thread, getattr(self._writer_thread, "_queue", None)
        if waiting is None:
            super().close()
            return
        self._end(thread, waiting)
        if give_back := vars(self).get("_restore_console"):  # a console of Windows keeps its modes for the next program
            give_back()

    def _end(self, thread: Any, waiting: Any) -> None:
        until = self._give_up_at or time.monotonic() + LAST_WORDS
        try:
            waiting.put(None, timeout=max(until - time.monotonic(), 0.001))
        except queue.Full:
            return
        thread.join(max(until - time.monotonic(), 0.1))


def lasting(
    driver: type[Driver], lost: Callable[[], None], repaint: Callable[[], None], *, cursor: Callable[[], bool]
) -> type[Driver]:
    """That driver, with an output that outlives its terminal; one that has no file of its own stays as it is.

    The event loop calls `lost` when the terminal is gone, and `repaint` when it takes output again after some was left
    out. Where `cursor` says so, the terminal's own cursor can be seen.
    """
    calls = {"lost": staticmethod(lost), "repaint": staticmethod(repaint), "cursor": staticmethod(cursor)}
    return type("LastingDriver", (Lasting, driver), calls)


def end_without_a_terminal(code: int) -> None:
    """A lost connection takes no more output, and Textual would wait for it for ever: everything is closed by now."""
    end = threading.Timer(_RESTORED, os._exit, (code,))
    end.daemon = True
    end.start()
