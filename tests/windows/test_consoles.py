"""Which streams are a terminal: a person sees what is painted there, and can type."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from brcc_tui.cli import console
from tests.system.terminal import clean_environment

OPEN_FILES = {"stdin": 0, "stdout": 1, "stderr": 2}
ALL = frozenset(OPEN_FILES)


class Stream(io.StringIO):
    """A stream that Python takes for a terminal, as it does Windows' NUL."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return True


WHAT_IS_LED_ELSEWHERE = [
    ((), True, True),
    (("stdout",), True, False),
    (("stderr",), False, False),
    (("stdin",), False, False),
    (("stdin", "stdout", "stderr"), False, False),
]


@pytest.mark.parametrize(("elsewhere", "asks", "shows"), WHAT_IS_LED_ELSEWHERE)
def test_windows_paints_on_standard_output_and_nul_is_no_console(
    elsewhere: tuple[str, ...], asks: bool, shows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, number in OPEN_FILES.items():
        monkeypatch.setattr(sys, name, Stream(number))
    consoles = {OPEN_FILES[name] for name in ALL - {*elsewhere}}
    monkeypatch.setattr(console, "ON_WINDOWS", True)
    monkeypatch.setattr("brcc_tui.windows.api.is_console", consoles.__contains__)
    assert (console.can_ask(), console.can_show_screens()) == (asks, shows)


def test_the_screens_of_nobody_end_at_once(tmp_path: Path) -> None:
    """They waited for keys of NUL, for ever."""
    nothing = subprocess.DEVNULL
    command = [sys.executable, "-m", "brcc_tui"]
    done = subprocess.run(
        command, env=clean_environment(tmp_path), cwd=tmp_path, stdin=nothing, stdout=nothing, stderr=nothing,
        check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
