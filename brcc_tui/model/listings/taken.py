"""The places that people have of a stock of the web shop, as far as they are known."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from brcc_tui.model.catalogue import Product
from brcc_tui.model.counts import CellCount, ProductCount
from brcc_tui.model.fooevents.booking_text import Cell
from brcc_tui.model.quantity import Unknown

_ASTRAY: Final = (
    "{} tickets may be of this date, and lack their slot, date or product: give them theirs in WordPress (Tickets)"
)


def taken_of_cell(count: ProductCount | Unknown, cell: Cell) -> CellCount | Unknown:
    """The cell's places taken. Unknown while an order's places cannot be read, or a ticket does not say of which of
    several dates it is: some may be here.
    """
    if isinstance(count, Unknown):
        return count
    if count.unreadable_orders:
        orders = ", ".join(map(str, count.unreadable_orders[:5]))
        return Unknown(f"the places of these orders cannot be read: {orders}")
    astray = count.astray.get(cell.key)
    return Unknown(_ASTRAY.format(astray)) if astray else count.of_cell(cell.key)


def taken_of_own_stock(product: Product, count: ProductCount | Unknown) -> ProductCount | Unknown:
    """The places that came out of the product's own stock: not those of variations that have theirs."""
    if isinstance(count, Unknown):
        return count
    own = [variation.id for variation in product.variations if variation.has_own_stock]
    apart = [count.variations[id_] for id_ in own if id_ in count.variations]
    sold, held = sum(part.sold for part in apart), sum(part.held for part in apart)
    return replace(count, sold=count.sold - sold, held=count.held - held)
