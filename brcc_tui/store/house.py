"""Rooms with their seats, and what people said about which listings belong together, in SQLite.

Rules are kept by id (a product's slot, a series, single listings), so they outlive refreshes and renamed
labels. Beside them stands what the program found itself at the last refresh; that part is replaced
whole each time, people's words never are.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from pathlib import Path

from brcc_tui.model.house_rules import DEFAULT_ROOM, HouseRules
from brcc_tui.model.pairing import Pairings
from brcc_tui.model.show import Pairing, PairingState, Room
from brcc_tui.model.trouble import Trouble

_SCHEMA = """
CREATE TABLE IF NOT EXISTS rule (kind TEXT, subject TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, subject));
CREATE TABLE IF NOT EXISTS found (subject TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_KINDS = ("room", "room_of", "seats_of", "is_seat", "together", "moved")


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
        by_kind: dict[str, dict[str, str]] = {kind: {} for kind in _KINDS}
        for kind, subject, value in self._db.execute("SELECT kind, subject, value FROM rule"):
            by_kind.setdefault(kind, {})[subject] = value
        rooms = {name: Room(name, int(seats)) for name, seats in by_kind["room"].items()}
        rooms.setdefault(DEFAULT_ROOM, Room(DEFAULT_ROOM, self._default_seats))
        return HouseRules(
            rooms=rooms,
            room_of=by_kind["room_of"],
            is_seat={subject: value == "yes" for subject, value in by_kind["is_seat"].items()},
            seats_of={subject: int(value) for subject, value in by_kind["seats_of"].items()},
            together=frozenset(frozenset(subject.split(" ")) for subject in by_kind["together"]),
            moved={subject: dt.datetime.fromisoformat(value) for subject, value in by_kind["moved"].items()},
        )

    def set_room(self, name: str, seats: int) -> None:
        """A room has so many seats; naming a new room makes it."""
        self._put("room", name, str(seats))

    def set_show_seats(self, show_id: str, seats: int | None) -> None:
        """One show has so many seats, whatever its room has; None returns to the room's."""
        self._put("seats_of", show_id, None if seats is None else str(seats))

    def assign_room(self, subject: str, room: str | None) -> None:
        """A group or a single listing is in that room: how listings at one time are told apart."""
        self._put("room_of", subject, room)

    def set_is_seat(self, subject: str, is_seat: bool | None) -> None:
        """A group or listing is (not) a seat; None forgets what was said."""
        self._put("is_seat", subject, None if is_seat is None else ("yes" if is_seat else "no"))

    def confirm_together(self, groups: Collection[str]) -> None:
        """A person said that these groups sell the same seats, on every date on which they meet."""
        for one, other in combinations(sorted(groups), 2):
            self._put("together", f"{one} {other}", "yes")

    def forget_together(self, groups: Collection[str]) -> None:
        """Take that back."""
        for one, other in combinations(sorted(groups), 2):
            self._put("together", f"{one} {other}", None)

    def move(self, listing_id: str, start: dt.datetime | None) -> None:
        """A single listing belongs to the show that starts then; None returns to its own start."""
        self._put("moved", listing_id, None if start is None else start.isoformat())

    def export_rules(self) -> dict[str, dict[str, str]]:
        """Everything people said, for a file."""
        exported: dict[str, dict[str, str]] = {kind: {} for kind in _KINDS}
        for kind, subject, value in self._db.execute("SELECT kind, subject, value FROM rule ORDER BY kind, subject"):
            exported[kind][subject] = value
        return exported

    def import_rules(self, exported: Mapping[str, Mapping[str, str]]) -> int:
        """Add what a file says (it wins over what is here); how many rules. Raises `NotHouseRules`."""
        rows = [(kind, subject, value) for kind, rules in exported.items() for subject, value in rules.items()]
        if not set(exported) <= set(_KINDS) or not all(isinstance(part, str) for row in rows for part in row):
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
        for subject, value in self._db.execute("SELECT subject, value FROM found"):
            state, text = json.loads(value)
            if state == "moved":
                moved[subject] = dt.datetime.fromisoformat(text)
            else:
                verdicts[frozenset(subject.split(" "))] = Pairing(PairingState(state), text)
        return Pairings(verdicts, moved)

    def keep_found(self, pairings: Pairings) -> None:
        """Put this refresh's findings in the place of the last one's."""
        rows: Iterable[tuple[str, str]] = [
            *((" ".join(sorted(key)), json.dumps([x.state.value, x.reason])) for key, x in pairings.verdicts.items()),
            *((listing, json.dumps(["moved", start.isoformat()])) for listing, start in pairings.moved.items()),
        ]
        with self._transaction():
            self._db.execute("DELETE FROM found")
            self._db.executemany("INSERT OR REPLACE INTO found VALUES (?, ?)", rows)

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
