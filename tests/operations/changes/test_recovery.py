"""What recovery says and does: the lock first, the entry after, and nothing unseen is called anything else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.operations.changes import recover
from brcc_tui.operations.changes.history import ending
from brcc_tui.operations.changes.recover import NotRecoverable, plan_recovery, recoverable
from brcc_tui.store.journal_entries import Entry
from brcc_tui.store.locks import LocalLocks
from tests.operations.changes import nights
from tests.operations.changes.fake_wire import Killed
from tests.operations.changes.operators import MemoryJournal, Operator, World, go
from tests.operations.changes.race_world import mirror
from tests.operations.changes.virtual_time import run

A, B, CLASS, SINGLE = "wc:4061:aaa:ddd", "wc:4061:aaa:eee", "eb:123:456", "wc:31907"


def world() -> World:
    made = World()
    made.shop.add_bookings(4061, {("aaa", "ddd"): 50, ("aaa", "eee"): 10})
    made.shop.add_single(31907, 20)
    made.eventbrite.add("123", {"456": (40, 5)})
    return made


def die(operator: Operator) -> None:
    assert isinstance(operator.journal, MemoryJournal)
    operator.wire.dead = operator.journal.dead = True
    raise Killed


def rise(club: World) -> None:
    """The computer is back: whoever died holds no lock any more."""
    us = club.us
    assert isinstance(us.journal, MemoryJournal)
    us.wire.dead = us.journal.dead = False
    us.locks.held.clear()
    club.shop.locks.clear()


async def dying(club: World, *wanted: ChangeRequest | tuple[str, int]) -> None:
    with pytest.raises(Killed):
        await club.us.set(*wanted)
    rise(club)


# -- a living copy ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "locked", [False, True], ids=["read before the lock: a settled change is undone", "lock first"]
)
def test_what_a_living_copy_carries_to_its_end_is_not_closed_by_another(
    monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """An older open entry makes recovery wait for the shop, which is slow; meanwhile a change begins and settles."""

    async def story() -> None:
        club = world()
        us, them = club.us, club.same_folder()
        us.wire.after["set_booking_text"].append(lambda: die(us))
        await dying(club, (A, 45))
        if not locked:
            seen = them.journal.unresolved
            early: list[Sequence[Entry]] = []

            def once() -> Sequence[Entry]:
                early.append(early[0] if early else seen())
                return early[0]

            monkeypatch.setattr(them.journal, "unresolved", once)
        started = asyncio.Event()
        assert isinstance(us.journal, MemoryJournal)
        us.journal.on_append = lambda event: started.set() if event == "confirmed" else None
        working = asyncio.ensure_future(us.set((SINGLE, 15)))
        await started.wait()
        them.wire.before["snapshot"].append(lambda: asyncio.sleep(25))
        found = await recoverable(them.club)
        (change,) = (await working).changes
        assert [one.entry.listing for one in found] == [A]
        assert change.outcome is Outcome.SETTLED
        assert us.entry(change.entry).outcome == ("settled" if locked else "interrupted")

    run(story())


def test_recovery_holds_the_lock_while_it_looks_and_lets_it_go() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.after["set_booking_text"].append(lambda: die(club.us))
        await dying(club, (A, 45))
        held: list[list[str]] = []
        club.us.wire.before["snapshot"].append(lambda: held.append(list(club.us.locks.held)))
        await recoverable(club.us.club)
        assert (held, club.us.locks.held) == ([["wc:4061"]], {})

    run(story())


def test_a_lock_that_cannot_be_tried_is_neither_free_nor_silence(tmp_path: Path) -> None:
    async def story() -> None:
        club = world()
        club.us.wire.after["set_booking_text"].append(lambda: die(club.us))
        await dying(club, (A, 45))
        (tmp_path / "wc-4061.lock").mkdir()  # stands for a file of root's
        club.us.club = replace(club.us.club, locks=LocalLocks(tmp_path))
        (found,) = await recoverable(club.us.club)
        assert (found.choices, found.state) == ((), "sent")
        assert "cannot be used" in found.story
        with pytest.raises(NotRecoverable, match="cannot be used"):
            await plan_recovery(club.us.club, found.entry.id, "keep")
        assert club.us.entry(found.entry.id).outcome is None

    run(story())


# -- unclear, unknown ------------------------------------------------------------------------------------------


def test_an_unclear_change_is_looked_at_until_it_is_resolved() -> None:
    """PHP finishes the request after the last look; a sale of a neighbour was overwritten by it."""

    async def story() -> None:
        club = world()
        us = club.us
        us.wire.faults["set_booking_text"].append("late 90")
        (change,) = (await us.set((A, 20))).changes
        assert change.outcome is Outcome.UNCLEAR
        (waiting,) = await recoverable(us.club)
        assert "never said" in waiting.story
        go(club.shop.sale(B, 3))
        await asyncio.sleep(60)
        (found,) = await recoverable(us.club)
        assert (found.now.capacity, found.entry.id) == (20, change.entry)
        assert B in found.story
        back = await plan_recovery(us.club, found.entry.id, "reapply")
        (mended,) = (await us.apply(back)).changes
        assert (mended.listing_id, club.implied(B), club.implied(A)) == (B, 10, 20)
        assert us.entry(change.entry).outcome == "settled"
        assert await recoverable(us.club) == []

    run(story())


@pytest.mark.parametrize("listing", [A, SINGLE, CLASS])
def test_an_unclear_change_that_arrived_after_all_is_settled_by_a_later_look(listing: str) -> None:
    async def story() -> None:
        club = world()
        us = club.us
        for call in ("set_booking_text", "set_stock"):
            us.wire.faults[call].append("late 100")
        us.wire.faults["set_capacity"] += ["late 100", "lost"]
        (change,) = (await us.set((listing, 18))).changes
        assert change.outcome is Outcome.UNCLEAR
        await asyncio.sleep(120)
        assert await recoverable(us.club) == []
        assert us.entry(change.entry).outcome == "settled"

    run(story())


def test_what_could_not_be_seen_is_said_so_and_not_kept() -> None:
    async def story() -> None:
        club = world()
        us = club.us
        us.wire.after["set_booking_text"].append(lambda: die(us))
        await dying(club, (A, 40))
        us.wire.faults["snapshot"] += ["database"] * 9
        (found,) = await recoverable(us.club)
        assert "could not be read" in found.story
        assert "something else" not in found.story
        assert "keep" not in found.choices
        with pytest.raises(NotRecoverable, match="could not be read"):
            await plan_recovery(us.club, found.entry.id, "keep")
        us.wire.faults.clear()
        await plan_recovery(us.club, found.entry.id, "keep")
        assert us.entry(found.entry.id).outcome == "settled"

    run(story())


# -- what is applied again -------------------------------------------------------------------------------------


def test_what_the_rule_lowered_at_the_write_is_not_raised_again() -> None:
    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 10})
        club.eventbrite.add("123", {"456": (60, 20)})
        us = club.us
        plan = await us.plan((A, 35), rules=[mirror(A, CLASS)])
        club.eventbrite.sell("123", "456", 15)
        us.wire.before["set_booking_text"].append(lambda: die(us))
        with pytest.raises(Killed):
            await us.apply(plan)
        rise(club)
        (found,) = await recoverable(us.club)
        assert found.intended < 35
        back = await plan_recovery(us.club, found.entry.id, "reapply")
        (change,) = (await us.apply(back)).changes
        free = 55 - 35 - club.shop.taken(A)
        assert (change.outcome, club.shop.number(A)) == (Outcome.SETTLED, free)
        assert us.entry(found.entry.id).outcome == "interrupted"

    run(story())


@pytest.mark.parametrize("listing", [A, SINGLE, CLASS])
def test_a_change_that_did_arrive_is_ended_by_applying_it_again(listing: str) -> None:
    async def story() -> None:
        club = world()
        us = club.us
        for call in ("set_booking_text", "set_stock", "set_capacity"):
            us.wire.after[call].append(lambda: die(us))
        await dying(club, (listing, 18))
        (found,) = await recoverable(us.club)
        back = await plan_recovery(us.club, found.entry.id, "reapply")
        assert (back.changes, back.refused) == ((), ())
        assert us.entry(found.entry.id).outcome == "settled"
        assert await recoverable(us.club) == []

    run(story())


# -- neighbours ------------------------------------------------------------------------------------------------


async def killed_in_a_correction(club: World) -> None:
    """Verified; then FooEvents writes back late, and three seats of B are sold into the correction that is killed."""
    us, slow = club.us, club.shop.sale(A, 1)
    go(slow, until="read")

    async def late() -> None:
        await asyncio.sleep(1.8)
        go(slow)
        us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(B, 3)))
        us.wire.after["set_booking_text"].append(lambda: die(us))

    us.wire.late.append(asyncio.ensure_future(late()))
    await dying(club, (A, 20))
    assert us.journal.unresolved()[0].last("verified") is not None
    await asyncio.sleep(15)
    assert (club.implied(B), club.implied(A)) == (13, 20)


def test_a_death_inside_a_late_correction_is_told_like_the_first_and_put_right() -> None:
    async def story() -> None:
        club = world()
        us = club.us
        await killed_in_a_correction(club)
        (found,) = await recoverable(us.club)
        assert f"{B} is at 10" in found.story
        assert "should be at 7" in found.story
        back = await plan_recovery(us.club, found.entry.id, "reapply")
        assert [change.listing.id for change in back.changes] == [B]
        (change,) = (await us.apply(back)).changes
        assert (change.outcome, club.implied(B), club.implied(A)) == (Outcome.SETTLED, 10, 20)
        assert us.entry(found.entry.id).outcome == "settled"

    run(story())


def test_keeping_does_not_pass_over_a_neighbour_that_stands_high() -> None:
    async def story() -> None:
        club = world()
        us = club.us
        await killed_in_a_correction(club)
        (found,) = await recoverable(us.club)
        kept = await plan_recovery(us.club, found.entry.id, "keep")
        (left,) = kept.refused
        assert left.listing_id == B
        assert "should be at 7" in left.reason
        assert "should be at 7" in ending(us.entry(found.entry.id))

    run(story())


def test_a_neighbour_that_somebody_raised_beyond_all_our_texts_is_not_called_lost() -> None:
    async def story() -> None:
        club = world()
        us = club.us
        us.wire.after["set_booking_text"].append(lambda: die(us))
        await dying(club, (A, 20))
        go(club.shop.staff(B, 30))
        (found,) = await recoverable(us.club)
        assert B not in found.story

    run(story())


def test_seats_sold_into_a_write_that_died_are_told_of_the_named_date() -> None:
    async def story() -> None:
        club = world()
        us = club.us
        us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(A, 3)))
        us.wire.after["set_booking_text"].append(lambda: die(us))
        await dying(club, (A, 60))
        (found,) = await recoverable(us.club)
        assert "3 more are on offer than intended" in found.story
        back = await plan_recovery(us.club, found.entry.id, "reapply")
        (change,) = (await us.apply(back)).changes
        assert (change.outcome, club.implied(A)) == (Outcome.SETTLED, 60)

    run(story())


# -- an older number of Eventbrite's ---------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["--no-settle", "quit", "killed"])
def test_an_older_number_is_never_planned_on_however_the_change_was_left(how: str) -> None:
    async def story() -> None:
        club = world()
        us = club.us
        club.eventbrite.lag = 300.0
        await us.set((CLASS, 30))
        await asyncio.sleep(3600)
        if how == "quit":
            asyncio.get_running_loop().call_later(1.0, setattr, us, "stopped", True)
        if how == "killed":
            us.wire.after["set_capacity"].append(lambda: die(us))
            await dying(club, (CLASS, 20))
        else:
            await us.set((CLASS, 20), settle=how == "quit")
        await asyncio.sleep(20)
        them = club.same_folder()  # another process, without the waypoint
        more = ChangeRequest(CLASS, Action.SET, 1, delta=True)
        plan = await them.plan(more)
        assert [refusal.code.value for refusal in plan.refused] == ["sold_unknown"]
        await asyncio.sleep(300)
        (change,) = (await them.plan(more)).changes
        assert change.capacity == 21

    run(story())


@pytest.mark.parametrize("honoured", [True, False], ids=["waypoint honoured", "waypoint not honoured"])
def test_the_sold_of_our_own_answer_is_newer_than_a_reading_that_shows_fewer(honoured: bool) -> None:
    """Eventbrite is lowered first, and its answer tells what readings do not show yet: the shop's raise goes by it."""

    async def story() -> None:
        club = World(waypoint=honoured)
        us = club.us
        club.shop.add_bookings(4061, {("aaa", "ddd"): 10})
        club.eventbrite.add("123", {"456": (50, 10)})
        await asyncio.sleep(1000)
        club.eventbrite.sell("123", "456", 20)
        club.eventbrite.lag = 300.0
        await asyncio.sleep(5)
        plan = await us.plan((CLASS, 45), (A, 30), rules=[mirror(A, CLASS)])
        await us.apply(plan)
        sold = club.eventbrite.events["123"].classes["456"].quantity_sold
        assert sold == 30
        number = club.shop.number(A)
        assert isinstance(number, int)
        assert number <= 55 - 30 - club.shop.taken(A)

    run(story())


@pytest.mark.parametrize("kept", [True, False], ids=["its rule is kept", "the number alone: more on offer than free"])
def test_what_a_sync_left_undone_is_done_by_its_rule_of_now(monkeypatch: pytest.MonkeyPatch, kept: bool) -> None:
    """It died before its raise arrived; until somebody takes it up, the other shop sells on."""
    if not kept:
        monkeypatch.setattr(recover, "RULE", "no such key")

    async def story() -> None:
        club = nights.world(55, 10, 5)
        us = club.us
        plan = await nights.planned(club, Mode.MIRROR)
        assert [change.listing.id for change in plan.changes] == [nights.CELL]
        us.wire.before["set_booking_text"].append(lambda: die(us))
        with pytest.raises(Killed):
            await us.apply(plan)
        rise(club)
        club.eventbrite.sell("123", "456", 12)
        (found,) = await recoverable(us.club)
        back = await plan_recovery(us.club, found.entry.id, "reapply")
        (change,) = (await us.apply(back)).changes
        assert change.listing_id == nights.CELL
        free = 55 - 22
        assert club.shop.number(nights.CELL) == (free if kept else free + 12)

    run(story())
