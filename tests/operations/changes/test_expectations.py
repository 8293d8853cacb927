"""What each number of a product means since our write: as wanted, low, high by our own text, or another hand's.

A has 35 places, of which order 1 has taken 5, and is to have 20: 15 remaining are sent. Its neighbour B has 12, of
which order 2 has taken 2.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest

from brcc_tui.model.listing import StockMethod
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.expectations import Expectations, Stands, Verdict
from tests.operations.changes.guard_world import CELL as A
from tests.operations.changes.test_guards_alone import looked_at

B = "wc:4061:aaa:eee"
Orders = Mapping[int, Mapping[str, int]]

BEFORE: Orders = {1: {A: 5}, 2: {B: 2}}
READ = looked_at(A)


def more(order: int, listing: str, places: int) -> Orders:
    """The orders of before, and another one."""
    return {**BEFORE, order: {listing: places}}


def without(order: int, other: Orders = BEFORE) -> Orders:
    """These orders, of which one has ended."""
    return {number: places for number, places in other.items() if number != order}


def seen(a: Quantity, b: Quantity = 10, orders: Orders = BEFORE) -> DecisionReading:
    """A look that finds so many remaining, and these orders alive."""
    found = {}
    for listing_id, remaining in ((A, a), (B, b)):
        taken = sum(places.get(listing_id, 0) for places in orders.values())
        capacity = remaining + taken if isinstance(remaining, int) else remaining
        there = READ.listings[listing_id]
        reading = dataclasses.replace(there.reading, capacity=capacity, sold=taken, held=0, remaining=remaining)
        found[listing_id] = dataclasses.replace(there, reading=reading)
    return dataclasses.replace(READ, listings=found, orders=orders)


def written(first: DecisionReading | None = None, wanted: int | None = 20, sent: int = 15) -> Expectations:
    return Expectations.open(first or seen(30), {A: wanted}, {A: sent})


def named(look: DecisionReading, expectations: Expectations | None = None) -> Verdict:
    return next(x for x in (expectations or written()).judge(look) if x.listing_id == A)


def beside(look: DecisionReading, expectations: Expectations | None = None) -> Verdict | None:
    return next((x for x in (expectations or written()).judge(look) if x.listing_id == B), None)


NAMED: dict[str, tuple[int, Orders, Stands, int, bool]] = {
    "as it was sent": (15, BEFORE, Stands.AS_WANTED, 15, True),
    "two sold since": (13, more(3, A, 2), Stands.AS_WANTED, 13, True),
    "two sold into our write": (15, more(3, A, 2), Stands.HIGH, 13, True),
    "one more than any text of ours": (16, more(3, A, 1), Stands.OTHER_HAND, 14, True),
    "a cancel gave back what our text had on offer": (20, more(3, A, 3) | {1: {}}, Stands.HIGH, 17, True),
    "more than that": (21, more(3, A, 3) | {1: {}}, Stands.OTHER_HAND, 17, True),
    "the old number": (30, BEFORE, Stands.AS_BEFORE, 15, True),
    "low by what was sold since": (10, more(3, A, 3), Stands.LOW, 12, True),
    "low by more": (8, more(3, A, 3), Stands.LOW, 12, False),
    "low by what was given back": (15, {1: {A: 3}, 2: {B: 2}}, Stands.LOW, 17, True),
    "low by more than that": (14, {1: {A: 3}, 2: {B: 2}}, Stands.LOW, 17, False),
    "low without a reason": (12, BEFORE, Stands.LOW, 15, False),
    "0 by sales that are on their way": (0, more(3, A, 10), Stands.LOW, 5, True),
    "0 by a hand": (0, BEFORE, Stands.OTHER_HAND, 15, False),
    "more sold than there is": (0, more(3, A, 17), Stands.AS_WANTED, 0, True),
}


@pytest.mark.parametrize(("number", "orders", "stands", "target", "explained"), NAMED.values(), ids=NAMED)
def test_what_the_number_of_a_named_date_means(
    number: int, orders: Orders, stands: Stands, target: int, explained: bool
) -> None:
    verdict = named(seen(number, orders=orders))
    assert (verdict.stands, verdict.target, verdict.explained) == (stands, target, explained)


def test_a_0_that_stood_there_before_was_set_by_a_hand() -> None:
    assert named(seen(0), written(seen(0))).stands is Stands.OTHER_HAND


def test_what_is_not_there_or_has_no_number_is_another_hands() -> None:
    gone = seen(15)
    gone = dataclasses.replace(gone, listings={B: gone.listings[B]})
    assert named(gone).stands is Stands.OTHER_HAND
    assert named(seen(UNLIMITED)).stands is Stands.OTHER_HAND
    assert named(seen(Unknown("not read"))).stands is Stands.OTHER_HAND
    assert named(seen(UNLIMITED), written(seen(UNLIMITED))).stands is Stands.AS_BEFORE


def test_an_order_that_came_and_went_gave_its_places_back() -> None:
    expectations = written()
    assert named(seen(12, orders=more(3, A, 3)), expectations).stands is Stands.AS_WANTED
    assert named(seen(18), expectations).stands is Stands.HIGH
    assert named(seen(18)).stands is Stands.OTHER_HAND


def test_the_largest_number_of_all_our_texts_may_come_back() -> None:
    expectations = written()
    expectations.wrote(seen(15), {A: 12})
    assert named(seen(15, orders=more(3, A, 5)), expectations).stands is Stands.HIGH


def test_of_what_is_closed_nothing_is_left() -> None:
    expectations = written(wanted=None, sent=0)
    assert named(seen(0), expectations).stands is Stands.AS_WANTED
    assert expectations.target(A, 5) == 0


BESIDE: dict[str, tuple[int, Orders, Stands | None, int]] = {
    "as it was": (10, BEFORE, None, 0),
    "sold": (7, more(4, B, 3), None, 0),
    "sold into our write": (10, more(4, B, 3), Stands.HIGH, 7),
    "more than any text of ours": (11, more(4, B, 3), Stands.OTHER_HAND, 7),
    "a cancel fell into our write": (10, without(2), Stands.LOW, 12),
    "lower than that": (9, without(2), None, 0),
    "lowered by staff": (8, BEFORE, None, 0),
    "sold into it, and given back": (12, without(2, more(5, B, 3)), Stands.HIGH, 9),
    "more than was given back": (13, without(2, more(5, B, 3)), Stands.OTHER_HAND, 9),
    "sold out": (0, more(4, B, 10), None, 0),
}


@pytest.mark.parametrize(("number", "orders", "stands", "target"), BESIDE.values(), ids=BESIDE)
def test_what_the_number_of_a_neighbour_means(number: int, orders: Orders, stands: Stands | None, target: int) -> None:
    verdict = beside(seen(15, number, orders))
    assert (verdict and verdict.stands, verdict and verdict.target) == (stands, target if stands else None)


@pytest.mark.parametrize("was", [UNLIMITED, Unknown("not read")])
def test_a_neighbour_without_a_number_at_the_checkpoint_is_never_judged(was: Quantity) -> None:
    first = seen(30, 10)
    there = first.listings[B]
    there = dataclasses.replace(there, reading=dataclasses.replace(there.reading, capacity=was, remaining=was))
    first = dataclasses.replace(first, listings={**first.listings, B: there})
    assert beside(seen(15, 9, more(4, B, 3)), written(first)) is None


@pytest.mark.parametrize(
    ("number", "orders", "stands"),
    [(10, BEFORE, None), (7, more(4, B, 3), None), (10, more(4, B, 3), Stands.HIGH), (12, without(2), None)],
    ids=["unmoved", "sold", "sold, and overwritten", "given back"],
)
@pytest.mark.parametrize("known", [False, True], ids=["not known", "known then"])
def test_a_neighbour_of_which_nobody_knows_all_that_is_taken_is_judged_by_its_orders(
    known: bool, number: int, orders: Orders, stands: Stands | None
) -> None:
    """Tickets that do not tell their slot may be of it: whose they are does not change while it is watched."""

    def with_strays(look: DecisionReading) -> DecisionReading:
        strays = Unknown("tickets may be of it")
        there = look.listings[B]
        there = dataclasses.replace(there, reading=dataclasses.replace(there.reading, capacity=strays, sold=strays))
        return dataclasses.replace(look, listings={**look.listings, B: there})

    first = seen(30, 10) if known else with_strays(seen(30, 10))
    verdict = beside(with_strays(seen(15, number, orders)), written(first))
    assert (verdict and verdict.stands) == stands


def test_a_neighbour_keeps_the_tickets_of_an_order_that_is_deleted_meanwhile() -> None:
    """They count as sold, so nothing of it came back."""
    look = seen(15, 10, without(2))
    there = look.listings[B]
    kept = dataclasses.replace(there, reading=dataclasses.replace(there.reading, capacity=12, sold=2))
    assert beside(dataclasses.replace(look, listings={**look.listings, B: kept})) is None


def test_a_products_own_stock_that_is_left_to_another_hand_is_never_touched_again() -> None:
    """No text of ours holds it, so nothing that we send can harm it: what it stands at is theirs alone."""

    def stock(number: int) -> DecisionReading:
        look = seen(number)
        own = dataclasses.replace(look.listings[A], stock_method=StockMethod.WOOCOMMERCE_STOCK)
        return dataclasses.replace(look, listings={A: own}, orders={1: {A: 5}})

    expectations = written(stock(30))
    expectations.leave(stock(25), A)
    assert not expectations.has_others
    assert expectations.judge(dataclasses.replace(stock(25), orders={1: {A: 9}})) == []


LEFT: dict[str, tuple[int, Orders, Stands | None]] = {
    "as it was left": (8, {2: {B: 2}}, None),
    "a sale of it fell into our next text": (8, {2: {B: 2}, 3: {A: 3}}, Stands.HIGH),
    "set once more": (10, {2: {B: 2}}, Stands.OTHER_HAND),
    "sold, and set once more": (10, {2: {B: 2}, 3: {A: 3}}, Stands.OTHER_HAND),
}


@pytest.mark.parametrize(("number", "orders", "stands"), LEFT.values(), ids=LEFT)
def test_what_is_left_to_another_hand_is_a_neighbour_from_then_on(
    number: int, orders: Orders, stands: Stands | None
) -> None:
    """Order 1 had ended before that: what it gave back is in the number that stands there."""
    expectations = written()
    expectations.leave(seen(8, orders=without(1)), A)
    found = [x for x in expectations.judge(seen(number, orders=orders)) if x.listing_id == A]
    assert [(x.stands, x.named) for x in found] == ([(stands, False)] if stands else [])
