"""From products and events to listings: numbers, flags, statuses and reasons."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.catalogue import Catalogue, Event, MetaRow, Product, Site, TicketClass, Variation
from brcc_tui.model.counts import CellCount, CellTexts, Counts, ProductCount
from brcc_tui.model.failure import Failure
from brcc_tui.model.fooevents.booking_text import META_KEY
from brcc_tui.model.listing import Flag, Listing, Platform, Status, StockMethod
from brcc_tui.model.listings.from_catalogue import (
    cells_to_count,
    event_listings,
    listings_of,
    product_listings,
    shared_ids,
    time_problems,
)
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.reading import Source

NOW = dt.datetime(2027, 6, 1, 18, tzinfo=dt.UTC)
COUNTED_AT = NOW - dt.timedelta(seconds=3)
SITE = Site("F j, Y", "g:i a", "America/Toronto", currency="CAD")
OPTIONS = (
    '{"slota":{"label":"Monday 8pm","hour":"08","minute":"00","period":"p.m.","add_time":"enabled","add_date":'
    '{"datea":{"date":"June 07, 2027","stock":42},"dateb":{"date":"June 14, 2027","stock":"0"}}}}'
)


def bookings(options: str = OPTIONS, id: int = 4156, **fields: object) -> Product:
    meta = (
        MetaRow(1, "WooCommerceEventsEvent", "Event"),
        MetaRow(2, "WooCommerceEventsType", "bookings"),
        MetaRow(3, META_KEY, options),
    )
    product = Product(
        id, "Monday Night", "publish", "simple", False, None, "instock", meta, "https://x.test/m", "14.11"
    )
    return dataclasses.replace(product, **fields)  # type: ignore[arg-type]


def single(stock: int | None = 50, **fields: object) -> Product:
    rows = {"Event": "Event", "Type": "single", "Date": "June 07, 2027", "Hour": "20", "Minutes": "00", "Period": ""}
    meta = tuple(MetaRow(n, f"WooCommerceEvents{key}", value) for n, (key, value) in enumerate(rows.items()))
    product = Product(31907, "Robyn", "publish", "simple", stock is not None, stock, "instock", meta, price="25")
    return dataclasses.replace(product, **fields)  # type: ignore[arg-type]


def counts(product_id: int = 4156, **fields: object) -> Counts:
    return Counts(COUNTED_AT, {product_id: ProductCount(**fields)})  # type: ignore[arg-type]


CELLS = counts(cells={("slota", "datea"): CellCount(12, 1)})


def listed(
    product: Product, known: Counts | None = None, site: Site | None = SITE, why: str = ""
) -> dict[str, Listing]:
    made = product_listings(product, site, NOW, known, why)
    assert not made.failed
    return {listing.id: listing for listing in made.listings}


def numbers(listing: Listing) -> tuple[Quantity, ...]:
    reading = listing.reading
    return (reading.capacity, reading.sold, reading.held, reading.remaining)


class TestBookings:
    def test_a_cell(self) -> None:
        listing = listed(bookings(), CELLS)["wc:4156:slota:datea"]
        assert listing.platform is Platform.WOOCOMMERCE
        assert (listing.title, listing.slot, listing.date) == ("Monday Night", "Monday 8pm", dt.date(2027, 6, 7))
        assert listing.starts_at == dt.datetime.fromisoformat("2027-06-07T20:00-04:00")
        assert (listing.stock_method, listing.writable) == (StockMethod.BOOKING_STOCK, True)
        assert numbers(listing) == (55, 12, 1, 42)
        assert (listing.price, listing.currency, listing.url) == ("14.11", "CAD", "https://x.test/m")
        assert (listing.status, listing.group) == (Status.ON_SALE, "wc:4156:slota")
        assert listing.flags == frozenset()
        assert (listing.reading.source, listing.reading.read_at) == (Source.LIVE, NOW)

    def test_without_counts_only_what_remains_is_known(self) -> None:
        listing = listed(bookings(), None, why="database: no answer")["wc:4156:slota:datea"]
        nothing = Unknown("database: no answer")
        assert numbers(listing) == (nothing, nothing, nothing, 42)

    def test_a_product_that_was_not_counted_is_unknown_not_0(self) -> None:
        listing = listed(bookings(id=1), CELLS)["wc:1:slota:datea"]
        assert isinstance(listing.reading.sold, Unknown)

    def test_places_that_cannot_be_read_make_held_unknown(self) -> None:
        known = counts(cells={("slota", "datea"): CellCount(12, 1)}, unreadable_orders=(77,))
        listing = listed(bookings(), known)["wc:4156:slota:datea"]
        assert isinstance(listing.reading.held, Unknown)
        assert "77" in listing.reading.held.reason

    @pytest.mark.parametrize(
        ("taken", "status"),
        [(CellCount(55, 0), Status.SOLD_OUT), (CellCount(0, 1), Status.SOLD_OUT), (CellCount(), Status.CLOSED)],
    )
    def test_at_zero(self, taken: CellCount, status: Status) -> None:
        listing = listed(bookings(), counts(cells={("slota", "dateb"): taken}))["wc:4156:slota:dateb"]
        assert Flag.AT_ZERO in listing.flags
        assert listing.status is status

    @pytest.mark.parametrize(
        ("stock", "flags", "remaining"),
        [("-2", {Flag.OVERSOLD}, -2), ('""', {Flag.UNLIMITED}, UNLIMITED), ("null", {Flag.UNLIMITED}, UNLIMITED)],
    )
    def test_odd_stocks(self, stock: str, flags: set[Flag], remaining: Quantity) -> None:
        listing = listed(bookings(OPTIONS.replace("42", stock)), CELLS)["wc:4156:slota:datea"]
        assert (listing.flags, listing.reading.remaining) == (flags, remaining)

    def test_an_unlimited_cell_has_no_capacity_either(self) -> None:
        listing = listed(bookings(OPTIONS.replace("42", '""')), CELLS)["wc:4156:slota:datea"]
        assert listing.reading.capacity is UNLIMITED

    def test_a_stock_that_is_no_number_is_read_only_with_its_reason(self) -> None:
        listing = listed(bookings(OPTIONS.replace("42", '"many"')), CELLS)["wc:4156:slota:datea"]
        assert (listing.writable, listing.status) == (False, Status.UNKNOWN)
        assert "many" in str(listing.read_only_reason)

    @pytest.mark.parametrize(
        ("old", "new", "flag"),
        [
            ("Monday 8pm", r"Monday \"8pm\"", Flag.LABEL_BREAKS_FOOEVENTS),
            ("June 07, 2027", "05/07/2027", Flag.UNREADABLE_DATE),
            ('"hour":"08"', '"hour":"00"', Flag.TIME_INFERRED),
            ("June 07, 2027", "May 31, 2027", Flag.PAST),
            ('"stock":"0"}}', '"stock":"0"}},"datea_stock":"40"', Flag.TWO_STOCKS),
        ],
    )
    def test_flags(self, old: str, new: str, flag: Flag) -> None:
        text = OPTIONS.replace(old, new).replace(
            '"period":"p.m."', '"period":""' if flag is Flag.TIME_INFERRED else '"period":"p.m."'
        )
        assert flag in listed(bookings(text), CELLS)["wc:4156:slota:datea"].flags

    def test_an_unreadable_date_has_no_start(self) -> None:
        listing = listed(bookings(OPTIONS.replace("June 07, 2027", "05/07/2027")), CELLS)["wc:4156:slota:datea"]
        assert (listing.date, listing.starts_at) == (None, None)
        assert listing.reading.remaining == 42

    def test_tonight_is_not_past_while_it_runs_past_midnight(self) -> None:
        tonight = OPTIONS.replace("June 07, 2027", "June 01, 2027").replace('"hour":"08"', '"hour":"10"')
        late = dt.datetime.fromisoformat("2027-06-02T00:59-04:00")
        made = product_listings(bookings(tonight), SITE, late, CELLS).listings[0]
        assert (made.starts_at.isoformat(), Flag.PAST in made.flags, made.status) == (
            "2027-06-01T22:00:00-04:00", False, Status.ON_SALE
        )  # fmt: skip
        over = product_listings(bookings(tonight), SITE, late + dt.timedelta(minutes=2), CELLS).listings[0]
        assert (Flag.PAST in over.flags, over.status) == (True, Status.ENDED)

    def test_a_date_without_an_hour_is_past_when_its_last_show_may_be(self) -> None:
        tonight = OPTIONS.replace("June 07, 2027", "June 01, 2027").replace('"hour":"08"', '"hour":"N/A"')
        tonight = tonight.replace("Monday 8pm", "Monday")
        late = dt.datetime.fromisoformat("2027-06-02T02:59-04:00")
        made = product_listings(bookings(tonight), SITE, late, CELLS).listings[0]
        assert (made.starts_at, made.date, Flag.PAST in made.flags) == (None, dt.date(2027, 6, 1), False)
        over = product_listings(bookings(tonight), SITE, late + dt.timedelta(minutes=1), CELLS).listings[0]
        assert Flag.PAST in over.flags

    def test_paid_without_a_place(self) -> None:
        assert all(
            Flag.PAID_WITHOUT_PLACE in x.flags for x in listed(bookings(), counts(paid_without_place=2)).values()
        )

    @pytest.mark.parametrize("status", ["draft", "private", "pending", "future"])
    def test_unpublished(self, status: str) -> None:
        assert {x.status for x in listed(bookings(status=status), CELLS).values()} == {Status.DRAFT}

    def test_marked_out_of_stock_by_hand(self) -> None:
        assert listed(bookings(stock_status="outofstock"), CELLS)["wc:4156:slota:datea"].status is Status.CLOSED

    @pytest.mark.parametrize("options", ['{"slota":', "", "null", "{}", '{"":{"add_date":{"":{"stock":1}}}}'])
    def test_unreadable_options_are_a_failure_with_its_reason(self, options: str) -> None:
        made = product_listings(bookings(options), SITE, NOW, None)
        assert made.listings == ()
        (failure,) = made.failed
        assert (failure.id, failure.title) == ("wc:4156", "Monday Night")
        assert "the type is bookings" in failure.reason

    def test_a_ghost_beside_real_dates_is_read_only(self) -> None:
        text = OPTIONS.replace('"stock":"0"}}', '"stock":"0"},"gone":{"stock":1}}')
        listing = listed(bookings(text), CELLS)["wc:4156:slota:gone"]
        assert (listing.writable, Flag.UNREADABLE_DATE in listing.flags) == (False, True)
        assert "leftover" in str(listing.read_only_reason)

    @pytest.mark.parametrize(
        "ids", ['"":{"add_date":{"":{"stock":1}}}', '"a b":{"add_date":{"c":{"date":"June 07, 2027","stock":1}}}']
    )
    def test_a_cell_that_cannot_be_named_does_not_hide_the_others(self, ids: str) -> None:
        made = product_listings(bookings(OPTIONS[:-1] + "," + ids + "}"), SITE, NOW, CELLS)
        assert len(made.listings) == 2
        assert len(made.failed) == 1

    def test_an_id_with_an_underscore_is_read_only(self) -> None:
        assert not listed(bookings(OPTIONS.replace("datea", "date_a")), CELLS)["wc:4156:slota:date_a"].writable

    def test_stock_management_without_a_quantity_leaves_the_dates_read_only(self) -> None:
        made = listed(bookings(manage_stock=True), CELLS)
        assert len(made) == 2
        assert not any(listing.writable for listing in made.values())
        assert all("no quantity" in str(listing.read_only_reason) for listing in made.values())

    def test_without_a_site_the_day_is_known_but_not_the_instant(self) -> None:
        listing = listed(bookings(), CELLS, site=None)["wc:4156:slota:datea"]
        assert (listing.date, listing.starts_at) == (dt.date(2027, 6, 7), None)
        assert Flag.UNREADABLE_DATE in listing.flags

    def test_without_a_site_the_format_is_inferred_from_the_texts(self) -> None:
        text = OPTIONS.replace("June 07, 2027", "07/06/2027").replace("June 14, 2027", "14/06/2027")
        assert listed(bookings(text), CELLS, site=None)["wc:4156:slota:datea"].date == dt.date(2027, 6, 7)

    def test_the_events_own_zone_wins(self) -> None:
        own = (*bookings().meta, MetaRow(9, "WooCommerceEventsTimeZone", "Europe/Berlin"))
        start = listed(bookings(meta=own), CELLS)["wc:4156:slota:datea"].starts_at
        assert start == dt.datetime.fromisoformat("2027-06-07T20:00+02:00")


class TestHybrid:
    PRODUCT = bookings(manage_stock=True, stock_quantity=30)
    COUNTS = counts(sold=20, held=2, pending=1, cells={("slota", "datea"): CellCount(12, 1)})

    def test_the_product_is_written_without_a_date(self) -> None:
        listing = listed(self.PRODUCT, self.COUNTS)["wc:4156"]
        assert (listing.stock_method, listing.starts_at, listing.group) == (
            StockMethod.WOOCOMMERCE_STOCK,
            None,
            "wc:4156",
        )
        assert numbers(listing) == (52, 20, 2, 30)
        assert listing.reading.pending == 1
        assert listing.flags == {Flag.HYBRID}

    def test_its_cells_are_read_only_and_offer_the_less_of_the_two(self) -> None:
        listing = listed(self.PRODUCT, self.COUNTS)["wc:4156:slota:datea"]
        assert (listing.writable, listing.reading.remaining) == (False, 30)
        assert Flag.HYBRID in listing.flags
        few = listed(bookings(OPTIONS.replace("42", "7"), manage_stock=True, stock_quantity=30), self.COUNTS)
        assert few["wc:4156:slota:datea"].reading.remaining == 7
        endless = listed(bookings(OPTIONS.replace("42", '""'), manage_stock=True, stock_quantity=30), self.COUNTS)
        assert endless["wc:4156:slota:datea"].reading.remaining == 30


class TestPlainStock:
    def test_13_a_single_event_shows_what_is_sold(self) -> None:
        """The club's first program always showed 0 sold: it looked for a slot that such tickets do not have."""
        listing = listed(single(), counts(31907, sold=4, held=1, pending=2))["wc:31907"]
        assert numbers(listing) == (55, 4, 1, 50)
        assert (listing.reading.pending, listing.slot) == (2, None)
        assert listing.stock_method is StockMethod.WOOCOMMERCE_STOCK
        assert listing.starts_at == dt.datetime.fromisoformat("2027-06-07T20:00-04:00")

    def test_old_booking_text_is_ignored(self) -> None:
        product = single(meta=(*single().meta, MetaRow(9, META_KEY, OPTIONS)))
        made = listed(product, counts(31907))
        assert list(made) == ["wc:31907"]
        assert made["wc:31907"].flags == {Flag.STALE_BOOKING_TEXT}

    def test_an_event_without_a_date_says_so(self) -> None:
        product = single(meta=tuple(row for row in single().meta if row.key != "WooCommerceEventsDate"))
        assert Flag.UNREADABLE_DATE in listed(product)["wc:31907"].flags

    @pytest.mark.parametrize(("stock_status", "remaining"), [("instock", UNLIMITED), ("outofstock", 0)])
    def test_unmanaged_has_no_number_to_change(self, stock_status: str, remaining: Quantity) -> None:
        listing = listed(single(None, stock_status=stock_status), counts(31907, sold=4))["wc:31907"]
        assert (listing.writable, listing.reading.remaining, listing.reading.sold) == (False, remaining, 4)
        assert "no number" in str(listing.read_only_reason)

    def test_variations_are_shown_and_read_only(self) -> None:
        variations = (
            Variation(1, "Front", "publish", True, 5, "30"),
            Variation(2, "Back", "private", True, 9),
            Variation(3, "Side", "publish", "parent", None),
            Variation(4, "Floor", "publish", False, None),
        )
        product = single(None, type="variable", variations=variations)
        made = listed(product, counts(31907, sold=6, variations={1: CellCount(4, 1)}))
        assert list(made) == [f"wc:31907:v{number}" for number in (1, 2, 3, 4)]
        front = made["wc:31907:v1"]
        assert (front.writable, front.slot, front.price, numbers(front)) == (False, "Front", "30", (10, 4, 1, 5))
        assert made["wc:31907:v2"].status is Status.CLOSED
        assert made["wc:31907:v3"].reading.remaining is UNLIMITED
        assert isinstance(made["wc:31907:v4"].reading.remaining, Unknown)

    def test_a_variation_with_its_own_stock_stands_beside_the_products(self) -> None:
        variations = (Variation(1, "Front", "publish", True, 5), Variation(2, "Back", "publish", "parent", None))
        product = single(30, type="variable", variations=variations)
        made = listed(product, counts(31907, sold=6, held=1, variations={1: CellCount(4, 1), 2: CellCount(2, 0)}))
        assert {id: numbers(listing) for id, listing in made.items()} == {
            "wc:31907": (32, 2, 0, 30),
            "wc:31907:v1": (10, 4, 1, 5),
        }
        assert [listing.writable for listing in made.values()] == [True, False]

    def test_a_variable_product_without_variations_is_a_failure(self) -> None:
        assert product_listings(single(None, type="variable"), SITE, NOW, None).failed

    def test_seating_is_read_only(self) -> None:
        meta = tuple(
            dataclasses.replace(row, value="seating") if row.key.endswith("Type") else row for row in single().meta
        )
        listing = listed(single(None, meta=meta))["wc:31907"]
        assert (listing.writable, listing.flags) == (False, {Flag.RESERVED_SEATING})
        assert isinstance(listing.reading.remaining, Unknown)

    def test_what_is_uncertain_is_read_only_in_words(self) -> None:
        meta = tuple(
            dataclasses.replace(row, value="festival") if row.key.endswith("Type") else row for row in single().meta
        )
        listing = listed(single(meta=meta))["wc:31907"]
        assert not listing.writable
        assert "'festival' is none that FooEvents has" in str(listing.read_only_reason)

    def test_no_event_is_listed_apart(self) -> None:
        made = product_listings(Product(5, "Mug", "publish", "simple", True, 9, "instock"), SITE, NOW, None)
        assert (made.listings, made.failed) == ((), ())
        assert made.not_events == (Failure("wc:5", "Mug", "not a FooEvents event"),)


def tickets(id: str = "1", capacity: int | None = 40, sold: int | None = 10, **fields: object) -> TicketClass:
    made = TicketClass(id, "77", "General Admission", "admission", capacity, capacity, sold, "AVAILABLE")
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


def event(*classes: TicketClass, **fields: object) -> Event:
    start = dt.datetime.fromisoformat("2027-06-08T00:00+00:00")
    made = Event("77", "Overalls", start, "America/Toronto", "live", 40, False, classes, "9", url="u", currency="CAD")
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


class TestEventbrite:
    def test_a_ticket_class(self) -> None:
        (listing,) = event_listings(event(tickets(price="CA$15.00")), NOW, 3)
        assert (listing.id, listing.group, listing.title, listing.slot) == (
            "eb:77:1",
            "eb:9",
            "Overalls",
            "General Admission",
        )
        assert str(listing.starts_at) == "2027-06-07 20:00:00-04:00", "in the event's own zone"
        assert listing.date == dt.date(2027, 6, 7)
        assert numbers(listing) == (40, 10, 3, 27)
        assert (listing.stock_method, listing.status) == (StockMethod.TICKET_CLASS_CAPACITY, Status.ON_SALE)
        assert (listing.price, listing.currency, listing.url, listing.event_left) == ("CA$15.00", "CAD", "u", None)

    def test_lists_do_not_ask_for_places_in_checkout(self) -> None:
        (listing,) = event_listings(event(tickets()), NOW)
        assert numbers(listing) == (40, 10, Unknown("not_read"), 30)

    def test_a_failed_look_at_the_checkout_leaves_remaining_unknown(self) -> None:
        (listing,) = event_listings(event(tickets()), NOW, Unknown("eventbrite: no answer"))
        assert listing.reading.remaining == Unknown("eventbrite: no answer")

    def test_sold_that_was_not_told_is_unknown(self) -> None:
        (listing,) = event_listings(event(tickets(sold=None)), NOW)
        assert isinstance(listing.reading.sold, Unknown)
        assert isinstance(listing.reading.remaining, Unknown)

    def test_the_events_own_limit_is_shared_by_its_classes(self) -> None:
        one, two, drink = event_listings(
            event(
                tickets("1", 40, 10),
                tickets("2", 30, 15),
                tickets("3", 99, 50, category="add_on"),
                capacity=30,
                capacity_is_custom=True,
            ),
            NOW,
        )
        assert (one.reading.remaining, two.reading.remaining, drink.reading.remaining) == (5, 5, 49)
        assert (one.event_left, two.event_left, drink.event_left) == (5, 5, None)
        assert (one.reading.capacity, two.reading.capacity) == (40, 30)

    def test_the_sum_of_the_classes_limits_nothing(self) -> None:
        one, _ = event_listings(event(tickets("1", 40, 10), tickets("2", 30, 30), capacity=30), NOW)
        assert (one.reading.remaining, one.event_left) == (30, None)

    def test_a_tier_limits_below_the_class(self) -> None:
        (listing,) = event_listings(event(tickets(quantity_total=25, inventory_tier_id="I9")), NOW)
        assert (listing.reading.remaining, listing.writable) == (15, False)
        assert Flag.TIERED in listing.flags

    @pytest.mark.parametrize(
        ("event_fields", "class_fields", "flags"),
        [
            ({"is_series_parent": True}, {}, {Flag.SERIES_PARENT}),
            ({"is_reserved_seating": True}, {}, {Flag.RESERVED_SEATING}),
            ({"has_tiers": True}, {}, {Flag.TIERED}),
            (
                {},
                {"donation": True, "capacity": None, "quantity_total": 0},
                {Flag.DONATION, Flag.NOT_A_SEAT, Flag.UNLIMITED},
            ),
        ],
    )
    def test_read_only_with_a_reason(
        self, event_fields: dict[str, object], class_fields: dict[str, object], flags: set[Flag]
    ) -> None:
        (listing,) = event_listings(event(tickets(**class_fields), **event_fields), NOW)  # type: ignore[arg-type]
        assert (listing.stock_method, listing.flags) == (StockMethod.READ_ONLY, flags)
        assert listing.read_only_reason

    def test_an_add_on_is_no_seat(self) -> None:
        (listing,) = event_listings(event(tickets(category="add_on")), NOW)
        assert listing.flags == {Flag.ADD_ON, Flag.NOT_A_SEAT}

    @pytest.mark.parametrize(
        ("event_fields", "class_fields", "status"),
        [
            ({"status": "draft"}, {}, Status.DRAFT),
            ({"status": "canceled"}, {}, Status.CLOSED),
            ({"status": "completed"}, {}, Status.ENDED),
            ({"status": "started"}, {}, Status.ON_SALE),
            ({}, {"hidden": True}, Status.HIDDEN),
            ({}, {"on_sale_status": "SOLD_OUT"}, Status.SOLD_OUT),
            ({}, {"on_sale_status": "UNAVAILABLE"}, Status.CLOSED),
            ({}, {"on_sale_status": "NOT_YET_ON_SALE"}, Status.NOT_YET_ON_SALE),
            ({}, {"on_sale_status": "A_NEW_WORD"}, Status.UNKNOWN),
            ({}, {"sales_start": NOW + dt.timedelta(days=1)}, Status.NOT_YET_ON_SALE),
            ({}, {"sales_end": NOW}, Status.ENDED),
            ({"capacity": 10, "capacity_is_custom": True}, {}, Status.SOLD_OUT),
        ],
    )
    def test_status(self, event_fields: dict[str, object], class_fields: dict[str, object], status: Status) -> None:
        (listing,) = event_listings(event(tickets(**class_fields), **event_fields), NOW)  # type: ignore[arg-type]
        assert listing.status is status

    def test_oversold_and_past_and_without_a_start(self) -> None:
        (listing,) = event_listings(event(tickets(sold=41), starts_at=NOW - dt.timedelta(days=2)), NOW)
        assert listing.flags == {Flag.OVERSOLD, Flag.PAST}
        (running,) = event_listings(event(tickets(), starts_at=NOW - dt.timedelta(hours=3)), NOW)
        assert running.flags == set()
        (unknown,) = event_listings(event(tickets(), starts_at=None, zone="Nowhere"), NOW)
        assert unknown.flags == {Flag.UNREADABLE_DATE}

    def test_sold_out_is_not_a_zero_that_staff_set(self) -> None:
        (listing,) = event_listings(event(tickets(sold=40)), NOW)
        assert Flag.AT_ZERO not in listing.flags


class TestAll:
    def test_one_broken_product_is_a_row_and_the_rest_is_shown(self) -> None:
        read_at = NOW - dt.timedelta(hours=1)
        failed = (Failure("wc:9", "Broken", "an unreadable answer"),)
        products = (
            bookings(),
            bookings('{"x', id=2),
            single(),
            Product(5, "Mug", "publish", "simple", False, None, "instock"),
        )
        catalogue = Catalogue(read_at, (event(tickets()), event(id="78")), products, SITE, failed)
        made = listings_of(catalogue, NOW, CELLS)
        assert [x.id for x in made.listings] == ["eb:77:1", "wc:4156:slota:datea", "wc:4156:slota:dateb", "wc:31907"]
        assert [x.id for x in made.failed] == ["wc:9", "wc:2"]
        assert [x.id for x in made.not_events] == ["eb:78", "wc:5"]
        assert {(x.reading.source, x.reading.read_at) for x in made.listings} == {(Source.CACHE, read_at)}

    def test_ids_that_cloned_products_share(self) -> None:
        clone = bookings(OPTIONS.replace("dateb", "datec"), id=4157)
        made = listings_of(Catalogue(NOW, products=(bookings(), clone), site=SITE), NOW, None)
        flagged = {x.id for x in made.listings if Flag.SHARED_IDS in x.flags}
        assert flagged == {"wc:4156:slota:datea", "wc:4157:slota:datea"}
        assert shared_ids((bookings(), clone)) == {("slota", "datea")}
        (again, _) = product_listings(clone, SITE, NOW, None, shared=shared_ids((bookings(), clone))).listings
        assert Flag.SHARED_IDS in again.flags

    def test_what_to_count(self) -> None:
        mug = Product(5, "Mug", "publish", "simple", False, None, "instock")
        asked = {x.product_id: dict(x.cells) for x in cells_to_count((bookings(), single(), mug), SITE)}
        texts = ("Monday 8pm", "Monday 8pm (08:00 p.m.)")
        assert asked == {
            4156: {
                ("slota", "datea"): CellTexts(texts, "June 07, 2027"),
                ("slota", "dateb"): CellTexts(texts, "June 14, 2027"),
            },
            31907: {},
        }

    def test_why_a_time_is_not_known(self) -> None:
        text = OPTIONS.replace("June 07, 2027", "05/07/2027").replace('"period":"p.m."', '"period":""')
        problems = time_problems(bookings(text), SITE)
        assert "two different days" in problems["wc:4156:slota:datea"]
        assert "without a.m. or p.m." in problems["wc:4156:slota:dateb"]
        assert time_problems(single(), SITE) == {}
        assert time_problems(single(), None) == {"wc:31907": "the site's time zone is not known"}

    def test_every_text_stays_data(self) -> None:
        name = "[red]Tom & Jerry[/red] \x1b[31m &amp;"
        (listing,) = product_listings(single(name=name), SITE, NOW, None).listings
        assert listing.title == name


WORDS = st.text(max_size=12)


@given(WORDS, WORDS, WORDS, WORDS, WORDS, st.integers(-5, 99) | WORDS | st.none())
def test_no_booking_text_hides_the_rest(slot: str, date: str, label: str, day: str, hour: str, stock: object) -> None:
    """Whatever a cell holds, it is a listing or a failure of its own, and the sound ones beside it are shown."""
    entry = {
        "label": label,
        "hour": hour,
        "minute": hour,
        "period": label,
        "add_date": {date: {"date": day, "stock": stock}},
    }
    sound = json.loads(OPTIONS)
    made = product_listings(bookings(json.dumps({**sound, f"x{slot}": entry})), SITE, NOW, CELLS)
    assert {"wc:4156:slota:datea", "wc:4156:slota:dateb"} <= {listing.id for listing in made.listings}
    assert len(made.listings) + len(made.failed) == 3
    assert len({listing.id for listing in made.listings}) == len(made.listings)
