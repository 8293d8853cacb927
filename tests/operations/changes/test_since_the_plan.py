"""What was done here between a plan and its write stops it, whatever the shops' readings show of it by then."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from types import SimpleNamespace
from typing import cast

import pytest

from brcc_tui.model.catalogue import TicketClass
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, Plan, Result
from brcc_tui.model.shows.show import Room
from brcc_tui.model.shows.venue_rules import DEFAULT_ROOM, VenueRules
from brcc_tui.operations.changes.batch import PlanRun
from brcc_tui.operations.changes.since_plan import sent_since_the_plan
from tests.operations.changes.fake_wire import SetClock
from tests.operations.changes.killing import killed_at
from tests.operations.changes.nights import CELL, CLASS, STOCK, planned, the_show, world
from tests.operations.changes.operators import Operator, World
from tests.operations.changes.plan_words import capacities
from tests.operations.changes.race_world import mirror
from tests.operations.changes.virtual_time import run

MINUTES = 300.0


def desks() -> tuple[World, Operator]:
    """Two desks of one folder, of which none sends a waypoint, some time after the club was opened."""
    club = World(waypoint=False)
    club.eventbrite.add("123", {"456": (30, 0)})
    club.shop.add_bookings(4061, {("aaa", "ddd"): 30})
    return club, club.same_folder()


def without_waypoint(desk: Operator) -> Operator:
    desk.club.eventbrite.waypoint = False  # type: ignore[union-attr]
    return desk


def outcomes(result: Result) -> set[Outcome]:
    return {change.outcome for change in result.changes}


def nothing_new(club: World, sent: int) -> bool:
    return len(club.eventbrite.requests) == sent


def test_a_change_that_was_begun_before_the_plan_and_sent_after_it_is_not_written_over() -> None:
    """It waits its turn in a plan of several, while others plan on what still stands."""

    async def story() -> None:
        club, them = desks()
        without_waypoint(them)
        under_way = asyncio.ensure_future(club.us.apply(await club.us.plan((CELL, 20), (CLASS, 40))))
        await asyncio.sleep(30)
        theirs = await them.plan((CLASS, 35))
        club.eventbrite.lag = MINUTES
        assert outcomes(await under_way) == {Outcome.SETTLED}
        await asyncio.sleep(5)
        (change,) = (await them.apply(theirs)).changes
        assert change.outcome is Outcome.CONFLICT
        assert "changed it since the plan (c2)" in change.reason
        assert nothing_new(club, 1)

    run(story())


def test_however_many_attempts_were_refused_since_a_change_is_not_written_over() -> None:
    async def story() -> None:
        club, them = desks()
        without_waypoint(them)
        theirs = await them.plan((CLASS, 35))
        others = [await club.us.plan((CLASS, 20 + number)) for number in range(6)]
        await club.us.set((CLASS, 20))
        club.us.locks.held["eb:123"] = "ann"
        for plan in others:
            assert outcomes(await club.us.apply(plan)) == {Outcome.REFUSED}
        club.us.locks.held.clear()
        club.eventbrite.lag = MINUTES
        assert outcomes(await them.apply(theirs)) == {Outcome.CONFLICT}
        assert nothing_new(club, 1)

    run(story())


def test_what_was_sent_since_and_never_answered_is_not_written_over() -> None:
    async def story() -> None:
        club, them = desks()
        without_waypoint(them)
        theirs = await them.plan((CLASS, 35))
        club.us.wire.faults["set_capacity"] += ["timeout", "timeout"]
        club.eventbrite.lag = MINUTES
        assert outcomes(await club.us.set((CLASS, 20))) == {Outcome.UNCLEAR}
        assert outcomes(await them.apply(theirs)) == {Outcome.CONFLICT}

    run(story())


def test_what_was_held_back_since_hinders_nobody() -> None:
    async def story() -> None:
        club, them = desks()
        await club.us.set((CELL, 25))  # before the plan, which is made on it
        theirs = await them.plan((CELL, 35))
        club.us.journal.on_append = lambda event: setattr(club.us, "stopped", event == "checkpointed")  # type: ignore[attr-defined]
        assert outcomes(await club.us.set((CELL, 20))) == {Outcome.INTERRUPTED}
        club.us.journal.on_append = None  # type: ignore[attr-defined]
        assert outcomes(await them.apply(theirs)) == {Outcome.SETTLED}

    run(story())


def test_a_listing_that_a_sync_left_alone_and_somebody_changed_here_stops_it() -> None:
    """Its readings may show the old number for minutes, and the raise would count on that."""

    async def story() -> None:
        club = world(15, 0, 25, 5, seats=45)
        without_waypoint(club.us)
        plan = await planned(club)
        assert capacities(plan) == {CELL: 15, STOCK: 15}, "the class has its share already"
        await without_waypoint(club.same_folder()).set((CLASS, 25))
        club.eventbrite.lag = MINUTES
        result = await club.us.apply(plan)
        assert outcomes(result) <= {Outcome.CONFLICT, Outcome.REFUSED}
        assert any(f"changed {CLASS}, of the same show, since the plan" in x.reason for x in result.changes)
        assert club.shop.requests == []

    run(story())


def test_a_class_that_was_put_on_sale_since_the_plan_stops_a_sync() -> None:
    async def story() -> None:
        club = world(15, 0, 25, 5, seats=45)
        plan = await planned(club)
        more = TicketClass("999", "123", "Front row", "admission", 10, 10, 0, "AVAILABLE")
        club.eventbrite.events["123"].classes["999"] = more
        result = await club.us.apply(plan)
        assert outcomes(result) == {Outcome.REFUSED}
        assert any("eb:123:999 sells seats of this show since the plan" in x.reason for x in result.changes)
        assert club.shop.requests == []

    run(story())


def fewer(desk: Operator, seats: int) -> None:
    """Another desk says that the room has no more seats than this."""
    desk.club.venue.now = VenueRules(rooms={DEFAULT_ROOM: Room(DEFAULT_ROOM, seats)})  # type: ignore[attr-defined]


def test_a_sync_offers_no_more_than_the_room_has_by_now() -> None:
    async def story() -> None:
        club = world(15, 0, 25, 5, seats=45)
        plan = await planned(club)
        fewer(club.us, 30)
        await club.us.apply(plan)
        show = await the_show(club)
        assert (show.room.seats, show.remaining) == (30, 30)

    run(story())


def test_a_capacity_beyond_what_the_room_has_by_now_is_asked_about_again() -> None:
    async def story() -> None:
        club = world(15, 0, 25, 5, seats=45)
        raise_, lower = await club.us.plan((STOCK, 44)), await club.us.plan((CELL, 20))
        close = await club.us.plan(ChangeRequest(CLASS, Action.CLOSE))
        fewer(club.us, 10)
        (change,) = (await club.us.apply(raise_)).changes
        assert (change.outcome, club.shop.requests) == (Outcome.CONFLICT, [])
        assert "has 10 seats for sale now" in change.reason
        for plan in (lower, close):
            assert outcomes(await club.us.apply(plan)) == {Outcome.SETTLED}, "it takes seats off sale"
        plan = await club.us.plan((STOCK, 44))
        assert "beyond_room" in [danger.value for danger in plan.changes[0].dangers]
        assert outcomes(await club.us.apply(plan)) == {Outcome.SETTLED}

    run(story())


def test_what_was_sent_between_two_readings_of_one_plan_was_sent_since() -> None:
    """The first of its readings shows what stood before that."""

    async def story() -> None:
        club, them = desks()
        early = await club.us.plan((CLASS, 35))
        await them.set((CLASS, 20))
        late = await club.us.plan((CELL, 35))
        for changes in ((*early.changes, *late.changes), (*late.changes, *early.changes)):
            plan = dataclasses.replace(late, changes=changes)
            both = SimpleNamespace(club=club.us.club, confirmed=SimpleNamespace(plan=plan))
            assert sent_since_the_plan(cast("PlanRun", both)) == {CLASS}

    run(story())


@pytest.mark.parametrize("ahead", [(0, 0, 0), (600, 0, 0), (600, 0, 600), (0, -600, 0), (0, 0, -600)], ids=str)
@pytest.mark.parametrize("of", ["itself", "what its rule counts on"])
def test_a_clock_that_was_set_hides_nothing_that_was_sent_since(of: str, ahead: tuple[int, int, int]) -> None:
    """At the plan, at the other desk's change, and at the write, while Eventbrite shows what stood before."""

    async def story() -> None:
        club, them = desks()
        without_waypoint(them)
        clock = SetClock()
        for desk in (club.us, them):
            desk.club = dataclasses.replace(desk.club, clock=clock)
        clock.ahead = dt.timedelta(seconds=ahead[0])
        ours = await (club.us.plan((CLASS, 35)) if of == "itself" else rule_of_both(club.us))
        clock.ahead = dt.timedelta(seconds=ahead[1])
        await asyncio.sleep(1)
        await them.set((CLASS, 20), settle=False)
        club.eventbrite.lag = MINUTES
        clock.ahead = dt.timedelta(seconds=ahead[2])
        await asyncio.sleep(5)
        (change,) = (await club.us.apply(ours)).changes
        assert change.outcome is Outcome.CONFLICT
        assert "since the plan (c1)" in change.reason
        assert nothing_new(club, 1)

    run(story())


async def rule_of_both(desk: Operator) -> Plan:
    return await desk.plan((CELL, 35), rules=[mirror(CELL, CLASS)])


def test_a_change_from_before_the_plan_is_none_since_though_the_clock_was_set_back() -> None:
    async def story() -> None:
        club, them = desks()
        clock = SetClock()
        for desk in (club.us, them):
            desk.club = dataclasses.replace(desk.club, clock=clock)
        clock.ahead = dt.timedelta(hours=1)
        await them.set((CELL, 20))
        clock.ahead = dt.timedelta(0)
        assert outcomes(await club.us.set((CELL, 25))) == {Outcome.SETTLED}

    run(story())


def test_an_earlier_change_is_none_since_where_a_later_one_was_held_back() -> None:
    async def story() -> None:
        club, them = desks()
        await club.us.set((CELL, 25))
        theirs, ours = await them.plan((CELL, 35)), await club.us.plan((CELL, 20))
        club.us.wire.after["snapshot"].append(lambda: asyncio.sleep(6))
        await killed_at(club, ours, "held_back")
        assert outcomes(await them.apply(theirs)) == {Outcome.SETTLED}

    run(story())
