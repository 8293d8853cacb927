"""A small practice Eventbrite to ask over HTTP, with one event of each kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import httpx
import pytest
from aiohttp.test_utils import TestServer

from brcc_tui.sandbox.eventbrite.server import EventbriteServer
from brcc_tui.sandbox.eventbrite.shop import EventbriteShop
from brcc_tui.sandbox.world.types import EventSpec, TicketClassSpec, TierSpec

ORGANIZATION = "698000000001"
ZONE = ZoneInfo("America/Toronto")
NOW = dt.datetime(2026, 11, 22, 15, 0, tzinfo=ZONE)
SERIES, OPEN, FULL, STARTED, DRAFT, TIERED, SEATED, LIMITED, LATER, OVER, CANCELED = (
    str(1_362_389_000_000 + n) for n in range(11)
)
GENERAL = "3451654576"


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Place:
    """The server under test with what stands behind it."""

    shop: EventbriteShop
    server: EventbriteServer
    clock: Clock
    client: httpx.AsyncClient

    async def get(self, path: str, **params: str) -> dict[str, object]:
        answer = await self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: object, status: int = 200) -> dict[str, object]:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()


def specs() -> list[EventSpec]:
    general = TicketClassSpec(GENERAL, "General Admission", 40, 10)
    plain = EventSpec(OPEN, "Humpday & Howls", NOW + dt.timedelta(hours=5), "America/Toronto", (general,))
    child = replace(general, id="3451654577", parent_id="3451654000")
    dates = [
        replace(
            plain,
            id=str(1_362_389_100_000 + n),
            name="Series",
            series_id=SERIES,
            starts_at=plain.starts_at + dt.timedelta(weeks=n),
            classes=(replace(child, id=str(3_451_655_000 + n)),),
        )
        for n in range(120)
    ]
    parent = replace(
        plain, id=SERIES, name="Series", is_series_parent=True, classes=(TicketClassSpec("3451654000", "GA", 40, 0),)
    )
    tier = TierSpec("I987", "Tables", 20)
    two = (replace(general, id="3451654601"), replace(general, id="3451654602", sold=5, category="add_on"))
    return [
        parent,
        *dates,
        plain,
        replace(plain, id=FULL, classes=(replace(general, id="3451654600", sold=40),)),
        replace(plain, id=STARTED, starts_at=NOW - dt.timedelta(minutes=10)),
        replace(plain, id=DRAFT, status="draft", classes=()),
        replace(
            plain,
            id=TIERED,
            tiers=(tier,),
            classes=(replace(general, capacity=None, inventory_tier_id="I987", sold=4),),
        ),
        replace(plain, id=SEATED, is_reserved_seating=True),
        replace(plain, id=LIMITED, capacity=30, capacity_is_custom=True, classes=two),
        replace(
            plain,
            id=LATER,
            classes=(
                replace(general, sales_start=NOW + dt.timedelta(days=1)),
                TicketClassSpec("3451654700", "Gift", None, 3, category="donation", donation=True),
                TicketClassSpec("3451654701", "Comp", 5, 0, 0, hidden=True),
            ),
        ),
        replace(plain, id=OVER, starts_at=NOW - dt.timedelta(days=1)),
        replace(plain, id=CANCELED, status="canceled"),
    ]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    clock = Clock()
    shop = EventbriteShop(ORGANIZATION, specs(), stale_seconds=10, checkout_seconds=0, clock=clock, now=lambda: NOW)
    server = EventbriteServer(shop, "GOODTOKEN", public_token="PUBLIC")
    async with TestServer(server.make_app()) as running:
        headers = {"Authorization": "Bearer GOODTOKEN"}
        # No certificates are read: it speaks no TLS.
        async with httpx.AsyncClient(base_url=str(running.make_url("/v3")), headers=headers, verify=False) as client:
            yield Place(shop, server, clock, client)


def of(body: dict[str, object], *keys: str) -> tuple[object, ...]:
    return tuple(body.get(key) for key in keys)
