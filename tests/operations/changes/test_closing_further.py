"""What is given back while a class is closed, and what counts as closed: by which number, and after which detours."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from brcc_tui.cli.tables import result_lines
from brcc_tui.model.catalogue import AccessCode, TicketClass
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.shows.sharing import offers_of
from brcc_tui.operations.changes.undo import plan_undo
from brcc_tui.operations.closed_marks import note_given_here
from tests.operations.changes.nights import CELL, CLASS, planned, the_show, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.plan_words import capacities
from tests.operations.changes.virtual_time import run


def close(listing: str) -> ChangeRequest:
    return ChangeRequest(listing, Action.CLOSE)


def reopen(listing: str) -> ChangeRequest:
    return ChangeRequest(listing, Action.REOPEN)


def event(**more: object) -> World:
    club = World()
    club.eventbrite.add("123", {"456": (30, 10), "457": (20, 5)}, **more)
    return club


def now(club: World) -> TicketClass:
    return club.eventbrite.events["123"].classes["456"]


def sold(club: World, places: int) -> None:
    club.eventbrite.change("123", "456", quantity_sold=places)


# -- what is given back while a class is closed -----------------------------------------------------------


def test_what_is_given_back_before_a_close_arrives_is_taken_off_sale_too() -> None:
    async def story() -> None:
        club = event()
        club.us.wire.before["set_capacity"].append(lambda: sold(club, 8))
        (change,) = (await club.us.set(close(CLASS))).changes
        assert (change.outcome, change.wanted, change.reading.remaining) == (Outcome.SETTLED, 8, 0)
        assert now(club).capacity == 8
        moves = club.us.moves(change.entry)
        assert moves.count("sent") == 2
        assert moves.index("correcting") < moves.index("verified")

    run(story())


def test_what_is_given_back_while_a_close_is_watched_is_taken_off_sale_too() -> None:
    async def story() -> None:
        club = event()
        asyncio.get_running_loop().call_later(8, sold, club, 9)
        (change,) = (await club.us.set(close(CLASS))).changes
        assert (change.outcome, change.wanted, now(club).capacity) == (Outcome.SETTLED, 9, 9)

    run(story())


@pytest.mark.parametrize("seconds", [1, 5, 12])
def test_what_is_given_back_is_seen_also_after_a_request_that_was_repeated(seconds: int) -> None:
    """Our own number was sent over itself then: that a reading shows it does not tell its age."""

    async def story() -> None:
        club = event()
        club.us.wire.faults["set_capacity"].append("500")
        plan = await club.us.plan(close(CLASS))
        asyncio.get_running_loop().call_later(seconds, sold, club, 7)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.wanted, now(club).capacity) == (Outcome.SETTLED, 7, 7), change.reason

    run(story())


def test_the_places_in_its_own_checkout_are_kept() -> None:
    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (30, 10)}, pending=2)
        club.us.wire.before["set_capacity"].append(lambda: sold(club, 9))
        (change,) = (await club.us.set(close(CLASS))).changes
        assert (change.outcome, now(club).capacity) == (Outcome.SETTLED, 11)

    run(story())


def test_what_cannot_be_closed_further_is_told() -> None:
    async def story() -> None:
        club = event()
        club.us.wire.before["set_capacity"].append(lambda: sold(club, 0))
        (change,) = (await club.us.set(close(CLASS))).changes
        assert change.outcome is Outcome.CONFLICT, "Eventbrite takes no 0"
        assert "10 of these places were given back, and on offer: close it again" in change.reason

    run(story())


@pytest.mark.parametrize("fault", ["lost", "rejected", "timeout"])
def test_a_closing_that_could_not_follow_what_was_given_back_says_so(fault: str) -> None:
    async def story() -> None:
        club = event()
        club.us.wire.before["set_capacity"].append(lambda: sold(club, 8))
        club.us.wire.faults["set_capacity"] += ["", fault]
        (change,) = (await club.us.set(close(CLASS))).changes
        assert change.outcome is Outcome.CONFLICT
        assert "2 of these places were given back" in change.reason

    run(story())


def test_a_class_that_was_hidden_has_nothing_on_sale_whatever_is_left_of_it() -> None:
    async def story() -> None:
        club = event()
        sold(club, 0)
        for wish, offers in ((close(CLASS), (30, 0)), (reopen(CLASS), (0, 30))):
            plan = await club.us.plan(wish)
            assert offers_of(plan.changes[0]) == offers
            result = await club.us.apply(plan)
            (told,) = result_lines(result)
            assert f"done, capacity 30, on sale {offers[1]} " in told
            await asyncio.sleep(600)

    run(story())


def test_a_code_that_was_made_since_the_plan_keeps_a_class_from_being_hidden() -> None:
    async def story() -> None:
        club = event()
        sold(club, 0)
        plan = await club.us.plan(close(CLASS))
        club.eventbrite.events["123"].codes = (AccessCode(("456",)),)
        result = await club.us.apply(plan)
        (change,), (told,) = result.changes, result_lines(result)
        assert (change.outcome, now(club).hidden) == (Outcome.REFUSED, False)
        assert "an access code of the event would still sell it" in change.reason
        assert "refused, capacity 30, left 30 " in told

    run(story())


def test_of_a_class_that_was_hidden_nobody_may_know_whether_a_code_sells_it() -> None:
    async def story() -> None:
        club = event(codes=None)
        sold(club, 0)
        plan = await club.us.plan(close(CLASS))
        before, after = offers_of(plan.changes[0])
        assert (before, isinstance(after, Unknown)) == (30, True)
        (told,) = result_lines(await club.us.apply(plan))
        assert "done, capacity 30, on sale ? " in told

    run(story())


def test_the_codes_of_several_events_are_asked_for_side_by_side_and_once_each() -> None:
    async def story() -> None:
        club = World()
        for number in ("123", "124", "125"):
            club.eventbrite.add(number, {f"{number}1": (30, 0), f"{number}2": (20, 0)}, codes=None)
        classes = [f"eb:{number}:{number}{one}" for number in ("123", "124", "125") for one in (1, 2)]
        read: list[float] = []
        asked: list[float] = []
        club.us.wire.after["event"] += [lambda: read.append(asyncio.get_running_loop().time())] * 99
        club.us.wire.before["codes"] += [lambda: asked.append(asyncio.get_running_loop().time())] * 99
        await club.us.plan(*map(close, classes))
        assert (len(read), len(asked)) == (3, 3), "each event once, and its codes once, of both its classes"
        assert max(asked) - min(asked) < min(asked) - max(read), "and none waits for another"

    run(story())


# -- what counts as closed ----------------------------------------------------------------------------------


def test_a_class_that_was_lowered_and_then_hidden_is_opened_in_two_steps() -> None:
    async def story() -> None:
        club = event()
        await club.us.set(close(CLASS))
        await asyncio.sleep(600)
        sold(club, 0)
        await asyncio.sleep(600)
        await club.us.set(close(CLASS))
        assert now(club).hidden
        await asyncio.sleep(600)
        plan = await club.us.plan(reopen(CLASS))
        assert "reopen it once more for the 30 of before" in " ".join(plan.changes[0].warnings)
        await club.us.apply(plan)
        assert (now(club).hidden, now(club).capacity) == (False, 10)
        await asyncio.sleep(600)
        await club.us.set(reopen(CLASS))
        assert (now(club).hidden, now(club).capacity) == (False, 30)
        await asyncio.sleep(600)
        assert (await club.us.plan(reopen(CLASS))).refused[0].code.value == "no_change"

    run(story())


@pytest.mark.parametrize("listing", [CELL, CLASS])
def test_a_capacity_of_what_is_taken_closes_as_well(listing: str) -> None:
    async def story() -> None:
        club = world(30, 5, 50)
        go(club.shop.sale(CELL, 3))
        go(club.shop.sale(CELL, 2))
        before = (await club.us.plan((listing, 5))).changes[0].before.capacity
        await club.us.set((listing, 5))
        await asyncio.sleep(600)
        go(club.shop.cancel(club.shop.orders_of(CELL)[-1]))
        sold(club, 4)
        plan = await planned(club)
        assert listing not in capacities(plan)
        assert (listing, "at_zero") in [(refusal.listing_id, refusal.code.value) for refusal in plan.refused]
        assert capacities(await club.us.plan(reopen(listing))) == {listing: before}

    run(story())


def test_what_a_sync_gave_no_more_than_was_taken_is_not_closed() -> None:
    async def story() -> None:
        club = world(50, 40, 20)
        go(club.shop.sale(CELL, 20))
        await club.us.apply(await planned(club))
        for listing in (await the_show(club)).listings:
            note_given_here(club.us.club, listing)
        assert now(club).capacity == 40
        await asyncio.sleep(600)
        go(club.shop.cancel(club.shop.orders_of(CELL)[-1]))
        assert CLASS in capacities(await planned(club))

    run(story())


def test_taking_back_what_opened_a_closed_date_closes_it_again() -> None:
    async def story() -> None:
        club = world(30, 0, 50)
        go(club.shop.sale(CELL, 10))
        go(club.shop.sale(CELL, 2))
        await club.us.set(close(CELL))
        (entry,) = (await club.us.set((CELL, 30))).entries
        await club.us.apply(await plan_undo(club.us.club, entry))
        await asyncio.sleep(600)
        assert club.shop.number(CELL) == 0
        go(club.shop.cancel(club.shop.orders_of(CELL)[-1]))
        assert CELL not in capacities(await planned(club))
        assert capacities(await club.us.plan(reopen(CELL))) == {CELL: 50}

    run(story())


def test_however_many_attempts_were_refused_since_what_was_closed_stays_so() -> None:
    async def story() -> None:
        club = world(30, 0, 50, 20)
        go(club.shop.sale(CELL, 3))
        await club.us.set(close(CELL))
        await asyncio.sleep(600)
        plan = await club.us.plan(reopen(CELL))
        club.us.locks.held["wc:4061"] = "ann"
        for _ in range(31):
            await club.us.apply(plan)
        club.us.locks.held.clear()
        go(club.shop.cancel(club.shop.orders_of(CELL)[-1]))
        assert CELL not in capacities(await planned(club))

    run(story())


@pytest.mark.parametrize("shown", [False, True], ids=["hidden", "shown again"])
def test_a_hidden_class_that_was_given_a_capacity_is_shown_by_reopening_it(shown: bool) -> None:
    async def story() -> None:
        club = event()
        sold(club, 0)
        await club.us.set(close(CLASS))
        if shown:
            await club.us.set(reopen(CLASS))
        await club.us.set((CLASS, 40))
        if shown:
            await asyncio.sleep(600)
            club.eventbrite.change("123", "456", hidden=True)  # in Eventbrite, by somebody
            assert (await club.us.plan(reopen(CLASS))).refused[0].code.value == "no_change"
            return
        assert now(club).hidden
        await club.us.set(reopen(CLASS))
        assert (now(club).hidden, now(club).capacity) == (False, 40)

    run(story())


LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("state", "advice"),
    [
        ({"quantity_sold": 30}, "set a number"),
        ({"hidden": True}, "it is hidden): change that in Eventbrite"),
        ({"sales_end": LONG_AGO}, "its sales have ended by their own date): change that in Eventbrite"),
        ({"on_sale_status": "NOT_YET_ON_SALE"}, "it goes on sale later by itself"),
    ],
    ids=["sold out", "hidden", "ended", "not yet"],
)
def test_what_was_not_closed_here_is_to_be_given_a_number_only_where_that_puts_it_on_sale(
    state: dict[str, object], advice: str
) -> None:
    async def story() -> None:
        club = event()
        club.eventbrite.change("123", "456", **state)
        (no,) = (await club.us.plan(reopen(CLASS))).refused
        assert no.code.value == "no_change"
        assert advice in no.reason
        assert "change that" not in no.reason or "set a number" not in no.reason

    run(story())


def test_a_class_that_its_organizer_hid_after_it_was_closed_here_is_not_shown_by_reopening_it() -> None:
    """Its number is given back; that it is hidden was nobody's doing here."""

    async def story() -> None:
        club = world(30, 10, 50)
        await club.us.set(close(CLASS))
        await asyncio.sleep(600)
        club.eventbrite.change("123", "456", hidden=True)
        await club.us.set(ChangeRequest(CLASS, Action.REOPEN))
        found = club.eventbrite.events["123"].classes["456"]
        assert (found.capacity, found.hidden) == (30, True)

    run(story())


def test_a_class_is_closed_further_down_to_the_one_place_that_is_left_of_it() -> None:
    async def story() -> None:
        club = event()
        club.us.wire.before["set_capacity"].append(lambda: sold(club, 1))
        (change,) = (await club.us.set(close(CLASS))).changes
        assert (change.outcome, change.wanted, now(club).capacity) == (Outcome.SETTLED, 1, 1)

    run(story())
