"""One sellable stock of seats on one platform."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

from brcc_tui.model.listing_id import parent_of
from brcc_tui.model.offer import PLAIN_TERMS, Offer, Status, Terms, offer_of
from brcc_tui.model.quantity import UNLIMITED, Quantity
from brcc_tui.model.reading import Reading


class Platform(enum.StrEnum):
    """The two shops."""

    EVENTBRITE = "eventbrite"
    WOOCOMMERCE = "woocommerce"


SHOP_NAMES: Final = {Platform.EVENTBRITE: "Eventbrite", Platform.WOOCOMMERCE: "the shop"}
"""What each of them is called within a sentence."""


class StockMethod(enum.StrEnum):
    """How a listing's number is stored, and so how it is written."""

    TICKET_CLASS_CAPACITY = "ticket_class_capacity"
    WOOCOMMERCE_STOCK = "woocommerce_stock"
    BOOKING_STOCK = "booking_stock"
    READ_ONLY = "read_only"


class Flag(enum.StrEnum):
    """What is unusual about a listing."""

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
    BACKORDERS = "backorders"
    THRESHOLD = "threshold"
    SALES_ENDED = "sales_ended"
    HIDDEN_SOLD_BY_CODE = "hidden_sold_by_code"
    LOST = "lost"
    CACHED_REST = "cached_rest"
    SEVERAL_DAYS = "several_days"
    TRANSLATED = "translated"
    CLOSED_HERE = "closed_here"
    PROTECTED = "protected"


def flags_that_hold(conditions: Mapping[Flag, bool]) -> frozenset[Flag]:
    """The flags of a table whose condition is true."""
    return frozenset(flag for flag, holds in conditions.items() if holds)


_COMBINATIONS: dict[frozenset[Flag], frozenset[Flag]] = {}


def kept_once(flags: frozenset[Flag]) -> frozenset[Flag]:
    """Interns each combination of flags: thousands of listings have the same few sets."""
    return _COMBINATIONS.setdefault(flags, flags)


OF_THE_WHOLE_SHOP: Final = frozenset({Flag.SHARED_IDS})
"""Flags that only a look at all products can give."""

OF_THE_JOURNAL: Final = frozenset({Flag.DRIFT, Flag.CLOSED_HERE})
"""Flags that the journal gives, which a plan's own reading of a listing does not ask."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A ticket class of an event, a product with managed stock, a variation, or one booking cell.

    Texts are the shop's own, unescaped: data, never markup. `starts_at` is aware, in the event's or
    the site's zone; None (with the flag `unreadable_date`) when the shop's text cannot be read.
    `group` names what repeats over dates: `eb:<series>` or `wc:<product>:<slot>`. `show` is filled
    once listings are grouped (`YYYY-MM-DDTHH:MM@room`). `event_left` is what an Eventbrite event may
    still sell over all its classes, where it limits them together, and `tier_left` the same of the classes that share
    the inventory tier `tier`, or of the dates that their product's own stock limits. `ends_at` is None where the shop
    gives no end: of several days, the end of the last.
    `copy_of` names the listing whose stock this one sells in another language: the two are one offer.
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
    ends_at: dt.datetime | None = None
    terms: Terms = PLAIN_TERMS
    tier: str | None = None
    tier_left: Quantity | None = None
    copy_of: str | None = None

    @property
    def offer(self) -> Offer:
        """What a buyer can buy of it now."""
        return offer_of(self.reading.remaining, self.status, self.terms)

    @property
    def left(self) -> Quantity:
        """What is left of it for buyers: its stored number, or no limit if it sells on whatever that is."""
        return UNLIMITED if self.terms.endless and not self.is_stopped else self.reading.remaining

    @property
    def limits_dates(self) -> bool:
        """Whether it is the own stock of a product whose dates are listings too: the two are one offer, never a sum."""
        return Flag.HYBRID in self.flags and parent_of(self.id) == self.id

    @property
    def has_open_end(self) -> bool:
        """Whether it lasts several days, and it is unknown until which."""
        return self.ends_at is None and Flag.SEVERAL_DAYS in self.flags

    @property
    def shares_limit(self) -> bool:
        """Whether others of its event or of its tier can sell what remains of it."""
        return self.event_left is not None or self.tier_left is not None

    @property
    def is_stopped(self) -> bool:
        """Whether a buyer can buy none of it, whatever its number."""
        return self.offer.is_stopped

    @property
    def is_closed(self) -> bool:
        """Whether nothing of it is sold because somebody closed it: there, or here by leaving nothing to sell."""
        return self.is_stopped or (Flag.CLOSED_HERE in self.flags and self.offer.value == 0)

    def offer_at(self, remaining: Quantity) -> Offer:
        """What a buyer could buy of it with this many remaining: a listing that only its number closed would sell
        again.
        """
        by_number = self.status in (Status.SOLD_OUT, Status.CLOSED)
        return offer_of(remaining, Status.ON_SALE if by_number else self.status, self.terms)

    @property
    def writable(self) -> bool:
        """Whether its capacity can be changed at all."""
        return self.stock_method is not StockMethod.READ_ONLY


field_values: Final = attrgetter(*Listing.__match_args__)
"""All fields of a listing, in order: `Listing(*values)` with one changed is six times as fast as `dataclasses.replace`,
for whoever does it with thousands."""

FIELD_INDEX: Final = {name: index for index, name in enumerate(Listing.__match_args__)}
"""Where each field is among them."""


def with_kept_flags(listing: Listing, *known: Listing, kept: frozenset[Flag] = OF_THE_WHOLE_SHOP) -> Listing:
    """The listing with those flags of what was known of it that a look at it alone cannot give."""
    flags = {flag for before in known for flag in before.flags & kept}
    return replace(listing, flags=listing.flags | flags) if flags else listing
