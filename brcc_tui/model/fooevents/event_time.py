"""When a single or multi-day event begins and ends, from its own meta."""

from __future__ import annotations

import datetime as dt
from typing import Final

from brcc_tui.model.catalogue import Product
from brcc_tui.model.dates import Start, UnreadableDate, local_instant, read_clock, read_date, read_start

_SEVERAL_DAYS: Final = frozenset({"sequential", "select"})
"""The types of FooEvents whose one ticket is good for several days."""

_MAX_DAYS: Final = 366
_MIDNIGHT: Final = 24 * 60
_LONGEST_NIGHT: Final = dt.timedelta(hours=16)


def event_start(product: Product, date_format: str, zone: dt.tzinfo | None) -> Start:
    """The event's first day at its own hour.

    The date's text is what people see; the machine-readable copy beside it (1970-01-01 when unset) decides
    where the text can mean two days. `WooCommerceEventsHour` counts 24 hours, unless a period follows.
    """
    date = read_date(_date_text(product), date_format)
    if isinstance(date, UnreadableDate):
        copy = read_date(product.text("WooCommerceEventsDateMySQLFormat")[:10], "Y-m-d")
        date = date if isinstance(copy, UnreadableDate) else copy
    hour, minute, period = (product.text(f"WooCommerceEvents{part}") for part in ("Hour", "Minutes", "Period"))
    return read_start(date, read_clock(hour, minute, period, product.name), zone)


def event_end(product: Product, start: Start, date_format: str, zone: dt.tzinfo | None) -> dt.datetime | None:
    """When the last day of the event ends: at its stored hour, else at midnight. None where no end is told.

    An event of one day may end after midnight; an end before its beginning, or long after, is none (FooEvents keeps
    that of a product that was of several days once).
    """
    if start.date is None or zone is None:
        return None
    clock = _end_clock(product)
    if product.text("WooCommerceEventsType").strip().lower() in _SEVERAL_DAYS:
        day = _last_day(product, start.date, date_format)
        return None if day <= start.date else local_instant(day, _MIDNIGHT if clock is None else clock, zone)
    if clock is None or start.at is None:
        return None
    ends = (local_instant(start.date + dt.timedelta(days=days), clock, zone) for days in (0, 1))
    return next((end for end in ends if dt.timedelta(0) < end - start.at <= _LONGEST_NIGHT), None)


def _last_day(product: Product, first: dt.date, date_format: str) -> dt.date:
    """The latest of what is told: chosen days, the end date (as text and in MySQL's format), a number of days."""
    texts = [*_chosen_days(product), product.text("WooCommerceEventsEndDate")]
    told = [read_date(text, date_format) for text in texts if text]
    told.append(read_date(product.text("WooCommerceEventsEndDateMySQLFormat")[:10], "Y-m-d"))
    days = [day for day in told if isinstance(day, dt.date)]
    number = product.text("WooCommerceEventsNumDays").strip()
    if not days and number.isascii() and number.isdecimal() and 0 < int(number[:4]) <= _MAX_DAYS:
        days.append(first + dt.timedelta(days=int(number) - 1))
    return max(days, default=first)


def _end_clock(product: Product) -> int | None:
    """Minutes after midnight at which the event ends; None when no hour is stored."""
    hour, minute, period = (product.text(f"WooCommerceEvents{part}") for part in ("HourEnd", "MinutesEnd", "EndPeriod"))
    clock = read_clock(hour, minute, period, "")
    if not isinstance(clock, UnreadableDate):
        return clock.minutes
    copy = product.text("WooCommerceEventsEndDateMySQLFormat")
    clock = read_clock(copy[11:13], copy[14:16], "", "")
    return None if isinstance(clock, UnreadableDate) else clock.minutes


def _date_text(product: Product) -> str:
    """The event's date; of days chosen one by one (type select), the first."""
    return product.text("WooCommerceEventsDate") or next(iter(_chosen_days(product)), "")


def _chosen_days(product: Product) -> list[str]:
    for row in product.rows("WooCommerceEventsSelectDate"):
        days = list(row.value.values()) if isinstance(row.value, dict) else row.value
        if isinstance(days, list) and days and isinstance(days[0], str):
            return [day for day in days if isinstance(day, str)]
    return []
