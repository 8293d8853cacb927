"""Told to stop, cancelled, or killed, in every state: nothing new is sent, what was sent is verified or recovered."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import signal

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes.lifecycle import ENDED_STATES, TRANSITIONS, IllegalMove, State, check_move
from brcc_tui.operations.changes.recover import NotRecoverable, plan_recovery, recoverable
from brcc_tui.operations.changes.under_way import left_open, under_way
from brcc_tui.operations.changes.undo import NoSuchEntry, plan_undo
from brcc_tui.operations.interruption import until_told_to_stop
from tests.operations.changes.fake_wire import SetClock
from tests.operations.changes.guard_world import CELL, CLASS, SINGLE, world
from tests.operations.changes.killing import killed_at
from tests.operations.changes.operators import MemoryJournal, World, go
from tests.operations.changes.virtual_time import run
from tests.systems import posix

OTHER = "wc:4061:aaa:eee"

MOVES_OF_A_WRITE = (
    "planned", "confirmed", "locked", "read_again", "checkpointed", "sent", "answered", "looked", "verified",
)  # fmt: skip


def requests(club: World) -> int:
    return len(club.shop.requests) + len(club.eventbrite.requests)


@pytest.mark.parametrize("listing", [CELL, SINGLE, CLASS])
@pytest.mark.parametrize("move", MOVES_OF_A_WRITE)
def test_told_to_stop(listing: str, move: str) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((listing, 40))
        after: list[int] = []

        def stop(event: str) -> None:
            if event == move and not after:
                after.append(requests(club))
                club.us.stopped = True

        assert isinstance(club.us.journal, MemoryJournal)
        club.us.journal.on_append = stop
        if move == "planned":  # `begin` does not append
            club.us.stopped = True
        began = asyncio.get_running_loop().time()
        (change,) = (await club.us.apply(plan)).changes
        assert asyncio.get_running_loop().time() - began < 10
        entry = club.us.entry(change.entry)
        if move in MOVES_OF_A_WRITE[:5]:
            assert requests(club) == 0
            assert (change.outcome, entry.outcome) == (Outcome.INTERRUPTED, "interrupted")
        else:
            assert requests(club) == 1  # `sent` stands in the journal: the request leaves, and is verified
            assert change.outcome is Outcome.INTERRUPTED
            assert entry.outcome is None
            assert entry.last("verified") is not None
            assert change.reading.capacity == 40
        assert club.us.locks.held == {}
        assert club.shop.locks == {}

    run(story())


def test_stopped_before_the_raise_of_a_lowered_show() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40), (CLASS, 20))

        def stop(event: str) -> None:
            club.us.stopped = club.us.stopped or event == "verified"

        assert isinstance(club.us.journal, MemoryJournal)
        club.us.journal.on_append = stop
        result = await club.us.apply(plan)
        assert {change.listing_id: change.outcome for change in result.changes}[CELL] in (
            Outcome.INTERRUPTED,
            Outcome.REFUSED,
        )
        assert club.shop.requests == []
        assert club.eventbrite.events["123"].classes["456"].capacity == 20

    run(story())


def test_a_sale_that_fell_into_our_write_is_corrected_even_when_told_to_stop() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))

        def stop(event: str) -> None:
            club.us.stopped = club.us.stopped or event == "sent"

        assert isinstance(club.us.journal, MemoryJournal)
        club.us.journal.on_append = stop
        (change,) = (await club.us.set((CELL, 40))).changes
        assert (club.implied(CELL), change.corrections) == (40, 1)

    run(story())


def test_a_write_without_an_answer_is_left_open_when_told_to_stop() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["set_booking_text"].append("timeout")

        def stop(event: str) -> None:
            club.us.stopped = club.us.stopped or event == "unanswered"

        assert isinstance(club.us.journal, MemoryJournal)
        club.us.journal.on_append = stop
        (change,) = (await club.us.set((CELL, 40))).changes
        assert change.outcome is Outcome.INTERRUPTED
        club.us.stopped = False
        (found,) = await recoverable(club.us.club)
        assert (found.now.capacity, found.intended, found.before) == (40, 40, 30)

    run(story())


@pytest.mark.parametrize("seconds", [0.2, 0.8, 1.2, 1.5, 3.0, 30.0])
def test_a_cancelled_task_verifies_before_it_ends(seconds: float) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))
        task = asyncio.ensure_future(club.us.apply(plan))
        await asyncio.sleep(seconds)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        (entry,) = club.us.journal.entries()
        sent = entry.last("sent") is not None
        assert (requests(club) == 1) == sent
        assert (entry.last("verified") is not None) == sent
        assert club.us.locks.held == {}

    run(story())


@pytest.mark.parametrize("listing", [CELL, SINGLE, CLASS])
@pytest.mark.parametrize("move", MOVES_OF_A_WRITE[1:])
@pytest.mark.parametrize("choice", ["keep", "reapply", "restore"])
def test_killed_after_each_move_and_recovered(listing: str, move: str, choice: str) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((listing, 40))
        await killed_at(club, plan, move)
        wrote = requests(club) > 0
        found = await recoverable(club.us.club)
        if move in ("confirmed", "locked", "read_again"):
            assert found == []
            assert [entry.outcome for entry in club.us.journal.entries()] == ["interrupted"]
            return
        assert [each.entry.listing for each in found] == [listing]
        assert (found[0].state, found[0].intended, found[0].before) == (move, 40, 30)
        assert found[0].now.capacity == (40 if wrote else 30)
        await asyncio.sleep(60)  # so long the shop may be at work on it
        back = await plan_recovery(club.us.club, found[0].entry.id, choice)
        if back.changes:
            (change,) = (await club.us.apply(back)).changes
            assert change.outcome is Outcome.SETTLED
            assert await recoverable(club.us.club) == []
        else:
            assert back.refused == ()
            assert await recoverable(club.us.club) == []
            stood = "rolled_back" if choice == "restore" else "interrupted"
            assert club.us.entry(found[0].entry.id).outcome == ("settled" if wrote else stood)
        ends_at = {"keep": 40 if wrote else 30, "reapply": 40, "restore": 30}[choice]
        await asyncio.sleep(300)  # so long a reading of Eventbrite may hide what became of a request
        (now,) = (await club.us.plan(ChangeRequest(listing, Action.SET, 45))).changes
        assert now.before.capacity == ends_at

    run(story())


def test_a_change_that_is_being_made_is_not_recoverable() -> None:
    async def story() -> None:
        club = world()
        them = club.same_folder()
        task = asyncio.ensure_future(club.us.set((CELL, 40)))
        await asyncio.sleep(5)
        assert await recoverable(them.club) == []
        (entry,) = club.us.journal.entries()
        (words,) = under_way(them.club).values()
        assert words.endswith(f"is changing {CELL}: it has not ended")
        assert left_open(them.club) == frozenset()
        with pytest.raises(NotRecoverable, match="still changing it"):
            await plan_recovery(them.club, entry.id, "keep")
        await task
        assert under_way(them.club) == {}
        await club.us.set((CELL, 41), settle=False)
        assert under_way(them.club) == {}, "it has not ended, and nobody is at work on it"
        (entry, _) = club.us.journal.entries()
        assert left_open(them.club) == {entry.id}

    run(story())


def test_what_was_not_watched_to_the_end_is_closed_later_when_it_stands_as_intended() -> None:
    async def story() -> None:
        club = world()
        (change,) = (await club.us.set((CELL, 40), settle=False)).changes
        (found,) = await recoverable(club.us.club)
        assert found.again_at is not None
        await asyncio.sleep((found.again_at - club.us.club.clock.now()).total_seconds())
        assert await recoverable(club.us.club) == []
        assert club.us.entry(change.entry).outcome == "settled"
        assert club.us.journal.last_set() == {CELL: 40}

    run(story())


@pytest.mark.parametrize("ahead", [2, 24 * 365], ids=["hours", "a year"])
def test_what_was_not_watched_is_closed_later_though_the_clock_was_ahead(ahead: int) -> None:
    """Until that hour had come it was told as never settled, and somebody had to decide about it."""

    async def story() -> None:
        club = world()
        clock = SetClock()
        clock.ahead = dt.timedelta(hours=ahead)
        club.us.club = dataclasses.replace(club.us.club, clock=clock)
        (change,) = (await club.us.set((CELL, 40), settle=False)).changes
        clock.ahead = dt.timedelta(0)
        await asyncio.sleep(61)
        assert await recoverable(club.us.club) == []
        assert club.us.entry(change.entry).outcome == "settled"

    run(story())


def test_what_was_not_watched_and_was_undone_is_shown() -> None:
    async def story() -> None:
        club = world()
        await club.us.set((CELL, 40), settle=False)
        await asyncio.sleep(61)
        go(club.shop.staff(CELL, 30))
        (found,) = await recoverable(club.us.club)
        assert "something else is there" in found.story or "old number" in found.story
        assert found.again_at is None

    run(story())


def test_a_recovery_without_the_shop_shows_what_is_unknown() -> None:
    async def story() -> None:
        club = world()
        await club.us.set((CELL, 40), settle=False)
        club.us.wire.faults["snapshot"].extend(["database"] * 20)
        (found,) = await recoverable(club.us.club)
        assert "database" in found.now.unknowns()["capacity"]

    run(story())


def test_an_entry_that_does_not_exist_or_has_ended() -> None:
    async def story() -> None:
        club = world()
        with pytest.raises(NoSuchEntry):
            await plan_undo(club.us.club, "c99")
        with pytest.raises(NoSuchEntry):
            await plan_recovery(club.us.club, "nonsense\x1b", "keep")
        (change,) = (await club.us.set((CELL, 40))).changes
        with pytest.raises(NotRecoverable, match="settled"):
            await plan_recovery(club.us.club, change.entry or "", "keep")
        with pytest.raises(NotRecoverable, match="is not a choice"):
            await plan_recovery(club.us.club, change.entry or "", "burn")

    run(story())


def test_a_refused_change_has_nothing_to_undo() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["set_booking_text"].append("rejected")
        (change,) = (await club.us.set((CELL, 40))).changes
        plan = await plan_undo(club.us.club, change.entry or "")
        assert [refusal.code.value for refusal in plan.refused] == ["no_change"]
        assert plan.changes == ()

    run(story())


def test_a_show_that_went_half_through_is_rolled_back_as_one_plan() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["set_booking_text"].append("rejected")
        result = await club.us.set((CELL, 40), (CLASS, 20))
        outcomes = {change.listing_id: change.outcome for change in result.changes}
        assert outcomes == {CLASS: Outcome.SETTLED, CELL: Outcome.REFUSED}
        club.eventbrite.sell("123", "456", 4)
        written = [change.entry or "" for change in result.changes if change.outcome is Outcome.SETTLED]
        (change,) = (await club.us.apply(await plan_undo(club.us.club, *written))).changes
        assert (change.outcome, change.reading.capacity) == (Outcome.SETTLED, 30)
        assert club.us.entry(written[0]).outcome == "rolled_back"

    run(story())


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", pytest.param("SIGHUP", marks=posix("SIGHUP"))])
def test_a_signal_is_a_wish_to_stop_and_afterwards_what_it_was(name: str) -> None:
    number = getattr(signal, name)
    before = signal.getsignal(number)
    with until_told_to_stop() as told:
        assert not told()
        signal.raise_signal(number)
        assert told()
    assert signal.getsignal(number) == before


def test_a_watcher_that_fails_does_not_stop_the_write() -> None:
    from brcc_tui.model.changes.confirmation import confirm
    from brcc_tui.operations.changes.apply import apply_plan
    from brcc_tui.operations.changes.recorder import Step

    def hung_up(_step: Step) -> None:
        raise OSError(5, "Input/output error")

    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))
        result = await apply_plan(club.us.club, confirm(plan, plan.digest), watch=hung_up)
        assert result.done

    run(story())


def test_the_table_of_moves_is_whole() -> None:
    assert set(TRANSITIONS) == set(State)
    assert not any(to in TRANSITIONS[State.REFUSED] for to in State)
    for state in ENDED_STATES:
        assert TRANSITIONS[state] <= ENDED_STATES
    for state, following in TRANSITIONS.items():
        if State.SENT in following:
            assert state in (State.CHECKPOINTED, State.CORRECTING, State.UNANSWERED)


def test_a_move_that_is_not_in_the_table_is_a_defect() -> None:
    with pytest.raises(IllegalMove):
        check_move(State.LOCKED, State.SENT)
    with pytest.raises(IllegalMove):
        check_move(None, State.SENT)
    with pytest.raises(IllegalMove):
        check_move(State.SETTLED, State.SENT)
