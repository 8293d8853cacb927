"""Ticket classes in which people have places and which Eventbrite no longer lists: their seats are still taken.

Either the event was answered incompletely, or somebody deleted the class. How many people have a place is known from
Eventbrite's own list of attendees, which names the class of each.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from brcc_tui.logs import log
from brcc_tui.model.catalogue import Event, TicketClass
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.listing_id import TicketClassId, parent_of, parse_listing_id
from brcc_tui.model.listings.lost import as_lost
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.money.eventbrite import BoughtPlace
from brcc_tui.model.quantity import Quantity, Unknown
from brcc_tui.model.reading import Source
from brcc_tui.operations.catalogue.tried import Unread, tried
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.catalogue_file import CacheError

_CLASS_GONE: Final = (
    "Eventbrite no longer lists this ticket class, but places of it were sold: restore it on Eventbrite, or move "
    "its guests, then refresh"
)
_NO_CLASS: Final = "Eventbrite does not say which ticket class each place of this event belongs to"

_TOO_MANY: Final = (
    "Eventbrite left ticket classes out of so many events at once that nobody was asked who has a place: that would "
    "take the hour's calls"
)
_MOST: Final = 20
"""Events of which is asked who has a place, a call or more each. Somebody takes classes out of a few; where more are
without them, it is the answer that is not whole.
"""

_Gone = Mapping[str, Sequence[Listing]]
"""By event the listings that it is told without, as they were known."""


async def gone_classes(
    club: ClubContext,
    known: Sequence[Listing],
    events_read: Sequence[Event],
    failed: Iterable[Failure],
    read_at: dt.datetime,
) -> list[Listing]:
    """The listings of these events that were `known`, in which people have places, and that no answer had: marked as
    lost.

    A class in which nobody has a place any more is not missed. Of events that `failed`, the lost ones stay. Raises
    nothing: what cannot be requested is unknown.
    """
    events = {event.id: event for event in events_read}
    gone = await asyncio.to_thread(_gone_of, known, events, read_at)
    asks = len(gone) <= _MOST
    found = await asyncio.gather(
        *(_lost_of(club, events[event_id], listings, read_at, asks=asks) for event_id, listings in gone.items())
    )
    broken = {failure.id for failure in failed} - {f"eb:{event_id}" for event_id in events}
    kept = await asyncio.to_thread(_lost_before, club, [x for x in known if parent_of(x.id) in broken])
    return [*kept, *(listing for listings in found for listing in listings)]


def _lost_before(club: ClubContext, known: Sequence[Listing]) -> Sequence[Listing]:
    """Those of these listings that were lost without their event: it was told without their class, as it is kept."""
    try:
        old = club.cache.catalogue() if known else None
    except CacheError as app_error:
        log("what was known before is not known any more", error=app_error)
        return ()
    ids_kept = (
        {str(TicketClassId(event.id, each.id)) for event in old.events for each in event.ticket_classes} if old else ()
    )
    return [listing for listing in known if Flag.LOST in listing.flags and listing.id not in ids_kept]


def known_listings(club: ClubContext) -> Sequence[Listing]:
    """Eventbrite's listings as known before; none if that catalogue is damaged, because a new one replaces it."""
    try:
        return club.cache.listings(platform=Platform.EVENTBRITE)
    except CacheError as app_error:
        log("what was known before is not known any more", error=app_error)
        return ()


def _gone_of(known: Iterable[Listing], events: Mapping[str, Event], now: dt.datetime) -> _Gone:
    gone: dict[str, list[Listing]] = {}
    listed = {str(TicketClassId(event.id, each.id)) for event in events.values() for each in event.ticket_classes}
    for listing in known:
        parsed = parse_listing_id(listing.id)
        if isinstance(parsed, TicketClassId) and parsed.event in events and listing.id not in listed:
            is_over = Flag.PAST in _with_sold(events[parsed.event], listing, 0, now).flags
            if listing.reading.sold != 0 and Flag.NOT_A_SEAT not in listing.flags and not is_over:
                gone.setdefault(parsed.event, []).append(listing)
    return gone


async def _lost_of(
    club: ClubContext, event: Event, listings: Sequence[Listing], read_at: dt.datetime, *, asks: bool
) -> Sequence[Listing]:
    if club.eventbrite is None:
        return []
    bought: Sequence[BoughtPlace] | Unread = Unread(_TOO_MANY)
    if asks:
        bought = await tried(f"places of eb:{event.id}", club.eventbrite.attendees(event.id, background=True))
    sold = {listing.id: _sold_of(listing.id, event.id, bought) for listing in listings}
    return [
        as_lost(_with_sold(event, listing, sold[listing.id], read_at), _CLASS_GONE)
        for listing in listings
        if sold[listing.id] != 0
    ]


def _sold_of(listing_id: str, event_id: str, bought: Sequence[BoughtPlace] | Unread) -> Quantity:
    """How many places of the class people have."""
    if isinstance(bought, Unread):
        return Unknown(bought.reason)
    places = Counter(place.class_id for place in bought if place.is_valid)
    if places[""]:
        return Unknown(_NO_CLASS)
    return sum(many for class_id, many in places.items() if str(TicketClassId(event_id, class_id)) == listing_id)


def _with_sold(event: Event, known: Listing, sold: Quantity, read_at: dt.datetime) -> Listing:
    """A listing as it was known, at the time and by the name that its event has now."""
    parsed = parse_listing_id(known.id)
    number = sold if isinstance(sold, int) else None
    name = parsed.ticket_class if isinstance(parsed, TicketClassId) else ""
    gone = TicketClass(
        name, event.id, known.slot or "", "admission", None, None, number, "UNKNOWN",
        price=known.price, currency=known.currency,
    )  # fmt: skip
    (made,) = event_listings(replace(event, ticket_classes=(gone,)), read_at, source=Source.CACHE)
    return made if isinstance(sold, int) else replace(made, reading=replace(made.reading, sold=sold))
