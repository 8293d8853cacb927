"""Records one change: each move is checked against the permitted moves, then journaled, then reported."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from brcc_tui.logs import log
from brcc_tui.model.changes.plan import Change, ChangeResult, Danger, Outcome, Plan
from brcc_tui.model.listing import Listing
from brcc_tui.model.quantity import is_known, plain
from brcc_tui.model.reading import Reading
from brcc_tui.model.shows.sharing import with_own_flags
from brcc_tui.operations.changes.closing import BASE, HIDDEN, RULE
from brcc_tui.operations.changes.lifecycle import ENDED_STATES, State, check_move
from brcc_tui.operations.context import ClubContext
from brcc_tui.operations.lately import steady_now
from brcc_tui.store.journal_file import JournalUnavailable

_MAY_FAIL = ENDED_STATES | {
    State.ANSWERED,
    State.UNANSWERED,
    State.HELD_BACK,
    State.LOOKED,
    State.VERIFIED,
    State.UNWATCHED,
}
"""Moves that tell what has happened already: when the disk is full, watching goes on without the record."""

STANDS: Final = frozenset({State.VERIFIED, State.SETTLED, State.SETTLED_LOW})
"""Moves that say that what was written was seen to stand."""
_WRITTEN: Final = frozenset({State.ANSWERED, State.UNANSWERED})
"""Moves after which a shop has, or may have, what was sent."""
_ON_THE_WIRE: Final = frozenset({State.SENT, *_WRITTEN})
"""Moves after which a shop may show what was before for a while, whatever time the clock tells."""
_TAKEN_BACK: Final = frozenset({State.CONFLICT, State.UNDONE_BY_SHOP, State.ROLLED_BACK})


@dataclass(frozen=True, slots=True)
class Step:
    """A move of one change, as the progress modal tells it: `event` is the journal's word for it.

    `listing` is the whole listing as its shop was seen to have it last, once the change has been verified or has ended;
    None where it was not read since the plan. `stands` says that it is as this change made it.
    """

    listing_id: str
    event: str
    detail: str
    listing: Listing | None = None
    stands: bool = False


Watch = Callable[[Step], None]


class ChangeRecorder:
    """One change on its way from planned to its outcome, with what was seen of it last."""

    def __init__(self, club: ClubContext, change: Change, watch: Watch | None) -> None:
        self.club = club
        self._watch = watch
        self.state: State | None = None
        self.change = change
        self.entry: str | None = None
        self.capacity = change.capacity
        self.listing = change.listing
        self.corrections = 0
        self.notes: list[str] = []
        self.outcome: Outcome | None = None
        self.sent = False
        self._stands = False  # what was written was seen, and nobody has taken it back since
        self.disturbed = False  # somebody else changed it while an answer of ours was missing
        self.unseen = False  # the last looks failed: it is not known to stand
        self.fate: tuple[Outcome, str] | None = None  # how it will end, once its neighbours have settled

    @property
    def id(self) -> str:
        """The listing's id."""
        return self.change.listing.id

    @property
    def reading(self) -> Reading:
        """The numbers that were read last."""
        return self.listing.reading

    def see(self, listing: Listing) -> None:
        """Its shop has shown it so: with its numbers whatever else decides what a buyer can buy of it."""
        self.listing = dataclasses.replace(listing, show=self.change.listing.show)

    def begin(self, actor: str, reason: str, plan: Plan) -> None:
        """Make the entry: planned and confirmed, with the rule of its sync. Raises `JournalUnavailable`."""
        change, now = self.change, self.club.clock.now()
        detail: dict[str, object] = {
            "before": numbers(change.before),
            "after": numbers(change.after),
            "dangers": [danger.value for danger in change.dangers],
        }
        rule = next((rule.terms for rule in plan.rules if self.id in rule.listing_ids and rule.terms), None)
        if rule is not None:
            detail[RULE] = dict(rule)
        if change.base is not None:
            detail[BASE] = change.base
        if change.follows is not None:
            detail["follows"] = change.follows
        if Danger.HIDES in change.dangers or Danger.UNHIDES in change.dangers:
            detail[HIDDEN] = Danger.HIDES in change.dangers
        check_move(None, State.PLANNED)
        self.entry = self.club.journal.begin(
            actor=actor,
            listing=self.id,
            show=change.listing.show,
            action=change.action.value,
            before=plain(change.before.capacity),
            after=change.capacity,
            reason=reason,
            digest=plan.digest,
            at=now,
            detail=detail,
        )
        self.moved(State.PLANNED)
        self.move(State.CONFIRMED)

    def move(self, state: State, words: str = "", /, **detail: object) -> None:
        """Record the move. Raises `JournalUnavailable` for one that must stand in the journal before it is made."""
        move_all([self], state, words, **detail)

    def moved(self, state: State, words: str = "", unrecorded: JournalUnavailable | None = None) -> None:
        """The move has been recorded, or has happened without a record: take it over, and tell whoever watches."""
        if unrecorded is not None:
            log("journal_failed", entry=self.entry, move=state.value, reason=str(unrecorded))
            self.notes.append(f"the journal could not record this ({unrecorded.happened})")
        self.state = state
        if state in _WRITTEN:
            self.sent = True
        self._stands = self.sent and (state in STANDS or (self._stands and state not in _TAKEN_BACK))
        if self._watch is None:
            return
        try:
            self._watch(Step(self.id, state.value, words, self._left_behind(state), self._stands))
        except Exception as error:  # noqa: BLE001 - a terminal that went away must not stop what is being written
            log("watcher_failed", reason=repr(error))
            self._watch = None

    def end(self, outcome: Outcome, reason: str = "") -> None:
        """The change has ended (or, with `verified`, is watched no longer)."""
        if reason:
            self.notes.append(reason)
        self.outcome = outcome
        state = State.UNWATCHED if outcome is Outcome.VERIFIED else State(outcome.value)
        if self.entry is not None:
            self.move(state, self.reason, capacity=self.capacity, reading=numbers(self.reading), reason=self.reason)
        else:
            self.moved(state, self.reason)

    def decide(self, outcome: Outcome, reason: str) -> None:
        """It will end so, whatever is seen of it later: its neighbours are watched until they have settled."""
        if self.fate is None:
            self.fate = (outcome, reason)

    def leave_open(self, reason: str) -> None:
        """Stop watching what was sent: the journal keeps it as unfinished, for a person or a later run."""
        self.notes.append(reason)
        self.move(State.UNWATCHED, reason, capacity=self.capacity, reading=numbers(self.reading), reason=reason)
        self.outcome = Outcome.INTERRUPTED

    def _left_behind(self, state: State) -> Listing | None:
        """The listing as its shop was seen to have it last; None on the way there, or as long as nobody has looked."""
        if not (state in ENDED_STATES or state in (State.VERIFIED, State.UNWATCHED)):
            return None
        if self.listing is self.change.listing:
            return None
        return with_own_flags(self.change, self.listing) if self._stands else self.listing

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to do."""
        return self.outcome is not None

    @property
    def reason(self) -> str:
        """Everything a person should know about how it ended."""
        return ". ".join(note.rstrip(".") for note in dict.fromkeys(self.notes))

    def result(self) -> ChangeResult:
        """How it ended, for the caller."""
        before, taken = self.change.before.taken, self.reading.taken
        return ChangeResult(
            listing=with_own_flags(self.change, self.listing) if self._stands else self.listing,
            outcome=self.outcome or Outcome.INTERRUPTED,
            wanted=self.capacity,
            sold_meanwhile=max(0, taken - before) if is_known(taken) and is_known(before) else 0,
            corrections=self.corrections,
            reason=self.reason,
            entry=self.entry,
            unseen=self.unseen,
            read_since=self.listing is not self.change.listing,
        )


def move_all(recorders: Sequence[ChangeRecorder], state: State, words: str = "", /, **detail: object) -> None:
    """The same move of changes that are written as one, recorded as one. Raises as `ChangeRecorder.move`."""
    for recorder in recorders:
        check_move(recorder.state, state)
    recorded, unrecorded = [recorder for recorder in recorders if recorder.entry is not None], None
    try:
        if recorded:
            context = recorded[0].club
            entries = [recorder.entry for recorder in recorded if recorder.entry is not None]
            context.journal.append_all(entries, state.value, context.clock.now(), detail | _when(context, state))
    except JournalUnavailable as app_error:
        if state not in _MAY_FAIL:
            raise
        unrecorded = app_error
    for recorder in recorders:
        recorder.moved(state, words, unrecorded)


def _when(club: ClubContext, state: State) -> dict[str, object]:
    """What the journal keeps of the moment beside what the clock says."""
    return steady_now(club) if state in _ON_THE_WIRE else {}


def numbers(reading: Reading) -> Mapping[str, int | str | None]:
    """A reading's numbers as the journal keeps them: an int, `unlimited`, or None for unknown."""
    return {
        "capacity": plain(reading.capacity),
        "sold": plain(reading.sold),
        "held": plain(reading.held),
        "remaining": plain(reading.remaining),
    }
