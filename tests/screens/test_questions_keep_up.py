"""A question that stands while its numbers are read has those numbers, and counts from them."""

from __future__ import annotations

import dataclasses

from driving import Running, press, screen_text, settle
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.show import HouseSeats, Show

CLASS = "eb:101:1011"
TONIGHT = "2026-11-27T20:00@main"


def tonight(app: BrccApp) -> Show:
    return next(show for show in app.board.shows if show.id == TONIGHT)


def is_read_now(desk: FakeDesk, app: BrccApp) -> None:
    """40 seats now, 30 of them sold: what a reading found that ends while the question stands."""
    reading = Reading(40, 30, 0, 10, desk.now(), Source.LIVE)
    app.board.take([dataclasses.replace(app.board.listings[CLASS], reading=reading)])
    app.changed()


async def test_a_capacity_is_counted_from_what_it_is_by_now(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "enter", "down", "equals_sign")
        assert "31 now, 24 sold" in screen_text(app)
        is_read_now(desk, app)
        await settle(pilot)
        assert "40 now, 30 sold" in screen_text(app)
        await press(pilot, "plus", "2", "enter")
        assert app.board.drafts == {CLASS: 42}
        await press(pilot, "equals_sign", "ctrl+u", "4", "0", "enter")
        assert app.board.drafts == {CLASS: 40}, "what is typed is noted, whatever it has"


async def test_a_sync_tells_what_is_free_by_now(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "s")
        assert "free now: 7" in screen_text(app)
        is_read_now(desk, app)
        await settle(pilot)
        assert tonight(app).free == 1
        assert "free now: 1" in screen_text(app)


async def test_house_seats_are_counted_from_those_that_are_held_by_now(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "2", "H")
        desk.rules = dataclasses.replace(desk.rules, held_back={TONIGHT: HouseSeats(3, "press")})
        desk.group(app.board)
        is_read_now(desk, app)
        await settle(pilot)
        assert "3 held back, 0 of 55 seats free" in screen_text(app)
        await press(pilot, "plus", "2", "enter")
        assert tonight(app).held_back == 5


async def test_seats_are_said_of_the_show_as_another_desk_has_left_it(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    """The history tells from what to what."""
    said = list[tuple[int, int | None]]()
    async with running() as pilot:
        await press(pilot, "2", "N")
        desk.rules = dataclasses.replace(desk.rules, seats_of={x.id: 50 for x in tonight(app).listings})
        desk.group(app.board)
        desk.set_seats = lambda show, seats, _: said.append((show.room.seats, seats))  # type: ignore[method-assign]
        await press(pilot, "ctrl+u", "4", "0", "enter")
        assert said == [(50, 40)]
