"""Reads orders with their money: one statement, for any number of shows.

It includes people's names only when somebody asks for them; they go to the caller and nowhere else.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypedDict

from brcc_tui.model.counting import TicketRow
from brcc_tui.model.counts import CellKey, ProductCells
from brcc_tui.model.money.amounts import amount_of
from brcc_tui.model.money.records import OrderLine, OrderRecord, Person
from brcc_tui.model.relevant_tickets import relevant
from brcc_tui.platforms.wordpress.counts import read_database_clock
from brcc_tui.platforms.wordpress.errors import part_of_an_answer
from brcc_tui.platforms.wordpress.mojibake import MojibakeReader, all_writings, repaired
from brcc_tui.platforms.wordpress.order_texts import Wanted
from brcc_tui.platforms.wordpress.pool import DatabaseRow, Session
from brcc_tui.platforms.wordpress.rows import places_in, stored_id, utc_moment

_TICKET_COLUMNS = 10
_BESIDE = "beside "
_OF_REPLICA = (
    "the database is a replica, may only read, or is one of several that answer under its name: the newest orders, and "
    "what became of others lately, may be missing. Set WORDPRESS_DB_HOST to the server that the shop itself writes to"
)


@dataclass(frozen=True, slots=True)
class Orders:
    """The orders of some products as they were at one instant. `hpos` says how WordPress keeps them.

    `left_out` says in sentences what the account may not read, and is missing in all of them. `replica`: the server
    follows another one.
    """

    records: tuple[OrderRecord, ...]
    taken_at: dt.datetime
    hpos: bool
    left_out: tuple[str, ...] = ()
    replica: bool = False

    @property
    def late(self) -> tuple[str, ...]:
        """That the newest orders may be missing, in a sentence; empty where nothing speaks for it."""
        return (_OF_REPLICA,) if self.replica else ()

    @property
    def by_id(self) -> Mapping[int, OrderRecord]:
        """The records by their orders' ids, without the tickets that never had one."""
        return {record.id: record for record in self.records if record.id is not None}


async def read_orders(
    session: Session,
    products: Collection[ProductCells],
    *,
    wanted: Wanted,
    between: tuple[int, int] | None,
) -> Orders:
    """Every order that has a ticket of these products' cells, or a line of these products and no ticket yet.

    With `between` also those with tickets of any show that starts then, whatever the shop lists now.
    """
    looked_for = relevant(products, frozenset())
    texts = all_writings(looked_for.date_texts)
    candidates = session.sql.candidates(sorted(looked_for.date_ids), texts, sorted(looked_for.whole), between=between)
    ids = sorted(product.product_id for product in products)
    async with session.snapshot():
        clock = await read_database_clock(session)
        rows = await session.rows(session.sql.orders(clock.hpos, ids, candidates, wanted))
    reader = MojibakeReader.of_cells(products)
    records = await asyncio.to_thread(lambda: tuple(_merged(_record(row, reader.read) for row in rows)))
    return Orders(records, clock.at, clock.hpos, replica=clock.replica)


def _merged(records: Iterable[OrderRecord]) -> Iterable[OrderRecord]:
    """Each order once: while its tickets are being made it comes both with those that are there and as one without."""
    found: dict[int | None, OrderRecord] = {}
    for record in records:
        known = found.get(record.id)
        if known is None:
            found[record.id] = record
        else:
            found[record.id] = replace(
                known if known.tickets else record,
                tickets=known.tickets + record.tickets,
                places=None,
                starts={**known.starts, **record.starts},
                people={**known.people, **record.people},
            )
    return found.values()


def _record(row: DatabaseRow, read: Callable[[str], str]) -> OrderRecord:
    (ident, status, lately, created, currency, total, paid, number, tickets, many, *rest) = row
    lines, refunds, refunded, places, other_places, _, buyer, above, stock_taken = rest
    order = int(ident or 0) or None
    if order is None:
        status, paid = None, None
    known = None if status is None else str(status)
    return OrderRecord(
        id=order,
        status=known,
        changed_lately=bool(lately),
        created=utc_moment(created),
        currency=_text(currency),
        total=amount_of(total),
        paid=paid is not None,
        number=_text(number or order),
        lines=_lines(_list(lines), frozenset(map(stored_id, _text(above).split(",")))),
        refunds=_refund_amounts(_list(refunds)),
        refunded=_lines(_list(refunded)),
        places=places_in(order or 0, known or "", places, other_places),
        buyer=None if buyer is None else _person(json.loads(str(buyer))),
        stock_taken=bool(stock_taken),
        **_of_tickets(_list(f"{many}:{_text(tickets)}"), order, known, bool(lately), read),
    )


class _OfTickets(TypedDict):
    """What an order's tickets tell."""

    tickets: tuple[TicketRow, ...]
    starts: Mapping[int, int]
    people: Mapping[int, Person]


def _of_tickets(
    columns: Sequence[Any], order: int | None, status: str | None, lately: bool, read: Callable[[str], str]
) -> _OfTickets:
    return {
        "tickets": tuple(_ticket(each, order, status, lately, read) for each in columns),
        "starts": {int(each[0]): int(each[9]) for each in columns if _text(each[9]).isdecimal()},
        "people": {int(each[0]): _person(each[_TICKET_COLUMNS:]) for each in columns if len(each) > _TICKET_COLUMNS},
    }


def _text(value: object) -> str:
    return str(value or "")


def _list(text: object) -> list[Any]:
    """The lists in a text that says first how many they are. Raises `DatabaseError` for a part of them."""
    number, _, several = str(text or "0:").partition(":")
    try:
        found = json.loads(f"[{several}]")
    except ValueError:
        found = []
    if len(found) != int(number):
        raise part_of_an_answer()
    return list(found)


def _ticket(
    columns: Sequence[Any], order: int | None, status: str | None, lately: bool, read: Callable[[str], str]
) -> TicketRow:
    post, post_status, product, variation, slot, date, slot_text, date_text, ticket_status, _ = columns[
        :_TICKET_COLUMNS
    ]
    return TicketRow(
        id=int(post),
        published=post_status == "publish",
        product_id=stored_id(product) or 0,
        status=ticket_status or "",
        slot_id=slot or "",
        date_id=date or "",
        slot_text=read(slot_text or ""),
        date_text=read(date_text or ""),
        variation_id=stored_id(variation),
        order_id=order,
        order_status=status,
        order_changed_lately=lately,
    )


def _person(columns: Sequence[Any]) -> Person:
    first, last, email = (repaired(str(part or "")).strip() for part in columns)
    return Person(f"{first} {last}".strip(), email)


def _lines(rows: Iterable[Sequence[Any]], above: Collection[int | None] = ()) -> tuple[OrderLine, ...]:
    """Lines of their rows of meta; one whose amounts are no numbers costs nothing by itself: the total tells it.

    `above` are the products of the order that theirs stands below.
    """
    meta: dict[int, dict[str, object]] = defaultdict(dict)
    for item, key, value in rows:
        meta[int(item)].setdefault(str(key), value)
    return tuple(_line(item, line_meta, above) for item, line_meta in meta.items())


def _refund_amounts(rows: Iterable[Sequence[Any]]) -> tuple[Decimal | None, ...]:
    """One amount for each refund, however many rows of meta tell it; None where they tell several: nobody has recorded
    which of them WooCommerce reads of an order in tables of its own.
    """
    of_refund: dict[int, set[Decimal | None]] = defaultdict(set)
    for refund, amount in rows:
        of_refund[int(refund)].add(amount_of(amount))
    return tuple(amounts.pop() if len(amounts) == 1 else None for amounts in of_refund.values())


def _line(item: int, meta: Mapping[str, object], above: Collection[int | None]) -> OrderLine:
    beside = {key.removeprefix(_BESIDE): value for key, value in meta.items() if key.startswith(_BESIDE)}
    if beside:  # of a fee, or of shipping, whose amounts have other names
        meta = {"_line_total": beside.get("cost"), "_line_tax": beside.get("total_tax"), **beside}
    product = stored_id(meta.get("_product_id")) or 0
    return OrderLine(
        id=item,
        product_id=product,
        variation_id=stored_id(meta.get("_variation_id")),
        quantity=int(amount_of(meta.get("_qty")) or 0),
        net=amount_of(meta.get("_line_total")) or Decimal(0),
        tax=amount_of(meta.get("_line_tax")) or Decimal(0),
        cell=_cell_of(meta),
        refunds=stored_id(meta.get("_refunded_item_id")),
        beside=bool(beside),
        is_rest="_original_order_id" in meta or (product in above and "_reduced_stock" not in meta),
        rest_of=stored_id(meta.get("_original_order_id")),
    )


def _cell_of(meta: Mapping[str, object]) -> CellKey | None:
    """The slot and date that a line names; None where it names no date."""
    slot, date = str(meta.get("booking_slot_id") or ""), str(meta.get("booking_date_id") or "")
    return (slot, date) if date else None
