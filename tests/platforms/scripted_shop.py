"""A shop that answers from a script, in the place of the network, and remembers what it was asked."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import httpx

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.permit import WritePermit
from brcc_tui.model.changes.plan import Action, Change, make_plan
from brcc_tui.model.listing import Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.reading import Reading, Source

TOKEN = "PRIVATETOKENABCDEF12"
KEY = "ck_0123456789abcdef0123456789abcdef01234567"
SECRET = "cs_fedcba9876543210fedcba9876543210fedcba98"

Reply = httpx.Response | Exception
Script = Callable[[httpx.Request], Reply | Awaitable[Reply]]


def reply(
    data: object = None, status: int = 200, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> httpx.Response:
    """A JSON answer, or these bytes."""
    content = json.dumps(data).encode() if body is None else body
    return httpx.Response(status, headers=headers, content=content)


HTML = b"<!DOCTYPE html><html><body>Briefly unavailable</body></html>"


@dataclass
class ScriptedShop(httpx.AsyncBaseTransport):
    """Answers each request with the next reply of the script, or with what a function makes of it."""

    script: list[Reply] | Script
    requests: list[httpx.Request] = field(default_factory=list, repr=False)
    waited: list[float] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        answer = self.script.pop(0) if isinstance(self.script, list) else self.script(request)
        if isinstance(answer, Awaitable):
            answer = await answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(self, seconds: float) -> None:
        """Waiting, without any."""
        self.waited.append(seconds)

    @property
    def paths(self) -> list[str]:
        """What was asked, without parameters."""
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def body(self, index: int = -1) -> object:
        """What was sent."""
        return json.loads(self.requests[index].content)


def permit(*listing_ids: str) -> WritePermit:
    """Leave to write these listings, as a person's confirmation of a plan that names them gives it."""
    at = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)

    def change(listing_id: str) -> Change:
        before = Reading(55, 10, 0, 45, at, Source.LIVE)
        after = Reading(50, 10, 0, 40, at, Source.LIVE)
        platform = Platform.EVENTBRITE if listing_id.startswith("eb:") else Platform.WOOCOMMERCE
        listing = Listing(
            listing_id, platform, "", None, None, StockMethod.WOOCOMMERCE_STOCK, Status.ON_SALE, before, listing_id
        )
        return Change(listing, Action.SET, before, after, "a write")

    plan = make_plan("test", [change(listing_id) for listing_id in listing_ids], [], at)
    return confirm(plan, plan.digest).permit(*listing_ids)
