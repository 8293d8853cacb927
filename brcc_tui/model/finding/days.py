"""Days as people name them: tonight, tomorrow, next week, fri, 12 dec, 2026-12-12."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

EVENING: Final = 17
"""From this hour on a show of today is tonight's."""

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip

_SHORTEST = 3
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?", re.ASCII)
_YEAR = re.compile(r"20\d\d", re.ASCII)
_FRIDAY = 4

DayTest = Callable[[dt.date, dt.date], bool]
"""Whether a day is meant, on a day that is today."""


def is_tonight(start: dt.datetime, today: dt.date) -> bool:
    """Whether a show is tonight's, by the clock on its own wall."""
    return start.date() == today and start.hour >= EVENING


def weekday_of(word: str) -> int | None:
    """0 to 6 for `fri`, `thurs`, `friday` or `fridays`; None for another word."""
    whole = word.removesuffix("s") if word.removesuffix("s") in WEEKDAYS else word
    return _place(whole, WEEKDAYS)


def day_of(words: Sequence[str]) -> DayTest | None:
    """What these words mean together: a day, a month or a day of a month, with a year or of any; None for others."""
    if len(words) == 1 and (found := _ISO_DAY.fullmatch(words[0])):
        return _on(int(found[3]) if found[3] else None, int(found[2]), int(found[1]))
    if len(words) == 2 and words[0] in ("this", "next") and (weekday := weekday_of(words[1])) is not None:
        return _on_weekday(weekday, int(words[0] == "next"))
    year = int(words[-1]) if len(words) > 1 and _YEAR.fullmatch(words[-1]) else None
    return _of_month(words[:-1] if year else words, year)


def _of_month(rest: Sequence[str], year: int | None) -> DayTest | None:
    """A month, or a day of one, of that year or of any."""
    months = [month for word in rest if (month := _place(word, MONTHS)) is not None]
    days = [int(found[1]) for word in rest if (found := _DAY.fullmatch(word))]
    if len(months) != 1 or len(months) + len(days) != len(rest) or len(days) > 1:
        return None
    return _on(days[0] if days else None, months[0] + 1, year)


_ONE: Final = dt.timedelta(days=1)


def _on_weekday(weekday: int, ahead: int) -> DayTest:
    """That day of the week that is so many weeks `ahead` of today's."""
    return lambda day, today: day.weekday() == weekday and _week(day) == _week(today) + 7 * ahead * _ONE


def _on(number: int | None, month: int, year: int | None) -> DayTest:
    return lambda day, _: day.month == month and number in (None, day.day) and year in (None, day.year)


def _place(word: str, names: Sequence[str]) -> int | None:
    """Which of the names it begins, with three letters at least; `sept` and `thurs` are beginnings too."""
    if len(word) < _SHORTEST:
        return None
    return next((place for place, name in enumerate(names) if name.startswith(word)), None)


def _week(day: dt.date) -> dt.date:
    """The Monday of its week."""
    return day - day.weekday() * _ONE


def _next_month(day: dt.date) -> tuple[int, int]:
    return (day.year, day.month + 1) if day.month < len(MONTHS) else (day.year + 1, 1)


NAMED_DAYS: Final[Mapping[str, DayTest]] = {
    "today": lambda day, today: day == today,
    "tomorrow": lambda day, today: day == today + _ONE,
    "yesterday": lambda day, today: day == today - _ONE,
    "this week": lambda day, today: _week(day) == _week(today),
    "next week": lambda day, today: _week(day) == _week(today) + 7 * _ONE,
    "last week": lambda day, today: _week(day) == _week(today) - 7 * _ONE,
    "weekend": lambda day, today: _week(day) == _week(today) and day.weekday() >= _FRIDAY,
    "this weekend": lambda day, today: _week(day) == _week(today) and day.weekday() >= _FRIDAY,
    "next weekend": lambda day, today: _week(day) == _week(today) + 7 * _ONE and day.weekday() >= _FRIDAY,
    "this month": lambda day, today: (day.year, day.month) == (today.year, today.month),
    "next month": lambda day, today: (day.year, day.month) == _next_month(today),
}
"""A week begins on Monday; a weekend is Friday to Sunday, as clubs sell it."""
