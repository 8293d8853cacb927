"""The file of rooms, pairings and house seats: its tables, and what opening it brings up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from brcc_tui.store.sqlite_file import (
    MEMORY,
    connect_sqlite,
    make_if_missing,
    raise_if_not_ours,
    schema_version,
    transaction,
)

VENUE_VERSION: Final = 2
"""Files of before this was noted say 0; those of version 1 keep no history."""
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS rule (kind TEXT, subject TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, subject))",
    "CREATE TABLE IF NOT EXISTS found (kind TEXT, subject TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, subject))",
)
_MARKS = (
    "CREATE TABLE IF NOT EXISTS closed (listing TEXT PRIMARY KEY, at TEXT NOT NULL, offered INTEGER, taken INTEGER,"
    " closed INTEGER NOT NULL, capacity INTEGER)"
)
"""A table of its own, which earlier versions of this program pass over."""


def open_venue_file(path: Path, before: sqlite3.Connection | None = None) -> sqlite3.Connection:
    """The file with its tables, and with what the program found itself in memory `before` there was one."""
    if str(path) != MEMORY:
        make_if_missing(path, _make)
    db = connect_sqlite(path)
    try:
        if str(path) == MEMORY:
            _make(db)
        elif not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'found'").fetchone():
            raise_if_not_ours(db)
        if (
            schema_version(db) <= VENUE_VERSION
            and not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'closed'").fetchone()
        ):
            db.execute(_MARKS)
        if before is not None and schema_version(db) <= VENUE_VERSION:
            _take_over(before, db)
    except BaseException:
        db.close()
        raise
    return db


def _make(db: sqlite3.Connection) -> None:
    with transaction(db):
        for statement in _TABLES:
            db.execute(statement)
        keep_history(db)


def _take_over(memory: sqlite3.Connection, file: sqlite3.Connection) -> None:
    """What stands in the file was found by another copy, and stays."""
    with transaction(file):
        for table in ("found", "closed"):
            rows = memory.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a table of ours
            if rows and not file.execute(f"SELECT 1 FROM {table}").fetchone():  # noqa: S608
                file.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608


def keep_history(db: sqlite3.Connection) -> None:
    """A file of an earlier version is brought up to this one when something is said: reading it writes nothing."""
    from brcc_tui.store.venue_history import HISTORY

    for statement in (*HISTORY, f"PRAGMA user_version = {VENUE_VERSION}"):
        db.execute(statement)
