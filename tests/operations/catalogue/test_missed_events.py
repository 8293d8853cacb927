"""An event that the list tells no more is asked for by itself: a list can lack one, and be whole by its own count."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.wholeness import Shortfall
from brcc_tui.operations.catalogue.read import FEW_EVENTS, read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.diagnostics.check import Condition
from brcc_tui.operations.diagnostics.health import check_health
from brcc_tui.platforms.errors import BadAnswer

MISSED = "eb:2:29"


async def without_the_second(town: Any, **more: Any) -> tuple[Failure, ...]:
    """A refresh whose list tells the first event alone; what it could not read."""
    await refresh(town.club)
    left_out = replace(town.eventbrite.stored.pop("2"), **more)
    town.eventbrite.unlisted = {"2": left_out}
    failed: tuple[Failure, ...] = (await refresh(town.club)).failed
    return failed


def cached(town: Any) -> dict[str, Listing]:
    return {listing.id: listing for listing in town.club.cache.listings(platform=Platform.EVENTBRITE)}


async def test_an_event_that_the_list_left_out_is_as_it_tells_itself(town: Any, make_event: Any) -> None:
    sold = make_event(2, sold=31).ticket_classes
    assert await without_the_second(town, ticket_classes=sold) == ()
    assert (cached(town)[MISSED].reading.sold, Flag.LOST in cached(town)[MISSED].flags) == (31, False)


@pytest.mark.parametrize("became", ["canceled", "deleted", "nothing"])
async def test_one_that_was_cancelled_or_deleted_is_gone(town: Any, became: str) -> None:
    await without_the_second(town, status=became)
    if became == "nothing":
        town.eventbrite.unlisted = {}
        await refresh(town.club)
    assert MISSED not in cached(town)
    asked = town.eventbrite.asked.count("event 2")
    assert (await refresh(town.club)).failed == ()
    assert town.eventbrite.asked.count("event 2") == asked, "nobody asks for it again"


@pytest.mark.parametrize(("whose", "stays"), [(None, True), ("1", True), ("2", False)])
async def test_one_of_another_organization_is_gone(town: Any, whose: str | None, stays: bool) -> None:
    """The settings named that one before: Eventbrite tells its events to anybody who asks for one by its id."""
    assert await without_the_second(town, organization=whose) == ()
    assert (MISSED in cached(town)) is stays


async def test_nobody_asks_for_events_that_were_read_of_another_organization(town: Any, make_event: Any) -> None:
    """The token was another's until now: of so many only some would be let go of at each refresh."""
    others = {str(number): replace(make_event(number), organization="2") for number in range(100, 124)}
    town.eventbrite.stored |= others
    await refresh(town.club)
    for number in others:
        town.eventbrite.unlisted[number] = town.eventbrite.stored.pop(number)
    town.eventbrite.asked.clear()
    assert (await refresh(town.club)).failed == ()
    assert not [question for question in town.eventbrite.asked if question.startswith(("event ", "24 "))]
    assert {id_.split(":")[1] for id_ in cached(town)} == {"1", "2"}


async def test_one_of_which_nobody_answers_is_lost_until_somebody_does(town: Any) -> None:
    town.eventbrite.app_error["event 2"] = silent = BadAnswer("the shop answered 500")
    silent.status = 500
    (failure,) = await without_the_second(town)
    assert (failure.id, "answered 500" in failure.reason) == ("eb:2", True)
    lost = cached(town)[MISSED]
    assert (Flag.LOST in lost.flags, isinstance(lost.reading.sold, Unknown)) == (True, True)
    shows = programme(town.club, town.club.cache.listings()).shows
    assert [one.id for show in shows for one in show.lost] == [MISSED]
    town.eventbrite.app_error.clear()
    assert (await refresh(town.club)).failed == ()
    assert cached(town)[MISSED].reading.sold == 12


async def test_nobody_asks_for_what_is_over_or_did_not_come_with_a_part_of_the_list(town: Any) -> None:
    town.eventbrite.broken = [Failure("eventbrite", "Eventbrite", "a part of it did not come")]
    await without_the_second(town)
    assert MISSED in cached(town)
    town.eventbrite.broken = []
    town.clock.at += dt.timedelta(days=60)
    await refresh(town.club)
    assert MISSED not in cached(town)
    assert "event 2" not in town.eventbrite.asked


NO_PAST = Failure("eventbrite", "Eventbrite, past events", "the shop refused")
PAST_SHORT = Shortfall("the list of past events", 1, 2, "no more pages").failure("eventbrite", NO_PAST.title)


@pytest.mark.parametrize("of_past", [NO_PAST, PAST_SHORT], ids=["refused", "came short"])
async def test_a_show_that_the_whole_list_of_coming_ones_lacks_is_asked_for_while_past_ones_are_not_told(
    town: Any, make_event: Any, of_past: Failure
) -> None:
    """Eventbrite may refuse the list of past events for good: what it has cancelled would be on sale here for ever."""
    names = {"3": "over", "4": "cancelled", "5": "deleted", "6": "left out"}
    town.eventbrite.stored |= {number: make_event(int(number), day=28) for number in names}
    town.eventbrite.stored["3"] = replace(make_event(3), starts_at=town.clock.at - dt.timedelta(days=9), ends_at=None)
    await refresh(town.club)
    gone = {number: town.eventbrite.stored.pop(number) for number in names}
    town.eventbrite.unlisted = {"4": replace(gone["4"], status="canceled"), "6": gone["6"]}
    town.eventbrite.broken = [of_past]
    town.eventbrite.asked.clear()
    assert (await refresh(town.club)).failed == (of_past,)
    assert {listing_id.split(":")[1] for listing_id in cached(town)} == {"1", "2", "3", "6"}
    assert {event.id for event in town.club.cache.catalogue().events} == {"1", "2", "3", "6"}
    assert "event 3" not in town.eventbrite.asked
    condition = (await check_health(town.club)).checks["cache_status"]
    assert (condition.status, of_past.title in condition.detail) == (Condition.DEGRADED, True)


async def test_that_past_events_are_not_told_is_no_reason_why_one_to_come_was_not(town: Any, make_event: Any) -> None:
    numbers = range(1, FEW_EVENTS + 3)
    town.eventbrite.stored = {str(n): make_event(n) for n in numbers}
    town.eventbrite.stored["3"] = replace(make_event(3), starts_at=town.clock.at - dt.timedelta(days=9), ends_at=None)
    await refresh(town.club)
    for gone in "23":
        del town.eventbrite.stored[gone]
    town.eventbrite.broken = [NO_PAST]
    found = {listing.id: listing for listing in await read_live(town.club, [f"eb:{n}:{n}9" for n in numbers])}
    assert "not among what the shop lists" in found[MISSED].reading.unknowns()["sold"]
    assert found["eb:3:39"].reading.unknowns()["sold"] == NO_PAST.reason


@pytest.mark.parametrize("cancelled", [24, 3])
async def test_of_many_a_list_of_their_ids_tells_which_were_cancelled(
    town: Any, make_event: Any, cancelled: int
) -> None:
    numbers = range(100, 124)
    town.eventbrite.stored |= {str(number): make_event(number) for number in numbers}
    await refresh(town.club)
    for place, number in enumerate(numbers):
        event = town.eventbrite.stored.pop(str(number))
        town.eventbrite.unlisted[str(number)] = replace(event, status="canceled") if place < cancelled else event
    town.eventbrite.asked.clear()
    failed = (await refresh(town.club)).failed
    assert "24 events" in town.eventbrite.asked
    assert sum(question.startswith("event ") for question in town.eventbrite.asked) == (20 if cancelled == 3 else 0)
    assert len(cached(town)) == 2 + 24 - cancelled
    assert [failure.id for failure in failed] == (["eb:123"] if cancelled == 3 else [])
