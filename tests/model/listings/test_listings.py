"""From products and events to listings: numbers, flags, statuses and reasons."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from brcc_tui.model.catalogue import MetaRow, Product, Site, Variation
from brcc_tui.model.counts import CellCount, Counts
from brcc_tui.model.fooevents.booking_text import META_KEY
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.listings.from_catalogue import (
    product_listings,
)
from brcc_tui.model.offer import OfferRule, Status
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.reading import Source
from tests.model.listings.made_listings import CELLS, NOW, OPTIONS, SITE, bookings, counts, numbers, single


def listed(
    product: Product, known: Counts | None = None, site: Site | None = SITE, why: str = ""
) -> dict[str, Listing]:
    made = product_listings(product, site, NOW, known, why)
    assert not made.failed
    return {listing.id: listing for listing in made.listings}


@pytest.mark.parametrize("off", [False, True])
def test_while_fooevents_is_off_no_end_of_sales_that_only_it_would_keep_to_ends_them(off: bool) -> None:
    ended = (*single(12).meta, MetaRow(20, "WooCommerceEventsExpireTimestamp", "1"))
    site = dataclasses.replace(SITE, fooevents_off=off, bookings_off=off)
    (event,) = listed(single(12, meta=ended), site=site).values()
    assert (event.status, event.offer.value) == ((Status.ON_SALE, 12) if off else (Status.CLOSED, 0))
    dates = bookings(meta=(*bookings().meta, *ended[-1:]))
    night = listed(dates, site=site)["wc:4156:slota:datea"]
    assert (night.status, night.offer.rule) == (
        (Status.UNKNOWN, OfferRule.NOT_KNOWN) if off else (Status.CLOSED, OfferRule.SALES_ENDED)
    )
    assert (Flag.SALES_ENDED in event.flags, Flag.SALES_ENDED in night.flags) == (not off, not off)
    without_bookings = listed(dates, site=dataclasses.replace(SITE, bookings_off=True))["wc:4156:slota:datea"]
    assert without_bookings.offer.rule is OfferRule.SALES_ENDED, "FooEvents itself keeps to it"


class TestBookings:
    @pytest.mark.parametrize("stock", [0, 5])
    def test_a_date_that_has_none_left_is_sold_out_whatever_its_product_and_a_variation_hold(self, stock: int) -> None:
        stocks = {"manage_stock": True, "stock_quantity": stock}
        own, shared = Variation(1, "A", "publish", True, 4, "10"), Variation(2, "B", "publish", "parent", None, "10")
        for none in ('"0"', "-1"):
            options = OPTIONS.replace('"stock":"0"', f'"stock":{none}')
            found = listed(bookings(options, type="variable", has_variations=True, variations=(own, shared), **stocks))
            left, used_up = found["wc:4156:slota:datea"], found["wc:4156:slota:dateb"]
            assert (left.status, left.offer.rule) == (Status.UNKNOWN, OfferRule.NOT_KNOWN)
            assert (used_up.status, used_up.offer.value) == (Status.SOLD_OUT, 0)

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

    def test_of_a_date_of_which_more_tickets_may_be_nobody_knows_how_many_are_sold(self) -> None:
        cells = {("slota", date): CellCount(12, 1) for date in ("datea", "dateb")}
        found = listed(bookings(), counts(cells=cells, astray={("slota", "datea"): 2}))
        one, other = found["wc:4156:slota:datea"], found["wc:4156:slota:dateb"]
        assert (set(one.reading.unknowns()), one.reading.remaining) == ({"capacity", "sold", "held"}, 42)
        assert isinstance(one.reading.sold, Unknown)
        assert "2 tickets may be of this date" in one.reading.sold.reason
        assert numbers(other) == (13, 12, 1, 0)

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

    @pytest.mark.parametrize("status", ["draft", "private", "pending", "trash"])
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
        assert (listing.status, listing.offer.rule) == (Status.UNKNOWN, OfferRule.NOT_KNOWN)
        assert "leftover" in str(listing.offer.unknown)
        none = OPTIONS.replace('"stock":"0"}}', '"stock":"0"},"gone":{"stock":0}}')
        assert listed(bookings(none), CELLS)["wc:4156:slota:gone"].offer.value == 0

    @pytest.mark.parametrize(
        ("ids", "why"),
        [
            ('"":{"add_date":{"":{"stock":1}}}', "no slot or date"),
            ('"s":{"add_date":{"":{"stock":1}}}', "no slot or date"),
            ('"a b":{"add_date":{"c":{"date":"June 07, 2027","stock":1}}}', "cannot be typed"),
        ],
    )
    def test_a_cell_that_cannot_be_named_does_not_hide_the_others(self, ids: str, why: str) -> None:
        made = product_listings(bookings(OPTIONS[:-1] + "," + ids + "}"), SITE, NOW, CELLS)
        assert len(made.listings) == 2
        assert [why in failure.reason for failure in made.failed] == [True]

    @pytest.mark.parametrize(("slot", "date"), [("slota", "date_a"), ("slot_a", "datea")])
    def test_an_id_with_an_underscore_is_read_only_and_nobody_knows_whether_it_is_sold(
        self, slot: str, date: str
    ) -> None:
        text = OPTIONS.replace("slota", slot).replace("datea", date)
        listing = listed(bookings(text), CELLS)[f"wc:4156:{slot}:{date}"]
        assert (listing.writable, "underscore" in (listing.read_only_reason or "")) == (False, True)
        assert "underscore" in (listing.offer.unknown or "")

    def test_stock_management_without_a_quantity_leaves_the_dates_read_only(self) -> None:
        made = listed(bookings(manage_stock=True), CELLS)
        assert len(made) == 2
        assert not any(listing.writable for listing in made.values())
        assert all("no quantity" in str(listing.read_only_reason) for listing in made.values())

    def test_without_a_site_the_day_is_known_but_not_the_instant(self) -> None:
        listing = listed(bookings(), CELLS, site=None)["wc:4156:slota:datea"]
        assert (listing.date, listing.starts_at) == (dt.date(2027, 6, 7), None)
        assert Flag.UNREADABLE_DATE in listing.flags
        (over, _) = product_listings(bookings(), None, NOW + dt.timedelta(days=7), CELLS).listings
        assert Flag.PAST not in over.flags, "nor is it known in which zone its day has ended"

    @pytest.mark.parametrize(("date_format", "day"), [("d/m/Y", "2027-07-06"), ("m/d/Y", "2027-06-07")])
    def test_the_sites_format_says_which_of_two_days_a_text_means(self, date_format: str, day: str) -> None:
        text = OPTIONS.replace("June 07, 2027", "06/07/2027").replace("June 14, 2027", "10/12/2027")
        site = dataclasses.replace(SITE, date_format=date_format)
        assert str(listed(bookings(text), CELLS, site=site)["wc:4156:slota:datea"].date) == day

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
        made = listed(product, counts(31907, sold=4, held=1, variations={1: CellCount(4, 1)}))
        assert list(made) == [f"wc:31907:v{number}" for number in (1, 2, 3, 4)]
        front = made["wc:31907:v1"]
        assert (front.writable, front.slot, front.price, numbers(front)) == (False, "Front", "30", (10, 4, 1, 5))
        assert made["wc:31907:v2"].status is Status.CLOSED
        assert made["wc:31907:v3"].reading.remaining is UNLIMITED
        assert isinstance(made["wc:31907:v4"].reading.remaining, Unknown)
        assert not any(Flag.UNREADABLE_DATE in listing.flags for listing in made.values())
        undated = dataclasses.replace(product, meta=tuple(row for row in product.meta if not row.key.endswith("Date")))
        found = listed(undated, counts(31907))
        assert all(Flag.UNREADABLE_DATE in listing.flags for listing in found.values())

    def test_a_variation_with_its_own_stock_stands_beside_the_products(self) -> None:
        variations = (Variation(1, "Front", "publish", True, 5), Variation(2, "Back", "publish", "parent", None))
        product = single(30, type="variable", variations=variations)
        made = listed(product, counts(31907, sold=6, held=1, variations={1: CellCount(4, 1), 2: CellCount(2, 0)}))
        assert {id: numbers(listing) for id, listing in made.items()} == {
            "wc:31907": (32, 2, 0, 30),
            "wc:31907:v1": (10, 4, 1, 5),
        }
        assert [listing.writable for listing in made.values()] == [True, False]
        unsold = listed(product, counts(31907, sold=6, held=1))
        assert numbers(unsold["wc:31907"]) == (37, 6, 1, 30)

    def test_places_of_a_deleted_variation_are_taken_all_the_same(self) -> None:
        product = single(None, type="variable", variations=(Variation(1, "Front", "publish", True, 5, "30"),))
        taken = counts(31907, sold=9, held=4, variations={1: CellCount(4, 1), 2: CellCount(3, 2)})
        made = listed(product, taken)
        assert {id: numbers(listing) for id, listing in made.items()} == {
            "wc:31907:v1": (10, 4, 1, 5),
            "wc:31907": (8, 5, 3, 0),  # two were sold before there were variations
        }
        assert (made["wc:31907"].offer.value, made["wc:31907"].writable) == (0, False)
        assert made["wc:31907"].starts_at == made["wc:31907:v1"].starts_at
        undated = dataclasses.replace(product, meta=tuple(row for row in product.meta if not row.key.endswith("Date")))
        assert Flag.UNREADABLE_DATE in listed(undated, taken)["wc:31907"].flags

    def test_what_is_behind_a_password_is_sold_to_whoever_has_it_and_says_so(self) -> None:
        behind, variation = dataclasses.replace(single(12), protected=True), Variation(1, "A", "publish", True, 5, "10")
        for product in (behind, dataclasses.replace(bookings(), protected=True)):
            for listing in listed(product).values():
                assert Flag.PROTECTED in listing.flags
        (made,) = listed(behind).values()
        assert (made.status, made.offer.value) == (Status.ON_SALE, 12)
        of_one = dataclasses.replace(behind, type="variable", has_variations=True, variations=(variation,))
        assert all(Flag.PROTECTED in each.flags for each in listed(of_one).values())

    def test_a_variation_marked_out_of_stock_is_not_sold_on_its_products_backorder(self) -> None:
        variations = (
            Variation(1, "Front", "publish", "parent", None, "10", "outofstock", "yes"),
            Variation(2, "Back", "publish", "parent", None, "10", "onbackorder", "yes"),
        )
        product = single(None, type="variable", variations=variations, backorders="yes")
        made = listed(dataclasses.replace(product, manage_stock=True))
        assert [(x.status, x.offer.value) for x in made.values()] == [(Status.CLOSED, 0), (Status.ON_SALE, UNLIMITED)]

    def test_a_variable_product_without_variations_is_a_failure(self) -> None:
        product = single(None, type="variable")
        made = product_listings(product, SITE, NOW, None)
        assert made.listings == ()
        assert [failure.reason for failure in made.failed] == [
            "it is sold in variations, and has none: add them in WordPress (Product data > Variations), then refresh"
        ]
        sold = product_listings(product, SITE, NOW, counts(31907, sold=3))
        assert [numbers(listing) for listing in sold.listings] == [(3, 3, 0, 0)]
        assert sold.failed == made.failed

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
        uncounted = listed(single(None, meta=meta))["wc:31907"].reading.remaining
        assert uncounted == Unknown(str(listing.read_only_reason))

    def test_what_is_no_event_is_neither_a_listing_nor_a_failure(self) -> None:
        made = product_listings(Product(5, "Mug", "publish", "simple", True, 9, "instock"), SITE, NOW, None)
        assert (made.listings, made.failed) == ((), ())
