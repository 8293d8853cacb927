"""Named locks on a real MariaDB: one holder, whatever becomes of it."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import signal
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress import locks
from brcc_tui.platforms.wordpress.locks import LockedElsewhere
from brcc_tui.platforms.wordpress.pool import Connections, Session
from brcc_tui.platforms.wordpress.statement import Statement
from tests.mariadb.fixtures import Connect, connect, hpos_shop, on_every_server
from tests.mariadb.shop import Shop
from tests.systems import posix

__all__ = ["connect", "hpos_shop"]

pytestmark = pytest.mark.xdist_group("mariadb")

NAMES = {
    "plain": ("shop.example", "brcc:shop.example:41"),
    "capitals": ("Shop.Example", "brcc:shop.example:41"),
    "too long": ("a" * 60, None),
    "other letters": ("müller", None),
}


@pytest.mark.parametrize(("site", "wanted"), NAMES.values(), ids=NAMES)
def test_names(site: str, wanted: str | None) -> None:
    name = locks.lock_name(site, 41)
    assert name == (wanted or name) == name.lower()
    assert len(locks.lock_name(site, 10**18)) <= 64
    assert name not in {locks.lock_name(site, 4), locks.lock_name(site + "x", 41)}


@pytest_asyncio.fixture
async def connections(hpos_shop: Shop) -> AsyncIterator[Connections]:
    pool = Connections(hpos_shop.settings(), ca_file=None, timings=Timings())
    yield pool
    await pool.close()


def holder(shop: Shop, name: str) -> int | None:
    """The connection that holds the lock, as the administrator sees it."""
    ((number,),) = shop.rows("SELECT IS_USED_LOCK(%s)", name)
    return number


async def until_free(shop: Shop, name: str, seconds: float = 10) -> float:
    started = time.monotonic()
    while holder(shop, name) is not None:
        assert time.monotonic() - started < seconds, "the lock was not freed"
        await asyncio.sleep(0.01)
    return time.monotonic() - started


@on_every_server
async def test_one_holder(connect: Connect, hpos_shop: Shop) -> None:
    first = connect(hpos_shop.settings(), site="shop.example")
    second = connect(hpos_shop.settings(), site="Shop.Example")
    lock = await first.lock(41)
    other = await second.lock(42)
    assert await lock.still_ours()
    with pytest.raises(LockedElsewhere) as raised:
        await second.lock(41)
    assert raised.value.holder == f"{hpos_shop.reader}@127.0.0.1"
    assert raised.value.connection == holder(hpos_shop, "brcc:shop.example:41")
    assert raised.value.idle_seconds is not None
    await lock.release()
    assert not await lock.still_ours()
    await lock.release()
    again = await second.lock(41)
    assert await again.still_ours()
    assert not await lock.still_ours()
    for held in (again, other):
        await held.release()
    assert holder(hpos_shop, "brcc:shop.example:41") is None


@on_every_server
async def test_the_holder_of_another_database_user_has_only_a_number(connect: Connect, hpos_shop: Shop) -> None:
    hpos_shop.rows("SELECT GET_LOCK('brcc:shop.example:41', 0)")
    try:
        with pytest.raises(LockedElsewhere, match="being changed by somebody else") as raised:
            await connect(hpos_shop.settings(), site="shop.example").lock(41)
        assert (raised.value.holder, raised.value.idle_seconds) == ("", None)
    finally:
        hpos_shop.rows("SELECT RELEASE_LOCK('brcc:shop.example:41')")


@on_every_server
async def test_other_shops_of_the_same_server_are_not_in_the_way(connect: Connect, hpos_shop: Shop) -> None:
    """Locks are the server's, not the database's; without a site's name the tables' names tell shops apart."""
    first = connect(hpos_shop.settings())
    second = connect(hpos_shop.settings(prefix="wp2_"))
    held = [await first.lock(1), await second.lock(1)]
    assert [await lock.still_ours() for lock in held] == [True, True]
    for lock in held:
        await lock.release()


@on_every_server
async def test_locks_are_not_taken_from_the_pool(connect: Connect, hpos_shop: Shop) -> None:
    wordpress = connect(hpos_shop.settings(), site="shop.example")
    held = [await wordpress.lock(product) for product in range(7)]
    await wordpress.check()
    for lock in held:
        await lock.release()


@on_every_server
async def test_killed_by_an_administrator(connect: Connect, hpos_shop: Shop) -> None:
    lock = await connect(hpos_shop.settings(), site="shop.example").lock(41)
    hpos_shop.server.run(f"KILL {holder(hpos_shop, 'brcc:shop.example:41')}")
    assert not await lock.still_ours()
    async with lock.session() as lost:
        with pytest.raises(DatabaseError, match="the connection was lost"):
            await lost.rows(Statement("SELECT 1", name="check"))
    assert not await lock.still_ours()
    await lock.release()


@on_every_server
async def test_the_ping_does_not_hide_a_lost_connection(hpos_shop: Shop, connections: Connections) -> None:
    lock = await locks.take_lock(connections, "shop.example", 41, ping_seconds=0.01)
    first = holder(hpos_shop, "brcc:shop.example:41")
    hpos_shop.server.run(f"KILL {first}")
    await until_free(hpos_shop, "brcc:shop.example:41")
    await asyncio.wait_for(lock._pings, 5)  # the pinging ends of itself, it does not connect again
    assert not await lock.still_ours()
    assert holder(hpos_shop, "brcc:shop.example:41") is None


@on_every_server
async def test_a_living_holder_outlives_the_wait_timeout(hpos_shop: Shop, connections: Connections) -> None:
    lock = await locks.take_lock(connections, "shop.example", 41, wait_timeout=2, ping_seconds=0.2)
    await asyncio.sleep(2.5)
    assert await lock.still_ours()
    await lock.release()


@on_every_server
async def test_let_go_in_the_middle_of_a_ping(hpos_shop: Shop, connections: Connections) -> None:
    """The lock is free when `release` returns, not some time after."""
    for _ in range(20):
        lock = await locks.take_lock(connections, "shop.example", 41, ping_seconds=0)
        await asyncio.sleep(0)
        await lock.release()
        assert holder(hpos_shop, "brcc:shop.example:41") is None


@on_every_server
async def test_taken_by_another_while_ours_was_gone(hpos_shop: Shop, connections: Connections) -> None:
    lock = await locks.take_lock(connections, "shop.example", 41)
    await lock._session.rows(Statement("SELECT RELEASE_LOCK('brcc:shop.example:41')"))
    other = await locks.take_lock(connections, "shop.example", 41)
    assert not await lock.still_ours()
    assert await other.still_ours()
    for held in (lock, other):
        await held.release()


@on_every_server
async def test_a_server_that_neither_gives_nor_refuses(
    hpos_shop: Shop, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NULL, as when the statement was stopped: not ours."""
    ask = Session.rows

    async def null(self: Session, query: Statement) -> Any:
        return [(None, 0)] if query.name == "get lock" else await ask(self, query)

    monkeypatch.setattr(Session, "rows", null)
    with pytest.raises(DatabaseError, match="neither gave nor refused"):
        await locks.take_lock(connections, "shop.example", 41)


HOLDER = """
import asyncio, sys
from brcc_tui.platforms.wordpress import locks
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress.pool import Connections
from brcc_tui.settings import Secret, WordPressSettings

async def main():
    values = {values!r}
    settings = WordPressSettings(**values | {{"password": Secret(values["password"])}})
    lock = await locks.take_lock(Connections(settings, ca_file=None, timings=Timings()), "shop.example", 41,
                            wait_timeout={wait_timeout}, ping_seconds=0.1)
    print("held", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def another_process(shop: Shop, wait_timeout: int) -> asyncio.subprocess.Process:
    """A second copy of the program that holds the lock."""
    values = dataclasses.asdict(shop.settings()) | {"password": shop.reader_password}
    script = HOLDER.format(values=values, wait_timeout=wait_timeout)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    assert await process.stdout.readline() == b"held\n"
    return process


@on_every_server
@pytest.mark.parametrize("how", ["killed", pytest.param("frozen", marks=posix("no process can be frozen"))])
async def test_a_process_that_ends_badly_frees_the_lock(connect: Connect, hpos_shop: Shop, how: str) -> None:
    process = await another_process(hpos_shop, wait_timeout=1)
    wordpress = connect(hpos_shop.settings(), site="shop.example")
    try:
        with pytest.raises(LockedElsewhere):
            await wordpress.lock(41)
        if how == "killed":
            process.kill()
        else:
            process.send_signal(signal.SIGSTOP)
        await until_free(hpos_shop, "brcc:shop.example:41")
        lock = await wordpress.lock(41)
        assert await lock.still_ours()
        await lock.release()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_what_is_read_on_the_locks_own_connection(connect: Connect, hpos_shop: Shop) -> None:
    product = hpos_shop.product()
    wordpress = connect(hpos_shop.settings())
    lock = await wordpress.lock(product)
    began = wordpress.queries
    seen = await wordpress.snapshot([product], by_order=True, lock=lock)
    assert set(seen.products) == {product}
    assert wordpress.queries - began == 4, "no other connection was made"
    assert await lock.still_ours()
    await wordpress.close()
    await lock.release()
