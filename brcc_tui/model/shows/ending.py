"""When a show is over: one rule for numbers, syncs and screens."""

from __future__ import annotations

import datetime as dt
from typing import Final

STILL_SELLING: Final = dt.timedelta(hours=3)
"""A show that began less long ago may still run, and be sold at the door: midnight ends nothing."""


def over_before(now: dt.datetime) -> dt.datetime:
    """Shows that began before this moment are over. In UTC, where hours are long as they pass: clocks may be set."""
    return now.astimezone(dt.UTC) - STILL_SELLING


def is_over(starts_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a show that began then is over."""
    return starts_at < over_before(now)


def is_day_over(day: dt.date, now: dt.datetime, zone: dt.tzinfo) -> bool:
    """Whether all shows of a day there are over: for a date whose hour nobody knows. It may be a minute to midnight."""
    return day < over_before(now).astimezone(zone).date()
