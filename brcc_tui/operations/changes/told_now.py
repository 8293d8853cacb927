"""Whether a look tells what stands of a change that never ended: what is not told is neither done nor undone."""

from __future__ import annotations

from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action
from brcc_tui.model.listing_id import is_on_eventbrite
from brcc_tui.model.quantity import Unknown
from brcc_tui.operations.changes.closing import HIDDEN
from brcc_tui.operations.changes.decision_reading import DecisionReading, NotConfigured
from brcc_tui.platforms.errors import NotThere
from brcc_tui.store.journal import Entry

HIDING_UNTOLD: Final = "Eventbrite did not say whether it is hidden"


def is_unseen(look: DecisionReading | AppError) -> bool:
    """Whether nothing is known of what stands: a product that is gone, or a shop of which no settings are left, is."""
    return isinstance(look, AppError) and not isinstance(look, (NotThere, NotConfigured))


def why_untold(entry: Entry, look: DecisionReading | AppError) -> str | None:
    """Why nobody knows what stands of the change; None where that is told, or known to be gone."""
    if isinstance(look, AppError):
        return str(look) if is_unseen(look) else None
    listing = look.listings.get(entry.listing)
    if listing is None:
        return None
    if entry.events[0].detail.get(HIDDEN) is not None:
        return HIDING_UNTOLD if look.is_hidden(entry.listing) is None else None
    reading = listing.reading
    parts = [reading.capacity]
    if entry.action == Action.CLOSE.value:
        parts = [reading.capacity, reading.sold] if is_on_eventbrite(entry.listing) else [reading.remaining]
    return next((part.reason for part in parts if isinstance(part, Unknown)), None)
