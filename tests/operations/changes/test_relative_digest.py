"""One more is confirmed as what was seen, also on a date that was never set here and that the shop itself has moved."""

from __future__ import annotations

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, Plan
from brcc_tui.operations.changes.at_once import Prepared, plan_under_lock
from tests.operations.changes.fake_texts import with_stock
from tests.operations.changes.operators import World, go
from tests.operations.changes.race_world import CELL, CLASS, OTHER, world
from tests.operations.changes.virtual_time import run

TWO_MORE = ChangeRequest(CELL, Action.SET, 2, delta=True)


def loses(club: World, places: int) -> None:
    """FooEvents overwrites sales of its own, which saves nothing that WordPress would note."""
    shelf = club.shop.products[4061]
    number = club.shop.number(CELL)
    assert isinstance(number, int)
    club.shop._store(shelf, with_stock(shelf.text, ("aaa", "ddd"), number + places), "sale")


async def again(club: World, digest: str, wish: ChangeRequest = TWO_MORE) -> Plan:
    """The plan as another process makes it to carry out what was confirmed."""
    prepared = Prepared()
    try:
        return await plan_under_lock(club.us.club, wish, prepared, confirmed=digest)
    finally:
        await prepared.release()


@pytest.mark.parametrize("lost", [1, 3, 40, -2])
def test_what_the_shop_lost_since_leaves_the_plan_as_it_was_seen(lost: int) -> None:
    async def story() -> None:
        club = world()
        seen = await club.us.plan(TWO_MORE)
        assert (seen.changes[0].before.capacity, seen.changes[0].capacity) == (30, 32)
        go(club.shop.sale(CELL, 4))
        loses(club, lost)
        now = await club.us.plan(TWO_MORE)
        assert (now.digest, now.changes[0].capacity) != (seen.digest, 32), "as anybody would plan it now"
        plan = await again(club, seen.digest)
        assert plan.digest == seen.digest
        assert (plan.changes[0].before.capacity, plan.changes[0].capacity) == (30 + lost, 32)
        assert any(f"was 30 when this was confirmed, now it is {30 + lost}" in x for x in plan.changes[0].warnings)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.implied(CELL)) == (Outcome.SETTLED, 32)

    run(story())


def test_sales_alone_leave_the_digest_as_it_was() -> None:
    async def story() -> None:
        club = world()
        seen = await club.us.plan(TWO_MORE)
        go(club.shop.sale(CELL, 4))
        assert (await club.us.plan(TWO_MORE)).digest == seen.digest

    run(story())


def saved(club: World) -> None:
    go(club.shop.staff(CELL, 33))


def saved_elsewhere(club: World) -> None:
    go(club.shop.staff(OTHER, 12))
    loses(club, 3)


def by_the_editors_button(club: World) -> None:
    loses(club, 3)
    club.shop.editors[4061] = 151.0


@pytest.mark.parametrize("hand", [saved, saved_elsewhere, by_the_editors_button])
def test_whoever_may_have_saved_another_number_makes_it_another_plan(hand: object) -> None:
    async def story() -> None:
        club = world()
        seen = await club.us.plan(TWO_MORE)
        assert callable(hand)
        hand(club)
        plan = await again(club, seen.digest)
        assert plan.digest != seen.digest
        assert plan.changes[0].capacity == 35

    run(story())


def test_a_digest_of_something_else_finds_no_plan() -> None:
    async def story() -> None:
        club = world()
        seen = await club.us.plan(TWO_MORE)
        one_more = await club.us.plan(ChangeRequest(CELL, Action.SET, 1, delta=True))
        loses(club, 3)
        for digest in ("0123456789ab", one_more.digest):
            assert (await again(club, digest)).changes[0].capacity == 35
        number = ChangeRequest(CELL, Action.SET, 32)
        assert (await again(club, seen.digest, number)).digest != seen.digest, "a number is no relative wish"

    run(story())


def test_a_class_of_eventbrite_is_never_moved_by_sales() -> None:
    async def story() -> None:
        club = world()
        wish = ChangeRequest(CLASS, Action.SET, 2, delta=True)
        seen = await club.us.plan(wish)
        club.eventbrite.change("123", "456", capacity=33, quantity_total=33)
        plan = await again(club, seen.digest, wish)
        assert plan.digest != seen.digest
        assert plan.changes[0].capacity == 35

    run(story())
