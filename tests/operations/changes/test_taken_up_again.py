"""What nobody knows to be done, and what the journal says of it once it was taken up again."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from typing import Any, cast

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.model.listing import Listing
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.changes.recover import plan_recovery, recoverable
from brcc_tui.operations.changes.undo import plan_undo
from tests.operations.changes.fake_wire import Killed
from tests.operations.changes.killing import killed_at
from tests.operations.changes.nights import CELL, CLASS, NIGHT, Cache, planned, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.plan_words import capacities
from tests.operations.changes.virtual_time import run

BESIDE = "wc:4061:aaa:eee"


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


@pytest.mark.parametrize("action", [Action.SET, Action.CLOSE])
@pytest.mark.parametrize(
    ("died", "choice", "outcome"),
    [
        ("sent", "reapply", "rolled_back"),
        ("sent", "restore", "settled"),
        ("answered", "keep", "rolled_back"),
        ("answered", "reapply", "rolled_back"),
        ("answered", "restore", "settled"),
    ],
)
def test_what_an_undo_undid_is_marked_however_that_undo_was_carried_through(
    action: Action, died: str, choice: str, outcome: str
) -> None:
    async def story() -> None:
        club = world(30, 0, 50)
        go(club.shop.sale(CELL, 10))
        (first,) = (await club.us.set(ChangeRequest(CELL, action, 20 if action is Action.SET else None))).entries
        await killed_at(club, await plan_undo(club.us.club, first), died)
        await asyncio.sleep(600)
        (one,) = await recoverable(club.us.club)
        await club.us.apply(await plan_recovery(club.us.club, one.entry.id, choice))
        assert club.us.entry(first).outcome == outcome
        assert (club.implied(CELL) == 50) is (outcome == "rolled_back")
        again = await plan_undo(club.us.club, first)
        assert [x.reason for x in again.refused] == [f"{first} was undone already"] * (outcome == "rolled_back")

    run(story())


def test_what_is_open_itself_is_not_ended_by_the_end_of_what_undid_it() -> None:
    """Other dates of its product may be to be put right with it: that is decided by itself."""

    async def story() -> None:
        club = world(30, 0, 50)
        await killed_at(club, await club.us.plan((CELL, 20)), "answered")
        (first,) = club.us.journal.unresolved()
        await killed_at(club, await plan_undo(club.us.club, first.id), "answered")
        await asyncio.sleep(600)
        _, undo = await recoverable(club.us.club)
        await plan_recovery(club.us.club, undo.entry.id, "keep")
        assert [one.entry.id for one in await recoverable(club.us.club)] == [first.id]

    run(story())


def test_a_0_that_somebody_set_while_our_answer_was_missing_is_theirs() -> None:
    async def story() -> None:
        club = world(30, 0, 50)
        club.us.wire.faults["set_booking_text"].append("lost")
        plan = await club.us.plan((CELL, 40))
        asyncio.get_running_loop().call_later(10, go, club.shop.staff(CELL, 0))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert "somebody else set it to 0 remaining" in change.reason

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
        assert ("given back since, and on offer: 2 places" in one.story) is (stands == 10)
        again = await plan_recovery(them.club, one.entry.id, "reapply")
        assert [change.capacity for change in again.changes] == [8] * (stands == 10)
        await them.apply(again)
        assert club.eventbrite.events["123"].classes["456"].capacity == 8
        assert await recoverable(them.club) == []

    run(story())


async def died_in_a_sync(club: World) -> str:
    """Somebody's split of the night died after the date's text was sent; the entry of that change."""
    await listed_again(club)
    shows = programme(club.us.club, club.us.club.cache.listings()).shows
    plan = await planned(club, cached=next(show for show in shows if len(show.listings) == 2))
    assert capacities(plan)[CELL] == 22

    def dies() -> None:
        club.us.journal.dead = club.us.wire.dead = True  # type: ignore[attr-defined]
        raise Killed

    club.us.wire.after["set_booking_text"].append(dies)
    with pytest.raises(Killed):
        await club.us.apply(plan)
    club.us.journal.dead = club.us.wire.dead = False  # type: ignore[attr-defined]
    club.us.locks.held.clear()
    club.shop.locks.clear()
    (entry,) = (one.id for one in club.us.journal.unresolved() if one.listing == CELL)
    return entry


async def listed_again(club: World) -> None:
    found: list[Listing] = []
    for listing in (CLASS, CELL):
        found += (await DecisionReader(club.us.club).look(subject_of(listing))).listings.values()
    club.us.club = dataclasses.replace(club.us.club, cache=cast("Any", Cache(found)))


@pytest.mark.parametrize("moved", ["the date", "the class"])
def test_a_share_of_a_show_that_the_date_does_not_sell_any_more_is_not_taken_up(moved: str) -> None:
    """What its text did to another date is put right all the same."""

    async def story() -> None:
        club = World(seats=45)
        club.eventbrite.add("123", {"456": (40, 0)})
        texts = {"ddd": NIGHT, "eee": "November 29, 2026"}
        club.shop.add_bookings(4061, {("aaa", "ddd"): 5, ("aaa", "eee"): 9}, texts=texts)
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(BESIDE, 4)))
        entry = await died_in_a_sync(club)
        shelf = club.shop.products[4061]
        shelf.text = shelf.text.replace(NIGHT, "November 26, 2026")
        if moved == "the class":  # nothing sells that night any more
            club.eventbrite.events["123"].starts_at += dt.timedelta(days=3)
        go(club.shop.staff(CELL, 7))
        await listed_again(club)
        plan = await plan_recovery(club.us.club, entry, "reapply")
        (no,) = plan.refused
        assert (no.listing_id, no.code.value) == (CELL, "unknown_listing")
        assert "does not sell any more" in no.reason
        assert capacities(plan) == {BESIDE: 9}
        await club.us.apply(plan)
        assert club.shop.number(BESIDE) == 5
        assert capacities(await plan_recovery(club.us.club, entry, "restore")) == {CELL: 5}

    run(story())
