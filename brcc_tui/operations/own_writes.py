"""What we wrote to Eventbrite a moment ago, beside readings that may still show what stood before.

Eventbrite documents that a reading may lag behind a write by minutes, and that the write's own answer is true. So a
class that is shown just as it stood before our write is shown as we left it: that is the newer knowledge. A class that
shows anything else was changed by somebody since, and is shown as read.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from brcc_tui.logs import log
from brcc_tui.model.catalogue import Event, TicketClass
from brcc_tui.model.listing_id import TicketClassId
from brcc_tui.store.journal import Entry, Journal, JournalUnavailable

MAY_BE_OLD: Final = dt.timedelta(minutes=5)
"""How long a reading of Eventbrite may lag behind a write: documented."""

_EVENTBRITE: Final = "eb:"


@dataclass(frozen=True, slots=True)
class Written:
    """A class's capacity before our write and as it was answered, and whether that hid it; None: not told."""

    before: int | None
    capacity: int | None
    hidden: bool | None

    @classmethod
    def of(cls, entry: Entry) -> Written:
        """What a change of a ticket class left behind."""
        answered = entry.last("answered", "verified")
        detail = answered.detail if answered else {}
        before = entry.before if type(entry.before) is int else None
        capacity, hidden = detail.get("capacity"), detail.get("hidden")
        return cls(before, capacity if type(capacity) is int else None, hidden if isinstance(hidden, bool) else None)


def written_lately(journal: Journal, now: dt.datetime) -> Mapping[str, Written]:
    """The newest answered change of each ticket class that was written here within the last minutes.

    Without a journal that can be read nothing is known of them, and everything else is.
    """
    try:
        ids = [each for each in journal.written_since(now - MAY_BE_OLD) if each.startswith(_EVENTBRITE)]
        newest = {each: journal.entries(listing=each, limit=1)[0] for each in ids}
    except JournalUnavailable as app_error:
        log("what was written lately is not known", error=app_error)
        return {}
    return {listing: Written.of(entry) for listing, entry in newest.items() if entry.last("answered", "verified")}


def as_left(event: Event, written: Mapping[str, Written]) -> Event:
    """The event with those of its classes as we left them that are shown as they stood before."""
    classes = tuple(
        _as_left(each, known) if (known := written.get(str(TicketClassId(each.event_id, each.id)))) else each
        for each in event.ticket_classes
    )
    return dataclasses.replace(event, ticket_classes=classes) if written else event


def _as_left(shown: TicketClass, known: Written) -> TicketClass:
    if known.capacity == known.before:  # it was hidden, or shown again
        return shown if known.hidden is None else dataclasses.replace(shown, hidden=known.hidden)
    if known.capacity is None or shown.capacity is None or shown.capacity != known.before:
        return shown
    total = known.capacity if shown.quantity_total == shown.capacity else shown.quantity_total
    sells_again = shown.on_sale_status == "SOLD_OUT" and known.capacity > (shown.quantity_sold or 0)
    status = "AVAILABLE" if sells_again else shown.on_sale_status
    return dataclasses.replace(shown, capacity=known.capacity, quantity_total=total, on_sale_status=status)
