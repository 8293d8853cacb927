"""The listings of one WooCommerce product, according to its FooEvents classification."""

from __future__ import annotations

import contextlib
import datetime as dt
import html
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from brcc_tui.model.catalogue import Product, Site
from brcc_tui.model.counts import STOCK, CellCount, ProductCount
from brcc_tui.model.dates import Start, infer_date_format, read_clock, read_date, read_start
from brcc_tui.model.failure import Failure
from brcc_tui.model.fooevents.booking_text import Cell
from brcc_tui.model.fooevents.classify import Classification, ProductClass
from brcc_tui.model.fooevents.event_time import event_end, event_start, unreadable_end
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod, flags_that_hold, kept_once
from brcc_tui.model.listing_id import CellId, ProductId, VariationId, names_a_listing
from brcc_tui.model.listings.listing_context import ListingContext
from brcc_tui.model.listings.lost import BEFORE_DATES, DELETED_DATE, UNUSED_DATE, as_lost, cells_of_gone
from brcc_tui.model.listings.stock_terms import (
    UNCOUNTED_VARIATION,
    cell_stock,
    own_stock,
    product_terms,
    variation_stock,
    variation_terms,
)
from brcc_tui.model.listings.taken import taken_of_cell, taken_of_own_stock
from brcc_tui.model.offer import OfferRule, Status, Terms, offer_of
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown, capacity_from, is_less_than, is_used_up
from brcc_tui.model.reading import Origin, Reading
from brcc_tui.model.shows.ending import day_over_at, has_several_days, is_day_over, is_over
from brcc_tui.model.zones import zone_of

_NO_STOCK = "WooCommerce does not manage this product's stock: there is no number to change"
_HYBRID_CELL = "the product's own WooCommerce stock limits this date too: change the product's stock instead"
_VARIATION = "variations are shown, but not changed from here"
OF_NO_VARIATION: Final = (
    "places of none of its variations: of one that was deleted, or sold before there were any. Nobody can buy them, "
    "and their guests come all the same"
)
_SEATING = "its seats are those of a FooEvents seating chart"
_GHOST = "a leftover of a cancelled order: this slot or date was removed from the shop"
_FOREIGN_ID = "FooEvents does not find dates whose id holds an underscore"
_NOT_CLEAR = "it is not clear what this product is"
_NO_DATE = Start(None, None)


def cell_starts(product: Product, kind: Classification, site: Site | None) -> Iterator[tuple[Cell, Start]]:
    """When each booking cell begins. Without a site the order of day and month is inferred from the texts."""
    return _starts_of(product, kind.cells, site)


def _starts_of(product: Product, cells: Iterable[Cell], site: Site | None) -> Iterator[tuple[Cell, Start]]:
    """The same of cells that are given."""
    cells = tuple(cells)
    date_format = (site.date_format if site else "") or infer_date_format(cell.date_text for cell in cells)
    zone = _zone(product, site)
    for cell in cells:
        clock = read_clock(cell.hour, cell.minute, cell.period, html.unescape(cell.label))
        yield cell, read_start(read_date(cell.date_text, date_format), clock, zone)


def product_start(product: Product, site: Site | None) -> Start:
    """When the event of a product with plain stock begins."""
    return event_start(product, site.date_format if site else "", _zone(product, site))


def _product_end(product: Product, start: Start, site: Site | None) -> dt.datetime | None:
    """When its last day ends; None where no end is told."""
    return event_end(product, start, site.date_format if site else "", _zone(product, site))


def cell_listings(product: Product, kind: Classification, shop: ListingContext) -> Iterator[Listing | Failure]:
    """One listing for each booking cell; a cell that cannot be named is a failure of its own.

    What is left of a date that is lost is no other listing than that one.
    """
    whole = product_terms(product, shop)
    gone = {date.key for date in product.gone}
    for cell, start in cell_starts(product, kind, shop.site):
        if cell.key in gone:
            continue
        cell_id = str(CellId(product.id, *cell.key))
        if names_a_listing(cell_id):
            yield _cell_listing(product, kind, shop, cell, start, whole)
        else:
            yield Failure(str(ProductId(product.id)), product.name, _unnameable(cell))


def lost_listings(product: Product, kind: Classification, shop: ListingContext) -> Iterator[Listing]:
    """One listing for each date that the product no longer has and people have places of, until it would be over."""
    whole = product_terms(product, shop)
    unused = {cell.key for cell in kind.booking.cells} if kind.booking and not kind.cells else set()
    for cell, start in _starts_of(product, cells_of_gone(product), shop.site):
        listing = _cell_listing(product, kind, shop, cell, start, whole)
        reason = UNUSED_DATE if cell.key in unused else DELETED_DATE
        if cell.key == STOCK:
            name, reason = str(ProductId(product.id)), BEFORE_DATES
            listing = replace(listing, id=name, group=name, slot=None)
        if names_a_listing(listing.id) and Flag.PAST not in listing.flags:
            yield as_lost(listing, product.lost or reason)


def _cell_listing(
    product: Product, kind: Classification, shop: ListingContext, cell: Cell, start: Start, whole: Terms
) -> Listing:
    count = shop.count(product)
    remaining, terms = cell_stock(product, kind, cell, shop, whole)
    flags = {
        Flag.TWO_STOCKS: cell.other is not None,
        Flag.SHARED_IDS: cell.key in shop.shared,
        Flag.UNREADABLE_DATE: start.at is None,
        Flag.PAID_WITHOUT_PLACE: isinstance(count, ProductCount) and count.paid_without_place > 0,
    }
    listing = _listing(
        product,
        shop,
        kind.flags | flags_that_hold(flags),
        id=str(CellId(product.id, *cell.key)),
        slot=html.unescape(cell.label),
        start=start,
        terms=terms,
        reading=_reading(remaining, taken_of_cell(count, cell), shop),
        method=StockMethod.BOOKING_STOCK,
        read_only_reason=_why_read_only(cell, kind),
        group=f"{ProductId(product.id)}:{cell.slot_id}",
    )
    limited = kind.product_class is ProductClass.HYBRID and whole.endless is None
    return replace(listing, tier_left=own_stock(product)) if limited else listing


def product_listing(product: Product, kind: Classification, shop: ListingContext) -> Listing:
    """The product's own stock as one listing. A hybrid's has no date: it limits all of its cells together."""
    is_hybrid = kind.product_class is ProductClass.HYBRID
    start = _NO_DATE if is_hybrid else product_start(product, shop.site)
    flags = set(kind.flags)
    if start.at is None and not is_hybrid:
        flags.add(Flag.UNREADABLE_DATE)
    reasons = {
        ProductClass.SEATING: _SEATING,
        ProductClass.SINGLE_UNMANAGED: _NO_STOCK,
        ProductClass.UNCERTAIN: kind.contradiction or _NOT_CLEAR,
    }
    return _listing(
        product,
        shop,
        flags,
        id=str(ProductId(product.id)),
        slot=None,
        start=start,
        ends_at=None if is_hybrid else _product_end(product, start, shop.site),
        terms=product_terms(product, shop),
        reading=_reading(_left_of_product(product, kind), taken_of_own_stock(product, shop.count(product)), shop),
        method=StockMethod.WOOCOMMERCE_STOCK,
        read_only_reason=reasons.get(kind.product_class),
        group=str(ProductId(product.id)),
    )


def _left_of_product(product: Product, kind: Classification) -> Quantity:
    """What its own stock has left, unknown where another thing counts its seats, or nobody knows what it is."""
    remaining = own_stock(product)
    if kind.product_class is ProductClass.SEATING and not product.manage_stock:
        return Unknown("its seats are counted by its seating chart")
    if kind.product_class is ProductClass.UNCERTAIN and remaining is UNLIMITED:
        return Unknown(kind.contradiction or _NOT_CLEAR)
    return remaining


def variation_listings(
    product: Product, kind: Classification, shop: ListingContext, *, only_own_stock: bool = False
) -> Iterator[Listing]:
    """One read-only listing for each variation, or only for those whose stock is not the product's."""
    start = product_start(product, shop.site)
    ends_at = _product_end(product, start, shop.site)
    count = shop.count(product)
    for variation in product.variations:
        apart = variation.has_own_stock  # what the product itself has left does not stop it
        if only_own_stock and not apart:
            continue
        taken = count if isinstance(count, Unknown) else count.variations.get(variation.id, CellCount())
        yield _listing(
            replace(product, stock_status=variation.stock_status, manage_stock=True) if apart else product,
            shop,
            set(kind.flags) | ({Flag.UNREADABLE_DATE} if start.at is None else set()),
            id=str(VariationId(product.id, variation.id)),
            slot=variation.name,
            start=start,
            ends_at=ends_at,
            terms=variation_terms(product, variation, shop),
            reading=_reading(variation_stock(product, variation), taken, shop),
            method=StockMethod.WOOCOMMERCE_STOCK,
            read_only_reason=_VARIATION,
            group=str(ProductId(product.id)),
            price=variation.price,
        )


def listing_of_no_variation(product: Product, kind: Classification, shop: ListingContext) -> Iterator[Listing]:
    """One listing for the places taken of a product that are of none of its variations; none where there are none.

    Deleting a variation deletes no ticket, and those of before it had any name none: they may be what is held of one.
    """
    count = shop.count(product)
    if isinstance(count, Unknown):
        return
    of_variations = [count.variations[each.id] for each in product.variations if each.id in count.variations]
    taken = max(0, count.sold + count.held - sum(part.sold + part.held for part in of_variations))
    sold = min(taken, count.sold - sum(part.sold for part in of_variations))
    if taken:
        start = product_start(product, shop.site)
        yield _listing(
            product,
            shop,
            set(kind.flags) | ({Flag.UNREADABLE_DATE} if start.at is None else set()),
            id=str(ProductId(product.id)),
            slot=None,
            start=start,
            ends_at=_product_end(product, start, shop.site),
            terms=Terms(stopped=OfferRule.VARIATIONS),
            reading=_reading(0, CellCount(sold, taken - sold), shop),
            method=StockMethod.WOOCOMMERCE_STOCK,
            read_only_reason=OF_NO_VARIATION,
            group=str(ProductId(product.id)),
        )


def _listing(
    product: Product,
    shop: ListingContext,
    flags: Collection[Flag],
    *,
    id: str,
    slot: str | None,
    start: Start,
    terms: Terms,
    reading: Reading,
    method: StockMethod,
    read_only_reason: str | None,
    group: str,
    ends_at: dt.datetime | None = None,
    price: str | None = None,
) -> Listing:
    """What all listings of a product have in common."""
    is_past = _is_past(start, ends_at, shop)
    over = None if is_past else _over_at(start, ends_at, shop)
    open_end = unreadable_end(product, shop.date_format) if ends_at is None else None
    if is_past and open_end:
        is_past, terms = False, terms.doubted(open_end)
    status = _status(product, reading, terms, is_past)
    terms = _until_over(terms, status, over, open_end)
    rule = offer_of(reading.remaining, status, terms).rule
    own_flags = {
        Flag.PAST: is_past,
        Flag.TIME_INFERRED: start.is_doubtful,
        Flag.THRESHOLD: rule is OfferRule.THRESHOLD,
        Flag.SALES_ENDED: terms.stopped is OfferRule.SALES_ENDED and not is_past,
        Flag.SEVERAL_DAYS: bool(open_end) or has_several_days(start.at, ends_at),
        Flag.TRANSLATED: shop.is_translated(product),
        Flag.PROTECTED: product.protected,
        **_by_number(reading.remaining, terms),
    }
    return Listing(
        id=id,
        platform=Platform.WOOCOMMERCE,
        title=product.name,
        slot=slot,
        starts_at=start.at,
        stock_method=StockMethod.READ_ONLY if read_only_reason else method,
        status=status,
        reading=reading,
        group=group,
        date=start.date,
        price=price if price is not None else product.price,
        currency=shop.site.currency if shop.site else None,
        url=product.url,
        read_only_reason=read_only_reason,
        flags=kept_once(flags_that_hold(own_flags).union(flags)),
        ends_at=ends_at,
        terms=terms,
        copy_of=shop.copy_of(product),
    )


def _until_over(terms: Terms, status: Status, over: dt.datetime | None, open_end: str | None) -> Terms:
    """The terms, with sales that end once it is over; of what is sold no more nothing is in doubt.

    `open_end`: nobody knows on which of several days it ends, so that its first day is over then, and no more is known.
    """
    is_sold = status not in (Status.DRAFT, Status.ENDED) and terms.stopped is None
    terms = terms if is_sold else terms.undoubted()
    if over is None or (is_sold and terms.until is not None and terms.until <= over):
        return terms
    return replace(terms, until=over, then=OfferRule.NOT_KNOWN if open_end else OfferRule.ENDED)


def _by_number(remaining: Quantity, terms: Terms) -> dict[Flag, bool]:
    """The flags that the stored number makes."""
    return {
        Flag.UNLIMITED: remaining is UNLIMITED,
        Flag.AT_ZERO: remaining == 0 and not terms.endless,
        Flag.OVERSOLD: is_less_than(remaining, 0) and not terms.endless,
        Flag.BACKORDERS: terms.endless is OfferRule.BACKORDERS,
    }


def _reading(remaining: Quantity, taken: ProductCount | CellCount | Unknown, shop: ListingContext) -> Reading:
    """The shop stores what remains; the capacity is implied by it and the places taken."""
    if isinstance(taken, Unknown):
        return Reading(taken, taken, taken, remaining, shop.read_at, shop.source, taken, shop.origin)
    pending = taken.pending if isinstance(taken, ProductCount) else 0
    capacity = capacity_from(remaining, taken.sold, taken.held)
    return Reading(
        capacity, taken.sold, taken.held, remaining, shop.read_at, shop.source, pending, shop.origin, Origin.DATABASE
    )


def _status(product: Product, reading: Reading, terms: Terms, is_past: bool) -> Status:
    if product.status not in ("publish", "future"):
        return Status.DRAFT
    if is_past:
        return Status.ENDED
    if terms.stopped is None and terms.unknown is not None and not terms.sells_none_of(reading.remaining):
        return Status.UNKNOWN
    return Status.CLOSED if terms.stopped is OfferRule.SALES_ENDED else _status_of_stock(product, reading, terms)


def _status_of_stock(product: Product, reading: Reading, terms: Terms) -> Status:
    """The status of what is still to come, by what is left of it and how that is sold."""
    is_out = product.is_managed_and_out
    on_sale = Status.ON_SALE if product.status == "publish" else Status.NOT_YET_ON_SALE
    if terms.sells_on:
        return Status.CLOSED if is_out else on_sale
    if is_used_up(reading.remaining):
        return Status.CLOSED if reading.is_untouched else Status.SOLD_OUT
    if terms.stopped is not None or is_out or offer_of(reading.remaining, Status.ON_SALE, terms).value == 0:
        return Status.CLOSED
    return on_sale if _sells_some(reading.remaining) else Status.UNKNOWN


def _sells_some(remaining: Quantity) -> bool:
    """Whether it is known to sell: a variation whose stock nobody counts does, nobody knows how many."""
    return not isinstance(remaining, Unknown) or remaining == UNCOUNTED_VARIATION


def _zone(product: Product, site: Site | None) -> dt.tzinfo | None:
    """The event's own zone, else the site's; none where the event names one that there is not."""
    own = product.text("WooCommerceEventsTimeZone").strip()
    return zone_of(own) if own else zone_of(site.zone) if site else None


def _is_past(start: Start, ends_at: dt.datetime | None, shop: ListingContext) -> bool:
    if start.at is not None:
        return is_over(start.at, shop.now, ends_at)
    if ends_at is not None:
        return ends_at <= shop.now
    zone = shop.zone
    return start.date is not None and zone is not None and is_day_over(start.date, shop.now, zone)


def _over_at(start: Start, ends_at: dt.datetime | None, shop: ListingContext) -> dt.datetime | None:
    """When what has no readable start will be past."""
    if start.at is not None or ends_at is not None:
        return ends_at if start.at is None else None
    zone = shop.zone
    with contextlib.suppress(OverflowError):  # the last day that a calendar knows
        return day_over_at(start.date, zone) if start.date is not None and zone is not None else None
    return None


def _why_read_only(cell: Cell, kind: Classification) -> str | None:
    if kind.product_class is ProductClass.HYBRID:
        return _HYBRID_CELL
    if kind.product_class is ProductClass.UNCERTAIN:
        return kind.contradiction
    if cell.is_ghost:
        return _GHOST
    if "_" in cell.slot_id or "_" in cell.date_id:
        return _FOREIGN_ID
    if kind.booking is not None and kind.booking.breaks_fooevents:
        return f"FooEvents would destroy these options at its next sale: {kind.booking.breaks_fooevents}"
    return cell.remaining.reason if isinstance(cell.remaining, Unknown) else None


def _unnameable(cell: Cell) -> str:
    if not cell.slot_id or not cell.date_id:
        return f"one stock of it has no slot or date: {_GHOST}"
    return "one of its dates has an id that cannot be typed, so it cannot be shown as a listing"
