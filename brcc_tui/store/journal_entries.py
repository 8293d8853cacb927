"""The journal's values, and their conversion from rows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from brcc_tui.logs import keep_name
from brcc_tui.model.changes.plan import Action, Outcome

_T = TypeVar("_T")

FINAL_EVENTS: Final = frozenset(outcome.value for outcome in Outcome if outcome is not Outcome.VERIFIED)
"""The events that end an entry."""

SETTLED_EVENTS: Final = (Outcome.SETTLED.value, Outcome.SETTLED_LOW.value)
"""Those of them that say that what was written stands, or fewer seats of it."""

FIRST: Final = "planned"
"""The event that every entry begins with."""

STEADY: Final = "steady"
"""The key in an event's detail that holds its steady second, and the start of the computer from which that counts."""


@dataclass(frozen=True, slots=True)
class JournalEvent:
    """One move of a change: what happened, when, with which numbers.

    `position` is its place among all moves in the journal: clocks are set back, the order of records is not.
    """

    at: dt.datetime
    event: str
    detail: Mapping[str, object]
    position: int = field(default=0, compare=False)

    @property
    def said(self) -> Mapping[str, object]:
        """Its detail for people and other programs: without what means something on this computer alone."""
        return {name: value for name, value in self.detail.items() if name != STEADY}


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one listing, with its events in order. `outcome` is None while it has not ended.

    `at` is None where a broken row does not tell it and no whole one stands before it.

    What people said about the venue (`venue_history.py`) is told in the same way: without a listing and a digest, from
    and to a number or words. `damage` says what of its record is not as it was written, or is gone: such a one is told,
    and nothing is decided on it.
    """

    id: str
    at: dt.datetime | None
    actor: str
    listing: str
    show: str | None
    action: str
    before: int | str | None
    after: int | str | None
    reason: str
    digest: str
    outcome: str | None
    events: tuple[JournalEvent, ...]
    damage: str | None = None

    def __post_init__(self) -> None:
        """Who it was is told to people in words, which may come into the log."""
        keep_name(self.actor)

    @property
    def sorts_at(self) -> dt.datetime:
        """Where it stands among others by time: one whose moment is not known before all of them."""
        return self.at or dt.datetime.min.replace(tzinfo=dt.UTC)

    @property
    def planned_capacity(self) -> int:
        """The capacity that was wanted; raises `ValueError` for an entry that is no change of a listing."""
        return typed(self.after, int)

    @property
    def came_to(self) -> int | str | None:
        """What was set in the end, where that was done: sales since the plan may have moved it. Else as wanted."""
        end = self.last("settled", "settled_low")
        capacity = end.detail.get("capacity") if end is not None else None
        return capacity if type(capacity) is int else self.after

    @property
    def state(self) -> str:
        """The last move recorded."""
        return self.events[-1].event

    def last(self, *events: str) -> JournalEvent | None:
        """The newest move of these kinds, None without any."""
        return next((event for event in reversed(self.events) if event.event in events), None)


@dataclass(frozen=True, slots=True)
class LastWrite:
    """What a change left behind that the shop answered: the capacity, and whether it closed the listing."""

    capacity: int
    closed: bool


def last_write_of(action: object, after: object, detail: object) -> LastWrite:
    """From a change's columns and one of its events. Raises `ValueError` for what nobody can have written there."""
    capacity = object_of(detail).get("capacity")
    number = capacity if type(capacity) is int else typed(after, int)
    return LastWrite(number, typed(action, str) == Action.CLOSE.value)


def event_of(at: object, event: object, detail: object, position: int = 0) -> JournalEvent:
    """One move, from the values of its row. Raises `ValueError` for what nobody can have written there."""
    moment = dt.datetime.fromisoformat(typed(at, str))
    if moment.tzinfo is None:
        raise ValueError(f"{at} has no zone")
    return JournalEvent(moment, typed(event, str), object_of(detail), position)


def entry_of(row: tuple[Any, ...], events: list[JournalEvent], *, to_show: bool) -> Entry:
    """Raises `ValueError` for values that no entry has; unless it is only told, for one without its first event too."""
    number, at, actor, listing, show, action, before, after, reason, digest = row
    headless = not events or events[0].event != FIRST
    why = f"the first event of c{number} is missing"
    if headless and not to_show:
        raise ValueError(why)
    stood = _stood(before)
    outcome = next((event.event for event in reversed(events) if event.event in FINAL_EVENTS), None)
    return Entry(
        id=f"c{typed(number, int)}",
        at=event_of(at, FIRST, "{}").at,
        actor=typed(actor, str),
        listing=typed(listing, str),
        show=None if show is None else typed(show, str),
        action=typed(action, str),
        before=stood,
        after=typed(after, int),
        reason=typed(reason, str),
        digest=typed(digest, str),
        outcome=None if headless else outcome,
        events=tuple(events),
        damage=why if headless else None,
    )


def _stood(before: object) -> int | str | None:
    """A capacity as a row keeps it: a number, a word for one without limit, or nothing known."""
    was = json.loads(typed(before, str))
    return was if was is None or isinstance(was, int) else typed(was, str)


def typed(value: object, kind: type[_T]) -> _T:
    """The value, if it is of this kind; raises `ValueError` for what nobody can have written there."""
    if not isinstance(value, kind):
        raise ValueError(f"{str(value)[:60]!r} is where {kind.__name__} was written")
    return value


def object_of(detail: object) -> Mapping[str, object]:
    """What a row keeps of an event; raises `ValueError`."""
    return typed(json.loads(typed(detail, str)), dict)


def storable(text: str) -> str:
    """Text as a file can hold it: half of a character pair, which a command line can hand in, becomes a ?."""
    return text.encode("utf-8", "replace").decode("utf-8")


def row_of(entry: str) -> int:
    """The row of an id; -1, which no row has, for what is none."""
    text = entry.strip().lower().removeprefix("c")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1


def moment_of(at: dt.datetime) -> str:
    """A moment as the file keeps it: ISO 8601, UTC, milliseconds. Raises `ValueError` for one without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds")
