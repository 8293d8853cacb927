"""Answers that nobody documented, or that say two things: what is not known is told so, and no number is made of it."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pytest

from brcc_tui.cli.failures import silent_parts
from brcc_tui.model.checkout import CapacityTier
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import Quantity, Unknown
from brcc_tui.platforms.errors import AccessDenied, BadAnswer, NotThere, is_of_one_thing
from brcc_tui.platforms.eventbrite.answers import event_from, tiers_from
from brcc_tui.platforms.eventbrite.capacity_tier import capacity_tier_from
from brcc_tui.platforms.eventbrite.discounts import codes_from
from brcc_tui.platforms.http.answer_shapes import Broken
from tests.platforms.eventbrite.recorded_eventbrite import Json, client, event, lists, page, ticket_class
from tests.platforms.scripted_shop import Reply, reply

STARTS = dt.datetime(2025, 6, 6, tzinfo=dt.UTC)
NOW = STARTS - dt.timedelta(days=3)
SOON = STARTS - dt.timedelta(minutes=30)
UNKNOWN = "unknown"


def read(body: Json, now: dt.datetime = NOW, tiers: list[Json] | None = None) -> list[Listing]:
    classes = body["ticket_classes"]
    assert isinstance(classes, list)
    found = event_from(body, classes)
    if tiers is not None:
        from dataclasses import replace

        found = replace(found, tiers=tiers_from(tiers))
    return event_listings(found, now, CapacityTier(0))


def shown(quantity: Quantity) -> object:
    return UNKNOWN if isinstance(quantity, Unknown) else quantity


Numbers = tuple[object, object, object]
CLASSES: list[tuple[str, Json, dt.datetime, Numbers, Status]] = [
    ("fewer than no places", {"capacity": -5, "quantity_total": -5}, NOW, (UNKNOWN, 12, UNKNOWN), Status.ON_SALE),
    ("fewer than none sold", {"quantity_sold": -3}, NOW, (55, UNKNOWN, UNKNOWN), Status.ON_SALE),
    ("numbers as texts", {"capacity": "55", "quantity_total": "55", "quantity_sold": "12"}, NOW, (55, 12, 43),
     Status.ON_SALE),
    ("ids as numbers", {"id": 3451654576, "event_id": 1362389596959}, NOW, (55, 12, 43), Status.ON_SALE),
    ("a status in small letters", {"on_sale_status": "available"}, NOW, (55, 12, 43), Status.ON_SALE),
    ("a status of nobody's", {"on_sale_status": "PAUSED"}, NOW, (55, 12, UNKNOWN), Status.UNKNOWN),
    ("no status", {"on_sale_status": None}, NOW, (55, 12, UNKNOWN), Status.UNKNOWN),
    ("no status, and none is left", {"on_sale_status": None, "quantity_sold": 55}, NOW, (55, 55, 0), Status.SOLD_OUT),
    ("sold out although some are left", {"on_sale_status": "SOLD_OUT"}, NOW, (55, 12, UNKNOWN), Status.SOLD_OUT),
    ("sold out although one is left", {"on_sale_status": "SOLD_OUT", "quantity_sold": 54}, NOW, (55, 54, UNKNOWN),
     Status.SOLD_OUT),
    ("sold out, and none is left", {"on_sale_status": "SOLD_OUT", "quantity_sold": 55}, NOW, (55, 55, 0),
     Status.SOLD_OUT),
    ("an end that is not told, long before", {"sales_end": None}, NOW, (55, 12, 43), Status.ON_SALE),
    ("an end that is not told, within the last hour", {"sales_end": None}, SOON, (55, 12, UNKNOWN), Status.UNKNOWN),
    ("the same, and it is not on sale", {"sales_end": None, "on_sale_status": "UNAVAILABLE"}, SOON, (55, 12, 0),
     Status.CLOSED),
    ("an end that is told", {"sales_end": "2025-06-06T00:00:00Z"}, SOON, (55, 12, 43), Status.ON_SALE),
    ("an end four days before it starts", {"sales_end": None, "sales_end_relative": {"relative_to_event": "start_time",
     "offset": 4 * 86400}}, NOW, (55, 12, UNKNOWN), Status.UNKNOWN),
    ("an end at its start", {"sales_end": None, "sales_end_relative": {"relative_to_event": "start_time", "offset": 0}},
     SOON, (55, 12, 43), Status.ON_SALE),
    ("an end that is nonsense", {"sales_end": None, "sales_end_relative": {"offset": "x"}}, NOW, (55, 12, 43),
     Status.ON_SALE),
    ("one left, and an order has two", {"quantity_sold": 54, "minimum_quantity": 2}, NOW, (55, 54, 0), Status.SOLD_OUT),
    ("two left, and an order has two", {"quantity_sold": 53, "minimum_quantity": "2"}, NOW, (55, 53, 2),
     Status.ON_SALE),
    ("an order has as many as nobody knows", {"minimum_quantity": "x"}, NOW, (55, 12, 43), Status.ON_SALE),
    ("an end that is a day alone", {"sales_end": "2025-06-03"}, NOW, (55, 12, 43), Status.ON_SALE),
    ("the same, within the last hour", {"sales_end": "2025-06-06"}, SOON, (55, 12, UNKNOWN), Status.UNKNOWN),
    ("sales that begin after their end", {"sales_start": "2025-06-09T00:00:00Z"}, NOW, (55, 12, UNKNOWN),
     Status.NOT_YET_ON_SALE),
    ("hides itself until a moment of its own", {"hidden_currently": True, "auto_hide_before": "2025-06-05T00:00:00Z"},
     NOW, (55, 12, 43), Status.NOT_YET_ON_SALE),
    ("is to hide itself no longer", {"hidden_currently": True, "auto_hide_before": "2025-06-01T00:00:00Z"}, NOW,
     (55, 12, UNKNOWN), Status.HIDDEN),
    ("hidden for good, whatever auto-hide does", {"hidden": True, "hidden_currently": True,
     "auto_hide_before": "2025-06-05T00:00:00Z"}, NOW, (55, 12, UNKNOWN), Status.HIDDEN),
    ("is shown, whatever it does later", {"hidden_currently": False, "auto_hide_before": "2025-06-05T00:00:00Z"}, NOW,
     (55, 12, 43), Status.ON_SALE),
    ("sold at the door alone", {"sales_channels": ["atd"]}, NOW, (55, 12, UNKNOWN), Status.UNKNOWN),
    ("sold at the door alone, and none is left", {"sales_channels": ["atd"], "quantity_sold": 55}, NOW, (55, 55, 0),
     Status.SOLD_OUT),
    ("sold at the door and online", {"sales_channels": ["atd", "Online"]}, NOW, (55, 12, 43), Status.ON_SALE),
    ("sold nowhere that is told", {"sales_channels": []}, NOW, (55, 12, 43), Status.ON_SALE),
    ("sold somewhere that is nonsense", {"sales_channels": "atd"}, NOW, (55, 12, 43), Status.ON_SALE),
    ("no tier", {"inventory_tier_id": ""}, NOW, (55, 12, 43), Status.ON_SALE),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fields", "now", "numbers", "status"), CLASSES, ids=[part[0] for part in CLASSES])
def test_of_a_class(name: str, fields: Json, now: dt.datetime, numbers: Numbers, status: Status) -> None:
    made = ticket_class(**{"sales_end": "2025-06-06T00:00:00Z", **fields})
    (listing,) = read(event(ticket_classes=[made]), now)
    reading, offer = listing.reading, listing.offer
    assert (shown(reading.capacity), shown(reading.sold), shown(offer.value)) == numbers
    assert listing.status is status
    assert bool(offer.unknown) == (numbers[2] == UNKNOWN)
    assert listing.id == "eb:1362389596959:3451654576"
    assert Flag.TIERED not in listing.flags


@pytest.mark.parametrize(("of", "until"), [("start_time", "17:00"), ("end_time", "19:00"), (None, "17:00")])
def test_an_end_that_is_told_by_its_distance_counts_from_that_time_of_the_event(of: str | None, until: str) -> None:
    made = ticket_class(sales_end=None, sales_end_relative={"relative_to_event": of, "offset": 2 * 3600})
    times = {
        name: {"timezone": "UTC", "utc": f"2025-06-06T{hour}:00:00Z"} for name, hour in (("start", 19), ("end", 21))
    }
    found = event_from(event(ticket_classes=[made], **times), [made])
    assert found.ticket_classes[0].may_end_at == dt.datetime.fromisoformat(f"2025-06-06T{until}:00+00:00")


@pytest.mark.parametrize(("donation", "category"), [(True, "donation"), (None, "admission")])
def test_a_class_that_tells_no_category_is_a_donation_or_sells_seats(donation: bool | None, category: str) -> None:
    made = ticket_class(category=None, donation=donation)
    found = event_from(event(ticket_classes=[made]), [made])
    assert found.ticket_classes[0].category == category


EVENTS: list[tuple[str, Json, object]] = [
    ("ids as numbers", {"id": 1362389596959, "series_id": 77}, 43),
    ("fewer than no places", {"capacity": -1, "capacity_is_custom": True}, UNKNOWN),
    ("no places, and no word whether that is a limit", {"capacity": 0, "capacity_is_custom": None}, UNKNOWN),
    ("no places, by its own word", {"capacity": 0, "capacity_is_custom": True}, 0),
    ("no places, which limits nothing", {"capacity": 0, "capacity_is_custom": False}, 43),
    ("a series as a whole", {"is_series_parent": True}, UNKNOWN),
    ("sold out as a whole", {"event_sales_status": {"sales_status": "sold_out"}}, UNKNOWN),
    ("in orders under way", {"event_sales_status": {"sales_status": "unavailable"}}, UNKNOWN),
    ("on sale as a whole", {"event_sales_status": {"sales_status": "on_sale"}}, 43),
    ("nothing available, by another word", {"ticket_availability": {"has_available_tickets": False}}, UNKNOWN),
    ("of which that is nonsense", {"ticket_availability": {"is_sold_out": "x"}, "event_sales_status": []}, 43),
    ("sold on another site", {"is_externally_ticketed": True}, UNKNOWN),
    ("sold on another site, by its kind", {"inventory_type": "externally_ticketed"}, UNKNOWN),
]


@pytest.mark.parametrize(("name", "fields", "offered"), EVENTS, ids=[part[0] for part in EVENTS])
def test_of_an_event(name: str, fields: Json, offered: object) -> None:
    (listing,) = read(event(**fields))
    assert shown(listing.offer.value) == offered
    assert (listing.id, listing.group) == ("eb:1362389596959:3451654576", "eb:77")


def test_a_class_that_stands_twice_is_one() -> None:
    (listing,) = read(event(ticket_classes=[ticket_class(), ticket_class()]))
    assert listing.reading.sold == 12
    with pytest.raises(Broken, match="occurs twice"):
        read(event(ticket_classes=[ticket_class(), ticket_class(quantity_sold=13)]))


def tiered(*classes: Json, **fields: object) -> Json:
    made = [ticket_class(str(n), inventory_tier_id="I1", **each) for n, each in enumerate(classes, 1)]
    return event(ticket_classes=made, **fields)


BARE: Json = {"capacity": None, "quantity_total": 100}
CAPPED: Json = {"capacity": 40, "quantity_total": 40}
TIERS: list[tuple[str, list[Json], Json | None, list[object]]] = [
    ("it has sold more than its classes", [BARE], {"quantity_total": 100, "quantity_sold": 90}, [10]),
    ("it has people in its checkout", [BARE], {"quantity_total": 100, "quantity_pending": 5}, [83]),
    ("it has sold fewer: stale", [BARE], {"quantity_total": 100, "quantity_sold": 3}, [88]),
    ("fewer than no places", [BARE], {"quantity_total": -1}, [88]),
    ("nobody tells it, and each class has its own limit", [CAPPED, CAPPED], None, [UNKNOWN, UNKNOWN]),
    ("nobody tells it, and one of them feels it", [CAPPED, {"capacity": 40, "quantity_total": 30}], None, [6, 6]),
    ("it is told", [CAPPED, CAPPED], {"quantity_total": 50}, [26, 26]),
    ("it has one class, with a limit of its own", [CAPPED], None, [28]),
]


@pytest.mark.parametrize(("name", "classes", "tier", "offered"), TIERS, ids=[part[0] for part in TIERS])
def test_of_a_tier(name: str, classes: list[Json], tier: Json | None, offered: list[object]) -> None:
    tiers = None if tier is None else [{"id": "I1", **tier}]
    assert [shown(listing.offer.value) for listing in read(tiered(*classes), tiers=tiers)] == offered


@pytest.mark.parametrize("told", [{"id": "I1"}, ["I1"], True, 1.5])
def test_a_class_whose_tier_is_told_in_another_way_is_not_taken_for_one_of_none(told: object) -> None:
    with pytest.raises(Broken, match="inventory_tier_id"):
        read(event(ticket_classes=[ticket_class(inventory_tier_id=told)]))


def test_a_tier_that_does_not_count_takes_nothing_from_the_event() -> None:
    upstairs = ticket_class("1", inventory_tier_id="I1", capacity=None, quantity_total=30, quantity_sold=10)
    floor = ticket_class("2", quantity_sold=5)
    body = event(ticket_classes=[upstairs, floor], capacity=20, capacity_is_custom=True)
    apart: Json = {"id": "I1", "quantity_total": 30, "count_against_event_capacity": False}
    assert [listing.reading.remaining for listing in read(body, tiers=[apart])] == [20, 15]
    assert [listing.reading.remaining for listing in read(body, tiers=[{**apart, "id": "I2"}])] == [5, 5]


@pytest.mark.parametrize(
    ("told", "left"),
    [({"quantity_available": -1}, None), ({"quantity_available": 10, "quantity_sold": -3}, 10)],
    ids=["uses in all", "uses so far"],
)
def test_fewer_than_no_uses_of_a_code_say_nothing(told: Json, left: int | None) -> None:
    (listed,) = codes_from([{"id": "7", "type": "access", **told}], "America/Toronto", of_one=True)
    assert listed.code.uses_left == left


# lists


def test_a_shop_that_tells_what_is_sold_is_not_silent() -> None:
    untold: Json = {"capacity": None, "quantity_total": None}
    settings = SimpleNamespace(eventbrite=object(), woocommerce=None)
    club = SimpleNamespace(wordpress=None, settings=settings, cache=SimpleNamespace(lost=False, failed=list))
    for sold, silent in ((12, 0), (None, 1)):
        listings = read(event(ticket_classes=[ticket_class(quantity_sold=sold, **untold)]))
        assert len(silent_parts(cast(Any, club), listings)) == silent


@pytest.mark.parametrize("told", ["many", 7.5, True, []])
async def test_a_number_of_nonsense_beside_a_list_is_as_good_as_none(told: Any) -> None:
    def answer(request: Any) -> Reply:
        coming = "live" in request.url.params["status"]
        return reply(page([event("1"), event("2")] if coming else [], object_count=told, page_count=told))

    eventbrite, _ = client(answer)
    found, failed = await eventbrite.events()
    assert (len(found), failed) == (2, [])


@pytest.mark.parametrize("more", ["maybe", [], {}, 2, "0", False], ids=repr)
@pytest.mark.parametrize("told", [True, False])
async def test_a_word_of_nonsense_on_whether_more_follows_is_as_good_as_none(more: Any, told: bool) -> None:
    pages = [page([event(ident)], has_more_items=more, object_count=1) for ident in ("1", "2")]
    if not told:
        pages = [{"events": [event(ident)], "pagination": more} for ident in ("1", "2")]
    eventbrite, shop = client(lists([reply(pages[0])], [reply(pages[1])]))
    found, failed = await eventbrite.events()
    assert ([each.id for each in found], failed, len(shop.requests)) == (["1", "2"], [], 2)


async def test_a_list_of_events_whose_ids_are_numbers() -> None:
    def answer(request: Any) -> Reply:
        coming = [event(str(n), id=n) for n in (1, 2)] if "live" in request.url.params["status"] else []
        return reply(page(coming, object_count=len(coming)))

    eventbrite, _ = client(answer)
    found, failed = await eventbrite.events()
    assert ([each.id for each in found], failed) == (["1", "2"], [])


async def test_what_is_no_event_is_told_in_plain_words() -> None:
    def answer(request: Any) -> Reply:
        return reply({"events": [None] if "live" in request.url.params["status"] else []})

    eventbrite, _ = client(answer)
    _, (failure,) = await eventbrite.events()
    assert failure.reason == "the answer is not made of names and values"


# one event


@pytest.mark.parametrize(
    "answer",
    [event("8"), event("8", ticket_classes=None), {"message": "no robots here"}, {}, [], None, event("5", id=None)],
    ids=["another", "another without its classes", "a firewall's", "nothing", "a list", "null", "of no event"],
)
async def test_an_answer_that_is_not_about_the_event_that_was_asked_for_is_none(answer: Any) -> None:
    """What a cache or a proxy keeps of another question: nothing is wrong with the event."""
    eventbrite, shop = client(lambda request: reply(answer))
    with pytest.raises(BadAnswer, match=r"Eventbrite, event 5: .* [Tt]ry again") as raised:
        await eventbrite.event("5")
    assert not is_of_one_thing(raised.value)
    assert len(shop.requests) == 1


async def test_an_event_is_the_one_that_was_asked_for_however_its_id_is_written() -> None:
    eventbrite, _ = client([reply(event("5", id=5))])
    assert (await eventbrite.event("5")).id == "5"


# advice


def denied(status: int, code: str = "NOT_AUTHORIZED") -> Reply:
    return reply({"status_code": status, "error": code, "error_description": "No."}, status)


DENIED: list[tuple[str, Reply, str]] = [
    ("a role that may not", denied(403), "Take the private token of a member whose role may do this"),
    ("no token", denied(401, "NO_AUTH"), "Check PRIVATE_TOKEN"),
    ("a wrong token", denied(401, "INVALID_AUTH"), "Check PRIVATE_TOKEN"),
    ("a token of nobody's", denied(401, "NOT_AUTH"), "Check PRIVATE_TOKEN"),
]


@pytest.mark.parametrize(("name", "answer", "advice"), DENIED, ids=[part[0] for part in DENIED])
async def test_what_is_denied_is_a_matter_of_the_token_or_of_the_role(name: str, answer: Reply, advice: str) -> None:
    for ask in (lambda eventbrite: eventbrite.events(), lambda eventbrite: eventbrite.event("5")):
        eventbrite, _ = client(lambda request: answer)
        with pytest.raises(AccessDenied, match=advice):
            await ask(eventbrite)
    eventbrite, _ = client(lambda request: answer, organization=None)
    with pytest.raises(AccessDenied, match="Check PRIVATE_TOKEN"):
        await eventbrite.events()
    if answer is not DENIED[0][1]:
        with pytest.raises(AccessDenied, match="Check PRIVATE_TOKEN"):
            await eventbrite.capacity_tier("5")


NOWHERE = reply({"status_code": 404, "error": "NOT_FOUND", "error_description": "The path does not exist."}, 404)


async def test_organizations_that_are_not_there_are_a_matter_of_the_address() -> None:
    eventbrite, _ = client(lambda request: NOWHERE, organization=None)
    with pytest.raises(NotThere, match="Check EVENTBRITE_API_URL"):
        await eventbrite.events()


async def test_a_list_that_is_not_there_although_the_organization_is_the_tokens_own() -> None:
    def answer(request: Any) -> Reply:
        if request.url.path.endswith("/organizations/"):
            return reply(page([{"id": "9", "name": "Ours"}], "organizations"))
        return NOWHERE

    for organization in ("9", None):
        eventbrite, _ = client(answer, organization=organization)
        with pytest.raises(NotThere, match="Try again") as caught:
            await eventbrite.events()
        assert "EVENTBRITE_ORGANIZATION_ID" not in str(caught.value), "it is right"


async def test_past_events_that_are_not_there_are_not_refreshed_by_refreshing() -> None:
    def answer(request: Any) -> Reply:
        return reply(page([event("1")])) if "live" in request.url.params["status"] else NOWHERE

    eventbrite, _ = client(answer)
    found, (failure,) = await eventbrite.events()
    assert len(found) == 1
    assert "Refresh the catalogue" not in failure.reason


# what is left of the hour


@pytest.mark.parametrize("zone", [{}, {"timezone": None}, {"timezone": "Mars/Base"}], ids=["none", "null", "unknown"])
def test_an_event_whose_zone_nobody_knows_is_on_the_day_that_it_tells(zone: Json) -> None:
    (listing,) = read(event(start={"utc": "2025-06-06T00:00:00Z", "local": "2025-06-05T20:00:00", **zone}))
    assert (listing.starts_at, listing.date) == (STARTS, dt.date(2025, 6, 5))
    assert listing.starts_at is not None
    assert listing.starts_at.hour == 20


def test_a_day_alone_is_no_time_at_which_an_event_begins() -> None:
    (listing,) = read(event(start={"timezone": "America/Toronto", "utc": "2025-06-06", "local": "2025-06-05T20:30:00"}))
    assert listing.starts_at == STARTS + dt.timedelta(minutes=30)
    (listing,) = read(event(start={"timezone": "America/Toronto", "utc": "2025-06-06", "local": "2025-06-05"}))
    assert (listing.starts_at, Flag.UNREADABLE_DATE in listing.flags) == (None, True)


@pytest.mark.parametrize("untold", ["quantity_sold", "capacity_sold", "quantity_pending"])
def test_what_is_sold_of_places_held_back_is_told_by_the_holds_where_the_sums_leave_it_out(untold: str) -> None:
    """Of eight places six are held back, and two of those are sold; one guest more has bought elsewhere."""
    hold = {"id": "H1", "quantity_total": 6, "quantity_sold": 2, "quantity_pending": 0}
    sums = {"capacity_total": 8, "quantity_total": 2, "capacity_sold": 3, "quantity_sold": 1}
    body: Json = {"capacity_pending": 0, "quantity_pending": 0, **sums, "holds": [hold]}
    del body[untold]
    assert capacity_tier_from(body, "5") == CapacityTier(0, 4, 1)


@pytest.mark.parametrize("more", [{}, {"quantity_pending": 0}, {"quantity_sold": 30}], ids=str)
def test_places_held_back_that_no_hold_names_stay_held_back_where_the_sums_leave_parts_out(more: Json) -> None:
    """Of 100 places buyers may have 60, of which 30 may be sold: what the one hold names is not all that is kept."""
    sums = {"capacity_total": 100, "quantity_total": 60, "capacity_sold": 30, "capacity_pending": 0}
    body: Json = {**sums, **more, "holds": [{"id": "H1", "quantity_total": 10, "quantity_sold": 0}]}
    assert capacity_tier_from(body, "5") == CapacityTier(0, 40, 30)
