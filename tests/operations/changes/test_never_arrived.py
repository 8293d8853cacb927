"""A write without an answer that never arrives, in a shop that loses places by itself meanwhile.

A refund that gives nothing back, or a payment tried twice, leaves fewer on offer than the old number does: that is no
sign of ours.
"""

from __future__ import annotations

import asyncio
import functools
import re

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes.recover import recoverable
from tests.operations.changes.nights import CELL, CLASS, STOCK, planned, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

UNSOLD = [CELL, STOCK]
HIDDEN = "eb:123:457"
CLOSE = ChangeRequest(CELL, Action.CLOSE)


async def a_night(listing: str) -> World:
    """Two places of the listing were sold a while ago."""
    club = world(40, 5, 30, 30)
    go(club.shop.sale(listing, 2))
    await asyncio.sleep(30)
    return club


def refunded(club: World, listing: str, sold: int) -> None:
    """These two are refunded, of which nothing comes back, and so many others are sold."""
    go(club.shop.refund(club.shop.orders_of(listing)[0]))
    go(club.shop.sale(listing, sold) if sold else ())


@pytest.mark.parametrize("settle", [True, False])
@pytest.mark.parametrize(("wanted", "sold"), [(32, 0), (40, 12), (29, 0), (40, 28)])
@pytest.mark.parametrize("listing", UNSOLD)
def test_fewer_than_the_old_number_leaves_is_not_what_was_sent(
    listing: str, wanted: int, sold: int, settle: bool
) -> None:
    async def story() -> None:
        club = await a_night(listing)
        plan = await club.us.plan((listing, wanted))
        for call in ("set_booking_text", "set_stock"):
            club.us.wire.faults[call].append("lost")
        asyncio.get_running_loop().call_later(1.0, refunded, club, listing, sold)
        (change,) = (await club.us.apply(plan, settle=settle)).changes
        assert (change.outcome, change.done) == (Outcome.UNCLEAR, False), change.reason
        assert "is the one that was sent" not in change.reason
        assert "verified" not in club.us.moves(change.entry)
        assert [one.entry.id for one in await recoverable(club.us.club)] == [change.entry]

    run(story())


@pytest.mark.parametrize("fault", ["500", "late 5"])
def test_a_lowering_that_arrived_is_known_although_places_were_lost(fault: str) -> None:
    async def story() -> None:
        club = await a_night(CELL)
        plan = await club.us.plan((CELL, 20))
        club.us.wire.faults["set_booking_text"].append(fault)
        asyncio.get_running_loop().call_later(1.0, refunded, club, CELL, 0)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.SETTLED_LOW, change.reason
        assert "its number is the one that was sent" in change.reason

    run(story())


@pytest.mark.parametrize("wish", [CLOSE, ChangeRequest(CELL, Action.SET, 20)], ids=["close", "set"])
def test_what_is_refunded_meanwhile_is_no_hand_at_the_old_number(wish: ChangeRequest) -> None:
    async def story() -> None:
        club = await a_night(CELL)
        plan = await club.us.plan(wish)
        club.us.wire.faults["set_booking_text"].append("lost")
        asyncio.get_running_loop().call_later(1.0, refunded, club, CELL, 0)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.number(CELL)) == (Outcome.UNCLEAR, 28), change.reason
        assert "shows 28 remaining, fewer than the old number leaves, which proves nothing" in change.reason
        assert [one.entry.id for one in await recoverable(club.us.club)] == [change.entry]

    run(story())


@pytest.mark.parametrize("listing", UNSOLD)
def test_fewer_than_wanted_and_more_than_the_old_number_leaves_is_what_was_sent(listing: str) -> None:
    async def story() -> None:
        club = await a_night(listing)
        plan = await club.us.plan((listing, 40))
        for call in ("set_booking_text", "set_stock"):
            club.us.wire.faults[call].append("late 1")
        asyncio.get_running_loop().call_later(1.9, refunded, club, listing, 3)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome in (Outcome.SETTLED_LOW, Outcome.CONFLICT), change.reason
        assert "its number is the one that was sent" in change.reason

    run(story())


@pytest.mark.parametrize(("faults", "outcome"), [(["lost"], Outcome.UNCLEAR), ([], Outcome.CONFLICT)])
def test_the_old_number_below_0_is_not_what_was_sent(faults: list[str], outcome: Outcome) -> None:
    """More are taken by then than were to be had: nothing is on offer, with our write and without it."""

    async def story() -> None:
        club = await a_night(STOCK)
        go(club.shop.staff(STOCK, 6))
        plan = await club.us.plan((STOCK, 10))
        club.us.wire.faults["set_stock"] += faults

        def sold_at_the_desk() -> None:
            order = club.shop.orders_of(STOCK)[0]
            order.places, order.tickets, order.valid = 13, 13, 13
            go(club.shop.staff(STOCK, 8 - 13))

        asyncio.get_running_loop().call_later(1.0, sold_at_the_desk)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is outcome, change.reason
        assert "is the one that was sent" not in change.reason

    run(story())


@pytest.mark.parametrize("listing", [CELL, CLASS, HIDDEN])
def test_a_close_that_was_never_answered_is_not_told_as_one(listing: str) -> None:
    """A sync said that it was closed, and that somebody seemed to have opened it in its shop since."""

    async def story() -> None:
        club = world(40, 5, 30)
        club.eventbrite.add("123", {"456": (40, 5), "457": (8, 0)})
        plan = await club.us.plan(ChangeRequest(listing, Action.CLOSE))
        for call in ("set_booking_text", "set_capacity", "set_hidden"):
            club.us.wire.faults[call] += ["lost", "lost"]
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.UNCLEAR
        await asyncio.sleep(600)
        told = [no.reason for no in (await planned(club, buffer=3)).refused if no.listing_id == listing]
        (words,) = told
        assert f"a close of it ({change.entry}) was sent and never answered" in words
        assert "as if somebody" not in words

    run(story())


@pytest.mark.parametrize("listing", [CELL, STOCK, CLASS])
def test_of_what_could_never_be_read_nobody_says_what_it_shows(listing: str) -> None:
    """Neither the request nor any look at it was answered."""

    async def story() -> None:
        club = world(40, 5, 30, 20)
        plan = await club.us.plan((listing, 24))
        for call, fault in (("snapshot", "database"), ("event", "html")):
            for write in ("set_booking_text", "set_stock", "set_capacity"):
                away = functools.partial(club.us.wire.faults[call].extend, [fault] * 99)
                club.us.wire.before[write].append(away)
        for write in ("set_booking_text", "set_stock", "set_capacity"):
            club.us.wire.faults[write].extend(["lost"] * 2)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.UNCLEAR
        assert "its number could not be read (" in change.reason, change.reason

    run(story())


def test_what_was_seen_once_is_told_with_when() -> None:
    """The old number at the first look is not what is there when the database has been away since."""

    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CELL, 24))
        club.us.wire.faults["set_booking_text"].append("lost")
        away = functools.partial(club.us.wire.faults["snapshot"].extend, ["database"] * 99)
        asyncio.get_running_loop().call_later(10.0, away)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.UNCLEAR
        said = r"still showed the old number at \d\d:00:02, and could not be read since \(the database went away"
        assert re.search(said, change.reason), change.reason

    run(story())
