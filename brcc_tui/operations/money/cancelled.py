"""Events that were cancelled on Eventbrite itself: no refresh lists them, and people have paid for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.listing import Listing
from brcc_tui.model.listing_id import is_on_eventbrite, parent_number
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.shows.ending import as_of
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.shows import (
    NoSuchShow,
    find_show,
    named_beside,
    of_id,
    programme,
    show_ids,
    site_zone,
)
from brcc_tui.operations.catalogue.tried import Unread, tried
from brcc_tui.operations.context import ClubContext
from brcc_tui.operations.money.places import classes_by_event

CANCELS_UNREAD: Final = "Eventbrite: whether an event of it was cancelled there could not be looked into"


async def read_cancelled(club: ClubContext, *, background: bool = False) -> Sequence[Listing]:
    """The listings of events that were cancelled at Eventbrite. Raises `AppError` for a part of them."""
    if club.eventbrite is None:
        return ()
    events, failed = await club.eventbrite.canceled_events(background=background)
    if failed:
        raise AppError(f"not all of Eventbrite's cancelled events could be read: {failed[0].reason}")
    now = club.clock.now()
    return [x for event in events if not event.is_series_parent for x in event_listings(event, now)]


async def cancelled_of(club: ClubContext, show: Show) -> tuple[Mapping[str, frozenset[str]], str]:
    """Cancelled events that sold the show's seats, with their classes; and why that could not be looked into."""
    found = await tried(f"cancelled events of {show.id}", read_cancelled(club))
    if isinstance(found, Unread):
        return {}, f"{CANCELS_UNREAD}: {found.reason}"
    of_show = zip(found, named_beside(club, show, found), strict=True)
    return classes_by_event(listing for listing, name in of_show if name == show.id), ""


async def find_show_or_cancelled(club: ClubContext, wanted: str) -> Show:
    """The show of that id; of one that Eventbrite alone sold, and that was cancelled there, its last numbers.

    `eb:<event>` names a cancelled event by its number. Raises `NoSuchShow`.
    """
    try:
        return find_show(club, wanted)
    except NoSuchShow:
        if club.eventbrite is None:
            raise
    listings = await read_cancelled(club)
    if is_on_eventbrite(wanted):
        names = (
            name for x, name in zip(listings, show_ids(club, listings), strict=True) if x.id.startswith(f"{wanted}:")
        )
        wanted = next((name for name in names if name), wanted)
        try:
            return find_show(club, wanted)
        except NoSuchShow:
            pass
    return of_id(club, programme(club, listings).shows, wanted)


async def cancelled_shows(club: ClubContext) -> Sequence[Show]:
    """The shows of events that were cancelled at Eventbrite: the next one first; then those over, the last one first.

    A show that the shop goes on selling is the catalogue's own. Raises `AppError` for a part of them, and where
    nobody can ask Eventbrite.
    """
    if club.eventbrite is None:
        raise AppError("Eventbrite is not configured", next_step="set PRIVATE_TOKEN")
    listings = await read_cancelled(club)
    cancelled = {show.id: show for show in programme(club, listings).shows}
    kept, now = club.cache.listings(), club.clock.now()
    names = show_ids(club, tuple(as_of(kept, now)))
    its = {listing.id for listing, name in zip(kept, names, strict=True) if name in cancelled}
    cancelled |= {show.id: show for show in programme(club, kept, its).shows if show.id in cancelled}
    return _next_first(cancelled.values(), now)


def _next_first(shows: Collection[Show], now: dt.datetime) -> Sequence[Show]:
    """Those to come, the next one first; then those over, the last one first."""
    coming = sorted((show for show in shows if show.starts_at >= now), key=lambda show: show.starts_at)
    over = (show for show in shows if show.starts_at < now)
    return [*coming, *sorted(over, key=lambda show: show.starts_at, reverse=True)]


def of_days(club: ClubContext, listings: Sequence[Listing], first: dt.date, last: dt.date) -> Mapping[str, Listing]:
    """A listing of each event of these days, by the event."""
    zone = site_zone(club, listings)
    found: dict[str, Listing] = {}
    for listing in listings:
        if listing.starts_at is not None and first <= listing.starts_at.astimezone(zone).date() <= last:
            found.setdefault(parent_number(listing.id), listing)
    return found
