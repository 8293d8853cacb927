"""A damaged journal's successor: every change that is whole, row by row as it was written, and the old file kept.

The rows keep their numbers, so ids mean what they meant, and a copy of the program that is running goes on with its
own. Which numbers were not taken along is noted, for the next look would miss them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from brcc_tui.store.journal_faults import LEFT_BEHIND, FaultFinder
from brcc_tui.store.journal_tables import COLUMNS, JournalTables
from brcc_tui.store.sqlite_file import connect_sqlite, free_name, set_aside, transaction

_OF_ENTRY: Final = {"entries": "number", "events": "entry"}


def build(path: Path, old: sqlite3.Connection, entries: Sequence[int]) -> Path:
    """Make the new file beside the old one, with these entries. Raises `sqlite3.Error` or `OSError`."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with contextlib.closing(connect_sqlite(new)) as db:
        JournalTables(db)
        with transaction(db):
            db.execute(LEFT_BEHIND)
            for table, of_entry in _OF_ENTRY.items():
                _take_along(db, old, table, of_entry, entries)
        if found := FaultFinder().faults(db):
            raise OSError(f"the new journal is not whole: {found[0]}")
    return new


def _take_along(
    db: sqlite3.Connection, old: sqlite3.Connection, table: str, of_entry: str, entries: Sequence[int]
) -> None:
    columns = (*COLUMNS[table], "seal")
    taken = set()
    for row in old.execute(
        f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 - our own words only
        f" WHERE {of_entry} IN (SELECT value FROM json_each(?)) ORDER BY number",
        (json.dumps(entries),),
    ):
        db.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", row)  # noqa: S608
        taken.add(row[0])
    (last,) = old.execute("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)", (table,)).fetchone()
    db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
    db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))
    left = ((table, number) for number in range(1, last + 1) if number not in taken)
    db.executemany("INSERT INTO left_behind (kind, number) VALUES (?, ?)", left)


def replace_journal(path: Path, new: Path, at: dt.datetime) -> Path:
    """Put the new file in the old one's place, which keeps a name of its own: at no moment is there none.

    Raises `OSError`. Where a file cannot have two names the old one is moved away first.
    """
    aside, linked = free_name(path, at), True
    try:
        os.link(path, aside)
    except OSError:
        aside, linked = set_aside(path, at), False
    try:
        new.replace(path)
    except OSError:
        if linked:  # another program has it open, where that keeps a file from being replaced: nothing was done
            aside.unlink(missing_ok=True)
        raise
    return aside
