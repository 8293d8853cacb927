"""The second reading of one change, question by question: what is written, what waits, what is another hand's."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, Change, ChangeRequest, Outcome, RefusalCode, ShowRule
from brcc_tui.model.offer import OfferRule, Terms
from brcc_tui.model.quantity import UNLIMITED, Quantity
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import DecisionReading, subject_of
from brcc_tui.operations.changes.guards import Guarded
from brcc_tui.operations.changes.recheck import (
    Conflicted,
    NothingLeft,
    WriteInstruction,
    ceilings,
    check_again,
    mates_of,
)
from tests.operations.changes.guard_world import CELL, CLASS, SINGLE, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

OTHER, NOTHING_LEFT = "wc:4061:aaa:eee", "wc:4062:aaa:ddd"


def planned(wish: ChangeRequest, sold: int = 5) -> tuple[Change, DecisionReading]:
    """A change of the small club, of whose date so many places are sold, and what is read of it at the write."""

    async def story() -> tuple[Change, DecisionReading]:
        club = world()
        for listing in (CELL, SINGLE):
            go(club.shop.sale(listing, sold))
        (change,) = (await club.us.plan(wish)).changes
        return change, await DecisionReader(club.us.club).look(subject_of(wish.listing_id))

    return run(story())


def to(number: int, listing: str = CELL) -> ChangeRequest:
    return ChangeRequest(listing, Action.SET, number)


def with_numbers(look: DecisionReading, listing_id: str, /, **numbers: Quantity) -> DecisionReading:
    """The same look, with other numbers of that listing."""
    there = look.listings[listing_id]
    there = dataclasses.replace(there, reading=dataclasses.replace(there.reading, **numbers))
    return dataclasses.replace(look, listings={**look.listings, listing_id: there})


def test_what_the_rule_leaves_alone_now_is_another_hands_but_a_close_goes_on() -> None:
    change, look = planned(to(20))
    assert check_again(change, look, {}) == WriteInstruction(20)
    with pytest.raises(Conflicted, match="leaves it alone now"):
        check_again(change, look, {CELL: None})
    change, look = planned(ChangeRequest(CELL, Action.CLOSE))
    assert check_again(change, look, {CELL: None}) == WriteInstruction(5)


def test_a_listing_that_is_gone_is_another_hands() -> None:
    change, look = planned(to(20))
    with pytest.raises(Conflicted, match="gone"):
        check_again(change, dataclasses.replace(look, listings={}), {})


def test_a_product_that_somebody_has_opened_by_now_is_not_written() -> None:
    change, look = planned(to(20))
    with pytest.raises(Guarded) as no:
        check_again(change, dataclasses.replace(look, editor=3.0), {})
    assert no.value.code is RefusalCode.OPEN_IN_EDITOR


@pytest.mark.parametrize(("listing", "may_pass"), [(CELL, True), (SINGLE, True), (CLASS, False)])
def test_another_capacity_is_another_hands_and_may_be_a_cancel_in_the_shop(listing: str, may_pass: bool) -> None:
    change, look = planned(to(20, listing))
    changed = dataclasses.replace(change, saved=None)
    with pytest.raises(Conflicted, match="somebody else changed it") as no:
        check_again(changed, with_numbers(look, listing, capacity=28), {})
    assert no.value.may_pass is may_pass


MOVED: dict[str, tuple[str, dict[str, Any], bool]] = {
    "nobody has saved it since": (CELL, {}, True),
    "somebody has saved it since": (CELL, {"saved": None}, False),
    "somebody has had it open in an editor since": (CELL, {"opened": "1764352800:2"}, False),
    "the stock of a product": (SINGLE, {}, False),
}


@pytest.mark.parametrize(("listing", "since", "by_the_shop"), MOVED.values(), ids=MOVED)
def test_only_the_shop_itself_moves_a_date_that_nobody_saved(
    listing: str, since: dict[str, Any], by_the_shop: bool
) -> None:
    change, look = planned(to(20, listing))
    change = dataclasses.replace(change, **{"saved": look.saved, **since})
    moved = with_numbers(look, listing, capacity=31)
    if by_the_shop:
        assert check_again(change, moved, {}) == WriteInstruction(20)
    else:
        with pytest.raises(Conflicted):
            check_again(change, moved, {})


def test_what_nobody_can_tell_the_time_of_or_sold_without_limit_was_moved_by_somebody() -> None:
    change, look = planned(to(20))
    moved = with_numbers(look, CELL, capacity=31)
    with pytest.raises(Conflicted):
        check_again(dataclasses.replace(change, saved=None), dataclasses.replace(moved, saved=None), {})
    endless = dataclasses.replace(change.before, capacity=UNLIMITED)
    with pytest.raises(Conflicted):
        check_again(dataclasses.replace(change, before=endless, saved=look.saved), moved, {})


@pytest.mark.parametrize("saves", [0, 2], ids=["nobody", "opened and closed again"])
def test_a_0_that_somebody_has_saved_since_the_plan_is_not_raised(saves: int) -> None:
    """The plan says that it raises a 0; that it is the same 0, nobody can see from the number."""

    async def story() -> None:
        club = world()
        club.shop.add_bookings(4062, {("aaa", "ddd"): 0}, name="Saturday")
        plan = await club.us.plan((NOTHING_LEFT, 10))
        for stock in (5, 0)[:saves]:
            go(club.shop.staff(NOTHING_LEFT, stock))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is (Outcome.CONFLICT if saves else Outcome.SETTLED)
        assert club.shop.number(NOTHING_LEFT) == (0 if saves else 10)

    run(story())


def test_our_own_save_of_another_date_is_nobodys_close() -> None:
    async def story() -> None:
        club, beside = world(), "wc:4062:aaa:eee"
        club.shop.add_bookings(4062, {("aaa", "ddd"): 0, ("aaa", "eee"): 30}, name="Saturday")
        plan = await club.us.plan((NOTHING_LEFT, 10), (beside, 20))  # one is lowered before the other is raised
        result = await club.us.apply(plan)
        assert {change.outcome for change in result.changes} == {Outcome.SETTLED}
        assert len(club.shop.requests) == 2

    run(story())


def test_what_sells_by_other_rules_by_now_is_not_closed_by_its_number() -> None:
    change, look = planned(ChangeRequest(CELL, Action.CLOSE))
    there = dataclasses.replace(look.listings[CELL], terms=Terms(endless=OfferRule.BACKORDERS))
    with pytest.raises(Guarded) as no:
        check_again(change, dataclasses.replace(look, listings={**look.listings, CELL: there}), {})
    assert no.value.code is RefusalCode.BACKORDERS


def test_a_close_closes_at_what_is_sold_by_now() -> None:
    change, look = planned(ChangeRequest(CELL, Action.CLOSE))
    assert check_again(change, with_numbers(look, CELL, sold=9, remaining=21), {}) == WriteInstruction(9)
    with pytest.raises(NothingLeft):
        check_again(change, with_numbers(look, CELL, sold=30, remaining=0), {})
    change, look = planned(ChangeRequest(CLASS, Action.CLOSE))
    with pytest.raises(Conflicted, match="takes no 0"):
        check_again(change, with_numbers(look, CLASS, sold=0), {})


@pytest.mark.parametrize(
    ("at_most", "sold", "written"), [(25, 5, 20), (15, 5, 15), (2, 5, 5), (15, 17, 17)],
    ids=["never more than was confirmed", "fewer", "never below what is taken", "sold beyond its share since"],
)  # fmt: skip
def test_a_rule_lowers_what_was_confirmed_and_never_raises_it(at_most: int, sold: int, written: int) -> None:
    change, look = planned(to(20))
    now = with_numbers(look, CELL, sold=sold, remaining=30 - sold)
    assert check_again(change, now, {CELL: at_most}) == WriteInstruction(written)


def test_what_waits_to_be_paid_is_taken_where_a_rule_lowers() -> None:
    change, look = planned(to(20))
    assert check_again(change, with_numbers(look, CELL, pending=3), {CELL: 2}) == WriteInstruction(8)


def test_a_rule_by_which_it_stands_right_leaves_nothing_to_do() -> None:
    change, look = planned(to(40))
    with pytest.raises(NothingLeft):
        check_again(change, look, {CELL: 30})


def test_a_number_below_what_is_sold_by_now_is_refused() -> None:
    change, look = planned(to(20))
    with pytest.raises(Guarded) as no:
        check_again(change, with_numbers(look, CELL, sold=25, remaining=5), {})
    assert no.value.code is RefusalCode.BELOW_SOLD


# -- the rest of the show ------------------------------------------------------------------------------------------


def test_mates_are_the_subjects_of_the_same_show() -> None:
    rules = [ShowRule((CELL, CLASS), lambda _: {}), ShowRule((SINGLE, "eb:9:9"), lambda _: {})]
    assert {str(mate) for mate in mates_of(rules, [subject_of(CELL)])} == {"wc:4061", "eb:123"}


async def both(club: World) -> dict[Any, DecisionReading]:
    reader = DecisionReader(club.us.club)
    return {subject: await reader.look(subject) for subject in (subject_of(CELL), subject_of(CLASS))}


def test_a_rule_is_asked_over_the_whole_show_and_tells_what_it_leaves_alone() -> None:
    change, _ = planned(to(20))

    async def story() -> None:
        looks = await both(world())
        rule = ShowRule((CELL, CLASS, OTHER), lambda _: {CELL: 25}, lambda _, wanted: {**wanted, CELL: 19})
        assert ceilings([rule], looks, subject_of(CELL), [change]) == {CELL: 19, CLASS: None, OTHER: None}
        other_show = ShowRule((SINGLE, "eb:9:9"), lambda _: {SINGLE: 0})
        assert ceilings([other_show, rule], looks, subject_of(CELL), [change])[CELL] == 19, "which was not read"
        gone = ShowRule((CELL, CLASS, "wc:4061:aaa:zzz"), lambda _: {CELL: 25})
        with pytest.raises(Guarded, match="is gone"):
            ceilings([gone], looks, subject_of(CELL))
        unread = ShowRule((CELL, SINGLE), lambda _: {CELL: 25})
        with pytest.raises(Guarded, match="wc:31907, of the same show, could not be read: the database went away"):
            ceilings([unread], looks | {subject_of(SINGLE): AppError("the database went away")}, subject_of(CELL))

    run(story())
