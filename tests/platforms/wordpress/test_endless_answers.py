"""A server, or what answers in its place, that never stops: what it says is bounded, as a shop's answer is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from itertools import repeat
from pathlib import Path

import pytest

from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress import wire
from brcc_tui.platforms.wordpress.pool import Connections
from brcc_tui.settings import Secret, WordPressSettings

BOUND = 1024 * 1024
GREETING = (
    b"\x0a8.0.40\0" + b"\1\0\0\0" + b"saltsalt" + b"\0" + b"\xff\xf7" + b"\xff\2\0" + b"\xff\xdf" + b"\x15"
    + bytes(10) + b"saltsaltsalt\0" + b"mysql_native_password\0"
)  # fmt: skip
OK = b"\0\0\0\2\0\0\0"
END = b"\xfe\0\0\2\0"
COLUMN = b"\3def\0\0\0\1a\0\x0c\x21\0\0\1\0\0\xfd\0\0\0\0\0"
WHOLE = 0xFFFFFF


def packet(number: int, data: bytes) -> bytes:
    return len(data).to_bytes(3, "little") + bytes([number % 256]) + data


def endless_packet(first: int) -> Iterator[bytes]:
    """A packet of the largest size is continued by the next one."""
    for number in range(first, 1000):
        yield WHOLE.to_bytes(3, "little") + bytes([number % 256])
        yield from repeat(bytes(65536), WHOLE // 65536)
        yield bytes(WHOLE % 65536)


def endless_rows() -> Iterator[bytes]:
    yield packet(1, b"\2") + packet(2, COLUMN) + packet(3, COLUMN) + packet(4, END)
    for number in range(5, 10_000_000):
        yield packet(number, b"\xfc\x00\x80" + b"a" * 0x8000 + b"\1b")


@contextlib.asynccontextmanager
async def a_server(endless: str, sent: list[int]) -> AsyncIterator[int]:
    """One that never stops with its greeting, its answer to the log-in or the rows of an answer; gives its port."""

    async def pour(writer: asyncio.StreamWriter, pieces: Iterator[bytes]) -> None:
        for piece in pieces:
            writer.write(piece)
            sent.append(len(piece))
            await writer.drain()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if endless == "greeting":
                await pour(writer, endless_packet(0))
            writer.write(packet(0, GREETING))
            number, question = 2, await read_packet(reader)
            while True:
                if endless == "log-in" or b"SHOW" in question:
                    await pour(writer, endless_packet(2) if endless == "log-in" else endless_rows())
                writer.write(packet(number, OK))
                number, question = 1, await read_packet(reader)
        writer.close()

    with contextlib.closing(await asyncio.start_server(serve, "127.0.0.1", 0)) as listening:  # waits for no client
        yield listening.sockets[0].getsockname()[1]


async def read_packet(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(4)
    return await reader.readexactly(int.from_bytes(head[:3], "little"))


@pytest.mark.parametrize("endless", ["greeting", "log-in", "rows"])
async def test_what_a_server_says_is_bounded(endless: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_OF_AN_ANSWER", BOUND)
    sent: list[int] = []
    async with a_server(endless, sent) as port:
        settings = WordPressSettings("127.0.0.1", port, "reader", Secret("hunter2"), "shop", "wp_", tls=False)
        connections = Connections(settings, ca_file=None, timings=Timings())
        with pytest.raises(DatabaseError, match="more than 1 MiB") as told:
            await connections.connect()
        await connections.close()
    assert "WORDPRESS_DB_HOST" in told.value.next_step
    assert sum(sent) < WHOLE + 8 * BOUND, "it was read on and on"
