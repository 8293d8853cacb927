"""Looks again after a while, and records how each change ended.

Settled means seen in every stage of the watch, the last one included. A look that fails is repeated until one
succeeds, for as long again as the whole watch takes; after that the change stays open, written and not seen since,
and recovery continues to look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from brcc_tui.clock import on_the_wall
from brcc_tui.model.changes.plan import Action, Outcome
from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.listing import StockMethod
from brcc_tui.model.quantity import is_known, plain
from brcc_tui.operations.changes.as_before import is_on_its_way
from brcc_tui.operations.changes.batch import Batch, PlanRun
from brcc_tui.operations.changes.expectations import Stands, Verdict
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.outcome_words import met_in_words
from brcc_tui.operations.changes.recorder import ChangeRecorder
from brcc_tui.operations.changes.verify_eventbrite import examine_class
from brcc_tui.operations.changes.verify_woocommerce import CORRECTION_DELAY, end_decided, examine, verify
from brcc_tui.store.journal_file import JournalUnavailable

POLL_INTERVAL: Final = 1.0
"""Seconds between two questions whether to stop, while waiting."""


_NEWEST: Final = 5
"""Changes of a listing that were sent last, among which one that may still arrive is looked for."""

UNSEEN_DELAY: Final = 2.0
"""Seconds after which a look that failed is repeated."""


@dataclass(slots=True)
class _Watched:
    """A batch that is looked at again: `looks` are the seconds of its clock at which.

    `failing_since` is when the looks began to fail, None while they succeed.
    """

    batch: Batch
    looks: list[float]
    waits_for_answer: bool
    failing_since: float | None = None

    def seen(self, now: float) -> None:
        """A look has succeeded: it stands for every stage that was due by now."""
        self.failing_since = None
        self.looks = [moment for moment in self.looks if moment > now]

    def missed(self, now: float, patience: float) -> None:
        """A look has failed: the stage is still to be seen, unless it has failed for too long."""
        self.failing_since = now if self.failing_since is None else self.failing_since
        later = [moment for moment in self.looks if moment > now + UNSEEN_DELAY]
        self.looks = [] if now - self.failing_since >= patience else [now + UNSEEN_DELAY, *later]


async def settle(run: PlanRun, batches: Sequence[Batch], *, unanswered_only: bool) -> None:
    """Look at what was written until it has settled; every open change has ended when this returns.

    With `unanswered_only` only writes without an answer are waited for, and the others are left verified.
    """
    watched = _begin_watching(run, batches, unanswered_only=unanswered_only)
    while watched and not run.stop():
        watched.sort(key=lambda each: each.looks[0])
        next_one = watched[0]
        if not await _wait_until(run, next_one.looks[0]):
            break
        await _look(run, next_one, unanswered_only=unanswered_only)
        if not next_one.looks or not next_one.batch.open:
            watched.remove(next_one)
            if next_one.batch.unanswered or not unanswered_only:
                _end(next_one.batch)
    why = "stopped while it was watched" if run.stop() else "it is no longer watched, as asked"
    for batch in batches:
        _leave(batch, why, interrupted=run.stop())


def _begin_watching(run: PlanRun, batches: Sequence[Batch], *, unanswered_only: bool) -> list[_Watched]:
    """Those of them that are still open, and of which an answer is missing or settling was asked for."""
    watched = [
        _Watched(batch, _schedule(run, batch), batch.unanswered)
        for batch in batches
        if batch.open and (batch.unanswered or not unanswered_only)
    ]
    for each in watched:
        each.batch.watched = True
    return watched


def _schedule(run: PlanRun, batch: Batch) -> list[float]:
    """When to look: the last time is only needed for booking text, or where an answer did not come.

    What was sent then may still be on its way, also where it was sent once more and that was answered, or where a
    program died over it and something else was written here since.
    """
    looks = run.club.settings.settle
    if not (batch.method is StockMethod.BOOKING_STOCK or batch.met or _may_be_written_over(run, batch)):
        looks = looks[:2]
    now = run.club.clock.monotonic()
    return [now + seconds for seconds in looks] or [now]


def _may_be_written_over(run: PlanRun, batch: Batch) -> bool:
    """Whether a request of an earlier change may still arrive there; as good as so where the journal cannot tell."""
    ours, journal = {recorder.entry for recorder in batch.recorders}, run.club.journal
    try:
        made = [entry for each in batch.recorders for entry in journal.made(each.id, limit=_NEWEST)]
    except JournalUnavailable:
        return True
    return any(entry.id not in ours and is_on_its_way(run.club, entry) for entry in made)


async def _wait_until(run: PlanRun, moment: float) -> bool:
    """Sleep in short breaths; False when asked to stop."""
    while (left := moment - run.club.clock.monotonic()) > 0:
        if run.stop():
            return False
        await run.club.clock.sleep(min(left, POLL_INTERVAL))
    return not run.stop()


async def _look(run: PlanRun, watched: _Watched, *, unanswered_only: bool) -> None:
    batch, clock = watched.batch, run.club.clock
    began, writes = clock.monotonic(), batch.writes
    ticket_class = batch.method is StockMethod.TICKET_CLASS_CAPACITY
    await (examine_class if ticket_class else examine)(run, batch)
    answered_now = _take_late_answer(watched)
    stands_anew = answered_now or batch.writes > writes
    if stands_anew and batch.open and not ticket_class:
        await verify(run, batch)
    if answered_now and unanswered_only:
        watched.looks.clear()
        return
    if stands_anew:
        watched.looks = _schedule(run, batch)  # what was written now has to settle as well
    _when_next(run, watched, began)


def _when_next(run: PlanRun, watched: _Watched, began: float) -> None:
    """When to look again, after a look that began then and saw something, or failed."""
    batch, clock = watched.batch, run.club.clock
    if batch.unseen is not None:
        watched.missed(clock.monotonic(), max(run.club.settings.settle, default=0.0))
        return
    watched.seen(began)
    if batch.suspect and not watched.looks:
        watched.looks = [clock.monotonic() + CORRECTION_DELAY]


def _take_late_answer(watched: _Watched) -> bool:
    """Whether what was sent without an answer was seen to stand by this look; it is noted then."""
    if not watched.waits_for_answer or watched.batch.unanswered:
        return False
    watched.waits_for_answer = False
    for recorder in watched.batch.open:
        recorder.notes.append(f"{met_in_words(watched.batch.met)}, but its number is the one that was sent")
        if watched.batch.method is StockMethod.TICKET_CLASS_CAPACITY:
            recorder.move(State.VERIFIED, capacity=plain(recorder.reading.capacity))
    return True


def _end(batch: Batch) -> None:
    """Say how each change ended, from what was seen last."""
    _note_neighbours(batch)
    end_decided(batch)
    for recorder in batch.open:
        _note_oversold(recorder)
        if recorder.disturbed:
            recorder.end(Outcome.CONFLICT, "our request may have come before or after that: look at its number")
        elif batch.unanswered:
            shown = _shown_of_unanswered(batch, batch.verdicts.get(recorder.id))
            recorder.end(Outcome.UNCLEAR, f"{met_in_words(batch.met)}, and {shown}: look again before you repeat it")
        elif batch.unseen is not None:
            _end_unseen(batch, recorder, batch.unseen)
        elif batch.method is StockMethod.TICKET_CLASS_CAPACITY:
            recorder.end(Outcome.SETTLED)
        else:
            _end_product(batch, recorder)


def _shown_of_unanswered(batch: Batch, verdict: Verdict | None) -> str:
    """What was seen last of a request without an answer that did not show itself, and since when nothing was seen."""
    unseen = batch.unseen
    if verdict is None:
        return "shows nothing of it" if unseen is None else f"its number could not be read ({unseen})"
    if verdict.stands is Stands.NOT_KNOWN:
        return f"its number could not be judged ({unseen})"
    shows, then, since = _shows_since(batch)
    if not verdict.unmoved and is_known(verdict.number):
        few = "fewer than the old number leaves, which proves nothing"
        return f"{shows} {plain(verdict.number)} remaining{then}, {few}{since}"
    return f"still {shows} the old number{then}{since}"


def _shows_since(batch: Batch) -> tuple[str, str, str]:
    """In words: that the shop shows something, or showed it, when, and since when nothing could be read."""
    if batch.unseen is None or batch.seen_at is None:
        return "shows", "", ""
    return "showed", f" at {on_the_wall(batch.seen_at):%H:%M:%S}", f", and could not be read since ({batch.unseen})"


def _end_unseen(batch: Batch, recorder: ChangeRecorder, why: str) -> None:
    """The last looks failed: what was seen before is no proof of the present state."""
    if batch.gone:
        recorder.end(Outcome.CONFLICT, why)
        return
    answered_true = batch.method is StockMethod.TICKET_CLASS_CAPACITY
    if batch.seen_at is None and not answered_true:
        recorder.end(Outcome.UNCLEAR, f"the shop answered that it was done, but it could not be read again: {why}")
        return
    since = f" since {on_the_wall(batch.seen_at):%H:%M:%S}" if batch.seen_at is not None else ""
    recorder.unseen = True
    recorder.end(Outcome.VERIFIED, f"not seen{since}, so it is not known to have settled ({why}): recover looks again")


def _note_neighbours(batch: Batch) -> None:
    """What was last seen of the dates beside the named ones, where it is not as it should be."""
    for verdict in batch.verdicts.values():
        if not verdict.named:
            for recorder in batch.open:
                recorder.notes.append(_of_another_date(verdict))
    for listing_id, more in batch.oversold.items():
        for recorder in batch.open:
            recorder.notes.append(
                f"{so_many(more, 'place')} more of {listing_id} sold than its capacity, while this was written"
            )


def _note_oversold(recorder: ChangeRecorder) -> None:
    """A sale in the very moment of a write can take more than was left; nothing more is on offer then."""
    taken = recorder.reading.taken
    if is_known(taken) and taken > recorder.capacity and recorder.change.action is not Action.CLOSE:
        recorder.notes.append(
            f"{taken - recorder.capacity} more places are taken than its capacity, sold while it was written"
        )


def _end_product(batch: Batch, recorder: ChangeRecorder) -> None:
    """End a change by what its listing is at, unless another date of the product was left too high by our text."""
    verdict = batch.verdicts.get(recorder.id)
    if verdict is None:
        raise AssertionError("judged without having been seen")
    beside = {each.stands for each in batch.verdicts.values() if not each.named} - {Stands.OTHER_HAND}
    if Stands.HIGH in beside and verdict.stands in (Stands.AS_WANTED, Stands.LOW):
        recorder.end(Outcome.CONFLICT, "written, but another date of its product could not be lowered")
    elif verdict.stands is Stands.AS_WANTED:
        recorder.end(Outcome.SETTLED_LOW if beside else Outcome.SETTLED)
    else:
        _end_otherwise(recorder, verdict)


def _end_otherwise(recorder: ChangeRecorder, verdict: Verdict) -> None:
    """End a change whose listing does not stand as wanted."""
    short = verdict.target - verdict.number if isinstance(verdict.number, int) else 0
    if verdict.stands is Stands.LOW and verdict.explained:
        recorder.end(
            Outcome.SETTLED_LOW,
            f"{short} fewer on offer than its capacity leaves: a cancellation came during the write, or a payment was "
            "tried twice. Nothing is oversold; set the capacity again to offer them",
        )
    elif verdict.stands is Stands.LOW:
        recorder.end(
            Outcome.CONFLICT, f"{short} fewer on offer than we set: somebody else's change, or a payment tried twice"
        )
    elif verdict.stands is Stands.AS_BEFORE:
        recorder.end(Outcome.UNDONE_BY_SHOP, f"the old number is back: {plain(verdict.number)} remaining")
    else:
        recorder.end(Outcome.CONFLICT, f"{-short} more on offer than its capacity leaves, and it could not be lowered")


def _of_another_date(verdict: Verdict) -> str:
    if verdict.stands is Stands.HIGH:
        return f"{verdict.listing_id} is at {plain(verdict.number)} and should be at {verdict.target}: lower it"
    if verdict.stands is Stands.OTHER_HAND:
        return f"{verdict.listing_id} is at {plain(verdict.number)}, not {verdict.target}: raised by somebody else"
    return f"{verdict.listing_id} is at {plain(verdict.number)}, not {verdict.target}: maybe a lost cancellation"


def _leave(batch: Batch, why: str, *, interrupted: bool) -> None:
    """Changes that are still open: written, and not watched to the end."""
    _note_neighbours(batch)
    end_decided(batch)
    for recorder in batch.open:
        if batch.unseen is not None and batch.sent:
            recorder.leave_open(
                f"written, but its number could not be read ({batch.unseen}): brcc-tui recover looks again"
            )
        elif interrupted or recorder.state is not State.VERIFIED:
            recorder.leave_open(f"written, but {why}: brcc-tui recover shows what is there now")
        else:
            verdict = batch.verdicts.get(recorder.id)
            if verdict is not None and verdict.stands is Stands.LOW:
                recorder.notes.append(
                    f"it is at {plain(verdict.number)}, not {verdict.target}: a sale, or a lost cancellation"
                )
            recorder.end(Outcome.VERIFIED, f"written and verified; {why}")
