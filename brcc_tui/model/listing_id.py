"""Listing ids that a person can type: `eb:<event>:<class>`, `wc:<product>`, `wc:<product>:v<variation>`,
`wc:<product>:<slot>:<date>`.

FooEvents' slot and date ids repeat across cloned products, so only the whole triple names a cell.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from brcc_tui.model.app_error import AppError

_PART = re.compile(r"[^:\s\x00-\x1f\x7f\ud800-\udfff]{1,64}")
"""FooEvents' ids have 20 characters; of a ticket's ids the database is asked for 64, so longer ones never match."""


class TicketClassId(NamedTuple):
    """A ticket class of one Eventbrite event."""

    event: str
    ticket_class: str

    def __str__(self) -> str:
        return f"eb:{self.event}:{self.ticket_class}"


class ProductId(NamedTuple):
    """A WooCommerce product whose own stock is the number."""

    product: int

    def __str__(self) -> str:
        return f"wc:{self.product}"


class VariationId(NamedTuple):
    """A variation of a WooCommerce product."""

    product: int
    variation: int

    def __str__(self) -> str:
        return f"wc:{self.product}:v{self.variation}"


class CellId(NamedTuple):
    """One slot and date of a FooEvents Bookings product."""

    product: int
    slot: str
    date: str

    def __str__(self) -> str:
        return f"wc:{self.product}:{self.slot}:{self.date}"


ListingId = TicketClassId | ProductId | VariationId | CellId


class NotAListingId(AppError):
    """The text is no listing id."""

    def __init__(self, text: str) -> None:
        shown = "".join(c if c.isprintable() else "?" for c in text[:80])
        super().__init__(
            "this is not a listing id",
            subject=repr(shown),
            next_step="ids look like eb:<event>:<class>, wc:<product> or wc:<product>:<slot>:<date>; "
            "brcc-tui listings shows them",
        )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def is_on_eventbrite(id_: str) -> bool:
    """Whether an id of a listing, an event or a group is Eventbrite's, by its beginning."""
    return id_.startswith("eb:")


def is_of_the_shop(id_: str) -> bool:
    """Whether an id of a listing or a product is WooCommerce's, by its beginning."""
    return id_.startswith("wc:")


def parent_of(listing_id: str) -> str:
    """What the shop itself knows it by: `eb:<event>` or `wc:<product>`. Never raises; other text is its own parent."""
    return ":".join(listing_id.split(":", 2)[:2])


def parent_number(listing_id: str) -> str:
    """The number of the event or product that a listing belongs to, as text; empty where there is none."""
    return parent_of(listing_id).partition(":")[2]


def parse_listing_id(text: str) -> ListingId:
    """Read an id; raises `NotAListingId` for anything that is not one."""
    parts = text.split(":")
    if not all(_PART.fullmatch(part) for part in parts):
        raise NotAListingId(text)
    match parts:
        case ["eb", event, ticket_class] if _number(event) is not None and _number(ticket_class) is not None:
            return TicketClassId(event, ticket_class)
        case ["wc", product] if (number := _number(product)) is not None:
            return ProductId(number)
        case ["wc", product, variation] if (
            (number := _number(product)) is not None
            and variation.startswith("v")
            and (child := _number(variation[1:])) is not None
        ):
            return VariationId(number, child)
        case ["wc", product, slot, date] if (number := _number(product)) is not None:
            return CellId(number, slot, date)
    raise NotAListingId(text)


def names_a_listing(text: str) -> bool:
    """Whether it is an id that `parse_listing_id` reads: that of a listing, or of a whole product."""
    try:
        parse_listing_id(text)
    except NotAListingId:
        return False
    return True
