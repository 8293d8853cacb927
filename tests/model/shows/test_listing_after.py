"""What a listing is once a change of it is made: status and flags follow the number, as a shop would tell it anew."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from brcc_tui.model.changes.plan import Action, Change, Danger
from brcc_tui.model.listing import Flag, Listing, Platform, Status, StockMethod
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.sharing import listing_after, listing_at

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def _reading(capacity: int, sold: int) -> Reading:
    return Reading(capacity, sold, 0, capacity - sold, NOON, Source.LIVE)


def _listing(platform: Platform, sold: int, status: Status = Status.ON_SALE, *flags: Flag) -> Listing:
    return Listing(
        "wc:1", platform, "Show", None, None, StockMethod.WOOCOMMERCE_STOCK, status, _reading(55, sold), "wc:1",
        flags=frozenset(flags),
    )  # fmt: skip


def _change(listing: Listing, action: Action, capacity: int, *dangers: Danger) -> Change:
    sold = listing.reading.sold
    assert isinstance(sold, int)
    return Change(listing, action, listing.reading, _reading(capacity, sold), "", dangers)


@pytest.mark.parametrize(
    ("platform", "sold", "status"),
    [
        pytest.param(Platform.EVENTBRITE, 24, Status.SOLD_OUT, id="a class that has sold"),
        pytest.param(Platform.WOOCOMMERCE, 22, Status.SOLD_OUT, id="a date that has sold"),
        pytest.param(Platform.WOOCOMMERCE, 0, Status.CLOSED, id="a date of which nothing is sold"),
    ],
)
def test_what_was_closed_is_not_on_sale(platform: Platform, sold: int, status: Status) -> None:
    listing = _listing(platform, sold, Status.ON_SALE, Flag.DRIFT)
    after = listing_after(change := _change(listing, Action.CLOSE, sold), change.after)
    assert (after.status, after.is_closed, after.offer.value) == (status, True, 0)
    assert Flag.DRIFT not in after.flags, "its capacity is the one last set here"
    back = listing_after(change := _change(after, Action.REOPEN, 55), change.after)
    assert (back.status, back.is_closed, back.flags) == (Status.ON_SALE, False, frozenset())


def test_what_sold_out_is_not_closed() -> None:
    listing = _listing(Platform.WOOCOMMERCE, 54)
    sold_out = listing_at(listing, _reading(55, 55))
    assert (sold_out.status, sold_out.is_closed) == (Status.SOLD_OUT, False)


def test_a_hidden_class_is_hidden_until_it_is_shown_again() -> None:
    listing = _listing(Platform.EVENTBRITE, 0)
    hidden = listing_after(change := _change(listing, Action.CLOSE, 55, Danger.HIDES), change.after)
    assert (hidden.status, hidden.is_closed) == (Status.HIDDEN, True)
    shown = listing_after(change := _change(hidden, Action.REOPEN, 55, Danger.UNHIDES), change.after)
    assert (shown.status, shown.is_closed) == (Status.ON_SALE, False)


def test_one_that_sells_beyond_its_capacity_says_so_until_it_does_no_longer() -> None:
    over = listing_at(_listing(Platform.EVENTBRITE, 57), _reading(55, 57))
    assert Flag.OVERSOLD in over.flags
    assert Flag.OVERSOLD not in listing_at(over, _reading(60, 57)).flags


def test_what_is_not_published_stays_so() -> None:
    draft = dataclasses.replace(_listing(Platform.WOOCOMMERCE, 0), status=Status.DRAFT)
    assert listing_at(draft, _reading(0, 0)).status is Status.DRAFT
