"""The state of one application of a plan: the run, and the batches that are written with one request each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.permit import ConfirmedPlan
from brcc_tui.model.changes.plan import Action, Outcome
from brcc_tui.model.listing import Platform, StockMethod
from brcc_tui.operations.changes.decision_reader import DecisionReader, look_at_each
from brcc_tui.operations.changes.decision_reading import DecisionReading, Subject, subject_of
from brcc_tui.operations.changes.expectations import Expectations, Verdict
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.locking import SubjectLock
from brcc_tui.operations.changes.propose import group_of
from brcc_tui.operations.changes.recheck import WriteInstruction, mates_of
from brcc_tui.operations.changes.recorder import ChangeRecorder, move_all
from brcc_tui.operations.context import ClubContext

FRESH_SECONDS: Final = 5.0
"""A number older than this is read again before anything is written over it."""

FRESH_MATES_SECONDS: Final = 15.0
"""The same for the rest of its show, which is read before it: a few readings of some seconds each."""


@dataclass(slots=True)
class PlanRun:
    """One application of one confirmed plan. `recorders` are in the plan's order.

    `looks` are readings made once the locks were held, `seen` the last ones of subjects to which nothing was sent
    since, except a true answer. `begun` are the shows that were looked at before their first write. `lock_lost` names
    the subject whose lock was lost after something of it was sent: nothing new is sent then, and what our text did
    elsewhere is lowered under locks that only we hold.
    """

    club: ClubContext
    confirmed: ConfirmedPlan
    stop: Callable[[], bool]
    reader: DecisionReader
    recorders: list[ChangeRecorder] = field(default_factory=list)
    locks: dict[Subject, SubjectLock] = field(default_factory=dict)
    looks: dict[Subject, DecisionReading] = field(default_factory=dict)
    seen: dict[Subject, DecisionReading] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    lock_lost: Subject | None = None

    @property
    def sends_nothing_new(self) -> str | None:
        """Why no further change of the plan is begun; None while it may be."""
        if self.stop():
            return "stopped before anything was sent"
        if self.lock_lost is not None:
            return f"nothing was sent: the lock of {self.lock_lost} was lost while it was watched. Plan again"
        return None

    async def second_look(self, subject: Subject) -> DecisionReading:
        """Reads the subject now, or takes a reading made under our lock while it is fresh. Raises `AppError`.

        Such a reading can be used once.
        """
        kept = self.looks.pop(subject, None)
        fresh = kept is not None and not self.too_old(kept)
        look = self.seen[subject] = kept if kept is not None and fresh else await self.reader.look(subject)
        return look

    async def read_mates(self, batch: Batch) -> dict[Subject, DecisionReading]:
        """Readings of whatever else the plan's rules need beside this batch. Raises `AppError`.

        For a raise they are made now, as those of its own look-ahead were. A batch that only lowers takes those made in
        this run a moment ago: at worst they lower it further.
        """
        now, batch.ahead = batch.ahead, {}
        looks = {each: now[each] for each in batch.show if each in now and not self.too_old(now[each])}
        if batch.lowers:
            looks |= self._seen_lately(batch.show)
        for mate, look in (await look_at_each(self.reader, [x for x in batch.show if x not in looks])).items():
            if isinstance(look, AppError):
                raise look
            looks[mate] = self.seen[mate] = look
        return looks

    def _seen_lately(self, subjects: Iterable[Subject]) -> dict[Subject, DecisionReading]:
        """The readings of these that were made in this run a moment ago."""
        kept = {each: self.seen[each] for each in subjects if each in self.seen}
        return {each: look for each, look in kept.items() if self._age(look) < FRESH_MATES_SECONDS / 2}

    async def holds_locks(self, batch: Batch) -> bool | None:
        """Whether the locks of the batch, and of all its show, are ours; None if they were lost and taken again.

        One under which something is still watched is not taken again: whoever had it meanwhile may have written.
        """
        lost = [each for each in (batch.subject, *batch.show) if not await self.locks[each].still_ours()]
        watched = self._watched()
        self.lock_lost = next((each for each in lost if each in watched), self.lock_lost)
        if not lost:
            return True
        if self.lock_lost is not None or not all([await self.locks[each].retake() for each in lost]):
            return False
        return None

    def _watched(self) -> set[Subject]:
        """The subjects of which something was sent that has not ended."""
        return {subject_of(each.id) for each in self.recorders if each.sent and not each.ended}

    @contextmanager
    def halted_by_errors(self) -> Iterator[None]:
        """Wraps the work on a batch: an unexpected error there stops whatever has not begun yet."""
        try:
            yield
        except BaseException:
            self.stop = lambda: True
            raise

    def give_up(self, recorder: ChangeRecorder, outcome: Outcome, reason: str) -> None:
        """Ends a change of which nothing was sent, and with it the unsent changes of its show.

        Closing goes on: it can only take seats off sale.
        """
        recorder.end(outcome, reason)
        group = group_of(recorder.change.listing)
        for mate in self.recorders:
            unsent = not mate.ended and not mate.sent and mate.change.action is not Action.CLOSE
            if unsent and group_of(mate.change.listing) == group:
                mate.end(Outcome.REFUSED, f"another listing of its show was not changed ({recorder.id}: {reason})")

    def too_old(self, look: DecisionReading) -> bool:
        """Whether a sale may have happened since: also true after this program was frozen, or the computer slept."""
        return self._age(look) > FRESH_SECONDS

    def too_old_for_a_mate(self, batch: Batch) -> bool:
        """Whether the readings of the rest of its show, on which the batch's numbers rely, are too old."""
        return any(self._age(mate) > FRESH_MATES_SECONDS for mate in batch.mates)

    def _age(self, look: DecisionReading) -> float:
        clock = self.club.clock
        asleep = (clock.now() - look.at).total_seconds()
        return max(clock.monotonic() - look.began, asleep)


@dataclass(slots=True)
class Batch:
    """Changes that one request writes: cells of one product, one product's stock, or one ticket class.

    Before the write:

    * `show`: the rest of what its show is sold by; `mates`: the readings of that.
    * `ahead`: the readings that its turn began with, each good for once; `look`: the one that was written on.
    * `instructions`: what is to be written, by listing id. `lock_lost` ends writing: what differs then is another's.

    Since it was sent:

    * `writes`: how many requests were made, corrections among them; `answer`: what the last of them was answered.
    * `unanswered`: nobody knows whether the shop did it; `met`: what the shop did each time instead of saying so.
    * `expectations`: what is expected of every cell (WooCommerce); `stale`: the numbers that an old reading may show
      (Eventbrite).
    * `suspect`: cells that may have been put back to an old number; `reapplied`: how often ours was written once more;
      `rounds`: how often something was lowered; `watched`: settling has begun.
    * `saved`: when the product had been saved when each date was last seen to stand otherwise than before.

    Of the last look that saw anything, at `seen_at`: its `verdicts`, and `oversold`, by how many places it found dates
    beside the named ones sold twice. `unseen` is why the last look saw nothing, None when it did; `gone`: it saw all
    but this.
    """

    subject: Subject
    recorders: list[ChangeRecorder]
    lock: SubjectLock
    show: Collection[Subject] = ()
    mates: Collection[DecisionReading] = ()
    ahead: Mapping[Subject, DecisionReading] = field(default_factory=dict)
    look: DecisionReading | None = None
    instructions: dict[str, WriteInstruction] = field(default_factory=dict)
    expectations: Expectations | None = None
    unanswered: bool = False
    met: list[str] = field(default_factory=list)
    writes: int = 0
    rounds: int = 0
    reapplied: int = 0
    watched: bool = False
    suspect: dict[str, tuple[object, object]] = field(default_factory=dict)
    stale: frozenset[object] = frozenset()
    answer: Mapping[str, object] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    oversold: Mapping[str, int] = field(default_factory=dict)
    seen_at: dt.datetime | None = None
    unseen: str | None = None
    gone: bool = False
    lock_lost: bool = False

    @property
    def open(self) -> list[ChangeRecorder]:
        """The changes that have not ended."""
        return [recorder for recorder in self.recorders if not recorder.ended]

    @property
    def sent(self) -> bool:
        """Whether anything reached the shop, or may have."""
        return any(recorder.sent for recorder in self.recorders)

    @property
    def lowers(self) -> bool:
        """Whether it only takes seats off sale."""
        return all(recorder.change.lowers for recorder in self.open)

    @property
    def method(self) -> StockMethod:
        """How the number is stored; one for all changes of a batch."""
        return self.recorders[0].change.listing.stock_method

    def move(self, state: State, words: str = "", /, **detail: object) -> None:
        """The same move for every open change."""
        move_all(self.open, state, words, **detail)

    def note(self, listing_id: str, words: str) -> None:
        """Something a person should know about one of the open changes."""
        for recorder in self.open:
            if recorder.id == listing_id:
                recorder.notes.append(words)
                recorder.disturbed = True

    def see_nothing(self, app_error: AppError, *, gone: bool = False) -> None:
        """A look failed: nothing is known of the present state. It lacked what was written where that is `gone`."""
        self.unseen, self.gone = str(app_error), gone
        self.move(State.LOOKED, f"could not be read: {app_error}", failed=str(app_error))

    def see(self, look: DecisionReading, *, untold: str | None = None) -> None:
        """Keep the readings for the result. `untold` is why they do not tell what stands: then nothing was seen to."""
        self.unseen = untold
        if untold is None:
            self.seen_at = look.at
        for recorder in self.recorders:
            if recorder.id in look.listings and not recorder.ended:
                recorder.see(look.listings[recorder.id])


def batches(run: PlanRun, recorders: Iterable[ChangeRecorder]) -> list[Batch]:
    """Group changes by request, in the plan's order."""
    made: dict[object, Batch] = {}
    for recorder in recorders:
        subject = subject_of(recorder.id)
        key: object = subject if subject.platform is Platform.WOOCOMMERCE else recorder.id
        if key not in made:
            show = mates_of(run.confirmed.plan.rules, [subject]) - {subject}
            made[key] = Batch(subject, [], run.locks[subject], sorted(show, key=str))
        made[key].recorders.append(recorder)
    return list(made.values())
