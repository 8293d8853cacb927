"""The requests that the practice Eventbrite's routes accept: those whose answers are known from the real service.

The real one refuses unknown parameters (`organizer_id - Unknown parameter`, recorded), and so does this one. A
request beyond the table is also recorded as an offence: nobody knows what the real service would answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from brcc_tui.sandbox import offences
from brcc_tui.sandbox.eventbrite.writes import ErrorAnswer

PREFIX: Final = "/v3/"
_EVERYWHERE: Final = frozenset({"token"})
_EXPAND: Final = frozenset({"expand"})
_PAGED: Final = frozenset({"continuation", "page_size"})
_EVENTS: Final = (
    _EXPAND
    | _PAGED
    | {
        "status", "time_filter", "order_by", "show_series_parent", "series_filter", "name_filter", "currency_filter",
        "venue_filter", "organizer_filter", "inventory_type_filter", "event_ids", "event_ids_to_exclude",
        "collection_id",
    }
)  # fmt: skip
_DISCOUNTS: Final = _PAGED | {
    "scope", "code", "code_filter", "type", "ticket_group_id", "event_id", "order_by", "hold_ids",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventbriteRoute:
    """One route: the parameters of a GET, those it must have, and what a POST carries: (its key, the fields in it)."""

    get: frozenset[str] | None
    post: tuple[str, frozenset[str]] | None = None
    needs: frozenset[str] = frozenset()


def _fields(*names: str) -> frozenset[str]:
    return frozenset(names)


ROUTES: Final[Mapping[str, EventbriteRoute]] = {
    "users/me/": EventbriteRoute(frozenset()),
    "users/me/organizations/": EventbriteRoute(_PAGED),
    "categories/": EventbriteRoute(_PAGED),
    "organizations/{organization}/events/": EventbriteRoute(_EVENTS),
    "organizations/{organization}/discounts/": EventbriteRoute(_DISCOUNTS, needs=_fields("scope")),
    "organizations/{organization}/reports/sales/": EventbriteRoute(
        _fields("event_ids", "event_status", "date_facet"), needs=_fields("event_ids")
    ),
    "ticket_groups/{group}/": EventbriteRoute(frozenset()),
    "series/{event}/": EventbriteRoute(_EXPAND),
    "series/{event}/events/": EventbriteRoute(
        _EXPAND | _PAGED | {"time_filter", "order_by", "start_date.range_start", "start_date.range_end"}
    ),
    "events/{event}/": EventbriteRoute(_EXPAND, ("event", _fields("capacity"))),
    "events/{event}/ticket_classes/": EventbriteRoute(_EXPAND | _PAGED | {"pos", "category", "include_holds"}),
    "events/{event}/ticket_classes/for_sale/": EventbriteRoute(_PAGED | {"pos", "category"}),
    "events/{event}/ticket_classes/{ticket_class}/": EventbriteRoute(
        _EXPAND, ("ticket_class", _fields("capacity", "hidden", "inventory_tier_id"))
    ),
    "events/{event}/attendees/": EventbriteRoute(_PAGED | {"status", "changed_since"}),
    "events/{event}/capacity_tier/": EventbriteRoute(frozenset(), ("capacity_tier", _fields("capacity_total"))),
    "events/{event}/inventory_tiers/": EventbriteRoute(_PAGED | {"count_against_event_capacity"}),
    "events/{event}/inventory_tiers/{tier}/": EventbriteRoute(
        frozenset(), ("inventory_tier", _fields("quantity_total"))
    ),
}
"""Every route, in the order in which the more special one stands first where two fit."""


def check_request(request: web.Request) -> None:
    """Raise `ErrorAnswer`, as the real service answers, for what the table does not have, and note it."""
    found = next((route for pattern, route in _PATTERNS if pattern.fullmatch(request.path)), None)
    if found is None:
        raise _refused(request, "this route", 404, "NOT_FOUND", "The path you requested does not exist.")
    if request.method == "GET" and found.get is not None:
        _check_parameters(request, found.get, found.needs)
    elif request.method == "POST" and found.post is not None:
        _check_parameters(request, _EXPAND, frozenset())
    else:
        raise _refused(request, f"the method {request.method}", 405, "METHOD_NOT_ALLOWED", "Method not allowed.")


def check_class_body(request: web.Request, body: Mapping[str, object], key: str) -> None:
    """Raise `ErrorAnswer` for a field of a POST that no recording and no fact covers, and note it."""
    wanted = next(route.post for pattern, route in _PATTERNS if pattern.fullmatch(request.path))
    fields = body.get(key)
    known = wanted[1] if wanted else frozenset()
    strange = sorted(body.keys() - {key}) + sorted((fields if isinstance(fields, dict) else {}).keys() - known)
    if strange:
        raise _unknown(request, strange[0], "INVALID", f"the field {strange[0]} in the body")


def _check_parameters(request: web.Request, known: frozenset[str], needs: frozenset[str]) -> None:
    for name in request.query:
        if name not in known | _EVERYWHERE:
            raise _unknown(request, name, "Unknown parameter", f"the parameter {name}")
        if len(request.query.getall(name)) > 1:
            raise _unknown(request, name, "INVALID", f"the parameter {name} twice")
    for name in sorted(needs - request.query.keys()):
        raise _unknown(request, name, "MISSING", f"the question without its {name}")


def _unknown(request: web.Request, name: str, what: str, offence: str) -> ErrorAnswer:
    text = f"There are errors with your arguments: {name} - {what}"
    return _refused(request, offence, 400, "ARGUMENTS_ERROR", text)


def _refused(request: web.Request, offence: str, status: int, error: str, text: str) -> ErrorAnswer:
    offences.note(request, offence)
    return ErrorAnswer(status, error, text)


def _pattern(template: str) -> re.Pattern[str]:
    parts = (r"[^/]+" if part.startswith("{") else re.escape(part) for part in template.split("/"))
    return re.compile(re.escape(PREFIX) + "/".join(parts))


_PATTERNS: Final = tuple((_pattern(template), route) for template, route in ROUTES.items())
