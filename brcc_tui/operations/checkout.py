"""Places in Eventbrite's checkout, asked for without letting a shop that does not tell them stand in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brcc_tui.logs import log
from brcc_tui.model.app_error import AppError
from brcc_tui.model.checkout import unreadable
from brcc_tui.model.quantity import Quantity

if TYPE_CHECKING:
    from brcc_tui.platforms.eventbrite.client import Eventbrite


async def places_in_checkout(eventbrite: Eventbrite, event_id: str) -> Quantity:
    """Places of the event in somebody's checkout now; unknown with the reason when they cannot be read."""
    try:
        return await eventbrite.places_in_checkout(event_id)
    except AppError as app_error:
        log("places in checkout could not be read", event=event_id, error=app_error)
        way_out = f"; {app_error.next_step}" if app_error.next_step else ""
        return unreadable(f"{app_error.happened}{way_out}")
