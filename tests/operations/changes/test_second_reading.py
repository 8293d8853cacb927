"""The reading right before a write: how long a difference is waited for, and when slow answers end a change."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Outcome
from tests.operations.changes.operators import World, go
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
