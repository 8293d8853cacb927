"""FooEvents' booking options as text: the two layouts in which the plugin stores them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

UNSET = "unset"
"""A date without a stock key at all (FooEvents sells it without limit)."""

BookingStock = int | str | None
Nested = dict[str, object]


@dataclass(slots=True)
class PlannedDate:
    """A date of a slot: what the text says of it. `stock` "" sells without limit, `UNSET` omits the key."""

    date_id: str
    text: str
    stock: BookingStock


@dataclass(slots=True)
class Slot:
    """A slot of a product. `clock` is hour, minute and period as stored; `timed` whether it is shown."""

    id: str
    label: str
    clock: tuple[str, str, str]
    timed: bool = True
    places: list[PlannedDate] = field(default_factory=list)


def date_text(day: dt.date) -> str:
    """A date as FooEvents' date picker writes it under the site's format `F j, Y`: zero padded."""
    return f"{_MONTHS[day.month - 1]} {day.day:02}, {day.year}"


def twelve_hour_time(time: dt.time) -> tuple[str, str, str]:
    """Hour, minute and period of a start as staff choose them: twelve hours, dotted."""
    if time.hour == 0:
        return "00", f"{time.minute:02}", ""
    return f"{(time.hour - 1) % 12 + 1:02}", f"{time.minute:02}", "p.m." if time.hour >= 12 else "a.m."


def slot_head(slot: Slot, *, nested: bool) -> dict[str, object]:
    """A slot's own keys in the plugin's order; `formatted_time` exists only in the nested form."""
    hour, minute, period = slot.clock
    head: dict[str, object] = {"label": slot.label, "hour": hour, "minute": minute, "period": period}
    if slot.timed:
        head["add_time"] = "enabled"
        if nested:
            head["formatted_time"] = f"({hour}:{minute}{' ' + period if period else ''})"
    return head


def nested_slot(slot: Slot) -> dict[str, object]:
    """The form after a sale: dates inside `add_date`."""
    dates: Nested = {}
    for place in slot.places:
        dates[place.date_id] = {"date": place.text, **_stock("stock", place.stock)}
    return slot_head(slot, nested=True) | {"add_date": dates}


def _flat_slot(slot: Slot) -> dict[str, object]:
    """The form after staff saved the product: two keys a date beside the slot's own."""
    body = slot_head(slot, nested=False)
    for place in slot.places:
        body[f"{place.date_id}_add_date"] = place.text
        stock = str(place.stock) if isinstance(place.stock, int) else place.stock
        body |= _stock(f"{place.date_id}_stock", stock)
    return body


def nested_text(slots: list[Slot]) -> str:
    """Booking options as a sale leaves them: compact, letters unescaped."""
    return compact({slot.id: nested_slot(slot) for slot in slots})


def flat_text(slots: list[Slot]) -> str:
    """Booking options as the product form saves them: ASCII, with PHP's escaped slashes."""
    return _php_escaped({slot.id: _flat_slot(slot) for slot in slots})


def compact(value: object) -> str:
    """JSON as the plugin's stock writes store it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _php_escaped(value: object) -> str:
    """JSON as PHP's `json_encode` writes it by default."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/")


def _stock(key: str, stock: BookingStock) -> dict[str, object]:
    return {} if stock == UNSET else {key: stock}
