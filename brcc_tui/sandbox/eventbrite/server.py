"""Eventbrite v3 over HTTP, as far as a capacity manager needs it.

Behaves as the recorded facts say: addresses need their trailing slash (301 without), errors have a
constant as text under `error`, every answer counts against an hourly budget, a write's answer is true
while a read without its waypoint token may be old for some seconds, and a class's capacity below what
is sold is accepted silently.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from aiohttp import web
from aiohttp.typedefs import Handler

from brcc_tui.sandbox.eventbrite.answers import Answers, BadContinuation, JsonObject, discount, ticket_group
from brcc_tui.sandbox.eventbrite.limits import RateLimits
from brcc_tui.sandbox.eventbrite.lists import EventLists, paginated
from brcc_tui.sandbox.eventbrite.orders import OrderBook
from brcc_tui.sandbox.eventbrite.requests import PREFIX, ROUTES, check_class_body, check_request
from brcc_tui.sandbox.eventbrite.shop import (
    EVERY_EVENT,
    OF_GROUPS,
    EventbriteShop,
    ReadState,
    StoredEvent,
    StoredTicketClass,
    StoredTier,
)
from brcc_tui.sandbox.eventbrite.writes import ErrorAnswer, write_capacity_tier, write_class, write_event, write_tier

SERVED_WAYPOINT_HEADER = "Eventbrite-API-Waypoint-Token"


class EventbriteServer:
    """The HTTP face of an `EventbriteShop`. `token` is the private token that it accepts."""

    def __init__(self, shop: EventbriteShop, token: str, *, public_token: str = "", calls_an_hour: int = 2000) -> None:
        self.shop = shop
        self.orders = OrderBook(shop)
        self._token = token
        self._public_token = public_token
        self.limits = RateLimits(shop.clock, calls_an_hour)
        self._lists = EventLists(lambda: shop.now(), lambda: shop.cancelled)

    def make_app(self) -> web.Application:
        """An application to run; middlewares may still be added."""
        handlers = {
            "users/me/": self._me,
            "users/me/organizations/": self._organizations,
            "categories/": self._categories,
            "organizations/{organization}/events/": self._organization_events,
            "organizations/{organization}/discounts/": self._discounts,
            "organizations/{organization}/reports/sales/": self._sales,
            "ticket_groups/{group}/": self._ticket_group,
            "series/{event}/": self._event,
            "series/{event}/events/": self._series_events,
            "events/{event}/": self._event,
            "events/{event}/ticket_classes/": self._ticket_classes,
            "events/{event}/ticket_classes/for_sale/": self._for_sale,
            "events/{event}/ticket_classes/{ticket_class}/": self._ticket_class,
            "events/{event}/attendees/": self._attendees,
            "events/{event}/capacity_tier/": self._capacity_tier,
            "events/{event}/inventory_tiers/": self._tiers,
            "events/{event}/inventory_tiers/{tier}/": self._tier,
        }
        writers = {
            "events/{event}/": self._write_event,
            "events/{event}/ticket_classes/{ticket_class}/": self._write_class,
            "events/{event}/capacity_tier/": self._write_capacity_tier,
            "events/{event}/inventory_tiers/{tier}/": self._write_tier,
        }
        app = web.Application(middlewares=[self._front])
        for template in ROUTES:
            app.router.add_get(PREFIX + template, handlers[template])
            if template in writers:
                app.router.add_post(PREFIX + template, writers[template])
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
            return _error(ErrorAnswer(429, "HIT_RATE_LIMIT", "Hourly rate limit has been reached for this token."))
        if not request.path.endswith("/"):
            location = request.path + "/" + ("?" + request.query_string if request.query_string else "")
            moved = _error(ErrorAnswer(301, "PERMANENTLY_MOVED", "The resource has moved."))
            moved.headers["Location"] = location
            return moved
        try:
            self._authorize(request)
            check_request(request)
            return await handler(request)
        except ErrorAnswer as refused:
            return _error(refused)
        except BadContinuation:
            return _error(ErrorAnswer(400, "BAD_CONTINUATION_TOKEN", "The continuation token is not valid."))

    def _authorize(self, request: web.Request) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if not given:
            given = request.query.get("token", "")
        elif scheme != "Bearer":
            raise ErrorAnswer(400, "INVALID_AUTH_HEADER", "The Authorization header must be of the form Bearer TOKEN.")
        if not given:
            raise ErrorAnswer(401, "NO_AUTH", "Authentication not provided.")
        if self._public_token and given == self._public_token:
            if request.path != "/v3/categories/":
                raise ErrorAnswer(403, "NOT_AUTHORIZED", "You are not authorized to make this request.")
        elif given != self._token:
            raise ErrorAnswer(401, "INVALID_AUTH", "The OAuth token you provided was invalid.")

    # reads

    def _answers(self, request: web.Request, reader: ReadState | None = None) -> Answers:
        if reader is None:
            token = request.headers.get(SERVED_WAYPOINT_HEADER, "") if self.shop.honours_waypoints else ""
            reader = ReadState(int(token)) if token.isascii() and token.isdecimal() else ReadState()
        return Answers(self.shop, f"http://{request.host}/v3", reader)

    def _found(self, request: web.Request) -> StoredEvent:
        event = self.shop.events.get(request.match_info["event"])
        if event is None:
            raise ErrorAnswer(404, "NOT_FOUND", "The event you requested does not exist.")
        return event

    def _found_class(self, request: web.Request) -> tuple[StoredEvent, StoredTicketClass]:
        event = self._found(request)
        found = event.classes.get(request.match_info["ticket_class"])
        if found is None:
            raise ErrorAnswer(404, "NOT_FOUND", "The ticket class you requested does not exist.")
        return event, found

    def _found_tier(self, request: web.Request) -> tuple[StoredEvent, StoredTier]:
        event = self._found(request)
        tier = event.tiers.get(request.match_info["tier"])
        if tier is None:
            raise ErrorAnswer(404, "NOT_FOUND", "The inventory tier you requested does not exist.")
        return event, tier

    async def _me(self, request: web.Request) -> web.Response:
        emails = [{"email": "practice@example.invalid", "verified": True, "primary": True}]
        return _json({"id": "100000000001", "name": "Practice Promoter", "emails": emails})

    async def _organizations(self, request: web.Request) -> web.Response:
        """As recorded: with a continuation although nothing follows."""
        organizations = self.shop.organizations
        pagination, begin, end = paginated(len(organizations), request.query)
        seen = [
            {"id": ident, "name": name, "vertical": "default", "image_id": None}
            for ident, name in organizations[begin:end]
        ]
        return _json({"pagination": {"continuation": "AGWl1yEywP75hHKJ", **pagination}, "organizations": seen})

    async def _categories(self, request: web.Request) -> web.Response:
        pagination, _, _ = paginated(1, request.query)
        return _json({"pagination": pagination, "categories": [{"id": "105", "name": "Performing & Visual Arts"}]})

    async def _organization_events(self, request: web.Request) -> web.Response:
        events = self.shop.events.values() if self._organization(request) == self.shop.organization_id else ()
        return self._event_page(request, events)

    async def _discounts(self, request: web.Request) -> web.Response:
        """Access codes; the practice shop has no other discounts. Of an event, of a series by its parent, of ticket
        groups, or of all; with an event, `user` are all that are good for it.
        """
        self._organization(request)
        scope, event_id = request.query["scope"], request.query.get("event_id", EVERY_EVENT)
        if scope == "multi_events" and event_id:
            text = "Event ID can not be used along with multi_events discount_scope."
            raise ErrorAnswer(400, "INVALID_USAGE_FOR_EVENT_ID", text)
        if scope not in ("event", "multi_events", "user") or (scope == "event" and not event_id):
            raise ErrorAnswer(400, "ARGUMENTS_ERROR", "There are errors with your arguments: event_id - INVALID")
        codes = self.shop.codes.get(OF_GROUPS if scope == "multi_events" else event_id, [])
        if scope == "user" and (event := self.shop.events.get(event_id)):
            codes = self.shop.codes_for(event)
        pagination, begin, end = paginated(len(codes), request.query)
        return _json({"pagination": pagination, "discounts": [discount(code) for code in codes[begin:end]]})

    async def _ticket_group(self, request: web.Request) -> web.Response:
        for code in self.shop.codes.get(OF_GROUPS, []):
            if code.id == request.match_info["group"]:
                return _json(ticket_group(code))
        raise ErrorAnswer(404, "NOT_FOUND", "The ticket group you requested does not exist.")

    async def _attendees(self, request: web.Request) -> web.Response:
        """Every place that was sold, page by page; one status at a time where one is asked for."""
        event = self._found(request)
        self._needs_money()
        wanted = request.query.get("status", "")
        if wanted not in ("", "attending", "not_attending", "unpaid"):
            wrong = f'There are errors with your arguments: status - "{wanted}" is not a valid choice'
            raise ErrorAnswer(400, "ARGUMENTS_ERROR", wrong)
        refunded = {"attending": (False,), "not_attending": (True,), "unpaid": ()}.get(wanted, (False, True))
        found = [each for each in self.orders.attendees(event) if each.refunded in refunded]
        pagination, begin, end = paginated(len(found), request.query)
        answers = self._answers(request)
        return _json(
            {"pagination": pagination, "attendees": [answers.attendee(event, each) for each in found[begin:end]]}
        )

    async def _sales(self, request: web.Request) -> web.Response:
        """The sales report of one event, in whole or by the day of the sale."""
        self._organization(request)
        self._needs_money()
        event = self.shop.events.get(request.query["event_ids"])
        if event is None or request.query.get("date_facet", "none") not in ("none", "day"):
            raise ErrorAnswer(400, "ARGUMENTS_ERROR", "There are errors with your arguments: event_ids - INVALID")
        by_day = request.query.get("date_facet") == "day"
        return _json(self._answers(request).sales(event, self.orders, by_day=by_day))

    def _needs_money(self) -> None:
        """A member's role may keep orders and sales from the token."""
        if not self.shop.tells_money:
            raise ErrorAnswer(403, "NOT_AUTHORIZED", "You are not authorized to make this request.")

    def _organization(self, request: web.Request) -> str:
        """The organization that is asked about, if the token's owner is a member of it."""
        wanted = request.match_info["organization"]
        if wanted not in dict(self.shop.organizations):
            raise ErrorAnswer(404, "NOT_FOUND", "The organization_id you requested does not exist.")
        return wanted

    async def _series_events(self, request: web.Request) -> web.Response:
        return self._event_page(request, self.shop.dates.get(self._found(request).spec.id, []), filters=False)

    def _event_page(
        self, request: web.Request, among: Collection[StoredEvent], *, filters: bool = True
    ) -> web.Response:
        pagination, events = self._lists.page(request, among, filters=filters)
        answers, expand = self._answers(request), _expand(request)
        return _json({"pagination": pagination, "events": [answers.event(event, expand) for event in events]})

    async def _event(self, request: web.Request) -> web.Response:
        return _json(self._answers(request).event(self._found(request), _expand(request)))

    async def _ticket_classes(self, request: web.Request) -> web.Response:
        return self._class_page(request)

    async def _for_sale(self, request: web.Request) -> web.Response:
        """What a buyer is shown: a hidden class says so instead of its availability."""
        return self._class_page(request, for_sale=True)

    def _class_page(self, request: web.Request, *, for_sale: bool = False) -> web.Response:
        event, answers = self._found(request), self._answers(request)
        category = request.query.get("category") or "all"
        classes = [each for each in event.classes.values() if category in ("all", each.spec.category)]
        pagination, begin, end = paginated(len(classes), request.query)
        found = [answers.ticket_class(event, each) for each in classes[begin:end]]
        for body in found:
            if for_sale and body["hidden"]:
                body["on_sale_status"] = "HIDDEN"
        return _json({"pagination": pagination, "ticket_classes": found})

    async def _ticket_class(self, request: web.Request) -> web.Response:
        event, found = self._found_class(request)
        return _json(self._answers(request).ticket_class(event, found))

    async def _capacity_tier(self, request: web.Request) -> web.Response:
        return _json(self._answers(request).capacity_tier(self._found(request)))

    async def _tiers(self, request: web.Request) -> web.Response:
        event, answers = self._found(request), self._answers(request)
        pagination, begin, end = paginated(len(event.tiers), request.query)
        tiers = [answers.tier(event, tier) for tier in list(event.tiers.values())[begin:end]]
        return _json({"pagination": pagination, "inventory_tiers": tiers})

    async def _tier(self, request: web.Request) -> web.Response:
        event, tier = self._found_tier(request)
        return _json(self._answers(request).tier(event, tier))

    # writes: each answer shows what it wrote and carries the token with which to see it

    async def _write_event(self, request: web.Request) -> web.Response:
        event = self._found(request)
        reader = write_event(self.shop, event, await _body(request, "event"))
        return _written(self._answers(request, reader).event(event, _expand(request)), reader)

    async def _write_class(self, request: web.Request) -> web.Response:
        event, found = self._found_class(request)
        reader = write_class(self.shop, event, found, await _body(request, "ticket_class"))
        return _written(self._answers(request, reader).ticket_class(event, found), reader)

    async def _write_capacity_tier(self, request: web.Request) -> web.Response:
        event = self._found(request)
        reader = write_capacity_tier(self.shop, event, await _body(request, "capacity_tier"))
        return _written(self._answers(request, reader).capacity_tier(event), reader)

    async def _write_tier(self, request: web.Request) -> web.Response:
        event, tier = self._found_tier(request)
        reader = write_tier(self.shop, tier, await _body(request, "inventory_tier"))
        return _written(self._answers(request, reader).tier(event, tier), reader)


def _expand(request: web.Request) -> tuple[str, ...]:
    return tuple(request.query.get("expand", "").split(","))


async def _body(request: web.Request, name: str) -> JsonObject:
    try:
        body = json.loads(await request.text())
    except ValueError:
        raise ErrorAnswer(400, "INVALID_BODY", "The body is not valid JSON.") from None
    if isinstance(body, dict):
        check_class_body(request, body, name)
    inner = body.get(name) if isinstance(body, dict) else None
    if not isinstance(inner, dict) or not inner:
        raise ErrorAnswer(400, "ARGUMENTS_ERROR", f"There are errors with your arguments: {name} - MISSING")
    return inner


def _json(body: JsonObject) -> web.Response:
    return web.json_response(body)


def _written(body: JsonObject, reader: ReadState) -> web.Response:
    return web.json_response(body, headers={SERVED_WAYPOINT_HEADER: str(reader.waypoint)})


def _error(refused: ErrorAnswer) -> web.Response:
    body = {"status_code": refused.status, "error": refused.error, "error_description": refused.description}
    return web.json_response(body, status=refused.status)
