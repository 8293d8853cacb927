"""A sync of a show of which something is lost."""

from __future__ import annotations

import dataclasses

import pytest

from brcc_tui.model.changes.plan import Outcome
from brcc_tui.model.listing import Flag
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.model.shows.show import Show
from tests.operations.changes.nights import CELL, CLASS, planned, the_show, world
from tests.operations.changes.operators import go
from tests.operations.changes.plan_words import capacities
from tests.operations.changes.virtual_time import run

# -- what is lost ------------------------------------------------------------------------------------------


def lost(show: Show, listing_id: str, known_as: str) -> Show:
    """The night with a listing that was there and cannot be read now."""
    listing = next(x for x in show.listings if x.id == listing_id)
    reading = dataclasses.replace(listing.reading, capacity=Unknown("lost"), remaining=Unknown("lost"))
    gone = dataclasses.replace(
        listing, id=known_as, reading=reading, flags=frozenset({Flag.LOST}), read_only_reason="the date was deleted"
    )
    return dataclasses.replace(show, listings=(*(x for x in show.listings if x.id != known_as), gone))


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("known_as", ["wc:4061:aaa:zzz", "wc:999:aaa:zzz", "eb:123:999"])
def test_a_show_with_a_lost_listing_is_not_shared(mode: Mode, known_as: str) -> None:
    async def story() -> None:
        club = world(30, 5, 20)
        show = await the_show(club)
        plan = await planned(club, mode, cached=lost(show, CELL, known_as))
        assert plan.changes == ()
        assert {refusal.code.value for refusal in plan.refused} == {"lost_listing"}
        assert {refusal.listing_id for refusal in plan.refused} == {CELL, CLASS, known_as}
        assert "the date was deleted" in plan.refused[0].reason

    run(story())


def test_a_listing_that_was_mended_since_is_lost_no_longer() -> None:
    async def story() -> None:
        club = world(30, 12, 10)
        plan = await planned(club, cached=lost(await the_show(club), CELL, CELL))
        assert set(capacities(plan)) == {CELL, CLASS}

    run(story())


def test_a_date_that_is_deleted_while_the_plan_is_read_stops_it() -> None:
    async def story() -> None:
        club = world(60, 20, 10)
        go(club.shop.sale(CELL, 3))
        plan = await planned(club)
        assert set(capacities(plan)) == {CELL, CLASS}
        shelf = club.shop.products[4061]
        shelf.text = shelf.text.replace("ddd", "zzz")
        result = await club.us.apply(plan)
        assert {change.outcome for change in result.changes} <= {Outcome.REFUSED, Outcome.CONFLICT}
        assert (club.shop.requests, club.eventbrite.requests) == ([], [])

    run(story())
