"""The practice club as the program sees it after its first refresh, for the tests of shows and sync."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.sandbox.serve import PracticeOptions
from tests.operations.practice.club import Practice, open_in
from tests.practice import SHORT, a_world_is_made_once

__all__ = ["a_world_is_made_once"]


@pytest.fixture
async def open_practice(tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Practice]]]:
    opened: list[Practice] = []

    async def start(options: PracticeOptions, **more: Any) -> Practice:
        opened.append(await open_in(tmp_path / str(len(opened)), options, **more))
        return opened[-1]

    yield start
    for practice in opened:
        await practice.stop()


@pytest.fixture
async def practice(open_practice: Callable[..., Awaitable[Practice]]) -> Practice:
    return await open_practice(PracticeOptions(**SHORT))


@pytest.fixture
async def season(open_practice: Callable[..., Awaitable[Practice]]) -> Practice:
    """One with all shows that the real club has played and announced."""
    return await open_practice(PracticeOptions())


@pytest.fixture
async def settled_practice(open_practice: Callable[..., Awaitable[Practice]]) -> Practice:
    """One in which a person has confirmed everything."""
    return await open_practice(PracticeOptions(**SHORT), settled=True)
