"""The practice Eventbrite against each recorded fact, asked over HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import httpx
import pytest
from aiohttp.test_utils import TestServer

from brcc_tui.sandbox.eventbrite.server import WAYPOINT, EventbriteServer
from brcc_tui.sandbox.eventbrite.shop import EventbriteShop, NotForSale, StoredEvent
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
        async with httpx.AsyncClient(base_url=str(running.make_url("/v3")), headers=headers) as client:
            yield Place(shop, server, clock, client)


def of(body: dict[str, object], *keys: str) -> tuple[object, ...]:
    return tuple(body.get(key) for key in keys)


# basics


async def test_who_am_i_and_which_organizations(place: Place) -> None:
    assert "emails" in await place.get("/users/me/")
    [organization] = (await place.get("/users/me/organizations/"))["organizations"]
    assert organization["id"] == ORGANIZATION


@pytest.mark.parametrize(
    ("authorization", "path", "status", "error"),
    [
        (None, "/users/me/", 401, "NO_AUTH"),
        ("Bearer WRONG", "/users/me/", 401, "INVALID_AUTH"),
        ("Basic WRONG", "/users/me/", 400, "INVALID_AUTH_HEADER"),
        ("Bearer PUBLIC", "/users/me/", 403, "NOT_AUTHORIZED"),
        ("Bearer GOODTOKEN", "/organizations/1/events/", 404, "NOT_FOUND"),
        ("Bearer GOODTOKEN", "/events/999/", 404, "NOT_FOUND"),
        ("Bearer GOODTOKEN", f"/events/{OPEN}/ticket_classes/999/", 404, "NOT_FOUND"),
    ],
)
async def test_refused_reads(place: Place, authorization: str | None, path: str, status: int, error: str) -> None:
    del place.client.headers["Authorization"]
    answer = await place.client.get(path, headers={"Authorization": authorization} if authorization else {})
    assert answer.status_code == status
    assert of(answer.json(), "status_code", "error") == (status, error)
    assert isinstance(answer.json()["error_description"], str)


async def test_public_token_reads_categories(place: Place) -> None:
    answer = await place.client.get("/categories/", headers={"Authorization": "Bearer PUBLIC"})
    assert answer.status_code == 200


async def test_token_in_the_query_is_taken(place: Place) -> None:
    del place.client.headers["Authorization"]
    assert "id" in await place.get("/users/me/", token="GOODTOKEN")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_without_its_slash_an_address_has_moved_and_nothing_is_written(place: Place, method: str) -> None:
    path = f"/events/{OPEN}/ticket_classes/{GENERAL}"
    answer = await place.client.request(method, path + "?a=b", json={"ticket_class": {"capacity": 5}})
    assert answer.status_code == 301
    assert answer.json()["error"] == "PERMANENTLY_MOVED"
    assert answer.headers["Location"] == f"/v3{path}/?a=b"
    assert place.shop.find(OPEN, GENERAL)[1].capacity == 40


async def test_every_answer_tells_both_buckets(place: Place) -> None:
    await place.get("/users/me/")
    place.clock.seconds += 25
    answer = await place.client.get("/users/me/")
    buckets = "token:PRACTICETOKEN 2/2000 reset=3575s, key:PRACTICEKEY 2/2000 reset=3575s"
    assert answer.headers["x-rate-limit"] == buckets


async def test_budget_used_up_and_given_again_after_the_hour(place: Place) -> None:
    place.server.limits.key.used = 2000
    answer = await place.client.get("/users/me/")
    assert answer.status_code == 429
    assert answer.json()["error"] == "HIT_RATE_LIMIT"
    assert "key:PRACTICEKEY 2000/2000" in answer.headers["x-rate-limit"]
    place.clock.seconds += 3600
    await place.get("/users/me/")


# lists


async def test_pages_of_fifty_with_a_token_until_none(place: Place) -> None:
    params, sizes, seen = {"page_size": "200", "order_by": "start_asc"}, [], set()
    more = True
    while more:
        body = await place.get(f"/organizations/{ORGANIZATION}/events/", **params)
        sizes.append(len(body["events"]))
        seen |= {event["id"] for event in body["events"]}
        more = "continuation" in body["pagination"]
        params["continuation"] = body["pagination"].get("continuation", "")
    assert sizes == [50, 50, 30]
    assert of(body["pagination"], "object_count", "page_size", "page_count", "has_more_items") == (130, 50, 3, False)
    assert len(seen) == 130
    assert SERIES not in seen


@pytest.mark.parametrize("change", [{"status": "live"}, {"continuation": "bm9uc2Vuc2U"}, {"continuation": "%%%"}])
async def test_a_token_holds_for_its_own_list_only(place: Place, change: dict[str, str]) -> None:
    path = f"/organizations/{ORGANIZATION}/events/"
    body = await place.get(path, order_by="start_asc")
    params = {"order_by": "start_asc", "continuation": body["pagination"]["continuation"]} | change
    answer = await place.client.get(path, params=params)
    assert (answer.status_code, answer.json()["error"]) == (400, "BAD_CONTINUATION_TOKEN")


async def listed(place: Place, **params: str) -> set[str]:
    seen: set[str] = set()
    while True:
        body = await place.get(f"/organizations/{ORGANIZATION}/events/", **params)
        seen |= {event["id"] for event in body["events"]}
        if not body["pagination"]["has_more_items"]:
            return seen
        params["continuation"] = body["pagination"]["continuation"]


@pytest.mark.parametrize(
    ("params", "inside", "outside"),
    [
        ({"status": "live"}, {OPEN, FULL}, {STARTED, DRAFT, CANCELED, OVER, SERIES}),
        ({"status": "live,started"}, {OPEN, STARTED}, {DRAFT, OVER}),
        ({"status": "ended,draft,canceled"}, {OVER, DRAFT, CANCELED}, {OPEN, STARTED}),
        ({"status": "all"}, {OPEN, STARTED, DRAFT, OVER, CANCELED}, {SERIES}),
        ({"time_filter": "past"}, {OVER}, {OPEN, STARTED}),
        ({"time_filter": "current_future"}, {OPEN, STARTED}, {OVER}),
        ({"show_series_parent": "true"}, {SERIES, OPEN}, set()),
        ({"series_filter": "parents"}, {SERIES}, {OPEN}),
        ({"series_filter": "children", "show_series_parent": "true"}, {"1362389100000"}, {SERIES, OPEN}),
        ({"series_filter": "nonseries"}, {OPEN}, {SERIES, "1362389100000"}),
        ({"series_filter": "allseries"}, {SERIES, "1362389100000"}, {OPEN}),
        ({"name_filter": "howls"}, {OPEN}, {"1362389100000"}),
        ({"event_ids": f"{OPEN},{FULL}"}, {OPEN, FULL}, {STARTED}),
        ({"event_ids_to_exclude": OPEN}, {FULL}, {OPEN}),
    ],
)
async def test_filters(place: Place, params: dict[str, str], inside: set[str], outside: set[str]) -> None:
    seen = await listed(place, **params)
    assert inside <= seen
    assert not outside & seen


async def test_a_list_is_kept_no_longer_than_the_clock_leaves_it_true(place: Place) -> None:
    path, asked = f"/organizations/{ORGANIZATION}/events/", {"status": "live", "order_by": "start_asc"}
    looked: list[str] = []
    status = StoredEvent.status
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StoredEvent, "status", lambda event, now: looked.append(event.spec.id) or status(event, now))
        first = await place.get(path, **asked)
        once = len(looked)
        await place.get(path, **asked, continuation=first["pagination"]["continuation"])
        assert len(looked) - once < 2 * 50 + 1 < once  # the page's own events alone
    assert OPEN in await listed(place, **asked)
    place.shop.now = lambda: NOW + dt.timedelta(hours=5)
    assert OPEN not in await listed(place, **asked)
    assert OPEN in await listed(place, status="started")
    place.shop.now = lambda: NOW
    assert OPEN in await listed(place, **asked)


@pytest.mark.parametrize("params", [{"status": "bogus"}, {"time_filter": "x"}, {"order_by": "x"}, {"page_size": "x"}])
async def test_bad_parameters(place: Place, params: dict[str, str]) -> None:
    answer = await place.client.get(f"/organizations/{ORGANIZATION}/events/", params=params)
    assert (answer.status_code, answer.json()["error"]) == (400, "ARGUMENTS_ERROR")


async def test_series_and_its_dates(place: Place) -> None:
    parent = await place.get(f"/series/{SERIES}/", expand="series_dates")
    assert parent["is_series_parent"]
    assert parent["resource_uri"].endswith(f"/v3/series/{SERIES}/")
    assert len(parent["series_dates"]) == 120
    assert (await place.get(f"/events/{SERIES}/"))["resource_uri"] == parent["resource_uri"]
    dates = await place.get(f"/series/{SERIES}/events/")
    assert dates["pagination"]["object_count"] == 120
    assert dates["events"][0]["series_id"] == SERIES


# fields


async def test_event_fields(place: Place) -> None:
    event = await place.get(f"/events/{OPEN}/")
    assert event["name"] == {"text": "Humpday & Howls", "html": "Humpday &amp; Howls"}
    assert event["start"] == {
        "timezone": "America/Toronto",
        "local": "2026-11-22T20:00:00",
        "utc": "2026-11-23T01:00:00Z",
    }
    assert of(event, "capacity", "capacity_is_custom", "status", "tx_time_limit") == (40, False, "live", 1200)
    assert "series_id" not in event
    assert "ticket_classes" not in event


async def test_expansions_and_an_unknown_one(place: Place) -> None:
    names = "ticket_classes,event_sales_status,basic_inventory_info,ticket_availability,venue,nonsense"
    event = await place.get(f"/events/{LATER}/", expand=names)
    assert len(event["ticket_classes"]) == 3
    assert event["event_sales_status"] == {"sales_status": "not_yet_on_sale"}
    assert event["basic_inventory_info"]["has_donations"]
    assert "nonsense" not in event
    full = await place.get(f"/events/{FULL}/", expand=names)
    assert full["event_sales_status"] == {"sales_status": "sold_out"}
    assert full["ticket_availability"]["is_sold_out"]
    over = await place.get(f"/events/{OVER}/", expand=names)
    assert over["event_sales_status"] == {"sales_status": "sales_ended"}


async def test_sold_out_by_a_checkout_is_unavailable(place: Place) -> None:
    place.shop.find(OPEN, GENERAL)[1].pending = 30
    event = await place.get(f"/events/{OPEN}/", expand="event_sales_status")
    assert event["event_sales_status"] == {"sales_status": "unavailable"}


async def test_draft_without_classes_has_capacity_zero(place: Place) -> None:
    assert of(await place.get(f"/events/{DRAFT}/"), "capacity", "capacity_is_custom") == (0, False)


async def test_ticket_class_fields(place: Place) -> None:
    body = await place.get(f"/events/{OPEN}/ticket_classes/{GENERAL}/")
    assert of(body, "id", "capacity", "quantity_total", "quantity_sold") == (GENERAL, 40, 40, 10)
    assert of(body, "category", "donation", "hidden", "on_sale_status") == ("admission", False, False, "AVAILABLE")
    assert body["sales_start"] < "2026" < body["sales_end"]
    assert body["cost"] == {"currency": "CAD", "value": 1500, "major_value": "15.00", "display": "CA$15.00"}


async def test_kinds_of_class(place: Place) -> None:
    normal, gift, comp = (await place.get(f"/events/{LATER}/ticket_classes/"))["ticket_classes"]
    assert normal["on_sale_status"] == "NOT_YET_ON_SALE"
    assert of(gift, "capacity", "quantity_total", "donation") == (None, 0, True)
    assert of(comp, "hidden", "free") == (True, True)
    admission = await place.get(f"/events/{LATER}/ticket_classes/", category="donation")
    assert [each["id"] for each in admission["ticket_classes"]] == [gift["id"]]
    shown = (await place.get(f"/events/{LATER}/ticket_classes/for_sale/"))["ticket_classes"]
    assert [each["on_sale_status"] for each in shown][-1] == "HIDDEN"


async def test_quantity_total_is_the_least_of_class_tier_and_event(place: Place) -> None:
    [admission, add_on] = (await place.get(f"/events/{LIMITED}/ticket_classes/"))["ticket_classes"]
    assert (admission["quantity_total"], add_on["quantity_total"]) == (30, 40)
    [tiered] = (await place.get(f"/events/{TIERED}/ticket_classes/"))["ticket_classes"]
    assert of(tiered, "capacity", "quantity_total", "inventory_tier_id") == (None, 20, "I987")


async def test_capacity_tier_counts_places_in_checkout(place: Place) -> None:
    place.shop.find(OPEN, GENERAL)[1].pending = 3
    tier = await place.get(f"/events/{OPEN}/capacity_tier/")
    assert of(tier, "capacity_total", "capacity_sold", "capacity_pending") == (40, 10, 3)
    body = await place.get(f"/events/{OPEN}/ticket_classes/{GENERAL}/")
    assert body["quantity_sold"] == 10


async def test_inventory_tiers(place: Place) -> None:
    [tier] = (await place.get(f"/events/{TIERED}/inventory_tiers/"))["inventory_tiers"]
    assert of(tier, "id", "quantity_total", "quantity_sold") == ("I987", 20, 4)
    written = await place.post(f"/events/{TIERED}/inventory_tiers/I987/", {"inventory_tier": {"quantity_total": 22}})
    assert written["quantity_total"] == 22


# writes


async def test_capacity_alone(place: Place) -> None:
    path = f"/events/{OPEN}/ticket_classes/{GENERAL}/"
    body = await place.post(path, {"ticket_class": {"capacity": 33}})
    assert of(body, "capacity", "quantity_total", "quantity_sold", "hidden") == (33, 33, 10, False)
    body = await place.post(path, {"ticket_class": {"hidden": True}})
    assert of(body, "capacity", "hidden") == (33, True)


async def test_below_sold_is_taken_without_complaint(place: Place) -> None:
    body = await place.post(f"/events/{OPEN}/ticket_classes/{GENERAL}/", {"ticket_class": {"capacity": 4}})
    assert of(body, "capacity", "quantity_sold", "on_sale_status") == (4, 10, "SOLD_OUT")


@pytest.mark.parametrize(
    ("event", "ticket_class", "body", "error"),
    [
        (OPEN, GENERAL, {"ticket_class": {"capacity": 0}}, "BAD_QUANTITIES"),
        (OPEN, GENERAL, {"ticket_class": {"capacity": -1}}, "BAD_QUANTITIES"),
        (OPEN, GENERAL, {"ticket_class": {"capacity": None}}, "NO_QUANTITY_TOTAL"),
        (OPEN, GENERAL, {"ticket_class": {"capacity": "12"}}, "ARGUMENTS_ERROR"),
        (OPEN, GENERAL, {"ticket_class": {"capacity": True}}, "ARGUMENTS_ERROR"),
        (OPEN, GENERAL, {"ticket_class": {}}, "ARGUMENTS_ERROR"),
        (TIERED, GENERAL, {"ticket_class": {"capacity": 12}}, "INVALID_INVENTORY_TIER_ID"),
        (SEATED, GENERAL, {"ticket_class": {"capacity": 12}}, "UNSUPPORTED_OPERATION"),
    ],
)
async def test_refused_writes(place: Place, event: str, ticket_class: str, body: object, error: str) -> None:
    answer = await place.post(f"/events/{event}/ticket_classes/{ticket_class}/", body, 400)
    assert answer["error"] == error
    found = place.shop.find(event, ticket_class)[1]
    assert found.capacity in (40, None)


async def test_a_donation_may_be_unlimited(place: Place) -> None:
    body = await place.post(f"/events/{LATER}/ticket_classes/3451654700/", {"ticket_class": {"capacity": None}})
    assert body["quantity_total"] == 0


async def test_body_that_is_no_json(place: Place) -> None:
    answer = await place.client.post(f"/events/{OPEN}/", content=b"{")
    assert (answer.status_code, answer.json()["error"]) == (400, "INVALID_BODY")


async def test_series_parent_writes_every_date(place: Place) -> None:
    await place.post(f"/events/{SERIES}/", {"event": {"capacity": 12}})
    dates = place.shop.dates[SERIES]
    assert {date.capacity for date in dates} == {12}
    await place.post(f"/events/{SERIES}/ticket_classes/3451654000/", {"ticket_class": {"capacity": 9}})
    assert {each.capacity for date in dates for each in date.classes.values()} == {9}
    assert place.shop.find(OPEN, GENERAL)[1].capacity == 40


async def test_capacity_tier_refuses_less_than_sold_and_pending(place: Place) -> None:
    place.shop.find(OPEN, GENERAL)[1].pending = 3
    path = f"/events/{OPEN}/capacity_tier/"
    answer = await place.post(path, {"capacity_tier": {"capacity_total": 12}}, 400)
    assert answer["error"] == "CAPACITY_TOTAL_TOO_SMALL"
    assert (await place.post(path, {"capacity_tier": {"capacity_total": 13}}))["capacity_total"] == 13
    assert (await place.post(path, {"capacity_tier": {"capacity_total": None}}))["capacity_total"] == 40


# eventual consistency


async def test_a_read_is_old_until_it_shows_the_waypoint_or_time_has_passed(place: Place) -> None:
    path = f"/events/{OPEN}/ticket_classes/{GENERAL}/"
    answer = await place.client.post(path, json={"ticket_class": {"capacity": 33}})
    assert answer.json()["capacity"] == 33
    token = answer.headers[WAYPOINT]
    assert (await place.get(path))["capacity"] == 40
    listed_classes = await place.get(f"/events/{OPEN}/", expand="ticket_classes")
    assert listed_classes["ticket_classes"][0]["capacity"] == 40
    assert (await place.client.get(path, headers={WAYPOINT: token})).json()["capacity"] == 33
    place.clock.seconds += 9.9
    assert (await place.get(path))["capacity"] == 40
    place.clock.seconds += 0.1
    assert (await place.get(path))["capacity"] == 33


async def test_a_waypoint_shows_what_came_before_it_and_not_what_came_after(place: Place) -> None:
    path = f"/events/{OPEN}/ticket_classes/{GENERAL}/"
    first = (await place.client.post(path, json={"ticket_class": {"capacity": 33}})).headers[WAYPOINT]
    await place.post(path, {"ticket_class": {"capacity": 22}})
    assert (await place.client.get(path, headers={WAYPOINT: first})).json()["capacity"] == 33
    assert (await place.client.get(path, headers={WAYPOINT: "nonsense"})).json()["capacity"] == 40


# buyers


async def test_buying_and_giving_back(place: Place) -> None:
    found = place.shop.find(OPEN, GENERAL)[1]
    await place.shop.buy(OPEN, GENERAL, 3)
    assert (found.sold, found.pending) == (13, 0)
    await place.shop.buy(OPEN, GENERAL, 3, finish=False)
    assert (found.sold, found.pending) == (13, 0)
    await place.shop.refund(OPEN, GENERAL, 2)
    assert found.sold == 11


@pytest.mark.parametrize(
    ("event", "ticket_class", "places"),
    [
        (OPEN, GENERAL, 31),
        (FULL, "3451654600", 1),
        (STARTED, GENERAL, 1),
        (LATER, GENERAL, 1),
        (LATER, "3451654701", 1),
        (SERIES, "3451654000", 1),
        (CANCELED, GENERAL, 1),
        (TIERED, GENERAL, 17),
        (LIMITED, "3451654601", 21),
    ],
)
async def test_what_the_shop_does_not_sell(place: Place, event: str, ticket_class: str, places: int) -> None:
    with pytest.raises(NotForSale):
        await place.shop.buy(event, ticket_class, places)
    found = place.shop.find(event, ticket_class)[1]
    assert found.pending == 0
