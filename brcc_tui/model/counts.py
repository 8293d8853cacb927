"""Places taken of each cell and product, as counted from the WordPress database.

The meaning of the numbers is defined in `counting`, over plain rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

CellKey = tuple[str, str]
"""(slot id, date id) within one product."""

STOCK: Final[CellKey] = ("", "")
"""Stands for a product's own stock where places are listed by cell."""


def own_cell(product_id: int) -> CellKey:
    """The slot and date that an earlier program wrote for an event without any: they mean the product itself."""
    return f"event_{product_id}", f"date_{product_id}"


@dataclass(frozen=True, slots=True)
class CellTexts:
    """What old tickets without ids are matched by: the slot's possible texts and the date's text."""

    slot_texts: tuple[str, ...]
    date_text: str

    def all(self) -> tuple[str, ...]:
        """Every one of them."""
        return (*self.slot_texts, self.date_text)


@dataclass(frozen=True, slots=True)
class ProductCells:
    """A product whose places are to be counted, with its cells (none for a product with plain stock).

    `cells` are all its present cells, at least those from today on: a ticket for a show that may not be over and
    fits none of them is an orphan (looked for among those sold within two years). `lost_cells` says that it has dates
    of which none can be read: every such ticket is an orphan then. So is one of the `leftovers`: what FooEvents leaves
    of a date that was taken out, a stock without a day, of which the tickets alone tell when it is. `had_stock` says of
    a product as it was known that a stock of its own limited all its dates. `one_stock`: it sells one stock now, and
    the cells are those of dates that it had, as far as these are known. The cell `STOCK`: it had one stock before it
    had dates, and the tickets that name neither slot nor date are of that. `unheard_of`: it is not
    stored, and may never have had a date: what orders hold without one is an orphan as well.
    """

    product_id: int
    cells: Mapping[CellKey, CellTexts] = field(default_factory=dict)
    lost_cells: bool = False
    leftovers: frozenset[CellKey] = frozenset()
    had_stock: bool = False
    one_stock: bool = False
    unheard_of: bool = False

    @property
    def has_dates(self) -> bool:
        """Whether places of it are those of dates."""
        return bool(self.cells) or self.lost_cells

    @property
    def may_have_dates(self) -> bool:
        """Whether places of it may be those of dates; of a product of which nothing is known all are its own."""
        return self.has_dates or self.one_stock

    @property
    def sells_dates(self) -> bool:
        """Whether what it sells now are places of dates, and not of one stock."""
        return self.has_dates and not self.one_stock

    @property
    def needs_all_tickets(self) -> bool:
        """Whether tickets of it count that name no date, so that all its tickets must be read."""
        return not self.sells_dates or self.unheard_of or STOCK in self.cells


def with_known(present: Collection[ProductCells], known: Collection[ProductCells]) -> tuple[ProductCells, ...]:
    """What is there now, and besides the products and cells that are known of before: their tickets are not gone."""
    before = {each.product_id: each for each in known}
    merged = [_with_earlier(each, before.pop(each.product_id, None)) for each in present]
    return (*merged, *before.values())


def _with_earlier(each: ProductCells, earlier: ProductCells | None) -> ProductCells:
    """Of a product that had no dates, and has none yet that can be read, the places are those of its one stock."""
    if earlier is None:
        return each
    if not each.sells_dates:
        dates = {cell: texts for cell, texts in earlier.cells.items() if cell != STOCK} | {**each.cells}
        return replace(each, cells=dates, one_stock=each.one_stock or bool(dates))
    if not each.cells and not earlier.has_dates:
        return replace(each, lost_cells=False)
    had_one_stock = bool(each.cells) and not earlier.sells_dates
    undated = {STOCK: CellTexts((), "")} if had_one_stock else {}
    return replace(each, cells={**undated, **earlier.cells, **each.cells})


@dataclass(frozen=True, slots=True)
class CellCount:
    """Seats sold (valid tickets) and held (places of live orders not yet ticketed) of one cell."""

    sold: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Orphan:
    """Places of a product that belong to none of its present cells: reported, never dropped.

    `open` of those sold are of a show that is not over by the moment which their tickets tell, or tell no moment; so
    are those held that tell no day.
    """

    slot_text: str
    date_text: str
    slot_id: str
    date_id: str
    sold: int
    held: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class ProductCount:
    """One product's numbers. `held` and `pending` are those of its WooCommerce stock.

    What `sold` counts: of a product without cells, or whose stock WooCommerce manages, all its tickets; of one that
    sells one stock (`one_stock`) those that are of no date that it had before, as `held` and `pending` do; of any other
    those of the cells asked for and the orphans. `variations` splits sold and held of a product without cells.

    * `paid_without_place`: seats of a bookings product that live orders (drafts excepted) contain without a place or a
      ticket.
    * `deleted_orders`: orders that are gone, and whose tickets were counted. `custom_statuses`: statuses of orders that
      were taken for live without being known; `(none)` for an order without any.
    * `orders` (only when asked for): the places of each live order by cell; `STOCK` is the product's own stock.
    * `unplaced`: an order of it is so young that its places may not be written yet: look again.
    * `in_progress`: orders of some minutes that have no places, whose stock was not taken, or that have ended (for a
      decision). An order that was so already a moment ago is so for good.
    * `unreadable_orders`: live orders whose places could not be read. `held` of the cells is then a lower bound, and
      `unplaced` is set as well.
    * `astray`: how many tickets may be of a cell besides, that do not say of which: its `sold` is then a lower bound.
    """

    sold: int = 0
    held: int = 0
    pending: int = 0
    paid_without_place: int = 0
    cells: Mapping[CellKey, CellCount] = field(default_factory=dict)
    orphans: tuple[Orphan, ...] = ()
    deleted_orders: int = 0
    custom_statuses: tuple[str, ...] = ()
    unplaced: bool = False
    orders: Mapping[int, Mapping[CellKey, int]] = field(default_factory=dict)
    variations: Mapping[int, CellCount] = field(default_factory=dict)
    unreadable_orders: tuple[int, ...] = ()
    in_progress: frozenset[int] = frozenset()
    astray: Mapping[CellKey, int] = field(default_factory=dict)

    def of_cell(self, cell: CellKey) -> CellCount:
        """The places of a cell. One that was not asked for has those that were found astray with its ids."""
        if cell in self.cells:
            return self.cells[cell]
        astray = [orphan for orphan in self.orphans if all(cell) and (orphan.slot_id, orphan.date_id) == cell]
        return CellCount(sum(orphan.sold for orphan in astray), sum(orphan.held for orphan in astray))


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of several products, seen in one snapshot at the database's own time.

    `replica`: told by a server that follows another one, so they may be older than they say.
    """

    taken_at: dt.datetime
    products: Mapping[int, ProductCount]
    replica: bool = False
