"""Rooms with their seats, and what people set about which listings belong together, in SQLite.

Rules are stored by id (a product's slot, a series, single listings), so they survive refreshes and renamed
labels. Beside them are the program's own findings of the last refresh; that part is replaced as a whole
each time, people's rules never are.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.shows.closed_mark import ClosedMark
from brcc_tui.model.shows.pairing import Doubt, Pairings
from brcc_tui.model.shows.show import Pairing, PairingState
from brcc_tui.model.shows.venue_rules import VenueRules
from brcc_tui.store.sqlite_file import (
    MEMORY,
    WAYS_OUT,
    FileFault,
    Identity,
    fault_of,
    file_damage,
    identity,
    is_there,
    schema_version,
    sqlite_error_in_words,
    transaction,
)
from brcc_tui.store.venue_file import VENUE_VERSION, keep_history, open_venue_file
from brcc_tui.store.venue_rows import VenueRows, mark_of, mark_row, rule_not_as_said, rules_of

# The history is loaded when somebody says or asks something: the first picture needs the rules alone.
if TYPE_CHECKING:
    from brcc_tui.store.journal_entries import Entry
    from brcc_tui.store.venue_history import RuleRows, VenueChange

_MOVED = "moved"
_DOUBTS = {"doubt": False, "doubt of one date": True}
"""Kinds of findings beside the states of pairs, and whether the doubt is of a single date."""


_SLOW: Final = 0.5
_PAUSE: Final = 60.0
"""Seconds after which a file that there could not be is tried again, where trying took as long as `_SLOW`."""

_SAID: Final = "rooms, pairings and house seats"
_SAY_AGAIN: Final = f"move it away and say {_SAID} again"
_PERHAPS: Final = f"look after the disk; if the file is damaged, {_SAY_AGAIN}"
_UPDATE: Final = "update this copy of the program: only the newer one knows what was said"
_NEXT: Final = {**WAYS_OUT, FileFault.DAMAGED: _SAY_AGAIN}
_PUT = "INSERT OR REPLACE INTO rule VALUES (?, ?, ?)"
_DELETE = "DELETE FROM rule WHERE kind = ? AND subject = ?"
RuleStatement = tuple[str, tuple[str, ...]]


class VenueError(AppError):
    """The file of rooms and pairings cannot be used."""


class Venue:
    """One file, shared by every copy of the program that works for the same shops on this computer.

    Threads may share this object, the file's one owner in a process. Any method may raise `VenueError`. Where no file
    can be made at all (a disk without room, a folder that may only be read) nothing has been said yet: until there can
    be one shows can be read, and whatever a person says is refused, for it would be forgotten. A file that is there, or
    may be, and cannot be read is left as it is: what people said exists nowhere else, and without it no show is known.
    `notice` says when that is so.
    """

    def __init__(self, path: Path, default_seats: int) -> None:
        self._path = path
        self._default_seats = default_seats
        self._lock = threading.RLock()
        self.notice: str | None = None
        self._why_not_kept: sqlite3.Error | OSError | None = None
        self._try_again_at = 0.0
        self._kept: sqlite3.Connection | None = None
        self._as_said: sqlite3.Connection | None = None  # what was held against the history
        self._identity: Identity | None = None
        self._seen: tuple[int, int] | None = None

    def rules(self) -> VenueRules:
        """All rules as they stand now."""
        if self._seen is None:
            self.changed_elsewhere()  # before they are read: what is said from now on is new to whoever read them
        rows = self._rows("rule")
        self._hold_against_history()
        try:
            rules = rules_of(rows, self._default_seats)
        except ValueError as error:  # another version's
            raise self._app_error(str(error)) from None
        self.notice = None
        return rules

    def rows(self) -> list[tuple[str, str, str]]:
        """All rules as the rows that keep them."""
        self.rules()
        return self._rows("rule")

    @contextlib.contextmanager
    def record(self, change: VenueChange) -> Iterator[VenueRows]:
        """All that a person says within the block, kept as one with who said it, or not at all.

        What changes nothing is not recorded. Other processes wait until the block has ended.
        """
        with self._recording() as db:
            changes = _Changes(db)
            yield changes
            if changes.changed:
                _record(db, change, changes.changed)

    def note(self, change: VenueChange) -> None:
        """Record what was changed elsewhere: settings."""
        with self._recording() as db:
            _record(db, change, {})

    @contextlib.contextmanager
    def _recording(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._told():
            db = self._db()
            if self._why_not_kept:
                raise self._app_error(self._why_not_kept)
            with transaction(db):
                if schema_version(db) < VENUE_VERSION:
                    keep_history(db)
                yield db

    def history(self) -> list[Entry]:
        """Everything that people said, newest first. Looking makes no file."""
        from brcc_tui.store.venue_history import entries

        with self._lock, self._told():
            if self._kept is None and not is_there(self._path):
                return []
            return entries(self._db())[::-1]

    def changed_elsewhere(self) -> bool:
        """Whether another process wrote to the file since this was asked last, or since the rules were first read."""
        with self._lock, self._told():
            before, self._seen = self._seen, (id(self._db()), self._db().execute("PRAGMA data_version").fetchone()[0])
            return before is not None and before != self._seen

    def take_back(self, change: VenueChange, rows: RuleRows) -> bool:
        """Put back what these rows were before; False, and nothing is done, where one was changed since."""
        with self._recording() as db:
            changes = _Changes(db)
            if any(changes.value(kind, subject) != after for (kind, subject), (_, after) in rows.items()):
                return False
            for (kind, subject), (before, _) in rows.items():
                changes.put(kind, subject, before)
            _record(db, change, changes.changed)
        return True

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
        self._write([("DELETE FROM found", ()), *((put, row) for row in rows)])

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
                db.executemany("INSERT OR REPLACE INTO closed VALUES (?, ?, ?, ?, ?, ?)", map(mark_row, new.items()))
            return known | new

    def _marks(self, db: sqlite3.Connection, listing_ids: Collection[str]) -> dict[str, ClosedMark]:
        sql = "SELECT * FROM closed WHERE listing IN (SELECT value FROM json_each(?))"
        try:
            return dict(map(mark_of, db.execute(sql, (json.dumps(list(listing_ids)),))))
        except (ValueError, TypeError) as error:
            raise self._app_error(f"it is damaged: {error}") from None

    def check(self) -> str | None:
        """What is wrong with the file, in words; None when it is whole and can be read."""
        try:
            with self._lock, self._told():
                found, self._as_said = file_damage(self._db()), None
            self.rules(), self.found()
        except VenueError as app_error:
            return str(app_error)
        return None if found is None else str(self._app_error(f"it is damaged: {found}"))

    def close(self) -> None:
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

    def _hold_against_history(self) -> None:
        """Once for each file that is opened, and not while something is being said. Raises `VenueError`."""
        with self._lock, self._told():
            db = self._db()
            if db is self._as_said or db.in_transaction:
                return
            if why := rule_not_as_said(db):
                raise self._app_error(f"it is damaged: {why}")
            self._as_said = db

    def _write(self, statements: Iterable[RuleStatement]) -> None:
        """All of these, or none; while something is said, together with it."""
        with self._lock, self._told():
            db = self._db()
            with contextlib.nullcontext() if db.in_transaction else transaction(db):
                for text, bound in statements:
                    db.execute(text, bound)

    def _db(self) -> sqlite3.Connection:
        """The file, opened at its first use, and again when another one is under its name.

        Where there could be none it is tried again each time: another copy may have made it.
        """
        if self._kept is not None and not self._why_not_kept and identity(self._path) != self._identity:
            self._kept.close()
            self._kept = None
        if self._kept is None or (self._why_not_kept and time.monotonic() >= self._try_again_at):
            self._kept = self._file_or_memory()
        return self._kept

    def _file_or_memory(self) -> sqlite3.Connection:
        began, stood = time.monotonic(), identity(self._path)
        try:
            file = open_venue_file(self._path, self._kept)
        except (sqlite3.Error, OSError) as error:
            if is_there(self._path):
                raise
            self._why_not_kept, ended = error, time.monotonic()
            self._try_again_at = ended + (_PAUSE if ended - began > _SLOW else 0.0)
            return self._kept or open_venue_file(Path(MEMORY))
        if schema_version(file) > VENUE_VERSION:
            file.close()
            raise self._app_error("they were written by a newer version of this program", _UPDATE)
        if self._kept is not None:
            self._kept.close()
        self._why_not_kept, self._identity = None, stood or identity(self._path)
        return file

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._app_error(error) from error

    def _app_error(self, why: str | Exception, next_step: str = _PERHAPS) -> VenueError:
        if not isinstance(why, str):
            next_step = _NEXT.get(fault_of(why), next_step)
            why = sqlite_error_in_words(why)
        app_error = VenueError(
            f"{_SAID} cannot be read or kept: {why}",
            subject=str(self._path),
            still_works="Listings can be read",
            next_step=next_step,
        )
        self.notice = str(app_error)
        return app_error


def _record(db: sqlite3.Connection, change: VenueChange, rows: RuleRows) -> None:
    from brcc_tui.store.venue_history import record

    record(db, change, rows)


def _new(known: Mapping[str, ClosedMark], wanted: Mapping[str, ClosedMark]) -> dict[str, ClosedMark]:
    return {listing: mark for listing, mark in wanted.items() if known.get(listing) != mark}


class _Changes(VenueRows):
    """Rows stand in the file as soon as they are said, for the rest of the block; `changed` keeps what was there."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._before: dict[tuple[str, str], str | None] = {}
        self._after: dict[tuple[str, str], str | None] = {}

    def put(self, kind: str, subject: str, value: str | None) -> None:
        key = (kind, subject)
        self._before.setdefault(key, self.value(kind, subject))
        self._after[key] = value
        self._db.execute(*(_DELETE, key) if value is None else (_PUT, (*key, value)))

    def value(self, kind: str, subject: str) -> str | None:
        """What the rule says now, None where there is none."""
        found = self._db.execute("SELECT value FROM rule WHERE kind = ? AND subject = ?", (kind, subject)).fetchone()
        return None if found is None else str(found[0])

    @property
    def changed(self) -> RuleRows:
        """What is another than it was before the block."""
        return {key: (was, self._after[key]) for key, was in self._before.items() if was != self._after[key]}
