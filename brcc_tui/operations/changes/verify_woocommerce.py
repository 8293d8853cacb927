"""Verifies a write to WooCommerce: reads the present numbers, and lowers what our own text made too high.

Settling uses the same examination: the meaning of a number does not depend on when it is seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Outcome
from brcc_tui.model.listing import StockMethod
from brcc_tui.model.quantity import Unknown, is_less_than, plain
from brcc_tui.operations.changes.batch import Batch, PlanRun
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.expectations import MAX_ROUNDS, Expectations, Stands, Verdict
from brcc_tui.operations.changes.guards import Guarded, guard_listing
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.recorder import ChangeRecorder
from brcc_tui.operations.changes.write import WriteRequest, checkpoint, request_of_numbers, send
from brcc_tui.store.journal_file import JournalUnavailable

MAX_REAPPLIED: Final = 3
CORRECTION_DELAY: Final = 2.0
"""Seconds to wait before looking again at a number that a sale in flight may explain."""

_NOT_CORRECTED: Final = "what happened during our write could not be corrected"
"""How a note begins that a later correction makes untrue."""


async def verify(run: PlanRun, batch: Batch) -> None:
    """Look at once after the write, and again while there is something to correct or to wait for."""
    waited = False
    for _ in range(MAX_ROUNDS + 2):
        writes = batch.writes
        verdicts = await examine(run, batch)
        if verdicts is None or not batch.open or batch.unanswered:
            return
        if batch.writes > writes or _is_high(verdicts):
            continue
        if waited or _is_as_wanted(verdicts):
            break
        waited = True
        await run.club.clock.sleep(CORRECTION_DELAY)
    if not _is_high(batch.verdicts.values()):
        _tell_verified(batch)  # else settling looks again, and says how it ended


def _is_high(verdicts: Iterable[Verdict]) -> bool:
    """Whether any date, a neighbour too, offers more than its capacity leaves."""
    return any(verdict.stands is Stands.HIGH for verdict in verdicts)


def _is_as_wanted(verdicts: Iterable[Verdict]) -> bool:
    """Whether every date that was written stands as it was to."""
    return all(verdict.stands is Stands.AS_WANTED for verdict in verdicts if verdict.named)


def _tell_verified(batch: Batch) -> None:
    """Record what the last look saw to stand."""
    for recorder in batch.open:
        seen = recorder.state is State.LOOKED and recorder.fate is None  # nothing was sent since that look
        if seen and batch.verdicts[recorder.id].stands in (Stands.AS_WANTED, Stands.LOW):
            recorder.move(
                State.VERIFIED, capacity=plain(recorder.reading.capacity), remaining=plain(recorder.reading.remaining)
            )


async def examine(run: PlanRun, batch: Batch) -> list[Verdict] | None:
    """One look: judge every cell, leave what somebody else changed, write what must be lowered or put back.

    None when the database could not be read; then nothing is known, and nothing is done. However the named dates
    end, the others are repaired: a change that is left to somebody else ends once they have settled.
    """
    expectations = batch.expectations
    if expectations is None:
        raise AssertionError("verified before it was written")
    try:
        look = await run.reader.look(batch.subject)
    except AppError as app_error:
        batch.see_nothing(app_error)
        return None
    if batch.seen_at is None:
        _note_editor(batch, look)
    verdicts = _judged(batch, expectations, look)
    if batch.unanswered and not _was_done(batch, verdicts):
        return verdicts
    _decide_changed_by_others(batch, verdicts, _saved_by_others(batch, look, verdicts))
    put_back = _to_put_back(run, batch, look, verdicts)
    numbers = {v.listing_id: v.target for v in verdicts if v.stands is Stands.HIGH}
    if _is_to_be_corrected(batch, numbers, put_back):
        await _write(run, batch, look, numbers, put_back)
    if batch.lock_lost:
        _decide_changed_by_others(batch, verdicts)
    _leave_decided(batch, expectations, look)
    return verdicts


def _note_editor(batch: Batch, look: DecisionReading) -> None:
    """Say at the first look that somebody had the product in an editor since what was written on was read.

    Their save came before ours or after: of one that came before nothing is left, nor does the shop note it.
    """
    if batch.look is not None and look.opened != batch.look.opened:
        _note(
            batch.open,
            "somebody opened or saved the product in the WordPress editor while this was written: what was saved there "
            "just before is overwritten, and a page opened before puts the old seats back. Look at its numbers there",
        )


def _judged(batch: Batch, expectations: Expectations, look: DecisionReading) -> list[Verdict]:
    """What this look says of every cell, kept and recorded."""
    verdicts = expectations.judge(look)
    batch.see(look, untold=_why_unknown(look, verdicts))
    batch.verdicts = {verdict.listing_id: verdict for verdict in verdicts}
    batch.oversold = expectations.oversold(look)
    batch.move(State.LOOKED, _in_words(verdicts), cells=[verdict.detail() for verdict in verdicts])
    return verdicts


def _why_unknown(look: DecisionReading, verdicts: Iterable[Verdict]) -> str | None:
    """Why nobody knows what is taken of a named date, and so what it should have left; None where that is told."""
    taken = (look.taken(verdict.listing_id) for verdict in verdicts if verdict.stands is Stands.NOT_KNOWN)
    return next((each.reason for each in taken if isinstance(each, Unknown)), None)


def _is_to_be_corrected(batch: Batch, lower: Mapping[str, int], put_back: Mapping[str, int]) -> bool:
    """Whether there is something to correct, and it may be: of what lowers only so often, for sales fall into each."""
    rounds_left = MAX_ROUNDS * (2 if batch.watched else 1) > batch.rounds
    return bool((lower or put_back) and batch.open and not batch.lock_lost and (rounds_left or not lower))


def _leave_decided(batch: Batch, expectations: Expectations, look: DecisionReading) -> None:
    """What has its end is judged no longer; it ends at once where our text holds nothing else."""
    for recorder in batch.open:
        if recorder.fate is not None and recorder.id in expectations.wanted:
            expectations.leave(look, recorder.id)
    if all(recorder.fate is not None for recorder in batch.open) and not expectations.has_others:
        end_decided(batch)


def end_decided(batch: Batch) -> None:
    """End the changes whose end is known."""
    for recorder in batch.open:
        if recorder.fate is not None:
            recorder.end(*recorder.fate)


def _was_done(batch: Batch, verdicts: Sequence[Verdict]) -> bool:
    """After an answer that never came: whether the text shows our write. All cells of it go together.

    Where somebody else's number stands nothing is known: ours may still arrive, and go over theirs. Nor is it where
    fewer stand than wanted, and the shop can have lost these by itself.
    """
    named = [verdict for verdict in verdicts if verdict.named]
    for verdict in named:
        if verdict.stands is Stands.OTHER_HAND and not _may_be_old(verdict):
            batch.note(verdict.listing_id, f"somebody else {_made_of_it(verdict)} while our answer was missing")
    if all(map(_tells_nothing, named)):
        return False
    batch.unanswered = False
    return True


def _may_be_old(verdict: Verdict) -> bool:
    """Whether the old number may have become this by itself. Not a 0, unless it was there before: so staff close."""
    return verdict.unmoved or (verdict.unwritten and verdict.number != 0)


def _tells_nothing(verdict: Verdict) -> bool:
    """Whether it can stand there without our write."""
    lost = is_less_than(verdict.number, verdict.target) and verdict.unwritten
    return lost or verdict.stands in (Stands.AS_BEFORE, Stands.OTHER_HAND, Stands.NOT_KNOWN)


def _saved_by_others(batch: Batch, look: DecisionReading, verdicts: Sequence[Verdict]) -> frozenset[str]:
    """The dates that came back to their old number in a time in which somebody saved the product.

    FooEvents' own writes leave it unsaved. A date that stood otherwise after that saving was not saved so. Where our
    last request had no answer, a saving may be its own until a date is seen to stand otherwise.
    """
    if look.saved is None:
        return frozenset()
    ours, now = batch.answer.get("saved"), look.saved.isoformat()
    back = {verdict.listing_id for verdict in verdicts if verdict.stands is Stands.AS_BEFORE}
    theirs = frozenset(listing_id for listing_id in back if batch.saved.get(listing_id, ours) not in (None, now))
    batch.saved |= {verdict.listing_id: now for verdict in verdicts if verdict.listing_id not in back}
    return theirs


def _decide_changed_by_others(batch: Batch, verdicts: Sequence[Verdict], saved: Collection[str] = ()) -> None:
    """Stop at once where somebody else was: whatever it wanted, it wanted it later than we did.

    So is the old number of a date that somebody has `saved`. With the lock lost, whoever has it now may
    have written: whatever differs is theirs.
    """
    for verdict in verdicts:
        theirs = verdict.stands is Stands.OTHER_HAND
        theirs |= verdict.stands is Stands.AS_BEFORE and batch.method is StockMethod.WOOCOMMERCE_STOCK
        theirs |= verdict.listing_id in saved
        theirs |= batch.lock_lost and verdict.stands not in (Stands.AS_WANTED, Stands.NOT_KNOWN)
        recorder = next((d for d in batch.open if d.id == verdict.listing_id), None)
        if theirs and recorder is not None:
            recorder.decide(Outcome.CONFLICT, _why_left(verdict))


def _why_left(verdict: Verdict) -> str:
    if verdict.stands is Stands.HIGH and isinstance(verdict.number, int):
        more = verdict.number - verdict.target
        return f"{more} more on offer than its capacity leaves, and not lowered, for our lock was lost: lower it"
    instead = "" if _said(verdict) else f", not {verdict.target}"
    return f"after our write somebody else {_made_of_it(verdict)}{instead}: left as it is"


def _made_of_it(verdict: Verdict) -> str:
    """What somebody else did: the number that it gave, or what it made of it beside its number."""
    said = _said(verdict)
    return f"changed it ({said})" if said else f"set it to {_shown(verdict)}"


def _said(verdict: Verdict) -> str:
    return verdict.number.reason if isinstance(verdict.number, Unknown) else verdict.words


def _to_put_back(run: PlanRun, batch: Batch, look: DecisionReading, verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Named cells that FooEvents' late write-back returned to their old number, and what they are to have.

    A number that would be raised must stand there at two looks: a sale in flight may look the same.
    """
    suspect, batch.suspect = batch.suspect, {}
    if batch.method is not StockMethod.BOOKING_STOCK or run.sends_nothing_new:
        return {}
    undone = [v for v in verdicts if v.named and v.stands is Stands.AS_BEFORE]
    return {v.listing_id: v.target for v in undone if _may_be_put_back(batch, look, v, suspect)}


def _may_be_put_back(
    batch: Batch, look: DecisionReading, verdict: Verdict, suspect: Mapping[str, tuple[object, object]]
) -> bool:
    """Whether the old number may be replaced now. Where it never may, that is how the change ends."""
    recorder = next((d for d in batch.open if d.id == verdict.listing_id), None)
    if recorder is None or recorder.fate is not None:
        return False
    if batch.reapplied >= MAX_REAPPLIED:
        recorder.decide(Outcome.UNDONE_BY_SHOP, f"FooEvents put the old number back {MAX_REAPPLIED} times")
        return False
    seen = (plain(verdict.number), plain(look.taken(verdict.listing_id)))
    lowers = isinstance(verdict.number, int) and verdict.number > verdict.target
    if not lowers and suspect.get(verdict.listing_id) != seen:
        batch.suspect[verdict.listing_id] = seen
        return False
    try:
        guard_listing(look, look.listings[verdict.listing_id])
    except Guarded as no:
        recorder.decide(Outcome.UNDONE_BY_SHOP, f"the old number was put back, and cannot be replaced now: {no.reason}")
        return False
    return True


async def _write(
    run: PlanRun, batch: Batch, look: DecisionReading, lower: Mapping[str, int], put_back: Mapping[str, int]
) -> None:
    """Write a correction, with a checkpoint of its own. Failing that, the next look finds the same again."""
    numbers = {**lower, **put_back}
    try:
        request = await _correction(run, batch, look, numbers, put_back=bool(put_back))
    except (Guarded, JournalUnavailable) as app_error:
        _not_corrected(batch, app_error)
        return
    if request is None:
        return
    if batch.expectations is not None:
        batch.expectations.wrote(look, numbers)
    if put_back:
        batch.reapplied += 1
    if lower:
        batch.rounds += 1
    for recorder in batch.open:
        recorder.corrections += 1
        recorder.notes = [note for note in recorder.notes if not note.startswith(_NOT_CORRECTED)]
    await send(run, batch, request, run.confirmed.permit_correction(*numbers), correcting=True)


def _not_corrected(batch: Batch, why: Exception) -> None:
    _note(batch.open, f"{_NOT_CORRECTED}: {why}")
    for recorder in batch.open:
        if recorder.state in (State.CORRECTING, State.SENT):  # the record broke off between two of its moves
            recorder.move(State.HELD_BACK, str(why))


async def _correction(
    run: PlanRun, batch: Batch, look: DecisionReading, numbers: Mapping[str, int], *, put_back: bool
) -> WriteRequest | None:
    """The correction, recorded as sent; None where it is held back. Raises `Guarded` or `JournalUnavailable`."""
    booking = batch.method is StockMethod.BOOKING_STOCK
    request = request_of_numbers(look, numbers) if booking else WriteRequest(numbers)
    why = "put back after the shop's late write" if put_back else "lowered for sales made during our write"
    batch.move(State.CORRECTING, why, **checkpoint(look, request))
    if not await batch.lock.still_ours():
        batch.lock_lost, run.lock_lost = True, batch.subject
        batch.move(State.HELD_BACK, "the lock was lost: nothing more is written")
        return None
    if run.too_old(look):
        batch.move(State.HELD_BACK, "the numbers had grown old")
        return None
    batch.move(State.SENT, numbers=dict(numbers))
    return request


def _note(recorders: Sequence[ChangeRecorder], words: str) -> None:
    for recorder in recorders:
        recorder.notes.append(words)


def _shown(verdict: Verdict) -> str:
    number = plain(verdict.number)
    return "nothing readable" if number is None else f"{number} remaining"


def _in_words(verdicts: Sequence[Verdict]) -> str:
    return "; ".join(f"{v.listing_id}: {plain(v.number)} remaining, {v.stands.value}" for v in verdicts)
