"""Many events with known ids, from the organization's list: fifty in one call.

An event is left out, to be read individually, if its classes are incomplete, if it is not listed (as parents of series
are not) or if it cannot be parsed. What no list has of an event (its tiers, and the codes that might open a
hidden class) is then unknown: `calls.completed` requests it. That the list accepts ids is documented but
was never recorded; if it refuses, nothing is returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from brcc_tui.logs import log
from brcc_tui.model.catalogue import Event
from brcc_tui.platforms.errors import PlatformError
from brcc_tui.platforms.eventbrite.answers import event_from, expanded_classes
from brcc_tui.platforms.eventbrite.lists import EXPAND
from brcc_tui.platforms.eventbrite.pages import EVENTBRITE_PAGE_SIZE, page_from
from brcc_tui.platforms.eventbrite.walk import Read, understood
from brcc_tui.platforms.http.answer_shapes import Broken
from brcc_tui.platforms.http.client import Call, all_or_first_failure


async def events_by_id(read: Read, organization: str, event_ids: Sequence[str]) -> list[Event]:
    """Those of these events that the list tells with all their classes, in whatever order."""
    pages = [
        event_ids[begin : begin + EVENTBRITE_PAGE_SIZE] for begin in range(0, len(event_ids), EVENTBRITE_PAGE_SIZE)
    ]
    found = await all_or_first_failure(_page(read, organization, page) for page in pages)
    return [event for events in found for event in events if event.id in event_ids]


async def _page(read: Read, organization: str, event_ids: Sequence[str]) -> list[Event]:
    params: dict[str, str | int] = {
        "event_ids": ",".join(event_ids),
        "status": "all",
        "page_size": EVENTBRITE_PAGE_SIZE,
    }
    about = f"a list of {len(event_ids)} events"
    call = Call("organizations/{organization}/events/", {"organization": organization}, about, params | EXPAND)
    try:
        items = understood(await read(call, 1), lambda data: page_from(data, "events"), about).items
    except PlatformError as app_error:
        log("events are read one by one", about=about, reason=str(app_error))
        return []
    events = [_with_its_classes(item) for item in items]
    return [replace(event, organization=organization) for event in events if event is not None]


def _with_its_classes(item: object) -> Event | None:
    try:
        classes = expanded_classes(item)
        return event_from(item, classes) if classes is not None else None
    except Broken:
        return None
