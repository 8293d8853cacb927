"""Listings of Eventbrite: one for each ticket class of an event."""

from __future__ import annotations

import datetime as dt

from brcc_tui.model.catalogue import Event, TicketClass
from brcc_tui.model.checkout import NOT_READ, at_least
from brcc_tui.model.listing import Flag, Listing, Platform, Status, StockMethod
from brcc_tui.model.listing_id import TicketClassId
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown, add, least, remaining_from
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.ending import is_over
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
    "unsaved": Status.DRAFT,
    "canceled": Status.CLOSED,
    "cancelled": Status.CLOSED,
    "deleted": Status.CLOSED,
    "ended": Status.ENDED,
    "completed": Status.ENDED,
}
_SELLING_EVENTS = frozenset({"live", "started"})
"""The only statuses of an event in which a class can be bought: another one is not known to sell."""

_NO_SOLD = Unknown("Eventbrite did not say how many are sold")
_NO_CAPACITY = Unknown("Eventbrite did not say how many there are in all")
_NO_EVENT_LIMIT = Unknown("Eventbrite did not say how many the event as a whole may sell")
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

    Without it what remains is what there is at most.

    Places in checkout are known for the event as a whole, so each of its classes is read as if they were its own.
    """
    held = Unknown(NOT_READ) if in_checkout is None else in_checkout
    event_left = _event_left(event, at_least(held))
    starts_at = _in_zone(event)
    listings = []
    for ticket_class in event.ticket_classes:
        flags = _flags_of_kind(event, ticket_class)
        reason = next((words for flag, words in _READ_ONLY.items() if flag in flags), None)
        limit = event_left if _counts_against_event(event, ticket_class) else None
        reading = _reading(event, ticket_class, held, limit, read_at or now, source)
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
    return ticket_class.category != "add_on" and not _is_donation(ticket_class)


def _counts_against_event(event: Event, ticket_class: TicketClass) -> bool:
    tier = event.tier_of(ticket_class)
    return is_seat(ticket_class) and (tier is None or tier.counts_against_event)


def _is_donation(ticket_class: TicketClass) -> bool:
    return ticket_class.donation or ticket_class.category == "donation"


def _in_zone(event: Event) -> dt.datetime | None:
    zone = zone_of(event.zone)
    return event.starts_at.astimezone(zone) if event.starts_at and zone else event.starts_at


def _event_left(event: Event, in_checkout: Quantity) -> Quantity | None:
    """What the event may still sell over all its seats, where it limits them together; None where it does not.

    Where Eventbrite tells neither the number nor whether it is more than a sum (to a token that may see public fields
    alone), nobody knows. A number of which it does not tell that is taken for a limit: a sum would not be felt.
    """
    if event.capacity_is_custom is False:
        return None
    if event.capacity is None:
        return _NO_EVENT_LIMIT
    sold = add(*(_sold(tickets) for tickets in event.ticket_classes if is_seat(tickets)))
    return remaining_from(event.capacity, sold, in_checkout)


def _reading(
    event: Event,
    tickets: TicketClass,
    held: Quantity,
    event_left: Quantity | None,
    read_at: dt.datetime,
    source: Source,
) -> Reading:
    """Capacity is the class's own. What remains is the least that class, tier and event leave."""
    capacity, total = _capacity(event, tickets), _effective_total(event, tickets)
    sold, taken = _sold(tickets), at_least(held)
    limits = [remaining_from(limit, sold, taken) for limit in (capacity, total)]
    if tickets.inventory_tier_id is not None:
        limits.append(_tier_left(event, tickets, taken))
    if event_left is not None:
        limits.append(event_left)
    return Reading(capacity, sold, held, least(*limits), read_at, source)


def _sold(tickets: TicketClass) -> Quantity:
    return _NO_SOLD if tickets.quantity_sold is None else tickets.quantity_sold


def _capacity(event: Event, tickets: TicketClass) -> Quantity:
    """The class's own limit; where it has none (0 says the same as null), the one that its tier or event gives it."""
    return tickets.capacity or _effective_total(event, tickets)


def _effective_total(event: Event, tickets: TicketClass) -> Quantity:
    """Eventbrite's own least of event, tier and class. Only a donation may be unlimited, and says so by 0 or nothing.

    For any other class a limit that was not told is unknown, and a 0 beside no capacity of its own says nothing.
    """
    own, total, tier = tickets.capacity, tickets.quantity_total, event.tier_of(tickets)
    if _is_donation(tickets):
        return total or own or UNLIMITED
    if total or (total == own == 0 and tickets.inventory_tier_id is None):
        return total or 0
    if tier is not None and tier.quantity_total is not None:
        return min(tier.quantity_total, own or tier.quantity_total)
    return own or _NO_CAPACITY


def _tier_left(event: Event, tickets: TicketClass, taken: Quantity) -> Quantity:
    """What the tier leaves to all its classes together.

    A list of events does not tell a tier's own number. The effective total of a class without a limit of its own is
    the tier's or the event's, whichever is less; and the event's is counted by itself.
    """
    mates = [each for each in event.ticket_classes if each.inventory_tier_id == tickets.inventory_tier_id]
    tier = event.tier_of(tickets)
    if tier is not None and tier.quantity_total is not None:
        total: Quantity = tier.quantity_total
    else:
        told = [each.quantity_total for each in mates if not each.capacity and each.quantity_total]
        total = max(told) if told else UNLIMITED
    return remaining_from(total, add(*map(_sold, mates)), taken)


def _flags_of_kind(event: Event, tickets: TicketClass) -> set[Flag]:
    flags = {
        Flag.SERIES_PARENT: event.is_series_parent,
        Flag.RESERVED_SEATING: event.is_reserved_seating,
        Flag.TIERED: event.has_tiers or tickets.inventory_tier_id is not None,
        Flag.DONATION: _is_donation(tickets),
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
    event_status = event.status.lower()
    if (status := _STATUS_OF_EVENT.get(event_status)) is not None:
        return status
    if event_status not in _SELLING_EVENTS:
        return Status.UNKNOWN
    if tickets.sales_end and tickets.sales_end <= now:
        return Status.ENDED
    if tickets.hidden or tickets.hidden_currently:
        return Status.HIDDEN
    if isinstance(reading.remaining, int) and reading.remaining <= 0:
        return Status.SOLD_OUT
    if tickets.sales_start and tickets.sales_start > now:
        return Status.NOT_YET_ON_SALE
    return _STATUS_OF_CLASS.get(tickets.on_sale_status, Status.UNKNOWN)
