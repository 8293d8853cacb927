"""Rooms with their seats, and what people said about which listings belong together, in SQLite.

Rules are kept by id (a product's slot, a series, single listings), so they outlive refreshes and renamed
labels. Beside them stands what the program found itself at the last refresh; that part is replaced
whole each time, people's words never are.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path

from brcc_tui.model.app_error import AppError
from brcc_tui.model.shows.closed_mark import ClosedMark
from brcc_tui.model.shows.pairing import Doubt, Pairings
from brcc_tui.model.shows.show import MAX_SEATS, Pairing, PairingState, Room
from brcc_tui.model.shows.venue_rules import DEFAULT_ROOM, Moved, VenueRules
from brcc_tui.store.sqlite_file import MEMORY, Identity, connect, damage, identity, in_words, transaction, version_of

_VERSION = 1
"""Files of before this was noted say 0."""
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS rule (kind TEXT, subject TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, subject))",
    "CREATE TABLE IF NOT EXISTS found (kind TEXT, subject TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, subject))",
    f"PRAGMA user_version = {_VERSION}",
)
_MARKS = (
    "CREATE TABLE IF NOT EXISTS closed (listing TEXT PRIMARY KEY, at TEXT NOT NULL, offered INTEGER, taken INTEGER,"
    " closed INTEGER NOT NULL, capacity INTEGER)"
)
"""A table of its own, which earlier versions of this program pass over."""
_KINDS = ("room", "room_of", "seats_of", "is_seat", "together", "moved", "hours")
_MOVED = "moved"
_DOUBTS = {"doubt": False, "doubt of one date": True}
"""Kinds of findings beside the states of pairs, and whether the doubt is of a single date."""


_PUT = "INSERT OR REPLACE INTO rule VALUES (?, ?, ?)"
_DELETE = "DELETE FROM rule WHERE kind = ? AND subject = ?"
Statement = tuple[str, tuple[str, ...]]


class VenueError(AppError):
    """The file of rooms and pairings cannot be used."""


class Venue:
    """One file, shared by every copy of the program that works for the same shops on this computer.

    Threads may share this object, the file's one owner in a process. Any method may raise `VenueError`. Where no file
    can be made at all (a disk without room, a folder without rights) nothing has been said yet: shows can be read, and
    whatever a person says then is refused, for it would be forgotten. A file that is there and cannot be read is left
    as it is: what people said exists nowhere else, and without it no show is known. `notice` says when that is so.
    """

    def __init__(self, path: Path, default_seats: int) -> None:
        self._path = path
        self._default_seats = default_seats
        self._lock = threading.Lock()
        self.notice: str | None = None
        self._why_not_kept = ""
        self._kept: sqlite3.Connection | None = None
        self._identity: Identity | None = None

    def rules(self) -> VenueRules:
        """All rules as they stand now."""
        rows = self._rows("rule")
        try:
            rules = _rules(rows, self._default_seats)
        except ValueError as error:  # another version's
            raise self._app_error(str(error)) from None
        self.notice = None
        return rules

    def set_room(self, name: str, seats: int) -> None:
        """A room has so many seats; naming a new room makes it."""
        self._write([_put("room", name, str(_seats(seats)))])

    def set_seats(self, subjects: Collection[str], seats: int | None) -> None:
        """These listings (one night's) or groups (every night's) have so many seats; None returns to the room's."""
        value = None if seats is None else str(_seats(seats))
        self._write(_put("seats_of", subject, value) for subject in subjects)

    def assign_room(self, subject: str, room: str | None) -> None:
        """A group or a single listing is in that room: how listings at one time are told apart."""
        self._write([_put("room_of", subject, room)])

    def set_is_seat(self, subject: str, is_seat: bool | None) -> None:
        """A group or listing is (not) a seat; None forgets what was said."""
        self._write([_put("is_seat", subject, None if is_seat is None else ("yes" if is_seat else "no"))])

    def confirm_together(self, names: Collection[str]) -> None:
        """A person said that these sell the same seats wherever they meet; one name alone: that it stands alone."""
        self._write(_put("together", f"{one} {other}", "yes") for one, other in _pairs(names))

    def forget_together(self, names: Collection[str]) -> None:
        """Take that back."""
        self._write(_put("together", f"{one} {other}", None) for one, other in _pairs(names))

    def move(self, listing_id: str, moved: Moved | None) -> None:
        """A single listing belongs to the show that starts then; None returns to its own start."""
        says = moved.says.isoformat() if moved and moved.says else "-"
        self._write([_put("moved", listing_id, None if moved is None else f"{says} {moved.starts_at.isoformat()}")])

    def set_hours(self, group: str, hours: tuple[dt.time, dt.time] | None) -> None:
        """On all dates of the group, the hour that its shop tells (first) stands for another one (second)."""
        self._write([_put("hours", group, None if hours is None else f"{hours[0]:%H:%M} {hours[1]:%H:%M}")])

    def found(self) -> Pairings:
        """What the program found by itself at the last refresh."""
        verdicts: dict[frozenset[str], Pairing] = {}
        moved: dict[str, dt.datetime] = {}
        doubts: dict[str, Doubt] = {}
        for kind, subject, value in self._rows("found"):
            try:
                if kind == _MOVED:
                    moved[subject] = dt.datetime.fromisoformat(value)
                elif kind in _DOUBTS:
                    doubts[subject] = Doubt(value, single=_DOUBTS[kind])
                else:
                    verdicts[frozenset(subject.split(" "))] = Pairing(PairingState(kind), value)
            except ValueError as error:  # another version's
                raise self._app_error(str(error)) from None
        return Pairings(verdicts, moved, doubts)

    def keep_found(self, pairings: Pairings) -> None:
        """Put this refresh's findings in the place of the last one's."""
        kinds = {single: kind for kind, single in _DOUBTS.items()}
        rows: Iterable[tuple[str, str, str]] = [
            *((x.state.value, " ".join(sorted(key)), x.reason) for key, x in pairings.verdicts.items()),
            *((_MOVED, listing, start.isoformat()) for listing, start in pairings.moved.items()),
            *((kinds[doubt.single], listing, doubt.reason) for listing, doubt in pairings.doubts.items()),
        ]
        put = "INSERT OR REPLACE INTO found VALUES (?, ?, ?)"
        self._write([("DELETE FROM found", ()), *((put, row) for row in rows)], said_by_people=False)

    def marks(self, listing_ids: Collection[str]) -> dict[str, ClosedMark]:
        """What earlier looks at these listings came to: whether people closed them in their shops."""
        with self._lock, self._told():
            return self._marks(self._db(), listing_ids)

    def mark(
        self,
        listing_ids: Collection[str],
        rule: Callable[[Mapping[str, ClosedMark]], Mapping[str, ClosedMark]],
    ) -> dict[str, ClosedMark]:
        """Keep what the rule makes of the marks of these listings; all of them, as they stand then.

        Nothing another process has seen meanwhile is lost; nothing is written where nothing is new.
        """
        with self._lock, self._told():
            db = self._db()
            known = self._marks(db, listing_ids)
            if not _new(known, rule(known)):
                return known
            with transaction(db):
                known = self._marks(db, listing_ids)
                new = _new(known, rule(known))
                db.executemany("INSERT OR REPLACE INTO closed VALUES (?, ?, ?, ?, ?, ?)", map(_mark_row, new.items()))
            return known | new

    def _marks(self, db: sqlite3.Connection, listing_ids: Collection[str]) -> dict[str, ClosedMark]:
        sql = "SELECT * FROM closed WHERE listing IN (SELECT value FROM json_each(?))"
        try:
            return dict(map(_mark, db.execute(sql, (json.dumps(list(listing_ids)),))))
        except (ValueError, TypeError) as error:
            raise self._app_error(f"it is damaged: {error}") from None

    def check(self) -> str | None:
        """What is wrong with the file, in words; None when it is whole and can be read."""
        try:
            with self._lock, self._told():
                found = damage(self._db())
            self.rules(), self.found()
        except VenueError as app_error:
            return str(app_error)
        return None if found is None else str(self._app_error(f"it is damaged: {found}"))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()

    def _rows(self, table: str) -> list[tuple[str, str, str]]:
        with self._lock, self._told():
            rows = self._db().execute(
                f"SELECT kind, subject, value FROM {table} ORDER BY kind, subject"  # noqa: S608 - a table of ours
            )
            found = rows.fetchall()
        for strange in (row for row in found if not all(isinstance(value, str) for value in row)):
            raise self._app_error(f"it is damaged: {str(strange)[:60]}")
        return found

    def _write(self, statements: Iterable[Statement], *, said_by_people: bool = True) -> None:
        """All of these, or none."""
        with self._lock, self._told():
            db = self._db()
            if said_by_people and self._why_not_kept:
                raise self._app_error(self._why_not_kept)
            with transaction(db):
                for text, bound in statements:
                    db.execute(text, bound)

    def _db(self) -> sqlite3.Connection:
        """The file, opened at its first use, and again when another one stands under its name."""
        if self._kept is not None and not self._why_not_kept and identity(self._path) != self._identity:
            self._kept.close()
            self._kept = None
        if self._kept is None:
            try:
                self._kept = _opened(self._path)
            except (sqlite3.Error, OSError) as error:
                if self._path.exists() and self._path.stat().st_size:
                    raise
                self._why_not_kept = in_words(error)
                self._kept = _opened(Path(MEMORY))
            if version_of(self._kept) > _VERSION:
                self._kept.close()
                self._kept = None
                raise self._app_error("they were written by a newer version of this program")
            self._identity = identity(self._path)
        return self._kept

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._app_error(in_words(error)) from error

    def _app_error(self, why: str) -> VenueError:
        app_error = VenueError(
            f"rooms and pairings cannot be read or kept: {why}",
            subject=str(self._path),
            still_works="Listings can be read",
            next_step="look after the disk; if the file is damaged, move it away and say rooms and pairings again",
        )
        self.notice = str(app_error)
        return app_error


def _opened(path: Path) -> sqlite3.Connection:
    db = connect(path)
    try:
        if not version_of(db) and not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'found'").fetchone():
            with transaction(db):
                for statement in _SCHEMA:
                    db.execute(statement)
        if (
            version_of(db) <= _VERSION
            and not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'closed'").fetchone()
        ):
            db.execute(_MARKS)
    except BaseException:
        db.close()
        raise
    return db


def _new(known: Mapping[str, ClosedMark], wanted: Mapping[str, ClosedMark]) -> dict[str, ClosedMark]:
    return {listing: mark for listing, mark in wanted.items() if known.get(listing) != mark}


def _mark_row(item: tuple[str, ClosedMark]) -> tuple[object, ...]:
    listing, mark = item
    return listing, mark.at.isoformat(), mark.offered, mark.taken, mark.closed, mark.capacity


def _mark(row: tuple[object, ...]) -> tuple[str, ClosedMark]:
    """Raises `ValueError` for what this program did not write."""
    listing, at, offered, taken, closed, capacity = row
    moment = dt.datetime.fromisoformat(str(at))
    if moment.tzinfo is None or closed not in (0, 1) or any(x is not None and type(x) is not int for x in row[2:]):
        raise ValueError(str(row)[:60])
    return str(listing), ClosedMark(moment, offered, taken, bool(closed), capacity)  # type: ignore[arg-type]


def _put(kind: str, subject: str, value: str | None) -> Statement:
    return (_DELETE, (kind, subject)) if value is None else (_PUT, (kind, subject, value))


def _rules(rows: Iterable[tuple[str, str, str]], default_seats: int) -> VenueRules:
    """The rules that these rows hold. Raises `ValueError` for a value that is none."""
    by_kind: dict[str, dict[str, str]] = {kind: {} for kind in _KINDS}
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
    )


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


def _pairs(names: Collection[str]) -> Iterable[tuple[str, str]]:
    return combinations(sorted(names), 2) if len(names) > 1 else ((name, name) for name in names)
