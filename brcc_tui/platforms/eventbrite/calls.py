"""The single questions and the one write of the Eventbrite client, over a connection that is given."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from brcc_tui.logs import log
from brcc_tui.model.catalogue import AccessCode, Event, InventoryTier, Organization, TicketClass
from brcc_tui.platforms.errors import AccessDenied, NotThere, PlatformError
from brcc_tui.platforms.eventbrite.allowance import reset_seconds
from brcc_tui.platforms.eventbrite.answers import (
    access_codes_from,
    event_from,
    expanded_classes,
    organizations_from,
    pending_from,
    ticket_class_from,
    tiers_from,
)
from brcc_tui.platforms.eventbrite.listed_codes import codes_are_at, could_be_opened
from brcc_tui.platforms.eventbrite.lists import (
    EXPAND,
    expanded_or_bare,
    ticket_classes,
    whole_list,
)
from brcc_tui.platforms.eventbrite.walk import Read, not_shaped
from brcc_tui.platforms.http.answer_shapes import Broken
from brcc_tui.platforms.http.answers import Dialect, ShopResponse, strange
from brcc_tui.platforms.http.client import Call, Heard, Http, Sleep
from brcc_tui.platforms.http.connection import BearerToken
from brcc_tui.platforms.http.lean_httpx import httpx
from brcc_tui.platforms.timings import Timings
from brcc_tui.settings import EventbriteSettings

D = TypeVar("D")
T = TypeVar("T")
CodesOf = Callable[[str, str, str], Awaitable[tuple[AccessCode, ...] | None]]
"""The access codes of (organization, event, its zone)."""

_ROLE_FOR_CHECKOUT: Final = "the owner of the organization can give this member a role that may read them"
_WITHOUT_CHECKOUT: Final = "everything else of the event can be read and changed"

HOW_TO_GET_IN: Final = "check PRIVATE_TOKEN in the settings: it must be the private token of a member"


def connect(
    settings: EventbriteSettings,
    ca_file: Path | None,
    timings: Timings,
    heard: Heard,
    sleep: Sleep = asyncio.sleep,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Http:
    """A connection that speaks as Eventbrite wants it; nothing is sent yet."""
    auth = BearerToken(settings.token)
    dialect = Dialect(
        "Eventbrite",
        _words,
        kinds={"INVALID_AUTH": AccessDenied, "INVALID_AUTH_HEADER": AccessDenied},
        advice={
            AccessDenied: HOW_TO_GET_IN,
            NotThere: "refresh the catalogue",
            "INVALID_TICKET": "in Eventbrite, change the ticket rule that it is a child of",
            "INVALID_EVENT": "in Eventbrite, change it at the parent of the series",
        },
        reset=reset_seconds,
    )
    return Http(
        settings.url,
        dialect,
        read_auth=auth,
        write_auth=auth,
        timings=timings,
        ca_file=ca_file,
        heard=heard,
        sleep=sleep,
        transport=transport,
    )


async def organizations(read: Read) -> list[Organization]:
    """The organizations that the token may see."""
    call = Call("users/me/organizations/", about="the organizations it may see")
    return _understood(await whole_list(read, call, "organizations"), organizations_from, call.about)


async def event(read: Read, event_id: str, codes_of: CodesOf) -> Event:
    """One event with all its ticket classes, and what else says what a buyer can buy.

    Its tiers are asked for where it has any, and its access codes where a class that sells seats is hidden; both stay
    None where they cannot be had: they are not needed to read the event.
    """
    call = Call("events/{event}/", {"event": event_id}, f"event {event_id}", EXPAND)
    data = await expanded_or_bare(lambda asked: read(asked, 1), call)
    classes = _understood(data, expanded_classes, call.about)
    if classes is None:
        classes = await ticket_classes(read, event_id)
    found = _understood(data, lambda data: event_from(data, classes), call.about)
    return replace(found, tiers=await _tiers(read, found), access_codes=await _codes(codes_of, data, found))


async def _tiers(read: Read, event: Event) -> tuple[InventoryTier, ...] | None:
    if not event.has_tiers:
        return None
    call = Call("events/{event}/inventory_tiers/", {"event": event.id}, f"inventory tiers of event {event.id}")
    return await _if_it_can_be_had(read, call, "inventory_tiers", tiers_from)


async def _codes(codes_of: CodesOf, data: object, event: Event) -> tuple[AccessCode, ...] | None:
    """Only what is hidden, and could be sold, is opened by a code."""
    organization = data.get("organization_id") if isinstance(data, Mapping) else None
    if not could_be_opened(event) or not isinstance(organization, str):
        return None
    return await codes_of(organization, codes_are_at(event), event.zone)


async def access_codes(read: Read, organization: str, event_id: str, zone: str) -> tuple[AccessCode, ...]:
    """The access codes of one event, or of a series by its parent.

    By the documentation they are the discounts of type `access`, listed for the event's organization, where `scope`
    must be given. Codes for every event of an organization are not among them.
    """
    call = Call(
        "organizations/{organization}/discounts/",
        {"organization": organization},
        f"access codes of event {event_id}",
        {"scope": "event", "event_id": event_id},
    )
    items = await whole_list(read, call, "discounts")
    return _understood(items, lambda items: access_codes_from(items, zone), call.about)


async def _if_it_can_be_had(read: Read, call: Call, key: str, understand: Callable[[list[object]], T]) -> T | None:
    """A short list that is good to know; None where the token may not read it, or it cannot be understood."""
    try:
        return _understood(await whole_list(read, call, key), understand, call.about)
    except PlatformError as app_error:
        log("it could not be had", about=call.about, reason=str(app_error))
        return None


async def places_in_checkout(read: Read, event_id: str) -> int:
    """Places of the event in somebody's checkout now. What is wrong says what that means: the event itself may be read.

    Nobody has recorded an answer of this route. By the documentation it may be denied to a role, or be missing.
    """
    call = Call("events/{event}/capacity_tier/", {"event": event_id}, f"places in checkout of event {event_id}")
    try:
        data = await read(call, 1)
    except (AccessDenied, NotThere) as app_error:
        if app_error.code.startswith("INVALID_AUTH"):
            raise
        wrong = app_error
    else:
        return _understood(data, lambda data: pending_from(data, event_id), call.about)
    denied = isinstance(wrong, AccessDenied)
    raise type(wrong)(
        wrong.happened,
        code=wrong.code,
        subject=wrong.subject,
        still_works=_WITHOUT_CHECKOUT,
        next_step=_ROLE_FOR_CHECKOUT if denied else "",
    )


async def change_ticket_class(
    http: Http, headers: Mapping[str, str], event_id: str, ticket_class_id: str, fields: Mapping[str, object]
) -> TicketClass:
    """Send these fields of a ticket class and nothing else; what Eventbrite answers is the class as it is now."""
    parts = {"event": event_id, "ticket_class": ticket_class_id}
    call = Call("events/{event}/ticket_classes/{ticket_class}/", parts, about_class(event_id, ticket_class_id))
    answer = await _sent(http, replace(call, headers=headers), {"ticket_class": fields})
    try:
        ticket_class = ticket_class_from(answer.data, event_id)
        reason = "" if ticket_class.id == ticket_class_id else "it is another ticket class"
    except Broken as broken:
        reason = str(broken)
    if reason:
        raise strange(f"answered with something unexpected: {reason}", f"Eventbrite, {call.about}", wrote=True)
    return ticket_class


async def _sent(http: Http, call: Call, body: Mapping[str, object]) -> ShopResponse:
    """The answer to a write. One that is denied to a token that may read is a matter of its member's role."""
    try:
        return await http.write("POST", call, body)
    except AccessDenied as denied:
        if denied.code.startswith("INVALID_AUTH"):
            raise
        wrong = denied
    raise AccessDenied(
        wrong.happened,
        code=wrong.code,
        subject=wrong.subject,
        still_works=wrong.still_works,
        next_step="take the private token of a member who may edit events, or have this member's role changed",
    )


def about_class(event_id: str, ticket_class_id: str) -> str:
    """A ticket class as a person is told of it."""
    return f"ticket class {ticket_class_id} of event {event_id}"


def _understood(data: D, understand: Callable[[D], T], about: str) -> T:
    try:
        return understand(data)
    except Broken as broken:
        app_error = not_shaped(broken, about)
    raise app_error


def _words(data: object) -> tuple[str, str] | None:
    """(constant, text) of `{"status_code", "error", "error_description"}`; some answers wrap it in a list."""
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, Mapping) or not isinstance(data.get("error"), str):
        return None
    text = data.get("error_description")
    return data["error"], text if isinstance(text, str) else ""
