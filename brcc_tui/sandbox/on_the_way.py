"""What is between a program and WordPress, and distorts what passes: a web server, a firewall, a proxy, a cache.

Such things do not fail: their answers look like any other, and are not the shop's answer to the request.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

_CREDENTIALS: Final = frozenset({"consumer_key", "consumer_secret"})


@dataclass(slots=True)
class Bent:
    """What becomes of one request on its way to the shop.

    `no_authorization`: its header is taken away. `first_page`: its `page` is. `at_most`: so many things a page,
    whatever it asks for. `left_out`: so many things have left the list since its first page was read. `own_order`: the
    list comes in an order that no other request gets. `no_totals`: a list does not say how many it holds.
    `as_documented`: each page of Eventbrite's names a next one, whether there is one or not, and nothing else.
    """

    no_authorization: bool = False
    first_page: bool = False
    at_most: int | None = None
    left_out: int = 0
    own_order: bool = False
    no_totals: bool = False
    as_documented: bool = False


BENT: Final = web.RequestKey("bent", Bent)
"""Where a request carries what becomes of it; `bent` reads it."""


def bent(request: web.Request) -> Bent:
    """What becomes of this request; nothing, where nobody said otherwise."""
    return request.get(BENT) or Bent()


@dataclass(slots=True)
class _Kept:
    at: float
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class PageCache:
    """A cache that gives answers to GETs again, whoever asks and whatever has changed, for so many seconds."""

    kept: dict[str, _Kept] = field(default_factory=dict)

    async def answer(self, request: web.Request, handler: Handler, seconds: float) -> web.StreamResponse:
        """The answer of earlier, or a fresh one, which is kept if it is good."""
        key = _question(request)
        kept = self.kept.get(key)
        if kept is not None and time.monotonic() - kept.at < seconds:
            return web.Response(status=kept.status, headers=kept.headers, body=kept.body)
        answer = await handler(request)
        if isinstance(answer, web.Response) and answer.status == 200 and isinstance(answer.body, bytes):
            headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
            self.kept[key] = _Kept(time.monotonic(), answer.status, headers, answer.body)
        return answer


def _question(request: web.Request) -> str:
    """What is asked, whoever asks it."""
    query = sorted((name, value) for name, value in request.query.items() if name not in _CREDENTIALS)
    return f"{request.path}?{query}"
