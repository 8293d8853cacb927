"""What later looks make of what stands: a neighbour's cancel, a stock that is put back, an answer that was lost."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Outcome
from brcc_tui.operations.changes.recover import recoverable
from tests.operations.changes.fake_wire import START
from tests.operations.changes.killing import killed_at
from tests.operations.changes.nights import NIGHT
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

A, B, STOCK = "wc:4061:aaa:ddd", "wc:4061:aaa:eee", "wc:31907"


def two_dates() -> World:
    club = World()
    club.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 10}, texts={"ddd": NIGHT})
    club.shop.add_single(31907, 20)
    return club


def test_a_neighbours_lost_sale_is_lowered_although_a_cancel_gave_places_back_since() -> None:
    async def story() -> None:
        club = two_dates()
        go(club.shop.sale(B, 2))
        (earlier,) = club.shop.orders_of(B)
        plan = await club.us.plan((A, 20))
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(B, 3)))
        club.us.wire.after["set_booking_text"].append(lambda: go(club.shop.cancel(earlier)))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.SETTLED
        assert (club.shop.taken(B), club.shop.number(B)) == (3, 7)

    run(story())


def test_a_stock_that_stands_as_before_again_was_set_by_somebody() -> None:
    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((STOCK, 12))
        club.us.wire.after["set_stock"].append(lambda: go(club.shop.staff(STOCK, 20)))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert "somebody else set it to 20" in change.reason
        assert club.shop.number(STOCK) == 20

    run(story())


@pytest.mark.parametrize(("until", "outcome"), [(20, Outcome.SETTLED), (600, Outcome.VERIFIED)])
def test_tickets_that_may_be_of_the_date_are_no_other_hand(until: float, outcome: Outcome) -> None:
    """An import brings them while a change is watched: nobody knows then what is left, and the shop's number stands."""

    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((A, 20))
        at = asyncio.get_running_loop().call_later
        at(5, lambda: club.shop.astray.update({("aaa", "ddd"): 2}))
        at(until, club.shop.astray.clear)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is outcome
        assert club.shop.number(A) == 20
        if outcome is Outcome.VERIFIED:
            assert "2 tickets may be of this date" in change.reason
            (left,) = await recoverable(club.us.club)
            assert "is unknown" in left.story

    run(story())


def test_an_answer_that_is_missing_stays_so_while_nobody_can_count_what_is_sold() -> None:
    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((A, 20))
        club.us.wire.faults["set_booking_text"].append("lost")
        asyncio.get_running_loop().call_later(1, lambda: club.shop.astray.update({("aaa", "ddd"): 2}))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.UNCLEAR
        assert "2 tickets may be of this date" in change.reason
        assert "somebody else" not in change.reason

    run(story())


@pytest.mark.parametrize("settle", [True, False], ids=["watched", "not watched"])
@pytest.mark.parametrize("listing", [A, STOCK])
def test_what_is_found_after_a_lost_answer_is_verified_like_any_other(listing: str, settle: bool) -> None:
    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((listing, 12))
        club.us.wire.faults["set_stock" if listing == STOCK else "set_booking_text"].append("timeout")
        (change,) = (await club.us.apply(plan, settle=settle)).changes
        assert change.outcome is (Outcome.SETTLED if settle else Outcome.VERIFIED)
        assert "verified" in club.us.moves(change.entry)

    run(story())


def moments(club: World, entry: str | None, move: str) -> list[float]:
    return [(event.at - START).total_seconds() for event in club.us.entry(entry).events if event.event == move]


def test_a_late_correction_is_looked_at_at_once() -> None:
    async def story() -> None:
        club = two_dates()
        old = club.shop.products[4061].text
        plan = await club.us.plan((A, 20))
        asyncio.get_running_loop().call_later(8, lambda: club.shop._store(club.shop.products[4061], old, "sale"))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.corrections, club.shop.number(A)) == (Outcome.SETTLED, 1, 20)
        corrected = moments(club, change.entry, "answered")[-1]
        assert corrected < 20, "what is lowered again needs no second look"
        assert min(at for at in moments(club, change.entry, "looked") if at >= corrected) < corrected + 1
        assert len(moments(club, change.entry, "verified")) == 2

    run(story())


def test_what_arrives_late_is_watched_from_then_on() -> None:
    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((A, 20))
        club.us.wire.faults["set_booking_text"].append("late 10")
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.SETTLED
        (found,) = moments(club, change.entry, "verified")
        later = [at - found for at in moments(club, change.entry, "looked") if at > found]
        assert [round(at) for at in later] == [2, 15, 60]

    run(story())


def test_a_neighbour_that_was_set_here_since_is_not_called_lost() -> None:
    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((A, 20))
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(B, 2)))
        await killed_at(club, plan, "answered")
        (told,) = await recoverable(club.us.club)
        assert f"{B} is at 10" in told.story
        await club.us.set((B, 11))
        assert club.shop.number(B) == 9  # one more than the lost sale left, and set here
        (told,) = await recoverable(club.us.club)
        assert B not in told.story

    run(story())


def test_an_order_whose_places_take_long_to_come_is_waited_for() -> None:
    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((A, 20))
        checkout = club.shop.sale(A, 1)
        go(checkout, until="ticket 1")  # the text is lower, and its places cannot be counted yet
        asyncio.get_running_loop().call_later(5, go, checkout)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.corrections, club.implied(A)) == (Outcome.SETTLED, 0, 20)
        assert moments(club, change.entry, "sent")[0] > 5

    run(story())
