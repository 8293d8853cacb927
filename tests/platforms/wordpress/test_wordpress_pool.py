"""Connections: read only, few, kept, encrypted, and their errors in words without secrets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from brcc_tui.model.counts import ProductCells
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress import pool as wordpress_pool
from brcc_tui.platforms.wordpress import wire as wordpress_wire
from brcc_tui.platforms.wordpress.database import WordPress
from brcc_tui.platforms.wordpress.pool import Connections, Session
from brcc_tui.platforms.wordpress.session_sql import CHECK
from brcc_tui.platforms.wordpress.statement import Statement
from brcc_tui.settings import Secret
from tests.mariadb.fixtures import Connect, connect, hpos_shop, on_every_server, server
from tests.mariadb.server import ROOT_PASSWORD
from tests.mariadb.shop import Shop

__all__ = ["connect", "hpos_shop", "server"]

pytestmark = pytest.mark.xdist_group("mariadb")

SLOW = Statement(
    "SELECT COUNT(*) FROM information_schema.COLUMNS a, information_schema.COLUMNS b, information_schema.COLUMNS c",
    name="slow",
)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordpress_pool, "BACK_OFF_SECONDS", 0)


@pytest_asyncio.fixture
async def connections(hpos_shop: Shop) -> AsyncIterator[Connections]:
    pool = Connections(hpos_shop.settings(), ca_file=None, timings=Timings())
    yield pool
    await pool.close()


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "wrong password": ({"password": Secret("hunter2-wrong")}, "does not accept this user and password"),
    "unknown user": ({"user": "nobody-here"}, "does not accept this user and password"),
    "somebody else's database": ({"name": "mysql"}, "may not open that database"),
    "unknown prefix": ({"prefix": "other_"}, "the table other_options is missing"),
    "nobody listens": ({"port": 1}, "cannot be reached"),
    "no such host": ({"host": "no-such-host.invalid"}, "cannot be reached"),
}


@on_every_server
@pytest.mark.parametrize(("changes", "words"), WRONG.values(), ids=WRONG)
async def test_what_can_be_wrong_has_its_own_sentence(
    connect: Connect, hpos_shop: Shop, changes: dict[str, Any], words: str
) -> None:
    settings = hpos_shop.settings(**changes)
    wordpress = connect(settings)
    with pytest.raises(DatabaseError, match=words) as raised:
        await wordpress.counts([ProductCells(1)])
    told = f"{raised.value} {raised.value!r} {raised.value.__cause__!r}"
    for secret in (settings.password.reveal(), settings.user, settings.host, "hunter2"):
        assert secret not in told
    assert raised.value.next_step
    assert raised.value.still_works


@on_every_server
async def test_unknown_database(connect: Connect, hpos_shop: Shop) -> None:
    """Only somebody who may see all databases is told that one is missing."""
    wordpress = connect(hpos_shop.settings(user="root", password=Secret(ROOT_PASSWORD), name="nowhere"))
    with pytest.raises(DatabaseError, match="no database of that name"):
        await wordpress.check()


@pytest.mark.parametrize("prefix", ["wp_; DROP TABLE wp_posts; -- ", "wp-", "", "x" * 41, "wp_\n", "wp_`", "wpü_"])
def test_a_prefix_that_is_more_than_a_name_is_refused(prefix: str) -> None:
    class Settings:
        name = "shop"

    settings: Any = Settings()
    settings.prefix = prefix
    with pytest.raises(DatabaseError, match="prefix"):
        WordPress(settings)


@on_every_server
async def test_another_service_at_that_port(connect: Connect, hpos_shop: Shop) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(greet, "127.0.0.1", 0)
    with contextlib.closing(listening):  # waits for no client
        wordpress = connect(hpos_shop.settings(port=listening.sockets[0].getsockname()[1]))
        with pytest.raises(DatabaseError, match=r"not a MySQL|connection was lost|packet|InternalError"):
            await wordpress.check()


@on_every_server
@pytest.mark.parametrize(
    ("changes", "tries"), [({"port": 1}, 3), ({"password": Secret("wrong")}, 1)], ids=["down", "refused"]
)
async def test_three_tries_on_connecting_only(
    connect: Connect, hpos_shop: Shop, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], tries: int
) -> None:
    made = []
    really_open = wordpress_wire.open_connection

    async def counted(*arguments: Any) -> Any:
        made.append(1)
        return await really_open(*arguments)

    monkeypatch.setattr(wordpress_wire, "open_connection", counted)
    with pytest.raises(DatabaseError):
        await connect(hpos_shop.settings(**changes)).check()
    assert len(made) == tries


@on_every_server
async def test_the_session_itself_refuses_writes(hpos_shop: Shop) -> None:
    """Even for an account that may do everything."""
    settings = hpos_shop.settings(user="root", password=Secret(ROOT_PASSWORD))
    pool = Connections(settings, ca_file=None, timings=Timings())
    async with pool.session() as session:
        for text in (
            "INSERT INTO wp_options (option_name, option_value) VALUES ('x', 'y')",
            "UPDATE wp_options SET option_value = 'y'",
            "DELETE FROM wp_options",
            "SELECT option_name FROM wp_options FOR UPDATE",
        ):
            with pytest.raises(DatabaseError) as refused:
                await session.rows(Statement(text))
            assert refused.value.code == "1792"
    await pool.close()
    assert hpos_shop.rows("SELECT COUNT(*) FROM wp_options WHERE option_value = 'y'") == ((0,),)


@on_every_server
async def test_the_server_stops_a_statement_that_takes_too_long(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wordpress_pool, "STATEMENT_SECONDS", 0.05)
    async with connections.session() as session:
        with pytest.raises(DatabaseError, match="took too long"):
            await session.rows(SLOW)
        assert await session.rows(CHECK) == [(1,)]


@on_every_server
async def test_a_server_that_says_nothing_is_given_up(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connections.session() as session:
        monkeypatch.setattr(wordpress_pool, "ANSWER_SECONDS", 0.05)
        with pytest.raises(DatabaseError, match="did not answer in time"):
            await session.rows(Statement("SELECT SLEEP(5)"))
        assert session.closed
    async with connections.session() as session:
        assert await session.rows(CHECK) == [(1,)]


@on_every_server
async def test_a_cancelled_question_leaves_no_answer_for_the_next(connections: Connections) -> None:
    async def ask() -> None:
        async with connections.session() as session:
            await session.rows(Statement("SELECT SLEEP(5), 'old answer'"))

    asking = asyncio.create_task(ask())
    await asyncio.sleep(0.05)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    async with connections.session() as session:
        assert await session.rows(CHECK) == [(1,)]


@on_every_server
async def test_five_connections_at_most_and_kept(hpos_shop: Shop, connections: Connections) -> None:
    async def ask() -> int:
        async with connections.session() as session:
            ((number,),) = await session.rows(Statement("SELECT CONNECTION_ID() FROM (SELECT SLEEP(0.01)) AS pause"))
            return int(number)

    first = await asyncio.gather(*(ask() for _ in range(20)))
    assert len(set(first)) == 5
    assert await ask() in first


@on_every_server
async def test_a_connection_that_died_in_the_pool_is_replaced(hpos_shop: Shop, connections: Connections) -> None:
    async def number() -> int:
        async with connections.session() as session:
            ((number,),) = await session.rows(Statement("SELECT CONNECTION_ID()"))
            return int(number)

    before = await number()
    hpos_shop.server.run(f"KILL {before}")
    assert await number() != before


@on_every_server
async def test_connections_that_went_silent_while_the_computer_slept_are_not_waited_for_one_by_one(
    hpos_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A router forgets idle connections without a word: what is sent on them is swallowed."""
    monkeypatch.setattr(wordpress_pool, "KEPT_ANSWER_SECONDS", 1.0)
    asleep, pipes = [False], list[asyncio.Task[None]]()

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, born_before: bool) -> None:
        while data := await reader.read(65536):
            if not (asleep[0] and born_before):
                writer.write(data)

    async def between(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inward, outward = await asyncio.open_connection("127.0.0.1", hpos_shop.settings().port)
        born_before = not asleep[0]
        pipes.append(asyncio.create_task(pipe(reader, outward, born_before)))
        pipes.append(asyncio.create_task(pipe(inward, writer, born_before)))

    listening = await asyncio.start_server(between, "127.0.0.1", 0)
    with contextlib.closing(listening):  # waits for no client
        port = listening.sockets[0].getsockname()[1]
        pool = Connections(hpos_shop.settings(port=port), ca_file=None, timings=Timings())

        async def ask() -> None:
            async with pool.session() as session:
                await session.rows(Statement("SELECT SLEEP(0.01)"))

        await asyncio.gather(*(ask() for _ in range(5)))
        asleep[0] = True
        began = asyncio.get_running_loop().time()
        await ask()
        waited = asyncio.get_running_loop().time() - began
        await pool.close()
        for task in pipes:
            task.cancel()
    assert 1.0 <= waited < 4.0  # one of the five was asked


@on_every_server
async def test_a_snapshot_that_fails_leaves_no_transaction_behind(connections: Connections) -> None:
    async with connections.session() as session:
        with pytest.raises(DatabaseError):
            async with session.snapshot():
                await session.rows(Statement("SELECT 1 FROM nowhere"))
        assert session.closed


@on_every_server
async def test_a_connection_that_is_killed_within_a_count_leaves_no_number(
    connect: Connect, hpos_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before each of its statements in turn; the next count is made on another connection."""
    product = hpos_shop.product()
    hpos_shop.ticket(product, hpos_shop.order("wc-completed", {product: 1}, generated=True))
    client = connect(hpos_shop.settings())
    really, asked, killed = Session.rows, 0, 0

    async def rows(session: Session, query: Statement) -> Any:
        nonlocal asked
        asked += 1
        if asked == killed:
            hpos_shop.server.run(f"KILL {session._connection.thread_id()}")
        return await really(session, query)

    async def sold() -> int:
        return (await client.counts([ProductCells(product)])).products[product].sold

    while asked >= killed:  # until one more than there are
        assert await sold() == 1
        asked, killed = 0, killed + 1
        with monkeypatch.context() as patch, contextlib.suppress(DatabaseError):
            patch.setattr(Session, "rows", rows)
            assert await sold() == 1
    assert killed > 5


@on_every_server
async def test_statements_are_counted_and_timed(connect: Connect, hpos_shop: Shop) -> None:
    timings = Timings()
    wordpress = connect(hpos_shop.settings(), timings=timings)
    await wordpress.check()
    assert wordpress.queries == 3  # two that prepare the session
    assert {row.name: row.count for row in timings.rows()} == {"SQL session": 2, "SQL check": 1}


@on_every_server
async def test_a_password_of_any_letters(connect: Connect, hpos_shop: Shop) -> None:
    password = "pÄss→wörd 🎭"
    hpos_shop.server.make_user("letters", f"IDENTIFIED BY '{password}'", grants=[f"SELECT ON {hpos_shop.database}.*"])
    await connect(hpos_shop.settings(user="letters", password=Secret(password))).check()


async def test_without_tls_the_password_is_not_even_sent(connect: Connect, hpos_shop: Shop) -> None:
    """A server in between that takes TLS out of the greeting sees our connection end, and no answer."""
    heard = bytearray()

    async def between(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward = await asyncio.open_connection("127.0.0.1", hpos_shop.server.port)
        writer.write(await onward_reader.read(4096))
        heard.extend(await reader.read(4096))
        onward.close()
        writer.close()

    listening = await asyncio.start_server(between, "127.0.0.1", 0)
    with contextlib.closing(listening):  # waits for no client
        port = listening.sockets[0].getsockname()[1]
        with pytest.raises(DatabaseError, match="offers no encrypted connection"):
            await connect(hpos_shop.settings(port=port, tls=True)).check()
    assert not heard
