"""An Eventbrite in memory: what it keeps, what it answers, and when it is old."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from brcc_tui.model.catalogue import AccessCode, Event, TicketClass
from brcc_tui.model.changes.permit import WritePermit
from brcc_tui.model.checkout import CapacityTier
from brcc_tui.platforms.errors import NotThere, Rejected
from tests.operations.changes.fake_wire import Request, Wire


@dataclass
class FakeEvent:
    """An Eventbrite event; `shown` are older states, for reads that lag behind; `tier` is told as it is."""

    id: str
    classes: dict[str, TicketClass]
    pending: int = 0
    tier: CapacityTier | None = None
    capacity: int | None = None
    shown: list[tuple[float, dict[str, TicketClass]]] = field(default_factory=list)
    codes: tuple[AccessCode, ...] | None = ()
    starts_at: dt.datetime = dt.datetime(2026, 11, 28, 1, 0, tzinfo=dt.UTC)
    status: str = "live"
    sold_elsewhere: bool = False


class FakeEventbriteShop:
    """Eventbrite itself. `lag` seconds pass until a read shows a write."""

    def __init__(self) -> None:
        self.events: dict[str, FakeEvent] = {}
        self.lag = 0.0
        self.requests: list[Request] = []
        self.watchers: list[Callable[[], None]] = []
        self.answered: Callable[[TicketClass], TicketClass] = lambda ticket_class: ticket_class

    def add(self, event: str, classes: Mapping[str, tuple[int, int]], **more: object) -> FakeEvent:
        """An event with classes of (capacity, sold)."""
        made = {
            name: TicketClass(name, event, "General", "admission", capacity, capacity, sold, "AVAILABLE")
            for name, (capacity, sold) in classes.items()
        }
        self.events[event] = FakeEvent(event, made, **more)  # type: ignore[arg-type]
        return self.events[event]

    def change(self, event: str, name: str, **what: object) -> None:
        """Change a class, keeping what reads may still show."""
        import dataclasses

        found = self.events[event]
        found.shown.append((asyncio.get_running_loop().time(), dict(found.classes)))
        found.classes[name] = dataclasses.replace(found.classes[name], **what)  # type: ignore[arg-type]
        for watcher in self.watchers:
            watcher()

    def sell(self, event: str, name: str, places: int = 1) -> bool:
        ticket_class = self.events[event].classes[name]
        sold = ticket_class.quantity_sold or 0
        if ticket_class.hidden or sold + places > (ticket_class.capacity or 0):
            return False
        self.change(event, name, quantity_sold=sold + places)
        return True

    def classes_at(self, event: FakeEvent, moment: float) -> dict[str, TicketClass]:
        """What the classes were at that moment."""
        for at, classes in event.shown:
            if at > moment:
                return classes
        return event.classes


class FakeEventbrite:
    """Stands for the Eventbrite client of one operator; its waypoint keeps reads no older than its own writes."""

    def __init__(self, shop: FakeEventbriteShop, wire: Wire, *, waypoint: bool = True, who: str = "us") -> None:
        self.shop, self.wire, self.waypoint, self.who = shop, wire, waypoint, who
        self.wrote_at = float("-inf")

    async def event(self, event_id: str) -> Event:
        await self.wire.read("event")
        if event_id not in self.shop.events:
            raise NotThere("no such event", subject=f"event {event_id}")
        found = self._shown(event_id)
        await self.wire.travel("event", self.wire.after)
        return found

    async def events_by_id(self, event_ids: Sequence[str]) -> list[Event]:
        await self.wire.read("events")
        return [self._shown(event_id) for event_id in event_ids if event_id in self.shop.events]

    async def completed(self, event: Event) -> Event:
        return event

    async def with_codes(self, event: Event) -> Event:
        await self.wire.read("codes")
        return replace(event, access_codes=self.shop.events[event.id].codes)

    def _shown(self, event_id: str) -> Event:
        event = self.shop.events[event_id]
        moment = asyncio.get_running_loop().time() - self.shop.lag
        if self.waypoint:
            moment = max(moment, self.wrote_at)
        classes = self.shop.classes_at(event, moment) if self.shop.lag else event.classes
        return Event(
            id=event_id,
            name="Friday Night",
            starts_at=event.starts_at,
            zone="America/Toronto",
            status=event.status,
            sold_elsewhere=event.sold_elsewhere,
            capacity=event.capacity,
            capacity_is_custom=event.capacity is not None,
            ticket_classes=tuple(classes.values()),
            access_codes=event.codes,
        )

    async def capacity_tier(self, event_id: str) -> CapacityTier:
        await self.wire.read("places_in_checkout")
        event = self.shop.events[event_id]
        return event.tier or CapacityTier(event.pending)

    async def set_capacity(
        self, permit: WritePermit, event_id: str, ticket_class_id: str, capacity: int
    ) -> TicketClass:
        permit.check(f"eb:{event_id}:{ticket_class_id}")
        return await self._change("set_capacity", event_id, ticket_class_id, capacity=capacity, quantity_total=capacity)

    async def set_hidden(self, permit: WritePermit, event_id: str, ticket_class_id: str, hidden: bool) -> TicketClass:
        permit.check(f"eb:{event_id}:{ticket_class_id}")
        return await self._change("set_hidden", event_id, ticket_class_id, hidden=hidden)

    async def _change(self, what: str, event: str, name: str, **fields: object) -> TicketClass:
        if fields.get("capacity") == 0:
            raise Rejected("capacity 0 is refused", code="ARGUMENTS_ERROR")

        def commit() -> None:
            now = asyncio.get_running_loop().time()
            self.shop.requests.append(Request(now, what, dict(fields), self.who))
            self.shop.change(event, name, **fields)
            self.wrote_at = now

        await self.wire.write(what, commit)
        return self.shop.answered(self.shop.events[event].classes[name])

    async def close(self) -> None:
        pass
