"""A proxy between the program and the database, as hosts have them: each client logs in, then sessions are shared.

async with between(port, keeps=3) as proxy:
    client = connect(shop.settings(port=proxy.port))
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

RESET_SESSION = b"\x01\0\0\0\x1f"
_QUIT = b"\x01"
_OK, _ERROR, _MORE, _KNOWN_ALREADY = 0x00, 0xFF, 0x01, b"\x01\x03"


@dataclass
class Proxy:
    """How it treats the server's sessions. Transactions keep theirs, as every such proxy lets them.

    The first `keeps` commands of each client are answered by one session, then its session is new before each command
    (None: never). `one_for_all`: all clients' commands go to the session of the first one that came. `remembers`: a
    SELECT that was answered before, word for word, is answered so again.
    """

    keeps: int | None = None
    one_for_all: bool = False
    remembers: bool = False
    port: int = 0
    _first: _Server | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _answers: dict[bytes, bytes] = field(default_factory=dict)

    async def serve(self, server_port: int, client: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, until it goes."""
        self._tasks.append(_current())
        server = _Server(*await asyncio.open_connection("127.0.0.1", server_port))
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            if await server.let_in(client, writer):
                self._tasks.append(asyncio.create_task(server.answer()))
                self._first = self._first or server
                await self._commands(self._first if self.one_for_all else server, client, writer)
        writer.close()
        if not self.one_for_all:
            server.writer.close()  # with its transaction, which others would wait for

    async def _commands(self, server: _Server, client: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        within, asked = False, 0
        while packet := await _packet(client):
            if self.one_for_all and packet[4:5] == _QUIT:
                break  # the client goes, the session that it shared does not
            words = packet[5:].lstrip().upper()
            if self.keeps is not None and asked >= self.keeps and not within:
                await server.forget()
            within = words.startswith(b"START TRANSACTION") or (within and not words.startswith(b"COMMIT"))
            asked += 1
            if self.remembers:  # whoever asks again has been answered
                self._answers[server.asked], server.asked, server.said = server.said, packet, b""
                if words.startswith(b"SELECT") and packet in self._answers:
                    server.said = self._answers[packet]
                    writer.write(server.said)
                    continue
            server.client = writer
            server.writer.write(packet)

    async def close(self) -> None:
        """End what still goes on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        if self._first is not None:
            self._first.writer.close()


@dataclass
class _Server:
    """One session of the server, and whom it answers."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    client: asyncio.StreamWriter | None = None
    asked: bytes = b""
    said: bytes = b""
    _forgotten: asyncio.Event | None = None

    async def let_in(self, client: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Pass the log-in on; whether the server took it."""
        writer.write(await _packet(self.reader))
        self.writer.write(await _packet(client))
        while True:
            said = await _packet(self.reader)
            writer.write(said)
            if said[4] in (_OK, _ERROR):
                return said[4] == _OK
            if said[4:6] != _KNOWN_ALREADY:
                self.writer.write(await _packet(client))

    async def answer(self) -> None:
        """What the server says goes to whoever asked last."""
        while data := await self.reader.read(65536):
            if self._forgotten is not None:
                self._forgotten.set()
            elif self.client is not None and not self.client.is_closing():
                self.said += data
                self.client.write(data)

    async def forget(self) -> None:
        """The session becomes as new: settings, variables, locks and transactions are gone."""
        self._forgotten = asyncio.Event()
        self.writer.write(RESET_SESSION)
        await self._forgotten.wait()
        self._forgotten = None


def _current() -> asyncio.Task[None]:
    task = asyncio.current_task()
    assert task is not None
    return task


async def _packet(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(4)
    return head + await reader.readexactly(int.from_bytes(head[:3], "little"))


@contextlib.asynccontextmanager
async def between(
    server_port: int, *, keeps: int | None = None, one_for_all: bool = False, remembers: bool = False
) -> AsyncIterator[Proxy]:
    """A proxy before the server of this port."""
    proxy = Proxy(keeps, one_for_all, remembers)
    listening = await asyncio.start_server(
        lambda reader, writer: proxy.serve(server_port, reader, writer), "127.0.0.1", 0
    )
    proxy.port = listening.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listening.close()
        await proxy.close()
