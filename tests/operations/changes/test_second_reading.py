"""The reading right before a write: how long a difference is waited for, and when slow answers end a change."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from tests.operations.changes.nights import CELL, CLASS, NIGHT, STOCK
from tests.operations.changes.nights import world as night
from tests.operations.changes.operators import MemoryJournal, World, go
from tests.operations.changes.race_world import mirror
from tests.operations.changes.virtual_time import run

A = "wc:4061:aaa:ddd"


def world() -> World:
    made = World()
    made.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 30})
    return made


def test_a_number_that_comes_back_within_two_seconds_is_no_other_hands() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((A, 20))
        go(club.shop.staff(A, 25))
        asyncio.get_running_loop().call_later(1.6, lambda: go(club.shop.staff(A, 30)))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.SETTLED

    run(story())


@pytest.mark.parametrize("slow", ["event", "places_in_checkout"])
@pytest.mark.parametrize("hundredths", range(1, 25, 3))
def test_a_checkout_that_is_paid_for_while_it_is_read_is_never_left_out(slow: str, hundredths: int) -> None:
    async def story() -> None:
        club = World()
        event = club.eventbrite.add("123", {"456": (30, 10)}, pending=4)

        def pay() -> None:
            event.pending = 0
            assert club.eventbrite.sell("123", "456", 4)

        asyncio.get_running_loop().call_later(hundredths / 100, pay)
        club.us.wire.before[slow].append(lambda: asyncio.sleep(0.1))
        taken = (await DecisionReader(club.us.club).look(subject_of(CLASS))).taken(CLASS)
        assert taken in (14, 18), "10 were sold, 4 are: twice is safe"

    run(story())


@pytest.mark.parametrize("slow", [1, 2])
def test_numbers_that_have_grown_old_are_read_again(slow: int) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((A, 20))
        club.us.wire.after["snapshot"] += [lambda: asyncio.sleep(6)] * slow
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, len(club.shop.requests)) == (Outcome.SETTLED, 1)

    run(story())


def test_a_change_whose_numbers_grow_old_each_time_is_given_up() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((A, 20))
        club.us.wire.after["snapshot"] += [lambda: asyncio.sleep(6)] * 9
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.requests) == (Outcome.REFUSED, [])
        assert "the answers are slow" in change.reason

    run(story())


def test_a_product_that_went_away_since_the_plan_is_a_conflict() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((A, 20))
        del club.shop.products[4061]
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.requests) == (Outcome.CONFLICT, [])

    run(story())


def test_what_is_ended_with_its_show_is_not_written_with_its_product() -> None:
    """Two dates of one product sell the seats of one night, and one of them was moved by another hand."""

    async def story() -> None:
        club, beside = World(), "wc:4061:bbb:eee"
        club.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("bbb", "eee"): 30}, texts={"ddd": NIGHT, "eee": NIGHT})
        plan = await club.us.plan((A, 20), (beside, 25))
        go(club.shop.staff(A, 28))
        result = await club.us.apply(plan)
        assert [change.outcome for change in result.changes] == [Outcome.CONFLICT, Outcome.REFUSED]
        assert club.shop.requests == []

    run(story())


def test_dates_of_one_night_and_product_that_cannot_be_read_are_refused_each_once() -> None:
    async def story() -> None:
        club, beside = World(), "wc:4061:bbb:eee"
        club.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("bbb", "eee"): 30}, texts={"ddd": NIGHT, "eee": NIGHT})
        plan = await club.us.plan((A, 20), (beside, 25))
        club.us.wire.faults["snapshot"] += ["database"] * 9
        result = await club.us.apply(plan)
        assert [change.outcome for change in result.changes] == [Outcome.REFUSED] * 2
        assert [club.us.moves(entry).count("refused") for entry in result.entries] == [1, 1]

    run(story())


def test_nothing_is_sent_once_somebody_else_has_the_lock() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((A, 20))
        journal = club.us.journal
        assert isinstance(journal, MemoryJournal)
        journal.on_append = lambda move: club.shop.locks.update({4061: object()}) if move == "checkpointed" else None
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.requests) == (Outcome.REFUSED, [])
        assert "the lock was lost before anything was sent" in change.reason

    run(story())


def test_readings_of_the_rest_of_the_show_grow_old_too() -> None:
    """One of two mates answers at once, the other after sixteen seconds: what the first one sold meanwhile counts."""

    async def story() -> None:
        club = night(40, 5, 10, 10)
        plan = await club.us.plan((CLASS, 45), rules=[mirror(CLASS, CELL, STOCK)])
        slow = [None, lambda: asyncio.sleep(16)]
        club.us.wire.before["snapshot"] += [hook or (lambda: None) for hook in slow]
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.SETTLED
        assert club.us.moves(change.entry).count("held_back") == 1

    run(story())


def test_a_checkpoint_keeps_what_later_readings_are_held_against() -> None:
    async def story() -> None:
        club = night(40, 0, 10)
        saved = club.shop.products[4061].saved
        plan = await club.us.plan(ChangeRequest(CLASS, Action.CLOSE), (CELL, 5))
        hidden, lowered = (club.us.entry(entry) for entry in (await club.us.apply(plan)).entries)
        kept = [each.last("checkpointed") for each in (hidden, lowered)]
        assert kept[0] is not None
        assert kept[1] is not None
        assert kept[0].detail["hide"] is True
        assert kept[1].detail["saved"] == saved.isoformat()

    run(story())
