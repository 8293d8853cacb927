"""An order that waited to be paid is paid while its product is closed, or sold at its last number: it goes below 0.

WooCommerce lowers the stock of an order at its payment, whatever is left by then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes.recover import recoverable
from tests.operations.changes.killing import killed_at
from tests.operations.changes.nights import STOCK, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

CLOSE = ChangeRequest(STOCK, Action.CLOSE)


async def a_night() -> tuple[World, Callable[[], None]]:
    """Three are sold of nine, and two wait to be paid; what pays them."""
    club = world(30, 12, 10, 9)
    go(club.shop.sale(STOCK, 3))
    checkout = club.shop.sale(STOCK, 2)
    go(checkout, until="order")
    (waiting,) = (order for order in club.shop.orders_of(STOCK) if not order.reduced)
    waiting.paid = False
    await asyncio.sleep(30)

    def pays() -> None:
        waiting.paid = True
        go(checkout)

    return club, pays


@pytest.mark.parametrize("seconds", [5, 10])
@pytest.mark.parametrize("wish", [CLOSE, ChangeRequest(STOCK, Action.SET, 5)], ids=["closed", "set"])
def test_what_is_paid_then_leaves_nothing_to_be_offered_and_ends_well(wish: ChangeRequest, seconds: int) -> None:
    async def story() -> None:
        club, pays = await a_night()
        plan = await club.us.plan(wish)
        loop = asyncio.get_running_loop()
        loop.call_later(2, lambda: go(club.shop.sale(STOCK, 2)))  # the last two, where it is not closed
        loop.call_later(seconds, pays)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.number(STOCK)) == (Outcome.SETTLED, -2), change.reason
        assert "fewer on offer" not in change.reason

    run(story())


def test_a_close_that_died_is_found_closed_below_0() -> None:
    async def story() -> None:
        club, pays = await a_night()
        await killed_at(club, await club.us.plan(CLOSE), "answered")
        pays()
        await asyncio.sleep(100)
        (one,) = await recoverable(club.us.club)
        assert one.story == "the shop took it, and it is as intended"

    run(story())


@pytest.mark.parametrize("settle", [True, False])
def test_a_close_that_was_not_watched_ends_by_itself_below_0(settle: bool) -> None:
    async def story() -> None:
        club, pays = await a_night()
        (change,) = (await club.us.set(CLOSE, settle=settle)).changes
        pays()
        await asyncio.sleep(100)
        assert await recoverable(club.us.club) == []
        assert club.us.entry(change.entry).outcome == "settled"

    run(story())


def test_a_close_raises_nothing_that_went_below_0_since_its_plan() -> None:
    """A cancel would put a place on sale again that nobody has."""

    async def story() -> None:
        club, pays = await a_night()
        plan = await club.us.plan(CLOSE)
        go(club.shop.sale(STOCK, 6))
        pays()
        await asyncio.sleep(30)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.number(STOCK)) == (Outcome.SETTLED, -2), change.reason
        assert club.shop.requests == []

    run(story())
