"""The log's file when several copies of the program write to it, and when it cannot be rotated."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from brcc_tui import log_file
from brcc_tui.log_file import ASIDE, FILE_NAME, LogFile, rotate
from brcc_tui.operations.diagnostics.log_reading import read_log
from tests.systems import not_under_wine

SIZE = 1_000
LINE = '{{"event": "{}"}}'


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], LogFile]]:
    """Opens the log once more, as another copy of the program would."""
    monkeypatch.setattr(log_file, "LARGEST_FILE", SIZE)
    opened: list[LogFile] = []

    def make() -> LogFile:
        opened.append(LogFile(tmp_path / FILE_NAME))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def write(file: LogFile, text: str) -> None:
    file.handle(logging.LogRecord("x", logging.INFO, "", 0, LINE.format(text), None, None))


def kept(folder: Path) -> list[str]:
    return [line["event"] for line in read_log(folder)]


def test_two_copies_rotate_once_and_lose_nothing(copy: Callable[[], LogFile], tmp_path: Path) -> None:
    """The second one's file is full as well; what it then finds under the name is the one that the first began."""
    first, second = copy(), copy()
    texts = [f"{number:03}" for number in range(150)]
    for number, text in enumerate(texts):
        write(second if number % 3 else first, text)
    assert kept(tmp_path) == texts, "in order, none lost, none twice"
    files = [path for path in tmp_path.iterdir() if path.suffix != ".lock"]
    assert all(path.stat().st_size <= SIZE for path in files)
    assert len(files) == -(-len(texts) * (len(LINE.format("000")) + 1) // SIZE), "each is full but the last"


def test_a_copy_that_writes_to_the_file_before_goes_on_in_the_fresh_one(
    copy: Callable[[], LogFile], tmp_path: Path
) -> None:
    first, second = copy(), copy()
    write(second, "second")
    while not (tmp_path / f"{FILE_NAME}.1").exists():
        write(first, "x" * 90)
    write(second, "again")
    assert "again" in (tmp_path / FILE_NAME).read_text()


def test_what_another_copy_has_just_begun_is_not_rotated_again(copy: Callable[[], LogFile], tmp_path: Path) -> None:
    """Both found the file full, and one of them was quicker."""
    late = copy()
    write(late, "x" * 90)
    late.doRollover()
    assert not (tmp_path / f"{FILE_NAME}.1").exists()


@pytest.mark.parametrize("held", [FILE_NAME, f"{FILE_NAME}.1", f"{FILE_NAME}.3", f"{FILE_NAME}.5"])
def test_a_file_that_another_program_holds_costs_no_line(
    copy: Callable[[], LogFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    """On Windows a file that is being read can be neither renamed nor deleted."""
    for number in range(1, 6):
        (tmp_path / f"{FILE_NAME}.{number}").write_text(LINE.format(f"old {number}") + "\n")
    tried = 0

    def refused(operate: Callable[..., object]) -> Callable[..., object]:
        def guarded(self: Path, *arguments: object, **named: object) -> object:
            nonlocal tried
            if self.name == held:
                tried += 1
                raise PermissionError(13, "in use")
            return operate(self, *arguments, **named)

        return guarded

    for name in ("rename", "unlink"):
        monkeypatch.setattr(Path, name, refused(getattr(Path, name)))
    file = copy()
    for number in range(100):
        write(file, f"{number:03}")
    everything = [*(f"old {number}" for number in range(5, 0, -1)), *(f"{n:03}" for n in range(100))]
    assert kept(tmp_path) in (everything, everything[1:]), "no more than the oldest, whose turn it was"
    assert 0 < tried < 30, "it is tried again from time to time, not at every line"
    monkeypatch.undo()
    monkeypatch.setattr(log_file, "LARGEST_FILE", SIZE)
    for number in range(100, 200):
        write(file, f"{number:03}")
    assert (tmp_path / FILE_NAME).stat().st_size <= SIZE, "once it is let go, the log is rotated again"


def test_a_rotation_that_was_cut_off_is_finished_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    for ending in ("", f".{ASIDE}", ".1", ".2"):
        path.with_name(f"{FILE_NAME}{ending}").write_text(LINE.format(ending) + "\n")
    assert kept(tmp_path) == [".2", ".1", f".{ASIDE}", ""]
    rotate(path, 5)
    path.write_text(LINE.format("fresh") + "\n")
    assert kept(tmp_path) == [".2", ".1", f".{ASIDE}", "", "fresh"]
    assert not (tmp_path / f"{FILE_NAME}.{ASIDE}").exists()


def test_only_the_oldest_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    for number in range(9):
        path.write_text(LINE.format(str(number)) + "\n")
        rotate(path, 5)
    assert kept(tmp_path) == ["4", "5", "6", "7", "8"]


_COPY = """
import logging, sys
from pathlib import Path
from brcc_tui import log_file
log_file.LARGEST_FILE = int(sys.argv[3])
file = log_file.LogFile(Path(sys.argv[1]))
for number in range(400):
    if sys.argv[4] == "in turn":
        sys.stdin.readline()
    file.handle(logging.LogRecord("x", 20, "", 0, '{"event": "%s %03d"}' % (sys.argv[2], number), None, None))
    if sys.argv[4] == "in turn":
        print("written", flush=True)
"""


def processes(folder: Path, largest: int, how: str) -> list[subprocess.Popen[str]]:
    """Two copies of the program, each in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(Path(log_file.__file__).parents[1])}
    return [
        subprocess.Popen(
            [sys.executable, "-c", _COPY, str(folder / FILE_NAME), name, str(largest), how],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in ("one", "two")
    ]  # fmt: skip


ALL = sorted(f"{name} {number:03}" for name in ("one", "two") for number in range(400))


def test_two_processes_rotate_one_log(tmp_path: Path) -> None:
    copies = processes(tmp_path, 4_000, "in turn")
    for _ in range(400):
        for process in copies:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("go\n")
            process.stdin.flush()
            assert process.stdout.readline() == "written\n"
    for process in copies:
        process.communicate()
    assert [process.returncode for process in copies] == [0, 0]
    assert sorted(kept(tmp_path)) == ALL
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.suffix != ".lock") == [
        *(f".{number}" for number in range(1, 5)), ".log",
    ]  # fmt: skip


@not_under_wine("writing at a file's end is one step on Windows, and two there")
def test_two_processes_that_write_at_once_lose_no_line(tmp_path: Path) -> None:
    copies = processes(tmp_path, 20_000, "at once")
    for process in copies:
        process.communicate(timeout=60)
    assert [process.returncode for process in copies] == [0, 0]
    assert sorted(kept(tmp_path)) == ALL


def test_a_line_is_made_once(copy: Callable[[], LogFile]) -> None:
    made: list[str] = []

    class Counting(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            made.append(record.getMessage())
            return super().format(record)

    file = copy()
    file.setFormatter(Counting())
    for text in ("one", "other"):
        write(file, text)
    assert made == [LINE.format(text) for text in ("one", "other")], "to ask whether it fits makes no second one"
