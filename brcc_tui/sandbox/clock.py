"""The practice club's clock: this computer's, shifted so that the club starts at the requested time."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from dataclasses import dataclass

OPENS_NOW = "BRCC_PRACTICE_NOW"
"""The environment's name for the moment at which every practice club opens that is not told of another.

Only the practice club reads it: a program with real shops knows no time but the real one.
"""

HOME = "America/Toronto"
"""Where the club stands unless it is moved."""

_MOMENT = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)(?:T(?P<time>\d\d:\d\d(?::\d\d)?))?(?:\[(?P<zone>[A-Za-z_/+-]+)\])?")


@dataclass(frozen=True, slots=True)
class PracticeClock:
    """The club's time; `ahead` of the computer's by so much. `zone` is where the club stands."""

    zone: str = HOME
    ahead: dt.timedelta = dt.timedelta(0)

    def now(self) -> dt.datetime:
        """The present moment there, aware, in UTC."""
        return _computer_now() + self.ahead

    def today(self) -> dt.date:
        """The club's own date."""
        return self.now().astimezone(zoneinfo.ZoneInfo(self.zone)).date()

    def settings(self) -> dict[str, str]:
        """What lets the program on this club show the same time."""
        return {"BRCC_PRACTICE_CLOCK": f"{self.ahead.total_seconds():.6f}"}


def clock_at(opens: str) -> PracticeClock:
    """A clock that shows that moment now and goes on from there; `now` is the computer's own time.

    `2027-03-14` (noon), `2027-03-14T19:30`, and with another zone `2027-03-28T19:30[Europe/London]`, as RFC 9557
    writes it. Raises ValueError when it is no such moment.
    """
    if opens in ("", "now"):
        return PracticeClock()
    parts = _MOMENT.fullmatch(opens)
    if parts is None:
        raise ValueError(f"{opens!r} is no moment such as 2027-03-14, 2027-03-14T19:30 or 2027-03-28[Europe/London]")
    zone = parts["zone"] or HOME
    try:
        place = zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{zone!r} is no time zone such as Europe/London") from None
    moment = dt.datetime.fromisoformat(f"{parts['day']}T{parts['time'] or '12:00'}").replace(tzinfo=place)
    return PracticeClock(zone, moment.astimezone(dt.UTC) - _computer_now())


def _computer_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - the practice club's one place
