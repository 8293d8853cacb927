"""How every screen and modal looks, at the sizes people have. A changed picture is a change to look at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from driving import make_app, press, settle
from fake_desk import FakeDesk, left_over
from textual.pilot import Pilot

from brcc_tui.app import BrccApp
from brcc_tui.model.trouble import Trouble
from brcc_tui.screens.themes import CONTRAST, LIGHT

WIDE, LOW, PHONE = (120, 36), (80, 24), (60, 20)

SNAPSHOTS: dict[str, tuple[tuple[int, int], str]] = {
    "dashboard": (WIDE, ""),
    "dashboard low": (LOW, ""),
    "dashboard phone": (PHONE, ""),
    "shows": (WIDE, "2 enter down plus"),
    "shows low": (LOW, "2 m enter"),
    "compare cards": (WIDE, "space 3 plus plus"),
    "compare rows": (LOW, "space down space 3 minus"),
    "eventbrite": (WIDE, "4 e down plus"),
    "woocommerce low": (LOW, "5 e"),
    "history": (WIDE, "6"),
    "health": (WIDE, "7"),
    "health low": (LOW, "7"),
    "confirm": (WIDE, "space 3 plus right minus w"),
    "confirm low": (LOW, "space 3 plus down minus w"),
    "confirm phone": (PHONE, "space 3 plus down minus w"),
    "confirm danger": (WIDE, "x"),
    "progress": (WIDE, "space 3 plus right minus w y"),
    "sync": (WIDE, "s plus"),
    "room": (LOW, "2 u"),
    "number": (WIDE, "2 enter down equals_sign"),
    "why": (WIDE, "2 enter down i"),
    "history in full low": (LOW, "6 enter"),
    "search": (WIDE, "ctrl+p f r i space 8"),
    "help low": (LOW, "2 question_mark"),
    "choose": (LOW, "2 enter down t"),
}


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_screen(name: str, snap_compare: Callable[..., bool]) -> None:
    size, keys = SNAPSHOTS[name]
    assert snap_compare(make_app(FakeDesk()), terminal_size=size, run_before=after(keys))


@pytest.mark.parametrize("theme", [LIGHT, CONTRAST])
def test_theme(theme: str, snap_compare: Callable[..., bool]) -> None:
    desk = FakeDesk(practice=theme != LIGHT)
    desk.shown_theme = theme
    assert snap_compare(make_app(desk), terminal_size=WIDE, run_before=after(""))


def test_ascii(snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRCC_ASCII", "1")
    assert snap_compare(make_app(FakeDesk()), terminal_size=LOW, run_before=after("space 2 enter"))


def test_recovery(snap_compare: Callable[..., bool]) -> None:
    desk = FakeDesk()
    desk.left_over = [left_over()]
    assert snap_compare(make_app(desk), terminal_size=WIDE, run_before=after(""))


def test_errors(snap_compare: Callable[..., bool]) -> None:
    app = make_app(FakeDesk())

    async def fail(pilot: Pilot[int]) -> None:
        await settle(pilot)
        trouble = Trouble(
            "no answer", subject="Eventbrite", still_works="the shop is shown as before", next_step="try again"
        )
        app.fault("reading 2 listings", trouble, retry=lambda: None)
        await press(pilot, "E")

    assert snap_compare(app, terminal_size=WIDE, run_before=fail)


@pytest.mark.parametrize("size", [WIDE, LOW])
def test_first_run(size: tuple[int, int], snap_compare: Callable[..., bool]) -> None:
    class Nothing(FakeDesk):
        needs_settings = True
        shop_name = "no settings yet"

    app = BrccApp(Nothing(), ["PRIVATE_TOKEN is not set: Eventbrite, the organization's private token"])
    assert snap_compare(app, terminal_size=size, run_before=after(""))


def after(keys: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Wait for the first picture, press the keys, wait again."""

    async def play(pilot: Pilot[int]) -> None:
        await settle(pilot)
        await press(pilot, *keys.split())

    return play
