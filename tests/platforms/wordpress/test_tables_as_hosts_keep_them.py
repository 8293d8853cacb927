"""Tables that are not as WordPress makes them today: collations of many years, bytes, views, engines, a copy beside."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.model.counts import CellTexts, ProductCells
from brcc_tui.operations.diagnostics.check import Condition
from brcc_tui.operations.diagnostics.service_checks import check_wordpress
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress.database import WordPress
from tests.mariadb.fixtures import Connect, connect, needs_server, on_every_server, running_server, server
from tests.mariadb.server import Server, database_server
from tests.mariadb.shop import Shop, php

__all__ = ["connect", "server"]

pytestmark = [pytest.mark.xdist_group("mariadb"), pytest.mark.real_clock]

CELL = ("slotslotslotslotslot", "date")
TEXTS = CellTexts(("8pm — Späte Show",), "30 août 2026")
MONEY = (
    "ALTER TABLE wp_wc_orders ADD COLUMN total_amount decimal(26,8), ADD COLUMN currency varchar(10)",
    "ALTER TABLE wp_wc_order_operational_data ADD COLUMN date_paid_gmt datetime",
    "CREATE TABLE wp_wc_order_addresses (order_id bigint unsigned, address_type varchar(20), first_name text,"
    " last_name text, email varchar(320), KEY order_id (order_id))",
)
"""What only questions about money need."""


def fresh_shop(server: Server) -> Shop:
    """A shop whose tables may be changed; it is gone with its server, for clients may still hold its tables."""
    shop = Shop.make(server, hpos=True)
    for statement in MONEY:
        shop.sql(statement)
    return shop


def convert(*kinds: str) -> Callable[[Shop], None]:
    """One table after the other gets the next kind."""

    def change(shop: Shop) -> None:
        for number, table in enumerate(shop.tables):
            shop.sql(f"ALTER TABLE {table} CONVERT TO CHARACTER SET {kinds[number % len(kinds)]}")

    return change


def modify(**columns: str) -> Callable[[Shop], None]:
    """Columns by table (without the prefix and the column's name), and what they become."""

    def change(shop: Shop) -> None:
        for place, kind in columns.items():
            table, column = place.split("__")
            shop.sql(f"ALTER TABLE wp_{table} MODIFY {column} {kind}")

    return change


def views(shop: Shop) -> None:
    """Every table is somebody else's, seen through a view."""
    for table in shop.tables:
        shop.sql(f"RENAME TABLE {table} TO real_{table}")
        shop.sql(f"CREATE VIEW {table} AS SELECT * FROM real_{table}")


STILL_COUNTED = {
    "collations of many years": convert(
        "utf8mb4 COLLATE utf8mb4_unicode_ci",
        "utf8mb4 COLLATE utf8mb4_general_ci",
        "utf8mb4 COLLATE utf8mb4_unicode_520_ci",
    ),
    "one column's own collation": modify(
        postmeta__meta_key="varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci",
        woocommerce_order_itemmeta__meta_key="varchar(255) CHARACTER SET latin1",
        wc_orders__status="varchar(20) CHARACTER SET latin1",
    ),
    "three character sets": convert("utf8mb3", "utf8mb4 COLLATE utf8mb4_bin", "latin1"),
    "options as bytes": modify(
        options__option_value="longblob NOT NULL", options__option_name="varbinary(191) NOT NULL"
    ),
    "meta as bytes": modify(
        postmeta__meta_value="longblob",
        postmeta__meta_key="varbinary(255)",
        wc_orders_meta__meta_value="blob",
        woocommerce_order_itemmeta__meta_value="longblob",
        woocommerce_order_itemmeta__meta_key="varbinary(255)",
    ),
    "kinds and statuses as bytes": modify(
        posts__post_status="varbinary(20) NOT NULL DEFAULT 'publish'",
        posts__post_type="varbinary(20) NOT NULL DEFAULT 'post'",
        posts__post_title="blob",
        wc_orders__status="varbinary(20)",
        wc_orders__type="varbinary(20)",
    ),
    "views": views,
}


def fill(shop: Shop) -> tuple[int, int]:
    """A product with cells, and one counted as a whole."""
    product = shop.product(managed=True, type="booking")
    for number in range(5):
        order = shop.order("wc-completed", {product: 1}, generated=True)
        texts = (TEXTS.slot_texts[0], TEXTS.date_text)
        shop.ticket(product, order, CELL if number else None, texts=texts, starts=shop.now() + 10**6)
    for _ in range(3):
        shop.order("wc-on-hold", {product: 1}, places=php([(product, *CELL)], name="Zoë"))
    whole = shop.product(managed=True)
    order = shop.order("wc-processing", {whole: 1}, generated=True)
    shop.ticket(whole, order)
    shop.order("wc-pending", {whole: 2})
    return product, whole


async def everything(shop: Shop, client: WordPress, product: int, whole: int) -> dict[str, Any]:
    """What each question of the program finds."""
    cells = [ProductCells(product, {CELL: TEXTS}), ProductCells(whole)]
    live = client.live_counts()
    first = await live.look(cells)
    shop.sql(
        "INSERT INTO wp_wc_order_addresses (order_id, address_type, first_name)"
        " SELECT id, 'billing', 'Zoë' FROM wp_wc_orders"
    )
    shop.order("wc-cancelled", {whole: 1})  # something has changed, so that the next look asks what
    seen = await client.snapshot([product, whole], cells, by_order=True)
    orders = await client.orders(cells, names=True)
    site = await client.site()
    counts = {"counted": await client.counts(cells), "looked": first, "again": await live.look(cells)}
    return {
        **{name: _numbers(found.products, product, whole) for name, found in counts.items()},
        "decided": _numbers(seen.counts.products, product, whole),
        "to come": product in (await client.snapshot([whole], with_others=True)).counts.products,
        "stored": {one.id: (one.type, one.manage_stock, len(one.meta)) for one in seen.products.values()},
        "sold by day": sum(sum(days.values()) for days in (await client.sales_by_day([(product, CELL)])).values()),
        "drift": len(await client.drift_causes(product, CELL, 2)),
        "drift of a stock": len(await client.stock_causes(whole, 2)),
        "money": [(len(one.tickets), len(one.lines), one.status) for one in orders.records if one.tickets],
        "site": (site.hpos, site.zone, site.date_format, site.woocommerce_version),
    }


def _numbers(products: Any, product: int, whole: int) -> tuple[int, ...]:
    cell, other = products[product].cells[CELL], products[whole]
    return cell.sold, cell.held, other.sold, other.held


@on_every_server
@pytest.mark.parametrize("change", STILL_COUNTED.values(), ids=STILL_COUNTED)
async def test_every_question_has_the_same_answer(
    connect: Connect, server: Server, change: Callable[[Shop], None]
) -> None:
    plain = fresh_shop(server)
    other = fresh_shop(server)
    expected = await everything(plain, connect(plain.settings()), *fill(plain))
    assert (expected["counted"], expected["to come"]) == ((5, 3, 1, 2), True)
    products = fill(other)
    change(other)
    assert await everything(other, connect(other.settings()), *products) == expected


@on_every_server
async def test_tables_without_transactions_are_read_and_nothing_is_decided(connect: Connect, server: Server) -> None:
    shop = fresh_shop(server)
    product, whole = fill(shop)
    shop.sql("ALTER TABLE wp_postmeta ENGINE=MyISAM")
    client = connect(shop.settings())
    cells = [ProductCells(product, {CELL: TEXTS}), ProductCells(whole)]
    assert _numbers((await client.counts(cells)).products, product, whole) == (5, 3, 1, 2)
    with pytest.raises(DatabaseError, match="cannot be seen at one instant: wp_postmeta"):
        await client.snapshot([product], by_order=True)
    found = await _health(client, shop)
    assert found.status is Condition.DEGRADED
    assert "wp_postmeta cannot be read at one instant" in found.detail


async def test_tables_that_no_count_reads_may_be_of_any_engine(connect: Connect) -> None:
    shop = fresh_shop(running_server())
    product, _ = fill(shop)
    shop.option("woocommerce_custom_orders_table_enabled", "no")
    for table in ("wp_options", "wp_terms", "wp_wc_orders"):
        shop.sql(f"ALTER TABLE {table} ENGINE=MyISAM")
    client = connect(shop.settings())
    assert await client.snapshot([product], by_order=True)
    shop.sql("ALTER TABLE wp_woocommerce_order_items ENGINE=Aria")
    with pytest.raises(DatabaseError, match="cannot be seen at one instant: wp_woocommerce_order_items"):
        await client.snapshot([product], by_order=True)


async def test_a_server_set_as_none_of_ours(connect: Connect, tmp_path: Path) -> None:
    """Table names in small letters whatever they are called, another zone, odd modes, few rows at a time in memory."""
    options = (
        "--lower-case-table-names=1",
        "--default-time-zone=-11:30",
        "--sql-mode=ANSI,TRADITIONAL,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,HIGH_NOT_PRECEDENCE",
        "--wait-timeout=5",
        "--tmp-memory-table-size=1K",
        "--sort-buffer-size=1K",
        "--max-allowed-packet=64K",
    )
    needs_server()
    with database_server(tmp_path / "server", options=options) as server:
        shop = Shop.make(server, hpos=False, prefix="My_Club7_")
        product, whole = fill(shop)
        shop.sql("ALTER TABLE my_club7_wc_orders ENGINE=MyISAM")  # nobody reads it: orders are in posts
        for prefix in ("My_Club7_", "my_club7_"):
            client = connect(shop.settings(prefix=prefix))
            cells = [ProductCells(product, {CELL: TEXTS}), ProductCells(whole)]
            live = client.live_counts()
            found = [await client.counts(cells), await live.look(cells), await live.look(cells)]
            found.append((await client.snapshot([product, whole], cells, by_order=True)).counts)
            assert [_numbers(one.products, product, whole) for one in found] == [(5, 3, 1, 2)] * 4
            assert abs(found[0].taken_at.timestamp() - shop.now()) < 60
            assert (await client.site()).zone == "America/Toronto"


@on_every_server
async def test_a_session_that_is_sent_to_another_database(connect: Connect, server: Server) -> None:
    """A copy of the shop beside it, with the same tables: its numbers are somebody else's."""
    shop = fresh_shop(server)
    copy = fresh_shop(server)
    product, _ = fill(shop)
    fill(copy)
    server.run(
        f"GRANT SELECT ON {copy.database}.* TO '{shop.reader}'@'%'",
        f"SET GLOBAL init_connect = {json.dumps(f'USE {copy.database}')}",
    )
    try:
        client = connect(shop.settings())
        for asked in (client.counts([ProductCells(product)]), client.snapshot([product]), client.site()):
            with pytest.raises(DatabaseError, match="another database answers"):
                await asked
    finally:
        server.run("SET GLOBAL init_connect = ''")


@on_every_server
async def test_a_server_that_makes_short_texts_is_not_healthy(connect: Connect, server: Server) -> None:
    shop = fresh_shop(server)
    server.run("SET GLOBAL max_allowed_packet = 65536")
    try:
        found = await _health(connect(shop.settings()), shop)
    finally:
        server.run(f"SET GLOBAL max_allowed_packet = {16 * 2**20}")
    assert found.status is Condition.DEGRADED
    assert "no text longer than 65,536 bytes" in found.detail


async def _health(client: WordPress, shop: Shop) -> Any:
    from brcc_tui.clock import system_now

    return await check_wordpress(client, shop.settings(), system_now(), None)
