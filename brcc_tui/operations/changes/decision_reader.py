"""Reads what a decision may rest on: one product or event, fresh, with numbers that are known to be consistent.

A product's stored stock and the places taken are read in one database snapshot, from the very row that a write will
change; REST, which caches may answer for, adds only what no row holds. But a sale changes the two one after the other:
first it lowers the text, and some milliseconds later its places can be counted. So a snapshot in which an order has no
places yet is taken again. The races that remain can only show too few on offer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import Event, Product, Site
from brcc_tui.model.checkout import CapacityTier
from brcc_tui.model.counts import CellKey, Counts, ProductCount
from brcc_tui.model.failure import NO_META_DATA
from brcc_tui.model.fooevents.booking_text import META_KEY
from brcc_tui.model.listing import Platform
from brcc_tui.model.listing_id import CellId, ProductId
from brcc_tui.model.listings.from_catalogue import product_listings
from brcc_tui.model.listings.lost import NOT_STORED
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.stored_product import StoredProduct
from brcc_tui.operations.changes.decision_reading import DecisionReading, Subject
from brcc_tui.operations.changes.own_answers import (
    behind_rest,
    capacities_set_here,
    check_not_behind,
    with_own_answers,
)
from brcc_tui.operations.changes.read_together import AskedAt, ReadTogether, Seen, see
from brcc_tui.operations.checkout import tier_or_unread
from brcc_tui.operations.context import ClubContext, site_in_zone
from brcc_tui.operations.lately import is_within
from brcc_tui.operations.own_writes import MAY_BE_OLD
from brcc_tui.platforms.errors import NotThere
from brcc_tui.platforms.wordpress.errors import on_replica
from brcc_tui.platforms.wordpress.options import SITE_SECONDS
from brcc_tui.platforms.wordpress.sql import YOUNG_SECONDS

if TYPE_CHECKING:
    from brcc_tui.platforms.eventbrite.client import Eventbrite
    from brcc_tui.platforms.woocommerce.client import WooCommerce
    from brcc_tui.platforms.wordpress.counts import Snapshot
    from brcc_tui.platforms.wordpress.database import WordPress
    from brcc_tui.platforms.wordpress.locks import ProductLock
    from brcc_tui.store.journal_entries import JournalEvent

RETRY_DELAY: Final = 1.0
"""Seconds between two tries."""

TRIES: Final = 2 + int(YOUNG_SECONDS / RETRY_DELAY)
"""They outlast an order's youth: one that never gets places is waited for, and not taken for unrest."""

PRODUCTS_AT_ONCE: Final = 4
"""Products looked at side by side: below the database pool's five connections."""

CHECKOUTS_AT_ONCE: Final = 11
"""Events whose places in checkout are asked for side by side: one less than the client sends, so that a list, and what
is asked of an event that came by it, need not queue behind all of them.
"""


class Restless(AppError):
    """Sales kept coming while the numbers were read, so they cannot be trusted to be consistent."""


class NotConfigured(AppError):
    """The settings name no such shop."""


@dataclass(slots=True)
class _Line:
    """Those who ask for a subject: how often they asked, and the last reading with how many questions it answers."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked: int = 0
    covers: int = 0
    latest: DecisionReading | None = None


class DecisionReader:
    """Decision readings for one operation.

    REST is asked for a product once, for its page and the names of its variations, and compared; every later look reads
    the database alone. Orders that had no places a moment ago are known to stay so. A subject is read once at a time:
    callers that ask meanwhile get the next reading, which begins after all of them have asked.
    """

    def __init__(self, club: ClubContext) -> None:
        self._club = club
        self._from_rest: dict[int, Product] = {}
        self._doubts: dict[int, str] = {}
        self._rows: dict[int, StoredProduct] = {}
        self._in_progress: dict[int, frozenset[int]] = {}
        self._lines: dict[Subject, _Line] = {}
        self._checkouts = asyncio.Semaphore(CHECKOUTS_AT_ONCE)
        self._together: ReadTogether | None = None

    def read_together(self, subjects: Sequence[Subject]) -> None:
        """Begin to read what a few questions tell of many subjects, each good for its next look. For a plan alone."""
        numbers: dict[Platform, list[str]] = {platform: [] for platform in Platform}
        for subject in subjects:
            numbers[subject.platform].append(subject.number)
        products = [int(number) for number in numbers[Platform.WOOCOMMERCE]]
        self._together = ReadTogether(self._club, numbers[Platform.EVENTBRITE], products)

    async def look(self, subject: Subject, lock: ProductLock | None = None) -> DecisionReading:
        """Read the subject now, through the connection of its lock if one is given. Raises `AppError` when any part
        cannot be had.
        """
        line = self._lines.setdefault(subject, _Line())
        line.asked += 1
        ours = line.asked
        async with line.turn:
            if line.latest is not None and line.covers >= ours:
                return line.latest  # it began after we had asked
            covers, line.latest = line.asked, None
            if subject.platform is Platform.EVENTBRITE:
                look = await self._event(subject)
            else:
                look = await self._product(subject, lock)
            line.covers, line.latest = covers, look
            return look

    async def _event(self, subject: Subject) -> DecisionReading:
        eventbrite = self._club.eventbrite
        if eventbrite is None:
            raise NotConfigured("Eventbrite is not configured", subject=str(subject))
        read = self._event_now if self._together is None else self._event_of_many
        shown, tier, asked = await read(eventbrite, subject.number)
        event, doubtful = with_own_answers(shown, self._club.journal.requests(str(subject)), asked.at, self._is_lately)
        made = event_listings(event, self._club.clock.now(), tier, read_at=asked.at)
        listings = {listing.id: listing for listing in made}
        look = DecisionReading(subject, listings, asked.began, asked.at, event=event, doubtful=doubtful)
        return replace(look, shown=shown, journal_position=asked.journal_position)

    def _is_lately(self, move: JournalEvent) -> bool:
        return is_within(self._club, move, MAY_BE_OLD)

    async def _event_now(self, eventbrite: Eventbrite, number: str) -> tuple[Event, CapacityTier, AskedAt]:
        """An event with its places in checkout, and when they were asked for.

        The places in checkout first: one that is paid for in between is counted twice then, and never left out.
        """
        asked = AskedAt.now(self._club)
        tier = await tier_or_unread(eventbrite, number)
        return await eventbrite.event(number), tier, asked

    async def _event_of_many(self, eventbrite: Eventbrite, number: str) -> tuple[Event, CapacityTier, AskedAt]:
        """An event for a plan of many, and its places in checkout, asked for side by side.

        One that is paid for in between may be left out: before the write all is read again, by `_event_now`.
        """
        (event, asked), tier = await asyncio.gather(
            self._event_itself(eventbrite, number), self._checkout(eventbrite, number)
        )
        return event, tier, asked

    async def _checkout(self, eventbrite: Eventbrite, number: str) -> CapacityTier:
        async with self._checkouts:
            return await tier_or_unread(eventbrite, number)

    async def _event_itself(self, eventbrite: Eventbrite, number: str) -> tuple[Event, AskedAt]:
        """The event, by the list or by itself, and when it was asked for."""
        listed = await self._together.event(number) if self._together is not None else None
        if listed is not None:
            event, asked = listed
            return await eventbrite.completed(event), asked
        asked = AskedAt.now(self._club)
        return await eventbrite.event(number), asked

    async def _product(self, subject: Subject, lock: ProductLock | None) -> DecisionReading:
        shop, database, clock = self._club.woocommerce, self._club.wordpress, self._club.clock
        if shop is None:
            raise NotConfigured("the WooCommerce shop is not configured", subject=str(subject))
        if database is None:
            raise AppError(
                "sold is unknown: the WordPress database is not configured",
                subject=str(subject),
                next_step="Fill in WORDPRESS_DB_HOST and the other WORDPRESS_DB_ settings; without them nothing on "
                "WooCommerce is changed",
            )
        number, why = int(subject.number), ""
        for attempt in range(TRIES):
            if attempt:
                await clock.sleep(RETRY_DELAY)
            seen, from_rest = await asyncio.gather(self._seen(database, number, lock), self._asked(shop, number))
            snapshot, requests = seen.snapshot, seen.requests[number]
            if snapshot.counts.replica:
                raise on_replica()
            stored = snapshot.products.get(number)
            if stored is None:
                self._from_rest.pop(number, None)
                await self._asked(shop, number)  # raises where it is gone by now there, too
                raise NotThere(NOT_STORED, subject=f"product {number}")
            check_not_behind(snapshot, stored, requests, clock.now())
            why = self._unsettled(number, snapshot.counts) or self._disagreeing(number, stored, from_rest) or ""
            if not why:
                site = site_in_zone(self._club.settings, await _site(database, snapshot))
                look = self._product_look(subject, stored, site, snapshot.counts, seen.asked)
                return replace(look, ours=_set_here(stored, requests))
        raise Restless(
            f"its numbers kept changing: {why}",
            subject=str(subject),
            still_works="Nothing was changed",
            next_step="Try again in a minute",
        )

    async def _asked(self, shop: WooCommerce, number: int) -> Product | None:
        """What REST says of the product, unless it was asked before and agreed with the database."""
        if number in self._from_rest:
            return None
        from_list = await self._together.product(number) if self._together is not None else None
        return from_list or await shop.product(number)

    async def _seen(self, database: WordPress, number: int, lock: ProductLock | None) -> Seen:
        """The product in a snapshot: the one that it shares with others, or its own."""
        seen = await self._together.seen(number) if self._together is not None else None
        return seen or await see(self._club, database, [number], lock)

    def _disagreeing(self, number: int, stored: StoredProduct, from_rest: Product | None) -> str | None:
        """Why REST's answer and the row must be read once more; None when they agree, or are known to differ.

        Raises `AppError` where they still differ in letters: then nothing may be written from that row.
        """
        if from_rest is None:
            return None
        _check_text_told(stored, from_rest)
        doubt, before = stored.differs_from(from_rest), self._rows.get(number)
        if doubt is None:
            self._doubts.pop(number, None)
            self._from_rest[number] = from_rest
            return None
        self._doubts[number], self._rows[number] = doubt, stored
        if before is None:
            return f"{doubt} differs between REST and the database"
        if stored.reads_otherwise(from_rest):
            raise Restless(
                "the shop's REST answers and its database show different slots, dates or characters",
                subject=f"product {number}",
                still_works="Nothing was changed",
                next_step="Wait until the shop's caches have caught up; if it lasts, the tables' character set differs",
            )
        if not stored.may_be_behind(from_rest):
            self._from_rest[number] = from_rest
            return None
        if stored.stands_as(before):
            raise behind_rest(number)
        return f"{doubt} shows more in the database than in REST"

    def _unsettled(self, number: int, counts: Counts) -> str | None:
        """Why the text and the places of a snapshot may not belong together, in words; None when they do."""
        count = counts.products.get(number)
        if count is None:
            return None
        if count.unreadable_orders:
            return f"the places of order {count.unreadable_orders[0]} cannot be read"
        before, self._in_progress[number] = self._in_progress.get(number, frozenset()), count.in_progress
        return "an order was just being placed or ended" if count.unplaced or not count.in_progress <= before else None

    def _product_look(
        self, subject: Subject, stored: StoredProduct, site: Site | None, counts: Counts, asked: AskedAt
    ) -> DecisionReading:
        now = self._club.clock.now()
        product = stored.product(self._from_rest.get(stored.id))
        listings = product_listings(product, site, now, counts, read_at=asked.at).listings
        count = counts.products.get(product.id)
        return DecisionReading(
            subject,
            {listing.id: listing for listing in listings},
            asked.began,
            asked.at,
            product=product,
            site=site,
            count=count,
            orders=_places(product.id, count),
            editor=stored.editor_seconds,
            cached=self._doubts.get(product.id),
            saved=stored.modified,
            opened=stored.own_meta.get("_edit_lock"),
            journal_position=asked.journal_position,
        )


async def look_at_each(
    reader: DecisionReader, subjects: Iterable[Subject], *, for_a_plan: bool = False
) -> dict[Subject, DecisionReading | AppError]:
    """A look at every subject, concurrently, of products a few at a time; or the error.

    `for_a_plan` says that many of them may be read together.
    """
    distinct = list(dict.fromkeys(subjects))
    few_products = asyncio.Semaphore(PRODUCTS_AT_ONCE)
    if for_a_plan:
        reader.read_together(distinct)

    async def look(subject: Subject) -> DecisionReading | AppError:
        async with few_products if subject.platform is Platform.WOOCOMMERCE else contextlib.nullcontext():
            try:
                return await reader.look(subject)
            except AppError as app_error:
                return app_error

    return dict(zip(distinct, await asyncio.gather(*map(look, distinct)), strict=True))


async def _site(database: WordPress, snapshot: Snapshot) -> Site | None:
    """What the snapshot tells of the site; asked in full where it does not, or where products have copies."""
    site = snapshot.site
    return site if site is not None and site.translated_by is None else await database.site(within=SITE_SECONDS)


def _check_text_told(stored: StoredProduct, from_rest: Product) -> None:
    """Raises `AppError` where a booking text is stored, and REST tells no meta at all to compare it with."""
    if not from_rest.meta and any(row.key == META_KEY for row in stored.meta):
        raise AppError(NO_META_DATA, subject=f"product {stored.id}", still_works="Nothing was changed")


def _set_here(stored: StoredProduct, requests: Mapping[str, Sequence[JournalEvent]]) -> Mapping[str, int]:
    """The capacities that stand as our last writes set them; none where a person may have changed them in an editor."""
    return {} if stored.opened_since_saved else capacities_set_here(requests, stored.modified)


def _places(product: int, count: ProductCount | None) -> dict[int, dict[str, int]]:
    """The live orders' places by listing id."""
    if count is None:
        return {}
    return {
        order: {_listing_id_of(product, key): places for key, places in by_cell.items()}
        for order, by_cell in count.orders.items()
    }


def _listing_id_of(product: int, key: CellKey) -> str:
    """The listing that a cell key of a product names; two empty ids stand for the product's own stock."""
    return str(CellId(product, *key)) if any(key) else str(ProductId(product))
