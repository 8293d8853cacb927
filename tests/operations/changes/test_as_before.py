"""Changes that never arrived: what stands as before has nothing to be restored, and was not closed by being kept."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, Plan, RefusalCode
from brcc_tui.operations.changes.recover import NotRecoverable, plan_recovery, recoverable
from brcc_tui.operations.changes.undo import plan_undo
from tests.operations.changes.fake_wire import SetClock
from tests.operations.changes.killing import killed_at
from tests.operations.changes.nights import CELL, CLASS, STOCK, planned, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

HIDDEN = "eb:123:457"
WISHES = {
    "a number": ChangeRequest(CELL, Action.SET, 20),
    "a date's close": ChangeRequest(CELL, Action.CLOSE),
    "a class's close": ChangeRequest(CLASS, Action.CLOSE),
    "what hides a class": ChangeRequest(HIDDEN, Action.CLOSE),
}


async def never_arrived(wish: ChangeRequest, *, at: str = "sent") -> World:
    """The program died with the request in its hand, some time ago."""
    club = world(30, 10, 25)
    if wish.listing_id == HIDDEN:
        club.eventbrite.add("123", {"456": (30, 10), "457": (8, 0)})
    await killed_at(club, await club.us.plan(wish), at)
    await asyncio.sleep(600)
    return club


def wanted(plan: Plan) -> set[str]:
    return {change.listing.id for change in plan.changes}


@pytest.mark.parametrize("wish", WISHES.values(), ids=WISHES)
def test_what_stands_as_before_is_restored_without_a_write(wish: ChangeRequest) -> None:
    async def story() -> None:
        club = await never_arrived(wish)
        assert "old number is there" in (await recoverable(club.us.club))[0].story or wish.listing_id == HIDDEN
        plan = await plan_recovery(club.us.club, "c1", "restore")
        assert (plan.changes, plan.refused) == ((), ())
        assert (club.us.entry("c1").outcome, await recoverable(club.us.club)) == ("rolled_back", [])

    run(story())


@pytest.mark.parametrize("choice", ["reapply", "restore"])
@pytest.mark.parametrize("later", [True, False], ids=["changed since", "changed before alone"])
def test_what_is_taken_up_says_what_was_changed_here_since(choice: str, *, later: bool) -> None:
    async def story() -> None:
        club = world(30, 10, 25)
        await club.us.set((CELL, 30))
        await killed_at(club, await club.us.plan((CELL, 20)), "answered")
        if later:
            await club.same_folder().set((CELL, 40))
        else:
            go(club.shop.staff(CELL, 35))
        await asyncio.sleep(600)
        (change,) = (await plan_recovery(club.us.club, "c2", choice)).changes
        told = [words for words in change.warnings if "that is undone as well" in words]
        assert ["since c2 (c3, to 40)" in words for words in told] == [True] * later

    run(story())


@pytest.mark.parametrize("at", ["sent", "unanswered"])
def test_what_was_sent_a_moment_ago_may_still_arrive(at: str) -> None:
    """The program died, and the shop may still be at work on its request: the old number is no proof yet."""

    async def story() -> None:
        club = world(30, 10, 25)
        if at == "unanswered":
            club.us.wire.faults["set_booking_text"].append("lost")
        await killed_at(club, await club.us.plan((CELL, 20)), at)
        await asyncio.sleep(5)
        plan = await plan_recovery(club.us.club, "c1", "restore")
        assert plan.changes == ()
        assert ["may still arrive" in refusal.reason for refusal in plan.refused] == [True]
        assert club.us.entry("c1").outcome is None
        await asyncio.sleep(60)
        assert (await plan_recovery(club.us.club, "c1", "restore")).refused == ()
        assert club.us.entry("c1").outcome == "rolled_back"

    run(story())


@pytest.mark.parametrize("listing", [CELL, STOCK])
@pytest.mark.parametrize("action", [Action.SET, Action.CLOSE])
def test_what_may_still_arrive_is_not_undone_by_the_old_number(action: Action, listing: str) -> None:
    """It was said to have its capacity, or written over, and half a minute later it stood as it was sent."""

    async def story() -> None:
        club = world(30, 10, 25, 8)
        await killed_at(club, await club.us.plan(ChangeRequest(listing, action, 20)), "sent")
        await asyncio.sleep(5)
        plan = await plan_undo(club.us.club, "c1")
        assert (plan.changes, ["may still arrive" in each.reason for each in plan.refused]) == ((), [True])
        await asyncio.sleep(60)
        plan = await plan_undo(club.us.club, "c1")
        assert not any("may still arrive" in each.reason for each in plan.refused)

    run(story())


def test_nothing_of_a_plan_is_undone_while_a_part_of_it_may_still_arrive() -> None:
    """The class was lowered for it: raised again beside what is on its way, more is on offer than the room has."""

    async def story() -> None:
        club = world(30, 10, 22)
        plan = await club.us.plan((CLASS, 22), (CELL, 30))
        club.us.wire.faults["set_booking_text"].append("lost")
        await killed_at(club, plan, "unanswered")
        await asyncio.sleep(5)
        back = await plan_undo(club.us.club, plan.digest)
        assert back.changes == ()

    run(story())


@pytest.mark.parametrize("listing", [CELL, STOCK])
@pytest.mark.parametrize("closed", [False, True], ids=["its capacity", "its close"])
def test_what_may_still_arrive_is_not_said_to_be_as_wanted(listing: str, *, closed: bool) -> None:
    """It stands as somebody wants it by the old number alone, and does no longer once the shop has done its work."""

    async def story() -> None:
        club = world(30, 10, 25, 25)
        if closed:
            await club.us.set(ChangeRequest(listing, Action.CLOSE))
        then = ChangeRequest(listing, Action.REOPEN) if closed else ChangeRequest(listing, Action.SET, 40)
        await killed_at(club, await club.us.plan(then), "sent")
        await asyncio.sleep(5)
        wish = ChangeRequest(listing, Action.CLOSE if closed else Action.SET, 25)
        (no,) = (await club.us.plan(wish)).refused
        assert (no.code, "may still arrive" in no.reason) == (RefusalCode.SOLD_UNKNOWN, True), no.reason
        await asyncio.sleep(60)
        (no,) = (await club.us.plan(wish)).refused
        assert no.code is RefusalCode.NO_CHANGE

    run(story())


@pytest.mark.parametrize("left", ["open", "kept"])
@pytest.mark.parametrize(("date", "shared"), [(22, {CLASS}), (23, {CELL, CLASS})], ids=["its share", "one more"])
def test_no_show_is_shared_while_a_number_of_it_may_still_arrive(date: int, shared: set[str], left: str) -> None:
    """A date that has its share already is not written over what is on its way: beside that no class must be raised.

    Whoever kept what stands, with a program that let them, has called nothing back.
    """

    async def story() -> None:
        club = world(20, 10, date)
        await killed_at(club, await club.us.plan((CELL, 40)), "sent")
        await asyncio.sleep(5)
        if left == "kept":
            club.us.journal.append("c1", "interrupted", club.us.club.clock.now(), {"reason": "kept as it stands"})
        plan = await planned(club)
        assert plan.changes == ()
        assert {"may still arrive" in each.reason for each in plan.refused} == {True}
        await asyncio.sleep(60)
        assert wanted(await planned(club)) == shared

    run(story())


@pytest.mark.parametrize("stands", ["as before", "otherwise", "as intended"])
@pytest.mark.parametrize("listing", [CELL, STOCK, CLASS])
def test_what_may_still_arrive_is_not_kept(listing: str, stands: str) -> None:
    """It had ended then, and nobody looked any more at what the request did to the product half a minute later."""

    async def story() -> None:
        club = world(20, 10, 25, 25)
        await killed_at(club, await club.us.plan((listing, 40)), "sent")
        await asyncio.sleep(5)
        number = {"as before": None, "otherwise": 31, "as intended": 40}[stands]
        if number is not None and listing == CLASS:
            club.eventbrite.change("123", "456", capacity=number)
        elif number is not None:
            go(club.shop.staff(listing, number))
        if stands != "as intended":
            with pytest.raises(NotRecoverable) as no:
                await plan_recovery(club.us.club, "c1", "keep")
            assert "may still arrive" in str(no.value)
            assert "in a minute" in no.value.next_step
            assert [one.entry.id for one in await recoverable(club.us.club)] == ["c1"]
            await asyncio.sleep(60)
        await plan_recovery(club.us.club, "c1", "keep")
        assert club.us.entry("c1").outcome == ("settled" if stands == "as intended" else "interrupted")

    run(story())


@pytest.mark.parametrize("listing", [CELL, STOCK, CLASS])
def test_what_was_written_over_what_may_still_arrive_is_no_base_for_a_sync(listing: str) -> None:
    """It was not watched, as asked, and counted: half a minute later the shop did what it was asked before that."""

    async def story() -> None:
        club = world(20, 10, 25, 25)
        await killed_at(club, await club.us.plan((listing, 40)), "sent")
        await asyncio.sleep(5)
        if listing == CLASS:  # what Eventbrite does not show yet is written over by whoever takes that very change up
            over = await plan_recovery(club.us.club, "c1", "restore")
        else:
            over = await club.us.plan((listing, 22))
        (change,) = (await club.us.apply(over, settle=False)).changes
        assert change.outcome is Outcome.VERIFIED
        plan = await planned(club, buffer=5)
        assert plan.changes == ()
        assert {"may still arrive" in each.reason for each in plan.refused} == {True}, plan.refused
        (no,) = (await club.us.plan((listing, change.wanted))).refused
        assert (no.code, no.reason) == (
            RefusalCode.SOLD_UNKNOWN,
            f"c1, a change of {listing}, was sent a moment ago and may still arrive. Try again in a minute",
        )
        await asyncio.sleep(60)
        assert (await planned(club, buffer=5)).changes

    run(story())


@pytest.mark.parametrize("minutes", [10, -10], ids=["forward", "back"])
def test_a_clock_that_is_set_brings_nothing_to_its_end(minutes: int) -> None:
    """The minute of a request that may still arrive was over with the next process."""

    async def story() -> None:
        club = world(20, 10, 25)
        await killed_at(club, await club.us.plan((CELL, 40)), "sent")
        clock = SetClock()
        clock.ahead = dt.timedelta(minutes=minutes)
        club.us.club = dataclasses.replace(club.us.club, clock=clock)
        await asyncio.sleep(5)
        assert [refusal.reason for refusal in (await plan_recovery(club.us.club, "c1", "restore")).refused]
        assert (await planned(club)).changes == ()
        await asyncio.sleep(60)
        assert not any("may still arrive" in refusal.reason for refusal in (await planned(club)).refused)

    run(story())


def test_what_was_held_back_is_not_on_its_way() -> None:
    """Its numbers had grown old before the request left: the old number is the present one."""

    async def story() -> None:
        club = world(30, 10, 25)
        plan = await club.us.plan((CELL, 20))
        club.us.wire.after["snapshot"].append(lambda: asyncio.sleep(6))
        await killed_at(club, plan, "held_back")
        (no,) = (await club.us.plan((CELL, 25))).refused
        assert (no.code, no.reason) == (RefusalCode.NO_CHANGE, "its capacity is 25 now")

    run(story())


@pytest.mark.parametrize("listing", [CELL, STOCK])
def test_what_was_seen_to_have_arrived_is_not_on_its_way(listing: str) -> None:
    """It had no answer, and was set back since: the old number is still there because somebody wanted it."""

    async def story() -> None:
        club = world(30, 10, 25, 25)
        for call in ("set_booking_text", "set_stock"):
            club.us.wire.faults[call].append("timeout")
        for capacity in (40, 25):
            (change,) = (await club.us.set((listing, capacity), settle=False)).changes
            assert change.outcome is Outcome.VERIFIED
        (no,) = (await club.us.plan((listing, 25))).refused
        assert (no.code, no.reason) == (RefusalCode.NO_CHANGE, "its capacity is 25 now")

    run(story())


@pytest.mark.parametrize("listing", [CELL, STOCK])
def test_what_is_written_over_what_may_still_arrive_is_watched_for_as_long(listing: str) -> None:
    """It had settled as written, and a moment later the shop did what it was asked before that."""

    async def story() -> None:
        club = world(20, 10, 20, 20)
        await killed_at(club, await club.us.plan((listing, 40)), "sent")
        await asyncio.sleep(5)
        asyncio.get_running_loop().call_later(30, lambda: go(club.shop.staff(listing, 40)))
        (change,) = (await club.us.set((listing, 25))).changes
        assert (change.outcome, change.reading.remaining) == (Outcome.CONFLICT, 40)

    run(story())


def test_what_takes_back_what_may_still_arrive_at_eventbrite_is_watched_for_as_long() -> None:
    async def story() -> None:
        club = world(30, 10, 25)
        await killed_at(club, await club.us.plan((CLASS, 40)), "sent")
        await asyncio.sleep(5)
        plan = await plan_recovery(club.us.club, "c1", "restore")
        asyncio.get_running_loop().call_later(30, lambda: club.eventbrite.change("123", "456", capacity=40))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.reading.capacity) == (Outcome.CONFLICT, 40), change.reason

    run(story())


def test_what_sold_without_limit_and_does_still_stands_as_before() -> None:
    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): ""})
        await killed_at(club, await club.us.plan((CELL, 20)), "sent")
        await asyncio.sleep(60)
        (found,) = await recoverable(club.us.club)
        assert found.story == "it was to be sent, and the old number is there"
        await plan_recovery(club.us.club, "c1", "restore")
        assert club.us.entry("c1").outcome == "rolled_back"

    run(story())


def test_an_old_number_that_eventbrite_may_still_show_is_sent_to_be_restored() -> None:
    """The new one may stand: it arrived, and a reading shows for minutes what was."""

    async def story() -> None:
        club = world(30, 10, 25)
        await asyncio.sleep(600)
        club.eventbrite.lag = 250.0
        club.us.wire.faults["set_capacity"].append("timeout")
        await killed_at(club, await club.us.plan((CLASS, 40)), "unanswered")
        them = club.same_folder()
        them.club.eventbrite.waypoint = False  # type: ignore[union-attr]
        plan = await plan_recovery(them.club, "c1", "restore")
        assert [(change.listing.id, change.capacity) for change in plan.changes] == [(CLASS, 30)]
        await them.apply(plan)
        assert club.eventbrite.events["123"].classes["456"].capacity == 30
        assert club.us.entry("c1").outcome == "rolled_back"

    run(story())


@pytest.mark.parametrize("way", ["undo", "restore"])
@pytest.mark.parametrize(
    ("wish", "closed_first", "stands_then"),
    [(HIDDEN, False, (8, False)), (HIDDEN, True, (8, True)), (CLASS, False, (30, False)), (CLASS, True, (10, False))],
    ids=["what hid a class", "what showed it again", "a class's close", "its reopening"],
)
def test_what_eventbrite_may_show_from_before_a_change_is_not_what_it_is_to_go_back_to(
    wish: str, closed_first: bool, stands_then: tuple[int, bool], way: str
) -> None:
    """It arrived, and whoever takes it back is shown what was: "closed already", with all its seats on sale."""

    async def story() -> None:
        club = world(30, 10, 25)
        club.eventbrite.add("123", {"456": (30, 10), "457": (8, 0)})
        if closed_first:
            await club.us.set(ChangeRequest(wish, Action.CLOSE))
        await asyncio.sleep(600)
        again = ChangeRequest(wish, Action.REOPEN if closed_first else Action.CLOSE)
        plan = await club.us.plan(again)
        for call in ("set_capacity", "set_hidden"):
            club.us.wire.faults[call].append("timeout")
        await killed_at(club, plan, "unanswered")
        club.eventbrite.lag = 250.0
        them = club.same_folder()
        them.club.eventbrite.waypoint = False  # type: ignore[union-attr]
        newest = club.us.journal.entries(limit=1)[0].id
        undo = way == "undo"
        plan = await (plan_undo(them.club, newest) if undo else plan_recovery(them.club, newest, "restore"))
        assert plan.refused == ()
        await them.apply(plan)
        found = club.eventbrite.events["123"].classes[wish.rpartition(":")[2]]
        assert (found.capacity, bool(found.hidden)) == stands_then
        assert club.us.entry(newest).outcome == "rolled_back"

    run(story())


@pytest.mark.parametrize("listing", [CELL, CLASS])
def test_a_close_that_never_arrived_and_was_kept_so_has_closed_nothing(listing: str) -> None:
    """A sync left it alone for ever: it could neither be reopened, as it was open, nor given what it had."""

    async def story() -> None:
        club = await never_arrived(ChangeRequest(listing, Action.CLOSE))
        await plan_recovery(club.us.club, "c1", "keep")
        assert club.us.entry("c1").outcome == "interrupted"
        assert listing in wanted(await planned(club, buffer=10))

    run(story())


def test_a_close_that_did_arrive_and_was_kept_is_one() -> None:
    async def story() -> None:
        club = world(30, 10, 25)
        await killed_at(club, await club.us.plan(ChangeRequest(CLASS, Action.CLOSE)), "answered")
        await plan_recovery(club.us.club, "c1", "keep")
        assert CLASS not in wanted(await planned(club, buffer=10))

    run(story())
