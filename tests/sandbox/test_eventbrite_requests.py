"""What the practice Eventbrite is asked must be covered by a recording or a fact; and how it can be made to behave."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from brcc_tui.sandbox import offences
from brcc_tui.sandbox.eventbrite.requests import ROUTES
from brcc_tui.sandbox.eventbrite.server import SERVED_WAYPOINT_HEADER
from brcc_tui.sandbox.eventbrite.shop import OF_GROUPS, NotForSale
from brcc_tui.sandbox.faults import Fault, FaultKind
from tests.practice_eventbrite import EVENT, EVENTS, NOW, ORGANIZATION, PASS, RULED, SERIES, SHY, Practice, served


@pytest.fixture
async def practice() -> AsyncIterator[Practice]:
    async with served() as running:
        yield running


# the table


STRANGE: list[tuple[str, str, str, object, int, str, str]] = [
    ("a parameter", "GET", f"{EVENTS}?organizer_id=1", None, 400, "ARGUMENTS_ERROR",
     "organizer_id - Unknown parameter"),
    ("a field as a parameter", "GET", f"/v3/events/{EVENT}/?capacity_is_custom=1", None, 400, "ARGUMENTS_ERROR",
     "capacity_is_custom - Unknown parameter"),
    ("one parameter twice", "GET", f"{EVENTS}?status=live&status=draft", None, 400, "ARGUMENTS_ERROR", "status"),
    ("a parameter where there are none", "GET", f"/v3/events/{EVENT}/capacity_tier/?expand=x", None, 400,
     "ARGUMENTS_ERROR", "expand - Unknown parameter"),
    ("without what it needs", "GET", f"/v3/organizations/{ORGANIZATION}/discounts/?event_id=1", None, 400,
     "ARGUMENTS_ERROR", "scope - MISSING"),
    ("a route", "GET", f"/v3/events/{EVENT}/discounts/", None, 404, "NOT_FOUND", "path you requested does not exist"),
    ("a method", "DELETE", f"/v3/events/{EVENT}/", None, 405, "METHOD_NOT_ALLOWED", ""),
    ("a write to a list", "POST", EVENTS, {"event": {"capacity": 5}}, 405, "METHOD_NOT_ALLOWED", ""),
    ("a field", "POST", f"/v3/events/{EVENT}/ticket_classes/1/", {"ticket_class": {"quantity_sold": 0}}, 400,
     "ARGUMENTS_ERROR", "quantity_sold"),
    ("a field outside of its object", "POST", f"/v3/events/{EVENT}/ticket_classes/1/", {"capacity": 12}, 400,
     "ARGUMENTS_ERROR", "capacity"),
    ("a parameter of a write", "POST", f"/v3/events/{EVENT}/ticket_classes/1/?notify=0",
     {"ticket_class": {"capacity": 12}}, 400, "ARGUMENTS_ERROR", "notify - Unknown parameter"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "method", "path", "body", "status", "error", "words"), STRANGE, ids=[part[0] for part in STRANGE]
)
async def test_what_is_not_covered_is_refused_and_noted(
    practice: Practice, name: str, method: str, path: str, body: object, status: int, error: str, words: str
) -> None:
    answer = (
        await practice.client.request(method, path, json=body) if body else await practice.client.request(method, path)
    )
    noted = [*offences.NOTED]
    offences.NOTED.clear()  # it was on purpose
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert words in answer.json()["error_description"]
    [offence] = noted
    assert offence.startswith(f"{method} {path.partition('?')[0]}: ")
    assert practice.shop.find(EVENT, "1")[1].capacity == 40


async def test_every_route_of_the_table_is_served_and_notes_nothing(practice: Practice) -> None:
    parts = {"organization": ORGANIZATION, "event": EVENT, "ticket_class": "1", "tier": "I1", "group": "4"}
    needed = {"scope": "event", "event_id": EVENT, "event_ids": EVENT}
    for template, route in ROUTES.items():
        assert route.get is not None
        path = "/v3/" + template.format(**parts)
        params = {name: value for name, value in needed.items() if name in {*route.needs, "event_id"} & {*route.get}}
        answer = await practice.client.get(path, params=params)
        expected = 404 if template.endswith(("{tier}/", "{event}/", "{group}/")) and answer.status_code == 404 else 200
        assert answer.status_code == expected, path
        assert answer.status_code == 200 or "does not exist" in answer.text
    assert offences.NOTED == []


async def test_an_unknown_expansion_is_ignored_as_recorded(practice: Practice) -> None:
    assert "nonsense" not in await practice.get(f"/v3/events/{EVENT}/", expand="nonsense")
    assert offences.NOTED == []


# organizations


async def test_a_foreign_organization_does_not_exist(practice: Practice) -> None:
    for path in ("events/", "discounts/?scope=event&event_id=1"):
        answer = await practice.client.get(f"/v3/organizations/110000000001/{path}")
        assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND")
        assert "organization_id you requested does not exist" in answer.json()["error_description"]


async def test_an_organization_beside_the_club_has_no_events(practice: Practice) -> None:
    practice.shop.organizations = [("110000000001", "Dana's own account"), (ORGANIZATION, "The Club")]
    seen = await practice.get("/v3/users/me/organizations/")
    assert [each["id"] for each in seen["organizations"]] == ["110000000001", ORGANIZATION]
    assert (seen["pagination"]["has_more_items"], "continuation" in seen["pagination"]) == (False, True), "as recorded"
    assert (await practice.get("/v3/organizations/110000000001/events/"))["events"] == []


# hidden classes, codes, rules, several days


async def test_a_hidden_class_is_sold_to_those_who_have_its_code(practice: Practice) -> None:
    event, comp = practice.shop.find(EVENT, "2")
    assert practice.shop.on_offer(event, comp) == 0
    with pytest.raises(NotForSale):
        await practice.shop.buy(EVENT, "2", 1)
    practice.shop.add_code(SERIES, ["901"], uses=3)
    assert practice.shop.on_offer(event, comp) == 3
    await practice.shop.buy(EVENT, "2", 2)
    with pytest.raises(NotForSale):
        await practice.shop.buy(EVENT, "2", 2)
    asked = {"scope": "event", "event_id": SERIES}
    [code] = (await practice.get(f"/v3/organizations/{ORGANIZATION}/discounts/", **asked))["discounts"]
    told = ("type", "ticket_class_ids", "quantity_available", "quantity_sold")
    assert [code[name] for name in told] == ["access", ["901"], 3, 2]


async def test_a_code_of_a_ticket_group_sells_the_groups_classes(practice: Practice) -> None:
    discounts = f"/v3/organizations/{ORGANIZATION}/discounts/"
    practice.shop.add_code(OF_GROUPS, group={"6": ["1"]})
    with pytest.raises(NotForSale):
        await practice.shop.buy(EVENT, "2", 1)
    made = practice.shop.add_code(OF_GROUPS, group={EVENT: ["2"]})
    await practice.shop.buy(EVENT, "2", 1)
    listed = (await practice.get(discounts, scope="multi_events"))["discounts"]
    assert [(code["event_id"], code["ticket_group_id"]) for code in listed][-1] == (None, made.id)
    assert (await practice.get(f"/v3/ticket_groups/{made.id}/"))["event_ticket_ids"] == {EVENT: ["2"]}
    for params, codes in (({"scope": "event", "event_id": EVENT}, []), ({"scope": "user", "event_id": EVENT}, listed)):
        assert (await practice.get(discounts, **params))["discounts"] == codes
    refused = await practice.client.get(discounts, params={"scope": "multi_events", "event_id": EVENT})
    assert (refused.status_code, refused.json()["error"]) == (400, "INVALID_USAGE_FOR_EVENT_ID")


async def test_a_class_hides_itself_while_it_calls_itself_available(practice: Practice) -> None:
    body = await practice.get(f"/v3/events/{SHY}/ticket_classes/1/")
    told = ("hidden", "hidden_currently", "auto_hide", "on_sale_status")
    assert [body[name] for name in told] == [False, True, True, "AVAILABLE"]
    with pytest.raises(NotForSale):
        await practice.shop.buy(SHY, "1", 1)
    practice.shop.now = lambda: NOW + dt.timedelta(hours=2)
    assert not (await practice.get(f"/v3/events/{SHY}/ticket_classes/1/"))["hidden_currently"]
    await practice.shop.buy(SHY, "1", 1)


async def test_a_child_of_a_ticket_rule_is_not_written(practice: Practice) -> None:
    path = f"/v3/events/{RULED}/ticket_classes/1/"
    assert (await practice.get(path))["ticket_parent_id"] == "3451654000"
    assert "ticket_parent_id" not in await practice.get(f"/v3/events/{EVENT}/ticket_classes/1/"), "a series is no rule"
    answer = await practice.client.post(path, json={"ticket_class": {"capacity": 50}})
    assert (answer.status_code, answer.json()["error"]) == (400, "INVALID_TICKET")


async def test_an_event_of_several_days_sells_until_its_class_says(practice: Practice) -> None:
    body = await practice.get(f"/v3/events/{PASS}/", expand="ticket_classes")
    assert (body["status"], body["ticket_classes"][0]["on_sale_status"]) == ("started", "AVAILABLE")
    await practice.shop.buy(PASS, "1", 1)
    practice.shop.now = lambda: NOW + dt.timedelta(days=1, minutes=1)
    assert (await practice.get(f"/v3/events/{PASS}/ticket_classes/1/"))["on_sale_status"] == "UNAVAILABLE"
    with pytest.raises(NotForSale):
        await practice.shop.buy(PASS, "1", 1)


# stale reads, pages that are bent, refusals


@pytest.mark.parametrize("honoured", [True, False])
async def test_a_waypoint_shows_the_write_unless_it_is_not_honoured(practice: Practice, honoured: bool) -> None:
    practice.shop.honours_waypoints = honoured
    path = f"/v3/events/{EVENT}/ticket_classes/1/"
    written = await practice.client.post(path, json={"ticket_class": {"capacity": 50}})
    assert written.json()["capacity"] == 50
    seen = await practice.client.get(path, headers={SERVED_WAYPOINT_HEADER: written.headers[SERVED_WAYPOINT_HEADER]})
    assert seen.json()["capacity"] == (50 if honoured else 40)


async def pages(practice: Practice, limit: int = 6) -> tuple[list[str], list[dict[str, object]]]:
    """The ids of the list in order, and each page's pagination."""
    ids: list[str] = []
    told: list[dict[str, object]] = []
    params = {"status": "live", "order_by": "start_asc"}
    while len(told) < limit:
        body = await practice.get(EVENTS, **params)
        told.append(body["pagination"])
        ids += [event["id"] for event in body["events"]]
        if not body["events"] or "continuation" not in body["pagination"]:
            break
        params["continuation"] = body["pagination"]["continuation"]
    return ids, told


async def test_pages_as_they_should_be(practice: Practice) -> None:
    ids, told = await pages(practice)
    assert (len(ids), len(set(ids)), [each["object_count"] for each in told]) == (123, 123, [123] * 3)


async def test_pages_that_come_short(practice: Practice) -> None:
    practice.faults.add(Fault(FaultKind.SHORT_PAGES, EVENTS, count=-1, size=20))
    ids, told = await pages(practice)
    assert (len(ids), told[0]["object_count"]) == (60, 123)


async def test_a_page_that_comes_once_more(practice: Practice) -> None:
    practice.faults.add(Fault(FaultKind.FIRST_PAGE, EVENTS, count=-1))
    ids, told = await pages(practice)
    assert (len(ids), len(set(ids)), len(told)) == (300, 50, 6)
    assert len({each["continuation"] for each in told}) == 1


async def test_a_list_that_loses_something_between_two_pages(practice: Practice) -> None:
    practice.faults.add(Fault(FaultKind.SHIFTED_PAGE, EVENTS, count=-1))
    ids, told = await pages(practice)
    assert (len(set(ids)), [each["object_count"] for each in told]) == (122, [123, 122, 122])


async def test_lists_in_an_order_of_their_own(practice: Practice) -> None:
    practice.faults.add(Fault(FaultKind.OWN_ORDER, EVENTS, count=-1))
    ids, _ = await pages(practice)
    assert (len(ids), len(set(ids)) < 123) == (123, True)


async def test_pages_that_do_not_tell_how_many_there_are(practice: Practice) -> None:
    practice.faults.add(Fault(FaultKind.NO_TOTALS, EVENTS, count=-1))
    ids, told = await pages(practice)
    assert (len(ids), {"object_count", "page_count"} & told[0].keys()) == (123, set())


async def test_pages_as_the_documentation_has_them(practice: Practice) -> None:
    practice.faults.add(Fault(FaultKind.DOCUMENTED_PAGES, EVENTS, count=-1))
    ids, told = await pages(practice)
    assert (len(ids), len(told)) == (123, 4), "the last one is empty"
    assert all("continuation" in each and "has_more_items" not in each for each in told)


@pytest.mark.parametrize(("status", "error"), [(403, "NOT_AUTHORIZED"), (404, "NOT_FOUND"), (500, "INTERNAL_ERROR")])
async def test_a_route_that_is_refused_in_the_shops_own_words(practice: Practice, status: int, error: str) -> None:
    practice.faults.add(Fault(FaultKind.REFUSED, "*/capacity_tier/", count=-1, status=status))
    answer = await practice.client.get(f"/v3/events/{EVENT}/capacity_tier/")
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_an_expansion_that_fails_by_itself(practice: Practice) -> None:
    practice.faults.add(Fault(FaultKind.REFUSED, having="expand", count=-1, status=500))
    assert (await practice.client.get(EVENTS, params={"expand": "ticket_classes"})).status_code == 500
    assert (await practice.client.get(EVENTS)).status_code == 200
