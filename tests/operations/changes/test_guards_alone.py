"""Each guard by itself, on a listing that nothing else is wrong with: what it refuses, and what it lets through."""

from __future__ import annotations

import dataclasses

import pytest

from brcc_tui.model.changes.plan import RefusalCode
from brcc_tui.model.listing import Flag, Listing, StockMethod
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.shows.show import MAX_SEATS
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import DecisionReading, subject_of
from brcc_tui.operations.changes.guards import (
    Guarded,
    Waivers,
    find,
    guard_listing,
    guard_number,
    guard_present,
    guard_text,
)
from tests.operations.changes.guard_world import CELL, CLASS, world
from tests.operations.changes.virtual_time import run

NOT_READ = Unknown("it was not read")


def looked_at(listing_id: str, *, text: str | None = None) -> DecisionReading:
    """What a decision is made on, perhaps with another booking text."""

    async def story() -> DecisionReading:
        club = world()
        if text is not None:
            club.shop.products[4061].text = text
        return await DecisionReader(club.us.club).look(subject_of(listing_id))

    return run(story())


def the_listing(listing_id: str, **numbers: Quantity) -> Listing:
    """The listing, some of its numbers otherwise."""
    found = looked_at(listing_id).listings[listing_id]
    return dataclasses.replace(found, reading=dataclasses.replace(found.reading, **numbers))


def test_a_listing_of_which_a_number_is_unknown_is_not_written() -> None:
    look = looked_at(CELL)
    guard_listing(look, look.listings[CELL])
    with pytest.raises(Guarded, match="not all numbers are known") as no:
        guard_listing(look, the_listing(CELL, held=NOT_READ))
    assert no.value.code is RefusalCode.SOLD_UNKNOWN


@pytest.mark.parametrize(("listing_id", "where"), [(CLASS, "Eventbrite"), (CELL, "WordPress")])
def test_seats_of_a_seat_map_are_changed_where_that_map_is(listing_id: str, where: str) -> None:
    look = looked_at(listing_id)
    seated = dataclasses.replace(
        look.listings[listing_id], stock_method=StockMethod.READ_ONLY, flags=frozenset({Flag.RESERVED_SEATING})
    )
    with pytest.raises(Guarded, match=f"change the seat map in {where}$") as no:
        guard_listing(look, seated)
    assert no.value.code is RefusalCode.RESERVED_SEATING


def test_what_is_in_the_trash_is_not_written() -> None:
    look = looked_at(CELL)
    assert look.product is not None
    trashed = dataclasses.replace(look, product=dataclasses.replace(look.product, status="trash"))
    with pytest.raises(Guarded, match="in the trash") as no:
        guard_listing(trashed, look.listings[CELL])
    assert no.value.code is RefusalCode.UNKNOWN_LISTING


@pytest.mark.parametrize("label", ['8 \\"o clock\\"', "8\\\\9"])
def test_a_label_that_fooevents_would_break_is_not_written_around(label: str) -> None:
    text = looked_at(CELL).booking_rows()[0].value
    assert isinstance(text, str)
    with pytest.raises(Guarded, match="Rename the slot first") as no:
        guard_text(looked_at(CELL, text=text.replace("aaa Show", label)))
    assert no.value.code is RefusalCode.LABEL_BREAKS_FOOEVENTS


def test_what_sells_without_limit_gets_a_number_only_where_a_plan_says_so() -> None:
    endless = the_listing(CELL, capacity=UNLIMITED, remaining=UNLIMITED)
    guard_present(endless, Waivers(from_unlimited=True))
    with pytest.raises(Guarded) as no:
        guard_present(endless, Waivers())
    assert no.value.code is RefusalCode.UNLIMITED


@pytest.mark.parametrize(
    ("listing_id", "flags", "stands"),
    [(CLASS, (), "at 0,"), (CLASS, (Flag.OVERSOLD,), "below 0,"), (CELL, (), "below 0,")],
    ids=["who is in checkout may be buying of another class", "more is taken than it has", "a stock"],
)
def test_only_what_is_below_0_is_called_so(listing_id: str, flags: tuple[Flag, ...], stands: str) -> None:
    numbers = the_listing(listing_id, capacity=20, sold=20, held=2, remaining=-2)
    listing = dataclasses.replace(numbers, flags=frozenset(flags))
    with pytest.raises(Guarded, match=stands):
        guard_present(listing, Waivers())


@pytest.mark.parametrize("capacity", [0, 1, MAX_SEATS])
def test_what_is_a_number_of_seats(capacity: int) -> None:
    guard_number(the_listing(CELL), capacity)


@pytest.mark.parametrize("capacity", [-1, MAX_SEATS + 1])
def test_what_is_no_number_of_seats(capacity: int) -> None:
    with pytest.raises(Guarded) as no:
        guard_number(the_listing(CELL), capacity)
    assert no.value.code is RefusalCode.BAD_NUMBER


@pytest.mark.parametrize("part", ["sold", "pending"])
def test_no_capacity_is_enough_while_nobody_knows_what_is_taken(part: str) -> None:
    with pytest.raises(Guarded) as no:
        guard_number(the_listing(CELL, **{part: NOT_READ}), 50)
    assert no.value.code is RefusalCode.SOLD_UNKNOWN


def test_the_least_is_what_is_taken_unless_something_is_known_better() -> None:
    """Of 10 sold and 8 in the checkout of the event, only 3 may be of this class."""
    there = the_listing(CLASS, sold=10, held=8)
    guard_number(there, 13, least=13)
    for least in (None, 14):
        with pytest.raises(Guarded) as no:
            guard_number(there, 13, least=least)
        assert no.value.code is RefusalCode.BELOW_SOLD


@pytest.mark.parametrize(
    ("pending", "said"), [(0, "(10 sold, 8 held): 18 is"), (2, "8 held, 2 about to be paid): 20 is")]
)
def test_what_is_taken_is_told_part_by_part(pending: int, said: str) -> None:
    with pytest.raises(Guarded) as no:
        guard_number(the_listing(CELL, sold=10, held=8, pending=pending), 13)
    assert said in no.value.reason


def test_an_event_without_any_class_has_no_listing_of_that_name() -> None:
    """Its organizer took the last one out of it."""
    with pytest.raises(Guarded, match="the slot, date or ticket class is gone") as no:
        find(dataclasses.replace(looked_at(CLASS), listings={}), CLASS)
    assert no.value.code is RefusalCode.UNKNOWN_LISTING


@pytest.mark.parametrize(("one", "by"), [(CELL, "date"), ("wc:4061:v7", "variation")])
def test_a_product_that_sells_no_seats_as_a_whole_is_told_by_what_it_does(one: str, by: str) -> None:
    look = dataclasses.replace(looked_at(CELL), listings={one: the_listing(CELL)})
    with pytest.raises(Guarded, match=f"sells its seats by {by}: name one, such as {one}"):
        find(look, "wc:4061")


_SLOT = '{"aaa":{"label":"aaa Show","hour":"08","minute":"00","period":"p.m.","add_time":"enabled",%s}}'


@pytest.mark.parametrize(
    ("dates", "why"),
    [
        ('"add_date":{"ddd":{"date":"November 27, 2026"}}', "no stock that could be replaced"),
        ('"ddd_add_date":"November 27, 2026"', "no stock that could be replaced"),
        ('"add_date":{"ddd":{"date":"November 27, 2026","stock":"5","stock":"5"}}', "a key occurs twice"),
    ],
    ids=["none nested", "none flat", "twice"],
)
def test_a_date_whose_stock_cannot_be_replaced_is_refused_before_anybody_confirms(dates: str, why: str) -> None:
    look = looked_at(CELL, text=_SLOT % dates)
    with pytest.raises(Guarded, match=why) as caught:
        guard_listing(look, find(look, CELL))
    assert caught.value.code is RefusalCode.INVALID_TEXT
    assert "in WordPress" in str(caught.value.reason)
    assert "aaa ddd" not in str(caught.value.reason), "nobody knows a date by its ids"
