"""Places in Eventbrite's checkout that cannot be read: held is unknown, and only what needs it waits for a person."""

from __future__ import annotations

import dataclasses

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Danger, Outcome, Plan
from brcc_tui.model.checkout import unread_checkout
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.shows.belonging import ALONE
from brcc_tui.model.shows.grouping import sum_up
from brcc_tui.model.shows.sharing import Mode, share_seats
from brcc_tui.model.shows.show import Room
from tests.operations.changes.operators import World
from tests.operations.changes.virtual_time import run

CLASS = "eb:123:456"
ALWAYS = ["broken"] * 50


def world(sold: int = 10, pending: int = 3) -> World:
    made = World()
    made.eventbrite.add("123", {"456": (30, sold)}, pending=pending)
    return made


def blind(club: World) -> World:
    """From now on nobody is told what is in checkout."""
    club.us.wire.faults["places_in_checkout"] = list(ALWAYS)
    return club


async def planned(club: World, request: ChangeRequest | tuple[str, int]) -> Plan:
    plan = await club.us.plan(request)
    assert plan.refused == ()
    return plan


REQUESTS: list[tuple[str, ChangeRequest | tuple[str, int], set[Danger], int]] = [
    ("a raise", (CLASS, 40), {Danger.CHECKOUT_UNKNOWN}, 40),
    ("one more", ChangeRequest(CLASS, Action.SET, 1, delta=True), {Danger.CHECKOUT_UNKNOWN}, 31),
    ("a lowering", (CLASS, 20), set(), 20),
    ("one fewer", ChangeRequest(CLASS, Action.SET, -1, delta=True), set(), 29),
    ("a lowering to what is sold", (CLASS, 10), {Danger.CLOSES_SALES}, 10),
    ("closing", ChangeRequest(CLASS, Action.CLOSE), {Danger.CLOSES_SALES}, 10),
]


@pytest.mark.parametrize(("name", "request_", "dangers", "capacity"), REQUESTS, ids=[part[0] for part in REQUESTS])
def test_what_takes_seats_off_sale_goes_on_and_a_raise_is_asked_about(
    name: str, request_: ChangeRequest | tuple[str, int], dangers: set[Danger], capacity: int
) -> None:
    async def story() -> None:
        club = blind(world())
        plan = await planned(club, request_)
        (change,) = plan.changes
        assert set(change.dangers) == dangers
        assert isinstance(change.before.held, Unknown)
        assert change.before.remaining == 20
        assert any("places in checkout cannot be read" in said for said in change.warnings)
        (done,) = (await club.us.apply(plan)).changes
        assert (done.outcome, done.reading.capacity) == (Outcome.SETTLED, capacity)
        assert club.eventbrite.events["123"].classes["456"].capacity == capacity

    run(story())


def test_a_class_that_sold_nothing_is_hidden_and_shown_again() -> None:
    async def story() -> None:
        club = blind(world(sold=0, pending=0))
        await club.us.set(ChangeRequest(CLASS, Action.CLOSE))
        assert club.eventbrite.events["123"].classes["456"].hidden
        plan = await planned(club, ChangeRequest(CLASS, Action.REOPEN))
        assert set(plan.changes[0].dangers) == {Danger.UNHIDES, Danger.CHECKOUT_UNKNOWN}
        await club.us.apply(plan)
        assert not club.eventbrite.events["123"].classes["456"].hidden

    run(story())


@pytest.mark.parametrize("capacity", [40, 20], ids=["a raise", "a lowering"])
def test_a_raise_whose_plan_knew_them_is_not_sent_without(capacity: int) -> None:
    async def story() -> None:
        club = world()
        plan = await planned(club, (CLASS, capacity))
        assert plan.changes[0].dangers == ()
        blind(club)
        (done,) = (await club.us.apply(plan)).changes
        assert done.outcome is (Outcome.REFUSED if capacity == 40 else Outcome.SETTLED)
        assert ("plan again" in done.reason) == (capacity == 40)
        assert len(club.eventbrite.requests) == (capacity == 20)

    run(story())


def test_a_raise_is_not_below_what_is_sold() -> None:
    async def story() -> None:
        plan = await blind(world()).us.plan((CLASS, 9))
        assert [refusal.code.value for refusal in plan.refused] == ["below_sold"]

    run(story())


def test_without_what_is_sold_nothing_is_written_either_way() -> None:
    async def story() -> None:
        club = blind(world())
        club.eventbrite.change("123", "456", quantity_sold=None)
        plan = await club.us.plan((CLASS, 40))
        assert [refusal.code.value for refusal in plan.refused] == ["sold_unknown"]

    run(story())


@pytest.mark.parametrize("mode", list(Mode))
def test_seats_of_a_show_are_not_shared_out_without_them(mode: Mode) -> None:
    async def story() -> None:
        look = await world().us.plan((CLASS, 20))
        listing = look.changes[0].listing
        held = unread_checkout("access is denied")
        blinded = dataclasses.replace(listing, reading=dataclasses.replace(listing.reading, held=held, remaining=20))
        assert listing.starts_at is not None
        show = sum_up("2026-11-27T20:00@main", listing.starts_at, Room("main", 55), (blinded,), ALONE)
        shares = share_seats(show, mode)
        assert (shares.wanted, [refusal.code.value for refusal in shares.refused]) == ((), ["checkout_unknown"])
        assert "access is denied" in shares.refused[0].reason
        assert (show.sold, show.held, show.remaining) == (10, 0, 20)
        assert "access is denied" in show.unknown["held"], "the sums are at least so many"

    run(story())
