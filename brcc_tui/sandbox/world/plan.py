"""What the club plans to sell, before the numbers are settled."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from brcc_tui.sandbox.world.booking import PlannedDate, Slot
from brcc_tui.sandbox.world.draft import Performance


@dataclass(slots=True)
class PlannedProduct:
    """A bookings product. `flat`: staff saved it since its last sale."""

    id: int
    name: str
    flat: bool
    slots: list[Slot] = field(default_factory=list)


@dataclass(slots=True)
class SlotShelf:
    """One slot of one product: where dates are put on sale."""

    product: PlannedProduct
    slot: Slot


@dataclass(slots=True)
class PlannedCell:
    """A date on a shelf, with the places that its orders take."""

    shelf: SlotShelf
    place: PlannedDate
    performance: Performance
    day: dt.date
    places: int

    @property
    def listing(self) -> str:
        """Its listing id."""
        return f"wc:{self.shelf.product.id}:{self.shelf.slot.id}:{self.place.date_id}"


@dataclass(slots=True)
class Series:
    """An Eventbrite series, with the ticket class of its parent that the dates' classes descend from."""

    id: str
    name: str
    class_id: str


@dataclass(slots=True)
class Happening:
    """An Eventbrite event and what it has sold."""

    id: str
    name: str
    performance: Performance
    sold: int
    series: Series | None
    mixer: bool = False
