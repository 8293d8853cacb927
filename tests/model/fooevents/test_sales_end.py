"""When FooEvents itself stops selling a date whose slot tells its hour in one way or another."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from brcc_tui.model.catalogue import MetaRow, Product
from brcc_tui.model.dates import UnreadableDate
from brcc_tui.model.fooevents.booking_text import Cell
from brcc_tui.model.fooevents.sales_end import cell_sales_end, event_sales_end
from brcc_tui.model.offer import Offer, OfferRule, Status
from tests.model.listings.test_offers import bookings, event_product, listed

EXPIRES = {"Value": "1", "Unit": "hour", "PassedDate": "yes"}
META = tuple(
    MetaRow(n, f"WooCommerceEventsBookingsExpire{key}", value) for n, (key, value) in enumerate(EXPIRES.items())
)
PRODUCT = Product(500, "Gala", "publish", "simple", False, None, "instock", META)


def ends(hour: str, minute: str, period: str) -> object:
    cell = Cell("s", "d", "8pm Show", "December 04, 2026", hour, minute, period, 30)
    return cell_sales_end(PRODUCT, cell, "F j, Y")


@pytest.mark.parametrize(
    ("hour", "minute", "period", "before"),
    [
        ("08", "00", "p.m.", 19),
        ("20", "00", "", 19),
        (" 08", "00", "pm", 19),
        ("12", "00", "a.m.", -1),
        ("12", "30", "P.M.", 11.5),
        ("24", "00", "", 23),
        ("", "", "", -1),
        ("08", "", "p.m.", -1),
        ("08", "0", "p.m.", -1),
        ("0", "30", "p.m.", -1),
        ("00", "00", "", -1),
        ("0", "", "", -1),
    ],
)
def test_an_hour_that_is_told_or_none(hour: str, minute: str, period: str, before: int) -> None:
    assert ends(hour, minute, period) == dt.datetime(2026, 12, 4) + dt.timedelta(hours=before)


@pytest.mark.parametrize(
    ("hour", "minute", "period"),
    [
        ("late", "00", "p.m."),
        ("25", "00", ""),
        ("8.5", "00", "p.m."),
        ("20", "75", ""),
        ("08", "00", "evening"),
        ("20", "00", "pm"),
        ("00", "30", "AM"),
        ("8", "5", "pm"),
        ("19", "00", "p.m."),
        ("20", "30", "P.M."),
        ("19", "00", "a.m."),
        ("13", "00", "p.m"),
        ("00", "00", "a.m."),
        ("00", "30", "p.m."),
        ("08", "5", "p.m."),
    ],
)
def test_of_an_hour_that_is_no_time_the_end_is_not_known(hour: str, minute: str, period: str) -> None:
    """It was taken for midnight, and the date told as over a day before its show."""
    assert isinstance(ends(hour, minute, period), UnreadableDate)


@pytest.mark.parametrize("flag", ["", "event", "1"])
def test_fooevents_ends_the_sales_of_what_is_marked_as_an_event_alone(flag: str) -> None:
    """WooCommerce sells on what staff took the mark from, whatever end was typed before."""
    over: dict[str, object] = {"WooCommerceEventsExpireTimestamp": "1"}
    unmarked = {**over, "WooCommerceEventsEvent": flag}
    assert event_sales_end(event_product(12, meta=over)) is not None
    assert event_sales_end(event_product(12, meta=unmarked)) is None
    (marked,), (date,) = listed(bookings(30, meta=over)), listed(bookings(30, meta=unmarked))
    assert marked.offer == Offer(0, OfferRule.SALES_ENDED)
    assert (date.status, "not marked as an event" in (date.offer.unknown or "")) == (Status.UNKNOWN, True)


def test_what_has_no_mark_at_all_is_sold_on_too() -> None:
    product = event_product(12, meta={"WooCommerceEventsExpireTimestamp": "1"})
    (listing,) = listed(replace(product, meta=tuple(row for row in product.meta if row.value != "Event")))
    assert listing.offer == Offer(12, OfferRule.STOCK)
