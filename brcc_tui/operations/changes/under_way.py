"""Changes that somebody is making at this moment: nothing is to be decided about them, and they have not ended."""

from __future__ import annotations

from collections.abc import Iterable

from brcc_tui.clock import on_the_wall
from brcc_tui.operations.changes.decision_reading import Subject, subject_of
from brcc_tui.operations.changes.recover import Recoverable
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.locks import LockUnusable


def under_way(club: ClubContext, found: Iterable[Recoverable] = ()) -> dict[str, str]:
    """Each by its entry, with the words for who makes it and since when, as far as that was noted.

    `found` are those that somebody has to decide about. Raises `JournalUnavailable`.
    """
    told = {one.entry.id for one in found}
    made = {}
    for entry in club.journal.unresolved():
        subject = str(subject_of(entry.listing))
        if entry.id in told or not _is_locked(club, subject):
            continue
        holder = club.locks.holder(subject)
        since = f" since {on_the_wall(holder.since):%H:%M:%S}" if holder.since else ""
        made[entry.id] = f"{holder.who} is changing {entry.listing}{since}: it has not ended"
    return made


def left_open(club: ClubContext) -> frozenset[str]:
    """Changes that were sent or could have been, are not resolved, and nobody is known to be at work on: their entries.

    Those of a lock that cannot be tried are among them: people are told of them. Raises `JournalUnavailable`.
    """
    return frozenset(entry.id for entry in club.journal.unfinished() if not _is_held(club, subject_of(entry.listing)))


def _is_held(club: ClubContext, subject: Subject) -> bool:
    try:
        return not club.locks.is_free(str(subject))
    except LockUnusable:
        return False


def _is_locked(club: ClubContext, subject: str) -> bool:
    try:
        return not club.locks.is_free(subject)
    except LockUnusable:
        return True
