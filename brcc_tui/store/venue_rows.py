"""What people set for the venue, as rows of a file: a kind, a subject, and the value."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import Final

from brcc_tui.model.shows.closed_mark import ClosedMark
from brcc_tui.model.shows.show import MAX_SEATS, HouseSeats, Room
from brcc_tui.model.shows.venue_rules import DEFAULT_ROOM, Moved, VenueRules

KINDS: Final = ("room", "room_of", "seats_of", "is_seat", "together", "moved", "hours", "held_back")

_OTHERWISE: Final = """
WITH kept AS (
  SELECT json_extract(r.value, '$[0]') AS kind, json_extract(r.value, '$[1]') AS subject,
         json_extract(r.value, '$[3]') AS value, MAX(s.number) AS number
  FROM said s, json_each(s.rows) r GROUP BY 1, 2)
SELECT kept.kind, kept.subject, kept.number FROM kept LEFT JOIN rule USING (kind, subject)
WHERE kept.value IS NOT rule.value ORDER BY kept.number DESC LIMIT 1"""
"""The newest of the rules that are not as they were left. One statement: others may write between two."""


class VenueRows(ABC):
    """What a person may say about the venue, each as the rows that keep it."""

    @abstractmethod
    def put(self, kind: str, subject: str, value: str | None) -> None:
        """Keep a row; None takes it away."""

    def set_room(self, name: str, seats: int) -> None:
        """A room has so many seats; naming a new room makes it."""
        self.put("room", name, str(_seats(seats)))

    def set_seats(self, subjects: Collection[str], seats: int | None) -> None:
        """These listings (one night's) or groups (every night's) have so many seats; None returns to the room's."""
        for subject in subjects:
            self.put("seats_of", subject, None if seats is None else str(_seats(seats)))

    def assign_room(self, subject: str, room: str | None) -> None:
        """A group or a single listing is in that room: how listings at one time are told apart."""
        self.put("room_of", subject, room)

    def set_is_seat(self, subject: str, is_seat: bool | None) -> None:
        """A group or listing is (not) a seat; None forgets what was said."""
        self.put("is_seat", subject, None if is_seat is None else ("yes" if is_seat else "no"))

    def confirm_together(self, names: Collection[str]) -> None:
        """A person said that these sell the same seats wherever they meet; one name alone: that it stands alone."""
        for one, other in _pairs(names):
            self.put("together", f"{one} {other}", "yes")

    def forget_together(self, names: Collection[str]) -> None:
        """Nobody says any more that these sell the same seats, or that one stands alone."""
        for one, other in _pairs(names):
            self.put("together", f"{one} {other}", None)

    def move(self, listing_id: str, moved: Moved | None) -> None:
        """A single listing belongs to the show that starts then; None returns to its own start."""
        says = moved.says.isoformat() if moved and moved.says else "-"
        self.put("moved", listing_id, None if moved is None else f"{says} {moved.starts_at.isoformat()}")

    def set_hours(self, group: str, hours: tuple[dt.time, dt.time] | None) -> None:
        """On all dates of the group, the hour that its shop tells (first) stands for another one (second)."""
        self.put("hours", group, None if hours is None else f"{hours[0]:%H:%M} {hours[1]:%H:%M}")

    def hold_back(self, show: str, house: HouseSeats | None) -> None:
        """The house keeps so many seats of that show; None: none."""
        value = None
        if house is not None and _seats(house.seats):
            value = json.dumps({"seats": house.seats, "note": house.note, "listings": sorted(house.listings)})
        self.put("held_back", show, value)


def rules_of(rows: Iterable[tuple[str, str, str]], default_seats: int) -> VenueRules:
    """The rules that these rows hold. Raises `ValueError` for a value that is none."""
    by_kind: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for kind, subject, value in rows:
        by_kind.setdefault(kind, {})[subject] = value
    rooms = {name: Room(name, _seats(seats)) for name, seats in by_kind["room"].items()}
    rooms.setdefault(DEFAULT_ROOM, Room(DEFAULT_ROOM, default_seats))
    return VenueRules(
        rooms=rooms,
        room_of=by_kind["room_of"],
        is_seat={subject: _yes(value) for subject, value in by_kind["is_seat"].items()},
        seats_of={subject: _seats(value) for subject, value in by_kind["seats_of"].items()},
        together=frozenset(frozenset(subject.split(" ")) for subject in by_kind["together"]),
        moved={subject: _moved(value) for subject, value in by_kind["moved"].items()},
        hours={subject: _hours(value) for subject, value in by_kind["hours"].items()},
        held_back={show: _held_back(value) for show, value in by_kind["held_back"].items()},
    )


def rule_not_as_said(db: sqlite3.Connection) -> str | None:
    """The rule that is not as it was said last, in words; None where all are, or the history is broken itself.

    A rule that a disk has changed would else be another rule, or none: seats that the house keeps would be sold. What
    was said before there was a history is believed. Raises `sqlite3.Error` for a file that cannot be read.
    """
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'said'").fetchone():
        return None
    found = None
    with contextlib.suppress(sqlite3.OperationalError):  # a row of the history that is no JSON
        found = db.execute(_OTHERWISE).fetchone()
    if found is None:
        return None
    from brcc_tui.store.venue_history import entries  # the first picture does without

    if any(entry.damage for entry in entries(db)):
        return None
    kind, subject, number = found
    return f"{kind} {subject} is not as h{number} left it"


def mark_row(item: tuple[str, ClosedMark]) -> tuple[object, ...]:
    """What a look at a listing came to, as the row that keeps it."""
    listing, mark = item
    return listing, mark.at.isoformat(), mark.offered, mark.taken, mark.closed, mark.capacity


def mark_of(row: tuple[object, ...]) -> tuple[str, ClosedMark]:
    """The listing and the mark of such a row. Raises `ValueError` for what this program did not write."""
    listing, at, offered, taken, closed, capacity = row
    moment = dt.datetime.fromisoformat(str(at))
    if moment.tzinfo is None or closed not in (0, 1) or any(x is not None and type(x) is not int for x in row[2:]):
        raise ValueError(str(row)[:60])
    return str(listing), ClosedMark(moment, offered, taken, bool(closed), capacity)  # type: ignore[arg-type]


def _seats(value: str | int) -> int:
    seats = int(value)
    if not 0 <= seats <= MAX_SEATS:
        raise ValueError(value)
    return seats


def _yes(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError(value)
    return value == "yes"


def _moved(value: str) -> Moved:
    says, _, start = value.partition(" ")
    moved = Moved(None if says == "-" else dt.datetime.fromisoformat(says), dt.datetime.fromisoformat(start))
    if moved.starts_at.tzinfo is None or (moved.says is not None and moved.says.tzinfo is None):
        raise ValueError(value)
    return moved


def _hours(value: str) -> tuple[dt.time, dt.time]:
    says, _, means = value.partition(" ")
    return dt.time.fromisoformat(says), dt.time.fromisoformat(means)


def _held_back(value: str) -> HouseSeats:
    said = json.loads(value)
    if not isinstance(said, Mapping) or type(said.get("seats")) is not int:
        raise ValueError(value)
    note, listings = said.get("note", ""), said.get("listings", [])
    if not isinstance(note, str) or not isinstance(listings, list):
        raise ValueError(value)
    return HouseSeats(_seats(said["seats"]), note, frozenset(map(str, listings)))


def _pairs(names: Collection[str]) -> Iterable[tuple[str, str]]:
    return combinations(sorted(names), 2) if len(names) > 1 else ((name, name) for name in names)
