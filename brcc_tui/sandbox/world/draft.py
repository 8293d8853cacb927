"""A world in the making: performances first, then what each shop lists and has sold of them.

The numbers come last (`settle`), because what one shop offers depends on what the other has sold.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from brcc_tui.sandbox.world.ids import Ids
from brcc_tui.sandbox.world.types import EventSpec, Life, OrderSpec, ProductSpec

ROOM = "main"
SEATS = 55
"""The club's one room, as show ids name it, and how many seats it has."""


@dataclass(slots=True)
class Performance:
    """One evening in the room, with what each shop has sold of it."""

    starts_at: dt.datetime
    sold_on_eventbrite: int = 0
    sold_on_site: int = 0

    @property
    def show(self) -> str:
        """The show's id."""
        return f"{self.starts_at:%Y-%m-%dT%H:%M}@{ROOM}"

    @property
    def free(self) -> int:
        """Seats that nobody has."""
        return max(0, SEATS - self.sold_on_eventbrite - self.sold_on_site)


@dataclass(slots=True)
class WorldDraft:
    """The world so far, of a club that plays since `past_weeks` and has announced `ahead_weeks`, this one too."""

    rng: random.Random
    today: dt.date
    meta_keys: int
    ids: Ids
    zone: str
    past_weeks: int
    ahead_weeks: int
    performances: dict[dt.datetime, Performance] = field(default_factory=dict)
    products: list[ProductSpec] = field(default_factory=list)
    orders: list[OrderSpec] = field(default_factory=list)
    events: list[EventSpec] = field(default_factory=list)
    truth: dict[str, str | None] = field(default_factory=dict)
    oddities: dict[str, str] = field(default_factory=dict)

    def at(self, day: dt.date, time: dt.time) -> dt.datetime:
        """That local time in the club's zone."""
        return dt.datetime.combine(day, time, ZoneInfo(self.zone))

    def day(self, offset: int) -> dt.date:
        """So many days from today."""
        return self.today + dt.timedelta(days=offset)

    @property
    def midnight(self) -> dt.datetime:
        """The beginning of today, before which every order of the world was placed."""
        return self.at(self.today, dt.time(0))

    def performance(self, day: dt.date, time: dt.time) -> Performance:
        """The performance at that time; the room has one at a time, whatever it is called."""
        starts_at = self.at(day, time)
        found = self.performances.get(starts_at)
        if found is None:
            found = self.performances[starts_at] = Performance(starts_at)
        return found

    def demand(self, day: dt.date) -> int:
        """How many seats a usual show of that day has sold by today, on both shops together."""
        ahead = (day - self.today).days
        if 0 < ahead < 21 and self.rng.random() < 0.08:
            return SEATS
        if ahead < 0:
            low, high = 0.55, 1.0
        elif ahead == 0:
            low, high = 0.7, 0.95
        elif ahead < 7:
            low, high = 0.3, 0.8
        elif ahead < 21:
            low, high = 0.1, 0.4
        elif ahead < 60:
            low, high = 0.0, 0.15
        else:
            low, high = 0.0, 0.03
        return round(SEATS * self.rng.uniform(low, high))

    def sell_cell(self, product_id: int, slot_id: str, date_id: str, day: dt.date, places: int) -> None:
        """Orders for so many places of a cell (or of a product's own stock, with empty ids)."""
        while places > 0:
            quantity = min(places, self.rng.choices((1, 2, 3, 4), (3, 9, 2, 2))[0])
            places -= quantity
            self.order(product_id, slot_id, date_id, day, quantity, self._usual_life(day))

    def order(
        self, product_id: int, slot_id: str, date_id: str, day: dt.date, quantity: int, life: Life,
        variation_id: int | None = None,
    ) -> None:  # fmt: skip
        """One order, placed before today and before the show."""
        latest = min(self.midnight, self.at(day, dt.time(12)))
        before = dt.timedelta(minutes=self.rng.randint(5, 30 * 24 * 60))
        if life in (Life.PENDING, Life.FAILED, Life.BLOCK_CHECKOUT):
            before = dt.timedelta(0)
        placed_at = (latest - before).astimezone(dt.UTC)
        self.orders.append(OrderSpec(product_id, quantity, life, placed_at, slot_id, date_id, variation_id))

    def _usual_life(self, day: dt.date) -> Life:
        """Almost every order is completed; some of those for coming shows still wait for something."""
        if day < self.today or self.rng.random() < 0.9:
            return Life.COMPLETED
        return self.rng.choice((Life.PROCESSING, Life.PROCESSING, Life.ON_HOLD, Life.PENDING))
