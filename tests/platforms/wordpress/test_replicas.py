"""Servers that follow another one, and clusters: what they say may be old, and their locks may keep nobody out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from brcc_tui.model.counts import ProductCells
from brcc_tui.platforms.errors import DatabaseError, OnReplica
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress import session_sql
from brcc_tui.platforms.wordpress.pool import Connections
from brcc_tui.platforms.wordpress.statement import Statement
from tests.mariadb.fixtures import Connect, connect, hpos_shop, needs_server, on_every_server
from tests.mariadb.server import INSTALLED, Server, database_server
from tests.mariadb.shop import Shop
from tests.mariadb.unpacked import NOT_TO_BE_HAD

__all__ = ["connect", "hpos_shop"]

pytestmark = pytest.mark.xdist_group("mariadb")

PROVIDER = Path("/usr/lib/galera/libgalera_smm.so")


@contextlib.contextmanager
def read_only(server: Server) -> Iterator[None]:
    """The server as a replica is set; MySQL's own way of it forbids administrators as well."""
    server.run(f"SET GLOBAL {'super_' if server.kind.mysql else ''}read_only = 1")
    try:
        yield
    finally:
        server.run("SET GLOBAL read_only = 0")


@on_every_server
async def test_a_replica_is_named_with_every_count(connect: Connect, hpos_shop: Shop) -> None:
    client = connect(hpos_shop.settings(), site="shop.example")
    live = client.live_counts()
    assert not (await client.counts([ProductCells(1)])).replica
    assert not (await live.look([ProductCells(1)])).replica
    with read_only(hpos_shop.server):
        assert (await client.counts([ProductCells(1)])).replica
        assert (await client.server()).replica
        assert (await live.look([ProductCells(1)])).replica
    assert not (await live.look([ProductCells(1)])).replica


@on_every_server
async def test_a_setting_that_the_server_tells_in_words_is_on_unless_they_say_off(hpos_shop: Shop) -> None:
    """MariaDB 12 tells read_only so: OFF, ON, NO_LOCK or NO_LOCK_NO_ADMIN. Added to a number each word is 0."""
    server = hpos_shop.server
    words = {} if server.kind.mysql else {"query_cache_type": 0, "slave_exec_mode": 1}
    with contextlib.closing(server.connect()) as administrator, administrator.cursor() as cursor:
        for name, said in {**words, "read_only": 0}.items():
            cursor.execute(f"SELECT {session_sql.is_on(f'@@global.{name}')}, @@global.{name} + 0")
            assert cursor.fetchall() == ((said, 0),)
        with read_only(server):
            cursor.execute(f"SELECT {session_sql.is_on('@@global.read_only')}, {session_sql.REPLICA}")
            assert cursor.fetchall() == ((1, 1),)


@on_every_server
async def test_of_several_servers_under_one_name_none_is_decided_on(connect: Connect, hpos_shop: Shop) -> None:
    """A proxy that sends each connection elsewhere: one of them follows the other, and need not be set to read only."""
    client, server = connect(hpos_shop.settings(), site="shop.example"), hpos_shop.server
    lock = await client.lock(41)
    assert await lock.still_ours()
    with contextlib.closing(server.connect()) as administrator, administrator.cursor() as cursor:
        cursor.execute("SELECT @@global.server_id")
        ((number,),) = cursor.fetchall()
        try:
            cursor.execute("SET GLOBAL server_id = %s", (number + 1,))
            assert (await client.counts([ProductCells(1)])).replica
            assert (await client.server()).replica
            assert not await lock.still_ours()
            with pytest.raises(OnReplica, match="one of several"):
                await client.lock(42)
            await lock.release()
            assert not (await client.counts([ProductCells(1)])).replica, "the other one is gone"
            await (await client.lock(42)).release()
        finally:
            cursor.execute("SET GLOBAL server_id = %s", (number,))


@on_every_server
async def test_a_replicas_locks_are_none(connect: Connect, hpos_shop: Shop) -> None:
    client = connect(hpos_shop.settings(), site="shop.example")
    lock = await client.lock(41)
    with read_only(hpos_shop.server):
        assert not await lock.still_ours()
        with pytest.raises(OnReplica, match="is a replica"):
            await client.lock(42)
    await lock.release()
    again = await client.lock(41)
    assert await again.still_ours()
    await again.release()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The one node of a Galera cluster."""
    needs_server(INSTALLED)
    if not PROVIDER.exists():
        pytest.skip(f"{NOT_TO_BE_HAD}the Galera library of MariaDB is not installed")
    options = (
        "--wsrep-on=ON",
        f"--wsrep-provider={PROVIDER}",
        "--wsrep-cluster-address=gcomm://",
        "--wsrep-node-address=127.0.0.1",
        "--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:0;gcache.size=1M;gcache.page_size=1M",
        "--binlog-format=ROW",
        "--innodb-autoinc-lock-mode=2",
    )
    folder = tmp_path_factory.mktemp("galera")
    with database_server(folder / "data", options=options) as server:
        yield server


async def test_a_node_of_a_cluster_is_named_and_waited_for(connect: Connect, node: Server) -> None:
    shop = Shop.make(node, hpos=True)
    client = connect(shop.settings(), site="shop.example")
    assert (await client.server()).nodes == 1
    pool = Connections(shop.settings(), ca_file=None, timings=Timings())
    async with pool.session() as session:
        assert session.galera
        assert await session.row(Statement("SELECT @@wsrep_sync_wait")) == (1,)
    await pool.close()
    node.run("SET GLOBAL wsrep_reject_queries = ALL")
    try:
        with pytest.raises(DatabaseError, match="this node of the database cluster takes no queries now"):
            await client.counts([ProductCells(1)])
    finally:
        node.run("SET GLOBAL wsrep_reject_queries = NONE")
    shop.close()


async def test_a_server_alone_is_no_cluster(connect: Connect, hpos_shop: Shop) -> None:
    assert (await connect(hpos_shop.settings()).server()).nodes == 0
