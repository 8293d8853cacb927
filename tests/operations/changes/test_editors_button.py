"""FooEvents' own button in the product editor stores booking options, and WordPress notes no save of the product."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes.recover import recoverable
from tests.operations.changes.fake_texts import with_stock
from tests.operations.changes.fake_wire import VirtualClock
from tests.operations.changes.killing import killed_at
from tests.operations.changes.operators import World, go
from tests.operations.changes.race_world import CELL, OTHER, world
from tests.operations.changes.virtual_time import run


def press_the_button(club: World, stock: int) -> None:
    """Somebody opened the editor, stored another number with FooEvents' button, and left the page a while ago."""
    shelf = club.shop.products[4061]
    club.shop._store(shelf, with_stock(shelf.text, ("aaa", "ddd"), stock), "sale")
    club.shop.editors[4061] = 151.0


@pytest.mark.parametrize("by_button", [True, False], ids=["somebody's button", "the shop's own loss"])
def test_what_the_button_changed_since_the_plan_is_another_hands(by_button: bool) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))
        press_the_button(club, 12)
        if not by_button:
            del club.shop.editors[4061]
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is (Outcome.CONFLICT if by_button else Outcome.SETTLED)
        assert club.implied(CELL) == (12 if by_button else 40)

    run(story())


@pytest.mark.parametrize("by_button", [True, False], ids=["somebody's button", "the shop's own loss"])
def test_one_more_is_one_more_than_what_the_button_set(by_button: bool) -> None:
    async def story() -> None:
        club = world()
        await club.us.set((CELL, 40))
        await asyncio.sleep(600)
        press_the_button(club, 12)
        if not by_button:
            del club.shop.editors[4061]
        (change,) = (await club.us.plan(ChangeRequest(CELL, Action.SET, 1, delta=True))).changes
        assert change.capacity == (13 if by_button else 41)

    run(story())


@pytest.mark.parametrize("when", ["before our write", "while it is watched", "never"])
def test_what_somebody_saves_between_our_reading_and_our_write_is_told(when: str) -> None:
    """Our text goes over it, and the shop keeps no trace of it but the editor's."""

    def save() -> None:
        go(club.shop.staff(OTHER, 0))
        club.shop.editors[4061] = 0.0

    async def story() -> None:
        plan = await club.us.plan((CELL, 40))
        if when == "before our write":
            club.us.wire.before["set_booking_text"].append(save)
        elif when == "while it is watched":
            asyncio.get_running_loop().call_later(8, save)
        (change,) = (await club.us.apply(plan)).changes
        overwritten = when == "before our write"
        assert (change.outcome, club.implied(OTHER)) == (Outcome.SETTLED, 0 if when == "while it is watched" else 30)
        assert ("was saved there just before is overwritten" in change.reason) is overwritten

    club = world()
    run(story())


@pytest.mark.parametrize("saved", [True, False], ids=["somebody saved it", "nobody did"])
@pytest.mark.parametrize("opened_before", [True, False], ids=["opened before", "never opened"])
@pytest.mark.parametrize("died", ["sent", "answered", "verified"])
def test_what_somebody_saved_then_is_told_where_the_program_died_before_it_could_say_so(
    saved: bool, opened_before: bool, died: str
) -> None:
    def save() -> None:
        go(club.shop.staff(OTHER, 0))
        club.shop.editors[4061] = 151.0

    def open_since(moment: float) -> None:
        club.shop.editors[4061] = VirtualClock().now().timestamp() - moment

    async def story() -> None:
        yesterday = int(VirtualClock().now().timestamp()) - 86_400
        if opened_before:
            open_since(yesterday)
        plan = await club.us.plan((CELL, 40))
        if saved and died != "sent":
            club.us.wire.before["set_booking_text"].append(save)
        await killed_at(club, plan, died)
        if saved and died == "sent":
            save()
        if opened_before and not saved:
            open_since(yesterday)
        (one,) = await recoverable(club.us.club)
        assert ("saved the product in the WordPress editor" in one.story) is saved

    club = world()
    run(story())
