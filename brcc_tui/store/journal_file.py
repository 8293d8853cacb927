"""The journal's file: opening, checking, transactions, and why it cannot be used."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from brcc_tui.model.app_error import AppError
from brcc_tui.private_files import make_private_folder
from brcc_tui.store.folder import network_drive, synced_folder, why_not_kept
from brcc_tui.store.journal_entries import row_of, storable
from brcc_tui.store.journal_faults import FaultFinder, RowFault
from brcc_tui.store.journal_renewal import build, replace_journal
from brcc_tui.store.journal_tables import VERSION, JournalTables
from brcc_tui.store.sqlite_file import (
    MEMORY,
    WAYS_OUT,
    FileFault,
    Identity,
    connect_sqlite,
    fault_of,
    file_damage,
    identity,
    is_there,
    make_if_missing,
    making,
    raise_if_not_ours,
    schema_version,
    set_aside,
    set_aside_earlier,
    sqlite_error_in_words,
    transaction,
)
from brcc_tui.windows import ON_WINDOWS

_WAIT_SECONDS: Final = 10.0
"""How long one process waits for another one's commit."""

_TRIES: Final = 3
"""How often the file is opened anew because another one is under its name."""

_REPLACED: Final = "another file was put in its place again and again"
_ANOTHER_FOLDER: Final = "Set BRCC_DATA_DIR to a folder on this computer that this user may write to"
_MOVE_IT: Final = (
    "Quit every copy of this program, move the folder of that file, with all that is in it, into another one on this"
    " computer, and set BRCC_DATA_DIR to that one: the journal knows what was changed, closed or never ended"
)
_THIS_FOLDER: Final = (
    "Let this user write to that folder and what is in it. BRCC_DATA_DIR can name another one, whose journal knows"
    " nothing of what was changed, closed or never ended here"
)
"""Where anything was recorded, another folder is a loss."""

_NEWER: Final = "it was written by a newer version of this program"
_OLDER_THAN_IT: Final = "Update this copy of the program: only the newer one knows what it has recorded"
_SET_IT_ASIDE: Final = (
    "brcc-tui recover --set-aside, or W under History, shows what of it is broken, and begins a new one with every"
    " change whose record is intact"
)
_NEXT: Final = {
    FileFault.DAMAGED: _SET_IT_ASIDE,
    FileFault.DISK: _MOVE_IT,
    **{fault: WAYS_OUT[fault] for fault in (FileFault.BUSY, FileFault.FULL)},
}
_FEW: Final = 3
"""Broken rows that are named one by one where room is little."""


class JournalUnavailable(AppError):
    """A change could not be recorded, so it is not made. `damaged` says that the file is not what was written."""

    damaged = False


class JournalFile:
    """The one owner of the file in a process. Threads may share it; nothing that it says is kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.notice: str | None = None
        self._db: sqlite3.Connection | None = None
        self._in_one: sqlite3.Connection | None = None
        self._tables: JournalTables
        self._finder = FaultFinder()
        self._identity: Identity | None = None
        self._one_thread = threading.RLock()

    @property
    def set_aside(self) -> list[str]:
        """The names of earlier files that were damaged and are kept beside this one, oldest first."""
        return [path.name for path in set_aside_earlier(self._path)]

    def check_writable(self) -> None:
        """Raise `JournalUnavailable` when a change could not be recorded here (read-only, network drive, synced).

        And when a row is broken or gone, whichever: it may be of this listing, or tell that it is being changed.
        """
        drive = network_drive(self._path)
        if drive is not None:
            why = f"it lies on {drive}, where two computers could write at once"
            raise self._unavailable(why, next_step=_MOVE_IT if self._was_kept() else _ANOTHER_FOLDER)
        service = synced_folder(self._path)
        if service is not None:
            why = f"it lies in a folder of {service}, which may put another computer's in its place"
            raise self._unavailable(why, next_step=_MOVE_IT if self._was_kept() else _ANOTHER_FOLDER)
        error = why_not_kept(self._path.parent)
        if error is not None:
            raise self._unavailable(sqlite_error_in_words(error), fault_of(error)) from error
        if found := self.faults():
            raise self._unavailable(f"it is damaged: {_in_brief(found)}", FileFault.DAMAGED)
        with self._commit() as db:  # takes the write lock, and gives it back
            db.execute("SELECT 1 FROM entries LIMIT 1")

    def check(self) -> str | None:
        """What is wrong with the file: by SQLite's own check, and by each row anew; None when it is whole."""
        if self._db is None and not self._exists():
            return None
        try:
            with self._one_thread:
                found, self._finder = file_damage(self._open(), in_full=True), FaultFinder()
        except sqlite3.Error as error:
            raise self._unavailable(sqlite_error_in_words(error), fault_of(error)) from error
        return found or "; ".join(map(str, self.faults())) or None

    def faults(self) -> Sequence[RowFault]:
        """The rows that are not as they were written, or are gone. Each is read once by this process.

        Raises `JournalUnavailable` for a file that cannot be read at all.
        """
        if self._db is None and not self._exists():
            return ()
        try:
            with self._one_thread:
                db = self._open()
                found = self._finder.faults(db)
        except sqlite3.Error as error:
            raise self._unavailable(sqlite_error_in_words(error), fault_of(error)) from error
        if found:
            self._unavailable(f"it is damaged: {_in_brief(found)}", FileFault.DAMAGED)  # notes it
        return found

    def renew(self, judge: Callable[[], Collection[str]], at: dt.datetime) -> Path:
        """Set the file aside under a name of its own, and begin a new one with the entries that `judge` names.

        It is asked while nobody can write, and may raise. Their ids stay as they are, no id is given twice. Of a file
        that cannot be read at all nothing is taken along. Raises `JournalUnavailable`.
        """
        with self._one_thread:
            try:
                self.check()
            except JournalUnavailable as app_error:
                if not app_error.damaged:
                    raise
                judge()
                return self._moved_away(at)
            try:
                with self._commit() as db:
                    new = build(self._path, db, sorted(row_of(entry) for entry in judge()))
                    if not ON_WINDOWS:  # there no open file can be moved
                        return replace_journal(self._path, new, at)
                self.close()
                return replace_journal(self._path, new, at)
            except OSError as error:
                raise self._not_moved(error) from error
            finally:
                self.close()

    def _moved_away(self, at: dt.datetime) -> Path:
        self.close()
        try:
            with making(self._path):
                return set_aside(self._path, at)
        except OSError as error:
            raise self._not_moved(error) from error

    def _not_moved(self, error: OSError) -> JournalUnavailable:
        if ON_WINDOWS and isinstance(error, PermissionError):
            return self._unavailable("it cannot be set aside: another program has it open", FileFault.BUSY)
        return self._unavailable(sqlite_error_in_words(error))

    def close(self) -> None:
        with self._one_thread:
            if self._db is not None:
                self._db.close()
                self._db = None

    @contextmanager
    def _checked(self) -> Iterator[None]:
        """Rows are made into what they stand for; what cannot be, nobody may take for a record of anything."""
        try:
            yield
        except (ValueError, KeyError, TypeError, IndexError) as error:
            why = " ".join(str(error).split())[:200]
            raise self._unavailable(f"it is damaged: {why}", FileFault.DAMAGED) from error

    def _rows(self, sql: str, values: Iterable[object], *, to_show: bool = False) -> list[tuple[Any, ...]]:
        """The rows of an answer; one that is broken makes it no answer, but for what is only `to_show`."""
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
            raise self._unavailable(sqlite_error_in_words(error), fault_of(error)) from error
        if broken and not to_show:
            raise self._unavailable(f"it is damaged: {broken}", FileFault.DAMAGED)
        if not self._finder.found:
            self.notice = None
        return rows

    def _was_kept(self) -> bool:
        """Whether anything may have been recorded there: also where nobody can see that."""
        try:
            return is_there(self._path)
        except OSError:
            return True

    def _exists(self) -> bool:
        """Whether anything was ever recorded. Raises `JournalUnavailable` where nobody can see that."""
        try:
            return str(self._path) == MEMORY or is_there(self._path)
        except OSError as error:
            raise self._unavailable(sqlite_error_in_words(error)) from error

    @contextmanager
    def _commit(self) -> Iterator[sqlite3.Connection]:
        """A transaction that takes the write lock at once and is on the disk when the block ends."""
        with self._one_thread:
            if self._in_one is not None:
                yield self._in_one
                return
            try:
                for _ in range(_TRIES):
                    with transaction(self._open()) as db:
                        if identity(self._path) == self._identity:  # nobody has set it aside while this waited
                            self._tables.bring_up(db)
                            yield db
                            return
            except sqlite3.Error as error:
                raise self._unavailable(sqlite_error_in_words(error), fault_of(error)) from error
        raise self._unavailable(_REPLACED)

    def _open(self) -> sqlite3.Connection:
        if self._db is not None and identity(self._path) != self._identity:  # somebody moved the file away
            self.close()
        if self._db is not None:
            return self._db
        for _ in range(_TRIES):
            db, opened = self._connected()
            if opened == identity(self._path):  # nobody has set it aside since
                self._db, self._identity = db, opened
                return db
            db.close()
        raise self._unavailable(_REPLACED)

    def _connected(self) -> tuple[sqlite3.Connection, Identity | None]:
        """The file that is there, and which one it is."""
        try:
            if not self._exists():
                make_private_folder(self._path.parent)
                make_if_missing(self._path, JournalTables)
            stood = identity(self._path)
            db = connect_sqlite(self._path, wait=_WAIT_SECONDS)
            opened = stood or identity(self._path)
        except (OSError, sqlite3.Error) as error:
            raise self._unavailable(sqlite_error_in_words(error), fault_of(error)) from error
        try:
            self._prepare(db)
        except BaseException:
            db.close()
            raise
        return db, opened

    def _prepare(self, db: sqlite3.Connection) -> None:
        """The version is looked at before anything else: a newer program may keep its journal in another mode, and
        two modes on one file end in errors of the disk for both.
        """
        if schema_version(db) > VERSION:
            raise self._unavailable(_NEWER, next_step=_OLDER_THAN_IT)
        if str(self._path) != MEMORY:
            raise_if_not_ours(db)
        self._tables, self._finder = JournalTables(db), FaultFinder()

    def _unavailable(
        self, reason: str, fault: FileFault = FileFault.OTHER, next_step: str | None = None
    ) -> JournalUnavailable:
        app_error = JournalUnavailable(
            f"the journal cannot be used: {reason}",
            subject=str(self._path),
            still_works="Everything can be read; nothing is changed",
            next_step=next_step or _NEXT.get(fault) or (_THIS_FOLDER if self._was_kept() else _ANOTHER_FOLDER),
        )
        app_error.damaged = fault is FileFault.DAMAGED
        self.notice = str(app_error)
        return app_error


def _in_brief(faults: Sequence[RowFault]) -> str:
    """The first of them, and how many more there are."""
    more = f"; and {len(faults) - _FEW} more" if len(faults) > _FEW else ""
    return "; ".join(map(str, faults[:_FEW])) + more
