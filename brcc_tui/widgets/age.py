"""The age of a row's numbers, in four cells that are readable without colour: `now`, `10m`, `2h`, `3d`.

If the last request was not answered, a sign for that comes first: the numbers are the last known ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final, NamedTuple

from brcc_tui.model.listing import Listing
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.paint import Span
from brcc_tui.widgets.when import say_age, whole_minutes

WIDTH: Final = 5
"""Cells of the mark with a blank before it."""

_FADES: Final = 5
"""Minutes after which numbers are no longer those of this moment: their row fades."""

_MAX_DAYS: Final = 99


class Age(NamedTuple):
    """The age of what is in a row: in words of three cells, and whether it fades and was asked for in vain."""

    words: str
    faded: bool
    silent: str

    @property
    def tone(self) -> str:
        """The tone of the numbers of the row."""
        return "dim" if self.faded else ""

    def span(self) -> Span:
        """The mark, in `WIDTH` cells: a span of its own, so that only these are painted again."""
        return Span(f" {self.silent or ' '}{self.words:>3}", "warn" if self.silent else "dim")


class Ages(NamedTuple):
    """Tells ages at one moment; `silent` are the listings of which the last question was not answered."""

    now: dt.datetime
    silent: Collection[str]
    glyphs: Glyphs

    def of(self, listings: Collection[Listing]) -> Age:
        """The age of the oldest numbers among these; not known where that of one of them is not."""
        sign, oldest = self._sign(listings), self._oldest(listings)
        minutes = whole_minutes(oldest, self.now) if oldest is not None else None
        if minutes is None:
            return Age(self.glyphs.unknown, True, sign)
        return Age(_short(minutes), minutes >= _FADES, sign)

    def of_sum(self, listings: Collection[Listing]) -> Span:
        """The same in words, behind a sum over these: `now`, `10 min old`, `of unknown age`."""
        sign, oldest = self._sign(listings), self._oldest(listings)
        words = "of unknown age" if oldest is None else say_age(oldest, self.now).replace("just now", "now")
        return Span(f"{sign} {words}" if sign else words, "warn" if sign else "dim")

    def _sign(self, listings: Collection[Listing]) -> str:
        return self.glyphs.failed if any(listing.id in self.silent for listing in listings) else ""

    def _oldest(self, listings: Collection[Listing]) -> dt.datetime | None:
        moments = [listing.reading.read_at for listing in listings]
        known = [moment for moment in moments if moment is not None and whole_minutes(moment, self.now) is not None]
        return min(known) if known and len(known) == len(moments) else None


def is_faded(read_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether numbers read then are no longer those of this moment, or nobody knows whether they are."""
    minutes = whole_minutes(read_at, now)
    return minutes is None or minutes >= _FADES


def say_if_old(read_at: dt.datetime | None, now: dt.datetime) -> str:
    """How old numbers are, in words, once they are not of this moment; empty while they are."""
    if read_at is not None and not is_faded(read_at, now):
        return ""
    return say_age(read_at, now) if read_at else "of unknown age"


def say_when_read(read_at: dt.datetime | None, now: dt.datetime) -> str:
    """What stands before numbers that may stay on the screen for long: `Now`, or `As it was, 2 h old`."""
    old = say_if_old(read_at, now) if read_at else ""
    return f"As it was, {old}" if old else "Now"


def _short(minutes: int) -> str:
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes}m"
    hours = minutes // 60
    return f"{hours}h" if hours < 24 else f"{min(hours // 24, _MAX_DAYS)}d"
