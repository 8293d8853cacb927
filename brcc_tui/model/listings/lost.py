"""Lost listings: a listing that existed or has tickets, and cannot be read now, keeps its place in its show.

Examples are a product whose booking options broke, a date that staff deleted while it had tickets, and a product that
the shop no longer lists: the seats that people have are taken all the same. Such a listing has the numbers of its
tickets, and what else it sells is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from brcc_tui.model.catalogue import GoneDate, MetaRow, Product
from brcc_tui.model.counts import STOCK, CellKey, CellTexts, ProductCells, ProductCount, own_cell
from brcc_tui.model.failure import DATES_TO_FOLLOW, NO_DATES
from brcc_tui.model.fooevents.booking_text import Cell
from brcc_tui.model.fooevents.classify import Classification, ProductClass, classify
from brcc_tui.model.fooevents.meta_keys import EVENT_KEY, IS_EVENT
from brcc_tui.model.listing import Flag, Listing, StockMethod
from brcc_tui.model.listing_id import CellId, names_a_listing
from brcc_tui.model.offer import OfferRule, Status, Terms
from brcc_tui.model.quantity import Unknown

_OF_NUMBERS: Final = frozenset(
    {
        Flag.UNLIMITED,
        Flag.AT_ZERO,
        Flag.OVERSOLD,
        Flag.BACKORDERS,
        Flag.THRESHOLD,
        Flag.SALES_ENDED,
        Flag.HIDDEN_SOLD_BY_CODE,
        Flag.DRIFT,
    }
)
"""What is said of numbers that are not known any more."""

DELETED_DATE: Final = (
    "this date was taken out of the product, and places are taken on it: put it back in WordPress, or move its guests"
)
UNUSED_DATE: Final = (
    "its product has this date and is of a type of which FooEvents sells no date, and places are taken on it: choose "
    "Bookable in WordPress (Product data, Event settings), or move its guests"
)
BEFORE_DATES: Final = (
    "these places were sold before the product had dates, and their tickets name none: give each its slot and date in "
    "WordPress (Tickets)"
)
PRODUCT_GONE: Final = (
    "WooCommerce no longer lists this product, and places are taken on it: bring it back in WordPress (Products, "
    "Trash), or move its guests"
)
NO_EVENT: Final = (
    "its product is not marked as an event any more, and places are taken on it: mark it as one again in WordPress "
    "(Product data, Event settings), or move its guests"
)
NOT_STORED: Final = (
    "the WordPress database has no such product, although WooCommerce lists it: an old answer of a cache before the "
    "shop, or the database of another one; refresh"
)
MEND: Final = "repair it in WordPress, then refresh"
ASK_AGAIN: Final = "refresh once the shop answers"


def as_lost(listing: Listing, reason: str) -> Listing:
    """The listing with what its tickets tell alone; the reason says what happened and the way out."""
    unknown = Unknown(reason)
    return replace(
        listing,
        reading=replace(listing.reading, capacity=unknown, remaining=unknown),
        status=Status.UNKNOWN,
        stock_method=StockMethod.READ_ONLY,
        read_only_reason=reason,
        terms=Terms(OfferRule.LOST, unknown=reason),
        event_left=None,
        tier_left=None,
        flags=(listing.flags - _OF_NUMBERS) | {Flag.LOST},
    )


def as_over(listing: Listing, reason: str) -> Listing:
    """A listing that is over and is not in its shop any more: what was sold of it is known, and nobody misses it."""
    unknown = Unknown(reason)
    return replace(
        listing,
        reading=replace(listing.reading, capacity=unknown, remaining=unknown),
        stock_method=StockMethod.READ_ONLY,
        read_only_reason=reason,
        flags=listing.flags - _OF_NUMBERS,
    )


def as_unread(listing: Listing, reason: str) -> Listing:
    """The listing with a stored number that is not known for the moment; it is not lost, and what is taken is known.

    Whether it is still hidden, closed or not published is not known either; what is over stays over.
    """
    unknown = Unknown(reason)
    over = Flag.PAST in listing.flags or listing.terms.stopped is OfferRule.SALES_ENDED
    doubted = replace(listing.terms, stopped=None, by_code=False, unknown=reason)
    return replace(
        listing,
        reading=replace(listing.reading, capacity=unknown, remaining=unknown),
        status=listing.status if over else Status.UNKNOWN,
        terms=listing.terms if over else doubted,
        flags=listing.flags - (_OF_NUMBERS - {Flag.SALES_ENDED} if over else _OF_NUMBERS),
        event_left=None if listing.event_left is None else unknown,
        tier_left=None if listing.tier_left is None else unknown,
    )


def as_unknown(listing: Listing, reason: str) -> Listing:
    """The same of a listing of which not even that is known: what told of it may be old as a whole."""
    unknown = Unknown(reason)
    unread = as_unread(listing, reason)
    return replace(unread, reading=replace(unread.reading, sold=unknown, held=unknown, pending=unknown))


def has_no_readable_date(kind: Classification, product: Product) -> bool:
    """Whether it is sold by dates, and none of them can be read: its booking options broke."""
    sells_dates = product.text("WooCommerceEventsType").strip().lower() == "bookings"
    return kind.product_class is ProductClass.UNCERTAIN and not kind.cells and sells_dates


def sells_one_stock(kind: Classification, product: Product) -> bool:
    """Whether it has no dates itself, and those that are lost of it are of before it was what it is now."""
    return not kind.cells and not has_no_readable_date(kind, product)


def dates_out_of_use(product: Product, kind: Classification) -> tuple[GoneDate, ...]:
    """The dates in booking options that an event of another type still has: it was sold by them, it may have guests."""
    if kind.booking is None or kind.cells or kind.product_class is ProductClass.NOT_AN_EVENT:
        return ()
    dates = (_as_gone(cell) for cell in kind.booking.cells if not cell.is_ghost)
    return tuple(date for date in dates if date.key != own_cell(product.id))


def with_lost(product: Product, before: Product | None, count: ProductCount | None) -> Product:
    """The product as read now, with what is lost of it: `before` is what was known of it until now.

    Where its dates cannot be read at all, or it is no event now, or in the trash (where no list has it), what was known
    stands in its place. Of single dates that are gone those stay that have tickets; without counts nobody knows, and
    all stay.
    """
    kind = classify(product)
    earlier = _dates_it_had(product, before, kind, count)
    by_tickets = () if count is None else tuple(_orphans(product.id, count, earlier))
    if (gone := _why_gone(product, before, kind)) and is_taken(count):
        return replace(before or replace(product, gone=by_tickets), lost=gone)
    if has_no_readable_date(kind, product):
        kept = before if before is not None and _is_readable(before) else product
        return replace(kept, lost=_why_unreadable(kind, count), gone=(*kept.gone, *by_tickets))
    return _with_gone(product, (*_taken_out(earlier, kind, count), *by_tickets))


def known_by_tickets(product_id: int, count: ProductCount) -> Product:
    """A product that was deleted before anybody here knew of it: its dates are those that its tickets tell."""
    meta = (MetaRow(0, EVENT_KEY, IS_EVENT), MetaRow(0, "WooCommerceEventsType", "bookings"))
    name = f"Deleted product {product_id}"
    dates = tuple(_orphans(product_id, count, {}))
    return Product(product_id, name, "publish", "simple", False, None, "", meta, gone=dates, lost=PRODUCT_GONE)


def _why_gone(product: Product, before: Product | None, kind: Classification) -> str | None:
    """Why a product that was an event sells no more, by its kind now; None where it may."""
    if before is not None and _is_no_event_any_more(classify(before), kind):
        return NO_EVENT
    return PRODUCT_GONE if product.is_in_trash and kind.product_class is not ProductClass.NOT_AN_EVENT else None


def _is_readable(product: Product) -> bool:
    """Whether it is known what it sells, or sold."""
    return bool(product.gone) or _is_readable_event(classify(product), product)


def _is_readable_event(kind: Classification, product: Product) -> bool:
    return kind.product_class is not ProductClass.NOT_AN_EVENT and not has_no_readable_date(kind, product)


def _with_gone(product: Product, gone: tuple[GoneDate, ...]) -> Product:
    """The product with these dates that are lost; the same one where nothing is, and nothing was."""
    return replace(product, gone=gone, lost=None) if gone or product.has_losses else product


def _why_unreadable(kind: Classification, count: ProductCount | None) -> str:
    if kind.contradiction == NO_DATES and not is_taken(count):
        return DATES_TO_FOLLOW
    return f"{kind.contradiction or 'its dates cannot be read'}: {MEND}"


def _taken_out(
    earlier: Mapping[CellKey, GoneDate], kind: Classification, count: ProductCount | None
) -> tuple[GoneDate, ...]:
    """The earlier dates that the product has no more, and people may have places of."""
    present = {cell.key for cell in kind.cells if not cell.is_ghost}
    return tuple(date for key, date in earlier.items() if key not in present and _is_taken(key, count))


def _is_no_event_any_more(before: Classification, now: Classification) -> bool:
    return now.product_class is ProductClass.NOT_AN_EVENT and before.product_class is not ProductClass.NOT_AN_EVENT


def cells_of_gone(product: Product) -> Iterator[Cell]:
    """The dates that are lost, as cells of which no stock is known."""
    for date in product.gone:
        unknown, texts = Unknown(DELETED_DATE), date.slot_texts
        yield Cell(
            date.slot_id, date.date_id, date.label, date.date_text, date.hour, date.minute, date.period, unknown, None,
            texts,
        )  # fmt: skip


def known_cells(products: Iterable[Product]) -> tuple[ProductCells, ...]:
    """What to count of products as they were known: their tickets are not gone with their dates."""
    return tuple(
        ProductCells(
            product.id,
            {key: texts_of(date) for key, date in _dates_of(product).items()},
            has_no_readable_date(kind := classify(product), product),
            had_stock=product.manage_stock,
            one_stock=sells_one_stock(kind, product),
        )
        for product in products
    )


def is_taken(count: ProductCount | None) -> bool:
    """Whether anybody has a place of the product; so it is while nobody knows."""
    if count is None:
        return True
    cells = (*count.cells.values(), *count.variations.values())
    return bool(count.sold or count.held or any(cell.sold or cell.held for cell in cells) or count.orphans)


def _dates_of(product: Product) -> dict[CellKey, GoneDate]:
    cells = (_as_gone(cell) for cell in classify(product).cells if not cell.is_ghost)
    return {date.key: date for date in (*product.gone, *cells) if can_be_told(product.id, date.key)}


def can_be_told(product_id: int, key: CellKey) -> bool:
    """Whether a listing can have these ids, or stands for what was sold before there were dates. Tickets of no such
    date may be of any of their day: as long as they are taken for those of a lost one, nobody tells of them.
    """
    return key == STOCK or names_a_listing(str(CellId(product_id, *key)))


def _as_gone(c: Cell) -> GoneDate:
    return GoneDate(c.slot_id, c.date_id, c.label, c.date_text, c.hour, c.minute, c.period, c.slot_texts)


def _dates_it_had(
    product: Product, before: Product | None, kind: Classification, count: ProductCount | None
) -> Mapping[CellKey, GoneDate]:
    """The dates that were known, and those in options out of use: of these nobody misses one without being counted."""
    unused = () if count is None else dates_out_of_use(product, kind)
    earlier = {} if before is None else _earlier_dates(before, kind)
    return {date.key: date for date in unused} | {**earlier}


def _earlier_dates(before: Product, kind: Classification) -> Mapping[CellKey, GoneDate]:
    """The dates that were known of a product of that kind now: what had none is one itself.

    Where it has a stock of its own now, that counts every ticket which names no date.
    """
    dates = _dates_of(before)
    if kind.product_class is not ProductClass.BOOKINGS:
        dates.pop(STOCK, None)
    elif _sold_one_stock(before):
        dates[STOCK] = _as_one_date(before)
    return dates


def _sold_one_stock(product: Product) -> bool:
    """Whether it was an event without dates of its own."""
    kind = classify(product)
    return not kind.cells and _is_readable_event(kind, product)


def _as_one_date(product: Product) -> GoneDate:
    """When an event without dates was to be."""
    day = product.text("WooCommerceEventsDate") or product.text("WooCommerceEventsDateMySQLFormat")[:10]
    hour, minute, period = (product.text(f"WooCommerceEvents{part}") for part in ("Hour", "Minutes", "Period"))
    return GoneDate(*STOCK, "", day, hour, minute, period)


def texts_of(date: GoneDate) -> CellTexts:
    """What tickets without ids of a lost date are known by; those of the stock before there were dates tell nothing."""
    return CellTexts((), "") if date.key == STOCK else CellTexts(date.slot_texts, date.date_text)


def _is_taken(key: CellKey, count: ProductCount | None) -> bool:
    places = None if count is None else count.of_cell(key)
    return places is None or places.sold > 0 or places.held > 0


def _orphans(product_id: int, count: ProductCount, known: Mapping[CellKey, GoneDate]) -> list[GoneDate]:
    """Places to come of dates that nobody knew of, by what their tickets say; those without ids belong nowhere."""
    found: dict[CellKey, GoneDate] = {}
    for orphan in count.orphans:
        key = (orphan.slot_id, orphan.date_id)
        is_date = all(key) and can_be_told(product_id, key)
        if is_date and key not in known and (key not in found or not found[key].date_text):
            texts = (orphan.slot_text,) if orphan.slot_text else ()
            found[key] = GoneDate(*key, orphan.slot_text, orphan.date_text, "", "", "", texts)
    return list(found.values())
