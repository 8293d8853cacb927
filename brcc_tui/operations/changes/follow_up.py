"""What an undo or a recovery means for the original entry: recorded there too, once it has succeeded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from brcc_tui.logs import log
from brcc_tui.model.changes.plan import Action, Outcome
from brcc_tui.operations.changes.closing import capacity_before
from brcc_tui.operations.changes.known_state import why_not_understood
from brcc_tui.operations.changes.lifecycle import ENDED_STATES, OPEN, TRANSITIONS, State
from brcc_tui.operations.changes.recorder import ChangeRecorder
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal_entries import SETTLED_EVENTS, Entry, row_of
from brcc_tui.store.journal_file import JournalUnavailable

_DECIDED: Final = ENDED_STATES - {State.UNCLEAR}


def close_followed(club: ClubContext, recorders: Sequence[ChangeRecorder]) -> None:
    """Marks the entries that these changes of one plan undid or re-applied, once all that follow one have settled."""
    by_entry: dict[str, list[ChangeRecorder]] = defaultdict(list)
    for recorder in recorders:
        if recorder.change.follows is not None:
            by_entry[recorder.change.follows].append(recorder)
    for entry_id, following in by_entry.items():
        if not all(recorder.result().done for recorder in following):
            continue
        try:
            followed = club.journal.entry(entry_id)
            if followed is not None:
                _follow(club, followed, following)
        except JournalUnavailable as app_error:
            following[0].notes.append(f"entry {entry_id} could not be marked: {app_error.happened}")


def _follow(club: ClubContext, followed: Entry, following: Sequence[ChangeRecorder]) -> None:
    """Taken up anew, taken back, or found as intended with only its neighbours to be put right."""
    by = following[0].entry
    own = next((recorder.change for recorder in following if recorder.id == followed.listing), None)
    if own is None:
        end_entry(club, followed, Outcome.SETTLED, followed_by=by)
    elif takes_back(followed, own.action, own.capacity):
        end_entry(club, followed, Outcome.ROLLED_BACK, followed_by=by)
    else:
        end_entry(club, followed, Outcome.INTERRUPTED, followed_by=by)
        _mark_undone(club, followed, own.action, own.capacity, by)


def takes_back(followed: Entry, action: Action, capacity: int) -> bool:
    """Whether a change of the same listing undoes that one."""
    opposite = {Action.CLOSE.value: Action.REOPEN, Action.REOPEN.value: Action.CLOSE}.get(followed.action)
    return capacity == capacity_before(followed) if action is Action.SET else action is opposite


def with_taken_back(entries: Sequence[Entry]) -> list[Entry]:
    """The entries in their order, with those that a later one has undone, and that were not marked so, as rolled back.

    The program marks them once all of its plan has settled, and may die before that. An undo of the same listing is
    among the entries wherever what it undid is.
    """
    following: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda each: row_of(each.id), reverse=True):
        follows = entry.events[0].detail.get("follows") if entry.events else None
        if isinstance(follows, str):
            following[follows].append(entry)
    return [
        replace(entry, outcome=Outcome.ROLLED_BACK.value)
        if entry.outcome not in OPEN and _is_undone(entry, following.get(entry.id, ()))
        else entry
        for entry in entries
    ]


def _is_undone(entry: Entry, following: Sequence[Entry]) -> bool:
    """Whether one of the changes that follow an entry, newest first, took it back, and all that was planned with it has
    settled: not what an attempt before it, of the same digest, came to.
    """
    for undo in following:
        whole = applied_with(undo, [each for each in following if each.digest == undo.digest])
        understood = all(each.outcome in SETTLED_EVENTS and why_not_understood(each) is None for each in whole)
        of_it = understood and undo.listing == entry.listing
        if of_it and takes_back(entry, Action(undo.action), undo.planned_capacity):
            return True
    return False


def applied_with(entry: Entry, entries: Sequence[Entry]) -> list[Entry]:
    """The entries, oldest first, that one application of a plan made; `entries` are all with its digest, newest first.

    The same plan may be made and applied again later. It changes each listing once, so a listing that occurs again
    begins another application.
    """
    applications: list[list[Entry]] = []
    seen: set[str] = set()
    for each in reversed(entries):
        if not applications or each.listing in seen:
            applications.append([])
            seen = set()
        applications[-1].append(each)
        seen.add(each.listing)
    return next((made for made in applications if any(each.id == entry.id for each in made)), [entry])


def _mark_undone(club: ClubContext, undo: Entry, action: Action, capacity: int, by: str | None) -> None:
    """Mark what an undo took back that had not ended itself: it was found done, or `by` has carried it through.

    One that is open is decided by itself: other dates of its product may be to be put right with it.
    """
    follows = undo.events[0].detail.get("follows")
    undone = club.journal.entry(follows) if isinstance(follows, str) else None
    if undone is None or undone.listing != undo.listing or undone.state not in _DECIDED:
        return
    if takes_back(undone, action, capacity):
        end_entry(club, undone, Outcome.ROLLED_BACK, followed_by=by)


def end_entry(club: ClubContext, entry: Entry, outcome: Outcome, **detail: object) -> None:
    """Records how an entry ended, if its state allows that, and for a completed undo, what it undid.

    What a newer version of the program recorded of an entry may be its end.
    """
    if why_not_understood(entry) is None and State(outcome.value) in TRANSITIONS[State(entry.state)]:
        club.journal.append(entry.id, outcome.value, club.clock.now(), detail)
        if outcome is Outcome.SETTLED:
            _mark_undone(club, entry, Action(entry.action), entry.planned_capacity, entry.id)


def end_if_recorded(club: ClubContext, entry: Entry, outcome: Outcome, **detail: object) -> bool:
    """The same for what nobody asked to end: whether it could be recorded. What cannot be is found again later."""
    try:
        end_entry(club, entry, outcome, **detail)
    except JournalUnavailable as app_error:
        log("journal_failed", entry=entry.id, move=outcome.value, reason=str(app_error))
        return False
    return True
