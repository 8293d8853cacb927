"""The door list: how many come, by listing, which orders wait and, if requested, who they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from brcc_tui.model.listing import Platform
from brcc_tui.model.shows.show import Show


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """An order whose seats are taken and which has no ticket: known by its number.

    `name` is who is billed for it, None where nobody asked for names.
    """

    shop: Platform
    number: str
    seats: int
    status: str
    listing_id: str
    name: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody with so many seats by one order. An empty name: its ticket tells none."""

    name: str = field(repr=False)
    seats: int
    number: str
    shop: Platform
    listing_id: str

    @property
    def place(self) -> tuple[bool, str, str, str]:
        """Where a list of guests has it: by the last word of the name, who has none at the end."""
        words = self.name.split()
        return not words, (words[-1] if words else "").casefold(), self.name.casefold(), self.number


@dataclass(frozen=True, slots=True)
class DoorSheet:
    """A show's door at `read_at`, with the numbers of that moment.

    `guests` are None where nobody asked for names, `failed` is what could not be asked, `notes` what could not be read.
    What sells the show is as it was listed at `listed_at`, classes and dates of that excepted.
    """

    show: Show
    read_at: dt.datetime
    held_orders: tuple[HeldOrder, ...]
    guests: tuple[Guest, ...] | None = None
    failed: Mapping[Platform, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    listed_at: dt.datetime | None = None
