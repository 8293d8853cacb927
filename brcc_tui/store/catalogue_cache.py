"""The catalogue as last refreshed, in SQLite: it never expires, and is replaced in one transaction.

Opening it and reading what the first paint needs takes milliseconds and imports no pydantic. What is read
is checked: an inconsistent catalogue is set aside (`catalogue_file`), and never shown.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.newest import asked_later, is_to_be_kept
from brcc_tui.store.catalogue_file import CatalogueFile
from brcc_tui.store.listing_rows import (
    LISTING_COLUMNS,
    NOTHING_KNOWN,
    CachedRow,
    from_rows,
    from_unbroken,
    seal,
    to_row,
    unbroken,
)
from brcc_tui.store.sqlite_file import set_aside_earlier

if TYPE_CHECKING:
    from brcc_tui.model.catalogue import Catalogue, Product, Site
    from brcc_tui.store.ahead import RowsAhead


CACHE_VERSION: Final = 7
_SCHEMA: Final = f"""
CREATE TABLE about (name TEXT PRIMARY KEY, value);
CREATE TABLE listings ({", ".join(LISTING_COLUMNS)}, PRIMARY KEY (id));
CREATE INDEX listings_by_day ON listings (last_day);
CREATE TABLE failed (id TEXT, title TEXT, reason TEXT);
CREATE TABLE structure (kind TEXT, id INTEGER, packed BLOB, seal INTEGER, PRIMARY KEY (kind, id))
"""
# The texts below are put together from column names of this program alone.
_INSERT: Final = f"INSERT OR REPLACE INTO listings VALUES ({', '.join('?' * len(LISTING_COLUMNS))})"  # noqa: S608
_REMEMBER: Final = f"UPDATE listings SET {', '.join(f'{name} = ?' for name in LISTING_COLUMNS)} WHERE id = ?"  # noqa: S608
_SOME: Final = "SELECT * FROM listings WHERE id IN (SELECT value FROM json_each(?)) ORDER BY listings.rowid"
_SINCE: Final = "SELECT * FROM listings WHERE read_at > ? ORDER BY rowid"
_USUAL_ZONE: Final = (
    "SELECT zone FROM listings WHERE zone IS NOT NULL GROUP BY zone"
    " ORDER BY count(DISTINCT starts_at) DESC, zone LIMIT 1"
)
_KINDS: Final = ("event", "product", "site")
_ABOUT: Final = ("read_at", "zone", "generation", "listings", "failed", *_KINDS)
"""What is noted of a catalogue as a whole: when it was read, where, what its rows bear, how many listings there are,
a seal over what could not be read, and how many there are of each kind. Beside it stands a seal over these."""
_SEAL: Final = "seal"
_FAILED: Final = "SELECT id, title, reason FROM failed ORDER BY rowid"
_DAY, _LAST_DAY, _PLATFORM = (LISTING_COLUMNS.index(name) for name in ("day", "last_day", "platform"))


class CatalogueCache:
    """One file; rows of listings for the screens, and the shops' own structure for explaining them.

    Several processes may share the file, and several threads this object, its one owner in a process. Any method may
    raise `CacheError` when the file cannot be used, and `CacheDamaged` when what it holds cannot be right.
    """

    def __init__(self, path: Path) -> None:
        self._file = CatalogueFile(path, CACHE_VERSION, _SCHEMA)

    @property
    def path(self) -> Path:
        """The file that is in use."""
        return self._file.path

    @property
    def notice(self) -> str | None:
        """What a person should know of it: damaged, set aside, not kept, of another version. None while all is well."""
        return self._file.notice

    @property
    def lost(self) -> bool:
        """Whether it was damaged and set aside, and the shops have not been read again since."""
        return self._file.lost

    @property
    def kept(self) -> bool:
        """Whether what is put into it outlives the program."""
        return self._file.kept

    @property
    def way_out(self) -> str:
        """What to do where nothing can be kept."""
        return self._file.way_out

    @property
    def set_aside(self) -> Sequence[str]:
        """The names of damaged files that were set aside and still lie beside this one, oldest first."""
        return [aside.name for aside in set_aside_earlier(self._file.path)]

    def replace(
        self,
        catalogue: Catalogue,
        listings: Iterable[Listing],
        failed: Iterable[Failure],
        ahead: RowsAhead | None = None,
        *,
        now: dt.datetime | None = None,
    ) -> None:
        """Put a new catalogue in the place of the old one: wholly, or not at all.

        Listings that somebody asked for later (`model.newest`) stay as they are, and of a catalogue that was asked for
        later as a whole only those that were asked for earlier are taken. `ahead` holds what has been prepared of it
        already, `now` is when it is put there. Where the file cannot take it (a full disk), memory keeps it until the
        program ends, and `notice` says so.
        """
        from brcc_tui.store.ahead import RowsAhead
        from brcc_tui.store.structure import pack

        ahead, listings = ahead or RowsAhead(), _in_order(listings)
        packed = {("event", int(event.id)): ahead.packed.take(event) for event in catalogue.events}
        packed |= {("product", product.id): ahead.packed.take(product) for product in catalogue.products}
        packed |= {("site", 0): pack(catalogue.site)} if catalogue.site else {}

        def work(database: sqlite3.Connection) -> None:
            known = _about(database)
            if known and catalogue.read_at < known.read_at and (now is None or known.read_at <= now):
                _remember(database, listings, now)
                return
            in_order = _with_later(database, listings, now)
            for delete in ("DELETE FROM about", "DELETE FROM listings", "DELETE FROM failed", "DELETE FROM structure"):
                database.execute(delete)
            database.executemany(_INSERT, map(ahead.row.take, in_order))
            database.executemany("INSERT INTO failed VALUES (?, ?, ?)", [(f.id, f.title, f.reason) for f in failed])
            structure = ((*key, blob, seal((*key, blob), ahead.generation)) for key, blob in packed.items())
            database.executemany("INSERT INTO structure VALUES (?, ?, ?, ?)", structure)
            about = (
                catalogue.read_at.isoformat(),
                catalogue.site.zone if catalogue.site else "",
                ahead.generation,
                len({listing.id for listing in in_order}),
                seal(tuple(database.execute(_FAILED))),
                *(sum(key[0] == kind for key in packed) for kind in _KINDS),
            )
            noted = [*zip(_ABOUT, about, strict=True), (_SEAL, seal(about))]
            database.executemany("INSERT INTO about VALUES (?, ?)", noted)

        self._file.write_anew(work)

    def read_at(self) -> dt.datetime | None:
        """When the catalogue was read; None when there is none yet."""

        about = self._file.read(_about)
        return about.read_at if about else None

    def listings(
        self,
        from_day: dt.date | None = None,
        platform: Platform | None = None,
        known: Mapping[str, Listing] = NOTHING_KNOWN,
    ) -> tuple[Listing, ...]:
        """All listings, with the readings seen last (source `cache`), in order of date.

        `from_day` leaves out those whose last day is earlier; a listing without a date always stays, as one does of
        several days whose last cannot be read. Values are shared with listings that are `known` already, by id.
        """
        since, only = from_day.isoformat() if from_day else "", platform.value if platform else None

        def wanted(row: CachedRow) -> bool:
            stays = None in (row[_DAY], row[_LAST_DAY]) or row[_LAST_DAY] >= since
            return stays and only in (None, row[_PLATFORM])

        return self._file.read(lambda database: _whole(database, wanted, known))

    def has_any(self, platform: Platform) -> bool:
        """Whether a listing of that shop is in the cache."""
        sql = "SELECT 1 FROM listings WHERE platform = ? LIMIT 1"
        return self._file.read(lambda database: database.execute(sql, (platform.value,)).fetchone() is not None)

    def events_to_come(self, from_day: dt.date) -> int:
        """How many events of Eventbrite have listings from that day on."""
        sql = "SELECT count(DISTINCT rtrim(id, '0123456789')) FROM listings WHERE platform = ? AND last_day >= ?"
        values = (Platform.EVENTBRITE.value, from_day.isoformat())
        return self._file.read(lambda database: int(database.execute(sql, values).fetchone()[0]))

    def some(self, listing_ids: Collection[str]) -> tuple[Listing, ...]:
        """Those of these listings that are in the cache, in order of date."""
        return self._listings(_SOME, json.dumps(list(listing_ids)))

    def upcoming(self, limit: int, from_day: dt.date) -> tuple[Listing, ...]:
        """The listings of the next dates from that day on, about `limit` of them: whole days, never a part of one."""
        until = "SELECT last_day FROM listings WHERE last_day >= ?1 ORDER BY last_day LIMIT 1 OFFSET ?2"
        sql = f"SELECT * FROM listings WHERE last_day BETWEEN ?1 AND ifnull(({until}), '9999-12-31') ORDER BY rowid"  # noqa: S608
        return self._listings(sql, from_day.isoformat(), limit - 1)

    def failed(self) -> tuple[Failure, ...]:
        """What could not be read at the last refresh."""

        return self._file.read(_failed)

    def catalogue(self) -> Catalogue | None:
        """The shops' own structure, all of one refresh; None before the first one."""
        from brcc_tui.model.catalogue import Catalogue, Event, Product, Site
        from brcc_tui.store.structure import unpack

        def work(database: sqlite3.Connection) -> tuple[_About | None, list[list[bytes]], tuple[Failure, ...]]:
            packed = [[blob for _, blob in _structure(database, kind)] for kind in _KINDS]
            return _about(database), packed, _failed(database)

        about, (events, products, sites), failed = self._file.read(work)
        if about is None:
            return None
        with self._file.checked():
            return Catalogue(
                about.read_at,
                tuple(unpack(Event, blob) for blob in events),
                tuple(unpack(Product, blob) for blob in products),
                next((unpack(Site, blob) for blob in sites), None),
                failed,
            )

    def products(self, ids: Collection[int] | None = None) -> tuple[Product, ...]:
        """The shop's products (all, or those of these ids that are there) as last refreshed."""
        from brcc_tui.model.catalogue import Product
        from brcc_tui.store.structure import unpack

        packed = self._packed("product", ids)
        with self._file.checked():
            return tuple(unpack(Product, blob) for blob in packed)

    def site(self) -> Site | None:
        """What WordPress said of itself when it could last be asked; None if it never could."""
        from brcc_tui.model.catalogue import Site
        from brcc_tui.store.structure import unpack

        packed = self._packed("site")
        with self._file.checked():
            return next((unpack(Site, blob) for blob in packed), None)

    def zone(self) -> dt.tzinfo | None:
        """The site's time zone, as last refreshed; None where it is not known, or before a first refresh."""
        from brcc_tui.model.zones import zone_of

        about = self._file.read(_about)
        return zone_of(about.zone) if about else None

    def usual_zone(self) -> dt.tzinfo | None:
        """The time zone in which most shows begin, however many listings each has, the first by name among equals; None
        where none has a name.
        """
        from brcc_tui.model.zones import zone_of

        row = self._file.read(lambda database: database.execute(_USUAL_ZONE).fetchone())
        return zone_of(row[0]) if row else None

    def _packed(self, kind: str, ids: Collection[int] | None = None) -> list[bytes]:
        rows = self._file.read(lambda database: _structure(database, kind))
        return [packed for number, packed in rows if ids is None or number in ids]

    def remember(self, listings: Iterable[Listing], now: dt.datetime | None = None) -> None:
        """Keep listings that are in the cache as they were read, unless newer or more is known (`model.newest`)."""
        listings = tuple(listings)
        self._file.write(lambda database: _remember(database, listings, now))

    def check(self) -> None:
        """Whether the file is whole and agrees with itself, all of it. Raises `CacheDamaged` when it does not."""
        self._file.check()

        def work(database: sqlite3.Connection) -> None:
            _whole(database, lambda _: False)
            _failed(database)
            for kind in _KINDS:
                _structure(database, kind)

        self._file.read(work)

    def close(self) -> None:
        self._file.close()

    def _listings(self, sql: str, *values: object) -> tuple[Listing, ...]:
        """Made row by row: all rows at once would take several times the memory of what is made of them."""
        return self._file.read(lambda database: from_rows(database.execute(sql, values), _generation(database)))


def _in_order(listings: Iterable[Listing]) -> list[Listing]:
    """In order of time, so that reading them in order costs no sorting."""
    return sorted(listings, key=lambda one: (_iso(one.date), _iso(one.starts_at), one.id))


def _iso(moment: dt.date | None) -> str:
    """As it is stored; empty for none."""
    return moment.isoformat() if moment else ""


def _remember(database: sqlite3.Connection, listings: Sequence[Listing], now: dt.datetime | None) -> None:
    """Each as a whole, where its place in order of time was before."""
    generation = _generation(database)
    ids = json.dumps([listing.id for listing in listings])
    known = {listing.id: listing for listing in from_rows(database.execute(_SOME, (ids,)), generation)}
    rows = []
    for listing in listings:
        known_one = known.get(listing.id)
        if known_one is not None and is_to_be_kept(listing, known_one, now):
            rows.append((*to_row(replace(listing, show=known_one.show), generation), listing.id))
    database.executemany(_REMEMBER, rows)


def _with_later(
    database: sqlite3.Connection, listings: Sequence[Listing], now: dt.datetime | None
) -> Sequence[Listing]:
    """The listings of a new catalogue, but for those of which the file has what was asked for later."""
    oldest = min((_iso(listing.reading.read_at) for listing in listings), default="")
    found = {listing.id: listing for listing in from_rows(database.execute(_SINCE, (oldest,)), _generation(database))}
    made = {listing.id: listing for listing in listings if listing.id in found}
    later = {name: found[name] for name, one in made.items() if asked_later(found[name].reading, one.reading, now)}
    return _in_order(later.get(one.id, one) for one in listings) if later else listings


class _About(NamedTuple):
    """What is noted of the catalogue as a whole (`_ABOUT`)."""

    read_at: dt.datetime
    zone: str
    generation: int
    listings: int
    failed: int
    event: int
    product: int
    site: int


def _about(database: sqlite3.Connection) -> _About | None:
    """None before the first refresh. Raises `ValueError` for what was not written so."""
    found = dict(database.execute("SELECT name, value FROM about"))
    noted = tuple(found.get(name) for name in _ABOUT)
    if not any(name in found for name in (*_ABOUT, _SEAL)):
        return None
    if found.get(_SEAL) != seal(noted):
        raise ValueError("what it says of itself is not as it was written")
    read_at, *rest = noted
    return _About(dt.datetime.fromisoformat(str(read_at)), *rest)  # type: ignore[arg-type]  # the seal vouches for them


def _whole(
    database: sqlite3.Connection, wanted: Callable[[CachedRow], bool], known: Mapping[str, Listing] = NOTHING_KNOWN
) -> tuple[Listing, ...]:
    """The wanted ones of all listings, in order. All are looked at: SQL would pass over one whose day is another now.

    Raises `ValueError` where one is not as it was written, or is missing.
    """
    about, seen = _about(database), 0

    def all_of_them() -> Iterator[CachedRow]:
        nonlocal seen
        for row in unbroken(
            database.execute("SELECT * FROM listings ORDER BY rowid"), about.generation if about else 0
        ):
            seen += 1
            if wanted(row):
                yield row

    found = from_unbroken(all_of_them(), known)
    if seen != (about.listings if about else 0):
        raise ValueError("listings are missing in it")
    return found


def _failed(database: sqlite3.Connection) -> tuple[Failure, ...]:
    """What could not be read. Raises `ValueError` where that is not as it was written."""
    rows, about = tuple(database.execute(_FAILED)), _about(database)
    if about and about.failed != seal(rows):
        raise ValueError("what could not be read is not as it was written")
    return tuple(Failure(*row) for row in rows)


def _structure(database: sqlite3.Connection, kind: str) -> list[tuple[int, bytes]]:
    """All of a kind, packed, in order of their numbers. Raises `ValueError` where one is not as it was written."""
    about = _about(database)
    sql = "SELECT kind, id, packed, seal FROM structure WHERE kind = ? ORDER BY id"
    rows = database.execute(sql, (kind,)).fetchall()
    broken = about and any(row[3] != seal(row[:3], about.generation) for row in rows)
    if broken or len(rows) != (getattr(about, kind) if about else 0):
        raise ValueError(f"a {kind} is not as it was written")
    return [(number, packed) for _, number, packed, _ in rows]


def _generation(database: sqlite3.Connection) -> int:
    about = _about(database)
    return about.generation if about else 0
