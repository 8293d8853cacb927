"""Reads what orders of any status have left behind in a cell or a product, to explain why its stock has drifted."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from brcc_tui.model.counting import TicketRow, is_live, is_sold
from brcc_tui.model.counts import CellKey
from brcc_tui.model.drift import OrderTrace, StockTrace
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress import rows as read
from brcc_tui.platforms.wordpress.counts import read_database_clock
from brcc_tui.platforms.wordpress.mojibake import repaired
from brcc_tui.platforms.wordpress.pool import DatabaseRow, Session

_CANCELLED = re.compile(r"\bfrom cancell?ed to\b|\bde annulée? à\b", re.IGNORECASE)
"""How WooCommerce notes, in English and in French, that an order is cancelled no more."""


async def read_traces(session: Session, product_id: int, cell: CellKey) -> list[OrderTrace]:
    """The traces of every order that ever took places of this cell, or has tickets in it."""
    async with session.snapshot():
        hpos = (await read_database_clock(session)).hpos
        candidates = session.sql.candidates([cell[1]], [], [])
        here = _of(product_id, await session.rows(session.sql.tickets(hpos, [product_id], candidates)))
        mine = {ticket.order_id for ticket in here if ticket.order_id and (ticket.slot_id, ticket.date_id) == cell}
        rows = await session.rows(session.sql.traces(hpos, cell[1], sorted(mine)))
        first: dict[int, DatabaseRow] = {}
        for order, _, *row in sorted(rows, key=lambda row: int(row[1] or 0)):
            first.setdefault(int(order), (order, *row))  # of several texts that an import left FooEvents reads this one
        orders = sorted(first)
        of_orders = session.sql.of_orders(orders)
        tickets = _of(product_id, await session.rows(session.sql.tickets(hpos, [product_id], of_orders)))
        restocked: Counter[int] = Counter()
        for order, seats in await session.rows(session.sql.restocked(product_id, orders)):
            restocked[int(order)] += int(seats) if str(seats).isdecimal() else 0
        cancelled = await _once_cancelled(session, orders)
    return [_trace(row, product_id, cell, tickets, restocked, cancelled) for row in first.values()]


def _of(product_id: int, rows: Iterable[DatabaseRow]) -> list[TicketRow]:
    """The tickets of that product, without those that name none."""
    return [ticket for ticket in read.tickets(rows) if ticket.product_id == product_id]


async def _once_cancelled(session: Session, orders: list[int]) -> set[int]:
    try:
        notes = await session.rows(session.sql.notes(orders))
    except DatabaseError:
        return set()  # a site without order notes only has fewer traces
    return {int(order) for order, text in notes if _CANCELLED.search(repaired(str(text)))}


def _trace(
    row: DatabaseRow,
    product_id: int,
    cell: CellKey,
    tickets: list[TicketRow],
    restocked: Counter[int],
    cancelled: set[int],
) -> OrderTrace:
    order, status, text, changed_lately, generated, by_staff = row
    placed = read.order_places((order, status, text)).places if text else {}
    cells = (placed or {}).get(product_id, {})
    own = [ticket for ticket in tickets if ticket.order_id == order]
    at_cell = [ticket for ticket in own if (ticket.slot_id, ticket.date_id) == cell]
    valid = sum(is_sold(ticket) for ticket in at_cell)
    return OrderTrace(
        order_id=int(order),
        status=str(status),
        changed_lately=bool(changed_lately),
        generated=bool(generated),
        by_staff=bool(by_staff),
        places=cells.get(cell, 0),
        valid=valid,
        invalid=len(at_cell) - valid,
        missing=max(0, min(cells.get(cell, 0), sum(cells.values()) - len(own))),
        restocked=restocked[int(order)],
        was_cancelled=int(order) in cancelled,
    )


async def read_stock_traces(session: Session, product_id: int) -> list[StockTrace]:
    """The traces of every order that has a line item of this product, but for variations with a stock of their own."""
    items: defaultdict[int, dict[int, DatabaseRow]] = defaultdict(dict)
    tickets: defaultdict[int, list[TicketRow]] = defaultdict(list)
    apart: set[int] = set()
    async with session.snapshot():
        hpos = (await read_database_clock(session)).hpos
        for *row, item, variation in await session.rows(session.sql.stock_traces(hpos, product_id)):
            if variation is None:
                items[int(row[0])].setdefault(int(item), tuple(row))  # once, though its meta may occur twice
            else:
                apart.add(int(variation))
        candidates = session.sql.of_orders(sorted(items))
        for ticket in _of(product_id, await session.rows(session.sql.tickets(hpos, [product_id], candidates))):
            if ticket.variation_id not in apart:
                tickets[ticket.order_id or 0].append(ticket)
    return [_stock_trace(order, [*rows.values()], tickets[order]) for order, rows in items.items()]


def _stock_trace(order: int, items: Sequence[DatabaseRow], tickets: Sequence[TicketRow]) -> StockTrace:
    _, status, changed_lately, reduced, generated, *_ = items[0]
    counted = sum(map(is_sold, tickets))
    waits = reduced and not generated and is_live(str(status), bool(changed_lately))
    if waits and any(row[6] is not None for row in items):
        counted += max(0, sum(_seats(row[5]) for row in items) - len(tickets))
    taken, restocked = (sum(_seats(row[column]) for row in items) for column in (6, 7))
    return StockTrace(order, str(status), bool(changed_lately), counted, taken, restocked)


def _seats(stored: object) -> int:
    """A number of seats as WooCommerce stores it; 0 for nothing, and for what is none."""
    text = str(stored or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
