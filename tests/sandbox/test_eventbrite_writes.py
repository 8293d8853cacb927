"""The practice Eventbrite against each recorded fact, asked over HTTP: what it takes, and what it sells."""

from __future__ import annotations

import pytest

from brcc_tui.sandbox.eventbrite.server import SERVED_WAYPOINT_HEADER
from brcc_tui.sandbox.eventbrite.shop import NotForSale
from tests.sandbox.eventbrite_place import (
    CANCELED,
    FULL,
    GENERAL,
    LATER,
    LIMITED,
    OPEN,
    SEATED,
    SERIES,
    STARTED,
    TIERED,
    Place,
    of,
    place,
)

__all__ = ["place"]


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
        (LIMITED, "3451654602", {"ticket_class": {"capacity": 12}}, "INVALID_INVENTORY_TIER_ID"),
        (SEATED, GENERAL, {"ticket_class": {"capacity": 12}}, "UNSUPPORTED_OPERATION"),
    ],
)
async def test_refused_writes(place: Place, event: str, ticket_class: str, body: object, error: str) -> None:
    answer = await place.post(f"/events/{event}/ticket_classes/{ticket_class}/", body, 400)
    assert answer["error"] == error
    found = place.shop.find(event, ticket_class)[1]
    assert found.capacity in (40, None)


async def test_the_tier_of_an_add_on_is_not_asked_of_the_seats_beside_it(place: Place) -> None:
    body = await place.post(f"/events/{LIMITED}/ticket_classes/3451654601/", {"ticket_class": {"capacity": 25}})
    assert body["capacity"] == 25


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
    token = answer.headers[SERVED_WAYPOINT_HEADER]
    assert (await place.get(path))["capacity"] == 40
    listed_classes = await place.get(f"/events/{OPEN}/", expand="ticket_classes")
    assert listed_classes["ticket_classes"][0]["capacity"] == 40
    assert (await place.client.get(path, headers={SERVED_WAYPOINT_HEADER: token})).json()["capacity"] == 33
    place.clock.seconds += 9.9
    assert (await place.get(path))["capacity"] == 40
    place.clock.seconds += 0.1
    assert (await place.get(path))["capacity"] == 33


async def test_a_waypoint_shows_what_came_before_it_and_not_what_came_after(place: Place) -> None:
    path = f"/events/{OPEN}/ticket_classes/{GENERAL}/"
    first = (await place.client.post(path, json={"ticket_class": {"capacity": 33}})).headers[SERVED_WAYPOINT_HEADER]
    await place.post(path, {"ticket_class": {"capacity": 22}})
    assert (await place.client.get(path, headers={SERVED_WAYPOINT_HEADER: first})).json()["capacity"] == 33
    assert (await place.client.get(path, headers={SERVED_WAYPOINT_HEADER: "nonsense"})).json()["capacity"] == 40


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
