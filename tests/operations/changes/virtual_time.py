"""An event loop whose clock jumps to the next timer instead of waiting for it."""

from __future__ import annotations

import asyncio
import heapq
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Deadlock(AssertionError):
    """Everything waits, and nothing will ever happen."""


class _NobodyOutside(selectors.DefaultSelector):
    """Nothing ever comes from outside, so the system is not asked at every turn of the loop."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs whatever is ready; when nothing is, it is the time of the next timer. Deterministic."""

    def __init__(self) -> None:
        super().__init__(_NobodyOutside())
        self._seconds = 0.0
        self._clock_resolution = 1e-9  # as on Linux: with that of Windows what is 15 ms apart would happen at once

    def time(self) -> float:
        return self._seconds

    def _run_once(self) -> None:
        timers = self._scheduled  # type: ignore[attr-defined]
        while timers and timers[0]._cancelled:
            heapq.heappop(timers)._scheduled = False
            self._timer_cancelled_count -= 1
        if not self._ready and not self._stopping:  # type: ignore[attr-defined]
            if not timers:
                raise Deadlock("nothing is ready and no timer runs")
            self._seconds = max(self._seconds, timers[0]._when)
        super()._run_once()  # type: ignore[misc]


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in virtual time, on a loop of its own."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
