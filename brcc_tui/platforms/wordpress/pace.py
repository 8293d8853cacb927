"""Reads on which day each seat was sold: the dates of ticket posts, and nothing about who bought them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TypeGuard

from brcc_tui.model.cell_finder import CellFinder, spellings
from brcc_tui.model.counting import TicketRow, is_sold
from brcc_tui.model.counts import STOCK, CellKey, ProductCells
from brcc_tui.platforms.wordpress import rows as read
from brcc_tui.platforms.wordpress.counts import read_database_clock
from brcc_tui.platforms.wordpress.mojibake import MojibakeReader, all_writings
from brcc_tui.platforms.wordpress.pool import DatabaseRow, Session
from brcc_tui.platforms.wordpress.sql import Sql
from brcc_tui.platforms.wordpress.statement import CHUNK, Statement

PlaceOfSale = tuple[int, CellKey | int]
"""A product and one of its cells, or one of its variations by number; `STOCK` for the product as a whole."""


async def read_sales(
    session: Session, places: Iterable[PlaceOfSale], products: Collection[ProductCells]
) -> Mapping[PlaceOfSale, Mapping[dt.date | None, int]]:
    """Seats sold per day of the site's own calendar, for each of these cells, variations and products; at None those
    of which the day is not known.

    `products` with all their cells tell by their texts which cell a ticket without ids is of.
    """
    wanted = set(places)
    reader = MojibakeReader.of_cells(products)
    finders = {each.product_id: CellFinder(each) for each in products}
    async with session.snapshot():
        hpos = (await read_database_clock(session)).hpos
        candidates = _candidates(session.sql, wanted, products)
        ids = sorted({product for product, _ in wanted})
        tickets = read.tickets(await session.rows(session.sql.tickets(hpos, ids, candidates)), reader)
        placed = ((ticket.id, _place(ticket, wanted, finders)) for ticket in tickets if is_sold(ticket))
        sold = {ticket: place for ticket, place in placed if place}
        posts, rows = sorted(sold), list[DatabaseRow]()
        for start in range(0, len(posts), CHUNK):
            rows += await session.rows(session.sql.posted(posts[start : start + CHUNK]))
    found: dict[PlaceOfSale, Counter[dt.date | None]] = defaultdict(Counter)
    for post, posted in rows:  # MySQL's 0000-00-00 comes as a text
        found[sold[int(post)]][posted.date() if isinstance(posted, dt.datetime) else None] += 1
    return found


def _candidates(sql: Sql, wanted: Collection[PlaceOfSale], products: Iterable[ProductCells]) -> Statement:
    """The posts among which all tickets of these places are."""
    whole = sorted({product for product, cell in wanted if not _is_of_a_date(cell)})
    dates = sorted({cell[1] for _, cell in wanted if _is_of_a_date(cell)})
    named = (texts.date_text for x in products for cell, texts in x.cells.items() if (x.product_id, cell) in wanted)
    return sql.candidates(dates, all_writings(spellings(named)), whole)


def _is_of_a_date(cell: CellKey | int) -> TypeGuard[CellKey]:
    """Whether it names a slot and a date; else it is a variation, or a product as a whole."""
    return isinstance(cell, tuple) and cell != STOCK


def _place(ticket: TicketRow, wanted: set[PlaceOfSale], finders: Mapping[int, CellFinder]) -> PlaceOfSale | None:
    """The place that a ticket was sold at, where it is wanted: what is of a date, gone or not, is not of one stock."""
    finder = finders.get(ticket.product_id)
    cell = finder.cell(ticket) if finder else (ticket.slot_id, ticket.date_id)
    is_apart = finder is not None and (finder.sells_dates or finder.is_of_a_date_it_had(ticket))
    for place in (cell,) if is_apart else (cell, ticket.variation_id, STOCK):
        if place is not None and (ticket.product_id, place) in wanted:
            return ticket.product_id, place
    return None
