"""Fixtures around one database server of each kind for each test process: `from tests.mariadb.fixtures import ...`.

A test runs on the installed MariaDB, unless it is marked with `on_every_server`: then once on each that hosts run
(`server_kind`, which all tests have from `conftest`).
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from brcc_tui.platforms.wordpress.database import WordPress
from brcc_tui.settings import WordPressSettings
from tests.mariadb import unpacked
from tests.mariadb.server import INSTALLED, KINDS, Kind, Server, database_server
from tests.mariadb.shop import Shop

on_every_server = pytest.mark.parametrize(
    "server_kind",
    [pytest.param(kind, id=kind.group, marks=pytest.mark.xdist_group(kind.group)) for kind in KINDS],
    indirect=True,
)
"""For tests whose outcome may depend on the server; they need a fixture of this module."""


@functools.cache
def running_server(kind: Kind = INSTALLED) -> Server:
    """The server of this process; stopped when the process ends."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mariadb"))
    return stack.enter_context(database_server(Path(folder), kind=kind))


@functools.cache
def _shop(kind: Kind, hpos: bool) -> Shop:
    return Shop.make(running_server(kind), hpos=hpos)


def needs_server(kind: Kind = INSTALLED) -> None:
    """Skip the test, with the reason, where the server cannot be started."""
    if missing := kind.missing():
        pytest.skip(missing if kind is INSTALLED else unpacked.NOT_TO_BE_HAD + missing)


@pytest.fixture(params=["hpos", "posts"])
def shop(request: pytest.FixtureRequest, server_kind: Kind) -> Shop:
    """An empty shop, once with each order storage."""
    shop = _shop(server_kind, request.param == "hpos")
    shop.clear()
    return shop


@pytest.fixture
def hpos_shop(server_kind: Kind) -> Shop:
    """An empty shop whose orders are in HPOS tables."""
    shop = _shop(server_kind, True)
    shop.clear()
    return shop


@pytest.fixture
def server(server_kind: Kind) -> Server:
    """The server alone."""
    return running_server(server_kind)


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
