"""What a sync must know besides its readings, and a close warns about: whether the catalogue has all that sells a show.

The catalogue may lack a list, be old or lost, or be dated in the future because a clock was set back. Then a show may
have unknown listings, and its seats are not shared.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Change, RefusalCode
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Platform
from brcc_tui.model.shows.show import Show
from brcc_tui.model.wholeness import came_short
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.catalogue.unlisted import LISTS, kept_since, why_no_zone
from brcc_tui.operations.changes.guards import Guarded
from brcc_tui.operations.context import ClubContext

_OLD: Final = dt.timedelta(hours=2)
_TOO_OLD: Final = dt.timedelta(hours=24)
"""Ages of the catalogue at which a sync says so, and refuses: what was put on sale since has seats of the same room."""


def guard_whole(club: ClubContext) -> None:
    """Raises `Guarded` while the catalogue may lack listings: a show may have some that are unknown here.

    A list arrived in part, or never, or its dates cannot be placed, or the catalogue is too old.
    """
    failed = _failed_lists(club)
    short = next((each for shop, each in failed if came_short(each) or not club.cache.has_any(shop)), None)
    if short:
        raise Guarded(
            RefusalCode.NOT_WHOLE,
            f"not every listing of the show may be known ({short.title}: {short.reason}): refresh, then sync again",
        )
    if why := why_no_zone(club):
        raise Guarded(RefusalCode.NOT_WHOLE, f"not every listing of the show may be known: {why}, and sync again")
    age = _age(club)
    if age is None or age > _TOO_OLD:
        raise Guarded(
            RefusalCode.NOT_WHOLE,
            f"not every listing of the show may be known: {_listed(age)}: refresh, then sync again",
        )


def _listed(age: dt.timedelta | None) -> str:
    if age is None:
        return "it is unknown when the shops' lists were last read"
    return f"the shops' lists were last read {age.total_seconds() / 3600:.0f} hours ago"


def _failed_lists(club: ClubContext) -> list[tuple[Platform, Failure]]:
    """The shops that told the last refresh nothing of what they sell, or not all of it, with why."""
    return [(LISTS[each.title], each) for each in club.cache.failed() if each.title in LISTS]


def _age(club: ClubContext) -> dt.timedelta | None:
    """How long ago both shops told what they sell; None where nobody knows.

    The catalogue was lost, or was read at a time that is still to come by a clock that was set back since. Of a shop
    that told the last refresh nothing, what it told before is kept, and is as old as the oldest of it.
    """
    silent = [shop for shop, failure in _failed_lists(club) if not came_short(failure)]
    moments = [club.cache.read_at(), *(kept_since(club, shop) for shop in silent)]
    now = club.clock.now()
    known = [moment for moment in moments if moment is not None and moment <= now]
    return now - min(known) if len(known) == len(moments) else None


def said_if_old(club: ClubContext) -> str:
    """How long ago the shops listed what they sell, in words, or that this is unknown; empty if it was recent."""
    age = _age(club)
    return "" if age is not None and age <= _OLD else _listed(age)


def with_age(club: ClubContext, changes: Sequence[Change]) -> list[Change]:
    """The changes, with a note if the catalogue that they rest on is old, or of unknown age."""
    old = said_if_old(club)
    if not old:
        return list(changes)
    words = f"{old}: what was put on sale since is not counted. Refresh first if anything was"
    return [dataclasses.replace(change, warnings=(*change.warnings, words)) for change in changes]


class CatalogueSincePlan:
    """What is known to be on sale, to notice what a refresh finds while a plan waits or is being applied."""

    def __init__(self, club: ClubContext) -> None:
        self._club = club
        self._read_at = club.cache.read_at()
        self._shows: Mapping[str, Show] = {}

    def came_to(self, show: Show) -> str | None:
        """A listing that sells seats of the show and was listed since; None if there is none, or nothing was listed
        since.

        Raises `AppError` if the catalogue was lost since: what else is on sale is then unknown.
        """
        read_at = self._club.cache.read_at()
        if read_at is None:
            raise AppError("it is no longer known what else sells seats of this show", next_step="refresh, plan again")
        if read_at != self._read_at:
            self._read_at = read_at
            self._shows = {each.id: each for each in programme(self._club, self._club.cache.listings()).shows}
        now, known = self._shows.get(show.id), {listing.id for listing in show.listings}
        return next((x.id for x in now.listings if x.id not in known), None) if now else None
