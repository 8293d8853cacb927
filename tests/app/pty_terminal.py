"""A terminal for a program under test: a pty whose output is counted and drawn by pyte."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Callable, Sequence

import pyte

PATIENCE = 60.0
"""Seconds after which something that never comes is called missing; nothing waits so long when all is well."""


Start = Callable[..., "Terminal"]
StartProgram = Callable[..., "Terminal"]


class Terminal:
    """Runs `python COMMAND...` in a pty of that size."""

    def __init__(self, command: Sequence[str], columns: int, rows: int, environment: dict[str, str]) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        self.ended = False
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
            # COLUMNS and LINES would win over the size of the pty; the readline library sets them behind our back.
            kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
            os.execve(sys.executable, [sys.executable, *command], kept | terminal | environment)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds: float) -> int:
        """Take what comes within that time; how many bytes."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return 0
        try:
            chunk = os.read(self._fd, 65536)
        except OSError:
            chunk = b""
        if not chunk:
            self.ended = True
            return 0
        self.written += chunk
        self._stream.feed(chunk.replace(b"\x1b[>", b"\x1b[?").replace(b"\x1b[<u", b"").replace(b"\x1b[=", b"\x1b[?"))
        return len(chunk)

    def until(self, text: str) -> None:
        """Wait until that text stands on the screen."""
        end = time.monotonic() + PATIENCE
        while text not in self.text():
            assert time.monotonic() < end, f"{text!r} never came:\n{self.text()}"
            assert not self.ended, f"it ended before {text!r}:\n{self.text()}"
            self.read(0.1)

    def quiet(self, seconds: float = 0.3) -> None:
        """Wait until nothing was written for that long."""
        while not self.ended and self.read(seconds):
            pass

    def press(self, keys: str, quiet: float = 0.3) -> int:
        """Type; how many bytes came in answer before it was quiet again."""
        before = len(self.written)
        os.write(self._fd, keys.encode())
        while len(self.written) == before and not self.ended:
            self.read(0.1)
        self.quiet(quiet)
        return len(self.written) - before

    def send(self, keys: str) -> None:
        """Type, and wait for nothing."""
        os.write(self._fd, keys.encode())

    def line_of_cursor(self) -> str:
        """The row that stands on another colour than the one above and below: where the list's cursor is."""
        middle = self.screen.columns // 2
        colours = [self.screen.buffer[y][middle].bg for y in range(self.screen.lines)]
        rows = [y for y in range(2, self.screen.lines - 1) if colours.count(colours[y]) == 1]
        return self.screen.display[rows[0]] if rows else ""

    def kill(self, number: int) -> int:
        """Send a signal; the exit status, as a shell would tell it."""
        os.kill(self.pid, number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end; the exit status."""
        end = time.monotonic() + PATIENCE
        while not self.ended:
            assert time.monotonic() < end, "it does not end"
            self.read(0.2)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def text(self) -> str:
        """The screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def close(self) -> None:
        """End it, whatever it is doing."""
        if not self.ended:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        os.close(self._fd)


def restored(written: bytes) -> None:
    """Alternate screen left, cursor shown, paste marking off: the newest word on each is the right one."""
    for on, off in ((b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?25l", b"\x1b[?25h"), (b"\x1b[?2004h", b"\x1b[?2004l")):
        assert written.rfind(off) > written.rfind(on), (on, off)
