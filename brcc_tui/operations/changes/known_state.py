"""Whether a look shows the present state of a change that never ended: an unknown state is neither done nor undone."""

from __future__ import annotations

from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action
from brcc_tui.model.listing_id import is_on_eventbrite
from brcc_tui.model.quantity import Unknown
from brcc_tui.operations.changes.closing import hides
from brcc_tui.operations.changes.decision_reader import NotConfigured
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.platforms.errors import NotThere
from brcc_tui.store.journal_entries import Entry

UPDATE: Final = "Update this copy of the program: only the newer one knows what that means"

_ACTIONS: Final = frozenset(action.value for action in Action)
_MOVES: Final = frozenset(state.value for state in State)


def why_not_understood(entry: Entry) -> str | None:
    """Why this version of the program can neither decide about the change nor undo it; None if it can."""
    words = [entry.action] * (entry.action not in _ACTIONS)
    words += [event.event for event in entry.events if event.event not in _MOVES]
    return f"a newer version of this program recorded {words[0][:20]!r} of it, which is unknown here" if words else None


def is_unseen(look: DecisionReading | AppError) -> bool:
    """Whether the present state is unknown. That a product is gone, or a shop has no settings, is knowledge."""
    return isinstance(look, AppError) and not isinstance(look, (NotThere, NotConfigured))


def why_hiding_unknown(look: DecisionReading, listing_id: str) -> str | None:
    """Why it is unknown whether a ticket class is hidden; None if it is known."""
    return "Eventbrite did not say whether it is hidden" if look.is_hidden(listing_id) is None else None


def why_unknown(entry: Entry, look: DecisionReading | AppError) -> str | None:
    """Why the present state of the change's listing is unknown; None if it is known, or the listing is gone."""
    if isinstance(look, AppError):
        return str(look) if is_unseen(look) else None
    listing = look.listings.get(entry.listing)
    if listing is None:
        return None
    if hides(entry) is not None:
        return why_hiding_unknown(look, entry.listing)
    reading = listing.reading
    parts = [reading.capacity]
    if entry.action == Action.CLOSE.value:
        parts = [reading.capacity, reading.sold] if is_on_eventbrite(entry.listing) else [reading.remaining]
    return next((part.reason for part in parts if isinstance(part, Unknown)), None)
