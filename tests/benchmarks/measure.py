"""What all benchmarks share: a program on a pseudo-terminal, rounds that alternate, medians, tables and JSON."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import resource
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
COLUMNS, LINES = 120, 40
PROGRAM = (sys.executable, "-m", "brcc_tui")
BARE = (sys.executable, str(Path(__file__).with_name("bare_app.py")))

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[P_^\]][^\x1b\x07]*(?:\x1b\\|\x07)|.)", re.DOTALL)


class NotMeasured(Exception):
    """A benchmark could not be done, and why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `wanted` is the most that it may be (None: only shown); `note` says what it is made of."""

    name: str
    value: float
    unit: str
    wanted: float | None = None
    note: str = ""

    @property
    def good(self) -> bool:
        """Whether the value is what is wanted."""
        return self.wanted is None or self.value <= self.wanted


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """What a measured program sees: this folder's code, a known terminal, and nothing of the user's settings."""
    own = ("BRCC_", "TEXTUAL", "WOOCOMMERCE_", "WORDPRESS_", "EVENTBRITE_", "PRIVATE_TOKEN", "SSH_", "NO_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    return {**kept, **terminal, "PYTHONPATH": str(ROOT), **extra}


class Terminal:
    """A program on a pseudo-terminal; what it writes is counted and kept as text without escape sequences."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self.written = 0
        self._raw = bytearray()
        self.began = time.perf_counter()
        pid, self._end = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.execve(command[0], list(command), child_environment(environment))
        self.process = psutil.Process(pid)
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))

    def text(self) -> str:
        """Everything written since the last `forget`, without escape sequences."""
        return _ESCAPES.sub("", self._raw.decode(errors="replace"))

    def forget(self) -> None:
        """Let `text` begin anew."""
        self._raw.clear()

    def until(self, pattern: str, seconds: float = 60) -> float:
        """Wait for a text; milliseconds from the start of the program to it."""
        wanted = re.compile(pattern, re.DOTALL)
        limit = time.perf_counter() + seconds
        while not wanted.search(self.text()):
            if time.perf_counter() > limit or self._read(1) is None:
                raise NotMeasured(f"{pattern!r} did not appear; the end of what did: {self.text()[-600:]!r}")
        return (time.perf_counter() - self.began) * 1000

    def listen(self, seconds: float) -> int:
        """Bytes written in that time."""
        before, limit = self.written, time.perf_counter() + seconds
        while (left := limit - time.perf_counter()) > 0:
            self._read(left)
        return self.written - before

    def settle(self, quiet: float, limit: float = 60) -> tuple[int, float]:
        """Read until it was quiet for so many seconds: bytes, and milliseconds to the last of them."""
        before, began = self.written, time.perf_counter()
        last = began
        while time.perf_counter() - began < limit:
            if self._read(quiet):
                last = time.perf_counter()
            elif time.perf_counter() - last >= quiet:
                break
        return self.written - before, (last - began) * 1000

    def press(self, keys: str, quiet: float = 0.4) -> tuple[int, float]:
        """Type, and wait for the answer: its bytes, and milliseconds to the last of them."""
        self.forget()
        os.write(self._end, keys.encode())
        return self.settle(quiet)

    def close(self) -> None:
        """End the program, at once: nothing is under way that could be lost."""
        with contextlib.suppress(psutil.NoSuchProcess):
            self.process.send_signal(signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.process.pid, 0)
        os.close(self._end)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, seconds: float) -> int | None:
        """One piece of what is written: its size, 0 when nothing came in time; None when the program has ended."""
        if not select.select([self._end], [], [], max(seconds, 0))[0]:
            return 0
        try:
            piece = os.read(self._end, 65536)
        except OSError:
            return None
        self.written += len(piece)
        self._raw += piece
        return len(piece) or None


def alternating(rounds: int, **measures: Callable[[], float]) -> dict[str, list[float]]:
    """Each measure so many times, in turns, so that whatever else the machine does meets all alike.

    One round more comes first, to warm the disk's cache, and is not kept.
    """
    found: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(rounds + 1):
        for name, measure in measures.items():
            value = measure()
            if number:
                found[name].append(value)
    return found


def spread(values: Sequence[float]) -> str:
    """The median, and how far the values reach: the noise of this machine."""
    return f"{statistics.median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"


def ratio(values: Sequence[float], floor: Sequence[float]) -> float:
    """Median by median."""
    return statistics.median(values) / statistics.median(floor)


def run_to_end(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> tuple[float, bytes]:
    """Milliseconds of processor time that a program took, which must end well, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, env=child_environment(environment), cwd=folder, capture_output=True, check=False, timeout=600
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise NotMeasured(f"{' '.join(command[1:])} ended with {done.returncode}: {done.stderr.decode()[-400:]}")
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000, done.stdout


def report(title: str, figures: Sequence[Figure]) -> None:
    """A small table for people."""
    print(f"\n{title}")
    for figure in figures:
        wanted = "" if figure.wanted is None else f"{'  ' if figure.good else 'X '}<= {figure.wanted:,g}"
        value = f"{figure.value:,.2f}" if figure.value < 10 and figure.value % 1 else f"{figure.value:,.0f}"
        print(f"  {figure.name:46}{value:>10} {figure.unit:5} {wanted:12} {figure.note}", flush=True)


def keep(path: Path, title: str, figures: Sequence[Figure]) -> None:
    """The same as JSON."""
    document = {"benchmark": title, "figures": [{**asdict(figure), "good": figure.good} for figure in figures]}
    path.write_text(json.dumps(document, indent=1) + "\n")


@contextlib.contextmanager
def background(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs beside, and ends when its standard input does."""
    child = subprocess.Popen(command, env=child_environment(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield child
    finally:
        assert child.stdin
        child.stdin.close()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
