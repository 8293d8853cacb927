"""Applies a confirmed plan: lock, read again, guard, checkpoint, write, verify, settle."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress

from brcc_tui.logs import log, operation
from brcc_tui.model.changes.permit import ConfirmedPlan
from brcc_tui.model.changes.plan import Outcome, Result
from brcc_tui.model.listing import StockMethod
from brcc_tui.operations.actor import actor
from brcc_tui.operations.changes.at_once import Prepared
from brcc_tui.operations.changes.batch import Batch, PlanRun, batches
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import Subject, subject_of
from brcc_tui.operations.changes.follow_up import close_followed
from brcc_tui.operations.changes.guards import Guarded
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.locking import Busy, about_seconds, change_in_words, lock_subject
from brcc_tui.operations.changes.look_ahead import look_ahead
from brcc_tui.operations.changes.propose import group_of
from brcc_tui.operations.changes.recheck import mates_of
from brcc_tui.operations.changes.recorder import ChangeRecorder, Watch, move_all
from brcc_tui.operations.changes.settle import settle
from brcc_tui.operations.changes.side_by_side import each_in_turn
from brcc_tui.operations.changes.since_plan import beyond_the_room, changed_since_the_plan, sent_since_the_plan
from brcc_tui.operations.changes.verify_eventbrite import take_answer
from brcc_tui.operations.changes.verify_woocommerce import verify
from brcc_tui.operations.changes.write import write_batch
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal_file import JournalUnavailable


async def apply_plan(
    club: ClubContext,
    confirmed: ConfirmedPlan,
    *,
    reason: str = "",
    settle: bool = True,
    watch: Watch | None = None,
    stop: Callable[[], bool] | None = None,
    prepared: Prepared | None = None,
) -> Result:
    """Carry out the plan, change by change, and watch it until it has settled.

    Every outcome is in the journal and in the result; nothing is raised for a single change. `stop` is
    asked before everything that is sent and while waiting: once it says yes, nothing new is sent, and
    what was sent is verified. With `settle` False it returns after verifying: such a change has the
    outcome `verified`, and stays unfinished in the journal until a later look finds it in order.
    Cancelling the task stops it in the same way before the cancellation is passed on. `prepared` are locks that were
    taken before the plan was made, and what was read under them.
    """
    confirmed.check()
    cancelled, prepared = asyncio.Event(), prepared or Prepared()
    reader, looks = prepared.reader or DecisionReader(club), {**prepared.looks}
    run = PlanRun(club, confirmed, lambda: cancelled.is_set() or (stop is not None and stop()), reader, looks=looks)
    run.recorders = [ChangeRecorder(club, change, watch) for change in confirmed.plan.changes]
    work = asyncio.ensure_future(_carry_out(run, prepared, reason, settle))
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        cancelled.set()
        await _its_end(work)
        raise
    entries = tuple(recorder.entry for recorder in run.recorders if recorder.entry is not None)
    return Result(confirmed.plan, entries, tuple(recorder.result() for recorder in run.recorders))


async def _its_end(work: asyncio.Future[None]) -> None:
    """Wait for the end of the work, however often we are cancelled: a request on its way is never broken off."""
    while not work.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait((work,))
    work.result()


async def _carry_out(run: PlanRun, prepared: Prepared, reason: str, to_settle: bool) -> None:
    with operation("apply"):
        log("apply", digest=run.confirmed.plan.digest, changes=[recorder.id for recorder in run.recorders])
        try:
            run.club.journal.check_writable()
        except JournalUnavailable as app_error:
            _end_all(run.recorders, Outcome.REFUSED, f"nothing was sent: {app_error}")
            return
        who = actor(run.club.settings.operator)
        async with AsyncExitStack() as locks:
            await _lock_and_begin(run, prepared, locks, who, reason, to_settle)
            lowers = [recorder for recorder in run.recorders if recorder.change.lowers]
            await _phase(run, lowers, to_settle)
            raises = [recorder for recorder in run.recorders if not recorder.change.lowers]
            _keep_low_what_failed(run, lowers)
            await _phase(run, raises, to_settle)
        close_followed(run.club, run.recorders)
        for recorder in run.recorders:
            log("applied", listing=recorder.id, entry=recorder.entry, outcome=recorder.outcome, reason=recorder.reason)


async def _lock_and_begin(
    run: PlanRun, prepared: Prepared, locks: AsyncExitStack, who: str, reason: str, to_settle: bool
) -> None:
    """An entry is begun once its lock was tried: one without an outcome whose lock is free is abandoned.

    The locks of a show that is shared are those of all its subjects: what the plan leaves alone is counted on.
    """
    refused = await _take_locks(run, prepared, locks, who, to_settle)
    rules = run.confirmed.plan.rules
    try:
        _begin_all(run, who, reason)
        for recorder in run.recorders:
            own = subject_of(recorder.id)
            for subject in (own, *sorted(mates_of(rules, [own]) - {own}, key=str)):
                if subject in refused and not recorder.ended:
                    run.give_up(recorder, Outcome.REFUSED, _why_locked(refused[subject], recorder.id, subject == own))
        move_all(_open(run.recorders), State.LOCKED)
        _give_up_what_changed(run)
    except JournalUnavailable as app_error:
        _end_all(run.recorders, Outcome.REFUSED, f"nothing was sent: {app_error}")


def _give_up_what_changed(run: PlanRun) -> None:
    """End what has to be planned again for what was said, or sent, here since. Raises `JournalUnavailable`."""
    small = beyond_the_room(run.club, {recorder.id: recorder.change for recorder in _open(run.recorders)})
    sent = sent_since_the_plan(run)
    for recorder in _open(run.recorders):
        why = None if recorder.ended else small.get(recorder.id) or changed_since_the_plan(run, recorder, sent)
        if why is not None:
            run.give_up(recorder, Outcome.CONFLICT, why)


def _begin_all(run: PlanRun, who: str, reason: str) -> None:
    """Make the entries of all changes at once: a plan that is not recorded as a whole is not begun."""
    try:
        with run.club.journal.together():
            for recorder in run.recorders:
                recorder.begin(who, reason, run.confirmed.plan)
    except JournalUnavailable:
        for recorder in run.recorders:
            recorder.entry = None
        raise


async def _take_locks(
    run: PlanRun, prepared: Prepared, locks: AsyncExitStack, who: str, to_settle: bool
) -> dict[Subject, Guarded]:
    """Take the locks of all subjects, or take over those that are held already; why some cannot be had."""
    refused: dict[Subject, Guarded] = {}
    subjects = {subject_of(recorder.id) for recorder in run.recorders}
    seconds = about_seconds(run.club, len(subjects), to_settle=to_settle)
    for subject in sorted(subjects | mates_of(run.confirmed.plan.rules, subjects), key=str):
        try:
            held = prepared.locks.pop(subject, None)
            if held is None:
                held = await lock_subject(run.club, subject, who, seconds=seconds, listings=_named(run, subject))
            run.locks[subject] = held
            locks.push_async_callback(run.locks[subject].release)
        except Guarded as no:
            refused[subject] = no
    return refused


def _named(run: PlanRun, subject: Subject) -> dict[str, str]:
    """What is changed of a subject, for whoever has to wait; nothing of one that is only locked with its show."""
    own = (recorder.change.listing for recorder in run.recorders if subject_of(recorder.id) == subject)
    return {x.id: change_in_words(x) for x in own}


def _why_locked(no: Guarded, listing_id: str, own: bool) -> str:
    """Why a change cannot begin: its own subject, or another one of its show, is locked."""
    reason = no.of(listing_id) if own and isinstance(no, Busy) else no.reason
    return reason if own else f"of the same show: {reason}"


async def _phase(run: PlanRun, recorders: Sequence[ChangeRecorder], to_settle: bool) -> None:
    """Write and verify, one request of a show after the other, then watch all of them together."""
    made = batches(run, _open(recorders))
    await each_in_turn(run, made, _write_and_verify)
    await settle(run, [batch for batch in made if batch.sent], unanswered_only=not to_settle)


async def _write_and_verify(run: PlanRun, batch: Batch) -> None:
    if not batch.open:
        return  # went with another listing of its show
    if why := run.sends_nothing_new:
        _end_all(batch.recorders, Outcome.INTERRUPTED if run.stop() else Outcome.REFUSED, why)
        return
    with run.halted_by_errors():
        await look_ahead(run, batch)
        await write_batch(run, batch)
        if not batch.open:
            return
        if batch.method is StockMethod.TICKET_CLASS_CAPACITY:
            await take_answer(run, batch)
        elif not batch.unanswered:
            await verify(run, batch)


def _keep_low_what_failed(run: PlanRun, lowers: Sequence[ChangeRecorder]) -> None:
    """Nothing is raised in a show of which a lowering did not go through. What lowers, as a close does, has ended."""
    failed = {group_of(recorder.change.listing): recorder for recorder in lowers if not recorder.result().done}
    for recorder in _open(run.recorders):
        culprit = failed.get(group_of(recorder.change.listing))
        if culprit is not None:
            recorder.end(Outcome.REFUSED, f"{culprit.id}, of the same show, was to be lowered first and was not")


def _open(recorders: Sequence[ChangeRecorder]) -> list[ChangeRecorder]:
    return [recorder for recorder in recorders if not recorder.ended]


def _end_all(recorders: Sequence[ChangeRecorder], outcome: Outcome, reason: str) -> None:
    for recorder in _open(recorders):
        recorder.end(outcome, reason)
