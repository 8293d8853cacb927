"""A change as a person reads it: from what to what, and how it ended."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Final, NamedTuple

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, Outcome
from brcc_tui.operations.changes.closing import hides
from brcc_tui.operations.changes.follow_up import with_taken_back
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.outcome_words import OUTCOME_WORDS
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_entries import Entry, JournalEvent
from brcc_tui.store.journal_faults import DAMAGED
from brcc_tui.store.journal_file import JournalUnavailable
from brcc_tui.store.venue import Venue, VenueError
from brcc_tui.store.venue_history import changed_rows, venue_entry_subject

_HOUSE: Final = {
    "hold": "house seats", "seats": "seats", "room": "room", "pairing": "pairing", "is_seat": "seat or not",
    "settings": "settings", "journal": "journal", "venue": "rooms, pairings and house seats",
}  # fmt: skip
"""What people said about the venue, by the action of its entry."""


class Told(NamedTuple):
    """Every change, newest first; and why those of one of the two files are not among them, None where all are."""

    entries: Sequence[Entry]
    unread: AppError | None = None

    def known_of_unread(self, known: Sequence[Entry]) -> list[Entry]:
        """Of what was known before: the entries of the file that cannot be read now."""
        of_venue = isinstance(self.unread, VenueError)
        return [entry for entry in known if self.unread and entry.id.startswith("h") == of_venue]


def merged(*parts: Sequence[Entry]) -> list[Entry]:
    """The entries of both files, each part of which is in its file's own order, newest first."""
    return list(heapq.merge(*parts, key=lambda entry: entry.sorts_at, reverse=True))


def history(
    journal: Journal,
    venue: Venue,
    *,
    show: str | None = None,
    listing: str | None = None,
    limit: int | None = None,
    in_full: bool = False,
) -> Told:
    """Every change of a listing and everything set for the venue, newest first, broken records included. A file that
    cannot be read hides nothing of the other; raises `AppError` where neither can.

    An undone change is `rolled_back` even if the program died before it could record that.
    """
    unread: list[AppError] = []
    changes: Sequence[Entry] = ()
    of_venue: Sequence[Entry] = ()
    try:
        changes = with_taken_back(journal.entries_to_show(show=show, listing=listing, limit=limit, in_full=in_full))
    except JournalUnavailable as app_error:
        unread.append(app_error)
    try:
        of_venue = [entry for entry in venue.history() if _is_of(entry, show, listing)]
    except VenueError as app_error:
        unread.append(app_error)
    if len(unread) > 1:
        raise unread[0]
    return Told(merged(changes, of_venue)[:limit], next(iter(unread), None))


def _is_of(entry: Entry, show: str | None, listing: str | None) -> bool:
    """Whether an entry of the venue is of that show, and of that listing or its group; a broken one may be of any."""
    if entry.damage is not None:
        return True
    subjects = set(venue_entry_subject(entry).split())
    for kind, said_of in changed_rows(entry):  # of two, or of one, whose name may have its room's spaces
        subjects.update(said_of.split(" ") if kind == "together" else [said_of])
    of_listing = listing is None or any(listing == each or listing.startswith(f"{each}:") for each in subjects)
    return (show is None or entry.show == show or show in subjects) and of_listing


def is_of_venue(entry: Entry) -> bool:
    """Whether it records something set for the venue, not a change of a listing."""
    return entry.action in _HOUSE


def about(entry: Entry) -> str:
    """What an entry of the house is about: `house seats`, `seats of room main`."""
    subject = "" if entry.action == "hold" else venue_entry_subject(entry)
    return f"{_HOUSE[entry.action]}{f' of {subject}' if subject else ''}"


def what(entry: Entry) -> str:
    """What an entry changed, in words: from what to what; of a broken one what is known."""
    if entry.action == DAMAGED:
        return "not known"
    if entry.action in ("settings", "journal", "venue"):
        return f"{entry.action}: {entry.after}"
    if is_of_venue(entry):
        return f"{about(entry)}: {entry.before} -> {entry.after}"
    if (hidden := hides(entry)) is not None:
        return "hidden from sale" if hidden else "shown for sale again"
    before = "?" if entry.before is None else entry.before
    names = {Action.CLOSE.value: "sales closed, ", Action.REOPEN.value: "sales reopened, "}
    return f"{names.get(entry.action, '')}capacity {before} -> {entry.came_to}"


def ending(entry: Entry) -> str:
    """How it ended, with the reason that was recorded; of a broken entry what is wrong with it."""
    if entry.damage is not None:
        return f"damaged: {entry.damage}"
    if entry.outcome is None:
        seen, looked = entry.last(State.VERIFIED.value) is not None, entry.last(State.LOOKED.value)
        if seen and looked is not None and "failed" in looked.detail:
            return "written and verified, not seen since: recover looks again"
        return (
            "written and verified, not watched to the end" if seen else "never ended: recover shows what is there now"
        )
    reason = _why_so(entry.last(entry.outcome))
    _, _, words = OUTCOME_WORDS[Outcome(entry.outcome)]
    return f"{words} ({reason})" if reason else words


def _why_so(end: JournalEvent | None) -> str:
    """The recorded reason of an end, or which change went through in the place of an interrupted one."""
    if end is None:
        return ""
    by = end.detail.get("followed_by") if end.event == Outcome.INTERRUPTED.value else None
    return f"taken up again by {by}" if by else str(end.detail.get("reason") or "")
