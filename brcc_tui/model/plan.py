"""Plans: what a confirmation shows, and the only thing that may be applied.

A plan's digest names the shops, the ordered changes, the implied capacity before and the danger flags:
sales in between do not change it, another hand does.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from brcc_tui.model.listing import Listing
from brcc_tui.model.quantity import Quantity, Unknown, Unlimited
from brcc_tui.model.reading import Reading


class Action(enum.StrEnum):
    """What a change does. Closing sets capacity to what is taken, or hides an unsold ticket class."""

    SET = "set"
    CLOSE = "close"
    REOPEN = "reopen"


class Danger(enum.StrEnum):
    """What makes a confirmation ask for the number to be typed."""

    CLOSES_SALES = "closes_sales"
    BEYOND_ROOM = "beyond_room"
    FROM_ZERO = "from_zero"
    FROM_UNLIMITED = "from_unlimited"
    HIDES = "hides"
    UNHIDES = "unhides"


class RefusalCode(enum.StrEnum):
    """Why a change is not made; the README tells the cure of each."""

    SOLD_UNKNOWN = "sold_unknown"
    BELOW_SOLD = "below_sold"
    UNLIMITED = "unlimited"
    AT_ZERO = "at_zero"
    INVALID_TEXT = "invalid_text"
    TWO_ROWS = "two_rows"
    LABEL_BREAKS_FOOEVENTS = "label_breaks_fooevents"
    OPEN_IN_EDITOR = "open_in_editor"
    TRANSLATED = "translated"
    HYBRID_CELL = "hybrid_cell"
    SERIES_PARENT = "series_parent"
    TIERED = "tiered"
    RESERVED_SEATING = "reserved_seating"
    ZERO_REFUSED_BY_EVENTBRITE = "zero_refused_by_eventbrite"
    NOT_WRITABLE_KEY = "not_writable_key"
    LOCKED = "locked"
    NO_STOCK_TO_CHANGE = "no_stock_to_change"
    UNCERTAIN_PRODUCT = "uncertain_product"
    UNKNOWN_LISTING = "unknown_listing"
    BAD_NUMBER = "bad_number"
    NO_CHANGE = "no_change"
    DIGEST_CHANGED = "digest_changed"
    JOURNAL_UNAVAILABLE = "journal_unavailable"
    PLATFORM_NOT_CONFIGURED = "platform_not_configured"


class Outcome(enum.StrEnum):
    """How a change ended."""

    SETTLED = "settled"
    SETTLED_LOW = "settled_low"
    REFUSED = "refused"
    CONFLICT = "conflict"
    UNDONE_BY_SHOP = "undone_by_shop"
    ROLLED_BACK = "rolled_back"
    UNCLEAR = "unclear"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks for: a capacity in all (`delta` False) or so many more or fewer (`delta` True).

    For close and reopen `number` is ignored.
    """

    listing_id: str
    action: Action
    number: int = 0
    delta: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One listing, an action, its reading before and the one wanted after. `call` is the request in words."""

    listing: Listing
    action: Action
    before: Reading
    after: Reading
    call: str
    dangers: tuple[Danger, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def capacity(self) -> int:
        """Seats in all that are wanted; every plannable change has a plain number."""
        if not isinstance(self.after.capacity, int):
            raise ValueError("a change without a capacity")
        return self.after.capacity

    @property
    def lowers(self) -> bool:
        """Whether it takes seats off sale. From unlimited to a number is lower."""
        before, after = self.before.remaining, self.after.remaining
        return isinstance(before, Unlimited) or (isinstance(before, int) and isinstance(after, int) and after < before)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A wish that is not carried out, with its code, the reason and the way out in words."""

    listing_id: str
    code: RefusalCode
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Ordered changes (lowers first) with what was refused; `shop` is the identity of both shops together."""

    digest: str
    changes: tuple[Change, ...]
    refused: tuple[Refusal, ...]
    made_at: datetime
    shop: str


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """How one change ended, with what was seen last."""

    listing_id: str
    outcome: Outcome
    wanted: int
    reading: Reading
    sold_meanwhile: int = 0
    corrections: int = 0
    reason: str = ""
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a plan; `entries` are journal ids, in the plan's order."""

    plan: Plan
    entries: tuple[str, ...]
    changes: tuple[ChangeResult, ...]


def make_plan(shop: str, changes: Sequence[Change], refused: Sequence[Refusal], made_at: datetime) -> Plan:
    """Order the changes (lowers before raises, Eventbrite lowers first) and sign them with a digest."""
    ordered = tuple(sorted(changes, key=lambda change: (not change.lowers, change.listing.platform.value)))
    return Plan(digest(shop, ordered), ordered, tuple(refused), made_at, shop)


def digest(shop: str, changes: Iterable[Change]) -> str:
    """The first 12 hex digits of SHA-256 over canonical JSON of the shop and the ordered changes."""
    rows = [
        [
            change.listing.id,
            change.action.value,
            _plain(change.before.capacity),
            change.capacity,
            sorted(danger.value for danger in change.dangers),
        ]
        for change in changes
    ]
    text = json.dumps([shop, rows], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _plain(quantity: Quantity) -> int | str | None:
    if isinstance(quantity, Unknown):
        return None
    return quantity.value if isinstance(quantity, Unlimited) else quantity
