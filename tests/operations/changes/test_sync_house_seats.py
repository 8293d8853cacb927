"""A sync and the house's own seats: they are never offered, also where another desk kept them a moment ago."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

import pytest

from brcc_tui.model.changes.plan import Danger
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.model.shows.show import HouseSeats
from tests.operations.changes.nights import CELL, CLASS, planned, the_show, world
from tests.operations.changes.operators import Operator
from tests.operations.changes.virtual_time import run

TONIGHT = "2026-11-27T20:00@main"


def say(desk: Operator, seats: int) -> None:
    house = cast("Any", desk.club.venue)
    house.now = dataclasses.replace(house.now, held_back={TONIGHT: HouseSeats(seats)})


@pytest.mark.parametrize("mode", Mode)
def test_house_seats_are_never_offered(mode: Mode) -> None:
    async def story() -> None:
        club = world(30, 10, 20)
        say(club.us, 5)
        plan = await planned(club, mode)
        await club.us.apply(plan)
        show = await the_show(club)
        assert show.held_back == 5
        assert isinstance(show.free, int)
        offers = [listing.offer.value for listing in show.listings]
        assert (sum(offers) if mode is Mode.SPLIT else max(offers)) == show.free  # type: ignore[type-var]

    run(story())


@pytest.mark.parametrize("mode", Mode)
def test_what_another_desk_keeps_after_the_plan_is_not_sold_by_it(mode: Mode) -> None:
    async def story() -> None:
        club = world(20, 10, 10)
        plan = await planned(club, mode)
        say(club.us, 8)
        await club.us.apply(plan)
        show = await the_show(club)
        assert isinstance(show.free, int)
        offers = [listing.offer.value for listing in show.listings]
        assert (sum(offers) if mode is Mode.SPLIT else max(offers)) <= show.free  # type: ignore[type-var, operator]

    run(story())


def test_what_another_desk_gives_up_after_the_plan_raises_nothing_beyond_it() -> None:
    async def story() -> None:
        club = world(20, 10, 10)
        say(club.us, 8)
        plan = await planned(club)
        wanted = {change.listing.id: change.after.capacity for change in plan.changes}
        say(club.us, 0)
        result = await club.us.apply(plan)
        for change in result.changes:
            assert change.reading.capacity == wanted[change.listing_id]

    run(story())


def test_a_capacity_beyond_what_the_house_leaves_is_a_danger_and_says_why() -> None:
    async def story() -> None:
        club = world(30, 10, 20)
        assert not (await club.us.plan((CELL, 52))).changes[0].dangers
        say(club.us, 5)
        (change,) = (await club.us.plan((CLASS, 52))).changes
        assert Danger.BEYOND_ROOM in change.dangers
        assert "52 is more than the room has for sale: 5 of its 55 seats are held back" in change.warnings

    run(story())
