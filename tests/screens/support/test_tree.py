"""What stands on the branches of a shop's tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest

from brcc_tui.model.checkout import NOT_READ
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.sums import ListingSums
from brcc_tui.screens.support.tree import held_inside, sums_in_view, tree_rows

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def listing(id: str, sold: int, remaining: Quantity, *flags: Flag) -> Listing:
    capacity = sold + remaining if isinstance(remaining, int) else remaining
    reading = Reading(capacity, sold, 0, remaining, NOW, Source.LIVE)
    start = NOW + dt.timedelta(days=1) if id.count(":") == 3 else None
    method = StockMethod.BOOKING_STOCK if start else StockMethod.WOOCOMMERCE_STOCK
    group = id.rsplit(":", 1)[0] if start else id
    return Listing(
        id, Platform.WOOCOMMERCE, "Gala", "8pm", start, method, Status.ON_SALE, reading, group, flags=frozenset(flags)
    )


def branches(*listings: Listing) -> dict[str, ListingSums | None]:
    rows = tree_rows(listings, (), Platform.WOOCOMMERCE, {"wc:5"}, now=NOW)
    return {row.key: row.sums for row in rows if row.open is not None}


def test_the_own_stock_of_a_product_and_its_dates_are_never_added_up() -> None:
    dates = [listing(f"wc:5:a:{n}", sold, 48, Flag.HYBRID) for n, sold in enumerate((2, 0, 0))]
    sums = branches(listing("wc:5", 2, 48, Flag.HYBRID), *dates)
    assert sums == {
        "wc:5": ListingSums(capacity=50, sold=2, remaining=48, unknown=0),
        "wc:5:a": ListingSums(capacity=50, sold=2, remaining=48, unknown=0),
    }


def test_dates_with_stocks_of_their_own_add_up() -> None:
    sums = branches(*(listing(f"wc:5:a:{n}", n, 10) for n in range(3)))
    assert sums["wc:5"] == sums["wc:5:a"] == ListingSums(capacity=33, sold=3, remaining=30, unknown=0)


def test_classes_of_one_event_and_copies_in_two_languages_are_not_added_up() -> None:
    def shared(id: str, **fields: object) -> Listing:
        return replace(listing(id, 10, 30), **fields)  # type: ignore[arg-type]

    event = [shared(f"eb:1:{n}", platform=Platform.EVENTBRITE, group="eb:7", event_left=30) for n in (1, 2)]
    (row,) = tree_rows(event, (), Platform.EVENTBRITE, (), now=NOW)
    assert row.sums == ListingSums(capacity=50, sold=20, remaining=30, unknown=0)
    flags = frozenset({Flag.TRANSLATED})
    copies = [shared("wc:5", flags=flags), shared("wc:6", flags=flags, copy_of="wc:5")]
    rows = tree_rows(copies, (), Platform.WOOCOMMERCE, (), now=NOW)
    assert sums_in_view(rows) == (2, ListingSums(capacity=50, sold=20, remaining=30, unknown=0))


def test_a_donation_beside_seats_makes_none_of_them_endless() -> None:
    seats = replace(listing("eb:1:1", 10, 30), platform=Platform.EVENTBRITE, group="eb:7")
    donation = replace(seats, id="eb:1:2", reading=listing("eb:1:2", 4, UNLIMITED).reading)
    gift = replace(donation, flags=frozenset({Flag.DONATION}))
    (row,) = tree_rows([seats, gift], (), Platform.EVENTBRITE, (), now=NOW)
    assert (row.count, row.sums) == (2, ListingSums(capacity=40, sold=10, remaining=30, unknown=0))
    (row,) = tree_rows([gift], (), Platform.EVENTBRITE, (), now=NOW)
    assert row.sums == ListingSums(capacity=0, sold=4, remaining=0, unknown=0, endless=True)


_NOBODY_ASKED, _NO_ANSWER = Unknown(NOT_READ), Unknown("Eventbrite: no answer within 30 s")


@pytest.mark.parametrize(
    ("ids", "held", "told"),
    [
        pytest.param(("wc:5:a:1", "wc:5:a:2"), (2, 3), (5, False), id="dates"),
        pytest.param(("eb:1:1", "eb:1:2"), (3, 3), (3, False), id="classes of one event, in one checkout"),
        pytest.param(("wc:5", "wc:5:a:1"), (4, 3), (4, False), id="the stock of a product holds its dates' places"),
        pytest.param(("eb:1:1", "eb:2:2"), (2, _NOBODY_ASKED), (2, True), id="some not asked for"),
        pytest.param(("eb:1:1", "eb:2:2"), (_NOBODY_ASKED, _NO_ANSWER), (_NO_ANSWER, False), id="none known"),
        pytest.param(("eb:1:1", "eb:2:2"), (_NOBODY_ASKED,) * 2, (_NOBODY_ASKED, False), id="none asked for"),
    ],
)
def test_a_branch_tells_what_is_held_of_all_below_it(
    ids: Sequence[str], held: Sequence[Quantity], told: tuple[Quantity, bool]
) -> None:
    platform = Platform.EVENTBRITE if ids[0].startswith("eb") else Platform.WOOCOMMERCE
    inside = [
        replace(one, platform=platform, group="eb:7" if platform is Platform.EVENTBRITE else one.group,
                reading=replace(one.reading, held=places))
        for one, places in zip((listing(id, 2, 40, Flag.HYBRID) for id in ids), held, strict=True)
    ]  # fmt: skip
    (row,) = tree_rows(inside, (), platform, (), now=NOW)
    assert held_inside(row) == told
