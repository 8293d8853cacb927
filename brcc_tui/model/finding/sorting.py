"""Shows in the order of one of their columns. What is not known stands at the end, whichever way round."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from brcc_tui.model.quantity import Quantity, Unknown, Unlimited
from brcc_tui.model.shows.show import Show

_KEYS: Final[dict[str, Callable[[Show], float | str | None]]] = {
    "date": lambda show: show.starts_at.timestamp(),
    "title": lambda show: show.title.casefold(),
    "sold": lambda show: _number(show.sold),
    "free": lambda show: _number(show.free),
    "full": lambda show: _full(show),
}

COLUMNS: Final = tuple(_KEYS)
"""What shows can be sorted by; `full` is the share of the seats that are sold."""

_MOST_FIRST: Final = ("sold", "free", "full")


@dataclass(frozen=True, slots=True)
class Order:
    """A column, and whether the largest of it comes first."""

    column: str = COLUMNS[0]
    falling: bool = False

    def next(self) -> Order:
        """The next column, the way round that people look for first."""
        column = COLUMNS[(COLUMNS.index(self.column) + 1) % len(COLUMNS)]
        return Order(column, column in _MOST_FIRST)

    def turned(self) -> Order:
        """The other way round."""
        return Order(self.column, not self.falling)


def in_order(shows: Iterable[Show], order: Order) -> list[Show]:
    """The shows, sorted; those that are equal stay as they stand, soonest first."""
    key = _KEYS[order.column]
    known: list[tuple[float | str, Show]] = []
    unknown: list[Show] = []
    for show in shows:
        value = key(show)
        if value is None:
            unknown.append(show)
        else:
            known.append((value, show))
    known.sort(key=lambda one: one[0], reverse=order.falling)
    return [*(show for _, show in known), *unknown]


def _number(quantity: Quantity) -> float | None:
    if isinstance(quantity, Unknown):
        return None
    return float("inf") if isinstance(quantity, Unlimited) else quantity


def _full(show: Show) -> float | None:
    sold = _number(show.sold)
    return None if sold is None or show.room.seats <= 0 else sold / show.room.seats
