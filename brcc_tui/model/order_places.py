"""The places an order took, from the PHP text that FooEvents stores with it (`WooCommerceEventsOrderTickets`).

The text is data from the shop: it is parsed without instantiating any object, within limits of size and depth, and
what cannot be read is reported as unreadable, never taken for "no places".
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import phpserialize

from brcc_tui.model.counts import CellKey

SIZE_LIMIT = 4_000_000
"""Bytes of the longest text that is read: about 3,000 tickets in one order."""

_MOST_DIGITS = 18
"""Of a product's number."""

_PRODUCT = re.compile(rf'"WooCommerceEventsProductID";(?:i:|s:\d+:")(\d{{1,{_MOST_DIGITS}}})')


class UnreadablePlaces(ValueError):
    """The text is not the PHP array that FooEvents writes."""


class OrderPlaces(NamedTuple):
    """Places by product and cell; key ("", "") for tickets of events without slots.

    `labels` are what the order calls those slots and dates in words: who reads them may not have the date any more.
    """

    places: Mapping[int, Mapping[CellKey, int]]
    labels: Mapping[int, Mapping[CellKey, tuple[str, str]]]


def read_places(text: str) -> OrderPlaces:
    """The places in an order's text. Raises `UnreadablePlaces`."""
    raw = text.encode()
    if len(raw) > SIZE_LIMIT:
        raise UnreadablePlaces("longer than any order could be")
    try:
        stream = io.BytesIO(raw)
        events = phpserialize.load(stream)
    except (ValueError, TypeError, KeyError, IndexError, EOFError, RecursionError, MemoryError, OverflowError) as error:
        raise UnreadablePlaces(type(error).__name__) from None
    if stream.read(1):
        raise UnreadablePlaces("extra data after the end")
    found: dict[int, Counter[CellKey]] = {}
    labels: dict[int, dict[CellKey, tuple[str, str]]] = {}
    for ticket in _tickets(events):
        product = _text(ticket.get(b"WooCommerceEventsProductID"))
        if not product.isdecimal() or len(product) > _MOST_DIGITS:
            raise UnreadablePlaces("a place without its product")
        options = ticket.get(b"WooCommerceEventsBookingOptions")
        options = options if isinstance(options, dict) else {}
        cell = (_text(options.get(b"slot")), _text(options.get(b"date")))
        found.setdefault(int(product), Counter())[cell] += 1
        words = (_text(options.get(b"slot_label")), _text(options.get(b"date_label")))
        labels.setdefault(int(product), {})[cell] = words
    return OrderPlaces(found, labels)


def products_named(text: str) -> frozenset[int]:
    """The products that an unreadable text speaks of, as far as they can be made out."""
    return frozenset(int(product) for product in _PRODUCT.findall(text[:SIZE_LIMIT]))


def _tickets(events: object) -> Iterator[dict[object, object]]:
    if not isinstance(events, dict):
        raise UnreadablePlaces("not an array")
    for tickets in events.values():
        if not isinstance(tickets, dict):
            raise UnreadablePlaces("an event that is not an array")
        for ticket in tickets.values():
            if not isinstance(ticket, dict):
                raise UnreadablePlaces("a ticket that is not an array")
            yield ticket


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
