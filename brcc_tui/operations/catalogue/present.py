"""The shop's products as they are now, combined from REST, the database and the previous catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from brcc_tui.model.catalogue import IN_TRASH, Product
from brcc_tui.model.counts import ProductCells, ProductCount
from brcc_tui.model.failure import Failure, Unanswered, WithoutData
from brcc_tui.model.fooevents.classify import ProductClass, classify
from brcc_tui.model.fooevents.event_time import has_day
from brcc_tui.model.fooevents.meta_keys import EVENT_KEY, IS_EVENT
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.listing_id import is_of_the_shop, parent_of
from brcc_tui.model.listings.lost import (
    ASK_AGAIN,
    MEND,
    NO_EVENT,
    NOT_STORED,
    PRODUCT_GONE,
    is_taken,
    known_by_tickets,
    known_cells,
    with_lost,
)
from brcc_tui.model.listings.of_woocommerce import OF_NO_VARIATION
from brcc_tui.model.newest import knows_less
from brcc_tui.model.shows.grouping import sells_same_seats

_DELETED: Final = frozenset({IN_TRASH, "auto-draft"})
"""Statuses of rows that no list of the shop has."""

if TYPE_CHECKING:
    from brcc_tui.model.listings.from_catalogue import Listings
    from brcc_tui.model.stored_product import StoredProduct
    from brcc_tui.operations.context import ClubContext
    from brcc_tui.platforms.wordpress.counts import Snapshot


def what_to_look_at(
    from_rest: Iterable[Product], before: Iterable[Product], failed: Iterable[Failure]
) -> tuple[Sequence[int], tuple[ProductCells, ...]]:
    """The ids of every product that sells seats, or may, or did, and the cells that were known: their tickets are not
    gone. Of one that came without its data nobody knows what it sells.
    """
    failed = tuple(failed)
    known = [product for product in before if sells_seats(product)]
    known += map(as_event, filter(was_event, from_rest))
    ids = {product.id for product in (*from_rest, *known) if sells_seats(product)}
    if any(isinstance(failure, WithoutData) for failure in failed):
        ids |= {product.id for product in from_rest if not product.meta}
    return sorted(ids | _numbers_of(failed).keys()), known_cells(known)


def present_products(
    from_rest: Sequence[Product],
    before: Iterable[Product],
    failed: Iterable[Failure],
    database: Snapshot | None,
    *,
    asked: bool,
) -> list[Product]:
    """Every product as the database has it, with what is lost: what REST could not give stays as it was known.

    `asked` is False if there is no database: then nobody has a known place in what is gone.
    """
    failed = tuple(failed)
    earlier = {product.id: product for product in before if sells_seats(product)}
    found = [
        _present(as_stored(product, database), earlier.get(product.id), count_of(product.id, database, asked=asked))
        for product in from_rest
    ]
    ids = {product.id for product in from_rest}
    reasons = _numbers_of(failed)
    unread = {number: reasons[number] for number in sorted(reasons.keys() - ids)}
    found += _unread(unread, earlier, database, asked=asked)
    if not any(failure.id == Platform.WOOCOMMERCE for failure in failed):
        missing = [earlier[number] for number in sorted(earlier.keys() - ids - reasons.keys())]
        found += _gone(missing, database, asked=asked)
        found += _unheard_of(ids | reasons.keys() | earlier.keys(), database)
    return found


def count_of(product_id: int, database: Snapshot | None, *, asked: bool) -> ProductCount | None:
    """The places that people have in the product; None if unknown.

    If there is no database (`asked` is False), nobody has a known place.
    """
    nobody = None if asked else ProductCount()
    return database.counts.products.get(product_id, nobody) if database else nobody


def _unread(
    failed: Mapping[int, Failure], earlier: Mapping[int, Product], database: Snapshot | None, *, asked: bool
) -> Iterable[Product]:
    """The products that came and could not be read: as stored, where the shop merely did not tell all of them. Of the
    others those that sell seats: as known, else as stored; lost.
    """
    rows = database.products if database else {}
    for number, failure in failed.items():
        known, row = earlier.get(number), rows.get(number)
        if row is not None and isinstance(failure, Unanswered):
            yield _present(_as_row(row, known), known, count_of(number, database, asked=asked))
            continue
        kept = known or (row.product() if row else None)
        if kept is not None and sells_seats(kept):
            yield replace(kept, lost=f"{failure.reason.rstrip('.')}; {_way_out(failure)}")


def _way_out(failure: Failure) -> str:
    return ASK_AGAIN if isinstance(failure, Unanswered) else MEND


def _as_row(row: StoredProduct, known: Product | None) -> Product:
    """The product as its row has it; its page and names as they were known."""
    return row.product(replace(known, lost=None) if known else None)


def as_stored(from_rest: Product, database: Snapshot | None) -> Product:
    """A product that REST gave, as its row has it, if the database was asked; one that has no row is lost."""
    if database is None:
        return from_rest
    row = database.products.get(from_rest.id)
    if row is None:
        return replace(from_rest, lost=NOT_STORED) if sells_seats(from_rest) else from_rest
    return row.product(from_rest)


def _present(present: Product, known: Product | None, count: ProductCount | None) -> Product:
    """A product that was read, with its lost dates; it is lost itself where tickets alone say that it was an event."""
    if present.lost is not None:
        return present
    if not present.meta and known is not None and known.meta:
        return present  # its data did not come, which says nothing of its dates
    if known is None and count is not None and not sells_seats(present) and is_taken(count):
        return _as_it_was(present, count)
    return with_lost(present, known, count)


def _as_it_was(unmarked: Product, count: ProductCount) -> Product:
    """A product of which people have places, and that was no event any more before anybody here knew of it."""
    if was_event(unmarked):
        return replace(as_event(unmarked), lost=NO_EVENT)
    return replace(known_by_tickets(unmarked.id, count), name=unmarked.name, lost=NO_EVENT)


def _gone(missing: Iterable[Product], database: Snapshot | None, *, asked: bool) -> Iterable[Product]:
    """What became of products that the shop does not list: as stored while they are in its database, for a cache may
    have given an old list. Of the others those of which somebody has a place.
    """
    for product in filter(sells_seats, missing):
        count, stored = count_of(product.id, database, asked=asked), still_stored(product, database)
        if stored is not None:
            yield _present(stored, product, count)
        elif is_taken(count):
            yield replace(product, lost=PRODUCT_GONE)


def _unheard_of(known: Collection[int], database: Snapshot | None) -> Iterable[Product]:
    """Products that the shop does not list, and that were not known either, of which people have tickets: as stored,
    for a list may leave some out (those of another language), or lost where they were deleted.
    """
    if database is None or database.counts.replica:
        return
    for number, count in database.counts.products.items():
        if number in known or not is_taken(count):
            continue
        row = database.products.get(number)
        if row is None:
            yield known_by_tickets(number, count)
        else:
            yield _present(row.product(), None, count)


def still_stored(known: Product, database: Snapshot | None) -> Product | None:
    """The product as its row has it, unless deleted; a replica may have a row that the shop no longer has."""
    row = database.products.get(known.id) if database is not None and not database.counts.replica else None
    return None if row is None or row.status in _DELETED else _as_row(row, known)


def was_event(product: Product) -> bool:
    """Whether it is an event with a day of its own, but for the mark that makes it one."""
    return not sells_seats(product) and has_day(product) and sells_seats(as_event(product))


def as_event(product: Product) -> Product:
    """The product as it was while it was marked as an event."""
    marked = (replace(row, value=IS_EVENT) if row.key == EVENT_KEY else row for row in product.meta)
    return replace(product, meta=tuple(marked))


def sells_seats(product: Product) -> bool:
    """Whether it is an event at all."""
    return classify(product).product_class is not ProductClass.NOT_AN_EVENT


def _numbers_of(failed: Iterable[Failure]) -> Mapping[int, Failure]:
    """Why single products could not be read, by their number."""
    numbers = {failure.id[3:]: failure for failure in failed if is_of_the_shop(failure.id)}
    return {int(number): failure for number, failure in numbers.items() if number.isascii() and number.isdecimal()}


def with_counts_known(club: ClubContext, made: Listings, *, silent: bool) -> Listings:
    """The shop's listings. While the database does not answer, those that it would count stay as they were known.

    A catalogue without the number sold would be believed: by whoever starts the program next, and by the alarms.
    """
    if not silent or club.wordpress is None:
        return made
    known = {listing.id: listing for listing in club.cache.listings(platform=Platform.WOOCOMMERCE)}

    def known_or_new(listing: Listing) -> Listing:
        before = known.get(listing.id)
        kept = before is not None and sells_same_seats(before, listing) and knows_less(before, listing)
        return before if before is not None and kept else listing

    # Only the database tells of these: it is silent, so they are not gone.
    ids, products = {each.id for each in made.listings}, {parent_of(each.id) for each in made.listings}
    of_none = (
        each for id_, each in known.items() if each.read_only_reason == OF_NO_VARIATION and id_ in products - ids
    )
    return replace(made, listings=(*map(known_or_new, made.listings), *of_none))
