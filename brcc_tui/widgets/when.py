"""Moments as people say them: `tonight 20:00`, `Fri 27 Nov 20:00`, `2 h 10 min old`."""

from __future__ import annotations

import datetime as dt

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EVENING = 17
_WEEK = 7


def say_date(day: dt.date, today: dt.date) -> str:
    """A date without a time: `today`, `tomorrow`, `Sat`, `Fri 27 Nov`, with the year when it is another one."""
    ahead = (day - today).days
    if ahead == 0:
        return "today"
    if ahead == 1:
        return "tomorrow"
    if 1 < ahead < _WEEK:
        return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"


def say_start(start: dt.datetime, now: dt.datetime) -> str:
    """When a show begins, by the clock on its own wall."""
    today = now.astimezone(start.tzinfo).date()
    time = f"{start:%H:%M}"
    if start.date() == today:
        return f"{'tonight' if start.hour >= _EVENING else 'today'} {time}"
    return f"{say_date(start.date(), today)} {time}"


def say_exactly(start: dt.datetime) -> str:
    """The whole of it: `Friday 27 November 2026, 20:00 (UTC-05:00)` in short words."""
    return (
        f"{_DAYS[start.weekday()]} {start.day} {_MONTHS[start.month - 1]} {start.year} {start:%H:%M} {start:%Z}".strip()
    )


def say_age(moment: dt.datetime, now: dt.datetime) -> str:
    """How old something is: `just now`, `5 min old`, `2 h 10 min old`, `3 days old`."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min old"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min old" if minutes else f"{hours} h old"
    days = hours // 24
    return f"{days} day{'s' if days > 1 else ''} old"


def say_moment(moment: dt.datetime, now: dt.datetime) -> str:
    """When something was read, by this computer's clock: `19:04`, or with its date when that was another day."""
    here = moment.astimezone(now.tzinfo)
    if here.date() == now.date():
        return f"{here:%H:%M}"
    return f"{_DAYS[here.weekday()]} {here.day} {_MONTHS[here.month - 1]} {here:%H:%M}"
