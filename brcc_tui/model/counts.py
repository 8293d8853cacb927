"""Places taken of each cell and product, as the WordPress database tells them.

sold, held, pending and paid-without-a-place are defined once, here, over plain rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

CellKey = tuple[str, str]
"""(slot id, date id) within one product."""


@dataclass(frozen=True, slots=True)
class CellTexts:
    """What old tickets without ids are matched by: the slot's possible texts and the date's text."""

    slot_texts: tuple[str, ...]
    date_text: str


@dataclass(frozen=True, slots=True)
class ProductCells:
    """A product whose places are to be counted, with its cells (none for a product with plain stock)."""

    product_id: int
    cells: Mapping[CellKey, CellTexts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CellCount:
    """Seats sold (valid tickets) and held (places of live orders not yet ticketed) of one cell."""

    sold: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Orphan:
    """Tickets of a product that belong to none of its present cells: reported, never dropped."""

    slot_text: str
    date_text: str
    slot_id: str
    date_id: str
    sold: int


@dataclass(frozen=True, slots=True)
class ProductCount:
    """One product's numbers. `held` and `pending` are those of its WooCommerce stock.

    `orders` (only when asked for) maps a live order's id to its places by cell; key ("", "") stands for
    the product's own stock. `unplaced` says that an order of this product is so young that its places
    may not be written yet: look again.
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


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of several products, seen in one snapshot at the database's own time."""

    taken_at: dt.datetime
    products: Mapping[int, ProductCount]
