"""Cards stand side by side only where each has room for all that it tells."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from driving import Running, press, screen_text, settle
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.listing import Listing
from brcc_tui.widgets.text import width

WHY = "the shop cannot be reached: the connection was refused (is the server running, is the address right?)"


@pytest.mark.parametrize("height", [36, 30, 24, 18])
async def test_why_a_listing_was_not_read_stands_at_every_height(running: Running, app: BrccApp, height: int) -> None:
    async with running(size=(120, 36)) as pilot:
        await press(pilot, "space", "down", "space", "3")
        assert len(app.board.selected) == 4
        app.board.app_errors[app.board.selected[0]] = WHY
        await pilot.resize_terminal(120, height)
        app.changed()
        await settle(pilot)
        text = screen_text(app)
        assert "right?)" in text, "the reason to its end"
        assert "Together" in text
        assert app.screen.query_one("#cards").display is (height == 36)


LONG = (
    "Mingle & Giggle: Speed Friending + Stand-up in the Great Hall (1st Part 6:30pm, 2nd Part at the small stage, 8pm)"
)


async def _four(running_pilot: object, app: BrccApp, **first: object) -> list[Listing]:
    """Four listings compared, of which the first is like this."""
    await press(running_pilot, "space", "down", "space", "3")  # type: ignore[arg-type]
    board = app.board
    key = board.selected[0]
    board.listings[key] = dataclasses.replace(board.listings[key], **first)  # type: ignore[arg-type]
    app.changed()
    await settle(running_pilot)  # type: ignore[arg-type]
    return [board.listings[each] for each in board.selected]


@pytest.mark.parametrize(
    ("columns", "rows", "cards"), [(120, 36, True), (120, 24, False), (80, 24, False), (60, 20, False)]
)
async def test_a_long_title_stands_to_its_end(
    running: Running, app: BrccApp, columns: int, rows: int, cards: bool
) -> None:
    async with running(size=(120, 36)) as pilot:
        await _four(pilot, app, title=LONG, slot="Balcony seats")
        await pilot.resize_terminal(columns, rows)
        await settle(pilot)
        text = screen_text(app)
        assert app.screen.query_one("#cards").display is cards
        assert text.split().count("stage,") == 1, "where two titles differ may be their end"
        assert "Balcony" in text


async def test_cards_stand_in_line_whatever_one_of_them_tells(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running(size=(120, 36)) as pilot:
        reading = app.board.listings[app.board.shows[0].listings[0].id].reading
        old = dataclasses.replace(reading, read_at=desk.now() - dt.timedelta(days=1, hours=2))
        await _four(pilot, app, reading=old, price="1250.00", currency="CAD")
        lines = [line[22:].removeprefix("│") for line in screen_text(app).splitlines()]
        walls = [[at for at, sign in enumerate(line) if sign in "┃│"] for line in lines if "┃" in line]
        assert len(walls) > 10
        assert {at for each in walls for at in each} == set(walls[0]), "one that ends before the others leaves a gap"
        assert "1 day old" in screen_text(app)
        assert all(width(line) <= 98 for line in lines)


async def test_the_sums_say_how_full_all_are_as_soon_as_there_is_room(running: Running, app: BrccApp) -> None:
    async with running(size=(100, 30)) as pilot:
        await _four(pilot, app)
        for columns, told in ((60, False), (100, True), (80, True), (60, False), (80, True)):
            await pilot.resize_terminal(columns, 24)
            await settle(pilot)
            (sums,) = (line for line in screen_text(app).splitlines() if "Together" in line)
            assert (sums.endswith("% sold"), columns) == (told, columns)
