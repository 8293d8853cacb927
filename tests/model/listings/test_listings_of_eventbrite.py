"""Listings from what Eventbrite says, and from a whole catalogue."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.catalogue import Event, Product, TicketClass
from brcc_tui.model.checkout import CapacityTier
from brcc_tui.model.counts import CellTexts
from brcc_tui.model.listing import Flag, StockMethod
from brcc_tui.model.listings.from_catalogue import cells_to_count, product_listings, shop_listings, time_problems
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.reading import Source
from tests.model.listings.made_listings import CELLS, NOW, OPTIONS, SITE, bookings, numbers, single


def tickets(id: str = "1", capacity: int | None = 40, sold: int | None = 10, **fields: object) -> TicketClass:
    made = TicketClass(id, "77", "General Admission", "admission", capacity, capacity, sold, "AVAILABLE")
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


def event(*classes: TicketClass, **fields: object) -> Event:
    start = dt.datetime.fromisoformat("2027-06-08T00:00+00:00")
    made = Event("77", "Overalls", start, "America/Toronto", "live", 40, False, classes, "9", url="u", currency="CAD")
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


class TestEventbrite:
    def test_a_ticket_class(self) -> None:
        (listing,) = event_listings(event(tickets(price="CA$15.00")), NOW, CapacityTier(3))
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
        (listing,) = event_listings(event(tickets()), NOW, CapacityTier(Unknown("eventbrite: no answer")))
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

    def test_the_tier_of_an_add_on_limits_no_seat(self) -> None:
        """Every add-on has one, by the documentation: the seats beside it are not shared out by tiers."""
        seat, drink = event_listings(event(tickets("1"), tickets("2", category="add_on", inventory_tier_id="I9")), NOW)
        assert (seat.writable, seat.flags) == (True, frozenset())
        assert (drink.writable, drink.flags) == (False, {Flag.ADD_ON, Flag.NOT_A_SEAT, Flag.TIERED})
        assert "its places are limited by an inventory tier" in (drink.read_only_reason or ""), "it has no seats"

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
        products = (
            bookings(),
            bookings('{"x', id=2),
            single(),
            Product(5, "Mug", "publish", "simple", False, None, "instock"),
        )
        made = shop_listings(products, SITE, NOW, CELLS, read_at=read_at)
        assert [x.id for x in made.listings] == ["wc:4156:slota:datea", "wc:4156:slota:dateb", "wc:31907"]
        assert [x.id for x in made.failed] == ["wc:2"]
        assert {(x.reading.source, x.reading.read_at) for x in made.listings} == {(Source.CACHE, read_at)}

    def test_ids_that_cloned_products_share(self) -> None:
        clone = bookings(OPTIONS.replace("dateb", "datec"), id=4157)
        made = shop_listings((bookings(), clone), SITE, NOW, None, read_at=NOW)
        flagged = {x.id for x in made.listings if Flag.SHARED_IDS in x.flags}
        assert flagged == {"wc:4156:slota:datea", "wc:4157:slota:datea"}

    def test_what_to_count(self) -> None:
        mug = Product(5, "Mug", "publish", "simple", False, None, "instock")
        asked = {x.product_id: dict(x.cells) for x in cells_to_count((bookings(), single(), mug))}
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
        assert time_problems(Product(5, "Mug", "publish", "simple", False, None, "instock"), SITE) == {}

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
