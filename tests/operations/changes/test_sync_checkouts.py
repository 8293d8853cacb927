"""A sync beside places in an event's checkout: nobody tells which class of the event they are of."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.model.listing import Listing
from brcc_tui.model.shows import sharing
from brcc_tui.operations.changes import guards, recheck
from tests.operations.changes.nights import CELL, CLASS, planned, the_show, world
from tests.operations.changes.virtual_time import run

ON_OFF = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])


def taken_by_all(listing: Listing, capacity: int, *, least: int | None = None) -> None:
    """The guard that takes all places in checkout for the class's own."""
    guards.guard_number(listing, capacity)


@pytest.mark.parametrize("sold", [12, 14, 16])
@ON_OFF
def test_a_class_is_lowered_below_the_places_in_checkout_and_never_below_what_it_sold(
    monkeypatch: pytest.MonkeyPatch, guarded: bool, sold: int
) -> None:
    if not guarded:
        monkeypatch.setattr(recheck, "guard_number", taken_by_all)

    async def story() -> None:
        club = world(30, 10, 4)
        event = club.eventbrite.add("123", {"456": (30, 10), "457": (12, 4)})
        plan = await planned(club)
        assert {change.listing.id: change.capacity for change in plan.changes}[CLASS] == 24
        event.pending = 4
        assert club.eventbrite.sell("123", "456", sold)
        outcomes = {change.listing_id: change.outcome for change in (await club.us.apply(plan)).changes}
        if guarded:
            assert outcomes[CLASS] is Outcome.SETTLED
            assert event.classes["456"].capacity == max(24, 10 + sold)
            assert (await the_show(club)).exposure <= 0
        else:
            assert outcomes[CLASS] is Outcome.REFUSED

    run(story())


@ON_OFF
def test_a_raise_leaves_room_beside_a_class_that_was_closed_below_its_own_checkout(
    monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Its buyers pay for places that its number has no room for: they take nothing of what the others offer."""
    if not guarded:
        monkeypatch.setattr(sharing, "_at_worst", sharing.on_offer)

    async def story() -> None:
        club = world(30, 10, 4)
        event = club.eventbrite.add("123", {"456": (30, 10), "457": (25, 4)}, pending=4)
        await club.us.set(ChangeRequest(CLASS, Action.CLOSE))
        await asyncio.sleep(600)
        plan = await planned(club)
        assert [(change.listing.id, change.capacity) for change in plan.changes] == [(CELL, 16)]
        club.eventbrite.change("123", "457", capacity=33, quantity_total=33)
        await club.us.apply(plan)
        event.pending = 0
        club.eventbrite.change("123", "456", quantity_sold=14)
        show = await the_show(club)
        assert (club.shop.number(CELL), show.exposure) == ((8, 0) if guarded else (12, 4))

    run(story())
