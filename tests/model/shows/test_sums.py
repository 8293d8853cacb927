"""Sums of listings that sell the same places: no place counts twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest

from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.quantity import UNLIMITED, Unknown
from brcc_tui.model.shows.sums import Sum, over_counted, sum_of, sums_together
from tests.model.shows.test_grouping import listing


def classes(*numbers: tuple[int, int, int], **shared: object) -> list[Listing]:
    """Classes of one event: capacity, sold and what remains of each."""
    return [
        _of(listing(f"eb:1:{n}", sold=sold, remaining=remaining), capacity, **shared)
        for n, (capacity, sold, remaining) in enumerate(numbers)
    ]


def products(*numbers: tuple[int, int], original: str = "wc:500") -> list[Listing]:
    """The product and its copy in another language: sold, and what remains."""
    copies = [None, original]
    return [
        _of(listing(f"wc:{500 + n}", sold=sold, remaining=left, flags=frozenset({Flag.TRANSLATED})), sold + left,
            copy_of=copies[n])
        for n, (sold, left) in enumerate(numbers)
    ]  # fmt: skip


def _of(made: Listing, capacity: int, **fields: object) -> Listing:
    reading = dataclasses.replace(made.reading, capacity=capacity)
    if isinstance(held := fields.pop("held", None), int):
        reading = dataclasses.replace(reading, held=held)
    return dataclasses.replace(made, reading=reading, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("there", "capacity", "remaining"),
    [
        pytest.param(classes((30, 5, 25), (20, 5, 15)), 50, 40, id="nothing shared"),
        pytest.param(classes((40, 10, 30), (40, 0, 30), event_left=30), 40, 30, id="an event's own capacity"),
        pytest.param(classes((40, 30, 0), (40, 10, 0), event_left=0), 40, 0, id="an event that is full"),
        pytest.param(classes((40, 30, -2), (40, 12, -2), event_left=-2), 40, -2, id="an event with too many"),
        pytest.param(classes((10, 0, 10), (10, 0, 10), event_left=35), 20, 20, id="an event with room for more"),
        pytest.param(classes((30, 5, 25), (40, 5, 25), tier="I1", tier_left=25), 35, 25, id="a tier's own"),
        pytest.param(classes((30, 5, 22), (20, 5, 12), held=3, event_left=99), 50, 37, id="three in checkout"),
        pytest.param(
            classes((50, 10, 32), (50, 5, 32), held=3, tier="I1", tier_left=32),
            50,
            32,
            id="three of a tier in checkout",
        ),
        pytest.param(products((3, 20), (2, 20)), 25, 20, id="two languages"),
        pytest.param(
            [
                *classes((50, 10, 35), (50, 5, 35), tier="I1", tier_left=35),
                dataclasses.replace(classes((40, 0, 40), event_left=40)[0], id="eb:1:9"),
            ],
            90,
            75,
            id="a tier that does not count against its event",
        ),
    ],
)
def test_what_is_shared_is_added_once(there: Sequence[Listing], capacity: int, remaining: int) -> None:
    more, of_capacities = over_counted(there)
    assert sum(x.reading.remaining for x in there if isinstance(x.reading.remaining, int)) - more == remaining
    assert sums_together(there).capacity == Sum(capacity)
    assert sums_together(there).on_offer.known == max(remaining, 0)
    assert (of_capacities > 0) is (sum_of_capacities(there) > capacity)


def sum_of_capacities(there: Sequence[Listing]) -> int:
    return sum(x.reading.capacity for x in there if isinstance(x.reading.capacity, int))


def test_what_is_not_known_is_counted_beside_the_sum_and_never_for_nothing() -> None:
    assert sum_of([3, Unknown("DB error"), 4, UNLIMITED, Unknown("no answer"), 0]) == Sum(7, missing=2, endless=1)
