"""Finds the slot and date that a ticket belongs to: by its ids or, if it has none, by its texts.

FooEvents itself writes ids. Tickets made by other programs, or imported long ago, have texts only, and write a day in
many ways: with or without leading zeros, or in the date format that the site had then.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from brcc_tui.model.counts import STOCK, CellKey, ProductCells, own_cell
from brcc_tui.model.dates import read_date
from brcc_tui.model.listing_id import CellId, names_a_listing

_ONE_DIGIT = re.compile(r"(?<![0-9])0?([0-9])(?![0-9])", re.ASCII)


class NamesPlace(Protocol):
    """What a ticket says of its place; empty where it says nothing."""

    @property
    def slot_id(self) -> str: ...
    @property
    def date_id(self) -> str: ...
    @property
    def slot_text(self) -> str: ...
    @property
    def date_text(self) -> str: ...


def spellings(date_texts: Iterable[str]) -> frozenset[str]:
    """These texts of dates as they stand, and with and without zeros before numbers of one digit; no empty one."""
    texts = frozenset(filter(None, date_texts))
    return texts.union(_ONE_DIGIT.sub(number, text) for text in texts for number in (r"\1", r"0\1"))


@functools.lru_cache(maxsize=8192)
def meant_day(date_text: str) -> dt.date | str:
    """The same for texts of the same day; of what may be two days, for the same numbers in the same order."""
    day = read_date(date_text)
    return day if isinstance(day, dt.date) else _ONE_DIGIT.sub(r"\1", date_text).casefold()


@functools.lru_cache(maxsize=8192)
def possible_days(date_text: str) -> frozenset[dt.date | str]:
    """The days that a text may mean, whichever of two numbers is the month; the text itself where it means none."""
    read = (read_date(date_text, date_format) for date_format in ("", "d/m/Y", "m/d/Y"))
    days = frozenset(day for day in read if isinstance(day, dt.date))
    return days or frozenset({meant_day(date_text)} if date_text else ())


class CellFinder:
    """Finds the cells of one product's tickets."""

    def __init__(self, product: ProductCells) -> None:
        self._product = product
        self._has_undated = STOCK in product.cells

    @functools.cached_property
    def _by_day(self) -> Mapping[dt.date | str, Sequence[CellKey]]:
        """The product's cells by their day."""
        found: dict[dt.date | str, list[CellKey]] = defaultdict(list)
        for cell, texts in self._product.cells.items():
            found[meant_day(texts.date_text)].append(cell)
        return found

    @property
    def sells_dates(self) -> bool:
        """Whether what the product sells now are places of dates."""
        return self._product.sells_dates

    def cell(self, ticket: NamesPlace) -> CellKey | None:
        """The cell a ticket names: by both ids, or, for old tickets without any, by the slot's text and the day.

        With one id, or texts that fit two cells, it names none; of two that spell the day otherwise, the one that
        spells it alike. One that says nothing at all is of the stock that the product had before it had dates.
        """
        if ticket.slot_id and ticket.date_id:
            named = ticket.slot_id, ticket.date_id
            return named if self.is_a_date(named) else None
        if self._has_undated and not any((ticket.slot_id, ticket.date_id, ticket.slot_text, ticket.date_text)):
            return STOCK
        return None if ticket.slot_id or ticket.date_id or not ticket.date_text else self._by_texts(ticket)

    def is_a_date(self, cell: CellKey) -> bool:
        """Whether these are the ids of a date: of one that the product has, or such as FooEvents' own are.

        A blank in an id (an import), or a whole PHP array, names no date that anybody could be told of.
        """
        return cell in self._product.cells or names_a_listing(str(CellId(self._product.product_id, *cell)))

    def is_of_a_date_it_had(self, ticket: NamesPlace) -> bool:
        """Whether a ticket of a product that sells one stock now is of a date: no other ticket has the ids of both."""
        if not self._product.one_stock:
            return False
        cell = self.cell(ticket)
        if ticket.slot_id and ticket.date_id:  # also where one of them is none
            return cell is None or not self.is_own_stock(cell)
        return cell in self._product.cells

    def is_own_stock(self, cell: CellKey) -> bool:
        """Whether these ids, which an earlier program wrote, mean the one stock that the product sells now."""
        is_own = self._product.one_stock and cell == own_cell(self._product.product_id)
        return is_own and cell not in self._product.cells

    def possible(self, ticket: NamesPlace) -> Sequence[CellKey]:
        """The cells of which a ticket may be that names none: its text may be older than the slot's name, and one of
        its ids may be missing. What is told narrows them down: an id, else the day, and of several that day the slot.
        Where one of both ids is none, the day alone is told.
        """
        if ticket.slot_id and ticket.date_id:
            return () if self.cell(ticket) else self._of_possible_days(ticket.date_text)
        return self._of_what_is_told(ticket)

    def _of_what_is_told(self, ticket: NamesPlace) -> Sequence[CellKey]:
        """The cells that an id fits, or else the day and the slot's text."""
        if ticket.date_id:
            return [cell for cell in self._product.cells if cell[1] == ticket.date_id]
        that_day = self._of_possible_days(ticket.date_text)
        if ticket.slot_id:
            return [cell for cell in that_day if cell[0] == ticket.slot_id]
        return self._fitting(that_day, ticket) or that_day

    def _of_possible_days(self, date_text: str) -> Sequence[CellKey]:
        days, cells = possible_days(date_text), self._product.cells
        return [cell for cell, texts in cells.items() if not days.isdisjoint(possible_days(texts.date_text))]

    def _fitting(self, that_day: Sequence[CellKey], ticket: NamesPlace) -> Sequence[CellKey]:
        """Those of these cells whose slot bears the ticket's text."""
        return [cell for cell in that_day if ticket.slot_text in self._product.cells[cell].slot_texts]

    def _by_texts(self, ticket: NamesPlace) -> CellKey | None:
        cells = self._product.cells
        fitting = self._fitting(self._by_day.get(meant_day(ticket.date_text), ()), ticket)
        alike = [cell for cell in fitting if cells[cell].date_text == ticket.date_text] or fitting
        return alike[0] if len(alike) == 1 else None
