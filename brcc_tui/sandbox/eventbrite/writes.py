"""Which writes Eventbrite accepts, and the messages with which it refuses."""

from __future__ import annotations

from collections.abc import Mapping

from brcc_tui.sandbox.eventbrite.shop import (
    EventbriteShop,
    ReadState,
    StoredEvent,
    StoredTicketClass,
    StoredTier,
    takes_a_seat,
)
from brcc_tui.sandbox.world.types import TicketClassSpec


class ErrorAnswer(Exception):
    """What a request is answered with that is not granted: HTTP status, Eventbrite's constant, and a description."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(f"{status} {error}: {description}")
        self.status = status
        self.error = error
        self.description = description


Body = Mapping[str, object]


def write_class(shop: EventbriteShop, event: StoredEvent, ticket_class: StoredTicketClass, body: Body) -> ReadState:
    """`capacity` and `hidden`, either alone. A capacity below what is sold is taken without complaint.

    On a series parent the classes of every date that descend from this one change with it.
    """
    _only(body, "capacity", "hidden", "inventory_tier_id")
    spec = ticket_class.spec
    _refuse_class(event, spec, body)
    targets = _with_descendants(shop, event, ticket_class)
    changes: list[tuple[StoredEvent | StoredTicketClass | StoredTier, str, object]] = []
    if "capacity" in body:
        capacity = _class_capacity(
            body["capacity"], may_be_unlimited=spec.donation or spec.inventory_tier_id is not None
        )
        changes += [(each, "capacity", capacity) for each in targets]
    if "hidden" in body:
        if not isinstance(body["hidden"], bool):
            raise _bad_argument("ticket_class.hidden")
        changes += [(each, "hidden", body["hidden"]) for each in targets]
    return shop.write(*changes)


def _with_descendants(
    shop: EventbriteShop, event: StoredEvent, ticket_class: StoredTicketClass
) -> list[StoredTicketClass]:
    """The class, and on a series parent those of every date that descend from it."""
    if not event.spec.is_series_parent:
        return [ticket_class]
    of_dates = (each for date in shop.dates.get(event.spec.id, []) for each in date.classes.values())
    return [ticket_class, *(each for each in of_dates if each.spec.parent_id == ticket_class.spec.id)]


def _refuse_class(event: StoredEvent, spec: TicketClassSpec, body: Body) -> None:
    if spec.rule_id is not None:
        text = "Cannot update child ticket directly, update parent ticket rule instead."
        raise ErrorAnswer(400, "INVALID_TICKET", text)
    if event.spec.is_reserved_seating and "capacity" in body:
        raise ErrorAnswer(400, "UNSUPPORTED_OPERATION", "The seat map of this event defines its capacity.")
    of_tiers = spec.inventory_tier_id is not None or event.seat_tiers
    if of_tiers and body.get("inventory_tier_id") not in event.tiers:
        raise ErrorAnswer(400, "INVALID_INVENTORY_TIER_ID", "A valid inventory_tier_id is required for this event.")


def _class_capacity(value: object, *, may_be_unlimited: bool) -> int | None:
    if value is None:
        if may_be_unlimited:
            return None
        raise ErrorAnswer(400, "NO_QUANTITY_TOTAL", "You must specify a capacity for this ticket class.")
    number = _whole(value, "ticket_class.capacity")
    if number < 1:
        raise ErrorAnswer(400, "BAD_QUANTITIES", "The capacity of a ticket class must be at least 1.")
    return number


def write_event(shop: EventbriteShop, event: StoredEvent, body: Body) -> ReadState:
    """`capacity`. On a series parent it is written to every date of the series as well."""
    _only(body, "capacity")
    if event.spec.is_reserved_seating:
        raise ErrorAnswer(400, "UNSUPPORTED_OPERATION", "The seat map of this event defines its capacity.")
    number = _whole(body.get("capacity"), "event.capacity")
    if number < 1:
        raise ErrorAnswer(400, "BAD_QUANTITIES", "The capacity of an event must be at least 1.")
    dates = shop.dates.get(event.spec.id, [])
    return shop.write(*((each, "capacity", number) for each in (event, *dates)))


def write_capacity_tier(shop: EventbriteShop, event: StoredEvent, body: Body) -> ReadState:
    """`capacity_total`; null takes the event's own limit away. Here a number below sold is refused."""
    _only(body, "capacity_total")
    value = body.get("capacity_total")
    if value is None:
        return shop.write((event, "capacity", None))
    number = _whole(value, "capacity_tier.capacity_total")
    if number < sum(each.sold + each.pending for each in event.classes.values() if takes_a_seat(each.spec)):
        raise ErrorAnswer(400, "CAPACITY_TOTAL_TOO_SMALL", "capacity_total is less than what is sold and pending.")
    return shop.write((event, "capacity", number))


def write_tier(shop: EventbriteShop, tier: StoredTier, body: Body) -> ReadState:
    """`quantity_total` of a tier of general admission."""
    _only(body, "quantity_total")
    return shop.write((tier, "quantity_total", _whole(body.get("quantity_total"), "inventory_tier.quantity_total")))


def _only(body: Body, *names: str) -> None:
    """The practice shop changes what a capacity manager may change; anything else is refused, not ignored."""
    for name in body:
        if name not in names:
            raise _bad_argument(name)


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _bad_argument(name)
    return value


def _bad_argument(name: str) -> ErrorAnswer:
    return ErrorAnswer(400, "ARGUMENTS_ERROR", f"There are errors with your arguments: {name} - INVALID")
