"""Eventbrite's answers as they were recorded, shortened, and a client that gets them."""

from __future__ import annotations

import httpx

from brcc_tui.model.catalogue import Event
from brcc_tui.platforms.eventbrite.client import Eventbrite
from brcc_tui.settings import EventbriteSettings, Secret
from tests.platforms.scripted_shop import TOKEN, Reply, Script, ScriptedShop, reply

Json = dict[str, object]


def ticket_class(ident: str = "3451654576", **fields: object) -> Json:
    """A ticket class as it was recorded, shortened."""
    return {
        "id": ident, "event_id": "1362389596959", "name": "General Admission", "display_name": "General Admission",
        "category": "admission", "capacity": 55, "quantity_total": 55, "quantity_sold": 12, "donation": False,
        "free": False, "hidden": False, "on_sale_status": "AVAILABLE", "sales_start": "2025-01-31T13:00:00Z",
        "cost": {"currency": "CAD", "value": 1411, "major_value": "14.11", "display": "CA$14.11"},
        **fields,
    }  # fmt: skip


def event(ident: str = "1362389596959", **fields: object) -> Json:
    """An event as it was recorded, shortened."""
    return {
        "id": ident, "name": {"text": "Friday & Co [late]", "html": "Friday &amp; Co [late]"}, "status": "live",
        "start": {"timezone": "America/Toronto", "utc": "2025-06-06T00:00:00Z", "local": "2025-06-05T20:00:00"},
        "capacity": 55, "capacity_is_custom": False, "series_id": "77", "currency": "CAD",
        "url": "https://www.eventbrite.ca/e/1362389596959", "inventory_type": "limited",
        "ticket_classes": [ticket_class(event_id=ident)],
        **fields,
    }  # fmt: skip


def page(events: list[Json], key: str = "events", **pagination: object) -> Json:
    """A page of a list; the last one unless told otherwise."""
    return {"pagination": {"has_more_items": False, **pagination}, key: events}


class Clock:
    """A clock that stands until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def client(
    script: list[Reply] | Script, organization: str | None = "9", clock: Clock | None = None
) -> tuple[Eventbrite, ScriptedShop]:
    shop = ScriptedShop(script)
    settings = EventbriteSettings(Secret(TOKEN), "https://www.eventbriteapi.com/v3/", organization)
    return Eventbrite(settings, monotonic=clock or Clock(), sleep=shop.sleep, transport=shop), shop


OF_NONE = reply(page([], "discounts"))
"""A list of discounts without any."""


async def read(
    body: Json,
    tiers: Reply | None = None,
    discounts: Reply | None = None,
    of_all: Reply = OF_NONE,
    of_groups: Reply = OF_NONE,
    groups: Reply | None = None,
) -> tuple[Event, list[str]]:
    """The event of that body, and the paths that were asked with their parameters.

    `discounts` are its own, `of_groups` those of ticket groups (which are `groups`), `of_all` those of the whole
    organization.
    """

    def answer(request: httpx.Request) -> Reply:
        path = request.url.path
        codes = {"user": of_all, "multi_events": of_groups}.get(request.url.params.get("scope", ""), discounts)
        parts = {"/inventory_tiers/": tiers, "/discounts/": codes, "/ticket_groups/": groups}
        found = next((told for part, told in parts.items() if part in path), reply(body))
        assert found is not None, path
        return found

    eventbrite, shop = client(answer)
    found = await eventbrite.event(str(body["id"]))
    return found, [f"{request.url.path}?{request.url.query.decode()}" for request in shop.requests[1:]]


def hidden(ident: str = "5", **fields: object) -> Json:
    """An event with a class that is hidden, `2`, beside one that is not."""
    made = [ticket_class("1", event_id=ident), ticket_class("2", event_id=ident, hidden=True, quantity_sold=0)]
    whole: Json = {"series_id": None, "organization_id": "9", "ticket_classes": made}
    return event(ident, **{**whole, **fields})


def discount(**fields: object) -> Json:
    """An access code as the documentation has it; nobody has recorded one."""
    return {
        "id": "77", "type": "access", "code": "SESAME", "event_id": "5", "ticket_class_ids": [], "quantity_sold": 0,
        "quantity_available": 0, "start_date": "", "end_date": "", **fields,
    }  # fmt: skip


def lists(upcoming: list[Reply], ended: list[Reply] | None = None) -> Script:
    """Answers to the two chains of the list of events, and to nothing else."""
    ended = [reply(page([]))] if ended is None else ended

    def answer(request: httpx.Request) -> Reply:
        assert request.url.path == "/v3/organizations/9/events/"
        return (upcoming if "live" in request.url.params["status"] else ended).pop(0)

    return answer
