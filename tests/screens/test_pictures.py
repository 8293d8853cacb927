"""How every screen and modal looks at the sizes people have, as text: a changed picture is a change to look at.

One application shows each picture at 120x36, then at 80x24 and 60x20: what a person gets who resizes a terminal.
`pytest tests/screens/test_pictures.py --snapshot-update` writes them anew.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from driving import make_app, press, screen_text, settle
from fake_desk import FakeDesk, left_over
from textual.pilot import Pilot

from brcc_tui.app import BrccApp
from brcc_tui.model.trouble import Trouble

PICTURES = Path(__file__).parent / "pictures"
SIZES = ((120, 36), (80, 24), (60, 20))

KEYS = {
    "dashboard": "",
    "shows": "2 enter down plus",
    "shows not confirmed": "2 v v v y",
    "shows month": "2 M M",
    "compare": "space 3 plus right minus",
    "compare many": "space down space down space 3",
    "compare nothing": "3",
    "eventbrite": "4 e down plus",
    "woocommerce": "5 e",
    "woocommerce found": "5 slash v i p",
    "history": "6",
    "health": "7",
    "confirm": "space 3 plus right minus w",
    "confirm danger": "x",
    "confirm refused": "2 end up up up space 3 =",
    "progress": "space 3 plus right minus w y",
    "sync": "s plus",
    "room": "2 u",
    "number": "2 enter down equals_sign",
    "why": "2 enter down i",
    "pace": "2 p",
    "change in full": "6 enter",
    "search": "ctrl+p f r i space 8",
    "help": "2 question_mark",
    "choose": "2 enter down t",
    "copy": "2 C",
    "bare text": "2 C s",
}
"""The keys that lead to each picture."""

Check = Callable[..., Awaitable[None]]


@pytest.fixture
def check(pytestconfig: pytest.Config) -> Check:
    """Compare what stands on the terminal, at each size, with the picture that is kept."""

    async def compare(pilot: Pilot[int], name: str, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
        differ = []
        for columns, rows in sizes:
            if pilot.app.size != (columns, rows):
                await pilot.resize_terminal(columns, rows)
                await settle(pilot)
            shown = screen_text(pilot.app) + "\n"
            file = PICTURES / f"{name.replace(' ', '-')}-{columns}x{rows}.txt"
            if pytestconfig.getoption("update_snapshots"):
                file.parent.mkdir(exist_ok=True)
                file.write_text(shown, encoding="utf-8")
            elif not file.exists() or file.read_text(encoding="utf-8") != shown:
                differ.append(f"{file.name} is otherwise now:\n{shown}")
        assert not differ, "\n".join(differ)

    return compare


async def picture(app: BrccApp, keys: str, name: str, check: Check, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
    async with app.run_test(size=sizes[0]) as pilot:
        await settle(pilot)
        await press(pilot, *keys.split())
        await check(pilot, name, sizes)


@pytest.mark.parametrize("name", KEYS)
async def test_picture(name: str, check: Check) -> None:
    await picture(make_app(FakeDesk()), KEYS[name], name, check)


@pytest.mark.parametrize("name", ["dashboard", "shows", "compare", "woocommerce", "confirm danger", "pace", "history"])
async def test_ascii(name: str, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRCC_ASCII", "1")
    app = make_app(FakeDesk())
    await picture(app, KEYS[name], f"ascii {name}", check, SIZES[1:2])


async def test_twelve_hours(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRCC_CLOCK", "12")
    await picture(make_app(FakeDesk()), "", "twelve hours", check, SIZES[1:2])


async def test_recovery(check: Check) -> None:
    desk = FakeDesk()
    desk.left_over = [left_over()]
    await picture(make_app(desk), "", "recovery", check)


async def test_waiting_says_for_what_and_that_nothing_is_written() -> None:
    desk = FakeDesk()
    app = make_app(desk)
    async with app.run_test(size=SIZES[0]) as pilot:
        await settle(pilot)
        await press(pilot, "space", "3", "plus")
        desk.gate.clear()
        await pilot.press("w")
        await pilot.pause(0.2)
        assert "Reading 1 listing again" in screen_text(app)
        assert "cancel: nothing is written" in screen_text(app)
        desk.gate.set()


async def test_errors(check: Check) -> None:
    app = make_app(FakeDesk())
    async with app.run_test(size=SIZES[0]) as pilot:
        await settle(pilot)
        trouble = Trouble(
            "no answer", subject="Eventbrite", still_works="the shop is shown as before", next_step="try again"
        )
        app.fault("reading 2 listings", trouble, retry=lambda: None)
        await press(pilot, "E")
        await check(pilot, "errors")


async def test_first_run(check: Check) -> None:
    class Nothing(FakeDesk):
        needs_settings = True
        shop_name = "no settings yet"

    app = BrccApp(Nothing(), ["PRIVATE_TOKEN is not set: Eventbrite, the organization's private token"])
    await picture(app, "", "first run", check)


async def test_no_catalogue_yet(check: Check) -> None:
    desk = FakeDesk([])
    desk.failed = ()
    await picture(make_app(desk), "", "empty club", check)


@pytest.mark.parametrize("profile", ["practice", "staging", "production"])
async def test_the_profile_stands_on_the_top_line(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeDesk, "profile", profile)
    app = make_app(FakeDesk())
    async with app.run_test(size=SIZES[2]) as pilot:
        await settle(pilot)
        assert profile.upper() in screen_text(app).splitlines()[0]
