"""Reads on which day each seat was sold: the dates of ticket posts, and nothing about who bought them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from brcc_tui.model.counting import STOCK, TicketRow, is_sold
from brcc_tui.model.counts import CellKey
from brcc_tui.platforms.wordpress import rows as read
from brcc_tui.platforms.wordpress.counts import read_clock
from brcc_tui.platforms.wordpress.pool import DatabaseRow, Session
from brcc_tui.platforms.wordpress.sql import CHUNK, Sql

PlaceOfSale = tuple[int, CellKey]
"""A product and one of its cells; `STOCK` for the product as a whole."""


async def read_sales(
    session: Session, sql: Sql, places: Iterable[PlaceOfSale]
) -> Mapping[PlaceOfSale, Mapping[dt.date, int]]:
    """Seats sold per day of the site's own calendar, for each of these cells and products."""
    wanted = set(places)
    whole = [product for product, cell in wanted if cell == STOCK]
    dates = sorted({cell[1] for _, cell in wanted if cell != STOCK})
    async with session.snapshot():
        hpos = (await read_clock(session, sql)).hpos
        candidates = sql.candidates(dates, [], whole)
        products = sorted({product for product, _ in wanted})
        tickets = read.tickets(await session.rows(sql.tickets(hpos, products, candidates)))
        sold = {ticket.id: place for ticket in tickets if is_sold(ticket) and (place := _place(ticket, wanted))}
        ids, rows = sorted(sold), list[DatabaseRow]()
        for start in range(0, len(ids), CHUNK):
            rows += await session.rows(sql.posted(ids[start : start + CHUNK]))
    found: dict[PlaceOfSale, Counter[dt.date]] = defaultdict(Counter)
    for post, posted in rows:
        if isinstance(posted, dt.datetime):  # MySQL's 0000-00-00 comes as a text
            found[sold[int(post)]][posted.date()] += 1
    return found


def _place(ticket: TicketRow, wanted: set[PlaceOfSale]) -> PlaceOfSale | None:
    for cell in ((ticket.slot_id, ticket.date_id), STOCK):
        if (ticket.product_id, cell) in wanted:
            return ticket.product_id, cell
    return None
