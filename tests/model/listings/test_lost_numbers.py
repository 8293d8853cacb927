"""Which numbers are left of a listing that is lost, over, or not to be read for the moment, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from brcc_tui.model.catalogue import GoneDate, Product
from brcc_tui.model.counts import STOCK, CellCount, CellTexts, Orphan, ProductCount
from brcc_tui.model.failure import DATES_TO_FOLLOW
from brcc_tui.model.listing import Flag, Listing, StockMethod
from brcc_tui.model.listings.lost import (
    MEND,
    PRODUCT_GONE,
    as_lost,
    as_over,
    as_unknown,
    as_unread,
    known_by_tickets,
    texts_of,
    with_lost,
)
from brcc_tui.model.offer import OfferRule, Status, Terms
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.reading import Reading, Source
from tests.model.listings.test_lost import BROKEN, NOW, bookings, counted, listed

WHY = "HTTP 502"
UNTOLD = Unknown(WHY)
SAID = frozenset({Flag.TIERED, Flag.PAST, Flag.SALES_ENDED, Flag.DRIFT, Flag.OVERSOLD})
KNOWN = replace(
    listed(bookings("dateone"), counted(dateone=12))["wc:10:s:dateone"],
    reading=Reading(30, 12, 2, 16, NOW, Source.LIVE, 3),
    terms=Terms(OfferRule.TIER, stopped=OfferRule.HIDDEN, none_at=2, by_code=True),
    flags=SAID,
    event_left=9,
    tier_left=8,
)
READ = (KNOWN.status, KNOWN.terms, KNOWN.stock_method, KNOWN.read_only_reason, 9, 8)
LOST = Terms(OfferRule.LOST, unknown=WHY)
DOUBTED = Terms(OfferRule.TIER, none_at=2, by_code=False, unknown=WHY)
READ_ONLY = (StockMethod.READ_ONLY, WHY)


def rest_of(listing: Listing) -> tuple[object, ...]:
    read_only = (listing.stock_method, listing.read_only_reason)
    return listing.status, listing.terms, *read_only, listing.event_left, listing.tier_left


@pytest.mark.parametrize(
    ("change", "said", "rest", "left"),
    [
        (as_lost, SAID, (Status.UNKNOWN, LOST, *READ_ONLY, None, None), {Flag.TIERED, Flag.PAST, Flag.LOST}),
        (as_over, SAID, (*READ[:2], *READ_ONLY, *READ[4:]), {Flag.TIERED, Flag.PAST}),
        (as_unread, SAID, (*READ[:4], UNTOLD, UNTOLD), {Flag.TIERED, Flag.PAST, Flag.SALES_ENDED}),
        (as_unread, SAID - {Flag.PAST}, (Status.UNKNOWN, DOUBTED, *READ[2:4], UNTOLD, UNTOLD), {Flag.TIERED}),
    ],
    ids=["lost", "over, and gone", "over, and unread", "unread"],
)
def test_places_taken_are_left_of_the_numbers(
    change: Callable[[Listing, str], Listing], said: frozenset[Flag], rest: tuple[object, ...], left: set[Flag]
) -> None:
    made = change(replace(KNOWN, flags=said), WHY)
    assert (rest_of(made), made.flags) == (rest, left)
    assert made.reading == replace(KNOWN.reading, capacity=UNTOLD, remaining=UNTOLD)


def test_of_what_may_be_old_as_a_whole_no_number_is_left() -> None:
    unknown, unread = as_unknown(KNOWN, WHY), as_unread(KNOWN, WHY)
    assert replace(unknown, reading=unread.reading) == unread
    assert unknown.reading == Reading(UNTOLD, UNTOLD, UNTOLD, UNTOLD, NOW, Source.LIVE, UNTOLD)


@pytest.mark.parametrize(
    ("text", "sold", "reason"),
    [
        ("[]", 0, DATES_TO_FOLLOW),
        ("[]", 1, f"{DATES_TO_FOLLOW.partition(':')[0]}: {MEND}"),
        (BROKEN["cut off"], 0, MEND),
    ],
)
def test_whose_dates_are_gone_is_to_be_mended_but_not_who_never_sold_one(text: str, sold: int, reason: str) -> None:
    lost = with_lost(bookings(text=text), None, counted(dateone=sold)).lost or ""
    assert lost.endswith(reason)
    assert (lost == reason) is (text == "[]")


def test_what_tickets_tell_of_a_product_that_nobody_knew_is_what_stands_for_it() -> None:
    orphans = (
        Orphan("", "", "s", "one", 1),
        Orphan("Late Show", "November 27, 2026", "s", "one", 2),
        Orphan("Later Show", "December 04, 2026", "s", "one", 4),  # the first that tells a day
        Orphan("", "December 04, 2026", "s", "two", 0, 1),
        Orphan("Late Show", "November 27, 2026", "", "one", 8),
        Orphan("Late Show", "November 27, 2026", "s", "a b", 16),
    )
    dates = (
        GoneDate("s", "one", "Late Show", "November 27, 2026", slot_texts=("Late Show",)),
        GoneDate("s", "two", "", "December 04, 2026"),
    )
    count = ProductCount(31, orphans=orphans, cells={("s", "gone"): CellCount()})
    gone = known_by_tickets(10, count)
    assert (gone.name, gone.gone, gone.lost) == ("Deleted product 10", dates, PRODUCT_GONE)
    assert {id_: x.reading.sold for id_, x in listed(gone, count).items()} == {"wc:10:s:one": 7, "wc:10:s:two": 0}
    trashed = Product(10, "Gala", "trash", "simple", False, None, "instock", bookings("dateone").meta)
    assert with_lost(trashed, None, count) == replace(trashed, gone=dates, lost=PRODUCT_GONE)
    assert with_lost(trashed, bookings("datetwo"), count) == replace(bookings("datetwo"), lost=PRODUCT_GONE)


def test_what_was_sold_before_there_were_dates_is_known_by_no_text() -> None:
    told = GoneDate("s", "one", "Late", "November 27, 2026", slot_texts=("Late",))
    assert texts_of(told) == CellTexts(("Late",), "November 27, 2026")
    assert texts_of(replace(told, slot_id="", date_id="")) == CellTexts((), "")
    assert replace(told, slot_id="", date_id="").key == STOCK
