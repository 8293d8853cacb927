"""The practice club's database server: accounts, refusals, snapshots and named locks, as MariaDB has them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiomysql
import pymysql
import pytest

from brcc_tui.sandbox.clock import clock_at
from brcc_tui.sandbox.wordpress import mysql_session
from brcc_tui.sandbox.wordpress.mysql_server import PracticeMysql
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.world.types import ProductSpec
from tests.days import opens

USER, PASSWORD = "reader", "secret words"
ENDLESS = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"


class Client:
    """One connection; `ask` gives the rows, and an error's number instead of raising it."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def ask(self, text: str, *bound: object) -> Any:
        try:
            async with self.connection.cursor() as cursor:
                await cursor.execute(text, bound or None)
                return list(await cursor.fetchall())
        except pymysql.MySQLError as error:
            return error.args[0]

    async def one(self, text: str, *bound: object) -> Any:
        answer = await self.ask(text, *bound)
        return answer[0][0] if isinstance(answer, list) else answer


Connect = Callable[..., Awaitable[Client]]


@pytest.fixture
def site() -> Any:
    site = WordPressSite(clock=clock_at(opens()).now)
    site.add_product(ProductSpec(5, "Show", (("color", "red"), ("Path", "a\\b'c\"d%_é"))))
    yield site
    site.close()


@pytest.fixture
async def server(site: WordPressSite) -> AsyncIterator[PracticeMysql]:
    server = PracticeMysql(site.shop, user=USER, password=PASSWORD)
    yield server
    await server.stop()


@pytest.fixture
async def connect(server: PracticeMysql) -> AsyncIterator[Connect]:
    port = await server.start()
    made: list[Client] = []

    async def make(**changes: Any) -> Client:
        account = {"user": USER, "password": PASSWORD, "db": "wordpress", "autocommit": True} | changes
        made.append(Client(await aiomysql.connect(host="127.0.0.1", port=port, **account)))
        return made[-1]

    yield make
    for client in made:
        client.connection.close()


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"password": "another"}, 1045),
        ({"password": ""}, 1045),
        ({"user": "nobody"}, 1045),
        ({"db": "elsewhere"}, 1049),
    ],
    ids=["wrong password", "no password", "unknown user", "unknown database"],
)
async def test_who_may_not_come_in(connect: Connect, changes: dict[str, str], number: int) -> None:
    with pytest.raises(pymysql.MySQLError) as refused:
        await connect(**changes)
    assert refused.value.args[0] == number


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("INSERT INTO wp_options (option_name, option_value) VALUES ('a', 'b')", 1142),
        ("UPDATE wp_postmeta SET meta_value = '' WHERE meta_id = 1", 1142),
        ("DELETE FROM wp_posts", 1142),
        ("DROP TABLE wp_posts", 1142),
        ("CREATE TEMPORARY TABLE t (a INT)", 1142),
        ("SELECT * FROM nowhere", 1146),
        ("SELECT nowhere FROM wp_posts", 1054),
        ("SELECT FROM WHERE", 1064),
        ("SELECT @@no_such_variable", 1193),
        ("SET SESSION no_such_variable = 1", 1193),
        ("HELP", 1064),
        ("USE elsewhere", 1064),
    ],
)
async def test_what_is_refused(connect: Connect, site: WordPressSite, statement: str, number: int) -> None:
    client = await connect()
    before = site.database.rows("SELECT COUNT(*) FROM {p}posts, {p}postmeta, {p}options")
    assert await client.ask(statement) == number
    assert site.database.rows("SELECT COUNT(*) FROM {p}posts, {p}postmeta, {p}options") == before
    assert await client.one("SELECT 1") == 1, "the connection goes on"


@pytest.mark.parametrize("statement", ["SELECT ID FROM wp_posts FOR UPDATE", "CREATE TEMPORARY TABLE t (a INT)"])
async def test_a_read_only_session_refuses_in_its_own_words(connect: Connect, statement: str) -> None:
    client = await connect()
    await client.ask("SET SESSION TRANSACTION READ ONLY")
    assert await client.ask(statement) == 1792


@pytest.mark.parametrize(
    ("select", "answer"),
    [
        ("LEFT('abcdef', 3)", "abc"),
        ("CONCAT('a', 'b', 1)", "ab1"),
        ("CONCAT('a', NULL)", None),
        ("CAST('12abc' AS UNSIGNED)", 12),
        ("CAST('' AS SIGNED)", 0),
        ("COALESCE(NULL, 'x')", "x"),
        ("IF(1 > 2, 'a', 'b')", "b"),
        ("SUBSTRING_INDEX('a:b:c', ':', 2)", "a:b"),
        ("SUBSTRING_INDEX('a:b:c', ':', -1)", "c"),
        ("FIND_IN_SET('b', 'a,b')", 2),
        ("'Late Show' LIKE 'late%'", 1),
        ("'a_b' LIKE 'a\\_b'", 1),
        ("'axb' LIKE 'a\\_b'", 0),
        ("'123' REGEXP '^[0-9]+$'", 1),
        ("BINARY 'a' = 'A'", 0),
        ("'it''s'", "it's"),
        ("'a\\'b\\\\c\\n'", "a'b\\c\n"),
        ('"double"', "double"),
        ("7 MOD 4", 3),
        ("DATABASE()", "wordpress"),
        ("UNIX_TIMESTAMP('2026-01-01 00:00:00')", 1767225600),
        ("@@max_statement_time", 0.0),
        ("(SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_NAME = 'wp_posts')", 1),
        ("(SELECT meta_value FROM wp_postmeta WHERE meta_key = 'COLOR')", "red"),
        ("(SELECT meta_value FROM wp_postmeta WHERE meta_key = 'Path')", "a\\b'c\"d%_é"),
    ],
)
async def test_functions_and_texts(connect: Connect, select: str, answer: object) -> None:
    client = await connect()
    assert await client.one(f"SELECT {select}") == answer


async def test_the_server_says_who_it_is_and_what_the_account_may(connect: Connect) -> None:
    client = await connect()
    assert "mariadb" in client.connection.get_server_info().lower()
    assert "MariaDB" in await client.one("SELECT VERSION()")
    grants = [row[0] for row in await client.ask("SHOW GRANTS")]
    assert [grant.split(" TO ")[0] for grant in grants] == ["GRANT USAGE ON *.*", "GRANT SELECT ON `wordpress`.*"]
    assert await client.ask("SHOW TABLES LIKE 'wp\\_wc\\_orders%'") == [("wp_wc_orders",), ("wp_wc_orders_meta",)]
    assert await client.ask("SHOW VARIABLES LIKE 'wait_timeout'") == [("wait_timeout", "28800")]


async def test_values_are_bound_as_they_are(connect: Connect) -> None:
    client = await connect()
    for text in ("a\\b", 'it\'s "so"', "50 %", "_%", "é 🎭", "line\nbreak\r\t\x1a", "", ":v0 :l0"):
        assert await client.one("SELECT %s", text) == text
        assert await client.one("SELECT 1 WHERE %s IN (%s, %s)", text, text, "other") == 1


# -- what a session sees -------------------------------------------------------------------------------------


async def test_every_read_is_fresh_and_a_snapshot_is_frozen(connect: Connect, site: WordPressSite) -> None:
    client = await connect()
    color = "SELECT meta_value FROM wp_postmeta WHERE meta_key = 'color'"
    site.shop.posts.set(5, "color", "green")
    assert await client.one(color) == "green"
    await client.ask("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    site.shop.posts.set(5, "color", "blue")
    assert await client.one(color) == "green", "frozen when the transaction began, not at its first read"
    await client.ask("COMMIT")
    assert await client.one(color) == "blue"
    await client.ask("START TRANSACTION")
    site.shop.posts.set(5, "color", "black")
    assert await client.one(color) == "black", "a plain transaction freezes at its first read"
    site.shop.posts.set(5, "color", "white")
    assert await client.one(color) == "black"
    await client.ask("ROLLBACK")
    assert await client.one(color) == "white"


async def test_without_autocommit_the_first_read_freezes(connect: Connect, site: WordPressSite) -> None:
    client = await connect(autocommit=False)
    color = "SELECT meta_value FROM wp_postmeta WHERE meta_key = 'color'"
    assert await client.one(color) == "red"
    site.shop.posts.set(5, "color", "green")
    assert await client.one(color) == "red"
    await client.ask("COMMIT")
    assert await client.one(color) == "green"


async def test_a_slow_statement_is_stopped(connect: Connect) -> None:
    client = await connect()
    await client.ask("SET SESSION max_statement_time = 0.05")
    assert await client.ask(ENDLESS) == 1969
    assert await client.ask("SELECT SLEEP(5)") == 1969
    assert await client.one("SET STATEMENT max_statement_time=0 FOR SELECT 7") == 7


async def test_a_slow_statement_holds_nobody_up_and_ends_with_its_session(
    connect: Connect, server: PracticeMysql, site: WordPressSite
) -> None:
    slow, other = await connect(), await connect()
    number = await slow.one("SELECT CONNECTION_ID()")
    began, loop, read = asyncio.Event(), asyncio.get_running_loop(), mysql_session._read
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mysql_session, "_read", lambda *asked: loop.call_soon_threadsafe(began.set) and read(*asked))
        running = asyncio.create_task(slow.ask(ENDLESS))
        await began.wait()
    reads = server._connections[number].session
    reader = reads._reader
    assert reader is not None
    assert await other.one("SELECT 7") == 7
    site.shop.posts.set(5, "color", "green")
    assert await other.one("SELECT meta_value FROM wp_postmeta WHERE meta_key = 'color'") == "green"
    assert not running.done()
    assert server.kill(number)
    assert await running in (2006, 2013)
    async with asyncio.timeout(10):  # its connection closes only once the statement has ended
        await server.stop()
    assert reads._reading is not None
    assert reads._reading.done()
    assert reads._reader is None
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):  # an open file cannot be deleted on Windows
        reader.execute("SELECT 1")


# -- named locks -------------------------------------------------------------------------------------------------


async def test_locks_between_sessions(connect: Connect) -> None:
    mine, other = await connect(), await connect()
    me = await mine.one("SELECT CONNECTION_ID()")
    assert await mine.one("SELECT GET_LOCK('brcc:a', 0)") == 1
    assert await mine.one("SELECT IS_USED_LOCK('brcc:a')") == me
    assert await other.one("SELECT IS_FREE_LOCK('brcc:a')") == 0
    assert await other.one("SELECT GET_LOCK('brcc:a', 0)") == 0
    assert await other.one("SELECT GET_LOCK('BRCC:A', 0)") == 1, "names tell case apart"
    assert await other.one("SELECT RELEASE_LOCK('brcc:a')") == 0, "somebody else's"
    assert await other.one("SELECT RELEASE_LOCK('never taken')") is None
    assert await mine.one("SELECT GET_LOCK('brcc:a', 0)") == 1, "again, counted"
    assert await mine.one("SELECT RELEASE_LOCK('brcc:a')") == 1
    assert await other.one("SELECT GET_LOCK('brcc:a', 0)") == 0, "still held once"
    assert await mine.one("SELECT RELEASE_ALL_LOCKS()") == 1
    assert await other.one("SELECT GET_LOCK('brcc:a', 0)") == 1
    assert await other.one("SELECT RELEASE_ALL_LOCKS()") == 2
    assert await mine.one("SELECT GET_LOCK(%s, 0)", "x" * 192) == 1
    assert await mine.ask("SELECT GET_LOCK(%s, 0)", "x" * 193) == 1059


async def test_transactions_do_not_touch_locks(connect: Connect) -> None:
    mine, other = await connect(), await connect()
    await mine.ask("SET SESSION TRANSACTION READ ONLY")
    await mine.ask("START TRANSACTION")
    assert await mine.one("SELECT GET_LOCK('a', 0)") == 1
    await mine.ask("COMMIT")
    assert await other.one("SELECT GET_LOCK('a', 0)") == 0


async def test_a_waiter_gets_the_lock_of_a_connection_that_dropped(connect: Connect) -> None:
    mine, other = await connect(), await connect()
    await mine.one("SELECT GET_LOCK('a', 0)")
    waiting = asyncio.create_task(other.one("SELECT GET_LOCK('a', 30)"))
    await (await connect()).one("SELECT 1")
    mine.connection.close()
    assert await waiting == 1


async def test_waiting_for_a_lock_ends(connect: Connect) -> None:
    mine, other = await connect(), await connect()
    await mine.one("SELECT GET_LOCK('a', 0)")
    assert await other.one("SELECT GET_LOCK('a', 0.01)") == 0
    await other.ask("SET SESSION max_statement_time = 0.01")
    assert await other.one("SELECT GET_LOCK('a', 30)") is None, "neither yes nor no"
    assert await mine.one("SELECT RELEASE_LOCK('a')") == 1
    assert await other.one("SELECT GET_LOCK('a', 0)") == 1


async def test_a_killed_session_loses_its_locks_and_its_next_statement(connect: Connect, server: PracticeMysql) -> None:
    mine, other = await connect(), await connect()
    me = await mine.one("SELECT CONNECTION_ID()")
    await mine.one("SELECT GET_LOCK('a', 0)")
    assert server.kill(me)
    assert await mine.ask("SELECT 1") in (2006, 2013)
    assert await other.one("SELECT GET_LOCK('a', 10)") == 1
    assert await other.ask("KILL 999999") == 1095


async def test_a_silent_session_is_ended(connect: Connect) -> None:
    mine, other = await connect(), await connect()
    await mine.one("SELECT GET_LOCK('a', 0)")
    await mine.ask("SET SESSION wait_timeout = 0.05")
    assert await other.one("SELECT GET_LOCK('a', 10)") == 1
    assert await mine.ask("SELECT 1") in (2006, 2013)


async def test_who_holds_a_lock_is_in_the_processlist(connect: Connect) -> None:
    mine, other = await connect(), await connect()
    await mine.one("SELECT GET_LOCK('a', 0)")
    holder = await other.one("SELECT IS_USED_LOCK('a')")
    rows = await other.ask("SELECT ID, USER, HOST, TIME FROM information_schema.PROCESSLIST WHERE ID = %s", holder)
    assert [(row[0], row[1], row[2].split(":")[0]) for row in rows] == [(holder, USER, "127.0.0.1")]
    assert rows[0][3] >= 0
