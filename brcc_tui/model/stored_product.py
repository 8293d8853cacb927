"""A product as the database itself stores it: what decisions and live numbers rest on.

Caches in front of the shop's REST answers ignore requests not to cache. The row that our write will change is the
authority: its text, its stock and everything that says how it is sold, read in the same snapshot as the
places taken. REST adds what no row holds: the address of its page, and the names of its variations.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from brcc_tui.model.catalogue import IN_TRASH, MetaRow, Product, Variation
from brcc_tui.model.fooevents.booking_text import META_KEY, UNCOUNTABLE, parse_booking_text
from brcc_tui.model.fooevents.meta_keys import EVENT_KEY
from brcc_tui.model.php_numbers import php_int
from brcc_tui.model.quantity import Quantity

_PRICE: Final = "_price"
_REGULAR_PRICE: Final = "_regular_price"
"""The price of a variation is made of this one, and of a sale; that of a product is the other."""

OWN_META_KEYS: Final = (
    "_manage_stock",
    "_stock",
    "_stock_status",
    "_backorders",
    _PRICE,
    _REGULAR_PRICE,
    "_edit_lock",
)
"""WooCommerce's own rows of a product, and WordPress's note of an editor in which it is open."""

_SOLD_AS_ONE: Final = frozenset({"simple", "subscription", "grouped", "external"})
"""Types of products that have no variations: what still hangs below one that was of another type is sold to nobody."""

_DIGITS: Final = 18
"""Of a time; what has more is beyond all time with these alone, and Python makes no number of thousands."""

EDITOR_SECONDS: Final = 150
"""WordPress calls an editor's lock stale after these; the open page renews it every 15 to 60 s."""


@dataclass(frozen=True, slots=True)
class StoredVariation:
    """A variation's own rows; `own_meta` are those of `OWN_META_KEYS` that it has."""

    id: int
    title: str
    status: str
    own_meta: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product's rows in one snapshot, taken at `seen_at` by the database's clock.

    `modified` is when WordPress says it was last saved, which every write of ours changes and FooEvents' own writes
    do not; None where that cannot be read. `meta` are the rows of `META_KEYS` in the order of their ids, each value
    exactly as stored; an array of texts that PHP has stored as a list, any other one as an empty mapping. `own_meta` is
    the first row of each of `OWN_META_KEYS`. `shop_counts` is False where the shop as a whole manages no stock.
    `protected`: WordPress shows it, and WooCommerce sells it, to whoever has its password alone.
    """

    id: int
    title: str
    status: str
    type: str
    modified: dt.datetime | None
    seen_at: dt.datetime
    meta: tuple[MetaRow, ...] = ()
    own_meta: Mapping[str, str] = field(default_factory=dict)
    variations: tuple[StoredVariation, ...] = ()
    shop_counts: bool = True
    protected: bool = False

    @property
    def manage_stock(self) -> bool:
        """Whether WooCommerce counts the product's own stock."""
        return self.shop_counts and _is_yes(self.own_meta.get("_manage_stock"))

    @property
    def stock(self) -> int | None:
        """The number that WooCommerce acts on; None where it counts none, or what is there is no number."""
        return _whole(self.own_meta.get("_stock")) if self.manage_stock else None

    @property
    def stock_status(self) -> str:
        """`instock`, `outofstock` or `onbackorder`."""
        return self.own_meta.get("_stock_status") or "instock"

    @property
    def backorders(self) -> str:
        """`no`, `notify` or `yes`; WooCommerce looks at it only where it counts the stock."""
        return (self.own_meta.get("_backorders") or "no") if self.manage_stock else "no"

    @property
    def editor_seconds(self) -> float | None:
        """Seconds since the WordPress editor in which it is open was heard of; None when none is open.

        By the database's clock, which the editor's own lock is written by as well.
        """
        since = editor_heard_at(self.own_meta.get("_edit_lock", ""))
        if since is None:
            return None
        age = self.seen_at.timestamp() - since
        return max(0.0, age) if age < EDITOR_SECONDS else None

    @property
    def opened_since_saved(self) -> bool:
        """Whether somebody has had it open in an editor since it was last saved, as far as WordPress noted.

        FooEvents' own button there stores booking options, and no save is noted. Leaving the page sets its note 145 s
        back.
        """
        since = editor_heard_at(self.own_meta.get("_edit_lock", ""))
        if since is None or self.modified is None:
            return False
        return since > self.modified.timestamp() - EDITOR_SECONDS + 1

    def product(self, from_rest: Product | None = None) -> Product:
        """The product as stored; `from_rest` is what REST says of it, of which only its page and names are taken."""
        base = from_rest or Product(self.id, "", "", "", False, None, "", price=self.own_meta.get(_PRICE) or None)
        variations = [] if self.type in _SOLD_AS_ONE else [each for each in self.variations if each.status != IN_TRASH]
        return replace(
            base,
            name=html.unescape(self.title),
            status=self.status,
            type=self.type,
            manage_stock=self.manage_stock,
            stock_quantity=self.stock,
            stock_status=self.stock_status,
            meta=self.meta,
            variations=tuple(self._variation(each, base) for each in variations),
            backorders=self.backorders,
            has_variations=bool(variations) or self.type.startswith("variable"),
            unpriced=_is_unpriced(self.own_meta, from_rest),
            protected=self.protected,
        )

    def _variation(self, stored: StoredVariation, from_rest: Product) -> Variation:
        manage_stock, quantity, backorders = self._stock_of(stored)
        known = next((each for each in from_rest.variations if each.id == stored.id), None)
        name = html.unescape(stored.title) if known is None else known.name
        rows = stored.own_meta
        unpriced = _is_unpriced(rows, known, _REGULAR_PRICE)
        return Variation(
            stored.id,
            name,
            stored.status,
            manage_stock,
            quantity,
            None if unpriced else rows.get(_PRICE) or rows.get(_REGULAR_PRICE) or None,
            rows.get("_stock_status") or "instock",
            backorders,
            unpriced,
            known is not None and known.refused,
        )

    def _stock_of(self, stored: StoredVariation) -> tuple[bool | str, int | None, str]:
        """A variation's `manage_stock`, `stock_quantity` and `backorders`: its own where it has a stock, else ours."""
        if self.shop_counts and _is_yes(stored.own_meta.get("_manage_stock")):
            return True, _whole(stored.own_meta.get("_stock")), stored.own_meta.get("_backorders") or "no"
        return "parent" if self.manage_stock else False, self.stock, self.backorders

    def differs_from(self, from_rest: Product) -> str | None:
        """What REST says otherwise than the row, in words; None when they agree.

        For a moment that is a sale between the two readings, for longer a cache before the shop or a database that
        lags behind.
        """
        if self._stock_differs(from_rest):
            return "the product's stock"
        ours = [row.value for row in self.meta if row.key == META_KEY]
        if from_rest.meta and ours != [row.value for row in from_rest.rows(META_KEY)]:
            return "the booking options"
        if self._sale_differs(from_rest):
            return "whether the product is sold"
        if self._variations_differ(from_rest):
            return "the stock of a variation"
        return "the event's dates or times" if self._meta_differs(from_rest) else None

    def _stock_differs(self, from_rest: Product) -> bool:
        return from_rest.manage_stock != self.manage_stock or (
            self.manage_stock and from_rest.stock_quantity != self.stock
        )

    def _sale_differs(self, from_rest: Product) -> bool:
        return from_rest.status != self.status or (self.manage_stock and from_rest.backorders != self.backorders)

    def _variations_differ(self, from_rest: Product) -> bool:
        stored = {each.id: self._variation(each, from_rest) for each in self.variations}
        both = ((each, stored[each.id]) for each in from_rest.variations if each.id in stored)
        return any(
            ours.has_own_stock and (ours.stock_quantity, ours.status) != (theirs.stock_quantity, theirs.status)
            for theirs, ours in both
        )

    def _meta_differs(self, from_rest: Product) -> bool:
        """Whether any text that says what it is and when differs; an answer without the first of them tells none."""
        theirs = _texts(from_rest.meta)
        return EVENT_KEY in theirs and theirs != _texts(self.meta)

    def may_be_behind(self, from_rest: Product) -> bool:
        """Whether the row may be of an earlier moment than REST's answer, from which it differs: the database is a copy
        of the shop's, or lags behind it, and a sale is missing there.

        WordPress notes on both when the product was saved. FooEvents' own sales save nothing, and only lower the
        numbers: a row that has no more left than REST tells lacks none of them.
        """
        behind = self._was_saved_before(from_rest)
        return 1 in self._beside(from_rest) if behind is None else behind

    def seems_behind(self, from_rest: Product) -> bool:
        """Whether nothing speaks for the row being the newer one: no sale that REST has not heard of."""
        beside = self._beside(from_rest)
        behind = self._was_saved_before(from_rest)
        return (1 in beside and -1 not in beside) if behind is None else behind

    def _was_saved_before(self, from_rest: Product) -> bool | None:
        """Whether REST tells of a later save; None where both tell of the same, or one of none."""
        if from_rest.saved is None or self.modified is None or from_rest.saved == self.modified:
            return None
        return from_rest.saved > self.modified

    def _beside(self, from_rest: Product) -> frozenset[int]:
        """1 where a stock of the row has more left than REST tells, -1 where it has less, 0 where the same."""
        theirs = dict(_numbers(from_rest))
        both = ((left, theirs.get(name)) for name, left in _numbers(self.product(from_rest)))
        return frozenset(
            (ours > their) - (ours < their) for ours, their in both if isinstance(ours, int) and isinstance(their, int)
        )

    def stands_as(self, other: StoredProduct) -> bool:
        """Whether nothing was written to its rows between these two snapshots."""
        return replace(self, seen_at=other.seen_at) == other

    def reads_otherwise(self, from_rest: Product) -> bool:
        """Whether the booking options differ from REST's in more than seats: in letters, dates or slots.

        Then they are those of another moment, or the database's texts are not those that the shop reads (tables of
        another character set), and nothing may be written from them.
        """
        ours = [_structure(row.value) for row in self.meta if row.key == META_KEY]
        return ours != [_structure(row.value) for row in from_rest.rows(META_KEY)]


def _texts(meta: Iterable[MetaRow]) -> Mapping[str, str]:
    """The first text of each key; one that is empty is as good as none."""
    first = {row.key: row.value for row in reversed(tuple(meta)) if isinstance(row.value, str)}
    return {key: value for key, value in first.items() if value and key != META_KEY}


def _numbers(product: Product) -> Iterator[tuple[object, Quantity]]:
    """What each stock of a product has left by its own number."""
    if product.manage_stock and product.stock_quantity is not None:
        yield "product", product.stock_quantity
    for each in product.variations:
        if each.has_own_stock and each.stock_quantity is not None:
            yield each.id, each.stock_quantity
    for row in product.rows(META_KEY):
        text = parse_booking_text(row.value) if isinstance(row.value, str) else None
        yield from ((cell.key, cell.remaining) for cell in (text.cells if text else ()))


def _structure(value: object) -> object:
    """The slots and dates of booking options, without their numbers and without their order."""
    if not isinstance(value, str):
        return "a PHP array"
    text = parse_booking_text(value)
    cells = ((c.slot_id, c.date_id, c.label, c.date_text, c.hour, c.minute, c.period) for c in text.cells)
    return text.error is None, frozenset(cells)


def _is_yes(text: str | None) -> bool:
    """Whether WooCommerce takes it for a yes (`wc_string_to_bool`): importers write 1 and true."""
    return text is not None and text.lower() in ("yes", "1", "true")


def _is_unpriced(stored: Mapping[str, str], from_rest: Product | Variation | None, key: str = _PRICE) -> bool:
    """Whether there is no price, without which nothing is sold, but by plugins that let buyers name one: REST tells of
    those. Where there is no row `key` REST alone tells.
    """
    if key not in stored:
        return from_rest is not None and from_rest.unpriced
    sold_without = from_rest is not None and from_rest.price is None and not from_rest.unpriced
    return not stored[key] and not sold_without


def editor_heard_at(stored: str) -> int | None:
    """When the WordPress editor was last heard of, by what it stored; None where that tells no time."""
    since = stored.partition(":")[0]
    return int(since[:_DIGITS]) if since.isdecimal() else None


def _whole(text: str | None) -> int | None:
    """A stored number as PHP's `intval` reads it; None for what is not a number, or too great to be counted."""
    number = php_int(text or "")
    return number if number is None or abs(number) < UNCOUNTABLE else None
