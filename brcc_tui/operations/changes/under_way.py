"""Changes that somebody is making at this moment: they have not ended, and there is nothing to decide about them."""

from __future__ import annotations

from collections.abc import Iterable

from brcc_tui.clock import on_the_wall
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.changes.known_state import why_not_understood
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.recover import Recoverable
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal_entries import Entry
from brcc_tui.store.locks import LockUnusable


def under_way(club: ClubContext, found: Iterable[Recoverable] = ()) -> dict[str, str]:
    """Each by its entry, with the words for who makes it and since when, as far as that was noted.

    `found` are those that somebody has to decide about. Raises `JournalUnavailable`.
    """
    to_decide = {one.entry.id for one in found}
    made = {}
    for entry in club.journal.unresolved():
        subject = str(subject_of(entry.listing))
        if entry.id in to_decide or not _is_locked(club, subject):
            continue
        holder = club.locks.holder(subject)
        since = f" since {on_the_wall(holder.since):%H:%M:%S}" if holder.since else ""
        made[entry.id] = f"{holder.who} is changing {entry.listing}{since}: it has not ended"
    return made


def left_open(club: ClubContext) -> frozenset[str]:
    """The entries of which recovery has something to tell, as far as the journal and the locks know: changes that were
    sent or could have been, are not resolved, and nobody is known to be at work on.

    Those of a lock that cannot be tried are among them, and those of which a newer version alone knows what was done.
    Raises `JournalUnavailable`.
    """
    return frozenset(entry.id for entry in club.journal.unresolved() if _is_left_open(club, entry))


def _is_left_open(club: ClubContext, entry: Entry) -> bool:
    try:
        is_free = club.locks.is_free(str(subject_of(entry.listing)))
    except LockUnusable:
        return True
    may_be_sent = entry.last(State.CHECKPOINTED.value) is not None or why_not_understood(entry) is not None
    return is_free and may_be_sent


def _is_locked(club: ClubContext, subject: str) -> bool:
    try:
        return not club.locks.is_free(subject)
    except LockUnusable:
        return True
