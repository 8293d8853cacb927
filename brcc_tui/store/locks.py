"""One writer per product or event on this computer; the operating system releases the lock when the process dies."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from brcc_tui.clock import on_the_wall
from brcc_tui.logs import keep_name
from brcc_tui.model.app_error import AppError
from brcc_tui.private_files import make_private_folder
from brcc_tui.windows.files import replace_file

_LOCK_TIMEOUT: Final = 0.1
"""Seconds to try for: long enough to outlast somebody who only asks whether the lock is free."""


class LockedHere(AppError):
    """Another copy of the program on this computer is changing this product or event.

    `listings` are those that it changes, as far as it noted them: the others of the product wait with them.
    """

    listings: frozenset[str] = frozenset()


class LockUnusable(LockedHere):
    """The lock file cannot be used: whether anybody is changing this product or event is not known."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who took a lock and when, until about when it takes, and for which listings: ids, and words for people."""

    who: str
    since: dt.datetime | None
    until: dt.datetime | None = None
    listings: Mapping[str, str] = field(default_factory=dict)


class LocalLock:
    """A lock that is held."""

    def __init__(self, lock: FileLock) -> None:
        self._lock = lock
        self._file = self._identity()

    def still_held(self) -> bool:
        """Whether the file that is locked is still the one that others would lock: somebody may have taken it away."""
        return self._file is not None and self._identity() == self._file

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = Path(self._lock.lock_file).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def release(self) -> None:
        """Let go; safe to call twice."""
        self._lock.release(force=True)


class LocalLocks:
    """Locks under one folder, one for each product (`wc:4061`) or event (`eb:123`).

    Beside each lock file stands a note of who took it last; it is only read while the lock is taken.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(
        self,
        subject: str,
        who: str,
        at: dt.datetime,
        until: dt.datetime | None = None,
        listings: Mapping[str, str] | None = None,
    ) -> LocalLock:
        """Take it at once or raise `LockedHere` naming who holds it, since when, until about when, and for what."""
        lock = self._lock(subject)
        try:
            make_private_folder(self._folder)
            lock.acquire(timeout=_LOCK_TIMEOUT, poll_interval=_LOCK_TIMEOUT / 5)
        except Timeout:
            raise self._taken(subject, at) from None
        except (OSError, NotImplementedError) as error:
            raise self._unusable(subject, error) from error
        self._write_note(subject, Holder(who, at, until, listings or {}))
        return LocalLock(lock)

    def is_free(self, subject: str) -> bool:
        """Whether nobody holds it now. Raises `LockUnusable` where that cannot be tried: a lock that is not free.

        A folder that is not there yet holds no lock; one that cannot be looked into might.
        """
        lock = self._lock(subject)
        try:
            if not stat.S_ISDIR(self._folder.stat().st_mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            lock.acquire(timeout=0)
        except FileNotFoundError:
            return True
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            raise self._unusable(subject, error) from error
        lock.release(force=True)
        return True

    def held(self) -> list[str]:
        """Whatever somebody holds now, or of which that cannot be tried, by the names of the lock files.

        Raises `LockUnusable` where the folder cannot be looked into: somebody may hold anything.
        """
        try:
            names = [file.stem for file in self._folder.iterdir() if file.suffix == ".lock"]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise LockUnusable(
                f"the folder of locks {self._folder} cannot be looked into ({error.strerror}): "
                "it is unknown whether another copy of this program is changing anything",
                still_works="everything can be read",
                next_step="let this user read that folder",
            ) from error
        return sorted(name for name in names if not self._is_surely_free(name))

    def _is_surely_free(self, name: str) -> bool:
        try:
            return self.is_free(name)
        except LockUnusable:
            return False

    def holder(self, subject: str) -> Holder:
        """Who took the lock last, as far as it was noted."""
        try:
            note = dict(json.loads(self._file(subject, "json").read_text(encoding="utf-8")))
            until = note.get("until")
            keep_name(str(note["who"]))
            return Holder(
                str(note["who"]),
                _moment(note["since"]),
                None if until is None else _moment(until),
                {str(id_): str(words) for id_, words in dict(note.get("listings", {})).items()},
            )
        except (OSError, ValueError, KeyError, TypeError):  # whoever holds it holds it, whatever the note has become
            return Holder("another copy of this program", None)

    def _taken(self, subject: str, now: dt.datetime) -> LockedHere:
        holder = self.holder(subject)
        what = f" ({'; '.join(dict.fromkeys(holder.listings.values()))})" if holder.listings else ""
        since = f" since {on_the_wall(holder.since):%H:%M:%S}" if holder.since else ""
        taken = LockedHere(
            f"{holder.who} is changing it{since}{_until(holder.until, now)}{what}",
            subject=subject,
            next_step="Wait until that change has settled, then plan again",
        )
        taken.listings = frozenset(holder.listings)
        return taken

    def _unusable(self, subject: str, error: Exception) -> LockUnusable:
        why = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
        return LockUnusable(
            f"its lock file {self._file(subject, 'lock')} cannot be used ({why}): "
            "it is unknown whether another copy of this program is changing it",
            subject=subject,
            still_works="everything can be read",
            next_step="give that file to this user, or take it away while no copy of the program runs. Another "
            "BRCC_DATA_DIR has locks of its own: what a copy with this one is changing is not known there",
        )

    def _lock(self, subject: str) -> FileLock:
        return FileLock(self._file(subject, "lock"), mode=0o600, is_singleton=False, thread_local=False)

    def _file(self, subject: str, ending: str) -> Path:
        return self._folder / f"{re.sub('[^a-z0-9]', '-', subject.lower())}.{ending}"

    def _write_note(self, subject: str, holder: Holder) -> None:
        """Note the holder for others; a lock without a note is still a lock, and one before it is no note of this."""
        file = self._file(subject, "json")
        draft = file.with_suffix(f".{os.getpid()}")
        since, until = (moment.isoformat() if moment else None for moment in (holder.since, holder.until))
        note = {"who": holder.who, "since": since, "until": until, "listings": dict(holder.listings)}
        try:
            draft.write_text(json.dumps(note), encoding="utf-8")
            replace_file(draft, file)
        except OSError:
            for left in (draft, file):
                with suppress(OSError):
                    left.unlink()


def _moment(text: str) -> dt.datetime:
    """A moment as a note has it. Raises `ValueError` for one without a zone."""
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


def _until(until: dt.datetime | None, now: dt.datetime) -> str:
    """Until about when, as it was thought when the lock was taken."""
    if until is None:
        return ""
    return f", until about {on_the_wall(until):%H:%M}" if until > now else ", longer than was thought"
