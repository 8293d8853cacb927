"""How many of a listing a buyer can buy now, which is not what its platform stores.

A stored number may limit nothing (backorders), be on sale to nobody (a threshold, FooEvents' own end of sales, a
hidden class) or be one of several limits (tier, event). Each listing carries its `Terms`; its offer follows from
them, its status and its number, so an offer can also be computed for a number that is only planned.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown, at_least_zero, is_used_up, least


class Status(enum.StrEnum):
    """Whether buyers can buy now."""

    ON_SALE = "on_sale"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"
    NOT_YET_ON_SALE = "not_yet_on_sale"
    ENDED = "ended"
    HIDDEN = "hidden"
    DRAFT = "draft"
    UNKNOWN = "unknown"


class OfferRule(enum.StrEnum):
    """What decided how many a buyer can buy."""

    STOCK = "stock"
    PRODUCT_STOCK = "product_stock"
    CAPACITY = "capacity"
    TIER = "tier"
    EVENT_CAPACITY = "event_capacity"
    NO_LIMIT = "no_limit"
    BACKORDERS = "backorders"
    NEGATIVE_STOCK = "negative_stock"
    NO_PRICE = "no_price"
    OTHER_DATE = "other_date"
    VARIATIONS = "variations"
    THRESHOLD = "threshold"
    MINIMUM = "minimum"
    SALES_ENDED = "sales_ended"
    HIDDEN = "hidden"
    HIDDEN_SOLD_BY_CODE = "hidden_sold_by_code"
    NOT_YET_ON_SALE = "not_yet_on_sale"
    CLOSED = "closed"
    DRAFT = "draft"
    ENDED = "ended"
    LOST = "lost"
    NOT_KNOWN = "not_known"


class Offer(NamedTuple):
    """How many a buyer can buy now, never below 0, and the rule that made the number.

    What goes on sale later by itself counts as offered (`not_yet_on_sale`), because nobody will be asked before.
    """

    value: Quantity
    rule: OfferRule

    @property
    def is_stopped(self) -> bool:
        """Whether a buyer can buy none, whatever the number."""
        return self.rule in STOPPED

    @property
    def unknown(self) -> str | None:
        """Why the number is not known; None when it is."""
        return self.value.reason if isinstance(self.value, Unknown) else None

    @property
    def words(self) -> str:
        """Why a buyer can buy so many, for people; empty if the number speaks for itself."""
        return self.unknown or _WORDS.get(self.rule, "")


@dataclass(frozen=True, slots=True)
class Terms:
    """How a platform turns a listing's remaining number into what it sells.

    `limit` says which stock the number is. `endless` is the rule by which it sells on whatever the number, as
    `stopped` is the one by which it sells nothing; at `none_at` or fewer it sells none: WooCommerce's out-of-stock
    threshold, or fewer than an order on Eventbrite must have. `by_code` says of a hidden listing that an access code
    opens it, or may (None: nobody knows), and `code_places` how many places its codes let in together; None: as many as
    there are. `unknown` is the reason why it is not known whether it sells: where only the codes are not known, while
    it is hidden; `capped` says that it sells no more than its number in any case.

    Some of it ends or begins by itself: from `since` on it is on sale that is not yet, and at `until` the rule `then`
    holds (`SALES_ENDED`, `HIDDEN` where only a code sold it, `ENDED`, or `NOT_KNOWN`). See `model.shows.ending.aged`.
    """

    limit: OfferRule = OfferRule.STOCK
    endless: OfferRule | None = None
    stopped: OfferRule | None = None
    none_at: int = 0
    by_code: bool | None = False
    unknown: str | None = None
    code_places: int | None = None
    until: dt.datetime | None = None
    then: OfferRule = OfferRule.SALES_ENDED
    since: dt.datetime | None = None
    capped: bool = True

    @property
    def sells_on(self) -> bool:
        """Whether it sells on whatever its number is, and nothing has stopped it."""
        return self.endless is not None and self.stopped is None

    @property
    def is_by_number(self) -> bool:
        """Whether its number decides: nothing has stopped it, and it does not sell on regardless of it."""
        return self.endless is None and self.stopped is None

    def begins_by(self, moment: dt.datetime) -> bool:
        """Whether sales that have not begun yet will have begun by then."""
        return self.since is not None and self.since <= moment

    def ends_by(self, moment: dt.datetime) -> bool:
        """Whether its sales will be over by then."""
        return self.until is not None and self.until <= moment

    def is_too_few(self, remaining: Quantity) -> bool:
        """Whether some remain, but so few that none is sold."""
        return self.endless is None and isinstance(remaining, int) and 0 < remaining <= self.none_at

    def doubt_at(self, status: Status) -> str | None:
        """Why it is unknown whether it sells; if only its codes are unknown, that matters while it is hidden."""
        only_codes = self.by_code is None
        return None if only_codes and status is not Status.HIDDEN else self.unknown

    def sells_none_of(self, remaining: Quantity) -> bool:
        """Whether nothing is sold whatever else is unknown: none or too few remain, and it sells no more than that."""
        return self.capped and self.endless is None and (is_used_up(remaining) or self.is_too_few(remaining))

    def undoubted(self) -> Terms:
        """The terms without the doubt, once it no longer matters.

        `capped` stays, because it matters again after a clock is set back.
        """
        return replace(self, unknown=None)

    def doubted(self, reason: str, *, capped: bool = True) -> Terms:
        """The terms of a listing of which it is unknown whether it sells, for that reason or for an earlier one."""
        return replace(self, unknown=self.unknown or reason, capped=self.capped and capped)


PLAIN_TERMS: Final = Terms()

_STOPS: Final = {
    Status.HIDDEN: OfferRule.HIDDEN,
    Status.DRAFT: OfferRule.DRAFT,
    Status.CLOSED: OfferRule.CLOSED,
    Status.ENDED: OfferRule.ENDED,
}
"""Nobody can buy what is at one of these, whatever its number."""

STOPPED: Final = frozenset(
    {
        *_STOPS.values(),
        OfferRule.SALES_ENDED,
        OfferRule.THRESHOLD,
        OfferRule.NO_PRICE,
        OfferRule.OTHER_DATE,
        OfferRule.VARIATIONS,
    }
)
"""The rules by which a buyer can buy none, whatever the number."""

_OF_EVENTBRITE: Final = frozenset({OfferRule.CAPACITY, OfferRule.TIER, OfferRule.EVENT_CAPACITY})
"""What limits ticket classes alone."""

_WORDS: Final = {
    OfferRule.PRODUCT_STOCK: "the product's own WooCommerce stock is less than this date's",
    OfferRule.TIER: "the tier that it shares with other classes has no more left",
    OfferRule.EVENT_CAPACITY: "the event as a whole has no more left",
    OfferRule.NO_LIMIT: "no number limits it",
    OfferRule.BACKORDERS: "backorders are allowed, so WooCommerce sells on whatever its stock says: switch them off in "
    "WordPress (Product data > Inventory)",
    OfferRule.NEGATIVE_STOCK: "FooEvents takes a stock below 0 for no limit where buyers choose the date first",
    OfferRule.NO_PRICE: "it has no price, and WooCommerce sells nothing without one (0 is a price)",
    OfferRule.OTHER_DATE: "its slot has this date a second time: where buyers choose the date first FooEvents sells "
    "the later one alone",
    OfferRule.VARIATIONS: "each of its variations sells a stock of its own",
    OfferRule.THRESHOLD: "its stock is not above WooCommerce's out-of-stock threshold, so none of it is sold "
    "(WooCommerce > Settings > Products > Inventory)",
    OfferRule.MINIMUM: "fewer are left than a buyer must take at once",
    OfferRule.SALES_ENDED: "its sales have ended by their own date",
    OfferRule.HIDDEN: "it is hidden",
    OfferRule.HIDDEN_SOLD_BY_CODE: "it is hidden, but sold to whoever has an access code",
    OfferRule.NOT_YET_ON_SALE: "it goes on sale later",
    OfferRule.CLOSED: "it is closed",
    OfferRule.DRAFT: "it is not published",
    OfferRule.ENDED: "it is over",
}


def offer_of(remaining: Quantity, status: Status, terms: Terms) -> Offer:
    """The offer of a listing with so many remaining."""
    doubt = terms.doubt_at(status)
    if doubt is not None and not terms.sells_none_of(remaining):
        lost = terms.limit is OfferRule.LOST
        return Offer(Unknown(doubt), OfferRule.LOST if lost else OfferRule.NOT_KNOWN)
    if terms.stopped is not None:
        return Offer(0, terms.stopped)
    if status in _STOPS and not _is_opened(status, terms):
        return Offer(0, _rule_below(terms) if terms.is_too_few(remaining) else _STOPS[status])
    return _offer_on_sale(remaining, status, terms)


def _offer_on_sale(remaining: Quantity, status: Status, terms: Terms) -> Offer:
    """The offer of a listing that only its number limits."""
    if terms.endless is not None:
        return Offer(UNLIMITED, terms.endless)
    if terms.is_too_few(remaining):
        return Offer(0, _rule_below(terms))
    if _is_opened(status, terms) and terms.code_places is not None:
        remaining = least(remaining, terms.code_places)
    return Offer(at_least_zero(remaining), _rule_of_sale(remaining, status, terms))


def _is_opened(status: Status, terms: Terms) -> bool:
    """Whether it is hidden, and an access code sells it."""
    return status is Status.HIDDEN and bool(terms.by_code)


def _rule_of_sale(remaining: Quantity, status: Status, terms: Terms) -> OfferRule:
    """The rule under which a listing that is on sale is sold."""
    if status is Status.HIDDEN:
        return OfferRule.HIDDEN_SOLD_BY_CODE
    if status is Status.NOT_YET_ON_SALE:
        return OfferRule.NOT_YET_ON_SALE
    return OfferRule.NO_LIMIT if remaining is UNLIMITED else terms.limit


def _rule_below(terms: Terms) -> OfferRule:
    return OfferRule.MINIMUM if terms.limit in _OF_EVENTBRITE else OfferRule.THRESHOLD
