"""Whether a change that never ended has left its listing as it was before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Outcome
from brcc_tui.model.quantity import plain
from brcc_tui.model.reading import Reading
from brcc_tui.operations.changes.as_intended import as_intended
from brcc_tui.operations.changes.closing import hides
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.known_state import why_unknown
from brcc_tui.operations.changes.lifecycle import OPEN, State
from brcc_tui.operations.context import ClubContext
from brcc_tui.operations.lately import is_within, sent_about
from brcc_tui.store.journal_entries import Entry

ARRIVES: Final = "was sent a moment ago and may still arrive"
MAY_ARRIVE: Final = f"it is as before, but it {ARRIVES}: choose again in a minute"

_NOT_SEEN: Final = (*OPEN, Outcome.INTERRUPTED.value, Outcome.ROLLED_BACK.value)
"""Outcomes of changes that nobody has seen to stand, or to be refused."""

_OVER: Final = (State.ANSWERED.value, State.VERIFIED.value, State.HELD_BACK.value)
"""Moves after which a request is not on its way: it was answered, was seen to have arrived, or never left."""


def may_still_arrive(club: ClubContext, entry: Entry) -> bool:
    """Whether the shop may still be at work on its last request: it was sent recently and is not known to be over. The
    process that sent it is gone, but PHP goes on.
    """
    sent, over = entry.last(State.SENT.value), entry.last(*_OVER)
    if sent is None or (over is not None and over.position > sent.position):
        return False
    return is_within(club, sent, longest_watch(club))


def longest_watch(club: ClubContext) -> dt.timedelta:
    """How long a change is watched: as long as a request may be under way."""
    return dt.timedelta(seconds=max(club.settings.settle, default=0.0))


def is_on_its_way(club: ClubContext, entry: Entry) -> bool:
    """Whether a request of it may still arrive, because nobody has seen how it ended; its sender may have stopped
    waiting. Keeping the present number, or writing over it, does not recall it.
    """
    return entry.outcome in _NOT_SEEN and may_still_arrive(club, entry)


def may_be_replaced(club: ClubContext, looks: Mapping[str, object]) -> dict[str, Entry]:
    """The listings whose present number a request from here may still replace, each with the change it belongs to: with
    its old number there, or with what was written over that since.

    `looks` are readings by listing; anything else in it is ignored, and so is what Eventbrite may show from before a
    change. Raises `JournalUnavailable`.
    """
    found = {}
    for entry in sent_about(club, longest_watch(club)):
        look = looks.get(entry.listing)
        if not isinstance(look, DecisionReading) or entry.listing in look.doubtful or as_intended(entry, look):
            continue
        if is_on_its_way(club, entry):
            found[entry.listing] = entry
    return found


def stands_as_before(entry: Entry, look: DecisionReading | AppError) -> bool:
    """Whether it was seen to be as before; a state that Eventbrite may show from before our change is no proof."""
    if isinstance(look, AppError) or entry.listing not in look.listings or entry.listing in look.doubtful:
        return False
    if (hidden := hides(entry)) is not None:
        return look.is_hidden(entry.listing) is (not hidden)
    return _has_old_capacity(entry, look.listings[entry.listing].reading)


def seems_as_before(entry: Entry, look: DecisionReading | AppError, now: Reading) -> bool:
    """Whether its capacity is that from before; of hiding, which leaves a capacity alone, that says nothing."""
    of_hiding = hides(entry) is not None
    return _has_old_capacity(entry, now) and not (of_hiding and why_unknown(entry, look))


def _has_old_capacity(entry: Entry, now: Reading) -> bool:
    """Whether this is the capacity from before the change, a number or no limit; an unknown one is not."""
    return entry.before is not None and plain(now.capacity) == entry.before
