"""Settled means seen: what fails, comes late or is somebody else's while a change is watched."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from brcc_tui.clock import on_the_wall
from brcc_tui.model.changes.plan import Outcome
from brcc_tui.operations.changes import settle as settling
from brcc_tui.operations.changes.expectations import Expectations
from brcc_tui.operations.changes.history import ending
from brcc_tui.operations.changes.recover import recoverable
from brcc_tui.operations.changes.verify_woocommerce import _decide_changed_by_others
from tests.operations.changes.operators import MemoryJournal, Operator, World, go
from tests.operations.changes.virtual_time import run

A, B, CLASS = "wc:4061:aaa:ddd", "wc:4061:aaa:eee", "eb:123:456"


def world() -> World:
    made = World()
    made.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 10})
    made.eventbrite.add("123", {"456": (30, 10)})
    return made


def at(operator: Operator, move: str, what: object, times: int = 1) -> None:
    """Let something happen right after a move has been recorded, for the first so many times."""
    journal, left = operator.journal, [times]
    assert isinstance(journal, MemoryJournal)
    before = journal.on_append

    def on_append(event: str) -> None:
        if before is not None:
            before(event)
        if event == move and left[0]:
            left[0] -= 1
            what()  # type: ignore[operator]

    journal.on_append = on_append


async def later(seconds: float, life: Iterator[str]) -> None:
    await asyncio.sleep(seconds)
    go(life)


# -- looks that fail ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("listing", [A, CLASS])
@pytest.mark.parametrize("patient", [False, True], ids=["a failed look taken for one: settled unseen", "seen or open"])
def test_a_change_is_not_settled_while_nothing_can_be_seen(
    monkeypatch: pytest.MonkeyPatch, listing: str, patient: bool
) -> None:
    if not patient:
        monkeypatch.setattr(settling._Watched, "missed", lambda watched, now, _patience: watched.seen(now))
        monkeypatch.setattr(settling, "_end_unseen", lambda _batch, recorder, _why: recorder.end(Outcome.SETTLED))

    async def story() -> None:
        club = world()
        us = club.us
        at(us, "verified", lambda: us.wire.faults["snapshot"].extend(["database"] * 200))
        at(us, "verified", lambda: us.wire.faults["event"].extend(["html"] * 200))
        (change,) = (await us.set((listing, 20))).changes
        if not patient:
            assert change.outcome is Outcome.SETTLED
            return
        assert (change.outcome, change.done) == (Outcome.VERIFIED, False)
        assert "not seen since" in change.reason
        assert us.entry(change.entry).outcome is None
        (open_one,) = await recoverable(us.club)
        assert "could not be read" in open_one.story
        us.wire.faults.clear()
        await asyncio.sleep(60)
        assert await recoverable(us.club) == []
        assert us.entry(change.entry).outcome == "settled"

    run(story())


def test_an_old_reading_is_no_moment_at_which_a_change_was_seen_to_stand() -> None:
    """Its answer is; after it nothing but the number of before was shown, and then nothing at all."""

    async def story() -> None:
        club = World(waypoint=False)
        club.eventbrite.add("123", {"456": (40, 5)})
        us = club.us
        club.eventbrite.lag = 600.0
        asyncio.get_running_loop().call_later(10, us.wire.faults["event"].extend, ["html"] * 200)
        (change,) = (await us.set((CLASS, 20))).changes
        answered = us.entry(change.entry).last("answered")
        assert answered is not None
        assert f"not seen since {on_the_wall(answered.at):%H:%M:%S}," in change.reason

    run(story())


@pytest.mark.parametrize("failing", [1, 3, 8])
def test_a_look_that_fails_for_a_while_is_repeated_and_finds_the_late_write_back(failing: int) -> None:
    """FooEvents writes back the text from before while the database is away."""

    async def story() -> None:
        club = world()
        us, checkout = club.us, club.shop.sale(A, 1)
        go(checkout, until="read")
        at(us, "verified", lambda: us.wire.faults["snapshot"].extend(["database"] * failing))
        at(us, "verified", lambda: us.wire.late.append(asyncio.ensure_future(later(1.0, checkout))))
        (change,) = (await us.set((A, 20))).changes
        assert (change.outcome, club.implied(A), change.corrections) == (Outcome.SETTLED, 20, 1)

    run(story())


def test_the_last_look_counts_as_every_other() -> None:
    async def story() -> None:
        club = world()
        us, began = club.us, asyncio.get_running_loop().time()
        asyncio.get_running_loop().call_later(40, us.wire.faults["snapshot"].extend, ["database"] * 500)
        (change,) = (await us.set((A, 20))).changes
        assert (change.outcome, change.done) == (Outcome.VERIFIED, False)
        assert asyncio.get_running_loop().time() - began < 150, "it is not waited for for ever"
        assert "not seen since" in ending(us.entry(change.entry))

    run(story())


def test_a_raise_is_not_sent_while_nobody_saw_the_lowering_settle() -> None:
    async def story() -> None:
        club = world()
        us = club.us
        texts = {"ddd": "November 27, 2026"}
        club.shop.add_bookings(4062, {("aaa", "ddd"): 5}, texts=texts)
        other = "wc:4062:aaa:ddd"
        at(us, "verified", lambda: us.wire.faults["snapshot"].extend(["database"] * 200))
        lowered, raised = (await us.set((A, 20), (other, 15))).changes
        assert (lowered.listing_id, lowered.outcome) == (A, Outcome.VERIFIED)
        assert (raised.outcome, club.shop.number(other)) == (Outcome.REFUSED, 5)

    run(story())


def test_a_late_correction_is_watched_through_every_stage_again() -> None:
    """A second write-back a minute after the first correction: only looks of the correction's own can find it."""

    async def story() -> None:
        club = world()
        us, first, second = club.us, club.shop.sale(A, 1), club.shop.sale(A, 1)
        go(first, until="read")
        plan = await us.plan((A, 20))
        working = asyncio.ensure_future(us.apply(plan))
        await asyncio.sleep(30)
        go(second, until="read")
        go(first)  # corrected at the look after 60 s
        await asyncio.sleep(70)
        go(second)
        (change,) = (await working).changes
        assert (change.outcome, club.implied(A)) == (Outcome.SETTLED, 20)

    run(story())


# -- a lock that is lost while a change is watched --------------------------------------------------------------


@pytest.mark.parametrize("wanted", [30, 25])
def test_a_lock_lost_while_watching_leaves_the_number_to_whoever_has_it_now(wanted: int) -> None:
    async def story() -> None:
        club = world()
        them = club.another()
        working = asyncio.ensure_future(club.us.set((A, 20)))
        await asyncio.sleep(3)
        assert club.shop.number(A) == 20
        club.shop.locks.clear()  # the laptop slept, or the database was restarted
        (theirs,) = (await them.set((A, wanted), settle=False)).changes
        (ours,) = (await working).changes
        assert (theirs.outcome, ours.outcome) == (Outcome.VERIFIED, Outcome.CONFLICT)
        assert club.shop.number(A) == wanted

    run(story())


# -- our own text, written back late by the shop -----------------------------------------------------------------


def last_text_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take only the text that was sent last for our own."""
    wrote = Expectations.wrote

    def forgetting(expectations: Expectations, *given: object) -> None:
        expectations.highest.clear()
        wrote(expectations, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Expectations, "wrote", forgetting)


@pytest.mark.parametrize("remembers", [False, True], ids=["the last text only: sold twice", "the highest"])
@pytest.mark.parametrize("sold", [A, B], ids=["of the named date", "of its neighbour"])
def test_any_text_that_we_sent_may_come_back(monkeypatch: pytest.MonkeyPatch, sold: str, remembers: bool) -> None:
    """Two seats are sold into our first write, which a slow checkout reads; it writes after our correction."""
    if not remembers:
        last_text_only(monkeypatch)

    async def story() -> None:
        club = world()
        us, slow = club.us, club.shop.sale(A, 1)
        us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(sold, 2)))
        at(us, "answered", lambda: go(slow, until="read"))  # before its order has a row
        at(us, "verified", lambda: us.wire.late.append(asyncio.ensure_future(later(0.5, slow))))
        (change,) = (await us.set((A, 40))).changes
        if remembers:
            assert change.outcome is Outcome.SETTLED
            assert (club.implied(A), club.implied(B), change.corrections) == (40, 10, 2)
        else:
            assert club.implied(sold) == (42 if sold == A else 12)

    run(story())


@pytest.mark.parametrize("theirs", [77, 0])
@pytest.mark.parametrize("mends", [False, True], ids=["ended at once: a neighbour stays high", "neighbours first"])
def test_a_conflict_on_the_named_date_still_mends_its_neighbours(
    monkeypatch: pytest.MonkeyPatch, theirs: int, mends: bool
) -> None:
    """Staff set the named date while a neighbour's seats, sold into our write, are on sale again."""
    if not mends:

        def at_once(batch: object, verdicts: object, *saved: object) -> None:
            _decide_changed_by_others(batch, verdicts)  # type: ignore[arg-type]
            settling.end_decided(batch)  # type: ignore[arg-type]

        monkeypatch.setattr("brcc_tui.operations.changes.verify_woocommerce._decide_changed_by_others", at_once)

    async def story() -> None:
        club = world()
        us = club.us
        us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(B, 2)))
        us.wire.after["set_booking_text"].append(lambda: go(club.shop.staff(A, theirs)))
        (change,) = (await us.set((A, 40))).changes
        assert (change.outcome, club.shop.number(A)) == (Outcome.CONFLICT, theirs)
        assert club.implied(B) == (10 if mends else 12)
        assert us.entry(change.entry).outcome == "conflict"

    run(story())


def test_a_neighbour_that_comes_back_after_the_conflict_is_lowered_and_the_other_hand_left_alone() -> None:
    async def story() -> None:
        club = world()
        us, slow = club.us, club.shop.sale(B, 1)
        us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(B, 2)))
        at(us, "answered", lambda: go(slow, until="read"))
        at(us, "answered", lambda: go(club.shop.staff(A, 77)), times=1)
        us.wire.late.append(
            asyncio.ensure_future(later(12.0, slow))
        )  # it writes our first text back, less its own seat
        plan = await us.plan((A, 40))
        (change,) = (await us.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert club.implied(B) == 10
        assert club.shop.number(A) in (77, 40)

    run(story())


def test_a_sale_of_the_other_hands_date_that_falls_into_a_correction_is_not_lost() -> None:
    """The correction of a neighbour carries the number that staff set, and a seat of it is sold just then."""

    async def story() -> None:
        club = world()
        us = club.us
        us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(B, 2)))
        us.wire.after["set_booking_text"].append(lambda: go(club.shop.staff(A, 77)))
        us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(A, 3)))
        (change,) = (await us.set((A, 40))).changes
        assert change.outcome is Outcome.CONFLICT
        assert (club.implied(A), club.implied(B)) == (77, 10)

    run(story())
