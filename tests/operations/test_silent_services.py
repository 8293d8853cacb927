"""A service that says nothing at all, as one behind a firewall: what is checked of it says what to look at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from brcc_tui.operations.diagnostics import check
from brcc_tui.operations.diagnostics.check import Condition
from brcc_tui.operations.diagnostics.try_settings import try_service

pytestmark = pytest.mark.real_clock

DATABASE = {"WORDPRESS_DB_USER": "u", "WORDPRESS_DB_PASSWORD": "opensesame", "WORDPRESS_DB_NAME": "n"}
SHOP = {"WOOCOMMERCE_CONSUMER_KEY": "ck_1", "WOOCOMMERCE_CONSUMER_SECRET": "cs_1"}


@pytest_asyncio.fixture
async def silent() -> AsyncIterator[int]:
    """The port of a server that takes connections, and that is all."""
    ended = asyncio.Event()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ended.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        ended.set()


@pytest.mark.parametrize(
    ("service", "values", "way_out"),
    [
        ("wordpress_db", DATABASE | {"WORDPRESS_DB_HOST": "127.0.0.1"}, "WORDPRESS_DB_HOST"),
        ("woocommerce_api", SHOP, "WOOCOMMERCE_API_URL"),
        ("eventbrite_api", {"PRIVATE_TOKEN": "TOKEN"}, "internet connection"),
    ],
)
async def test_it_is_told_where_to_look(
    service: str, values: dict[str, str], way_out: str, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "CHECK_TIMEOUT", 0.5)
    address = f"http://127.0.0.1:{silent}"
    at = {
        "wordpress_db": {"WORDPRESS_DB_PORT": str(silent)},
        "woocommerce_api": {"WOOCOMMERCE_API_URL": address},
        "eventbrite_api": {"EVENTBRITE_API_URL": address},
    }
    found = await try_service(values | at[service], service)
    assert found.status is Condition.DOWN
    assert found.detail.startswith("no answer within")
    assert way_out in found.detail
