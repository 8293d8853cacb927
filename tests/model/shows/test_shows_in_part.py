"""Shows of which a part is asked for, has changed, is not known, or alone has too many."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from brcc_tui.model.listing import Flag
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.shows.grouping import group_shows, sum_up, sure_parts, surely, with_newer
from brcc_tui.model.shows.pairing import Doubt, Pairings
from brcc_tui.model.shows.show import HouseSeats, Pairing, PairingState, Room, Show, ShowFlag
from tests.model.shows.test_grouping import FRIDAY, RULES, TORONTO, grouped, listing

LATER = FRIDAY + dt.timedelta(days=1)
NIGHTS = (
    listing("eb:1:2", sold=10, remaining=5),
    listing("wc:1:s:d", sold=20, remaining=5),
    listing("wc:1:s:e", sold=30, remaining=5, start=LATER),
)
LOST = listing("wc:2:s:d", title="Gone", remaining=Unknown("deleted"), flags=frozenset({Flag.LOST}))


@pytest.mark.parametrize(
    ("of", "sold"), [(None, [30, 30]), (("wc:1:s:d",), [30]), (("eb:1:2", "wc:1:s:e"), [30, 30]), (("wc:7",), [])]
)
def test_of_some_listings_their_shows_are_told_whole(of: tuple[str, ...] | None, sold: list[int]) -> None:
    shows = group_shows(NIGHTS, RULES, Pairings(), TORONTO, of=of).shows
    assert [show.sold for show in shows] == sold
    assert shows == tuple(each for each in grouped(*NIGHTS).shows if each in shows)


def test_what_was_read_again_changes_the_sums_of_its_own_show_alone() -> None:
    tonight, later = grouped(*NIGHTS).shows
    newer = dataclasses.replace(tonight.listings[0], reading=dataclasses.replace(NIGHTS[0].reading, sold=11))
    again = with_newer((tonight, later), {newer.id: newer})
    assert [show.sold for show in again] == [31, 30]
    assert again[1] is later


def night(*parts: tuple[int, int], sure: bool = False) -> Show:
    there = [listing(f"wc:{n}:s:d", sold=sold, remaining=left) for n, (sold, left) in enumerate(parts)]
    apart = () if sure else tuple(frozenset({f"wc:{n}:s"}) for n, _ in enumerate(parts))
    return sum_up("x", FRIDAY, Room("main", 55), there, Pairing(PairingState.LIKELY, "", apart))


@pytest.mark.parametrize(
    ("show", "sold"),
    [
        (night((10, 0), (56, 0)), 56),
        (night((30, 0), (30, 0)), None),  # too many only if both are of this room
        (night((30, 0), (30, 0), sure=True), 60),
        (night((10, 0), (20, 0)), None),
    ],
)
def test_a_show_has_surely_too_many_if_a_part_has_that_hangs_together(show: Show, sold: int | None) -> None:
    part = surely(show, ShowFlag.OVERSOLD)
    assert (part.sold if part else None) == sold


def test_dates_that_may_each_belong_elsewhere_have_too_many_only_by_themselves() -> None:
    there = [listing("eb:1:2", sold=30), listing("wc:1:s:d", sold=20), listing("wc:1:s:e", sold=10)]
    doubts = {each.id: Doubt("says 8PM", single=True) for each in there[:2]}
    (show,) = grouped(*there, pairings=Pairings(doubts=doubts)).shows
    assert [part.sold for part in sure_parts(show)] == [30, 20, 10]
    assert (ShowFlag.OVERSOLD in show.flags, surely(show, ShowFlag.OVERSOLD)) == (True, None)


def test_a_listing_that_is_lost_is_named_with_its_reason_and_offers_nothing() -> None:
    (show,) = grouped(NIGHTS[0], LOST).shows
    assert [(each.id, each.reason) for each in show.lost] == [("wc:2:s:d", "Gone: deleted")]
    assert (show.remaining, show.on_offer) == (Unknown("Gone: deleted"), 5)
    known = dataclasses.replace(LOST, reading=dataclasses.replace(LOST.reading, remaining=0))
    assert grouped(known).shows[0].lost[0].reason == "Gone: it cannot be read now"


def test_of_several_reasons_why_places_are_not_known_that_of_the_sum_is_told() -> None:
    eb, shop = listing("eb:1:2", held=Unknown("not_read")), listing("wc:1:s:d", held=Unknown("DB error"))
    assert grouped(eb, shop).shows[0].unknown["held"] == "DB error"
    assert grouped(eb, NIGHTS[1]).shows[0].unknown == {"held": "not_read"}


@pytest.mark.parametrize(
    ("sold", "left", "free_at_most", "exposed"),
    [
        (30, 10, 15, -5),
        (30, Unknown("no answer"), 15, -15),
        (Unknown("no answer"), 10, 45, -35),
        (30, UNLIMITED, 15, None),
    ],
)
def test_house_seats_are_none_of_those_that_are_free_at_most(
    sold: Quantity, left: Quantity, free_at_most: int, exposed: int | None
) -> None:
    there = [listing("wc:1:s:d", sold=sold, remaining=left)]
    certain = Pairing(PairingState.CERTAIN, "")
    show = sum_up("x", FRIDAY, Room("main", 55), there, certain, {"x": HouseSeats(10)})
    assert (show.free_at_most, show.exposed) == (free_at_most, UNLIMITED if exposed is None else exposed)
