"""What is done to a date that the shop itself has moved: its losses are never put on sale again by taking that back."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, Plan
from brcc_tui.operations.changes.closing import closed_here
from brcc_tui.operations.changes.heal import plan_heal
from brcc_tui.operations.changes.undo import plan_undo
from tests.operations.changes.fake_texts import with_stock
from tests.operations.changes.nights import CELL, planned, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

CLOSE, REOPEN = ChangeRequest(CELL, Action.CLOSE), ChangeRequest(CELL, Action.REOPEN)


async def a_date(capacity: int, sold: int) -> World:
    """Set here to that capacity, with so many sold."""
    club = world(30, 10, 25)
    await club.us.set((CELL, capacity))
    go(club.shop.sale(CELL, sold))
    await asyncio.sleep(600)
    return club


def lost(club: World, places: int) -> None:
    """FooEvents writes an old text back: so many sold seats are on offer again, and nobody has saved it."""
    shelf, left = club.shop.products[4061], club.shop.number(CELL)
    assert isinstance(left, int)
    shelf.text = with_stock(shelf.text, ("aaa", "ddd"), left + places)


def wanted(plan: Plan) -> list[int]:
    return [change.capacity for change in plan.changes]


def test_what_was_closed_here_and_healed_is_closed_still() -> None:
    async def story() -> None:
        club = await a_date(20, 5)
        await club.us.set(CLOSE)
        lost(club, 3)
        (change,) = (await club.us.apply(await plan_heal(club.us.club, CELL))).changes
        assert (change.outcome, club.shop.number(CELL)) == (Outcome.SETTLED, 0)
        assert CELL not in {change.listing.id for change in (await planned(club, buffer=3)).changes}
        assert wanted(await club.us.plan(REOPEN)) == [20]

    run(story())


def test_reopening_restores_what_was_set_and_not_what_the_shop_had_lost() -> None:
    async def story() -> None:
        club = await a_date(20, 18)
        lost(club, 2)
        await club.us.set(CLOSE)
        assert wanted(await club.us.plan(REOPEN)) == [20], "22 would sell two seats twice"

    run(story())


@pytest.mark.parametrize(
    ("to", "back"), [(25, 20), (21, 20), (20, 22)], ids=["a number", "one more than was set", "what heals it"]
)
def test_an_undo_goes_back_to_what_was_set(to: int, back: int) -> None:
    async def story() -> None:
        club = await a_date(20, 5)
        lost(club, 2)
        (change,) = (await club.us.set((CELL, to))).changes
        plan = await plan_undo(club.us.club, change.entry or "")
        assert wanted(plan) == [back]
        await club.us.apply(plan)
        assert (club.us.entry(change.entry).outcome, club.implied(CELL)) == ("rolled_back", back)

    run(story())


def test_a_capacity_between_what_was_set_and_what_the_shop_made_of_it_opens_what_was_closed() -> None:
    """The shop has lost sales of a closed date, and somebody gives it fewer than it has by that: nothing is healed."""

    async def story() -> None:
        club = await a_date(20, 5)
        await club.us.set(CLOSE)
        lost(club, 3)
        await club.us.set((CELL, 7))
        assert not closed_here(club.us.club.journal.made(CELL, limit=5))
        assert CELL in {change.listing.id for change in (await planned(club, buffer=3)).changes}

    run(story())


@pytest.mark.parametrize("sales", [0, 3], ids=["what was set", "what is taken, which is more"])
def test_what_heals_a_closed_date_opens_nothing(sales: int) -> None:
    async def story() -> None:
        club = await a_date(20, 5)
        await club.us.set(CLOSE)
        lost(club, 5)
        go(club.shop.sale(CELL, sales))
        await asyncio.sleep(600)
        await club.us.apply(await plan_heal(club.us.club, CELL))
        assert (club.implied(CELL), club.shop.number(CELL)) == (5 + sales, 0)
        assert closed_here(club.us.club.journal.made(CELL, limit=5))

    run(story())
