"""The installer: which Python it takes, what is installed in which order, and its words where something is missing."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.system.terminal import ROOT
from tests.windows.installer import load_installer

install = load_installer()

NEW, OLD, ARM, SMALL, TOO_NEW = (
    install.Python(f"C:\\{name}\\python.exe", version, bits, built_for)
    for name, version, bits, built_for in (
        ("new", (3, 14), 64, "win-amd64"),
        ("old", (3, 10), 64, "win-amd64"),
        ("arm", (3, 13), 64, "win-arm64"),
        ("small", (3, 12), 32, "win32"),
        ("too-new", (3, 15), 64, "win-amd64"),
    )
)
GOOD = install.Python("C:\\good\\python.exe", (3, 12), 64, "win-amd64")
CHOICES = {
    "the newest that was tried": ([GOOD, NEW, OLD], NEW),
    "not one that is too new": ([TOO_NEW, GOOD], GOOD),
    "one that is too new where nothing else is there": ([TOO_NEW, OLD, SMALL], TOO_NEW),
    "not one for 32 bit": ([SMALL, GOOD], GOOD),
    "one for Intel on ARM": ([ARM, GOOD], GOOD),
    "one for ARM where nothing else is there": ([ARM, SMALL], ARM),
}


@pytest.mark.parametrize(("there", "chosen"), CHOICES.values(), ids=list(CHOICES))
def test_which_python_is_taken(there: list[Any], chosen: Any) -> None:
    assert install.choose(there) == chosen
    assert install.choose(there[::-1]) == chosen


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ([OLD], "here is: Python 3.10, 64 bit"),
        ([SMALL], "here is: Python 3.12, 32 bit"),
        ([], "here is: none that runs"),
    ],
)
def test_none_that_will_do_is_told_with_the_way_out(there: list[Any], told: str) -> None:
    with pytest.raises(install.CannotInstall) as refused:
        install.choose(there)
    assert told in str(refused.value)
    assert "winget install --exact --id Python.Python.3.13" in str(refused.value)


def test_a_windows_for_32_bit_is_told_that_no_python_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install.platform, "machine", lambda: "x86")
    with pytest.raises(install.CannotInstall, match="needs another computer"):
        install.choose([SMALL])


LISTS = {
    "py.exe": " -V:3.13 *        C:\\Program Files\\Python313\\python.exe\n -V:3.12-32       D:\\Py thon\\python.exe\n",
    "an old py.exe": "Installed Pythons found by py Launcher for Windows\n -3.9-64 *\tC:\\P39\\python.exe\n\n",
    "the install manager": " -V:3.14[-64] *   C:\\Users\\Jörg\\AppData\\Local\\Python\\bin\\python3.14.exe\r\n",
    "nothing": "No installed Pythons found!\n",
}
FOUND = [["C:\\Program Files\\Python313\\python.exe", "D:\\Py thon\\python.exe"], ["C:\\P39\\python.exe"],
         ["C:\\Users\\Jörg\\AppData\\Local\\Python\\bin\\python3.14.exe"], []]  # fmt: skip


@pytest.mark.parametrize(("listed", "found"), zip(LISTS.values(), FOUND, strict=True), ids=list(LISTS))
def test_what_the_launcher_lists(listed: str, found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install.sys, "platform", "win32")
    assert install.paths(lambda _command: listed) == [install.sys.executable, *found]


@pytest.mark.parametrize(
    "answer", ["", "Python was not found; run without arguments to install", "[]", "{}", "[1,2,3]"]
)
def test_what_does_not_answer_is_no_python(answer: str) -> None:
    """The Store's stand-in ends with 9009 and some words."""
    assert install.about("python", lambda _command: answer) is None


def test_this_python_tells_about_itself() -> None:
    found = install.about(install.sys.executable, install._ask)
    assert (found.version, found.bits) == (tuple(install.sys.version_info[:2]), 64)


def test_a_program_that_cannot_be_run_says_nothing(tmp_path: Path) -> None:
    assert install._ask([str(tmp_path / "no-such-program")]) == ""
    assert install._ask([install.sys.executable, "-c", "print(1); raise SystemExit(3)"]) == ""


class Computer:
    """Stands in for one with a single Python: notes what is run, and lets some of it fail."""

    def __init__(self, python: Any, *failing: str) -> None:
        self.python = python
        self.failing = failing
        self.ran: list[str] = []

    def run(self, command: Sequence[str]) -> int:
        line = " ".join(command)
        self.ran.append(line)
        return int(any(re.search(pattern, line) for pattern in self.failing))

    def ask(self, command: Sequence[str]) -> str:
        return json.dumps([self.python.version, self.python.bits, self.python.built_for]) if "-c" in command else ""


def installed(computer: Computer, project: Path) -> str:
    return "\n".join(install.install(computer.run, computer.ask, project))


def test_the_program_comes_first_and_the_practice_club_after_it(tmp_path: Path) -> None:
    computer = Computer(GOOD)
    said = installed(computer, tmp_path)
    venv, program, practice = computer.ran
    assert "-m venv" in venv
    assert program.endswith(str(tmp_path))
    assert practice.endswith(f"{tmp_path}[practice]")
    for line in (program, practice):
        assert "--only-binary=:all:" in line, "nothing is built, which takes a compiler"
        assert f"--constraint {tmp_path / 'assets' / 'constraints.txt'}" in line
    assert "brcc-tui demo" in said


WITHOUT = {
    "too new": (TOO_NEW, "Python 3.15 yet"),
    "ARM": (ARM, "not made for ARM"),
    "offline": (GOOD, "run this again"),
}


@pytest.mark.parametrize(("python", "why"), WITHOUT.values(), ids=list(WITHOUT))
def test_a_missing_package_costs_the_practice_club_and_never_the_program(python: Any, why: str, tmp_path: Path) -> None:
    said = installed(Computer(python, r"\[practice\]$"), tmp_path)
    assert said.startswith("brcc-tui is installed.")
    assert "practice club is left out" in said
    assert why in said
    assert "brcc-tui setup" in said
    assert "brcc-tui demo" not in said


def test_a_program_that_cannot_be_installed_says_why(tmp_path: Path) -> None:
    with pytest.raises(install.CannotInstall) as refused:
        installed(Computer(TOO_NEW, "pip install"), tmp_path)
    assert "Python 3.15 is newer than 3.14" in str(refused.value)
    with pytest.raises(install.CannotInstall, match="message above"):
        installed(Computer(GOOD, "pip install"), tmp_path)
    with pytest.raises(install.CannotInstall, match="If brcc-tui is running, end it"):
        installed(Computer(GOOD, "-m venv"), tmp_path)


@pytest.mark.parametrize(("python", "again"), [(GOOD, False), (OLD, True), (TOO_NEW, True)])
def test_an_environment_that_will_do_is_kept(python: Any, again: bool, tmp_path: Path) -> None:
    for folder in ("bin/python", "Scripts/python.exe"):
        (tmp_path / ".venv" / folder).parent.mkdir(parents=True)
        (tmp_path / ".venv" / folder).touch()
    computer = Computer(GOOD)
    own = json.dumps([python.version, python.bits, python.built_for])
    ask = computer.ask
    computer.ask = lambda command: own if str(tmp_path) in command[0] else ask(command)  # type: ignore[method-assign]
    installed(computer, tmp_path)
    assert any("-m venv --clear" in line for line in computer.ran) is again


def test_the_end_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback for what was to be expected."""
    computer = Computer(OLD)
    assert install.main(computer.run, computer.ask) == 1
    assert "is needed" in capsys.readouterr().err


def test_the_versions_are_those_that_the_tests_run_on() -> None:
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    tested = [tuple(map(int, text.split("."))) for text in re.findall(r'"(3\.\d+)"', workflow)]
    assert (min(tested), max(tested)) == (install.OLDEST, install.NEWEST)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={'.'.join(map(str, install.OLDEST))}"
    assert install.OLDEST <= tuple(map(int, install.USUAL.split("."))) <= install.NEWEST


def test_an_older_python_understands_the_installer() -> None:
    """It must run to say that it is too old."""
    ast.parse((ROOT / "assets" / "windows" / "install.py").read_text(encoding="utf-8"), feature_version=(3, 7))
