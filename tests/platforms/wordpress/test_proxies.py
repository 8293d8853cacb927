"""A proxy that shares the server's sessions among its clients: what was set may be lost before the next question.

And one that answers by itself what it was asked before.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from unittest import mock

import pytest

from brcc_tui.model.counts import CellTexts, ProductCells
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress import pool
from tests.mariadb.fixtures import Connect, connect, hpos_shop, on_every_server
from tests.mariadb.proxy import between
from tests.mariadb.server import MYSQL_9
from tests.mariadb.shop import Shop

__all__ = ["connect", "hpos_shop"]

pytestmark = pytest.mark.xdist_group("mariadb")

TEXTS = CellTexts(("8pm — Späte Show 🎭",), "30 août 2026 🎭")
CELL = ("slotslotslotslotslot", "date")
LETTERS = ("character_set_client", "character_set_connection", "character_set_results")
PREPARED = 2
"""The statements that prepare a session: they are answered by one in any case, or nothing is."""


@pytest.fixture
def old_server(hpos_shop: Shop) -> Iterator[Shop]:
    """Its new sessions speak Latin-1, as servers of ten years ago did."""
    before = {name: hpos_shop.rows(f"SELECT @@GLOBAL.{name}")[0][0] for name in LETTERS}
    hpos_shop.server.run(*(f"SET GLOBAL {name} = latin1" for name in LETTERS))
    yield hpos_shop
    hpos_shop.server.run(*(f"SET GLOBAL {name} = '{value}'" for name, value in before.items()))


def sell(shop: Shop) -> list[ProductCells]:
    """A ticket that is known by its texts alone."""
    product = shop.product()
    shop.ticket(
        product, shop.order("wc-completed", {product: 1}, generated=True), texts=(TEXTS.slot_texts[0], TEXTS.date_text)
    )
    return [ProductCells(product, {CELL: TEXTS})]


@on_every_server
@pytest.mark.parametrize("keeps", [0, PREPARED - 1, PREPARED])
async def test_settings_that_were_lost_are_noticed_before_a_number_is_told(
    connect: Connect, old_server: Shop, keeps: int
) -> None:
    cells = sell(old_server)
    product = cells[0].product_id
    async with between(old_server.server.port, keeps=keeps) as proxy:
        client = connect(old_server.settings(port=proxy.port), site="shop.example")
        live = client.live_counts()
        for asked in (
            client.counts(cells, by_order=True), client.snapshot([product], cells), live.look(cells),
            client.orders(cells), client.sales_by_day([(product, CELL)]), client.drift_causes(product, CELL, 1),
            client.stock_causes(product, 1),
            client.editors([product]), client.site(), client.check(), client.lock(product),
        ):  # fmt: skip
            with pytest.raises(
                DatabaseError, match=r"another session of the database|did not take the settings"
            ) as told:
                await asked
            assert "proxy" in told.value.next_step
    found = (await connect(old_server.settings()).counts(cells)).products[product]
    assert found.cells[CELL].sold == 1


@pytest.mark.parametrize("server_kind", [MYSQL_9], indirect=True)
@pytest.mark.xdist_group(MYSQL_9.group)
async def test_nothing_else_would_notice(connect: Connect, old_server: Shop) -> None:
    """The test above shows something: asked without the mark, a number is told that is wrong.

    MariaDB's sessions keep the letters that were agreed on at the log-in.
    """
    cells = sell(old_server)

    def unmarked(query: pool.sql.Statement, _mark: str) -> tuple[str, tuple[object, ...]]:
        end = f" UNION ALL SELECT {', '.join(['NULL'] * len(query.end))}" if query.end else ""
        return query.text + end, query.bound

    async with between(old_server.server.port, keeps=PREPARED) as proxy:
        with mock.patch.object(pool, "marked", unmarked):
            counts = await connect(old_server.settings(port=proxy.port)).counts(cells)
    assert counts.products[cells[0].product_id].cells[CELL].sold == 0


@on_every_server
async def test_a_lock_in_a_session_that_two_desks_share_is_one_desks_alone(connect: Connect, hpos_shop: Shop) -> None:
    """The server gives its own session a lock that it has as often as it asks."""
    async with between(hpos_shop.server.port, one_for_all=True) as proxy:
        settings = hpos_shop.settings(port=proxy.port)
        first = await connect(settings, site="shop.example").lock(7)
        assert await first.still_ours()
        second = None
        with contextlib.suppress(DatabaseError):
            second = await connect(settings, site="shop.example").lock(7)
        held = [await first.still_ours(), second is not None and await second.still_ours()]
        assert held == [False, True]
        await first.release()
        if second is not None:
            await second.release()


@on_every_server
async def test_a_proxy_that_answers_from_its_memory_is_not_let(connect: Connect, hpos_shop: Shop) -> None:
    """As some are told to, for some seconds: what was sold since would not be counted."""
    cells = sell(hpos_shop)
    product = cells[0].product_id
    async with between(hpos_shop.server.port, remembers=True) as proxy:
        client = connect(hpos_shop.settings(port=proxy.port), site="shop.example")
        for sold in (1, 2, 3):
            counts = await client.counts(cells, by_order=True)
            seen = await client.snapshot([product], cells)
            assert [each.products[product].cells[CELL].sold for each in (counts, seen.counts)] == [sold, sold]
            hpos_shop.ticket(
                product,
                hpos_shop.order("wc-completed", {product: 1}, generated=True),
                texts=(TEXTS.slot_texts[0], TEXTS.date_text),
            )


@on_every_server
async def test_a_proxy_that_leaves_each_client_its_session_is_none(connect: Connect, hpos_shop: Shop) -> None:
    cells = sell(hpos_shop)
    async with between(hpos_shop.server.port) as proxy:
        client = connect(hpos_shop.settings(port=proxy.port), site="shop.example")
        assert (await client.counts(cells)).products[cells[0].product_id].cells[CELL].sold == 1
        lock = await client.lock(cells[0].product_id)
        assert await lock.still_ours()
        await lock.release()
