"""Eventbrite's data on past events: sales, and the oldest events themselves, so that nobody has to request them again.

Nothing in it is precious: a file that cannot be read is emptied, and if none can be written, or a newer version of
this program has its own, nothing is kept. It holds sums of money by event, and no people.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import threading
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from brcc_tui.logs import log
from brcc_tui.model.catalogue import Event
from brcc_tui.model.money.amounts import amount_of
from brcc_tui.model.money.eventbrite import SalesReport
from brcc_tui.store.sqlite_file import FileFault, connect_sqlite, fault_of, schema_version, transaction

_T = TypeVar("_T")

_VERSION: Final = 2
_ALL_DAYS: Final = 2
"""The version from which on days are kept only where they are all that an event sold on."""
_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS report (event TEXT PRIMARY KEY, currency TEXT, gross TEXT, net TEXT, fees TEXT,"
    " quantity INTEGER, read_at TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS day (event TEXT, day TEXT, places INTEGER NOT NULL, PRIMARY KEY (event, day))",
    "CREATE TABLE IF NOT EXISTS past (event TEXT PRIMARY KEY, read_at TEXT NOT NULL, structure BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS reach (organization TEXT NOT NULL, until TEXT NOT NULL)",
    f"PRAGMA user_version = {_VERSION}",
)
_NEVER: Final = ""
"""The day of a row that says: the days of this event are kept, though it may have sold nothing."""
_MANY: Final = 500
"""How many events are asked for in one statement."""


class SalesFile:
    """Sales reports by event, each with the moment at which it was read. Threads may share it; it never raises."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened before the first question."""
        self._path = path
        self._lock = threading.Lock()
        self._kept: sqlite3.Connection | None = None

    def reports(self, events: Collection[str]) -> Mapping[str, tuple[SalesReport, dt.datetime]]:
        """Those of these events that are kept."""

        def work(database: sqlite3.Connection) -> dict[str, tuple[SalesReport, dt.datetime]]:
            found = {}
            wanted = sorted(events)
            for start in range(0, len(wanted), _MANY):
                some = wanted[start : start + _MANY]
                marks = ", ".join("?" * len(some))
                for event, currency, gross, net, fees, quantity, read_at in database.execute(
                    f"SELECT * FROM report WHERE event IN ({marks})",  # noqa: S608 - question marks alone
                    some,
                ):
                    report = SalesReport(currency, amount_of(gross), amount_of(net), amount_of(fees), quantity)
                    found[str(event)] = report, dt.datetime.fromisoformat(read_at)
            return found

        return self._done(work) or {}

    def keep(self, reports: Mapping[str, SalesReport], read_at: dt.datetime) -> None:
        """Keep these; what was kept of the same events before is replaced."""

        def work(database: sqlite3.Connection) -> None:
            with transaction(database):
                database.executemany(
                    "INSERT OR REPLACE INTO report VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [
                        (
                            event,
                            one.currency,
                            *map(_text, (one.gross, one.net, one.fees)),
                            one.quantity,
                            read_at.isoformat(),
                        )
                        for event, one in reports.items()
                    ],
                )

        if reports:
            self._done(work)

    def days(self, events: Collection[str]) -> Mapping[str, Mapping[dt.date, int]]:
        """The places by day of those of these events whose days are kept."""

        def work(database: sqlite3.Connection) -> dict[str, dict[dt.date, int]]:
            found: dict[str, dict[dt.date, int]] = {}
            for event in events:
                rows = database.execute("SELECT day, places FROM day WHERE event = ?", (event,)).fetchall()
                if rows:
                    found[event] = {dt.date.fromisoformat(day): int(places) for day, places in rows if day != _NEVER}
            return found

        return self._done(work) or {}

    def keep_days(self, days: Mapping[str, Mapping[dt.date, int]]) -> None:
        """Keep the places by day of these events."""

        def work(database: sqlite3.Connection) -> None:
            rows = [(event, day.isoformat(), places) for event, known in days.items() for day, places in known.items()]
            rows += [(event, _NEVER, 0) for event in days]
            with transaction(database):
                database.executemany("INSERT OR REPLACE INTO day VALUES (?, ?, ?)", rows)

        if days:
            self._done(work)

    def past(self, organization: str) -> tuple[dt.datetime | None, Sequence[tuple[Event, dt.datetime]]]:
        """The oldest events of an organization, each with when it was read, and up to which start they are whole.

        None where nothing is kept of it.
        """
        from brcc_tui.store.structure import unpack

        def work(
            database: sqlite3.Connection,
        ) -> tuple[dt.datetime | None, list[tuple[Event, dt.datetime]]]:
            # In one question: between two another copy may keep a past that is shorter.
            sql = "SELECT until, structure, read_at FROM reach LEFT JOIN past WHERE organization = ?"
            rows = database.execute(sql, (organization,)).fetchall()
            if not rows:
                return None, []
            until, kept = dt.datetime.fromisoformat(rows[0][0]), [row[1:] for row in rows if row[1] is not None]
            return until, [(unpack(Event, packed), dt.datetime.fromisoformat(read_at)) for packed, read_at in kept]

        return self._done(work) or (None, [])

    def keep_past(self, organization: str, events: Iterable[Event], until: dt.datetime, read_at: dt.datetime) -> None:
        """Keep an organization's events up to `until`, all of them, in the place of what was kept before."""
        from brcc_tui.store.structure import pack

        def work(database: sqlite3.Connection) -> None:
            rows = [(event.id, read_at.isoformat(), pack(event)) for event in events]
            with transaction(database):
                database.execute("DELETE FROM past")
                database.execute("DELETE FROM reach")
                database.executemany("INSERT OR REPLACE INTO past VALUES (?, ?, ?)", rows)
                database.execute("INSERT INTO reach VALUES (?, ?)", (organization, until.isoformat()))

        self._done(work)

    def close(self) -> None:
        with self._lock:
            if self._kept is not None:
                self._kept.close()
                self._kept = None

    def _done(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        with self._lock:
            for again in (True, False):
                try:
                    if self._kept is None:
                        self._kept = self._opened()
                    return work(self._kept)
                except (sqlite3.Error, OSError, ValueError, zlib.error) as error:
                    log("sales reports could not be kept", error=error)
                    self._let_go(
                        damaged=fault_of(error) is FileFault.DAMAGED or isinstance(error, ValueError | zlib.error)
                    )
                    if not again:
                        break
        return None

    def _opened(self) -> sqlite3.Connection:
        database = connect_sqlite(self._path)
        try:
            before = schema_version(database)
            if before > _VERSION:
                raise OSError("it was written by a newer version of this program")
            with transaction(database):
                for statement in _SCHEMA:
                    database.execute(statement)
                if before < _ALL_DAYS:
                    database.execute("DELETE FROM day")
        except BaseException:
            database.close()
            raise
        return database

    def _let_go(self, *, damaged: bool) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None
        if damaged:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)


def _text(amount: object) -> str | None:
    return None if amount is None else str(amount)
