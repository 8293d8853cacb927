"""What people closed in the shops, and what merely sold out, when a cancel and a refresh come before the sync."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, Plan
from brcc_tui.model.shows.closed_mark import ClosedMark
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.operations import closed_marks
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.changes.remember import remembering
from brcc_tui.operations.closed_marks import note_closed
from tests.operations.changes.nights import CELL, CLASS, STOCK, planned, the_show, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

MODES = pytest.mark.parametrize("mode", list(Mode))


async def refreshed(club: World) -> None:
    """Both shops are read, as a refresh does it: the catalogue forgets what it knew before."""
    await asyncio.sleep(600)
    note_closed(club.us.club, (await the_show(club)).listings)


def closed(club: World) -> None:
    """Staff close the date, and the class at what was sold."""
    go(club.shop.staff(CELL, 0))
    sold = club.eventbrite.events["123"].classes["456"].quantity_sold
    club.eventbrite.change("123", "456", capacity=sold, quantity_total=sold)


def sold_out(club: World) -> None:
    go(club.shop.sale(CELL, club.shop.number(CELL)))  # type: ignore[arg-type]
    found = club.eventbrite.events["123"].classes["456"]
    club.eventbrite.sell("123", "456", (found.capacity or 0) - (found.quantity_sold or 0))


def closed_beside_a_checkout(club: World) -> None:
    """Some are sold, staff put a 0 there, and who was at the checkout pays: WooCommerce goes below it."""
    go(club.shop.sale(STOCK, 3))
    checkout = club.shop.sale(STOCK, 2)
    go(checkout, until="order")
    go(club.shop.staff(STOCK, 0))
    go(checkout)
    assert club.shop.number(STOCK) == -2


def cancelled(club: World) -> None:
    go(club.shop.cancel(club.shop.orders_of(CELL)[0]))
    sold = club.eventbrite.events["123"].classes["456"].quantity_sold or 0
    club.eventbrite.change("123", "456", quantity_sold=sold - 2)


def given_more(club: World) -> None:
    go(club.shop.staff(CELL, 4))
    capacity = club.eventbrite.events["123"].classes["456"].capacity or 0
    club.eventbrite.change("123", "456", capacity=capacity + 4, quantity_total=capacity + 4)


def changed(plan: Plan) -> set[str]:
    return {change.listing.id for change in plan.changes}


async def a_night(*happened: Callable[[World], None], looks: bool = True) -> World:
    """A night that was seen on sale, and what happened to it, with a refresh after each."""
    club = world(30, 12, 10, 9)
    go(club.shop.sale(CELL, 3))
    await refreshed(club)
    for what in happened:
        what(club)
        if looks:
            await refreshed(club)
    await refreshed(club)
    return club


@MODES
@pytest.mark.parametrize("looks", [True, False], ids=["seen at 0", "not seen at 0"])
def test_what_was_closed_in_the_shop_stays_closed_after_a_cancel_and_a_refresh(mode: Mode, looks: bool) -> None:
    async def story() -> None:
        club = await a_night(closed, cancelled, looks=looks)
        plan = await planned(club, mode)
        assert changed(plan) == {STOCK}
        assert {each.listing_id: each.code.value for each in plan.refused} == {CELL: "at_zero", CLASS: "at_zero"}
        assert all("closed in its shop" in each.reason for each in plan.refused)
        await club.us.apply(plan)
        assert (await the_show(club)).exposure == 0

    run(story())


@pytest.mark.parametrize("seen", [True, False], ids=["seen on sale", "never seen"])
def test_what_went_below_0_is_not_opened_by_a_sync(seen: bool) -> None:
    async def story() -> None:
        club = world(30, 12, 10, 9)
        if seen:
            await refreshed(club)
        closed_beside_a_checkout(club)
        plan = await planned(club)
        assert STOCK not in changed(plan)
        (no,) = (each for each in plan.refused if each.listing_id == STOCK)
        assert no.code.value == "at_zero"
        await club.us.apply(plan)
        assert (await the_show(club)).exposure == 0

    run(story())


def test_what_went_below_0_is_raised_only_explicitly() -> None:
    async def story() -> None:
        club = world(30, 12, 10, 9)
        closed_beside_a_checkout(club)
        (change,) = (await club.us.plan((STOCK, 8))).changes
        assert [danger.value for danger in change.dangers] == ["from_zero"]

    run(story())


def test_what_was_set_here_and_is_sold_beyond_that_takes_part() -> None:
    async def story() -> None:
        club = world(30, 12, 10, 9)
        await club.us.set((STOCK, 5))
        go(club.shop.sale(STOCK, 5))
        go(club.shop.staff(STOCK, -2))
        order = club.shop.orders_of(STOCK)[0]
        order.places, order.tickets, order.valid = 7, 7, 7  # somebody at the desk sold two more
        assert STOCK in changed(await planned(club))

    run(story())


def test_without_what_was_seen_a_sync_would_reopen_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(mark: ClosedMark | None, *_: object, **__: object) -> ClosedMark | None:
        return mark

    monkeypatch.setattr(closed_marks, "seen", forgetful)

    async def story() -> None:
        assert changed(await planned(await a_night(closed, cancelled))) == {STOCK, CELL, CLASS}

    run(story())


@MODES
def test_what_was_given_more_in_the_shop_since_takes_part_again(mode: Mode) -> None:
    async def story() -> None:
        assert changed(await planned(await a_night(closed, cancelled, given_more), mode)) >= {CELL, CLASS}

    run(story())


@MODES
@pytest.mark.parametrize("then", [(), (cancelled,)], ids=["at 0", "after a cancel"])
def test_what_sold_out_by_itself_and_was_never_set_here_is_not_closed(
    mode: Mode, then: tuple[Callable[[World], None], ...]
) -> None:
    async def story() -> None:
        club = await a_night(sold_out, *then)
        plan = await planned(club, mode)
        assert changed(plan) >= {CELL, CLASS}
        assert not plan.refused
        result = await club.us.apply(plan)
        assert {change.outcome for change in result.changes} == {Outcome.SETTLED}
        assert mode is Mode.MIRROR or (await the_show(club)).exposure == 0

    run(story())


@pytest.mark.parametrize("remembered", [True, False], ids=["seen at once", "seen at the next refresh"])
def test_what_is_given_a_capacity_here_takes_part_again(remembered: bool) -> None:
    async def story() -> None:
        club = await a_night(closed, cancelled)
        assert changed(await planned(club)) == {STOCK}
        plan = await club.us.plan((CELL, 6), (CLASS, 14))
        watch = remembering(club.us.club, plan, lambda _: None) if remembered else None
        await apply_plan(club.us.club, confirm(plan, plan.digest), watch=watch)
        cancelled(club)
        await refreshed(club)
        assert changed(await planned(club)) == {CELL, CLASS, STOCK}

    run(story())


def test_another_copy_of_the_program_knows_it_too() -> None:
    async def story() -> None:
        club = await a_night(closed, cancelled)
        marks: Mapping[str, ClosedMark] = club.us.club.venue.marks([CELL, CLASS, STOCK])
        assert {id_ for id_, mark in marks.items() if mark.closed} == {CELL, CLASS}

    run(story())


OPENED_SINCE: dict[str, tuple[str, Callable[[World], None], str]] = {
    "a date": (CELL, lambda club: go(club.shop.staff(CELL, 9)), "closed here at 3 seats in all, and is at 9"),
    "a class": (CLASS, given_more, "closed here at 12 seats in all, and is at 16"),
    "a hidden class": (
        CLASS,
        lambda club: club.eventbrite.change("123", "456", hidden=False),
        "hidden here, and is shown",
    ),
}


@pytest.mark.parametrize(("listing", "opens", "words"), OPENED_SINCE.values(), ids=OPENED_SINCE)
def test_what_was_closed_here_and_opened_in_its_shop_since_is_left_to_whoever_did_and_told(
    listing: str, opens: Callable[[World], None], words: str
) -> None:
    """A number that it is given here is what takes it into syncs again, and what it offers till then counts."""

    async def story() -> None:
        club = await a_night()
        if "hidden" in words:
            club.eventbrite.change("123", "456", quantity_sold=0)
        await club.us.set(ChangeRequest(listing, Action.CLOSE))
        await refreshed(club)
        cancelled(club)
        assert "it was closed: a sync leaves it so" in reason(await planned(club), listing)
        opens(club)
        await refreshed(club)
        plan = await planned(club)
        told = reason(plan, listing)
        assert words in told
        assert "Give it a capacity here" in told
        await club.us.apply(plan)
        assert (await the_show(club)).exposure == 0
        await club.us.set((listing, 14))
        await refreshed(club)
        assert listing in changed(await planned(club))

    run(story())


def test_what_eventbrite_still_shows_of_a_class_that_was_just_closed_here_was_opened_by_nobody() -> None:
    async def story() -> None:
        club = await a_night()
        club.eventbrite.lag = 300.0
        club.us.club.eventbrite.waypoint = False  # type: ignore[union-attr]
        await club.us.set(ChangeRequest(CLASS, Action.CLOSE))
        assert "it was closed: a sync leaves it so" in reason(await planned(club), CLASS)

    run(story())


def reason(plan: Plan, listing: str) -> str:
    (told,) = (refusal.reason for refusal in plan.refused if refusal.listing_id == listing)
    return told


def opened_there(club: World) -> None:
    """Somebody gives both something to sell in their shops, after they were closed here."""
    go(club.shop.staff(CELL, 6))
    club.eventbrite.change("123", "456", capacity=20, quantity_total=20)


@pytest.mark.parametrize("by", ["in its shop", "here"])
def test_what_counts_as_closed_and_is_on_sale_is_opened_by_giving_it_what_stands(by: str) -> None:
    """No other number need go on sale for that, which is what its refusal advises."""

    async def story() -> None:
        club = await (a_night(closed, cancelled) if by == "in its shop" else a_night())
        if by == "here":
            await club.us.set(ChangeRequest(CELL, Action.CLOSE), ChangeRequest(CLASS, Action.CLOSE))
            opened_there(club)
            await refreshed(club)
        assert changed(await planned(club)) == {STOCK}
        there = {x.id: x.reading.capacity for x in (await the_show(club)).listings}
        plan = await club.us.plan((CELL, there[CELL]), (CLASS, there[CLASS]))
        assert all("it counts as open again" in " ".join(change.warnings) for change in plan.changes)
        watch = remembering(club.us.club, plan, lambda _: None)
        result = await apply_plan(club.us.club, confirm(plan, plan.digest), watch=watch)
        assert [change.outcome for change in result.changes] == [Outcome.SETTLED] * 2
        assert {x.id: x.reading.capacity for x in (await the_show(club)).listings} == there
        assert {CELL, CLASS} <= changed(await planned(club, buffer=3))
        again = await club.us.plan((CELL, there[CELL]))
        assert [refusal.code.value for refusal in again.refused] == ["no_change"]

    run(story())


def test_what_is_closed_still_is_not_opened_by_its_own_number() -> None:
    async def story() -> None:
        club = await a_night(closed)
        plan = await club.us.plan((CELL, 3), (CLASS, 12))
        assert [refusal.code.value for refusal in plan.refused] == ["no_change", "no_change"]

    run(story())
