"""Time zones by the names that WordPress and Eventbrite give them."""

from __future__ import annotations

import datetime as dt
import functools
import re
import zoneinfo

_OFFSET = re.compile(r"(?:UTC|GMT)? ?([+-])([0-9]{1,2})(?::?([0-9]{2})|\.([0-9]{1,2}))?", re.IGNORECASE)

_LONGEST_NAME = 64
"""Letters; twice as many as any zone has. Python looks for each part of a name within the part before it."""

_FARTHEST = dt.timedelta(hours=14)
_QUARTER = dt.timedelta(minutes=15)


@functools.lru_cache(maxsize=64)
def zone_of(name: str) -> dt.tzinfo | None:
    """The zone of an IANA name or an offset (`+02:00`, `UTC-4`, `-3.5`); None when it is neither."""
    name = name.strip()
    if len(name) > _LONGEST_NAME:
        return None
    if match := _OFFSET.fullmatch(name):
        sign, hours, minutes, fraction = match.groups()
        offset = dt.timedelta(hours=float(f"{hours}.{fraction or 0}"), minutes=int(minutes or 0))
        return dt.timezone(offset if sign == "+" else -offset) if offset <= _FARTHEST else None
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def in_zone(moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The moment by the clocks of that zone; by those that it has where it is of a day which no calendar has there.

    Programs write the last second of the year 9999 for what has no end.
    """
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def zone_between(local: dt.datetime, moment: dt.datetime) -> dt.timezone | None:
    """The offset at which the clocks show that local time at this moment; None where no place on earth has it."""
    apart = local.replace(tzinfo=dt.UTC) - moment
    return dt.timezone(apart) if abs(apart) <= _FARTHEST and not apart % _QUARTER else None
