"""The practice Eventbrite's state: what is listed, sold and in checkout, and who may see which write yet."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from brcc_tui.sandbox.world.types import EventSpec, TicketClassSpec

_COMPLETED_AFTER = dt.timedelta(days=5)

LISTED_BEFORE = dt.timedelta(days=600)
"""How long before its start an event was put on sale, unless its classes say otherwise."""

CLUB = "Backroom Comedy Club (practice)"
"""The name of the club's own organization."""

EVERY_EVENT = ""
OF_GROUPS = "ticket groups"
"""Stands, among the access codes, for all events."""

_T = TypeVar("_T")
_ADD_ON = "add_on"


class NotForSale(Exception):
    """The shop refuses a buyer: sold out, hidden, not on sale."""


@dataclass(slots=True, eq=False)
class StoredTicketClass:
    """A ticket class now. `capacity` counts sold ones in; `pending` are places in a checkout."""

    spec: TicketClassSpec
    capacity: int | None
    sold: int
    pending: int
    hidden: bool

    def auto_hidden(self, now: dt.datetime) -> bool:
        """Whether it hides itself: until the moment that it is set to."""
        return self.spec.auto_hide_before is not None and now < self.spec.auto_hide_before


@dataclass(slots=True)
class PracticeAccessCode:
    """A code that shows hidden classes to its buyers: of one event (or series, or all), every one where none is named;
    or those of a ticket group, by the event (or series) that they are of. `uses` 0: as often as anybody likes.
    """

    id: str
    text: str
    event_id: str
    class_ids: tuple[str, ...]
    uses: int
    used: int = 0
    group: Mapping[str, Collection[str]] = field(default_factory=dict)

    def opens(self, event: StoredEvent, ticket_class: StoredTicketClass, places: int) -> bool:
        """Whether a buyer of so many places gets in with it. A series' code names its parent's classes."""
        spec = ticket_class.spec
        of_group = {each for at in (event.spec.id, event.spec.series_id) for each in self.group.get(at or "", ())}
        named = not (self.class_ids or self.group) or bool({spec.id, spec.parent_id} & {*self.class_ids, *of_group})
        is_here = self.event_id in (event.spec.id, event.spec.series_id, EVERY_EVENT) or bool(of_group)
        return is_here and named and (self.uses == 0 or self.used + places <= self.uses)


def _uses_left(codes: Collection[PracticeAccessCode]) -> int | None:
    """How often buyers can still use these codes, all together. None: as often as anybody likes."""
    return None if any(code.uses == 0 for code in codes) else sum(code.uses - code.used for code in codes)


@dataclass(slots=True, eq=False)
class StoredTier:
    """An inventory tier now. One of add-ons does not count against the event's capacity."""

    id: str
    name: str
    quantity_total: int
    counts_against_event: bool = True


@dataclass(slots=True, eq=False)
class StoredEvent:
    """An event now. `capacity` None: no limit beyond its classes' own. Of it the organizer keeps `held_back` places."""

    spec: EventSpec
    capacity: int | None
    classes: dict[str, StoredTicketClass]
    tiers: dict[str, StoredTier]
    changed: dt.datetime
    held_back: int = 0

    @property
    def ends_at(self) -> dt.datetime:
        """When it is over."""
        return self.spec.starts_at + dt.timedelta(minutes=self.spec.minutes)

    def status(self, now: dt.datetime) -> str:
        """Its status by the clock: live, started, ended, completed; or draft or canceled."""
        if self.spec.status != "live":
            return self.spec.status
        if now < self.spec.starts_at:
            return "live"
        if now < self.ends_at:
            return "started"
        return "ended" if now < self.ends_at + _COMPLETED_AFTER else "completed"

    def next_turn_at(self, now: dt.datetime) -> dt.datetime:
        """When it begins, ends or is completed next; the end of time when it is."""
        turns = (self.spec.starts_at, self.ends_at, self.ends_at + _COMPLETED_AFTER)
        return next((turn for turn in turns if now < turn), dt.datetime.max.replace(tzinfo=dt.UTC))

    def sales_end(self, spec: TicketClassSpec) -> dt.datetime:
        """When sales of the class end: at the start of the event, unless it says otherwise."""
        return spec.sales_end or self.spec.starts_at

    def sells(self, spec: TicketClassSpec, now: dt.datetime) -> bool:
        """Whether the class can be sold at all by the clock, apart from its own start of sales."""
        return self.status(now) in ("live", "started") and now < self.sales_end(spec)

    @property
    def seat_tiers(self) -> list[StoredTier]:
        """The tiers that its seats are shared out by."""
        return [tier for tier in self.tiers.values() if tier.counts_against_event]

    def in_room(self) -> list[StoredTicketClass]:
        """The classes that take seats: neither donations nor add-ons."""
        return [each for each in self.classes.values() if takes_a_seat(each.spec)]


def takes_a_seat(spec: TicketClassSpec) -> bool:
    """Whether a place of this class counts against the event's capacity."""
    return spec.category == "admission" and not spec.donation


@dataclass(slots=True)
class _Write:
    number: int
    at: float
    target: object
    name: str
    before: Any


@dataclass(frozen=True, slots=True)
class ReadState:
    """Who reads: with the waypoint token of write number `waypoint`, everything up to it is seen at once."""

    waypoint: int = 0


@dataclass(eq=False)
class EventbriteShop:
    """Every event of one organization, and what its token sees besides.

    A value written through the API is seen by other readers only `stale_seconds` later, as Eventbrite
    documents for itself (usually under 15 s); sales are seen at once. `clock` counts seconds, `now` is
    the time of day; both can be given by tests. `honours_waypoints` False: even the writer reads what is old.
    `tells_money` False: the member may see neither orders nor sales.
    `organizations` are those that the token sees, (id, name) in order; the others have no events. `codes` are the
    access codes by event or series, or by `EVERY_EVENT` or `OF_GROUPS`.
    """

    organization_id: str
    specs: Iterable[EventSpec]
    now: Callable[[], dt.datetime]
    stale_seconds: float = 5.0
    checkout_seconds: float = 2.0
    clock: Callable[[], float] = time.monotonic
    honours_waypoints: bool = True
    tells_money: bool = True
    organizations: list[tuple[str, str]] = field(default_factory=list)
    codes: dict[str, list[PracticeAccessCode]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.organizations = self.organizations or [(self.organization_id, CLUB)]
        self.events = {spec.id: self._event(spec) for spec in self.specs}
        self.dates: dict[str, list[StoredEvent]] = {}
        for event in self.events.values():
            if event.spec.series_id is not None:
                self.dates.setdefault(event.spec.series_id, []).append(event)
        for event in self.events.values():
            if event.spec.coded:
                self.add_code(event.spec.id, event.spec.coded)
        self._writes: list[_Write] = []
        self._last_write = 0
        self.cancelled = 0

    def _event(self, spec: EventSpec) -> StoredEvent:
        specs = [_with_its_tier(each) for each in spec.classes]
        classes = {
            each.id: StoredTicketClass(each, each.capacity, each.sold, each.pending, each.hidden) for each in specs
        }
        capacity = spec.capacity if spec.capacity_is_custom else None
        return StoredEvent(spec, capacity, classes, _tiers_of(spec, specs), spec.starts_at - LISTED_BEFORE)

    # what staff do on Eventbrite's own pages

    def cancel(self, event_id: str) -> None:
        """The event does not take place; nothing is given back by that."""
        event = self.events[event_id]
        event.spec = replace(event.spec, status="canceled")
        self.cancelled += 1

    # what buyers do

    def left(self, event: StoredEvent, ticket_class: StoredTicketClass) -> int | None:
        """Places that can be bought now: the least over class, tier and event. None: unlimited."""
        limits = []
        if ticket_class.capacity is not None:
            limits.append(ticket_class.capacity - ticket_class.sold - ticket_class.pending)
        if takes_a_seat(ticket_class.spec):
            whole = self.left_in_room(event)
            if whole is not None:
                limits.append(whole)
            tier = event.tiers.get(ticket_class.spec.inventory_tier_id or "")
            if tier is not None:
                limits.append(tier.quantity_total - sum(each.sold + each.pending for each in in_tier(event, tier.id)))
        return max(0, min(limits)) if limits else None

    def left_in_room(self, event: StoredEvent) -> int | None:
        """Places that the event's own limit leaves to all of its classes together. None: it has no limit."""
        if event.capacity is None:
            return None
        taken = sum(each.sold + each.pending for each in event.in_room())
        return event.capacity - event.held_back - taken

    def on_offer(self, event: StoredEvent, ticket_class: StoredTicketClass) -> int | None:
        """Places that somebody can buy at this moment, with an access code if need be. None: unlimited."""
        now, spec, left = self.now(), ticket_class.spec, self.left(event, ticket_class)
        begun = spec.sales_start is None or spec.sales_start <= now
        if event.spec.is_series_parent or not event.sells(spec, now) or not begun:
            return 0
        if not self._is_hidden(ticket_class):
            return left
        uses = _uses_left([code for code in self.codes_for(event) if code.opens(event, ticket_class, 1)])
        return min((each for each in (left, uses) if each is not None), default=None)

    async def buy(self, event_id: str, class_id: str, places: int, *, finish: bool = True) -> None:
        """Take places through a checkout; with `finish` False the buyer walks away at the end of it.

        Raises `NotForSale` when the shop itself does not offer them.
        """
        event, ticket_class = self.find(event_id, class_id)
        sales_start = ticket_class.spec.sales_start
        if event.spec.is_series_parent or not event.sells(ticket_class.spec, self.now()):
            raise NotForSale(f"{event_id}/{class_id} is not on sale")
        code = self._code_for(event, ticket_class, places)
        if sales_start is not None and self.now() < sales_start:
            raise NotForSale(f"{event_id}/{class_id} is not yet on sale")
        left = self.left(event, ticket_class)
        if left is not None and left < places:
            raise NotForSale(f"{event_id}/{class_id} has {left} left, not {places}")
        ticket_class.pending += places
        try:
            await asyncio.sleep(self.checkout_seconds)
        finally:
            ticket_class.pending -= places
        if finish:
            ticket_class.sold += places
            if code is not None:
                code.used += places

    def _code_for(self, event: StoredEvent, ticket_class: StoredTicketClass, places: int) -> PracticeAccessCode | None:
        """The code with which a buyer sees a hidden class; raises `NotForSale` when there is none."""
        if not self._is_hidden(ticket_class):
            return None
        for code in self.codes_for(event):
            if code.opens(event, ticket_class, places):
                return code
        raise NotForSale(f"{event.spec.id}/{ticket_class.spec.id} is hidden, and no code opens it")

    def _is_hidden(self, ticket_class: StoredTicketClass) -> bool:
        return ticket_class.hidden or ticket_class.auto_hidden(self.now())

    def codes_for(self, event: StoredEvent) -> list[PracticeAccessCode]:
        """The codes among which are all that open something of an event."""
        places = dict.fromkeys((event.spec.id, event.spec.series_id or event.spec.id, OF_GROUPS, EVERY_EVENT))
        return [code for place in places for code in self.codes.get(place, [])]

    def add_code(
        self,
        event_id: str,
        class_ids: Iterable[str] = (),
        uses: int = 0,
        group: Mapping[str, Collection[str]] | None = None,
    ) -> PracticeAccessCode:
        """A new access code; of a `group` under the name `OF_GROUPS`."""
        mine = self.codes.setdefault(event_id, [])
        number = sum(map(len, self.codes.values())) + 1
        mine.append(
            PracticeAccessCode(
                str(880_000_000 + number), f"PRACTICE{number}", event_id, tuple(class_ids), uses, group=group or {}
            )
        )
        return mine[-1]

    async def refund(self, event_id: str, class_id: str, places: int) -> None:
        """Give places back."""
        _, ticket_class = self.find(event_id, class_id)
        if places > ticket_class.sold:
            raise ValueError(f"{event_id}/{class_id} has sold {ticket_class.sold}, not {places}")
        ticket_class.sold -= places

    def find(self, event_id: str, class_id: str) -> tuple[StoredEvent, StoredTicketClass]:
        """The event and its class; raises KeyError."""
        event = self.events[event_id]
        return event, event.classes[class_id]

    # what the API writes, and what its readers see of it

    def write(self, *changes: tuple[StoredEvent | StoredTicketClass | StoredTier, str, object]) -> ReadState:
        """Make changes (object, attribute, value) as one write; the reader returned sees it at once."""
        self._forget()
        self._last_write += 1
        for target, name, value in changes:
            self._writes.append(_Write(self._last_write, self.clock(), target, name, getattr(target, name)))
            setattr(target, name, value)
            if isinstance(target, StoredEvent):
                target.changed = self.now()
        return ReadState(self._last_write)

    def capacity(self, target: StoredEvent | StoredTicketClass, reader: ReadState) -> int | None:
        """The capacity that this reader sees."""
        return self._seen(target, "capacity", target.capacity, reader)

    def hidden(self, target: StoredTicketClass, reader: ReadState) -> bool:
        """Whether this reader sees the class hidden."""
        return self._seen(target, "hidden", target.hidden, reader)

    def quantity_total(self, target: StoredTier, reader: ReadState) -> int:
        """The tier's quantity that this reader sees."""
        return self._seen(target, "quantity_total", target.quantity_total, reader)

    def _seen(self, target: object, name: str, now: _T, reader: ReadState) -> _T:
        for write in self._writes:
            if write.target is target and write.name == name and not self._visible(write, reader):
                before: _T = write.before
                return before
        return now

    def _visible(self, write: _Write, reader: ReadState) -> bool:
        return write.number <= reader.waypoint or self.clock() - write.at >= self.stale_seconds

    def _forget(self) -> None:
        nobody = ReadState()
        self._writes = [write for write in self._writes if not self._visible(write, nobody)]


def _with_its_tier(spec: TicketClassSpec) -> TicketClassSpec:
    """The class; an add-on with a tier of its own, without which Eventbrite creates none."""
    return replace(spec, inventory_tier_id=f"I{spec.id}") if spec.category == _ADD_ON else spec


def _tiers_of(spec: EventSpec, classes: Iterable[TicketClassSpec]) -> dict[str, StoredTier]:
    tiers = [StoredTier(tier.id, tier.name, tier.quantity_total) for tier in spec.tiers]
    add_ons = [each for each in classes if each.category == _ADD_ON]
    tiers += [StoredTier(each.inventory_tier_id or "", each.name, each.capacity or 0, False) for each in add_ons]
    return {tier.id: tier for tier in tiers}


def in_tier(event: StoredEvent, tier_id: str) -> list[StoredTicketClass]:
    """The classes that share a tier."""
    return [each for each in event.classes.values() if each.spec.inventory_tier_id == tier_id]
