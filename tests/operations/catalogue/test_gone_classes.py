"""A ticket class that people bought and Eventbrite tells no more keeps its place, and its guests their seats."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from brcc_tui.model.catalogue import Event, TicketClass
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.money.eventbrite import BoughtPlace
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.explain import explain
from brcc_tui.operations.catalogue.read import FEW_EVENTS, read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.platforms.errors import AccessDenied

GONE, STAYS = "eb:1:18", "eb:1:19"


def place(number: int, class_id: str = "18", **more: Any) -> BoughtPlace:
    return BoughtPlace(str(number), f"order {number}", class_id, None, "CAD", **more)


def two_classes(told: Event, **more: Any) -> Event:
    """The event with a second class, of which seven are sold."""
    second = TicketClass("18", told.id, "VIP", "admission", 20, 20, 7, "AVAILABLE", price="30.00", currency="CAD")
    return replace(told, ticket_classes=(replace(second, **more), *told.ticket_classes))


async def without_one(town: Any, make_event: Any, *bought: BoughtPlace, **more: Any) -> Event:
    """An event that is told with two classes, and at the next refresh with one of them."""
    one: Event = make_event(1)
    town.eventbrite.stored["1"] = two_classes(one, **more)
    await refresh(town.club)
    town.eventbrite.stored["1"] = one
    town.eventbrite.bought["1"] = [*bought]
    await refresh(town.club)
    return one


def cached(town: Any) -> dict[str, Listing]:
    return {listing.id: listing for listing in town.club.cache.listings()}


def show_of(town: Any, listing_id: str) -> Show:
    shows = programme(town.club, town.club.cache.listings()).shows
    return next(show for show in shows if listing_id in [listing.id for listing in show.listings])


async def test_a_class_that_is_told_no_more_is_lost_with_the_places_that_people_have(
    town: Any, make_event: Any
) -> None:
    places = (place(1), place(2), place(3, refunded=True), place(4, "19"))
    await without_one(town, make_event, *places)
    gone, stays = cached(town)[GONE], cached(town)[STAYS]
    assert (Flag.LOST in gone.flags, gone.reading.sold, gone.slot) == (True, 2, "VIP")
    assert isinstance(gone.reading.remaining, Unknown)
    assert "no longer lists this ticket class" in (gone.read_only_reason or "")
    assert (Flag.LOST in stays.flags, stays.reading.remaining) == (False, 43)
    show = show_of(town, STAYS)
    assert [(one.id, one.sold) for one in show.lost] == [(GONE, 2)]
    assert isinstance(show.free, Unknown)


async def test_it_is_where_its_event_is_now_and_ends_with_its_last_guest(town: Any, make_event: Any) -> None:
    one = await without_one(town, make_event, place(1))
    assert one.starts_at is not None
    town.eventbrite.stored["1"] = replace(one, name="Friday, moved", starts_at=one.starts_at + dt.timedelta(hours=2))
    await refresh(town.club)
    assert (cached(town)[GONE].title, cached(town)[GONE].starts_at) == (
        "Friday, moved",
        one.starts_at + dt.timedelta(hours=2),
    )
    town.eventbrite.bought["1"] = [place(1, cancelled=True), place(2, "19")]
    await refresh(town.club)
    assert GONE not in cached(town)
    assert show_of(town, STAYS).lost == ()


@pytest.mark.parametrize("events", [1, FEW_EVENTS + 1])
async def test_a_live_look_tells_what_became_of_it(town: Any, make_event: Any, events: int) -> None:
    town.eventbrite.stored |= {str(number): make_event(number) for number in range(2, events + 1)}
    await without_one(town, make_event, place(1))
    others = [f"eb:{number}:19" for number in range(2, events + 1)]
    gone, stays, *_ = await read_live(town.club, [GONE, STAYS, *others])
    assert (gone.id, isinstance(gone.reading.sold, Unknown), Flag.LOST in gone.flags) == (GONE, True, True)
    assert "no longer lists this ticket class" in (gone.offer.unknown or "")
    assert stays.reading.remaining == 43


async def test_it_is_explained_by_what_people_have_of_it(town: Any, make_event: Any) -> None:
    await without_one(town, make_event, place(1), place(2))
    answer = await explain(town.club, GONE)
    assert (answer.numbers["sold"][0], answer.flags) == (2, ("lost",))
    value, why = answer.numbers["remaining"]
    assert (value, why in answer.notes) == (None, True)
    assert "no longer lists this ticket class" in why


async def test_one_that_is_told_again_is_as_it_is_told(town: Any, make_event: Any) -> None:
    one = await without_one(town, make_event, place(1))
    town.eventbrite.stored["1"] = two_classes(one)
    await refresh(town.club)
    assert (Flag.LOST in cached(town)[GONE].flags, cached(town)[GONE].reading.remaining) == (False, 13)


@pytest.mark.parametrize("many", [20, 21])
async def test_an_answer_without_any_classes_does_not_take_the_hours_calls(
    town: Any, make_event: Any, many: int
) -> None:
    events = {str(number): make_event(number) for number in range(100, 100 + many)}
    town.eventbrite.stored = dict(events)
    await refresh(town.club)
    town.eventbrite.stored = {name: replace(event, ticket_classes=()) for name, event in events.items()}
    town.eventbrite.bought = {name: [place(1, f"{name}9")] for name in events}
    await refresh(town.club)
    lost = [each for each in cached(town).values() if each.id.startswith("eb:1") and Flag.LOST in each.flags]
    assert len(lost) == many
    assert {isinstance(each.reading.sold, Unknown) for each in lost} == {many > 20}


@pytest.mark.parametrize("why", ["denied", "of no class"])
async def test_where_nobody_tells_who_has_a_place_nobody_knows_how_many(town: Any, make_event: Any, why: str) -> None:
    if why == "denied":
        town.eventbrite.app_error["attendees"] = AccessDenied("access is denied")
    await without_one(town, make_event, place(1), place(2, ""))
    sold = cached(town)[GONE].reading.sold
    assert isinstance(sold, Unknown)
    assert ("denied" if why == "denied" else "which ticket class") in sold.reason
    assert isinstance(show_of(town, STAYS).sold, Unknown)


@pytest.mark.parametrize(
    "more", [{"quantity_sold": 0}, {"category": "add_on"}, {"donation": True}], ids=["unsold", "add-on", "donation"]
)
async def test_nobody_misses_what_took_no_seat(town: Any, make_event: Any, more: dict[str, object]) -> None:
    await without_one(town, make_event, place(1), **more)
    assert GONE not in cached(town)
    assert "attendees 1" not in town.eventbrite.asked


async def test_nobody_misses_it_once_its_event_is_over(town: Any, make_event: Any) -> None:
    await without_one(town, make_event, place(1))
    town.clock.at += dt.timedelta(days=7)
    await refresh(town.club)
    assert GONE not in cached(town)


async def test_it_stays_lost_while_its_event_cannot_be_read(town: Any, make_event: Any) -> None:
    one = await without_one(town, make_event, place(1))
    town.eventbrite.broken = [Failure("eb:1", "Friday Night", "it cannot be understood")]
    del town.eventbrite.stored["1"]
    await refresh(town.club)
    assert [Flag.LOST in cached(town)[name].flags for name in (GONE, STAYS)] == [True, True]
    town.eventbrite.broken = []
    town.eventbrite.stored["1"] = one
    await refresh(town.club)
    assert [Flag.LOST in cached(town)[name].flags for name in (GONE, STAYS)] == [True, False]


async def test_so_does_one_that_an_earlier_version_found_and_called_otherwise(town: Any, make_event: Any) -> None:
    await without_one(town, make_event, place(1))
    town.club.cache.remember([replace(cached(town)[GONE], read_only_reason="it is told no more")], town.clock.now())
    assert cached(town)[GONE].read_only_reason == "it is told no more"
    del town.eventbrite.stored["1"]
    town.eventbrite.broken = [Failure("eb:1", "Friday Night", "it cannot be understood")]
    await refresh(town.club)
    assert [listing.id for listing in town.club.cache.listings()].count(GONE) == 1
    assert Flag.LOST in cached(town)[GONE].flags
    assert cached(town)[GONE].reading.sold == 1


async def test_a_damaged_catalogue_keeps_no_refresh_from_reading(town: Any) -> None:
    await refresh(town.club)
    database = sqlite3.connect(town.club.cache.path)
    with database:
        database.execute("UPDATE listings SET sold = 3 WHERE id = ?", [STAYS])
    database.close()
    assert (await refresh(town.club)).failed == ()
    assert cached(town)[STAYS].reading.sold == 12
