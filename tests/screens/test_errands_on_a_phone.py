"""What people come for, walked by keys alone on a phone's terminal: how many keys, and that none is a dead end.

The table of the keys' documentation is this one: a test holds the two together.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from driving import make_app, press, screen_text, settle
from fake_desk import FakeDesk

KEYS_PAGE = Path(__file__).parents[2] / "assets" / "docs" / "keys.md"
MAX_PRESSES = 8
PHONE, SMALL, USUAL = (60, 20), (80, 24), (120, 36)


class Errand(NamedTuple):
    """Keys from the first screen on, with what is typed in quotes; and what then stands on the terminal."""

    keys: str
    seen: str


ERRANDS = {
    "how is tonight?": Errand("", "Tonight  2 shows  ▲ 1 to look at  65 of 110 seats sold"),
    "what needs me?": Errand("", "8 people too many"),
    "open the worst of it": Errand("shift+tab enter", "Fri 4 Dec 2026 20:00"),
    "open tonight's show": Errand("enter", "EB General"),
    "read tonight's numbers now": Errand("r", "now"),
    "give the web shop three more seats": Errand("enter down down plus plus plus w y", "done"),
    "share tonight's seats between the shops": Errand("s p y", "done"),
    "close tonight's sales": Errand("x '2' enter", "done"),
    "compare both shops": Errand("space c", "2 of 10 listings"),
    "hold four seats back for guests": Errand("H '4' enter", "held back"),
    "a party of eight next week": Errand("2 slash 'next week free>=8' enter", "Mon 30 Nov"),
    "December under half": Errand("2 slash 'dec <50%' enter", "Sat 5 Dec 20:00"),
    "one shop alone": Errand("2 slash 'one shop' enter", "Industry"),
    "where are the most seats left?": Errand("2 S S S", "by free ↓"),
    "the late show": Errand("2 slash 'late' enter", "tonight 22:00"),
    "how does it sell?": Errand("2 P", "usual"),
    "Friday is cancelled": Errand("2 slash 'fri' enter K '2' enter", "refund"),
    "the room has fewer seats now": Errand("2 N f2 f2 '50' enter", "remembered"),
    "the free drink is no seat": Errand("2 end enter down n e", "a seat after all"),
    "what did a colleague change?": Errand("6 slash 'dave' enter enter", "Every move of it"),
    "take the last change back": Errand("6 u y", "done"),
    "why can it not be read?": Errand("5 end i", "How it was classified"),
    "is the internet gone?": Errand("7", "WordPress database"),
    "change the theme": Errand("ctrl+p 'contrast' enter", "PRACTICE"),
}


def presses(keys: str) -> tuple[list[str], int, int]:
    """Every key, how many of them are keys, and how many are letters of words."""
    found = re.findall(r"'([^']*)'|(\S+)", keys)
    names = {" ": "space", ">": "greater_than_sign", "=": "equals_sign", "<": "less_than_sign", "%": "percent_sign"}
    letters = [names.get(letter, letter) for typed, _ in found for letter in typed]
    every = [key for typed, name in found for key in ([names.get(x, x) for x in typed] if typed else [name])]
    return every, len(every) - len(letters), len(letters)


async def walked(errand: Errand, size: tuple[int, int]) -> str:
    app = make_app(FakeDesk())
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, *presses(errand.keys)[0])
        assert not app.board.faults
        return screen_text(app)


@pytest.mark.parametrize("name", ERRANDS)
async def test_an_errand_on_a_phone(name: str) -> None:
    assert presses(ERRANDS[name].keys)[1] <= MAX_PRESSES
    assert ERRANDS[name].seen in await walked(ERRANDS[name], PHONE)


@pytest.mark.parametrize("size", [SMALL, USUAL], ids=str)
@pytest.mark.parametrize("name", ["share tonight's seats between the shops", "a party of eight next week"])
async def test_the_same_keys_on_larger_terminals(name: str, size: tuple[int, int]) -> None:
    assert ERRANDS[name].seen in await walked(ERRANDS[name], size)


def test_the_page_of_keys_has_this_table() -> None:
    rows = [
        f"| {name} | {errand.keys.replace(chr(39), '`') or '-'} | {keys} | {letters} |"
        for name, errand in ERRANDS.items()
        for _, keys, letters in [presses(errand.keys)]
    ]
    assert "\n".join(rows) in KEYS_PAGE.read_text(encoding="utf-8")
