"""A change that was confirmed before: planned under its lock, and written on that one reading while it is fresh."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, Plan, Result
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.changes.at_once import Prepared, plan_under_lock
from tests.operations.changes.nights import CELL, CLASS, world
from tests.operations.changes.operators import Operator, World, go
from tests.operations.changes.virtual_time import run

WISH = ChangeRequest(CELL, Action.SET, 12)


def counted(us: Operator) -> Counter[str]:
    """What is asked from now on."""
    asked: Counter[str] = Counter()
    read = us.wire.read

    async def counting(call: str) -> None:
        asked[call] += 1
        await read(call)

    us.wire.read = counting  # type: ignore[method-assign]
    return asked


async def planned(us: Operator, prepared: Prepared, wish: ChangeRequest = WISH) -> Plan:
    plan = await plan_under_lock(us.club, wish, prepared)
    assert not plan.refused
    return plan


async def applied(us: Operator, plan: Plan, prepared: Prepared) -> Result:
    return await apply_plan(us.club, confirm(plan, plan.digest), prepared=prepared)


def test_one_reading_is_planned_on_and_written_on() -> None:
    async def story() -> None:
        club = world(30, 0, 10)
        go(club.shop.sale(CELL, 3))
        await asyncio.sleep(600)
        asked, prepared = counted(club.us), Prepared()
        plan = await planned(club.us, prepared)
        assert plan.digest == (await club.another().plan(WISH)).digest
        club.us.wire.before["set_booking_text"].append(lambda: asked.update(["put"]))
        (change,) = (await applied(club.us, plan, prepared)).changes
        assert (change.outcome, club.implied(CELL)) == (Outcome.SETTLED, 12)
        assert list(asked)[:4] == ["lock", "snapshot", "product", "put"]
        assert (asked["lock"], asked["product"], asked["snapshot"]) == (1, 1, 1 + 4)
        assert (club.shop.locks, club.us.locks.held) == ({}, {})

    run(story())


def test_nobody_else_changes_it_between_the_plan_and_the_write() -> None:
    async def story() -> None:
        club = world(30, 0, 10)
        prepared = Prepared()
        plan = await planned(club.us, prepared)
        (theirs,) = (await club.another().set((CELL, 20))).changes
        assert theirs.outcome is Outcome.REFUSED
        assert "at 10.0.0.2" in theirs.reason
        (ours,) = (await applied(club.us, plan, prepared)).changes
        assert (ours.outcome, club.implied(CELL)) == (Outcome.SETTLED, 12)

    run(story())


@pytest.mark.parametrize("seconds", [1, 6])
@pytest.mark.parametrize("hand", ["a sale", "staff"])
def test_what_happened_since_is_seen_before_or_after_the_write(hand: str, seconds: int) -> None:
    """A reading is written on for five seconds; what falls into them is what verifying is for."""

    async def story() -> None:
        club = world(30, 0, 10)
        prepared = Prepared()
        plan = await planned(club.us, prepared)
        go(club.shop.sale(CELL, 4) if hand == "a sale" else club.shop.staff(CELL, 3))
        await asyncio.sleep(seconds)
        (change,) = (await applied(club.us, plan, prepared)).changes
        if hand == "a sale":
            assert (change.outcome, club.implied(CELL)) == (Outcome.SETTLED, 12)
            assert change.corrections == (1 if seconds < 5 else 0)
        elif seconds > 5:
            assert (change.outcome, club.shop.number(CELL)) == (Outcome.CONFLICT, 3)
            assert club.shop.requests == []

    run(story())


def test_a_lock_that_was_lost_meanwhile_is_taken_again_and_the_text_read_again() -> None:
    async def story() -> None:
        club = world(30, 0, 10)
        prepared = Prepared()
        plan = await planned(club.us, prepared)
        club.shop.locks.clear()
        go(club.shop.sale(CELL, 4))
        (change,) = (await applied(club.us, plan, prepared)).changes
        assert (change.outcome, change.corrections, club.implied(CELL)) == (Outcome.SETTLED, 0, 12)
        assert "held_back" in club.us.moves(change.entry)

    run(story())


def test_somebody_elses_lock_is_named_as_ever() -> None:
    async def story() -> None:
        club = world(30, 0, 10)
        club.shop.locks[4061] = object()
        prepared = Prepared()
        plan = await planned(club.us, prepared)
        assert (prepared.locks, prepared.looks) == ({}, {})
        (change,) = (await applied(club.us, plan, prepared)).changes
        assert change.outcome is Outcome.REFUSED
        assert "at 10.0.0.2" in change.reason

    run(story())


def held(club: World) -> tuple[int, int]:
    return len(club.shop.locks), len(club.us.locks.held)


def test_what_is_not_applied_lets_go_of_its_lock() -> None:
    async def story() -> None:
        club = world(30, 0, 10)
        for wish in (ChangeRequest(CELL, Action.SET, 10), ChangeRequest("wc:4061:aaa:gone", Action.SET, 10)):
            prepared = Prepared()
            assert (await plan_under_lock(club.us.club, wish, prepared)).refused
            assert held(club) == (0, 0)
        club.us.wire.faults["snapshot"].append("database")
        assert (await plan_under_lock(club.us.club, WISH, Prepared())).refused
        assert held(club) == (0, 0)
        prepared = Prepared()
        await planned(club.us, prepared)
        assert held(club) == (1, 1)
        await prepared.release()
        assert held(club) == (0, 0)

    run(story())


def test_a_ticket_class_is_read_once_too() -> None:
    async def story() -> None:
        club = world(30, 5, 10)
        asked, prepared = counted(club.us), Prepared()
        plan = await planned(club.us, prepared, ChangeRequest(CLASS, Action.SET, 20))
        (change,) = (await applied(club.us, plan, prepared)).changes
        assert change.outcome is Outcome.SETTLED
        assert asked["event"] == 1 + 2  # settling looks twice

    run(story())
