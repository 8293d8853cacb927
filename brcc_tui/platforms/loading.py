"""Loads heavy modules when they are first needed, without blocking the screens."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_one_at_a_time = threading.Lock()


async def off_the_loop(load: Callable[[], T]) -> T:
    """Run something that imports heavy modules in a thread, so that keys are answered meanwhile.

    One at a time: two threads that import packages with circular imports can see half a module.
    """

    def alone() -> T:
        with _one_at_a_time:
            return load()

    return await asyncio.to_thread(alone)
