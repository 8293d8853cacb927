"""Remembers from one look to the next what people closed in the shops, so that a cancellation does not hide it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from brcc_tui.logs import log
from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.closed_mark import ClosedMark, given_here, seen
from brcc_tui.model.shows.sharing import has_none_left
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal_file import JournalUnavailable
from brcc_tui.store.venue import VenueError

_SOME_DAYS = dt.timedelta(days=2)
"""Shows that are over for so long are not shared any more, whatever the time zones."""


def look_for_closed(club: ClubContext, listings: Iterable[Listing]) -> Mapping[str, ClosedMark]:
    """What this look at these listings came to, with all earlier ones. Raises `VenueError`, `JournalUnavailable`."""
    now = club.clock.now()
    since = (now - _SOME_DAYS).date()
    looked_at = [x for x in listings if x.date is None or (x.ends_at.date() if x.ends_at else x.date) >= since]
    set_here = club.journal.last_set()

    def rule(known: Mapping[str, ClosedMark]) -> Mapping[str, ClosedMark]:
        present = club.clock.now()  # another copy may have looked while this one waited
        made = {x.id: _seen(known.get(x.id), x, present, set_here.get(x.id)) for x in looked_at}
        return {id_: mark for id_, mark in made.items() if mark is not None}

    return club.venue.mark([x.id for x in looked_at], rule)


def _seen(mark: ClosedMark | None, listing: Listing, now: dt.datetime, set_here: int | None) -> ClosedMark | None:
    at, none_left = listing.reading.read_at or now, has_none_left(listing)
    if mark is not None and mark.at > now:  # by a clock that was put back since: when that was, nobody knows
        mark = replace(mark, at=at)
    return seen(mark, listing.reading, at, none_left=none_left, set_here=set_here)


def offered_before(club: ClubContext, listing_ids: Collection[str]) -> Mapping[str, int]:
    """The capacities at which these were seen on offer last, where they were. Raises `VenueError`."""
    marks = club.venue.marks(listing_ids) if listing_ids else {}
    return {id_: mark.offered for id_, mark in marks.items() if mark.offered is not None and mark.offered >= 0}


def closed_before(club: ClubContext, listing_ids: Collection[str]) -> frozenset[str]:
    """Those of these that people closed in their shop, as far as was seen: none where what was kept cannot be read."""
    try:
        marks = club.venue.marks(listing_ids) if listing_ids else {}
    except VenueError as app_error:
        log("what was closed in the shops is not known", error=app_error)
        return frozenset()
    return frozenset(id_ for id_, mark in marks.items() if mark.closed)


def note_closed(club: ClubContext, listings: Iterable[Listing]) -> None:
    """`look_for_closed` where nothing is decided on it: what cannot be kept now is seen again at the next look."""
    try:
        look_for_closed(club, listings)
    except (VenueError, JournalUnavailable) as app_error:
        log("what was closed in the shops could not be kept", error=app_error)


def note_given_here(club: ClubContext, listing: Listing) -> None:
    """Somebody has given it a capacity here, and it was seen to stand: it is open at that."""
    mark = given_here(listing.reading, club.clock.now())
    if mark is None:
        return
    try:
        club.venue.mark([listing.id], lambda _: {listing.id: mark})
    except VenueError as app_error:
        log("what was given could not be kept", error=app_error)
