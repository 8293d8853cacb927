"""Coming events that Eventbrite's list no longer has: each is requested individually.

Most of them were cancelled or deleted there. But a list can lack one and still be complete by its own count: it was
read from an old copy, or the event changed its status while both lists were read. Then its seats are still on sale.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from brcc_tui.logs import log
from brcc_tui.model.catalogue import Event
from brcc_tui.model.failure import Failure, Unanswered
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listing_id import parent_number
from brcc_tui.model.listings.of_eventbrite import CANCELLED
from brcc_tui.model.shows.ending import aged
from brcc_tui.operations.catalogue.tried import GONE, Unread, tried, tried_one
from brcc_tui.operations.catalogue.unlisted import is_of_coming
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.catalogue_file import CacheError

if TYPE_CHECKING:
    from brcc_tui.platforms.eventbrite.client import Eventbrite

_TOO_MANY: Final = "Eventbrite's list lacks so many events at once that not all of them were asked for"
_MOST: Final = 20
"""Events that are asked for one by one at a refresh; of more, a list of their ids is asked for first."""


async def missed_events(
    club: ClubContext, known: Iterable[Listing], listed: Sequence[Event], failed: Sequence[Failure], now: dt.datetime
) -> tuple[list[Event], list[Failure]]:
    """The known events that the list left out and Eventbrite still has, and those for which that is unknown.

    A cancelled or deleted event is neither, nor is one of another organization, which may have been read before the
    settings named ours. Raises nothing.
    """
    if club.eventbrite is None or any(map(is_of_coming, failed)):
        return [], []  # what did not come with a part of a list stays as it was
    titles = await asyncio.to_thread(_left_out, known, {event.id for event in listed}, failed, now)
    organization = await club.eventbrite.organization() if titles else ""
    answers = await _asked(club.eventbrite, await asyncio.to_thread(_not_of_others, club, titles, organization))
    missed = [answer for answer in answers.values() if isinstance(answer, Event) and _sells(answer, organization)]
    log("events that no list told", asked=len(answers), missed=[event.id for event in missed])
    return missed, _unread(answers, titles)


def _not_of_others(club: ClubContext, event_ids: Collection[str], organization: str) -> Sequence[str]:
    """Those of these events that were not told as another organization's: of these our list says nothing."""
    try:
        old = club.cache.catalogue() if event_ids else None
    except CacheError as app_error:
        log("whose the events were is not known any more", error=app_error)
        old = None
    others = {event.id for event in old.events if event.organization not in (None, organization)} if old else set()
    return [event_id for event_id in event_ids if event_id not in others]


async def _asked(eventbrite: Eventbrite, event_ids: Sequence[str]) -> dict[str, Event | Unread]:
    """What each of these is now; of many those that were cancelled are left out."""
    if len(event_ids) > _MOST:
        listed = await tried("events", eventbrite.events_by_id(event_ids, background=True))
        over = set() if isinstance(listed, Unread) else {event.id for event in listed if _is_cancelled(event)}
        event_ids = [event_id for event_id in event_ids if event_id not in over]
    alone = event_ids[:_MOST]
    questions = (tried_one(f"eb:{event_id}", eventbrite.event(event_id, background=True)) for event_id in alone)
    answers: dict[str, Event | Unread] = dict.fromkeys(event_ids, Unread(_TOO_MANY))
    answers |= zip(alone, await asyncio.gather(*questions), strict=True)
    return answers


def _sells(event: Event, organization: str) -> bool:
    return not _is_cancelled(event) and event.organization in (None, organization)


def _is_cancelled(event: Event) -> bool:
    return event.status.lower() in CANCELLED


def _left_out(
    known: Iterable[Listing], listed: Iterable[str], failed: Iterable[Failure], now: dt.datetime
) -> dict[str, str]:
    """The title by id of each known event with seats that is not over by now, and was neither told nor failed."""
    answered = {*listed, *(parent_number(failure.id) for failure in failed)}
    titles: dict[str, str] = {}
    for listing in known:
        event_id = parent_number(listing.id)
        if (
            event_id not in answered
            and Flag.NOT_A_SEAT not in listing.flags
            and Flag.PAST not in aged(listing, now).flags
        ):
            titles[event_id] = listing.title
    return titles


def _unread(answers: Mapping[str, Event | Unread], titles: Mapping[str, str]) -> list[Failure]:
    """The events of which it is not known whether they are there."""
    return [
        (Failure if answer.alone else Unanswered)(f"eb:{event_id}", titles[event_id], answer.reason)
        for event_id, answer in answers.items()
        if isinstance(answer, Unread) and answer.reason != GONE
    ]
