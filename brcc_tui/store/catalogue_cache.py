"""The catalogue as last refreshed, in SQLite: it never expires, and is replaced in one transaction.

Opening it and reading what the first paint needs is a matter of milliseconds and imports no pydantic.
A cache is worth a refresh, never a crash: one of another version is dropped, a damaged one is set
aside, one that cannot be kept lives in memory; `notice` says which of these happened.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from brcc_tui.model.app_error import AppError
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.store.ahead import Ahead
from brcc_tui.store.listing_rows import COLUMNS, LIVE_COLUMNS, Row, from_rows, live_row, to_row

if TYPE_CHECKING:
    from brcc_tui.model.catalogue import Catalogue, Event, Product, Site

VERSION: Final = 2
_SCHEMA: Final = f"""
CREATE TABLE about (name TEXT PRIMARY KEY, value);
CREATE TABLE listings ({", ".join(COLUMNS)}, PRIMARY KEY (id));
CREATE INDEX listings_by_day ON listings (day);
CREATE TABLE failed (id TEXT, title TEXT, reason TEXT);
CREATE TABLE structure (kind TEXT, id INTEGER, packed BLOB, PRIMARY KEY (kind, id));
PRAGMA user_version = {VERSION};
"""
_UNKNOWN_PARTS: Final = "((capacity LIKE '?%') + (sold LIKE '?%') + (remaining LIKE '?%'))"
# The three texts below are put together from column names of this program alone.
_INSERT: Final = f"INSERT OR REPLACE INTO listings VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
_REMEMBER: Final = (
    f"UPDATE listings SET {', '.join(f'{name} = ?' for name in LIVE_COLUMNS)} "  # noqa: S608
    f"WHERE id = ? AND (read_at IS NULL OR read_at <= ?) AND {_UNKNOWN_PARTS} >= ?"
)
_TOTALS: Final = (
    "SELECT platform, COUNT(*), "  # noqa: S608
    + ", ".join(
        f"COALESCE(SUM(CASE WHEN typeof({name}) = 'integer' THEN {name} END), 0)"
        for name in ("capacity", "sold", "remaining")
    )
    + f", SUM({_UNKNOWN_PARTS} > 0), SUM(remaining = 'unlimited') FROM listings WHERE day >= ? GROUP BY platform"
)
_PAGES_KEPT: Final = 256
"""KiB of the file that each connection keeps. SQLite's own 2 MiB are filled by every look through the whole file, and
make none of them quicker: the system keeps the file's pages already."""
_DAY, _START = COLUMNS.index("day"), COLUMNS.index("starts_at")
_T = TypeVar("_T")


class CacheError(AppError):
    """The cached catalogue could not be used just now."""


@dataclass(frozen=True, slots=True)
class PlatformTotals:
    """Sums of one platform's listings. `unknown` listings lack a number, `unlimited` ones have no limit: in no sum."""

    listings: int
    capacity: int
    sold: int
    remaining: int
    unknown: int
    unlimited: int


class RowsAhead:
    """What the cache will keep of things that have come, prepared while the rest of a catalogue is still being read."""

    def __init__(self) -> None:
        self.row: Ahead[Listing, Row] = Ahead(to_row)
        self.packed: Ahead[Event | Product, bytes] = Ahead(_pack)

    def prepare(self, things: Iterable[Event | Product], listings: Iterable[Listing]) -> None:
        """Prepare these."""
        self.packed.prepare(things)
        self.row.prepare(listings)


def _pack(thing: Event | Product) -> bytes:
    from brcc_tui.store.structure import pack

    return pack(thing)


class CatalogueCache:
    """One file; rows of listings for the screens, and the shops' own structure for explaining them.

    Several processes may share the file, and several threads this object. Any method may raise
    `CacheError` when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice: str | None = None
        self._lock = threading.RLock()
        self._database = self._open()

    def replace(
        self,
        catalogue: Catalogue,
        listings: Iterable[Listing],
        failed: Iterable[Failure],
        ahead: RowsAhead | None = None,
    ) -> None:
        """Put a new catalogue in the place of the old one: wholly, or not at all.

        `ahead` holds what has been prepared of it already.
        """
        from brcc_tui.store.structure import pack

        ahead = ahead or RowsAhead()
        # In order of time from the start, so that reading them in order costs no sorting.
        rows = sorted(map(ahead.row, listings), key=lambda row: (row[_DAY] or "", row[_START] or "", row[0]))
        packed = [("event", int(event.id), ahead.packed(event)) for event in catalogue.events]
        packed += [("product", product.id, ahead.packed(product)) for product in catalogue.products]
        packed += [("site", 0, pack(catalogue.site))] if catalogue.site else []

        def work(database: sqlite3.Connection) -> None:
            for delete in ("DELETE FROM listings", "DELETE FROM failed", "DELETE FROM structure"):
                database.execute(delete)
            database.executemany(_INSERT, rows)
            database.executemany("INSERT INTO failed VALUES (?, ?, ?)", [(f.id, f.title, f.reason) for f in failed])
            database.executemany("INSERT OR REPLACE INTO structure VALUES (?, ?, ?)", packed)
            about = [
                ("read_at", catalogue.read_at.isoformat()),
                ("zone", catalogue.site.zone if catalogue.site else ""),
            ]
            database.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about)

        self._write(work)

    def read_at(self) -> dt.datetime | None:
        """When the catalogue was read; None when there is none yet."""
        rows = self._rows("SELECT value FROM about WHERE name = 'read_at'")
        return dt.datetime.fromisoformat(rows[0][0]) if rows else None

    def listings(self, from_day: dt.date | None = None, platform: Platform | None = None) -> tuple[Listing, ...]:
        """All listings, with the readings seen last (source `cache`), in order of date.

        `from_day` leaves out those of earlier days; a listing without a date always stays.
        """
        return self._listings(
            "SELECT * FROM listings WHERE (day IS NULL OR day >= ?) AND platform LIKE ? ORDER BY rowid",
            from_day.isoformat() if from_day else "",
            platform.value if platform else "%",
        )

    def some(self, listing_ids: Collection[str]) -> tuple[Listing, ...]:
        """Those of these listings that are in the cache, in order of date."""
        wanted = json.dumps(list(listing_ids))
        sql = "SELECT * FROM listings WHERE id IN (SELECT value FROM json_each(?)) ORDER BY listings.rowid"
        return self._listings(sql, wanted)

    def upcoming(self, limit: int, from_day: dt.date) -> tuple[Listing, ...]:
        """The listings of the next dates from that day on, about `limit` of them: whole days, never a part of one."""
        last = self._rows(
            "SELECT day FROM listings WHERE day >= ? ORDER BY day LIMIT 1 OFFSET ?", from_day.isoformat(), limit - 1
        )
        until = last[0][0] if last else "9999-12-31"
        sql = "SELECT * FROM listings WHERE day BETWEEN ? AND ? ORDER BY rowid"
        return self._listings(sql, from_day.isoformat(), until)

    def totals(self, from_day: dt.date) -> dict[Platform, PlatformTotals]:
        """Sums from that day on, by platform; what could not be added is counted."""
        return {Platform(row[0]): PlatformTotals(*row[1:]) for row in self._rows(_TOTALS, from_day.isoformat())}

    def failed(self) -> tuple[Failure, ...]:
        """What could not be read at the last refresh."""
        return tuple(Failure(*row) for row in self._rows("SELECT id, title, reason FROM failed ORDER BY rowid"))

    def catalogue(self) -> Catalogue | None:
        """The shops' own structure; None before the first refresh."""
        read_at = self.read_at()
        if read_at is None:
            return None
        from brcc_tui.model.catalogue import Catalogue, Event
        from brcc_tui.store.structure import unpack

        events = tuple(unpack(Event, blob) for blob in self._packed("event"))
        return Catalogue(read_at, events, self.products(), self.site(), self.failed())

    def products(self, ids: Collection[int] | None = None) -> tuple[Product, ...]:
        """The shop's products (all, or those of these ids that are there) as last refreshed."""
        from brcc_tui.model.catalogue import Product
        from brcc_tui.store.structure import unpack

        return tuple(unpack(Product, blob) for blob in self._packed("product", ids))

    def site(self) -> Site | None:
        """What WordPress said of itself when it could last be asked."""
        from brcc_tui.model.catalogue import Site
        from brcc_tui.store.structure import unpack

        return next((unpack(Site, blob) for blob in self._packed("site")), None)

    def zone(self) -> dt.tzinfo | None:
        """The site's time zone, as last refreshed."""
        from brcc_tui.model.zones import zone_of

        rows = self._rows("SELECT value FROM about WHERE name = 'zone'")
        return zone_of(rows[0][0]) if rows else None

    def _packed(self, kind: str, ids: Collection[int] | None = None) -> Iterator[bytes]:
        for number, packed in self._rows("SELECT id, packed FROM structure WHERE kind = ? ORDER BY id", kind):
            if ids is None or number in ids:
                yield packed

    def remember(self, listings: Iterable[Listing]) -> None:
        """Keep newer readings of listings that are in the cache, unless they know less than the one it has."""
        rows = []
        for listing in listings:
            row = live_row(listing)
            rows.append((*row, listing.id, row[-1], len(listing.reading.unknowns().keys() - {"held"})))
        self._write(lambda database: database.executemany(_REMEMBER, rows))

    def check(self) -> str | None:
        """What is wrong with the file, as SQLite's own check tells it; None when nothing is."""
        answer = str(self._rows("PRAGMA quick_check(1)")[0][0])
        return None if answer == "ok" else answer

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _listings(self, sql: str, *values: object) -> tuple[Listing, ...]:
        """Made row by row: all rows at once would take several times the memory of what is made of them."""
        return self._run(lambda database: from_rows(database.execute(sql, values)))

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self._run(lambda database: database.execute(sql, values).fetchall())

    def _write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        def transaction(database: sqlite3.Connection) -> None:
            database.execute("BEGIN IMMEDIATE")
            try:
                work(database)
                database.execute("COMMIT")
            except BaseException:
                database.execute("ROLLBACK")
                raise

        self._run(transaction)

    def _run(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do something with the file. Damage found on the way sets it aside; the work is then done on a fresh one."""
        with self._lock:
            try:
                return work(self._database)
            except sqlite3.OperationalError as error:
                raise CacheError(
                    f"the cached catalogue could not be used: {error}", subject=str(self.path), next_step="try again"
                ) from error
            except sqlite3.DatabaseError as error:
                if type(error) is not sqlite3.DatabaseError:  # its heirs tell of wrong use, itself of a damaged file
                    raise
                self._database.close()
                self._set_aside(str(error))
                self._database = self._open()
                return work(self._database)

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect(self.path)
        except sqlite3.OperationalError as error:
            self.notice = f"the catalogue cannot be kept in {self.path} ({error}): it lives until the program ends"
            return self._connect(":memory:")
        except sqlite3.DatabaseError as error:
            self._set_aside(str(error))
            with contextlib.suppress(sqlite3.Error):
                return self._connect(self.path)
            return self._connect(":memory:")

    def _connect(self, path: Path | str) -> sqlite3.Connection:
        database = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        try:
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version != VERSION:
                self._create(database, path)
            # Losing the last refresh to a power cut is no harm: the journal is what must not be lost.
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(f"PRAGMA cache_size = -{_PAGES_KEPT}")
        except BaseException:
            database.close()
            raise
        return database

    def _create(self, database: sqlite3.Connection, path: Path | str) -> None:
        if path != ":memory:":
            database.execute("PRAGMA journal_mode = WAL")
        database.execute("BEGIN IMMEDIATE")
        try:
            if database.execute("PRAGMA user_version").fetchone()[0] != VERSION:  # no other process was quicker
                old = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                for name in old:
                    database.execute(f'DROP TABLE "{name}"')
                for statement in _SCHEMA.split(";"):
                    database.execute(statement)
                if old:
                    self.notice = "the cached catalogue was of another version of this program: refresh to read it anew"
            database.execute("COMMIT")
        except BaseException:
            database.execute("ROLLBACK")
            raise

    def _set_aside(self, why: str) -> None:
        """Move a damaged file out of the way, keeping it for whoever wants to know what happened."""
        damaged = self.path.with_name(f"{self.path.name}.damaged")
        try:
            self.path.replace(damaged)
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            self.notice = (
                f"the cached catalogue was damaged ({why}) and set aside as {damaged.name}: refresh to read it"
            )
        except OSError as error:
            self.notice = f"the cached catalogue is damaged ({why}) and cannot be moved ({error.strerror}): {self.path}"
