"""How long ago something was sent, also where somebody has set the computer's clock since, and by another process.

The journal keeps the steady second at which a request left and was answered: it counts from the computer's start, for
all processes alike, and nobody sets it. Which start that was, Windows and macOS do not say: there a move of another day
may bear the same second, and the clock has to have it within hours.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from brcc_tui.clock import started
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal_entries import STEADY, Entry, JournalEvent

_OF_ONE_START: Final = dt.timedelta(hours=12)
"""Moves that lie further apart by the clock are of two starts, where nobody says of which they are."""


def steady_now(club: ClubContext) -> dict[str, object]:
    """This moment, as the journal keeps it."""
    return {STEADY: {"start": started(), "second": club.clock.monotonic()}}


def is_within(club: ClubContext, event: JournalEvent, within: dt.timedelta) -> bool:
    """Whether it was so lately, by the steady second or the clock. Either way: a clock that was put back by more than
    that says nothing.
    """
    if abs(club.clock.now() - event.at) < within:
        return True
    kept = event.detail.get(STEADY)
    if not isinstance(kept, Mapping) or kept.get("start") != started():
        return False
    second = kept.get("second")
    if not isinstance(second, (int, float)) or not 0 <= club.clock.monotonic() - second < within.total_seconds():
        return False
    since, until = _of_this_start(club)
    return since <= event.at <= until


def _of_this_start(club: ClubContext) -> tuple[dt.datetime, dt.datetime]:
    """Between which moments a move may be of this start of the computer."""
    if started():
        return dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)
    return club.clock.now() - _OF_ONE_START, club.clock.now() + _OF_ONE_START


def sent_lately(club: ClubContext, within: dt.timedelta) -> Mapping[str, Sequence[str]]:
    """The listings to which something was sent from this computer so lately by the steady second, each with the entries
    that tell of it. Raises `JournalUnavailable`.
    """
    lately, now = defaultdict[str, list[str]](list), club.clock.monotonic()
    sent = club.journal.sent_between(started(), now - within.total_seconds(), now, *_of_this_start(club))
    for entry, listing in sent:
        lately[listing].append(entry)
    return lately


def sent_about(club: ClubContext, within: dt.timedelta) -> Sequence[Entry]:
    """The changes of which a request left so lately, by the steady second or the clock, oldest first. Not in full.

    Raises `JournalUnavailable`.
    """
    found = {entry.id: entry for entry in reversed(club.journal.sent_about(club.clock.now(), within))}
    others = {entry for entries in sent_lately(club, within).values() for entry in entries} - found.keys()
    by_second = filter(None, map(club.journal.entry, others))
    return sorted((*found.values(), *by_second), key=lambda entry: entry.events[0].position)
