"""What a show's flags say, and what they do not."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from brcc_tui.model.listing import Flag
from brcc_tui.model.quantity import UNLIMITED, Quantity
from brcc_tui.model.shows.grouping import sells_same_seats
from brcc_tui.model.shows.show import ShowFlag
from tests.model.shows.test_grouping import FRIDAY, RULES, grouped, listing

IDS = ("eb:1:2", "wc:1:s:d")
SAID = dataclasses.replace(RULES, together=frozenset([frozenset(("eb:1:2", "wc:1:s"))]))
TWICE, ONE_SHOP = ShowFlag.CAN_OVERSELL, ShowFlag.ONE_SHOP_ONLY


@pytest.mark.parametrize(
    ("readings", "flags"),
    [
        ([(40, 0, 0), (15, 0, 0)], set()),
        ([(40, 0, 0), (16, 0, 0)], {ShowFlag.OVERSOLD, TWICE}),
        ([(40, 0, 0), (12, 4, 0)], {ShowFlag.OVERSOLD, TWICE}),
        ([(40, 0, 5), (5, 0, 5)], set()),
        ([(40, 0, 10), (5, 0, 10)], {TWICE}),
        ([(10, 0, 0), (10, 0, 0)], {ShowFlag.NOT_OFFERED}),
        ([(10, 0, 0), (10, 0, 1)], set()),
        ([(10, 0, UNLIMITED)], {TWICE, ONE_SHOP}),
        ([(10, 0, 5)], {ONE_SHOP}),
    ],
    ids=[
        "all are taken",
        "more taken than seats",
        "more taken, some of them in a checkout",
        "each offers what is left",
        "both offer the last seats",
        "free seats that nobody offers",
        "one of them is offered",
        "no limit at all",
        "one shop",
    ],
)
def test_flags(readings: list[tuple[Quantity, Quantity, Quantity]], flags: set[ShowFlag]) -> None:
    parts = [listing(i, sold=s, held=h, remaining=r) for i, (s, h, r) in zip(IDS, readings, strict=False)]
    [show] = grouped(*parts, rules=SAID).shows
    assert show.flags == flags
    drifted = dataclasses.replace(parts[-1], flags=frozenset({Flag.DRIFT}))
    [show] = grouped(*parts[:-1], drifted, rules=SAID).shows
    assert show.flags == flags | {ShowFlag.DRIFT}


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"title": "Friday Night, the last one"}, True),
        ({"flags": frozenset({Flag.DRIFT})}, True),
        ({"flags": frozenset({Flag.DONATION})}, False),
        ({"starts_at": FRIDAY + dt.timedelta(minutes=30)}, False),
        ({"group": "wc:1:t"}, False),
    ],
)
def test_a_listing_sells_the_same_seats_while_start_series_and_kind_are_the_same(
    changes: dict[str, object], same: bool
) -> None:
    before = listing("wc:1:s:d")
    after = dataclasses.replace(before, **changes)  # type: ignore[arg-type]
    assert (sells_same_seats(before, after), sells_same_seats(after, before)) == (same, same)
