"""The structure of both shops (events, products) as they describe it, cached until a person refreshes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from brcc_tui.model.failure import Failure

NO_META: Final = "the shop's answer holds none of the product's event data"
"""Why a product that was an event cannot be read: without any of its meta nothing says that it is none now."""

_SELLING_EVENTS: Final = frozenset({"live", "started"})
_OUT_OF_STOCK: Final = "outofstock"

IN_TRASH: Final = "trash"
"""The status of what was deleted and can be brought back: buyers do not see it, and lists leave it out."""

CODES_NOT_ASKED: Final = "a list does not give it"
"""Why the access codes of an event are not known that came in a long list."""


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization of Eventbrite's, for which a token may speak. A name that was not given is empty."""

    id: str
    name: str

    def __str__(self) -> str:
        """For people: its name with its id."""
        return f"{self.name} ({self.id})" if self.name else self.id


@dataclass(frozen=True, slots=True)
class Membership:
    """The organizations that a token sees, in Eventbrite's order, and the id that the settings name (None: none)."""

    seen: tuple[Organization, ...]
    wanted: str | None = None

    @property
    def chosen(self) -> Organization | None:
        """The one that is read: the wanted one if it is seen, or the first where none is wanted."""
        return next((each for each in self.seen if self.wanted in (None, each.id)), None)

    @property
    def others(self) -> tuple[Organization, ...]:
        """Those that are not read."""
        return tuple(each for each in self.seen if each != self.chosen)


@dataclass(frozen=True, slots=True)
class TicketClass:
    """One ticket class of an Eventbrite event. `capacity` counts sold ones in; `quantity_total` is the least of it,
    its tier's and its event's. Each of the three numbers is None when Eventbrite did not say it, which is unknown.

    A capacity of None or 0 is no limit of its own for a donation or a class of a tier; Eventbrite allows it for no
    other. `hidden` is None if that is not given: in a list it is not hidden then, in the answer to a write
    nobody knows. `hidden_currently` is what auto-hide does at the moment, apart from that. `ticket_parent_id` names the
    ticket rule that the class is a child of: Eventbrite then refuses to change the class.
    `sales_start` is when it goes on sale to buyers: what auto-hide hides shows itself no sooner.
    `sales_start_after` is the class after whose end this one goes on sale. `may_end_at` is the earliest moment at which
    its sales may be over, where their end is told by the event's times alone. `sold_online` is False for a class that
    is sold at the door alone. An order has the `minimum` of it at least.
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
    hidden: bool | None = False
    price: str | None = None
    currency: str | None = None
    inventory_tier_id: str | None = None
    sales_start: dt.datetime | None = None
    sales_end: dt.datetime | None = None
    sales_start_after: str | None = None
    hidden_currently: bool = False
    ticket_parent_id: str | None = None
    may_end_at: dt.datetime | None = None
    sold_online: bool = True
    minimum: int = 1

    def sales_ended_by(self, now: dt.datetime) -> bool:
        """Whether its sales have ended by their own date."""
        return self.sales_end is not None and self.sales_end <= now

    def sales_begin_after(self, now: dt.datetime) -> bool:
        """Whether its sales are still to begin, by their own date."""
        return self.sales_start is not None and self.sales_start > now


@dataclass(frozen=True, slots=True)
class InventoryTier:
    """A stock that several classes of one event share. A number that was not given is None.

    `quantity_pending` are places of it in somebody's checkout. None of them counts what is held back of it; with that,
    `capacity_sold` are sold (`has_holds`: something is).
    """

    id: str
    name: str
    quantity_total: int | None
    quantity_sold: int | None
    quantity_pending: int | None
    counts_against_event: bool = True
    capacity_sold: int | None = None
    has_holds: bool = False


@dataclass(frozen=True, slots=True)
class AccessCode:
    """A code with which buyers see hidden classes: those named, or all of the event's where none is.

    The code's own text is a secret of the club and is not kept. `uses_left` None means without a limit, `ends_at` None
    that it is good until the event is over. `id` is its number at Eventbrite: it may stand in several lists.
    """

    ticket_class_ids: tuple[str, ...]
    uses_left: int | None = None
    ends_at: dt.datetime | None = None
    id: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Event:
    """One Eventbrite event (an occurrence of a series, or a single one). Money of a price is a display text.

    `capacity` limits all its classes together where `capacity_is_custom`, and is their sum where not; that is None
    when Eventbrite did not say it. `ends_at` is in the event's zone, as `starts_at` is. `tiers` and `access_codes` are
    None where they were not asked for, or could not be read; `codes_unread` says of the codes which it was.
    `has_tiers` says that classes which take seats are of tiers; an add-on always is, of one that is no seat's.
    `sold_elsewhere` says that buyers are sent to another site, `sells_none` is Eventbrite's word for an event of which
    nothing can be bought, where it was told. `lost` says of an event that cannot be read now why not: the rest is as it
    was read last. `organization` is the id of the one that it belongs to, where that was told.
    """

    id: str
    name: str
    starts_at: dt.datetime | None
    zone: str
    status: str
    capacity: int | None
    capacity_is_custom: bool | None
    ticket_classes: tuple[TicketClass, ...]
    series_id: str | None = None
    is_series_parent: bool = False
    is_reserved_seating: bool = False
    has_tiers: bool = False
    url: str | None = None
    currency: str | None = None
    ends_at: dt.datetime | None = None
    tiers: tuple[InventoryTier, ...] | None = None
    access_codes: tuple[AccessCode, ...] | None = None
    codes_unread: str | None = None
    sold_elsewhere: bool = False
    sells_none: str | None = None
    lost: str | None = None
    organization: str | None = None

    @property
    def is_selling(self) -> bool:
        """Whether its status is one at which classes can be bought: no other is known to sell."""
        return self.status.lower() in _SELLING_EVENTS

    def tier_of(self, ticket_class: TicketClass) -> InventoryTier | None:
        """The tier that the class shares, if that was read. Its id may stand with or without the prefix I."""
        wanted = (ticket_class.inventory_tier_id or "").removeprefix("I")
        return next((tier for tier in self.tiers or () if wanted and tier.id.removeprefix("I") == wanted), None)

    def codes_for(self, ticket_class: TicketClass, now: dt.datetime) -> tuple[AccessCode, ...] | None:
        """The access codes by which buyers can buy of this class now or later; None where that is not known.

        An order has one code: it must let in as many as the order must have. The codes of a series belong to its
        parent, whose classes have ids of their own: one that names classes which this event does not have may open any
        of them.
        """
        if self.access_codes is None:
            return None
        return tuple(
            code
            for code in self.access_codes
            if (ticket_class.id in code.ticket_class_ids or self._may_open_any(code))
            and (code.uses_left is None or code.uses_left >= ticket_class.minimum)
            and (code.ends_at is None or code.ends_at > now)
        )

    def _may_open_any(self, code: AccessCode) -> bool:
        own = {each.id for each in self.ticket_classes}
        return not code.ticket_class_ids or (self.series_id is not None and own.isdisjoint(code.ticket_class_ids))

    def opened_by_code(self, ticket_class: TicketClass, now: dt.datetime) -> bool | None:
        """Whether an access code sells this class to buyers now or later; None where that is not known."""
        codes = self.codes_for(ticket_class, now)
        return None if codes is None else bool(codes)


@dataclass(frozen=True, slots=True)
class MetaRow:
    """One row of a product's meta. The value is text, or a list or mapping where WordPress stored an array."""

    id: int
    key: str
    value: object


@dataclass(frozen=True, slots=True)
class Variation:
    """A variation of a product; `manage_stock` may be the word `parent`. `backorders` is `no`, `notify` or `yes`.

    `unpriced`: it has no price, and is sold to nobody for that. `refused`: WooCommerce says that it cannot be bought,
    although it is published and has a price.
    """

    id: int
    name: str
    status: str
    manage_stock: bool | str
    stock_quantity: int | None
    price: str | None = None
    stock_status: str = "instock"
    backorders: str = "no"
    unpriced: bool = False
    refused: bool = False

    @property
    def has_own_stock(self) -> bool:
        """Whether it sells from a stock of its own, and not the product's."""
        return self.manage_stock is True

    @property
    def is_published(self) -> bool:
        """Whether buyers can see it."""
        return self.status == "publish"

    @property
    def is_out_of_stock(self) -> bool:
        """Whether WooCommerce marks it as out of stock."""
        return self.stock_status == _OUT_OF_STOCK


@dataclass(frozen=True, slots=True)
class GoneDate:
    """A date that a product no longer has and people have places of, as it was known, or as their tickets name it.

    Without ids: that of the one stock which it sold before it had dates.
    """

    slot_id: str
    date_id: str
    label: str
    date_text: str
    hour: str = ""
    minute: str = ""
    period: str = ""
    slot_texts: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """(slot id, date id), which name it within its product."""
        return self.slot_id, self.date_id


@dataclass(frozen=True, slots=True)
class Product:
    """One WooCommerce product with the meta rows that matter here. Names are unescaped.

    `backorders` other than `no` let WooCommerce sell on at a stock of 0 and below. `has_variations` says that it is
    sold in variations, whatever its type is called and whether or not they could be read. `lost` says of a product
    that cannot be read now why not: the rest is as it was read last. `gone` are dates of it that are lost.
    `unpriced` and `refused` are as a variation's. `saved` is when it was last saved by the site's clock,
    where that was told; FooEvents' own writes do not change it. `protected`: sold to whoever has its password alone.
    """

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
    backorders: str = "no"
    has_variations: bool = False
    lost: str | None = None
    gone: tuple[GoneDate, ...] = ()
    saved: dt.datetime | None = None
    unpriced: bool = False
    refused: bool = False
    protected: bool = False

    @property
    def is_out_of_stock(self) -> bool:
        """Whether WooCommerce marks it as out of stock."""
        return self.stock_status == _OUT_OF_STOCK

    @property
    def is_in_trash(self) -> bool:
        """Whether somebody deleted it, as far as WordPress deletes at first."""
        return self.status == IN_TRASH

    @property
    def is_managed_and_out(self) -> bool:
        """Whether WooCommerce manages its stock and marks it as out: it sells none then, whatever the number."""
        return self.manage_stock and self.is_out_of_stock

    @property
    def published_variations(self) -> tuple[Variation, ...]:
        """Those that buyers can see."""
        return tuple(variation for variation in self.variations if variation.is_published)

    @property
    def has_stocked_variations(self) -> bool:
        """Whether any of its variations sells from a stock of its own."""
        return any(variation.has_own_stock for variation in self.variations)

    @property
    def has_losses(self) -> bool:
        """Whether it is lost, or dates of it are."""
        return bool(self.gone or self.lost)

    def rows(self, key: str) -> tuple[MetaRow, ...]:
        """All meta rows of that key: more than one is possible, and then a hazard."""
        return tuple(row for row in self.meta if row.key == key)

    def first(self, key: str) -> object:
        """The first row's value, which is the one that WordPress reads, whatever it is; None without any."""
        return next((row.value for row in self.meta if row.key == key), None)

    def text(self, key: str) -> str:
        """The first row's value if it is text, else the empty string."""
        first = self.first(key)
        return first if isinstance(first, str) else ""


@dataclass(frozen=True, slots=True)
class Site:
    """What WordPress's own options say. `zone` is an IANA name or an offset such as `+02:00`.

    `hpos` says where orders are stored: `woocommerce_custom_orders_table_enabled`. `database` is the
    server's version. `may_write` is None when the grants could not be read. `translated_by` names the plugin that keeps
    a copy of each product for every language, None without one, and `copies` tells of each copy's id the original's
    (None when that is not known). `none_at` is WooCommerce's out-of-stock threshold: at that stock or fewer it sells
    none. `bookings_off`: FooEvents Bookings, or FooEvents itself, is installed and not active; `fooevents_off`: that is
    so of FooEvents. `coming_soon`: WooCommerce shows its shop to staff alone. `clock_zone` is the zone of WordPress's
    own clock where the settings name another one (`zone`) for its shows; empty where they do not. `network_unread`: it
    is one of a network of sites, and what that keeps for all of them may not be read.
    """

    date_format: str
    time_format: str
    zone: str
    currency: str | None = None
    hpos: bool = False
    ticket_statuses: tuple[str, ...] = ("wc-completed",)
    translated_by: str | None = None
    copies: Mapping[int, int] | None = field(default_factory=dict)
    none_at: int = 0
    woocommerce_version: str | None = None
    fooevents_version: str | None = None
    bookings_version: str | None = None
    bookings_off: bool = False
    fooevents_off: bool = False
    coming_soon: bool = False
    database: str | None = None
    may_write: bool | None = None
    clock_zone: str = ""
    network_unread: bool = False


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
