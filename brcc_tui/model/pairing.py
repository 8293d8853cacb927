"""What is known of how listings belong together: verdicts on two groups, and words that contradict a start."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.show import Pairing, PairingState

_CLOCK = re.compile(r"\b(\d{1,2})(?:[.:](\d{2}))?\s*([ap])\.?\s?m\b", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Pairings:
    """What was found: a verdict for two groups, and the listings that belong to a show at another time."""

    verdicts: Mapping[frozenset[str], Pairing] = field(default_factory=dict)
    moved: Mapping[str, dt.datetime] = field(default_factory=dict)

    def verdict(self, one: str, other: str) -> Pairing:
        """How sure it is that two groups that meet at one start sell the same seats."""
        found = self.verdicts.get(frozenset((one, other)))
        return found or Pairing(PairingState.LIKELY, "same room and start")


def contradiction(listing: Listing) -> str | None:
    """What the listing's own words say against its start, such as `8PM` at 22:00, or None."""
    if listing.starts_at is None:
        return None
    if Flag.TIME_INFERRED in listing.flags:
        return "its time is inferred"
    start = listing.starts_at
    text = f"{listing.title} {listing.slot or ''}"
    named = {
        (int(hour) % 12 + (12 if half.lower() == "p" else 0), int(minute or 0))
        for hour, minute, half in _CLOCK.findall(text)
    }
    if named and (start.hour, start.minute) not in named:
        return f"its words name another time than {start:%H:%M}"
    days = {day for day in _DAYS if re.search(rf"\b{day}s?\b", text, re.IGNORECASE)}
    if days and _DAYS[start.weekday()] not in days:
        return f"its words name another day than {start:%A}"
    return None
