"""Eventbrite's listings: one for each ticket class of an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

from brcc_tui.model.catalogue import Event, InventoryTier, TicketClass
from brcc_tui.model.checkout import NOT_ASKED, CapacityTier, at_least
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod, flags_that_hold, kept_once
from brcc_tui.model.listing_id import TicketClassId
from brcc_tui.model.listings.class_terms import class_terms
from brcc_tui.model.listings.lost import as_lost
from brcc_tui.model.offer import OfferRule, Status, Terms
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown, add, is_less_than, least, remaining_from
from brcc_tui.model.reading import Origin, Reading, Source
from brcc_tui.model.shows.ending import aged, has_several_days, status_in_doubt
from brcc_tui.model.zones import in_zone, zone_of

_STATUS_OF_CLASS = {
    "AVAILABLE": Status.ON_SALE,
    "SOLD_OUT": Status.SOLD_OUT,
    "NOT_YET_ON_SALE": Status.NOT_YET_ON_SALE,
    "HIDDEN": Status.HIDDEN,
    "UNAVAILABLE": Status.CLOSED,
}
_UNTOLD = frozenset({"HIDDEN", "UNKNOWN"})
"""What does not say whether a class would be on sale, were it shown."""

CANCELLED = frozenset({"canceled", "cancelled", "deleted"})
"""The statuses of an event that will not take place, as far as Eventbrite knows."""

_STATUS_OF_EVENT = {
    **dict.fromkeys(CANCELLED, Status.CLOSED),
    "draft": Status.DRAFT,
    "unsaved": Status.DRAFT,
    "ended": Status.ENDED,
    "completed": Status.ENDED,
}

_NO_SOLD = Unknown("Eventbrite did not say how many are sold")
_NO_CAPACITY = Unknown("Eventbrite did not say how many there are in all")
_NO_EVENT_LIMIT = Unknown("Eventbrite did not say how many the event as a whole may sell")
_NO_TIER = Unknown("Eventbrite did not say how many the tier that several classes share may sell")
_NO_SOLD_OF_HOLDS = Unknown("Eventbrite did not say how many of those are sold that its tier holds back")
_READ_ONLY = {
    Flag.SERIES_PARENT: "a series parent: its capacity would change on every date of the series",
    Flag.RESERVED_SEATING: "reserved seating: its seats are those of a seat map",
    Flag.TIERED: "its places are limited by an inventory tier, which this program does not change",
    Flag.DONATION: "a donation holds no seats",
}


def event_listings(
    event: Event,
    now: dt.datetime,
    tier: CapacityTier = NOT_ASKED,
    *,
    source: Source = Source.LIVE,
    read_at: dt.datetime | None = None,
) -> list[Listing]:
    """The listings of one Eventbrite event; without its capacity tier what remains is what there is at most.

    Places in checkout are known for the event as a whole, so each of its classes is read as if they were its own.
    """
    held = tier.pending
    event_left = _event_left(event, tier)
    starts_at, ends_at = _times(event)
    listings = []
    for ticket_class in event.ticket_classes:
        flags = _flags_of_kind(event, ticket_class)
        reason = _why_read_only(flags)
        limit = event_left if _counts_against_event(event, ticket_class) else None
        tier_left = _tier_left(event, ticket_class, held)
        reading = _reading(event, ticket_class, held, (tier_left, limit), read_at or now, source)
        status = _status(event, ticket_class, reading, now)
        own_left = _own_left(event, ticket_class, held)
        terms = class_terms(event, ticket_class, (status, reading), (own_left, tier_left, limit), now)
        flags |= (
            _flags_of_numbers(event, ticket_class, reading, limit)
            | _flags_of_time(starts_at, ends_at)
            | _flags_of_terms(status, terms)
        )
        listings.append(
            Listing(
                id=str(TicketClassId(event.id, ticket_class.id)),
                platform=Platform.EVENTBRITE,
                title=event.name,
                slot=ticket_class.name,
                starts_at=starts_at,
                stock_method=StockMethod.READ_ONLY if reason else StockMethod.TICKET_CLASS_CAPACITY,
                status=status_in_doubt(status, terms),
                reading=reading,
                group=f"eb:{event.series_id or event.id}",
                date=starts_at.date() if starts_at else None,
                price=ticket_class.price,
                currency=ticket_class.currency or event.currency,
                url=event.url,
                read_only_reason=reason,
                flags=kept_once(flags),
                event_left=limit,
                ends_at=ends_at,
                terms=terms,
                tier=ticket_class.inventory_tier_id,
                tier_left=tier_left,
            )
        )
    return [_by_now(event, listing, now) for listing in listings]


def _by_now(event: Event, listing: Listing, now: dt.datetime) -> Listing:
    """The listing as it must be by now; of an event that cannot be read nobody else knows how many are sold."""
    listing = aged(listing, now)
    if event.lost is None:
        return listing
    unknown = Unknown(event.lost)
    lost = as_lost(listing, event.lost)
    return replace(lost, reading=replace(lost.reading, sold=unknown, held=unknown))


def is_seat(ticket_class: TicketClass) -> bool:
    """Whether a ticket of this class takes a seat in the room."""
    return ticket_class.category != "add_on" and not _is_donation(ticket_class)


def _counts_against_event(event: Event, ticket_class: TicketClass) -> bool:
    tier = event.tier_of(ticket_class)
    return is_seat(ticket_class) and (tier is None or tier.counts_against_event)


def _is_donation(ticket_class: TicketClass) -> bool:
    return ticket_class.donation or ticket_class.category == "donation"


def _why_read_only(flags: Collection[Flag]) -> str | None:
    """Why its capacity cannot be changed; None where it can."""
    return next((words for flag, words in _READ_ONLY.items() if flag in flags), None)


def _times(event: Event) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When the event begins and ends. A series tells the end of its last date, years after its first: that is none."""
    return _in_zone(event, event.starts_at), None if event.is_series_parent else _in_zone(event, event.ends_at)


def _in_zone(event: Event, moment: dt.datetime | None) -> dt.datetime | None:
    zone = zone_of(event.zone)
    return in_zone(moment, zone) if moment and zone else moment


def _event_left(event: Event, tier: CapacityTier) -> Quantity | None:
    """What the event may still sell over all its seats, where it limits them together; None where it does not.

    Where Eventbrite tells neither the number nor whether it is more than a sum (to a token that may see public fields
    alone), nobody knows. The event's capacity tier tells it, too.
    """
    is_custom, limit = _is_custom(event, tier), _limit_shown(event)
    if is_custom is False:
        return None
    if limit is None:
        return _NO_EVENT_LIMIT if tier.left is None or not is_custom else tier.left
    sold = add(*(_sold(tickets) for tickets in event.ticket_classes if _counts_against_event(event, tickets)))
    counted = remaining_from(limit, sold, add(at_least(tier.pending), tier.held_back))
    return counted if tier.left is None else least(counted, tier.left)


def _limit_shown(event: Event) -> int | None:
    """The event's number where it may be its limit; None where it tells none, or says that it is a mere sum.

    One of which it does not tell that is taken for a limit: a sum would not be felt. A 0 is none then: it was seen
    where no limit had been set.
    """
    is_none = event.capacity_is_custom is False or (event.capacity == 0 and event.capacity_is_custom is None)
    return None if is_none else event.capacity


def _is_custom(event: Event, tier: CapacityTier) -> bool | None:
    """Whether its capacity is a limit of its own; None where nobody tells. A limit that one of both tells is one."""
    return tier.is_custom if event.capacity_is_custom is None else event.capacity_is_custom or bool(tier.is_custom)


def _reading(
    event: Event,
    tickets: TicketClass,
    held: Quantity,
    shared: tuple[Quantity | None, Quantity | None],
    read_at: dt.datetime,
    source: Source,
) -> Reading:
    """Capacity is the class's own. What remains is the least that class, tier and event leave (`shared`)."""
    sold = _sold(tickets)
    limits = (_own_left(event, tickets, held), *(limit for limit in shared if limit is not None))
    own = Origin.EVENTBRITE
    return Reading(_capacity(event, tickets), sold, held, least(*limits), read_at, source, 0, own, own)


def _own_left(event: Event, tickets: TicketClass, held: Quantity) -> Quantity:
    sold, taken = _sold(tickets), at_least(held)
    limits = (_capacity(event, tickets), _effective_total(event, tickets))
    return least(*(remaining_from(limit, sold, taken) for limit in limits))


def _is_hidden(tickets: TicketClass) -> bool:
    return bool(tickets.hidden) or tickets.hidden_currently


def _waits_for_another(event: Event, tickets: TicketClass, now: dt.datetime) -> bool:
    """Whether its sales are still to begin by Eventbrite's word, at a moment that no date tells: once another class has
    ended. What auto-hide makes of it until then ends by itself, too.

    Nobody has recorded how such a class is called meanwhile: one that cannot be bought may be waiting.
    """
    status, other = tickets.on_sale_status, tickets.sales_start_after
    if status == "NOT_YET_ON_SALE" or other is None:
        return status == "NOT_YET_ON_SALE"
    return status in _UNTOLD or (status == "UNAVAILABLE" and _is_still_to_sell(event, other, now))


def _is_still_to_sell(event: Event, class_id: str, now: dt.datetime) -> bool:
    """Whether the event has that class, and it is neither sold out nor over."""
    found = (each for each in event.ticket_classes if each.id == class_id)
    return any(each.on_sale_status != "SOLD_OUT" and not each.sales_ended_by(now) for each in found)


def _sold(tickets: TicketClass) -> Quantity:
    return _NO_SOLD if tickets.quantity_sold is None else tickets.quantity_sold


def _capacity(event: Event, tickets: TicketClass) -> Quantity:
    """The class's own limit; where it has none (0 says the same as null), the one that its tier or event gives it."""
    return tickets.capacity or _effective_total(event, tickets)


def _effective_total(event: Event, tickets: TicketClass) -> Quantity:
    """Eventbrite's own least of event, tier and class. Only a donation may be unlimited.

    For any other class a limit that was not given is unknown, and a 0 beside no capacity of its own says nothing.
    """
    own, total, tier = tickets.capacity, tickets.quantity_total, event.tier_of(tickets)
    if _is_donation(tickets):
        return total or own or _no_limit_of_donation(tickets)
    if total:
        return total
    if _says_none(tickets):
        return 0
    if tier is not None and tier.quantity_total is not None:
        return min(tier.quantity_total, own or tier.quantity_total)
    return own or _NO_CAPACITY


def _no_limit_of_donation(tickets: TicketClass) -> Quantity:
    """That a donation has none, as it says by 0 or nothing. A token that sees public fields alone is told no number at
    all, what is sold included: nobody knows then.
    """
    numbers = (tickets.capacity, tickets.quantity_total, tickets.quantity_sold)
    return _NO_CAPACITY if numbers == (None, None, None) else UNLIMITED


def _says_none(tickets: TicketClass) -> bool:
    """Whether a class of no tier says by both its numbers that there is none of it."""
    return tickets.quantity_total == tickets.capacity == 0 and tickets.inventory_tier_id is None


def _tier_left(event: Event, tickets: TicketClass, held: Quantity) -> Quantity | None:
    """What the tier leaves to all its classes together; None for a class of no tier.

    A list of events does not tell a tier's own number. The effective total of a class that is less than its own limit,
    or the only one, is the tier's or the event's, whichever is less; and the event's is counted by itself. Beside it a
    tier knows what classes that are gone have sold, and who is in its checkout.
    """
    if tickets.inventory_tier_id is None:
        return None
    mates = [each for each in event.ticket_classes if each.inventory_tier_id == tickets.inventory_tier_id]
    sold, taken, tier = add(*map(_sold, mates)), at_least(held), event.tier_of(tickets)
    if tier is None or tier.quantity_total is None:
        return remaining_from(_total_by_mates(mates), sold, taken)
    if isinstance(sold, int):
        sold = _sold_of_tier(tier, sold)
    if isinstance(taken, int):
        taken = max(taken, tier.quantity_pending or 0)
    return remaining_from(tier.quantity_total, sold, taken)


def _sold_of_tier(tier: InventoryTier, by_classes: int) -> Quantity:
    """What is sold of the tier's own total. Classes count with it what was sold of the places that are held back."""
    own = tier.quantity_sold or 0
    if by_classes <= own or not tier.has_holds:
        return max(by_classes, own)
    if tier.quantity_sold is None or tier.capacity_sold is None:
        return _NO_SOLD_OF_HOLDS
    return max(by_classes - max(tier.capacity_sold - own, 0), own)


def _total_by_mates(mates: Sequence[TicketClass]) -> Quantity:
    """What the classes of a tier tell of its total. Several that each have room under it tell no more than that."""
    totals = [each.quantity_total for each in mates if each.quantity_total and each.quantity_total != each.capacity]
    if totals:
        return max(totals)
    return _NO_TIER if len(mates) > 1 and any(each.capacity for each in mates) else UNLIMITED


def _flags_of_kind(event: Event, tickets: TicketClass) -> frozenset[Flag]:
    conditions = {
        Flag.SERIES_PARENT: event.is_series_parent,
        Flag.RESERVED_SEATING: event.is_reserved_seating,
        Flag.TIERED: event.has_tiers or tickets.inventory_tier_id is not None,
        Flag.DONATION: _is_donation(tickets),
        Flag.ADD_ON: tickets.category == "add_on",
        Flag.NOT_A_SEAT: not is_seat(tickets),
    }
    return flags_that_hold(conditions)


def _flags_of_numbers(
    event: Event, tickets: TicketClass, reading: Reading, event_left: Quantity | None
) -> frozenset[Flag]:
    is_alone = list(filter(is_seat, event.ticket_classes)) == [tickets]
    left = (reading.remaining if is_alone else reading.left_but_for_checkout, event_left or 0)
    conditions = {
        Flag.UNLIMITED: reading.remaining is UNLIMITED,
        Flag.OVERSOLD: any(is_less_than(each, 0) for each in left) or reading.is_sold_beyond_capacity,
    }
    return flags_that_hold(conditions)


def _flags_of_time(starts_at: dt.datetime | None, ends_at: dt.datetime | None) -> frozenset[Flag]:
    conditions = {
        Flag.UNREADABLE_DATE: starts_at is None,
        Flag.SEVERAL_DAYS: has_several_days(starts_at, ends_at),
    }
    return flags_that_hold(conditions)


def _flags_of_terms(status: Status, terms: Terms) -> frozenset[Flag]:
    conditions = {
        Flag.HIDDEN_SOLD_BY_CODE: status is Status.HIDDEN and terms.by_code is True,
        Flag.SALES_ENDED: terms.stopped is OfferRule.SALES_ENDED,
    }
    return flags_that_hold(conditions)


def _status(event: Event, tickets: TicketClass, reading: Reading, now: dt.datetime) -> Status:
    if (status := _STATUS_OF_EVENT.get(event.status.lower())) is not None:
        return status
    if not event.is_selling:
        return Status.UNKNOWN
    if tickets.sales_ended_by(now):
        return Status.ENDED
    later = tickets.sales_begin_after(now) or _waits_for_another(event, tickets, now)
    if _is_hidden(tickets) and (tickets.hidden or not later):  # auto-hide shows it once its sales begin
        return Status.HIDDEN
    if is_less_than(reading.remaining, tickets.minimum):
        return Status.SOLD_OUT
    if later:
        return Status.NOT_YET_ON_SALE
    return _STATUS_OF_CLASS.get(tickets.on_sale_status, Status.UNKNOWN)
