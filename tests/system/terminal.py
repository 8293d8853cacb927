"""A program run on a terminal of its own: what is typed into it, and everything that it shows."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.systems import HOMES_OF_WINDOWS

PATIENCE = 30.0
ROOT = Path(__file__).resolve().parents[2]
QUESTION = r"(?P<name>[A-Z_]{6,}), [^\r\n]*: |(?P<end>Keep them\?)[^\r\n]*: "
"""What `setup` asks: for a setting, or at the end whether to keep all."""


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """No more than a program needs: nothing of whoever runs the tests, and this folder as home."""
    names = ("PATH", "SYSTEMROOT", "LANG", "VIRTUAL_ENV")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    homes = dict.fromkeys(("HOME", *HOMES_OF_WINDOWS), str(home))
    return {**kept, **homes, "TERM": "xterm", "PYTHONPATH": str(ROOT), **more}


class Terminal:
    """`python -m brcc_tui ...` with a terminal as its standard streams."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        import pty  # not on Windows

        self.shown = ""
        self._read_to = 0
        self.pid, self._end = pty.fork()
        if self.pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where the tests run in the background
            os.chdir(folder)
            os.execve(sys.executable, [sys.executable, "-m", "brcc_tui", *arguments], dict(environment))

    def until(self, pattern: str) -> re.Match[str]:
        """Wait until this is shown after what was waited for before."""
        end = time.monotonic() + PATIENCE
        while True:
            match = re.compile(pattern).search(self.shown, self._read_to)
            if match:
                self._read_to = match.end()
                return match
            if not self._more(end):
                raise AssertionError(f"{pattern!r} was not shown, but: {self.shown[self._read_to :]!r}")

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._end, f"{text}\n".encode())

    def answer(self, values: Mapping[str, str]) -> None:
        """Answer every question of `setup` from these values, until it asks whether to keep them."""
        while not (asked := self.until(QUESTION))["end"]:
            self.type(values.get(asked["name"], ""))

    def interrupted(self) -> int:
        """Press Ctrl+C until it ends, as people do; the exit status.

        One that comes in the last moment before Python waits for a line is heard only after that line.
        """
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            os.write(self._end, b"\x03")
            again = time.monotonic() + 2
            while self._more(again):
                pass
            while time.monotonic() < again:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    os.close(self._end)
                    return os.waitstatus_to_exitcode(status)
                time.sleep(0.01)
        raise AssertionError(f"it did not end, and shows: {self.shown[-400:]!r}")

    def ended(self) -> int:
        """Wait for its end; the exit status."""
        end = time.monotonic() + PATIENCE
        while self._more(end):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self._end)
        return os.waitstatus_to_exitcode(status)

    def command_line(self) -> bytes:
        """What a list of processes shows of it."""
        return Path(f"/proc/{self.pid}/cmdline").read_bytes()

    def kill(self) -> None:
        """End it whatever it does."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._end)

    def _more(self, end: float) -> bool:
        ready, _, _ = select.select([self._end], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return False
        try:
            piece = os.read(self._end, 65536)
        except OSError:  # Linux' way of saying that the other end is closed
            return False
        self.shown += piece.decode("utf-8", "replace")
        return bool(piece)
