"""What nobody knows to be done, and what the journal says of it once it was taken up again."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes.recover import plan_recovery, recoverable
from tests.operations.changes.fake_wire import Killed
from tests.operations.changes.nights import CELL, CLASS, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run


async def closed(listing: str) -> World:
    """A date with some sold, or an unsold class, that was closed."""
    club = world(30, 0, 50)
    go(club.shop.sale(CELL, 10))
    await club.us.set(ChangeRequest(listing, Action.CLOSE))
    await asyncio.sleep(600)
    return club


@pytest.mark.parametrize("listing", [CELL, CLASS])
def test_a_reopening_that_never_arrived_is_unclear_and_not_taken_back_by_taking_it_up(listing: str) -> None:
    """A date that stood at 0 before our write and still does tells nothing of another hand."""

    async def story() -> None:
        club = await closed(listing)
        club.us.wire.faults["set_booking_text"].append("lost")
        club.us.wire.faults["set_hidden"] += ["lost", "lost"]
        (change,) = (await club.us.set(ChangeRequest(listing, Action.REOPEN))).changes
        assert change.outcome is Outcome.UNCLEAR, change.reason
        await asyncio.sleep(600)
        plan = await plan_recovery(club.us.club, change.entry or "", "reapply")
        (again,) = (await club.us.apply(plan)).changes
        assert again.outcome is Outcome.SETTLED
        assert club.us.entry(change.entry).outcome == "interrupted"

    run(story())


def test_a_reopening_that_is_restored_is_taken_back() -> None:
    async def story() -> None:
        club = await closed(CELL)
        club.us.wire.faults["set_booking_text"].append("lost")
        (change,) = (await club.us.set(ChangeRequest(CELL, Action.REOPEN))).changes
        go(club.shop.staff(CELL, 20))
        await asyncio.sleep(600)
        await club.us.apply(await plan_recovery(club.us.club, change.entry or "", "restore"))
        assert (club.us.entry(change.entry).outcome, club.shop.number(CELL)) == ("rolled_back", 0)

    run(story())


def test_a_0_that_somebody_set_while_our_answer_was_missing_is_theirs() -> None:
    async def story() -> None:
        club = world(30, 0, 50)
        club.us.wire.faults["set_booking_text"].append("lost")
        plan = await club.us.plan((CELL, 40))
        asyncio.get_running_loop().call_later(10, go, club.shop.staff(CELL, 0))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert "another hand set it to 0 remaining" in change.reason

    run(story())


@pytest.mark.parametrize(("event", "times", "stands"), [("correcting", 1, 10), ("sent", 2, 10), ("answered", 2, 8)])
def test_a_closing_that_died_while_it_followed_what_was_given_back_is_not_as_intended(
    event: str, times: int, stands: int
) -> None:
    """It stands at the capacity that was to be written, and two of its places are on offer."""

    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (30, 10), "457": (20, 5)})
        club.us.wire.before["set_capacity"].append(lambda: club.eventbrite.change("123", "456", quantity_sold=8))
        plan, seen = await club.us.plan(ChangeRequest(CLASS, Action.CLOSE)), list[str]()

        def dies(move: str) -> None:
            seen.append(move)
            if seen.count(event) == times:
                club.us.journal.dead = club.us.wire.dead = True  # type: ignore[attr-defined]

        club.us.journal.on_append = dies  # type: ignore[attr-defined]
        with pytest.raises(Killed):
            await club.us.apply(plan)
        club.us.journal.dead, club.us.journal.on_append = False, None  # type: ignore[attr-defined]
        club.us.locks.held.clear()
        await asyncio.sleep(600)
        them = club.same_folder()
        (one,) = await recoverable(them.club)
        assert ("2 places that were given back since are on offer" in one.story) is (stands == 10)
        again = await plan_recovery(them.club, one.entry.id, "reapply")
        assert [change.capacity for change in again.changes] == [8] * (stands == 10)
        await them.apply(again)
        assert club.eventbrite.events["123"].classes["456"].capacity == 8
        assert await recoverable(them.club) == []

    run(story())
