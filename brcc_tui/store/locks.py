"""One writer per product or event on this computer; the system releases the lock when the process dies."""

from __future__ import annotations

from pathlib import Path


class LocalLock:
    """A lock that is held."""

    def release(self) -> None:
        """Let go; safe to call twice."""
        raise NotImplementedError


class LocalLocks:
    """Locks under one folder, one for each product (`wc:4061`) or event (`eb:123`)."""

    def __init__(self, folder: Path) -> None:
        raise NotImplementedError

    def take(self, subject: str, who: str) -> LocalLock:
        """Take it at once or raise `LockedHere` naming who holds it and since when."""
        raise NotImplementedError

    def is_free(self, subject: str) -> bool:
        """Whether nobody holds it now."""
        raise NotImplementedError
