"""Products that sell otherwise than their stored number says, each beside what WooCommerce and FooEvents do with it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from brcc_tui.model.catalogue import Product, Site, Variation
from brcc_tui.model.counts import CellCount, Counts, ProductCount
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listings.from_catalogue import product_listings
from brcc_tui.model.offer import OfferRule, Status
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from tests.model.listings.test_offers import CELL, NOW, SITE, TORONTO, bookings, event_product, listed

ONE = "2026-12-04T20:00:00-05:00"


def only(product: Product, site: Site | None = SITE, now: dt.datetime = NOW) -> Listing:
    (listing,) = product_listings(product, site, now, None, "not counted").listings
    return listing


@pytest.mark.parametrize("backorders", ["yes", "notify", "no"])
def test_what_is_marked_out_of_stock_is_sold_to_nobody(backorders: str) -> None:
    listing = only(event_product(12, stock_status="outofstock", backorders=backorders))
    assert (listing.status, listing.offer.value, listing.reading.remaining) == (Status.CLOSED, 0, 12)


def test_a_variation_that_shall_be_counted_and_has_no_number_is_not_uncounted() -> None:
    variations = (Variation(1, "A", "publish", True, None), Variation(2, "B", "publish", False, None))
    counted, uncounted = listed(event_product(None, type="variable", has_variations=True, variations=variations))
    assert (counted.status, counted.offer.unknown) == (Status.UNKNOWN, "WooCommerce has no quantity for it")
    assert (uncounted.status, uncounted.offer.unknown) == (
        Status.ON_SALE,
        "WooCommerce does not manage this variation's stock",
    )


def test_a_variation_that_is_marked_out_of_stock_is_sold_to_nobody() -> None:
    variations = (
        Variation(1, "Table", "publish", True, 3, "10", "outofstock"),
        Variation(2, "Seat", "publish", True, 4, "10"),
    )
    product = event_product(None, type="variable", has_variations=True, variations=variations)
    assert [(x.status, x.offer.value) for x in listed(product)] == [(Status.CLOSED, 0), (Status.ON_SALE, 4)]


@pytest.mark.parametrize(
    ("status", "wanted", "offered"),
    [
        ("future", Status.NOT_YET_ON_SALE, 12),  # WordPress publishes it by itself
        *((status, Status.DRAFT, 0) for status in ("draft", "private", "pending", "trash", "auto-draft")),
    ],
)
def test_what_is_published_later_by_itself_counts_as_offered(status: str, wanted: Status, offered: int) -> None:
    listing = only(event_product(12, status=status))
    assert (listing.status, listing.offer.value) == (wanted, offered)
    (cell,) = listed(replace(bookings(30), status=status))
    assert cell.status is wanted


def test_what_woocommerce_refuses_to_sell_is_not_known_to_be_sold() -> None:
    refused = [only(event_product(12, refused=True)), only(replace(bookings(30), refused=True))]
    variations = (Variation(1, "A", "publish", True, 3, refused=True), Variation(2, "B", "publish", True, 4))
    product = event_product(None, type="variable", has_variations=True, variations=variations)
    for listing in (*refused, listed(product)[0]):
        assert (listing.status, listing.offer.rule) == (Status.UNKNOWN, OfferRule.NOT_KNOWN)
        assert "cannot be bought" in (listing.offer.unknown or "")
    assert listed(product)[1].offer.value == 4


def test_without_a_price_nothing_is_sold() -> None:
    assert only(event_product(12, unpriced=True)).offer.rule is OfferRule.NO_PRICE
    assert only(replace(bookings(30), unpriced=True)).offer.rule is OfferRule.NO_PRICE
    variations = (Variation(1, "A", "publish", True, 3, unpriced=True), Variation(2, "B", "publish", True, 4))
    product = event_product(None, type="variable", has_variations=True, variations=variations)
    assert [x.offer.value for x in listed(product)] == [0, 4]


@pytest.mark.parametrize(
    "type_", ["grouped", "external", "bundle", "composite", "mix-and-match", "woosb", "woosg", "yith_bundle"]
)
def test_what_is_sold_as_its_parts_is_not_limited_by_its_own_stock(type_: str) -> None:
    for stock in (9, None):
        assert isinstance(only(event_product(stock, type=type_)).offer.value, Unknown)
    assert only(event_product(9, type=type_, status="draft")).offer.value == 0, "who cannot buy cannot, for all that"


def test_a_stock_that_every_variation_replaces_is_sold_to_nobody() -> None:
    own = Variation(1, "A", "publish", True, 3, "10")
    shared, hidden = Variation(2, "B", "publish", "parent", None, "10"), Variation(3, "C", "private", "parent", None)
    product = event_product(20, type="variable", has_variations=True)
    for variations, wanted in (((own,), 0), ((own, hidden), 0), ((own, shared), 20)):
        offers = {x.id: x.offer for x in listed(replace(product, variations=variations))}
        assert (offers["wc:500"].value, offers["wc:500:v1"].value) == (wanted, 3)


@pytest.mark.parametrize(
    ("stocks", "wanted"),
    [
        ((40,), 30),
        ((10, 25), 30),
        ((3,), None),
        ((0, 0), 0),
        ((None,), None),
        ((0, None), None),
        ((), None),
    ],
)
def test_a_date_sells_no_more_than_the_products_variations(stocks: tuple[int | None, ...], wanted: int | None) -> None:
    variations = tuple(Variation(n, str(n), "publish", True, stock, "10") for n, stock in enumerate(stocks, 1))
    cell = only(replace(bookings(30), type="variable", has_variations=True, variations=variations))
    assert cell.reading.remaining == 30
    assert cell.offer.value == wanted if wanted is not None else isinstance(cell.offer.value, Unknown)


def test_a_variation_that_is_sold_on_backorder_limits_no_date() -> None:
    variation = Variation(1, "A", "publish", True, 3, "10", backorders="notify")
    product = replace(bookings(30), type="variable", has_variations=True, variations=(variation,))
    assert only(product).offer.value == 30


def test_while_the_plugin_is_off_that_counts_dates_nobody_knows_what_is_sold_of_them() -> None:
    off = replace(SITE, bookings_off=True)
    cell = only(bookings(30), off)
    assert (cell.status, cell.reading.remaining, cell.offer.rule) == (Status.UNKNOWN, 30, OfferRule.NOT_KNOWN)
    assert "not among the site's active plugins" in (cell.offer.unknown or "")
    assert only(replace(bookings(30), status="draft"), off).offer.value == 0
    assert only(event_product(12), off).offer.value == 12, "WooCommerce counts it"


@pytest.mark.parametrize("taken", [0, 12])
def test_what_has_none_left_is_sold_out_or_closed_only_where_its_number_limits_it(taken: int) -> None:
    """A plugin that is off, and products that are sold as their parts: what a buyer can buy does not hang on it. With
    an end of sales that cannot be read none is sold of none.
    """
    counts = Counts(NOW, {500: ProductCount(sold=taken, cells={CELL: CellCount(taken, 0)})})
    sold_out = Status.SOLD_OUT if taken else Status.CLOSED
    for product, site, status in (
        (bookings(""), SITE, Status.ON_SALE),
        (bookings(0), SITE, sold_out),
        (bookings(0), replace(SITE, bookings_off=True), Status.UNKNOWN),
        (replace(bookings(0), type="variable", has_variations=True), SITE, sold_out),
        (event_product(0), SITE, sold_out),
        (event_product(0, meta={"WooCommerceEventsExpireTimestamp": "soon"}), SITE, sold_out),
        (event_product(0, type="bundle"), SITE, Status.UNKNOWN),
        (event_product(0, type="bundle", backorders="yes"), SITE, Status.UNKNOWN),
    ):
        (listing,) = product_listings(product, site, NOW, counts).listings
        assert listing.reading.sold == taken
        assert (listing.status, listing.offer.value == 0) == (status, status is sold_out)


@pytest.mark.parametrize("flag", ["NotEvent", "", "1", None])
def test_of_a_product_that_is_marked_as_no_event_nobody_knows_what_is_sold_of_its_dates(flag: str | None) -> None:
    """FooEvents then leaves it alone, and WooCommerce sells it without a date; where nothing is said it is as told."""
    product = bookings(30, meta={"WooCommerceEventsEvent": flag})
    if flag is None:
        product = replace(product, meta=tuple(row for row in product.meta if row.value is not None))
    for each in (product, replace(product, manage_stock=True, stock_quantity=12)):
        cell = next(x for x in listed(each) if x.id.count(":") == 3)
        if flag is None:
            assert cell.offer.value == cell.reading.remaining
        else:
            assert (cell.status, cell.offer.rule) == (Status.UNKNOWN, OfferRule.NOT_KNOWN)
            assert "not marked as an event" in (cell.offer.unknown or "")


def test_a_stock_is_sold_as_long_as_one_of_its_variations_is() -> None:
    sold = Variation(1, "A", "publish", "parent", None)
    private, unpriced, refused = (
        replace(sold, **each) for each in ({"status": "private"}, {"unpriced": True}, {"refused": True})
    )
    for variations, wanted in (
        ((sold, private), 9),
        ((private, unpriced), 0),
        ((replace(sold, stock_status="outofstock"),), 0),
        ((refused,), None),
        ((refused, sold), 9),
        ((), None),
    ):
        found = only(event_product(9, type="variable", has_variations=True, variations=variations))
        assert (None if found.offer.unknown else found.offer.value) == wanted


def test_a_hybrid_whose_variations_have_stocks_too_is_not_known() -> None:
    variations = (Variation(1, "A", "publish", True, 40, "10"), Variation(2, "B", "publish", "parent", None, "10"))
    product = replace(bookings(30), manage_stock=True, stock_quantity=5, has_variations=True, variations=variations)
    cells = [each for each in listed(product) if each.id.count(":") == 3]
    assert [isinstance(each.offer.value, Unknown) for each in cells] == [True]
    (cell,) = (each for each in listed(replace(product, variations=variations[1:])) if each.id.count(":") == 3)
    assert cell.offer.value == 5


@pytest.mark.parametrize(
    ("whole", "wanted"),
    [
        ({"stock_status": "outofstock"}, 30),
        ({"stock_status": "outofstock", "manage_stock": True, "stock_quantity": 0}, None),
        ({"manage_stock": True, "stock_quantity": 2}, None),
        ({"unpriced": True}, 30),
    ],
    ids=["out of stock", "used up", "at the threshold", "without a price"],
)
def test_what_the_product_itself_has_stops_no_date_of_variations_that_sell_their_own(
    whole: dict[str, object], wanted: int | None
) -> None:
    """Each is put into the cart by its own stock and price."""
    own = Variation(1, "A", "publish", True, 40, "10")
    sold = replace(bookings(30), type="variable", has_variations=True, variations=(own,), **whole)  # type: ignore[arg-type]
    gone = replace(sold, variations=(replace(own, stock_quantity=0, stock_status="outofstock"),))
    for product, offered in ((sold, wanted), (gone, 0)):
        (cell,) = (each for each in listed(product, replace(SITE, none_at=2)) if each.id.count(":") == 3)
        assert (None if cell.offer.unknown else cell.offer.value) == offered


def test_managed_stock_without_a_number_sells_nothing_that_is_known() -> None:
    cell = only(replace(bookings(30), manage_stock=True))
    assert isinstance(cell.offer.value, Unknown)
    assert only(replace(bookings(30), manage_stock=True, stock_status="outofstock")).offer.value == 0


@pytest.mark.parametrize(("method", "first"), [("dateslot", 0), ("slotdate", 30), ("", 30)])
def test_of_two_equal_dates_the_later_is_booked_where_the_date_is_chosen_first(method: str, first: int) -> None:
    slot = {"label": "8pm Show", "hour": "08", "minute": "00", "period": "p.m."}
    dates = {name * 20: {"date": "December 04, 2026", "stock": stock} for name, stock in (("b", "30"), ("c", "20"))}
    text = json.dumps({CELL[0]: {**slot, "add_date": dates}})
    meta: dict[str, object] = {"fooevents_bookings_options_serialized": text, "WooCommerceEventsBookingsMethod": method}
    assert [x.offer.value for x in listed(bookings(meta=meta))] == [first, 20]


@pytest.mark.parametrize("type_", ["Bookings", " bookings", "seating2", "workshop"])
def test_what_is_not_understood_is_not_without_limit(type_: str) -> None:
    made = product_listings(event_product(None, meta={"WooCommerceEventsType": type_}), SITE, NOW, None)
    assert made.failed or all(isinstance(x.offer.value, Unknown) for x in made.listings)


@pytest.mark.parametrize(
    ("value", "unit", "wanted"),
    [
        ("10080", "minute", 0),  # a week, in minutes
        ("8000", "minute", 30),
        ("99999999999", "year", 0),
        ("7", "days", 0),
        ("6", "day", 30),
        ("", "day", 30),
        ("1.5", "day", None),
        ("-1", "day", None),
        ("1", "Tag", None),
    ],
)
def test_how_long_before_a_date_bookings_end(value: str, unit: str, wanted: int | None) -> None:
    said: dict[str, object] = {
        "WooCommerceEventsBookingsExpirePassedDate": "yes",
        "WooCommerceEventsBookingsExpireValue": value,
        "WooCommerceEventsBookingsExpireUnit": unit,
    }
    offer = only(bookings(30, meta=said)).offer
    assert offer.value == wanted if wanted is not None else "sales end" in (offer.unknown or "")


@pytest.mark.parametrize(
    ("text", "stamp", "wanted"),
    [
        # What staff typed is for their form: where PHP could not read it, nothing ends the sales.
        ("November 27, 2026", "", 9),
        ("November 27, 2026", "0", 9),
        ("27. studenoga 2026.", "", 9),
        ("", "", 9),
        ("November 01, 2026", "1795780800000", 9),  # milliseconds: FooEvents waits for the year 58,000
        ("", "1795780800.0", 0),
        ("", "-86400", 0),
        ("", "soon", None),  # ends nothing by PHP 8, and everything by PHP 7
        ("November 29, 2026", "soon", None),
    ],
)
def test_only_the_timestamp_ends_the_sales_of_an_event(text: str, stamp: str, wanted: int | None) -> None:
    said: dict[str, object] = {"WooCommerceEventsExpire": text, "WooCommerceEventsExpireTimestamp": stamp}
    offer = only(event_product(9, meta=said)).offer
    assert offer.value == wanted if wanted is not None else "sales end" in (offer.unknown or "")


@pytest.mark.parametrize(
    ("hours", "wanted"), [(-30, 0), (-13, 0), (-12, None), (0, None), (13, None), (14, 9), (30, 9)]
)
def test_an_end_of_sales_without_a_zone_is_that_of_any_zone(hours: int, wanted: int | None) -> None:
    stamp = int((NOW + dt.timedelta(hours=hours)).timestamp())
    offer = only(event_product(9, meta={"WooCommerceEventsExpireTimestamp": str(stamp)}), None).offer
    assert offer.value == wanted if wanted is not None else isinstance(offer.value, Unknown)


@pytest.mark.parametrize(
    ("clock", "until"),
    [("-05:00", "2026-07-05T01:00:00+00:00"), ("UTC", "2026-07-04T20:00:00+00:00"), ("", "2026-07-05T00:00:00+00:00")],
)
def test_sales_end_by_the_sites_own_clock_whatever_zone_its_shows_are_told_in(clock: str, until: str) -> None:
    """A site that knows hours from UTC alone is an hour behind the club all summer, and sells so much longer."""
    site, last = replace(SITE, clock_zone=clock), dt.datetime.fromisoformat(until)
    ends: dict[str, object] = {"WooCommerceEventsBookingsExpirePassedDate": "yes"}
    stamp = {"WooCommerceEventsExpireTimestamp": "1783195200"}  # July 4th, 8 p.m. of whatever clock
    products = bookings(30, date="July 04, 2026", meta=ends), event_product(30, meta={**DATED, **stamp})
    for product in products:
        for now, wanted in ((last, 30), (last + dt.timedelta(seconds=1), 0)):
            listing = only(product, site, now)
            assert (listing.offer.value, listing.starts_at) == (wanted, dt.datetime(2026, 7, 4, 20, tzinfo=TORONTO))
        assert only(product, site, last).terms.until == last + dt.timedelta(seconds=1)


DATED: dict[str, object] = {"WooCommerceEventsDate": "July 04, 2026"}
DAYS: dict[str, tuple[dict[str, object], Quantity | None]] = {
    "the last night ends after midnight": (
        {"Type": "sequential", "Date": "November 26, 2026", "EndDate": "November 28, 2026", "HourEnd": "01",
         "MinutesEnd": "00", "EndPeriod": "a.m."}, 9),
    "an end that cannot be read": ({"Type": "sequential", "Date": "November 20, 2026", "EndDate": "sometime"}, None),
    "days that cannot be read": (
        {"Type": "select", "Date": "November 07, 2026", "SelectDate": ["November 07, 2026", "every Friday"]}, None),
    "a list of days that is none": (
        {"Type": "select", "Date": "November 07, 2026", "SelectDate": '["November 07, 2026","December 05, 2026"]'},
        None),
    "an end beside days that cannot be read": (
        {"Type": "select", "Date": "November 07, 2026", "SelectDate": ["every Friday"],
         "EndDate": "November 20, 2026"}, 0),
    "a number of days": ({"Type": "sequential", "Date": "November 26, 2026", "NumDays": "3"}, 9),
    "more days than its end tells": (
        {"Type": "sequential", "Date": "November 26, 2026", "EndDate": "November 05, 2026", "NumDays": "3"}, 9),
    "the days of what it was": (
        {"Type": "select", "Date": "November 20, 2026", "SelectDate": ["November 20, 2026"], "NumDays": "30"}, 0),
    "a number of days that is none": ({"Type": "sequential", "Date": "November 20, 2026", "NumDays": "four"}, None),
    "a number of days that nobody lives to see": (
        {"Type": "sequential", "Date": "November 20, 2026", "NumDays": "99999"}, None),
    "a timestamp alone": ({"Type": "sequential", "Date": "November 26, 2026", "EndDateTimestamp": "1796083200"}, 9),
    "a timestamp of no day": ({"Type": "sequential", "Date": "November 20, 2026", "EndDateTimestamp": "0"}, 0),
    "a list of which one is no text": (
        {"Type": "select", "Date": "November 20, 2026", "SelectDate": ["November 20, 2026", None, "December 05, 2026"]},
        9),
    "one day, and a stale list": ({"Type": "single", "Date": "November 07, 2026", "SelectDate": "{"}, 0),
}  # fmt: skip


@pytest.mark.parametrize(("said", "wanted"), DAYS.values(), ids=DAYS)
def test_several_days_are_over_only_when_the_last_one_is_known_to_be(
    said: dict[str, object], wanted: Quantity | None
) -> None:
    listing = only(event_product(9, meta={f"WooCommerceEvents{key}": value for key, value in said.items()}))
    assert listing.offer.value == wanted if wanted is not None else isinstance(listing.offer.value, Unknown)
    assert (Flag.PAST in listing.flags) == (wanted == 0)


@pytest.mark.parametrize(("told", "minute"), [({}, 45), ({"HourEnd": "22", "MinutesEnd": "15"}, 15)])
def test_when_a_night_ends_the_copy_of_its_date_tells_where_no_hour_does(told: dict[str, str], minute: int) -> None:
    said = {"EndDateMySQLFormat": "2026-12-04 22:45:00", **told}
    listing = only(event_product(9, meta={f"WooCommerceEvents{key}": value for key, value in said.items()}))
    assert listing.ends_at == dt.datetime(2026, 12, 4, 22, minute, tzinfo=TORONTO)


@pytest.mark.parametrize(("everywhere", "hour"), [("", 19), ("on", 20)])
def test_days_chosen_one_by_one_may_have_hours_of_their_own(everywhere: str, hour: int) -> None:
    said: dict[str, object] = {
        "WooCommerceEventsType": "select",
        "WooCommerceEventsSelectDate": {"1": "December 04, 2026", "2": "December 11, 2026"},
        "WooCommerceEventsSelectDateHour": ["07", "09"],
        "WooCommerceEventsSelectDateMinutes": ["30", "00"],
        "WooCommerceEventsSelectDatePeriod": ["p.m.", "p.m."],
        "WooCommerceEventsSelectGlobalTime": everywhere,
    }
    starts = only(event_product(9, meta=said)).starts_at
    assert starts == dt.datetime(2026, 12, 4, hour, 30 if hour == 19 else 0, tzinfo=TORONTO)


@pytest.mark.parametrize("zone", ["Eastern Time (US & Canada)", "Nowhere/Town"])
def test_a_zone_that_there_is_not_is_no_other_one(zone: str) -> None:
    listing = only(event_product(9, meta={"WooCommerceEventsTimeZone": zone}))
    assert (listing.starts_at, Flag.UNREADABLE_DATE in listing.flags) == (None, True)


@pytest.mark.parametrize(
    ("text", "copy", "day", "told"),
    [
        ("05/12/2026", "2026-12-05 20:00:00", 5, False),  # saved while the site wrote the day first
        ("12/04/2026", "2026-12-04 20:00:00", 4, False),
        ("December 04, 2026", "1970-01-01 00:00:00", 4, False),
        ("December 04, 2026", "2026-12-11 20:00:00", 4, True),
        ("12/04/2026", "2026-12-11 20:00:00", 4, True),
        ("December 04, 2026", "2026-04-12 20:00:00", 4, True),  # turned round, of a text that is plain
        ("soon", "2026-12-11 20:00:00", 11, False),
    ],
)
def test_the_copy_of_a_date_decides_or_is_told(text: str, copy: str, day: int, told: bool) -> None:
    said: dict[str, object] = {"WooCommerceEventsDate": text, "WooCommerceEventsDateMySQLFormat": copy}
    listing = only(event_product(9, meta=said), replace(SITE, date_format="m/d/Y"))
    assert (listing.date, Flag.TIME_INFERRED in listing.flags) == (dt.date(2026, 12, day), told)


def test_without_a_number_there_is_still_what_is_endless() -> None:
    assert only(event_product(0, backorders="yes", stock_status="onbackorder")).offer.value is UNLIMITED
