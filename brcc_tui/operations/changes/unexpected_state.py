"""What may have happened to a listing that is neither as it was before an unfinished change nor as intended."""

from __future__ import annotations

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action
from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.listing_id import is_of_the_shop
from brcc_tui.model.quantity import is_known
from brcc_tui.model.reading import Reading
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.store.journal_entries import Entry


def unexpected_state(entry: Entry, look: DecisionReading | AppError, now: Reading, more: int) -> str:
    """In words, where `more` seats than intended stand there (or fewer, below 0)."""
    reopened = _reopened(entry, look, now, more) if entry.action == Action.CLOSE.value else None
    if reopened is not None:
        return reopened
    if is_of_the_shop(entry.listing) and 0 < more <= _sold_since(entry, now):
        return f"{more} more are on offer than intended: seats sold meanwhile may be on sale again"
    return "something else is there now"


def _reopened(entry: Entry, look: DecisionReading | AppError, now: Reading, more: int) -> str | None:
    """Why what was closed sells again, though nobody gave it a higher number; None where that is not so."""
    listing = None if isinstance(look, AppError) else look.listings.get(entry.listing)
    if listing is not None and listing.terms.sells_on:
        return f"its number does not close it any more: {listing.offer.words}"
    if is_known(now.remaining) and now.remaining > 0 and more <= 0:
        return f"given back since, and on offer: {so_many(now.remaining, 'place')}"
    return None


def _sold_since(entry: Entry, now: Reading) -> int:
    """Places taken since the checkpoint: so many our text may have put on sale again."""
    checkpoint = entry.last(State.CHECKPOINTED.value)
    taken = checkpoint.detail.get("taken") if checkpoint is not None else None
    before = taken.get(entry.listing) if isinstance(taken, dict) else None
    return max(0, now.taken - before) if is_known(now.taken) and type(before) is int else 0
