"""A sync between its plan and its writes: sales, other hands, closed listings, and readings that grow old."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, Plan, ShowRule
from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.operations.changes import batch, look_ahead
from tests.operations.changes.fake_wire import START, VirtualClock
from tests.operations.changes.nights import CELL, CLASS, NIGHT, STOCK, planned, the_show, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.plan_words import capacities
from tests.operations.changes.virtual_time import run

ON_OFF = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])


def loosened(plan: Plan) -> Plan:
    """The plan with rules that do not look at what the show offers."""
    rules = tuple(ShowRule(rule.listing_ids, rule.capacities) for rule in plan.rules)
    return dataclasses.replace(plan, rules=rules)


# -- sales since the plan --------------------------------------------------------------------------------


@ON_OFF
def test_sales_beyond_a_share_lower_the_rest_of_an_oversold_show(
    monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(look_ahead, "ceilings", lambda *_: {})

    async def story() -> None:
        club = world(55, 20, 35)
        go(club.shop.sale(CELL, 25))
        plan = await planned(club)
        assert capacities(plan) == {CLASS: 25, CELL: 30}
        go(club.shop.sale(CELL, 6))  # one more than its share
        result = await club.us.apply(plan)
        show = await the_show(club)
        if guarded:
            assert {change.outcome for change in result.changes} == {Outcome.SETTLED}
            assert (show.free, show.remaining) == (4, 2)  # no more than was confirmed, and no more than is free
        else:
            assert {change.outcome for change in result.changes} == {Outcome.REFUSED}
            assert show.exposure == 35

    run(story())


@pytest.mark.parametrize(("there", "here"), [(0, 10), (3, 7)])
def test_what_has_sold_out_since_the_plan_leaves_the_others_to_be_lowered(there: int, here: int) -> None:
    async def story() -> None:
        club = world(55, 20, 35)
        go(club.shop.sale(CELL, 25))
        plan = await planned(club)
        assert club.eventbrite.sell("123", "456", there)
        go(club.shop.sale(CELL, here))
        result = await club.us.apply(plan)
        assert {change.outcome for change in result.changes} == {Outcome.SETTLED}, [x.reason for x in result.changes]
        show = await the_show(club)
        assert (show.free, show.remaining) == (0, 0)

    run(story())


@pytest.mark.parametrize(("before", "after"), [(3, 3), (40, 5)], ids=["not raised", "lowered as planned"])
def test_a_class_of_an_event_that_is_full_since_the_plan_keeps_what_it_has(before: int, after: int) -> None:
    """It sells nothing for that; what is given back to the event is free then, too."""

    async def story() -> None:
        club = World(seats=55)
        club.eventbrite.add("123", {"456": (before, 0), "457": (30, 10)}, capacity=20)
        club.shop.add_bookings(4061, {("aaa", "ddd"): 5}, texts={"ddd": NIGHT})
        plan = await planned(club)
        assert capacities(plan) == {CLASS: 5, "eb:123:457": 15, CELL: 35}
        assert club.eventbrite.sell("123", "457", 10)
        result = await club.us.apply(plan)
        assert {change.outcome for change in result.changes} == {Outcome.SETTLED}, [x.reason for x in result.changes]
        assert club.eventbrite.events["123"].classes["456"].capacity == after
        assert (await the_show(club)).exposure == 0

    run(story())


def test_a_place_that_waits_to_be_paid_does_not_refuse_a_lowering() -> None:
    async def story() -> None:
        club = world(30, 20, 0, 30)
        plan = await planned(club)
        assert capacities(plan)[STOCK] < 30
        checkout = club.shop.sale(STOCK, 25)
        go(checkout, until="order")
        (change,) = [x for x in (await club.us.apply(plan)).changes if x.listing_id == STOCK]
        assert (change.outcome, club.shop.number(STOCK)) == (Outcome.SETTLED, 25)

    run(story())


# -- the rest of the show --------------------------------------------------------------------------------


def staff_raise(club: World) -> None:
    club.eventbrite.change("123", "456", capacity=25, quantity_total=25)


@ON_OFF
@pytest.mark.parametrize("seconds", [0, 30], ids=["before", "while the lowered ones settle"])
def test_a_raise_leaves_room_for_what_others_offer_by_now(guarded: bool, seconds: int) -> None:
    async def story() -> None:
        club = world(15, 0, 25, 5, seats=45)
        plan = await planned(club)
        assert capacities(plan) == {CELL: 15, STOCK: 15}, "the class has its share already"
        if seconds:
            asyncio.get_running_loop().call_later(seconds, staff_raise, club)
        else:
            staff_raise(club)
        result = await club.us.apply(plan if guarded else loosened(plan))
        assert {change.outcome for change in result.changes} == {Outcome.SETTLED}, [x.reason for x in result.changes]
        show = await the_show(club)
        assert (show.free, show.exposure) == (45, 0 if guarded else 10)
        if guarded:
            assert (club.shop.number(CELL), club.shop.number(STOCK)) == (15, 5)

    run(story())


def test_seats_kept_back_stay_so_where_another_offers_more_by_now() -> None:
    async def story() -> None:
        club = world(13, 0, 25, 5, seats=45)
        plan = await planned(club, buffer=6)
        assert capacities(plan) == {CELL: 13, STOCK: 13}
        club.eventbrite.change("123", "456", capacity=15, quantity_total=15)
        await club.us.apply(plan)
        assert (await the_show(club)).remaining == 45 - 6

    run(story())


def test_raises_of_one_request_share_what_is_left() -> None:
    async def story() -> None:
        club = World(seats=45)
        texts = {"ddd": NIGHT, "eee": NIGHT}
        club.eventbrite.add("123", {"456": (15, 0)})
        club.shop.add_bookings(4061, {("aaa", "ddd"): 5, ("aaa", "eee"): 5}, texts=texts)
        plan = await planned(club)
        assert set(capacities(plan).values()) == {15}
        staff_raise(club)
        await club.us.apply(plan)
        assert len(club.shop.requests) == 1
        assert (await the_show(club)).remaining == 45

    run(story())


def test_a_change_of_a_show_locks_what_its_plan_leaves_alone() -> None:
    async def story() -> None:
        club = world(15, 0, 25, 5, seats=45)
        plan = await planned(club)
        seen: list[set[str]] = []
        club.us.journal.on_append = lambda event: seen.append(set(club.us.locks.held)) if event == "sent" else None
        await club.us.apply(plan)
        assert {frozenset(held) for held in seen} == {frozenset({"eb:123", "wc:4061", "wc:31907"})}
        assert club.us.locks.held == {}

    run(story())


def test_a_show_of_which_somebody_else_changes_another_listing_is_refused() -> None:
    async def story() -> None:
        club = world(15, 0, 25, 5, seats=45)
        plan = await planned(club)
        club.us.locks.held["eb:123"] = "ann"
        result = await club.us.apply(plan)
        assert {change.outcome for change in result.changes} == {Outcome.REFUSED}
        assert all("of the same show: eb:123: ann is changing it" in change.reason for change in result.changes)
        assert club.shop.requests == []

    run(story())


@ON_OFF
def test_a_raise_counts_on_no_old_sales_of_the_rest_of_its_show(monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    if not guarded:
        monkeypatch.setattr(batch, "FRESH_MATES_SECONDS", float("inf"))

    async def story() -> None:
        club = world(60, 20, 10)
        plan = await planned(club, Mode.MIRROR)
        assert capacities(plan) == {CLASS: 55, CELL: 35}
        slept: list[bool] = []

        async def asleep() -> None:
            await asyncio.sleep(7200)
            slept.append(club.eventbrite.sell("123", "456", 30))

        def settled(event: str) -> None:
            if event == "settled" and not slept:
                club.us.wire.after["event"].append(asleep)

        club.us.journal.on_append = settled  # type: ignore[attr-defined]
        await club.us.apply(plan)
        show = await the_show(club)
        assert slept == [True]
        assert show.free == 5
        assert club.shop.number(CELL) == (5 if guarded else 35)

    run(story())


@pytest.mark.parametrize("clock", ["now", "monotonic"])
def test_either_clock_tells_that_a_reading_grew_old(monkeypatch: pytest.MonkeyPatch, clock: str) -> None:
    """Some computers stop the one while they sleep; people set the other."""

    async def story() -> None:
        club = world(30, 5, 20)
        plan = await club.us.plan((CELL, 30))
        now, loop = VirtualClock.now, asyncio.get_running_loop()

        def asleep(event: str) -> None:
            if event != "checkpointed" or club.shop.taken(CELL):
                return
            go(club.shop.sale(CELL, 4))
            if clock == "now":
                monkeypatch.setattr(VirtualClock, "now", lambda self: now(self) + dt.timedelta(hours=2))
            else:
                monkeypatch.setattr(VirtualClock, "now", lambda _: START + dt.timedelta(seconds=loop.time()))
                monkeypatch.setattr(VirtualClock, "monotonic", lambda _: loop.time() + 7200)

        club.us.journal.on_append = asleep  # type: ignore[attr-defined]
        (change,) = (await club.us.apply(plan)).changes
        assert "held_back" in club.us.moves(change.entry)
        assert (change.corrections, club.implied(CELL)) == (0, 30)

    run(story())


# -- what a person closed --------------------------------------------------------------------------------


def cancelled(club: World) -> None:
    """Every place that was sold on the date, or in the class, comes back."""
    for order in club.shop.orders_of(CELL):
        go(club.shop.cancel(order))
    club.eventbrite.change("123", "456", quantity_sold=club.eventbrite.events["123"].classes["456"].quantity_sold - 2)


def sold_some(club: World) -> None:
    go(club.shop.sale(CELL, 3))
    assert club.eventbrite.sell("123", "456", 5)


WAYS: dict[str, Callable[[World], Any]] = {
    "at once": lambda _: None,
    "after a cancel": cancelled,
}


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("then", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("settle", [True, False], ids=["settled", "not watched"])
def test_what_was_closed_here_stays_closed(mode: Mode, then: Callable[[World], Any], settle: bool) -> None:
    async def story() -> None:
        club = world(30, 0, 20, 10)
        sold_some(club)
        await club.us.set(ChangeRequest(CELL, Action.CLOSE), ChangeRequest(CLASS, Action.CLOSE), settle=settle)
        await asyncio.sleep(600)
        then(club)
        plan = await planned(club, mode)
        assert set(capacities(plan)) == {STOCK}
        refused = {refusal.listing_id: refusal for refusal in plan.refused}
        assert {refused[x].code.value for x in (CELL, CLASS)} == {"at_zero"}
        assert all("closed" in refused[x].reason or "is at 0" in refused[x].reason for x in (CELL, CLASS))
        await club.us.apply(plan)
        show = await the_show(club)
        assert show.exposure == 0
        by_rule = await club.us.plan((CELL, 50), (CLASS, 40), rules=[anything(CELL, CLASS)])
        assert {refusal.code.value for refusal in by_rule.refused} == {"at_zero"}

    run(story())


def anything(*listings: str) -> ShowRule:
    def given(now: Mapping[str, Listing]) -> Mapping[str, int]:
        return dict.fromkeys(now, 20)

    return ShowRule(listings, given)


def test_what_was_opened_here_again_takes_part_in_a_sync() -> None:
    async def story() -> None:
        club = world(30, 0, 20)
        sold_some(club)
        await club.us.set(ChangeRequest(CELL, Action.CLOSE), ChangeRequest(CLASS, Action.CLOSE))
        await club.us.set(ChangeRequest(CELL, Action.REOPEN), (CLASS, 12))
        await asyncio.sleep(600)
        assert set(capacities(await planned(club))) == {CELL, CLASS}

    run(story())


@pytest.mark.parametrize("mode", list(Mode))
def test_a_class_that_has_nothing_left_and_was_not_set_here_stays_so(mode: Mode) -> None:
    """Somebody may have set it to what was sold, at Eventbrite: that closes it there."""

    async def story() -> None:
        club = world(30, 12, 20)
        club.eventbrite.change("123", "456", capacity=12, quantity_total=12)
        plan = await planned(club, mode)
        assert set(capacities(plan)) == {CELL}
        assert [refusal.code.value for refusal in plan.refused] == ["at_zero"]

    run(story())


def test_a_class_that_sold_out_what_was_set_here_is_given_more() -> None:
    async def story() -> None:
        club = world(30, 12, 10)
        await club.us.set((CLASS, 14))
        assert club.eventbrite.sell("123", "456", 2)
        await asyncio.sleep(600)
        assert set(capacities(await planned(club))) == {CELL, CLASS}

    run(story())


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("raised", [False, True], ids=["closed", "given more since"])
def test_what_was_closed_in_the_shop_stays_closed_after_a_cancel(mode: Mode, raised: bool) -> None:
    async def story() -> None:
        club = world(30, 12, 20, 9)
        go(club.shop.sale(CELL, 3))
        go(club.shop.staff(CELL, 0))
        club.eventbrite.change("123", "456", capacity=12, quantity_total=12)
        known = await the_show(club)
        cancelled(club)
        if raised:
            go(club.shop.staff(CELL, 8))
            club.eventbrite.change("123", "456", capacity=20, quantity_total=20)
        plan = await planned(club, mode, cached=known)
        assert set(capacities(plan)) == {STOCK, *((CELL, CLASS) if raised else ())}
        assert {refusal.code.value for refusal in plan.refused} == (set() if raised else {"at_zero"})

    run(story())


def test_a_close_of_which_nobody_knows_whether_it_was_done_is_respected() -> None:
    async def story() -> None:
        club = world(30, 5, 20)
        go(club.shop.sale(CELL, 3))
        club.us.wire.faults["set_booking_text"].append("lost")
        (change,) = (await club.us.set(ChangeRequest(CELL, Action.CLOSE))).changes
        assert change.outcome is Outcome.UNCLEAR
        await asyncio.sleep(600)
        assert CELL not in capacities(await planned(club))

    run(story())
