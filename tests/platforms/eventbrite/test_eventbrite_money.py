"""Eventbrite's attendees and sales reports: as documented and as recorded, refused without their contents."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import pytest

from brcc_tui.platforms.errors import BadAnswer
from brcc_tui.platforms.eventbrite.money import attendees, report_from, sales_report
from brcc_tui.platforms.http.answer_shapes import Broken
from brcc_tui.platforms.http.client import Call
from tests.platforms.eventbrite.recorded_eventbrite import client
from tests.platforms.scripted_shop import reply

TOTALS = {"currency": "CAD", "gross": "5071.97", "net": "4569.28", "quantity": 249, "fees": "502.69"}


def test_a_report_as_it_was_recorded() -> None:
    found = report_from({"totals": TOTALS}, by_day=False)
    assert (found.gross, found.net, found.fees) == (Decimal("5071.97"), Decimal("4569.28"), Decimal("502.69"))
    assert (found.currency, found.quantity) == ("CAD", 249)


SPELLINGS: dict[str, dict[str, Any]] = {
    "with a Z": {"date": "2026-11-02T00:00:00Z"},
    "without one": {"date": "2026-11-02T00:00:00"},
    "a day alone": {"date": "2026-11-02"},
    "the event's own calendar goes first": {"date": "2026-11-03T03:00:00Z", "date_localized": "2026-11-02T00:00:00"},
    "a localized date of another kind": {"date": "2026-11-02T00:00:00Z", "date_localized": None},
}


@pytest.mark.parametrize("day", SPELLINGS.values(), ids=list(SPELLINGS))
@pytest.mark.parametrize("quantity", [2, "2", "2.00", {"major_value": "2"}])
def test_a_day_however_it_is_written(day: dict[str, Any], quantity: Any) -> None:
    data = {"totals": {**TOTALS, "quantity": 2}, "data": [{**day, "totals": {"quantity": quantity}}]}
    assert report_from(data, by_day=True).days == {dt.date(2026, 11, 2): 2}


WRONG: dict[str, Any] = {
    "no totals": {"data": []},
    "a list": [],
    "days that are a text": {"totals": TOTALS, "data": "none"},
    "no days": {"totals": TOTALS},
    "days that are a number": {"totals": TOTALS, "data": 0},
    "a day without its date": {"totals": TOTALS, "data": [{"totals": {"quantity": 1}}]},
    "a day without its quantity": {"totals": TOTALS, "data": [{"date": "2026-11-02", "totals": {}}]},
    "half a ticket": {"totals": TOTALS, "data": [{"date": "2026-11-02", "totals": {"quantity": "1.5"}}]},
    "more on its days than in all": {"totals": TOTALS, "data": [{"date": "2026-11-02", "totals": {"quantity": 250}}]},
    "sales, and no day of one": {"totals": TOTALS, "data": []},
}


@pytest.mark.parametrize("data", WRONG.values(), ids=list(WRONG))
def test_what_is_no_report_is_none(data: Any) -> None:
    with pytest.raises(Broken):
        report_from(data, by_day=True)


@pytest.mark.parametrize(("whole", "untold"), [(249, 0), (252, 3), (None, None)])
def test_how_many_are_of_no_day_that_came_is_told(whole: int | None, untold: int | None) -> None:
    day = {"date": "2026-11-02", "totals": {"quantity": 249}}
    found = report_from({"totals": {**TOTALS, "quantity": whole}, "data": [day]}, by_day=True)
    assert (found.days, found.untold) == ({dt.date(2026, 11, 2): 249}, untold)


def test_a_currency_is_a_text_that_every_file_takes() -> None:
    """Half of a letter was none to SQLite, and no report could be kept."""
    found = report_from({"totals": {**TOTALS, "currency": "CAD\ud800"}}, by_day=False)
    assert found.currency.encode() == b"CAD?"


def test_an_amount_that_is_not_told_is_unknown() -> None:
    found = report_from({"totals": {"currency": "CAD", "gross": None, "net": "n/a", "fees": True}}, by_day=False)
    assert (found.gross, found.net, found.fees, found.quantity) == (None, None, None, None)


@pytest.mark.parametrize(
    ("told", "is_its"),
    [(told, True) for told in (None, [], ["9"], [9], "9", 9)]
    + [(told, False) for told in (["8"], [8], "8", 8, ["9", "8"], "8, 9")],
)
async def test_sales_of_other_events_are_none_of_this_one(told: Any, is_its: bool) -> None:
    async def read(call: Call, ahead: int) -> object:
        return {"event_ids": told, "totals": TOTALS}

    with nullcontext() if is_its else pytest.raises(BadAnswer, match="of other events"):
        assert (await sales_report(read, "1", "9", by_day=False)).quantity == 249


def attendee(n: int, **more: Any) -> dict[str, Any]:
    return {
        "id": str(n), "order_id": "77", "ticket_class_id": "5", "refunded": False, "cancelled": False,
        "status": "Attending", "created": "2026-11-02T18:00:00Z",
        "costs": {"gross": {"currency": "CAD", "value": 1500, "major_value": "15.00"}},
        "profile": {"name": "Greta Holm", "email": "greta@example.com"}, **more,
    }  # fmt: skip


def reader(*items: Any, count: int | None = None):
    async def read(call: Call, ahead: int) -> object:
        told = {"object_count": len(items) if count is None else count, "page_count": 1, "has_more_items": False}
        return {"attendees": list(items), "pagination": told}

    return read


async def test_attendees_without_names_hold_no_person() -> None:
    (place,) = await attendees(reader(attendee(1)), "9", names=False)
    assert (place.gross, place.currency, place.person) == (Decimal("15.00"), "CAD", None)
    assert (place.class_id, place.order_id) == ("5", "77")
    assert "Greta" not in repr(place)
    (place,) = await attendees(reader(attendee(1)), "9", names=True)
    assert place.person is not None
    assert (place.person.name, place.person.email) == ("Greta Holm", "greta@example.com")


async def test_what_was_given_back_is_told_and_takes_no_place_at_the_door() -> None:
    given = [attendee(1, refunded=True), attendee(2, cancelled=True), attendee(3), attendee(4, refunded=None)]
    found = await attendees(reader(*given), "9", names=False)
    assert [(place.refunded, place.cancelled) for place in found] == [
        (True, False), (False, True), (False, False), (False, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ({"first_name": "Greta", "last_name": "Holm"}, "Greta Holm"),
        ({"first_name": "Greta"}, "Greta"),
        ({"name": "", "last_name": "Holm"}, "Holm"),
        (None, ""),
    ],
)
async def test_a_guest_is_found_at_the_door_by_as_much_of_the_name_as_is_told(profile: Any, name: str) -> None:
    (place,) = await attendees(reader(attendee(1, profile=profile)), "9", names=True)
    assert place.person is not None
    assert place.person.name == name


@pytest.mark.parametrize("broken", [attendee(2, order_id=None), "Greta Holm", {"profile": {"name": "Greta Holm"}}])
async def test_one_that_cannot_be_read_is_told_without_its_contents(broken: Any) -> None:
    with pytest.raises(BadAnswer) as told:
        await attendees(reader(attendee(1), broken), "9", names=True)
    assert "Greta" not in str(told.value)


async def test_guests_of_another_event_are_none_of_this_one() -> None:
    found = await attendees(reader(attendee(1, event_id="9"), attendee(2, event_id=9)), "9", names=False)
    assert len(found) == 2
    with pytest.raises(BadAnswer, match="of another event"):
        await attendees(reader(attendee(1, event_id="8")), "9", names=True)


@pytest.mark.parametrize(("yes", "no"), [(True, False), ("true", "false"), (1, 0), ("True", None)])
async def test_ids_and_flags_however_they_are_written(yes: Any, no: Any) -> None:
    """As events and their classes are read."""
    kinds = [{"refunded": yes}, {"cancelled": yes}, {"refunded": no, "cancelled": no}, {"cancelled": "perhaps"}]
    numbers = [attendee(n, id=n, order_id=77, ticket_class_id=5, **more) for n, more in enumerate(kinds)]
    places = await attendees(reader(*numbers), "9", names=False)
    assert [(place.id, place.order_id, place.class_id) for place in places] == [(str(n), "77", "5") for n in range(4)]
    assert [place.is_valid for place in places] == [False, False, True, True]


async def test_a_part_of_the_list_is_none() -> None:
    with pytest.raises(BadAnswer):
        await attendees(reader(attendee(1), count=3), "9", names=False)


async def test_costs_that_are_not_told_are_unknown() -> None:
    (place,) = await attendees(reader(attendee(1, costs=None)), "9", names=False)
    assert place.gross is None


SPELLED: dict[str, Any] = {
    "an object": {"gross": {"currency": "CAD", "value": 1234, "major_value": "12.34"}},
    "a text": {"gross": "12.34"},
    "a number": {"gross": 12.34},
}


@pytest.mark.parametrize("costs", SPELLED.values(), ids=list(SPELLED))
async def test_an_amount_however_it_is_written(costs: Any) -> None:
    (place,) = await attendees(reader(attendee(1, costs=costs)), "9", names=False)
    assert place.gross == Decimal("12.34")


@pytest.mark.parametrize(
    "costs", [{}, {"gross": None}, {"gross": {"currency": "CAD"}}, {"gross": True}, {"gross": "free"}, "12.34", []]
)
async def test_what_is_no_amount_is_not_nothing(costs: Any) -> None:
    (place,) = await attendees(reader(attendee(1, costs=costs)), "9", names=False)
    assert place.gross is None


@pytest.mark.parametrize("ask", ["report", "attendees"])
async def test_what_is_not_told_of_an_event_does_not_say_that_the_event_is_gone(ask: str) -> None:
    missing = reply({"error": "NOT_FOUND", "error_description": "The path does not exist."}, 404)
    eventbrite, _ = client(lambda request: missing)
    with pytest.raises(BadAnswer, match="The path does not exist"):
        await (eventbrite.sales_report("5") if ask == "report" else eventbrite.attendees("5"))
