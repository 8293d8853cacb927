"""What is known of how listings belong together: verdicts on two groups, and doubts about single listings."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from brcc_tui.model.dates import hour_of_day
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.shows.show import Pairing, PairingState

_CLOCK = re.compile(r"\b(\d{1,2})(?:[.:](\d{2}))?\s*([ap])\.?\s?m\b", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = re.compile(rf"\b({'|'.join(_DAYS)})s?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a listing may belong elsewhere; `single` when it is this date alone: no word about its group covers it."""

    reason: str
    single: bool = False


@dataclass(frozen=True, slots=True)
class Pairings:
    """What was found: a verdict for two groups, doubts by listing, and listings that belong to another start."""

    verdicts: Mapping[frozenset[str], Pairing] = field(default_factory=dict)
    moved: Mapping[str, dt.datetime] = field(default_factory=dict)
    doubts: Mapping[str, Doubt] = field(default_factory=dict)

    def is_in_doubt(self, listing_id: str) -> bool:
        """Whether a listing may belong elsewhere, or stands at another start than its own."""
        return listing_id in self.doubts or listing_id in self.moved

    def verdict(self, one: str, other: str) -> Pairing:
        """How sure it is that two groups that meet at one start sell the same seats."""
        found = self.verdicts.get(frozenset((one, other)))
        return found or Pairing(PairingState.LIKELY, "same room and start")


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
    if days and _DAYS[start.weekday()] not in days:
        return f"its words name another day than {start:%A}"
    return None


@functools.lru_cache(maxsize=4096)
def _named_in(text: str) -> tuple[frozenset[tuple[int, int]], frozenset[str]]:
    """The times of day and the weekdays that a title names: all dates of a series share it."""
    times = {
        (hour_of_day(int(hour), past_noon=half.lower() == "p"), int(minute or 0))
        for hour, minute, half in _CLOCK.findall(text)
    }
    return frozenset(times), frozenset(day.lower() for day in _DAY.findall(text))
