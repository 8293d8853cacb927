"""Plans: what a confirmation shows, and the only thing that may be applied.

A plan's digest covers the shops, the ordered changes with what a person saw of each (title, slot, date and start), the
implied capacity before, and the danger flags. Sales in between do not change it; somebody else's change does. A close
wants nothing left on offer, however many are sold by then, so its digest has no capacity after.
"""

from __future__ import annotations

import enum
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from brcc_tui.model.app_error import AppError
from brcc_tui.model.listing import Listing
from brcc_tui.model.offer import OfferRule
from brcc_tui.model.quantity import Quantity, Unlimited, plain
from brcc_tui.model.reading import Reading
from brcc_tui.model.shows.show import MAX_SEATS


class Action(enum.StrEnum):
    """What a change does. Closing sets capacity to what is taken, or hides an unsold ticket class."""

    SET = "set"
    CLOSE = "close"
    REOPEN = "reopen"


class Danger(enum.StrEnum):
    """What makes a confirmation ask for a number to be typed."""

    CLOSES_SALES = "closes_sales"
    BEYOND_ROOM = "beyond_room"
    FROM_ZERO = "from_zero"
    FROM_UNLIMITED = "from_unlimited"
    HIDES = "hides"
    UNHIDES = "unhides"
    UNCONFIRMED_PAIRING = "unconfirmed_pairing"
    CHECKOUT_UNKNOWN = "checkout_unknown"


class RefusalCode(enum.StrEnum):
    """Why a change is refused; the documentation has the remedy for each."""

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
    UNCONFIRMED_PAIRING = "unconfirmed_pairing"
    NOT_WHOLE = "not_whole"
    REPLICA = "replica"
    CHECKOUT_UNKNOWN = "checkout_unknown"
    BACKORDERS = "backorders"
    SELLS_BY_CODE = "sells_by_code"
    LOST_LISTING = "lost_listing"


class Outcome(enum.StrEnum):
    """How a change ended. `verified` has not ended yet: it is written and read back, and no longer watched."""

    SETTLED = "settled"
    SETTLED_LOW = "settled_low"
    REFUSED = "refused"
    CONFLICT = "conflict"
    UNDONE_BY_SHOP = "undone_by_shop"
    ROLLED_BACK = "rolled_back"
    UNCLEAR = "unclear"
    INTERRUPTED = "interrupted"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """What a person asks for: a total capacity (`delta` False), or so many more or fewer (`delta` True).

    For close and reopen `number` is ignored. `follows` is the journal entry that this undoes or re-applies.
    """

    listing_id: str
    action: Action
    number: int = 0
    delta: bool = False
    follows: str | None = None


class NotANumberOfSeats(AppError):
    """The text is not a capacity."""


def parse_request(listing_id: str, text: str) -> ChangeRequest:
    """What a person typed as a capacity: `58`, `+1`, `-1`. Raises `NotANumberOfSeats` for anything else."""
    typed = text.strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,6}", typed) or int(typed.lstrip("+-")) > MAX_SEATS:
        shown = "".join(c if c.isprintable() else "?" for c in typed[:20])
        raise NotANumberOfSeats(
            f"{shown!r} is not a number of seats",
            subject=listing_id[:200],
            next_step=f"give a whole number from 0 to {MAX_SEATS:,}, or +1 or -1 for one more or fewer",
        )
    return ChangeRequest(listing_id, Action.SET, int(typed), delta=typed[0] in "+-")


@dataclass(frozen=True, slots=True)
class Change:
    """One listing, an action, its reading before and the one wanted after. `call` is the request in words.

    `base` is the capacity that stands by what was set here last, where the shop itself has moved the one that is read;
    it then stands for that one in the digest. `saved` is when the product was last saved before the plan,
    and `opened` the note of who had it open in an editor by then. `since` is both in one, for a relative change of a
    date: then what moved its capacity meanwhile was the shop itself, and the one that was seen stands as `base`.
    `journal_position` is where the journal stood before the reading: what was sent from here since stands behind it.
    """

    listing: Listing
    action: Action
    before: Reading
    after: Reading
    call: str
    dangers: tuple[Danger, ...] = ()
    warnings: tuple[str, ...] = ()
    follows: str | None = None
    base: int | None = None
    saved: datetime | None = None
    opened: str | None = None
    since: str | None = None
    journal_position: int = 0

    @property
    def capacity(self) -> int:
        """The total capacity that is wanted; every plannable change has a plain number."""
        if not isinstance(self.after.capacity, int):
            raise ValueError("a change without a capacity")
        return self.after.capacity

    @property
    def lowers(self) -> bool:
        """Whether it takes seats off sale. From unlimited to a number lowers, even where a stock below 0 is sold
        without limit; closing and hiding take all of them off.
        """
        if Danger.HIDES in self.dangers:
            return True
        if self.action is Action.CLOSE or self.listing.terms.endless is OfferRule.NEGATIVE_STOCK:
            return True
        before = self.before.capacity
        return isinstance(before, Unlimited) or (isinstance(before, int) and self.capacity < before)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is not carried out, with its code, the reason, and what to do."""

    listing_id: str
    code: RefusalCode
    reason: str


@dataclass(frozen=True, slots=True)
class ShowRule:
    """How the listings of one show share its seats; evaluated again, on fresh readings, before each write.

    `capacities` gets every listing named, read just now, and returns the capacity that each should have. It is pure,
    and raises `AppError` if it cannot decide. Its result can only lower what was confirmed, never raise it. `fits` gets
    the same listings and the capacities that are about to be written, and returns the permitted ones: it raises no more
    than all listings of the show leave free at that moment. `whole` gets everything that its products and events sell
    at that moment, and raises `AppError` if something of the show is there that the plan did not know. `terms` is what
    the rule can be rebuilt from, as the journal stores it, and `journal_position` the journal's position before the
    oldest of the plan's readings.
    """

    listing_ids: tuple[str, ...]
    capacities: Callable[[Mapping[str, Listing]], Mapping[str, int]]
    fits: Callable[[Mapping[str, Listing], Mapping[str, int]], Mapping[str, int]] = lambda _, wanted: wanted
    whole: Callable[[Mapping[str, Listing]], None] = lambda _: None
    terms: Mapping[str, object] = field(default_factory=dict)
    journal_position: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Ordered changes (lowers first) and refusals; `shop` identifies both shops together.

    `rules` are those of a sync plan, one per show; other plans have none.
    """

    digest: str
    changes: tuple[Change, ...]
    refused: tuple[Refusal, ...]
    made_at: datetime
    shop: str
    rules: tuple[ShowRule, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """How one change ended. `wanted` is the final capacity, with sales since the plan counted.

    `listing` is the whole listing as last seen in its shop, `reading` its numbers. `sold_meanwhile` are places taken
    between the plan and the last look. `unseen` says that the looks after verifying failed, so it is unknown whether
    the change is still in place. `read_since` says that the numbers are newer than the plan's.
    """

    listing: Listing
    outcome: Outcome
    wanted: int
    sold_meanwhile: int = 0
    corrections: int = 0
    reason: str = ""
    entry: str | None = None
    unseen: bool = False
    read_since: bool = True

    @property
    def listing_id(self) -> str:
        """The listing's id."""
        return self.listing.id

    @property
    def reading(self) -> Reading:
        """The numbers that were read last."""
        return self.listing.reading

    @property
    def offer(self) -> Quantity | None:
        """What buyers can buy of it now; None if the change was not carried out, because the reading may be older than
        that.
        """
        return self.listing.offer.value if self.done else None

    @property
    def done(self) -> bool:
        """Whether the shop has what was wanted, or less, so that a person has nothing left to decide."""
        return self.outcome in (Outcome.SETTLED, Outcome.SETTLED_LOW, Outcome.VERIFIED) and not self.unseen


@dataclass(frozen=True, slots=True)
class Result:
    """The results of a plan; `entries` are journal ids, in the plan's order."""

    plan: Plan
    entries: tuple[str, ...]
    changes: tuple[ChangeResult, ...]

    @property
    def done(self) -> bool:
        """Whether every change was carried out."""
        return all(change.done for change in self.changes)


def number_to_type(plan: Plan) -> int | None:
    """The number that a dangerous plan requires: the capacity of its one dangerous change, or how many there are.

    None without any danger: then `y` is enough.
    """
    dangerous = [change for change in plan.changes if change.dangers]
    if not dangerous:
        return None
    return dangerous[0].capacity if len(dangerous) == 1 else len(dangerous)


def make_plan(
    shop: str,
    changes: Sequence[Change],
    refused: Sequence[Refusal],
    made_at: datetime,
    rules: Sequence[ShowRule] = (),
) -> Plan:
    """Order the changes (lowers before raises, Eventbrite lowers first) and sign them with a digest."""
    ordered = tuple(sorted(changes, key=lambda change: (not change.lowers, change.listing.platform.value)))
    return Plan(digest(shop, ordered), ordered, tuple(refused), made_at, shop, tuple(rules))


def digest(shop: str, changes: Iterable[Change]) -> str:
    """The first 12 hex digits of SHA-256 over canonical JSON of the shop and the ordered changes."""
    rows = [
        [
            change.listing.id,
            change.listing.title,
            change.listing.slot,
            change.listing.date.isoformat() if change.listing.date else None,
            change.listing.starts_at.isoformat() if change.listing.starts_at else None,
            change.action.value,
            plain(change.before.capacity if change.base is None else change.base),
            None if change.action is Action.CLOSE else change.capacity,
            sorted(danger.value for danger in change.dangers),
            *([] if change.since is None else [change.since]),
        ]
        for change in changes
    ]
    text = json.dumps([shop, rows], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
