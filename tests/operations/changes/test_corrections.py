"""A correction is a write like any other: the lock, the age of the numbers, other hands, and a wish to stop."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import pytest

from brcc_tui.model.changes.plan import Outcome
from brcc_tui.operations.changes import locking as holding
from brcc_tui.operations.changes.batch import FRESH_SECONDS
from brcc_tui.operations.changes.recover import plan_recovery, recoverable
from tests.operations.changes.fake_wire import VirtualClock
from tests.operations.changes.killing import killed_at
from tests.operations.changes.operators import MemoryJournal, World, go
from tests.operations.changes.virtual_time import run

CELL = "wc:4061:aaa:ddd"
OTHER = "wc:4061:aaa:eee"


def world() -> World:
    made = World()
    made.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 30})
    return made


def when(club: World, move: str, do: Callable[[], None]) -> None:
    """Do something right after this move was recorded for the first time."""
    journal, done = club.us.journal, list[str]()

    def watch(event: str) -> None:
        if event == move and not done:
            done.append(event)
            do()

    assert isinstance(journal, MemoryJournal)
    journal.on_append = watch


def test_a_lock_that_was_lost_ends_writing_and_what_could_not_be_lowered_is_told() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))
        when(club, "correcting", club.shop.locks.clear)
        (change,) = (await club.us.set((CELL, 40))).changes
        assert len(club.shop.requests) == 1
        assert (change.outcome, club.implied(CELL)) == (Outcome.CONFLICT, 42)
        assert "2 more on offer" in change.reason
        assert club.shop.locks == {}

    run(story())


def test_a_correction_is_not_sent_while_somebody_else_has_the_lock() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))

        def lost() -> None:
            club.shop.locks[4061] = "ann"

        when(club, "correcting", lost)
        (change,) = (await club.us.set((CELL, 40))).changes
        assert len(club.shop.requests) == 1
        assert change.outcome is Outcome.CONFLICT
        assert "more on offer" in change.reason
        assert club.shop.locks == {4061: "ann"}

    run(story())


def test_a_correction_is_not_computed_from_numbers_that_grew_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen between the look and the correction: a sale in between would be written over once more."""

    async def story() -> None:
        club = world()
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))
        ours, asked = holding.SubjectLock.still_ours, list[bool]()

        async def frozen(hold: holding.SubjectLock) -> bool:
            asked.append(True)
            if len(asked) == 2:  # the first is that of the first write
                await asyncio.sleep(FRESH_SECONDS + 1)
                go(club.shop.sale(CELL, 5))
            return await ours(hold)

        monkeypatch.setattr(holding.SubjectLock, "still_ours", frozen)
        (change,) = (await club.us.set((CELL, 40))).changes
        texts = [str(request.carried) for request in club.shop.requests]
        assert (change.outcome, club.implied(CELL)) == (Outcome.SETTLED, 40)
        assert len(texts) == 2
        assert '"stock":33' in texts[1]

    run(story())


@pytest.mark.parametrize("raised", [31, 50])
def test_a_date_that_no_plan_named_and_that_staff_raise_is_left_as_it_is(raised: int) -> None:
    async def story() -> None:
        club = world()
        task = asyncio.ensure_future(club.us.set((CELL, 40)))
        await asyncio.sleep(5)
        go(club.shop.staff(OTHER, raised))
        (change,) = (await task).changes
        assert club.shop.number(OTHER) == raised
        assert (change.outcome, len(club.shop.requests)) == (Outcome.SETTLED, 1)
        assert f"{OTHER} is at {raised}, not 30: raised by somebody else" in change.reason

    run(story())


def test_what_the_shop_undid_is_not_put_back_under_an_open_editor() -> None:
    async def story() -> None:
        club = world()

        def undone() -> None:
            go(club.shop.staff(CELL, 30))
            club.shop.editors[4061] = 20.0

        club.us.wire.after["set_booking_text"].append(undone)
        (change,) = (await club.us.set((CELL, 20))).changes
        assert change.outcome is Outcome.UNDONE_BY_SHOP
        assert "open in the WordPress editor" in change.reason
        assert len(club.shop.requests) == 1

    run(story())


def test_what_the_shop_undid_is_not_put_back_once_told_to_stop() -> None:
    async def story() -> None:
        club = world()

        def undone() -> None:
            go(club.shop.staff(CELL, 30))
            club.us.stopped = True

        club.us.wire.after["set_booking_text"].append(undone)
        (change,) = (await club.us.set((CELL, 20))).changes
        assert change.outcome is Outcome.INTERRUPTED
        assert len(club.shop.requests) == 1
        assert club.us.entry(change.entry).outcome is None

    run(story())


def test_a_neighbours_cancel_that_is_giving_places_back_is_waited_for() -> None:
    """Our own date stands as it was; written now, our text would take the neighbour's places away again."""

    async def story() -> None:
        club = world()
        go(club.shop.sale(OTHER, 3))
        (order,) = club.shop.orders_of(OTHER)
        plan = await club.us.plan((CELL, 40))
        life = club.shop.cancel(order)

        def begins(event: str) -> None:
            if event == "locked":
                club.us.wire.before["snapshot"] += [lambda: go(life, until="status")]
                club.us.wire.late.append(asyncio.ensure_future(goes_on()))

        async def goes_on() -> None:
            await asyncio.sleep(0.9)
            go(life)

        club.us.wire.before["set_booking_text"].append(lambda: go(life))  # if that comes first, it is overwritten

        assert isinstance(club.us.journal, MemoryJournal)
        club.us.journal.on_append = begins
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.SETTLED
        assert (club.implied(CELL), club.shop.number(OTHER)) == (40, 30)

    run(story())


def test_a_computer_that_slept_between_reading_and_writing_reads_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a laptop sleeps its monotonic clock may stand still: only the time of day tells."""

    async def story() -> None:
        club = world()
        ours, slept, now = holding.SubjectLock.still_ours, list[bool](), VirtualClock.now

        async def asleep(hold: holding.SubjectLock) -> bool:
            if not slept:
                slept.append(True)
                go(club.shop.sale(CELL, 2))
            return await ours(hold)

        monkeypatch.setattr(holding.SubjectLock, "still_ours", asleep)
        monkeypatch.setattr(VirtualClock, "now", lambda clock: now(clock) + dt.timedelta(hours=8 * len(slept)))
        (change,) = (await club.us.set((CELL, 40))).changes
        assert (change.outcome, change.corrections, club.implied(CELL)) == (Outcome.SETTLED, 0, 40)
        assert club.us.moves(change.entry).count("held_back") == 1

    run(story())


def test_a_correction_that_the_shop_refuses_is_tried_again_and_is_no_end_of_the_change() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))
        club.us.wire.faults["set_booking_text"] += ["", "rejected"]
        (change,) = (await club.us.set((CELL, 40))).changes
        assert (change.outcome, club.implied(CELL)) == (Outcome.SETTLED, 40)

    run(story())


def test_an_answer_that_was_lost_to_a_correction_says_nothing_of_the_change() -> None:
    """That it was done was answered before; the look right after the correction fails, and the next one sees it."""

    async def story() -> None:
        club = world()
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))
        club.us.wire.faults["set_booking_text"] += ["", "timeout"]
        when(club, "correcting", lambda: club.us.wire.faults["snapshot"].append("database"))
        (change,) = (await club.us.set((CELL, 40))).changes
        assert (change.outcome, club.implied(CELL)) == (Outcome.SETTLED, 40)
        assert "the one that was sent" not in change.reason

    run(story())


def test_a_neighbour_of_which_a_seat_was_sold_twice_through_our_text_is_told() -> None:
    """Its last seat is sold into our write, put on sale again by it, and bought before that is taken off again."""

    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 1})
        for moment in (club.us.wire.before, club.us.wire.after):
            moment["set_booking_text"].append(lambda: go(club.shop.sale(OTHER, 1)))
        (change,) = (await club.us.set((CELL, 20))).changes
        assert (change.outcome, club.shop.taken(OTHER), club.shop.number(OTHER)) == (Outcome.SETTLED, 2, 0)
        assert f"1 place more of {OTHER} sold than its capacity" in change.reason

    run(story())


@pytest.mark.parametrize("sold", [0, 3])
def test_a_neighbour_that_stood_below_0_before_is_not_told_as_sold_meanwhile(sold: int) -> None:
    """FooEvents had sold it too often, or staff typed the number, long before this write."""

    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): sold})
        if sold:
            go(club.shop.sale(OTHER, sold))
        go(club.shop.staff(OTHER, -2))
        (change,) = (await club.us.set((CELL, 20))).changes
        assert (change.outcome, club.shop.number(OTHER)) == (Outcome.SETTLED, -2)
        assert OTHER not in change.reason

    run(story())


# -- a date of which nobody knows all that is taken: tickets without their slot may be of it ----------------------


@pytest.mark.parametrize("imported", ["before", "meanwhile"])
def test_a_sale_of_such_a_date_that_fell_into_our_write_is_taken_off_again(imported: str) -> None:
    async def story() -> None:
        club = world()
        go(club.shop.sale(OTHER, 3))
        astray = club.shop.astray
        if imported == "before":
            astray["aaa", "eee"] = 1
        plan = await club.us.plan((CELL, 40))

        def sold() -> None:
            go(club.shop.sale(OTHER, 2))
            astray["aaa", "eee"] = 1

        club.us.wire.before["set_booking_text"].append(sold)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.corrections) == (Outcome.SETTLED, 1)
        assert club.implied(OTHER) == 30

    run(story())


def test_what_sells_and_comes_back_of_such_a_date_meanwhile_is_left_alone() -> None:
    async def story() -> None:
        club = world()
        go(club.shop.sale(OTHER, 3))
        club.shop.astray["aaa", "eee"] = 1
        plan, (order,), loop = await club.us.plan((CELL, 40)), club.shop.orders_of(OTHER), asyncio.get_running_loop()
        loop.call_later(5, lambda: go(club.shop.sale(OTHER, 2)))
        loop.call_later(30, lambda: go(club.shop.cancel(order)))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.corrections, club.shop.number(OTHER)) == (Outcome.SETTLED, 0, 28)

    run(story())


@pytest.mark.parametrize("imported", ["before", "since"])
def test_recovery_tells_of_such_a_date_that_a_sale_may_have_been_lost(imported: str) -> None:
    async def story() -> None:
        club = world()
        if imported == "before":
            club.shop.astray["aaa", "eee"] = 1
        plan = await club.us.plan((CELL, 40))
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(OTHER, 2)))
        await killed_at(club, plan, "answered")
        club.shop.astray["aaa", "eee"] = 1
        await asyncio.sleep(600)
        (one,) = await recoverable(club.us.club)
        assert f"{OTHER} is at 30 and, unless somebody raised it, should be at 28" in one.story
        (left,) = (await plan_recovery(club.us.club, "c1", "keep")).refused
        assert (left.listing_id, "should be at 28" in left.reason) == (OTHER, True)

    run(story())
