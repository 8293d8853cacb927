"""The transport on real sockets: servers that hang up, talk nonsense or are not there."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import logging
import re
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from brcc_tui.platforms.errors import BadAnswer, NotReachable, PlatformError, Rejected, Unclear
from brcc_tui.platforms.http import client as http_client
from brcc_tui.platforms.http import connection as http_connection
from brcc_tui.platforms.http.answers import Dialect
from brcc_tui.platforms.http.client import Call, Http
from brcc_tui.platforms.http.connection import QueryCredentials
from brcc_tui.platforms.timings import Timings
from brcc_tui.settings import Secret
from tests.mariadb.certificates import make_certificate
from tests.platforms.scripted_shop import SECRET

CALL = Call("things/{thing}", {"thing": 7}, "thing 7")
GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"id": 7}'


async def _at_once(seconds: float) -> None:
    """Waiting, without any."""


def _client(port: int, scheme: str = "http", host: str = "127.0.0.1", ca_file: Path | None = None) -> Http:
    auth = QueryCredentials({"consumer_secret": Secret(SECRET)})
    dialect = Dialect("Shop", lambda data: None, kinds={}, advice={})
    return Http(
        f"{scheme}://{host}:{port}",
        dialect,
        read_auth=auth,
        write_auth=auth,
        timings=Timings(),
        ca_file=ca_file,
        sleep=_at_once,
    )


@asynccontextmanager
async def _server(answers: Callable[[int], bytes]) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that answers its n-th request with these bytes and hangs up; yields its port and what it was sent."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(head)
        writer.write(answers(len(seen)))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], seen


HANG_UPS = [
    ("at once", b""),
    ("in the status line", b"HTTP/1.1 2"),
    ("in the body", b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"id": 7'),
    ("in a chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"),
    ("after nonsense", b"SSH-2.0-OpenSSH_9.6\r\n"),
    ("after a header of nonsense", b"HTTP/1.1 200 OK\r\nA B\x00: 1\r\n\r\n"),
    ("after data that is not packed", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"),
]


@pytest.mark.parametrize(("name", "answer"), HANG_UPS, ids=[name for name, _ in HANG_UPS])
async def test_a_server_that_hangs_up(name: str, answer: bytes) -> None:
    async with _server(lambda n: answer) as (port, seen):
        http = _client(port)
        with pytest.raises(Unclear):
            await http.write("PUT", CALL, {"n": 1})
        assert len(seen) == 1, "a write is sent once"
        with pytest.raises((NotReachable, BadAnswer)):
            await http.read(CALL)
        assert len(seen) == 4
        await http.close()


@pytest.mark.parametrize("coding", [b"gzip, gzip", b"gzip\r\nContent-Encoding: gzip", b"br", b"zstd"])
async def test_an_answer_that_is_packed_twice_or_unasked_is_not_unpacked(coding: bytes) -> None:
    """Each time that it is packed a thousand bytes become one: 70 GB have room in 64 KiB of what was packed twice."""
    packed = gzip.compress(gzip.compress(bytes(64 * 1024 * 1024)))
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\nContent-Length: %d\r\n\r\n%b" % (coding, len(packed), packed)
    async with _server(lambda n: answer) as (port, seen):
        http = _client(port)
        with pytest.raises(Unclear, match="cannot be unpacked"):
            await http.write("PUT", CALL, {"n": 1})
        with pytest.raises(NotReachable, match="cannot be unpacked"):
            await http.read(CALL)
        assert b"Accept-Encoding: gzip, deflate\r\n" in seen[0]
        await http.close()


@pytest.mark.parametrize("coding", [b"utf-8, gzip", b"none\r\nContent-Encoding: gzip", b"identity, gzip", b", gzip"])
async def test_a_name_that_packs_nothing_stands_beside_how_an_answer_is_packed(coding: bytes) -> None:
    """Plugins name the letters there, and the web server adds how it packed what they made."""
    packed = gzip.compress(b'{"id": 7}')
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\nContent-Length: %d\r\n\r\n%b" % (coding, len(packed), packed)
    async with _server(lambda n: answer) as (port, _):
        http = _client(port)
        assert (await http.read(CALL)).data == {"id": 7}
        await http.close()


PLACES = [
    b"http:wp-login.php", b"https:shop.example/x", b"mailto:foo", b"https://xn--a/", b"http://[::1", b"http://a:99999/",
    b"https://\xff\xfe/", b"https://", b"",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("status", "wrote"), [(301, Rejected), (303, Unclear)])
async def test_a_redirect_to_what_is_no_address(place: bytes, status: int, wrote: type[PlatformError]) -> None:
    """httpx reads where a redirect leads although it does not go there."""
    answer = b"HTTP/1.1 %d Elsewhere\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % (status, place)
    async with _server(lambda n: answer) as (port, seen):
        http = _client(port)
        with pytest.raises(wrote, match=rf"answered with a redirect \({status}\)"):
            await http.write("PUT", CALL, {"n": 1})
        with pytest.raises(BadAnswer, match=rf"answered with a redirect \({status}\)"):
            await http.read(CALL)
        assert len(seen) == 2
        await http.close()


async def test_a_change_whose_answer_takes_too_long_may_have_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may drip its answer for ever: no single wait for the next piece is too long then."""
    monkeypatch.setattr(http_client, "_WHOLE_ANSWER", 0.0)
    async with _server(lambda n: b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"id"') as (port, _):
        http = _client(port)
        with pytest.raises(Unclear, match="did not finish its answer"):
            await http.write("PUT", CALL, {"n": 1})
        with pytest.raises(NotReachable, match="did not finish its answer"):
            await http.read(CALL)
        await http.close()


@asynccontextmanager
async def _stuttering_server() -> AsyncIterator[int]:
    """A server that keeps its connections, and answers the first request on each of them twice, with its path."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        times = 2
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if length := re.search(rb"(?i)content-length: ([0-9]+)", head):
                    await reader.readexactly(int(length[1]))
                body = b'{"of": "%s"}' % head.split()[1].partition(b"?")[0]
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body) * times)
                times = 1
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_what_a_server_sends_twice_is_no_answer_to_the_next_question() -> None:
    async with _stuttering_server() as port:
        http = _client(port)
        for thing in range(1, 4):
            told = await http.read(Call("things/{thing}", {"thing": thing}))
            assert told.data == {"of": f"/things/{thing}"}
        await http.close()


async def test_a_change_is_not_done_by_an_answer_that_came_before_it() -> None:
    async with _stuttering_server() as port:
        http = _client(port)
        await http.read(CALL)
        with pytest.raises(Unclear, match="an answer that belongs to an earlier question"):
            await http.write("PUT", CALL, {"n": 1})
        await http.close()


async def test_a_read_survives_a_hang_up() -> None:
    async with _server(lambda n: b"" if n == 1 else GOOD) as (port, seen):
        http = _client(port)
        assert (await http.read(CALL)).data == {"id": 7}
        assert len(seen) == 2
        await http.close()


async def test_credentials_travel_in_the_address_and_nowhere_else() -> None:
    async with _server(lambda n: GOOD) as (port, seen):
        http = _client(port)
        await http.write("PUT", CALL, {"n": 1})
        await http.close()
    assert seen[0].startswith(b"PUT /things/7?consumer_secret=" + SECRET.encode())


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("wrote", [False, True], ids=["read", "write"])
async def test_no_server_there(wrote: bool) -> None:
    http = _client(_closed_port())
    with pytest.raises(NotReachable) as caught:
        await (http.write("PUT", CALL, {}) if wrote else http.read(CALL))
    assert "refused" in str(caught.value)
    assert ("Nothing was sent" in str(caught.value)) is wrote
    await http.close()


async def test_a_server_without_tls() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        http = _client(server.sockets[0].getsockname()[1], "https")
        with pytest.raises(NotReachable, match="TLS"):
            await http.write("PUT", CALL, {})
        await http.close()


async def test_an_unknown_name(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*args: object, **more: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    http = _client(443, "https", "shop.example.invalid")
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    with pytest.raises(NotReachable, match="name is not known"):
        await http.write("PUT", CALL, {})
    await http.close()


async def test_a_write_that_is_cancelled_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    arrived = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await reader.read(-1)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        http = _client(server.sockets[0].getsockname()[1])
        write = asyncio.create_task(http.write("PUT", CALL, {}))
        await arrived.wait()
        with caplog.at_level(logging.INFO, "brcc_tui"):
            write.cancel()
            with pytest.raises(asyncio.CancelledError):
                await write
        await http.close()
    assert "PUT things/{thing} cancelled" in caplog.text


async def test_httpx_itself_would_have_told_the_secret(caplog: pytest.LogCaptureFixture) -> None:
    """The negative control of the silence: httpx's own log names the whole address."""
    logger = logging.getLogger("httpx")
    async with _server(lambda n: GOOD) as (port, _):
        http = _client(port)
        with caplog.at_level(logging.DEBUG):
            for name in ("httpx", "httpcore.http11", "httpcore.connection"):
                logging.getLogger(name).setLevel(logging.DEBUG)
            await http.write("PUT", CALL, {})
            assert SECRET not in caplog.text
            logger.disabled = False
            await http.write("PUT", CALL, {})
            logger.disabled = True
            assert SECRET in caplog.text
        await http.close()


async def test_the_usual_certificates_are_read_once_for_all_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[ssl.SSLContext] = []
    make = http_connection.httpx.create_ssl_context
    monkeypatch.setattr(http_connection.httpx, "create_ssl_context", lambda: read.append(made := make()) or made)
    for host in ("one.example", "two.example"):
        await _client(443, "https", host).close()
    assert len(read) <= 1, "none where another test has had them read"


async def test_a_private_certificate_is_trusted_only_where_the_settings_name_it(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    if certificate is None:
        pytest.skip("PHP, which makes the certificate, is not there")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(GOOD)
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.cert, certificate.key)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        trusting, strict = (_client(port, "https", ca_file=file) for file in (certificate.cert, None))
        assert (await trusting.read(CALL)).data == {"id": 7}
        with pytest.raises(NotReachable, match="certificate is not trusted"):
            await strict.write("PUT", CALL, {})
        await trusting.close()
        await strict.close()
