"""What lies between an operator and a shop: time, requests, and what can happen to an answer."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from brcc_tui.platforms.errors import BadAnswer, DatabaseError, Rejected, Unclear

START = dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC)

Hook = Callable[[], Awaitable[None] | None]


class VirtualClock:
    """The running loop's own time, which jumps."""

    def now(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class SetClock(VirtualClock):
    """A computer's clock that somebody sets: it is `ahead` by so much."""

    ahead = dt.timedelta(0)

    def now(self) -> dt.datetime:
        return super().now() + self.ahead


@dataclass
class Request:
    """A write that reached the shop: what it carried, and whether PHP did it when its answer was long given up."""

    at: float
    what: str
    carried: object
    who: str
    late: bool = False


class Wire:
    """What lies between us and a shop: delays, hooks before and after what a call does, and faults."""

    def __init__(self, delay: Callable[[], float] = lambda: 0.05) -> None:
        self.delay = delay
        self.before: dict[str, list[Hook]] = defaultdict(list)
        self.after: dict[str, list[Hook]] = defaultdict(list)
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.dead = False
        self.is_late = False
        self.late: list[asyncio.Task[None]] = []

    async def travel(self, call: str, when: dict[str, list[Hook]]) -> None:
        """Half of a call's time, and what the test wants to happen just then."""
        await asyncio.sleep(self.delay())
        self.check_alive()
        if when[call]:
            waiting = when[call].pop(0)()
            if waiting is not None:
                await waiting

    def check_alive(self) -> None:
        if self.dead:
            raise Killed

    async def write(self, call: str, commit: Callable[[], None]) -> None:
        """A write, with whatever the next fault makes of it."""
        await self.travel(call, self.before)
        fault = self.faults[call].pop(0) if self.faults[call] else ""
        if fault == "rejected":
            raise Rejected("it was refused", code="ARGUMENTS_ERROR")
        if fault == "lost":
            raise Unclear("no answer came")
        if fault.startswith("late"):
            self.late.append(asyncio.ensure_future(self._later(float(fault.partition(" ")[2]), commit)))
            raise Unclear("no answer came")
        commit()
        await self.travel(call, self.after)
        if fault in ("timeout", "500", "html"):
            words = {"timeout": "no answer came", "500": "HTTP 500", "html": "a page instead of an answer"}
            raise Unclear(words[fault])

    async def _later(self, seconds: float, commit: Callable[[], None]) -> None:
        """PHP was still running, and does it after all."""
        await asyncio.sleep(seconds)
        self.is_late = True
        commit()
        self.is_late = False

    async def read(self, call: str) -> None:
        await self.travel(call, self.before)
        fault = self.faults[call].pop(0) if self.faults[call] else ""
        if fault:
            raise DatabaseError("the database went away") if fault == "database" else BadAnswer("a page of HTML")


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""
