"""Somebody saves the product in the shop while a change of it is watched: whatever was wanted, it was wanted later."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Outcome
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

A, B = "wc:4061:aaa:ddd", "wc:4061:aaa:eee"


def two_dates() -> World:
    club = World()
    club.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 10})
    return club


@pytest.mark.parametrize("seconds", [1, 8, 40])
@pytest.mark.parametrize("wanted", [20, 40], ids=["lowered", "raised"])
def test_the_old_number_that_somebody_saves_is_theirs(wanted: int, seconds: int) -> None:
    """FooEvents' late write-back would leave it unsaved, and is put right."""

    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((A, wanted))
        asyncio.get_running_loop().call_later(seconds, lambda: go(club.shop.staff(A, 30)))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.corrections, club.shop.number(A)) == (Outcome.CONFLICT, 0, 30)
        assert "another hand set it to 30" in change.reason

    run(story())


@pytest.mark.parametrize("sold", [0, 2])
def test_an_open_page_that_is_saved_takes_no_neighbours_sale_back(sold: int) -> None:
    """The page holds every date as it was when it was opened."""

    async def story() -> None:
        club = two_dates()
        shelf = club.shop.products[4061]
        page = shelf.text
        plan = await club.us.plan((A, 20))

        def saved() -> None:
            if sold:
                go(club.shop.sale(B, sold))
            club.shop.save_page(shelf, page)

        asyncio.get_running_loop().call_later(8, saved)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert (club.shop.number(A), club.shop.number(B)) == (30, 10 - sold)

    run(story())


@pytest.mark.parametrize("fault", ["timeout", "lost"])
def test_what_is_put_back_after_a_correction_without_an_answer_is_put_right_again(fault: str) -> None:
    """Whose saving that was nobody knows then: it may have been ours."""

    async def story() -> None:
        club = two_dates()
        shelf, loop = club.shop.products[4061], asyncio.get_running_loop()
        old = shelf.text
        plan = await club.us.plan((A, 20))

        def written_back() -> None:
            club.us.wire.faults["set_booking_text"].append(fault)
            club.shop._store(shelf, old, "sale")

        loop.call_later(8, written_back)
        loop.call_later(25, lambda: club.shop._store(shelf, old, "sale"))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.number(A)) == (Outcome.SETTLED, 20)

    run(story())
