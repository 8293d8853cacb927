"""The successor of a damaged journal: every intact change, row by row as it was written, and the old file kept.

The rows keep their numbers, so ids keep their meaning, and a running copy of the program continues with its
own. The numbers that were left behind are recorded, because the next check would miss them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from brcc_tui.private_files import make_private_file
from brcc_tui.store.journal_faults import LEFT_BEHIND, FaultFinder
from brcc_tui.store.journal_tables import COLUMNS, JournalTables
from brcc_tui.store.sqlite_file import connect_sqlite, free_name, keep_names, move, transaction
from brcc_tui.windows import ON_WINDOWS, files

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
            raise OSError(f"the new journal is incomplete: {found[0]}")
    new.with_name(f"{new.name}-journal").unlink(missing_ok=True)  # which is empty: it is closed
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

    Raises `OSError`, and then everything is as it was. Where a file cannot have two names the old one is moved away
    first.
    """
    aside = _under_another_name(path, at)
    try:
        files.replace_file(new, path)
    except OSError:  # another program has it open, where that keeps a file from being replaced
        new.unlink(missing_ok=True)
        if path.exists():
            aside.unlink(missing_ok=True)
        else:
            move(aside, path)
        raise
    keep_names(path.parent)
    return aside


def _under_another_name(path: Path, at: dt.datetime) -> Path:
    """On Windows a copy, made while the file is closed here: a second name of one that others have open, too, could
    not be taken away again there. Elsewhere no file that may be open is opened (`sqlite_file`).
    """
    aside = free_name(path, at)
    if ON_WINDOWS:
        try:
            _copy(path, aside)
        except OSError:
            aside.unlink(missing_ok=True)
            raise
        return aside
    try:
        os.link(path, aside)
    except OSError:
        move(path, aside)
    return aside


def _copy(path: Path, to: Path) -> None:
    make_private_file(to)
    with path.open("rb") as old, to.open("r+b") as kept:
        shutil.copyfileobj(old, kept)
        kept.flush()
        os.fsync(kept.fileno())  # what is left behind stands in it alone
