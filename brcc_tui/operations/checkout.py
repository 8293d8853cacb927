"""Reads an event's capacity tier, so that a shop that does not give it stops nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brcc_tui.logs import log
from brcc_tui.model.app_error import AppError
from brcc_tui.model.checkout import CapacityTier, unread_checkout

if TYPE_CHECKING:
    from brcc_tui.platforms.eventbrite.client import Eventbrite


async def tier_or_unread(eventbrite: Eventbrite, event_id: str) -> CapacityTier:
    """The places of the event in checkout and held back now; unknown with the reason when they cannot be read."""
    try:
        return await eventbrite.capacity_tier(event_id)
    except AppError as app_error:
        log("places in checkout could not be read", event=event_id, error=app_error)
        way_out = f"; {app_error.next_step}" if app_error.next_step else ""
        return CapacityTier(unread_checkout(f"{app_error.happened}{way_out}"))
