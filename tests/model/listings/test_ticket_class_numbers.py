"""What a ticket class's numbers mean when Eventbrite leaves some of them out, or puts a 0 where it has no limit."""

from __future__ import annotations

import dataclasses
import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.catalogue import AccessCode, Event, InventoryTier, TicketClass
from brcc_tui.model.checkout import CapacityTier
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.offer import OfferRule, Status
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.shows.at_number import listing_at
from brcc_tui.model.shows.shared_stock import on_offer
from brcc_tui.platforms.eventbrite.capacity_tier import capacity_tier_from

NOW = dt.datetime(2027, 6, 1, 12, tzinfo=dt.UTC)
START = dt.datetime(2027, 6, 8, tzinfo=dt.UTC)


def ticket_class(ident: str = "1", **fields: object) -> TicketClass:
    made = TicketClass(ident, "77", "General", "admission", 55, 55, 12, "AVAILABLE")
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


def event(*classes: TicketClass, **fields: object) -> Event:
    made = Event("77", "Overalls", START, "America/Toronto", "live", 105, False, classes)
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


def only(*classes: TicketClass, **fields: object) -> Listing:
    return event_listings(event(*classes, **fields), NOW)[0]


def seats(listing: Listing) -> tuple[Quantity, Quantity]:
    return listing.reading.capacity, listing.reading.remaining


def test_a_class_that_tells_no_capacity_is_unknown_and_never_unlimited() -> None:
    listing = only(ticket_class(capacity=None, quantity_total=None))
    assert listing.reading.sold == 12
    assert all(isinstance(number, Unknown) for number in seats(listing))
    assert Flag.UNLIMITED not in listing.flags


def test_a_token_that_sees_public_fields_alone_gives_no_number() -> None:
    bare = ticket_class(capacity=None, quantity_total=None, quantity_sold=None, on_sale_status="UNKNOWN")
    listing = only(bare, capacity=None, capacity_is_custom=None)
    assert set(listing.reading.unknowns()) == {"capacity", "sold", "held", "remaining"}
    assert (listing.flags, listing.status) == (frozenset(), Status.UNKNOWN)
    assert isinstance(listing.event_left, Unknown)


def test_the_effective_total_stands_in_for_a_capacity_that_was_left_out() -> None:
    assert seats(only(ticket_class(capacity=None, quantity_total=60))) == (60, 48)


def test_a_capacity_stands_in_for_the_effective_total_that_was_left_out() -> None:
    assert seats(only(ticket_class(capacity=60, quantity_total=None))) == (60, 48)


@pytest.mark.parametrize("capacity", [None, 0])
@pytest.mark.parametrize("told", ["by the effective total", "by the tier itself", "by both"])
def test_a_class_without_a_limit_of_its_own_has_its_tiers(capacity: int | None, told: str) -> None:
    tier = InventoryTier("I987", "Floor", 100, 12, 0)
    total = None if told == "by the tier itself" else 100
    tiers = None if told == "by the effective total" else (tier,)
    made = ticket_class(capacity=capacity, quantity_total=total, inventory_tier_id="987")
    listing = only(made, has_tiers=True, tiers=tiers, capacity=100)
    assert seats(listing) == (100, 88)
    assert (listing.flags, listing.status, listing.offer.rule) == ({Flag.TIERED}, Status.ON_SALE, OfferRule.TIER)


@pytest.mark.parametrize(
    ("own", "of_event", "limit"),
    [(20, None, OfferRule.CAPACITY), (60, None, OfferRule.TIER), (60, 30, OfferRule.EVENT_CAPACITY)],
)
def test_which_of_its_limits_a_class_of_a_tier_stands_at_is_told(
    own: int, of_event: int | None, limit: OfferRule
) -> None:
    tier = InventoryTier("I1", "Floor", 40, 5, 0)
    made = ticket_class(capacity=own, quantity_total=own, quantity_sold=5, inventory_tier_id="I1")
    listing = only(made, has_tiers=True, tiers=(tier,), capacity=of_event, capacity_is_custom=of_event is not None)
    assert (listing.reading.remaining, listing.offer.rule) == (min(own, 40, of_event or 40) - 5, limit)


@pytest.mark.parametrize(("capacity", "total"), product([None, 0], [None, 0]))
def test_a_tier_that_nobody_told_leaves_its_classes_unknown(capacity: int | None, total: int | None) -> None:
    made = ticket_class(capacity=capacity, quantity_total=total, inventory_tier_id="I987")
    assert all(isinstance(number, Unknown) for number in seats(only(made, has_tiers=True)))


def test_the_classes_of_a_tier_share_what_it_leaves() -> None:
    full, student = (
        ticket_class(ident, capacity=None, quantity_total=24, quantity_sold=sold, inventory_tier_id="I1")
        for ident, sold in (("1", 8), ("2", 3))
    )
    bar = ticket_class("3", capacity=None, quantity_total=20, quantity_sold=5, inventory_tier_id="I2")
    listings = event_listings(event(full, student, bar, has_tiers=True), NOW)
    assert [(each.reading.remaining, each.tier) for each in listings] == [(13, "I1"), (13, "I1"), (15, "I2")]
    assert on_offer(listings) == 28


@pytest.mark.parametrize(
    ("by_class", "own", "with_holds", "holds", "left"),
    [
        (10, 10, 10, True, 30),
        (13, 10, 13, True, 30),  # three of those that are held back were sold
        (13, 10, None, True, None),
        (13, None, 13, True, None),
        (13, 10, None, False, 27),  # bought between two readings
        (8, 10, 12, True, 30),  # by classes that are gone
        (11, 10, 15, True, 30),  # by both
        (13, 10, 10, True, 27),  # of none that is held back
        (0, None, None, False, 40),
    ],
)
def test_what_a_tier_holds_back_is_sold_beside_its_total(
    by_class: int, own: int | None, with_holds: int | None, holds: bool, left: int | None
) -> None:
    tier = InventoryTier("I1", "Floor", 40, own, 0, capacity_sold=with_holds, has_holds=holds)
    made = ticket_class(capacity=None, quantity_total=None, quantity_sold=by_class, inventory_tier_id="I1")
    found = only(made, has_tiers=True, tiers=(tier,)).tier_left
    assert found == left if left is not None else isinstance(found, Unknown)


def test_a_tier_beside_the_events_own_limit_is_not_limited_by_it() -> None:
    upstairs = InventoryTier("I1", "Balcony", 40, 10, 0, counts_against_event=False)
    made = ticket_class(capacity=None, quantity_total=40, quantity_sold=10, inventory_tier_id="I1")
    listing = only(made, has_tiers=True, tiers=(upstairs,), capacity=20, capacity_is_custom=True)
    assert (listing.reading.remaining, listing.event_left) == (30, None)


@pytest.mark.parametrize(("capacity", "total"), product([None, 0], [None, 0]))
def test_a_donation_without_a_number_is_unlimited(capacity: int | None, total: int | None) -> None:
    gift = ticket_class(capacity=capacity, quantity_total=total, category="donation")
    assert seats(only(gift)) == (UNLIMITED, UNLIMITED)
    assert seats(only(dataclasses.replace(gift, capacity=20))) == (20, 8)


def test_a_class_that_says_by_both_its_numbers_that_there_is_none_of_it_has_none() -> None:
    assert seats(only(ticket_class(capacity=0, quantity_total=0, quantity_sold=0))) == (0, 0)


def test_a_capacity_stays_the_classs_own_where_its_effective_total_is_less() -> None:
    assert seats(only(ticket_class(capacity=55, quantity_total=40))) == (55, 28)


def test_of_a_donation_of_which_no_number_is_told_nobody_knows_whether_it_has_a_limit() -> None:
    """A token of no member of the organization sees public fields alone: what is sold is not among them."""
    gift = ticket_class(capacity=None, quantity_total=None, quantity_sold=None, category="donation")
    assert all(isinstance(number, Unknown) for number in seats(only(gift)))
    gift = ticket_class(capacity=None, quantity_total=0, quantity_sold=None, category="donation")
    assert only(gift).reading.capacity is UNLIMITED


@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), min_size=1, max_size=3),
    st.integers(1, 120),
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 5)),
    st.sampled_from(["holds", "sums", "both"]),
)
def test_of_an_event_no_more_is_left_than_its_capacity_tier_leaves(
    classes: list[tuple[int, int]], total: int, places: tuple[int, int, int], told: str
) -> None:
    """Held back are places of which nobody has one; the sums alone know what classes that are gone have sold."""
    held, gone, pending = places
    gone = 0 if told == "holds" else gone
    sold = sum(each for _, each in classes) + gone
    sums = {"capacity_total": total, "capacity_sold": sold, "quantity_total": total - held, "quantity_sold": sold}
    body: dict[str, object] = {"capacity_pending": pending, "quantity_pending": pending}
    body |= {"holds": [{"id": "H1", "quantity_total": held}]} if told != "sums" else {}
    tier = capacity_tier_from(body | (sums if told != "holds" else {}), "77")
    made = [
        ticket_class(str(n), capacity=capacity, quantity_total=capacity, quantity_sold=each)
        for n, (capacity, each) in enumerate(classes)
    ]
    left = total - held - sold - pending
    listings = event_listings(event(*made, capacity=total, capacity_is_custom=True), NOW, tier)
    for listing, (capacity, each) in zip(listings, classes, strict=True):
        assert listing.event_left == left
        assert listing.reading.remaining == min(capacity - each - pending, left)
        assert listing.offer.value == max(0, min(capacity - each - pending, left))


@pytest.mark.parametrize(("sums", "told"), [("capacity", "quantity"), ("quantity", "capacity")])
def test_places_in_checkout_that_one_sum_does_not_tell_are_those_of_the_other(sums: str, told: str) -> None:
    body = {f"{sums}_total": 50, f"{sums}_sold": 10, f"{told}_pending": 4}
    assert capacity_tier_from(body, "77").left == 36


@pytest.mark.parametrize(
    "totals", [{"capacity": -1, "quantity": -1}, {"quantity": -1}, {"capacity": -1, "quantity": 55}], ids=str
)
def test_a_sum_of_fewer_than_no_places_leaves_what_the_event_tells(totals: dict[str, int]) -> None:
    body: dict[str, object] = {"capacity_pending": 0}
    for sums, total in totals.items():
        body |= {f"{sums}_total": total, f"{sums}_sold": 12}
    tier = capacity_tier_from(body, "77")
    (listing,) = event_listings(event(ticket_class(), capacity=55, capacity_is_custom=True), NOW, tier)
    assert (listing.reading.remaining, listing.flags) == (43, frozenset())


def test_an_event_with_a_limit_of_its_own_that_was_not_told() -> None:
    listing = only(ticket_class(), capacity=None, capacity_is_custom=True)
    assert listing.reading.capacity == 55
    assert isinstance(listing.reading.remaining, Unknown)


@pytest.mark.parametrize(
    ("capacity", "custom", "left", "wanted"),
    [(None, True, 7, 7), (None, True, None, None), (None, None, 7, None), (0, None, 7, None), (30, None, 7, 7)],
)
def test_what_its_capacity_tier_leaves_is_a_limit_of_an_event_that_has_one(
    capacity: int | None, custom: bool | None, left: int | None, wanted: int | None
) -> None:
    made = event(ticket_class(), capacity=capacity, capacity_is_custom=custom)
    (listing,) = event_listings(made, NOW, CapacityTier(0, left=left))
    found = listing.event_left
    assert found == wanted if wanted is not None else isinstance(found, Unknown)


@pytest.mark.parametrize(
    ("custom", "of_tier", "wanted"),
    [(None, False, None), (None, True, 7), (False, True, 7), (False, False, None), (True, False, 7), ("sum", True, 7)],
)
@pytest.mark.parametrize("written", [bool, str])
def test_whether_an_event_has_a_limit_of_its_own_its_capacity_tier_tells_too(
    custom: bool | str | None, of_tier: bool, wanted: int | None, written: type
) -> None:
    """An event may be shown as it was before it was given one, and its public fields do not tell."""
    told = {"capacity": 55, "capacity_is_custom": False} if custom == "sum" else {"capacity_is_custom": custom}
    body = {"capacity_pending": 0, "capacity_total": 19, "capacity_sold": 12, "capacity_is_custom": written(of_tier)}
    made = event(ticket_class(), **{"capacity": None, **told})
    (listing,) = event_listings(made, NOW, capacity_tier_from(body, "77"))
    assert (listing.event_left, listing.reading.remaining) == (wanted, 43 if wanted is None else wanted)


@pytest.mark.parametrize(
    ("shown", "left", "wanted"),
    [({"capacity": 0}, 7, 7), ({"capacity": 55}, 7, 7), ({"capacity": 20}, 19, 19), ({"capacity": 55}, None, None)],
)
def test_what_an_event_was_shown_with_before_it_had_a_limit_is_none(
    shown: dict[str, int], left: int | None, wanted: int | None
) -> None:
    """It is a sum, or the 0 of an event without a limit: less what is held back of the limit it says nothing."""
    made = event(ticket_class(), **shown, capacity_is_custom=False)
    (listing,) = event_listings(made, NOW, CapacityTier(0, held_back=10, left=left, is_custom=True))
    assert listing.event_left == wanted if wanted is not None else isinstance(listing.event_left, Unknown)


def test_what_an_event_has_sold_beyond_its_own_limit_is_oversold_in_each_class() -> None:
    classes = (ticket_class("1", quantity_sold=7), ticket_class("2", quantity_sold=5))
    found = event_listings(event(*classes, capacity=10, capacity_is_custom=True), NOW)
    assert [(each.reading.remaining, each.flags) for each in found] == [(-2, {Flag.OVERSOLD})] * 2


@pytest.mark.parametrize(
    ("sold", "more", "flagged"),
    [
        pytest.param(15, {}, False, id="who is in checkout may be buying of the other class"),
        pytest.param(16, {}, True, id="more are sold than it has"),
        pytest.param(15, {"capacity": 28, "capacity_is_custom": True}, True, id="the event has fewer than are taken"),
        pytest.param(15, {"alone": True}, True, id="it is the event's only class: they are its own"),
    ],
)
def test_places_in_checkout_make_a_class_oversold_only_where_they_are_its_own(
    sold: int, more: dict[str, object], flagged: bool
) -> None:
    """Eventbrite tells them for the event as a whole, and a class that has sold out is in nobody's checkout."""
    alone = more.pop("alone", False)
    add_on = ticket_class("3", category="add_on")
    classes = (ticket_class("1", capacity=15, quantity_total=15, quantity_sold=sold), add_on)
    made = event(*classes if alone else (*classes, ticket_class("2", quantity_sold=12)), **more)
    listing = event_listings(made, NOW, CapacityTier(3))[0]
    assert (Flag.OVERSOLD in listing.flags) is flagged
    assert (Flag.OVERSOLD in listing_at(listing, listing.reading).flags) is flagged, "after a change of it, too"


@pytest.mark.parametrize("sold", [15, 16])
def test_nor_is_an_add_on_oversold_for_who_is_in_checkout_of_the_only_seats(sold: int) -> None:
    add_on = ticket_class("2", category="add_on", capacity=15, quantity_total=15, quantity_sold=sold)
    listing = event_listings(event(ticket_class("1", quantity_sold=12), add_on), NOW, CapacityTier(3))[1]
    assert (Flag.OVERSOLD in listing.flags) is (sold > 15)


@pytest.mark.parametrize(("hours", "flags"), [(3, set()), (16, set()), (17, {Flag.SEVERAL_DAYS})])
def test_an_event_that_goes_on_over_more_than_a_night_says_so(hours: int, flags: set[Flag]) -> None:
    assert only(ticket_class(), ends_at=START + dt.timedelta(hours=hours)).flags == flags


def test_of_an_event_that_cannot_be_read_nobody_knows_how_many_are_sold() -> None:
    listing = only(ticket_class(), lost="it could not be read")
    assert (listing.flags, listing.status) == ({Flag.LOST}, Status.UNKNOWN)
    assert set(listing.reading.unknowns().values()) == {"it could not be read"}
    assert set(listing.reading.unknowns()) == {"capacity", "sold", "held", "remaining"}


def test_a_number_of_the_event_that_may_be_a_limit_is_one() -> None:
    assert seats(only(ticket_class(), capacity=30, capacity_is_custom=None)) == (55, 18)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("live", Status.ON_SALE),
        ("LIVE", Status.ON_SALE),
        ("started", Status.ON_SALE),
        ("deleted", Status.CLOSED),
        ("Deleted", Status.CLOSED),
        ("canceled", Status.CLOSED),
        ("cancelled", Status.CLOSED),
        ("ended", Status.ENDED),
        ("completed", Status.ENDED),
        ("UnSaved", Status.DRAFT),
        ("unknown", Status.UNKNOWN),
        ("a_new_word", Status.UNKNOWN),
    ],
)
def test_only_an_event_that_is_known_to_sell_is_on_sale(status: str, expected: Status) -> None:
    assert only(ticket_class(), status=status).status is expected


@pytest.mark.parametrize(
    "fields",
    [{"hidden_currently": True}, {"hidden": True}, {"on_sale_status": "HIDDEN"}],
    ids=["by auto-hide", "by hand", "as buyers are told"],
)
def test_a_hidden_class_that_calls_itself_available_is_hidden(fields: dict[str, object]) -> None:
    assert only(ticket_class(**fields)).status is Status.HIDDEN


CODES: list[tuple[str, tuple[AccessCode, ...] | None, bool | None]] = [
    ("nobody asked", None, None),
    ("there is none", (), False),
    ("for every class", (AccessCode(()),), True),
    ("for this class", (AccessCode(("2", "1")),), True),
    ("for another class of the event", (AccessCode(("2",)),), False),
    ("of the series, whose classes have other ids", (AccessCode(("900",)),), True),
    ("used up", (AccessCode((), uses_left=0),), False),
    ("used more than it may be", (AccessCode((), uses_left=-1),), False),
    ("with a use left", (AccessCode((), uses_left=1),), True),
    ("no longer good", (AccessCode((), ends_at=NOW),), False),
    ("good for a second", (AccessCode((), ends_at=NOW + dt.timedelta(seconds=1)),), True),
    ("one used up, one not", (AccessCode((), uses_left=0), AccessCode(("1",))), True),
]


@pytest.mark.parametrize(("name", "codes", "expected"), CODES, ids=[name for name, _, _ in CODES])
def test_whether_a_code_opens_a_hidden_class(
    name: str, codes: tuple[AccessCode, ...] | None, expected: bool | None
) -> None:
    hidden = ticket_class(hidden=True)
    made = event(hidden, ticket_class("2"), access_codes=codes, series_id="9")
    assert made.opened_by_code(hidden, NOW) is expected


NUMBERS = st.one_of(st.none(), st.integers(0, 60))


@given(
    capacity=NUMBERS,
    total=NUMBERS,
    sold=NUMBERS,
    tier=st.sampled_from([None, "I1"]),
    limit=NUMBERS,
    custom=st.sampled_from([None, True, False]),
    donation=st.booleans(),
)
def test_whatever_is_left_out_no_number_is_invented(
    capacity: int | None,
    total: int | None,
    sold: int | None,
    tier: str | None,
    limit: int | None,
    custom: bool | None,
    donation: bool,
) -> None:
    """Only a donation is unlimited, and each number said follows from numbers that were told."""
    category = "donation" if donation else "admission"
    made = ticket_class(
        capacity=capacity, quantity_total=total, quantity_sold=sold, inventory_tier_id=tier, category=category
    )
    reading = only(made, capacity=limit, capacity_is_custom=custom).reading
    is_told = (capacity, total, sold) != (None, None, None)
    assert (reading.capacity is UNLIMITED) == (donation and is_told and not capacity and not total)
    if isinstance(reading.capacity, int):
        assert reading.capacity in (capacity, total)
    if isinstance(reading.remaining, int):
        assert sold is not None
        told = {number for number in (capacity, total, limit) if number is not None}
        assert reading.remaining + sold in told
        assert all(reading.remaining <= number - sold for number in (capacity, total) if number)
    assert (sold is None) <= isinstance(reading.remaining, Unknown)
