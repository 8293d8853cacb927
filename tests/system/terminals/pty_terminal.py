"""A terminal for a program under test: a pty whose output is counted and drawn by pyte."""

from __future__ import annotations

import os
import re
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil
from quick_screen import QuickScreen, QuickStream

from tests.forked import Forked, start_in_terminal

PATIENCE = 60.0
"""Seconds after which something that never comes is called missing; nothing waits so long when all is well."""


NAMED = {"down": "\x1b[B", "up": "\x1b[A", "right": "\x1b[C", "end": "\x1b[F", "enter": "\r", "escape": "\x1b",
         "f2": "\x1bOQ", "ctrl+c": "\x03", "ctrl+s": "\x13", "ctrl+q": "\x11"}  # fmt: skip
"""What a terminal sends for a key."""

EMPTY = "\x15"
"""What empties a field: typed before its text, that text may be typed again."""

Start = Callable[..., "Terminal"]
StartProgram = Callable[..., "Terminal"]


class Terminal:
    """Runs `python COMMAND...` in a pty of that size. `keys` counts what was typed.

    It comes from a process that has read the program (`tests/forked.py`) where it may be `forked`.
    """

    def __init__(
        self,
        command: Sequence[str],
        columns: int,
        rows: int,
        environment: Mapping[str, str],
        folder: Path | None = None,
        *,
        forked: bool = False,
    ) -> None:
        self.screen = QuickScreen(columns, rows)
        self._stream = QuickStream(self.screen)
        self._text: str | None = None
        self.written = b""
        self.ended = False
        self.keys = 0
        import pty  # not on Windows, where these tests are not run
        import termios

        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        # COLUMNS and LINES would win over the size of the pty; the readline library sets them behind our back.
        kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        its_own = {**kept, **terminal, **environment}
        self._forked: Forked | None = None
        if forked:
            self._fd, other_end = pty.openpty()
            self._size(columns, rows)
            self._forked = start_in_terminal(other_end, command, its_own, folder or Path.cwd())
            self.pid = self._forked.pid
        else:
            self.pid, self._fd = pty.fork()
            if self.pid == 0:
                os.chdir(folder or Path.cwd())
                os.execve(sys.executable, [sys.executable, *command], its_own)
            self._size(columns, rows)
        self._attributes = termios.tcgetattr(self._fd)

    def _size(self, columns: int, rows: int) -> None:
        import fcntl
        import termios

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
        self._text = None
        self._stream.feed(chunk.replace(b"\x1b[>", b"\x1b[?").replace(b"\x1b[<u", b"").replace(b"\x1b[=", b"\x1b[?"))
        return len(chunk)

    def until(self, text: str) -> None:
        """Wait until that text stands on the screen, and the rest of what came with it."""
        end = time.monotonic() + PATIENCE
        while text not in self.text():
            assert time.monotonic() < end, f"{text!r} never came:\n{self.text()}"
            assert not self.ended, f"it ended before {text!r}:\n{self.text()}"
            self.read(0.1)
        self.quiet(0.05)

    def quiet(self, seconds: float = 0.3) -> None:
        """Wait until nothing was written for that long."""
        while not self.ended and self.read(seconds):
            pass

    def press(self, keys: str, quiet: float = 0.3) -> int:
        """Type; how many bytes came in answer before it was quiet again."""
        before = len(self.written)
        os.write(self._fd, keys.encode())
        self._answered(before, repr(keys), quiet)
        return len(self.written) - before

    def _answered(self, before: int, what: str, quiet: float) -> None:
        end = time.monotonic() + PATIENCE
        while len(self.written) == before and not self.ended:
            assert time.monotonic() < end, f"nothing answers {what}:\n{self.text()}"
            self.read(0.1)
        self.quiet(quiet)

    def until_again(self, text: str) -> None:
        """Wait until the whole screen is that again."""
        end = time.monotonic() + PATIENCE
        while self.text() != text and time.monotonic() < end:
            self.read(0.1)
        assert self.text() == text

    def send(self, keys: str) -> None:
        """Type, and wait for nothing."""
        os.write(self._fd, keys.encode())

    def type(self, keys: str) -> None:
        """Type as a person does: each key by itself, the next when the screen has answered."""
        for key in keys:
            self.press(key, quiet=0.03)
            self.keys += 1

    def key(self, name: str) -> None:
        """One key that has a name."""
        self.press(NAMED[name], quiet=0.03)
        self.keys += 1

    def down_to(self, sign: str) -> None:
        """Down a list until the cursor's row says that: the next key when the cursor stands on another row."""
        self.quiet(0.1)
        end = time.monotonic() + PATIENCE
        while sign not in (row := self.line_of_cursor()):
            self.send(NAMED["down"])
            self.keys += 1
            while self.line_of_cursor() in ("", row):
                assert time.monotonic() < end, f"there is no row with {sign!r}:\n{self.text()}"
                self.read(0.05)

    def insist(self, key: str, heard: Callable[[str], bool]) -> None:
        """A key for something that has just come up, until it is heard: a question is deaf until it stands.

        On a busy machine a key may have been heard and not yet been answered: none follows while the program computes.
        """
        self.quiet(0.1)
        self.keys += 1
        end = time.monotonic() + PATIENCE
        while not heard(self.text()):
            assert time.monotonic() < end, f"nobody hears {key!r}:\n{self.text()}"
            self.send(NAMED.get(key, key))
            again = time.monotonic() + 2.0
            while not heard(self.text()) and not self.ended and (time.monotonic() < again or self._computes()):
                self.read(0.05)

    def _computes(self) -> bool:
        """Whether its process has something to do, on a processor or waiting for one."""
        try:
            return bool(psutil.Process(self.pid).status() == psutil.STATUS_RUNNING)
        except psutil.NoSuchProcess:
            return False

    def answer(self, key: str, sign: str) -> None:
        """A key for a question that has just come up; its sign follows."""
        self.insist(key, lambda text: sign in text)

    def agree(self) -> None:
        """Yes to the plan that has just come up, with the number that it wants, until its question is gone."""
        self.until("[ Cancel ]")
        if wanted := re.search(r"Type (\d+),", self.text()):
            number = wanted[1]
            self.insist(EMPTY + number, lambda text: bool(re.search(rf"Type {number}, [^:\n]*: +{number}\b", text)))
            self.keys += len(number) - 1
        self.insist("enter" if wanted else "y", lambda text: "[ Cancel ]" not in text)

    def find(self, words: str, field: str) -> None:
        """`/`, the words, Enter. `field` is what stands there before the first letter."""
        self.type("/")
        self.until(field)
        self.insist(words[0], lambda text: field not in text)
        self.type(words[1:])
        self.until(words)
        self.key("enter")

    def paste(self, text: str) -> None:
        """Paste as terminals do that were asked to mark what is pasted; counts as one key."""
        assert b"\x1b[?2004h" in self.written, "nobody asked for marks around what is pasted"
        self.press(f"\x1b[200~{text}\x1b[201~", quiet=0.03)
        self.keys += 1

    def resize(self, columns: int, rows: int) -> None:
        """Another size, as when somebody pulls at the window: the system sends SIGWINCH. Waits for what is painted."""
        before = len(self.written)
        self.screen.resize(rows, columns)
        self._text = None
        self._size(columns, rows)
        self._answered(before, f"{columns}x{rows}", quiet=0.3)

    def lose(self) -> None:
        """The terminal is gone, as when a connection breaks: nobody reads, nobody types."""
        os.close(self._fd)
        self._fd = -1

    def line_of_cursor(self) -> str:
        """The row that stands on another colour than the one above and below: where the list's cursor is."""
        middle = self.screen.columns // 2
        colours = [self.screen.buffer[y][middle].bg for y in range(self.screen.lines)]
        rows = [y for y in range(2, self.screen.lines - 1) if colours.count(colours[y]) == 1]
        return self.screen.display[rows[0]] if rows else ""

    def kill(self, name: str) -> int:
        """Send a signal; the exit status, as a shell would tell it."""
        os.kill(self.pid, getattr(signal, name))
        return self.wait()

    def wait(self) -> int:
        """Wait for the end; the exit status."""
        end = time.monotonic() + PATIENCE
        while not self.ended:
            assert time.monotonic() < end, "it does not end"
            if self._fd >= 0:
                self.read(0.2)
            elif self.is_over():
                self.ended = True
            else:
                time.sleep(0.02)
        if self._forked:
            return self._forked.wait(PATIENCE)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def is_over(self) -> bool:
        """Whether its process has ended, whoever still reads its terminal."""
        if self._forked:
            return self._forked.poll() is not None
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def left_behind(self) -> list[str]:
        """Processes of this terminal's session that still run; some may need a moment to go."""
        end = time.monotonic() + PATIENCE / 6
        while (found := _session(self.pid)) and time.monotonic() < end:
            time.sleep(0.02)
        return found

    def unchanged(self) -> bool:
        """Whether the terminal's attributes (echo, lines, signals) are those that the program found."""
        import termios

        return termios.tcgetattr(self._fd) == self._attributes

    def text(self) -> str:
        """The screen."""
        if self._text is None:
            self._text = self.screen.text()
        return self._text

    def close(self) -> None:
        """End it, whatever it is doing."""
        if not self.ended:
            os.kill(self.pid, 9)
            if self._forked:
                self._forked.wait()
            else:
                os.waitpid(self.pid, 0)
        if self._fd >= 0:
            os.close(self._fd)


def _session(leader: int) -> list[str]:
    """The command lines of everything that runs in a session, zombies aside."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = status.read_text().rpartition(")")[2].split()[:4]
            if int(session) == leader and state != "Z":
                found.append(status.with_name("cmdline").read_text().replace("\0", " "))
        except OSError:  # it ended while we looked
            continue
    return found
