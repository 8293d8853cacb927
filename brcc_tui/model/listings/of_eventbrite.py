"""Listings of Eventbrite: one for each ticket class of an event."""

from __future__ import annotations

import datetime as dt

from brcc_tui.model.catalogue import Event, TicketClass
from brcc_tui.model.listing import Flag, Listing, Platform, Status, StockMethod
from brcc_tui.model.listing_id import TicketClassId
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown, add, least, remaining_from
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.ending import is_over
from brcc_tui.model.shows.grouping import NOT_READ
from brcc_tui.model.zones import zone_of

_STATUS_OF_CLASS = {
    "AVAILABLE": Status.ON_SALE,
    "SOLD_OUT": Status.SOLD_OUT,
    "NOT_YET_ON_SALE": Status.NOT_YET_ON_SALE,
    "HIDDEN": Status.HIDDEN,
    "UNAVAILABLE": Status.CLOSED,
}
_STATUS_OF_EVENT = {
    "draft": Status.DRAFT,
    "canceled": Status.CLOSED,
    "cancelled": Status.CLOSED,
    "ended": Status.ENDED,
    "completed": Status.ENDED,
}
_READ_ONLY = {
    Flag.SERIES_PARENT: "a series parent: its capacity would change on every date of the series",
    Flag.RESERVED_SEATING: "reserved seating: its seats are those of a seat map",
    Flag.TIERED: "its seats are limited by an inventory tier, which this program does not change",
    Flag.DONATION: "a donation holds no seats",
}


def event_listings(
    event: Event,
    now: dt.datetime,
    in_checkout: Quantity | None = None,
    *,
    source: Source = Source.LIVE,
    read_at: dt.datetime | None = None,
) -> list[Listing]:
    """The listings of one Eventbrite event; `in_checkout` None means it was not asked for (`not_read`).

    Places in checkout are known for the event as a whole, so each of its classes is read as if they were its own.
    """
    held = Unknown(NOT_READ) if in_checkout is None else in_checkout
    event_left = _event_left(event, in_checkout)
    starts_at = _in_zone(event)
    listings = []
    for ticket_class in event.ticket_classes:
        flags = _flags_of_kind(event, ticket_class)
        reason = next((words for flag, words in _READ_ONLY.items() if flag in flags), None)
        limit = event_left if is_seat(ticket_class) else None
        reading = _reading(ticket_class, held, limit, read_at or now, source)
        listings.append(
            Listing(
                id=str(TicketClassId(event.id, ticket_class.id)),
                platform=Platform.EVENTBRITE,
                title=event.name,
                slot=ticket_class.name,
                starts_at=starts_at,
                stock_method=StockMethod.READ_ONLY if reason else StockMethod.TICKET_CLASS_CAPACITY,
                status=_status(event, ticket_class, reading, now),
                reading=reading,
                group=f"eb:{event.series_id or event.id}",
                date=starts_at.date() if starts_at else None,
                price=ticket_class.price,
                currency=ticket_class.currency or event.currency,
                url=event.url,
                read_only_reason=reason,
                flags=frozenset(flags | _flags_of_numbers(reading) | _flags_of_time(starts_at, now)),
                event_left=limit,
            )
        )
    return listings


def is_seat(ticket_class: TicketClass) -> bool:
    """Whether a ticket of this class takes a seat in the room."""
    return ticket_class.category not in ("add_on", "donation") and not ticket_class.donation


def _in_zone(event: Event) -> dt.datetime | None:
    zone = zone_of(event.zone)
    return event.starts_at.astimezone(zone) if event.starts_at and zone else event.starts_at


def _event_left(event: Event, in_checkout: Quantity | None) -> Quantity | None:
    """What the event may still sell over all its seats, where it limits them together; None where it does not."""
    if not event.capacity_is_custom or event.capacity is None:
        return None
    sold = add(*(_sold(tickets) for tickets in event.ticket_classes if is_seat(tickets)))
    return remaining_from(event.capacity, sold, 0 if in_checkout is None else in_checkout)


def _reading(
    tickets: TicketClass, held: Quantity, event_left: Quantity | None, read_at: dt.datetime, source: Source
) -> Reading:
    """Capacity is the class's own. What remains is the least that class, tier and event leave."""
    capacity = tickets.capacity if tickets.capacity is not None else _effective_total(tickets)
    sold, taken = _sold(tickets), 0 if held == Unknown(NOT_READ) else held
    limits = [remaining_from(limit, sold, taken) for limit in (capacity, _effective_total(tickets))]
    if event_left is not None:
        limits.append(event_left)
    return Reading(capacity, sold, held, least(*limits), read_at, source)


def _sold(tickets: TicketClass) -> Quantity:
    return (
        Unknown("Eventbrite did not say how many are sold") if tickets.quantity_sold is None else tickets.quantity_sold
    )


def _effective_total(tickets: TicketClass) -> Quantity:
    """Eventbrite's own least of event, tier and class; 0 stands for none where the class has no limit."""
    total = tickets.quantity_total
    if total is None or (total == 0 and (tickets.donation or tickets.capacity is None)):
        return UNLIMITED
    return total


def _flags_of_kind(event: Event, tickets: TicketClass) -> set[Flag]:
    flags = {
        Flag.SERIES_PARENT: event.is_series_parent,
        Flag.RESERVED_SEATING: event.is_reserved_seating,
        Flag.TIERED: event.has_tiers or tickets.inventory_tier_id is not None,
        Flag.DONATION: tickets.donation or tickets.category == "donation",
        Flag.ADD_ON: tickets.category == "add_on",
        Flag.NOT_A_SEAT: not is_seat(tickets),
    }
    return {flag for flag, holds in flags.items() if holds}


def _flags_of_numbers(reading: Reading) -> set[Flag]:
    remaining, sold, capacity = reading.remaining, reading.sold, reading.capacity
    flags = {
        Flag.UNLIMITED: remaining is UNLIMITED,
        Flag.OVERSOLD: (isinstance(remaining, int) and remaining < 0)
        or (isinstance(sold, int) and isinstance(capacity, int) and sold > capacity),
    }
    return {flag for flag, holds in flags.items() if holds}


def _flags_of_time(starts_at: dt.datetime | None, now: dt.datetime) -> set[Flag]:
    if starts_at is None:
        return {Flag.UNREADABLE_DATE}
    return {Flag.PAST} if is_over(starts_at, now) else set()


def _status(event: Event, tickets: TicketClass, reading: Reading, now: dt.datetime) -> Status:
    if (status := _STATUS_OF_EVENT.get(event.status)) is not None:
        return status
    if tickets.sales_end and tickets.sales_end <= now:
        return Status.ENDED
    if tickets.hidden:
        return Status.HIDDEN
    if isinstance(reading.remaining, int) and reading.remaining <= 0:
        return Status.SOLD_OUT
    if tickets.sales_start and tickets.sales_start > now:
        return Status.NOT_YET_ON_SALE
    return _STATUS_OF_CLASS.get(tickets.on_sale_status, Status.UNKNOWN)
