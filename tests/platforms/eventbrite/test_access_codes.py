"""The access codes by which buyers see hidden classes: where they are asked for, and what they open."""

from __future__ import annotations

import datetime as dt
import json

import httpx
import pytest

from brcc_tui.model.catalogue import CODES_NOT_ASKED, AccessCode
from brcc_tui.platforms.eventbrite.access_codes import SHORT_LIST
from tests.platforms.eventbrite.recorded_eventbrite import (
    OF_NONE,
    Clock,
    Json,
    client,
    discount,
    event,
    hidden,
    page,
    read,
    ticket_class,
)
from tests.platforms.scripted_shop import HTML, Reply, reply

DISCOUNTS = "/v3/organizations/9/discounts/"
OF_ALL, OF_GROUPS = f"{DISCOUNTS}?scope=user", f"{DISCOUNTS}?scope=multi_events"


CODES: list[tuple[str, Json, AccessCode | None]] = [
    ("for all classes, as often as anybody likes", discount(), AccessCode(())),
    ("its kind in capital letters", discount(type="ACCESS"), AccessCode(())),
    ("for one class", discount(ticket_class_ids=["2"]), AccessCode(("2",))),
    ("so many times", discount(quantity_available=10, quantity_sold=3), AccessCode((), uses_left=7)),
    ("until then, by the event's clocks", discount(end_date="2025-06-01T12:00:00"),
     AccessCode((), ends_at=dt.datetime(2025, 6, 1, 16, tzinfo=dt.UTC))),
    ("so long before the event begins", discount(end_date_relative=3600),
     AccessCode((), ends_at=dt.datetime(2025, 6, 5, 23, tzinfo=dt.UTC))),
    ("null where there is nothing to say", discount(ticket_class_ids=None, quantity_available=None, end_date=None,
                                                    end_date_relative=None, ticket_group_id=None), AccessCode(())),
    ("a code that only lowers the price", discount(type="coded"), None),
    ("one for everybody", discount(type="public"), None),
    ("one that opens places held back", discount(type="hold"), None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "code"), CODES, ids=[part[0] for part in CODES])
async def test_access_codes(name: str, body: Json, code: AccessCode | None) -> None:
    found, asked = await read(hidden(), discounts=reply(page([body], "discounts")))
    assert asked == [OF_ALL, f"{DISCOUNTS}?scope=event&event_id=5", OF_GROUPS]
    assert found.access_codes == ((code,) if code else ())
    assert "SESAME" not in repr(found), "the code itself is the club's secret"


async def test_codes_of_a_series_are_its_parents_or_its_own_dates() -> None:
    found, asked = await read(hidden(series_id="77"), discounts=reply(page([discount()], "discounts")))
    assert asked == [OF_ALL, *(f"{DISCOUNTS}?scope=event&event_id={at}" for at in ("77", "5")), OF_GROUPS]
    assert found.access_codes == (AccessCode(()),), "the same code in two lists lets nobody in twice"
    both = [discount(id=None, quantity_available=3), discount(id=None, quantity_available=3)]
    found, _ = await read(hidden(), discounts=reply(page(both, "discounts")))
    assert found.access_codes == (AccessCode((), uses_left=3),) * 2


@pytest.mark.parametrize("kind", [None, "", "bulk"])
async def test_a_discount_that_may_be_an_access_code_leaves_the_codes_unknown(kind: str | None) -> None:
    found, _ = await read(hidden(), discounts=reply(page([discount(type=kind)], "discounts")))
    assert found.access_codes is None
    assert "does not say whether it is an access code" in (found.codes_unread or "")


@pytest.mark.parametrize("known", ["77", "5"])
@pytest.mark.parametrize("status", [404, 400])
async def test_one_of_the_places_where_a_series_has_its_codes_may_not_be_there(known: str, status: int) -> None:
    missing = reply({"error": "NOT_FOUND" if status == 404 else "ARGUMENTS_ERROR"}, status)

    def answer(request: httpx.Request) -> Reply:
        if "/discounts/" not in request.url.path:
            return reply(hidden(series_id="77"))
        return reply(page([discount()], "discounts")) if request.url.params.get("event_id") == known else missing

    eventbrite, _ = client(answer)
    found = await eventbrite.event("5")
    assert (found.access_codes, found.codes_unread) == ((AccessCode(()),), None)


async def test_codes_for_every_event() -> None:
    for_all = [discount(event_id=None), discount(id="78", event_id="6"), discount(id="79", event_id="", type="coded")]
    found, _ = await read(hidden(), discounts=OF_NONE, of_all=reply(page(for_all, "discounts")))
    assert found.access_codes == (AccessCode(()),), "one of another event opens nothing here"


SEVERAL = discount(event_id=None, ticket_group_id="40")
GROUP: Json = {"id": "40", "name": "Members", "status": "live", "event_ticket_ids": {"5": ["2"], "6": ["8"]}}


@pytest.mark.parametrize("scope", ["of_groups", "of_all"])
@pytest.mark.parametrize(
    ("classes", "codes"),
    [
        ({"5": ["2"], "6": ["8"]}, (AccessCode(("2",)),)),
        (json.dumps({"5": [2]}), (AccessCode(("2",)),)),
        ({"77": ["902"]}, (AccessCode(("902",)),)),
        ({"6": ["8"]}, ()),
        ({}, ()),
    ],
    ids=["with a class of this event", "told as a text", "with a class of its series", "of another event", "of none"],
)
async def test_a_code_for_a_ticket_group_opens_its_classes_alone(
    scope: str, classes: object, codes: tuple[AccessCode, ...]
) -> None:
    """Such a code is of several events, and stands in no list of one of them."""
    told: dict[str, Reply] = {scope: reply(page([SEVERAL], "discounts"))}
    group = reply({**GROUP, "event_ticket_ids": classes})
    found, asked = await read(hidden(series_id="77"), discounts=OF_NONE, groups=group, **told)
    assert found.access_codes == codes
    assert [path for path in asked if "discounts" not in path] == ["/v3/ticket_groups/40/?"]


@pytest.mark.parametrize(
    "group",
    [
        reply({"error": "NOT_FOUND"}, 404),
        reply({"error": "NOT_AUTHORIZED"}, 403),
        reply({"id": "40", "event_ticket_ids": "all"}),
        reply({"id": "40"}),
    ],
    ids=["not there", "denied", "nonsense", "without its classes"],
)
async def test_a_ticket_group_that_cannot_be_read_leaves_the_codes_unknown(group: Reply) -> None:
    found, _ = await read(hidden(), discounts=OF_NONE, of_groups=reply(page([SEVERAL], "discounts")), groups=group)
    assert found.access_codes is None
    assert found.codes_unread
    assert "SESAME" not in found.codes_unread


async def test_a_ticket_group_with_a_name_that_would_be_another_address_is_not_asked_for() -> None:
    codes = reply(page([{**SEVERAL, "ticket_group_id": "../users/me"}], "discounts"))
    found, _ = await read(hidden(), discounts=OF_NONE, of_groups=codes)
    assert found.access_codes is None


async def test_codes_for_every_event_that_are_told_of_one_event_alone() -> None:
    """One documentation wants an event's id beside `user`, another one lists all of the organization's without."""
    refused = reply({"error": "ARGUMENTS_ERROR", "error_description": "event_id - MISSING"}, 400)

    def answer(request: httpx.Request) -> Reply:
        scope, of = (request.url.params.get(name) for name in ("scope", "event_id"))
        if scope != "user":
            return OF_NONE if scope else reply(hidden())
        all_of_it = [discount(event_id=None), discount(id="78", event_id="6")]
        return reply(page(all_of_it, "discounts")) if of == "5" else refused

    eventbrite, _ = client(answer)
    found = await eventbrite.event("5")
    assert (found.access_codes, found.codes_unread) == ((AccessCode(()),), None)


async def test_a_code_for_every_event_ends_by_each_events_own_clock() -> None:
    code = reply(page([discount(event_id=None, end_date="2026-12-04T20:00:00")], "discounts"))

    def answer(request: httpx.Request) -> Reply:
        if "/discounts/" in request.url.path:
            return code if request.url.params.get("scope") == "user" else OF_NONE
        number, zone = ("5", "America/Toronto") if "/5/" in request.url.path else ("6", "America/Los_Angeles")
        return reply(hidden(number, start={"timezone": zone, "utc": "2026-12-09T01:00:00Z"}))

    eventbrite, _ = client(answer)
    ends = [codes[0].ends_at for number in "56" if (codes := (await eventbrite.event(number)).access_codes)]
    assert [end and end.isoformat()[-6:] for end in ends] == ["-05:00", "-08:00"]


@pytest.mark.parametrize(
    ("of_all", "codes", "why"),
    [
        (reply({"error": "NOT_FOUND"}, 404), (), ""),
        (reply({"error": "ARGUMENTS_ERROR", "error_description": "scope - INVALID"}, 400), (), ""),
        (reply({"error": "NOT_AUTHORIZED", "error_description": "No."}, 403), None, "access is denied: No"),
        (reply({"error": "INTERNAL_ERROR"}, 500), None, "INTERNAL_ERROR"),
        (reply(body=HTML), None, "web page"),
    ],
    ids=["no such list", "no such scope", "denied", "a failing server", "a web page"],
)
async def test_without_the_codes_for_every_event(of_all: Reply, codes: tuple[AccessCode, ...] | None, why: str) -> None:
    found, _ = await read(hidden(), discounts=OF_NONE, of_all=of_all)
    assert found.access_codes == codes
    assert why in (found.codes_unread or "")


NEEDLESS: list[tuple[str, Json]] = [
    ("nothing is hidden", hidden(ticket_classes=[ticket_class("1", event_id="5")])),
    ("what is hidden is no seat", hidden(ticket_classes=[ticket_class("1", event_id="5", hidden=True,
                                                                      category="add_on")])),
    ("it is over", hidden(status="completed")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body"), NEEDLESS, ids=[part[0] for part in NEEDLESS])
async def test_codes_that_open_nothing_are_not_asked_for(name: str, body: Json) -> None:
    found, asked = await read(body)
    assert (found.access_codes, found.codes_unread, asked) == (None, None, [])


async def test_codes_of_an_event_of_nobody_knows_whom() -> None:
    found, asked = await read(hidden(organization_id=None))
    assert (found.access_codes, found.codes_unread, asked) == (None, "Eventbrite did not say whose event it is", [])


async def test_codes_are_asked_for_where_a_class_is_about_to_be_hidden() -> None:
    def answer(request: httpx.Request) -> Reply:
        code = reply(page([discount()], "discounts"))
        shown = hidden(ticket_classes=[ticket_class("1", event_id="5", quantity_sold=0)])
        return code if "event_id" in request.url.params else OF_NONE if "scope" in request.url.params else reply(shown)

    eventbrite, shop = client(answer)
    event = await eventbrite.event("5")
    assert event.access_codes is None
    assert (await eventbrite.with_codes(event)).access_codes == (AccessCode(()),)
    asked = ["discounts" in request.url.path for request in shop.requests]
    assert asked == [False, True, True, True], "it is not read again"


async def test_codes_are_asked_for_once_a_minute() -> None:
    clock = Clock()
    asked: list[str] = []

    def answer(request: httpx.Request) -> Reply:
        if request.url.params.get("scope") in ("user", "multi_events"):
            return OF_NONE
        if "/discounts/" in request.url.path:
            asked.append(request.url.path)
            return reply(page([discount()], "discounts"))
        return reply(hidden())

    eventbrite, _ = client(answer, clock=clock)
    for seconds, times in ((0, 1), (59, 1), (1, 2)):
        clock.now += seconds
        assert (await eventbrite.event("5")).access_codes == (AccessCode(()),)
        assert len(asked) == times


async def test_codes_for_only_so_many_are_asked_for_each_time() -> None:
    left = [3, 1]

    def answer(request: httpx.Request) -> Reply:
        if request.url.params.get("scope") in ("user", "multi_events"):
            return OF_NONE
        if "/discounts/" in request.url.path:
            return reply(page([discount(quantity_available=5, quantity_sold=5 - left.pop(0))], "discounts"))
        return reply(hidden())

    eventbrite, _ = client(answer)
    for uses_left in (3, 1):
        assert (await eventbrite.event("5")).access_codes == (AccessCode((), uses_left=uses_left),)


# the codes of a list


def listed(number: int, **fields: object) -> Json:
    made = ticket_class("1", event_id=str(number), hidden=True)
    return event(str(number), **{"series_id": None, "ticket_classes": [made], **fields})


Told = tuple[AccessCode, ...] | str | None


async def _codes_of_list(events: list[Json], discounts: Reply) -> tuple[dict[str, Told], list[str]]:
    """The codes of each event, or why they are not known, and for which events or series they were asked for."""
    asked = []

    def answer(request: httpx.Request) -> Reply:
        if request.url.params.get("scope") in ("user", "multi_events"):
            return OF_NONE
        if "/discounts/" in request.url.path:
            asked.append(request.url.params["event_id"])
            return discounts
        return reply(page(events if "live" in request.url.params["status"] else []))

    eventbrite, _ = client(answer)
    found, failed = await eventbrite.events()
    assert failed == []
    return {each.id: each.codes_unread or each.access_codes for each in found}, sorted(asked)


async def test_a_short_list_asks_once_for_each_series_and_event_that_hides_something() -> None:
    open_class = ticket_class("1", event_id="4")
    sold_out = ticket_class("1", event_id="6", hidden=True, capacity=10, quantity_sold=10)
    events = [listed(1, series_id="77"), listed(2, series_id="77"), listed(3), listed(5, status="draft"),
              listed(4, ticket_classes=[open_class]), listed(6, ticket_classes=[sold_out])]  # fmt: skip
    codes, asked = await _codes_of_list(events, reply(page([discount()], "discounts")))
    assert asked == ["1", "2", "3", "77"]
    code = AccessCode(())
    assert codes == {"1": (code,), "2": (code,), "3": (code,), "4": None, "5": None, "6": None}


@pytest.mark.parametrize(("status", "times"), [(403, 1), (404, 4)])
async def test_a_token_that_may_not_read_codes_asks_once_for_a_list(status: int, times: int) -> None:
    refused = reply({"status_code": status, "error": "NOT_AUTHORIZED", "error_description": "No."}, status)
    codes, asked = await _codes_of_list([listed(number) for number in range(1, 5)], refused)
    (why,) = set(codes.values())
    assert "could not be read" in str(why)
    assert len(asked) == times


async def test_a_long_list_asks_for_none_and_says_so() -> None:
    events = [listed(number) for number in range(1, SHORT_LIST + 1)]
    _, asked = await _codes_of_list(events, OF_NONE)
    assert len(asked) == SHORT_LIST
    one_more = listed(1000, ticket_classes=[ticket_class("1", event_id="1000")])
    codes, asked = await _codes_of_list([*events, one_more], OF_NONE)
    assert asked == []
    assert codes == {**{str(each["id"]): CODES_NOT_ASKED for each in events}, "1000": None}
