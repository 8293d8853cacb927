"""A connection to a shop: trust, credentials, matching answers to requests, and why a connection fails.

Credentials are added by `httpx.Auth` objects at the very end, so that no address or header that this program
handles contains them. httpx's own error messages are never passed on: they may quote an address or a header.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Final

from brcc_tui.platforms.errors import AccessDenied, NotReachable
from brcc_tui.platforms.http.lean_httpx import httpx
from brcc_tui.settings import Secret
from brcc_tui.settings_practice import is_loopback

_TIMEOUT: Final = httpx.Timeout(connect=5.0, read=30.0, write=15.0, pool=None)
_KEEP_ALIVE: Final = 4.0
"""Seconds; less than the 5 s after which Apache hangs up, or a write may meet a closing connection."""

AS_THEY_CAME: Final = "headers_as_they_came"
"""Under this name the headers of an answer stand among its `extensions`, by twos, as they came."""


PACKED: Final = "gzip, deflate"
"""How an answer may be packed: a thousand bytes become one at best, so that little of a piece is too much."""

_NEVER_ASKED_FOR: Final = frozenset({"br", "zstd"})
"""Where a package for it happens to be installed httpx unpacks it, into ten thousand times as much and more."""

_UNPACKED: Final = _NEVER_ASKED_FOR | frozenset(PACKED.split(", "))
"""What httpx unpacks; it passes over any other name, such as the letters that a plugin names there."""


class NotOurAnswer(Exception):
    """What came was there before the request was sent: it is the answer to nothing that was asked."""


class QueryCredentials(httpx.Auth):
    """Credentials in the address, as WooCommerce wants them for writes; added last, where nothing logs them."""

    def __init__(self, credentials: Mapping[str, Secret]) -> None:
        self._credentials = credentials

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        """Add them to the request that goes out."""
        request.url = request.url.copy_merge_params({name: text.reveal() for name, text in self._credentials.items()})
        yield request


class BearerToken(httpx.Auth):
    """A token in the Authorization header, as Eventbrite wants it. Raises `AccessDenied` for an impossible one."""

    def __init__(self, token: Secret) -> None:
        plain = bool(token) and token.isascii() and token.isprintable() and " " not in token
        if not plain:
            raise AccessDenied(
                "the token holds characters that no token has", next_step="copy it from the shop's site once more"
            )
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        """Add it to the request that goes out."""
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        yield request


def open_client(address: str, ca_file: Path | None, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    """A client for that address; nothing is sent yet. Raises `NotReachable` when this computer's settings forbid it."""
    parsed = httpx.URL(address)
    context = _trusted(parsed.scheme, ca_file) if transport is None else True
    try:
        return httpx.AsyncClient(
            verify=context,
            timeout=_TIMEOUT,
            limits=httpx.Limits(max_connections=None, keepalive_expiry=_KEEP_ALIVE),
            follow_redirects=False,
            # A proxy of the environment leads to the internet, not to this computer.
            trust_env=not is_loopback(parsed.raw_host.decode("ascii")),
            # Without one httpx makes it of the host's name in its own letters, and knows not all names that there are.
            headers={"Host": parsed.netloc.decode("ascii")},
            # No cookies: two answers must not depend on each other through a session of the shop's.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            event_hooks={"response": [_without_redirects, _packed_once]},
            transport=transport,
        )
    except (ImportError, ValueError):  # a kind of proxy, or an address of one, that httpx cannot use
        app_error = NotReachable(
            "the proxy of this computer's environment cannot be used", next_step="check HTTPS_PROXY and ALL_PROXY"
        )
    raise app_error


async def _without_redirects(response: httpx.Response) -> None:
    """httpx makes a request of every redirect, also where it does not follow, and raises over a place that is no
    address: as if nothing had been sent, or what nobody expects. So it sees none.
    """
    response.extensions[AS_THEY_CAME] = response.headers.raw
    response.headers.pop("location", None)


async def _packed_once(response: httpx.Response) -> None:
    """Raise for an answer that is packed twice, or as nobody asked: 64 KiB of such bytes may hold 70 GB."""
    named = (name.strip().lower() for name in response.headers.get_list("content-encoding", split_commas=True))
    codings = [name for name in named if name in _UNPACKED]
    if len(codings) > 1 or _NEVER_ASKED_FOR.intersection(codings):
        raise httpx.DecodingError("packed otherwise than was asked for", request=response.request)


def _trusted(scheme: str, ca_file: Path | None) -> ssl.SSLContext:
    """The certificates to trust: the usual ones and the settings' own. None at all where there is no TLS."""
    if scheme == "http":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context = _usual() if ca_file is None else httpx.create_ssl_context()
    except OSError:  # ssl.SSLError is one as well
        reason = NotReachable(
            "the certificates that this computer's environment names cannot be used",
            next_step="check SSL_CERT_FILE, or take it out of the environment",
        )
    else:
        return context if ca_file is None else _with_own(context, ca_file)
    raise reason


def _with_own(context: ssl.SSLContext, ca_file: Path) -> ssl.SSLContext:
    try:
        context.load_verify_locations(cafile=ca_file)
    except OSError:
        reason = NotReachable(
            "the file of additional certificates cannot be used",
            subject=str(ca_file),
            next_step="check BRCC_CA_FILE in the settings",
        )
    else:
        return context
    raise reason


@functools.cache
def _usual() -> ssl.SSLContext:
    """The usual certificates, for all connections together: reading them takes 30 ms and 0.8 MiB each time."""
    return httpx.create_ssl_context()


def in_turn() -> Callable[[str, Mapping[str, object]], Awaitable[None]]:
    """For the extension `trace` of one request: raises `NotOurAnswer`, and so has the connection closed.

    Where a server sends more than one answer to a request, httpx keeps the rest, and takes it for the answer to the
    next request on that connection, whatever that is about. What comes from the network lets the event loop go on
    before it is there; what was kept does not.
    """
    awaited = False

    def note() -> None:
        nonlocal awaited
        awaited = True

    async def trace(event: str, info: Mapping[str, object]) -> None:
        nonlocal awaited
        if event == "http11.receive_response_headers.started":
            awaited = False
            asyncio.get_running_loop().call_soon(note)
        elif event == "http11.receive_response_headers.complete" and not awaited:
            raise NotOurAnswer

    return trace


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No usable answer arrived, and why, as the end of a sentence that begins with the shop.

    `sent` says that a part of the request may have left this computer; `passing` that another try may help.
    """

    reason: str
    sent: bool
    passing: bool = True


def why_no_answer(error: Exception) -> NoAnswer:
    """The meaning of httpx's error in our words: its own texts may quote a header or an address."""
    match error:
        case httpx.ConnectTimeout():
            return NoAnswer(f"cannot be reached: no connection within {_TIMEOUT.connect:.0f} s", sent=False)
        case httpx.ConnectError():
            return NoAnswer(f"cannot be reached: {_why_no_connection(error)}", sent=False)
        case httpx.ProxyError():
            return NoAnswer("cannot be reached: the proxy refused the connection", sent=False)
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            return NoAnswer("has no valid address in the settings", sent=False)
        case httpx.TimeoutException():
            return NoAnswer(f"did not answer within {_TIMEOUT.read:.0f} s", sent=True)
        case httpx.DecodingError():
            return NoAnswer("answered with data that cannot be unpacked", sent=True)
        case NotOurAnswer():
            return NoAnswer("gave an answer that belongs to an earlier question", sent=True)
    return NoAnswer("lost the connection before its answer was complete", sent=True)


def _why_no_connection(error: BaseException) -> str:
    """Look through the chain of causes for one that a person can act on."""
    seen: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    while queue and len(seen) < 20:
        link = queue.pop(0)
        if link is None or link in seen:
            continue
        seen.append(link)
        queue += [link.__cause__, link.__context__]
        queue += link.exceptions if isinstance(link, BaseExceptionGroup) else []
    for kind, words in _NO_CONNECTION:
        if any(isinstance(link, kind) for link in seen):
            return words
    return "no connection could be made"


_NO_CONNECTION: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (ssl.SSLCertVerificationError, "its certificate is not trusted (a private one goes into BRCC_CA_FILE)"),
    (ssl.SSLError, "it does not speak TLS as expected (is the address right?)"),
    (socket.gaierror, "its name is not known (is there an internet connection, is the address right?)"),
    (ConnectionRefusedError, "the connection was refused (is the server running, is the address right?)"),
)


def _silence() -> None:
    """httpx logs every address with its query at INFO, and there WooCommerce's secret stands."""
    for name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy"):
        logging.getLogger(name).disabled = True


_silence()
