"""The journal's tables: creation, migration to this version, and reading through their seals.

Each row has a seal, as the catalogue's rows do, which shows whether anything but this program changed it. Rows are
read through the views `whole_entries` and `whole_events`, which leave out an altered row and record it. A row of the
first version has no seal and is trusted, as it was when it was written; so is one that a running copy of that version
writes beside this one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import marshal
import sqlite3
from collections.abc import Mapping
from typing import Final
from zlib import crc32

from brcc_tui.store.journal_entries import moment_of, storable
from brcc_tui.store.sqlite_file import schema_version, transaction

VERSION: Final = 2

ENTRY: Final = "number, at, actor, listing, show, action, before, after, reason, digest"
COLUMNS: Final = {"entries": tuple(ENTRY.split(", ")), "events": ("number", "entry", "at", "event", "detail")}
_SEAL: Final = "journal_seal"
_IS_WHOLE: Final = "journal_row_is_whole"

_SCHEMA: Final = (
    "CREATE TABLE entries (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, actor TEXT NOT NULL,"
    " listing TEXT NOT NULL, show TEXT, action TEXT NOT NULL, before TEXT, after INTEGER NOT NULL,"
    " reason TEXT NOT NULL, digest TEXT NOT NULL)",
    "CREATE TABLE events (number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " entry INTEGER NOT NULL REFERENCES entries (number), at TEXT NOT NULL, event TEXT NOT NULL, detail TEXT NOT NULL)",
    "CREATE INDEX entries_by_listing ON entries (listing, number)",
    "CREATE INDEX entries_by_show ON entries (show, number)",
    "CREATE INDEX events_by_entry ON events (entry, number)",
    "CREATE INDEX events_by_event ON events (event, entry)",
    *(
        f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table}"
        " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        for table in ("entries", "events")
        for verb in ("UPDATE", "DELETE")
    ),
)
"""Of the first version."""

_PRAGMAS: Final = ("journal_mode = TRUNCATE", "synchronous = FULL", "foreign_keys = ON", "recursive_triggers = ON")
"""Without recursive triggers, INSERT OR REPLACE would take a row away unseen."""


class JournalTables:
    """The tables of one open file. `broken` says which row was read last that is not as it was written."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Make them, once, whichever process comes first. A file that may only be read keeps its version."""
        self.broken: str | None = None
        for pragma in _PRAGMAS:
            db.execute(f"PRAGMA {pragma}")
        db.create_function(_SEAL, -1, row_seal, deterministic=True)
        db.create_function(_IS_WHOLE, -1, self._is_whole)
        if schema_version(db) == 0:
            with transaction(db):
                if schema_version(db) == 0:
                    for statement in _SCHEMA:
                        db.execute(statement)
                    db.execute("PRAGMA user_version = 1")
        with contextlib.suppress(sqlite3.Error):  # whoever writes is told why it cannot be
            if schema_version(db) < VERSION:
                with transaction(db):
                    self.bring_up(db)
        _look_through_seals(db)

    def bring_up(self, db: sqlite3.Connection) -> None:
        """Give an earlier version's tables their seals, in the caller's transaction. Its rows stay as they are."""
        if schema_version(db) < VERSION:
            for table in COLUMNS:
                db.execute(f"ALTER TABLE {table} ADD COLUMN seal INTEGER")
            db.execute(f"PRAGMA user_version = {VERSION}")
            _look_through_seals(db)

    def _is_whole(self, table: str, seal: object, number: int, *values: bytes | None) -> bool:
        if seal is None or seal == row_seal(table, number, *values):
            return True
        what = f"the row of c{number}" if table == "entries" else f"an event of c{_text(values[0])}"
        self.broken = f"{what} is not as it was written"
        return False


def insert_entry(db: sqlite3.Connection, values: tuple[object, ...]) -> int:
    """Write one row of `ENTRY`, without its number, which this gives back."""
    return _insert(db, "entries", values)


def insert_event(db: sqlite3.Connection, entry: int, event: str, at: dt.datetime, detail: Mapping[str, object]) -> None:
    """Write one event of an entry."""
    text = storable(json.dumps(detail, ensure_ascii=False, separators=(",", ":")))
    _insert(db, "events", (entry, moment_of(at), event, text))


def _insert(db: sqlite3.Connection, table: str, values: tuple[object, ...]) -> int:
    (number,) = db.execute(
        f"SELECT MAX(COALESCE((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0),"  # noqa: S608 - our own words
        f" COALESCE((SELECT MAX(number) FROM {table}), 0)) + 1"
    ).fetchone()
    columns = COLUMNS[table]
    places = [f"?{place}" for place in range(1, len(columns) + 1)]
    db.execute(
        f"INSERT INTO {table} ({', '.join(columns)}, seal)"  # noqa: S608 - our own words only
        f" VALUES ({', '.join(places)}, {_SEAL}('{table}', {as_bytes(places)}))",
        (number, *values),
    )
    return int(number)


def _look_through_seals(db: sqlite3.Connection) -> None:
    """The views, on this connection alone: the file itself is the same for every program that reads it.

    A row is looked up once more by its number for its seal: of a column that a query compares with a value, SQLite
    would hand the value to a function beside that comparison, and not what the row holds.
    """
    for table, columns in COLUMNS.items():
        sealed = "row.seal" if schema_version(db) >= VERSION else "NULL"
        whole = f"{_IS_WHOLE}('{table}', {sealed}, {as_bytes([f'row.{column}' for column in columns])})"
        db.execute(f"DROP VIEW IF EXISTS temp.whole_{table}")
        db.execute(
            f"CREATE TEMP VIEW whole_{table} AS SELECT {', '.join(columns)} FROM main.{table} AS kept"  # noqa: S608
            f" WHERE EXISTS (SELECT 1 FROM main.{table} AS row WHERE row.number = kept.number AND {whole})"
        )


def as_bytes(columns: tuple[str, ...] | list[str]) -> str:
    """The number, and the rest as the bytes that the file holds: no text of a broken row can fail to be one."""
    return ", ".join([columns[0], *(f"CAST({column} AS BLOB)" for column in columns[1:])])


def row_seal(table: str, number: int, *values: bytes | None) -> int:
    """A number by which a row is known again; of these formats 2 is the same for equal values."""
    return crc32(marshal.dumps((table, number, *values), 2))


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")[:20]
