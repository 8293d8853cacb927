"""Sorting by a column. Unknown values come last in either direction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar, cast

from brcc_tui.model.quantity import Quantity, Unknown, Unlimited
from brcc_tui.model.shows.show import Show

Thing = TypeVar("Thing")
SortValue = float | str | tuple[float, ...]
"""Where a thing stands by one column; None is not known."""

_KEYS: Final[dict[str, Callable[[Show], SortValue | None]]] = {
    "date": lambda show: show.starts_at.timestamp(),
    "title": lambda show: show.title.casefold(),
    "sold": lambda show: _number(show.sold),
    "free": lambda show: _number(show.free),
    "full": lambda show: _full(show),
}

SORT_COLUMNS: Final = tuple(_KEYS)
"""What shows can be sorted by; `full` is the share of the seats that is sold."""

_MOST_FIRST: Final = ("sold", "free", "full")


@dataclass(frozen=True, slots=True)
class SortOrder:
    """A column of several, and whether the largest of it comes first; so do `most_first` when they are chosen."""

    column: str = SORT_COLUMNS[0]
    falling: bool = False
    columns: tuple[str, ...] = SORT_COLUMNS
    most_first: tuple[str, ...] = _MOST_FIRST

    def next(self) -> SortOrder:
        """The next column, the way round that people look for first."""
        column = self.columns[(self.columns.index(self.column) + 1) % len(self.columns)]
        return replace(self, column=column, falling=column in self.most_first)

    def turned(self) -> SortOrder:
        """The other way round."""
        return replace(self, falling=not self.falling)


def in_order(shows: Iterable[Show], order: SortOrder) -> list[Show]:
    """The shows, sorted; those that are equal stay as they stand, soonest first."""
    return arranged(shows, _KEYS[order.column], falling=order.falling)


def arranged(things: Iterable[Thing], key: Callable[[Thing], SortValue | None], *, falling: bool) -> list[Thing]:
    """Sorted by that place of each; equal ones stay as they stand, and those without a place stand last."""
    as_given = list(things)
    places = [key(thing) for thing in as_given]
    known = [index for index, place in enumerate(places) if place is not None]
    known.sort(key=cast("Callable[[int], SortValue]", places.__getitem__), reverse=falling)
    unknown = (thing for thing, place in zip(as_given, places, strict=True) if place is None)
    return [*(as_given[index] for index in known), *unknown]


def _number(quantity: Quantity) -> float | None:
    if isinstance(quantity, Unknown):
        return None
    return float("inf") if isinstance(quantity, Unlimited) else quantity


def _full(show: Show) -> float | None:
    sold = _number(show.sold)
    return None if sold is None or show.room.seats <= 0 else sold / show.room.seats
