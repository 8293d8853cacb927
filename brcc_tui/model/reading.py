"""A listing's numbers at one moment."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from brcc_tui.model.checkout import at_least
from brcc_tui.model.quantity import Quantity, Unknown, add


class Source(enum.StrEnum):
    """Where a reading comes from."""

    LIVE = "live"
    CACHE = "cache"


class Origin(enum.StrEnum):
    """Where a number comes from."""

    DATABASE = "database"
    REST = "rest"
    EVENTBRITE = "eventbrite"
    TIER = "tier"
    WRITE_ANSWER = "write_answer"
    CACHE = "cache"


@dataclass(frozen=True, slots=True)
class Reading:
    """Seats of one listing, each a number, unlimited or unknown with its reason.

    `held` are places taken but not yet ticketed; `pending` are places of orders whose stock WooCommerce
    has not reduced yet: shown apart, never subtracted. `read_at` is when it was asked for, by this computer's clock; of
    two readings the one that was asked for later is the newer. `stored_from` and `taken_from` say who told the number
    that is stored and the places that are taken.
    """

    capacity: Quantity
    sold: Quantity
    held: Quantity
    remaining: Quantity
    read_at: datetime | None
    source: Source
    pending: Quantity = 0
    stored_from: Origin | None = None
    taken_from: Origin | None = None

    @classmethod
    def unknown(cls, reason: str, source: Source = Source.LIVE, read_at: datetime | None = None) -> Reading:
        """A reading of which nothing could be had."""
        nothing = Unknown(reason)
        return cls(nothing, nothing, nothing, nothing, read_at, source, nothing)

    @property
    def taken(self) -> Quantity:
        """Places sold and held; a minimum if those in Eventbrite's checkout are unknown."""
        return add(self.sold, at_least(self.held))

    @property
    def is_untouched(self) -> bool:
        """Whether it is known that nobody has a place of it."""
        return self.sold == 0 and self.held == 0

    @property
    def left_but_for_checkout(self) -> Quantity:
        """What would remain, were nobody in Eventbrite's checkout: who is there may be buying of another class."""
        return add(self.remaining, at_least(self.held))

    @property
    def is_sold_beyond_capacity(self) -> bool:
        """Whether more are sold than there are, where both are known."""
        return isinstance(self.sold, int) and isinstance(self.capacity, int) and self.sold > self.capacity

    @property
    def sources(self) -> dict[str, Origin]:
        """Where each known number comes from; a cached one from its cache."""
        stored, taken = self.stored_from, self.taken_from
        held = Origin.TIER if taken is Origin.EVENTBRITE else taken
        origins = {"capacity": stored, "sold": taken, "held": held, "remaining": stored}
        if self.source is Source.CACHE:
            origins = dict.fromkeys(origins, Origin.CACHE)
        unknown = self.unknowns()
        return {name: origin for name, origin in origins.items() if origin is not None and name not in unknown}

    def unknowns(self) -> dict[str, str]:
        """The reasons of the parts that are unknown, by name."""
        parts = {"capacity": self.capacity, "sold": self.sold, "held": self.held, "remaining": self.remaining}
        return {name: part.reason for name, part in parts.items() if isinstance(part, Unknown)}
