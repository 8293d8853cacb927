"""The real program on a real terminal, as the README starts it: the practice club and the screens on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from modes import restored
from pty_terminal import StartProgram, Terminal
from shops import Shops

from tests.days import FEWER
from tests.practice import SHORT_DEMO


def raise_two_listings(terminal: Terminal) -> list[int]:
    """Open a manager, select two listings, compare, raise each by one, confirm; the capacities wanted."""
    terminal.until("calls left")
    terminal.press("4", quiet=0.15)
    terminal.until("by week")
    terminal.press("e", quiet=0.15)
    while "Selected 2" not in terminal.text():
        terminal.press("\x1b[B", quiet=0.15)
        line = terminal.line_of_cursor()
        if re.search(r" \d+ .*on sale", line) and "14:00" not in line:  # odd things alone play in the afternoon
            terminal.press(" ", quiet=0.15)
    terminal.press("3", quiet=0.15)
    terminal.until("2 of 10 listings")
    while terminal.text().count("live ") < 2:
        terminal.read(0.1)
    terminal.press("+", quiet=0.15)
    terminal.press("\x1b[C", quiet=0.15)
    terminal.press("+", quiet=0.15)
    terminal.until("2 drafts")
    wanted = [int(number) for number in re.findall(r"→ (\d+)\*", terminal.text())]
    terminal.press("w", quiet=0.15)
    terminal.until("as ")
    terminal.agree()
    return wanted


def test_the_main_errand(start_program: StartProgram) -> None:
    main_errand(start_program("demo", "--seed=7"))


@pytest.mark.dates(*FEWER)
def test_the_main_errand_on_any_day(start_program: StartProgram, shops: Shops, data: Path) -> None:
    """The same club, served to all tests of that day."""
    main_errand(start_program(environment={**shops.environment(data), "BRCC_SETTLE": "100,110"}))


def main_errand(terminal: Terminal) -> None:
    wanted = raise_two_listings(terminal)
    while terminal.text().count("written and verified") < 2:
        assert "✗" not in terminal.text(), terminal.text()
        terminal.read(0.1)
    terminal.press("\x1b", quiet=0.15)
    terminal.until("watching 1")
    terminal.press("R", quiet=0.15)
    while [int(number) for number in re.findall(r"capacity +(\d+)\b(?! →)", terminal.text())][:2] != wanted:
        assert not terminal.ended, terminal.text()
        terminal.read(0.1)
    terminal.send("\x11")
    assert terminal.wait() == 0
    restored(terminal.written)
    assert terminal.unchanged()
    assert terminal.left_behind() == []


@pytest.mark.parametrize(("name", "status"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_in_the_midst_of_a_change(start_program: StartProgram, name: str, status: int) -> None:
    terminal = start_program("demo", "--seed=7", *SHORT_DEMO, "--latency=60")
    raise_two_listings(terminal)
    assert terminal.kill(name) == status
    restored(terminal.written)
    assert terminal.unchanged()
    assert terminal.left_behind() == []


def test_a_lost_terminal_takes_the_practice_club_along(start_program: StartProgram) -> None:
    terminal = start_program("demo", "--seed=7", *SHORT_DEMO)
    terminal.until("calls left")
    terminal.lose()
    assert terminal.wait() == 129
    assert terminal.left_behind() == []
