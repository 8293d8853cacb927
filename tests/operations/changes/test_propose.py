"""From a wish to a change: what an older number of Eventbrite's, a sync, and what was done before have to say to it."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Plan
from tests.operations.changes.fake_wire import Killed
from tests.operations.changes.guard_world import CLASS, SINGLE, world
from tests.operations.changes.operators import World
from tests.operations.changes.race_world import mirror
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
