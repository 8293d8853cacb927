"""Live numbers of listings, in as few requests as possible."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from brcc_tui.logs import log, operation
from brcc_tui.model.catalogue import Event
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Flag, Listing, Platform, with_kept_flags
from brcc_tui.model.listing_id import TicketClassId, parent_number, parse_listing_id
from brcc_tui.model.listings.lost import as_unread
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.reading import Reading
from brcc_tui.model.shows.ending import aged
from brcc_tui.operations.catalogue.drift import mark_drift
from brcc_tui.operations.catalogue.shop_reading import NOT_IN_LIST, read_listings_of_products
from brcc_tui.operations.catalogue.tried import Unread, tried, tried_one
from brcc_tui.operations.catalogue.unlisted import is_of_coming
from brcc_tui.operations.checkout import tier_or_unread
from brcc_tui.operations.closed_marks import note_closed
from brcc_tui.operations.context import ClubContext, current_listings, import_clients, import_driver
from brcc_tui.operations.own_writes import Written, as_left, as_left_with_codes, written_lately
from brcc_tui.store.catalogue_file import CacheError

FEW_EVENTS: Final = 10
"""Up to so many events are asked for one by one, with their places in checkout: two requests each, side by side.
More of them come as the whole list, unless that has more pages: nine for a club of 420 events, 200 for 22 of them."""

_REQUESTS_OF_ONE: Final = 2
"""Requests for a single event: itself, and its capacity tier, which tells the places in checkout."""


async def read_live(
    club: ClubContext, listing_ids: Collection[str] | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[Listing, ...]:
    """The listings with live readings (without ids: all in the cache that are not over).

    A listing that could not be read comes back with an unknown reading and its reason. The results go into the cache.
    Ids that neither the cache nor the shops know are left out. Listings in the same answers that the catalogue does not
    have yet, or has as over, are included: their seats are sold all the same.
    """
    with operation("read"):
        await import_driver()
        began = club.clock.now()
        cached = await asyncio.to_thread(_cached, club, listing_ids, began)
        wanted = _Wanted.of(cached.keys() if listing_ids is None else listing_ids)
        count = _Progress(progress, len(wanted.events) + len(wanted.products))
        found: dict[str, Listing | str] = {}
        of_products, of_events, _ = await asyncio.gather(
            read_listings_of_products(club, wanted.products, began, count.step),
            _read_events(club, wanted.events, cached, began, count),
            import_clients(),  # while the database answers
        )
        found |= of_events | of_products
        read = [listing for listing in found.values() if isinstance(listing, Listing)]
        marked = {listing.id: listing for listing in await asyncio.to_thread(mark_drift, club, read)}
        answers = tuple(_answers(cached, wanted, found, marked, began))
        log("read", asked=len(answers), unread=sum(bool(each.reading.unknowns().keys() - {"held"}) for each in answers))
        answered = {each.id for each in answers}
        others = [listing for listing in marked.values() if listing.id not in answered]
        new, moved = await asyncio.to_thread(_besides, club, others, wanted.events, began)
        kept = marked.keys() & {*cached, *(each.id for each in moved)}
        await asyncio.to_thread(_remember, club, (*answers, *moved), kept)
        return (*answers, *moved, *new)


def _besides(
    club: ClubContext, listings: Sequence[Listing], events: Collection[str], now: dt.datetime
) -> tuple[Sequence[Listing], Sequence[Listing]]:
    """Those of the listings that the catalogue does not have (of what is over, those of these events alone); and those
    that it has as over, and that were moved to a later day since.
    """
    known = _known(club, listings)
    if known is None:
        return (), ()
    pairs = [(listing, known.get(listing.id)) for listing in listings]
    return (
        [x for x, before in pairs if before is None and (Flag.PAST not in x.flags or parent_number(x.id) in events)],
        [with_kept_flags(x, before) for x, before in pairs if before is not None and _comes_again(before, x, now)],
    )


def _known(club: ClubContext, listings: Sequence[Listing]) -> Mapping[str, Listing] | None:
    """What the catalogue has of these listings; None where that cannot be read."""
    try:
        return {each.id: each for each in club.cache.some([x.id for x in listings])} if listings else {}
    except CacheError as app_error:  # it takes nothing from what was read just now
        log("what came since the last refresh is not known", error=app_error)
        return None


def _comes_again(before: Listing, listing: Listing, now: dt.datetime) -> bool:
    """Whether it was over as it was known, and is not any more."""
    return Flag.PAST in aged(before, now).flags and Flag.PAST not in listing.flags


def _remember(club: ClubContext, answers: Iterable[Listing], names: Collection[str]) -> None:
    """Keep those of the answers that bear these names: what was read just now and the cache has."""
    listings = [each for each in answers if each.id in names]
    note_closed(club, listings)
    try:
        club.cache.remember(listings, club.clock.now())
    except CacheError as app_error:  # a full disk takes nothing from what was read just now
        log("could not be remembered", error=app_error)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What has to be asked for, and which listings hang on it."""

    events: Mapping[str, list[str]]
    products: Mapping[int, list[str]]

    @classmethod
    def of(cls, listing_ids: Iterable[str]) -> _Wanted:
        events: dict[str, list[str]] = {}
        products: dict[int, list[str]] = {}
        for text in listing_ids:
            parsed = parse_listing_id(text)
            if isinstance(parsed, TicketClassId):
                events.setdefault(parsed.event, []).append(text)
            else:
                products.setdefault(parsed.product, []).append(text)
        return cls(events, products)


class _Progress:
    """Counts what has been read, for whoever looks on."""

    def __init__(self, update: Callable[[int, int], None] | None, total: int) -> None:
        self._update, self._done, self._total = update, 0, total

    def step(self, many: int = 1) -> None:
        self._done += many
        if self._update:
            self._update(self._done, self._total)


def _cached(club: ClubContext, listing_ids: Collection[str] | None, now: dt.datetime) -> dict[str, Listing]:
    found = current_listings(club, now) if listing_ids is None else club.cache.some(listing_ids)
    return {listing.id: listing for listing in found}


def _answers(
    cached: Mapping[str, Listing],
    wanted: _Wanted,
    found: Mapping[str, Listing | str],
    read: Mapping[str, Listing],
    now: dt.datetime,
) -> Iterable[Listing]:
    """What was read; for the rest the cached row with the reason why there is no number."""
    asked = {id_ for ids in (*wanted.events.values(), *wanted.products.values()) for id_ in ids}
    for id_ in [*(id_ for id_ in cached if id_ in asked), *sorted(asked - cached.keys())]:
        known = cached.get(id_)
        if id_ in read:
            yield with_kept_flags(read[id_], known) if known else read[id_]
        elif known:
            reason = _why_unread(known, str(found.get(id_, NOT_IN_LIST)))
            unread = as_unread(aged(known, now), reason)
            yield replace(unread, reading=Reading.unknown(reason, read_at=now))


def _why_unread(known: Listing, reason: str) -> str:
    """Why the shop told nothing of a listing; of what is lost a refresh has said already what to do about it."""
    is_lost = reason == NOT_IN_LIST and Flag.LOST in known.flags
    return (known.read_only_reason if is_lost else None) or reason


async def _read_events(
    club: ClubContext,
    wanted: Mapping[str, list[str]],
    cached: Mapping[str, Listing],
    now: dt.datetime,
    count: _Progress,
) -> dict[str, Listing | str]:
    if not wanted:
        return {}
    if club.eventbrite is None:
        return _all_unread(wanted, "Eventbrite is not configured")
    if await asyncio.to_thread(_list_is_shorter, club, len(wanted), now):
        return await _listed_events(club, wanted, cached, now, count)
    parts = await asyncio.gather(*(_single_event(club, event_id, ids, now, count) for event_id, ids in wanted.items()))
    return {id_: listing for part in parts for id_, listing in part.items()}


def _list_is_shorter(club: ClubContext, events: int, now: dt.datetime) -> bool:
    """Whether the list of all events takes fewer requests than so many events one by one, and these are not few."""
    from brcc_tui.platforms.eventbrite.pages import EVENTBRITE_PAGE_SIZE  # the client has loaded it

    if events <= FEW_EVENTS:
        return False
    try:
        pages = club.cache.events_to_come(now.date()) / EVENTBRITE_PAGE_SIZE
    except CacheError as app_error:  # the way to ask is no reason to have no answer
        log("how long the list of events is is not known", error=app_error)
        return True
    return pages <= _REQUESTS_OF_ONE * events


async def _listed_events(
    club: ClubContext,
    wanted: Mapping[str, list[str]],
    cached: Mapping[str, Listing],
    now: dt.datetime,
    count: _Progress,
) -> dict[str, Listing | str]:
    assert club.eventbrite is not None  # noqa: S101 - the caller looked
    answer = await tried("eventbrite", club.eventbrite.events())
    count.step(len(wanted))
    if isinstance(answer, Unread):
        return _all_unread(wanted, answer.reason)
    events, broken = answer
    found = _all_unread(wanted, NOT_IN_LIST) | _of_failed_lists(broken, wanted, cached, now)
    for failure in broken:
        found |= dict.fromkeys(wanted.get(failure.id.removeprefix("eb:"), ()), failure.reason)
    written = await asyncio.to_thread(written_lately, club)
    made = await asyncio.to_thread(_made_of, events, wanted.keys(), written, now)  # a key does not wait for it
    return found | {listing.id: listing for listing in made}


def _of_failed_lists(
    broken: Iterable[Failure], wanted: Mapping[str, list[str]], cached: Mapping[str, Listing], now: dt.datetime
) -> dict[str, Listing | str]:
    """Why the listings of a list that failed, or came short, were not told: of past events those that are over."""
    reasons = {is_of_coming(failure): failure.reason for failure in broken if failure.id == Platform.EVENTBRITE}
    if True in reasons:
        return _all_unread(wanted, reasons[True])
    is_over = {id_ for id_, known in cached.items() if Flag.PAST in aged(known, now).flags}
    return {id_: reasons[False] for ids in wanted.values() for id_ in ids if reasons and id_ in is_over}


def _made_of(
    events: Iterable[Event], wanted: Collection[str], written: Mapping[str, Written], now: dt.datetime
) -> list[Listing]:
    """The listings of the wanted events, and of the others that sell: the catalogue may not know some of these yet."""
    telling = (event for event in events if event.id in wanted or event.is_selling)
    return [x for event in telling for x in event_listings(as_left(event, written), now)]


async def _single_event(
    club: ClubContext, event_id: str, ids: list[str], now: dt.datetime, count: _Progress
) -> dict[str, Listing | str]:
    assert club.eventbrite is not None  # noqa: S101 - the caller looked
    event, tier = await asyncio.gather(
        tried_one(f"eb:{event_id}", club.eventbrite.event(event_id)), tier_or_unread(club.eventbrite, event_id)
    )
    count.step()
    if isinstance(event, Unread):
        return dict.fromkeys(ids, event.reason)
    written = await asyncio.to_thread(written_lately, club)
    made = event_listings(await as_left_with_codes(event, written, club.eventbrite.with_codes), now, tier)
    return {listing.id: listing for listing in made}


def _all_unread(wanted: Mapping[Any, list[str]], reason: str) -> dict[str, Listing | str]:
    return {id_: reason for ids in wanted.values() for id_ in ids}
