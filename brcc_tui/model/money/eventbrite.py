"""Eventbrite's data about money: places that were bought, and sums of sales."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from brcc_tui.model.money.records import Person

_GONE: Final = frozenset({"not attending", "deleted", "transferred"})
"""Statuses of a place that is nobody's any more, whatever its flags say."""


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
        return not self.refunded and not self.cancelled and self._said not in _GONE

    @property
    def is_given_up(self) -> bool:
        """Whether it lets nobody in, and nothing says that its money went back."""
        return not self.refunded and not self.is_valid

    @property
    def is_unpaid(self) -> bool:
        """Whether Eventbrite waits for its money: whoever pays by invoice or at the door has a place before."""
        return self._said == "unpaid"

    @property
    def _said(self) -> str:
        return self.status.strip().lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class SalesReport:
    """Sums of an event's sales, refunds taken off. What the report does not say is None. `days` are places by day,
    and `untold` how many more there are in all than on these days (None: nobody knows).
    """

    currency: str = ""
    gross: Decimal | None = None
    net: Decimal | None = None
    fees: Decimal | None = None
    quantity: int | None = None
    days: Mapping[dt.date, int] = field(default_factory=dict)
    untold: int | None = None
