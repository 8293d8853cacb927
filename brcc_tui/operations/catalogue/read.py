"""Live numbers of listings: what is true now, in as few requests as can be."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from brcc_tui.logs import log, operation
from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import NO_META, Product, Site
from brcc_tui.model.counts import Counts, ProductCells
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.listing_id import TicketClassId, parse_listing_id
from brcc_tui.model.listings.from_catalogue import cells_to_count, event_listings, product_listings
from brcc_tui.model.quantity import is_known
from brcc_tui.model.reading import Reading
from brcc_tui.operations.checkout import places_in_checkout
from brcc_tui.operations.club import Club, current_listings, import_clients, site_in_zone
from brcc_tui.operations.own_writes import MAY_BE_OLD, as_left, written_lately
from brcc_tui.platforms.errors import NotThere
from brcc_tui.store.catalogue_cache import CacheError
from brcc_tui.store.journal import JournalUnavailable

_T = TypeVar("_T")

FEW_EVENTS: Final = 10
"""Up to so many events are asked for one by one, with their places in checkout: two requests each, side
by side. More of them come as the whole list: nine pages for a club of 420 events."""

FEW_PRODUCTS: Final = 4
"""Up to so many products are asked for one by one; the whole list is one request for a hundred."""

_GONE: Final = "the shop no longer has this listing: refresh the catalogue"
"""Said of a 404 alone: whatever else keeps a listing from being read does not say that it is gone."""

_NOT_LISTED: Final = "it is not among what the shop lists now: refresh the catalogue"
_NOT_IN_PRODUCT: Final = "its product was read, and has no such date or stock now: refresh the catalogue"

_OF_THE_WHOLE_SHOP: Final = frozenset({Flag.SHARED_IDS})
"""Flags that only a look at all products can give; a reading of one keeps what the refresh found."""


async def read_live(
    club: Club, listing_ids: Collection[str] | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[Listing, ...]:
    """The listings with live readings (all of the cache's that are not over when no ids are given).

    A listing that could not be read comes back with an unknown reading and its reason. The cache
    remembers what was read. Ids that neither the cache nor the shops know are left out.
    """
    with operation("read"):
        await import_clients()
        began = club.clock.now()
        cached = await asyncio.to_thread(_cached, club, listing_ids, began)
        wanted = _Wanted.of(cached.keys() if listing_ids is None else listing_ids)
        count = _Progress(progress, len(wanted.events) + len(wanted.products))
        found: dict[str, Listing | str] = {}
        for part in await asyncio.gather(
            _read_events(club, wanted.events, began, count), _read_products(club, wanted.products, began, count)
        ):
            found |= part
        read = [listing for listing in found.values() if isinstance(listing, Listing)]
        marked = {listing.id: listing for listing in mark_drift(club, read)}
        await asyncio.to_thread(_remember, club, [marked[id_] for id_ in marked if id_ in cached])
        return tuple(_answers(cached, wanted, found, marked, began))


def _remember(club: Club, listings: Sequence[Listing]) -> None:
    try:
        club.cache.remember(listings)
    except CacheError as app_error:  # a full disk takes nothing from what was read just now
        log("could not be remembered", error=app_error)


def mark_drift(club: Club, listings: Iterable[Listing]) -> list[Listing]:
    """Flag listings whose capacity is not the one last set here: sales cannot do that, other hands and faults can.

    Eventbrite may show for minutes what stood before a write of ours: that is not somebody else's doing. Without a
    journal that can be read nothing is known of drift, and everything else is.
    """
    try:
        last_set = club.journal.last_set()
        lately = club.journal.written_since(club.clock.now() - MAY_BE_OLD)
    except JournalUnavailable as app_error:
        log("drift is not known", error=app_error)
        last_set, lately = {}, frozenset()

    def marked(listing: Listing) -> Listing:
        capacity = listing.reading.capacity
        drifted = is_known(capacity) and last_set.get(listing.id, capacity) != capacity
        if listing.platform is Platform.EVENTBRITE and listing.id in lately:
            drifted = False
        return replace(listing, flags=listing.flags | {Flag.DRIFT}) if drifted else listing

    return [marked(listing) for listing in listings]


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

    def __init__(self, tell: Callable[[int, int], None] | None, total: int) -> None:
        self._tell, self._done, self._total = tell, 0, total

    def step(self, many: int = 1) -> None:
        self._done += many
        if self._tell:
            self._tell(self._done, self._total)


def _cached(club: Club, listing_ids: Collection[str] | None, now: dt.datetime) -> dict[str, Listing]:
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
            kept = known.flags & _OF_THE_WHOLE_SHOP if known else frozenset()
            yield replace(read[id_], flags=read[id_].flags | kept)
        elif known:
            reason = found.get(id_, _NOT_LISTED)
            yield replace(known, reading=Reading.unknown(str(reason), read_at=now))


async def _tried(what: str, question: Awaitable[_T]) -> _T | str:
    """The answer, or the reason why there is none."""
    try:
        return await question
    except NotThere as app_error:
        log("is not there", what=what, error=app_error)
        return _GONE
    except Exception as error:  # noqa: BLE001 - one thing that cannot be read must not hide the others
        log("could not be read", what=what, error=error)
        return str(error) if isinstance(error, AppError) else f"unexpected: {type(error).__name__}"


async def _read_events(
    club: Club, wanted: Mapping[str, list[str]], now: dt.datetime, count: _Progress
) -> dict[str, Listing | str]:
    if not wanted:
        return {}
    if club.eventbrite is None:
        return _all_unread(wanted, "Eventbrite is not configured")
    if len(wanted) > FEW_EVENTS:
        return await _listed_events(club, wanted, now, count)
    parts = await asyncio.gather(*(_single_event(club, event_id, ids, now, count) for event_id, ids in wanted.items()))
    return {id_: listing for part in parts for id_, listing in part.items()}


async def _listed_events(
    club: Club, wanted: Mapping[str, list[str]], now: dt.datetime, count: _Progress
) -> dict[str, Listing | str]:
    assert club.eventbrite is not None  # noqa: S101 - the caller looked
    answer = await _tried("eventbrite", club.eventbrite.events())
    count.step(len(wanted))
    if isinstance(answer, str):
        return _all_unread(wanted, answer)
    events, broken = answer
    short = next((failure.reason for failure in broken if failure.id == Platform.EVENTBRITE), None)
    found = _all_unread(wanted, short or _NOT_LISTED)
    for failure in broken:
        found |= dict.fromkeys(wanted.get(failure.id.removeprefix("eb:"), ()), failure.reason)
    written = await asyncio.to_thread(written_lately, club.journal, club.clock.now())
    for event in events:
        if event.id in wanted:
            found |= {listing.id: listing for listing in event_listings(as_left(event, written), now)}
    return found


async def _single_event(
    club: Club, event_id: str, ids: list[str], now: dt.datetime, count: _Progress
) -> dict[str, Listing | str]:
    assert club.eventbrite is not None  # noqa: S101 - the caller looked
    event, in_checkout = await asyncio.gather(
        _tried(f"eb:{event_id}", club.eventbrite.event(event_id)), places_in_checkout(club.eventbrite, event_id)
    )
    count.step()
    if isinstance(event, str):
        return dict.fromkeys(ids, event)
    event = as_left(event, await asyncio.to_thread(written_lately, club.journal, club.clock.now()))
    return {listing.id: listing for listing in event_listings(event, now, in_checkout)}


def _all_unread(wanted: Mapping[Any, list[str]], reason: str) -> dict[str, Listing | str]:
    return {id_: reason for ids in wanted.values() for id_ in ids}


async def _read_products(
    club: Club, wanted: Mapping[int, list[str]], now: dt.datetime, count: _Progress
) -> dict[str, Listing | str]:
    if not wanted:
        return {}
    if club.woocommerce is None:
        return _all_unread(wanted, "WooCommerce is not configured")
    products, database = await asyncio.gather(_live_products(club, wanted, count), _Database.asked(club, wanted))
    await database.count_what_is_new(club, [p for p in products.values() if isinstance(p, Product)])
    found: dict[str, Listing | str] = {}
    for product_id, product in products.items():
        if isinstance(product, str):
            found |= dict.fromkeys(wanted[product_id], product)
            continue
        found |= dict.fromkeys(wanted[product_id], _NOT_IN_PRODUCT if product.meta else f"could not be read: {NO_META}")
        made = product_listings(product, database.site, now, database.counts, database.why)
        found |= {id_: failure.reason for failure in made.failed for id_ in wanted[product_id]}
        editing = {Flag.OPEN_IN_EDITOR} if product_id in database.editors else frozenset()
        found |= {listing.id: replace(listing, flags=listing.flags | editing) for listing in made.listings}
    return found


async def _live_products(club: Club, wanted: Mapping[int, list[str]], count: _Progress) -> Mapping[int, Product | str]:
    assert club.woocommerce is not None  # noqa: S101 - the caller looked
    if len(wanted) <= FEW_PRODUCTS:
        answers = await asyncio.gather(*(_tried(f"wc:{id_}", club.woocommerce.product(id_)) for id_ in wanted))
        count.step(len(wanted))
        return dict(zip(wanted, answers, strict=True))
    answer = await _tried("woocommerce", club.woocommerce.products())
    count.step(len(wanted))
    if isinstance(answer, str):
        return dict.fromkeys(wanted, answer)
    products, broken = answer
    found: dict[int, Product | str] = {
        id_: failure.reason for failure in broken for id_ in wanted if failure.id == f"wc:{id_}"
    }
    found |= {product.id: product for product in products if product.id in wanted}
    missing = [id_ for id_ in wanted if id_ not in found]
    if len(missing) <= FEW_PRODUCTS:  # that a list leaves something out does not say that it is gone
        answers = await asyncio.gather(*(_tried(f"wc:{id_}", club.woocommerce.product(id_)) for id_ in missing))
        return found | dict(zip(missing, answers, strict=True))
    short = next((failure.reason for failure in broken if failure.id == Platform.WOOCOMMERCE), _NOT_LISTED)
    return found | dict.fromkeys(missing, short)


@dataclass(slots=True)
class _Database:
    """What the WordPress database says, asked beside the shop; `why` there are no counts when there are none."""

    site: Site | None
    counted: Mapping[int, ProductCells]
    counts: Counts | None = None
    why: str = "database: not configured"
    editors: Collection[int] = ()

    @classmethod
    async def asked(cls, club: Club, wanted: Collection[int]) -> _Database:
        """Count the cells as the cache knows them, so that nobody has to wait for the shop's answer first."""
        site = site_in_zone(club.settings, await asyncio.to_thread(club.cache.site))
        known = await asyncio.to_thread(club.cache.products, wanted)
        if club.wordpress is None:
            return cls(site, {})
        cells = cells_to_count(known, site)
        look = club.live_counts.look if club.live_counts and len(wanted) > FEW_PRODUCTS else club.wordpress.counts
        counts, editors = await asyncio.gather(
            _tried("database", look(cells)), _tried("editors", club.wordpress.editors(wanted))
        )
        database = cls(site, {cell.product_id: cell for cell in cells})
        if isinstance(counts, str):
            database.why = f"database: {counts}"
        else:
            database.counts = counts
        database.editors = () if isinstance(editors, str) else editors
        return database

    async def count_what_is_new(self, club: Club, products: Sequence[Product]) -> None:
        """Count the products whose cells are not those that were counted: changed since the last refresh."""
        if club.wordpress is None or self.counts is None:
            return
        cells = cells_to_count(tuple(products), self.site)
        fresh = [cell for cell in cells if self.counted.get(cell.product_id) != cell]
        if not fresh:
            return
        more = await _tried("database", club.wordpress.counts(fresh))
        uncounted = {cell.product_id for cell in fresh}
        kept = {id_: product for id_, product in self.counts.products.items() if id_ not in uncounted}
        if isinstance(more, str):
            self.why = f"database: {more}"
        self.counts = replace(self.counts, products=kept if isinstance(more, str) else {**kept, **more.products})
