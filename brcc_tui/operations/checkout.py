"""Reads an event's capacity tier, so that a shop that does not give it stops nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brcc_tui.logs import log
from brcc_tui.model.app_error import AppError
from brcc_tui.model.checkout import CapacityTier, unread_checkout
from brcc_tui.model.quantity import Unknown

if TYPE_CHECKING:
    from brcc_tui.platforms.eventbrite.client import Eventbrite


async def tier_or_unread(eventbrite: Eventbrite, event_id: str) -> CapacityTier:
    """The places of the event in checkout and held back now; unknown with the reason when they cannot be read."""
    try:
        return await eventbrite.capacity_tier(event_id)
    except AppError as app_error:
        log("places in checkout could not be read", event=event_id, error=app_error)
        return CapacityTier(why_unread_checkout(app_error))


async def is_gone(eventbrite: Eventbrite, event_id: str, app_error: AppError) -> bool:
    """Whether it is the event itself that is not there, where its capacity tier could not be read for that reason."""
    from brcc_tui.platforms.errors import NotThere, PlatformError

    if isinstance(app_error, NotThere):
        try:
            await eventbrite.event(event_id)
        except NotThere:
            return True
        except PlatformError as unread:
            log("whether the event is there is not known", event=event_id, error=unread)
    return False


def why_unread_checkout(app_error: AppError) -> Unknown:
    """What such an error says of the places in checkout."""
    way_out = f"; {app_error.next_step}" if app_error.next_step else ""
    return unread_checkout(f"{app_error.happened}{way_out}")
