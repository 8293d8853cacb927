"""What the shop itself has moved: told as that, healed in one plan, and no reason why a change cannot be confirmed."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.operations.changes import recheck
from brcc_tui.operations.changes.closing import closed_here
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.changes.heal import plan_heal
from tests.operations.changes.operators import World, go
from tests.operations.changes.test_recovery import die, dying
from tests.operations.changes.virtual_time import run

A, B, C = "wc:4061:aaa:ddd", "wc:4061:aaa:eee", "wc:4061:aaa:fff"
MORE = ChangeRequest(A, Action.SET, 1, delta=True)


async def world() -> World:
    """Three dates that were set here a while ago."""
    made = World()
    made.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 30, ("aaa", "fff"): 30})
    await made.us.set((A, 40), (B, 35))
    await asyncio.sleep(600)
    return made


def overwrite(club: World, listing: str, other: str) -> None:
    """Two checkouts at once: both read the same text, and the second one to write takes the first one's sale back."""
    first, second = club.shop.sale(listing), club.shop.sale(other)
    go(first, until="read")
    go(second, until="read")
    go(first)
    go(second)


def test_sales_that_the_shop_has_lost_are_told_as_that() -> None:
    async def story() -> None:
        club = await world()
        overwrite(club, A, B)
        overwrite(club, A, B)
        await asyncio.sleep(400)
        (change,) = (await club.us.plan((A, 45))).changes
        (told,) = [words for words in change.warnings if "last set here" in words]
        assert "lost 2 sales of its own by overwriting itself" in told
        assert "brcc-tui heal wc:4061" in told

    run(story())


def test_what_somebody_saved_is_not_called_the_shops_own() -> None:
    async def story() -> None:
        club = await world()
        go(club.shop.staff(A, 44))
        (change,) = (await club.us.plan((A, 45))).changes
        assert not any("overwriting itself" in words for words in change.warnings)
        look = await DecisionReader(club.us.club).look(subject_of(A))
        assert look.moved_by_shop(A) is None

    run(story())


@pytest.mark.parametrize("numbers", [{"capacity": UNLIMITED}, {"sold": Unknown("no answer")}], ids=str)
def test_how_far_the_shop_has_moved_it_is_not_known_without_its_numbers(numbers: dict[str, Quantity]) -> None:
    """FooEvents' own button stores options without saving the product: also one without a limit."""

    async def story() -> None:
        look = await DecisionReader((await world()).us.club).look(subject_of(A))
        assert look.moved_by_shop(A) == 0
        there = look.listings[A]
        there = dataclasses.replace(there, reading=dataclasses.replace(there.reading, **numbers))
        assert dataclasses.replace(look, listings={A: there}).moved_by_shop(A) is None

    run(story())


def test_a_save_between_two_writes_of_ours_is_remembered() -> None:
    """Staff raise A; then B is set here: that nobody has saved the product since says nothing of A."""

    async def story() -> None:
        club = await world()
        go(club.shop.staff(A, 44))
        await asyncio.sleep(5)
        await club.us.set((B, 33))
        look = await DecisionReader(club.us.club).look(subject_of(A))
        assert (look.moved_by_shop(A), look.moved_by_shop(B)) == (None, 0)

    run(story())


def test_all_dates_of_a_product_are_healed_in_one_plan_and_one_request() -> None:
    async def story() -> None:
        club = await world()
        overwrite(club, A, C)
        overwrite(club, B, C)
        await asyncio.sleep(400)
        sent = len(club.shop.requests)
        plan = await plan_heal(club.us.club, "wc:4061")
        assert {(change.listing.id, change.capacity) for change in plan.changes} == {(A, 40), (B, 35)}
        result = await club.us.apply(plan)
        assert {change.outcome for change in result.changes} == {Outcome.SETTLED}
        assert (club.implied(A), club.implied(B), len(club.shop.requests) - sent) == (40, 35, 1)
        assert (await plan_heal(club.us.club, "wc:4061")).changes == ()

    run(story())


def test_nothing_is_said_of_a_date_that_stands_as_it_was_set() -> None:
    async def story() -> None:
        club = await world()
        overwrite(club, A, C)
        await asyncio.sleep(400)
        plan = await plan_heal(club.us.club, "wc:4061")
        assert ([change.listing.id for change in plan.changes], plan.refused) == ([A], ())

    run(story())


def test_what_somebody_set_since_is_not_healed_over() -> None:
    async def story() -> None:
        club = await world()
        overwrite(club, B, C)
        go(club.shop.staff(A, 12))
        await asyncio.sleep(400)
        plan = await plan_heal(club.us.club, A)
        assert plan.changes == ()
        assert {refusal.listing_id for refusal in plan.refused} == {A, B}
        assert all("somebody has saved" in refusal.reason for refusal in plan.refused)

    run(story())


def test_a_date_that_sold_beyond_its_capacity_is_not_healed() -> None:
    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 5})
        go(club.shop.sale(A, 3))
        await asyncio.sleep(400)
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(A, 2)))
        await club.us.set((A, 4))
        await asyncio.sleep(400)
        assert (club.shop.taken(A), club.shop.number(A)) == (5, 0)
        plan = await plan_heal(club.us.club, A)
        assert (plan.changes, plan.refused) == ((), ())

    run(story())


def test_of_a_date_that_was_sold_twice_nothing_stays_on_offer() -> None:
    """More are taken than were set here, and seats that the shop has lost count of are still on sale."""

    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 30})
        await club.us.set((A, 3), (B, 35))
        await asyncio.sleep(600)
        for _ in range(2):
            overwrite(club, A, B)
        go(club.shop.sale(A, 2))
        await asyncio.sleep(400)
        assert (club.shop.taken(A), club.shop.number(A)) == (4, 1)
        plan = await plan_heal(club.us.club, A)
        assert ([(change.listing.id, change.capacity) for change in plan.changes], plan.refused) == ([(A, 4)], ())
        assert {change.outcome for change in (await club.us.apply(plan)).changes} == {Outcome.SETTLED}
        assert club.shop.number(A) == 0
        assert not closed_here(club.us.journal.made(A, limit=5)), "nobody has closed it: it is sold out"
        assert (await plan_heal(club.us.club, A)).changes == ()

    run(story())


def test_a_relative_change_keeps_its_digest_while_the_shop_loses_sales() -> None:
    async def story() -> None:
        club = await world()
        seen = await club.us.plan(MORE)
        overwrite(club, A, B)
        await asyncio.sleep(400)
        again = await club.us.plan(MORE)
        assert (again.digest, again.changes[0].capacity) == (seen.digest, 41)
        (change,) = (await club.us.apply(again)).changes
        assert (change.outcome, club.implied(A)) == (Outcome.SETTLED, 41)

    run(story())


@pytest.mark.parametrize("knows", [False, True], ids=["another hand suspected: refused", "the shop's own"])
@pytest.mark.parametrize("wish", [MORE, ChangeRequest(A, Action.SET, 45)])
def test_sales_lost_between_the_plan_and_the_write_are_no_other_hand(
    monkeypatch: pytest.MonkeyPatch, wish: ChangeRequest, knows: bool
) -> None:
    if not knows:
        monkeypatch.setattr(recheck, "_moved_by_the_shop", lambda *_: False)

    async def story() -> None:
        club = await world()
        plan = await club.us.plan(wish)
        overwrite(club, A, B)
        await asyncio.sleep(400)
        (change,) = (await club.us.apply(plan)).changes
        if knows:
            assert (change.outcome, club.implied(A)) == (Outcome.SETTLED, plan.changes[0].capacity)
        else:
            assert change.outcome is Outcome.CONFLICT

    run(story())


def test_a_save_between_the_plan_and_the_write_is_another_hand_still() -> None:
    async def story() -> None:
        club = await world()
        plan = await club.us.plan(MORE)
        go(club.shop.staff(A, 44))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.number(A)) == (Outcome.CONFLICT, 44)

    run(story())


def test_how_long_it_may_take_is_said_beforehand() -> None:
    async def story() -> None:
        club = await world()
        (change,) = (await club.us.plan((A, 45))).changes
        assert any("watched for 60 s" in words and "6 rounds at most" in words for words in change.warnings)
        assert dataclasses.replace(change, warnings=()).capacity == 45

    run(story())


def test_of_a_date_of_which_not_all_that_is_taken_is_known_nobody_is_said_to_have_saved_it() -> None:
    """Tickets that do not tell their slot may be of it."""

    async def story() -> None:
        club = await world()
        overwrite(club, A, B)
        club.shop.astray["aaa", "eee"] = 1
        plan = await plan_heal(club.us.club, A)
        assert [(change.listing.id, change.capacity) for change in plan.changes] == [(A, 40)]
        (no,) = plan.refused
        assert (no.listing_id, no.code.value, "tickets may be of this date" in no.reason) == (B, "sold_unknown", True)

    run(story())


def test_what_a_change_of_ours_that_never_ended_has_done_is_not_called_somebodys() -> None:
    """It raised the date it named, and took back a sale of another one in the moment of its write."""

    async def story() -> None:
        club = await world()
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(B, 3)))
        club.us.wire.after["set_booking_text"].append(lambda: die(club.us))
        await dying(club, (A, 45))
        (entry,) = club.us.journal.unresolved()
        healing = await plan_heal(club.us.club, A)
        told = {refusal.listing_id: refusal.reason for refusal in healing.refused}
        assert (set(told), healing.changes) == ({A, B}, ())
        assert all(why.startswith(f"{entry.id}, a change of {A}, has not ended") for why in told.values()), told
        assert all(why.endswith("brcc-tui recover tells what it did") for why in told.values()), told

    run(story())
