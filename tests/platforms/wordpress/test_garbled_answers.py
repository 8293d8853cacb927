"""What is said where something else than a database answers, or something between changes what it says."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress.statement import Statement
from tests.mariadb.fixtures import Connect, connect, hpos_shop, on_every_server
from tests.mariadb.shop import Shop

__all__ = ["connect", "hpos_shop"]

pytestmark = pytest.mark.xdist_group("mariadb")

Change = Callable[[bytes], bytes]


@contextlib.asynccontextmanager
async def changed(port: int, change: Change) -> AsyncIterator[int]:
    """What the server of this port says goes through `change`; gives the port to ask instead."""
    served: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, through: Change) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(through(data))
        writer.close()

    async def serve(client: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server = await asyncio.open_connection("127.0.0.1", port)
        served.update(
            (
                asyncio.create_task(pump(client, server[1], lambda data: data)),
                asyncio.create_task(pump(server[0], writer, change)),
            )
        )

    with contextlib.closing(await asyncio.start_server(serve, "127.0.0.1", 0)) as listening:  # waits for no client
        yield listening.sockets[0].getsockname()[1]
        for task in served:
            task.cancel()
        await asyncio.gather(*served, return_exceptions=True)


BANNERS = {
    "SSH": b"SSH-2.0-OpenSSH_9.6\r\n",
    "mail": b"220 mail.example ESMTP\r\n",
    "web": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "MySQL's X protocol": b"\x05\0\0\0\x0b\x08\x05\x1a\0",
    "a refusal that is numbered wrongly": b"\x17\0\0\x01\xff\x10\x04Too many connections",
}


@pytest.mark.parametrize("banner", BANNERS.values(), ids=BANNERS)
async def test_what_answers_is_no_database(connect: Connect, hpos_shop: Shop, banner: bytes) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(banner)
        await writer.drain()
        writer.close()

    with contextlib.closing(await asyncio.start_server(serve, "127.0.0.1", 0)) as listening:  # waits for no client
        settings = hpos_shop.settings(port=listening.sockets[0].getsockname()[1])
        with pytest.raises(DatabaseError, match="not a MySQL or MariaDB server") as told:
            await connect(settings).check()
    assert "WORDPRESS_DB_PORT" in told.value.next_step


@on_every_server
async def test_an_answer_to_the_log_in_that_is_out_of_turn(connect: Connect, hpos_shop: Shop) -> None:
    """Servers and proxies that end a log-in count the packets of it in their own way."""
    seen: list[bytes] = []

    def renumbered(data: bytes) -> bytes:
        seen.append(data)
        return data if len(seen) == 1 else data[:3] + bytes([data[3] + 5]) + data[4:]

    async with changed(hpos_shop.server.port, renumbered) as port:
        with pytest.raises(DatabaseError, match="the server's answer could not be read"):
            await connect(hpos_shop.settings(port=port)).check()


CHANGES: dict[str, Change] = {
    "out of turn": lambda data: data[:3] + bytes([data[3] + 1]) + data[4:],
    "no number": lambda data: data.replace(b"12.75", b"12,75"),
    "a file is asked for": lambda data: b"\2\0\0\1\xfba",
    "a column without a name": lambda data: data.replace(b"\x05night\0", b"\xfbnight\0"),
    "no letters": lambda data: data.replace(b"night", b"n\xffght"),
}


@on_every_server
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_an_answer_that_was_changed_on_its_way(connect: Connect, hpos_shop: Shop, change: Change) -> None:
    def through(data: bytes) -> bytes:
        return change(data) if b"12.75" in data else data

    async with changed(hpos_shop.server.port, through) as port:
        client = connect(hpos_shop.settings(port=port))
        async with client._connections.session() as session:
            with pytest.raises(DatabaseError, match="the server's answer could not be read"):
                await session.rows(Statement("SELECT 12.75, 'night'"))
            assert session.closed, "the rest of that answer is nobody's"


@on_every_server
async def test_a_kept_connection_that_answers_nonsense_is_left(connect: Connect, hpos_shop: Shop) -> None:
    nonsense = False

    def through(data: bytes) -> bytes:
        nonlocal nonsense
        change, nonsense = nonsense, False
        return b"\1\0\0\1\0" if change else data

    async with changed(hpos_shop.server.port, through) as port:
        client = connect(hpos_shop.settings(port=port))
        await client.check()
        nonsense = True
        await client.check()
