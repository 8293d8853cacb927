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
_TAKEN: Final = ("checkpointed", "answered", "verified")
"""Moves that tell what was sent (`hide`), answered and seen."""


@dataclass(frozen=True, slots=True)
class Written:
    """A class's capacity before our write and as it was answered, and whether that hid it; None: not told."""

    before: int | None
    capacity: int | None
    hidden: bool | None

    @classmethod
    def of(cls, entry: Entry) -> Written:
        """What a change of a ticket class left behind: of whether it hides it the last look need not tell."""
        told = [event.detail for event in entry.events if event.event in _TAKEN]
        hidden = [detail.get("hidden", detail.get("hide")) for detail in told]
        capacity = told[-1].get("capacity") if told else None
        before = entry.before if type(entry.before) is int else None
        known = [each for each in hidden if isinstance(each, bool)]
        return cls(before, capacity if type(capacity) is int else None, known[-1] if known else None)


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
        return _as_shown(shown, known)
    if known.capacity is None or shown.capacity is None or shown.capacity != known.before:
        return shown
    total = known.capacity if shown.quantity_total == shown.capacity else shown.quantity_total
    sells_again = shown.on_sale_status == "SOLD_OUT" and known.capacity > (shown.quantity_sold or 0)
    status = "AVAILABLE" if sells_again else shown.on_sale_status
    made = dataclasses.replace(shown, capacity=known.capacity, quantity_total=total, on_sale_status=status)
    return _as_shown(made, known)


def _as_shown(shown: TicketClass, known: Written) -> TicketClass:
    """As hidden as we left it; what is hidden is so at present, too, which is as old then."""
    if known.hidden is None or known.hidden == shown.hidden:
        return shown
    return dataclasses.replace(shown, hidden=known.hidden, hidden_currently=known.hidden)
