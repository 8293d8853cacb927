"""What an undo or a recovery means for the entry that it follows: recorded there as well, when it has gone well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from brcc_tui.logs import log
from brcc_tui.model.changes.plan import Action, Outcome
from brcc_tui.operations.changes.closing import capacity_before
from brcc_tui.operations.changes.lifecycle import TRANSITIONS, State
from brcc_tui.operations.changes.recorder import ChangeRecorder
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal import Entry, JournalUnavailable


def close_followed(club: ClubContext, recorders: Sequence[ChangeRecorder]) -> None:
    """Mark the entries that these changes of one plan undid or took up, once all that follow one have settled."""
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
                end_entry(club, followed, _how_followed(followed, following), followed_by=following[0].entry)
        except JournalUnavailable as app_error:
            following[0].notes.append(f"entry {entry_id} could not be marked: {app_error.happened}")


def _how_followed(followed: Entry, following: Sequence[ChangeRecorder]) -> Outcome:
    """Taken up anew, taken back, or found as intended with only its neighbours to be put right."""
    own = next((recorder.change for recorder in following if recorder.id == followed.listing), None)
    if own is None:
        return Outcome.SETTLED
    opposite = {Action.CLOSE.value: Action.REOPEN, Action.REOPEN.value: Action.CLOSE}.get(followed.action)
    back = own.capacity == capacity_before(followed) if own.action is Action.SET else own.action is opposite
    return Outcome.ROLLED_BACK if back else Outcome.INTERRUPTED


def end_entry(club: ClubContext, entry: Entry, outcome: Outcome, **detail: object) -> None:
    """Record how an entry ended after all, if its state allows that."""
    if State(outcome.value) in TRANSITIONS[State(entry.state)]:
        club.journal.append(entry.id, outcome.value, club.clock.now(), detail)


def end_if_recorded(club: ClubContext, entry: Entry, outcome: Outcome, **detail: object) -> bool:
    """The same for what nobody asked to end: whether it could be recorded. What cannot be is found again later."""
    try:
        end_entry(club, entry, outcome, **detail)
    except JournalUnavailable as app_error:
        log("journal_failed", entry=entry.id, move=outcome.value, reason=str(app_error))
        return False
    return True
