"""Access codes, by which buyers see hidden classes: asked for only where a hidden class could be sold by one.

By the documentation they are the discounts of type `access`, listed for an organization, where `scope` must be given:
those of one event, or of a series by its parent, are a question each, and those for every event another one. In a
short list of events they are asked for; in a long one that would be several times the questions for the list itself, so
its events say that they were not asked for: reading one event tells them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Final

from brcc_tui.logs import log
from brcc_tui.model.catalogue import CODES_NOT_ASKED, AccessCode, Event, TicketClass
from brcc_tui.model.listings.of_eventbrite import is_seat
from brcc_tui.platforms.errors import AccessDenied, NotThere, PlatformError, RateLimited, Rejected
from brcc_tui.platforms.eventbrite.answers import access_codes_from
from brcc_tui.platforms.eventbrite.lists import whole_short_list
from brcc_tui.platforms.eventbrite.walk import Read, understood
from brcc_tui.platforms.http.client import Call, all_or_first_failure

Codes = tuple[AccessCode, ...]
KeepCodes = Callable[[str, Callable[[], Awaitable[Codes]]], Awaitable[Codes]]
"""What was asked for under that name a moment ago, or is asked for now."""

_HIDDEN: Final = "HIDDEN"
"""A class that is hidden, in the word of its sales alone."""
_ENOUGH: Final = (AccessDenied, RateLimited)
"""What the next question would be answered with as well."""
_NO_SUCH_LIST: Final = (NotThere, Rejected)
SHORT_LIST: Final = 50
"""Events of a list that is short: one page."""


def could_be_opened(event: Event) -> bool:
    """Whether a code could open something of it: a class of seats that is hidden, and has not sold all it has."""
    return event.is_selling and any(_is_closed_to_buyers(each) for each in event.ticket_classes)


def _is_closed_to_buyers(each: TicketClass) -> bool:
    sold_out = each.capacity and each.quantity_sold is not None and each.quantity_sold >= each.capacity
    is_hidden = each.hidden or each.hidden_currently or each.on_sale_status == _HIDDEN
    return is_hidden and is_seat(each) and not sold_out


async def codes_of(read: Read, organization: str, event: Event, keep: KeepCodes) -> Codes:
    """The access codes that are good for an event: those of its series, its own, and those for every event.

    Nobody has recorded where the codes of a series are listed. So both places are asked, side by side, and one of them
    may not be there. First comes the list that all events share: a token that may not read codes is told so once.
    Raises `PlatformError`.
    """

    async def of_one(at: str) -> Codes | PlatformError:
        try:
            return await keep(at, partial(_of_one, read, organization, at, event.zone))
        except _NO_SUCH_LIST as app_error:
            return app_error

    # Their dates are of no zone: what was understood for one event's is kept for that zone alone.
    of_all = await keep(f"zone {event.zone}", partial(_for_every_event, read, organization, event.zone))
    told = await all_or_first_failure(of_one(at) for at in dict.fromkeys((event.series_id or event.id, event.id)))
    found = [codes for codes in told if not isinstance(codes, PlatformError)]
    if not found:
        raise next(wrong for wrong in told if isinstance(wrong, PlatformError))
    return _by_id(chain(*found, of_all))


def _by_id(codes: Iterable[AccessCode]) -> Codes:
    """Each code once, however many lists name it; one without an id is taken for one of its own."""
    return tuple({code.id or n: code for n, code in enumerate(codes)}.values())


async def _of_one(read: Read, organization: str, event_id: str, zone: str) -> Codes:
    call = _call(organization, f"access codes of event {event_id}", scope="event", event_id=event_id)
    items = await whole_short_list(read, call, "discounts")
    return understood(items, lambda items: access_codes_from(items, zone), call.about)


async def _for_every_event(read: Read, organization: str, zone: str) -> Codes:
    """Whether that list names codes of single events as well is not documented: these are left out."""
    call = _call(organization, "access codes for every event", scope="user")
    try:
        items = await whole_short_list(read, call, "discounts")
    except _NO_SUCH_LIST as app_error:
        log("there is no such list", about=call.about, reason=str(app_error))
        return ()
    return understood(items, lambda items: access_codes_from(items, zone, of_all=True), call.about)


def _call(organization: str, about: str, **params: str) -> Call:
    return Call("organizations/{organization}/discounts/", {"organization": organization}, about, params)


def why_unread(app_error: PlatformError) -> str:
    """Why the codes of an event are not known, as the part of a sentence."""
    return f"they could not be read: {app_error.happened}"


async def with_codes(ask: Callable[[Event], Awaitable[Codes]], events: Sequence[Event]) -> list[Event]:
    """The events with their codes, or with why these are not known. A token that may not read them is asked once."""
    wanted = [event for event in events if could_be_opened(event) and not event.is_series_parent]
    known: dict[str, Event] = {}
    enough: list[str] = []

    async def one(event: Event) -> None:
        try:
            codes = None if enough else await ask(event)
            known[event.id] = replace(event, access_codes=codes, codes_unread=enough[0] if enough else None)
        except PlatformError as app_error:
            log("access codes could not be had", about=event.id, reason=str(app_error))
            known[event.id] = replace(event, codes_unread=why_unread(app_error))
            if isinstance(app_error, _ENOUGH):
                enough.append(why_unread(app_error))

    if len(events) > SHORT_LIST:
        known = {event.id: replace(event, codes_unread=CODES_NOT_ASKED) for event in wanted}
    else:
        for event in wanted[:1]:
            await one(event)
        await all_or_first_failure(one(event) for event in wanted[1:])
    return [known.get(event.id, event) for event in events]
