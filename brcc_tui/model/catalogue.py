"""What both shops say of themselves: the structure that is cached until a person refreshes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from brcc_tui.model.failure import Failure

NO_META: Final = "the shop's answer holds none of the product's event data"
"""Why a product that was an event cannot be read: without any of its meta nothing says that it is none now."""


@dataclass(frozen=True, slots=True)
class TicketClass:
    """One ticket class of an Eventbrite event. `capacity` counts sold ones in; None means no own limit.

    `quantity_sold` is None when Eventbrite did not tell it, which is unknown and not 0.
    """

    id: str
    event_id: str
    name: str
    category: str
    capacity: int | None
    quantity_total: int | None
    quantity_sold: int | None
    on_sale_status: str
    donation: bool = False
    hidden: bool = False
    price: str | None = None
    currency: str | None = None
    inventory_tier_id: str | None = None
    sales_start: dt.datetime | None = None
    sales_end: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One Eventbrite event (an occurrence of a series, or a single one). Money of a price is a display text.

    `capacity` limits all its classes together.
    """

    id: str
    name: str
    starts_at: dt.datetime | None
    zone: str
    status: str
    capacity: int | None
    capacity_is_custom: bool
    ticket_classes: tuple[TicketClass, ...]
    series_id: str | None = None
    is_series_parent: bool = False
    is_reserved_seating: bool = False
    has_tiers: bool = False
    url: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class MetaRow:
    """One row of a product's meta. The value is text, or a list or mapping where WordPress stored an array."""

    id: int
    key: str
    value: object


@dataclass(frozen=True, slots=True)
class Variation:
    """A variation of a variable product; `manage_stock` may be the word `parent`."""

    id: int
    name: str
    status: str
    manage_stock: bool | str
    stock_quantity: int | None
    price: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """One WooCommerce product with the meta rows that matter here. Names are unescaped."""

    id: int
    name: str
    status: str
    type: str
    manage_stock: bool
    stock_quantity: int | None
    stock_status: str
    meta: tuple[MetaRow, ...] = ()
    url: str | None = None
    price: str | None = None
    variations: tuple[Variation, ...] = ()

    def rows(self, key: str) -> tuple[MetaRow, ...]:
        """All meta rows of that key: more than one is possible, and then a hazard."""
        return tuple(row for row in self.meta if row.key == key)

    def text(self, key: str) -> str:
        """The first row's value if it is text, else the empty string."""
        return next((row.value for row in self.meta if row.key == key and isinstance(row.value, str)), "")


@dataclass(frozen=True, slots=True)
class Site:
    """What WordPress's own options say. `zone` is an IANA name or an offset such as `+02:00`.

    `hpos` says where orders are stored: `woocommerce_custom_orders_table_enabled`. `database` is the
    server's version. `may_write` is None when the grants could not be read.
    """

    date_format: str
    time_format: str
    zone: str
    currency: str | None = None
    hpos: bool = False
    ticket_statuses: tuple[str, ...] = ("wc-completed",)
    wpml: bool = False
    woocommerce_version: str | None = None
    fooevents_version: str | None = None
    bookings_version: str | None = None
    database: str | None = None
    may_write: bool | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The structure of both shops at one refresh."""

    read_at: dt.datetime
    events: tuple[Event, ...] = ()
    products: tuple[Product, ...] = ()
    site: Site | None = None
    failed: tuple[Failure, ...] = field(default=())

    def product(self, product_id: int) -> Product | None:
        """The product of that id, if it is in the catalogue."""
        return next((product for product in self.products if product.id == product_id), None)

    def ticket_classes(self) -> Iterator[TicketClass]:
        """Every ticket class of every event."""
        for event in self.events:
            yield from event.ticket_classes
