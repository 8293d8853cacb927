"""Waiting for the screens without waiting: where nothing happens before something is due, it is due at once.

Textual's own pilot sleeps in steps until the process seems idle, several times for each key. That is most of the time
of a test, and a guess: on a busy computer a process that does not get its turn seems idle, too.
"""

from __future__ import annotations

import asyncio
import math
import time
from typing import Final

import pytest
import textual._wait

from tests.systems import ON_WINDOWS

_SOON: Final = 0.06
"""Seconds in which what is due is waited for: what Textual paints later (a 60th), tells of a new size (a 120th) or puts
off while another screen comes (a 20th). What a person would wait for stays due: the minute, the next look."""

_TURN: Final = 0.001
"""Seconds that threads are given to do what they are at."""

_ahead = 0.0
_turning = 0
"""How many wait at once, each of which has a turn of the loop before it: nothing else is left to do for any of them."""


def now() -> float:
    """Seconds by the computer's clock, and those that passed at once."""
    return time.monotonic() + _ahead


async def quiet(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Until nothing is left to do now or soon. It takes the place of `wait_for_idle`.

    What never ends is waited for that many seconds, by this clock: a busy computer's own would end them too early.
    """
    global _ahead, _turning
    loop, left = asyncio.get_running_loop(), max_sleep
    loop.time = now  # type: ignore[method-assign]
    while left > 0:
        _turning += 1
        try:
            await asyncio.sleep(0)
        finally:
            _turning -= 1
        if len(loop._ready) > _turning:  # type: ignore[attr-defined]
            continue
        if _is_a_thread_at_work(loop):
            await asyncio.sleep(_TURN)
            left -= _TURN
            continue
        waiting = (each.when() for each in loop._scheduled if not each.cancelled())  # type: ignore[attr-defined]
        until = max(min(waiting, default=math.inf) - now(), 0)
        if until > _SOON:
            return
        _ahead += until
        left -= until


def _is_a_thread_at_work(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether something is done beside the loop, of which that hears when it is done."""
    pool = loop._default_executor  # type: ignore[attr-defined]
    return pool is not None and len(pool._threads) > pool._idle_semaphore._value


def wait_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Textual's pilot wait so. On Windows Textual sleeps in threads, of which the loop knows nothing; there its own
    steps stay, longer ones, for a process' time is counted in sixtieths of a second.
    """
    if ON_WINDOWS:
        for name in ("SLEEP_GRANULARITY", "SLEEP_IDLE"):
            monkeypatch.setattr(f"textual._wait.{name}", getattr(textual._wait, name) * 2.5)
        return
    monkeypatch.setattr("textual._time.get_time", now)
    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", quiet)
