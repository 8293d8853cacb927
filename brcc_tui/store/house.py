"""Rooms with their seats, and what people said about which listings belong together, in SQLite.

Rules are kept by id (a product's slot, a series, single listings), so they outlive refreshes and renamed
labels. Beside them stands what the program found itself at the last refresh; that part is replaced
whole each time, people's words never are.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from pathlib import Path

from brcc_tui.model.house_rules import DEFAULT_ROOM, HouseRules, Moved
from brcc_tui.model.pairing import Doubt, Pairings
from brcc_tui.model.show import Pairing, PairingState, Room
from brcc_tui.model.trouble import Trouble

_SCHEMA = """
CREATE TABLE IF NOT EXISTS rule (kind TEXT, subject TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, subject));
CREATE TABLE IF NOT EXISTS found (kind TEXT, subject TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, subject));
"""
_KINDS = ("room", "room_of", "seats_of", "is_seat", "together", "moved", "hours")
_MOVED = "moved"
_DOUBTS = {"doubt": False, "doubt of one date": True}
"""Kinds of findings beside the states of pairs, and whether the doubt is of a single date."""


class NotHouseRules(Trouble):
    """A file that was to be imported does not hold house rules."""


class House:
    """One file, shared by every copy of the program that works for the same shops on this computer."""

    def __init__(self, path: Path, default_seats: int) -> None:
        self._default_seats = default_seats
        self._db = sqlite3.connect(path, isolation_level=None, timeout=5, check_same_thread=False)
        self._db.executescript(_SCHEMA)

    def rules(self) -> HouseRules:
        """All rules as they stand now."""
        return _rules(self._db.execute("SELECT kind, subject, value FROM rule"), self._default_seats)

    def set_room(self, name: str, seats: int) -> None:
        """A room has so many seats; naming a new room makes it."""
        self._put("room", name, str(seats))

    def set_seats(self, subjects: Collection[str], seats: int | None) -> None:
        """These listings (one night's) or groups (every night's) have so many seats; None returns to the room's."""
        with self._transaction():
            for subject in subjects:
                self._put("seats_of", subject, None if seats is None else str(seats))

    def assign_room(self, subject: str, room: str | None) -> None:
        """A group or a single listing is in that room: how listings at one time are told apart."""
        self._put("room_of", subject, room)

    def set_is_seat(self, subject: str, is_seat: bool | None) -> None:
        """A group or listing is (not) a seat; None forgets what was said."""
        self._put("is_seat", subject, None if is_seat is None else ("yes" if is_seat else "no"))

    def confirm_together(self, names: Collection[str]) -> None:
        """A person said that these sell the same seats wherever they meet; one name alone: that it stands alone."""
        with self._transaction():
            for one, other in _pairs(names):
                self._put("together", f"{one} {other}", "yes")

    def forget_together(self, names: Collection[str]) -> None:
        """Take that back."""
        with self._transaction():
            for one, other in _pairs(names):
                self._put("together", f"{one} {other}", None)

    def move(self, listing_id: str, moved: Moved | None) -> None:
        """A single listing belongs to the show that starts then; None returns to its own start."""
        says = moved.says.isoformat() if moved and moved.says else "-"
        self._put("moved", listing_id, None if moved is None else f"{says} {moved.starts_at.isoformat()}")

    def set_hours(self, group: str, hours: tuple[dt.time, dt.time] | None) -> None:
        """On all dates of the group, the hour that its shop tells (first) stands for another one (second)."""
        self._put("hours", group, None if hours is None else f"{hours[0]:%H:%M} {hours[1]:%H:%M}")

    def export_rules(self) -> dict[str, dict[str, str]]:
        """Everything people said, for a file."""
        exported: dict[str, dict[str, str]] = {kind: {} for kind in _KINDS}
        for kind, subject, value in self._db.execute("SELECT kind, subject, value FROM rule ORDER BY kind, subject"):
            exported[kind][subject] = value
        return exported

    def import_rules(self, exported: object) -> int:
        """Add what a file says (it wins over what is here); how many rules. Raises `NotHouseRules`."""
        rows = _rows(exported)
        try:
            _rules(rows, self._default_seats)
        except ValueError:
            rows = []
        if not rows:
            raise NotHouseRules(
                "this is not a file of house rules", next_step="export one first to see what such a file looks like"
            )
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO rule VALUES (?, ?, ?)", rows)
        return len(rows)

    def found(self) -> Pairings:
        """What the program found by itself at the last refresh."""
        verdicts: dict[frozenset[str], Pairing] = {}
        moved: dict[str, dt.datetime] = {}
        doubts: dict[str, Doubt] = {}
        for kind, subject, value in self._db.execute("SELECT kind, subject, value FROM found"):
            if kind == _MOVED:
                moved[subject] = dt.datetime.fromisoformat(value)
            elif kind in _DOUBTS:
                doubts[subject] = Doubt(value, single=_DOUBTS[kind])
            else:
                verdicts[frozenset(subject.split(" "))] = Pairing(PairingState(kind), value)
        return Pairings(verdicts, moved, doubts)

    def keep_found(self, pairings: Pairings) -> None:
        """Put this refresh's findings in the place of the last one's."""
        kinds = {single: kind for kind, single in _DOUBTS.items()}
        rows: Iterable[tuple[str, str, str]] = [
            *((x.state.value, " ".join(sorted(key)), x.reason) for key, x in pairings.verdicts.items()),
            *((_MOVED, listing, start.isoformat()) for listing, start in pairings.moved.items()),
            *((kinds[doubt.single], listing, doubt.reason) for listing, doubt in pairings.doubts.items()),
        ]
        with self._transaction():
            self._db.execute("DELETE FROM found")
            self._db.executemany("INSERT OR REPLACE INTO found VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _put(self, kind: str, subject: str, value: str | None) -> None:
        if value is None:
            self._db.execute("DELETE FROM rule WHERE kind = ? AND subject = ?", (kind, subject))
        else:
            self._db.execute("INSERT OR REPLACE INTO rule VALUES (?, ?, ?)", (kind, subject, value))

    def _transaction(self) -> _Transaction:
        return _Transaction(self._db)


class _Transaction:
    """All or nothing, on a connection that otherwise commits each statement."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")


def _rules(rows: Iterable[tuple[str, str, str]], default_seats: int) -> HouseRules:
    """The rules that these rows hold. Raises `ValueError` for a value that is none."""
    by_kind: dict[str, dict[str, str]] = {kind: {} for kind in _KINDS}
    for kind, subject, value in rows:
        by_kind.setdefault(kind, {})[subject] = value
    rooms = {name: Room(name, int(seats)) for name, seats in by_kind["room"].items()}
    rooms.setdefault(DEFAULT_ROOM, Room(DEFAULT_ROOM, default_seats))
    return HouseRules(
        rooms=rooms,
        room_of=by_kind["room_of"],
        is_seat={subject: value == "yes" for subject, value in by_kind["is_seat"].items()},
        seats_of={subject: int(value) for subject, value in by_kind["seats_of"].items()},
        together=frozenset(frozenset(subject.split(" ")) for subject in by_kind["together"]),
        moved={subject: _moved(value) for subject, value in by_kind["moved"].items()},
        hours={subject: _hours(value) for subject, value in by_kind["hours"].items()},
    )


def _rows(exported: object) -> list[tuple[str, str, str]]:
    """The rules of an exported file; none when it is something else."""
    if not isinstance(exported, Mapping) or not set(exported) <= set(_KINDS):
        return []
    rows = []
    for kind, rules in exported.items():
        if not isinstance(rules, Mapping) or not all(isinstance(part, str) for rule in rules.items() for part in rule):
            return []
        rows += [(kind, subject, value) for subject, value in rules.items()]
    return rows


def _moved(value: str) -> Moved:
    says, _, start = value.partition(" ")
    return Moved(None if says == "-" else dt.datetime.fromisoformat(says), dt.datetime.fromisoformat(start))


def _hours(value: str) -> tuple[dt.time, dt.time]:
    says, _, means = value.partition(" ")
    return dt.time.fromisoformat(says), dt.time.fromisoformat(means)


def _pairs(names: Collection[str]) -> Iterable[tuple[str, str]]:
    return combinations(sorted(names), 2) if len(names) > 1 else ((name, name) for name in names)
