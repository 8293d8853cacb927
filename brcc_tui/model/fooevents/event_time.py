"""When a single or multi-day event begins and ends, from its own meta."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from brcc_tui.model.catalogue import Product
from brcc_tui.model.dates import Start, UnreadableDate, local_instant, read_clock, read_date, read_start
from brcc_tui.model.shows.ending import ONE_NIGHT

_SEVERAL_DAYS: Final = frozenset({"sequential", "select"})
"""The types of FooEvents whose one ticket is good for several days."""

_CLOCK: Final = ("Hour", "Minutes", "Period")
_YES: Final = frozenset({"on", "yes", "1", "true"})
_MAX_DAYS: Final = 366
_MIDNIGHT: Final = 24 * 60


def event_start(product: Product, date_format: str, zone: dt.tzinfo | None) -> Start:
    """The event's first day at its own hour.

    The date's text is what people see; the machine-readable copy beside it (1970-01-01 when unset) decides
    where the text can mean two days, and is told where it says another. `WooCommerceEventsHour` counts 24 hours,
    unless a period follows; of days chosen one by one each may have an hour of its own.
    """
    date, other = _first_day(product, date_format)
    hour, minute, period = _first_clock(product)
    start = read_start(date, read_clock(hour, minute, period, product.name), zone)
    return replace(start, problem=start.problem or other) if other else start


def _first_day(product: Product, date_format: str) -> tuple[dt.date | UnreadableDate, str | None]:
    """The day, and in words what its copy says otherwise."""
    text = _date_text(product)
    date = read_date(text, date_format)
    copy = read_date(product.text("WooCommerceEventsDateMySQLFormat")[:10], "Y-m-d")
    if isinstance(copy, UnreadableDate) or copy == date:
        return date, None
    if isinstance(date, UnreadableDate):
        return copy, None
    if isinstance(read_date(text), UnreadableDate) and (copy.year, copy.month, copy.day) == (
        date.year, date.day, date.month
    ):  # fmt: skip
        return copy, None  # the site's format was another one when it was saved
    return date, f"its date is {date}, and the copy of it that programs read is {copy}"


def _first_clock(product: Product) -> tuple[str, str, str]:
    """Hour, minute and period of the first day."""
    hour, minute, period = (product.text(f"WooCommerceEvents{part}") for part in _CLOCK)
    if _type(product) == "select" and product.text("WooCommerceEventsSelectGlobalTime").lower() not in _YES:
        hours, minutes, periods = (_texts(product, f"WooCommerceEventsSelectDate{part}") for part in _CLOCK)
        if hours and hours[0]:
            return hours[0], next(iter(minutes), ""), next(iter(periods), "")
    return hour, minute, period


def event_end(product: Product, start: Start, date_format: str, zone: dt.tzinfo | None) -> dt.datetime | None:
    """When the last day of the event ends: at its stored hour, else at midnight. None where no end is told.

    A night may end after midnight, the last of several too; an end before its beginning, or long after, is none
    (FooEvents keeps that of a product that was of several days once).
    """
    if start.date is None or zone is None:
        return None
    clock = _end_clock(product)
    if _type(product) in _SEVERAL_DAYS:
        last = max(_days(product, date_format)[0], default=start.date)
        return _end_of_last_day(last, start.at, clock, zone) if last > start.date else None
    return None if clock is None else _end_of_night(start.date, start.at, clock, zone)


def _end_of_last_day(last: dt.date, starts_at: dt.datetime | None, clock: int | None, zone: dt.tzinfo) -> dt.datetime:
    """When the last of several days ends: at that minute of it, or of the night after it; without one at midnight."""
    begins = starts_at and starts_at.astimezone(zone)
    after_midnight = clock is None or (begins and clock <= begins.hour * 60 + begins.minute)
    return local_instant(last, (clock or 0) + (_MIDNIGHT if after_midnight else 0), zone)


def _end_of_night(day: dt.date, starts_at: dt.datetime | None, clock: int, zone: dt.tzinfo) -> dt.datetime | None:
    """When a single night ends, before midnight or after it; None where that is no end of what begins then."""
    if starts_at is None:
        return None
    ends = (local_instant(day + dt.timedelta(days=days), clock, zone) for days in (0, 1))
    return next((end for end in ends if dt.timedelta(0) < end - starts_at <= ONE_NIGHT), None)


def unreadable_end(product: Product, date_format: str) -> str | None:
    """Why it is not known on which of several days the event ends; None where that is known, or it has one day."""
    unread = _days(product, date_format)[1] if _type(product) in _SEVERAL_DAYS else ()
    return f"its last day cannot be read: {unread[0]}" if unread else None


def _days(product: Product, date_format: str) -> tuple[list[dt.date], Sequence[str]]:
    """Days that are told: chosen days, the end date (as text and in MySQL's format), and of days one after the other,
    or where nothing else tells one, the last by their number. An end may be that of the event this one is a copy of.

    With them, of what leaves the last day open, why it cannot be read.
    """
    copy = read_date(product.text("WooCommerceEventsEndDateMySQLFormat")[:10], "Y-m-d")
    text = product.text("WooCommerceEventsEndDate")
    end = [read_date(text, date_format)] if text else []
    chosen = _chosen_days(product, date_format)
    days = [day for day in (copy, *end, *chosen) if isinstance(day, dt.date)]
    unread = [day.reason for day in (*end, *chosen) if isinstance(day, UnreadableDate)]
    if not days:
        counted, why = _counted_day(product, date_format)
        return ([counted], ()) if counted else ([], [*unread, *why])
    days += _consecutive_day(product, date_format)
    return days, () if any(isinstance(day, dt.date) for day in (copy, *end)) else unread


def _consecutive_day(product: Product, date_format: str) -> Sequence[dt.date]:
    """The last one by its number, where days follow one another: the number of chosen ones says nothing of when."""
    last = _numbered_day(product, date_format) if _type(product) == "sequential" else None
    return [last] if last else []


def _chosen_days(product: Product, date_format: str) -> Sequence[dt.date | UnreadableDate]:
    """The days of an event whose days were chosen one by one."""
    chosen = [read_date(text, date_format) for text in _texts(product, "WooCommerceEventsSelectDate")]
    if not chosen and product.first("WooCommerceEventsSelectDate"):
        return [UnreadableDate("the list of its days cannot be read")]
    return chosen


def _counted_day(product: Product, date_format: str) -> tuple[dt.date | None, Sequence[str]]:
    """The last day by its timestamp, else by the number of days; or what is wrong with that number."""
    if stamped := _stamped_day(product):
        return stamped, ()
    if numbered := _numbered_day(product, date_format):
        return numbered, ()
    number = product.text("WooCommerceEventsNumDays").strip()
    return None, [f"{number[:20]!r} is no number of days"] if number and _how_many(number) is None else ()


def _numbered_day(product: Product, date_format: str) -> dt.date | None:
    """The last of so many days from the first one on."""
    many = _how_many(product.text("WooCommerceEventsNumDays").strip())
    first = _first_day(product, date_format)[0]
    return first + dt.timedelta(days=many - 1) if isinstance(first, dt.date) and many else None


def _how_many(number: str) -> int | None:
    """A number of days that is one."""
    many = int(number[:4]) if number.isascii() and number.isdecimal() else -1
    return many if 0 <= many <= _MAX_DAYS else None


def _stamped_day(product: Product) -> dt.date | None:
    """The last day by its timestamp. In the evening that may be of the day after: later is not too early."""
    stamp = product.text("WooCommerceEventsEndDateTimestamp").strip()
    if not (stamp.isascii() and stamp.isdecimal() and 0 < len(stamp) <= 10):
        return None
    day = (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(stamp))).date()
    return day if day.year > 1970 else None


def _end_clock(product: Product) -> int | None:
    """Minutes after midnight at which the event ends; None when no hour is stored."""
    hour, minute, period = (product.text(f"WooCommerceEvents{part}") for part in ("HourEnd", "MinutesEnd", "EndPeriod"))
    clock = read_clock(hour, minute, period, "")
    if not isinstance(clock, UnreadableDate):
        return clock.minutes
    copy = product.text("WooCommerceEventsEndDateMySQLFormat")
    clock = read_clock(copy[11:13], copy[14:16], "", "")
    return None if isinstance(clock, UnreadableDate) else clock.minutes


def _type(product: Product) -> str:
    return product.text("WooCommerceEventsType").strip().lower()


def has_day(product: Product) -> bool:
    """Whether it has a day of its own, as an event without bookings has."""
    return bool(_date_text(product))


def _date_text(product: Product) -> str:
    """The event's date; of days chosen one by one (type select), the first."""
    return product.text("WooCommerceEventsDate") or next(iter(_texts(product, "WooCommerceEventsSelectDate")), "")


def _texts(product: Product, key: str) -> list[str]:
    """The texts of a list that PHP has stored: it comes as a list or, where its places count from 1, as an object."""
    value = product.first(key)
    stored = list(value.values()) if isinstance(value, dict) else value
    if isinstance(stored, list) and stored and isinstance(stored[0], str):
        return [text for text in stored if isinstance(text, str)]
    return []
