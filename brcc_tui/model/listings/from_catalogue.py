"""Turns the shops' catalogue into listings: one for every stock of seats, and a row with a reason for the rest."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from brcc_tui.model.catalogue import Product, Site
from brcc_tui.model.counts import CellKey, CellTexts, Counts, ProductCells
from brcc_tui.model.failure import Failure
from brcc_tui.model.fooevents.classify import Classification, ProductClass, classify
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listing_id import CellId, ProductId, parse_listing_id
from brcc_tui.model.listings.listing_context import ListingContext
from brcc_tui.model.listings.lost import (
    NO_EVENT,
    PRODUCT_GONE,
    as_lost,
    as_over,
    dates_out_of_use,
    has_no_readable_date,
    sells_one_stock,
    texts_of,
)
from brcc_tui.model.listings.misplaced import misplaced
from brcc_tui.model.listings.of_woocommerce import (
    cell_listings,
    cell_starts,
    listing_of_no_variation,
    lost_listings,
    product_listing,
    product_start,
    variation_listings,
)
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.reading import Origin, Source

_WITHOUT_VARIATIONS: Final = (
    "it is sold in variations, and has none: add them in WordPress (Product data > Variations), then refresh"
)


@dataclass(frozen=True, slots=True)
class Listings:
    """Listings, and what could not be made one, with the reasons."""

    listings: tuple[Listing, ...] = ()
    failed: tuple[Failure, ...] = ()


def shop_listings(
    products: Iterable[Product],
    site: Site | None,
    now: dt.datetime,
    counts: Counts | None,
    why_no_counts: str = "",
    *,
    read_at: dt.datetime,
    origin: Origin = Origin.DATABASE,
) -> Listings:
    """The listings of all WooCommerce products: which ids they share, only a look at all of them tells. Beside them
    stand the places that are of none of a product's dates.
    """
    kinds = [(product, classify(product)) for product in products]
    shared = _shared(kind for _, kind in kinds)
    shop = ListingContext(site, now, counts, why_no_counts, Source.CACHE, read_at, shared, origin)
    parts = [_with_misplaced(_listings(product, kind, shop), product, kind, shop) for product, kind in kinds]
    return Listings(
        tuple(listing for part in parts for listing in part.listings),
        tuple(failure for part in parts for failure in part.failed),
    )


def product_listings(
    product: Product,
    site: Site | None,
    now: dt.datetime,
    counts: Counts | None,
    why_no_counts: str = "",
    *,
    read_at: dt.datetime | None = None,
    origin: Origin = Origin.DATABASE,
) -> Listings:
    """The listings of one WooCommerce product, read now; which ids others use too, it does not tell."""
    shop = ListingContext(site, now, counts, why_no_counts, Source.LIVE, read_at or now, (), origin)
    return _listings(product, classify(product), shop)


def cells_to_count(products: Iterable[Product]) -> tuple[ProductCells, ...]:
    """What to ask the database for: every product that sells seats, with its cells and their texts.

    The texts are those that tickets without ids carry.
    """
    kinds = ((product, classify(product)) for product in products)
    return tuple(
        _cells_of(product, kind) for product, kind in kinds if kind.product_class is not ProductClass.NOT_AN_EVENT
    )


def _cells_of(product: Product, kind: Classification) -> ProductCells:
    """The dates that the product has, and had; of what FooEvents leaves of one the tickets tell when it is."""
    cells: dict[CellKey, CellTexts] = {}
    leftovers: set[CellKey] = set()
    for cell in kind.cells:
        if not cell.is_ghost:
            cells[cell.key] = CellTexts(cell.slot_texts, cell.date_text)
        elif all(cell.key):
            leftovers.add(cell.key)
    unreadable, one_stock = has_no_readable_date(kind, product), sells_one_stock(kind, product)
    cells |= {date.key: texts_of(date) for date in (*product.gone, *dates_out_of_use(product, kind))}
    return ProductCells(product.id, cells, unreadable, frozenset(leftovers), one_stock=one_stock)


def time_problems(product: Product, site: Site | None) -> Mapping[str, str]:
    """Why the time of a product's listings cannot be read, or what contradicts it, by listing id; for `explain`."""
    kind = classify(product)
    problems = {str(CellId(product.id, *cell.key)): start.problem for cell, start in cell_starts(product, kind, site)}
    if not kind.cells and kind.product_class is not ProductClass.NOT_AN_EVENT:
        problems[str(ProductId(product.id))] = product_start(product, site).problem
    return {listing_id: problem for listing_id, problem in problems.items() if problem}


def _shared(kinds: Iterable[Classification]) -> frozenset[CellKey]:
    users = Counter(cell.key for kind in kinds for cell in kind.cells)
    return frozenset(key for key, products in users.items() if products > 1)


def _with_misplaced(made: Listings, product: Product, kind: Classification, shop: ListingContext) -> Listings:
    """What was made of a product, and what is told of places that are of none of its dates: it is no reason why one of
    its listings would not be there. Of one that is lost as a whole all places are told already.
    """
    count, is_told = shop.count(product), product.lost is not None and made.failed
    if isinstance(count, Unknown) or not count.orphans or is_told or kind.product_class is ProductClass.NOT_AN_EVENT:
        return made
    reason = misplaced(_cells_of(product, kind), count, shop.now, shop.zone, product.lost)
    failed = (Failure(str(ProductId(product.id)), product.name, reason),) if reason else ()
    return replace(made, failed=(*made.failed, *failed))


def _listings(product: Product, kind: Classification, shop: ListingContext) -> Listings:
    """What is there of a product, and what is lost of it."""
    lost = tuple(lost_listings(product, kind, shop))
    made = _present_listings(product, kind, shop)
    if product.lost is None:
        return replace(made, listings=(*made.listings, *lost)) if lost else made
    lost = (*(as_lost(each, product.lost) for each in made.listings if Flag.PAST not in each.flags), *lost)
    failure = Failure(str(ProductId(product.id)), product.name, product.lost)
    if product.lost not in (PRODUCT_GONE, NO_EVENT):
        return Listings(lost, (failure,))
    # Somebody took it out: only the seats that people have are missed.
    lost = tuple(each for each in lost if each.reading.taken != 0)
    return Listings((*lost, *_over(made.listings, product.lost)), (failure,) if lost else ())


def _over(listings: Iterable[Listing], reason: str) -> Iterable[Listing]:
    """What is over of a product that somebody took out, and was sold: a report of that time asks for it.

    Dates need not be kept: tickets tell theirs, and those of other products tell none.
    """
    for listing in listings:
        is_date = isinstance(parse_listing_id(listing.id), CellId)
        if Flag.PAST in listing.flags and not is_date and listing.reading.taken != 0:
            yield as_over(listing, reason)


def _present_listings(product: Product, kind: Classification, shop: ListingContext) -> Listings:
    """What each class of product is shown as."""
    name = str(ProductId(product.id))
    match kind.product_class:
        case ProductClass.NOT_AN_EVENT:
            return Listings()
        case ProductClass.VARIABLE:
            none = () if product.variations else (Failure(name, product.name, _WITHOUT_VARIATIONS),)
            of_none = listing_of_no_variation(product, kind, shop)
            return Listings((*variation_listings(product, kind, shop), *of_none), none)
        case ProductClass.UNCERTAIN if has_no_readable_date(kind, product):
            return Listings((), (Failure(name, product.name, kind.contradiction or "it cannot be read"),))
    rows: list[Listing | Failure] = []
    if kind.product_class is ProductClass.HYBRID or not kind.cells:
        rows.append(product_listing(product, kind, shop))
        rows += variation_listings(product, kind, shop, only_own_stock=True)
    rows += cell_listings(product, kind, shop)
    return _of_rows(rows)


def _of_rows(rows: Collection[Listing | Failure]) -> Listings:
    """The listings among what was made of a product, and apart from them what could not be made one."""
    listings = tuple(row for row in rows if isinstance(row, Listing))
    return Listings(listings, tuple(row for row in rows if isinstance(row, Failure)))
