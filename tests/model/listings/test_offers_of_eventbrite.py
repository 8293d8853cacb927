"""What a buyer can buy of Eventbrite's ticket classes: hidden ones with a code, those of a tier, events of days."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.catalogue import CODES_NOT_ASKED, AccessCode, Event, TicketClass
from brcc_tui.model.checkout import CapacityTier
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.offer import Offer, OfferRule, Status
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.at_number import listing_at
from brcc_tui.model.shows.grouping import group_shows
from brcc_tui.model.shows.pairing import Pairings
from brcc_tui.model.shows.show import Room, Show
from brcc_tui.model.shows.venue_rules import VenueRules

TORONTO = ZoneInfo("America/Toronto")
NOW = dt.datetime(2026, 11, 28, 13, 50, tzinfo=dt.UTC)
STARTS = dt.datetime(2026, 12, 4, 1, tzinfo=dt.UTC)
RULES = VenueRules({"main": Room("main", 55)})


def stock_listing(remaining: int) -> Listing:
    reading = Reading(remaining, 0, 0, remaining, NOW, Source.LIVE)
    method, title = StockMethod.WOOCOMMERCE_STOCK, "Friday"
    return Listing("wc:5", Platform.WOOCOMMERCE, title, None, STARTS, method, Status.ON_SALE, reading, "wc:5")


def show_of(*listings: Listing) -> Show:
    (show,) = group_shows(listings, RULES, Pairings(), TORONTO).shows
    return show


def ticket_class(**fields: object) -> TicketClass:
    plain: dict[str, object] = {"id": "2", "event_id": "1", "name": "Guests", "category": "admission", "capacity": 20}
    numbers = {"quantity_total": 20, "quantity_sold": 6, "on_sale_status": "AVAILABLE"}
    return TicketClass(**{**plain, **numbers, **fields})  # type: ignore[arg-type]


def event(*classes: TicketClass, **fields: object) -> Event:
    plain: dict[str, object] = {"id": "1", "name": "Friday", "starts_at": STARTS, "zone": "America/Toronto"}
    told = {"status": "live", "capacity": 50, "capacity_is_custom": False, "ticket_classes": classes}
    return Event(**{**plain, **told, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "status", "offer"),
    [
        (4, Status.ON_SALE, Offer(4, OfferRule.CAPACITY)),
        (3, Status.SOLD_OUT, Offer(0, OfferRule.MINIMUM)),
        (1, Status.SOLD_OUT, Offer(0, OfferRule.MINIMUM)),
        (0, Status.SOLD_OUT, Offer(0, OfferRule.CAPACITY)),
    ],
)
def test_of_fewer_than_an_order_must_have_none_is_sold(left: int, status: Status, offer: Offer) -> None:
    (listing,) = event_listings(event(ticket_class(quantity_sold=20 - left, minimum=4)), NOW)
    assert (listing.status, listing.offer, listing.reading.remaining) == (status, offer, left)
    assert [listing.offer_at(n).value for n in (3, 4)] == [0, 4]


@pytest.mark.parametrize(
    ("told", "rule", "why"),
    [
        ("draft", OfferRule.DRAFT, None),
        ("Ended", OfferRule.ENDED, None),
        ("canceled", OfferRule.CLOSED, None),
        ("paused", OfferRule.NOT_KNOWN, "it is not known whether an event that is 'paused' sells on Eventbrite"),
        ("live", OfferRule.CAPACITY, None),
    ],
)
def test_what_an_event_sells_that_is_not_live(told: str, rule: OfferRule, why: str | None) -> None:
    (listing,) = event_listings(event(ticket_class(), status=told), NOW)
    assert (listing.offer.rule, listing.offer.unknown, listing.reading.remaining) == (rule, why, 14)
    assert why is not None or listing.offer.value == (14 if told == "live" else 0)


def test_of_a_hidden_class_of_another_site_it_is_said_that_this_one_does_not_sell_it() -> None:
    """Whether a code opens it here is not asked then."""
    (listing,) = event_listings(event(ticket_class(hidden=True, quantity_sold=0), sold_elsewhere=True), NOW)
    assert listing.offer.unknown == "Eventbrite says that its tickets are sold on another site"


CODE = AccessCode(("2",))
OF_ANOTHER_CLASS = AccessCode(("3",))
HIDDEN: dict[str, tuple[dict[str, object], tuple[AccessCode, ...] | None, int]] = {
    "nobody may see the codes, and it has sold": ({}, None, 14),
    "a code opens it": ({"quantity_sold": 0}, (CODE,), 20),
    "a code opens all": ({}, (AccessCode(()),), 14),
    "there are no codes": ({}, (), 0),
    "a code that lets three more in": ({}, (replace(CODE, uses_left=3),), 3),
    "codes that let more in than are left": ({}, (replace(CODE, uses_left=9), replace(CODE, uses_left=9)), 14),
    "one of its codes has no limit": ({}, (replace(CODE, uses_left=1), CODE), 14),
    "a code that lets fewer in than an order must have": ({"minimum": 4}, (replace(CODE, uses_left=3),), 0),
    "codes of which one alone lets in an order": (
        {"minimum": 4},
        (replace(CODE, uses_left=3), replace(CODE, uses_left=5)),
        5,
    ),
    "a code of another class": ({}, (OF_ANOTHER_CLASS,), 0),
    "a used-up code": ({}, (replace(CODE, uses_left=0),), 0),
    "a code that is over": ({}, (replace(CODE, ends_at=NOW),), 0),
    "it is hidden by itself at the moment": ({"hidden": False, "hidden_currently": True}, (CODE,), 14),
    "its sales are over": ({"sales_end": NOW}, (CODE,), 0),
}


@pytest.mark.parametrize(("fields", "codes", "wanted"), HIDDEN.values(), ids=HIDDEN)
def test_a_hidden_class_is_sold_to_whoever_has_a_code(
    fields: dict[str, object], codes: tuple[AccessCode, ...] | None, wanted: int
) -> None:
    tickets = ticket_class(**{"hidden": True, "hidden_currently": True, **fields})
    other = ticket_class(id="3", name="Others", capacity=10, quantity_total=10, quantity_sold=10)
    unread = "access is denied" if codes is None else None
    listing = event_listings(event(tickets, other, access_codes=codes, codes_unread=unread), NOW)[0]
    assert listing.offer.value == wanted
    assert (listing.offer.rule is OfferRule.HIDDEN_SOLD_BY_CODE) == (wanted > 0)
    assert (Flag.HIDDEN_SOLD_BY_CODE in listing.flags) == (wanted > 0)


@pytest.mark.parametrize(
    ("fields", "unread", "known"),
    [
        ({"quantity_sold": 0}, None, False),
        ({"quantity_sold": 0}, "they could not be read: access is denied", False),
        ({"quantity_sold": 0}, CODES_NOT_ASKED, False),
        ({}, CODES_NOT_ASKED, False),
        ({"quantity_sold": 20}, CODES_NOT_ASKED, True),
        ({"quantity_sold": 0, "sales_end": NOW}, CODES_NOT_ASKED, True),
        ({"quantity_sold": 0, "hidden": False, "hidden_currently": False}, CODES_NOT_ASKED, True),
    ],
)
def test_of_a_hidden_class_whose_codes_are_not_known_nobody_knows_what_it_sells(
    fields: dict[str, object], unread: str | None, known: bool
) -> None:
    tickets = ticket_class(**{"hidden": True, **fields})
    (listing,) = event_listings(event(tickets, codes_unread=unread), NOW)
    assert isinstance(listing.offer.value, int) == known
    if not known:
        assert (listing.status, listing.offer.rule) == (Status.HIDDEN, OfferRule.NOT_KNOWN)
        assert unread is None or unread in (listing.offer.unknown or "")
        assert Flag.HIDDEN_SOLD_BY_CODE not in listing.flags
        assert replace(listing, status=Status.ON_SALE).offer.value == listing.reading.remaining, "once it is shown"
        show = show_of(listing, stock_listing(remaining=5))
        assert isinstance(show.exposure, Unknown)


@pytest.mark.parametrize("kind", ["add_on", "donation"])
def test_nobody_says_of_what_is_no_seat_that_a_code_sells_it_where_none_was_asked_for(kind: str) -> None:
    """Codes are asked for where one could open seats: that some of it was sold may be of before it was hidden."""
    (listing,) = event_listings(event(ticket_class(hidden=True, category=kind, donation=kind == "donation")), NOW)
    assert (listing.status, listing.offer.rule) == (Status.HIDDEN, OfferRule.NOT_KNOWN)
    assert Flag.HIDDEN_SOLD_BY_CODE not in listing.flags


def test_codes_that_let_so_many_in_together_are_known_until_the_first_of_them_ends() -> None:
    """How many of its places were used by then nobody tells."""
    soon, late = NOW + dt.timedelta(days=1), NOW + dt.timedelta(days=2)
    limited = (replace(CODE, uses_left=2, ends_at=late), replace(CODE, uses_left=3, ends_at=soon))
    (listing,) = event_listings(event(ticket_class(hidden=True), access_codes=limited), NOW)
    assert (listing.offer.value, listing.terms.until, listing.terms.then) == (5, soon, OfferRule.NOT_KNOWN)
    endless = tuple(replace(code, uses_left=None) for code in limited)
    (listing,) = event_listings(event(ticket_class(hidden=True), access_codes=endless), NOW)
    assert (listing.offer.value, listing.terms.until, listing.terms.then) == (14, late, OfferRule.HIDDEN)


@pytest.mark.parametrize(("series", "offered"), [(None, 0), ("77", 14)])
def test_a_code_that_names_classes_of_nowhere_is_one_of_the_series_parents(series: str | None, offered: int) -> None:
    code = AccessCode(("999",))
    made = event(ticket_class(hidden=True), access_codes=(code,), series_id=series)
    assert event_listings(made, NOW)[0].offer.value == offered


def test_what_a_code_opens_counts_in_the_exposure() -> None:
    open_class = ticket_class(id="1", name="General", capacity=30, quantity_total=30, quantity_sold=28)
    hidden = ticket_class(hidden=True, hidden_currently=True)
    shop = stock_listing(remaining=5)
    codes_refused = event(open_class, hidden, codes_unread="access is denied")
    show = show_of(*event_listings(codes_refused, NOW, CapacityTier(0)), shop)
    assert (show.sold, show.remaining, show.exposure) == (34, 21, 0)


def test_a_class_that_shows_itself_later_counts() -> None:
    later = ticket_class(hidden_currently=True, sales_start=NOW + dt.timedelta(days=1))
    (listing,) = event_listings(event(later), NOW)
    assert (listing.status, listing.offer) == (Status.NOT_YET_ON_SALE, Offer(14, OfferRule.NOT_YET_ON_SALE))


@pytest.mark.parametrize(
    "told",
    [
        {"on_sale_status": "NOT_YET_ON_SALE", "sales_start_after": "1"},
        {"on_sale_status": "NOT_YET_ON_SALE"},
        {"on_sale_status": "HIDDEN", "sales_start_after": "1"},
        {"on_sale_status": "UNKNOWN", "sales_start_after": "1"},
        {"on_sale_status": "UNAVAILABLE", "sales_start_after": "1"},
        {"on_sale_status": "UNAVAILABLE", "sales_start_after": "1", "hidden_currently": False},
    ],
)
def test_a_class_that_auto_hide_shows_once_another_has_ended_counts(told: dict[str, object]) -> None:
    first = ticket_class(id="1", name="Early bird")
    follows = ticket_class(**{"hidden_currently": True, **told})
    _, listing = event_listings(event(first, follows, access_codes=()), NOW)
    assert (listing.status, listing.offer) == (Status.NOT_YET_ON_SALE, Offer(14, OfferRule.NOT_YET_ON_SALE))
    assert show_of(*event_listings(event(first, follows, access_codes=()), NOW, CapacityTier(0))).remaining == 28


@pytest.mark.parametrize(
    "first", [{"on_sale_status": "SOLD_OUT"}, {"sales_end": NOW}, {"id": "3"}], ids=["sold out", "ended", "not there"]
)
def test_a_class_that_cannot_be_bought_waits_for_none_that_is_over(first: dict[str, object]) -> None:
    classes = ticket_class(**{"id": "1", **first}), ticket_class(on_sale_status="UNAVAILABLE", sales_start_after="1")
    assert event_listings(event(*classes), NOW)[1].offer == Offer(0, OfferRule.CLOSED)


@pytest.mark.parametrize("told", [{"hidden": True, "on_sale_status": "NOT_YET_ON_SALE"}, {"on_sale_status": "HIDDEN"}])
def test_a_class_that_nothing_shows_by_itself_is_hidden(told: dict[str, object]) -> None:
    made = event(ticket_class(hidden_currently=True, **told), access_codes=())
    assert event_listings(made, NOW)[0].offer == Offer(0, OfferRule.HIDDEN)


@pytest.mark.parametrize(
    ("told", "ends", "until", "then"),
    [
        ({}, 2, 2, OfferRule.NOT_KNOWN),
        ({}, 0, 0, OfferRule.NOT_KNOWN),
        ({}, 6, 5, OfferRule.SALES_ENDED),
        ({}, None, 5, OfferRule.SALES_ENDED),
        ({}, -1, 5, OfferRule.SALES_ENDED),  # no event ends before it begins
        ({"is_series_parent": True}, 2, 5, OfferRule.SALES_ENDED),
    ],
)
def test_sales_that_outlast_their_event_are_not_believed(
    told: dict[str, object], ends: int | None, until: int, then: OfferRule
) -> None:
    """All hours after the beginning; the sales of the class end five after it, by Eventbrite's own word."""
    starts = NOW + dt.timedelta(days=3)
    at = {hours: starts + dt.timedelta(hours=hours) for hours in (-1, 0, 2, 5, 6)}
    made = event(ticket_class(sales_end=at[5]), starts_at=starts, ends_at=None if ends is None else at[ends], **told)
    (listing,) = event_listings(made, NOW)
    assert (listing.terms.until, listing.terms.then) == (at[until], then)


def test_an_event_of_days_is_there_until_its_end() -> None:
    starts, ends = dt.datetime(2026, 11, 28, tzinfo=dt.UTC), dt.datetime(2026, 12, 1, 3, tzinfo=dt.UTC)
    tickets = ticket_class(capacity=55, quantity_total=55, quantity_sold=20, sales_end=ends)
    made = event(tickets, starts_at=starts, ends_at=ends, status="started", capacity=55)
    for now, offered, past in ((NOW, 35, False), (ends + dt.timedelta(minutes=1), 0, True)):
        (listing,) = event_listings(made, now)
        assert (listing.offer.value, Flag.PAST in listing.flags) == (offered, past)
    (parent,) = event_listings(replace(made, is_series_parent=True), NOW)
    assert Flag.PAST in parent.flags, "a series as a whole is named by its first date"


@given(st.integers(0, 30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), min_size=1, max_size=4))
def test_classes_of_a_tier_share_what_it_has_left(total: int, classes: list[tuple[int, int]]) -> None:
    sold = sum(each for _, each in classes)
    numbers = {"quantity_total": total or 1, "inventory_tier_id": "I1"}
    tickets = [
        ticket_class(id=str(n), capacity=own or None, quantity_sold=each, **numbers)
        for n, (own, each) in enumerate(classes, 1)
    ]
    made = event_listings(event(*tickets, has_tiers=True), NOW, CapacityTier(0))
    tier = max((x.quantity_total or 0 for x in tickets if not x.capacity), default=None)
    show = show_of(*made)
    if tier is None and len(tickets) > 1 and all(x.quantity_total == x.capacity for x in tickets):
        assert isinstance(show.remaining, Unknown), "each has room under a tier that nobody told"
        return
    assert isinstance(show.remaining, int)
    if tier is not None:
        assert show.remaining <= max(0, tier - sold)
    for listing in made:
        if listing.offer.value and isinstance(listing.offer.value, int):
            assert listing.offer.value <= show.remaining


def test_an_event_of_an_unheard_of_status_may_or_may_not_sell() -> None:
    (listing,) = event_listings(event(ticket_class(), status="paused"), NOW)
    assert listing.status is Status.UNKNOWN
    assert "paused" in (listing.offer.unknown or "")


@pytest.mark.parametrize("elsewhere", [{"sold_elsewhere": True}, {"is_series_parent": True}])
def test_what_is_sold_elsewhere_is_sold_out_by_no_number_of_its_own(elsewhere: dict[str, object]) -> None:
    full = ticket_class(quantity_sold=20)
    (plain,) = event_listings(event(full), NOW)
    (listing,) = event_listings(event(full, **elsewhere), NOW)
    assert (plain.status, plain.offer.value) == (Status.SOLD_OUT, 0)
    assert (listing.status, listing.offer.rule) == (Status.UNKNOWN, OfferRule.NOT_KNOWN)
    assert listing_at(listing, listing.reading) == listing


@pytest.mark.parametrize("unread", [None, CODES_NOT_ASKED, "denied"])
def test_a_hidden_class_that_has_none_left_may_be_sold_by_a_code_once_it_is_given_more(unread: str | None) -> None:
    (none_left,) = event_listings(event(ticket_class(hidden=True, quantity_sold=20), codes_unread=unread), NOW)
    assert (none_left.status, none_left.offer) == (Status.HIDDEN, Offer(0, OfferRule.HIDDEN))
    more = listing_at(none_left, replace(none_left.reading, capacity=30, remaining=10))
    assert "access code" in (more.offer.unknown or "")
