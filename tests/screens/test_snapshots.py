"""Colours and shapes of the main screens, as pictures; what every screen says is held by test_pictures.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from driving import make_app, press, settle
from fake_desk import FakeDesk
from textual.pilot import Pilot

from brcc_tui.screens.themes import CONTRAST, DARK, LIGHT

WIDE, LOW = (120, 36), (80, 24)

DARK_PICTURES = {
    "dashboard": (WIDE, ""),
    "shows": (WIDE, "2 enter down plus"),
    "compare": (WIDE, "space 3 plus right minus"),
    "pace": (LOW, "2 p"),
}

OTHER_LOOKS = {"dashboard": "", "shows": "2 enter", "confirm-danger": "x"}


@pytest.mark.parametrize("name", DARK_PICTURES)
def test_dark(name: str, snap_compare: Callable[..., bool]) -> None:
    size, keys = DARK_PICTURES[name]
    assert snap_compare(make_app(FakeDesk()), terminal_size=size, run_before=after(keys))


@pytest.mark.parametrize("name", OTHER_LOOKS)
@pytest.mark.parametrize("theme", [LIGHT, CONTRAST])
def test_theme(theme: str, name: str, snap_compare: Callable[..., bool]) -> None:
    desk = FakeDesk(practice=theme != LIGHT)
    desk.shown_theme = theme
    assert snap_compare(make_app(desk), terminal_size=LOW, run_before=after(OTHER_LOOKS[name]))


@pytest.mark.parametrize("variable", ["BRCC_ASCII", "NO_COLOR"])
def test_poor_terminals(variable: str, snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "1")
    desk = FakeDesk()
    desk.shown_theme = DARK
    assert snap_compare(make_app(desk), terminal_size=LOW, run_before=after("space 2 enter"))


def after(keys: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Wait for the first picture, press the keys, wait again."""

    async def play(pilot: Pilot[int]) -> None:
        await settle(pilot)
        await press(pilot, *keys.split())

    return play
