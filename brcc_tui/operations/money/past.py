"""Shows before Eventbrite's newest 1,000 past events, which are all that a refresh reads.

They are read when somebody asks for that time, oldest first, and kept: past events do not change.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import Event
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.reading import Source
from brcc_tui.operations.catalogue.tried import Unread, tried
from brcc_tui.operations.context import ClubContext

_A_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Past:
    """What there was before the catalogue's past begins. `unread` says why shows before `begins` are not known; empty:
    they are, or nothing before it was asked for.
    """

    listings: tuple[Listing, ...] = ()
    begins: dt.date | None = None
    unread: str = ""


NO_PAST: Final = Past()


async def read_past(
    club: ClubContext, days: tuple[dt.date, dt.date], known: Sequence[Listing], progress: Callable[[str], None]
) -> Past:
    """Eventbrite's listings of these days that are older than all that the catalogue has.

    Raises nothing: what cannot be read is told. A club whose catalogue has its whole past is asked for once.
    """
    first, last = days
    begins = min(_days_over(known), default=club.clock.now().date())
    if club.eventbrite is None or first >= begins:
        return Past((), begins)
    # A day more at both ends: days are the club's, and an event's start is told in its own zone.
    until = dt.datetime.combine(min(last, begins) + 2 * _A_DAY, dt.time(), dt.UTC)
    found = await tried("the oldest events of Eventbrite", _events(club, until, progress))
    if isinstance(found, Unread):
        return Past((), begins, found.reason)
    here = {listing.id for listing in known}
    listings = await asyncio.to_thread(lambda: tuple(each for each in _listings(found) if each.id not in here))
    return Past(listings, begins)


def _days_over(known: Iterable[Listing]) -> Iterable[dt.date]:
    """The days of what is over at Eventbrite.

    What goes on for months is no end of that list: only this has its newest part in the catalogue.
    """
    for listing in known:
        if listing.platform is Platform.EVENTBRITE and Flag.PAST in listing.flags and listing.date is not None:
            yield listing.date


async def _events(
    club: ClubContext, until: dt.datetime, progress: Callable[[str], None]
) -> Sequence[tuple[Event, dt.datetime]]:
    """Those up to `until`, kept or read now. Raises `AppError` for a part of them."""
    if club.eventbrite is None:
        return []
    organization = await club.eventbrite.organization()
    if club.sales is not None:
        reach, kept = await asyncio.to_thread(club.sales.past, organization)
        if reach is not None and reach >= until:
            return kept

    def update(done: int, total: int | None) -> None:
        progress(f"Eventbrite's past: {done} events")

    read_at = club.clock.now()
    events, failed = await club.eventbrite.oldest_events(until, update)
    if failed:
        raise AppError(f"not all of Eventbrite's oldest events could be read: {failed[0].reason}")
    if club.sales is not None:
        await asyncio.to_thread(club.sales.keep_past, organization, events, until, read_at)
    return [(event, read_at) for event in events]


def _listings(events: Iterable[tuple[Event, dt.datetime]]) -> Iterable[Listing]:
    for event, read_at in events:
        if not event.is_series_parent:
            yield from event_listings(event, read_at, source=Source.CACHE)
