"""The program's own streams: nobody reads, nothing can be written, no terminal, Ctrl+C, poor encodings."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.commands import FilledIn, Run
from tests.system.terminal import Terminal, clean_environment
from tests.systems import NOT_HERE, posix

Start = Callable[..., "subprocess.CompletedProcess[str]"]

pytestmark = posix("shells, devices and terminals of POSIX systems")


@pytest.fixture
def shell(practice: Mapping[str, str], data_dir: Path, tmp_path: Path, run: Run) -> Start:
    """Run a line of shell in which `brcc-tui` is the program."""
    environment = {**clean_environment(tmp_path), **practice, "BRCC_DATA_DIR": str(data_dir)}

    def start(line: str, **more: str) -> subprocess.CompletedProcess[str]:
        script = f'brcc() {{ "{sys.executable}" -m brcc_tui "$@"; }}\n{line}'
        return subprocess.run(
            ["bash", "-c", script], env={**environment, **more}, cwd=tmp_path, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip

    return start


def test_nobody_reads_to_the_end(shell: Start) -> None:
    done = shell("for i in 1 2 3 4; do brcc listings --past --json; done | head -c 5")
    assert (done.stdout, done.stderr) == ('{"lis', "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason=f"{NOT_HERE}a device that is always full")
@pytest.mark.parametrize(
    ("command", "status"),
    [("listings", 1), ("listings --json", 1), ("history --json", 1), ("set CELL +1", 1), ("health --json", 3)],
)
def test_an_answer_that_cannot_be_written_is_a_failure_in_one_line(
    shell: Start, filled_in: FilledIn, command: str, status: int
) -> None:
    """Of the statuses of health 1 would say that all works."""
    done = shell(f"brcc {' '.join(filled_in(command.split()))} > /dev/full")
    assert done.returncode == status
    assert done.stderr.splitlines()[-1] == "brcc-tui: the answer could not be written: No space left on device"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("nowhere", ["2>&-", "2>/dev/full"])
def test_messages_that_cannot_be_told_stop_nothing(shell: Start, nowhere: str) -> None:
    done = shell(f"brcc refresh --json {nowhere}")
    assert done.returncode == 0
    assert json.loads(done.stdout)["failed"], "something was said on the way"


def test_a_change_is_carried_out_where_nobody_listens(shell: Start, run: Run, cell: str) -> None:
    plan = run("set", cell, "+1", "--json").json
    done = shell(f"brcc set {cell} +1 --confirm {plan['digest']} --no-settle 2>&1 | head -1", BRCC_SETTLE="0.05")
    assert done.stdout == f"{cell}: planned\n"
    entry = run("history", "--listing", cell, "--json").json["entries"][0]
    assert "verified" in [event["event"] for event in entry["events"]]
    again = run("set", cell, str(plan["changes"][0]["after"]["capacity"]), "--json")
    assert [refusal["code"] for refusal in again.json["refused"]] == ["no_change"]


def test_without_any_streams_the_work_is_done(shell: Start) -> None:
    assert shell("brcc refresh >&- 2>&-").returncode == 0


@pytest.mark.parametrize("command", ["", "demo"])
def test_the_screens_need_a_terminal(shell: Start, command: str) -> None:
    done = shell(f"brcc {command}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("brcc-tui: the screens need a terminal")


POOR = {
    "ASCII alone": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "Latin 1": {"PYTHONIOENCODING": "latin-1"},
    "dumb, without colour": {"TERM": "dumb", "NO_COLOR": "1"},
    "narrow": {"COLUMNS": "20"},
}


def test_poor_terminals_get_every_row_and_no_escape(shell: Start) -> None:
    rich = shell("brcc listings")
    for name, environment in POOR.items():
        poor = shell("brcc listings", **environment)
        assert (poor.returncode, poor.stderr) == (0, rich.stderr), name
        assert poor.stdout.count("\n") == rich.stdout.count("\n"), name
        assert "\x1b" not in poor.stdout, name
        if "LC_ALL" in environment:
            assert poor.stdout.isascii()
            assert "\\u2026" in poor.stdout, "a letter that the terminal lacks is named"


def test_what_was_typed_before_the_question_stood_there_is_no_answer(
    practice: Mapping[str, str], data_dir: Path, tmp_path: Path, run: Run, cell: str
) -> None:
    environment = clean_environment(tmp_path, **{**practice, "BRCC_DATA_DIR": str(data_dir)})
    terminal = Terminal(["set", cell, "-1", "--no-settle"], environment, tmp_path)
    terminal.type("y")
    terminal.until(r"\[y/N\]")
    terminal.type("")
    assert terminal.ended() == 1
    assert "Nothing was written" in terminal.shown
    assert run("history", "--listing", cell, "--json").json["entries"] == []


def test_ctrl_c_at_the_question_ends_it_at_once(
    practice: Mapping[str, str], data_dir: Path, tmp_path: Path, run: Run, cell: str
) -> None:
    environment = clean_environment(tmp_path, **{**practice, "BRCC_DATA_DIR": str(data_dir)})
    terminal = Terminal(["set", cell, "-1"], environment, tmp_path)
    terminal.until(r"\[y/N\]")
    assert terminal.interrupted() == 1
    assert "Nothing was written" in terminal.shown
    assert "Traceback" not in terminal.shown
    assert run("history", "--listing", cell, "--json").json["entries"] == []
