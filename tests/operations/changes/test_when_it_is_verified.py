"""What counts as verified, and what a look means while an answer or the lock is missing."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import cast

import pytest

from brcc_tui.model.changes.plan import Outcome
from brcc_tui.store.journal_file import JournalUnavailable
from tests.operations.changes.operators import MemoryJournal, World, go
from tests.operations.changes.virtual_time import run

A, B, STOCK = "wc:4061:aaa:ddd", "wc:4061:aaa:eee", "wc:31907"


def two_dates() -> World:
    club = World()
    club.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 40})
    club.shop.add_single(31907, 20)
    return club


def at(club: World, move: str, what: object) -> None:
    """Something that happens right after the first such move was recorded."""
    journal = cast("MemoryJournal", club.us.journal)
    done: list[str] = []

    def noted(event: str) -> None:
        if event == move and not done:
            done.append(event)
            what()  # type: ignore[operator]

    journal.on_append = noted


def test_a_change_whose_neighbour_stands_high_is_not_verified() -> None:
    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((A, 20))
        club.us.wire.before["set_booking_text"] += [lambda: go(club.shop.sale(B, 1))] * 9
        (change,) = (await club.us.apply(plan, settle=False)).changes
        assert change.outcome is Outcome.INTERRUPTED
        assert "verified" not in club.us.moves(change.entry)
        assert f"{B} is at" in change.reason

    run(story())


def test_sales_that_fall_into_three_writes_are_lowered_in_three_rounds() -> None:
    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((A, 20))
        club.us.wire.before["set_booking_text"] += [lambda: go(club.shop.sale(B, 1))] * 3
        (change,) = (await club.us.apply(plan, settle=False)).changes
        assert (change.outcome, change.corrections, club.implied(B)) == (Outcome.VERIFIED, 3, 40)

    run(story())


def test_a_number_that_stands_as_before_is_not_verified() -> None:
    async def story() -> None:
        club = two_dates()
        old = club.shop.products[4061].text
        plan = await club.us.plan((A, 20))
        club.us.wire.after["set_booking_text"].append(lambda: club.shop._store(club.shop.products[4061], old, "sale"))
        at(club, "answered", lambda: setattr(club.us, "stopped", True))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.INTERRUPTED
        assert "verified" not in club.us.moves(change.entry)

    run(story())


@pytest.mark.parametrize("settle", [False, True])
def test_a_ticket_that_is_taken_out_of_an_order_explains_a_low_number(settle: bool) -> None:
    """Its place is free, and nothing gave it back: nothing is oversold, and nobody else was there. It is told."""

    async def story() -> None:
        club = two_dates()
        go(club.shop.sale(A, 3))
        (order,) = club.shop.orders_of(A)
        plan = await club.us.plan((A, 20))

        def taken_out() -> None:
            order.valid -= 1

        club.us.wire.after["set_booking_text"].append(taken_out)
        (change,) = (await club.us.apply(plan, settle=settle)).changes
        assert (change.outcome, club.shop.number(A)) == (Outcome.SETTLED_LOW if settle else Outcome.VERIFIED, 17)
        assert settle or "it is at 17, not 18" in change.reason

    run(story())


def test_a_lock_that_is_lost_at_a_correction_leaves_the_number_to_whoever_has_it() -> None:
    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((A, 20))
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(A, 2)))
        journal = cast("MemoryJournal", club.us.journal)

        def noted(event: str) -> None:
            if event == "correcting":
                club.shop.locks[4061] = object()
            if event == "held_back":
                club.us.stopped = True

        journal.on_append = noted
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert "our lock was lost: lower it" in change.reason

    run(story())


def test_another_hand_while_the_answer_is_missing_does_not_end_the_watch() -> None:
    """What was sent may still arrive, and go over theirs."""

    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((STOCK, 12))
        club.us.wire.faults["set_stock"].append("late 40")
        asyncio.get_running_loop().call_later(5, lambda: go(club.shop.staff(STOCK, 17)))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert "while our answer was missing" in change.reason
        assert (club.shop.number(STOCK), asyncio.get_running_loop().time() > 60) == (12, True)

    run(story())


def test_a_lock_that_is_lost_at_the_last_look_leaves_the_number_to_another_hand() -> None:
    async def story() -> None:
        club, loop = two_dates(), asyncio.get_running_loop()
        old = club.shop.products[4061].text
        plan = await club.us.plan((A, 20))
        loop.call_later(40, lambda: club.shop._store(club.shop.products[4061], old, "sale"))
        loop.call_later(41, lambda: club.shop.locks.update({4061: object()}))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.number(A)) == (Outcome.CONFLICT, 30)

    run(story())


def test_what_is_left_to_whoever_has_the_lock_is_told_at_once_and_not_at_a_look_that_may_never_come() -> None:
    """The database went away, and our lock with it; two seats more are on sale than there are."""

    async def story() -> None:
        club = two_dates()
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(A, 2)))

        def gone() -> None:
            club.shop.locks[4061] = object()
            club.us.wire.faults["snapshot"] += ["database"] * 99

        at(club, "correcting", gone)
        (change,) = (await club.us.set((A, 20))).changes
        assert change.outcome is Outcome.CONFLICT
        assert "2 more on offer than its capacity leaves" in change.reason

    run(story())


def test_a_0_that_stands_there_as_before_while_an_answer_is_missing_was_set_by_nobody() -> None:
    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 0})
        club.us.wire.faults["set_booking_text"].append("lost")
        (change,) = (await club.us.set((A, 10))).changes
        assert change.outcome is Outcome.UNCLEAR
        assert "somebody else" not in change.reason

    run(story())


def test_an_old_number_that_cannot_be_replaced_at_the_last_look_was_put_back_by_the_shop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk is full: a correction that cannot be recorded is not sent."""

    async def story() -> None:
        club = two_dates()
        old, append = club.shop.products[4061].text, club.us.journal.append

        def full(entry: str, event: str, at: dt.datetime, detail: object) -> None:
            if event == "correcting":
                raise JournalUnavailable("the journal cannot be used: disk full")
            append(entry, event, at, detail)  # type: ignore[arg-type]

        plan = await club.us.plan((A, 20))
        loop = asyncio.get_running_loop()
        loop.call_later(40, lambda: club.shop._store(club.shop.products[4061], old, "sale"))
        monkeypatch.setattr(club.us.journal, "append", full)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.number(A)) == (Outcome.UNDONE_BY_SHOP, 30)
        assert "the old number is back" in change.reason

    run(story())


@pytest.mark.parametrize("seen", [True, False])
def test_what_is_left_while_it_is_watched_says_what_was_seen_of_it(seen: bool) -> None:
    async def story() -> None:
        club = two_dates()
        plan = await club.us.plan((A, 20))

        def stops() -> None:
            club.us.stopped = True

        if seen:
            at(club, "verified", stops)
        else:
            at(club, "answered", lambda: club.us.wire.faults["snapshot"].extend(["database"] * 9))
        (change,) = (await club.us.apply(plan, settle=seen)).changes
        assert change.outcome is Outcome.INTERRUPTED
        assert ("stopped while it was watched" if seen else "could not be read") in change.reason
        assert club.us.moves(change.entry)[-1] == "unwatched"

    run(story())
