"""From a wish to a change: what an older number of Eventbrite's, a sync, and what was done before have to say to it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Danger, Outcome, Plan
from tests.operations.changes.fake_wire import Killed
from tests.operations.changes.guard_world import CELL, CLASS, SINGLE, world
from tests.operations.changes.operators import World
from tests.operations.changes.race_world import mirror
from tests.operations.changes.test_heal import A, B, overwrite
from tests.operations.changes.test_heal import world as three_dates
from tests.operations.changes.test_recovery import die, rise
from tests.operations.changes.virtual_time import run


def refusals(plan: Plan) -> list[str]:
    return [refusal.code.value for refusal in plan.refused]


async def changed_twice(club: World, *, answered: bool) -> tuple[str, str]:
    """Two changes of the class, of which Eventbrite's readings do not show the second one yet."""
    (first,) = (await club.us.set((CLASS, 28))).changes
    await asyncio.sleep(3600)
    club.eventbrite.lag = 300.0
    if answered:
        await club.us.set((CLASS, 20))
    else:
        club.us.wire.after["set_capacity"].append(lambda: die(club.us))
        with pytest.raises(Killed):
            await club.us.set((CLASS, 20))
        rise(club)
    latest, *_ = club.us.journal.entries(listing=CLASS, limit=1)
    return first.entry or "", latest.id


@pytest.mark.parametrize(
    ("answered", "follows_the_latest", "may"),
    [(False, True, True), (False, False, False), (True, True, False)],
    ids=["that very change, never answered", "another change", "a change that was answered"],
)
def test_only_a_change_without_an_answer_is_taken_up_on_an_older_number(
    answered: bool, follows_the_latest: bool, may: bool
) -> None:
    async def story() -> None:
        club = world()
        first, latest = await changed_twice(club, answered=answered)
        wish = ChangeRequest(CLASS, Action.SET, 25, follows=latest if follows_the_latest else first)
        plan = await club.same_folder().plan(wish)  # another process, without the waypoint
        assert refusals(plan) == ([] if may else ["sold_unknown"])

    run(story())


def test_a_sync_sets_no_number_of_what_sells_without_regard_to_it() -> None:
    async def story() -> None:
        club = world()
        club.shop.products[31907].backorders = "yes"
        assert refusals(await club.us.plan((SINGLE, 35), rules=[mirror(SINGLE)])) == ["backorders"]
        assert refusals(await club.us.plan((SINGLE, 35))) == []

    run(story())


def test_the_number_to_which_the_shop_moved_it_is_still_to_be_set() -> None:
    """Then it counts as set here, and the shop's next losses are told from it."""

    async def story() -> None:
        club = await three_dates()
        overwrite(club, A, B)
        await asyncio.sleep(400)
        assert club.implied(A) == 41
        (change,) = (await club.us.plan((A, 41))).changes
        assert (change.before.capacity, change.capacity, change.base) == (41, 41, 40)
        (done,) = (await club.us.set((A, 41))).changes
        assert done.outcome is Outcome.SETTLED
        assert refusals(await club.us.plan((A, 41))) == ["no_change"]

    run(story())


NONE: frozenset[Danger] = frozenset()


@pytest.mark.parametrize(
    ("wish", "dangers"),
    [
        (ChangeRequest(CELL, Action.SET, 55), NONE),
        (ChangeRequest(CELL, Action.SET, 56), {Danger.BEYOND_ROOM}),
        (ChangeRequest(CELL, Action.CLOSE), {Danger.CLOSES_SALES}),
        (ChangeRequest(CLASS, Action.SET, 10), {Danger.CLOSES_SALES}),
        (ChangeRequest("eb:124:456", Action.CLOSE), {Danger.HIDES, Danger.CLOSES_SALES}),
        (ChangeRequest("wc:4062:aaa:ddd", Action.SET, 5), {Danger.FROM_ZERO}),
        (ChangeRequest("wc:4062:aaa:eee", Action.SET, 5), {Danger.FROM_UNLIMITED}),
    ],
    ids=lambda each: each.listing_id + each.action.value if isinstance(each, ChangeRequest) else "",
)
def test_what_a_person_must_look_at_twice(wish: ChangeRequest, dangers: frozenset[Danger]) -> None:
    async def story() -> None:
        club = world()
        club.shop.add_bookings(4062, {("aaa", "ddd"): 0, ("aaa", "eee"): ""}, name="Saturday")
        club.eventbrite.add("124", {"456": (60, 0)})
        (change,) = (await club.us.plan(wish)).changes
        assert set(change.dangers) == dangers

    run(story())


def test_what_is_no_seat_is_measured_by_no_room() -> None:
    """Nor by what its event may sell: neither counts shirts."""

    async def story() -> None:
        club = world()
        club.eventbrite.add("124", {"456": (50, 3)}, capacity=50)
        club.eventbrite.change("124", "456", category="add_on")
        (change,) = (await club.us.plan(("eb:124:456", 90))).changes
        assert (change.dangers, change.warnings, change.after.remaining) == ((), (), 87)
        (done,) = (await club.us.set(("eb:124:456", 90))).changes
        assert done.outcome is Outcome.SETTLED

    run(story())


LONG_AGO = dt.datetime(2024, 1, 5, 1, tzinfo=dt.UTC)


def elsewhere(club: World, **event: object) -> None:
    for name, value in event.items():
        setattr(club.eventbrite.events["123"], name, value)


def none_at(club: World, threshold: int) -> None:
    club.shop.site = replace(club.shop.site, none_at=threshold)


@pytest.mark.parametrize(
    ("name", "bend", "listing", "words"),
    [
        ("on sale", lambda club: None, CLASS, ""),
        ("over", lambda club: elsewhere(club, starts_at=LONG_AGO), CLASS, "this show is over"),
        ("ended", lambda club: elsewhere(club, status="ended"), CLASS, "it is over"),
        ("cancelled", lambda club: elsewhere(club, status="canceled"), CLASS, "canceled on Eventbrite"),
        ("a draft", lambda club: elsewhere(club, status="draft"), CLASS, "it is not published"),
        ("on another site", lambda club: elsewhere(club, sold_elsewhere=True), CLASS, "to another site"),
        ("its sales ended", lambda club: club.eventbrite.change("123", "456", sales_end=LONG_AGO), CLASS, "have ended"),
        ("hidden", lambda club: club.eventbrite.change("123", "456", hidden=True), CLASS, "it is hidden"),
        ("a stock on sale", lambda club: None, SINGLE, ""),
        ("above the threshold", lambda club: none_at(club, 19), SINGLE, ""),
        ("at the threshold", lambda club: none_at(club, 20), SINGLE, "out-of-stock threshold"),
    ],
    ids=lambda each: each if isinstance(each, str) and each.islower() else "",
)  # fmt: skip
def test_a_number_that_sells_nothing_to_anybody_is_said_to(
    name: str, bend: Callable[[World], object], listing: str, words: str
) -> None:
    async def story() -> None:
        club = world()
        bend(club)
        (change,) = (await club.us.plan((listing, 20))).changes
        said = [each for each in change.warnings if "sells" in each or "nobody can buy" in each]
        assert [words in each for each in said] == [True] * bool(words), change.warnings

    run(story())


def test_what_is_so_already_refuses_nothing_else_of_its_show() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 30), (CLASS, 40))
        assert [change.listing.id for change in plan.changes] == [CLASS]
        assert refusals(plan) == ["no_change"]

    run(story())


@pytest.mark.parametrize(("left", "sells"), [(1, False), (2, True), (0, True)])
def test_fewer_than_an_order_must_have_are_bought_by_nobody(left: int, sells: bool) -> None:
    """None left is what is asked for, and no surprise."""

    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (30, 5)})
        club.eventbrite.change("123", "456", minimum=2)
        (change,) = (await club.us.plan((CLASS, 5 + left))).changes
        told = [said for said in change.warnings if "fewer are left than a buyer must take at once" in said]
        assert bool(told) is not sells

    run(story())
