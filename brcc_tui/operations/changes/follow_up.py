"""What an undo or a recovery means for the entry that it follows: recorded there as well, when it has gone well."""

from __future__ import annotations

from brcc_tui.model.changes.plan import Action, Outcome
from brcc_tui.operations.changes.lifecycle import MOVES, State
from brcc_tui.operations.changes.recorder import ChangeRecorder
from brcc_tui.operations.club import Club
from brcc_tui.store.journal import Entry, JournalUnavailable


def close_followed(club: Club, diary: ChangeRecorder) -> None:
    """Mark the entry that this change undid or took up, once the change has settled."""
    change = diary.change
    if change.follows is None or not diary.result().done:
        return
    try:
        followed = club.journal.entry(change.follows)
        if followed is None:
            return
        same = followed.action == change.action.value
        again = same and (change.action is Action.CLOSE or followed.after == change.capacity)
        end_entry(club, followed, Outcome.INTERRUPTED if again else Outcome.ROLLED_BACK, followed_by=diary.entry)
    except JournalUnavailable as app_error:
        diary.notes.append(f"entry {change.follows} could not be marked: {app_error.happened}")


def end_entry(club: Club, entry: Entry, outcome: Outcome, **detail: object) -> None:
    """Record how an entry ended after all, if its state allows that."""
    if State(outcome.value) in MOVES[State(entry.state)]:
        club.journal.append(entry.id, outcome.value, club.clock.now(), detail)
