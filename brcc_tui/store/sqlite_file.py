"""The only way in which an SQLite file is opened, and what its errors mean.

On POSIX a lock belongs to the process and not to the descriptor: closing *any* descriptor of a file releases every
lock that the process holds on it, SQLite's among them. The next process that closes last then believes that it is the
only one, and removes the write-ahead log from under the others. So nothing but SQLite ever opens a file that may be
open here: its permissions are set by name, a new file is created where there was none, and each file has one owner in
a process.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import enum
import errno
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from brcc_tui.private_files import close_to_others, make_private_file, who_else
from brcc_tui.windows import ON_WINDOWS, files

MEMORY: Final = ":memory:"
_WAIT: Final = 5.0
"""Seconds that a process waits for another one's transaction."""

_BESIDE: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file, by the ending."""

Identity = tuple[int, int]
"""Which file a name means: its device and number, that of the open one as long as nobody moved it."""


class FileFault(enum.Enum):
    """What an error about a file comes down to, in words."""

    DAMAGED = "it is damaged"
    FULL = "the disk is full"
    READ_ONLY = "it may only be read"
    BUSY = "another copy of this program is writing to it"
    NO_ACCESS = "it cannot be opened"
    DISK = "the disk cannot be read or written"
    OTHER = ""


class NothingOfOurs(sqlite3.DatabaseError):
    """A file is there, and holds nothing that this program made: it is no beginning, because `new_file` makes those."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


_FAULTS: Final = {
    sqlite3.SQLITE_CORRUPT: FileFault.DAMAGED,
    sqlite3.SQLITE_NOTADB: FileFault.DAMAGED,
    sqlite3.SQLITE_FORMAT: FileFault.DAMAGED,
    sqlite3.SQLITE_FULL: FileFault.FULL,
    sqlite3.SQLITE_READONLY: FileFault.READ_ONLY,
    sqlite3.SQLITE_PERM: FileFault.READ_ONLY,
    sqlite3.SQLITE_BUSY: FileFault.BUSY,
    sqlite3.SQLITE_LOCKED: FileFault.BUSY,
    sqlite3.SQLITE_PROTOCOL: FileFault.BUSY,
    sqlite3.SQLITE_CANTOPEN: FileFault.NO_ACCESS,
    sqlite3.SQLITE_IOERR: FileFault.DISK,
}
_THEIRS: Final = "Let this user write to that folder and what is in it"
WAYS_OUT: Final = {
    FileFault.FULL: "Make room on that disk, then try again",
    FileFault.BUSY: "Quit every other copy of this program on this computer, then try again",
    FileFault.READ_ONLY: _THEIRS,
    FileFault.NO_ACCESS: _THEIRS,
}
"""What to do about a fault, whatever the file holds."""

_FAULTS_OF_SYSTEM: Final = {
    errno.ENOSPC: FileFault.FULL,
    errno.EDQUOT: FileFault.FULL,
    errno.EIO: FileFault.DISK,
}
"""Of an error of the system by its number; any other one is of rights."""

_NOT_AS_MADE: Final = ("Could not decode to UTF-8", "no such table", "no such column")
"""How complaints about a file begin that is not as this program made it: the first one is Python's own."""


def fault_of(error: Exception) -> FileFault:
    """What an error of SQLite, or of the system, says of the file."""
    if isinstance(error, OSError):
        return _FAULTS_OF_SYSTEM.get(error.errno or 0, FileFault.NO_ACCESS)
    if isinstance(error, sqlite3.Error) and str(error).startswith(_NOT_AS_MADE):
        return FileFault.DAMAGED
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return FileFault.OTHER if code is None else _FAULTS.get(code & 0xFF, FileFault.OTHER)


def sqlite_error_in_words(error: Exception) -> str:
    """The error for a person, with the system's or SQLite's own words."""
    words = (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
    fault = fault_of(error)
    return f"{fault.value}: {words}" if fault.value else words


def connect_sqlite(path: Path, *, create: bool = True, wait: float = _WAIT) -> sqlite3.Connection:
    """Open a file (or `MEMORY`), closed to other users; one that is not there is made only if `create`.

    Nothing is read yet. Raises `sqlite3.Error` or `OSError`.
    """
    if str(path) == MEMORY:
        return sqlite3.connect(MEMORY, isolation_level=None, check_same_thread=False)
    if create and not path.exists():
        make_private_file(path)
    else:
        with contextlib.suppress(OSError):  # another user's: whether it can be used, SQLite tells
            if who_else(path):
                close_to_others(path)
    return sqlite3.connect(_uri(path, "mode=rw"), uri=True, timeout=wait, isolation_level=None, check_same_thread=False)


def new_file(path: Path, make: Callable[[sqlite3.Connection], object]) -> None:
    """Let a file stand there with what `make` puts into it, unless there is one: at no moment an empty one.

    So a file that is empty has lost what it held. Call it while `making`. Raises `sqlite3.Error` or `OSError`.
    """
    if os.path.lexists(path):  # a link to a disk that is not there now is left alone
        return
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        new.unlink(missing_ok=True)
        with contextlib.closing(connect_sqlite(new)) as database:
            make(database)
        with contextlib.suppress(FileExistsError):  # on Windows, where another process was quicker
            files.rename(new, path)
    finally:
        for left in (new, *(new.with_name(new.name + ending) for ending in _BESIDE)):
            with contextlib.suppress(OSError):
                left.unlink()


def make_if_missing(path: Path, make: Callable[[sqlite3.Connection], object]) -> None:
    """Make a file that nobody has made yet, whichever process comes first. Raises `sqlite3.Error` or `OSError`."""
    if not os.path.lexists(path):
        with making(path):
            new_file(path, make)


def raise_if_not_ours(database: sqlite3.Connection) -> None:
    """Raise `NothingOfOurs` for a file without a version of ours: emptied by a power cut or a copy, or another's."""
    if not schema_version(database):
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        raise NothingOfOurs("it holds something else" if pages else "it is empty")


def copy_unlocked(path: Path, into: sqlite3.Connection) -> None:
    """Copy a file that is not open here, where even reading it by the rules fails: they need room for two more files.

    A write-ahead log that holds something makes that impossible. Raises `sqlite3.Error` or `OSError`.
    """
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise OSError("its write-ahead log holds something")
    with contextlib.closing(sqlite3.connect(_uri(path, "mode=ro&immutable=1"), uri=True)) as database:
        database.backup(into)


def _uri(path: Path, how: str) -> str:
    text = path.absolute().as_posix()
    return f"file://{'' if text.startswith('/') else '/'}{quote(os.fsencode(text))}?{how}"


def is_there(path: Path) -> bool:
    """Whether a file is under that name. Raises `OSError` where that cannot be seen: unseen is not missing.

    `Path.exists` says no to some of that, and from Python 3.14 on to all of it.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def identity(path: Path) -> Identity | None:
    """Which file is under that name now; None for none, or one that cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def schema_version(database: sqlite3.Connection) -> int:
    """The version of its schema, 0 where nothing was made yet. Reads, and changes nothing about the file."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def file_damage(database: sqlite3.Connection, *, in_full: bool = False) -> str | None:
    """What SQLite's own quick check finds wrong; None when the file is whole. Raises `sqlite3.Error`.

    `in_full` holds the indexes against the tables too.
    """
    found = str(database.execute(f"PRAGMA {'integrity' if in_full else 'quick'}_check(1)").fetchone()[0])
    return None if found == "ok" else " ".join(found.split())


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Take the write lock at once; commit when the block ends, or leave everything as it was."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield database
        database.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # a full disk has rolled it back already
            database.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def making(path: Path) -> Iterator[None]:
    """One process at a time makes the file, or moves it away. Not being able to say so to others stops nobody."""
    descriptor = -1
    if not ON_WINDOWS and path.parent.is_dir():  # Windows lets nobody move a file that is open elsewhere
        import fcntl

        with contextlib.suppress(OSError):
            descriptor = os.open(path.with_name(f"{path.name}.making"), os.O_CREAT | os.O_RDWR, 0o600)
            end = time.monotonic() + _WAIT
            while not _locked(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB) and time.monotonic() < end:
                time.sleep(0.01)
    try:
        yield
    finally:
        if descriptor >= 0:
            os.close(descriptor)  # of a file that is no database: the lock is this descriptor's own, and goes with it


def _locked(descriptor: int, how: int) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        return False
    return True


def set_aside(path: Path, moment: dt.datetime) -> Path:
    """Move a damaged file that is not open here to a name of its own, with what belongs to it; returns the name.

    Nothing is ever overwritten. Call it while `making`. Raises `OSError`.
    """
    aside = free_name(path, moment)
    move(path, aside)
    return aside


def move(path: Path, to: Path) -> None:
    """Give a file another name beside it, with what belongs to it. Raises `OSError`."""
    files.rename(path, to)
    for ending in _BESIDE:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(to.with_name(to.name + ending))


def keep_names(folder: Path) -> None:
    """Have the names of the files in a folder outlive a power cut as they are now; Windows opens no folder for that."""
    if ON_WINDOWS:
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def free_name(path: Path, moment: dt.datetime) -> Path:
    """A name beside a damaged file under which nothing stands yet."""
    stem = f"{path.name}.damaged-{moment:%Y%m%d-%H%M%S}"
    names = (path.with_name(stem if n == 1 else f"{stem}-{n}") for n in range(1, 1000))
    return next(name for name in names if not name.exists())


def set_aside_earlier(path: Path) -> list[Path]:
    """The damaged files that were set aside from that name and still lie beside it, oldest first."""
    found = path.parent.glob(f"{path.name}.damaged*")
    return sorted(aside for aside in found if not aside.name.endswith(_BESIDE))
