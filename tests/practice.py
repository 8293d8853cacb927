"""A practice club in this process, for tests that need its servers and not its own program.

`brcc_tui.cli.practice` starts it as a child; tests of that, of terminals and of whole processes do too.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import queue
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypedDict

import pytest

from brcc_tui.sandbox import serve
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.world.make import make_world
from brcc_tui.sandbox.world.types import OrderSpec, World


class Weeks(TypedDict):
    """For how long a practice club has played, and for how long it has announced its shows."""

    past_weeks: int
    ahead_weeks: int


SHORT: Final = Weeks(past_weeks=2, ahead_weeks=8)
"""A club with all that is odd about one, and half of its shows: enough for what is not about how many they are."""

SHORT_DEMO: Final = ("--past=2", "--ahead=8")
"""The same, of one that is started as a process."""

KEPT: Final = 4
"""Worlds that are kept, some 25 MB each with the rows of their orders: those of the usual day, and of the day that is
tested just now."""

_made: Final = functools.lru_cache(KEPT)(make_world)
_place_orders: Final = WordPressSite.place_orders
_kept: dict[int, sqlite3.Connection] = {}


@contextlib.contextmanager
def practice_served(options: PracticeOptions) -> Iterator[Mapping[str, str]]:
    """The settings of a practice club whose servers run in a thread as long as the block."""
    said = queue.SimpleQueue[Mapping[str, str] | BaseException]()
    loop = asyncio.new_event_loop()
    told = asyncio.Event()

    async def serve() -> None:
        club = PracticeClub(options)
        try:
            said.put(await club.start())
            await told.wait()
        finally:
            await club.stop()

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(serve())
        except BaseException as error:
            said.put(error)
            raise

    thread = threading.Thread(target=run, name="practice club", daemon=True)
    thread.start()
    try:
        answer = said.get()
        if isinstance(answer, BaseException):
            raise answer
        yield answer
    finally:
        with contextlib.suppress(RuntimeError):  # it never opened, and its loop is closed
            loop.call_soon_threadsafe(told.set)
        thread.join()


def _place_once(site: WordPressSite, specs: Iterable[OrderSpec]) -> None:
    orders = tuple(specs)
    world = hash((site.spec, orders, *site.database.rows("SELECT * FROM {p}postmeta")))
    with contextlib.closing(site.database.connect()) as session:
        if world in _kept:
            _kept[world] = kept = _kept.pop(world)  # the one that was used last is given away last
            kept.backup(session)
            return
        _place_orders(site, orders)
        if len(_kept) == KEPT:
            _kept.pop(next(iter(_kept))).close()
        _kept[world] = sqlite3.connect(":memory:", check_same_thread=False)
        session.backup(_kept[world])


def _make_once(*which: Any, **more: Any) -> World:
    world = _made(*which, **more)
    return dataclasses.replace(world, truth=dict(world.truth), oddities=dict(world.oddities))


@pytest.fixture(scope="session", autouse=True)
def a_world_is_made_once() -> Iterator[None]:
    """To make it and to place its orders is most of a practice club's start.

    Another club with the same world gets a copy: all that can be changed in it is what it tells, and the rows.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serve, "make_world", _make_once)
        patch.setattr(WordPressSite, "place_orders", _place_once)
        yield
