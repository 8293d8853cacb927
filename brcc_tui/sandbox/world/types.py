"""What a practice world consists of: plain descriptions that the two servers are filled from."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from brcc_tui.sandbox.clock import HOME


class Life(enum.StrEnum):
    """How far an order has lived when the world begins: the walks that were measured on real shops."""

    COMPLETED = "completed"
    PROCESSING = "processing"
    ON_HOLD = "on_hold"
    PENDING = "pending"
    FAILED = "failed"
    CANCELLED = "cancelled"
    CANCELLED_THEN_COMPLETED = "cancelled_then_completed"
    REFUNDED_BY_REST = "refunded_by_rest"
    TRASHED = "trashed"
    ORDER_DELETED = "order_deleted"
    TICKET_CANCELLED = "ticket_cancelled"
    BLOCK_CHECKOUT = "block_checkout"
    STAFF_ADDED = "staff_added"
    CUSTOM_STATUS = "custom_status"
    TICKETS_WITHOUT_IDS = "tickets_without_ids"


@dataclass(frozen=True, slots=True)
class VariationSpec:
    """A variation of a variable product."""

    id: int
    name: str
    price: str
    manage_stock: bool | str
    stock: int | None


@dataclass(frozen=True, slots=True)
class ProductSpec:
    """A product as WordPress stores it; `meta` values are stored byte for byte, `names` HTML-encoded for &.

    The stock in `meta` and `stock` is what remains before any of the world's orders is placed; orders
    lower it as their life says. `open_in_editor`: somebody has it open in the WordPress editor when the
    world begins. `saved_since`: staff saved it after its last order, so that its booking text is in
    the flat form, numbers as strings, although it has sales.
    """

    id: int
    name: str
    meta: tuple[tuple[str, str], ...]
    status: str = "publish"
    type: str = "simple"
    price: str = "14.11"
    manage_stock: bool = False
    stock: int | None = None
    variations: tuple[VariationSpec, ...] = ()
    past_total_sales: int = 0
    open_in_editor: bool = False
    saved_since: bool = False


@dataclass(frozen=True, slots=True)
class RefundSpec:
    """Money given back: so many `seats` by their line, or so many `cents` without saying for what. No seat returns."""

    seats: int = 0
    cents: int = 0


@dataclass(frozen=True, slots=True)
class OrderSpec:
    """An order of one product: of a cell, or of its plain stock when slot and date are empty.

    Orders of one number in `together` (0: none) are lines of one order, the first of them. `fee_cents` is a fee that
    the buyer paid with it.
    """

    product_id: int
    quantity: int
    life: Life
    placed_at: dt.datetime
    slot_id: str = ""
    date_id: str = ""
    variation_id: int | None = None
    refunds: tuple[RefundSpec, ...] = ()
    fee_cents: int = 0
    together: int = 0


@dataclass(frozen=True, slots=True)
class TicketClassSpec:
    """A ticket class; `capacity` counts sold ones in. `sales_start` None: on sale since long ago.

    `pending` are places in a checkout that nobody finishes: they stay while the world lasts. `parent_id` is the class
    of the series' parent that it descends from, `rule_id` the ticket rule that it is a child of. `sales_end` None: with
    the start of the event. Until `auto_hide_before` it hides itself.
    """

    id: str
    name: str
    capacity: int | None
    sold: int
    price_minor: int = 1500
    category: str = "admission"
    donation: bool = False
    hidden: bool = False
    inventory_tier_id: str | None = None
    pending: int = 0
    sales_start: dt.datetime | None = None
    parent_id: str | None = None
    rule_id: str | None = None
    sales_end: dt.datetime | None = None
    auto_hide_before: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class TierSpec:
    """An inventory tier: a stock that several ticket classes of one event share."""

    id: str
    name: str
    quantity_total: int


@dataclass(frozen=True, slots=True)
class EventSpec:
    """An Eventbrite event, or a series parent. A live one starts and ends by the clock.

    `capacity` None: the sum of its classes. `minutes` is how long it lasts. `coded` are its hidden classes that an
    access code shows to buyers.
    """

    id: str
    name: str
    starts_at: dt.datetime
    zone: str
    classes: tuple[TicketClassSpec, ...]
    status: str = "live"
    capacity: int | None = None
    capacity_is_custom: bool = False
    series_id: str | None = None
    is_series_parent: bool = False
    is_reserved_seating: bool = False
    currency: str = "CAD"
    minutes: int = 90
    tiers: tuple[TierSpec, ...] = ()
    coded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteSpec:
    """The WordPress site's own settings."""

    title: str = "Backroom Comedy Club (practice)"
    date_format: str = "F j, Y"
    time_format: str = "g:i a"
    zone: str = HOME
    currency: str = "CAD"
    hpos: bool = True
    prefix: str = "wp_"
    woocommerce_version: str = "10.0.2"
    fooevents_version: str = "1.19.7"
    bookings_version: str = "1.7.2"


@dataclass(frozen=True, slots=True)
class World:
    """Everything at the start.

    `truth` maps each listing id to the show it sells seats of (None: it sells no seat). It tells what is
    so, even where the shops' times differ; listings whose show nobody could tell (a date that cannot be
    read, a hybrid's own stock) are left out. `oddities` names every odd thing of the world and where it
    is: a listing id, or `wc:<product>`, or `eb:<event>`, or (`oversold_show`) a show id.
    """

    site: SiteSpec
    organization_id: str
    products: tuple[ProductSpec, ...]
    orders: tuple[OrderSpec, ...]
    events: tuple[EventSpec, ...]
    truth: Mapping[str, str | None] = field(default_factory=dict)
    oddities: Mapping[str, str] = field(default_factory=dict)
