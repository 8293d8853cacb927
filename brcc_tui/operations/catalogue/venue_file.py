"""What people set for the venue, written to a file and taken over from one. Nothing is sent to a shop."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from brcc_tui.operations.catalogue.shows import find_and_keep_pairings
from brcc_tui.operations.catalogue.venue_changes import new_change
from brcc_tui.operations.context import ClubContext, LocalStores
from brcc_tui.store.venue_document import LONGEST_DOCUMENT, NotOfTheVenue, document_of, rows_in
from brcc_tui.store.venue_history import VenueChange
from brcc_tui.windows.files import text_of


def venue_document(club: ClubContext | LocalStores) -> Mapping[str, Mapping[str, str]]:
    """Everything that people set, by kind and by what it is said of."""
    return document_of(club.venue.rows())


def take_venue_file(club: ClubContext | LocalStores, path: Path, reason: str = "") -> tuple[VenueChange, int]:
    """Take over what the file says, beside what was said here, and instead of it where both say something.

    Returns what the history has of it (its id is None where nothing was new), and how many rows that were.
    Raises `NotOfTheVenue` for any other file.
    """
    rows = rows_in(_read(path), path.name)
    here = {(kind, subject): value for kind, subject, value in club.venue.rows()}
    changed = sum(here.get((kind, subject)) != value for kind, subject, value in rows)
    change = new_change(club, "venue", reason=reason)
    change.before, change.after = "as said here", f"{changed} taken from {path.name}"
    with club.venue.record(change) as rules:
        for kind, subject, value in rows:
            rules.put(kind, subject, value)
        find_and_keep_pairings(club, club.cache.listings())
    return change, changed


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_DOCUMENT + 1)
        if len(data) > LONGEST_DOCUMENT:
            raise NotOfTheVenue(f"it is longer than {LONGEST_DOCUMENT >> 20} MiB", subject=str(path))
        return text_of(data)
    except OSError as error:
        why, next_step = f"it cannot be read: {error.strerror}", "name another file"
    except UnicodeDecodeError:
        why, next_step = "it is no text in UTF-8", "brcc-tui venue --out FILE writes such a file"
    raise NotOfTheVenue(why, subject=str(path), next_step=next_step)
