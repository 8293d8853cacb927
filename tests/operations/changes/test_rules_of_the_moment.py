"""What is said of a night between a plan and its write, and what moved away from it, counts at the write."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

import pytest

from brcc_tui.model.changes.plan import Danger, Outcome
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from tests.operations.changes.fake_wire import VirtualClock
from tests.operations.changes.nights import CELL, CLASS, Cache, planned, the_show, world
from tests.operations.changes.operators import Operator, World, go
from tests.operations.changes.virtual_time import run


def say(desk: Operator, **rules: Mapping[str, object]) -> None:
    house = cast("Any", desk.club.venue)
    house.now = dataclasses.replace(house.now, **rules)


async def offered_and_free(club: World, mode: Mode) -> tuple[int, int]:
    show = await the_show(club)
    offers = [cast("int", listing.offer.value) for listing in show.listings]
    return (sum(offers) if mode is Mode.SPLIT else max(offers)), cast("int", show.free)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("late", [False, True], ids=["before the plan", "after it"])
def test_a_night_of_fewer_seats_than_its_room_is_never_sold_beyond_them(mode: Mode, late: bool) -> None:
    """Sales beyond a share since the plan leave less than was confirmed to the rest of the show."""

    async def story() -> None:
        club = world(45, 5, 20)
        if not late:
            say(club.us, seats_of={CLASS: 40})
        plan = await planned(club, mode)
        say(club.us, seats_of={CLASS: 40})
        go(club.shop.sale(CELL, 20))
        await club.us.apply(plan)
        offered, free = await offered_and_free(club, mode)
        assert free == 40 - 5 - 20
        refused = late and mode is Mode.MIRROR  # the plan itself goes beyond what the night has by now
        assert (offered <= free) is not refused
        assert bool(club.eventbrite.requests) is not refused

    run(story())


@pytest.mark.parametrize(
    "rules", [{"room_of": {CLASS: "cellar"}}, {"is_seat": {CLASS: False}}], ids=["another room", "no seat"]
)
def test_what_sells_another_show_by_now_stops_the_sync_of_the_one_it_was_in(rules: Mapping[str, Any]) -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await planned(club)
        say(club.us, **rules)
        result = await club.us.apply(plan)
        assert {change.outcome for change in result.changes} == {Outcome.REFUSED}
        assert f"{CLASS} sells no seats of this show any more" in result.changes[0].reason
        assert (club.eventbrite.requests, club.shop.requests) == ([], [])

    run(story())


@pytest.mark.parametrize("late", [False, True], ids=["before the plan", "after it"])
def test_a_night_of_fewer_seats_is_known_by_any_of_its_listings(late: bool) -> None:
    """They were said of the date, before the ticket class came."""

    async def story() -> None:
        club = world(30, 5, 20)
        await planned(club)  # the catalogue knows both
        if not late:
            say(club.us, seats_of={CELL: 40})
        plan = await club.us.plan((CLASS, 50))
        say(club.us, seats_of={CELL: 40})
        assert (Danger.BEYOND_ROOM in plan.changes[0].dangers) is not late
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is (Outcome.CONFLICT if late else Outcome.SETTLED)

    run(story())


FOUND = "eb:124:789 sells seats of this show since the plan"
LOST = "it is no longer known what else sells seats of this show"


@pytest.mark.parametrize(
    "why", [FOUND, LOST, None], ids=["a refresh found it", "the catalogue was lost", "nothing was listed since"]
)
def test_what_a_refresh_found_since_the_plan_stops_the_sync_of_its_show(why: str | None) -> None:
    """Somebody moved another event to this night: what it has sold takes seats of the same room."""

    async def story() -> None:
        club = world(40, 5, 30)
        plan = await planned(club)
        club.eventbrite.add("124", {"789": (55, 40)})
        moved = (await DecisionReader(club.us.club).look(subject_of("eb:124:789"))).listings["eb:124:789"]
        cache = cast("Cache", club.us.club.cache)
        cache._listings = (*cache._listings, moved)
        if why is not None:
            cache.read_at = VirtualClock().now if why is FOUND else lambda: None  # type: ignore[assignment, method-assign]
        result = await club.us.apply(plan)
        assert {change.outcome for change in result.changes} == {Outcome.REFUSED if why else Outcome.SETTLED}
        if why is not None:
            assert why in result.changes[0].reason
            assert (club.eventbrite.requests, club.shop.requests) == ([], [])

    run(story())
