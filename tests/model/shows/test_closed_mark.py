"""Closed or sold out: what the looks at a listing, one after the other, come to."""

from __future__ import annotations

import datetime as dt

import pytest

from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.closed_mark import ClosedMark, given_here, seen

START = dt.datetime(2027, 5, 12, 12, 0, tzinfo=dt.UTC)
NOT_KNOWN = Unknown("not read")


def reading(capacity: Quantity, taken: Quantity) -> Reading:
    left = capacity - taken if isinstance(capacity, int) and isinstance(taken, int) else NOT_KNOWN
    return Reading(capacity, taken, 0, left, None, Source.LIVE)


def after(
    *looks: tuple[Quantity, Quantity], set_here: int | None = None, unknown_zero: int | None = None
) -> ClosedMark:
    """The mark after looks at (capacity, taken), an hour apart; that of number `unknown_zero` shows a bare 0."""
    mark: ClosedMark | None = None
    for number, (capacity, taken) in enumerate(looks):
        none_left = number == unknown_zero or (isinstance(capacity, int) and capacity == taken)
        at = START + dt.timedelta(hours=number)
        mark = seen(mark, reading(capacity, taken), at, none_left=none_left, set_here=set_here)
    assert mark is not None
    return mark


CLOSED = {
    "never seen on offer": [(12, 12)],
    "closed": [(30, 12), (12, 12)],
    "closed, then a cancel": [(30, 12), (12, 12), (12, 10)],
    "closed, then a cancel, and sold out again": [(30, 12), (12, 12), (12, 10), (12, 12)],
    "closed, then all of it comes back": [(30, 12), (12, 12), (12, 0)],
    "closed, then a refund that gives nothing back": [(30, 12), (12, 12), (10, 10)],
    "closed, and the cancel came before anybody looked": [(30, 12), (12, 11)],
    "closed at fewer, for a cancel came before": [(30, 12), (11, 11), (11, 9)],
    "sold without limit, and closed": [(UNLIMITED, 12), (12, 12), (12, 11)],
    "sold without limit, closed, and a cancel before anybody looked": [(UNLIMITED, 12), (12, 11)],
    "raised, then closed": [(20, 12), (30, 12), (20, 20), (20, 19)],
}
OPEN = {
    "never seen at 0": [(30, 12)],
    "sold out": [(30, 12), (30, 30)],
    "sold out, then a cancel": [(30, 12), (30, 30), (30, 29)],
    "lowered": [(30, 12), (20, 12)],
    "closed, then given more": [(30, 12), (12, 12), (20, 12)],
    "closed, a cancel, then given more": [(30, 12), (12, 12), (12, 10), (13, 10)],
    "closed, then given more, sold out, and a cancel": [(30, 12), (12, 12), (20, 12), (20, 20), (20, 18)],
    "closed, then without limit": [(30, 12), (12, 12), (UNLIMITED, 12)],
    "not known, then as before": [(30, 12), (NOT_KNOWN, NOT_KNOWN), (30, 30)],
}


@pytest.mark.parametrize("looks", CLOSED.values(), ids=CLOSED.keys())
def test_what_was_closed_stays_closed_until_somebody_gives_more(looks: list[tuple[Quantity, Quantity]]) -> None:
    assert after(*looks).closed


@pytest.mark.parametrize("looks", OPEN.values(), ids=OPEN.keys())
def test_what_sold_out_by_itself_is_not_closed(looks: list[tuple[Quantity, Quantity]]) -> None:
    assert not after(*looks).closed


def test_what_was_set_here_stands_for_what_nobody_saw_on_offer() -> None:
    assert not after((12, 12), set_here=12).closed
    assert not after((12, 12), (12, 11), set_here=12).closed
    assert after((12, 12), set_here=30).closed
    # Set here long ago, raised in the shop since, and closed there at the very number that was set here.
    assert after((30, 12), (12, 12), (12, 11), set_here=12).closed


def test_what_was_lowered_here_to_what_was_taken_is_open_when_a_cancel_gives_a_place_back() -> None:
    assert not after((30, 12), (12, 11), set_here=12).closed
    assert after((30, 12), (12, 11), set_here=13).closed


def test_a_zero_of_which_the_capacity_is_not_known_may_be_a_close() -> None:
    zero = (NOT_KNOWN, NOT_KNOWN)
    assert after((30, 12), zero, unknown_zero=1).closed
    assert after((30, 12), zero, (12, 11), unknown_zero=1).closed
    assert not after((30, 12), zero, (30, 29), unknown_zero=1).closed
    assert not after((30, 12), zero, (30, 30), unknown_zero=1).closed
    assert after(zero, (12, 11), unknown_zero=0).closed
    assert not after(zero, (12, 11), (13, 11), unknown_zero=0).closed


def test_an_older_look_tells_nothing_new() -> None:
    mark = after((30, 12), (12, 12))
    assert seen(mark, reading(30, 12), START, none_left=False) is mark


def test_the_same_again_is_the_same_mark() -> None:
    mark = after((30, 12))
    assert seen(mark, reading(30, 12), START + dt.timedelta(days=1), none_left=False) is mark


def test_what_is_given_here_opens_it() -> None:
    given = given_here(reading(13, 12), START)
    assert given == ClosedMark(START, 13, 12)
    assert given_here(reading(NOT_KNOWN, 12), START) is None
