"""The practice Eventbrite's lists of events: filtered, in order, and page by page."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Collection, Mapping

from aiohttp import web

from brcc_tui.sandbox.eventbrite.answers import JsonObject, paginate, token_of
from brcc_tui.sandbox.eventbrite.shop import StoredEvent
from brcc_tui.sandbox.eventbrite.writes import ErrorAnswer
from brcc_tui.sandbox.on_the_way import bent
from brcc_tui.sandbox.world.types import EventSpec

_ORDERS = {
    "start_asc": lambda event: event.spec.starts_at,
    "created_asc": lambda event: int(event.spec.id),
    "name_asc": lambda event: event.spec.name,
}
_OF_THE_PAGE = frozenset({"continuation", "page_size", "expand", "token"})
"""Parameters that the list itself does not depend on."""
_LISTS_KEPT = 7
_STATUSES = {"draft", "live", "started", "ended", "completed", "canceled", "all"}


class EventLists:
    """Lists of events as they were asked for, each kept until the next of its events begins, ends or is completed.

    Made anew for every page, a list would cost the square of its length.
    """

    def __init__(self, now: Callable[[], dt.datetime], cancelled: Callable[[], int]) -> None:
        """`cancelled` is how often an event was cancelled: then every list is another one."""
        self._now = now
        self._cancelled = cancelled
        self._kept: dict[tuple[object, ...], tuple[dt.datetime, dt.datetime, list[StoredEvent]]] = {}

    def page(
        self, request: web.Request, among: Collection[StoredEvent], *, filters: bool
    ) -> tuple[JsonObject, list[StoredEvent]]:
        """The pagination object and the events of the page that is asked for; raises `ErrorAnswer`.

        What stands on the way may bend it: a page that comes once more or comes short, one of a list that has lost its
        first things, lists that come in another order each time, totals or flags that are left out.
        """
        way, query = bent(request), request.query
        events = self._ordered(request, among, filters)[way.left_out :]
        if way.own_order:
            events = random.sample(events, len(events))
        asked = {name: query[name] for name in query if not (way.first_page and name == "continuation")}
        pagination, begin, end = paginated(len(events), asked)
        if way.as_documented:
            pagination["continuation"] = token_of(end, asked)
            del pagination["has_more_items"]
        if way.no_totals:
            del pagination["object_count"], pagination["page_count"]
        return pagination, events[begin : end if way.at_most is None else min(end, begin + way.at_most)]

    def _ordered(self, request: web.Request, among: Collection[StoredEvent], filters: bool) -> list[StoredEvent]:
        query, now = request.query, self._now()
        asked = (
            request.path,
            self._cancelled(),
            *sorted((name, text) for name, text in query.items() if name not in _OF_THE_PAGE),
        )
        made_at, until, events = self._kept.get(asked, (now, now, []))
        if not made_at <= now < until:
            listed = [event for event in among if not filters or _listed(event, query)]
            events = _in_order(listed, query, now)
            until = min((event.next_turn_at(now) for event in among), default=now)
            self._kept = {**dict(list(self._kept.items())[-_LISTS_KEPT:]), asked: (now, until, events)}
        return events


def paginated(count: int, query: Mapping[str, str]) -> tuple[JsonObject, int, int]:
    """The pagination object, and where its page begins and ends; raises `ErrorAnswer` for a size of nonsense."""
    try:
        return paginate(count, query)
    except ValueError:
        raise ErrorAnswer(400, "ARGUMENTS_ERROR", "There are errors with your arguments: page_size - INVALID") from None


def _listed(event: StoredEvent, query: Mapping[str, str]) -> bool:
    """Whether the list's filters let the event through."""
    spec = event.spec
    if not _is_of_the_series_asked_for(spec, query):
        return False
    ids, without = query.get("event_ids"), query.get("event_ids_to_exclude")
    if (ids and spec.id not in ids.split(",")) or (without and spec.id in without.split(",")):
        return False
    return query.get("name_filter", "").casefold() in spec.name.casefold()


def _is_of_the_series_asked_for(spec: EventSpec, query: Mapping[str, str]) -> bool:
    """`series_filter`; without one everything but parents, which come only when asked for."""
    kind = "parents" if spec.is_series_parent else "children" if spec.series_id is not None else "nonseries"
    wanted = query.get("series_filter")
    if wanted is None:
        return kind != "parents" or query.get("show_series_parent", "false").lower() == "true"
    return wanted in ("allevents", kind) or (wanted == "allseries" and kind != "nonseries")


def _in_order(events: list[StoredEvent], query: Mapping[str, str], now: dt.datetime) -> list[StoredEvent]:
    """Those of the statuses and the time asked for, in the order asked for; raises `ErrorAnswer`."""
    statuses = set((query.get("status") or "all").split(","))
    if statuses - _STATUSES:
        raise ErrorAnswer(400, "ARGUMENTS_ERROR", "There are errors with your arguments: status - INVALID")
    if "all" not in statuses:
        events = [event for event in events if event.status(now) in statuses]
    events = _in_time(events, query.get("time_filter") or "all", now)
    order = query.get("order_by") or "start_asc"
    key = _ORDERS.get(order.replace("_desc", "_asc"))
    if key is None:
        raise ErrorAnswer(400, "ARGUMENTS_ERROR", "There are errors with your arguments: order_by - INVALID")
    return sorted(events, key=key, reverse=order.endswith("_desc"))


def _in_time(events: list[StoredEvent], wanted: str, now: dt.datetime) -> list[StoredEvent]:
    if wanted == "all":
        return events
    if wanted not in ("past", "current_future"):
        raise ErrorAnswer(400, "ARGUMENTS_ERROR", "There are errors with your arguments: time_filter - INVALID")
    return [event for event in events if (event.ends_at < now) is (wanted == "past")]
