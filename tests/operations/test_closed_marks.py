"""Every way in which listings are read leaves behind what was closed in the shops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from brcc_tui.model.counts import CellCount
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.store.venue import VenueError

CELL, OTHER_CELL, CLASS = "wc:10:slotone:dateone", "wc:10:slotone:datetwo", "eb:1:19"
KEY = (10, "slotone", "dateone")


async def live(club: Any) -> object:
    return await read_live(club, [CELL, OTHER_CELL, CLASS])


@pytest.mark.parametrize("ahead", [dt.timedelta(0), dt.timedelta(days=2)], ids=["", "clock_put_back"])
@pytest.mark.parametrize("look", [refresh, live])
async def test_a_close_is_known_after_a_cancel(
    town: Any, make_bookings: Any, make_event: Any, look: Callable[[Any], Awaitable[object]], ahead: dt.timedelta
) -> None:
    """Also where what was known before is dated to come: else no look told anything until then."""
    town.clock.at += ahead
    await refresh(town.club)
    town.clock.at -= ahead
    for stock, taken, sold in (('"0"', 13, 12), ('"2"', 11, 10)):
        town.clock.at += dt.timedelta(hours=1)
        town.woocommerce.stored[10] = make_bookings(10, stock=stock)
        town.database.taken[KEY] = CellCount(taken, 0)
        town.eventbrite.stored["1"] = make_event(1, capacity=12, sold=sold)
        await look(town.club)
    marks = town.club.venue.marks([CELL, OTHER_CELL, CLASS])
    assert {id_ for id_, mark in marks.items() if mark.closed} == {CELL, CLASS}
    assert (marks[CELL].offered, marks[CELL].capacity) == (55, 13)


async def test_what_cannot_be_kept_takes_nothing_from_what_was_read(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise VenueError("the disk is full")

    monkeypatch.setattr(type(town.club.venue), "mark", broken)
    await refresh(town.club)
    assert await live(town.club)


async def test_shows_that_are_over_are_not_kept(town: Any) -> None:
    town.clock.at += dt.timedelta(days=400)
    await refresh(town.club)
    assert town.club.venue.marks([CELL, OTHER_CELL, CLASS]) == {}
