"""The JSON text `fooevents_bookings_options_serialized`: parsed as FooEvents parses it, edited token by token.

FooEvents keeps the seats of a bookings product in one text, in two layouts. An admin's save writes each
slot flat (`<date>_add_date`, `<date>_stock`), every sale rewrites the whole text nested
(`add_date: {<date>: {date, stock}}`), and other programs leave mixtures. FooEvents replays a slot's keys
in stored order, so the later key wins; this module does the same.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.fooevents.json_places import Path, TextSpan, nesting, text_spans
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown

META_KEY = "fooevents_bookings_options_serialized"

_LONGEST_TEXT = 8 * 1024 * 1024
_DEEPEST_TEXT = 511
"""Containers within each other that PHP's json_decode still reads (measured on PHP 8.2)."""

PHP_INT_LIMIT: Final = 2**63
"""From here on PHP holds a number as a fraction, or not at all."""

UNCOUNTABLE: Final = 10**18
"""From here on a stored number is not a number of seats: with what was sold it may be more than SQLite can keep."""
_WHOLE_OR_FRACTION = re.compile(r"[ \t\n\r\v\f]*([+-]?[0-9]{1,18})(?:\.[0-9]*)?[ \t\n\r\v\f]*", re.ASCII)
_BREAKING = re.compile('["\\\\\x00-\x1f\u2028\u2029]')
_BREAKING_ESCAPE = re.compile(r'\\["\\bfnrt]|\\u00[01]|\\u0022|\\u005[cC]|\\u202[89]|[\u2028\u2029]')


class NotEditable(AppError):
    """A cell's stock cannot be replaced in this text without harm."""


class _Unreadable(Exception):
    """Why FooEvents could not read the text, in words."""


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

    @property
    def key(self) -> tuple[str, str]:
        """(slot id, date id), which name it within its product."""
        return self.slot_id, self.date_id

    @property
    def is_ghost(self) -> bool:
        """Whether it is only a leftover: a cancelled order of a removed slot or date leaves a stock without a date."""
        return not (self.slot_id and self.date_id and self.date_text)


@dataclass(frozen=True, slots=True)
class BookingText:
    """A parsed text. `error` says why FooEvents would not read it; then there are no cells.

    `breaks_fooevents` says why FooEvents' next own write would destroy it. `slots` counts slots with an id.
    """

    text: str
    cells: tuple[Cell, ...]
    error: str | None
    breaks_fooevents: str | None
    slots: int

    def cell(self, slot_id: str, date_id: str) -> Cell | None:
        """The cell of those ids, None where the text has none such."""
        return next((c for c in self.cells if c.slot_id == slot_id and c.date_id == date_id), None)

    def edit(
        self, stocks: Mapping[tuple[str, str], int], *, from_unlimited: Collection[tuple[str, str]] = frozenset()
    ) -> str:
        """The text with the stock tokens of these cells replaced and every other byte as it was.

        Where a date has a flat and a nested stock, both get the number. The type is kept: a string stays a
        string, a bare number stays one (a fraction becomes whole in its type). An unlimited cell is only
        limited when `from_unlimited` names it: `""` becomes a string, `null` a bare number. A cell without
        a stock token has nothing to replace. Raises `NotEditable` for that and wherever the effect is in
        doubt: invalid text, keys that occur twice, ids with `_`, texts that FooEvents breaks, stocks that
        are no number.
        """
        if not stocks:
            return self.text
        if self.error or self.breaks_fooevents:
            raise NotEditable(
                self.error or self.breaks_fooevents or "", next_step="correct the product's booking settings"
            )
        found = _spans(self.text)
        cells = {cell.key: cell for cell in self.cells}
        replacements: list[tuple[TextSpan, str]] = []
        for key, number in stocks.items():
            if (cell := cells.get(key)) is None:
                raise NotEditable("the booking options hold no such slot and date", subject=" ".join(key))
            _refuse_number(cell, number, key in from_unlimited)
            for place in _stock_places(cell, found):
                replacements.append((place, _replacement(cell, self.text[place.start : place.end], number)))
        edited = _spliced(self.text, replacements)
        self._check(edited, stocks)
        return edited

    def check_replaceable(self, cell: Cell) -> None:
        """Raise `NotEditable` where no number could be put in the place of this cell's stock, whatever the number."""
        for place in _stock_places(cell, _spans(self.text)):
            _replacement(cell, self.text[place.start : place.end], 0)

    def _check(self, edited: str, stocks: Mapping[tuple[str, str], int]) -> None:
        """Read the edited text again: exactly the named cells may differ, and stand at their numbers."""
        wanted = []
        for cell in self.cells:
            number = stocks.get(cell.key)
            wanted.append(cell if number is None else replace(cell, remaining=number, other=None))
        if parse_booking_text(edited).cells != tuple(wanted):
            raise NotEditable("FooEvents would not read the new number: its stock is stored in an unusual place")


@functools.lru_cache(maxsize=2)
def _spans(text: str) -> dict[Path, list[TextSpan]]:
    """Where everything down to a stock stands; of the last texts, for a plan asks it of each of their dates."""
    return text_spans(text, depth=4)


@functools.lru_cache(maxsize=64)
def parse_booking_text(text: str) -> BookingText:
    """Read any text at all; never raises. Nothing, `null`, `[]` and `{}` are texts without slots, not errors.

    The last ones are kept: a change looks at one text from several sides, and 10,000 dates take a third of a second.
    """
    try:
        document = _decode(text)
        cells: list[Cell] = []
        slots = 0
        for slot_id, slot in _items(document):
            if isinstance(slot, dict):
                slots += slot_id != ""
                cells.extend(_cells(slot_id, slot))
    except (ValueError, RecursionError, _Unreadable) as problem:
        return BookingText(text, (), _in_words(problem), None, 0)
    return BookingText(text, tuple(cells), None, _what_breaks(text, document), slots)


def _decode(text: str) -> Any:
    """The document as PHP's json_decode gives it; raises for whatever PHP refuses, and a little more."""
    if not text:
        return None
    if len(text) > _LONGEST_TEXT:
        raise _Unreadable("the booking options are longer than 8 MiB")
    if not text.isascii():
        text.encode()
    document = json.loads(text, parse_constant=_no_constant)
    if "\\ud" in text or "\\uD" in text:
        json.dumps(document, ensure_ascii=False).encode()
    if text.count("{") + text.count("[") > _DEEPEST_TEXT and nesting(text) > _DEEPEST_TEXT:
        raise RecursionError
    if not isinstance(document, dict | list | None):
        raise _Unreadable("the booking options are a single value, not a set of slots")
    return document


def _no_constant(name: str) -> None:
    raise _Unreadable(f"the booking options are not valid JSON: {name} is no number")


def _in_words(problem: Exception) -> str:
    if isinstance(problem, json.JSONDecodeError):
        what = problem.msg.removesuffix(" at")
        return f"the booking options are not valid JSON ({what} at character {problem.pos + 1})"
    if isinstance(problem, UnicodeError):
        return "the booking options are not valid JSON (half of a character pair stands alone)"
    if isinstance(problem, RecursionError):
        return "the booking options are nested too deeply for PHP to read"
    if isinstance(problem, ValueError):
        return "the booking options hold a number of too many digits"
    return str(problem)


def _items(array: Any) -> Iterator[tuple[str, Any]]:
    """Keys and values of what PHP holds as an array; a JSON list counts from "0"."""
    if isinstance(array, dict):
        yield from array.items()
    elif isinstance(array, list):
        for index, value in enumerate(array):
            yield str(index), value


def _cells(slot_id: str, stored: Mapping[str, Any]) -> Iterator[Cell]:
    slot, flat_stocks = _replay(stored)
    label, (hour, minute, period) = _php_text(slot.get("label")), _time_fields(slot)
    times = (_php_text(slot.get("formatted_time")), formatted_time(hour, minute, period) if hour and minute else "")
    texts = _slot_texts(label, times)
    nested = dict(_items(stored.get("add_date"))) if flat_stocks else {}
    for date_id, entry in _items(slot.get("add_date")):
        if isinstance(entry, dict):
            remaining = stock(entry.get("stock"))
            flat = date_id in flat_stocks
            other = _second_stock(remaining, flat_stocks[date_id], nested.get(date_id)) if flat else None
            date_text = _php_text(entry.get("date"))
            yield Cell(slot_id, date_id, label, date_text, hour, minute, period, remaining, other, texts)


def _second_stock(remaining: Quantity, flat: Any, nested: Any) -> Quantity | None:
    """Of a date with a flat stock the one that FooEvents does not act on, if there is a nested one that differs."""
    if not isinstance(nested, dict) or "stock" not in nested:
        return None
    return next((quantity for quantity in (stock(flat), stock(nested["stock"])) if quantity != remaining), None)


def _replay(stored: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A slot as FooEvents' `process_booking_options` leaves it, and its flat stocks by date id."""
    slot: dict[str, Any] = {}
    flat_stocks: dict[str, Any] = {}
    for key, value in stored.items():
        if "_" not in key:
            slot[key] = value
        elif "_add_date" in key:
            _entry(slot, key.replace("_add_date", ""))["date"] = value
        elif "_zoom_id" in key:
            _entry(slot, key.replace("_zoom_id", ""))["zoom_id"] = value
        elif "_stock" in key:
            date_id = key.replace("_stock", "")
            _entry(slot, date_id)["stock"] = flat_stocks[date_id] = value
        elif key == "add_date":
            slot[key] = _copy(value)
        elif key == "add_time" and value == "enabled" and _has_time(slot):
            slot["formatted_time"] = formatted_time(*_time_fields(slot))
        else:
            slot[key] = value
    return slot, flat_stocks


def _has_time(slot: Mapping[str, Any]) -> bool:
    return slot.get("hour") is not None and slot.get("minute") is not None


def _time_fields(slot: Mapping[str, Any]) -> tuple[str, str, str]:
    """Hour, minute and period of a slot, as PHP prints them."""
    return _php_text(slot.get("hour")), _php_text(slot.get("minute")), _php_text(slot.get("period"))


def _copy(add_date: Any) -> Any:
    """An array of dates with arrays of its own, for replaying changes it; what is no array stays as it is."""
    if not isinstance(add_date, dict | list):
        return add_date
    return {
        date_id: dict(_items(entry)) if isinstance(entry, dict | list) else entry for date_id, entry in _items(add_date)
    }


def _entry(slot: dict[str, Any], date_id: str) -> dict[str, Any]:
    return _array_in(_array_in(slot, "add_date"), date_id)


def _array_in(parent: dict[str, Any], key: str) -> dict[str, Any]:
    """The array under a key, made when absent as PHP does; a scalar in its place ends PHP's reading."""
    value = parent.get(key)
    if value is None or value is False:
        value = parent[key] = {}
    elif not isinstance(value, dict):
        raise _Unreadable("FooEvents would stop with an error here: a date of the booking options is no list of fields")
    return value


def formatted_time(hour: str, minute: str, period: str) -> str:
    """The time as FooEvents adds it to a slot's label: `(08:00 p.m.)`, `(19:00)`."""
    return f"({hour}:{minute} {period})" if period not in ("", "0") else f"({hour}:{minute})"


def _slot_texts(label: str, times: tuple[str, ...]) -> tuple[str, ...]:
    """Tickets carry the label with its time, or the bare label when staff made or edited them."""
    texts = (label, *(f"{label} {time}" for time in times if time))
    return tuple(dict.fromkeys(text for text in texts if text))


def _php_text(value: object) -> str:
    """A scalar as PHP prints it; nothing for what is no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value) if isinstance(value, int | float) else ""


def stock(value: object) -> Quantity:
    """A stored stock as FooEvents acts on it: `""`, null and absent are unlimited, a fraction counts whole."""
    if value is None or value == "":
        return UNLIMITED
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < UNCOUNTABLE:
        return value
    if isinstance(value, str) and (match := _WHOLE_OR_FRACTION.fullmatch(value)):
        return int(match[1])
    if isinstance(value, float) and abs(value) < 1e15:
        return int(value)
    return Unknown(f"its stock is stored as {_shown(value)}, which is not a number of seats")


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "a list"
    text = str(value) if not isinstance(value, int) or isinstance(value, bool) else f"{value:.3e}"
    return repr("".join(c if c.isprintable() else "?" for c in text[:40]))


def _what_breaks(text: str, document: object) -> str | None:
    """FooEvents writes the text back without protecting backslashes: what holds one is invalid afterwards."""
    if not _BREAKING_ESCAPE.search(text):
        return None
    culprit = next((part for part in _strings(document) if _BREAKING.search(part)), None)
    if culprit is None:
        return None
    shown = "".join(c if c.isprintable() else "?" for c in culprit[:60])
    return (
        f"the text {shown} holds a quotation mark, a backslash or a control character: "
        "FooEvents destroys the booking options at the next sale"
    )


def _strings(document: object) -> Iterator[str]:
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            waiting.extend(part.keys())
            waiting.extend(part.values())


def _stock_places(cell: Cell, found: Mapping[Path, list[TextSpan]]) -> list[TextSpan]:
    """Where the cell's stock stands: nested, flat, or both. Raises `NotEditable` where that is in doubt."""
    slot, date = cell.slot_id, cell.date_id
    subject = f"{slot} {date}"
    if "_" in slot or "_" in date:
        raise NotEditable("an id with an underscore is not FooEvents' own", subject=subject)
    above: list[Path] = [(slot,), (slot, "add_date"), (slot, "add_date", date)]
    stocks = [path for path in ((slot, "add_date", date, "stock"), (slot, f"{date}_stock")) if path in found]
    if any(len(found.get(path, ())) > 1 for path in above + stocks):
        raise NotEditable("a key occurs twice around this date's stock", subject=subject)
    if not stocks:
        raise NotEditable(
            "it has no stock that could be replaced (FooEvents sells it without a limit)", subject=subject
        )
    return [found[path][0] for path in stocks]


def _refuse_number(cell: Cell, number: int, may_limit: bool) -> None:
    subject = f"{cell.slot_id} {cell.date_id}"
    if isinstance(number, bool) or not 0 <= number < PHP_INT_LIMIT:
        raise NotEditable("a stock is a whole number from 0 up", subject=subject)
    if isinstance(cell.remaining, Unknown):
        raise NotEditable(cell.remaining.reason, subject=subject)
    if cell.remaining is UNLIMITED and not may_limit:
        raise NotEditable("it is unlimited, and the change does not say that it is to be limited", subject=subject)


def _replacement(cell: Cell, token: str, number: int) -> str:
    value = json.loads(token) if token not in ("{", "[") else {}
    if isinstance(stock(value), Unknown):
        raise NotEditable("a second stock of this date is no number", subject=f"{cell.slot_id} {cell.date_id}")
    return f'"{number}"' if isinstance(value, str) else str(number)


def _spliced(text: str, replacements: list[tuple[TextSpan, str]]) -> str:
    parts: list[str] = []
    done = 0
    for place, token in sorted(replacements, key=lambda item: item[0].start):
        parts += (text[done : place.start], token)
        done = place.end
    return "".join([*parts, text[done:]])
