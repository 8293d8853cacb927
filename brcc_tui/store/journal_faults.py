"""Rows of the journal that were altered or are missing: each is named, with its present text.

Row numbers are consecutive, so a missing one is noticed. A broken row's text is shown and never trusted:
even the change that it names may be what is wrong in it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from brcc_tui.store.journal_entries import Entry
from brcc_tui.store.journal_tables import COLUMNS, as_bytes, row_seal
from brcc_tui.store.sqlite_file import schema_version

DAMAGED: Final = "damaged"
"""The action of an entry of which nothing is known but that its own row is broken, or gone."""

LEFT_BEHIND: Final = (
    "CREATE TABLE left_behind (kind TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (kind, number))"
)
"""The rows that a renewed journal did not take along; one that was never renewed has no such table."""

_SHOWN: Final = 60
_TOGETHER: Final = 64
"""Rows that are read in one go: until they are, no other copy of the program can commit."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row, or several in succession, of `entries` or `events`.

    `entry` is the change that it names, `at` the moment that it names: None where nothing is left to name one.
    """

    table: str
    number: int
    entry: int | None
    at: dt.datetime | None
    why: str

    def __str__(self) -> str:
        return self.why


class FaultFinder:
    """Looks through the rows of one open file, each once: those that were whole are not read again by this process."""

    def __init__(self) -> None:
        self._seen = dict.fromkeys(COLUMNS, 0)
        self.found: list[RowFault] = []

    def faults(self, db: sqlite3.Connection) -> Sequence[RowFault]:
        """All that were found by now, oldest row first. Raises `sqlite3.Error`."""
        made = dict(db.execute("SELECT name, seq FROM sqlite_sequence"))
        for table in COLUMNS:
            last = self._seen[table]
            for number, row in _rows(db, table, last):
                self.found += _gone(db, table, last + 1, min(number - 1, made.get(table, 0)))
                if row is not None:
                    self.found.append(_broken(table, number, row))
                last = number
            self.found += _gone(db, table, last + 1, made.get(table, 0))
            self._seen[table] = max(last, made.get(table, 0))
        return tuple(self.found)


def _rows(db: sqlite3.Connection, table: str, after: int) -> Iterator[tuple[int, Sequence[Any] | None]]:
    """The number of each row, and what it reads if it is not whole."""
    sealed = "seal" if schema_version(db) > 1 else "NULL"
    sql = f"SELECT {sealed}, {as_bytes(COLUMNS[table])} FROM {table} WHERE number > ? ORDER BY number LIMIT ?"  # noqa: S608 - our own words
    while rows := db.execute(sql, (after, _TOGETHER)).fetchall():
        for seal, number, *values in rows:
            whole = seal is None or seal == row_seal(table, number, *values)
            yield number, None if whole else values
            after = number


def _broken(table: str, number: int, row: Sequence[Any]) -> RowFault:
    if table == "entries":
        at, actor, listing, _, action, before, after, *_ = map(readable, row)
        why = f"the row of c{number} is not as it was written. It reads: "
        why += f"{at}, {actor}, {action} {listing} {before} -> {after}"
        return RowFault(table, number, number, moment(at), why)
    entry, at, event, detail = map(readable, row)
    why = f"an event of c{entry} is not as it was written. It reads: {at}, {event}, {detail}"
    return RowFault(table, number, int(entry) if entry.isdecimal() else None, moment(at), why)


def _gone(db: sqlite3.Connection, table: str, first: int, last: int) -> Iterable[RowFault]:
    """Rows that were written and are not there, those in succession as one."""
    missing = sorted(set(range(first, last + 1)) - _left_behind(db, table)) if first <= last else []
    begun = 0
    for at in range(1, len(missing) + 1):
        if at < len(missing) and table == "events" and missing[at] == missing[at - 1] + 1:
            continue
        one, to = missing[begun], missing[at - 1]
        begun = at
        if table == "entries":
            yield RowFault(table, one, one, _before(db, table, one), f"the row of c{one} is gone")
        else:
            which = f"event {one} is" if one == to else f"the events {one} to {to} are"
            yield RowFault(table, one, None, _before(db, table, one), f"{which} gone: of which change is not known")


def _left_behind(db: sqlite3.Connection, table: str) -> set[int]:
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'left_behind'").fetchone():
        return set()
    return {number for (number,) in db.execute("SELECT number FROM left_behind WHERE kind = ?", (table,))}


def _before(db: sqlite3.Connection, table: str, number: int) -> dt.datetime | None:
    """When the row before it was written, as that says."""
    sql = f"SELECT CAST(at AS BLOB) FROM {table} WHERE number < ? ORDER BY number DESC LIMIT 1"  # noqa: S608 - as above
    row = db.execute(sql, (number,)).fetchone()
    return moment(readable(row[0])) if row else None


def with_faults(entries: Iterable[Entry], faults: Iterable[RowFault]) -> list[Entry]:
    """Entries with what is broken, newest first: in the change that it names, else as one of its own."""
    found = {entry.id: entry for entry in entries}
    for fault in faults:
        entry_id = f"e{fault.number}" if fault.entry is None else f"c{fault.entry}"
        known = found.get(entry_id)
        found[entry_id] = _with_damage(known, fault.why) if known else damaged(entry_id, fault.at, fault.why)
    return sorted(found.values(), key=lambda entry: entry.sorts_at, reverse=True)


def _with_damage(entry: Entry, why: str) -> Entry:
    """The entry, known to lack something: how it ended is not known."""
    return dataclasses.replace(entry, outcome=None, damage=f"{entry.damage}; {why}" if entry.damage else why)


def damaged(entry_id: str, at: dt.datetime | None, why: str) -> Entry:
    """An entry of which its own row tells nothing that could be believed."""
    return Entry(entry_id, at, "", "", None, DAMAGED, None, None, "", "", None, (), why)


def readable(value: object) -> str:
    """What a column reads, in as few letters as tell it, of none that would move a terminal."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return "".join(c if c.isprintable() else "?" for c in text[:_SHOWN])


def moment(text: str) -> dt.datetime | None:
    """A moment, if the text is one with a zone."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
