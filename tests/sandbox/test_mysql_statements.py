"""Every statement of the program gives the same rows here as on a real MariaDB server with the same data."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any

import aiomysql
import pytest

from brcc_tui.platforms.wordpress import session_sql
from brcc_tui.platforms.wordpress.sql import Since, Sql
from brcc_tui.platforms.wordpress.statement import Statement, marked
from brcc_tui.sandbox.clock import PracticeClock
from brcc_tui.sandbox.wordpress.mysql_server import PracticeMysql
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.world.types import Life, OrderSpec, ProductSpec, SiteSpec
from tests.mariadb.fixtures import on_every_server, shop
from tests.mariadb.shop import Shop

__all__ = ["shop"]

pytestmark = pytest.mark.xdist_group("mariadb")

SLOT, MON, TUE = "aslotaslotaslotaslot", "amonamonamonamonamon", "atueatueatueatueatue"
TEXT = (
    f'{{"{SLOT}":{{"label":"Late \\u00e9 show","hour":"21","minute":"30","period":"","add_time":"enabled",'
    f'"{MON}_add_date":"December 06, 2027","{MON}_stock":"50",'
    f'"{TUE}_add_date":"December 07, 2027","{TUE}_stock":"50"}}}}'
)
BOOKINGS, SINGLE, HYBRID = 100, 101, 102
MARK = "0123456789abcdef"


def make_world(hpos: bool) -> WordPressSite:
    """On the computer's own clock, which is MariaDB's too: the rows are compared with those of a server here."""
    clock = PracticeClock()
    site = WordPressSite(SiteSpec(hpos=hpos), clock=clock.now)
    event = ("WooCommerceEventsEvent", "Event")
    for product, kind, stock in ((BOOKINGS, "bookings", None), (SINGLE, "single", 90), (HYBRID, "bookings", 90)):
        meta = (event, ("WooCommerceEventsType", kind), ("fooevents_bookings_options_serialized", TEXT))
        site.add_product(ProductSpec(product, f"P{product}", meta, manage_stock=stock is not None, stock=stock))
    now = clock.now().replace(microsecond=0)
    ages = (dt.timedelta(seconds=2), dt.timedelta(hours=3), dt.timedelta(days=3))
    orders = []
    for number, life in enumerate(list(Life) * 3):
        cell = {"slot_id": SLOT, "date_id": (MON, TUE)[number % 2]}
        for product in (BOOKINGS, SINGLE, HYBRID):
            placed_at = now - ages[number // len(Life)]
            orders.append(OrderSpec(product, 1 + number % 3, life, placed_at, **(cell if product != SINGLE else {})))
    site.place_orders(orders)
    site.open_editor(BOOKINGS)
    return site


def copy_into(shop: Shop, site: WordPressSite) -> None:
    """The same rows in the MariaDB tables, column by column."""
    for table in shop.tables:
        shop.sql(f"TRUNCATE TABLE {table}")
        wanted = {str(row[0]) for row in shop.rows(f"SHOW COLUMNS FROM {table}")}
        there = [str(row[1]) for row in site.database.rows(f"PRAGMA table_info({table})")]
        columns = [column for column in there if column in wanted]
        rows = site.database.rows(f"SELECT {', '.join(columns)} FROM {table}")
        if rows:
            marks = ", ".join(["%s"] * len(columns))
            with shop._connection.cursor() as cursor:
                cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)


def versionless(query: Statement) -> Statement:
    """The same without the version and the time, which are the server's own."""
    return query._replace(text=query.text.replace("VERSION()", "1").replace("UNIX_TIMESTAMP()", "1"))


def statements(hpos: bool) -> dict[str, Statement]:
    sql = Sql("wp_")
    products = (BOOKINGS, SINGLE, HYBRID)
    since = Since(7200, 150, (150, 160, 170))
    by_date = sql.candidates([MON, TUE], ["December 06, 2027", "December 07, 2027"], [], 0)
    return {
        "clock": sql.clock(),
        "beginning": versionless(sql.beginning(["date_format", "woocommerce_currency"], "postmeta")),
        "beginning without": versionless(sql.beginning(["no_such_option"], "icl_translations")),
        "managed": sql.managed(products),
        "tickets by date": sql.tickets(hpos, products, by_date),
        "tickets of whole products": sql.tickets(hpos, [SINGLE], sql.candidates([], [], [SINGLE])),
        "products of tickets": sql.products_of(by_date),
        "tickets by id": sql.tickets(hpos, products, sql.candidates_by_id(range(100, 400))),
        "waiting": sql.waiting(hpos, products, places=True),
        "waiting for whole products": sql.waiting(hpos, [SINGLE], places=False),
        "waiting and ended": sql.waiting(hpos, products, places=True, ended=True),
        "items and places": sql.details(hpos, products, range(100, 400), places=True),
        "items alone": sql.details(hpos, products, range(100, 400), places=False),
        "ticketed": sql.ticketed(range(100, 400)),
        "products": sql.stored_products(products, ["WooCommerceEventsType", "_stock", "_manage_stock", "_edit_lock"]),
        "editors": sql.editors(products),
        "changed tickets": sql.tickets_changed(150, 7200),
        "check": session_sql.CHECK,
        "a list over the limit": sql.ticketed(range(1, 2500)),
        "waiting lately": sql.waiting(hpos, products, places=True, since=since),
        "recent tickets": sql.recent(),
        "blocks of meta": sql.meta_blocks(range(100, 400)),
        "fingerprint of meta": sql.meta_fingerprint([(0, 500), (1000, 2**63 - 1)]),
        "fingerprint of posts": sql.posts_fingerprint(range(100, 400)),
        "fingerprint of orders": sql.orders_fingerprint(hpos, range(100, 400)),
        "fingerprint of nothing": sql.posts_fingerprint([]),
        "highest": sql.highest(),
    }


def plain(row: tuple[object, ...]) -> str:
    """A row to compare: MariaDB makes a decimal of some whole numbers, which changes nothing for a session_sql."""
    return repr([int(value) if isinstance(value, Decimal) else value for value in row])


Ask = Callable[[Statement], Any]


@pytest.fixture
async def ask_practice() -> AsyncIterator[Callable[[WordPressSite], Any]]:
    """Connects to a practice server for a site; both end with the test."""
    ends: list[Callable[[], Any]] = []

    async def connect(site: WordPressSite) -> Ask:
        server = PracticeMysql(site.shop, user="reader", password="p")
        port = await server.start()
        connection = await aiomysql.connect(
            host="127.0.0.1", port=port, user="reader", password="p", db="wordpress", autocommit=True
        )

        async def end() -> None:
            connection.close()
            await server.stop()
            site.close()

        ends.append(end)

        async def ask(query: Statement) -> list[tuple[object, ...]]:
            async with connection.cursor() as cursor:
                await cursor.execute(*marked(query, MARK))
                return list(await cursor.fetchall())

        return ask

    yield connect
    for end in ends:
        await end()


@on_every_server
async def test_every_statement_has_the_same_rows(shop: Shop, ask_practice: Callable[[WordPressSite], Any]) -> None:
    site = make_world(shop.hpos)
    copy_into(shop, site)
    ask = await ask_practice(site)
    old = shop.rows("SHOW VARIABLES LIKE 'tx_read_only'")
    session = session_sql.session("", session_sql.OLD_STATE if old else session_sql.STATE, 0, MARK)
    shop.rows(session.text, *session.bound)
    shop.sql("SET SESSION TRANSACTION READ WRITE")  # other tests have the same connection, and fill the tables by it
    await ask(session)
    for name, query in statements(shop.hpos).items():
        here = await ask(query)
        with shop._connection.cursor() as cursor:
            cursor.execute(*marked(query, MARK))
            named = {shop.database: "wordpress"}
            there = [tuple(named.get(value, value) for value in row) for row in cursor.fetchall()]
        if query.end is not None:
            assert here.pop() == there.pop() == query.end
        if name == "clock":
            assert abs(here[0][0] - there[0][0]) <= 1
            assert here[0][1:] == there[0][1:]
            continue
        if name.startswith("tickets"):
            here, there = ([row for text, _ in rows for row in json.loads(f"[{text}]")] for rows in (here, there))
        if name == "editors":
            here, there = [row[:2] for row in here], [row[:2] for row in there]
        assert sorted(map(plain, here)) == sorted(map(plain, there)), name
        assert here or name == "no table", f"{name} found nothing: nothing was compared"


async def test_types_are_those_of_mariadb(shop: Shop, ask_practice: Callable[[WordPressSite], Any]) -> None:
    site = make_world(shop.hpos)
    copy_into(shop, site)
    ask = await ask_practice(site)
    for text in (
        "SELECT post_modified_gmt, MAX(post_modified_gmt), ID, post_status, SUM(ID), COUNT(*), NULL FROM wp_posts"
        " GROUP BY ID LIMIT 1",
        "SELECT UTC_TIMESTAMP(), UTC_TIMESTAMP() - INTERVAL 1 DAY, UNIX_TIMESTAMP(), VERSION(), CONNECTION_ID(), 1.5",
    ):
        ((here,),) = [await ask(Statement(text))]
        with shop._connection.cursor() as cursor:
            cursor.execute(text)
            there = cursor.fetchone()
        kinds = [type(value) for value in here]
        assert kinds[:-1] == [type(value) for value in there][:-1], text
