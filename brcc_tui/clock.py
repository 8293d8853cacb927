"""Time as an argument, so that tests wait a minute in no time, and a practice club can have any date.

Nothing else in the program asks the computer for the time.
"""

from __future__ import annotations

import datetime as dt
import functools
import time
from pathlib import Path
from typing import Final, Protocol


class Clock(Protocol):
    """What time it is, and how to wait."""

    def now(self) -> dt.datetime:
        """The present moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds of a clock that never jumps, and goes on while the computer sleeps."""
        ...

    async def sleep(self, seconds: float) -> None: ...


def system_now() -> dt.datetime:
    """What the computer's own clock says, aware, in UTC."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - the one place


_WHILE_ASLEEP: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
"""Linux' clock that goes on while the computer sleeps, or macOS' own; on Windows Python's does so."""


def steady_seconds() -> float:
    """Seconds of a clock that never jumps and goes on while the computer sleeps: how old an answer or a reading is."""
    if _WHILE_ASLEEP is None:
        return time.monotonic()
    return time.clock_gettime(_WHILE_ASLEEP)  # type: ignore[attr-defined,unused-ignore]


@functools.cache
def started() -> str:
    """Which start of the computer the steady seconds count from, as Linux names it; elsewhere nobody tells."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


class _Wall:
    zone: dt.tzinfo | None = None


def use_wall(zone: dt.tzinfo | None) -> None:
    """Say moments by the clock on the club's wall from now on; None is that of this computer."""
    _Wall.zone = zone


def on_the_wall(moment: dt.datetime) -> dt.datetime:
    """A moment as people are to read it: wherever they sit, as the shows' own times."""
    return moment.astimezone(_Wall.zone)


class SystemClock:
    """The computer's own clock; `ahead` by so much where the settings point at a practice club of another day."""

    def __init__(self, ahead: dt.timedelta = dt.timedelta(0)) -> None:
        self.ahead = ahead

    def now(self) -> dt.datetime:
        """The present moment, aware, in UTC."""
        return system_now() + self.ahead

    def monotonic(self) -> float:
        """Seconds of a clock that never jumps, and goes on while the computer sleeps."""
        return steady_seconds()

    async def sleep(self, seconds: float) -> None:
        import asyncio  # a quick look at the cache needs the time and no event loop

        await asyncio.sleep(seconds)
