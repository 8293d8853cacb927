"""What was changed here, held against what is read: drift, and readings that lag behind our own writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from brcc_tui.logs import log
from brcc_tui.model.catalogue import Event
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listings.lost import as_unread
from brcc_tui.model.quantity import is_known
from brcc_tui.operations.club import Club
from brcc_tui.operations.own_answers import with_own_answers
from brcc_tui.store.journal import JournalEvent, JournalUnavailable

_OURS: Final = dt.timedelta(minutes=10)
"""What differs within these after a change of ours is not said to be somebody else's: it may be on its way still."""

_BEHIND: Final = (
    "Eventbrite shows it otherwise than it answered our change of a moment ago: for up to 5 minutes nobody can tell "
    "whether that is old or somebody else's"
)
Requests = Mapping[str, Sequence[JournalEvent]]
"""The moves of our own changes within the last minutes, by listing."""


def own_requests(club: Club) -> Requests:
    """What was sent from here, and answered, within the last minutes; nothing while the journal cannot be read."""
    try:
        return club.journal.requests_since(club.clock.now() - _OURS)
    except JournalUnavailable as app_error:
        log("our own changes are not known", error=app_error)
        return {}


def read_with(
    requests: Requests, event: Event, asked_at: dt.datetime, made: Callable[[Event], list[Listing]]
) -> list[Listing]:
    """The listings that are `made` of an event, held against our own newer writes: Eventbrite may show for minutes what
    stood before. Sold never falls below what a write was answered; a capacity that differs is not known.
    """
    if not requests:
        return made(event)
    event, doubtful = with_own_answers(event, requests, asked_at)
    return [as_unread(listing, _BEHIND) if listing.id in doubtful else listing for listing in made(event)]


def mark_drift(club: Club, listings: Iterable[Listing]) -> list[Listing]:
    """Flag listings whose capacity is not the one last set here: sales cannot do that, other hands and faults can.

    What we began from, sent or were answered within the last minutes is nobody else's. Without a journal that can be
    read nothing is known of drift, and everything else is.
    """
    try:
        last_set = club.journal.last_set()
    except JournalUnavailable as app_error:
        log("drift is not known", error=app_error)
        return list(listings)
    lately = own_requests(club)

    def marked(listing: Listing) -> Listing:
        capacity = listing.reading.capacity
        drifted = is_known(capacity) and last_set.get(listing.id, capacity) != capacity
        if drifted and not _is_ours(capacity, lately.get(listing.id, ())):
            return replace(listing, flags=listing.flags | {Flag.DRIFT})
        return listing

    return [marked(listing) for listing in listings]


def _is_ours(capacity: object, requests: Iterable[JournalEvent]) -> bool:
    return any(capacity in _capacities(event.detail) for event in requests)


def _capacities(detail: Mapping[str, object]) -> Iterable[object]:
    """The capacities that a move of ours names."""
    for name in ("before", "after"):
        part = detail.get(name)
        yield part.get("capacity") if isinstance(part, Mapping) else part
    yield detail.get("capacity")
