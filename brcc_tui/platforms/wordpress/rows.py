"""Converts database rows to the plain rows that are counted."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from brcc_tui.model.counting import ItemRow, PlacesRow, TicketRow
from brcc_tui.model.fooevents.booking_text import UNCOUNTABLE
from brcc_tui.model.order_places import UnreadablePlaces, products_named, read_places
from brcc_tui.platforms.wordpress.errors import part_of_an_answer
from brcc_tui.platforms.wordpress.mojibake import MojibakeReader, repaired
from brcc_tui.platforms.wordpress.pool import DatabaseRow

_MAX_DIGITS = 18
"""As many as an id of a listing may have."""

TO_COME, UNDATED = 1, 2
"""What a ticket tells of its show: that it may not be over, or no moment by which that could be known."""


def tickets(rows: Iterable[DatabaseRow], reader: MojibakeReader | None = None) -> Iterator[TicketRow]:
    """The tickets in rows of `Sql.tickets`. Raises `DatabaseError` for a text that the server has shortened.

    `reader` knows the texts by which they are looked for.
    """
    read = (reader or MojibakeReader(())).read
    for text, number in rows:
        try:
            several = json.loads(f"[{text}]")
        except ValueError:
            several = []
        if len(several) != number:  # a text may be cut off just between two tickets
            raise part_of_an_answer()
        for columns in several:
            yield _ticket(columns, read)


def _ticket(columns: Sequence[Any], read: Callable[[str], str]) -> TicketRow:
    (post, post_status, product, variation, slot, date, slot_text, date_text, status, order, *rest) = columns
    order_status, changed_lately, show = rest
    return TicketRow(
        id=int(post),
        published=post_status == "publish",
        product_id=stored_id(product) or 0,
        variation_id=stored_id(variation),
        slot_id=_kept_once(slot),
        date_id=_kept_once(date),
        slot_text=_kept_once(read(slot_text or "")),
        date_text=_kept_once(read(date_text or "")),
        status=_kept_once(status),
        order_id=stored_id(order),
        order_status=None if order_status is None else _kept_once(order_status),
        order_changed_lately=bool(changed_lately),
        to_come=show == TO_COME,
        undated=show == UNDATED,
    )


def order_places(row: DatabaseRow) -> PlacesRow:
    """An order, its status and the text of its places."""
    order, status, text = row
    for written in (str, repaired):
        with contextlib.suppress(UnreadablePlaces):
            found = read_places(written(str(text)))
            return PlacesRow(int(order), str(status or ""), found.places, frozenset(found.places), found.labels)
    return PlacesRow(int(order), str(status or ""), None, products_named(str(text)))


def orders_places(
    rows: Iterable[DatabaseRow], products: Collection[int], orders: Collection[int]
) -> tuple[PlacesRow, ...]:
    """Rows of an order, its status and the text of its places; only those are read that can matter for these products.

    A text that does not name one of them holds no place of theirs; one that cannot be read matters besides where
    the order (one of `orders`) has a line item of theirs. Reading takes 0.2 ms a text, looking for names a tenth.
    """
    return _each_once(
        order_places(row) if int(row[0]) in orders or not named.isdisjoint(products) else _of_others(row, named)
        for row in rows
        for named in [products_named(str(row[2]))]
    )


def _of_others(row: DatabaseRow, named: frozenset[int]) -> PlacesRow:
    """An order that holds no places of the products counted, and those that it does name."""
    return PlacesRow(int(row[0]), str(row[1] or ""), {}, named)


def _each_once(places: Iterable[PlacesRow]) -> tuple[PlacesRow, ...]:
    """Each order once: an import may have doubled its meta. Where the rows differ, the most that one of them says."""
    found: dict[int, PlacesRow] = {}
    for row in places:
        known = found.get(row.order_id)
        found[row.order_id] = row if known is None else _most_of(known, row)
    return tuple(found.values())


def _most_of(one: PlacesRow, other: PlacesRow) -> PlacesRow:
    if one.places is None or other.places is None:
        return replace(one, places=None, products=one.products | other.products)
    products = one.places.keys() | other.places.keys()
    most = {name: Counter(one.places.get(name, {})) | Counter(other.places.get(name, {})) for name in products}
    labels = {name: {**other.labels.get(name, {}), **one.labels.get(name, {})} for name in products}
    return replace(one, places=most, products=one.products | other.products, labels=labels)


def places_in(order: int, status: str, *texts: object) -> PlacesRow | None:
    """The places of an order that has so many texts of them; None where it has none."""
    rows = _each_once(order_places((order, status, text)) for text in texts if text is not None)
    return rows[0] if rows else None


def utc_moment(value: object) -> dt.datetime | None:
    """A moment that the database keeps in UTC; None for MySQL's 0000-00-00, which comes as a text, and for NULL."""
    return value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else None


def items(rows: Iterable[DatabaseRow]) -> tuple[ItemRow, ...]:
    """Line items in rows of `Sql.details`; an item whose meta occurs twice is one item."""
    found: dict[int, ItemRow] = {}
    for order, status, item, product, variation, quantity, reduced, age, follows, *_ in rows:
        row = ItemRow(
            order_id=int(order),
            status=str(status or ""),
            item_id=int(item),
            product_id=stored_id(product) or 0,
            variation_id=stored_id(variation),
            quantity=_quantity(quantity),
            reduced=bool(reduced),
            young=int(age) > 1,
            lately=int(age) > 0,
            follows=bool(follows),
        )
        before = found.get(row.item_id)
        if before is None or before.quantity < row.quantity:
            found[row.item_id] = row
    return tuple(found.values())


def _kept_once(text: str | None) -> str:
    """Tickets of one night have the same texts, and are kept from look to look: 0.4 kB for each of them otherwise."""
    return sys.intern(text or "")


def stored_id(text: object) -> int | None:
    """An id; None for what is empty, 0, no number, or larger than any that can be kept."""
    digits = str(text or "").strip().lstrip("0")
    return int(digits) if digits.isdecimal() and len(digits) <= _MAX_DIGITS else None


def _quantity(text: object) -> int:
    """Seats of a line item. One whose quantity is missing, or no number that can be counted, is at least one seat."""
    try:
        number = max(0, int(float(str(text))))
    except (ValueError, OverflowError):
        return 1
    return number if number < UNCOUNTABLE else 1
