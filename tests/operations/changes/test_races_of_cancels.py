"""Cancels around a write, syncs with sales in between, and readings of Eventbrite that are old."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes import batch
from brcc_tui.operations.changes import write as writing
from brcc_tui.operations.changes.expectations import Stands
from brcc_tui.operations.changes.recheck import WriteInstruction
from tests.operations.changes.operators import World, go
from tests.operations.changes.race_world import (
    CELL,
    CLASS,
    ON_OFF,
    OTHER,
    goes_on,
    mirror,
    promised,
    see_nothing,
    verifies,
    world,
)
from tests.operations.changes.virtual_time import run

__all__ = ["verifies"]

# -- a sync ----------------------------------------------------------------------------------------------


@ON_OFF
def test_a_mirror_sync_with_sales_between_plan_and_write(monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 10, ("aaa", "eee"): 10})
        club.eventbrite.add("123", {"456": (60, 20)})
        plan = await club.us.plan((CELL, 35), (CLASS, 55), rules=[mirror(CELL, CLASS)])
        club.eventbrite.sell("123", "456", 5)
        go(club.shop.sale(CELL, 2))
        if not guarded:
            plan = dataclasses.replace(plan, rules=())
        result = await club.us.apply(plan)
        assert [change.outcome for change in result.changes] == [Outcome.SETTLED] * 2
        free = 55 - 25 - 2
        offered = {change.listing_id: change.reading.remaining for change in result.changes}
        if guarded:
            assert offered == {CELL: free, CLASS: free}
        else:
            assert offered == {CELL: 33, CLASS: 30}  # 5 people could be left standing

    run(story())


def test_a_sync_never_raises_above_what_was_confirmed() -> None:
    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 10, ("aaa", "eee"): 10})
        club.eventbrite.add("123", {"456": (60, 20)})
        life = club.shop.sale(CELL, 4)
        go(life)
        (order,) = club.shop.orders_of(CELL)
        plan = await club.us.plan((CELL, 33), rules=[mirror(CELL, CLASS)])
        go(club.shop.cancel(order))  # the rule alone would now give 35
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.wanted, change.reading.remaining) == (Outcome.SETTLED, 33, 33)

    run(story())


# -- cancels ---------------------------------------------------------------------------------------------


@ON_OFF
def test_a_cancel_whose_places_have_not_come_back_yet(monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """Its status is committed, its text is raised 13 ms later: what is computed in between ends too high."""
    if not guarded:

        def believing(recorder: writing.ChangeRecorder, *given: object) -> WriteInstruction:
            return WriteInstruction(recorder.change.capacity)

        monkeypatch.setattr(writing, "_checked", believing)
        monkeypatch.setattr(writing, "LOOKS", 1)

    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 3))
        (order,) = club.shop.orders_of(CELL)
        plan = await club.us.plan((CELL, 40))
        life = club.shop.cancel(order)
        go(life, until="status")
        tasks = []
        if guarded:
            tasks.append(asyncio.ensure_future(goes_on(life, 0.4)))
        else:
            club.us.wire.after["set_booking_text"].append(lambda: go(life))
        (change,) = (await club.us.apply(plan)).changes
        await asyncio.gather(*tasks)
        if guarded:
            assert (change.outcome, promised(club, CELL)) == (Outcome.SETTLED, 40)
        else:
            assert promised(club, CELL) == 43
            assert change.outcome is Outcome.CONFLICT  # even so, it is not silent

    run(story())


@ON_OFF
def test_a_cancel_between_our_write_and_our_look(monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """The text looks too low until the places come back: raising it now would offer them twice."""
    if not guarded:
        see_nothing(monkeypatch, told=Stands.HIGH, instead_of=Stands.LOW)

    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 3))
        (order,) = club.shop.orders_of(CELL)
        life = club.shop.cancel(order)

        def begins() -> None:
            go(life, until="status")
            club.us.wire.late.append(asyncio.ensure_future(goes_on(life, 1.6)))

        club.us.wire.after["set_booking_text"].append(begins)
        (change,) = (await club.us.set((CELL, 40))).changes
        if guarded:
            assert (change.outcome, promised(club, CELL), len(club.shop.requests)) == (Outcome.SETTLED, 40, 1)
        else:
            offered = [write.after for write in club.shop.writes if write.listing == CELL]
            assert 43 in offered  # three seats were on offer twice

    run(story())


def test_a_cancel_overwritten_by_our_write_is_reported_and_never_raised() -> None:
    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 3))
        (order,) = club.shop.orders_of(CELL)
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.cancel(order)))
        (change,) = (await club.us.set((CELL, 40))).changes
        assert (change.outcome, promised(club, CELL)) == (Outcome.SETTLED_LOW, 37)
        assert "3 fewer on offer" in change.reason
        assert len(club.shop.requests) == 1

    run(story())


def test_a_cancel_of_a_neighbour_overwritten_by_our_write_is_named() -> None:
    async def story() -> None:
        club = world()
        go(club.shop.sale(OTHER, 3))
        (order,) = club.shop.orders_of(OTHER)
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.cancel(order)))
        (change,) = (await club.us.set((CELL, 40))).changes
        assert (change.outcome, promised(club, CELL), promised(club, OTHER)) == (Outcome.SETTLED_LOW, 40, 27)
        assert OTHER in change.reason

    run(story())


def test_a_cancel_that_a_correction_had_counted_already_is_lowered() -> None:
    """A sale and a cancel in one write: corrected as if the places were back; then they do come back."""

    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 1))
        (order,) = club.shop.orders_of(CELL)
        life = club.shop.cancel(order)

        def both() -> None:
            go(club.shop.sale(CELL, 4))
            go(life, until="status")
            club.us.wire.late.append(asyncio.ensure_future(goes_on(life, 1.0)))

        club.us.wire.before["set_booking_text"].append(both)
        (change,) = (await club.us.set((CELL, 40))).changes
        assert (change.outcome, promised(club, CELL)) == (Outcome.SETTLED, 40)

    run(story())


# -- an order of three tickets ---------------------------------------------------------------------------


def test_our_write_falls_between_the_second_and_the_third_ticket(
    verifies: bool,
) -> None:
    async def story() -> None:
        club = world()
        life = club.shop.sale(CELL, 3)
        club.us.wire.before["set_booking_text"].append(lambda: go(life, until="ticket 2"))
        club.us.wire.after["set_booking_text"].append(lambda: go(life))
        await club.us.set((CELL, 40))
        assert promised(club, CELL) == (40 if verifies else 42)

    run(story())


# -- Eventbrite's readings -------------------------------------------------------------------------------


@ON_OFF
@pytest.mark.parametrize("waypoint", [False, True])
def test_a_stale_read_of_eventbrite_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, guarded: bool, waypoint: bool
) -> None:
    """Without the rule for old readings a true write would be called a conflict, and its show's raises not sent."""
    if not guarded:
        monkeypatch.setattr(batch.Batch, "stale", property(lambda _: frozenset(), lambda *_: None), raising=False)

    async def story() -> None:
        club = world(waypoint=waypoint)
        club.eventbrite.lag = 240.0
        (change,) = (await club.us.set((CLASS, 20))).changes
        assert club.eventbrite.events["123"].classes["456"].capacity == 20
        if guarded or waypoint:
            assert change.outcome is Outcome.SETTLED
        else:
            assert change.outcome is Outcome.CONFLICT

    run(story())


@pytest.mark.parametrize("wish", [ChangeRequest(CLASS, Action.SET, 29), ChangeRequest(CLASS, Action.REOPEN)])
def test_nothing_is_planned_on_a_reading_that_does_not_show_our_own_write(wish: ChangeRequest) -> None:
    """Closed a moment ago, and another process, without our waypoint, still reads the old number."""

    async def story() -> None:
        club = world(waypoint=False)
        club.eventbrite.sell("123", "456", 3)
        await asyncio.sleep(500)
        club.eventbrite.lag = 120.0
        await club.us.set(ChangeRequest(CLASS, Action.CLOSE))
        them = club.same_folder()
        plan = await them.plan(wish)
        assert [refusal.code.value for refusal in plan.refused] == ["sold_unknown"]
        assert "Try again in a few minutes" in plan.refused[0].reason
        await asyncio.sleep(120)
        assert len((await them.plan(wish)).changes) == 1

    run(story())


def test_a_plan_made_before_another_change_here_is_a_conflict_although_the_reading_is_stale() -> None:
    async def story() -> None:
        club = world(waypoint=False)
        club.eventbrite.lag = 240.0
        them = club.same_folder()
        plan = await them.plan((CLASS, 40))
        await club.us.set((CLASS, 5))
        (change,) = (await them.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert club.eventbrite.events["123"].classes["456"].capacity == 5

    run(story())


def test_another_hand_at_eventbrite_is_a_conflict() -> None:
    async def story() -> None:
        club = world()

        async def they_change_it() -> None:
            await asyncio.sleep(5.0)
            club.eventbrite.change("123", "456", capacity=44)

        task = asyncio.ensure_future(they_change_it())
        (change,) = (await club.us.set((CLASS, 20))).changes
        await task
        assert (change.outcome, change.reading.capacity) == (Outcome.CONFLICT, 44)

    run(story())
