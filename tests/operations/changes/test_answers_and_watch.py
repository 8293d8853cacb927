"""Answers that do not tell, classes that go away, looks that fail now and then, and a stop in between."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import cast

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from tests.operations.changes.nights import CELL, CLASS, STOCK, world
from tests.operations.changes.operators import MemoryJournal, World, go
from tests.operations.changes.virtual_time import run


def stop_at(club: World, move: str) -> None:
    def noted(event: str) -> None:
        club.us.stopped = club.us.stopped or event == move

    cast("MemoryJournal", club.us.journal).on_append = noted


def test_a_correction_has_a_checkpoint_like_a_first_write() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CELL, 20))
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))
        (change,) = (await club.us.apply(plan)).changes
        first, corrected = (club.us.entry(change.entry).last(move) for move in ("checkpointed", "correcting"))
        assert first is not None
        assert corrected is not None
        assert corrected.detail.keys() >= {"text", "row", "sends", "taken", "capacity"}
        assert corrected.detail["text"] != first.detail["text"]

    run(story())


def test_nothing_is_repeated_after_a_stop() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CLASS, 20))
        club.us.wire.faults["set_capacity"].append("timeout")
        stop_at(club, "unanswered")
        (change,) = (await club.us.apply(plan)).changes
        assert len(club.eventbrite.requests) == 1
        assert change.outcome is Outcome.INTERRUPTED

    run(story())


def test_an_answer_that_says_that_it_is_not_hidden_is_no_success() -> None:
    async def story() -> None:
        club = world(40, 0, 30)
        plan = await club.us.plan(ChangeRequest(CLASS, Action.CLOSE))
        club.eventbrite.answered = lambda each: dataclasses.replace(each, hidden=False)
        club.us.wire.after["set_hidden"].append(lambda: club.eventbrite.change("123", "456", hidden=False))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is not Outcome.SETTLED

    run(story())


def test_a_class_that_is_deleted_while_it_is_watched_is_another_hands() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        club.eventbrite.add("123", {"456": (40, 5), "457": (10, 1)})
        plan = await club.us.plan((CLASS, 20))
        asyncio.get_running_loop().call_later(8, lambda: club.eventbrite.events["123"].classes.pop("456"))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert "gone from Eventbrite" in change.reason

    run(story())


def test_a_class_that_one_look_lacks_is_looked_for_again() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CLASS, 20))
        classes, loop = club.eventbrite.events["123"].classes, asyncio.get_running_loop()
        loop.call_later(1, lambda: loop.call_later(2, classes.__setitem__, "456", classes.pop("456")))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.reason) == (Outcome.SETTLED, "")

    run(story())


def test_an_old_reading_verifies_no_answer_that_did_not_tell() -> None:
    async def story() -> None:
        club = World(waypoint=False)
        club.eventbrite.add("123", {"456": (40, 5)})
        plan = await club.us.plan((CLASS, 20))
        club.eventbrite.lag = 3600.0
        club.eventbrite.answered = lambda each: dataclasses.replace(each, capacity=None, quantity_total=None)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.UNCLEAR
        assert "verified" not in club.us.moves(change.entry)

    run(story())


def test_a_look_that_fails_now_and_then_is_repeated_each_time_anew() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CELL, 20))
        faults, loop = club.us.wire.faults["snapshot"], asyncio.get_running_loop()
        loop.call_later(1.2, faults.append, "database")
        loop.call_later(50, faults.extend, ["database"] * 3)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.SETTLED
        failed = [event for event in club.us.entry(change.entry).events if "failed" in event.detail]
        assert len(failed) == 4

    run(story())


@pytest.mark.parametrize("listing", [CELL, CLASS, STOCK])
def test_an_unanswered_change_is_unclear_also_when_it_is_not_watched(listing: str) -> None:
    async def story() -> None:
        club = world(40, 5, 30, 20)
        plan = await club.us.plan((listing, 12))
        for call in ("set_booking_text", "set_capacity", "set_stock"):
            club.us.wire.faults[call] += ["lost", "lost"]
        (change,) = (await club.us.apply(plan, settle=False)).changes
        assert change.outcome is Outcome.UNCLEAR

    run(story())


def test_what_came_late_is_told() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CLASS, 20), (CELL, 12))
        club.us.wire.faults["set_capacity"] += ["timeout", "timeout"]
        club.us.wire.faults["set_booking_text"] += ["late 1"]
        result = await club.us.apply(plan)
        for change in result.changes:
            assert change.outcome is Outcome.SETTLED
            assert "but its number is the one that was sent" in change.reason
            seen = club.us.entry(change.entry).last("verified")
            assert seen is not None
            assert seen.detail["capacity"] == change.wanted, "what stands since is told before it has settled"

    run(story())


def test_a_stop_is_heard_between_two_looks() -> None:
    async def story() -> None:
        club, loop = world(40, 5, 30), asyncio.get_running_loop()
        plan = await club.us.plan((CELL, 20))
        loop.call_later(20, setattr, club.us, "stopped", True)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.INTERRUPTED
        assert loop.time() < 22

    run(story())


def test_one_place_more_than_its_capacity_is_told() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        go(club.shop.sale(CELL, 10))
        plan = await club.us.plan((CELL, 10))
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 1)))
        (change,) = (await club.us.apply(plan)).changes
        assert club.shop.number(CELL) == 0
        assert "1 more places are taken than its capacity, sold while it was written" in change.reason

    run(story())


@pytest.mark.parametrize("listing", [CELL, STOCK])
def test_a_lost_answer_is_looked_for_once_php_had_time_and_is_told(listing: str) -> None:
    async def story() -> None:
        club = world(40, 5, 30, 20)
        for call in ("set_booking_text", "set_stock"):
            club.us.wire.faults[call].append("timeout")
        (change,) = (await club.us.set((listing, 12))).changes
        events = club.us.entry(change.entry).events
        lost, looked = (next(x.at for x in events if x.event == move) for move in ("unanswered", "looked"))
        assert (looked - lost).total_seconds() >= 2
        assert change.outcome is Outcome.SETTLED
        assert "the shop did not say whether it was done, but its number is the one that was sent" in change.reason

    run(story())


def test_a_repeat_that_is_answered_leaves_nothing_to_be_found_out() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        club.us.wire.faults["set_capacity"].append("lost")
        (change,) = (await club.us.set((CLASS, 30), settle=False)).changes
        assert change.outcome is Outcome.VERIFIED
        assert "the one that was sent" not in change.reason
        events = club.us.entry(change.entry).events
        assert (events[-1].at - events[0].at).total_seconds() < 2

    run(story())


def test_a_class_is_closed_at_what_is_sold_when_eventbrite_answers() -> None:
    """Two were given back in the moment of the write: what closed it a second ago leaves them on sale."""

    async def story() -> None:
        club = world(40, 10, 30)
        plan = await club.us.plan(ChangeRequest(CLASS, Action.CLOSE))
        club.us.wire.before["set_capacity"].append(lambda: club.eventbrite.change("123", "456", quantity_sold=8))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.corrections) == (Outcome.SETTLED, 1)
        assert club.eventbrite.events["123"].classes["456"].capacity == 8

    run(story())
