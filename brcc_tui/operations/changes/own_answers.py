"""The answers to our own writes, compared with readings that may be older.

Eventbrite may show the state before a write for minutes; a database that lags, or follows another one, may
lack the write. The journal keeps every answer with its time, for this process and the next, whether the change settled
or not: an older reading never replaces a newer answer. For display only, see `operations.own_writes`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import Event, TicketClass
from brcc_tui.model.listing_id import TicketClassId
from brcc_tui.model.stored_product import StoredProduct
from brcc_tui.operations.catalogue.rest_cache import OLDER_THAN_REST, WHOSE_DATABASE
from brcc_tui.operations.own_writes import MAY_BE_OLD

if TYPE_CHECKING:
    from brcc_tui.platforms.wordpress.counts import Snapshot
    from brcc_tui.store.journal_entries import JournalEvent

_AHEAD: Final = dt.timedelta(hours=1)
"""An answer that is dated later than now by more was dated by a clock that was put back since: nobody knows when,
and it would be held against what is shown until that date has come.
"""

REMEMBERED: Final = dt.timedelta(hours=1)
"""How long a database that lacks a write of ours is taken for one that lags, and not for one that was restored."""


class Behind(AppError):
    """The database shows an older state than it should: it follows another one, and nothing is decided on it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a ticket class from our last requests to it, the last `move` of them; what nobody knows is None.

    `replaced` are the capacities that our requests wrote over, and when.
    """

    move: JournalEvent
    capacity: int | None
    hidden: bool | None
    sold: int | None
    replaced: tuple[tuple[dt.datetime, int | None], ...] = ()

    @property
    def at(self) -> dt.datetime:
        """When that was, by the clock."""
        return self.move.at

    def is_older_than(self, shown: TicketClass, asked_at: dt.datetime) -> bool:
        """Whether a reading is newer than our answer: it shows our capacity, and an old one would show another."""
        lately = [capacity for at, capacity in self.replaced if _may_be_shown(at, asked_at)]
        return shown.capacity == self.capacity and self.capacity not in lately and None not in lately

    def differs_from(self, shown: TicketClass) -> bool:
        """Whether the class is shown otherwise than it was left, in what is known of that."""
        capacity_differs = self.capacity is not None and self.capacity != shown.capacity
        return capacity_differs or (self.hidden is not None and self.hidden != bool(shown.hidden))


def with_own_answers(
    event: Event,
    requests: Mapping[str, Iterable[JournalEvent]],
    asked_at: dt.datetime,
    is_lately: Callable[[JournalEvent], bool] = lambda _: False,
) -> tuple[Event, frozenset[str]]:
    """The event with as many sold as our newer answers told, and the classes that it shows otherwise than we left them.

    Whether such a class was changed by somebody since or is shown as it was before, nobody can tell for minutes. Since
    a move that `is_lately` they have not passed, whatever moment the clock tells.
    """
    classes: list[TicketClass] = []
    doubtful: set[str] = set()
    for shown in event.ticket_classes:
        listing_id = str(TicketClassId(shown.event_id, shown.id))
        known = _last_known(requests.get(listing_id, ()))
        at = known.at if known is not None and is_lately(known.move) else asked_at
        if known is not None and _may_be_shown(known.at, at):
            if known.differs_from(shown):
                doubtful.add(listing_id)
            if known.sold is not None and shown.quantity_sold is not None and not known.is_older_than(shown, at):
                shown = dataclasses.replace(shown, quantity_sold=max(known.sold, shown.quantity_sold))
        classes.append(shown)
    return dataclasses.replace(event, ticket_classes=tuple(classes)), frozenset(doubtful)


def _may_be_shown(at: dt.datetime, asked_at: dt.datetime) -> bool:
    """Whether a reading that was asked for then may still show what was there before a write of that time.

    A clock that was put back a little since the write makes it no older than it is.
    """
    return -_AHEAD < asked_at - at < MAY_BE_OLD


def _last_known(requests: Iterable[JournalEvent]) -> _Known | None:
    """From the moves of one class's changes, in order: the last answer, or what was sent and never answered.

    What was refused, or held back, leaves what was known before it.
    """
    known: _Known | None = None
    before: _Known | None = None
    asked: Mapping[str, object] = {}
    for event in requests:
        if event.event == "checkpointed":
            asked = event.detail
        elif event.event == "sent":
            before, known = known, _as_sent(event, asked, known)
        elif event.event == "answered":
            known = _as_answered(event, known)
        elif event.event in ("refused", "held_back"):
            known = before
    return known


def _as_sent(event: JournalEvent, asked: Mapping[str, object], before: _Known | None) -> _Known:
    hide = _bool(asked.get("hide"))
    numbers = event.detail.get("numbers")
    sent = next(iter(numbers.values()), None) if isinstance(numbers, Mapping) else None
    stood = asked.get("capacity")
    was = _int(next(iter(stood.values()), None)) if isinstance(stood, Mapping) else None
    replaced = (
        *(before.replaced if before else ()),
        (event.at, was),
        *([(event.at, before.capacity)] if before else []),
    )
    sold = before.sold if before is not None and _may_be_shown(before.at, event.at) else None
    return _Known(event, _int(sent) if hide is None else None, hide, sold, replaced)


def _as_answered(event: JournalEvent, sent: _Known | None) -> _Known:
    """What an answer does not say is as it was sent."""
    capacity, hidden, sold = (event.detail.get(name) for name in ("capacity", "hidden", "sold"))
    answered = _Known(event, _int(capacity), _bool(hidden), _int(sold))
    if sent is None:
        return answered
    return _Known(
        event,
        sent.capacity if answered.capacity is None else answered.capacity,
        sent.hidden if answered.hidden is None else answered.hidden,
        sent.sold if answered.sold is None else answered.sold,
        sent.replaced,
    )


def behind_rest(product: int) -> Behind:
    """The row lacks, as it seems, what REST tells of the product."""
    return Behind(
        OLDER_THAN_REST,
        subject=f"product {product}",
        still_works="Everything can be read; nothing on WooCommerce is changed",
        next_step=WHOSE_DATABASE,
    )


def check_not_behind(
    snapshot: Snapshot, stored: StoredProduct, requests: Mapping[str, Iterable[JournalEvent]], now: dt.datetime
) -> None:
    """Raise `Behind` for what a replica says, and for a snapshot that lacks what we wrote ourselves.

    Every write of ours sets the moment at which WordPress says that the product was saved.
    """
    newest = _newest_save(requests, now)
    lacks = newest is not None and (stored.modified is None or stored.modified < newest)
    if not (snapshot.counts.replica or lacks):
        return
    raise Behind(
        "the database lacks what was written here a moment ago: it follows another one, and lags behind"
        if lacks
        else "the database follows another one (a replica): what it says may be of any time before",
        subject=f"product {stored.id}",
        still_works="Everything can be read; nothing on WooCommerce is changed",
        next_step="Set WORDPRESS_DB_HOST to the server that WordPress itself writes to",
    )


def _newest_save(requests: Mapping[str, Iterable[JournalEvent]], now: dt.datetime) -> dt.datetime | None:
    """When the last of our writes that is remembered saved the product, by what it was answered."""
    answers = (event for events in requests.values() for event in events if event.event == "answered")
    saved = [_moment(event.detail.get("saved")) for event in answers if now - event.at < REMEMBERED]
    return max((moment for moment in saved if moment is not None), default=None)


def capacities_set_here(requests: Mapping[str, Iterable[JournalEvent]], saved: dt.datetime | None) -> Mapping[str, int]:
    """The capacity that our last write gave each date of a product that nobody has saved since, `saved` being now.

    FooEvents' own writes do not count as saving: a date that stands elsewhere then was moved by the shop itself.
    """
    if saved is None:
        return {}
    found: dict[str, int] = {}
    wanted: dict[str, int] = {}
    ours: dt.datetime | None = None
    for listing_id, event in _in_order(requests):
        if event.event == "answered":
            ours = _moment(event.detail.get("saved"))
            if listing_id in wanted:
                found[listing_id] = wanted.pop(listing_id)
            continue
        if _moment(event.detail.get("saved")) != ours:
            found.clear()  # somebody saved the product between two writes of ours
            ours = _moment(event.detail.get("saved"))
        capacity = event.detail.get("wanted")
        number = _int(capacity.get(listing_id)) if isinstance(capacity, Mapping) else None
        if number is not None:
            wanted[listing_id] = number
    return found if ours == saved else {}


def _in_order(requests: Mapping[str, Iterable[JournalEvent]]) -> list[tuple[str, JournalEvent]]:
    """What was prepared and answered, of all listings, as the journal has it one after the other."""
    moves = (
        (event.position, event.at, event.event == "answered", listing_id, event)
        for listing_id, events in requests.items()
        for event in events
        if event.event in ("checkpointed", "correcting", "answered")
    )
    return [(listing_id, event) for *_, listing_id, event in sorted(moves, key=lambda move: move[:4])]


def _moment(value: object) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _int(value: object) -> int | None:
    return value if type(value) is int else None


def _bool(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
