"""What we wrote to Eventbrite a moment ago, compared with readings that may still show the state before.

Eventbrite documents that a reading may lag behind a write by minutes, and that the write's own answer is true. So a
class that is exactly as it was before our last writes is shown as we left it, which is the newer knowledge. A class
that differs was changed by somebody since, and is shown as read. For decisions, `operations.changes.own_answers`
compares a reading with the same answers, and doubts more.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from brcc_tui.logs import log
from brcc_tui.model.catalogue import CODES_NOT_ASKED, Event, TicketClass
from brcc_tui.model.listing_id import TicketClassId
from brcc_tui.operations.context import ClubContext
from brcc_tui.operations.lately import sent_lately
from brcc_tui.store.journal_entries import Entry, row_of
from brcc_tui.store.journal_file import JournalUnavailable

MAY_BE_OLD: Final = dt.timedelta(minutes=5)
"""How long a reading of Eventbrite may lag behind a write (documented: usually 15 s, at most 5 minutes)."""

_EVENTBRITE: Final = "eb:"
_AVAILABLE: Final = "AVAILABLE"
_HIDDEN: Final = "HIDDEN"
_SOLD_OUT: Final = "SOLD_OUT"

_TAKEN: Final = ("checkpointed", "answered", "verified")
"""Moves that tell what was sent (`hide`), answered and seen."""


@dataclass(frozen=True, slots=True)
class Written:
    """How our last writes left a class: its capacity and how many were sold, by their answers; None: not told.

    `replaced` are the capacities that they wrote over. `hidden` is whether it was hidden then, and `hides` that they
    hid it or showed it again.
    """

    replaced: frozenset[int]
    capacity: int | None
    hidden: bool | None = None
    hides: bool = False
    sold: int | None = None

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Written:
        """What these changes of a ticket class left behind, newest first."""
        capacities = [_values(entry, "capacity", int) for entry in entries]
        left = next(iter(capacities[0]), None)
        stood = (entry.before for entry in entries if type(entry.before) is int)
        replaced = frozenset({*stood, *itertools.chain(*capacities)} - {left})
        asked = [_values(entry, "hide", bool) for entry in entries]
        shown = [_values(entry, "hidden", bool) for entry in entries]
        hidden = next(itertools.chain(*itertools.chain(*zip(shown, asked, strict=True))), None)
        return cls(replaced, left, hidden, any(asked), next(iter(_values(entries[0], "sold", int)), None))


_Value = TypeVar("_Value", int, bool)


def _values(entry: Entry, name: str, kind: type[_Value]) -> list[_Value]:
    """What was sent by a change, answered to it and seen of it under that name, the last first."""
    values = (event.detail.get(name) for event in reversed(entry.events) if event.event in _TAKEN)
    return [value for value in values if type(value) is kind]


def written_lately(club: ClubContext) -> Mapping[str, Written]:
    """What the answered changes of each ticket class that was written here within the last minutes came to.

    When that was is known also where the computer's clock was set since. Without a
    journal that can be read nothing is known of them, and everything else is.
    """
    try:
        found = {x.id: x for x in club.journal.answered_about(club.clock.now(), MAY_BE_OLD, _EVENTBRITE)}
        for listing, entries in sent_lately(club, MAY_BE_OLD).items():
            if listing.startswith(_EVENTBRITE):
                found |= {x.id: x for x in map(club.journal.entry, set(entries) - found.keys()) if x is not None}
    except JournalUnavailable as app_error:
        log("what was written lately is not known", error=app_error)
        return {}
    lately = defaultdict[str, list[Entry]](list)
    for entry in sorted(found.values(), key=lambda each: row_of(each.id), reverse=True):
        if entry.last("answered", "verified"):
            lately[entry.listing].append(entry)
    return {listing: Written.of(entries) for listing, entries in lately.items()}


def as_left(event: Event, written: Mapping[str, Written]) -> Event:
    """The event with those of its classes as we left them that are shown as they stood before.

    Of one that is hidden by our word alone nobody has asked for access codes: they are not known, as in a list.
    """
    if not written:
        return event
    classes = tuple(
        _as_left(each, known) if (known := written.get(str(TicketClassId(each.event_id, each.id)))) else each
        for each in event.ticket_classes
    )
    unread = event.codes_unread
    hides = any(made.hidden and not shown.hidden for made, shown in zip(classes, event.ticket_classes, strict=True))
    if hides and event.access_codes is None and unread is None:
        unread = CODES_NOT_ASKED
    return dataclasses.replace(event, ticket_classes=classes, codes_unread=unread)


async def as_left_with_codes(
    event: Event, written: Mapping[str, Written], ask: Callable[[Event], Awaitable[Event]]
) -> Event:
    """The same of an event that was read by itself; `ask` tells its access codes where nobody has asked for them."""
    left = as_left(event, written)
    if left.codes_unread != CODES_NOT_ASKED:
        return left
    return await ask(dataclasses.replace(left, codes_unread=None))


def _as_left(shown: TicketClass, known: Written) -> TicketClass:
    old_number = known.capacity is not None and shown.capacity in known.replaced
    made = _as_shown(shown, known) if old_number or known.hides else shown
    if (made != shown or old_number) and shown.quantity_sold is not None:
        made = dataclasses.replace(made, quantity_sold=max(shown.quantity_sold, known.sold or 0))
    return _at_capacity(made, known.capacity) if known.capacity is not None and old_number else made


def _as_shown(shown: TicketClass, known: Written) -> TicketClass:
    """As hidden as we left it; what is hidden is so at present, too, and may be called so: both are as old then."""
    if known.hidden is None or known.hidden == bool(shown.hidden):
        return shown
    shown_again = shown.on_sale_status == _HIDDEN and not known.hidden
    status = _AVAILABLE if shown_again else shown.on_sale_status
    return dataclasses.replace(shown, hidden=known.hidden, hidden_currently=known.hidden, on_sale_status=status)


def _at_capacity(shown: TicketClass, capacity: int) -> TicketClass:
    total = capacity if shown.quantity_total == shown.capacity else shown.quantity_total
    sells_again = shown.on_sale_status == _SOLD_OUT and capacity > (shown.quantity_sold or 0)
    status = _AVAILABLE if sells_again else shown.on_sale_status
    return dataclasses.replace(shown, capacity=capacity, quantity_total=total, on_sale_status=status)
