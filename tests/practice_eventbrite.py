"""A small practice Eventbrite, served for a test, with what stands before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import httpx
from aiohttp.test_utils import TestServer

from brcc_tui.sandbox.eventbrite.server import EventbriteServer
from brcc_tui.sandbox.eventbrite.shop import EventbriteShop
from brcc_tui.sandbox.faults import FaultBoard
from brcc_tui.sandbox.world.types import EventSpec, TicketClassSpec

ORGANIZATION, EVENT, SERIES, RULED, PASS, SHY = "698000000001", "1001", "77", "1002", "1003", "1004"
ZONE = ZoneInfo("America/Toronto")
NOW = dt.datetime(2026, 11, 22, 15, 0, tzinfo=ZONE)
EVENTS = f"/v3/organizations/{ORGANIZATION}/events/"


@dataclass
class Practice:
    """The server with what stands behind it, and before it."""

    shop: EventbriteShop
    faults: FaultBoard
    client: httpx.AsyncClient
    address: str

    async def get(self, path: str, **params: str) -> dict[str, object]:
        answer = await self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        body: dict[str, object] = answer.json()
        return body


@asynccontextmanager
async def served() -> AsyncIterator[Practice]:
    """123 events that may be bought, three of them odd."""
    general = TicketClassSpec("1", "General", 40, 10, parent_id="900")
    comp = TicketClassSpec("2", "Comp", 5, 0, 0, hidden=True, parent_id="901")
    start = NOW + dt.timedelta(days=3)
    plain = EventSpec(EVENT, "Friday", start, "America/Toronto", (general, comp), series_id=SERIES)
    alone = replace(plain, series_id=None)
    ruled = replace(general, rule_id="3451654000")
    late = replace(general, sales_end=NOW + dt.timedelta(days=1))
    shy = replace(general, auto_hide_before=NOW + dt.timedelta(hours=1))
    specs = [
        plain,
        replace(alone, id=RULED, classes=(ruled,)),
        replace(alone, id=PASS, starts_at=NOW - dt.timedelta(days=1), minutes=3 * 24 * 60, classes=(late,)),
        replace(alone, id=SHY, classes=(shy,)),
        *(replace(alone, id=str(2000 + n), starts_at=start + dt.timedelta(hours=n)) for n in range(120)),
    ]
    shop = EventbriteShop(ORGANIZATION, specs, checkout_seconds=0, clock=lambda: 1000.0, now=lambda: NOW)
    app = EventbriteServer(shop, "GOODTOKEN").make_app()
    faults = FaultBoard()
    app.middlewares.insert(0, faults.middleware())
    async with TestServer(app) as running:
        headers = {"Authorization": "Bearer GOODTOKEN"}
        # No certificates are read: it speaks no TLS.
        async with httpx.AsyncClient(base_url=str(running.make_url("/")), headers=headers, verify=False) as client:
            yield Practice(shop, faults, client, str(running.make_url("/v3")))
