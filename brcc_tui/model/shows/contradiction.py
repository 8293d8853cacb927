"""What a listing's texts say against its start. Checked when pairings are looked for, once per refresh."""

from __future__ import annotations

import datetime as dt
import functools
import re

from brcc_tui.model.dates import hour_of_day
from brcc_tui.model.finding.days import WEEKDAYS
from brcc_tui.model.listing import Flag, Listing

_CLOCK = re.compile(r"\b(\d{1,2})(?:[.:](\d{2}))?\s*([ap])\.?\s?m\b", re.IGNORECASE)
_SMALL_HOURS = 5
"""Until then a night goes on, by the clock on the wall."""

_DAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})s?\b", re.IGNORECASE)


def contradiction(listing: Listing) -> str | None:
    """What the listing's own words say against its start, such as `8PM` at 22:00, or None."""
    start = listing.starts_at
    if start is None:
        return None
    if Flag.TIME_INFERRED in listing.flags:
        return "its time is inferred"
    times, days = _named_in(f"{listing.title} {listing.slot or ''}")
    if times and (start.hour, start.minute) not in times:
        return f"its words name another time than {start:%H:%M}"
    if days and days.isdisjoint(_days_of(start)):
        return f"its words name another day than {start:%A}"
    return None


def _days_of(start: dt.datetime) -> set[str]:
    """The weekdays that people call it by: what begins in the small hours is still of the evening before."""
    evening = start.weekday() - (start.hour < _SMALL_HOURS)
    return {WEEKDAYS[start.weekday()], WEEKDAYS[evening]}


@functools.lru_cache(maxsize=4096)
def _named_in(text: str) -> tuple[frozenset[tuple[int, int]], frozenset[str]]:
    """The times of day and the weekdays that a title names: all dates of a series share it."""
    times = {
        (hour_of_day(int(hour), past_noon=half.lower() == "p"), int(minute or 0))
        for hour, minute, half in _CLOCK.findall(text)
    }
    return frozenset(times), frozenset(day.lower() for day in _DAY.findall(text))
