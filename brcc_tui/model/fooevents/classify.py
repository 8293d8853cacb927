"""Classification of products: an ordered list of rules, each with its evidence. The first match decides.

`WooCommerceEventsEvent` says only that a product is an event; `WooCommerceEventsType` says which kind.
The same classifier serves reading and writing, so a product is never written as another kind than it was read.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from brcc_tui.model.catalogue import Product
from brcc_tui.model.counts import CellKey, own_cell
from brcc_tui.model.failure import NO_DATES
from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.fooevents.booking_text import META_KEY, BookingText, Cell, parse_booking_text
from brcc_tui.model.fooevents.meta_keys import EVENT_KEY, IS_EVENT
from brcc_tui.model.listing import Flag, StockMethod, flags_that_hold

_TYPES_WITH_ONE_STOCK = frozenset({"single", "sequential", "select", ""})
METHOD: Final = "WooCommerceEventsBookingsMethod"
DATE_FIRST: Final = "dateslot"
"""The value of that key where buyers choose a date and then one of its slots; it changes the forms alone."""

MANAGED_WITHOUT_QUANTITY: Final = "WooCommerce is to manage its stock, but has no quantity"
SEVERAL_STOCKS: Final = "the product and some of its variations each hold a stock"
"""What speaks against a product, and puts what it sells in doubt."""

_WITHOUT_TYPE: Final = (
    "it has booking options, and without its type FooEvents sells no date of it: choose Bookable in WordPress (Product "
    "data, Event settings)"
)

_TYPES = _TYPES_WITH_ONE_STOCK | {"bookings", "seating"}


class ProductClass(enum.StrEnum):
    """What kind of seller of seats a product is."""

    NOT_AN_EVENT = "not_an_event"
    SEATING = "seating"
    BOOKINGS = "bookings"
    HYBRID = "hybrid"
    SINGLE = "single"
    VARIABLE = "variable"
    SINGLE_UNMANAGED = "single_unmanaged"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class RuleTried:
    """One rule of the list, the evidence it looked at, and whether it matched."""

    rule: str
    evidence: str
    matched: bool


@dataclass(frozen=True, slots=True)
class Classification:
    """What a product is, by which rules, and in words whatever speaks against it.

    `booking` is the parsed booking text, if the product has one, and `cells` those of its cells that FooEvents
    sells from (none when the text is old, unreadable or another program's). `replaced` are those of them that nobody
    can book, for a later date of the slot has the same text. `flags` hold for the whole product.
    """

    product_class: ProductClass
    stock_method: StockMethod
    rules: tuple[RuleTried, ...]
    contradiction: str | None
    flags: frozenset[Flag]
    booking: BookingText | None
    cells: tuple[Cell, ...]
    replaced: frozenset[CellKey]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rules look at, gathered once."""

    product: Product
    meta: Mapping[str, object]
    booking: BookingText | None
    cells: tuple[Cell, ...]
    booking_rows: int

    @property
    def event_flag(self) -> str | None:
        """The value of `WooCommerceEventsEvent`; None when the key is missing."""
        return _text(self.meta[EVENT_KEY]) if EVENT_KEY in self.meta else None

    @property
    def is_event(self) -> bool:
        """FooEvents' own test; any other value than this one is no event."""
        return self.event_flag == IS_EVENT

    @property
    def type(self) -> str:
        """The kind of event; empty on old products."""
        return _text(self.meta.get("WooCommerceEventsType", "")).strip().lower()

    @property
    def has_fooevents_meta(self) -> bool:
        """Whether FooEvents' keys describe an event: merchandise carries ticket colours and locations too."""
        return bool(self.type or _text(self.meta.get("WooCommerceEventsDate")) or self.has_options)

    @property
    def booking_error(self) -> str | None:
        """Why FooEvents cannot read the booking options."""
        return self.booking.error if self.booking else None

    @property
    def has_options(self) -> bool:
        """Whether there are booking options with a date, or such as nobody can read."""
        return bool(self.cells or self.is_synthetic or self.booking_error)

    @property
    def why_no_dates(self) -> str:
        """Why a product that should have dates has none: they are to follow, or its options did not come."""
        return NO_DATES if self.booking else "the type is bookings, but it has no booking options"

    @property
    def stock_is_managed(self) -> bool:
        """Whether WooCommerce holds a number for it."""
        return self.product.manage_stock and self.product.stock_quantity is not None

    @property
    def is_variable(self) -> bool:
        """Whether it is sold in variations."""
        return self.product.has_variations or self.product.type.startswith("variable")

    @property
    def is_synthetic(self) -> bool:
        """Whether the options are what an earlier program wrote over real ones: `event_<id>` with `date_<id>`."""
        ids = {cell.key for cell in self.booking.cells} if self.booking else set()
        return ids == {own_cell(self.product.id)}

    @property
    def has_bookings(self) -> bool:
        """Readable options in use: of this type alone FooEvents asks buyers for a date, and looks at its stock.

        One without a type is a single event to it.
        """
        return self.type == "bookings" and bool(self.cells) and not self.is_synthetic

    def says(self, part: str) -> str:
        """One part of the evidence in words."""
        return _WORDS[part](self)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A line of the table; `looks_at` names the evidence that `test` needs."""

    says: str
    product_class: ProductClass
    stock_method: StockMethod
    looks_at: tuple[str, ...]
    test: Callable[[Evidence], bool]


_RULES = (
    _Rule(
        "no FooEvents meta, and not marked as an event",
        ProductClass.NOT_AN_EVENT,
        StockMethod.READ_ONLY,
        ("event", "meta"),
        lambda e: not e.is_event and not e.has_bookings and (e.event_flag is not None or not e.has_fooevents_meta),
    ),
    _Rule(
        "type seating",
        ProductClass.SEATING,
        StockMethod.READ_ONLY,
        ("type",),
        lambda e: e.type == "seating",
    ),
    _Rule(
        "booking options in use, stock not managed",
        ProductClass.BOOKINGS,
        StockMethod.BOOKING_STOCK,
        ("type", "options", "stock"),
        lambda e: e.has_bookings and not e.product.manage_stock,
    ),
    _Rule(
        "booking options in use, and managed stock with a quantity",
        ProductClass.HYBRID,
        StockMethod.WOOCOMMERCE_STOCK,
        ("type", "options", "stock"),
        lambda e: e.has_bookings and e.stock_is_managed,
    ),
    _Rule(
        "managed stock with a quantity, type single, sequential, select or missing",
        ProductClass.SINGLE,
        StockMethod.WOOCOMMERCE_STOCK,
        ("type", "stock", "product"),
        lambda e: e.stock_is_managed and e.type in _TYPES_WITH_ONE_STOCK,
    ),
    _Rule(
        "variable product: each variation has its stock",
        ProductClass.VARIABLE,
        StockMethod.READ_ONLY,
        ("type", "product"),
        lambda e: e.is_variable and e.type in _TYPES_WITH_ONE_STOCK,
    ),
    _Rule(
        "marked as an event or synthetic options, stock not managed",
        ProductClass.SINGLE_UNMANAGED,
        StockMethod.READ_ONLY,
        ("event", "type", "options", "stock"),
        lambda e: (e.is_event or e.is_synthetic) and not e.product.manage_stock and e.type in _TYPES_WITH_ONE_STOCK,
    ),
    _Rule(
        "anything else",
        ProductClass.UNCERTAIN,
        StockMethod.READ_ONLY,
        ("event", "type", "options", "stock", "product"),
        lambda e: True,
    ),
)


def classify(product: Product) -> Classification:
    """Decide what a product is. Never raises, whatever its meta hold."""
    evidence = _gather_evidence(product)
    tried: list[RuleTried] = []
    rule = _RULES[-1]
    for rule in _RULES:
        matched = rule.test(evidence)
        tried.append(RuleTried(rule.says, "; ".join(map(evidence.says, rule.looks_at)), matched))
        if matched:
            break
    against = tuple(_contradictions(evidence, rule.product_class))
    cells = evidence.booking.cells if evidence.booking and evidence.has_bookings else ()
    return Classification(
        rule.product_class,
        rule.stock_method,
        tuple(tried),
        "; ".join(against) or None,
        _flags(evidence, rule.product_class),
        evidence.booking,
        cells,
        _replaced(cells) if _text(evidence.meta.get(METHOD)) == DATE_FIRST else frozenset(),
    )


def _gather_evidence(product: Product) -> Evidence:
    """Look once at everything the rules need; of several rows of one key the first counts, as in PHP."""
    meta = {row.key: row.value for row in reversed(product.meta)}
    booking = _booking(meta[META_KEY]) if META_KEY in meta else None
    cells = tuple(cell for cell in booking.cells if not cell.is_ghost) if booking else ()
    return Evidence(product, meta, booking, cells, len(product.rows(META_KEY)) if booking else 0)


def _replaced(cells: Collection[Cell]) -> frozenset[CellKey]:
    """Where buyers choose the date first FooEvents finds the slot by the date's text: of several the last."""
    last = {(cell.slot_id, cell.date_text): cell.date_id for cell in cells if cell.date_text}
    return frozenset(
        cell.key for cell in cells if last.get((cell.slot_id, cell.date_text), cell.date_id) != cell.date_id
    )


def _booking(value: object) -> BookingText:
    if isinstance(value, str):
        return parse_booking_text(value)
    if value is None:
        return parse_booking_text("")
    stored = "the booking options are stored as a list instead of a text: FooEvents stops with an error on them"
    return BookingText("", (), stored, None, 0)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _contradictions(e: Evidence, product_class: ProductClass) -> list[str]:
    """Everything that speaks against the class or keeps it from being one, in words."""
    if product_class is ProductClass.NOT_AN_EVENT:
        return []
    bookings = e.type == "bookings"
    conditions = {
        f"the type is bookings, but {e.booking_error}": bookings and e.booking_error,
        "the type is bookings, but the options are what an earlier program wrote over the real slots": (
            bookings and e.is_synthetic
        ),
        e.why_no_dates: bookings and not e.has_options,
        MANAGED_WITHOUT_QUANTITY: e.product.manage_stock and not e.stock_is_managed,
        f"the type {e.type[:40]!r} is none that FooEvents has": e.type not in _TYPES,
        f"the booking options occur in {e.booking_rows} meta rows": e.booking_rows > 1,
        SEVERAL_STOCKS: e.stock_is_managed and e.product.has_stocked_variations,
        "it has FooEvents data but is not marked as an event": not e.is_event,
        _left_on(e.type): _is_stale(e, product_class),
    }
    return [words for words, holds in conditions.items() if holds]


def _left_on(event_type: str) -> str:
    """What is said of booking options that are not in use."""
    return f"booking options are left on a product of type {event_type}" if event_type else _WITHOUT_TYPE


def _is_stale(e: Evidence, product_class: ProductClass) -> bool:
    """Booking text that FooEvents does not use: old, or the junk that cancelling a plain order leaves behind."""
    if product_class in (ProductClass.BOOKINGS, ProductClass.HYBRID) or e.type == "bookings" or not e.booking:
        return False
    return bool(e.booking.cells or e.booking.slots or e.booking.error)


def _flags(e: Evidence, product_class: ProductClass) -> frozenset[Flag]:
    booking = e.booking
    conditions = {
        Flag.HYBRID: product_class is ProductClass.HYBRID,
        Flag.RESERVED_SEATING: product_class is ProductClass.SEATING,
        Flag.STALE_BOOKING_TEXT: _is_stale(e, product_class),
        Flag.INVALID_JSON: bool(booking and booking.error),
        Flag.LABEL_BREAKS_FOOEVENTS: bool(booking and booking.breaks_fooevents and e.has_bookings),
    }
    return flags_that_hold(conditions)


def _options_in_words(e: Evidence) -> str:
    if e.booking is None:
        return "no booking options"
    if e.booking.error:
        return e.booking.error
    slots = len({cell.slot_id for cell in e.cells})
    leftovers = len(e.booking.cells) - len(e.cells)
    words = f"booking options with {so_many(slots, 'slot')} and {so_many(len(e.cells), 'date')}"
    words += f", {so_many(leftovers, 'leftover')} of cancelled orders" if leftovers else ""
    return words + (", the pattern of an earlier program" if e.is_synthetic else "")


def _stock_in_words(e: Evidence) -> str:
    if not e.product.manage_stock:
        return "stock not managed"
    return f"stock managed: {e.product.stock_quantity}" if e.stock_is_managed else "stock managed, without a quantity"


def _key_in_words(key: str, value: str | None) -> str:
    return f"{key} is {re.sub('[^ -~]', '?', value[:40])!r}" if value else f"{key} is missing or empty"


_WORDS: Mapping[str, Callable[[Evidence], str]] = {
    "event": lambda e: _key_in_words(EVENT_KEY, e.event_flag),
    "meta": lambda e: f"{'a' if e.has_fooevents_meta else 'no'} FooEvents type, date or options",
    "type": lambda e: _key_in_words("WooCommerceEventsType", e.type),
    "options": _options_in_words,
    "stock": _stock_in_words,
    "product": lambda e: f"a {e.product.type} product with {so_many(len(e.product.variations), 'variation')}",
}
