"""Which listings are over: computed for thousands at once, which share few days."""

from __future__ import annotations

import datetime as dt

from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.shows.ending import over_before

_DAY = dt.timedelta(days=1)


class Over:
    """Whether a listing's show is over, at one moment. Comparing days decides it for nearly all."""

    def __init__(self, now: dt.datetime) -> None:
        self._now, self._since = now, over_before(now)
        # A day is that of the show's own zone: one more on either side holds in all of them.
        self._surely_over, self._surely_not = self._since.date() - _DAY, self._since.date() + _DAY

    def __call__(self, listing: Listing) -> bool:
        """One without a start is over when its shop says so."""
        if listing.ends_at is not None and listing.ends_at > self._now:
            return False
        start, day = listing.starts_at, listing.date
        if start is None:
            return Flag.PAST in listing.flags
        if day is None or self._surely_over <= day <= self._surely_not:
            return start < self._since
        return day < self._surely_over
