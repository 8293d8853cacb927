"""Faults that can be switched on: what goes wrong between the program and a shop.

A fault matches requests by method and path, and strikes a given number of them. Both practice servers
pass every request through one `FaultBoard`.
"""

from __future__ import annotations

import asyncio
import enum
import fnmatch
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from brcc_tui.sandbox.on_the_way import BENT, Bent, PageCache

_HTML = "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"


class FaultKind(enum.StrEnum):
    """What happens. `after` means that the shop did the work before it went wrong."""

    DELAY = "delay"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    HTML_BEFORE = "html_before"
    HTML_AFTER = "html_after"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    BAD_GATEWAY = "bad_gateway"
    TOO_MANY = "too_many"
    MAINTENANCE = "maintenance"
    BLOCKED = "blocked"
    NO_AUTHORIZATION = "no_authorization"
    FIRST_PAGE = "first_page"
    SHORT_PAGES = "short_pages"
    SHIFTED_PAGE = "shifted_page"
    OWN_ORDER = "own_order"
    NO_TOTALS = "no_totals"
    OLD_ANSWERS = "old_answers"
    DOCUMENTED_PAGES = "documented_pages"
    REFUSED = "refused"


BENDING: Final = frozenset(
    {
        FaultKind.NO_AUTHORIZATION,
        FaultKind.FIRST_PAGE,
        FaultKind.SHORT_PAGES,
        FaultKind.SHIFTED_PAGE,
        FaultKind.OWN_ORDER,
        FaultKind.NO_TOTALS,
        FaultKind.OLD_ANSWERS,
        FaultKind.DOCUMENTED_PAGES,
    }
)
"""Kinds that let the request through and bend what is asked or answered (`on_the_way`); several strike one request."""

_TOTALS: Final = {"X-WP-Total", "X-WP-TotalPages"}


@dataclass(slots=True)
class Fault:
    """One fault. `path` is a pattern with `*`; `count` is how many requests it still strikes (-1: all).

    `skip` requests that fit pass unharmed first. `seconds` is the length of a delay or of a hang, the wait that a
    refusal for too many calls names, and how long old answers are given. `status` is what a blocked request is
    answered with, and a refused one in the shop's own words; `having` is the header or parameter that a request must
    have to be struck. `size` is how many things a short page holds. `lost` is the header that totals are lost from
    (both when empty).
    """

    kind: FaultKind
    path: str = "*"
    method: str = "*"
    count: int = 1
    skip: int = 0
    seconds: float = 60.0
    status: int = 405
    having: str = ""
    size: int = 50
    lost: str = ""

    def strikes(self, request: web.Request) -> bool:
        """Whether this request is struck; counts it."""
        if not self._fits(request):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.count == 0:
            return False
        self.count -= 1 if self.count > 0 else 0
        return True

    def _fits(self, request: web.Request) -> bool:
        if self.having and self.having not in request.headers and self.having not in request.query:
            return False
        first = request.query.get("page", "1") == "1" and "continuation" not in request.query
        if self.kind is FaultKind.SHIFTED_PAGE and first:
            return False
        if self.kind is FaultKind.OLD_ANSWERS and request.method != "GET":
            return False
        return fnmatch.fnmatch(request.path, self.path) and fnmatch.fnmatch(request.method, self.method.upper())

    def bends(self, way: Bent) -> None:
        """What this fault does to a request that it strikes."""
        way.no_authorization = way.no_authorization or self.kind is FaultKind.NO_AUTHORIZATION
        way.first_page = way.first_page or self.kind is FaultKind.FIRST_PAGE
        way.own_order = way.own_order or self.kind is FaultKind.OWN_ORDER
        way.no_totals = way.no_totals or self.kind is FaultKind.NO_TOTALS
        way.as_documented = way.as_documented or self.kind is FaultKind.DOCUMENTED_PAGES
        way.at_most = self.size if self.kind is FaultKind.SHORT_PAGES else way.at_most
        way.left_out += self.kind is FaultKind.SHIFTED_PAGE


class FaultBoard:
    """The faults that are switched on, and a latency that every request has. `struck` counts by kind.

    `cleared` is set once they are switched off: who waits in a delay waits no longer.
    """

    def __init__(self, latency: float = 0.0) -> None:
        self.latency = latency
        self.faults: list[Fault] = []
        self.struck: dict[str, int] = {}
        self.cleared = asyncio.Event()
        self.cache = PageCache()

    def add(self, fault: Fault) -> None:
        """Switch a fault on; it strikes after those that are on already."""
        self.faults.append(fault)

    def clear(self) -> None:
        """Switch every fault off, and let go on what a delay holds up; what a cache kept is forgotten."""
        self.faults.clear()
        self.cache.kept.clear()
        self.cleared.set()
        self.cleared = asyncio.Event()

    def state(self) -> dict[str, object]:
        """What is on and what has struck, for people and tests."""
        return {"faults": [asdict(fault) for fault in self.faults], "struck": dict(self.struck)}

    def middleware(self) -> Middleware:
        """The middleware through which a server passes every request. `/practice/` is never struck."""

        @web.middleware
        async def strike(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith("/practice/"):
                return await handler(request)
            if self.latency:
                await asyncio.sleep(self.latency)
            struck = [fault for fault in self.faults if fault.kind in BENDING and fault.strikes(request)]
            fault = next((each for each in self.faults if each.kind not in BENDING and each.strikes(request)), None)
            for each in (*struck, *([fault] if fault else [])):
                self.struck[each.kind] = self.struck.get(each.kind, 0) + 1
            self.faults = [each for each in self.faults if each.count != 0]
            way = request[BENT] = Bent()
            for each in struck:
                each.bends(way)

            async def shop(request: web.Request) -> web.StreamResponse:
                return await (handler(request) if fault is None else _struck(fault, request, handler, self.cleared))

            return await self._bent(struck, request, shop)

        return strike

    async def _bent(self, faults: list[Fault], request: web.Request, shop: Handler) -> web.StreamResponse:
        """The answer, bent on its way back: from a cache, without its totals."""
        old = next((fault for fault in faults if fault.kind is FaultKind.OLD_ANSWERS), None)
        answer = await (shop(request) if old is None else self.cache.answer(request, shop, old.seconds))
        for fault in faults:
            if fault.kind is FaultKind.NO_TOTALS:
                for name in {fault.lost} if fault.lost else _TOTALS:
                    answer.headers.popall(name, None)
        return answer


async def _struck(fault: Fault, request: web.Request, handler: Handler, cleared: asyncio.Event) -> web.StreamResponse:
    """The answer of a struck request."""
    kind = fault.kind
    if kind is FaultKind.DELAY:
        with suppress(TimeoutError):
            await asyncio.wait_for(cleared.wait(), fault.seconds)
        return await handler(request)
    if kind.endswith("_after"):
        # a client that gave up must not stop the work: PHP, too, runs on
        answer = await asyncio.shield(asyncio.ensure_future(_work(request, handler)))
        if answer.status >= 400:
            return answer
    if kind in _HANGS:
        await asyncio.sleep(fault.seconds)
    if kind in _HANGS or kind in _DROPS:
        return _cut_off(request)
    return _in_place_of_an_answer(fault, request)


_HANGS: Final = (FaultKind.HANG_BEFORE, FaultKind.HANG_AFTER)
_DROPS: Final = (FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER)


def _cut_off(request: web.Request) -> web.Response:
    """The connection ends, and nothing of this answer gets through."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _in_place_of_an_answer(fault: Fault, request: web.Request) -> web.Response:
    """What comes where the shop's answer should: a refusal, or a page that is none of the shop's."""
    kind = fault.kind
    if kind is FaultKind.BLOCKED:
        return _blocked(fault.status)
    if kind is FaultKind.REFUSED:
        return _refused(request, fault.status)
    if kind is FaultKind.TOO_MANY:
        return _too_many(request, fault.seconds)
    status, title = _PAGES.get(kind, (500, "There has been a critical error on this website."))
    headers = {"Retry-After": "600"} if kind is FaultKind.MAINTENANCE else {}
    return web.Response(text=_HTML.format(title=title), status=status, content_type="text/html", headers=headers)


_PAGES: Final = {
    FaultKind.HTML_BEFORE: (200, "One moment, please"),
    FaultKind.HTML_AFTER: (200, "One moment, please"),
    FaultKind.BAD_GATEWAY: (502, "502 Bad Gateway"),
    FaultKind.MAINTENANCE: (503, "Briefly unavailable for scheduled maintenance. Check back in a minute."),
}


def _blocked(status: int) -> web.Response:
    """A web server's or firewall's own page: the request never got as far as WordPress."""
    title = f"{status} {_REFUSALS.get(status, 'Refused')}"
    return web.Response(text=_HTML.format(title=title), status=status, content_type="text/html")


def _refused(request: web.Request, status: int) -> web.Response:
    """The shop itself says no, or fails, as it words that."""
    error, text = _ERRORS.get(status, ("ACTION_NOT_PROCESSED", "The request could not be processed."))
    if request.path.startswith("/v3/"):
        body: dict[str, object] = {"status_code": status, "error": error, "error_description": text}
    else:
        body = {"code": f"woocommerce_rest_{error.lower()}", "message": text, "data": {"status": status}}
    return web.json_response(body, status=status)


_ERRORS: Final = {
    403: ("NOT_AUTHORIZED", "You do not have permission to make this request."),
    404: ("NOT_FOUND", "The path you requested does not exist."),
    500: ("INTERNAL_ERROR", "An unhandled error occured in Eventbrite."),
}
_REFUSALS: Final = {403: "Forbidden", 405: "Not Allowed", 406: "Not Acceptable", 501: "Not Implemented"}


async def _work(request: web.Request, handler: Handler) -> web.StreamResponse:
    await request.read()
    return await handler(request)


def _too_many(request: web.Request, seconds: float) -> web.Response:
    """429 in the words of the shop that is asked; Eventbrite says when its hour is over."""
    body: dict[str, object]
    if request.path.startswith("/v3/"):
        text = "Hourly rate limit has been reached for this token."
        body = {"status_code": 429, "error": "HIT_RATE_LIMIT", "error_description": text}
        headers = {"x-rate-limit": f"token:PRACTICETOKEN 2000/2000 reset={seconds:.0f}s"}
        return web.json_response(body, status=429, headers=headers)
    body = {"code": "too_many_requests", "message": "Too many requests.", "data": {"status": 429}}
    return web.json_response(body, status=429)
