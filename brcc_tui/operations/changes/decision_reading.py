"""A reading to decide on: one product or event, fresh, with its numbers known to belong together.

The places taken (database) and what remains (shop) are two systems, and a sale touches them one after the
other: first the text is lowered, up to some milliseconds later its places can be counted. So the database
is asked before the text and once more after it; when the numbers differ, or an order is so young that its
places may still be missing, everything is read again. What remains of the races can only show too few on
offer, never too many.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import Event, MetaRow, Product, Site
from brcc_tui.model.counts import CellKey, Counts, ProductCells, ProductCount
from brcc_tui.model.fooevents.booking_text import META_KEY
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.listing_id import CellId, ProductId, TicketClassId, parse_listing_id
from brcc_tui.model.listings.from_catalogue import cells_to_count, event_listings, product_listings
from brcc_tui.model.quantity import Quantity
from brcc_tui.operations.checkout import places_in_checkout
from brcc_tui.operations.club import Club, site_in_zone
from brcc_tui.platforms.wordpress.errors import on_replica
from brcc_tui.platforms.wordpress.sql import YOUNG_SECONDS

if TYPE_CHECKING:
    from brcc_tui.platforms.wordpress.database import WordPress

RETRY_DELAY: Final = 1.0
"""Seconds between two tries."""

TRIES: Final = 2 + int(YOUNG_SECONDS / RETRY_DELAY)
"""They outlast an order's youth: one that never gets places is waited for, and not taken for unrest."""

AT_ONCE: Final = 4
"""Subjects looked at side by side: below the database pool's five connections."""


class Restless(AppError):
    """Sales kept coming while the numbers were read, so none of them can be trusted to fit the others."""


class NotConfigured(AppError):
    """The settings name no such shop."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is locked and written as one: a WooCommerce product, or an Eventbrite event."""

    platform: Platform
    number: str

    def __str__(self) -> str:
        return f"{'eb' if self.platform is Platform.EVENTBRITE else 'wc'}:{self.number}"


def subject_of(listing_id: str) -> Subject:
    """The subject a listing belongs to; raises `NotAListingId`."""
    parsed = parse_listing_id(listing_id)
    if isinstance(parsed, TicketClassId):
        return Subject(Platform.EVENTBRITE, parsed.event)
    return Subject(Platform.WOOCOMMERCE, str(parsed.product))


@dataclass(frozen=True, slots=True)
class DecisionReading:
    """A subject at one moment. `began` is the monotonic second at which the stored numbers were asked for.

    `orders` maps each live order to its places by listing id. `editor` are the seconds since somebody's
    open WordPress editor was last heard of, None when none is open.
    """

    subject: Subject
    listings: Mapping[str, Listing]
    began: float
    at: dt.datetime
    product: Product | None = None
    site: Site | None = None
    event: Event | None = None
    count: ProductCount | None = None
    orders: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    editor: float | None = None

    def taken(self, listing_id: str) -> Quantity:
        """Places sold and held of a listing; at least so many, where those in Eventbrite's checkout are not known."""
        return self.listings[listing_id].reading.taken

    def is_hidden(self, listing_id: str) -> bool:
        """Whether a ticket class is taken off sale by hiding it; its capacity then stays as it was."""
        classes = self.event.ticket_classes if self.event is not None else ()
        return any(each.hidden and str(TicketClassId(each.event_id, each.id)) == listing_id for each in classes)

    def booking_rows(self) -> tuple[MetaRow, ...]:
        """The meta rows that hold booking text; more than one is a hazard."""
        return self.product.rows(META_KEY) if self.product is not None else ()


class DecisionReader:
    """Decision readings for one operation; the site's own settings are asked for once.

    A product's cells are kept from look to look: only what to count is taken from them, and when the text that
    is read then has others, everything is read again.
    """

    def __init__(self, club: Club) -> None:
        self._club = club
        self._site: Site | None = None
        self._cells: dict[int, tuple[ProductCells, ...]] = {}

    async def look(self, subject: Subject) -> DecisionReading:
        """Read the subject now. Raises `AppError` when any part cannot be had."""
        if subject.platform is Platform.EVENTBRITE:
            return await self._event(subject)
        return await self._product(subject)

    async def _event(self, subject: Subject) -> DecisionReading:
        eventbrite = self._club.eventbrite
        if eventbrite is None:
            raise NotConfigured("Eventbrite is not configured", subject=str(subject))
        began = self._club.clock.monotonic()
        event, in_checkout = await asyncio.gather(
            eventbrite.event(subject.number), places_in_checkout(eventbrite, subject.number)
        )
        now = self._club.clock.now()
        listings = {listing.id: listing for listing in event_listings(event, now, in_checkout)}
        return DecisionReading(subject, listings, began, now, event=event)

    async def _product(self, subject: Subject) -> DecisionReading:
        shop, database, clock = self._club.woocommerce, self._club.wordpress, self._club.clock
        if shop is None:
            raise NotConfigured("the WooCommerce shop is not configured", subject=str(subject))
        if database is None:
            raise AppError(
                "sold is unknown: the WordPress database is not configured",
                subject=str(subject),
                next_step="Set WORDPRESS_DB_HOST and its fellows; without them nothing on WooCommerce is changed",
            )
        site, number = await self._its_site(database), int(subject.number)
        cells = self._cells.get(number)
        if cells is None:
            cells = cells_to_count((await shop.product(number),), site)
        why = "it changed while it was read"
        for attempt in range(TRIES):
            if attempt:
                await clock.sleep(RETRY_DELAY)
            before = await database.counts(cells, by_order=True)
            began = clock.monotonic()
            product = await shop.product(number)
            counted, cells = cells, cells_to_count((product,), site)
            after, editors = await asyncio.gather(database.counts(cells, by_order=True), database.editors([number]))
            if before.replica or after.replica:
                raise on_replica()
            unsettled = _unsettled(before, after, number)
            if unsettled is None and cells == counted:
                self._cells[number] = cells
                return self._product_look(subject, product, site, after, began, editors.get(number))
            why = unsettled or why
        raise Restless(
            f"its numbers would not hold still: {why}",
            subject=str(subject),
            still_works="Nothing was changed",
            next_step="Try again in a minute",
        )

    def _product_look(
        self, subject: Subject, product: Product, site: Site | None, counts: Counts, began: float, editor: float | None
    ) -> DecisionReading:
        now = self._club.clock.now()
        listings = product_listings(product, site, now, counts).listings
        count = counts.products.get(product.id)
        return DecisionReading(
            subject,
            {listing.id: listing for listing in listings},
            began,
            now,
            product=product,
            site=site,
            count=count,
            orders=_places(product.id, count),
            editor=editor,
        )

    async def _its_site(self, database: WordPress) -> Site | None:
        if self._site is None:
            self._site = site_in_zone(self._club.settings, await database.site())
        return self._site


async def look_at_each(
    reader: DecisionReader, subjects: Iterable[Subject]
) -> dict[Subject, DecisionReading | AppError]:
    """A look at every subject, a few side by side; or what went wrong with it."""
    few = asyncio.Semaphore(AT_ONCE)

    async def look(subject: Subject) -> DecisionReading | AppError:
        async with few:
            try:
                return await reader.look(subject)
            except AppError as app_error:
                return app_error

    distinct = list(dict.fromkeys(subjects))
    return dict(zip(distinct, await asyncio.gather(*map(look, distinct)), strict=True))


def _unsettled(before: Counts, after: Counts, product: int) -> str | None:
    """Why the two countings do not belong together, in words; None when they do."""
    one, two = before.products.get(product), after.products.get(product)
    if one is None or two is None:
        return None if one is two else "it changed while it was read"
    if two.unreadable_orders:
        return f"the places of order {two.unreadable_orders[0]} cannot be read"
    if one.unplaced or two.unplaced:
        return "an order was just being placed"
    same = (one.sold, one.held, one.cells, one.orders) == (two.sold, two.held, two.cells, two.orders)
    return None if same else "seats were being sold or given back"


def _places(product: int, count: ProductCount | None) -> dict[int, dict[str, int]]:
    """The live orders' places by listing id."""
    if count is None:
        return {}
    return {
        order: {listing_id_of(product, key): places for key, places in by_cell.items()}
        for order, by_cell in count.orders.items()
    }


def listing_id_of(product: int, key: CellKey) -> str:
    """The listing that a cell key of a product names; two empty ids stand for the product's own stock."""
    return str(CellId(product, *key)) if any(key) else str(ProductId(product))
