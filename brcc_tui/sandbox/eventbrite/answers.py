"""Eventbrite v3's JSON: events, ticket classes, tiers and pages."""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from brcc_tui.sandbox.eventbrite.orders import Attendee, OrderBook, SalesSum
from brcc_tui.sandbox.eventbrite.shop import (
    EVERY_EVENT,
    LISTED_BEFORE,
    OF_GROUPS,
    EventbriteShop,
    PracticeAccessCode,
    ReadState,
    StoredEvent,
    StoredTicketClass,
    StoredTier,
    in_tier,
    takes_a_seat,
)

JsonObject = dict[str, object]
SERVED_PAGE_SIZE = 50
"""Things on a page at most, whatever is asked for: the only size that was recorded."""

EXPANSIONS = (
    "ticket_classes",
    "ticket_availability",
    "event_sales_status",
    "basic_inventory_info",
    "venue",
    "series_dates",
)


class BadContinuation(Exception):
    """The token does not belong to this list, or is none."""


class Answers:
    """Renders the shop's state as one reader sees it. `base` is the API's address."""

    def __init__(self, shop: EventbriteShop, base: str, reader: ReadState) -> None:
        self.shop = shop
        self.base = base
        self.reader = reader

    def event(self, event: StoredEvent, expand: Sequence[str] = ()) -> JsonObject:
        """An event with the expansions asked for; unknown ones are ignored."""
        spec = event.spec
        kind = "series" if spec.is_series_parent else "events"
        body: JsonObject = {
            "id": spec.id,
            "name": {"text": spec.name, "html": spec.name.replace("&", "&amp;").replace("<", "&lt;")},
            "start": _moment(spec.starts_at, spec.zone),
            "end": _moment(event.ends_at, spec.zone),
            "url": f"https://eventbrite.invalid/e/practice-tickets-{spec.id}",
            "changed": _utc(event.changed),
            "created": _utc(spec.starts_at - LISTED_BEFORE),
            "status": event.status(self.shop.now()),
            "currency": spec.currency,
            "capacity": self._event_capacity(event),
            "capacity_is_custom": self.shop.capacity(event, self.reader) is not None,
            "is_series": spec.is_series_parent or spec.series_id is not None,
            "is_series_parent": spec.is_series_parent,
            "series_id": spec.series_id,
            "inventory_type": "reserved" if spec.is_reserved_seating else "limited",
            "is_reserved_seating": spec.is_reserved_seating,
            "is_locked": False,
            "is_free": bool(event.classes) and all(each.spec.price_minor == 0 for each in event.classes.values()),
            "is_externally_ticketed": False,
            "listed": True,
            "shareable": True,
            "online_event": False,
            "show_remaining": False,
            "tx_time_limit": 1200,
            "locale": "en_CA",
            "organization_id": self.shop.organization_id,
            "venue_id": "277000001",
            "resource_uri": f"{self.base}/{kind}/{spec.id}/",
        }
        body |= {name: getattr(self, f"_{name}")(event) for name in EXPANSIONS if name in expand}
        return _without_nulls(body)

    def attendee(self, event: StoredEvent, attendee: Attendee) -> JsonObject:
        """One place that was bought."""
        spec, currency = event.spec, event.spec.currency
        amounts = {
            "base_price": attendee.price,
            "eventbrite_fee": attendee.fee,
            "payment_fee": 0,
            "tax": 0,
            "gross": attendee.price + attendee.fee,
        }
        return {
            "id": attendee.id,
            "event_id": spec.id,
            "order_id": attendee.order_id,
            "ticket_class_id": attendee.class_id,
            "ticket_class_name": event.classes[attendee.class_id].spec.name,
            "created": _utc(attendee.created),
            "changed": _utc(attendee.created),
            "quantity": 1,
            "costs": {name: _money(currency, amount) for name, amount in amounts.items()},
            "profile": {
                "name": f"{attendee.first_name} {attendee.last_name}",
                "first_name": attendee.first_name,
                "last_name": attendee.last_name,
                "email": attendee.email,
                "addresses": {},
            },
            "checked_in": False,
            "cancelled": attendee.refunded,
            "refunded": attendee.refunded,
            "status": "Not Attending" if attendee.refunded else "Attending",
        }

    def sales(self, event: StoredEvent, orders: OrderBook, *, by_day: bool) -> JsonObject:
        """The sales report: amounts as texts, the quantity as a number."""
        spec = event.spec
        body: JsonObject = {
            "timezone": spec.zone,
            "event_ids": [spec.id],
            "totals": _totals(spec.currency, orders.sales(event)),
        }
        if by_day:
            body["data"] = [
                {
                    "date": f"{day:%Y-%m-%d}T00:00:00Z",
                    "date_localized": f"{day:%Y-%m-%d}T00:00:00",
                    "totals": _totals(spec.currency, sales),
                }
                for day, sales in orders.by_day(event, ZoneInfo(spec.zone)).items()
            ]
        return body

    def ticket_class(self, event: StoredEvent, ticket_class: StoredTicketClass) -> JsonObject:
        """A ticket class."""
        spec, reader = ticket_class.spec, self.reader
        hidden = self.shop.hidden(ticket_class, reader)
        capacity = self.shop.capacity(ticket_class, reader)
        free = spec.price_minor == 0 and not spec.donation
        price = None if free or spec.donation else _money(event.spec.currency, spec.price_minor)
        start = spec.sales_start or event.spec.starts_at - LISTED_BEFORE
        return _without_nulls(
            {
                "id": spec.id,
                "event_id": event.spec.id,
                "resource_uri": f"{self.base}/events/{event.spec.id}/ticket_classes/{spec.id}/",
                "name": spec.name,
                "display_name": spec.name,
                "description": None,
                "category": spec.category,
                "sorting": list(event.classes).index(spec.id) + 1,
                "donation": spec.donation,
                "free": free,
                "cost": price,
                "actual_cost": price,
                "fee": None if price is None else _money(event.spec.currency, 0),
                "tax": None if price is None else _money(event.spec.currency, 0),
                "capacity": capacity,
                "quantity_total": self._quantity_total(event, ticket_class, capacity),
                "quantity_sold": ticket_class.sold,
                "minimum_quantity": 1,
                "maximum_quantity": None,
                "maximum_quantity_per_order": 10,
                "on_sale_status": self.on_sale_status(event, ticket_class),
                "sales_start": _utc(start),
                "sales_end": _utc(event.sales_end(spec)),
                "hidden": hidden,
                "hidden_currently": hidden or ticket_class.auto_hidden(self.shop.now()),
                "auto_hide": spec.auto_hide_before is not None,
                "include_fee": False,
                "split_fee": False,
                "hide_description": True,
                "hide_sale_dates": True,
                "has_pdf_ticket": True,
                "delivery_methods": ["electronic"],
                "sales_channels": ["online", "atd"],
                "ticket_parent_id": spec.rule_id,
                "inventory_tier_id": spec.inventory_tier_id,
            }
        )

    def on_sale_status(self, event: StoredEvent, ticket_class: StoredTicketClass) -> str:
        """AVAILABLE, SOLD_OUT, NOT_YET_ON_SALE or UNAVAILABLE."""
        now = self.shop.now()
        if not event.sells(ticket_class.spec, now):
            return "UNAVAILABLE"
        if ticket_class.spec.sales_start is not None and now < ticket_class.spec.sales_start:
            return "NOT_YET_ON_SALE"
        return "SOLD_OUT" if self.shop.left(event, ticket_class) == 0 else "AVAILABLE"

    def capacity_tier(self, event: StoredEvent) -> JsonObject:
        """The event's capacity with what is sold and in checkout; `quantity_...` leaves out what is held back."""
        total = self._event_capacity(event)
        sold = sum(each.sold for each in event.in_room())
        pending = sum(each.pending for each in event.in_room())
        return {
            "event_id": event.spec.id,
            "capacity_is_custom": self.shop.capacity(event, self.reader) is not None,
            "capacity_total": total,
            "capacity_sold": sold,
            "capacity_pending": pending,
            "quantity_total": total - event.held_back,
            "quantity_sold": sold,
            "quantity_pending": pending,
            "holds": [
                {"id": f"H{event.spec.id}", "name": "House", "quantity_total": places, "quantity_sold": 0}
                for places in filter(None, [event.held_back])
            ],
        }

    def tier(self, event: StoredEvent, tier: StoredTier) -> JsonObject:
        """An inventory tier."""
        classes = in_tier(event, tier.id)
        return {
            "id": tier.id,
            "event_id": event.spec.id,
            "name": tier.name,
            "count_against_event_capacity": tier.counts_against_event,
            "quantity_total": self.shop.quantity_total(tier, self.reader),
            "quantity_sold": sum(each.sold for each in classes),
            "quantity_pending": sum(each.pending for each in classes),
            "holds": [],
            "ticket_class_ids": [each.spec.id for each in classes],
            "resource_uri": f"{self.base}/events/{event.spec.id}/inventory_tiers/{tier.id}/",
        }

    def _event_capacity(self, event: StoredEvent) -> int:
        custom = self.shop.capacity(event, self.reader)
        if custom is not None:
            return custom
        if event.seat_tiers:
            return sum(self.shop.quantity_total(tier, self.reader) for tier in event.seat_tiers)
        return sum(self.shop.capacity(each, self.reader) or 0 for each in event.in_room())

    def _quantity_total(self, event: StoredEvent, ticket_class: StoredTicketClass, capacity: int | None) -> int:
        limits = [] if capacity is None else [capacity]
        if takes_a_seat(ticket_class.spec):
            custom = self.shop.capacity(event, self.reader)
            tier = event.tiers.get(ticket_class.spec.inventory_tier_id or "")
            limits += [] if custom is None else [custom]
            limits += [] if tier is None else [self.shop.quantity_total(tier, self.reader)]
        return min(limits, default=0)

    # expansions, by name

    def _ticket_classes(self, event: StoredEvent) -> list[JsonObject]:
        return [self.ticket_class(event, each) for each in event.classes.values()]

    def _ticket_availability(self, event: StoredEvent) -> JsonObject:
        prices = [each.spec.price_minor for each in event.in_room() if not each.hidden]
        statuses = [self.on_sale_status(event, each) for each in event.in_room() if not each.hidden]
        return {
            "has_available_tickets": "AVAILABLE" in statuses,
            "is_sold_out": bool(statuses) and all(status == "SOLD_OUT" for status in statuses),
            "minimum_ticket_price": _money(event.spec.currency, min(prices, default=0)),
            "maximum_ticket_price": _money(event.spec.currency, max(prices, default=0)),
            "waitlist_available": False,
        }

    def _event_sales_status(self, event: StoredEvent) -> JsonObject:
        if not any(event.sells(each.spec, self.shop.now()) for each in event.classes.values()):
            return {"sales_status": "sales_ended"}
        statuses = {self.on_sale_status(event, each) for each in event.in_room() if not each.hidden}
        for status in ("AVAILABLE", "NOT_YET_ON_SALE", "SOLD_OUT"):
            if status in statuses:
                name = {"AVAILABLE": "on_sale"}.get(status, status.lower())
                # a sell-out by places in checkout may end again: Eventbrite calls it unavailable
                soft = status == "SOLD_OUT" and any(each.pending for each in event.in_room())
                return {"sales_status": "unavailable" if soft else name}
        return {"sales_status": "unavailable"}

    def _basic_inventory_info(self, event: StoredEvent) -> JsonObject:
        specs = [each.spec for each in event.classes.values()]
        return {
            "has_ticket_classes": bool(specs),
            "has_inventory_tiers": bool(event.tiers),
            "has_admission_tiers": bool(event.seat_tiers),
            "has_add_ons": any(spec.category == "add_on" for spec in specs),
            "has_donations": any(spec.donation for spec in specs),
            "has_ticket_rules": False,
            "has_holds": False,
        }

    def _venue(self, event: StoredEvent) -> JsonObject:
        return {"id": "277000001", "name": "Backroom Comedy Club (practice)", "resource_uri": f"{self.base}/venues/1/"}

    def _series_dates(self, event: StoredEvent) -> list[JsonObject]:
        dates = self.shop.dates.get(event.spec.id, [])
        return [{"id": each.spec.id, "start": _moment(each.spec.starts_at, each.spec.zone)} for each in dates]


def paginate(count: int, query: Mapping[str, str]) -> tuple[JsonObject, int, int]:
    """The pagination object, and where its page begins and ends. At most 50 items a page, whatever is asked.

    A continuation token holds for the same list with the same parameters only: else `BadContinuation`.
    """
    size = min(SERVED_PAGE_SIZE, max(1, int(query.get("page_size") or SERVED_PAGE_SIZE)))
    begin = _offset(query["continuation"], _mark(query)) if "continuation" in query else 0
    end = begin + size
    pagination: JsonObject = {
        "object_count": count,
        "page_number": begin // size + 1,
        "page_size": size,
        "page_count": max(1, -(-count // size)),
        "has_more_items": end < count,
    }
    if end < count:
        pagination["continuation"] = token_of(end, query)
    return pagination, begin, end


def token_of(begin: int, query: Mapping[str, str]) -> str:
    """The token of the page that begins there."""
    token = json.dumps({"from": begin, "list": _mark(query)}).encode()
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def _mark(query: Mapping[str, str]) -> str:
    """What a token holds of the list that it was given for."""
    of_list = sorted((name, text) for name, text in query.items() if name != "continuation")
    return hashlib.sha256(repr(of_list).encode()).hexdigest()[:12]


def discount(code: PracticeAccessCode) -> JsonObject:
    """An access code, as the documentation has it: nobody has recorded one."""
    return {
        "id": code.id,
        "type": "access",
        "code": code.text,
        "event_id": code.event_id if code.event_id not in (EVERY_EVENT, OF_GROUPS) else None,
        "ticket_class_ids": list(code.class_ids),
        "ticket_group_id": code.id if code.group else None,
        "quantity_available": code.uses,
        "quantity_sold": code.used,
        "amount_off": None,
        "percent_off": None,
        "start_date": "",
        "end_date": "",
    }


def ticket_group(code: PracticeAccessCode) -> JsonObject:
    """The group whose classes a code opens, under the code's own number."""
    classes = {event: list(ids) for event, ids in code.group.items()}
    return {"id": code.id, "name": code.text, "status": "live", "event_ticket_ids": classes}


def _offset(token: str, mark: str) -> int:
    try:
        decoded = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if decoded["list"] == mark:
            return int(decoded["from"])
    except (ValueError, KeyError, TypeError):
        pass
    raise BadContinuation(token)


def _moment(at: dt.datetime, zone: str) -> JsonObject:
    return {"timezone": zone, "local": f"{at:%Y-%m-%dT%H:%M:%S}", "utc": _utc(at)}


@functools.lru_cache(maxsize=4096)
def _utc(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _money(currency: str, minor: int) -> JsonObject:
    major = f"{minor // 100}.{minor % 100:02}"
    return {"currency": currency, "value": minor, "major_value": major, "display": f"CA${major}"}


def _without_nulls(body: JsonObject) -> JsonObject:
    """Eventbrite may leave out what is null."""
    return {key: value for key, value in body.items() if value is not None}


def _totals(currency: str, sales: SalesSum) -> JsonObject:
    amounts = {"gross": sales.gross, "net": sales.gross - sales.fees, "fees": sales.fees}
    return {
        "currency": currency,
        **{name: f"{cents // 100}.{cents % 100:02}" for name, cents in amounts.items()},
        "quantity": sales.quantity,
    }
