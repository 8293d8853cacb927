"""The access codes of the events of a list: asked for only where a hidden class could be sold by one.

A list of events does not tell them, and one question is needed for each event, or for all dates of a series. A token
that may not read them is asked once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from brcc_tui.logs import log
from brcc_tui.model.catalogue import AccessCode, Event, TicketClass
from brcc_tui.model.listings.of_eventbrite import is_seat
from brcc_tui.platforms.errors import AccessDenied, PlatformError, RateLimited
from brcc_tui.platforms.http.client import together

Ask = Callable[[str, str], Awaitable[tuple[AccessCode, ...]]]
"""The access codes of (event or parent of a series, its zone); may raise `PlatformError`."""

_MAY_SELL: Final = frozenset({"live", "started"})
_ENOUGH: Final = (AccessDenied, RateLimited)
"""What the next question would be answered with as well."""
MAX_QUESTIONS: Final = 60
"""Of one list: a club that hides a class of every single event has an allowance for other things too."""


def could_be_opened(event: Event) -> bool:
    """Whether a code could open something of it: a class of seats that is hidden, and has not sold all it has."""
    return event.status.lower() in _MAY_SELL and any(_is_closed_to_buyers(each) for each in event.ticket_classes)


def codes_are_at(event: Event) -> str:
    """The event whose codes they are: those of a series belong to its parent."""
    return event.series_id or event.id


def _is_closed_to_buyers(each: TicketClass) -> bool:
    sold_out = each.capacity and each.quantity_sold is not None and each.quantity_sold >= each.capacity
    return (each.hidden or each.hidden_currently) and is_seat(each) and not sold_out


async def with_codes(ask: Ask, events: Sequence[Event]) -> list[Event]:
    """The events with their codes, where they were asked for and answered; those that begin first come first."""
    wanted = [event for event in events if not event.is_series_parent and could_be_opened(event)]
    wanted.sort(key=lambda event: (event.starts_at is None, event.starts_at or 0, event.id))
    zones: dict[str, str] = {}
    for event in wanted:
        zones.setdefault(codes_are_at(event), event.zone)
    first, *others = [*zones.items()][:MAX_QUESTIONS] or [("", "")]
    codes: dict[str, tuple[AccessCode, ...]] = {}
    may_ask = bool(zones)

    async def one(at: str, zone: str) -> None:
        nonlocal may_ask
        try:
            if may_ask:
                codes[at] = await ask(at, zone)
        except PlatformError as app_error:
            log("access codes could not be had", about=at, reason=str(app_error))
            may_ask = may_ask and not isinstance(app_error, _ENOUGH)

    await one(*first)
    await together(one(*question) for question in others)
    told = {event.id: codes.get(codes_are_at(event)) for event in wanted}
    return [
        replace(event, access_codes=told[event.id]) if told.get(event.id) is not None else event for event in events
    ]
