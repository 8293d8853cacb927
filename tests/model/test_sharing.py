"""Sharing free seats: a split never offers more than is free, a mirror offers all of it everywhere."""

from __future__ import annotations

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.house_rules import HouseRules
from brcc_tui.model.listing import Flag, Listing, Platform, Status, StockMethod
from brcc_tui.model.pairing import Pairings
from brcc_tui.model.plan import Action, RefusalCode, Wanted
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.sharing import Mode, share_seats
from brcc_tui.model.show import Room, Show
from brcc_tui.model.shows import group_shows

START = dt.datetime(2026, 11, 27, 20, 0, tzinfo=ZoneInfo("America/Toronto"))


def listing(id: str, *, sold: Quantity = 0, held: Quantity = 0, remaining: Quantity = 0, **more: object) -> Listing:
    platform = Platform.EVENTBRITE if id.startswith("eb:") else Platform.WOOCOMMERCE
    reading = Reading(Unknown("n/a"), sold, held, remaining, START, Source.LIVE)
    plain = Listing(id, platform, "Show", None, START, StockMethod.BOOKING_STOCK, Status.ON_SALE, reading, id)
    return dataclasses.replace(plain, **more)  # type: ignore[arg-type]


def show_of(*listings: Listing, seats: int = 55) -> Show:
    [show] = group_shows(listings, HouseRules({"main": Room("main", seats)}), Pairings(), ZoneInfo("UTC")).shows
    return show


counts = st.integers(0, 30)


@given(st.lists(st.tuples(counts, counts, counts, st.floats(0, 5)), min_size=1, max_size=6), st.integers(0, 9))
def test_a_split_offers_exactly_what_is_free(rows: list[tuple[int, int, int, float]], buffer: int) -> None:
    parts = [listing(f"wc:{n}:s:d", sold=s, held=h, remaining=r) for n, (s, h, r, _) in enumerate(rows)]
    weights = {part.id: row[3] for part, row in zip(parts, rows, strict=True)}
    show = show_of(*parts)
    shares = share_seats(show, Mode.SPLIT, buffer=buffer, weights=weights)
    taken = sum(s + h for s, h, _, _ in rows)
    offered = sum(wanted.number for wanted in shares.wanted) - taken
    assert offered == max(0, 55 - taken - buffer)
    assert all(w.number >= s + h for w, (s, h, _, _) in zip(shares.wanted, rows, strict=True))


def test_a_mirror_offers_every_free_seat_on_every_listing() -> None:
    show = show_of(listing("eb:1:2", sold=24, remaining=7), listing("wc:1:s:d", sold=22, held=2, remaining=1))
    assert share_seats(show, Mode.MIRROR, buffer=2).wanted == (
        Wanted("eb:1:2", Action.SET, 24 + 5),
        Wanted("wc:1:s:d", Action.SET, 24 + 5),
    )


def test_what_a_listing_that_stays_still_offers_is_not_offered_twice() -> None:
    fixed = listing("wc:9", remaining=5, stock_method=StockMethod.READ_ONLY)
    show = show_of(fixed, listing("eb:1:2", sold=10, remaining=1))
    shares = share_seats(show, Mode.SPLIT)
    assert shares.wanted == (Wanted("eb:1:2", Action.SET, 10 + 40),)
    assert shares.left_alone == (show.listings[1],)


@pytest.mark.parametrize(
    "closed", [{"flags": frozenset({Flag.AT_ZERO})}, {"status": Status.HIDDEN}, {"status": Status.CLOSED}]
)
def test_what_staff_closed_stays_closed(closed: dict[str, object]) -> None:
    show = show_of(listing("wc:1:s:d", **closed), listing("eb:1:2", sold=1, remaining=1))
    assert [wanted.listing_id for wanted in share_seats(show, Mode.MIRROR).wanted] == ["eb:1:2"]


def test_unknown_sales_refuse_the_whole_show() -> None:
    show = show_of(listing("eb:1:2", sold=3, remaining=4), listing("wc:1:s:d", sold=Unknown("DB error"), remaining=4))
    shares = share_seats(show, Mode.SPLIT)
    assert shares.wanted == ()
    assert {refusal.code for refusal in shares.refused} == {RefusalCode.SOLD_UNKNOWN}
    assert "DB error" in shares.refused[0].reason


def test_a_listing_without_limit_refuses_the_whole_show() -> None:
    show = show_of(listing("eb:1:2", remaining=4), listing("wc:1:s:d", remaining=UNLIMITED))
    shares = share_seats(show, Mode.MIRROR)
    assert (shares.wanted, [refusal.code for refusal in shares.refused]) == ((), [RefusalCode.UNLIMITED])


def test_an_unsold_ticket_class_with_nothing_to_offer_is_closed_not_set_to_zero() -> None:
    show = show_of(listing("wc:1:s:d", sold=55), listing("eb:1:2", remaining=3))
    assert Wanted("eb:1:2", Action.CLOSE) in share_seats(show, Mode.SPLIT).wanted


def test_an_oversold_show_offers_nothing_more() -> None:
    show = show_of(listing("wc:1:s:d", sold=60, remaining=5))
    assert share_seats(show, Mode.SPLIT).wanted == (Wanted("wc:1:s:d", Action.SET, 60),)
