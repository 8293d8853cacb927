"""House seats: not free, never offered, never below none in silence, and not lost when a show's start moves."""

from __future__ import annotations

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.shows.grouping import group_shows, summed_again, sure_parts
from brcc_tui.model.shows.house_seats import too_many_held
from brcc_tui.model.shows.pairing import Pairings
from brcc_tui.model.shows.shared_stock import on_offer
from brcc_tui.model.shows.sharing import Mode, share_seats
from brcc_tui.model.shows.show import HouseSeats, Room, Show, ShowFlag
from brcc_tui.model.shows.venue_rules import VenueRules
from tests.model.shows.test_sharing import START, listing, show_of

SEATS = 55
counts = st.integers(0, 30)
nights = st.lists(st.tuples(counts, counts, st.integers(1, 30)), min_size=1, max_size=5)


def with_house(show: Show, *said: HouseSeats) -> Show:
    """The same show with these house seats."""
    house = {show.id if n == 0 else f"earlier {n}": each for n, each in enumerate(said)}
    return summed_again(dataclasses.replace(show, house=house), {})


def night(rows: list[tuple[int, int, int]]) -> Show:
    return show_of(*(listing(f"wc:{n}:s:d", sold=s, held=h, remaining=r) for n, (s, h, r) in enumerate(rows)))


@given(nights, st.integers(0, SEATS))
def test_sums_are_those_of_a_room_in_which_the_house_sits_too(rows: list[tuple[int, int, int]], many: int) -> None:
    """Seat by seat: the buyers sit down first, then the house, then whoever may still buy."""
    show = with_house(night(rows), HouseSeats(many))
    bought = sum(s + h for s, h, _ in rows)
    room = ["buyer"] * bought
    room += ["house"] * min(many, max(0, SEATS - bought))
    free = SEATS - len(room)
    assert show.free == free
    assert show.exposure == bought + many + sum(r for _, _, r in rows) - SEATS
    assert (ShowFlag.OVERSOLD in show.flags) == (bought > SEATS)
    assert (ShowFlag.HELD_BACK_SHORT in show.flags) == (room.count("house") < many)
    assert show.held_back == many
    assert (show.sold, show.held) == (sum(s for s, _, _ in rows), sum(h for _, h, _ in rows))


@given(nights, st.integers(0, SEATS), st.integers(0, 9), st.sampled_from(Mode))
def test_no_sync_offers_a_house_seat(rows: list[tuple[int, int, int]], many: int, buffer: int, mode: Mode) -> None:
    show = with_house(night(rows), HouseSeats(many))
    taken = {f"wc:{n}:s:d": s + h for n, (s, h, _) in enumerate(rows)}
    shares = share_seats(show, mode, buffer=buffer)
    offers = {wish.listing_id: (wish.number or 0) - taken[wish.listing_id] for wish in shares.wanted}
    room_left = max(0, SEATS - sum(taken.values()) - many - buffer)
    assert (sum(offers.values()) if mode is Mode.SPLIT else max(offers.values())) == room_left


def test_without_house_seats_nothing_is_another() -> None:
    show = night([(20, 2, 10)])
    assert (show.held_back, show.free, show.exposure, show.house) == (0, 33, -23, {})
    assert ShowFlag.HELD_BACK_SHORT not in show.flags


def test_what_is_unknown_stays_unknown() -> None:
    unread = with_house(show_of(listing("wc:1:s:d", sold=Unknown("database: silent"), remaining=3)), HouseSeats(4))
    lost = with_house(show_of(listing("wc:1:s:d", sold=3, remaining=3, flags=frozenset({Flag.LOST}))), HouseSeats(4))
    for show in (unread, lost):
        assert isinstance(show.free, Unknown)
        assert isinstance(show.exposure, Unknown)
        assert ShowFlag.HELD_BACK_SHORT not in show.flags
        assert show.held_back == 4, "what was said is known"


def test_house_seats_that_are_sold_for_certain_are_told_while_a_shop_was_never_listed() -> None:
    sold = dataclasses.replace(
        show_of(listing("wc:1:s:d", sold=50, remaining=0)), unlisted={Platform.EVENTBRITE: "no answer"}
    )
    show = with_house(sold, HouseSeats(10))
    assert ShowFlag.HELD_BACK_SHORT in show.flags
    assert too_many_held(show) == (
        "10 held back, but at most 5 of the 55 seats are left unsold: at least 5 of the house have no seat"
    )


def test_what_is_known_to_be_held_leaves_the_house_no_seat_either() -> None:
    """One product's orders could not be counted; of the other it is known what is sold, and what waits to be paid."""
    silent = listing("wc:2:s:d", sold=Unknown("no answer"), held=Unknown("no answer"), remaining=Unknown("no answer"))
    show = with_house(show_of(listing("wc:1:s:d", sold=45, held=8, remaining=2), silent), HouseSeats(3))
    assert ShowFlag.HELD_BACK_SHORT in show.flags
    assert too_many_held(show) == (
        "3 held back, but at most 2 of the 55 seats are left unsold: at least 1 of the house have no seat"
    )


def test_of_one_seat_it_is_said_that_it_is_left() -> None:
    show = with_house(show_of(listing("wc:1:s:d", sold=50, held=4)), HouseSeats(3))
    assert too_many_held(show) == "3 held back, but only 1 of the 55 seats is left unsold: 2 of the house have no seat"


@pytest.mark.parametrize(("sold", "free", "short"), [(50, 0, False), (51, 0, True), (55, 0, True), (57, -2, True)])
def test_more_than_is_left_makes_none_free_and_says_so(sold: int, free: int, short: bool) -> None:
    show = with_house(show_of(listing("wc:1:s:d", sold=sold)), HouseSeats(5))
    assert (show.free, ShowFlag.HELD_BACK_SHORT in show.flags) == (free, short)


def grouped(said: dict[str, HouseSeats], *listings: Listing) -> dict[str, int]:
    there = VenueRules({"main": Room("main", SEATS)}, held_back=said)
    shows = group_shows(listings, there, Pairings(), ZoneInfo("America/Toronto")).shows
    return {show.id: show.held_back for show in shows}


def test_they_go_with_a_show_whose_start_was_moved() -> None:
    said = {"2026-11-27T20:00@main": HouseSeats(6, "the headliner's guests", frozenset({"eb:1:2", "wc:1:s:d"}))}
    there = listing("eb:1:2")
    later = dataclasses.replace(there, starts_at=START + dt.timedelta(minutes=30))
    other = dataclasses.replace(listing("eb:3:4"), starts_at=START + dt.timedelta(hours=2))
    assert grouped(said, there, other) == {"2026-11-27T20:00@main": 6, "2026-11-27T22:00@main": 0}
    assert grouped(said, later, other) == {"2026-11-27T20:30@main": 6, "2026-11-27T22:00@main": 0}
    again = {**said, "2026-11-27T20:30@main": HouseSeats(2, "press")}
    assert grouped(again, later, other) == {"2026-11-27T20:30@main": 8, "2026-11-27T22:00@main": 0}
    assert grouped(said, other) == {"2026-11-27T22:00@main": 0}
    guest = dataclasses.replace(listing("wc:7:s:d"), starts_at=later.starts_at)
    assert grouped(said, later, guest, other)["2026-11-27T20:30@main"] == 6, "beside a listing that came since"


def test_notes_stand_beside_each_other_and_readings_keep_them() -> None:
    show = with_house(night([(20, 2, 10)]), HouseSeats(2, "press"), HouseSeats(3, "guests"), HouseSeats(1, "press"))
    assert (show.held_back, show.held_back_note) == (6, "press; guests")
    newer = listing("wc:0:s:d", sold=30, remaining=0)
    assert summed_again(show, {newer.id: newer}).held_back == 6
    assert [part.held_back for part in sure_parts(show)] == [6]
    assert on_offer(show.listings) == 10
