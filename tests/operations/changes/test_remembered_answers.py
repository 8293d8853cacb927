"""What Eventbrite answered stands until a newer word of it, whatever was tried and refused in between."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt

import pytest

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes import batch
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.own_writes import as_left, written_lately
from tests.operations.changes.fake_wire import SetClock
from tests.operations.changes.operators import Operator, World
from tests.operations.changes.virtual_time import run

CLASS = "eb:123:456"
MINUTES = 250.0


def desk(club: World) -> Operator:
    """A copy of the program that knows what the journal tells, and no more."""
    made = club.same_folder()
    made.club.eventbrite.waypoint = False  # type: ignore[union-attr]
    return made


async def written() -> World:
    """A class that was set to 20 and is shown at 30 by old readings."""
    club = World(waypoint=False)
    club.eventbrite.add("123", {"456": (30, 0)})
    await asyncio.sleep(1000)
    await club.us.set((CLASS, 20), settle=False)
    return club


@pytest.mark.parametrize("why", ["locked", "rejected", "held back"])
def test_an_attempt_that_was_refused_makes_no_answer_forgotten(monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    async def story() -> None:
        club = await written()
        them = desk(club)
        plan = await them.plan((CLASS, 25))
        with monkeypatch.context() as patch:
            if why == "locked":
                club.us.locks.held["eb:123"] = "ann"
            elif why == "rejected":
                them.wire.faults["set_capacity"].append("rejected")
            else:
                patch.setattr(batch, "FRESH_SECONDS", -1.0)
            (change,) = (await them.apply(plan)).changes
        assert change.outcome is Outcome.REFUSED
        club.us.locks.held.clear()
        club.eventbrite.lag = MINUTES
        plan = await desk(club).plan(ChangeRequest(CLASS, Action.SET, 1, delta=True))
        assert plan.changes == (), "31 seats, where 20 were set and one more was wanted"
        assert "does not show the change made here" in plan.refused[0].reason

    run(story())


def test_seats_that_an_answer_told_as_sold_stay_so_after_a_request_without_one() -> None:
    async def story() -> None:
        club = World(waypoint=False)
        club.eventbrite.add("123", {"456": (30, 5)})
        await asyncio.sleep(1000)
        club.eventbrite.sell("123", "456", 10)
        club.eventbrite.lag = MINUTES
        await club.us.set((CLASS, 40), settle=False)
        club.us.wire.faults["set_capacity"] += ["lost", "lost"]
        them = desk(club)
        club.eventbrite.lag = 0.0
        plan = await them.plan((CLASS, 45))
        them.wire.faults["set_capacity"] += ["lost", "lost"]
        club.eventbrite.lag = MINUTES
        await them.apply(plan, settle=False)
        look = await DecisionReader(desk(club).club).look(subject_of(CLASS))
        assert look.event is not None
        assert look.listings[CLASS].reading.sold == 15, "not the 5 of an old reading"

    run(story())


@pytest.mark.parametrize(("back", "sold"), [(False, 8), (True, 10)])
def test_a_later_reading_is_believed_where_an_old_one_would_show_another_capacity(back: bool, sold: int) -> None:
    """After a change and its way back, an old reading shows the same capacity, and fewer sold than there are."""

    async def story() -> None:
        club = World(waypoint=False)
        club.eventbrite.add("123", {"456": (30, 10)})
        await asyncio.sleep(1000)
        for capacity in (20, 30) if back else (20,):
            await club.us.set((CLASS, capacity), settle=False)
        club.eventbrite.change("123", "456", quantity_sold=8)
        (change,) = (await desk(club).plan((CLASS, 15))).changes
        assert change.before.sold == sold

    run(story())


@pytest.mark.parametrize("another", [False, True], ids=["the same process", "the next one"])
@pytest.mark.parametrize("minutes", [10, 60 * 24, -60 * 24], ids=["a little", "a day", "back by a day"])
@pytest.mark.parametrize(("seconds", "doubted"), [(30, True), (301, False)], ids=["a moment later", "after its time"])
def test_a_clock_that_is_set_makes_no_old_reading_the_newest(
    minutes: int, seconds: float, doubted: bool, another: bool
) -> None:
    async def story() -> None:
        club = World(waypoint=False)
        club.eventbrite.add("123", {"456": (30, 0)})
        await asyncio.sleep(1000)
        clock = SetClock()
        us = dataclasses.replace(club.us.club, clock=clock)
        club.eventbrite.lag = 10 * MINUTES
        plan = await plan_changes(us, [ChangeRequest(CLASS, Action.SET, 20)])
        await apply_plan(us, confirm(plan, plan.digest), settle=False)
        clock.ahead = dt.timedelta(minutes=minutes)
        await asyncio.sleep(seconds)
        if another:
            us = dataclasses.replace(club.same_folder().club, clock=clock)
        look = await DecisionReader(us).look(subject_of(CLASS))
        assert (CLASS in look.doubtful) is doubted
        assert (CLASS in written_lately(us)) is doubted

    run(story())


def test_a_request_that_was_refused_does_not_bring_back_an_answer_of_long_ago() -> None:
    async def story() -> None:
        club = await written()
        await asyncio.sleep(3600)
        club.eventbrite.change("123", "456", capacity=50)
        await asyncio.sleep(3600)
        club.us.wire.faults["set_capacity"].append("rejected")
        (change,) = (await club.us.set((CLASS, 60))).changes
        assert change.outcome is Outcome.REFUSED
        assert (await DecisionReader(club.us.club).look(subject_of(CLASS))).doubtful == frozenset()

    run(story())


def test_a_request_without_an_answer_makes_no_answer_of_long_ago_the_newest() -> None:
    """Somebody set the class back on Eventbrite since; what it shows is no reading from before that answer."""

    async def story() -> None:
        club = await written()
        await asyncio.sleep(3600)
        club.eventbrite.change("123", "456", capacity=30)
        club.us.wire.faults["set_capacity"] += ["lost", "lost"]
        (change,) = (await club.us.set((CLASS, 25))).changes
        assert change.outcome is Outcome.UNCLEAR
        shown = await club.us.club.eventbrite.event("123")  # type: ignore[union-attr]
        (ticket,) = as_left(shown, written_lately(club.us.club)).ticket_classes
        assert ticket.capacity == 30, "not the 20 of an hour ago"

    run(story())
