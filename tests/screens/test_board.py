"""What the board keeps when newer and older numbers meet."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from brcc_tui.model.listing import Listing, Platform, Status, StockMethod
from brcc_tui.model.quantity import Quantity, Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.screens.board import Board

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(minutes=1)


def _listing(remaining: Quantity, source: Source, read_at: dt.datetime) -> Listing:
    reading = Reading(55, 10, 0, remaining, read_at, source)
    return Listing(
        "wc:1", Platform.WOOCOMMERCE, "Show", None, None, StockMethod.WOOCOMMERCE_STOCK, Status.ON_SALE, reading, "wc:1"
    )


def _board(listing: Listing) -> Board:
    return Board(listings={listing.id: listing})


@pytest.mark.parametrize(
    ("live", "cached", "kept"),
    [
        pytest.param((45, NOON), (40, LATER), 40, id="a later refresh wins"),
        pytest.param((45, LATER), (40, NOON), 45, id="what was read during the refresh stays"),
        pytest.param((45, NOON), (45, NOON), 45, id="the same reading, remembered by the cache"),
        pytest.param((45, NOON), (Unknown("no database"), LATER), 45, id="a later one that knows less does not win"),
    ],
)
def test_a_catalogue_is_taken_without_losing_newer_numbers(
    live: tuple[int, dt.datetime], cached: tuple[Quantity, dt.datetime], kept: int
) -> None:
    board = _board(_listing(live[0], Source.LIVE, live[1]))
    some_stay = board.adopt(_board(_listing(cached[0], Source.CACHE, cached[1])))
    assert board.listings["wc:1"].reading.remaining == kept
    assert some_stay is (board.listings["wc:1"].reading.source is Source.LIVE)


def _name_shows(board: Board) -> None:
    board.take([dataclasses.replace(each, show="named") for each in list(board.listings.values())])


def test_grouping_is_taken_over() -> None:
    board = _board(_listing(40, Source.LIVE, NOON))
    assert board.regrouped(_name_shows)()
    assert board.listings["wc:1"].show == "named"


def test_grouping_that_newer_numbers_have_overtaken_is_not() -> None:
    board = _board(_listing(40, Source.LIVE, NOON))
    take_over = board.regrouped(_name_shows)
    board.take([_listing(39, Source.LIVE, LATER)])
    assert not take_over()
    assert board.listings["wc:1"].reading.remaining == 39
