"""Eventbrite's answers, validated where they come in: fields may be missing when they are null."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, BeforeValidator

from brcc_tui.model.catalogue import Event, InventoryTier, Organization, TicketClass
from brcc_tui.model.dates import is_of_our_time
from brcc_tui.model.listings.of_eventbrite import is_seat
from brcc_tui.model.zones import in_zone, zone_between, zone_of
from brcc_tui.platforms.eventbrite.pages import Page, page_from
from brcc_tui.platforms.http.answer_shapes import (
    WHEN_AN_OBJECT,
    AnswerShape,
    Broken,
    Detail,
    Hint,
    Ident,
    label,
    parsed,
    whole,
)

_TextT = TypeVar("_TextT", str, str | None)

_MAX_DIGITS: Final = 18
"""As many as an id of a listing may have, and any number of them can be kept."""

_NOTHING_SOLD: Final = frozenset({"sold_out", "sales_ended", "unavailable"})
_OF_SERIES: Final = "/series/"
"""In the address of an event that stands for a whole series; its dates have addresses of events."""

_ONLINE: Final = "online"
"""Among the channels by which a class is sold; the other one is `atd`, at the door."""


def _digits(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS):
        raise ValueError(f"is not a number of at most {_MAX_DIGITS} digits")
    return text


def _places(value: object) -> object:
    number = whole(value)
    return None if isinstance(number, int) and number < 0 else number


_Id = Annotated[Ident, AfterValidator(_digits)]
"""An id. Not a pattern of pydantic's: the first one costs 0.75 MiB, and takes the digits of every script."""

Places = Annotated[int | None, BeforeValidator(_places)]
"""A number of places; fewer than none says nothing."""


class _Text(AnswerShape):
    text: Detail = None


class _Moment(AnswerShape):
    timezone: Detail = None
    utc: Detail = None
    local: Detail = None


class _Money(AnswerShape):
    currency: Detail = None
    major_value: Detail = None


class _Relative(AnswerShape):
    relative_to_event: Detail = None
    offset: Hint = None


class _TicketClass(AnswerShape):
    id: _Id
    event_id: Ident | None = None
    name: Detail = None
    display_name: Detail = None
    category: str | None = None
    capacity: Places = None
    quantity_total: Places = None
    quantity_sold: Places = None
    on_sale_status: str | None = None
    donation: bool | None = None
    hidden: bool | None = None
    cost: Annotated[_Money | None, WHEN_AN_OBJECT] = None
    inventory_tier_id: Ident | None = None
    sales_start: Detail = None
    sales_end: Detail = None
    sales_end_relative: Annotated[_Relative | None, WHEN_AN_OBJECT] = None
    sales_start_after: Detail = None
    hidden_currently: bool | None = None
    auto_hide_before: Detail = None
    ticket_parent_id: Detail = None
    sales_channels: object = None
    minimum_quantity: Hint = None

    @property
    def kind(self) -> str:
        """Its category in small letters; one that tells none is a donation, or sells admission."""
        return (self.category or "").lower() or ("donation" if self.donation else "admission")

    @property
    def is_donation(self) -> bool:
        return bool(self.donation) or self.kind == "donation"


class _SalesStatus(AnswerShape):
    sales_status: Detail = None


class _Availability(AnswerShape):
    is_sold_out: object = None
    has_available_tickets: object = None


class _InventoryTier(AnswerShape):
    id: Ident
    name: Detail = None
    quantity_total: Places = None
    quantity_sold: Places = None
    quantity_pending: Places = None
    capacity_sold: Places = None
    holds: object = None
    count_against_event_capacity: bool | None = None


class _Event(AnswerShape):
    id: _Id
    name: Annotated[_Text | None, WHEN_AN_OBJECT] = None
    start: Annotated[_Moment | None, WHEN_AN_OBJECT] = None
    end: Annotated[_Moment | None, WHEN_AN_OBJECT] = None
    status: str | None = None
    capacity: Places = None
    capacity_is_custom: bool | None = None
    series_id: Ident | None = None
    organization_id: Detail = None
    is_series_parent: bool | None = None
    resource_uri: Detail = None
    is_reserved_seating: bool | None = None
    inventory_type: str | None = None
    is_externally_ticketed: bool | None = None
    url: Detail = None
    currency: Detail = None
    event_sales_status: Annotated[_SalesStatus | None, WHEN_AN_OBJECT] = None
    ticket_availability: Annotated[_Availability | None, WHEN_AN_OBJECT] = None


class _Organization(AnswerShape):
    id: _Id
    name: Detail = None


def organizations_from(items: Iterable[object]) -> list[Organization]:
    """The organizations on pages; raises `Broken`."""
    return [Organization(found.id, found.name or "") for found in (parsed(_Organization, item) for item in items)]


def tiers_from(items: Iterable[object]) -> tuple[InventoryTier, ...]:
    """The inventory tiers on pages; raises `Broken`."""
    parts = [parsed(_InventoryTier, unwrapped(item, "inventory_tier")) for item in items]
    return tuple(
        InventoryTier(
            id=part.id,
            name=part.name or "",
            quantity_total=part.quantity_total,
            quantity_sold=part.quantity_sold,
            quantity_pending=part.quantity_pending,
            counts_against_event=part.count_against_event_capacity is not False,
            capacity_sold=part.capacity_sold,
            has_holds=bool(part.holds),
        )
        for part in parts
    )


def unwrapped(data: object, name: str) -> object:
    """What stands under that name, where it does: Eventbrite wraps some answers in the name of their kind."""
    inner = data.get(name) if isinstance(data, Mapping) else None
    return inner if isinstance(inner, Mapping) else data


def event_label(item: object) -> tuple[str, str]:
    """(id, name) of an event that may be broken, as far as they can be read."""
    if not isinstance(item, Mapping):
        return "", ""
    name = item.get("name")
    return label(item.get("id"), name.get("text") if isinstance(name, Mapping) else name)


def expanded_classes(item: object) -> list[object] | None:
    """The ticket classes inside an event; None when they were not sent along, or perhaps not all of them."""
    found = item.get("ticket_classes") if isinstance(item, Mapping) else None
    if isinstance(found, list):
        page = Page(items=found)
    elif isinstance(found, Mapping):
        page = page_from(found, "ticket_classes")
    else:
        return None
    return None if page.may_be_a_part else page.items


def event_from(item: object, classes: list[object]) -> Event:
    """An event with these ticket classes; raises `Broken`. One broken class breaks its event: a sum without
    it would look complete."""
    event = parsed(_Event, item)
    name = _once(event.name.text if event.name else None) or ""
    starts_at, zone = _start(event.start or _Moment())
    ends_at, _ = _moment(event.end or _Moment())
    ticket_classes = _each_once(ticket_class_from(part, event.id, starts_at, ends_at) for part in classes)
    return Event(
        id=event.id,
        name=name,
        starts_at=starts_at,
        zone=_once(zone),
        status=_once(event.status) or "unknown",
        capacity=event.capacity,
        capacity_is_custom=event.capacity_is_custom,
        ticket_classes=ticket_classes,
        series_id=_once(event.series_id),
        is_series_parent=_is_a_series(event),
        is_reserved_seating=_is_of_kind(event, event.is_reserved_seating, "reserved"),
        has_tiers=any(part.inventory_tier_id for part in ticket_classes if is_seat(part)),
        url=event.url,
        currency=_once(event.currency),
        ends_at=ends_at,
        sold_elsewhere=_is_of_kind(event, event.is_externally_ticketed, "externally_ticketed"),
        sells_none=_sells_none(event),
        organization=event.organization_id or None,
    )


def _each_once(classes: Iterable[TicketClass]) -> tuple[TicketClass, ...]:
    """Each class once, however often it came; raises `Broken` where it came with two states."""
    found: dict[str, TicketClass] = {}
    for each in classes:
        if found.setdefault(each.id, each) != each:
            raise Broken(f"ticket class {each.id} occurs twice, and differs")
    return tuple(found.values())


def _is_a_series(event: _Event) -> bool:
    """Whether it stands for a whole series: as it says, or as its address does."""
    return bool(event.is_series_parent) or _OF_SERIES in (event.resource_uri or "")


def _is_of_kind(event: _Event, says_so: bool | None, inventory: str) -> bool:
    """Whether it is so as it says, or by the name of its inventory."""
    return bool(says_so) or event.inventory_type == inventory


def _once(text: _TextT) -> _TextT:
    """The text, once however often it comes: a whole list has some wordings thousands of times."""
    return sys.intern(text) if isinstance(text, str) else text


def _sells_none(event: _Event) -> str | None:
    """Eventbrite's word for an event of which nothing can be bought now; tickets in orders under way are a reason."""
    word = (event.event_sales_status.sales_status or "").lower() if event.event_sales_status else ""
    if word in _NOTHING_SOLD:
        return word
    availability = event.ticket_availability
    return (
        "sold_out"
        if availability and (availability.is_sold_out is True or availability.has_available_tickets is False)
        else None
    )


def ticket_class_from(
    item: object, event_id: str, starts_at: dt.datetime | None = None, ends_at: dt.datetime | None = None
) -> TicketClass:
    """A ticket class of that event, bare or wrapped; raises `Broken`. The event's times may say when its sales end."""
    item = unwrapped(item, "ticket_class")
    part = parsed(_TicketClass, item)
    if part.event_id is not None and part.event_id != event_id:
        raise Broken(f"ticket class {part.id} belongs to another event")
    cost = part.cost or _Money()
    return TicketClass(
        id=part.id,
        event_id=event_id,
        name=_once(part.name or part.display_name) or "",
        category=_once(part.kind),
        capacity=part.capacity,
        quantity_total=part.quantity_total,
        quantity_sold=part.quantity_sold,
        on_sale_status=_once((part.on_sale_status or "UNKNOWN").upper()),
        donation=part.is_donation,
        hidden=part.hidden,
        price=_once(cost.major_value),
        currency=_once(cost.currency),
        inventory_tier_id=part.inventory_tier_id or None,
        sales_start=_on_sale_from(part),
        sales_end=_utc(part.sales_end),
        may_end_at=_may_end_at(part, starts_at, ends_at),
        sales_start_after=part.sales_start_after,
        hidden_currently=bool(part.hidden_currently),
        ticket_parent_id=part.ticket_parent_id or None,
        sold_online=_is_sold_online(part.sales_channels),
        minimum=max(part.minimum_quantity or 1, 1),
    )


def _on_sale_from(part: _TicketClass) -> dt.datetime | None:
    """When its sales begin to buyers: what hides itself shows itself then, or at a moment of its own."""
    begins, shown = _utc(part.sales_start), _utc(part.auto_hide_before)
    hides_itself = part.hidden_currently and not part.hidden
    return max(begins or shown, shown) if shown and hides_itself else begins


def _is_sold_online(channels: object) -> bool:
    """Whether a class is sold online: unless only other channels are told."""
    names = [each.lower() for each in channels if isinstance(each, str)] if isinstance(channels, list) else []
    return not names or _ONLINE in names


def _may_end_at(part: _TicketClass, starts_at: dt.datetime | None, ends_at: dt.datetime | None) -> dt.datetime | None:
    """From when on its sales may be over that is told no end of them, but how far that is from the event's own times.

    Nobody has recorded whether such an offset counts backwards: the earlier of the two moments is meant.
    """
    relative = part.sales_end_relative
    if _utc(part.sales_end) is not None or relative is None or relative.offset is None:
        return None
    at = ends_at if "end" in (relative.relative_to_event or "") else starts_at
    with suppress(OverflowError):
        return at and at - dt.timedelta(seconds=abs(relative.offset))
    return None


def local_moment(text: str | None, zone: str) -> dt.datetime | None:
    """The moment of which a text tells the hour in that zone; None where it tells none."""
    return _moment(_Moment(timezone=zone, local=text))[0]


def _start(moment: _Moment) -> tuple[dt.datetime | None, str]:
    """When an event begins, where it is of a year for which tickets could be sold, and the name of its zone."""
    at, zone = _moment(moment)
    return (at if at and is_of_our_time(at.year) else None), zone


def _moment(moment: _Moment) -> tuple[dt.datetime | None, str]:
    """The time in the event's own zone, and the zone's name. Without a known zone it stays in UTC."""
    at, local = _utc(moment.utc), _parsed_time(moment.local)
    zone, name = _zone(moment.timezone or "", at, local)
    if at is None and zone is not None:
        at = local and (local if local.tzinfo else local.replace(tzinfo=zone))
    return at and in_zone(in_zone(at, dt.UTC), zone or dt.UTC), name


def _zone(name: str, at: dt.datetime | None, local: dt.datetime | None) -> tuple[dt.tzinfo | None, str]:
    """The zone of that name; where this computer knows none, how far the hour there is from UTC."""
    if (named := zone_of(name)) or at is None or local is None:
        return named, name or "UTC"
    apart = zone_between(local, at)
    return apart, str(apart or name or "UTC")


def _utc(text: str | None) -> dt.datetime | None:
    at = _parsed_time(text)
    return at.replace(tzinfo=dt.UTC) if at and at.tzinfo is None else at


def _parsed_time(text: str | None) -> dt.datetime | None:
    """The time; None for what is none. A day alone tells no hour, and midnight would be another one; the year 1 is what
    programs write where there is no time.
    """
    try:
        at = dt.datetime.fromisoformat(text) if text and ":" in text else None
    except ValueError:
        return None
    return at if at and at.year > 1 else None
