"""Reads products and the rows that are counted for them, each look in one consistent snapshot of the database."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from brcc_tui.model.catalogue import Site
from brcc_tui.model.counting import ItemRow, PlacesRow, SnapshotRows, TicketRow, count, suspects
from brcc_tui.model.counts import Counts, ProductCells, with_known
from brcc_tui.model.listings.from_catalogue import cells_to_count
from brcc_tui.model.relevant_tickets import Relevant, relevant
from brcc_tui.model.stored_product import StoredProduct
from brcc_tui.platforms.wordpress import rows as read
from brcc_tui.platforms.wordpress.errors import NotAtOneInstant, app_error, part_of_an_answer
from brcc_tui.platforms.wordpress.mojibake import MojibakeReader, all_writings, repaired
from brcc_tui.platforms.wordpress.network import with_network
from brcc_tui.platforms.wordpress.options import (
    OF_CLOCK,
    OPTIONS,
    TRANSLATIONS,
    absint,
    site_from,
    translator_of,
)
from brcc_tui.platforms.wordpress.pool import DatabaseRow, Session
from brcc_tui.platforms.wordpress.sql import Since
from brcc_tui.platforms.wordpress.statement import Statement
from brcc_tui.platforms.wordpress.stored_products import read_stored_products
from brcc_tui.platforms.wordpress.texts import HPOS_TABLES

WHOLE_TOGETHER = 4
"""So many products are read as wholes in one statement."""

TEXTS_TOGETHER = 256
"""So many orders' items and places are read at once: each is some kB of text, which leaves a few numbers."""


@dataclass(frozen=True, slots=True)
class DatabaseClock:
    """The database's time in unix seconds, whether it says that orders are in HPOS tables, and whether it is a replica.

    What a replica says may be of any time before. `shop_counts`: the shop lets WooCommerce manage stock at all, of
    which it sells none at `none_at` or fewer.
    `recent` is the first meta row of the tickets that were sold within two years, and `moving` are the tables that
    cannot be read at one instant, None where that was not asked.
    """

    now: int
    hpos: bool
    replica: bool
    shop_counts: bool
    recent: int | None = None
    moving: tuple[str, ...] | None = None
    none_at: int = 0

    @property
    def at(self) -> dt.datetime:
        """The database's time as a moment, in UTC."""
        return dt.datetime.fromtimestamp(self.now, dt.UTC)


@dataclass(frozen=True, slots=True)
class CountsSnapshot:
    """The rows of one look and when it was taken."""

    clock: DatabaseClock
    rows: SnapshotRows

    @property
    def taken_at(self) -> dt.datetime:
        """When the look was taken, by the database's clock."""
        return self.clock.at

    def counts(self, products: Collection[ProductCells], *, by_order: bool = False) -> Counts:
        """The numbers of these products."""
        counted = count(products, self.rows, by_order=by_order)
        return Counts(taken_at=self.taken_at, products=counted, replica=self.clock.replica)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Products as stored, and their places taken, seen at one instant. Products that are no events are not counted.

    `site` is what the site said of itself at that instant, None where it was not asked; `none_at` its out-of-stock
    threshold then.
    """

    counts: Counts
    products: Mapping[int, StoredProduct]
    site: Site | None = None
    none_at: int | None = None


async def whole_snapshot(
    session: Session,
    product_ids: Collection[int],
    *,
    by_order: bool,
    known: Collection[ProductCells],
    with_site: bool,
    with_others: bool,
) -> Snapshot:
    """These products with everything that counts for them: the only base of a decision.

    What to count is taken from the very text that is in the snapshot, and from what is `known` of before;
    `with_others` also of every other product that has tickets of dates to come, or places in orders without tickets, or
    is an event in the trash.
    `by_order` also names the live orders behind the numbers, and counts those that ended lately; tables that cannot be
    read at one instant are refused then. Raises `DatabaseError`.
    """
    async with session.snapshot():
        clock, site = await read_beginning(session, with_site=with_site)
        if by_order and clock.moving:
            raise app_error(NotAtOneInstant(*clock.moving))
        others = await _others(session, clock, product_ids) if with_others else ()
        # Of these nobody knew a date: each ticket tells its own.
        known = (*known, *(ProductCells(product, lost_cells=True) for product in others))
        found, cells = await read_products_to_count(session, (*product_ids, *others), clock, known)
        look = await _look_at(session, clock, found, cells, ended=by_order, places=with_others)
        if with_others and look and (more := _held_of_others(look.rows, cells)):
            rows, of_more = await read_products_to_count(session, [each.product_id for each in more], clock, more)
            found, cells = {**found, **rows}, (*cells, *of_more)
            look = await _look_at(session, clock, found, cells, ended=by_order, places=with_others)
    if look is None:
        return Snapshot(Counts(clock.at, {}, clock.replica), found, site, clock.none_at)
    return Snapshot(await asyncio.to_thread(look.counts, cells, by_order=by_order), found, site, clock.none_at)


async def _look_at(
    session: Session,
    clock: DatabaseClock,
    found: Mapping[int, StoredProduct],
    cells: tuple[ProductCells, ...],
    *,
    ended: bool,
    places: bool,
) -> CountsSnapshot | None:
    """Everything that counts for these cells of the products found; None where there are none, and no `places` of
    others are asked for.
    """
    if not (cells or places):
        return None
    return await _full_look_inside(session, clock, cells, managed_of(found, cells), ended=ended, places=places)


def _held_of_others(rows: SnapshotRows, cells: Collection[ProductCells]) -> Sequence[ProductCells]:
    """The products besides that orders hold places of: no list has them, and no ticket names them yet.

    Hardly a shop has any: they were deleted for good, or a list left them out, and the orders are not done with.
    """
    named = {product for row in rows.places for product in (*row.products, *(row.places or ()))}
    return [ProductCells(product, lost_cells=True) for product in sorted(named - {each.product_id for each in cells})]


async def _others(session: Session, clock: DatabaseClock, besides: Collection[int]) -> Sequence[int]:
    """The products besides these that have tickets of dates that may not be over, or are events in the trash."""
    to_come = session.sql.candidates([], [], [], clock.recent or 0)
    named = [read.stored_id(product) for (product,) in await session.rows(session.sql.products_of(to_come))]
    return sorted({product for product in named if product is not None}.difference(besides))


async def read_products_to_count(
    session: Session,
    product_ids: Collection[int],
    clock: DatabaseClock,
    known: Collection[ProductCells],
) -> tuple[Mapping[int, StoredProduct], tuple[ProductCells, ...]]:
    """These products as stored now, and what there is to count of them, what was there before (`known`) included."""
    found = await read_stored_products(session, product_ids, clock.at, shop_counts=clock.shop_counts)
    # Parsing the texts of a whole shop takes some hundred milliseconds, in which keys must not wait.
    cells = await asyncio.to_thread(lambda: cells_to_count([each.product() for each in found.values()]))
    return found, tuple(_unheard_of(each, found) for each in with_known(cells, known))


def _unheard_of(each: ProductCells, found: Collection[int]) -> ProductCells:
    """A product that is not stored, and of which not one date is known: it may have had none."""
    is_so = each.product_id not in found and each.lost_cells and not each.cells
    return replace(each, unheard_of=True) if is_so else each


def managed_of(found: Mapping[int, StoredProduct], cells: Collection[ProductCells]) -> frozenset[int]:
    """The products with cells that also have a stock of their own (hybrids), or had it when they were there."""

    def is_managed(each: ProductCells) -> bool:
        stored = found.get(each.product_id)
        return each.had_stock if stored is None else stored.manage_stock

    return frozenset(each.product_id for each in cells if each.has_dates and is_managed(each))


async def full_look(session: Session, products: Collection[ProductCells]) -> CountsSnapshot:
    """Everything that counts for these products, whatever was seen before, in a snapshot of its own.

    Raises `DatabaseError`.
    """
    async with session.snapshot():
        clock = await read_database_clock(session)
        return await _full_look_inside(session, clock, products, await read_managed(session, products))


async def _full_look_inside(
    session: Session,
    clock: DatabaseClock,
    products: Collection[ProductCells],
    managed: frozenset[int],
    *,
    ended: bool = False,
    places: bool = False,
) -> CountsSnapshot:
    """What `full_look` reads, within a snapshot that has begun; which products are `managed` is known already.

    `ended` and `places` as for `with_orders`.
    """
    wanted = relevant(products, managed)
    among = await candidates(session, wanted, clock.recent)
    tickets = await read_tickets(session, clock.hpos, products, wanted, among)
    return await with_orders(session, clock, products, managed, tickets, ended=ended, places=places)


async def read_database_clock(session: Session) -> DatabaseClock:
    """The database's time, the order storage that WordPress names as authoritative, and whether it is a replica."""
    now, hpos, replica, manages, none_at, database = await session.row(session.sql.clock())
    session.check_database(database)
    return DatabaseClock(
        int(now),
        hpos == "yes",
        session.is_replica(replica),
        manages in (None, "yes"),
        none_at=absint(str(none_at or "")),
    )


async def read_beginning(session: Session, *, with_site: bool) -> tuple[DatabaseClock, Site | None]:
    """The database's clock with what `read_database_clock` leaves out (`recent`, `moving`), in one question.

    `with_site` also the site's settings, all but what this account may do; else None. Raises `DatabaseError`.
    """
    rows = await session.rows(session.sql.beginning({*OF_CLOCK, *OPTIONS} if with_site else OF_CLOCK, TRANSLATIONS))
    if not rows:
        raise part_of_an_answer()
    now, replica, version, recent, translated, networks, database, moving = rows[0][:8]
    session.check_database(database)
    options = _options_in(rows)
    if with_site:
        options = await with_network(session, options, seen=bool(networks))
    hpos, manages, none_at = (options.get(name) for name in OF_CLOCK)
    may = manages in (None, "yes")
    clock = DatabaseClock(
        int(now),
        hpos == "yes",
        session.is_replica(replica),
        may,
        int(recent),
        _moving(session.sql.prefix, str(moving or ""), hpos=hpos == "yes"),
        absint(none_at or ""),
    )
    if not with_site:
        return clock, None
    translator = "WPML" if translated else translator_of(options)
    return clock, site_from(options, version=str(version), translator=translator, may_write=None)


def _options_in(rows: Iterable[DatabaseRow]) -> dict[str, str]:
    """The options that rows of `Sql.beginning` tell, by name; what is no text is told as an empty one."""
    return {str(row[8]): repaired(row[9]) if isinstance(row[9], str) else "" for row in rows if row[8] is not None}


def _moving(prefix: str, tables: str, *, hpos: bool) -> tuple[str, ...]:
    """Those of these tables that are read, of orders in the one storage or the other."""
    # Servers that take table names in any case tell them in small letters.
    others = set() if hpos else {f"{prefix}{name}".casefold() for name in HPOS_TABLES}
    return tuple(name for name in tables.split(", ") if name and name.casefold() not in others)


async def read_managed(session: Session, products: Collection[ProductCells]) -> frozenset[int]:
    """The products with cells that also have a stock of their own (hybrids)."""
    with_cells = [product.product_id for product in products if product.has_dates]
    if not with_cells:
        return frozenset()
    return frozenset(int(post) for (post,) in await session.rows(session.sql.managed(with_cells)))


async def candidates(session: Session, wanted: Relevant, recent: int | None = None) -> tuple[Statement, ...]:
    """The posts among which all wanted tickets are; where cells are wanted, those of any date to come too.

    Whole products come a few at a time: every ticket that one ever sold is read, and the server stops a statement
    that takes too long.
    """
    to_come_since = recent if wanted.dates else None
    if wanted.dates and recent is None:
        (to_come_since,) = await session.row(session.sql.recent())
    texts = all_writings(wanted.date_texts)
    whole = sorted(wanted.whole)
    first, *others = [whole[start : start + WHOLE_TOGETHER] for start in range(0, len(whole), WHOLE_TOGETHER)] or [[]]
    found = session.sql.candidates(sorted(wanted.date_ids), texts, first, to_come_since)
    return (found, *(session.sql.candidates([], [], more) for more in others))


async def read_tickets(
    session: Session,
    hpos: bool,
    products: Collection[ProductCells],
    wanted: Relevant,
    among: Iterable[Statement],
) -> tuple[TicketRow, ...]:
    """The wanted tickets among these posts, each once; those that name no product may be of any of them."""
    ids = [product.product_id for product in products]
    rows = [row for posts in among for row in await session.rows(session.sql.tickets(hpos, ids, posts))]
    # Beside the event loop, as everything that is done row by row: thousands of rows would let a key wait.
    reader = MojibakeReader.of_cells(products)
    found = await asyncio.to_thread(
        lambda: {ticket.id: ticket for ticket in read.tickets(rows, reader) if wanted(ticket)}
    )
    return tuple(found[number] for number in sorted(found))


async def with_orders(
    session: Session,
    clock: DatabaseClock,
    products: Collection[ProductCells],
    managed: frozenset[int],
    tickets: tuple[TicketRow, ...],
    since: Since | None = None,
    *,
    ended: bool = False,
    places: bool = False,
) -> CountsSnapshot:
    """The look completed by the live orders whose tickets are not made yet.

    `ended`: also by those that ended within the minutes by which two clocks may disagree. `places`: also by those that
    hold places of other products, where none of these has dates.
    """
    ids = [product.product_id for product in products]
    places = places or any(product.has_dates for product in products)
    asked = session.sql.waiting(clock.hpos, ids, places=places, since=since, ended=ended)
    waiting: list[int] = []
    gone: dict[int, set[int]] = defaultdict(set)
    for order, product in await session.rows(asked):
        if product is None:
            waiting.append(int(order))
        else:
            gone[int(product)].add(int(order))
    items, of_dates = await _read_waiting(session, clock.hpos, ids, waiting, places=places)
    ended_of = {product: frozenset(orders) for product, orders in gone.items()}
    ticketed = await _ticketed(session, tickets, suspects(products, items, of_dates))
    return CountsSnapshot(clock, SnapshotRows(tickets, of_dates, items, managed, ticketed, ended_of))


async def _read_waiting(
    session: Session, hpos: bool, ids: Collection[int], waiting: Sequence[int], *, places: bool
) -> tuple[tuple[ItemRow, ...], tuple[PlacesRow, ...]]:
    """The items of these products, and their `places`, in the orders that wait for their tickets."""
    items_read: tuple[ItemRow, ...] = ()
    places_read: tuple[PlacesRow, ...] = ()
    for start in range(0, len(waiting), TEXTS_TOGETHER):
        orders = waiting[start : start + TEXTS_TOGETHER]
        rows = await session.rows(session.sql.details(hpos, ids, orders, places=places))
        found = read.items(row for row in rows if row[2] is not None)
        texts = [(order, status, text) for order, status, item, *_, text in rows if item is None]
        items_read += found
        places_read += await asyncio.to_thread(read.orders_places, texts, ids, {item.order_id for item in found})
    return items_read, places_read


async def _ticketed(session: Session, tickets: Iterable[TicketRow], unsure: Collection[int]) -> frozenset[int]:
    """Those of the orders that have tickets: these ones, or others."""
    here = {ticket.order_id for ticket in tickets if ticket.order_id in unsure}
    if others := sorted(set(unsure) - here):
        here |= {int(order) for (order,) in await session.rows(session.sql.ticketed(others))}
    return frozenset(order for order in here if order)
