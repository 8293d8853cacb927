"""Dates and times as people say them: `tonight 20:00`, `Fri 27 Nov 20:00`, `2 h 10 min old`.

The clock format is the preference of the person at this terminal: `use_clock` sets it once at the start.
"""

from __future__ import annotations

import datetime as dt

from brcc_tui.model.finding.days import is_tonight

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FAR = 300
"""From so many days ahead on a date is said with its year; the weekday makes room for it."""
_AHEAD = 5
"""Minutes by which a moment may be ahead of what is painted: that is a while old, and clocks are put right a little."""


class _Clock:
    twelve = False


def use_clock(*, twelve: bool) -> None:
    """Say hours as `8pm` and `10:30pm` from now on, or as `20:00` and `22:30`."""
    _Clock.twelve = twelve


def start_width() -> int:
    """Cells that `say_start` takes at most."""
    return 18 if _Clock.twelve else 16


def _say_time(moment: dt.datetime) -> str:
    """The hour: `20:00`, or `8pm`."""
    if not _Clock.twelve:
        return f"{moment.hour:02}:{moment.minute:02}"
    minutes = f":{moment:%M}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'pm' if moment.hour >= 12 else 'am'}"


def say_date(day: dt.date, today: dt.date) -> str:
    """A date without a time: `today`, `tomorrow`, `Fri 27 Nov`, and `26 Oct '27` when it is far away."""
    ahead = (day - today).days
    if ahead == 0:
        return "today"
    if ahead == 1:
        return "tomorrow"
    if abs(ahead) >= _FAR:
        return f"{day.day} {_MONTHS[day.month - 1]} '{day:%y}"
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def say_start(start: dt.datetime, now: dt.datetime) -> str:
    """When a show begins, by the clock on its own wall; without a zone of its own, by the one that `now` goes by."""
    today = (now.astimezone(start.tzinfo) if start.tzinfo else now).date()
    time = _say_time(start)
    if start.date() == today:
        return f"{'tonight' if is_tonight(start, today) else 'today'} {time}"
    return f"{say_date(start.date(), today)} {time}"


def say_on_day(moment: dt.datetime) -> str:
    """An instant with its day, for what may stand on a screen for long: `19:04 on Fri 27 Nov`."""
    return f"{_say_time(moment)} on {_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]}"


NO_START = "no date that can be read"
"""What is said of a listing whose shop tells no start that can be read."""


def say_exactly(start: dt.datetime) -> str:
    """The whole of it: `Fri 27 Nov 2026 20:00 EST`."""
    day = f"{_DAYS[start.weekday()]} {start.day} {_MONTHS[start.month - 1]} {start.year}"
    return f"{day} {_say_time(start)} {start:%Z}".strip()


def whole_minutes(moment: dt.datetime, now: dt.datetime) -> int | None:
    """How old something is in minutes, to the nearest: a screen that is painted once a minute is half of one off.

    None for a moment that is still to come: the clock was set back since, and nobody knows how old it is.
    """
    minutes = int((now - moment).total_seconds() + 30) // 60
    return max(minutes, 0) if minutes >= -_AHEAD else None


def say_age(moment: dt.datetime, now: dt.datetime) -> str:
    """How old something is: `just now`, `5 min old`, `2 h 10 min old`, `3 days old`, `of unknown age`."""
    minutes = whole_minutes(moment, now)
    if minutes is None:
        return "of unknown age"
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min old"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min old" if minutes else f"{hours} h old"
    days = hours // 24
    return f"{days} day{'s' if days > 1 else ''} old"


def say_briefly(moment: dt.datetime, now: dt.datetime) -> str:
    """The same where there is little room: `19:04`, or `26 Nov 17:04`."""
    here = moment.astimezone(now.tzinfo)
    return _say_time(here) if here.date() == now.date() else f"{here.day} {_MONTHS[here.month - 1]} {_say_time(here)}"


def say_moment(moment: dt.datetime, now: dt.datetime) -> str:
    """When something was read, by the clock that `now` goes by: `19:04`, or with its date when that was another day."""
    here = moment.astimezone(now.tzinfo)
    if here.date() == now.date():
        return _say_time(here)
    return f"{_DAYS[here.weekday()]} {here.day} {_MONTHS[here.month - 1]} {_say_time(here)}"
