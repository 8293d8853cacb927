"""A lock that is lost: nothing new is sent after it, in the whole plan, and a show is written under all its locks."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes.locking import SubjectLock
from brcc_tui.store.locks import LocalLocks
from tests.operations.changes.nights import STOCK, planned, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run
from tests.systems import posix

CELL, BESIDE, LATER = "wc:4061:aaa:ddd", "wc:4061:aaa:eee", "wc:4062:bbb:fff"
ON_OFF = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])


def two_products() -> World:
    club = World()
    club.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 30})
    club.shop.add_bookings(4062, {("bbb", "fff"): 30}, texts={"fff": "December 03, 2026"})
    return club


def a_sale_that_we_overwrote(club: World) -> None:
    """Its places can be counted, and the number is as it was."""
    number = club.shop.number(BESIDE)
    go(club.shop.sale(BESIDE, 2))
    for order in club.shop.orders_of(BESIDE):
        order.born -= 100
    go(club.shop.staff(BESIDE, number))


def test_a_lock_that_is_lost_while_a_change_is_watched_ends_the_plan() -> None:
    async def story() -> None:
        club = two_products()

        def lost() -> None:
            club.shop.locks[4061] = object()
            a_sale_that_we_overwrote(club)

        asyncio.get_running_loop().call_later(10, lost)
        result = await club.us.apply(await club.us.plan((CELL, 20), (LATER, 40)))
        lowered, raised = result.changes
        assert lowered.outcome is Outcome.CONFLICT
        assert f"{BESIDE} is at 30 and should be at 28: lower it" in lowered.reason
        assert raised.outcome is Outcome.REFUSED
        assert "the lock of wc:4061 was lost while it was watched" in raised.reason
        assert len(club.shop.requests) == 1

    run(story())


def test_what_our_own_text_did_elsewhere_is_mended_under_a_lock_that_is_ours() -> None:
    async def story() -> None:
        club = two_products()

        def lost() -> None:
            club.shop.locks[4062] = object()

        loop = asyncio.get_running_loop()
        loop.call_later(5, lost)
        loop.call_later(6, a_sale_that_we_overwrote, club)
        await club.us.apply(await club.us.plan((CELL, 20), (LATER, 20)))
        assert club.shop.number(BESIDE) == 28

    run(story())


@ON_OFF
def test_a_show_is_not_written_without_the_lock_of_what_its_rule_counts_on(
    monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Whoever has that lock may raise the other listing at this very moment."""

    async def story() -> None:
        club = world(15, 0, 5, 25, seats=45)
        plan = await planned(club)
        assert [change.listing.id for change in plan.changes] == [STOCK, CELL]

        def lost(event: str) -> None:
            if event == "checkpointed" and club.shop.requests:
                club.shop.locks[31907] = object()
                if not guarded:
                    monkeypatch.setattr(SubjectLock, "still_ours", ours)

        async def ours(_: SubjectLock) -> bool:
            return True

        club.us.journal.on_append = lost  # type: ignore[attr-defined]
        result = await club.us.apply(plan)
        assert len(club.shop.requests) == (1 if guarded else 2)
        if guarded:
            assert [x.outcome for x in result.changes] == [Outcome.SETTLED, Outcome.REFUSED]
            assert "the lock was lost before anything was sent" in result.changes[1].reason

    run(story())


def test_a_lock_of_the_show_that_can_be_had_again_is_taken_again() -> None:
    async def story() -> None:
        club = world(15, 0, 5, 25, seats=45)
        plan = await planned(club)

        def lost(event: str) -> None:
            if event == "checkpointed" and len(club.shop.requests) == 1:
                club.shop.locks.pop(31907, None)
                club.us.journal.on_append = None  # type: ignore[attr-defined]

        club.us.journal.on_append = lost  # type: ignore[attr-defined]
        result = await club.us.apply(plan)
        assert {x.outcome for x in result.changes} == {Outcome.SETTLED}
        assert "held_back" in club.us.moves(result.entries[1])

    run(story())


@posix("a file that is locked and can be taken away")
def test_a_lock_whose_file_was_taken_away_writes_no_more(tmp_path: Path) -> None:
    """Another copy would make a file of its own, and lock that."""

    async def story() -> None:
        club = two_products()
        club.us.club = dataclasses.replace(club.us.club, locks=LocalLocks(tmp_path))
        plan = await club.us.plan((CELL, 20))

        def gone(event: str) -> None:
            if event == "checkpointed":
                (tmp_path / "wc-4061.lock").unlink()

        club.us.journal.on_append = gone  # type: ignore[attr-defined]
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.requests) == (Outcome.REFUSED, [])
        assert "the lock was lost before anything was sent" in change.reason

    run(story())


@pytest.mark.parametrize("lost", [True, False])
def test_what_eventbrite_did_not_answer_is_not_sent_again_without_the_lock(lost: bool) -> None:
    """Whoever had the lock meanwhile may have set another number, and Eventbrite's readings need not show it."""

    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (30, 10)})
        club.us.wire.faults["set_capacity"].append("lost")

        def gone(event: str) -> None:
            if event == "unanswered" and lost:
                club.us.locks.held.clear()

        club.us.journal.on_append = gone  # type: ignore[attr-defined]
        (change,) = (await club.us.set(("eb:123:456", 40))).changes
        assert len(club.eventbrite.requests) == (not lost)
        assert change.outcome is (Outcome.UNCLEAR if lost else Outcome.SETTLED)
        assert ("not repeated, for the lock was lost" in change.reason) is lost

    run(story())


def test_a_closing_does_not_follow_what_is_given_back_without_the_lock() -> None:
    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (30, 10)})
        club.us.wire.before["set_capacity"].append(lambda: club.eventbrite.change("123", "456", quantity_sold=8))

        def gone(event: str) -> None:
            if event == "answered":
                club.us.locks.held.clear()

        club.us.journal.on_append = gone  # type: ignore[attr-defined]
        (change,) = (await club.us.set(ChangeRequest("eb:123:456", Action.CLOSE))).changes
        assert [request.carried for request in club.eventbrite.requests] == [{"capacity": 10, "quantity_total": 10}]
        assert "2 of these places were given back, and on offer: close it again" in change.reason

    run(story())
