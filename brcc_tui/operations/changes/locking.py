"""The lock: one writer per product or event, on this computer and, for WooCommerce, on any other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import RefusalCode
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.operations.changes.decision_reading import Subject
from brcc_tui.operations.changes.guards import Guarded, of_app_error
from brcc_tui.operations.context import ClubContext
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.store.locks import LockedHere, LockUnusable

if TYPE_CHECKING:
    from brcc_tui.platforms.wordpress.locks import ProductLock
    from brcc_tui.store.locks import LocalLock


_A_WRITE: Final = 5.0
"""Seconds that reading, writing and verifying one product or event take, with a slow shop."""


class SubjectLock:
    """The locks of one subject, kept until its change has settled."""

    def __init__(self, club: ClubContext, subject: Subject, local: LocalLock, remote: ProductLock | None) -> None:
        self._club = club
        self._subject = subject
        self._local = local
        self._remote = remote

    @property
    def remote(self) -> ProductLock | None:
        """The database's lock; None if there cannot be one."""
        return self._remote

    async def still_ours(self) -> bool:
        """Whether we are the one writer at this moment. This computer's lock is lost when its file is taken away."""
        return self._local.still_held() and (self._remote is None or await self._remote.still_ours())

    async def retake(self) -> bool:
        """Takes a lost database lock again; False if somebody else has it, or the database cannot be asked.

        If this computer's lock was lost, others may have one of their own.
        """
        if not self._local.still_held():
            return False
        if self._remote is not None:
            await self._remote.release()
        try:
            self._remote = await _remote_lock(self._club, self._subject)
        except AppError:
            return False
        return True

    async def release(self) -> None:
        """Let go of the lock on this computer and of that in the database."""
        try:
            if self._remote is not None:
                await self._remote.release()
        finally:
            self._local.release()


class Busy(Guarded):
    """Somebody at this computer is changing the subject. `listings` are those concerned: none if unknown."""

    def __init__(self, locked: LockedHere) -> None:
        super().__init__(RefusalCode.LOCKED, str(locked))
        self.listings = locked.listings

    def of(self, listing_id: str) -> str:
        """The reason for one listing: it may only wait because its product is written as one."""
        if not self.listings or listing_id in self.listings:
            return self.reason
        return f"another date of this product is being changed, and all are written as one: {self.reason}"


def about_seconds(club: ClubContext, subjects: int, *, to_settle: bool) -> float:
    """About how many seconds changes of so many products and events take: what others are told who have to wait."""
    return _A_WRITE * subjects + (max(club.settings.settle, default=0.0) if to_settle else 0.0)


def change_in_words(listing: Listing) -> str:
    """What others are told that is being changed."""
    return f"{listing.starts_at:%a %d %b %H:%M}" if listing.starts_at else listing.title


async def lock_subject(
    club: ClubContext, subject: Subject, who: str, *, seconds: float = 0.0, listings: Mapping[str, str] | None = None
) -> SubjectLock:
    """Takes the locks of a subject; raises `Guarded` naming who has them.

    `seconds` is about how long it will take, `listings` are what it is for: both are shown to others who have to wait.
    """
    now = club.clock.now()
    try:
        local = club.locks.take(str(subject), who, now, now + dt.timedelta(seconds=seconds), listings)
    except LockUnusable as app_error:
        raise Guarded(RefusalCode.LOCKED, str(app_error)) from None
    except LockedHere as app_error:
        raise Busy(app_error) from None
    try:
        return SubjectLock(club, subject, local, await _remote_lock(club, subject))
    except DatabaseError as app_error:
        local.release()
        raise of_app_error(app_error) from None
    except AppError as app_error:
        local.release()
        raise Guarded(RefusalCode.LOCKED, str(app_error)) from None
    except BaseException:
        local.release()
        raise


async def _remote_lock(club: ClubContext, subject: Subject) -> ProductLock | None:
    if subject.platform is not Platform.WOOCOMMERCE or club.wordpress is None:
        return None
    return await club.wordpress.lock(int(subject.number), club.settings.operator)
