"""The program counts the practice club's orders, over the wire, as they were counted on the real shop.

At every step of every walk: the database server, the program's own connections and statements, and its
definitions of sold, held and pending, against the last columns of the measured table.
"""

from __future__ import annotations

import datetime as dt

import pytest

from brcc_tui.model.counting import DRAFT
from brcc_tui.model.counts import STOCK, CellKey, CellTexts, ProductCells, ProductCount
from brcc_tui.model.money.shares import parts
from brcc_tui.platforms.wordpress.database import WordPress
from brcc_tui.sandbox.wordpress.mysql_server import PracticeMysql
from brcc_tui.settings import Secret, WordPressSettings
from tests.sandbox.order_walks import DATE, OTHER_DATE, PRODUCT, SLOT, WALKS, Walker

SOLD, HELD, HELD_STOCK, PENDING, UNPLACED = 23, 24, 25, 26, 27
FAILED_LATELY = ("6 pending first", "-> failed with tickets")
"""The table says 0 sold: an order that failed within a day is live, it can still be paid."""
BETTER_PENDING = {"checkout declined: failed": 2, "checkout page opened: checkout-draft": 0}
"""The table's pending has it otherwise: the order-pay page accepts a declined order, a draft takes nothing."""

CELLS = {
    (SLOT, DATE): CellTexts(("Late show", "Late show (21:30)"), "December 05, 2026"),
    (SLOT, OTHER_DATE): CellTexts(("Late show", "Late show (21:30)"), "December 12, 2026"),
}


@pytest.mark.parametrize(
    ("storage", "kind"), [(storage, kind) for storage in ("hpos", "posts") for kind in ("bookings", "single", "hybrid")]
)
async def test_counts_at_every_step(storage: str, kind: str) -> None:
    steps = 0
    for walk_storage, walk, walk_kind in WALKS:
        if (walk_storage, walk_kind) == (storage, kind):
            steps += await _count_along(storage, walk, kind)
    assert steps == 126


async def _count_along(storage: str, walk: str, kind: str) -> int:
    walker = Walker(storage, walk, kind)
    server = PracticeMysql(walker.site.shop, user="reader", password="p")
    settings = WordPressSettings("127.0.0.1", await server.start(), "reader", Secret("p"), "wordpress", "wp_", False)
    program = WordPress(settings, site="practice")
    asked = ProductCells(PRODUCT, CELLS if walker.bookings else {})
    try:
        for row in WALKS[storage, walk, kind][1:]:
            await walker.live(row[3])
            walker.now += dt.timedelta(minutes=1)
            counted = (await program.counts([asked])).products[PRODUCT]
            cells = counted.cells.values()
            found = [sum(cell.sold for cell in cells) if walker.bookings else counted.sold]
            wanted = [2 if (walk, row[3]) == FAILED_LATELY else int(row[SOLD])]
            if walker.bookings:
                found += [sum(cell.held for cell in cells), counted.paid_without_place]
                wanted += [int(row[HELD]), int(row[UNPLACED])]
            if walker.managed:
                found += [counted.held, counted.pending]
                wanted += [int(row[HELD_STOCK]), BETTER_PENDING.get(row[3], int(row[PENDING]))]
            assert found == wanted, f"{walk}: {row[3]}"
            assert await _seats_of_orders(program, asked) == _seats_counted(counted), f"{walk}: {row[3]}, its orders"
    finally:
        await program.close()
        await server.stop()
        walker.site.close()
    return len(WALKS[storage, walk, kind]) - 1


def _seats_counted(counted: ProductCount) -> dict[CellKey, tuple[int, int]]:
    cells = {cell: (each.sold, each.held) for cell, each in counted.cells.items()}
    return cells or {STOCK: (counted.sold, counted.held)}


async def _seats_of_orders(program: WordPress, asked: ProductCells) -> dict[CellKey, tuple[int, int]]:
    """What is sold and held by the orders that the door and the list of refunds name; a basket is on neither."""
    records = [record for record in (await program.orders([asked])).records if record.status != DRAFT]
    seats = dict.fromkeys(asked.cells or [STOCK], (0, 0))
    for part in (part for record in records for part in parts(record, {PRODUCT: asked}) if part.cell in seats):
        sold, held = seats[part.cell]
        seats[part.cell] = sold + part.sold, held + part.seats - part.sold
    return seats
