"""Reads the catalogue of both shops and replaces the cached one."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeVar

from brcc_tui.logs import log, operation, redact
from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import Catalogue, Event, Membership, Product, Site
from brcc_tui.model.failure import Failure, Unanswered, WithoutData
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.listing_id import ProductId, parent_of
from brcc_tui.model.listings.from_catalogue import Listings, shop_listings
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.reading import Origin, Source
from brcc_tui.model.zones import zone_of
from brcc_tui.operations.catalogue.drift import mark_drift
from brcc_tui.operations.catalogue.gone_classes import gone_classes, known_listings
from brcc_tui.operations.catalogue.kept_parts import lost_events, with_kept_meta, with_kept_shops
from brcc_tui.operations.catalogue.missed_events import missed_events
from brcc_tui.operations.catalogue.present import present_products, what_to_look_at, with_counts_known
from brcc_tui.operations.catalogue.refresh_report import RefreshProgress, RefreshReport
from brcc_tui.operations.catalogue.rest_cache import as_seen, disputed, stale_answers
from brcc_tui.operations.catalogue.shows import find_and_keep_pairings, naming
from brcc_tui.operations.closed_marks import note_closed
from brcc_tui.operations.context import ClubContext, club_zone, import_clients, site_in_zone
from brcc_tui.operations.garbage import no_full_collection
from brcc_tui.operations.own_writes import Written, as_left, written_lately
from brcc_tui.store.ahead import Ahead, RowsAhead
from brcc_tui.store.venue import VenueError

if TYPE_CHECKING:
    from brcc_tui.platforms.wordpress.counts import Snapshot

_T = TypeVar("_T")
_NOTHING: Final = Listings()
_QUESTIONS_ARE_OUT: Final = 0.03
"""Seconds after which the first questions were sent: what the answers need is loaded then, while they are awaited."""


@dataclass(slots=True)
class _Reading:
    """What has come in so far, and why the rest did not. A part that is None failed as a whole.

    What can be made of one part is made while the others are still awaited: the shop's listings as soon as it has
    answered, an event's with its page, and of both the rows that the cache keeps.

    Nothing here is in a circle: all of both shops goes at once with the last who holds it, without a search.
    """

    read_at: dt.datetime
    written: dict[str, Written]
    named: Callable[[Iterable[Listing]], list[Listing]]
    events: list[Event] | None = None
    gone: list[Listing] = field(default_factory=list)
    products: list[Product] | None = None
    site: Site | None = None
    database: Snapshot | None = None
    stale: frozenset[int] = frozenset()
    disputed: frozenset[int] = frozenset()
    failed: list[Failure] = field(default_factory=list)
    organizations: Membership | None = None
    of_shop: Listings = _NOTHING
    of_event: Ahead[Event, list[Listing]] = field(init=False)
    rows: RowsAhead = field(default_factory=RowsAhead)

    def __post_init__(self) -> None:
        read_at, written, named = self.read_at, self.written, self.named
        self.of_event = Ahead(
            lambda event: named(event_listings(as_left(event, written), read_at, source=Source.CACHE))
        )

    def note_writes(self, written: Mapping[str, Written]) -> None:
        """What was written here while this was being read: events that were told before are made anew."""
        new = {parent_of(name) for name, left in written.items() if self.written.get(name) != left}
        self.written.clear()
        self.written.update(written)
        if new and self.events is not None:
            self.events = [replace(event) if f"eb:{event.id}" in new else event for event in self.events]

    def prepare_events(self, events: Sequence[Event]) -> None:
        """Make what can be made of a page of events."""
        self.rows.prepare(events, [listing for event in events for listing in self.of_event(event)])

    def prepare_shop(self, club: ClubContext) -> None:
        """Make what can be made of the shop, whose every part has come or failed."""
        self.site = site_in_zone(club.settings, self.site or club.cache.site())
        if self.database is not None:  # which has the data of the events that the shop does not tell
            self.failed = [each for each in self.failed if not isinstance(each, WithoutData)]
        if self.products is not None and club.woocommerce:
            self.products = present_products(
                self.products, club.cache.products(), self.failed, self.database, asked=club.wordpress is not None
            )
            self._forget_what_the_database_told()
        products, counts = self.products or (), self.database.counts if self.database else None
        origin = Origin.DATABASE if self.database else Origin.REST
        made = shop_listings(
            products, self.site, self.read_at, counts, _why_no_counts(self), read_at=self.read_at, origin=origin
        )
        made = with_counts_known(club, _as_seen(made, self), silent=self.database is None)
        self.of_shop = replace(made, listings=tuple(self.named(made.listings)))
        self.rows.prepare(products, self.of_shop.listings)
        self.database = None  # all that it told is in the listings now

    def _forget_what_the_database_told(self) -> None:
        """Of what the shop did not say itself, and the database did, nothing has failed."""
        present = {str(ProductId(product.id)) for product in self.products or () if product.lost is None}
        self.failed = [
            each
            for each in self.failed
            if isinstance(each, WithoutData) or not (isinstance(each, Unanswered) and each.id in present)
        ]

    def failures(self) -> list[Failure]:
        """What could not be read, and what of the shop's products no listing could be made of; each of them once."""
        unread = {failure.id for failure in self.failed}
        return [*self.failed, *(failure for failure in self.of_shop.failed if failure.id not in unread)]


def _as_seen(made: Listings, reading: _Reading) -> Listings:
    """The listings with what the look at their rows says besides: of most products that is nothing."""
    if (seen := reading.database) is None:
        return made
    edited = {number for number, row in seen.products.items() if row.editor_seconds is not None}
    noted = {str(ProductId(number)): number for number in (*reading.stale, *reading.disputed, *edited)}

    def marked(listing: Listing) -> Listing:
        number = noted.get(parent_of(listing.id))
        return listing if number is None else as_seen([listing], number, seen, reading.stale, reading.disputed)[0]

    return replace(made, listings=tuple(map(marked, made.listings))) if noted else made


async def refresh(club: ClubContext, progress: Callable[[RefreshProgress], None] | None = None) -> RefreshReport:
    """Reads both shops concurrently. If one fails as a whole, its part of the old cache stays.

    Nothing is stored until everything that can be read has been read: a cancelled refresh leaves the old catalogue, and
    so does one that could read neither shop.
    """
    with operation("refresh"), no_full_collection():
        await import_clients()
        began, before = club.clock.monotonic(), _sent(club)
        written, named = await asyncio.to_thread(
            lambda: (written_lately(club), naming(club, club_zone(club.settings, club.cache)))
        )
        reading = _Reading(club.clock.now(), dict(written), named)
        await _read(club, reading, progress or (lambda _: None))
        catalogue, listings, failed = await asyncio.to_thread(_assemble, club, reading)
        if (club.eventbrite and reading.events is not None) or (club.woocommerce and reading.products is not None):
            failed += await asyncio.to_thread(_keep, club, catalogue, mark_drift(club, listings), reading.rows)
        sent = {name: count - before[name] for name, count in _sent(club).items()}
        for failure in failed:
            log("could not be read", id=failure.id, title=failure.title, reason=failure.reason)
        return RefreshReport(
            read_at=club.cache.read_at(),
            seconds=round(club.clock.monotonic() - began, 3),
            requests={name: sent[name] for name in ("eventbrite", "woocommerce")},
            queries=sent["wordpress"],
            counts=await asyncio.to_thread(_sizes, catalogue, listings),
            failed=failed,
            organizations=reading.organizations,
        )


def _keep(club: ClubContext, catalogue: Catalogue, listings: Sequence[Listing], rows: RowsAhead) -> tuple[Failure, ...]:
    """Put the catalogue in the place of the old one; what could not be kept besides it."""
    if club.cache.read_at() is None and catalogue.site:  # only now it is known in which zone shows are named
        listings = naming(club, zone_of(catalogue.site.zone))(listings)
    club.cache.replace(catalogue, listings, catalogue.failed, rows, now=club.clock.now())
    note_closed(club, listings)
    try:
        find_and_keep_pairings(club, listings)
    except VenueError as app_error:
        return (Failure("pairings", "Pairings of listings", str(app_error)),)
    return ()


def _sent(club: ClubContext) -> dict[str, int]:
    return {
        "eventbrite": club.eventbrite.requests if club.eventbrite else 0,
        "woocommerce": club.woocommerce.requests if club.woocommerce else 0,
        "wordpress": club.wordpress.queries if club.wordpress else 0,
    }


async def _read(club: ClubContext, reading: _Reading, progress: Callable[[RefreshProgress], None]) -> None:
    """Ask everybody at once. An error of one of them is noted, and the others go on."""
    from brcc_tui.platforms.http.client import all_or_first_failure  # which is slow to load, and is by now

    ask = _Questions(club, reading, progress)
    await all_or_first_failure((ask.events(), ask.organizations(), ask.shop(), _import_what_follows()))


async def _import_what_follows() -> None:
    await asyncio.sleep(_QUESTIONS_ARE_OUT)
    for module in ("store.structure", "model.shows.pair_finding"):
        await asyncio.to_thread(import_module, f"brcc_tui.{module}")


@dataclass(frozen=True, slots=True)
class _Questions:
    """What a refresh asks; every answer goes into the reading that they share."""

    club: ClubContext
    reading: _Reading
    progress: Callable[[RefreshProgress], None]

    async def events(self) -> None:
        """Eventbrite's events, each page prepared while the next is on its way."""
        reading = self.reading

        async def on_page(page: Sequence[Event]) -> None:
            await asyncio.to_thread(reading.prepare_events, page)

        if self.club.eventbrite is None:
            reading.events = []
            return
        question = self.club.eventbrite.events(self._counter("eventbrite", "events"), on_page)
        if answer := await self._noted("eventbrite", "Eventbrite", question):
            listed, broken = answer
            known = await asyncio.to_thread(known_listings, self.club)
            missed, unread = await missed_events(self.club, known, listed, broken, reading.read_at)
            reading.events = [*listed, *missed]
            reading.failed += (*broken, *unread)
            reading.gone = await gone_classes(self.club, known, reading.events, reading.failed, reading.read_at)

    async def organizations(self) -> None:
        """Which organization is read: good to know, and no reason to fail."""
        if self.club.eventbrite:
            try:
                self.reading.organizations = await self.club.eventbrite.membership()
            except AppError as app_error:
                log("the organizations are not known", error=app_error)

    async def shop(self) -> None:
        """The web shop: its list and its site side by side, then what its database tells of what was listed."""
        await asyncio.gather(self._products(), self._site())
        await self._database()
        await asyncio.to_thread(self.reading.prepare_shop, self.club)

    async def _products(self) -> None:
        reading = self.reading
        if self.club.woocommerce is None:
            reading.products = []
            return
        question = self.club.woocommerce.products(self._counter("woocommerce", "products"))
        if answer := await self._noted("woocommerce", "WooCommerce", question):
            reading.products, broken = answer
            reading.failed += broken

    async def _site(self) -> None:
        if self.club.wordpress:
            self.reading.site = await self._noted("wordpress", "WordPress database", self.club.wordpress.site())

    async def _database(self) -> None:
        club, reading, counted = self.club, self.reading, self._counter("wordpress", "products counted")
        listed = reading.products if club.woocommerce else None
        if listed is None or not (club.wordpress and reading.site):
            return
        # What was known of the products is let go before the database answers.
        ids, known = await asyncio.to_thread(lambda: what_to_look_at(listed, club.cache.products(), reading.failed))
        counted(0, len(ids))
        look = club.wordpress.snapshot(ids, known, with_others=True)
        reading.database = await self._noted("wordpress", "WordPress database", look)
        if reading.database:
            by_id = {product.id: product for product in listed}
            reading.stale = await stale_answers(club, by_id, reading.database)
            reading.disputed = disputed(reading.stale, by_id, reading.database)
        counted(len(ids), len(ids))

    def _counter(self, part: str, unit: str) -> Callable[[int, int | None], None]:
        return lambda done, total: self.progress(RefreshProgress(part, done, total, unit))

    async def _noted(self, part: str, name: str, question: Awaitable[_T]) -> _T | None:
        try:
            return await question
        except Exception as error:  # noqa: BLE001 - a defect in reading one shop must not hide the other
            log("a part of the refresh failed", part=part, error=error)
            reason = str(error) if isinstance(error, AppError) else f"unexpected: {type(error).__name__}: {error}"
            self.reading.failed.append(Failure(part, name, redact(reason)))
            return None


def _assemble(club: ClubContext, reading: _Reading) -> tuple[Catalogue, tuple[Listing, ...], tuple[Failure, ...]]:
    """The new catalogue with its listings. What failed stays as it was, with its age: a whole shop, the rest of a list
    of which only a part came, a product whose meta did not come.
    """
    reading.note_writes(written_lately(club))
    listed = reading.events or ()
    events = (*listed, *lost_events(club, listed, reading.failed))
    catalogue = Catalogue(reading.read_at, events, tuple(reading.products or ()), reading.site)
    listings = [listing for event in events for listing in reading.of_event.take(event)]
    listings += (*reading.gone, *reading.of_shop.listings)
    parts = {Platform.EVENTBRITE: reading.events, Platform.WOOCOMMERCE: reading.products}
    silent = [platform for platform, part in parts.items() if part is None]
    catalogue, of_kept, failed = with_kept_shops(club, catalogue, silent, reading.failures())
    catalogue, of_bare, not_read = with_kept_meta(club, catalogue, failed)
    all_failed = (*failed, *not_read)
    return replace(catalogue, failed=all_failed), (*listings, *of_kept, *of_bare), all_failed


def _why_no_counts(reading: _Reading) -> str:
    app_error = next((failure.reason for failure in reading.failed if failure.id == "wordpress"), "not configured")
    return f"database: {app_error}"


def _sizes(catalogue: Catalogue, listings: tuple[Listing, ...]) -> dict[str, int]:
    """What the catalogue holds, in the shops' own words."""
    cells = [listing.id.split(":") for listing in listings if listing.id.count(":") == 3]
    return {
        "series": len({event.series_id for event in catalogue.events if event.series_id}),
        "events": sum(not event.is_series_parent for event in catalogue.events),
        "ticket_classes": sum(1 for _ in catalogue.ticket_classes()),
        "products": len(catalogue.products),
        "slots": len({(product, slot) for _, product, slot, _ in cells}),
        "dates": len(cells),
        "listings": len(listings),
    }
