"""Closing leaves nothing on sale but that very listing's own checkout, and reopening restores what was before."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable

import pytest

from brcc_tui.model.catalogue import AccessCode
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.model.listing import Flag
from brcc_tui.model.quantity import UNLIMITED
from brcc_tui.model.shows.sharing import Mode, listing_after, offers_of
from brcc_tui.operations.changes import closing
from tests.operations.changes.nights import CELL, CLASS, STOCK, planned, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

OTHER = "eb:123:457"
ON_OFF = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])


def close(listing: str) -> ChangeRequest:
    return ChangeRequest(listing, Action.CLOSE)


def reopen(listing: str) -> ChangeRequest:
    return ChangeRequest(listing, Action.REOPEN)


# -- places in checkout ----------------------------------------------------------------------------------


@ON_OFF
def test_a_closed_class_keeps_no_seats_for_the_checkout_of_another(
    monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(closing, "_shares_its_checkout", lambda _: False)

    async def story() -> None:
        club = World()
        event = club.eventbrite.add("123", {"456": (30, 10), "457": (20, 5)}, pending=2)
        (change,) = (await club.us.set(close(OTHER))).changes
        assert change.outcome is Outcome.SETTLED
        left = event.classes["457"].capacity - event.classes["457"].quantity_sold
        assert left == (0 if guarded else 2)
        assert event.classes["456"].capacity == 30

    run(story())


def test_the_only_class_of_an_event_keeps_the_seats_of_its_own_checkout() -> None:
    async def story() -> None:
        club = World()
        event = club.eventbrite.add("123", {"456": (30, 10)}, pending=2)
        plan = await club.us.plan(close(CLASS))
        await club.us.apply(plan)
        assert event.classes["456"].capacity == 12
        assert any(words.startswith("2 seats are kept for a checkout") for words in plan.changes[0].warnings)

    run(story())


@pytest.mark.parametrize(("capacity", "says"), [(12, "the last 2"), (11, "the last one"), (10, "closed already")])
def test_what_is_left_in_checkouts_alone_is_not_called_closed(capacity: int, says: str) -> None:
    """Whoever leaves the checkout gives it back, and it is on sale again: people who asked to close it must know."""

    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (capacity, 10)}, pending=2)
        (refusal,) = (await club.us.plan(close(CLASS))).refused
        assert (refusal.code.value, says in refusal.reason) == ("no_change", True)
        assert ("closed already" in refusal.reason) == (capacity == 10)

    run(story())


@pytest.mark.parametrize("others", [{"457": (20, 5)}, {}], ids=["another class", "alone"])
def test_an_unsold_class_is_hidden_even_while_people_check_out(others: dict[str, tuple[int, int]]) -> None:
    async def story() -> None:
        club = World()
        event = club.eventbrite.add("123", {"456": (30, 0), **others}, pending=2)
        plan = await club.us.plan(close(CLASS))
        assert [danger.value for danger in plan.changes[0].dangers] == ["hides", "closes_sales"]
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.SETTLED
        assert event.classes["456"].hidden
        assert event.classes["456"].capacity == 30
        await asyncio.sleep(600)
        assert (await club.us.plan(close(CLASS))).refused[0].code.value == "no_change"

    run(story())


def test_a_class_that_has_nothing_left_for_now_is_closed_all_the_same() -> None:
    """Whoever is in the checkout may leave it, and it would be on sale again."""

    async def story() -> None:
        club = World()
        event = club.eventbrite.add("123", {"456": (12, 10), "457": (20, 5)}, pending=2)
        (change,) = (await club.us.set(close(CLASS))).changes
        assert (change.outcome, event.classes["456"].capacity) == (Outcome.SETTLED, 10)

    run(story())


def test_a_close_says_in_its_plan_that_nothing_will_be_on_offer() -> None:
    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (30, 10), "457": (20, 5)}, pending=2)
        (change,) = (await club.us.plan(close(OTHER))).changes
        assert (change.capacity, change.after.remaining) == (5, 0)
        assert [danger.value for danger in change.dangers] == ["closes_sales"]

    run(story())


def test_what_is_given_back_until_nothing_is_sold_is_a_conflict_and_no_zero() -> None:
    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (30, 1), "457": (20, 5)})
        plan = await club.us.plan(close(CLASS))
        club.eventbrite.change("123", "456", quantity_sold=0)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.eventbrite.requests) == (Outcome.CONFLICT, [])
        assert "Plan again" in change.reason

    run(story())


@pytest.mark.parametrize("seconds", [1, 10, 40])
def test_a_cancel_while_a_close_settles_opens_nothing(seconds: int) -> None:
    async def story() -> None:
        club = bookings()
        asyncio.get_running_loop().call_later(seconds, gives_back_one, club)
        (change,) = (await club.us.set(close(CELL))).changes
        assert change.outcome is Outcome.SETTLED, change.reason
        assert (club.shop.number(CELL), club.shop.taken(CELL)) == (0, 10)

    run(story())


# -- reopening -------------------------------------------------------------------------------------------


def bookings() -> World:
    made = World()
    made.shop.add_bookings(4061, {("aaa", "ddd"): 50})
    go(made.shop.sale(CELL, 10))
    go(made.shop.sale(CELL, 2))
    return made


def gives_back_one(club: World) -> None:
    order = next(each for each in reversed(club.shop.orders_of(CELL)) if each.live)
    go(club.shop.cancel(order))


@pytest.mark.parametrize("settle", [True, False], ids=["settled", "not watched"])
def test_reopening_after_two_closes_restores_what_was_before_the_first(settle: bool) -> None:
    async def story() -> None:
        club = bookings()
        await club.us.set(close(CELL), settle=settle)
        gives_back_one(club)
        await asyncio.sleep(600)
        await club.us.set(close(CELL), settle=settle)
        await asyncio.sleep(600)
        (change,) = (await club.us.set(reopen(CELL))).changes
        assert (change.outcome, club.implied(CELL)) == (Outcome.SETTLED, 50)

    run(story())


@pytest.mark.parametrize("opened", [(CELL, 30), reopen(CELL)], ids=["set to a number", "reopened"])
def test_reopening_goes_back_no_further_than_the_last_opening(opened: ChangeRequest | tuple[str, int]) -> None:
    async def story() -> None:
        club = bookings()
        await club.us.set(close(CELL))
        await club.us.set(opened)
        before = club.implied(CELL)
        await club.us.set((CELL, before - 10))
        await club.us.set(close(CELL))
        gives_back_one(club)
        await asyncio.sleep(600)
        await club.us.set(close(CELL))
        await club.us.set(reopen(CELL))
        assert club.implied(CELL) == before - 10

    run(story())


def test_a_close_that_was_refused_or_changed_nothing_is_no_closing() -> None:
    async def story() -> None:
        club = bookings()
        await club.us.set(close(CELL))
        gives_back_one(club)
        club.us.wire.faults["set_booking_text"].append("rejected")
        (change,) = (await club.us.set(close(CELL))).changes
        assert change.outcome is Outcome.REFUSED
        await club.us.set(reopen(CELL))
        assert club.implied(CELL) == 50

    run(story())


# -- what sells without regard to its number ---------------------------------------------------------------


def test_what_backorders_sell_on_is_not_closed_by_its_number() -> None:
    async def story() -> None:
        club = World()
        club.shop.add_single(31907, 5).backorders = "notify"
        (refusal,) = (await club.us.plan(close(STOCK))).refused
        assert refusal.code.value == "backorders"
        assert "switch them off in WordPress" in refusal.reason
        (change,) = (await club.us.plan((STOCK, 3))).changes
        assert any("does not limit what is sold" in words for words in change.warnings)

    run(story())


def date_first(club: World, stock: int) -> None:
    """Buyers choose the date first, where FooEvents takes a stock below 0 for no limit."""
    club.shop.products[4061].rows[9010] = ("WooCommerceEventsBookingsMethod", "dateslot")
    go(club.shop.staff(CELL, stock))


@pytest.mark.parametrize("taken", [0, 5])
def test_a_date_below_0_that_sells_without_limit_is_closed(taken: int) -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        go(club.shop.sale(CELL, taken) if taken else ())
        date_first(club, -2)
        (change,) = (await club.us.set(close(CELL))).changes
        assert (change.outcome, change.offer, club.shop.number(CELL)) == (Outcome.SETTLED, 0, 0)
        assert [no.code.value for no in (await club.us.plan(close(CELL))).refused] == ["no_change"]
        (no,) = (await club.us.plan(reopen(CELL))).refused
        assert no.code.value == ("below_sold" if taken else "unlimited")

    run(story())


def test_a_close_of_a_date_below_0_waits_for_nothing_to_be_lowered() -> None:
    """It takes off sale: another listing of the show that cannot be lowered is no reason to sell it on."""

    async def story() -> None:
        club = world(40, 5, 30)
        date_first(club, -2)
        plan = await club.us.plan(close(CELL), close(CLASS))
        assert all(change.lowers for change in plan.changes)
        club.us.wire.faults["set_capacity"].append("rejected")
        result = await club.us.apply(plan)
        assert {x.listing_id: x.outcome for x in result.changes}[CELL] is Outcome.SETTLED
        assert club.shop.number(CELL) == 0

    run(story())


def test_a_capacity_given_to_what_sells_below_0_without_limit_takes_off_sale() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        date_first(club, -2)
        plan = await club.us.plan((CELL, 10))
        assert [(change.lowers, change.dangers) for change in plan.changes] == [(True, ())]
        assert offers_of(plan.changes[0]) == (UNLIMITED, 10)
        (change,) = (await club.us.plan(close(CELL))).changes
        assert offers_of(change) == (UNLIMITED, 0)
        after = listing_after(change, change.after)
        assert (after.is_closed, Flag.AT_ZERO in after.flags) == (True, True)

    run(story())


def sold_elsewhere(club: World) -> None:
    club.eventbrite.events["123"].sold_elsewhere = True


def sold_without_a_date(club: World) -> None:
    club.shop.site = dataclasses.replace(club.shop.site, bookings_off=True)


@pytest.mark.parametrize(
    ("listing", "doubt", "words"),
    [
        (CLASS, sold_elsewhere, "its tickets are sold on another site"),
        (CELL, sold_without_a_date, "WooCommerce sells this product without asking for a date"),
    ],
    ids=["on another site", "without a date"],
)
def test_what_may_be_sold_whatever_its_number_is_not_called_closed(
    listing: str, doubt: Callable[[World], None], words: str
) -> None:
    async def story() -> None:
        club = world(30, 10, 20)
        (plain,) = (await club.us.plan(close(listing))).changes
        assert not any("closes it" in said for said in plain.warnings)
        doubt(club)
        plan = await club.us.plan(close(listing))
        assert any(
            "it is unknown whether that closes it" in said and words in said for said in plan.changes[0].warnings
        )
        await club.us.apply(plan)
        await asyncio.sleep(600)
        (no,) = (await club.us.plan(close(listing))).refused
        assert (no.code.value, words in no.reason) == ("sold_unknown", True), no.reason

    run(story())


def test_backorders_that_are_allowed_after_the_plan_of_a_close_stop_it() -> None:
    async def story() -> None:
        club = World()
        shelf = club.shop.add_single(31907, 5)
        plan = await club.us.plan(close(STOCK))
        shelf.backorders = "yes"
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.requests) == (Outcome.REFUSED, [])
        assert "backorders are allowed" in change.reason

    run(story())


@pytest.mark.parametrize("mode", list(Mode))
def test_backorders_leave_a_show_nothing_to_share(mode: Mode) -> None:
    async def story() -> None:
        club = world(30, 0, 20, 5)
        club.shop.products[31907].backorders = "yes"
        plan = await planned(club, mode)
        assert plan.changes == ()
        assert {refusal.code.value for refusal in plan.refused} == {"backorders"}

    run(story())


@pytest.mark.parametrize("sold", [0, 4])
def test_a_hidden_class_that_a_code_sells_is_neither_closed_nor_shared(sold: int) -> None:
    async def story() -> None:
        club = world(30, sold, 20)
        event = club.eventbrite.events["123"]
        event.codes = (AccessCode(()),)
        club.eventbrite.change("123", "456", hidden=True)
        (refusal,) = (await club.us.plan(close(CLASS))).refused
        assert refusal.code.value == "sells_by_code"
        assert "delete the code" in refusal.reason
        plan = await planned(club)
        assert [change.listing.id for change in plan.changes] == [CELL]
        assert plan.changes[0].after.remaining == max(0, 55 - sold - (30 - sold))
        assert [each.code.value for each in plan.refused] == ["sells_by_code"]

    run(story())


def test_an_unsold_class_that_a_code_would_still_sell_is_not_closed_by_hiding_it() -> None:
    async def story() -> None:
        club = World()
        event = club.eventbrite.add("123", {"456": (30, 0), "457": (20, 5)})
        event.codes = (AccessCode(("456",)),)
        (refusal,) = (await club.us.plan(close(CLASS))).refused
        assert refusal.code.value == "sells_by_code"
        event.codes = (AccessCode(("457",)),)
        assert (await club.us.plan(close(CLASS))).changes

    run(story())


def test_what_hides_an_unsold_class_says_that_nobody_knows_its_codes() -> None:
    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (30, 0)}, codes=None)
        (change,) = (await club.us.plan(close(CLASS))).changes
        assert any("access code would still sell it" in words for words in change.warnings)
        club.eventbrite.events["123"].codes = ()
        (change,) = (await club.us.plan(close(CLASS))).changes
        assert not any("access code" in words for words in change.warnings)

    run(story())


def test_a_hidden_class_of_which_nobody_knows_the_codes_is_not_called_closed_and_its_show_not_shared() -> None:
    async def story() -> None:
        club = world(30, 0, 20)
        club.eventbrite.events["123"].codes = None
        club.eventbrite.change("123", "456", hidden=True)
        (refusal,) = (await club.us.plan(close(CLASS))).refused
        assert (refusal.code.value, "it is unknown whether an access code sells it" in refusal.reason) == (
            "no_change",
            True,
        )
        plan = await planned(club)
        assert plan.changes == ()
        assert all("it is unknown whether an access code sells it" in each.reason for each in plan.refused)
        club.eventbrite.change("123", "456", minimum=31)  # more than are left: it sells none, whatever the codes
        (refusal,) = (await club.us.plan(close(CLASS))).refused
        assert refusal.reason == "it is hidden already, and nothing of it is sold"

    run(story())
