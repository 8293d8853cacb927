"""A listing's numbers at one instant."""

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


@dataclass(frozen=True, slots=True)
class Reading:
    """Seats of one listing, each a number, unlimited or unknown with its reason.

    `held` are places taken but not yet ticketed; `pending` are places of orders whose stock WooCommerce
    has not reduced yet: shown apart, never subtracted. `read_at` is the age of the oldest part.
    """

    capacity: Quantity
    sold: Quantity
    held: Quantity
    remaining: Quantity
    read_at: datetime | None
    source: Source
    pending: Quantity = 0

    @classmethod
    def unknown(cls, reason: str, source: Source = Source.LIVE, read_at: datetime | None = None) -> Reading:
        """A reading of which nothing could be had."""
        nothing = Unknown(reason)
        return cls(nothing, nothing, nothing, nothing, read_at, source, nothing)

    @property
    def taken(self) -> Quantity:
        """Places sold and held: at least so many, where those in Eventbrite's checkout are not known."""
        return add(self.sold, at_least(self.held))

    def unknowns(self) -> dict[str, str]:
        """The reasons of the parts that are unknown, by name."""
        parts = {"capacity": self.capacity, "sold": self.sold, "held": self.held, "remaining": self.remaining}
        return {name: part.reason for name, part in parts.items() if isinstance(part, Unknown)}
