"""A sync beside a ticket class that Eventbrite shows, for minutes, as it stood before it was changed here."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.model.shows.sharing import Mode
from tests.operations.changes.nights import CELL, CLASS, NIGHT, STOCK, planned, the_show, world
from tests.operations.changes.operators import World
from tests.operations.changes.plan_words import capacities
from tests.operations.changes.virtual_time import run

MINUTES = 200.0


async def shown_again(*, lag: float) -> World:
    """A class that was closed here long ago, and shown again a moment ago; another process has no waypoint."""
    club = world(20, 0, 5, seats=45)
    club.us.club.eventbrite.waypoint = False  # type: ignore[union-attr]
    await club.us.set(ChangeRequest(CLASS, Action.CLOSE))
    await asyncio.sleep(600)
    await club.us.set(ChangeRequest(CLASS, Action.REOPEN), settle=False)
    club.eventbrite.lag = lag
    await asyncio.sleep(30)
    return club


@pytest.mark.parametrize("mode", Mode)
def test_seats_of_a_class_that_is_shown_again_are_not_given_to_others(mode: Mode) -> None:
    async def story() -> None:
        club = await shown_again(lag=MINUTES)
        plan = await planned(club, mode)
        assert plan.changes == ()
        assert {no.code.value for no in plan.refused} == {"sold_unknown"}
        assert all(f"{CLASS}, of this show: Eventbrite does not show" in no.reason for no in plan.refused)
        club.eventbrite.lag = 0.0
        await club.us.apply(await planned(club, Mode.SPLIT))
        assert (await the_show(club)).exposure == 0

    run(story())


def test_a_class_that_is_shown_as_it_was_left_is_shared() -> None:
    async def story() -> None:
        club = await shown_again(lag=0.0)
        assert capacities(await planned(club)) == {CLASS: 23, CELL: 22}

    run(story())


@pytest.mark.parametrize("ours", [40, 5], ids=["lowered", "raised"])
def test_nothing_is_raised_beside_what_is_not_shown_yet_as_this_plan_has_made_it(ours: int) -> None:
    """The old number may be higher or lower than the one that stands: what is left to raise is not known."""

    async def story() -> None:
        club = World(seats=45, waypoint=False)
        club.eventbrite.add("123", {"456": (ours, 0)})
        club.shop.add_bookings(4061, {("aaa", "ddd"): 5}, texts={"ddd": NIGHT})
        plan = await planned(club)
        assert capacities(plan) == {CLASS: 23, CELL: 22}
        club.eventbrite.lag = MINUTES
        ended = {change.listing_id: change for change in (await club.us.apply(plan)).changes}
        assert ended[CLASS].outcome is Outcome.SETTLED
        assert (ended[CELL].outcome, club.shop.number(CELL)) == (Outcome.REFUSED, 5)
        assert "Eventbrite does not show the change" in ended[CELL].reason

    run(story())


def test_what_is_not_shown_yet_keeps_nothing_from_being_lowered() -> None:
    async def story() -> None:
        club = World(seats=45, waypoint=False)
        club.eventbrite.add("123", {"456": (40, 0)})
        club.shop.add_bookings(4061, {("aaa", "ddd"): 40}, texts={"ddd": NIGHT})
        plan = await planned(club)
        club.eventbrite.lag = MINUTES
        club.us.wire.after["set_capacity"].append(lambda: asyncio.sleep(20))  # so that the class is read again
        assert {change.outcome for change in (await club.us.apply(plan)).changes} == {Outcome.SETTLED}
        club.eventbrite.lag = 0.0
        assert (await the_show(club)).remaining <= 45

    run(story())


@pytest.mark.parametrize("sold", [0, 5], ids=["by hiding it", "by its number"])
@pytest.mark.parametrize("mode", Mode)
def test_nothing_is_lowered_for_what_a_class_offered_before_it_was_closed_here(mode: Mode, sold: int) -> None:
    """Its seats go to the other listing: an old number would have that one closed, too."""

    async def story() -> None:
        club = world(45, sold, 10, seats=45)
        club.us.club.eventbrite.waypoint = False  # type: ignore[union-attr]
        club.eventbrite.lag = MINUTES
        await club.us.set(ChangeRequest(CLASS, Action.CLOSE), settle=False)
        plan = await planned(club, mode)
        assert plan.changes == ()
        assert all(f"{CLASS}, of this show: Eventbrite does not show" in no.reason for no in plan.refused)
        club.eventbrite.lag = 0.0
        assert capacities(await planned(club, mode)) == {CELL: 45 - sold}

    run(story())


def test_what_has_its_share_keeps_nothing_from_being_raised_beside_a_class_that_was_closed_here() -> None:
    async def story() -> None:
        club = world(15, 0, 20, 5, seats=55)
        club.us.club.eventbrite.waypoint = False  # type: ignore[union-attr]
        club.eventbrite.lag = MINUTES
        await club.us.set(ChangeRequest(CLASS, Action.CLOSE), settle=False)
        assert capacities(await planned(club)) == {STOCK: 20}, "the date offers 20 already"
        await club.us.set((STOCK, 20))
        plan = await planned(club)
        assert plan.changes == ()
        assert {no.code.value for no in plan.refused} == {"sold_unknown"}, "15 seats more may be to be shared"

    run(story())
