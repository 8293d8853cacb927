"""The practice Eventbrite against each recorded fact, asked over HTTP: what it shows."""

from __future__ import annotations

import datetime as dt

import pytest

from brcc_tui.sandbox.eventbrite.shop import StoredEvent
from tests.sandbox.eventbrite_place import (
    CANCELED,
    DRAFT,
    FULL,
    GENERAL,
    LATER,
    LIMITED,
    NOW,
    OPEN,
    ORGANIZATION,
    OVER,
    SERIES,
    STARTED,
    TIERED,
    Place,
    of,
    place,
)

__all__ = ["place"]


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


async def test_an_add_on_has_a_tier_of_its_own_that_does_not_count_against_the_event(place: Place) -> None:
    [admission, add_on] = (await place.get(f"/events/{LIMITED}/ticket_classes/"))["ticket_classes"]
    [tier] = (await place.get(f"/events/{LIMITED}/inventory_tiers/"))["inventory_tiers"]
    assert of(tier, "id", "count_against_event_capacity") == (add_on["inventory_tier_id"], False)
    assert of(tier, "quantity_total", "quantity_sold") == (add_on["capacity"], add_on["quantity_sold"])
    assert "inventory_tier_id" not in admission
    info = (await place.get(f"/events/{LIMITED}/", expand="basic_inventory_info"))["basic_inventory_info"]
    assert of(info, "has_inventory_tiers", "has_admission_tiers", "has_add_ons") == (True, False, True)
