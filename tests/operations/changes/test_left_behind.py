"""However a change ends, its row tells what the shop was seen to offer last: no more, and no less."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.screens.state.board import Board
from brcc_tui.screens.state.running_plan import RunningPlan
from tests.operations.changes.fake_wire import START
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

STOCK, DATE, CLASS = "wc:31907", "wc:4061:aaa:ddd", "eb:7:1"


def world() -> World:
    """A product and a date that their shop calls sold out, and a class of an event that has room for 5 more."""
    club = World()
    club.shop.add_single(31907, 20).stock_status = "outofstock"
    club.shop.add_bookings(4061, {("aaa", "ddd"): 20}).stock_status = "outofstock"
    club.eventbrite.add("7", {"1": (30, 5), "2": (30, 10)}, capacity=20)
    return club


async def shown_now(club: World, listing_id: str) -> Listing:
    """What a look at the shop shows now."""
    return (await DecisionReader(club.us.club).look(subject_of(listing_id))).listings[listing_id]


def told(listing: Listing) -> tuple[object, ...]:
    reading = listing.reading
    return (listing.status, listing.offer, listing.flags, reading.capacity, reading.sold, reading.remaining)


Happens = Callable[[World, str], object]


def _nothing(club: World, listing_id: str) -> None:
    pass


def _refused_by_the_shop(club: World, _: str) -> None:
    for call in ("set_stock", "set_booking_text", "set_capacity"):
        club.us.wire.faults[call].append("rejected")


def _sold_and_refused(club: World, listing_id: str) -> None:
    _refused_by_the_shop(club, listing_id)
    if listing_id == CLASS:
        club.eventbrite.sell("7", "1", 2)
    else:
        go(club.shop.sale(listing_id, 2))


def _never_arrived(club: World, _: str) -> None:
    for call in ("set_stock", "set_booking_text", "set_capacity"):
        club.us.wire.faults[call] += ["lost"] * 2


def _changed_since_the_plan(club: World, listing_id: str) -> None:
    if listing_id == CLASS:
        club.eventbrite.change("7", "1", capacity=28, quantity_total=28)
    else:
        go(club.shop.staff(listing_id, 17))


def _stopped(club: World, _: str) -> None:
    club.us.wire.after["event"].append(lambda: setattr(club.us, "stopped", True))
    club.us.wire.after["snapshot"].append(lambda: setattr(club.us, "stopped", True))


def _taken_back(club: World, listing_id: str) -> None:
    def back() -> None:
        if listing_id == CLASS:
            club.eventbrite.change("7", "1", capacity=29, quantity_total=29)
            return
        go(club.shop.staff(listing_id, 17))
        club.shop.products[int(listing_id.split(":")[1])].stock_status = "outofstock"

    for call in ("set_stock", "set_booking_text", "set_capacity"):
        club.us.wire.after[call].append(back)


async def carried_out(club: World, board: Board, listing_id: str, happens: Happens, *, settle: bool) -> Outcome:
    """Plan 24 seats, let it happen, and apply the plan as the screens do."""
    plan = await club.us.plan((listing_id, 24))
    happens(club, listing_id)
    board.take_planned(change.listing for change in plan.changes)
    running = RunningPlan(confirm(plan, plan.digest), "", START, board, lambda: None)
    stop = lambda: club.us.stopped  # noqa: E731
    result = await apply_plan(club.us.club, running.confirmed, settle=settle, watch=running.watch, stop=stop)
    return result.changes[0].outcome


@pytest.mark.parametrize("listing_id", [STOCK, DATE, CLASS])
@pytest.mark.parametrize(
    ("happens", "settle", "outcome"),
    [
        pytest.param(_refused_by_the_shop, True, Outcome.REFUSED, id="refused"),
        pytest.param(_sold_and_refused, True, Outcome.REFUSED, id="sold and refused"),
        pytest.param(_never_arrived, True, Outcome.UNCLEAR, id="never arrived"),
        pytest.param(_changed_since_the_plan, True, Outcome.CONFLICT, id="changed since the plan"),
        pytest.param(_stopped, True, Outcome.INTERRUPTED, id="stopped"),
        pytest.param(_taken_back, True, Outcome.CONFLICT, id="taken back"),
        pytest.param(_nothing, True, Outcome.SETTLED, id="settled"),
        pytest.param(_nothing, False, Outcome.VERIFIED, id="watched no longer"),
    ],
)
def test_the_row_tells_what_the_shop_was_seen_to_offer_last(
    listing_id: str, happens: Happens, settle: bool, outcome: Outcome
) -> None:
    async def story() -> None:
        club, board = world(), Board()
        assert await carried_out(club, board, listing_id, happens, settle=settle) is outcome
        assert told(board.listings[listing_id]) == told(await shown_now(club, listing_id))

    run(story())


@pytest.mark.parametrize(("happens", "closed"), [(_refused_by_the_shop, True), (_nothing, False)])
def test_what_was_closed_here_stays_so_until_a_change_was_seen_to_stand(happens: Happens, closed: bool) -> None:
    async def story() -> None:
        club, board = world(), Board()
        await club.us.apply(await club.us.plan(ChangeRequest(STOCK, Action.SET, 0)))
        there = await shown_now(club, STOCK)
        board.take([dataclasses.replace(there, flags=there.flags | {Flag.CLOSED_HERE})])
        await carried_out(club, board, STOCK, happens, settle=True)
        assert (Flag.CLOSED_HERE in board.listings[STOCK].flags) is closed

    run(story())


@pytest.mark.parametrize(("capacity", "left"), [(20, 5), (15, 0)])
def test_a_plan_offers_no_more_than_the_event_has_left(capacity: int, left: int) -> None:
    async def story() -> None:
        club = world()
        club.eventbrite.events["7"].capacity = capacity
        (change,) = (await club.us.plan((CLASS, 34))).changes
        assert (change.after.capacity, change.after.remaining, change.dangers) == (34, left, ())
        full = [words for words in change.warnings if "the event as a whole has no more left" in words]
        assert bool(full) is (left == 0)

    run(story())


@pytest.mark.parametrize(("listing_id", "question"), [(STOCK, "snapshot"), (DATE, "snapshot"), (CLASS, "event")])
def test_a_reading_is_as_old_as_its_question(listing_id: str, question: str) -> None:
    """What is sold while the answer travels is not in it, and another reading may be the newer one."""

    async def story() -> None:
        club, seen = world(), list[dt.datetime]()
        club.us.wire.delay = lambda: 3.0
        club.us.wire.before[question].append(lambda: seen.append(club.us.club.clock.now()))
        (change,) = (await club.us.plan((listing_id, 24))).changes
        assert change.before.read_at is not None
        assert change.before.read_at <= seen[0]

    run(story())
