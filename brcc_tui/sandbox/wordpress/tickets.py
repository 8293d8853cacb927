"""Tickets: the places an order has asked for, and the ticket posts that are made of them later."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass

import phpserialize

from brcc_tui.sandbox.wordpress import fooevents, php
from brcc_tui.sandbox.wordpress.order_store import GENERATED, ORDER_TICKETS, billing, insert_post
from brcc_tui.sandbox.wordpress.shop import Request, Shop
from brcc_tui.sandbox.wordpress.stock import line_items

NOT_CHECKED_IN = "Not Checked In"
CANCELED = "Canceled"
"""Two of the statuses that FooEvents gives tickets: a new one's, and one whose order was cancelled."""

TICKET = "event_magic_tickets"
"""The type of post that a ticket is."""

_PREFIX = "WooCommerceEvents"


@dataclass(frozen=True, slots=True)
class OrderedPlace:
    """One place of an order: the product and, for bookings, the cell it was asked for."""

    product_id: int
    variation_id: int | None = None
    slot_id: str = ""
    date_id: str = ""


def places_value(order_id: int, place: OrderedPlace, quantity: int, texts: fooevents.TicketTexts) -> str:
    """The order meta `WooCommerceEventsOrderTickets`: `[event][ticket]`, both counted from 1."""
    return places_values(order_id, [(place, quantity, texts)])


def places_values(order_id: int, parts: Sequence[tuple[OrderedPlace, int, fooevents.TicketTexts]]) -> str:
    """The order meta `WooCommerceEventsOrderTickets` of several events: place, quantity and texts of each."""
    events = ""
    for event, (place, quantity, texts) in enumerate(parts, 1):
        row = php.serialize(_place_row(order_id, place, texts))
        rows = "".join(f"i:{number};{row}" for number in range(1, quantity + 1))
        events += f"i:{event};a:{quantity}:{{{rows}}}"
    return f"a:{len(parts)}:{{{events}}}"


def _place_row(order_id: int, place: OrderedPlace, texts: fooevents.TicketTexts) -> dict[str, object]:
    booking: dict[str, object] = {}
    if place.slot_id or place.date_id:
        booking = {
            "slot": place.slot_id,
            "slot_label": texts.slot,
            "date": place.date_id,
            "date_label": texts.date,
        }
    row: dict[str, object] = {
        "ProductID": place.product_id,
        "OrderID": order_id,
        "TicketType": "",
        "Status": "Unpaid",
        "CustomerID": 0,
        **_person(order_id),
        "Variations": {"attribute_seat": "any"} if place.variation_id else "",
        "VariationID": place.variation_id or "",
        "Price": '<span class="woocommerce-Price-amount amount">14.11</span>',
        "BookingOptions": booking,
        "SeatingFields": "",
        "CustomAttendeeFields": {},
    }
    return {_PREFIX + key: value for key, value in row.items()}


_TOLD_OF_A_TICKET = (
    "AttendeeName", "AttendeeLastName", "AttendeeEmail", "PurchaserFirstName", "PurchaserLastName", "PurchaserEmail",
)  # fmt: skip


def _person(order_id: int) -> dict[str, str]:
    first, last, email = (value for _, value in billing(order_id))
    return {
        "AttendeeName": first,
        "AttendeeLastName": last,
        "AttendeeEmail": email,
        "AttendeeTelephone": "",
        "AttendeeCompany": "",
        "AttendeeDesignation": "",
        "PurchaserFirstName": first,
        "PurchaserLastName": last,
        "PurchaserEmail": email,
        "PurchaserPhone": "",
    }


def places_in_order(shop: Shop, order_id: int) -> list[OrderedPlace]:
    """The places in the order's meta, one by one."""
    stored = shop.orders.meta.get(order_id, ORDER_TICKETS)
    return list(_read_places(stored)) if stored else []


@functools.lru_cache(maxsize=256)
def _read_places(stored: str) -> tuple[OrderedPlace, ...]:
    events = phpserialize.loads(stored.encode(), decode_strings=True)
    return tuple(
        OrderedPlace(
            int(row[_PREFIX + "ProductID"]),
            int(row[_PREFIX + "VariationID"] or 0) or None,
            row[_PREFIX + "BookingOptions"].get("slot", ""),
            row[_PREFIX + "BookingOptions"].get("date", ""),
        )
        for event in events.values()
        for row in event.values()
    )


def ticket_meta(
    shop: Shop, ticket_id: int, order_id: int, place: OrderedPlace, texts: fooevents.TicketTexts, name: str
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """A ticket's meta rows: those up to its status, and those after it (booking texts and ids)."""
    person = _person(order_id)
    first = {
        "TicketID": f"{ticket_id}{shop.dice.randint(111111, 999999)}",
        "TicketHash": f"{shop.dice.getrandbits(32):08x}",
        "ProductID": str(place.product_id),
        "OrderID": str(order_id),
        "CustomerID": "0",
        **{key: person[key] for key in _TOLD_OF_A_TICKET},
        "VariationID": str(place.variation_id or ""),
        "ProductName": name,
        "Status": NOT_CHECKED_IN,
    }
    return [(_PREFIX + key, value) for key, value in first.items()], booking_meta(shop, place, texts)


def booking_meta(shop: Shop, place: OrderedPlace, texts: fooevents.TicketTexts) -> list[tuple[str, str]]:
    """The meta rows that say which slot and date a ticket is for; none for an event without bookings."""
    if not (place.slot_id or place.date_id):
        return []
    rows = {
        "BookingSlot": texts.slot,
        "BookingSlotID": place.slot_id,
        "BookingDate": texts.date,
        "BookingDateID": place.date_id,
    }
    starts_at = _local_start(texts, shop.spec.date_format)
    if starts_at is not None:
        # FooEvents writes the local wall time as if it were UTC.
        rows["BookingDateTimestamp"] = str(int(starts_at.replace(tzinfo=dt.UTC).timestamp()))
        rows["BookingDateMySQLFormat"] = starts_at.strftime("%Y-%m-%d %H:%M:%S")
    return [(_PREFIX + key, value) for key, value in rows.items()]


_DATE_LETTERS = {"d": "%d", "j": "%d", "m": "%m", "n": "%m", "F": "%B", "M": "%b", "Y": "%Y", "y": "%y", "l": "%A"}


@functools.lru_cache(maxsize=4096)
def _local_start(texts: fooevents.TicketTexts, date_format: str) -> dt.datetime | None:
    """The wall time that FooEvents makes of a slot and date; None where it cannot read the text."""
    try:
        pattern = "".join(_DATE_LETTERS.get(letter, letter) for letter in date_format)
        day = dt.datetime.strptime(texts.date, pattern)
        hour = int(texts.hour or 0)
        if texts.period and hour <= 12:
            hour = hour % 12 + (12 if texts.period.startswith("p") else 0)
        return day.replace(hour=hour, minute=int(texts.minute or 0))
    except ValueError:
        return None


async def create_tickets(request: Request, order_id: int) -> None:
    """Make the order's ticket posts, once; a line item learns its slot and date only here."""
    shop = request.shop
    wanted = places_in_order(shop, order_id)
    if not wanted:
        return
    if shop.orders.meta.get(order_id, GENERATED) != "yes":
        for number, place in enumerate(wanted, 1):
            await create_ticket(request, order_id, place, number)
    if wanted[0].slot_id:
        for item in line_items(shop, order_id):
            shop.items.set(item.id, "booking_slot_id", wanted[0].slot_id)
            shop.items.set(item.id, "booking_date_id", wanted[0].date_id)
    if shop.orders.meta.get(order_id, GENERATED) != "yes":
        shop.orders.meta.set(order_id, GENERATED, "yes")
        await request.pause("generated")


async def create_ticket(
    request: Request, order_id: int, place: OrderedPlace, number: int, *, bare_label: bool = False
) -> int:
    """Make one ticket post, row by row: it has no cell until its ids are written.

    Staff's own tickets carry the slot's bare label, without its time.
    """
    shop = request.shop
    texts = fooevents.cell_texts(
        fooevents.read_options(request.booking_text(place.product_id)), place.slot_id, place.date_id
    )
    if bare_label:
        texts = fooevents.TicketTexts(texts.label, texts.label, texts.date, texts.hour, texts.minute, texts.period)
    ticket_id = insert_post(
        shop.database, post_type=TICKET, status="publish", title="#", moment=shop.now(), zone=shop.zone
    )
    await request.pause(f"ticket:{number}:post")
    first, booking = ticket_meta(shop, ticket_id, order_id, place, texts, shop.title(place.product_id))
    shop.database.execute("UPDATE {p}posts SET post_title=? WHERE ID=?", (f"#{first[0][1]}", ticket_id))
    for key, value in first:
        shop.posts.add(ticket_id, key, value)
        if key.endswith("OrderID"):
            await request.pause(f"ticket:{number}:order")
    await request.pause(f"ticket:{number}:status")
    for key, value in booking:
        shop.posts.add(ticket_id, key, value)
    await request.pause(f"ticket:{number}:ids")
    return ticket_id


def tickets_of(shop: Shop, order_id: int) -> list[int]:
    """Every ticket post of an order, whatever its status, oldest first."""
    found = shop.database.rows(
        "SELECT t.ID FROM {p}posts t JOIN {p}postmeta o ON o.post_id=t.ID AND o.meta_key=?"
        " WHERE t.post_type=? AND o.meta_value=? ORDER BY t.ID",
        (_PREFIX + "OrderID", TICKET, str(order_id)),
    )
    return [int(str(row[0])) for row in found]


def set_statuses(shop: Shop, order_id: int, status: str, only_from: str | None = None) -> None:
    """Set the status of the order's published tickets; those in the trash are not found."""
    for ticket_id in tickets_of(shop, order_id):
        published = shop.database.value("SELECT post_status FROM {p}posts WHERE ID=?", (ticket_id,)) == "publish"
        if published and (only_from is None or shop.posts.get(ticket_id, _PREFIX + "Status") == only_from):
            shop.posts.set(ticket_id, _PREFIX + "Status", status)
