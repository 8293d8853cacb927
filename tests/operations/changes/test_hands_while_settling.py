"""Somebody saves the product in the shop while a change of it is watched: whatever was wanted, it was wanted later."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes.recover import plan_recovery, recoverable
from tests.operations.changes.fake_texts import encode, nested
from tests.operations.changes.killing import killed_at
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

A, B, STOCK, CLASS = "wc:4061:aaa:ddd", "wc:4061:aaa:eee", "wc:31907", "eb:123:456"


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
        assert "somebody else set it to 30" in change.reason

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


@pytest.mark.parametrize("seconds", [8, 40])
def test_the_old_number_that_somebody_saves_is_theirs_although_our_answer_was_lost(seconds: int) -> None:
    """When our own request saved the product is told by the look that shows what it carried."""

    async def story() -> None:
        club = two_dates()
        club.us.wire.faults["set_booking_text"].append("timeout")
        plan = await club.us.plan((A, 20))
        asyncio.get_running_loop().call_later(seconds, lambda: go(club.shop.staff(A, 30)))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.corrections, club.shop.number(A)) == (Outcome.CONFLICT, 0, 30)

    run(story())


def one_night() -> World:
    club = World()
    club.shop.add_single(31907, 5)
    return club


def allow_backorders(club: World) -> None:
    shelf = club.shop.products[31907]
    shelf.backorders, shelf.stock_status = "yes", "onbackorder"


@pytest.mark.parametrize("seconds", [0.3, 1, 8])
def test_what_sells_on_whatever_its_number_by_then_is_not_closed(seconds: float) -> None:
    async def story() -> None:
        club = one_night()
        plan = await club.us.plan(ChangeRequest(STOCK, Action.CLOSE))
        asyncio.get_running_loop().call_later(seconds, allow_backorders, club)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.number(STOCK)) == (Outcome.CONFLICT, 0)
        assert "somebody else changed it (backorders are allowed" in change.reason

    run(story())


@pytest.mark.parametrize("settled", [False, True], ids=["it died", "watched no longer"])
def test_recovery_does_not_call_closed_what_sells_on_whatever_its_number(settled: bool) -> None:
    async def story() -> None:
        club = one_night()
        plan = await club.us.plan(ChangeRequest(STOCK, Action.CLOSE))
        if settled:
            await club.us.apply(plan, settle=False)
        else:
            await killed_at(club, plan, "answered")
        allow_backorders(club)
        await asyncio.sleep(600)
        (one,) = await recoverable(club.us.club)
        assert "its number does not close it any more: backorders are allowed" in one.story
        assert [x.code.value for x in (await plan_recovery(club.us.club, "c1", "reapply")).refused] == ["backorders"]
        await plan_recovery(club.us.club, "c1", "keep")
        assert club.us.entry("c1").outcome == "interrupted"

    run(story())


def test_a_date_that_is_taken_out_of_the_shop_is_said_to_be_gone() -> None:
    async def story() -> None:
        club = two_dates()
        shelf = club.shop.products[4061]
        slots = nested(shelf.text)
        del slots["aaa"]["add_date"]["ddd"]  # type: ignore[attr-defined]
        plan = await club.us.plan((A, 20))
        asyncio.get_running_loop().call_later(8, lambda: club.shop.save_page(shelf, encode(slots)))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert "somebody else changed it (it is gone from the shop): left as it is" in change.reason

    run(story())


def test_of_a_product_that_is_deleted_while_it_is_watched_no_old_answer_of_the_shop_is_told() -> None:
    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((A, 20))
        asyncio.get_running_loop().call_later(8, club.shop.products.pop, 4061)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.unseen) == (Outcome.VERIFIED, True)
        assert "no such product" in change.reason
        assert "WooCommerce lists it" not in change.reason

    run(story())


def test_of_a_closed_class_that_has_none_left_recovery_tells_no_places_on_offer() -> None:
    """Somebody has hidden it besides, which Eventbrite's readings may show or not for minutes."""

    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (30, 10)})
        plan = await club.us.plan(ChangeRequest(CLASS, Action.CLOSE))
        await killed_at(club, plan, "verified")
        club.eventbrite.change("123", "456", hidden=True)
        await asyncio.sleep(100)
        (one,) = await recoverable(club.us.club)
        assert "on offer" not in one.story

    run(story())
