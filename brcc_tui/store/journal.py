"""The append-only record of every change from intent to settled, in SQLite: also the audit trail.

A row is committed with `synchronous=FULL` before anything is sent; nothing is ever updated or deleted
(triggers forbid it). The rollback journal is truncated, not write-ahead: it needs no shared memory, one
file is the whole record, and with FULL every commit is on the disk when the call returns. A change makes
some six commits of a millisecond or so, and shares two more with its whole plan.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Outcome
from brcc_tui.private_files import make_private_folder
from brcc_tui.store.folder import network_drive, why_not_writable
from brcc_tui.store.journal_entries import (
    FINAL_EVENTS,
    FIRST,
    Entry,
    JournalEvent,
    LastWrite,
    entry_of,
    event_of,
    last_write_of,
    moment_of,
    object_of,
    row_of,
    storable,
    typed,
)
from brcc_tui.store.journal_tables import ENTRY, VERSION, JournalTables, insert_entry, insert_event
from brcc_tui.store.sqlite_file import (
    MEMORY,
    FileFault,
    Identity,
    connect,
    fault_of,
    identity,
    in_words,
    transaction,
    version_of,
)

__all__ = ["FINAL_EVENTS", "Entry", "Journal", "JournalEvent", "JournalUnavailable", "LastWrite"]

_WAIT_SECONDS: Final = 10.0
"""How long one process waits for another one's commit."""

_ANOTHER_FOLDER: Final = "Set BRCC_DATA_DIR to a folder on this computer that this user may write to"
_MOVE_IT: Final = (
    "Move its file to another folder and keep it: the next change begins a new one, which knows nothing of the changes"
    " before it, so look first in the shops at what was changed last"
)

_RESOLVED: Final = json.dumps(sorted(FINAL_EVENTS - {Outcome.UNCLEAR.value}))
"""Those after which nothing is left to find out."""

_SETTLED: Final = (Outcome.SETTLED.value, Outcome.SETTLED_LOW.value)
_CHECKPOINTED: Final = "checkpointed"
_LATEST: Final = 50
"""Entries of one product or event among which its last requests are looked for."""

_HAS: Final = "EXISTS (SELECT 1 FROM events WHERE events.entry = entries.number AND events.event = '{}')"
_LEFT: Final = _HAS.format("sent")
"""A request of the entry left."""

_IS: Final = "IS ?"
"""Equal, said so that SQLite does not put the value in the column's place wherever that stands: a row of another value
would be held against its seal with this one in it, and pass for broken.
"""

_SHORT_DETAIL: Final = (
    "CASE WHEN event IN ('checkpointed', 'correcting') THEN json_remove(detail, '$.text', '$.taken') ELSE detail END"
)
_UNRESOLVED: Final = (
    "WHERE number NOT IN (SELECT entry FROM events WHERE event IN (SELECT value FROM json_each(?))) ORDER BY number"
)


class JournalUnavailable(AppError):
    """A change could not be recorded, so it is not made."""


class Journal:
    """One file, shared by every copy of the program that works for the same shops on this computer.

    The file is opened at the first use. Nothing about it is cached: other processes write to it too. Threads
    may share this object, the file's one owner in a process. `notice` says, until it can be read again, why not.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.notice: str | None = None
        self._db: sqlite3.Connection | None = None
        self._in_one: sqlite3.Connection | None = None
        self._tables: JournalTables
        self._identity: Identity | None = None
        self._one_thread = threading.RLock()

    def check_writable(self) -> None:
        """Raise `JournalUnavailable` when a change could not be recorded here (read-only, network drive)."""
        drive = network_drive(self._path)
        if drive is not None:
            raise self._unavailable(f"it lies on {drive}, where two computers could write at once")
        reason = why_not_writable(self._path.parent)
        if reason is not None:
            raise self._unavailable(reason)
        with self._commit() as db:  # takes the write lock, and gives it back
            db.execute("SELECT 1 FROM entries LIMIT 1")

    def check(self) -> str | None:
        """What is wrong with the file, by SQLite's own quick check; None when it is whole."""
        if self._db is None and not self._exists():
            return None
        try:
            with self._one_thread:
                db = self._open()
                return self._tables.damage(db)
        except sqlite3.Error as error:
            raise self._unavailable(in_words(error)) from error

    def begin(
        self,
        *,
        actor: str,
        listing: str,
        show: str | None,
        action: str,
        before: int | str | None,
        after: int,
        reason: str,
        digest: str,
        at: dt.datetime,
        detail: Mapping[str, object] | None = None,
    ) -> str:
        """Start an entry (event `planned`, with that detail); returns its id, short enough to type."""
        with self._commit() as db:
            of_entry = (
                moment_of(at), storable(actor), listing, show, action, json.dumps(before), after, storable(reason),
                digest,
            )  # fmt: skip
            number = insert_entry(db, of_entry)
            insert_event(db, number, FIRST, at, detail or {})
        return f"c{number}"

    def append(self, entry: str, event: str, at: dt.datetime, detail: Mapping[str, object]) -> None:
        """Record the next move, on disk before this returns."""
        with self._commit() as db:
            insert_event(db, row_of(entry), event, at, detail)

    def append_all(self, entries: Iterable[str], event: str, at: dt.datetime, detail: Mapping[str, object]) -> None:
        """Record the same move of several changes, of all or of none."""
        with self.together():
            for entry in entries:
                self.append(entry, event, at, detail)

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is recorded in this block, or nothing of it, is on disk when the block ends. Await nothing in it."""
        with self._commit() as db:
            around, self._in_one = self._in_one, db
            try:
                yield
            finally:
                self._in_one = around

    def entry(self, entry: str) -> Entry | None:
        """One change in full."""
        found = self._entries("WHERE number = ?", (row_of(entry),), in_full=True)
        return found[0] if found else None

    def entries(
        self,
        *,
        show: str | None = None,
        listing: str | None = None,
        digest: str | None = None,
        limit: int | None = None,
        in_full: bool = False,
    ) -> Sequence[Entry]:
        """Changes, newest first; without `in_full` their checkpoints lack what only recovery needs.

        That is the booking text and what was taken of every date: some 50 kB a change, of all that a history tells
        less than one.
        """
        asked = {"show": show, "listing": listing, "digest": digest}
        where = [f"{column} {_IS}" for column, value in asked.items() if value is not None]
        values: list[object] = [value for value in asked.values() if value is not None]
        sql = (f"WHERE {' AND '.join(where)} " if where else "") + "ORDER BY number DESC"
        if limit is not None:
            sql += " LIMIT ?"
            values.append(limit)
        return self._entries(sql, values, in_full=in_full)

    def made(self, listing: str, *, limit: int) -> Sequence[Entry]:
        """A listing's last changes of which a request left, or that had none to send, newest first. Not in full.

        Those that were refused say nothing about a listing, however many there are.
        """
        return self._entries(
            f"WHERE listing {_IS} AND ({_LEFT} OR {_HAS.format('settled')}) AND NOT {_HAS.format('refused')}"
            " ORDER BY number DESC LIMIT ?",
            (listing, limit),
            in_full=False,
        )

    def recorded(self) -> int:
        """How many changes were ever recorded, without reading any."""
        return sum(count for (count,) in self._rows("SELECT COUNT(*) FROM entries", ()))

    def unfinished(self) -> Sequence[Entry]:
        """Changes that were sent or could have been, and are not resolved; oldest first. Not in full."""
        open_ones = self._entries(_UNRESOLVED, (_RESOLVED,), in_full=False)
        return [entry for entry in open_ones if entry.last(_CHECKPOINTED) is not None]

    def unresolved(self) -> Sequence[Entry]:
        """All changes in full that have no outcome or an unclear one, those being made now among them; oldest first."""
        return self._entries(_UNRESOLVED, (_RESOLVED,), in_full=True)

    def requests(self, subject: str) -> Mapping[str, Sequence[JournalEvent]]:
        """What was sent to a product or event (`wc:4061`, `eb:123`) and answered lately, by listing, oldest first.

        The moves `checkpointed` and `correcting` (without what only recovery needs), `sent`, `answered`, `held_back`
        and `refused` of the last entries of which anything was sent.
        """
        rows = self._rows(
            f"SELECT e.listing, v.at, v.event, {_SHORT_DETAIL}, v.number FROM whole_events v"  # noqa: S608
            " JOIN whole_entries e ON e.number = v.entry"
            " WHERE v.event IN ('checkpointed', 'correcting', 'sent', 'answered', 'held_back', 'refused')"
            " AND e.number IN (SELECT number FROM entries WHERE (listing = ? OR (listing > ? AND listing < ?))"
            f" AND {_LEFT} ORDER BY number DESC LIMIT ?) ORDER BY v.number",
            (subject, f"{subject}:", f"{subject};", _LATEST),
        )
        found: dict[str, list[JournalEvent]] = {}
        with self._checked():
            for listing, *event in rows:
                found.setdefault(typed(listing, str), []).append(event_of(*event))
        return found

    def last_set(self) -> Mapping[str, int]:
        """For each listing, the capacity that was last settled here."""
        rows = self._rows(
            "SELECT e.listing, e.after, v.detail, v.number FROM whole_events v"
            " JOIN whole_entries e ON e.number = v.entry WHERE v.event IN (?, ?) ORDER BY v.number",
            _SETTLED,
        )
        settled: dict[str, int] = {}
        with self._checked():
            for listing, after, detail, _ in rows:
                capacity = object_of(detail).get("capacity", after)
                settled[typed(listing, str)] = capacity if isinstance(capacity, int) else typed(after, int)
        return settled

    def last_writes(self) -> Mapping[str, LastWrite]:
        """For each listing, the last change of it that the shop answered or that was seen, settled or not."""
        rows = self._rows(
            "SELECT e.listing, e.action, e.after, v.detail FROM whole_events v"
            " JOIN whole_entries e ON e.number = v.entry WHERE v.event IN ('answered', 'verified', ?, ?)"
            " ORDER BY e.number, v.number",
            _SETTLED,
        )
        with self._checked():
            return {typed(listing, str): last_write_of(*change) for listing, *change in rows}

    def written_since(self, moment: dt.datetime) -> frozenset[str]:
        """The listings to which the shop answered a write of ours since then."""
        rows = self._rows(
            "SELECT DISTINCT e.listing FROM whole_events v JOIN whole_entries e ON e.number = v.entry"
            " WHERE v.event IN ('answered', 'verified') AND v.at >= ?",
            (moment_of(moment),),
        )
        return frozenset(listing for (listing,) in rows)

    def position(self) -> int:
        """The place of the move that was recorded last, 0 before the first. What is recorded later stands higher."""
        return max((number for (number,) in self._rows("SELECT MAX(number) FROM events", ()) if number), default=0)

    def sent_after(self, position: int) -> frozenset[str]:
        """The listings to which something was sent from here after that place, or of which a change has settled."""
        rows = self._rows(
            "SELECT DISTINCT e.listing FROM whole_events v JOIN whole_entries e ON e.number = v.entry"
            " WHERE v.event IN ('sent', 'settled') AND v.number > ?",
            (position,),
        )
        return frozenset(listing for (listing,) in rows)

    def close(self) -> None:
        """Close the file."""
        with self._one_thread:
            if self._db is not None:
                self._db.close()
                self._db = None

    def _entries(self, where: str, values: Iterable[object], *, in_full: bool) -> list[Entry]:
        rows = self._rows(f"SELECT {ENTRY} FROM whole_entries AS entries {where}", values)  # noqa: S608 - our own words only
        with self._checked():
            return self._with_events(rows, in_full=in_full)

    def _with_events(self, rows: Sequence[tuple[Any, ...]], *, in_full: bool) -> list[Entry]:
        events: dict[int, list[JournalEvent]] = {row[0]: [] for row in rows}
        for entry, at, event, detail, position in self._rows(
            f"SELECT entry, at, event, {'detail' if in_full else _SHORT_DETAIL}, number FROM whole_events"  # noqa: S608 - as above
            " WHERE entry IN (SELECT value FROM json_each(?)) ORDER BY number",
            (json.dumps(list(events)),),
        ):
            events[entry].append(event_of(at, event, detail, position))
        return [entry_of(row, events[row[0]]) for row in rows]

    @contextmanager
    def _checked(self) -> Iterator[None]:
        """Rows are made into what they stand for; what cannot be, nobody may take for a record of anything."""
        try:
            yield
        except (ValueError, KeyError, TypeError, IndexError) as error:
            why = " ".join(str(error).split())[:200]
            raise self._unavailable(f"it is damaged: {why}", FileFault.DAMAGED) from error

    def _rows(self, sql: str, values: Iterable[object]) -> list[tuple[Any, ...]]:
        if self._db is None and not self._exists():
            return []  # looking at history makes no file
        try:
            with self._one_thread:
                bound = [storable(value) if isinstance(value, str) else value for value in values]
                db = self._open()
                self._tables.broken = None
                rows = db.execute(sql, bound).fetchall()
                broken = self._tables.broken
        except sqlite3.Error as error:
            raise self._unavailable(in_words(error), fault_of(error)) from error
        if broken:
            raise self._unavailable(f"it is damaged: {broken}", FileFault.DAMAGED)
        self.notice = None
        return rows

    def _exists(self) -> bool:
        return str(self._path) == MEMORY or self._path.exists()

    @contextmanager
    def _commit(self) -> Iterator[sqlite3.Connection]:
        """A transaction that takes the write lock at once and is on the disk when the block ends."""
        with self._one_thread:
            if self._in_one is not None:
                yield self._in_one
                return
            try:
                with transaction(self._open()) as db:
                    self._tables.bring_up(db)
                    yield db
            except sqlite3.Error as error:
                raise self._unavailable(in_words(error), fault_of(error)) from error

    def _open(self) -> sqlite3.Connection:
        if self._db is not None and identity(self._path) != self._identity:  # somebody moved the file away
            self.close()
        if self._db is not None:
            return self._db
        try:
            if not self._exists():
                make_private_folder(self._path.parent)
            db = connect(self._path, wait=_WAIT_SECONDS)
        except (OSError, sqlite3.Error) as error:
            raise self._unavailable(in_words(error)) from error
        try:
            self._prepare(db)
        except BaseException:
            db.close()
            raise
        self._db, self._identity = db, identity(self._path)
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        """The version is looked at before anything else: a newer program may keep its journal in another mode, and
        two modes on one file end in errors of the disk for both.
        """
        if version_of(db) > VERSION:
            raise self._unavailable("it was written by a newer version of this program")
        self._tables = JournalTables(db)

    def _unavailable(self, reason: str, fault: FileFault = FileFault.OTHER) -> JournalUnavailable:
        app_error = JournalUnavailable(
            f"the journal cannot be used: {reason}",
            subject=str(self._path),
            still_works="Everything can be read; nothing is changed",
            next_step=_MOVE_IT if fault is FileFault.DAMAGED else _ANOTHER_FOLDER,
        )
        self.notice = str(app_error)
        return app_error
