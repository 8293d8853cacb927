"""Eventbrite v3 over HTTP, with the parts that a capacity manager meets.

Behaves as the recorded facts say: addresses need their trailing slash (301 without), errors carry a
constant as text under `error`, every answer counts against an hourly budget, a write's answer is true
while a read without its waypoint token may be old for some seconds, and a class's capacity below what
is sold is accepted without a word.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

from brcc_tui.sandbox.eventbrite.answers import Answers, BadContinuation, JsonObject, paginate
from brcc_tui.sandbox.eventbrite.limits import RateLimits
from brcc_tui.sandbox.eventbrite.shop import EventbriteShop, ReadState, StoredEvent
from brcc_tui.sandbox.eventbrite.writes import WriteRefused, write_capacity_tier, write_class, write_event, write_tier

WAYPOINT = "Eventbrite-API-Waypoint-Token"
_ORDERS = {
    "start_asc": lambda event: event.spec.starts_at,
    "created_asc": lambda event: int(event.spec.id),
    "name_asc": lambda event: event.spec.name,
}
_OF_THE_PAGE = frozenset({"continuation", "page_size", "expand", "token"})
"""Parameters that the list itself does not depend on."""
_LISTS_KEPT = 7
_STATUSES = {"draft", "live", "started", "ended", "completed", "canceled", "all"}


class EventbriteServer:
    """The HTTP face of an `EventbriteShop`. `token` is the private token that it accepts."""

    def __init__(self, shop: EventbriteShop, token: str, *, public_token: str = "", calls_an_hour: int = 2000) -> None:
        self.shop = shop
        self._token = token
        self._public_token = public_token
        self.limits = RateLimits(shop.clock, calls_an_hour)
        self._lists: dict[tuple[object, ...], tuple[dt.datetime, dt.datetime, list[StoredEvent]]] = {}

    def make_app(self) -> web.Application:
        """An application to run; middlewares may still be added."""
        app = web.Application(middlewares=[self._front])
        get, post = app.router.add_get, app.router.add_post
        get("/v3/users/me/", self._me)
        get("/v3/users/me/organizations/", self._organizations)
        get("/v3/categories/", self._categories)
        get("/v3/organizations/{organization}/events/", self._organization_events)
        get("/v3/series/{event}/", self._event)
        get("/v3/series/{event}/events/", self._series_events)
        get("/v3/events/{event}/", self._event)
        post("/v3/events/{event}/", self._write_event)
        get("/v3/events/{event}/ticket_classes/", self._ticket_classes)
        get("/v3/events/{event}/ticket_classes/for_sale/", self._for_sale)
        get("/v3/events/{event}/ticket_classes/{ticket_class}/", self._ticket_class)
        post("/v3/events/{event}/ticket_classes/{ticket_class}/", self._write_class)
        get("/v3/events/{event}/capacity_tier/", self._capacity_tier)
        post("/v3/events/{event}/capacity_tier/", self._write_capacity_tier)
        get("/v3/events/{event}/inventory_tiers/", self._tiers)
        get("/v3/events/{event}/inventory_tiers/{tier}/", self._tier)
        post("/v3/events/{event}/inventory_tiers/{tier}/", self._write_tier)
        return app

    # what every request passes

    @web.middleware
    async def _front(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/v3"):
            return await handler(request)
        answer = await self._answer(request, handler)
        answer.headers["x-rate-limit"] = self.limits.header()
        return answer

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self.limits.count():
            return _error(WriteRefused(429, "HIT_RATE_LIMIT", "Hourly rate limit has been reached for this token."))
        if not request.path.endswith("/"):
            location = request.path + "/" + ("?" + request.query_string if request.query_string else "")
            moved = _error(WriteRefused(301, "PERMANENTLY_MOVED", "The resource has moved."))
            moved.headers["Location"] = location
            return moved
        try:
            self._authorize(request)
            return await handler(request)
        except WriteRefused as refused:
            return _error(refused)
        except BadContinuation:
            return _error(WriteRefused(400, "BAD_CONTINUATION_TOKEN", "The continuation token is not valid."))
        except web.HTTPNotFound:
            return _error(WriteRefused(404, "NOT_FOUND", "The path you requested does not exist."))
        except web.HTTPMethodNotAllowed:
            return _error(WriteRefused(405, "METHOD_NOT_ALLOWED", "Method not allowed."))

    def _authorize(self, request: web.Request) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if not given:
            given = request.query.get("token", "")
        elif scheme != "Bearer":
            raise WriteRefused(400, "INVALID_AUTH_HEADER", "The Authorization header must be of the form Bearer TOKEN.")
        if not given:
            raise WriteRefused(401, "NO_AUTH", "Authentication not provided.")
        if self._public_token and given == self._public_token:
            if request.path != "/v3/categories/":
                raise WriteRefused(403, "NOT_AUTHORIZED", "You are not authorized to make this request.")
        elif given != self._token:
            raise WriteRefused(401, "INVALID_AUTH", "The OAuth token you provided was invalid.")

    # reads

    def _answers(self, request: web.Request, reader: ReadState | None = None) -> Answers:
        if reader is None:
            token = request.headers.get(WAYPOINT, "")
            reader = ReadState(int(token)) if token.isascii() and token.isdecimal() else ReadState()
        return Answers(self.shop, f"http://{request.host}/v3", reader)

    def _found(self, request: web.Request) -> StoredEvent:
        event = self.shop.events.get(request.match_info["event"])
        if event is None:
            raise WriteRefused(404, "NOT_FOUND", "The event you requested does not exist.")
        return event

    async def _me(self, request: web.Request) -> web.Response:
        emails = [{"email": "practice@example.invalid", "verified": True, "primary": True}]
        return _json({"id": "100000000001", "name": "Practice Promoter", "emails": emails})

    async def _organizations(self, request: web.Request) -> web.Response:
        pagination, _, _ = _paginated(1, request)
        own = {
            "id": self.shop.organization_id,
            "name": "Backroom Comedy Club (practice)",
            "vertical": "default",
            "image_id": None,
        }
        return _json({"pagination": pagination, "organizations": [own]})

    async def _categories(self, request: web.Request) -> web.Response:
        pagination, _, _ = _paginated(1, request)
        return _json({"pagination": pagination, "categories": [{"id": "105", "name": "Performing & Visual Arts"}]})

    async def _organization_events(self, request: web.Request) -> web.Response:
        if request.match_info["organization"] != self.shop.organization_id:
            raise WriteRefused(403, "NOT_AUTHORIZED", "You are not a member of this organization.")
        return self._event_page(request, self.shop.events.values())

    async def _series_events(self, request: web.Request) -> web.Response:
        return self._event_page(request, self.shop.dates.get(self._found(request).spec.id, []), filters=False)

    def _event_page(
        self, request: web.Request, among: Collection[StoredEvent], *, filters: bool = True
    ) -> web.Response:
        events = self._ordered(request, among, filters)
        pagination, begin, end = _paginated(len(events), request)
        answers, expand = self._answers(request), _expand(request)
        found = [answers.event(event, expand) for event in events[begin:end]]
        return _json({"pagination": pagination, "events": found})

    def _ordered(self, request: web.Request, among: Collection[StoredEvent], filters: bool) -> list[StoredEvent]:
        """The whole list that a page is cut from, kept until the next of the events begins, ends or is completed.

        Made anew for every page, a list would cost the square of its length.
        """
        query, now = request.query, self.shop.now()
        asked = (request.path, *sorted((name, text) for name, text in query.items() if name not in _OF_THE_PAGE))
        made_at, until, events = self._lists.get(asked, (now, now, []))
        if not made_at <= now < until:
            listed = [event for event in among if not filters or _listed(event, query)]
            events = _in_order(listed, query, now)
            until = min((event.next_turn_at(now) for event in among), default=now)
            self._lists = {**dict(list(self._lists.items())[-_LISTS_KEPT:]), asked: (now, until, events)}
        return events

    async def _event(self, request: web.Request) -> web.Response:
        return _json(self._answers(request).event(self._found(request), _expand(request)))

    async def _ticket_classes(self, request: web.Request) -> web.Response:
        return self._class_page(request, _expand(request))

    async def _for_sale(self, request: web.Request) -> web.Response:
        """What a buyer is shown: a hidden class says so instead of its availability."""
        return self._class_page(request, (), for_sale=True)

    def _class_page(self, request: web.Request, expand: tuple[str, ...], *, for_sale: bool = False) -> web.Response:
        event, answers = self._found(request), self._answers(request)
        category = request.query.get("category") or "all"
        classes = [each for each in event.classes.values() if category in ("all", each.spec.category)]
        pagination, begin, end = _paginated(len(classes), request)
        found = [answers.ticket_class(event, each) for each in classes[begin:end]]
        for body in found:
            if for_sale and body["hidden"]:
                body["on_sale_status"] = "HIDDEN"
        return _json({"pagination": pagination, "ticket_classes": found})

    async def _ticket_class(self, request: web.Request) -> web.Response:
        event = self._found(request)
        found = event.classes.get(request.match_info["ticket_class"])
        if found is None:
            raise WriteRefused(404, "NOT_FOUND", "The ticket class you requested does not exist.")
        return _json(self._answers(request).ticket_class(event, found))

    async def _capacity_tier(self, request: web.Request) -> web.Response:
        return _json(self._answers(request).capacity_tier(self._found(request)))

    async def _tiers(self, request: web.Request) -> web.Response:
        event, answers = self._found(request), self._answers(request)
        pagination, begin, end = _paginated(len(event.tiers), request)
        tiers = [answers.tier(event, tier) for tier in list(event.tiers.values())[begin:end]]
        return _json({"pagination": pagination, "inventory_tiers": tiers})

    async def _tier(self, request: web.Request) -> web.Response:
        event = self._found(request)
        tier = event.tiers.get(request.match_info["tier"])
        if tier is None:
            raise WriteRefused(404, "NOT_FOUND", "The inventory tier you requested does not exist.")
        return _json(self._answers(request).tier(event, tier))

    # writes: each answer shows what it wrote and carries the token with which to see it

    async def _write_event(self, request: web.Request) -> web.Response:
        event = self._found(request)
        reader = write_event(self.shop, event, await _body(request, "event"))
        return _written(self._answers(request, reader).event(event, _expand(request)), reader)

    async def _write_class(self, request: web.Request) -> web.Response:
        event = self._found(request)
        found = event.classes.get(request.match_info["ticket_class"])
        if found is None:
            raise WriteRefused(404, "NOT_FOUND", "The ticket class you requested does not exist.")
        reader = write_class(self.shop, event, found, await _body(request, "ticket_class"))
        return _written(self._answers(request, reader).ticket_class(event, found), reader)

    async def _write_capacity_tier(self, request: web.Request) -> web.Response:
        event = self._found(request)
        reader = write_capacity_tier(self.shop, event, await _body(request, "capacity_tier"))
        return _written(self._answers(request, reader).capacity_tier(event), reader)

    async def _write_tier(self, request: web.Request) -> web.Response:
        event = self._found(request)
        tier = event.tiers.get(request.match_info["tier"])
        if tier is None:
            raise WriteRefused(404, "NOT_FOUND", "The inventory tier you requested does not exist.")
        reader = write_tier(self.shop, tier, await _body(request, "inventory_tier"))
        return _written(self._answers(request, reader).tier(event, tier), reader)


def _listed(event: StoredEvent, query: Mapping[str, str]) -> bool:
    """Whether the list's filters let the event through. Parents only when asked for."""
    spec = event.spec
    kind = "parents" if spec.is_series_parent else "children" if spec.series_id is not None else "nonseries"
    wanted = query.get("series_filter")
    if wanted is None:
        if kind == "parents" and query.get("show_series_parent", "false").lower() != "true":
            return False
    elif wanted not in ("allevents", kind) and not (wanted == "allseries" and kind != "nonseries"):
        return False
    ids, without = query.get("event_ids"), query.get("event_ids_to_exclude")
    if (ids and spec.id not in ids.split(",")) or (without and spec.id in without.split(",")):
        return False
    return query.get("name_filter", "").casefold() in spec.name.casefold()


def _in_order(events: list[StoredEvent], query: Mapping[str, str], now: dt.datetime) -> list[StoredEvent]:
    """Those of the statuses and the time asked for, in the order asked for; raises `WriteRefused`."""
    statuses = set((query.get("status") or "all").split(","))
    if statuses - _STATUSES:
        raise WriteRefused(400, "ARGUMENTS_ERROR", "There are errors with your arguments: status - INVALID")
    if "all" not in statuses:
        events = [event for event in events if event.status(now) in statuses]
    events = _in_time(events, query.get("time_filter") or "all", now)
    order = query.get("order_by") or "start_asc"
    key = _ORDERS.get(order.replace("_desc", "_asc"))
    if key is None:
        raise WriteRefused(400, "ARGUMENTS_ERROR", "There are errors with your arguments: order_by - INVALID")
    return sorted(events, key=key, reverse=order.endswith("_desc"))


def _in_time(events: list[StoredEvent], wanted: str, now: dt.datetime) -> list[StoredEvent]:
    if wanted == "all":
        return events
    if wanted not in ("past", "current_future"):
        raise WriteRefused(400, "ARGUMENTS_ERROR", "There are errors with your arguments: time_filter - INVALID")
    return [event for event in events if (event.ends_at < now) is (wanted == "past")]


def _expand(request: web.Request) -> tuple[str, ...]:
    return tuple(request.query.get("expand", "").split(","))


def _paginated(count: int, request: web.Request) -> tuple[JsonObject, int, int]:
    try:
        return paginate(count, request.query)
    except ValueError:
        raise WriteRefused(
            400, "ARGUMENTS_ERROR", "There are errors with your arguments: page_size - INVALID"
        ) from None


async def _body(request: web.Request, name: str) -> JsonObject:
    try:
        body = json.loads(await request.text())
    except ValueError:
        raise WriteRefused(400, "INVALID_BODY", "The body is not valid JSON.") from None
    inner = body.get(name) if isinstance(body, dict) else None
    if not isinstance(inner, dict) or not inner:
        raise WriteRefused(400, "ARGUMENTS_ERROR", f"There are errors with your arguments: {name} - MISSING")
    return inner


def _json(body: JsonObject) -> web.Response:
    return web.json_response(body)


def _written(body: JsonObject, reader: ReadState) -> web.Response:
    return web.json_response(body, headers={WAYPOINT: str(reader.waypoint)})


def _error(refused: WriteRefused) -> web.Response:
    body = {"status_code": refused.status, "error": refused.error, "error_description": refused.description}
    return web.json_response(body, status=refused.status)
