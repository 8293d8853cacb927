"""Two mishaps at once: a lost answer and a refusal, a full disk in the middle, a second cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes.expectations import MAX_ROUNDS
from brcc_tui.operations.changes.recover import plan_recovery, recoverable
from brcc_tui.operations.changes.undo import plan_undo
from brcc_tui.store.journal_file import JournalUnavailable
from tests.operations.changes.killing import killed_at
from tests.operations.changes.operators import MemoryJournal, World, go
from tests.operations.changes.virtual_time import run

CELL = "wc:4061:aaa:ddd"
OTHER = "wc:4061:aaa:eee"
CLASS = "eb:123:456"


def world(sold: int = 10) -> World:
    made = World()
    made.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 30})
    made.eventbrite.add("123", {"456": (30, sold)})
    return made


def fill_up(club: World, monkeypatch: pytest.MonkeyPatch, full: Callable[[str], bool]) -> None:
    """From the first move on for which `full` says so, no move can be recorded any more."""
    append = club.us.journal.append
    is_full = [False]

    def appends(entry: str, event: str, at: object, detail: object) -> None:
        is_full[0] = is_full[0] or full(event)
        if is_full[0]:
            raise JournalUnavailable("the journal cannot be used: disk full")
        append(entry, event, at, detail)  # type: ignore[arg-type]

    monkeypatch.setattr(club.us.journal, "append", appends)


def nth(move: str, number: int) -> Callable[[str], bool]:
    seen: list[str] = []

    def is_it(event: str) -> bool:
        seen.append(event)
        return seen.count(move) == number and event == move

    return is_it


@pytest.mark.parametrize(("faults", "done"), [(["timeout", "rejected"], True), (["lost", "rejected"], False)])
def test_a_refused_repeat_does_not_say_that_the_first_request_was_not_done(faults: list[str], done: bool) -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["set_capacity"].extend(faults)
        (change,) = (await club.us.set((CLASS, 40))).changes
        assert (club.eventbrite.events["123"].classes["456"].capacity == 40) == done
        assert change.outcome is (Outcome.SETTLED if done else Outcome.UNCLEAR)
        assert change.reading.capacity == (40 if done else 30)
        assert "it was refused" in str([event.detail for event in club.us.entry(change.entry).events])

    run(story())


def test_a_disk_that_fills_up_before_the_repeat_leaves_the_first_request_watched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CLASS, 40))
        club.us.wire.faults["set_capacity"].append("timeout")
        fill_up(club, monkeypatch, nth("sent", 2))
        (change,) = (await club.us.apply(plan)).changes
        assert len(club.eventbrite.requests) == 1
        assert change.outcome is Outcome.SETTLED
        assert "could not be repeated" in change.reason
        assert club.us.locks.held == {}

    run(story())


@pytest.mark.parametrize("move", ["correcting", "sent"])
@pytest.mark.parametrize("told_to_stop", [False, True])
def test_a_disk_that_fills_up_before_a_correction_goes_on_watching_and_says_what_stands(
    monkeypatch: pytest.MonkeyPatch, move: str, told_to_stop: bool
) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40), (OTHER, 35))
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))
        full = nth(move, 1 if move == "correcting" else 3)  # both cells were sent before

        def fills(event: str) -> bool:
            is_full = full(event)
            club.us.stopped = club.us.stopped or (told_to_stop and is_full)
            return is_full

        fill_up(club, monkeypatch, fills)
        cell, other = sorted((await club.us.apply(plan)).changes, key=lambda change: change.listing_id)
        assert len(club.shop.requests) == 1
        ends = Outcome.INTERRUPTED if told_to_stop else Outcome.CONFLICT
        assert (cell.outcome, cell.reading.remaining, cell.reading.capacity) == (ends, 40, 42)
        assert other.outcome is (Outcome.INTERRUPTED if told_to_stop else Outcome.SETTLED)
        assert "could not be corrected" in cell.reason
        assert club.us.locks.held == {}

    run(story())


@pytest.mark.parametrize("left", ["before anything was sent", "verified"])
def test_a_full_disk_hides_no_change_that_is_to_be_decided(monkeypatch: pytest.MonkeyPatch, left: str) -> None:
    """Others that would end by the way cannot be recorded: what is open is told all the same."""

    async def story() -> None:
        club = world()
        if left == "verified":
            await club.us.set((CLASS, 40), settle=False)
        else:
            await killed_at(club, await club.us.plan((CLASS, 40)), "read_again")
        await killed_at(club, await club.us.plan((CELL, 40)), "sent")
        await asyncio.sleep(600)
        fill_up(club, monkeypatch, lambda event: True)
        told = [(one.entry.listing, one.now.capacity) for one in await recoverable(club.us.club)]
        assert told == [(CLASS, 40)] * (left == "verified") + [(CELL, 30)]
        monkeypatch.undo()
        assert [one.entry.listing for one in await recoverable(club.us.club)] == [CELL]

    run(story())


@pytest.mark.parametrize("listing", [CELL, CLASS])
@pytest.mark.parametrize("second", [0.01, 0.2, 0.4])
def test_cancelled_twice_it_still_verifies_what_was_sent(listing: str, second: float) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((listing, 40))
        journal = club.us.journal
        assert isinstance(journal, MemoryJournal)
        sent = asyncio.Event()
        journal.on_append = lambda event: sent.set() if event == "sent" else None
        task = asyncio.ensure_future(club.us.apply(plan))
        await sent.wait()
        task.cancel()
        await asyncio.sleep(second / 10)
        task.cancel()
        await asyncio.sleep(second)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        (entry,) = journal.entries()
        assert [event.event for event in entry.events][-2:] == ["verified", "unwatched"]
        assert club.us.locks.held == {}
        assert club.shop.locks == {}

    run(story())


@pytest.mark.parametrize("landed", [False, True])
@pytest.mark.parametrize("action", [Action.CLOSE, Action.REOPEN])
def test_a_hiding_that_died_is_told_by_what_buyers_see(landed: bool, action: Action) -> None:
    """Hiding leaves the capacity as it is: that the capacity is as before says nothing."""

    async def story() -> None:
        club = world(sold=0)
        classes = club.eventbrite.events["123"].classes
        if action is Action.REOPEN:
            await club.us.set(ChangeRequest(CLASS, Action.CLOSE))
        plan = await club.us.plan(ChangeRequest(CLASS, action))
        await killed_at(club, plan, "answered" if landed else "sent")
        hidden = action is Action.CLOSE
        assert (classes["456"].hidden == hidden) == landed
        await asyncio.sleep(400)
        (found,) = await recoverable(club.us.club)
        assert ("is as intended" in found.story) == landed
        assert found.now.remaining == 30
        assert found.offered == (0 if classes["456"].hidden else 30), "nobody can buy what is hidden"
        assert landed or f"it is {'shown' if hidden else 'hidden'} as before" in found.story
        back = await plan_recovery(club.us.club, found.entry.id, "reapply")
        assert bool(back.changes) == (not landed)
        if back.changes:
            (change,) = (await club.us.apply(back)).changes
            assert change.outcome is Outcome.SETTLED
        assert classes["456"].hidden == hidden
        assert await recoverable(club.us.club) == []

    run(story())


def test_keeping_a_hiding_that_never_arrived_does_not_call_it_settled() -> None:
    async def story() -> None:
        club = world(sold=0)
        club.us.wire.faults["set_hidden"].extend(["lost", "lost"])
        (change,) = (await club.us.set(ChangeRequest(CLASS, Action.CLOSE))).changes
        assert change.outcome is Outcome.UNCLEAR
        await plan_recovery(club.us.club, change.entry or "", "keep")
        assert club.us.entry(change.entry).outcome == "interrupted"

    run(story())


@pytest.mark.parametrize("sales", [1, 3, 5, 7, 30])
def test_sales_of_another_date_that_fall_into_every_write_are_corrected_or_told(sales: int) -> None:
    async def story() -> None:
        club = world()
        for _ in range(sales):
            club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(OTHER)))
        (change,) = (await club.us.set((CELL, 40))).changes
        assert club.implied(CELL) == 40
        if sales <= 2 * MAX_ROUNDS:
            assert (change.outcome, club.implied(OTHER)) == (Outcome.SETTLED, 30)
        else:
            assert (change.outcome, len(club.shop.requests)) == (Outcome.CONFLICT, 1 + 2 * MAX_ROUNDS)
            assert f"{OTHER} is at" in change.reason
        assert club.us.locks.held == {}

    run(story())


def test_an_answer_with_another_capacity_is_a_conflict_and_not_a_success() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.after["set_capacity"].append(lambda: club.eventbrite.change("123", "456", capacity=35))
        (change,) = (await club.us.set((CLASS, 40))).changes
        assert (change.outcome, change.reading.capacity) == (Outcome.CONFLICT, 35)
        assert "answered with capacity 35" in change.reason

    run(story())


def test_a_stock_that_php_writes_late_is_still_watched_for() -> None:
    async def story() -> None:
        club = world()
        club.shop.add_single(31907, 30)
        club.us.wire.faults["set_stock"].append("late 50")
        (change,) = (await club.us.set(("wc:31907", 40))).changes
        assert (change.outcome, club.shop.number("wc:31907")) == (Outcome.SETTLED, 40)

    run(story())


def test_an_undo_that_is_refused_leaves_the_entry_as_it_was() -> None:
    async def story() -> None:
        club = world()
        (done,) = (await club.us.set((CLASS, 40))).changes
        plan = await plan_undo(club.us.club, done.entry or "")
        club.us.wire.faults["set_capacity"].append("rejected")
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.REFUSED
        assert club.us.entry(done.entry).outcome == "settled"
        (change,) = (await club.us.apply(await plan_undo(club.us.club, done.entry or ""))).changes
        assert club.us.entry(done.entry).outcome == "rolled_back"

    run(story())


@pytest.mark.parametrize("choice", ["reapply", "restore", "keep"])
def test_a_sale_of_a_neighbour_that_a_dead_write_took_back_is_told_and_lowered(choice: str) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(OTHER, 2)))
        await killed_at(club, plan, "answered")
        assert club.implied(OTHER) == 32  # two people are in, and their seats on sale again
        (found,) = await recoverable(club.us.club)
        assert f"{OTHER} is at 30 and, unless somebody raised it, should be at 28" in found.story
        back = await plan_recovery(club.us.club, found.entry.id, choice)
        assert (OTHER in [change.listing.id for change in back.changes]) == (choice != "keep")
        if choice == "keep":
            assert f"{OTHER} is at 30" in str(club.us.entry(found.entry.id).events[-1].detail)
        else:
            await club.us.apply(back)
            assert club.implied(OTHER) == 30

    run(story())


def test_an_order_that_came_and_went_while_we_watched_explains_a_low_number() -> None:
    async def story() -> None:
        club = world()
        task = asyncio.ensure_future(club.us.set((CELL, 40)))
        await asyncio.sleep(5)
        go(club.shop.sale(CELL, 2))
        await asyncio.sleep(20)
        (order,) = club.shop.orders_of(CELL)
        go(club.shop.refund(order))  # which gives nothing back
        (change,) = (await task).changes
        assert change.outcome is Outcome.SETTLED_LOW
        assert "2 fewer on offer than its capacity leaves" in change.reason

    run(story())
