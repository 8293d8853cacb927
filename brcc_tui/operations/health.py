"""Every check of the shops, the database and this computer."""

from __future__ import annotations

import asyncio
import datetime as dt
import enum
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from brcc_tui import __version__
from brcc_tui.logs import log, operation, redact
from brcc_tui.model.trouble import Trouble
from brcc_tui.operations.club import Club, import_clients


class Condition(enum.StrEnum):
    """How something is; `not_configured` does not make the whole worse."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"
    NOT_CONFIGURED = "not_configured"


_WORST_FIRST: Final = (Condition.DOWN, Condition.UNKNOWN, Condition.DEGRADED)

CHECKS: Final = (
    "application", "eventbrite_api", "woocommerce_api", "wordpress_db", "cache_status", "journal", "disk_space",
    "memory_usage", "configuration",
)  # fmt: skip
"""The names of all checks, in the order in which they are shown."""

_PATIENCE: Final = 20.0
"""Seconds after which a check that has not answered counts as down: every client gives up sooner by itself."""

_LEAST_CALLS: Final = 100
_LEAST_DISK: Final = 500 * 1024**2
_LEAST_MEMORY: Final = 200 * 1024**2
_OLD_CATALOGUE: Final = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was found, the way out when it is not healthy, and how long the answer took."""

    status: Condition
    detail: str
    milliseconds: float | None = None


@dataclass(frozen=True, slots=True)
class HealthReport:
    """All checks by name, in the order of the contract, and the worst of them."""

    status: Condition
    timestamp: dt.datetime
    checks: Mapping[str, Check]


async def check_health(club: Club) -> HealthReport:
    """Run every check, those of other computers side by side; a check that fails is down, never an exception."""
    on_this_computer: dict[str, Callable[[], Check]] = {
        "application": _application,
        "cache_status": lambda: _cache(club),
        "journal": lambda: _journal(club),
        "disk_space": lambda: _disk(club),
        "memory_usage": _memory,
        "configuration": lambda: _configuration(club),
    }
    elsewhere: dict[str, Callable[[], Awaitable[Check]]] = {
        "eventbrite_api": lambda: _eventbrite(club),
        "woocommerce_api": lambda: _woocommerce(club),
        "wordpress_db": lambda: _wordpress(club),
    }
    with operation("health"):
        # One after the other, and before the network: so each time is the check's own.
        checks = {name: await _timed(club, name, _at_once(work)) for name, work in on_this_computer.items()}
        await import_clients()
        answers = await asyncio.gather(*(_timed(club, name, work) for name, work in elsewhere.items()))
        checks |= zip(elsewhere, answers, strict=True)
        return report({name: checks[name] for name in CHECKS}, club.clock.now())


def report(checks: Mapping[str, Check], at: dt.datetime) -> HealthReport:
    """All checks together: as bad as the worst of them; when no shop is configured nothing is known."""
    found = {check.status for check in checks.values()}
    worst = next((condition for condition in _WORST_FIRST if condition in found), Condition.HEALTHY)
    shops = {checks[name].status for name in ("eventbrite_api", "woocommerce_api") if name in checks}
    if shops == {Condition.NOT_CONFIGURED} and worst is Condition.HEALTHY:
        worst = Condition.UNKNOWN
    return HealthReport(worst, at, checks)


async def _timed(club: Club, name: str, work: Callable[[], Awaitable[Check]]) -> Check:
    began = club.clock.monotonic()
    try:
        async with asyncio.timeout(_PATIENCE):
            check = await work()
    except TimeoutError:
        check = Check(Condition.DOWN, f"no answer within {_PATIENCE:.0f} s")
    except Exception as error:  # noqa: BLE001 - a check that fails is an answer
        log("a check failed", check=name, error=error)
        text = str(error) if isinstance(error, Trouble) else f"unexpected: {type(error).__name__}: {error}"
        check = Check(Condition.DOWN, redact(text))
    if check.status is Condition.NOT_CONFIGURED:
        return check
    return Check(check.status, check.detail, round((club.clock.monotonic() - began) * 1000, 1))


def _at_once(work: Callable[[], Check]) -> Callable[[], Awaitable[Check]]:
    async def answer() -> Check:
        return work()

    return answer


def _application() -> Check:
    import platform

    return Check(Condition.HEALTHY, f"brcc-tui {__version__}, Python {platform.python_version()}")


async def _eventbrite(club: Club) -> Check:
    if club.eventbrite is None:
        return Check(Condition.NOT_CONFIGURED, "there is no PRIVATE_TOKEN")
    await club.eventbrite.check()
    left = club.eventbrite.calls_left
    if left is not None and left < _LEAST_CALLS:
        detail = f"{left} calls left this hour: they are kept for changes; refresh later"
        return Check(Condition.DEGRADED, detail)
    return Check(Condition.HEALTHY, "answers" if left is None else f"answers; {left:,} calls left this hour")


async def _woocommerce(club: Club) -> Check:
    if club.woocommerce is None:
        return Check(Condition.NOT_CONFIGURED, "there is no key of a shop")
    await club.woocommerce.check()
    if not await club.woocommerce.write_permission():
        detail = "answers, but the key may only read: make one with read and write permission to change seats"
        return Check(Condition.DEGRADED, detail)
    return Check(Condition.HEALTHY, "answers; the key may write")


async def _wordpress(club: Club) -> Check:
    if club.wordpress is None:
        if club.woocommerce is None:
            return Check(Condition.NOT_CONFIGURED, "there is no database")
        detail = "not configured: what the shop sold is unknown, so nothing of it can be changed"
        return Check(Condition.NOT_CONFIGURED, detail)
    site = await club.wordpress.site()
    words = [site.database or "answers"]
    for name, version in (("WooCommerce", site.woocommerce_version), ("FooEvents", site.fooevents_version)):
        words += [f"{name} {version}"] if version else []
    if site.may_write:
        words.append("its user may write, and need not: give this program one that can only SELECT")
        return Check(Condition.DEGRADED, "; ".join(words))
    words.append("read only" if site.may_write is False else "whether its user may write is unknown")
    return Check(Condition.HEALTHY, "; ".join(words))


def _cache(club: Club) -> Check:
    damage = club.cache.check()
    if damage:
        return Check(Condition.DEGRADED, f"damaged: {damage}; refresh to read it anew")
    if club.cache.notice:
        return Check(Condition.DEGRADED, club.cache.notice)
    read_at = club.cache.read_at()
    if read_at is None:
        return Check(Condition.DEGRADED, "there is no catalogue yet: refresh")
    age = club.clock.now() - read_at
    words = f"the catalogue is {_age(age)} old"
    failed = [
        failure.title for failure in club.cache.failed() if failure.id in ("eventbrite", "woocommerce", "wordpress")
    ]
    if failed:
        return Check(
            Condition.DEGRADED, f"{words}; the last refresh could not read {' and '.join(dict.fromkeys(failed))}"
        )
    if age > _OLD_CATALOGUE:
        return Check(Condition.DEGRADED, f"{words}: refresh")
    return Check(Condition.HEALTHY, words)


def _age(age: dt.timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 48 * 60 else f"{minutes // 1440} days"


def _journal(club: Club) -> Check:
    damage = club.journal.check()
    if damage:
        return Check(Condition.DOWN, f"damaged ({damage}): nothing is changed until its file is moved away")
    club.journal.check_writable()
    recorded, waiting = len(club.journal.entries()), len(club.journal.unfinished())
    if waiting:
        return Check(Condition.DEGRADED, f"{_counted(waiting)} never ended: look under History, or recover")
    return Check(Condition.HEALTHY, f"writable; {_counted(recorded)} recorded")


def _counted(changes: int) -> str:
    return f"{changes:,} change{'' if changes == 1 else 's'}"


def _disk(club: Club) -> Check:
    folder = next(path for path in (club.settings.data_dir, *club.settings.data_dir.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    words = f"{_bytes(free)} free for {folder}"
    if free < _LEAST_DISK:
        return Check(Condition.DEGRADED, f"{words}: free some, or changes cannot be recorded")
    return Check(Condition.HEALTHY, words)


def _memory() -> Check:
    import psutil

    own, free = psutil.Process().memory_info().rss, psutil.virtual_memory().available
    words = f"{_bytes(own)} used by this program, {_bytes(free)} free"
    return Check(Condition.DEGRADED if free < _LEAST_MEMORY else Condition.HEALTHY, words)


def _bytes(count: int) -> str:
    return f"{count / 1024**3:.1f} GB" if count >= 1024**3 else f"{count / 1024**2:.0f} MB"


def _configuration(club: Club) -> Check:
    settings = club.settings
    if settings.warnings:
        return Check(Condition.DEGRADED, "; ".join(settings.warnings))
    read = _listed([str(path) for path in settings.files]) or "the environment alone"
    return Check(Condition.HEALTHY, f"{settings.profile}, {settings.host}; settings from {read}")


def _listed(texts: Sequence[str]) -> str:
    return " and ".join(texts)
