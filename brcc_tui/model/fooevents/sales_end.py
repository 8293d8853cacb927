"""When FooEvents itself stops selling, before the show begins.

Both rules were read in the plugins' sources. Their times are the site's local time, whatever zone the event names:
FooEvents compares them with WordPress's `current_time`. A slot without a stored time counts from midnight.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from brcc_tui.model.catalogue import Product
from brcc_tui.model.dates import UnreadableDate, hour_of_day, read_date
from brcc_tui.model.fooevents.booking_text import Cell
from brcc_tui.model.fooevents.meta_keys import EVENT_KEY, IS_EVENT

SalesEnd = dt.datetime | UnreadableDate | None
"""Until when (site's wall clock, naive); None without an end, and why it is not known where one is set."""

_STAMP: Final = re.compile(r"(-?[0-9]+)(?:\.[0-9]*)?", re.ASCII)
_HOUR_24: Final = re.compile(r"[01]?[0-9]|2[0-4]")
_HOUR_12: Final = re.compile(r"0?[1-9]|1[0-2]")
_MINUTE: Final = re.compile(r"[0-5]?[0-9]")
_PERIOD: Final = re.compile(r"[ap]\.?m\.?")

_EMPTY: Final = ("", "0")
"""What is nothing to PHP."""

_EPOCH: Final = dt.datetime(1970, 1, 1)
_LONGEST_STAMP: Final = 11
"""Digits of a timestamp; one with more is of a time that nobody lives to see (or in milliseconds, to PHP the same)."""

_UNITS: Final = {
    "minute": dt.timedelta(minutes=1),
    "hour": dt.timedelta(hours=1),
    "day": dt.timedelta(days=1),
    "week": dt.timedelta(weeks=1),
}
_MONTHS: Final = {"month": 1, "year": 12}


def event_sales_end(product: Product) -> SalesEnd:
    """When the event's tickets are sold no more.

    `WooCommerceEventsExpireTimestamp` is what PHP's strtotime made of the text that staff typed, as if the wall clock
    were UTC, and nothing where it made nothing of it: then there is no end, whatever the text says. Nor is there one of
    what is not marked as an event: FooEvents leaves it alone.
    """
    if product.text(EVENT_KEY) != IS_EVENT:
        return None
    stored = product.text("WooCommerceEventsExpireTimestamp").strip()
    stamp = _STAMP.fullmatch(stored)
    if stamp is None:
        return UnreadableDate(f"{_shown(stored)} is no time") if stored else None
    # Windows' own calendar ends with the year 3000
    is_an_end = stamp[1].strip("-0") and len(stamp[1]) <= _LONGEST_STAMP
    return _EPOCH + dt.timedelta(seconds=int(stamp[1])) if is_an_end else None


def cell_sales_end(product: Product, cell: Cell, date_format: str) -> SalesEnd:
    """When this date can be booked no more; no end where passed dates do not expire.

    A date that cannot be read is none that we could say this of (see `may_have_passed`).
    """
    if not _passed_dates_expire(product):
        return None
    day = read_date(cell.date_text, date_format)
    if isinstance(day, UnreadableDate):
        return None
    minutes = _minutes(cell)
    if minutes is None:
        return UnreadableDate(f"{_shown(f'{cell.hour}:{cell.minute} {cell.period}')} is no time")
    starts = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
    value = product.text("WooCommerceEventsBookingsExpireValue").strip()
    unit = product.text("WooCommerceEventsBookingsExpireUnit").strip().lower().removesuffix("s")
    return _so_long_before(starts, value, unit) if value and unit else starts


def _minutes(cell: Cell) -> int | None:
    """Minutes after midnight at which the slot begins to FooEvents; None where nobody can say what it takes it for.

    PHP knows a.m. and p.m. behind an hour of the 12-hour clock with minutes of two digits. Behind any other time, such
    as an hour beyond twelve where the form was used in that order, its answer depends on the dots, which some versions
    of FooEvents hand to it and others take away: `19:00p.m.` is 22:00 (in the zone P), and `19:00 pm` no time at all.
    """
    hour, minute, period = cell.hour.strip(), cell.minute.strip(), cell.period.strip().lower()
    if hour in _EMPTY or minute in _EMPTY:
        return 0
    if not _HOUR_24.fullmatch(hour) or not _MINUTE.fullmatch(minute):
        return None
    minutes = int(hour) * 60 + int(minute)
    if period in _EMPTY:
        return minutes
    if not _HOUR_12.fullmatch(hour) or len(minute) != 2 or not _PERIOD.fullmatch(period):
        return None
    return hour_of_day(int(hour), past_noon=period[0] == "p") * 60 + int(minute)


def may_have_passed(product: Product, cell: Cell, date_format: str) -> bool:
    """Whether passed dates expire, and nobody knows whether this one is one.

    PHP may read what we do not, as another day (of 05/11/2026 the month first). What it cannot read either has passed
    to FooEvents; a date without a text has not.
    """
    return (
        _passed_dates_expire(product)
        and bool(cell.date_text)
        and isinstance(read_date(cell.date_text, date_format), UnreadableDate)
    )


def _passed_dates_expire(product: Product) -> bool:
    return product.text("WooCommerceEventsBookingsExpirePassedDate") == "yes"


def _so_long_before(starts: dt.datetime, value: str, unit: str) -> SalesEnd:
    """So many of these units earlier, as FooEvents stores both; what is no number of any unit is not known."""
    if not (value.isascii() and value.isdecimal()) or unit not in _UNITS.keys() | _MONTHS.keys():
        return UnreadableDate(f"{_shown(f'{value} {unit}')} before it begins is no time")
    try:
        if unit in _UNITS:
            return starts - int(value) * _UNITS[unit]
        return _months_before(starts, int(value) * _MONTHS[unit])
    except (OverflowError, ValueError):  # before all time
        return dt.datetime.min


def _shown(stored: str) -> str:
    return repr("".join(c if c.isprintable() else "?" for c in stored[:40]))


def _months_before(moment: dt.datetime, months: int) -> dt.datetime:
    """As PHP counts: a day that the earlier month lacks runs over into the next one."""
    month = moment.year * 12 + moment.month - 1 - months
    first = moment.replace(year=month // 12, month=month % 12 + 1, day=1)
    return first + dt.timedelta(days=moment.day - 1)
