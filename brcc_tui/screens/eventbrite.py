"""Series, events and ticket classes."""

from __future__ import annotations

from brcc_tui.model.listing import Platform
from brcc_tui.screens.filtered import OF_CANCELLED
from brcc_tui.screens.manager import Manager


class EventbriteManager(Manager):
    """What Eventbrite sells."""

    NAME = "eventbrite"
    ELSEWHERE = OF_CANCELLED
    PLATFORM = Platform.EVENTBRITE


SCREEN = EventbriteManager
