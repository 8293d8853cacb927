"""The Eventbrite client against scripted answers: what it asks, what it understands, what it refuses to guess."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace

import httpx
import pytest

from brcc_tui.model.catalogue import Event, TicketClass
from brcc_tui.model.failure import Failure, Unanswered
from brcc_tui.platforms.errors import BadAnswer, NotThere
from brcc_tui.platforms.eventbrite.access_codes import could_be_opened
from brcc_tui.platforms.eventbrite.lists import UPCOMING
from brcc_tui.platforms.eventbrite.lists import read_chain as lists_of_events
from brcc_tui.platforms.http.client import Call
from tests.platforms.eventbrite.recorded_eventbrite import Json, client, event, lists, page, ticket_class
from tests.platforms.scripted_shop import TOKEN, Reply, Script, reply


async def events_of(script: list[Reply] | Script) -> tuple[list[Event], list[Failure]]:
    eventbrite, _ = client(script)
    return await eventbrite.events()


# what is understood


async def test_an_event_is_read_with_its_classes() -> None:
    (found,), failed = await events_of(lists([reply(page([event()]))]))
    assert failed == []
    assert found == Event(
        id="1362389596959",
        name="Friday & Co [late]",
        starts_at=dt.datetime(2025, 6, 6, tzinfo=dt.UTC),
        zone="America/Toronto",
        status="live",
        capacity=55,
        capacity_is_custom=False,
        ticket_classes=(
            TicketClass(
                id="3451654576",
                event_id="1362389596959",
                name="General Admission",
                category="admission",
                capacity=55,
                quantity_total=55,
                quantity_sold=12,
                on_sale_status="AVAILABLE",
                price="14.11",
                currency="CAD",
                sales_start=dt.datetime(2025, 1, 31, 13, tzinfo=dt.UTC),
            ),
        ),
        series_id="77",
        url="https://www.eventbrite.ca/e/1362389596959",
        currency="CAD",
    )
    assert found.starts_at is not None
    assert found.starts_at.isoformat() == "2025-06-05T20:00:00-04:00"


ODD_CLASSES: list[tuple[str, Json, dict[str, object]]] = [
    ("fields that are null are missing", {"id": "1"},
     {"name": "", "category": "admission", "capacity": None, "quantity_total": None, "quantity_sold": None,
      "on_sale_status": "UNKNOWN", "hidden": None, "price": None, "sales_start": None}),
    ("sold is not told, which is not 0", ticket_class(quantity_sold=None), {"quantity_sold": None}),
    ("sold is 0", ticket_class(quantity_sold=0), {"quantity_sold": 0}),
    ("a donation without a limit", ticket_class(capacity=None, quantity_total=0, donation=True, category="donation"),
     {"donation": True, "capacity": None, "quantity_total": 0, "category": "donation"}),
    ("a donation told by its category alone", ticket_class(donation=None, category="donation"), {"donation": True}),
    ("an add-on", ticket_class(category="add_on"), {"category": "add_on"}),
    ("of a tier", ticket_class(capacity=None, inventory_tier_id="I987"), {"inventory_tier_id": "I987"}),
    ("hidden", ticket_class(hidden=True), {"hidden": True}),
    ("hidden for now only", ticket_class(hidden=False, hidden_currently=True), {"hidden": False}),
    ("free", ticket_class(free=True, cost=None), {"price": None}),
    ("cost in the form of a write", ticket_class(cost="CAD,2250"), {"price": None}),
    ("on sale later", ticket_class(on_sale_status="NOT_YET_ON_SALE"), {"on_sale_status": "NOT_YET_ON_SALE"}),
    ("a date of nonsense", ticket_class(sales_end="whenever"), {"sales_end": None}),
    ("a date without its zone", ticket_class(sales_end="2025-06-06T00:00:00"),
     {"sales_end": dt.datetime(2025, 6, 6, tzinfo=dt.UTC)}),
    ("numbers as text", ticket_class(capacity="55", quantity_sold=12.0), {"capacity": 55, "quantity_sold": 12}),
    ("a name of nothing but its display name", ticket_class(name=None, display_name="VIP"), {"name": "VIP"}),
    ("escapes and half a letter", ticket_class(name="\x1b[31mGA \udc80"), {"name": "\x1b[31mGA ?"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"hidden": True}, True),
        ({"hidden": False, "hidden_currently": True}, True),
        ({"hidden": False, "hidden_currently": False}, False),
        ({"hidden": False, "on_sale_status": "HIDDEN"}, True),
        ({"hidden": True, "quantity_sold": 55}, False),
        ({"hidden": True, "category": "add_on"}, False),
    ],
    ids=str,
)
async def test_codes_are_asked_for_where_one_could_sell_a_seat_that_is_hidden(fields: Json, asked: bool) -> None:
    told = {**event(), "status": "draft"}
    (found,), _ = await events_of(lists([reply(page([{**told, "ticket_classes": [ticket_class(**fields)]}]))]))
    assert could_be_opened(replace(found, status="live")) is asked
    assert not could_be_opened(found), "a draft sells nothing"


@pytest.mark.parametrize(("name", "given", "expected"), ODD_CLASSES, ids=[name for name, _, _ in ODD_CLASSES])
async def test_odd_ticket_classes(name: str, given: Json, expected: Mapping[str, object]) -> None:
    (found,), failed = await events_of(lists([reply(page([event(ticket_classes=[given], status="draft")]))]))
    assert failed == []
    (read,) = found.ticket_classes
    assert {field: getattr(read, field) for field in expected} == expected


TORONTO = "America/Toronto"
ODD_EVENTS: list[tuple[str, Json, dict[str, object]]] = [
    ("almost nothing", {"id": "5", "ticket_classes": []},
     {"name": "", "starts_at": None, "zone": "UTC", "status": "unknown", "capacity": None, "series_id": None}),
    ("a draft without classes", event(capacity=0, ticket_classes=[], status="draft"), {"capacity": 0}),
    ("started", event(status="started"), {"status": "started"}),
    ("a series parent", event(is_series_parent=True), {"is_series_parent": True}),
    ("a series parent by its address", event(resource_uri="https://www.eventbriteapi.com/v3/series/123/"),
     {"is_series_parent": True}),
    ("reserved seating", event(is_reserved_seating=True), {"is_reserved_seating": True}),
    ("reserved seating told by its inventory", event(inventory_type="reserved"), {"is_reserved_seating": True}),
    ("tiers", event(ticket_classes=[ticket_class(inventory_tier_id="I1")]), {"has_tiers": True}),
    ("a tier of an add-on alone", event(ticket_classes=[
        ticket_class(), ticket_class(id="9", category="add_on", inventory_tier_id="I1")]), {"has_tiers": False}),
    ("local time alone", event(start={"timezone": TORONTO, "local": "2025-12-05T20:00:00"}),
     {"starts_at": dt.datetime(2025, 12, 6, 1, tzinfo=dt.UTC), "zone": TORONTO}),
    ("local time without a zone", event(start={"local": "2025-12-05T20:00:00"}), {"starts_at": None}),
    ("an unknown zone", event(start={"timezone": "Mars/Base", "utc": "2025-06-06T00:00:00Z"}),
     {"starts_at": dt.datetime(2025, 6, 6, tzinfo=dt.UTC), "zone": "Mars/Base"}),
    ("no zone, and the hour there", event(start={"utc": "2025-06-06T00:00:00Z", "local": "2025-06-05T20:00:00"}),
     {"starts_at": dt.datetime(2025, 6, 6, tzinfo=dt.UTC), "zone": "UTC-04:00"}),
    ("no zone, and an hour that is none there", event(start={"utc": "2025-06-06T00:00:00Z", "local": "2025-06-09"}),
     {"starts_at": dt.datetime(2025, 6, 6, tzinfo=dt.UTC), "zone": "UTC"}),
    ("a zone that is a path", event(start={"timezone": "../../etc/passwd", "utc": "2025-06-06T00:00:00Z"}),
     {"starts_at": dt.datetime(2025, 6, 6, tzinfo=dt.UTC)}),
    ("the last day that a calendar knows", event(start={"timezone": "Asia/Tokyo", "utc": "9999-12-31T23:59:59Z"}),
     {"starts_at": None}),
    ("a start of nonsense", event(start={"timezone": TORONTO, "utc": "soon", "local": 7}), {"starts_at": None}),
    ("a start that is text", event(start="soon"), {"starts_at": None}),
    ("a name that is text", event(name="Friday"), {"name": ""}),
    ("nothing of the series", event(series_id=None), {"series_id": None}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "expected"), ODD_EVENTS, ids=[name for name, _, _ in ODD_EVENTS])
async def test_odd_events(name: str, given: Json, expected: Mapping[str, object]) -> None:
    (found,), failed = await events_of(lists([reply(page([given]))]))
    assert failed == []
    assert {field: getattr(found, field) for field in expected} == expected
    assert found.starts_at is None or found.starts_at.tzinfo is not None


BROKEN: list[tuple[str, object, Failure]] = [
    ("a capacity of words", event("5", capacity="many"), Failure("eb:5", "Friday & Co [late]", "is not a whole")),
    ("a broken class breaks its event", event("5", ticket_classes=[ticket_class(event_id="5"), {"name": "no id"}]),
     Failure("eb:5", "Friday & Co [late]", "id is missing")),
    ("half a seat sold", event("5", ticket_classes=[ticket_class(event_id="5", quantity_sold=1.5)]),
     Failure("eb:5", "Friday & Co [late]", "quantity_sold is not a whole number")),
    ("sold is true", event("5", ticket_classes=[ticket_class(event_id="5", quantity_sold=True)]),
     Failure("eb:5", "Friday & Co [late]", "quantity_sold is not a whole number")),
    ("a class of another event", event("5", ticket_classes=[ticket_class(event_id="6")]),
     Failure("eb:5", "Friday & Co [late]", "belongs to another event")),
    ("an id that is no number", event("../x"), Failure("eb:../x", "Friday & Co [late]", "id is not a number")),
    ("an id in another script", event("\u0663"), Failure("eb:\u0663", "Friday & Co [late]", "id is not a number")),
    ("no object", "what", Failure("eb", "", "the answer")),
    ("null", None, Failure("eb", "", "the answer")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "expected"), BROKEN, ids=[name for name, _, _ in BROKEN])
async def test_one_broken_event_is_a_row_and_the_others_stay(name: str, given: Json, expected: Failure) -> None:
    found, failed = await events_of(lists([reply(page([event("1"), given, event("3")]))]))
    assert [part.id for part in found] == ["1", "3"]
    (failure,) = failed
    assert (failure.id, failure.title) == (expected.id, expected.title)
    assert expected.reason in failure.reason


# what is asked


async def test_the_list_is_asked_for_in_two_chains_side_by_side() -> None:
    eventbrite, shop = client(lists([reply(page([event("1")]))], [reply(page([event("2", status="completed")]))]))
    found, _ = await eventbrite.events()
    assert [part.id for part in found] == ["1", "2"]
    assert eventbrite.requests == 2
    asked = [dict(request.url.params) for request in shop.requests]
    common = {"page_size": "50", "expand": "ticket_classes"}
    assert asked == [
        {"status": "draft,live,started", "order_by": "start_asc", **common},
        {"status": "ended,completed", "order_by": "start_desc", **common},
    ]
    assert shop.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_chain_is_followed_with_the_same_parameters() -> None:
    pages = [
        reply(page([event("1")], has_more_items=True, continuation="a=b&c", object_count=3)),
        reply(page([event("2")], has_more_items=True, continuation="d", object_count=3)),
        reply(page([event("3")], object_count=3)),
    ]
    eventbrite, shop = client(lists(pages))
    seen: list[tuple[int, int | None]] = []
    found, _ = await eventbrite.events(lambda done, total: seen.append((done, total)))
    assert [part.id for part in found] == ["1", "2", "3"]
    chain = [dict(request.url.params) for request in shop.requests if "live" in request.url.params["status"]]
    assert [asked.pop("continuation", None) for asked in chain] == [None, "a=b&c", "d"]
    assert chain[0] == chain[1] == chain[2]
    assert seen[-1] == (3, None), "the other chain never told how many it has"


async def test_progress_knows_the_whole_when_both_chains_told_it() -> None:
    eventbrite, _ = client(lists([reply(page([event("1")], object_count=1))], [reply(page([], object_count=0))]))
    seen: list[tuple[int, int | None]] = []
    await eventbrite.events(lambda done, total: seen.append((done, total)))
    assert seen[-1] == (1, 1)


async def test_canceled_events_and_doubles_are_left_out() -> None:
    upcoming = [reply(page([event("1"), event("2", status="canceled"), event("3")]))]
    ended = [reply(page([event("3", status="ended")]))]
    found, failed = await events_of(lists(upcoming, ended))
    assert [(part.id, part.status) for part in found] == [("1", "live"), ("3", "ended")]
    assert failed == []


async def test_the_next_page_is_on_its_way_while_one_is_worked_through() -> None:
    """The classes of the first page's events, asked for one by one, wait here for the second page to be asked for."""
    second_page = asyncio.Event()

    async def read(call: Call, ahead: int) -> object:
        if call.parts.get("event"):
            await second_page.wait()
            return page([ticket_class(event_id="1")], key="ticket_classes")
        if "continuation" not in call.params:
            bare = {name: value for name, value in event("1").items() if name != "ticket_classes"}
            return page([bare], has_more_items=True, continuation="more")
        second_page.set()
        return page([event("2")])

    async with asyncio.timeout(5):
        found, failed = await lists_of_events(read, "9", UPCOMING, lambda done, total: None)
    assert ([each.id for each in found], failed) == (["1", "2"], [])


async def test_when_the_expansion_fails_classes_are_asked_for_one_by_one() -> None:
    failed = reply({"status_code": 500, "error": "EXPANSION_FAILED", "error_description": "x"}, 500)
    bare = [{name: value for name, value in event(ident).items() if name != "ticket_classes"} for ident in ("1", "2")]

    def answer(request: httpx.Request) -> Reply:
        if request.url.path.startswith("/v3/organizations"):
            if "live" not in request.url.params["status"]:
                return reply(page([]))
            return failed if "expand" in request.url.params else reply(page(bare))
        (ident,) = re.findall(r"/events/(\d)/ticket_classes/", request.url.path)
        if ident == "2":
            return reply({"error": "INTERNAL_ERROR"}, 500)
        if "continuation" not in request.url.params:
            first = page([ticket_class("7", event_id="1")], "ticket_classes", has_more_items=True, continuation="n")
            return reply(first)
        return reply(page([ticket_class("8", event_id="1")], "ticket_classes"))

    found, failures = await events_of(answer)
    assert [[part.id for part in each.ticket_classes] for each in found] == [["7", "8"]]
    assert [(failure.id, type(failure)) for failure in failures] == [("eb:2", Unanswered)], "its server may yet answer"
    assert "INTERNAL_ERROR" in failures[0].reason


async def test_classes_beyond_those_that_came_along_are_asked_for() -> None:
    more = {"pagination": {"has_more_items": True, "continuation": "x"}, "ticket_classes": [ticket_class("7")]}
    whole = page([ticket_class("7"), ticket_class("8")], "ticket_classes")

    def answer(request: httpx.Request) -> Reply:
        return reply(whole if "ticket_classes" in request.url.path else event(ticket_classes=more))

    eventbrite, _ = client(answer)
    found = await eventbrite.event("1362389596959")
    assert [part.id for part in found.ticket_classes] == ["7", "8"]


async def test_one_event() -> None:
    eventbrite, shop = client([reply(event())])
    assert (await eventbrite.event("1362389596959")).id == "1362389596959"
    assert shop.paths == ["GET /v3/events/1362389596959/"]
    assert dict(shop.requests[0].url.params) == {"expand": "ticket_classes"}


async def test_one_event_without_the_expansion() -> None:
    bare = {name: value for name, value in event().items() if name != "ticket_classes"}
    answers = [
        reply({"error": "EXPANSION_FAILED"}, 500),
        reply(bare),
        reply(page([ticket_class()], "ticket_classes")),
    ]
    eventbrite, _ = client(answers)
    assert len((await eventbrite.event("1362389596959")).ticket_classes) == 1


async def test_one_event_that_is_broken_or_gone() -> None:
    eventbrite, _ = client([reply(event("1", capacity="x")), reply({"error": "NOT_FOUND"}, 404)])
    with pytest.raises(BadAnswer, match=r"event 1: .*capacity"):
        await eventbrite.event("1")
    with pytest.raises(NotThere, match="event 1: "):
        await eventbrite.event("1")


async def test_an_event_that_cannot_be_understood_is_none_that_was_not_answered() -> None:
    """Asked again it would say the same: it is to be repaired there, and not to be waited for."""
    found, failures = await events_of(lists([reply(page([event("1", id=[])]))]))
    assert (found, [type(failure) for failure in failures]) == ([], [Failure])
