"""A plan is taken back as one, in the same steps; what was seen of a change reaches the cache at once."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from typing import Any, cast

import pytest

from brcc_tui.cli.changing import _plan_for_subject
from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, RefusalCode
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.newest import takes_place
from brcc_tui.model.offer import Status
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.changes.recorder import Step
from brcc_tui.operations.changes.recover import recoverable
from brcc_tui.operations.changes.remember import remembering
from brcc_tui.operations.changes.undo import NoSuchEntry, plan_undo
from brcc_tui.store.catalogue_file import CacheDamaged, CacheError
from tests.operations.changes import race_world
from tests.operations.changes.killing import killed_at
from tests.operations.changes.nights import CELL, CLASS, STOCK, Cache, planned, the_show, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.race_world import OTHER, promised
from tests.operations.changes.virtual_time import run


async def synced() -> tuple[World, list[str], str]:
    """A night over which too much was on offer, after a split; the entries made, and the plan's digest."""
    club = world(40, 5, 30, 5)
    plan = await planned(club)
    assert [change.lowers for change in plan.changes] == [True, True, False]
    result = await club.us.apply(plan)
    assert {change.outcome for change in result.changes} == {Outcome.SETTLED}
    await asyncio.sleep(600)
    return club, list(result.entries), plan.digest


@pytest.mark.parametrize("named", ["by its digest", "by one of its entries"])
def test_a_plan_is_taken_back_as_one_in_the_same_steps(named: str) -> None:
    async def story() -> None:
        club, entries, digest = await synced()
        if named == "by its digest":
            undo = await plan_undo(club.us.club, digest)
        else:
            undo = await plan_undo(club.us.club, entries[1], whole=True)
        assert {(x.listing.id, x.capacity) for x in undo.changes} == {(CLASS, 40), (CELL, 30), (STOCK, 5)}
        assert [change.lowers for change in undo.changes] == [True, False, False]
        club.us.steps.clear()
        result = await club.us.apply(undo)
        assert {change.outcome for change in result.changes} == {Outcome.SETTLED}
        sent, settled = (next(n for n, (x, event) in enumerate(club.us.steps) if event == name and x == listing)
                         for listing, name in ((CELL, "sent"), (STOCK, "settled")))  # fmt: skip
        assert settled < sent, "lowered first"
        assert {club.us.entry(entry).outcome for entry in entries} == {"rolled_back"}
        show = await the_show(club)
        assert {x.id: x.reading.capacity for x in show.listings} == {CLASS: 40, CELL: 30, STOCK: 5}

    run(story())


@pytest.mark.parametrize("again", [True, False])
def test_taking_back_a_change_says_what_else_goes_with_it(again: bool) -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        (entry,) = (await club.us.set((CELL, 35))).entries
        if again:
            await club.same_folder().set((CELL, 45))
        (change,) = (await plan_undo(club.us.club, entry)).changes
        said = [words for words in change.warnings if "undone as well" in words]
        assert [f"since {entry} (c2, to 45)" in words for words in said] == [True] * again

    run(story())


def test_a_single_entry_is_taken_back_alone() -> None:
    async def story() -> None:
        club, entries, _ = await synced()
        (change,) = (await plan_undo(club.us.club, entries[0])).changes
        assert change.listing.id == club.us.entry(entries[0]).listing

    run(story())


def test_a_plan_that_was_applied_twice_is_taken_back_as_it_was_last() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        first = await club.us.plan((CELL, 35), (CLASS, 45))
        await club.us.apply(first)
        await club.us.apply(await plan_undo(club.us.club, first.digest))
        await asyncio.sleep(600)
        again = await club.us.plan((CELL, 35), (CLASS, 45))
        assert again.digest == first.digest
        result = await club.us.apply(again)
        await asyncio.sleep(600)
        plan = await plan_undo(club.us.club, first.digest)
        assert not plan.refused
        assert {change.follows for change in plan.changes} == set(result.entries)

    run(story())


def test_what_of_a_plan_was_never_written_or_taken_back_already_does_not_hinder_the_rest() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        club.us.wire.faults["set_booking_text"].append("rejected")
        plan = await club.us.plan((CELL, 35), (CLASS, 45))
        await club.us.apply(plan)
        await asyncio.sleep(600)
        undo = await plan_undo(club.us.club, plan.digest)
        assert [change.listing.id for change in undo.changes] == [CLASS]
        assert [(x.listing_id, x.code.value) for x in undo.refused] == [(CELL, "no_change")]

    run(story())


def test_closes_are_taken_back_by_reopening_and_the_other_way_round() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        go(club.shop.sale(CELL, 2))
        plan = await club.us.plan(ChangeRequest(CELL, Action.CLOSE), ChangeRequest(CLASS, Action.CLOSE))
        await club.us.apply(plan)
        await asyncio.sleep(600)
        undo = await plan_undo(club.us.club, plan.digest)
        await club.us.apply(undo)
        show = await the_show(club)
        assert {x.id: x.reading.capacity for x in show.listings} == {CLASS: 40, CELL: 30}
        await asyncio.sleep(600)
        back = await plan_undo(club.us.club, undo.digest)
        assert {change.action for change in back.changes} == {Action.CLOSE}

    run(story())


async def died_over_a_sale(club: World | None = None) -> World:
    """The program died when a date was raised, and a sale of another date, lost to its text, fell into that."""
    club = club or race_world.world()
    plan = await club.us.plan((CELL, 35))
    club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(OTHER, 2)))
    await killed_at(club, plan, "answered")
    assert (club.implied(CELL), promised(club, OTHER)) == (35, 32), "two seats of the other date are sold twice"
    await asyncio.sleep(600)
    return club


def test_taking_back_what_never_ended_puts_right_what_its_text_has_done_to_other_dates() -> None:
    async def story() -> None:
        club = await died_over_a_sale()
        (one,) = await recoverable(club.us.club)
        undo = await plan_undo(club.us.club, one.entry.id)
        assert {(x.listing.id, x.capacity) for x in undo.changes} == {(CELL, 30), (OTHER, 30)}
        assert {change.outcome for change in (await club.us.apply(undo)).changes} == {Outcome.SETTLED}
        assert (club.implied(CELL), promised(club, OTHER)) == (30, 30)
        assert club.us.entry(one.entry.id).outcome == "rolled_back"

    run(story())


def test_taking_back_what_never_ended_tells_of_a_date_that_it_cannot_put_right() -> None:
    """Tickets that do not tell their slot may be of it."""

    async def story() -> None:
        club = await died_over_a_sale()
        club.shop.astray["aaa", "eee"] = 1
        undo = await plan_undo(club.us.club, "c1")
        assert [change.listing.id for change in undo.changes] == [CELL]
        (no,) = undo.refused
        assert (no.listing_id, no.code.value, "should be at 28" in no.reason) == (OTHER, "sold_unknown", True)

    run(story())


def test_a_change_of_that_date_that_was_undone_already_is_told_as_that_alone() -> None:
    """The date itself is lowered: that it is not was said of it."""

    async def story() -> None:
        club = race_world.world()
        await club.us.set((OTHER, 33))
        await asyncio.sleep(600)
        await club.us.apply(await plan_undo(club.us.club, "c1"))
        await asyncio.sleep(600)
        await died_over_a_sale(club)
        undo = await plan_undo(club.us.club, "c3", "c1")
        assert {(x.listing.id, x.capacity) for x in undo.changes} == {(CELL, 30), (OTHER, 30)}
        assert [(no.listing_id, no.reason) for no in undo.refused] == [(OTHER, "c1 was undone already")]

    run(story())


def test_what_never_ended_is_not_taken_back_unseen() -> None:
    async def story() -> None:
        club = await died_over_a_sale()
        club.us.wire.faults["snapshot"] = ["database"]
        undo = await plan_undo(club.us.club, "c1")
        assert (undo.changes, [x.code.value for x in undo.refused]) == ((), ["sold_unknown"])
        assert [one.entry.id for one in await recoverable(club.us.club)] == ["c1"]

    run(story())


@pytest.mark.parametrize("why", ["cannot be seen", "without limit", "recorded by a newer version"])
def test_what_of_a_plan_cannot_be_taken_back_hinders_the_rest_of_its_show(why: str) -> None:
    """The class was lowered for the date: raised again beside it, more is on offer than the room has."""

    async def story() -> None:
        club = world(30, 10, cast("Any", "") if why == "without limit" else 22)
        plan = await club.us.plan((CLASS, 22), (CELL, 30))
        show = await the_show(club)
        club.us.club = dataclasses.replace(club.us.club, cache=cast("Any", Cache(show.listings)))
        if why == "cannot be seen":
            club.us.wire.faults["set_booking_text"].append("timeout")
            await killed_at(club, plan, "unanswered")
        else:
            result = await club.us.apply(plan)
            if why == "recorded by a newer version":
                ours = next(x.entry for x in result.changes if x.listing_id == CELL)
                club.us.journal.append(str(ours), "handed over", club.us.club.clock.now(), {})
        await asyncio.sleep(600)
        club.us.wire.faults["snapshot"] += ["database"] * (why == "cannot be seen")
        undo = await plan_undo(club.us.club, plan.digest)
        assert undo.changes == ()
        reasons = {refusal.listing_id: refusal.reason for refusal in undo.refused}
        assert reasons.keys() == {CELL, CLASS}
        assert f"another listing of its show cannot be changed ({CELL}: " in reasons[CLASS]
        assert RefusalCode.NO_CHANGE not in {refusal.code for refusal in undo.refused}, "nothing is as wanted already"

    run(story())


@pytest.mark.parametrize("name", ["c99", "0123456789ab", "nonsense", ""])
def test_what_the_journal_does_not_have_is_named(name: str) -> None:
    async def story() -> None:
        with pytest.raises(NoSuchEntry):
            await plan_undo(World().us.club, name, whole=True)

    run(story())


# -- what was seen -----------------------------------------------------------------------------------------


class Kept:
    """A cache that may be damaged."""

    lost = False

    def __init__(self, *, damaged: bool = False) -> None:
        self.listings: dict[str, Listing] = {}
        self.damaged = damaged

    def failed(self) -> tuple[Failure, ...]:
        if self.damaged:
            raise CacheDamaged("it is not as it was written")
        return ()

    def zone(self) -> dt.tzinfo:
        return dt.UTC

    def some(self, ids: list[str]) -> list[Listing]:
        return [self.listings[id_] for id_ in ids if id_ in self.listings]

    def remember(self, listings: list[Listing], now: object = None) -> None:
        if self.damaged:
            raise CacheError("the disk is full")
        self.listings |= {listing.id: listing for listing in listings}


@pytest.mark.parametrize("damaged", [False, True])
def test_what_was_verified_is_in_the_cache_while_it_is_still_watched(damaged: bool) -> None:
    async def story() -> None:
        club, kept, told = world(40, 5, 30), Kept(damaged=damaged), []
        us = dataclasses.replace(club.us.club, cache=cast("Any", kept))
        plan = await club.us.plan((CELL, 20), ChangeRequest(CLASS, Action.CLOSE))

        def watch(step: Step) -> None:
            if step.event == "verified":
                told.append((step.listing_id, step.listing and step.listing.reading.remaining, dict(kept.listings)))

        await apply_plan(us, confirm(plan, plan.digest), watch=remembering(us, plan, watch))
        assert [(id_, remaining) for id_, remaining, _ in told] == [(CLASS, 0), (CELL, 20)]
        if not damaged:
            assert all(seen[id_].reading.remaining == remaining for id_, remaining, seen in told)

    run(story())


@pytest.mark.parametrize(("wish", "numbers"), [(20, (20, 5, 15)), (None, (5, 5, 0))], ids=["set", "closed"])
def test_what_an_answer_leaves_out_is_kept_as_it_was_known(wish: int | None, numbers: tuple[int, int, int]) -> None:
    """Neither a cache nor a screen takes a reading by which less is known: the number that was replaced would stay."""

    async def story() -> None:
        club, kept = World(waypoint=False), Kept()
        club.eventbrite.add("123", {"456": (30, 5)})
        club.eventbrite.lag = 600.0
        club.eventbrite.answered = lambda answer: dataclasses.replace(answer, quantity_sold=None)
        us = dataclasses.replace(club.us.club, cache=cast("Any", kept))
        plan = await club.us.plan((CLASS, wish) if wish else ChangeRequest(CLASS, Action.CLOSE))
        kept.listings[CLASS] = before = plan.changes[0].listing
        told = list[Step]()
        result = await apply_plan(us, confirm(plan, plan.digest), watch=remembering(us, plan, told.append))
        assert [change.outcome for change in result.changes] == [Outcome.SETTLED]
        on_screens = [step.listing for step in told if step.listing is not None]
        for reading in (kept.listings[CLASS].reading, *(listing.reading for listing in on_screens)):
            assert (reading.capacity, reading.sold, reading.remaining) == numbers
            assert takes_place(reading, before.reading)
        assert on_screens

    run(story())


def test_a_date_that_was_closed_is_kept_as_such() -> None:
    async def story() -> None:
        club, kept = world(40, 5, 30), Kept()
        us = dataclasses.replace(club.us.club, cache=cast("Any", kept))
        plan = await club.us.plan(ChangeRequest(CELL, Action.CLOSE))
        await apply_plan(us, confirm(plan, plan.digest), watch=remembering(us, plan, lambda _: None))
        assert Flag.AT_ZERO in kept.listings[CELL].flags
        assert kept.listings[CELL].is_closed
        await asyncio.sleep(60)
        plan = await club.us.plan(ChangeRequest(CELL, Action.REOPEN))
        await apply_plan(us, confirm(plan, plan.digest), watch=remembering(us, plan, lambda _: None))
        assert (kept.listings[CELL].flags, kept.listings[CELL].status) == (frozenset(), Status.ON_SALE)

    run(story())


@pytest.mark.parametrize("refused", [True, False])
def test_what_the_journal_knows_of_a_listing_is_kept_until_a_change_was_seen_to_stand(refused: bool) -> None:
    async def story() -> None:
        club, kept = world(40, 5, 30), Kept()
        us, flags = dataclasses.replace(club.us.club, cache=cast("Any", kept)), {Flag.CLOSED_HERE, Flag.DRIFT}
        plan = await club.us.plan((CELL, 20))
        kept.listings[CELL] = dataclasses.replace(plan.changes[0].listing, flags=frozenset(flags))
        club.us.wire.faults["set_booking_text"] += ["rejected"] * refused
        await apply_plan(us, confirm(plan, plan.digest), watch=remembering(us, plan, lambda _: None))
        assert kept.listings[CELL].flags == (flags if refused else set())

    run(story())


@pytest.mark.parametrize(
    ("at", "words"),
    [("settled", "was undone already"), ("verified", None)],
    ids=["it had settled", "it was still watched"],
)
def test_an_undo_that_died_before_it_could_say_so_has_undone_it(at: str, words: str | None) -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        (change,) = (await club.us.set((CELL, 20))).changes
        await killed_at(club, await plan_undo(club.us.club, change.entry or ""), at)
        assert club.us.entry(change.entry).outcome == "settled"
        await asyncio.sleep(600)
        await club.us.set((CELL, 25))
        again = await plan_undo(club.us.club, change.entry or "")
        assert [words is None or words in refusal.reason for refusal in again.refused] == [True] * bool(words)
        assert [each.capacity for each in again.changes] == [30] * (not words)

    run(story())


@pytest.mark.parametrize(("lag", "shown"), [(10.0, True), (200.0, False)])
@pytest.mark.parametrize("how", ["undo", "reopen"])
def test_what_eventbrite_does_not_show_yet_is_waited_for_a_while(how: str, lag: float, shown: bool) -> None:
    """Another command undoes right after a close, or reopens it: it has no word of its own with Eventbrite."""

    async def story() -> None:
        club = World(waypoint=False)
        club.eventbrite.add("123", {"456": (30, 5)})
        await asyncio.sleep(1000)
        club.eventbrite.lag = lag
        result = await club.us.apply(await club.us.plan(ChangeRequest(CLASS, Action.CLOSE)), settle=False)
        them = club.same_folder()
        them.club.eventbrite.waypoint = False  # type: ignore[union-attr]
        began = asyncio.get_running_loop().time()
        if how == "undo":
            undo = await plan_undo(them.club, result.entries[0])
        else:
            undo = await _plan_for_subject(them.club, CLASS, Action.REOPEN)
        waited = asyncio.get_running_loop().time() - began
        assert [change.capacity for change in undo.changes] == ([30] if shown else [])
        assert bool(undo.refused) != shown
        assert waited < 20

    run(story())
