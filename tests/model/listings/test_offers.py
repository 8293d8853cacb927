"""What a buyer can buy, held against what the platforms do with the stored number."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.catalogue import MetaRow, Product, Site, Variation
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listings.from_catalogue import product_listings, shop_listings
from brcc_tui.model.offer import Offer, OfferRule, Status, Terms, offer_of
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.shows.ending import aged
from brcc_tui.model.shows.grouping import group_shows
from brcc_tui.model.shows.pairing import Pairings
from brcc_tui.model.shows.show import Room, Show, ShowFlag
from brcc_tui.model.shows.venue_rules import VenueRules

TORONTO = ZoneInfo("America/Toronto")
NOW = dt.datetime(2026, 11, 28, 13, 50, tzinfo=dt.UTC)
SITE = Site("F j, Y", "g:i a", "America/Toronto")
RULES = VenueRules({"main": Room("main", 55)})
CELL = ("a" * 20, "b" * 20)


def event_product(stock: int | None = 20, *, meta: dict[str, object] | None = None, **fields: object) -> Product:
    """A show on December 4th at 8 p.m. with a plain stock, as FooEvents describes it."""
    described: dict[str, object] = {
        "WooCommerceEventsEvent": "Event",
        "WooCommerceEventsType": "single",
        "WooCommerceEventsDate": "December 04, 2026",
        "WooCommerceEventsHour": "08",
        "WooCommerceEventsMinutes": "00",
        "WooCommerceEventsPeriod": "p.m.",
        **(meta or {}),
    }
    rows = tuple(MetaRow(n, key, value) for n, (key, value) in enumerate(described.items(), 1))
    known = {"status": "publish", "type": "simple", "manage_stock": stock is not None, "stock_status": "instock"}
    return Product(**{"id": 500, "name": "Gala", "stock_quantity": stock, "meta": rows, **known, **fields})  # type: ignore[arg-type]


def bookings(stock: object = 30, *, date: str = "December 04, 2026", meta: dict[str, object] | None = None) -> Product:
    slot = {"label": "8pm Show", "hour": "08", "minute": "00", "period": "p.m.", "add_time": "enabled"}
    text = json.dumps({CELL[0]: {**slot, "add_date": {CELL[1]: {"date": date, "stock": stock}}}})
    said = {"WooCommerceEventsType": "bookings", "fooevents_bookings_options_serialized": text, **(meta or {})}
    return event_product(None, meta=said)


def listed(product: Product, site: Site = SITE, now: dt.datetime = NOW) -> list[Listing]:
    return list(product_listings(product, site, now, None, "not counted").listings)


@pytest.mark.parametrize(("status", "stock", "left"), [("instock", 10, 10), ("outofstock", 0, 0)])
def test_a_variation_with_its_own_stock_sells_beside_a_product_that_is_out_of_stock(
    status: str, stock: int, left: int
) -> None:
    variations = (
        Variation(1, "Dinner", "publish", True, stock, stock_status=status),
        Variation(2, "Show", "publish", "parent", None),
    )
    product = event_product(2, type="variable", stock_status="outofstock", variations=variations)
    offers = {each.id: each.offer.value for each in listed(product, replace(SITE, none_at=3))}
    assert (offers["wc:500:v1"], offers["wc:500"]) == (left, 0)


def show_of(*listings: Listing) -> Show:
    (show,) = group_shows(listings, RULES, Pairings(), TORONTO).shows
    return show


@given(
    st.integers(-5, 60),
    st.sampled_from(["no", "notify", "yes"]),
    st.integers(0, 12),
    st.sampled_from(["publish", "draft"]),
)
def test_a_plain_stock_offers_what_woocommerce_would_sell(
    stock: int, backorders: str, threshold: int, published: str
) -> None:
    out = "onbackorder" if backorders != "no" else "outofstock"
    state = "instock" if stock > threshold else out
    product = event_product(stock, backorders=backorders, stock_status=state, status=published)
    (listing,) = listed(product, replace(SITE, none_at=threshold))
    wanted: Quantity = stock
    if published == "draft":
        wanted = 0
    elif backorders != "no":
        wanted = UNLIMITED
    elif stock <= threshold:
        wanted = 0
    assert listing.offer.value == wanted
    assert listing.reading.remaining == stock
    assert (Flag.BACKORDERS in listing.flags) == (backorders != "no")
    if published == "publish" and backorders == "no":
        assert (Flag.THRESHOLD in listing.flags) == (0 < stock <= threshold)
        assert (listing.status is Status.ON_SALE) == (stock > threshold)


@pytest.mark.parametrize("stock", [12, 0, -2])
def test_backorders_sell_on_at_any_number(stock: int) -> None:
    product = event_product(stock, backorders="yes", stock_status="instock" if stock > 0 else "onbackorder")
    (listing,) = listed(product)
    assert (listing.status, listing.offer) == (Status.ON_SALE, Offer(UNLIMITED, OfferRule.BACKORDERS))
    assert not {Flag.AT_ZERO, Flag.OVERSOLD} & listing.flags
    show = show_of(listing)
    assert show.remaining is UNLIMITED
    assert listing.offer_at(0).value is UNLIMITED, "closing it by a number would close nothing"


def test_a_threshold_closes_what_still_has_stock_and_tells_of_a_planned_number() -> None:
    (listing,) = listed(event_product(4, stock_status="outofstock"), replace(SITE, none_at=5))
    assert (listing.status, listing.offer) == (Status.CLOSED, Offer(0, OfferRule.THRESHOLD))
    assert [listing.offer_at(n).value for n in (0, 1, 5, 6, 40)] == [0, 0, 0, 6, 40]
    assert listing.offer_at(3).rule is OfferRule.THRESHOLD
    assert "threshold" in listing.offer.words


UNITS = {
    "minute": dt.timedelta(minutes=1),
    "hour": dt.timedelta(hours=1),
    "day": dt.timedelta(days=1),
    "week": dt.timedelta(weeks=1),
}


@given(st.integers(1, 60), st.sampled_from(sorted(UNITS)), st.integers(-90, 90), st.sampled_from(["yes", "off", ""]))
def test_bookings_end_a_time_before_the_show(value: int, unit: str, minutes: int, expires: str) -> None:
    meta = {
        "WooCommerceEventsBookingsExpirePassedDate": expires,
        "WooCommerceEventsBookingsExpireValue": str(value),
        "WooCommerceEventsBookingsExpireUnit": unit,
    }
    ends = dt.datetime(2026, 12, 4, 20) - value * UNITS[unit]  # what PHP computes with, in wall clock
    now = (ends + dt.timedelta(minutes=minutes)).replace(tzinfo=TORONTO)
    (listing,) = listed(bookings(30, meta=dict(meta)), now=now)
    over = now > dt.datetime(2026, 12, 4, 23, tzinfo=TORONTO)
    if not over:
        ended = expires == "yes" and minutes > 0
        assert listing.offer == (Offer(0, OfferRule.SALES_ENDED) if ended else Offer(30, OfferRule.STOCK))
        assert listing.status is (Status.CLOSED if ended else Status.ON_SALE)
        assert (Flag.SALES_ENDED in listing.flags) == ended


@pytest.mark.parametrize(
    ("value", "unit", "last_moment"),
    [("1", "month", "2026-11-04T20:00"), ("1", "year", "2025-12-04T20:00"), ("", "", "2026-12-04T20:00")],
)
def test_longer_times_before_the_show(value: str, unit: str, last_moment: str) -> None:
    meta = {
        "WooCommerceEventsBookingsExpirePassedDate": "yes",
        "WooCommerceEventsBookingsExpireValue": value,
        "WooCommerceEventsBookingsExpireUnit": unit,
    }
    last = dt.datetime.fromisoformat(last_moment).replace(tzinfo=TORONTO)
    for now, wanted in ((last, 30), (last + dt.timedelta(minutes=1), 0)):
        (listing,) = listed(bookings(30, meta=dict(meta)), now=now)
        assert listing.offer.value == wanted


def test_no_end_that_bookings_would_keep_to_stops_a_date_while_the_plugin_is_off() -> None:
    """WooCommerce asks for no date then: of one that no buyer of Bookings' finds any more nobody knows what is sold."""
    meta = {"WooCommerceEventsBookingsExpirePassedDate": "yes"}
    over = dt.datetime(2026, 12, 4, 20, 1, tzinfo=TORONTO)
    for off, wanted in ((False, OfferRule.SALES_ENDED), (True, OfferRule.NOT_KNOWN)):
        site = replace(SITE, bookings_off=off)
        fresh, before = (listed(bookings(30, meta=dict(meta)), site, now)[0] for now in (over, NOW))
        for listing in (fresh, aged(before, over)):
            assert (listing.offer.rule, listing.status is Status.UNKNOWN) == (wanted, off)


def test_a_month_before_the_31st_runs_over_as_in_php() -> None:
    meta = {
        "WooCommerceEventsBookingsExpirePassedDate": "yes",
        "WooCommerceEventsBookingsExpireValue": "1",
        "WooCommerceEventsBookingsExpireUnit": "month",
    }
    product = bookings(30, date="March 31, 2027", meta=dict(meta))
    for day, wanted in ((2, 30), (4, 0)):  # February 31st is March 3rd
        (listing,) = listed(product, now=dt.datetime(2027, 3, day, 12, tzinfo=TORONTO))
        assert listing.offer.value == wanted


@given(st.integers(-72, 72))
def test_a_single_event_ends_its_sales_at_the_wall_clock_that_its_timestamp_names(hours: int) -> None:
    wall = dt.datetime(2026, 11, 27, 12)
    stamp = int(wall.replace(tzinfo=dt.UTC).timestamp())
    meta = {"WooCommerceEventsExpire": "November 27, 2026", "WooCommerceEventsExpireTimestamp": str(stamp)}
    now = (wall + dt.timedelta(hours=hours)).replace(tzinfo=TORONTO)
    (listing,) = listed(event_product(20, meta=dict(meta)), now=now)
    assert listing.offer.value == (0 if hours > 0 else 20)
    assert (listing.status is Status.CLOSED) == (hours > 0)
    (dated,) = listed(bookings(30, meta=dict(meta)), now=now)
    assert (dated.offer.value, dated.terms.until) == (0 if hours > 0 else 30, listing.terms.until)
    (none_left,) = listed(event_product(0, meta=dict(meta)), now=now)
    assert (Flag.SALES_ENDED in none_left.flags, none_left.status is Status.CLOSED) == (hours > 0, hours > 0)


def test_a_show_of_which_nothing_sells_any_more_is_not_offered() -> None:
    (listing,) = listed(event_product(20, meta={"WooCommerceEventsExpireTimestamp": "1795780800"}))
    counted = replace(listing, reading=replace(listing.reading, sold=0, held=0, capacity=20))
    assert ShowFlag.NOT_OFFERED in show_of(counted).flags


@pytest.mark.parametrize(("method", "wanted"), [("slotdate", 0), ("", 0), ("dateslot", UNLIMITED)])
def test_a_negative_stock_is_no_limit_where_the_date_is_chosen_first(method: str, wanted: Quantity) -> None:
    (listing,) = listed(bookings(-2, meta={"WooCommerceEventsBookingsMethod": method}))
    assert listing.offer.value == wanted


@pytest.mark.parametrize(("own", "wanted"), [(12, 12), (3, 0), (0, 0), (-2, 0)])
def test_where_it_is_no_limit_the_products_own_stock_is_one(own: int, wanted: int) -> None:
    product = bookings(-2, meta={"WooCommerceEventsBookingsMethod": "dateslot"})
    hybrid = replace(product, manage_stock=True, stock_quantity=own)
    cell = next(x for x in listed(hybrid, replace(SITE, none_at=3)) if x.id.count(":") == 3)
    assert (cell.reading.remaining, cell.offer.value) == (own, wanted)
    of_variations = replace(product, has_variations=True, variations=(Variation(1, "A", "publish", True, max(own, 0)),))
    (date,) = listed(of_variations)
    assert date.offer.value == 0 if own < 1 else isinstance(date.offer.value, Unknown)


@pytest.mark.parametrize("date", ["someday", "05/11/2026", "31 November 2026"])
def test_where_passed_dates_expire_nobody_knows_whether_one_that_cannot_be_read_is_sold(date: str) -> None:
    """To PHP it is no date, and FooEvents never offers it; or it is one that may be over."""
    expires = {"WooCommerceEventsBookingsExpirePassedDate": "yes"}
    (listing,) = listed(bookings(30, meta=dict(expires), date=date))
    assert (listing.reading.remaining, listing.terms.until, Flag.SALES_ENDED in listing.flags) == (30, None, False)
    assert (listing.status, "passed dates" in (listing.offer.unknown or "")) == (Status.UNKNOWN, True)
    (sold_out,) = listed(bookings(0, meta=dict(expires), date=date))
    (never_hidden,) = listed(bookings(30, date=date))
    assert (sold_out.offer.value, never_hidden.offer.value) == (0, 30)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 10), st.sampled_from(["no", "yes"]))
def test_a_date_of_a_hybrid_sells_no_more_than_either_stock(own: int, date: int, threshold: int, back: str) -> None:
    product = replace(bookings(date), manage_stock=True, stock_quantity=own, backorders=back)
    cell = next(x for x in listed(product, replace(SITE, none_at=threshold)) if x.id.count(":") == 3)
    limited = back == "no"
    product_left = 0 if limited and own <= threshold else own
    assert cell.offer.value == (min(date, product_left) if limited else date)


@pytest.mark.parametrize(
    ("own", "date", "rule"),
    [
        (12, 5, OfferRule.STOCK),
        (5, 5, OfferRule.STOCK),
        (5, 12, OfferRule.PRODUCT_STOCK),
        (3, 12, OfferRule.THRESHOLD),
        (0, 12, OfferRule.PRODUCT_STOCK),
    ],
)
def test_which_of_its_two_stocks_limits_a_date_of_a_hybrid_is_told(own: int, date: int, rule: OfferRule) -> None:
    product = replace(bookings(date), manage_stock=True, stock_quantity=own)
    cell = next(x for x in listed(product, replace(SITE, none_at=3)) if x.id.count(":") == 3)
    assert cell.offer == Offer(min(own, date) if own > 3 else 0, rule)


DAYS = ["November 07, 2026", "November 21, 2026", "November 28, 2026", "December 05, 2026"]
SEVERAL_DAYS: dict[str, tuple[dict[str, object], str]] = {
    "sequential, end in MySQL's format": (
        {
            "WooCommerceEventsType": "sequential",
            "WooCommerceEventsDate": "November 27, 2026",
            "WooCommerceEventsEndDate": "November 30, 2026",
            "WooCommerceEventsEndDateMySQLFormat": "2026-11-30 22:00:00",
        },
        "2026-11-30T22:00:00-05:00",
    ),
    "sequential, a number of days alone": (
        {
            "WooCommerceEventsType": "sequential",
            "WooCommerceEventsDate": "November 27, 2026",
            "WooCommerceEventsNumDays": "4",
        },
        "2026-12-01T00:00:00-05:00",
    ),
    "select, days alone": (
        {"WooCommerceEventsType": "select", "WooCommerceEventsDate": DAYS[0], "WooCommerceEventsSelectDate": DAYS},
        "2026-12-06T00:00:00-05:00",
    ),
    "select, with the hour of its end": (
        {
            "WooCommerceEventsType": "select",
            "WooCommerceEventsDate": DAYS[0],
            "WooCommerceEventsEndDate": DAYS[-1],
            "WooCommerceEventsHourEnd": "11",
            "WooCommerceEventsMinutesEnd": "00",
            "WooCommerceEventsEndPeriod": "p.m.",
        },
        "2026-12-05T23:00:00-05:00",
    ),
}


@pytest.mark.parametrize(("meta", "end"), SEVERAL_DAYS.values(), ids=SEVERAL_DAYS)
def test_several_days_are_there_until_the_last_one_ends(meta: dict[str, object], end: str) -> None:
    ends_at = dt.datetime.fromisoformat(end)
    for now, past in ((NOW, False), (ends_at - dt.timedelta(minutes=1), False), (ends_at, True)):
        (listing,) = listed(event_product(9, meta=meta), now=now)
        assert (listing.ends_at, Flag.PAST in listing.flags) == (ends_at, past)
        assert Flag.SEVERAL_DAYS in listing.flags
        assert listing.offer.value == (0 if past else 9)


@pytest.mark.parametrize(
    ("hour", "minute", "period", "end"),
    [
        ("10", "30", "p.m.", "2026-12-04T22:30:00-05:00"),
        ("01", "00", "a.m.", "2026-12-05T01:00:00-05:00"),
        ("07", "00", "p.m.", None),  # before its beginning: left over from another day
        ("00", "00", "", None),
    ],
)
def test_the_end_of_one_night(hour: str, minute: str, period: str, end: str | None) -> None:
    meta: dict[str, object] = {
        "WooCommerceEventsHourEnd": hour,
        "WooCommerceEventsMinutesEnd": minute,
        "WooCommerceEventsEndPeriod": period,
        "WooCommerceEventsEndDate": "May 01, 2024",
        "WooCommerceEventsEndDateMySQLFormat": "1970-01-01 00:00:00",
    }
    (listing,) = listed(event_product(9, meta=meta))
    assert (listing.ends_at.isoformat() if listing.ends_at else None) == end
    assert Flag.SEVERAL_DAYS not in listing.flags
    assert listing.terms.until is None, "the door sells on for a while"


@pytest.mark.parametrize("type_", ["variable", "variable-subscription", "course", "simple"])
def test_variations_are_the_stock_whatever_the_type_is_called(type_: str) -> None:
    variations = tuple(Variation(id, str(id), "publish", True, stock) for id, stock in ((701, 8), (702, 4)))
    product = event_product(None, type=type_, has_variations=True, variations=variations)
    assert [(x.id, x.offer.value) for x in listed(product)] == [("wc:500:v701", 8), ("wc:500:v702", 4)]
    unread = product_listings(replace(product, variations=()), SITE, NOW, None)
    assert (unread.listings, len(unread.failed)) == ((), 1)


@pytest.mark.parametrize(
    ("type_", "is_endless"), [("simple", True), ("subscription", True), ("bundle", False), ("course", False)]
)
def test_no_limit_is_only_said_of_types_that_are_known_to_have_none(type_: str, is_endless: bool) -> None:
    (listing,) = listed(event_product(None, type=type_))
    for number in (listing.reading.remaining, listing.offer.value):
        assert number is UNLIMITED if is_endless else isinstance(number, Unknown)


@given(st.sampled_from([True, "parent", False]), st.integers(0, 9), st.integers(0, 9), st.sampled_from(["no", "yes"]))
def test_a_variation_has_its_own_rules_or_its_parents(manage: bool | str, own: int, whole: int, back: str) -> None:
    variation = Variation(701, "Front row", "publish", manage, own if manage is True else None, None, "instock", back)
    stock = None if manage is True else whole
    product = event_product(stock, type="variable", has_variations=True, variations=(variation,))
    kept = product_listings(product, SITE, NOW, None).listings
    offers = {x.id: x.offer.value for x in kept}
    if manage is True:
        assert offers == {"wc:500:v701": UNLIMITED if back == "yes" else own}
    else:
        assert offers == {"wc:500": whole}, "it is sold from the product's own stock"


TRANSLATED = replace(SITE, translated_by="Polylang", copies={501: 500})


def test_a_product_kept_in_two_languages_is_one_offer() -> None:
    products = [event_product(20), event_product(20, id=501, name="Gala (fr)")]
    made = shop_listings(products, TRANSLATED, NOW, None, read_at=NOW).listings
    assert [x.copy_of for x in made] == [None, "wc:500"]
    assert all(Flag.TRANSLATED in x.flags for x in made)
    assert show_of(*made).remaining == 20
    assert show_of(made[1]).remaining == 20, "a copy whose original is not there is sold all the same"
    plain = shop_listings(products, SITE, NOW, None, read_at=NOW).listings
    assert show_of(*plain).remaining == 40


def test_of_dates_kept_in_three_languages_the_greatest_offer_counts() -> None:
    site = replace(SITE, translated_by="WPML", copies={501: 500, 502: 500})
    products = [replace(bookings(stock), id=id) for id, stock in ((500, 20), (501, 20), (502, 19))]
    made = shop_listings([*products, event_product(7, id=900)], site, NOW, None, read_at=NOW).listings
    assert show_of(*made).remaining == 27


@given(
    st.sampled_from(list(Status)), st.integers(-3, 30), st.integers(0, 8), st.sampled_from([None, OfferRule.BACKORDERS])
)
def test_an_offer_is_never_below_nothing_and_tells_why_it_is_nothing(
    status: Status, remaining: int, none_at: int, endless: OfferRule | None
) -> None:
    offer = offer_of(remaining, status, Terms(none_at=none_at, endless=endless))
    assert offer.value is UNLIMITED or (isinstance(offer.value, int) and 0 <= offer.value <= max(remaining, 0))
    assert offer.value != 0 or remaining <= 0 or offer.words
