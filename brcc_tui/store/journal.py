"""The append-only record of every change from intent to settled, in SQLite: also the audit trail.

A row is committed with `synchronous=FULL` before anything is sent; nothing is ever updated or deleted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class JournalEvent:
    """One move of a change: what happened, when, with which numbers."""

    at: dt.datetime
    event: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one listing, with its events in order. `outcome` is None while it has not ended."""

    id: str
    at: dt.datetime
    actor: str
    listing: str
    show: str | None
    action: str
    before: int | str | None
    after: int
    reason: str
    digest: str
    outcome: str | None
    events: tuple[JournalEvent, ...]


class Journal:
    """One file, shared by every copy of the program that works for the same shops on this computer."""

    def __init__(self, path: Path) -> None:
        raise NotImplementedError

    def check_writable(self) -> None:
        """Raise `JournalUnavailable` when a change could not be recorded here (read-only, network drive)."""
        raise NotImplementedError

    def begin(
        self,
        *,
        actor: str,
        listing: str,
        show: str | None,
        action: str,
        before: int | str | None,
        after: int,
        reason: str,
        digest: str,
        at: dt.datetime,
    ) -> str:
        """Start an entry (event `planned`); returns its id."""
        raise NotImplementedError

    def append(self, entry: str, event: str, at: dt.datetime, detail: Mapping[str, object]) -> None:
        """Record the next move, on disk before this returns."""
        raise NotImplementedError

    def entry(self, entry: str) -> Entry | None:
        """One change in full."""
        raise NotImplementedError

    def entries(
        self, *, show: str | None = None, listing: str | None = None, limit: int | None = None
    ) -> Sequence[Entry]:
        """Changes, newest first."""
        raise NotImplementedError

    def unfinished(self) -> Sequence[Entry]:
        """Changes that were sent or could have been, and have no outcome."""
        raise NotImplementedError

    def last_set(self) -> Mapping[str, int]:
        """For each listing, the capacity that was last settled here."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the file."""
        raise NotImplementedError
