"""A reading: who told each of its numbers, how old several of them are, and when a newer one tells less."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.newest import knows_less, read_since
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import UNLIMITED, Unknown, plain
from brcc_tui.model.reading import Origin, Reading, Source

NOON = dt.datetime(2027, 6, 1, 12, tzinfo=dt.UTC)
SILENT = Unknown("no answer")
EVENTBRITE, DATABASE, REST = Origin.EVENTBRITE, Origin.DATABASE, Origin.REST
READING = Reading(55, 12, 1, 42, NOON, Source.LIVE, 0, REST, DATABASE)


def of(reading: Reading, **fields: object) -> Listing:
    made = Listing(
        "wc:1", Platform.WOOCOMMERCE, "Show", None, None, StockMethod.WOOCOMMERCE_STOCK, Status.ON_SALE, reading, "wc:1"
    )
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, {"capacity": REST, "sold": DATABASE, "held": DATABASE, "remaining": REST}),
        (
            {"stored_from": EVENTBRITE, "taken_from": EVENTBRITE},
            {"capacity": EVENTBRITE, "sold": EVENTBRITE, "held": Origin.TIER, "remaining": EVENTBRITE},
        ),
        ({"source": Source.CACHE}, dict.fromkeys(("capacity", "sold", "held", "remaining"), Origin.CACHE)),
        ({"sold": SILENT, "held": SILENT, "capacity": SILENT}, {"remaining": REST}),
        ({"sold": SILENT, "source": Source.CACHE}, dict.fromkeys(("capacity", "held", "remaining"), Origin.CACHE)),
        ({"stored_from": None}, {"sold": DATABASE, "held": DATABASE}),
    ],
)
def test_who_told_each_number_that_is_known(changes: dict[str, object], told: dict[str, Origin]) -> None:
    assert replace(READING, **changes).sources == told  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sold", "capacity", "beyond"),
    [(56, 55, True), (55, 55, False), (SILENT, 55, False), (56, SILENT, False), (56, UNLIMITED, False)],
)
def test_more_are_sold_than_there_are_only_where_both_are_known(sold: int, capacity: int, beyond: bool) -> None:
    assert replace(READING, sold=sold, capacity=capacity).is_sold_beyond_capacity is beyond


def test_as_others_read_it_unlimited_is_a_word_and_unknown_is_nothing() -> None:
    assert [plain(each) for each in (0, 12, UNLIMITED, SILENT)] == [0, 12, "unlimited", None]


def test_several_are_as_old_as_the_oldest_and_of_no_age_where_that_of_one_is_not_known() -> None:
    new, old = of(READING), of(replace(READING, read_at=NOON - dt.timedelta(hours=3)))
    assert read_since([new, old]) == NOON - dt.timedelta(hours=3)
    assert read_since([new, of(replace(READING, read_at=None))]) is None
    assert read_since([]) is None


def test_what_was_not_known_before_either_is_no_less() -> None:
    less, none = replace(READING, sold=SILENT, capacity=SILENT), Reading.unknown("no answer")
    assert knows_less(of(READING), of(less)) == knows_less(of(less), of(none)) == "no answer"
    assert knows_less(of(less), of(less)) == knows_less(of(less), of(READING)) == ""
    assert knows_less(of(READING), of(less, flags=frozenset({Flag.LOST}))) == ""
    assert knows_less(of(READING), of(less, read_only_reason="its options broke")) == ""
