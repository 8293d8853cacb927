"""One sellable stock of seats on one platform."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from brcc_tui.model.quantity import Quantity
from brcc_tui.model.reading import Reading


class Platform(enum.StrEnum):
    """The two shops."""

    EVENTBRITE = "eventbrite"
    WOOCOMMERCE = "woocommerce"


class StockMethod(enum.StrEnum):
    """How a listing's number is stored, and so how it is written."""

    TICKET_CLASS_CAPACITY = "ticket_class_capacity"
    WOOCOMMERCE_STOCK = "woocommerce_stock"
    BOOKING_STOCK = "booking_stock"
    READ_ONLY = "read_only"


class Status(enum.StrEnum):
    """Whether buyers can take seats now."""

    ON_SALE = "on_sale"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"
    NOT_YET_ON_SALE = "not_yet_on_sale"
    ENDED = "ended"
    HIDDEN = "hidden"
    DRAFT = "draft"
    UNKNOWN = "unknown"


class Flag(enum.StrEnum):
    """What is out of the ordinary about a listing."""

    HYBRID = "hybrid"
    TWO_STOCKS = "two_stocks"
    STALE_BOOKING_TEXT = "stale_booking_text"
    SHARED_IDS = "shared_ids"
    PAST = "past"
    UNLIMITED = "unlimited"
    AT_ZERO = "at_zero"
    LABEL_BREAKS_FOOEVENTS = "label_breaks_fooevents"
    INVALID_JSON = "invalid_json"
    UNREADABLE_DATE = "unreadable_date"
    TIME_INFERRED = "time_inferred"
    SERIES_PARENT = "series_parent"
    RESERVED_SEATING = "reserved_seating"
    TIERED = "tiered"
    DONATION = "donation"
    ADD_ON = "add_on"
    OPEN_IN_EDITOR = "open_in_editor"
    OVERSOLD = "oversold"
    DRIFT = "drift"
    NOT_A_SEAT = "not_a_seat"
    PAID_WITHOUT_PLACE = "paid_without_place"


@dataclass(frozen=True, slots=True)
class Listing:
    """A ticket class of an event, a product with managed stock, a variation, or one booking cell.

    Texts are the shop's own, unescaped: data, never markup. `starts_at` is aware, in the event's or
    the site's zone; None (with the flag `unreadable_date`) when the shop's text cannot be read.
    `group` names what repeats over dates: `eb:<series>` or `wc:<product>:<slot>`. `show` is filled
    once listings are grouped (`YYYY-MM-DDTHH:MM@room`). `event_left` is what an Eventbrite event may
    still sell over all its classes, where it limits them together.
    """

    id: str
    platform: Platform
    title: str
    slot: str | None
    starts_at: dt.datetime | None
    stock_method: StockMethod
    status: Status
    reading: Reading
    group: str
    date: dt.date | None = None
    price: str | None = None
    currency: str | None = None
    url: str | None = None
    show: str | None = None
    read_only_reason: str | None = None
    flags: frozenset[Flag] = frozenset()
    event_left: Quantity | None = None

    @property
    def writable(self) -> bool:
        """Whether its capacity can be changed at all."""
        return self.stock_method is not StockMethod.READ_ONLY
