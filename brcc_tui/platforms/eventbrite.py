"""Eventbrite API v3. Facts: bearer token, trailing slashes, waypoint tokens, 2,000 calls an hour."""

from __future__ import annotations

from collections.abc import Callable

from brcc_tui.model.catalogue import Event, TicketClass
from brcc_tui.model.permit import WritePermit

Progress = Callable[[int, int | None], None]


class Eventbrite:
    """Asynchronous client of one organization."""

    async def organization(self) -> str:
        """The organization's id: the configured one, else the first that the token may see."""
        raise NotImplementedError

    async def events(self, progress: Progress | None = None) -> list[Event]:
        """Every event that is not canceled, with all its ticket classes, in as few pages as possible."""
        raise NotImplementedError

    async def event(self, event_id: str) -> Event:
        """One event with its classes, read with the waypoint token of our last write if there is one."""
        raise NotImplementedError

    async def places_in_checkout(self, event_id: str) -> int:
        """`capacity_pending` of the event's capacity tier: places in somebody's basket now."""
        raise NotImplementedError

    async def set_capacity(
        self, permit: WritePermit, event_id: str, ticket_class_id: str, capacity: int
    ) -> TicketClass:
        """Write the class's total, sold ones counted in; the answer is the truth. Never retried."""
        raise NotImplementedError

    async def set_hidden(self, permit: WritePermit, event_id: str, ticket_class_id: str, hidden: bool) -> TicketClass:
        """Hide or show the class: how a class with nothing sold is closed, for 0 is refused."""
        raise NotImplementedError

    async def close(self) -> None:
        """Give the connections back."""
        raise NotImplementedError
