"""The practice server's own endpoint, by which tests in another process drive the practice club.

Loopback only, and every request needs the header `X-Practice-Token` (both are among the settings that
`PracticeClub.start` returns, as BRCC_PRACTICE_URL and BRCC_PRACTICE_TOKEN). All bodies are JSON objects.

| request | does |
|---|---|
| `POST /practice/faults` | switches a fault on; the fields of `faults.Fault`: `{"kind": "drop_after", "count": 1}` |
| `GET /practice/faults` | which faults are on, and how often each kind has struck |
| `DELETE /practice/faults` | switches all off, and lets go on what a delay holds up |
| `POST /practice/buy` | `{"listing", "places"}`: somebody buys now; `{"outcome": bought or refused, "order"}` |
| `POST /practice/order` | `{"order", "status"}`: the status of an order of the club's own shop changes |
| `POST /practice/database` | `{"up": false}`: the database server goes away; `{"up": true}`: it is back |
| `POST /practice/eventbrite` | any of `stale_seconds`, `honours_waypoints`, `others` (organizations before its own) |
| `POST /practice/switch` | `{"name"}`: a habit (`habits.Habit`); `{"settings"}`: what set-up would find for it |
| `POST /practice/code` | `{"event", "classes", "uses"}`: a new access code; no classes: all, 0 uses: no limit |
| `GET /practice/state?listing=ID` | what is true: `left`; of a ticket class also what it is at and has `on_offer` |
| `GET /practice/state` | counts of what the buyers did |
| `GET /practice/offences` | requests that no recording and no fact covers (`offences`), in words |
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

from brcc_tui.sandbox import offences
from brcc_tui.sandbox.buyers import buy_on_site
from brcc_tui.sandbox.eventbrite.shop import CLUB, NotForSale
from brcc_tui.sandbox.faults import Fault, FaultKind
from brcc_tui.sandbox.wordpress.orders import Gateway
from brcc_tui.sandbox.wordpress.shop import CheckoutRefused

if TYPE_CHECKING:
    from brcc_tui.sandbox.buyers import Buyers
    from brcc_tui.sandbox.eventbrite.shop import EventbriteShop
    from brcc_tui.sandbox.faults import FaultBoard
    from brcc_tui.sandbox.wordpress.site import WordPressSite

HEADER = "X-Practice-Token"
"""Carries the token by which a request shows that it comes from whoever started the club."""

_FIELDS: dict[str, type | tuple[type, ...]] = {
    "path": str,
    "method": str,
    "count": int,
    "skip": int,
    "seconds": (int, float),
    "status": int,
    "having": str,
    "size": int,
    "lost": str,
}


class ServedClub(Protocol):
    """The parts of the practice club that can be driven from outside."""

    site: WordPressSite
    eventbrite: EventbriteShop
    faults: FaultBoard
    buyers: Buyers

    async def switch_database(self, *, up: bool) -> None:
        """Let the database server go away, or come back."""

    def turn_on(self, *names: str) -> Mapping[str, str]:
        """Give the shops these habits; the settings that set-up would find."""


class Control:
    """The handlers of `/practice/`."""

    def __init__(self, token: str, club: ServedClub) -> None:
        self._token = token
        self._club = club

    def add_to(self, app: web.Application) -> None:
        """Serve the endpoint from this application."""
        for method, path, handler in (
            ("GET", "faults", self._faults),
            ("POST", "faults", self._add_fault),
            ("DELETE", "faults", self._clear_faults),
            ("POST", "buy", self._buy),
            ("POST", "order", self._order),
            ("POST", "database", self._database),
            ("POST", "eventbrite", self._eventbrite),
            ("POST", "code", self._code),
            ("POST", "switch", self._switch),
            ("GET", "state", self._state),
            ("GET", "offences", self._offences),
        ):
            app.router.add_route(method, f"/practice/{path}", self._guarded(handler))

    def _guarded(
        self, handler: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def guarded(request: web.Request) -> web.Response:
            if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), self._token.encode()):
                return web.json_response({"error": f"the header {HEADER} is missing or wrong"}, status=403)
            try:
                return await handler(request)
            except (KeyError, ValueError, TypeError) as error:
                return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

        return guarded

    async def _faults(self, request: web.Request) -> web.Response:
        return web.json_response(self._club.faults.state())

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await request.json()
        kind = FaultKind(body.pop("kind"))
        for name, value in body.items():
            if not isinstance(value, _FIELDS[name]):
                raise TypeError(f"{name} is {value!r}")
        self._club.faults.add(Fault(kind, **body))
        return web.json_response(self._club.faults.state())

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._club.faults.clear()
        return web.json_response(self._club.faults.state())

    async def _buy(self, request: web.Request) -> web.Response:
        body = await request.json()
        shop, *parts = body["listing"].split(":")
        places, order = int(body["places"]), None
        try:
            if shop == "eb":
                await self._club.eventbrite.buy(parts[0], parts[1], places)
            else:
                order = await buy_on_site(self._club.site, parts, places, Gateway.CARD)
        except (NotForSale, CheckoutRefused) as refused:
            return web.json_response({"outcome": "refused", "order": None, "reason": str(refused)})
        return web.json_response({"outcome": "bought", "order": order})

    async def _order(self, request: web.Request) -> web.Response:
        body = await request.json()
        await self._club.site.set_status(int(body["order"]), str(body["status"]))
        return web.json_response({"status": self._club.site.order_status(int(body["order"]))})

    async def _database(self, request: web.Request) -> web.Response:
        up = bool((await request.json())["up"])
        await self._club.switch_database(up=up)
        return web.json_response({"up": up})

    async def _offences(self, request: web.Request) -> web.Response:
        return web.json_response({"offences": offences.NOTED})

    async def _eventbrite(self, request: web.Request) -> web.Response:
        body, shop = await request.json(), self._club.eventbrite
        shop.stale_seconds = float(body.get("stale_seconds", shop.stale_seconds))
        shop.honours_waypoints = bool(body.get("honours_waypoints", shop.honours_waypoints))
        if "others" in body:
            others = [(str(110_000_000_000 + n), f"Practice account {n}") for n in range(1, int(body["others"]) + 1)]
            shop.organizations = [*others, (shop.organization_id, CLUB)]
        return web.json_response(
            {
                "stale_seconds": shop.stale_seconds,
                "honours_waypoints": shop.honours_waypoints,
                "organizations": [list(each) for each in shop.organizations],
            }
        )

    async def _code(self, request: web.Request) -> web.Response:
        body = await request.json()
        classes = [str(each) for each in body.get("classes", [])]
        code = self._club.eventbrite.add_code(str(body["event"]), classes, int(body.get("uses", 0)))
        return web.json_response({"id": code.id})

    async def _switch(self, request: web.Request) -> web.Response:
        settings = self._club.turn_on(str((await request.json())["name"]))
        return web.json_response({"settings": dict(settings)})

    async def _state(self, request: web.Request) -> web.Response:
        listing = request.query.get("listing")
        if listing is None:
            outcomes = Counter(purchase.outcome for purchase in self._club.buyers.purchases)
            return web.json_response({"purchases": dict(outcomes)})
        shop, *parts = listing.split(":")
        if shop == "eb":
            event, found = self._club.eventbrite.find(parts[0], parts[1])
            left = self._club.eventbrite.left(event, found)
            numbers = {"capacity": found.capacity, "sold": found.sold, "pending": found.pending, "left": left}
            numbers["left_in_room"] = self._club.eventbrite.left_in_room(event)
            offer = self._club.eventbrite.on_offer(event, found)
            return web.json_response(numbers | {"hidden": found.hidden, "on_offer": offer})
        if len(parts) == 3:
            return web.json_response({"left": self._club.site.places_left(int(parts[0]), parts[1], parts[2])})
        return web.json_response({"left": self._club.site.stock(int(parts[-1].removeprefix("v")))})
