"""Virtual time for real sockets: when nobody has anything to do or to hear, it is the time of the next timer."""

from __future__ import annotations

import asyncio
import datetime as dt
import heapq
import selectors
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar

T = TypeVar("T")

START = dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC)
_SHORT_JUMP = 1.5
"""Seconds that may be skipped after one glance at the sockets; before a longer jump they get a millisecond."""

_PATIENCE = 20.0


class Deadlock(AssertionError):
    """Everything waits, and nothing will ever happen."""


class _WhenAsked(selectors.DefaultSelector):
    """The sockets are looked at when nothing else is to be done, not at every turn of the loop."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return []

    def heard(self, timeout: float) -> list[tuple[selectors.SelectorKey, int]]:
        """What the sockets have, after so many seconds at most."""
        return super().select(timeout)


class WireLoop(asyncio.SelectorEventLoop):
    """Both ends of every connection live in this loop, so what one end sends the other can read at once."""

    def __init__(self) -> None:
        self._sockets = _WhenAsked()
        super().__init__(self._sockets)
        self._seconds = 0.0
        self.set_exception_handler(lambda loop, context: None)  # aborted connections complain

    def time(self) -> float:
        return self._seconds

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Time stands still while a thread works, so its work can as well be done here: always in the same order."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def _run_once(self) -> None:
        timers = self._scheduled  # type: ignore[attr-defined]
        while timers and timers[0]._cancelled:
            heapq.heappop(timers)._scheduled = False
            self._timer_cancelled_count -= 1  # type: ignore[attr-defined]
        if not self._ready and not self._stopping:  # type: ignore[attr-defined]
            self._listen(timers[0]._when if timers else None)
        super()._run_once()  # type: ignore[misc]

    def _listen(self, next_timer: float | None) -> None:
        """Take in what the sockets have; if that is nothing, jump."""
        if next_timer is not None:
            jump = next_timer - self._seconds
            if not self._heard(0.0 if jump < _SHORT_JUMP else 0.001):
                self._seconds = max(self._seconds, next_timer)
            return
        until = time.monotonic() + _PATIENCE
        while not self._heard(0.05):
            if time.monotonic() > until:
                raise Deadlock("nothing is ready, no timer runs and nobody sends anything")

    def _heard(self, seconds: float) -> bool:
        events = self._sockets.heard(seconds)
        if events:
            self._process_events(events)  # type: ignore[attr-defined]
        return bool(self._ready)  # type: ignore[attr-defined]


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in virtual time, on a loop of its own."""
    loop = WireLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


class VirtualClock:
    """The running loop's own time, which jumps: a program's clock, for its threads too."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def now(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
