"""The single questions and the one write of the Eventbrite client, over a connection that is given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from brcc_tui.model.catalogue import Event, Organization, TicketClass
from brcc_tui.platforms.errors import AccessDenied, NotThere
from brcc_tui.platforms.eventbrite.allowance import reset_seconds
from brcc_tui.platforms.eventbrite.answers import (
    event_from,
    expanded_classes,
    organizations_from,
    pending_from,
    ticket_class_from,
)
from brcc_tui.platforms.eventbrite.lists import (
    EXPAND,
    expanded_or_bare,
    ticket_classes,
    whole_list,
)
from brcc_tui.platforms.eventbrite.walk import Read, not_shaped
from brcc_tui.platforms.http.answer_shapes import Broken
from brcc_tui.platforms.http.answers import Dialect, strange
from brcc_tui.platforms.http.client import Call, Heard, Http, Sleep
from brcc_tui.platforms.http.connection import BearerToken
from brcc_tui.platforms.http.lean_httpx import httpx
from brcc_tui.platforms.timings import Timings
from brcc_tui.settings import EventbriteSettings

D = TypeVar("D")
T = TypeVar("T")

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
        advice={AccessDenied: HOW_TO_GET_IN, NotThere: "refresh the catalogue"},
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


async def event(read: Read, event_id: str) -> Event:
    """One event with all its ticket classes."""
    call = Call("events/{event}/", {"event": event_id}, f"event {event_id}", EXPAND)
    data = await expanded_or_bare(lambda asked: read(asked, 1), call)
    classes = _understood(data, expanded_classes, call.about)
    if classes is None:
        classes = await ticket_classes(read, event_id)
    return _understood(data, lambda data: event_from(data, classes), call.about)


async def places_in_checkout(read: Read, event_id: str) -> int:
    """Places of the event in somebody's basket now."""
    call = Call("events/{event}/capacity_tier/", {"event": event_id}, f"places in checkout of event {event_id}")
    return _understood(await read(call, 1), pending_from, call.about)


async def change_ticket_class(
    http: Http, headers: Mapping[str, str], event_id: str, ticket_class_id: str, fields: Mapping[str, object]
) -> TicketClass:
    """Send these fields of a ticket class and nothing else; what Eventbrite answers is the class as it is now."""
    parts = {"event": event_id, "ticket_class": ticket_class_id}
    call = Call("events/{event}/ticket_classes/{ticket_class}/", parts, about_class(event_id, ticket_class_id))
    answer = await http.write("POST", replace(call, headers=headers), {"ticket_class": fields})
    try:
        ticket_class = ticket_class_from(answer.data, event_id)
        reason = "" if ticket_class.id == ticket_class_id else "it is another ticket class"
    except Broken as broken:
        reason = str(broken)
    if reason:
        raise strange(f"answered with something unexpected: {reason}", f"Eventbrite, {call.about}", wrote=True)
    return ticket_class


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
