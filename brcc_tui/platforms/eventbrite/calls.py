"""The single reads and the one write of the Eventbrite client, over a given connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from brcc_tui.logs import log
from brcc_tui.model.catalogue import AccessCode, Event, InventoryTier, Organization, TicketClass
from brcc_tui.model.checkout import CapacityTier
from brcc_tui.platforms.errors import AccessDenied, BadAnswer, NotThere, PlatformError, of_another
from brcc_tui.platforms.eventbrite.access_codes import could_be_opened, why_unread
from brcc_tui.platforms.eventbrite.allowance import reset_seconds
from brcc_tui.platforms.eventbrite.answers import (
    event_from,
    expanded_classes,
    organizations_from,
    ticket_class_from,
    tiers_from,
)
from brcc_tui.platforms.eventbrite.capacity_tier import capacity_tier_from
from brcc_tui.platforms.eventbrite.lists import (
    EXPAND,
    expanded_or_bare,
    ticket_classes,
    whole_short_list,
)
from brcc_tui.platforms.eventbrite.walk import Read, id_of, understood
from brcc_tui.platforms.http.answer_shapes import Broken
from brcc_tui.platforms.http.answers import TRY_AGAIN, Dialect, ShopResponse, quoted, strange
from brcc_tui.platforms.http.client import Call, Http, OnHeaders, Sleep
from brcc_tui.platforms.http.connection import BearerToken
from brcc_tui.platforms.http.lean_httpx import httpx
from brcc_tui.platforms.timings import Timings
from brcc_tui.settings import EventbriteSettings

T = TypeVar("T")
CodesOf = Callable[[str, Event], Awaitable[tuple[AccessCode, ...]]]
"""The access codes of (organization, event); may raise `PlatformError`."""

CALLS_AT_ONCE: Final = 12
"""Side by side. By the documentation nothing but the hour's calls is limited."""

_NO_GOOD_TOKEN: Final = frozenset({"INVALID_AUTH", "INVALID_AUTH_HEADER", "NO_AUTH", "NOT_AUTH"})
"""What a token that is none is answered with, as a 400 or as a 401."""

_ROLE_FOR_CHECKOUT: Final = "the owner of the organization can give this member a role that may read them"
_WITHOUT_CHECKOUT: Final = "everything else of the event can be read and changed"

_OTHER_ROLE: Final = "take the private token of a member whose role may do this, or have this member's role changed"
_TIER: Final = "in Eventbrite, change the inventory tier that it belongs to"
_BY_HAND: Final = "choose another number, or set it on Eventbrite's own page of the event, which says what it may be"
HOW_TO_GET_IN: Final = "check PRIVATE_TOKEN in the settings: it must be the private token of a member"


def connect_eventbrite(
    settings: EventbriteSettings,
    ca_file: Path | None,
    timings: Timings,
    on_headers: OnHeaders,
    sleep: Sleep = asyncio.sleep,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Http:
    """A connection that speaks as Eventbrite wants it; nothing is sent yet."""
    auth = BearerToken(settings.token)
    dialect = Dialect(
        "Eventbrite",
        _words,
        kinds=dict.fromkeys(_NO_GOOD_TOKEN, AccessDenied),
        advice={
            AccessDenied: HOW_TO_GET_IN,
            NotThere: "refresh the catalogue",
            "NOT_AUTHORIZED": _OTHER_ROLE,
            "REQUEST_CONFLICT": "try again: somebody else is changing it",
            "INVALID_INVENTORY_TIER_ID": _TIER,
            "CAPACITY_TOTAL_TOO_SMALL": _TIER,
            "INVALID_TICKET": "in Eventbrite, change the ticket rule that it is a child of",
            "BAD_QUANTITIES": _BY_HAND,
            "NO_QUANTITY_TOTAL": _BY_HAND,
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
        on_headers=on_headers,
        sleep=sleep,
        transport=transport,
        reads_at_once=CALLS_AT_ONCE,
    )


async def organizations(read: Read) -> list[Organization]:
    """The organizations that the token may see."""
    call = Call("users/me/organizations/", about="the organizations it may see")
    try:
        items = await whole_short_list(read, call, "organizations")
    except AccessDenied as denied:
        denied.next_step = HOW_TO_GET_IN  # every member may see these
        raise
    except NotThere as gone:
        gone.next_step = "check EVENTBRITE_API_URL in the settings: at the right address every member finds them"
        raise
    return understood(items, organizations_from, call.about)


async def event(read: Read, event_id: str, codes_of: CodesOf) -> Event:
    """One event with all its ticket classes, and what else says what a buyer can buy.

    Its tiers are asked for where it has any, and its access codes where a class that sells seats is hidden; both stay
    None where they cannot be had: they are not needed to read the event.
    """
    call = Call("events/{event}/", {"event": event_id}, f"event {event_id}", EXPAND)
    data = await expanded_or_bare(lambda asked: read(asked, 1), call)
    answered = id_of(data)
    if answered != event_id:  # a cache took the address for another one, or answers in Eventbrite's place
        happened = f"the answer is about event {quoted(answered)}" if answered else "the answer is about no event"
        raise of_another(BadAnswer(happened, subject=f"Eventbrite, {call.about}", next_step=TRY_AGAIN))
    classes = understood(data, expanded_classes, call.about)
    if classes is None:
        classes = await ticket_classes(read, event_id)
    return await completed(read, understood(data, lambda data: event_from(data, classes), call.about), codes_of)


async def completed(read: Read, event: Event, codes_of: CodesOf) -> Event:
    """An event that is known with its classes, with what is asked for apart from them: see `event`."""
    tiered = replace(event, tiers=await _tiers(read, event))
    return await knowing_codes(codes_of, tiered) if could_be_opened(event) else tiered


async def _tiers(read: Read, event: Event) -> tuple[InventoryTier, ...] | None:
    """Its tiers; None where it has none, the token may not read them, or they cannot be understood."""
    if not event.has_tiers:
        return None
    call = Call("events/{event}/inventory_tiers/", {"event": event.id}, f"inventory tiers of event {event.id}")
    try:
        return understood(await whole_short_list(read, call, "inventory_tiers"), tiers_from, call.about)
    except PlatformError as app_error:
        log("it could not be read", about=call.about, reason=str(app_error))
        return None


async def knowing_codes(codes_of: CodesOf, event: Event) -> Event:
    """The event with its access codes, or with why they are not known."""
    if event.organization is None:
        return replace(event, codes_unread="Eventbrite did not say whose event it is")
    try:
        return replace(event, access_codes=await codes_of(event.organization, event))
    except PlatformError as app_error:
        log("access codes could not be read", about=event.id, reason=str(app_error))
        return replace(event, codes_unread=why_unread(app_error))


async def capacity_tier(read: Read, event_id: str) -> CapacityTier:
    """The event's capacity tier now. What is wrong says what that means: the event itself may be read.

    Nobody has recorded an answer of this route. By the documentation it may be denied to a role, or be missing.
    """
    call = Call("events/{event}/capacity_tier/", {"event": event_id}, f"places in checkout of event {event_id}")
    try:
        data = await read(call, 1)
    except (AccessDenied, NotThere) as app_error:
        if _is_about_the_token(app_error):
            raise
        wrong = app_error
    else:
        return understood(data, lambda data: capacity_tier_from(data, event_id), call.about)
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
    """Send these fields of a ticket class and nothing else; what Eventbrite answers is the class as it is now.

    Raises `Unclear` where nobody knows whether that was done, and another `PlatformError` where it was not.
    """
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
        if _is_about_the_token(denied):
            raise
        wrong = denied
    raise AccessDenied(
        wrong.happened,
        code=wrong.code,
        subject=wrong.subject,
        still_works=wrong.still_works,
        next_step="take the private token of a member who may edit events, or have this member's role changed",
    )


def _is_about_the_token(wrong: AccessDenied | NotThere) -> bool:
    """Whether the token itself is not accepted; else it is its member who may not do this."""
    return wrong.code in _NO_GOOD_TOKEN or (wrong.status == 401 and wrong.code != "ACCESS_DENIED")


def about_class(event_id: str, ticket_class_id: str) -> str:
    """A ticket class as a person is told of it."""
    return f"ticket class {ticket_class_id} of event {event_id}"


def _words(data: object) -> tuple[str, str] | None:
    """(constant, text) of `{"status_code", "error", "error_description"}`; some answers wrap it in a list."""
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, Mapping) or not isinstance(data.get("error"), str):
        return None
    text = data.get("error_description")
    return data["error"], _with_details(text if isinstance(text, str) else "", data.get("error_detail"))


def _with_details(text: str, detail: object) -> str:
    """The text with the parts of the question that it leaves to `{"ARGUMENTS_ERROR": {"status": ["INVALID"]}}`."""
    groups = detail.values() if isinstance(detail, Mapping) else ()
    details = {name: why for group in groups if isinstance(group, Mapping) for name, why in group.items()}
    more = "; ".join(f"{name} - {_listed(why)}" for name, why in details.items() if str(name) not in text)
    return ": ".join(filter(None, (text.rstrip("."), more))) if more else text


def _listed(why: object) -> str:
    return ", ".join(map(str, why)) if isinstance(why, list) else str(why)
