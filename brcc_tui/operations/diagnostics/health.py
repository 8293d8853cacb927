"""Every check of the shops, the database and this computer."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from brcc_tui import __version__
from brcc_tui.logs import operation
from brcc_tui.model.app_error import AppError
from brcc_tui.model.failure import PART_IDS
from brcc_tui.model.listing_id import TicketClassId, parse_listing_id
from brcc_tui.model.wholeness import came_short
from brcc_tui.operations.catalogue.unlisted import why_no_zone
from brcc_tui.operations.context import ClubContext, first_day, import_clients
from brcc_tui.operations.diagnostics.cached_answers import answers_from_a_cache
from brcc_tui.operations.diagnostics.check import Check, Condition, timed
from brcc_tui.operations.diagnostics.service_checks import check_eventbrite, check_woocommerce, check_wordpress
from brcc_tui.private_files import is_seen, who_else
from brcc_tui.store.catalogue_file import CacheDamaged, CacheError
from brcc_tui.store.journal_file import JournalUnavailable
from brcc_tui.windows import ON_WINDOWS

_WORST_FIRST: Final = (Condition.DOWN, Condition.UNKNOWN, Condition.DEGRADED)

CHECKS: Final = (
    "application", "eventbrite_api", "woocommerce_api", "wordpress_db", "cache_status", "journal", "disk_space",
    "memory_usage", "configuration",
)  # fmt: skip
"""The names of all checks, in the order in which they are shown."""

_MIN_DISK: Final = 500 * 1024**2
_MIN_MEMORY: Final = 200 * 1024**2
_FEW: Final = 200
"""Listings among which the next event is looked for."""

_OLD_CATALOGUE: Final = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class HealthReport:
    """All checks by name, in the order of the contract, and the worst of them."""

    status: Condition
    timestamp: dt.datetime
    checks: Mapping[str, Check]


async def check_health(club: ClubContext) -> HealthReport:
    """Run every check, those of other computers side by side; a check that fails is down, never an exception."""
    on_this_computer: dict[str, Callable[[], Check]] = {
        "application": _application,
        "cache_status": lambda: _cache(club),
        "journal": lambda: _journal(club),
        "disk_space": lambda: _disk(club),
        "memory_usage": _memory,
        "configuration": lambda: _configuration(club),
    }
    with operation("health"):
        # One after the other, and before the network: so each time is the check's own.
        checks = {name: await timed(name, _beside(work), club.clock) for name, work in on_this_computer.items()}
        await import_clients()
        elsewhere = {
            "eventbrite_api": _eventbrite(club),
            "woocommerce_api": _woocommerce(club),
            "wordpress_db": _wordpress(club),
        }
        answers = await asyncio.gather(*(timed(name, work, club.clock) for name, work in elsewhere.items()))
        checks |= zip(elsewhere, answers, strict=True)
        return health_report({name: checks[name] for name in CHECKS}, club.clock.now())


def health_report(checks: Mapping[str, Check], at: dt.datetime) -> HealthReport:
    """All checks together: as bad as the worst of them; when no shop is configured nothing is known."""
    found = {check.status for check in checks.values()}
    worst = next((condition for condition in _WORST_FIRST if condition in found), Condition.HEALTHY)
    shops = {checks[name].status for name in ("eventbrite_api", "woocommerce_api") if name in checks}
    if shops == {Condition.NOT_CONFIGURED} and worst is Condition.HEALTHY:
        worst = Condition.UNKNOWN
    return HealthReport(worst, at, checks)


async def _beside(work: Callable[[], Check]) -> Check:
    """Work that may take a moment (a large journal, access lists on Windows), while the screens stay awake."""
    return await asyncio.to_thread(work)


def _application() -> Check:
    import platform

    return Check(Condition.HEALTHY, f"brcc-tui {__version__}, Python {platform.python_version()}")


async def _eventbrite(club: ClubContext) -> Check:
    if club.eventbrite is None:
        return Check(Condition.NOT_CONFIGURED, "there is no PRIVATE_TOKEN")
    return await check_eventbrite(club.eventbrite, await asyncio.to_thread(_next_event, club))


def _next_event(club: ClubContext) -> str | None:
    """The id of the next event on Eventbrite that the catalogue knows; None without one, or without a catalogue."""
    try:
        upcoming = club.cache.upcoming(_FEW, first_day(club.settings, club.cache, club.clock.now()))
    except CacheError:
        return None
    ids = (parse_listing_id(listing.id) for listing in upcoming)
    return next((parsed.event for parsed in ids if isinstance(parsed, TicketClassId)), None)


async def _woocommerce(club: ClubContext) -> Check:
    if club.woocommerce is None:
        return Check(Condition.NOT_CONFIGURED, "there is no key of a shop")
    found = await check_woocommerce(club.woocommerce)
    if found.status is Condition.HEALTHY and (words := await answers_from_a_cache(club)):
        return replace(found, status=Condition.DEGRADED, detail=f"{found.detail}; but {words}")
    return found


async def _wordpress(club: ClubContext) -> Check:
    if club.wordpress is None or club.settings.wordpress is None:
        if club.woocommerce is None:
            return Check(Condition.NOT_CONFIGURED, "there is no database")
        detail = "not configured: what the shop sold is unknown, so nothing of it can be changed"
        return Check(Condition.NOT_CONFIGURED, detail)
    return await check_wordpress(club.wordpress, club.settings.wordpress, club.clock.now(), club.settings.timezone)


def _cache(club: ClubContext) -> Check:
    with contextlib.suppress(CacheDamaged):  # the notice tells
        club.cache.check()
    if rooms := club.venue.check():
        return Check(Condition.DOWN, "; ".join(filter(None, (rooms, club.cache.notice))))
    if club.cache.notice:
        return Check(Condition.DEGRADED, club.cache.notice)
    read_at = club.cache.read_at()
    if read_at is None:
        return Check(Condition.DEGRADED, "there is no catalogue yet: refresh")
    return _catalogue(club, club.clock.now() - read_at)


def _catalogue(club: ClubContext, age: dt.timedelta) -> Check:
    """The check of a catalogue of that age, which is negative where the clock was set back since."""
    if age < dt.timedelta(0):
        words = "the age of the catalogue is unknown: by this computer's clock it was read in the future"
        return Check(Condition.DEGRADED, f"{words}. Refresh")
    words = f"the catalogue is {_age(age)} old{_parts_unread(club)}"
    if unread := _unread_last(club):
        return Check(Condition.DEGRADED, f"{words}; the last refresh could not read {' and '.join(unread)}")
    if why := why_no_zone(club):
        return Check(Condition.DEGRADED, f"{words}; {why}")
    if age > _OLD_CATALOGUE:
        return Check(Condition.DEGRADED, f"{words}: refresh")
    if broken := next((entry for entry in club.venue.history() if entry.damage), None):
        return Check(Condition.DEGRADED, f"{words}; of what people said, {broken.id} is broken: look under History")
    return Check(Condition.HEALTHY, words + _kept(club.cache.set_aside))


def _unread_last(club: ClubContext) -> Collection[str]:
    """The shops, and the database, that the last refresh could not read, or not all of."""
    failed = [failure for failure in club.cache.failed() if failure.id in ("eventbrite", "woocommerce", "wordpress")]
    return dict.fromkeys(f"{'all of ' if came_short(each) else ''}{each.title}" for each in failed)


def _parts_unread(club: ClubContext) -> str:
    """How many events and products the last refresh could not read, in words; empty for none."""
    many = sum(failure.id.startswith(PART_IDS) for failure in club.cache.failed())
    return f", without {many} that could not be read" if many else ""


def _age(age: dt.timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 48 * 60 else f"{minutes // 1440} days"


def _journal(club: ClubContext) -> Check:
    try:
        return _readable_journal(club)
    except JournalUnavailable as error:  # the file's name last: where there is little room it would be all
        way_out = f"{error.next_step} (the file is {error.subject})"
        raise AppError(error.happened, still_works=error.still_works, next_step=way_out) from error


def _readable_journal(club: ClubContext) -> Check:
    from brcc_tui.operations.changes.under_way import left_open

    damage = club.journal.check()
    if damage:
        return Check(Condition.DOWN, f"damaged ({damage}): nothing is changed. brcc-tui recover shows what to do")
    club.journal.check_writable()
    recorded, waiting, kept = club.journal.recorded(), len(left_open(club)), _kept(club.journal.set_aside)
    if waiting:
        return Check(Condition.DEGRADED, f"{_counted(waiting)} never ended: look under History, or recover{kept}")
    return Check(Condition.HEALTHY, f"writable; {_counted(recorded)} recorded{kept}")


def _kept(aside: Sequence[str]) -> str:
    return f"; {' and '.join(aside)}, damaged, kept beside it: delete when nobody asks any more" if aside else ""


def _counted(changes: int) -> str:
    return f"{changes:,} change{'' if changes == 1 else 's'}"


def _disk(club: ClubContext) -> Check:
    found = (path for path in (club.settings.data_dir, *club.settings.data_dir.parents) if is_seen(path))
    folder = next(found, None)
    if folder is None:
        return Check(Condition.DOWN, f"the drive of {club.settings.data_dir} is gone: changes cannot be recorded")
    free = shutil.disk_usage(folder).free
    words = f"{_bytes(free)} free for {folder}"
    if free < _MIN_DISK:
        return Check(Condition.DEGRADED, f"{words}: free some, or changes cannot be recorded")
    return Check(Condition.HEALTHY, words)


def _memory() -> Check:
    import psutil

    own, free = psutil.Process().memory_info().rss, psutil.virtual_memory().available
    words = f"{_bytes(own)} used by this program, {_bytes(free)} free"
    return Check(Condition.DEGRADED if free < _MIN_MEMORY else Condition.HEALTHY, words)


def _bytes(count: int) -> str:
    return f"{count / 1024**3:.1f} GB" if count >= 1024**3 else f"{count / 1024**2:.0f} MB"


def _configuration(club: ClubContext) -> Check:
    settings = club.settings
    found = [*settings.warnings, *_open_to_others([*settings.files, settings.data_dir, settings.log_dir])]
    if found:
        return Check(Condition.DEGRADED, "; ".join(found))
    read = " and ".join(str(path) for path in settings.files) or "the environment alone"
    return Check(Condition.HEALTHY, f"{settings.profile}, {settings.host}; settings from {read}")


def _open_to_others(paths: Iterable[Path]) -> list[str]:
    """What stands open to other users of this computer, in words."""
    way = "start brcc-tui again, or choose another folder" if ON_WINDOWS else "chmod go= it"
    return [
        f"{path} is open to {others}: close it ({way})"
        for path in dict.fromkeys(paths)
        if is_seen(path) and (others := who_else(path))
    ]
