"""Fixtures around one MariaDB server for each test process: `from tests.mariadb.fixtures import ...`."""

from __future__ import annotations

import atexit
import contextlib
import functools
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from brcc_tui.platforms.wordpress.database import WordPress
from brcc_tui.settings import WordPressSettings
from tests.mariadb.server import Server, mariadb_missing, mariadb_server
from tests.mariadb.shop import Shop


@functools.cache
def running_server() -> Server:
    """The server of this process; stopped when the process ends."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mariadb"))
    return stack.enter_context(mariadb_server(Path(folder)))


@functools.cache
def _shop(hpos: bool) -> Shop:
    return Shop.make(running_server(), hpos=hpos)


def needs_mariadb() -> None:
    """Skip the test, with the reason, where no server can be started."""
    missing = mariadb_missing()
    if missing:
        pytest.skip(missing)


@pytest.fixture(params=["hpos", "posts"])
def shop(request: pytest.FixtureRequest) -> Shop:
    """An empty shop, once with each order storage."""
    needs_mariadb()
    shop = _shop(request.param == "hpos")
    shop.clear()
    return shop


@pytest.fixture
def hpos_shop() -> Shop:
    """An empty shop whose orders are in HPOS tables."""
    needs_mariadb()
    shop = _shop(True)
    shop.clear()
    return shop


@pytest.fixture
def server() -> Iterator[Server]:
    """The server alone."""
    needs_mariadb()
    return running_server()


Connect = Callable[..., WordPress]


@pytest_asyncio.fixture
async def connect() -> AsyncIterator[Connect]:
    """Makes clients (arguments as `WordPress` takes them) and closes them after the test."""
    made: list[WordPress] = []

    def make(settings: WordPressSettings, **options: Any) -> WordPress:
        made.append(WordPress(settings, **options))
        return made[-1]

    yield make
    for client in made:
        await client.close()


@pytest_asyncio.fixture
async def wordpress(shop: Shop) -> AsyncIterator[WordPress]:
    """The program's client of `shop`, as the user who may only read."""
    client = WordPress(shop.settings(), site="shop.example")
    yield client
    await client.close()
