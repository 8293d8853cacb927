"""Whether a change that never ended has left its listing as it was to stand."""

from __future__ import annotations

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action
from brcc_tui.model.quantity import is_known
from brcc_tui.operations.changes.closing import hides, is_closed_by_number
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.store.journal_entries import Entry


def intended_capacity(entry: Entry) -> int:
    """The capacity that was to be written: the planned one, or what the second reading made of it."""
    checkpoint = entry.last(State.CHECKPOINTED.value)
    wanted = checkpoint.detail.get("wanted") if checkpoint is not None else None
    capacity = wanted.get(entry.listing) if isinstance(wanted, dict) else None
    return capacity if isinstance(capacity, int) else entry.planned_capacity


def as_intended(entry: Entry, look: DecisionReading | AppError) -> bool:
    """Whether the listing stands as the change wanted it: then no sale of it was lost to its write either.

    What Eventbrite shows otherwise than it was left here last is no proof: it may be what stood before that.
    """
    if isinstance(look, AppError) or entry.listing not in look.listings or entry.listing in look.doubtful:
        return False
    if (hidden := hides(entry)) is not None:
        return look.is_hidden(entry.listing) is hidden
    if entry.action == Action.CLOSE.value:  # at the very capacity of the closing places may have been given back
        return is_closed_by_number(look, look.listings[entry.listing])
    now = look.listings[entry.listing].reading
    return is_known(now.capacity) and now.capacity == intended_capacity(entry)
