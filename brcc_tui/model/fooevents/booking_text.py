"""The JSON text `fooevents_bookings_options_serialized`: read as FooEvents reads it, edited token by token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brcc_tui.model.quantity import Quantity
from brcc_tui.model.trouble import Trouble

META_KEY = "fooevents_bookings_options_serialized"


class NotEditable(Trouble):
    """A cell's stock cannot be replaced in this text without harm."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One slot and date as FooEvents itself reads it.

    `remaining` is the stock FooEvents acts on. `other` is the second stored stock where a date has a flat
    and a nested one that differ. `slot_texts` are the texts that tickets of this slot may carry.
    """

    slot_id: str
    date_id: str
    label: str
    date_text: str
    hour: str
    minute: str
    period: str
    remaining: Quantity
    other: Quantity | None = None
    slot_texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BookingText:
    """A parsed text. `error` says why FooEvents would not read it; then there are no cells."""

    text: str
    cells: tuple[Cell, ...]
    error: str | None
    breaks_fooevents: str | None
    slots: int

    def cell(self, slot_id: str, date_id: str) -> Cell | None:
        """The cell of those ids."""
        return next((c for c in self.cells if c.slot_id == slot_id and c.date_id == date_id), None)

    def edit(self, stocks: Mapping[tuple[str, str], int]) -> str:
        """The text with the stock tokens of these cells replaced and every other byte as it was.

        Raises `NotEditable`.
        """
        raise NotImplementedError


def parse(text: str) -> BookingText:
    """Read any text at all; never raises."""
    raise NotImplementedError
