"""Whether a change that never ended has left its listing as it stood before."""

from __future__ import annotations

from brcc_tui.model.app_error import AppError
from brcc_tui.model.quantity import plain
from brcc_tui.model.reading import Reading
from brcc_tui.operations.changes.closing import HIDDEN
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.store.journal import Entry


def stands_as_before(entry: Entry, look: DecisionReading | AppError) -> bool:
    """Whether it was seen to stand so; what Eventbrite may show from before a change of ours is no proof."""
    if isinstance(look, AppError) or entry.listing not in look.listings or entry.listing in look.doubtful:
        return False
    hides = entry.events[0].detail.get(HIDDEN)
    if hides is not None:
        return look.is_hidden(entry.listing) != hides
    return has_old_capacity(entry, look.listings[entry.listing].reading)


def has_old_capacity(entry: Entry, now: Reading) -> bool:
    """Whether this is the capacity from before the change, a number or none at all; one that is not known is not."""
    return entry.before is not None and plain(now.capacity) == entry.before
