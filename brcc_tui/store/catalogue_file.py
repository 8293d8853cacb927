"""The file of the cached catalogue: opened by one owner, reopened if others replace it, set aside if it is damaged.

A cache is worth a refresh, never a crash. One of an older version is made anew; one of a newer version is left
alone, and this version keeps its own beside it; a damaged one is set aside under another name; if none can be
written, the catalogue is kept in memory. `notice` says which of these happened.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import traceback
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from brcc_tui.clock import system_now
from brcc_tui.model.app_error import AppError
from brcc_tui.store.sqlite_file import (
    MEMORY,
    WAYS_OUT,
    FileFault,
    Identity,
    connect_sqlite,
    copy_unlocked,
    fault_of,
    file_damage,
    identity,
    making,
    new_file,
    raise_if_not_ours,
    schema_version,
    set_aside,
    sqlite_error_in_words,
    transaction,
)

_PAGES_KEPT: Final = 256
"""KiB of the file that a connection keeps. SQLite's own 2 MiB are filled by every look through the whole file, and
make none of them quicker: the system keeps the file's pages already."""

_RIGHTS: Final = WAYS_OUT[FileFault.NO_ACCESS]

_DAMAGE: Final = "damage"
"""The name under which a fresh file tells what became of the one before it, until the shops were read again."""

_WRONG_USE: Final = (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError, sqlite3.NotSupportedError)
_CANNOT_BE_KEPT: Final = frozenset({FileFault.FULL, FileFault.READ_ONLY, FileFault.NO_ACCESS, FileFault.DISK})
_T = TypeVar("_T")


class CacheError(AppError):
    """The cached catalogue could not be used just now; `fault` is what its file suffers from."""

    fault = FileFault.OTHER


class CacheDamaged(CacheError):
    """The cached catalogue was damaged, or disagreed with itself. It is set aside; nothing of it is shown."""

    fault = FileFault.DAMAGED


class CatalogueFile:
    """One file, shared by several processes, and by the threads of this one.

    `schema` makes it, of that `version`; a table `about (name, value)` is part of it. Any method may raise
    `CacheError`.
    """

    def __init__(self, path: Path, version: int, schema: str) -> None:
        self.path = path
        self._named, self._version, self._schema = path, version, schema
        self._lock = threading.RLock()
        self._identity: Identity | None = None
        self._not_kept = self._of_another_version = self._damaged_here = ""
        self._fault = FileFault.OTHER
        self._database = self._open()

    @property
    def notice(self) -> str | None:
        """What a person should know about the file, in words; None while all is well."""
        damaged = self._told_damage()
        if damaged:
            damaged += ", and a refresh reads it again from the shops"
        elif self._damaged_here:
            damaged = f"{self._damaged_here}, and it was read again from the shops"
        parts = [damaged, self._of_another_version, self._not_kept or self._only_read()]
        return "; ".join(part for part in parts if part) or None

    @property
    def kept(self) -> bool:
        """Whether there is a file that keeps what is written; else memory does, until the program ends."""
        return not self._not_kept

    @property
    def way_out(self) -> str:
        """What to do where nothing can be kept, as a sentence that ends with reading the shops again."""
        way = "Look after that disk" if self._fault is FileFault.DISK else WAYS_OUT.get(self._fault, _RIGHTS)
        return f"{way.removesuffix(', then try again')}, then refresh."

    @property
    def lost(self) -> bool:
        """Whether a damaged file was set aside, and the shops have not been read again since."""
        return bool(self._told_damage())

    def read(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Read, all of it from one state of the file.

        Raises `CacheDamaged` when what comes back cannot be right; the file is set aside then.
        """

        def at_one_moment(database: sqlite3.Connection) -> _T:
            database.execute("BEGIN")
            try:
                return work(database)
            finally:
                with contextlib.suppress(sqlite3.Error):
                    database.execute("ROLLBACK")

        with self._lock:
            self._follow()
            with self.checked():
                return self._run(at_one_moment)

    def write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Write all of it or nothing. A damaged file is set aside, and a fresh one is written."""

        def whole(database: sqlite3.Connection) -> None:
            with transaction(database):
                work(database)

        with self._lock:
            self._follow()
            try:
                with self.checked():
                    self._run(whole)
            except CacheDamaged:
                self._run(whole)

    def write_anew(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Write what takes the place of everything in the file. Where none can be kept, memory holds it."""
        with self._lock:
            if self._not_kept:  # there may be room again
                self._open_again()
            try:
                self.write(work)
            except CacheError as app_error:
                if app_error.fault not in _CANNOT_BE_KEPT or self._not_kept:
                    raise
                self._database.close()
                self._database = self._in_memory(app_error.fault.value, app_error.fault)
                self.write(work)

    @contextlib.contextmanager
    def checked(self) -> Iterator[None]:
        """What came out of the file is made into what it stands for; where that cannot be, the file is damaged."""
        try:
            yield
        except (ValueError, KeyError, TypeError, zlib.error) as error:
            _let_go(error)
            raise self.damaged(" ".join(str(error).split())[:200] or type(error).__name__) from error

    def check(self) -> None:
        """SQLite's own quick check of the whole file. Raises `CacheDamaged`, and the file is set aside then."""
        if found := self.read(file_damage):
            raise self.damaged(found)

    def damaged(self, why: str) -> CacheDamaged:
        """Set the file aside and go on with a fresh one; gives the error that tells of it."""
        with self._lock:
            self._database.close()
            self._database = self._set_aside_and_open(why)
            return CacheDamaged(
                self._damaged_here or f"the catalogue kept on this computer was damaged ({why})",
                subject=str(self._named),
                next_step="refresh: it is read again from the shops",
            )

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def _run(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        try:
            return work(self._database)
        except _WRONG_USE:
            raise
        except sqlite3.Error as error:
            fault = fault_of(error)
            if fault is FileFault.DAMAGED:
                _let_go(error)
                raise self.damaged(str(error)) from error
            app_error = CacheError(
                f"the cached catalogue could not be used: {sqlite_error_in_words(error)}",
                subject=str(self.path),
                next_step="try again",
            )
            app_error.fault = fault
            raise app_error from error

    def _follow(self) -> None:
        """Another copy of the program may have set the file aside, or somebody taken it away: take what is there now.

        A file that was closed here stays closed.
        """
        if self._not_kept or identity(self.path) == self._identity:
            return
        self._database.total_changes  # noqa: B018 - raises when it was closed; looks at no file
        self._open_again()

    def _open_again(self) -> None:
        self._database.close()
        self.path, self._not_kept, self._of_another_version = self._named, "", ""
        self._database = self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except (sqlite3.Error, OSError) as error:
            if fault_of(error) is FileFault.DAMAGED:
                return self._set_aside_and_open(str(error))
            return self._in_memory(sqlite_error_in_words(error), fault_of(error))

    def _connect(self) -> sqlite3.Connection:
        named, stood = self.path, identity(self.path)
        self._identity = stood
        database = self._existing() or self._made()
        if stood is None or self.path != named:  # else one that was put there since is followed at the first use
            self._identity = identity(self.path)
        try:
            # Losing the last refresh to a power cut is no harm: the journal is what must not be lost.
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(f"PRAGMA cache_size = -{_PAGES_KEPT}")
        except BaseException:
            database.close()
            raise
        return database

    def _existing(self) -> sqlite3.Connection | None:
        """The file that is there, if it is one of this version."""
        if not self.path.exists():
            return None
        database = connect_sqlite(self.path, create=False)
        try:
            found = schema_version(database)
            if found == self._version:
                return database
            raise_if_not_ours(database)
        except BaseException:
            database.close()
            raise
        database.close()
        if found < self._version or self.path != self._named:
            return None
        self._of_another_version = f"the catalogue in {self._named} was written by a newer version of this program"
        self.path = self._named.with_name(f"{self._named.stem}.v{self._version}{self._named.suffix}")
        self._of_another_version += f" and is left as it is: this version keeps its own in {self.path.name}"
        return self._existing()

    def _made(self) -> sqlite3.Connection:
        with making(self.path):
            new_file(self.path, self._fill)
            database = connect_sqlite(self.path)
            try:
                self._fill(database)
            except BaseException:
                database.close()
                raise
        return database

    def _fill(self, database: sqlite3.Connection) -> None:
        database.execute("PRAGMA journal_mode = WAL")
        with transaction(database):
            if schema_version(database) != self._version:  # no other process was quicker
                self._create(database)

    def _create(self, database: sqlite3.Connection) -> None:
        old = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in old:
            database.execute(f'DROP TABLE "{name}"')
        for statement in self._schema.split(";"):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {self._version}")
        if old:
            self._of_another_version = "the cached catalogue was of another version of this program: refresh to read it"

    def _set_aside_and_open(self, why: str) -> sqlite3.Connection:
        aside = None
        try:
            with making(self.path):
                if identity(self.path) == self._identity:  # nobody else was quicker
                    aside = set_aside(self.path, system_now().astimezone())
            database = self._connect()
        except (sqlite3.Error, OSError) as error:
            self._damaged_here = f"the catalogue kept on this computer was damaged ({why})"
            if aside is None:
                why_not, fault = "it is damaged and cannot be moved away", FileFault.NO_ACCESS
            else:
                why_not, fault = sqlite_error_in_words(error), fault_of(error)
            return self._noting_damage(self._in_memory(why_not, fault, copied=aside is not None))
        if aside is None:
            return database
        self._damaged_here = f"the catalogue kept on this computer was damaged ({why}): it is set aside as {aside.name}"
        return self._noting_damage(database)

    def _noting_damage(self, database: sqlite3.Connection) -> sqlite3.Connection:
        """It tells what became of the file before it, until the shops were read again."""
        with contextlib.suppress(sqlite3.Error), transaction(database):
            database.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (_DAMAGE, self._damaged_here))
        return database

    def _in_memory(self, why: str, fault: FileFault, *, copied: bool = True) -> sqlite3.Connection:
        """A catalogue in memory, with what the file holds as far as that can be read; nothing of it unless `copied`."""
        self._fault = fault
        self._not_kept = (
            f"the catalogue cannot be kept in {self.path} ({why}): what is read lives until the program ends"
        )
        database = connect_sqlite(Path(MEMORY))
        with contextlib.suppress(sqlite3.Error, OSError):
            if copied:
                copy_unlocked(self.path, database)
        if schema_version(database) != self._version:
            database.close()
            database = connect_sqlite(Path(MEMORY))
            with transaction(database):
                self._create(database)
        return database

    def _only_read(self) -> str:
        if os.access(self.path, os.W_OK):
            return ""
        return f"the catalogue in {self.path} may only be read: what is read anew lives until the program ends"

    def _told_damage(self) -> str:
        with self._lock, contextlib.suppress(sqlite3.Error):
            found = self._database.execute("SELECT value FROM about WHERE name = ?", (_DAMAGE,)).fetchone()
            return str(found[0]) if found else ""
        return ""


def _let_go(error: BaseException | None) -> None:
    """Drop what the frames of an error hold: a cursor among it keeps the file open, and Windows moves no open file."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__
