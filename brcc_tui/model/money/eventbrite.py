"""What Eventbrite tells of money: places that were bought, and sums of sales."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from brcc_tui.model.money.records import Person


@dataclass(frozen=True, slots=True)
class BoughtPlace:
    """One attendee: one place of a ticket class. `gross` is what was paid for it, fees included; None: not told.

    `base` is the same without fees and taxes.

    `person` is there only where somebody asked for names.
    """

    id: str
    order_id: str
    class_id: str
    gross: Decimal | None
    currency: str
    refunded: bool = False
    cancelled: bool = False
    status: str = ""
    base: Decimal | None = None
    created: dt.datetime | None = None
    person: Person | None = None

    @property
    def is_valid(self) -> bool:
        """Whether it lets somebody in."""
        return not self.refunded and not self.cancelled


@dataclass(frozen=True, slots=True)
class SalesReport:
    """Sums of an event's sales, refunds taken off. What the report does not tell is None. `days` are places by day."""

    currency: str = ""
    gross: Decimal | None = None
    net: Decimal | None = None
    fees: Decimal | None = None
    quantity: int | None = None
    days: Mapping[dt.date, int] = field(default_factory=dict)
