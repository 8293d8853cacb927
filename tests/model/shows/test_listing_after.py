"""What a listing is once a change of it is made: status and flags follow the number, as a shop would tell it anew."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Callable

import pytest

from brcc_tui.model.catalogue import Event, MetaRow, Product, TicketClass
from brcc_tui.model.changes.plan import Action, Change, Danger
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.listings.from_catalogue import product_listings
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.offer import PLAIN_TERMS, OfferRule, Status, Terms
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.at_number import left_at, listing_at, with_sales
from brcc_tui.model.shows.grouping import sold_twice, sold_twice_at_least, sum_up
from brcc_tui.model.shows.sharing import listing_after
from brcc_tui.model.shows.show import Pairing, PairingState, Room, Show
from brcc_tui.model.shows.standing import Standing, standing_of_shows
from tests.model.listings.made_listings import NOW, SITE, bookings, counts, single

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


@pytest.mark.parametrize(
    ("terms", "status"),
    [
        pytest.param(PLAIN_TERMS, Status.ON_SALE, id="sold like any other"),
        pytest.param(Terms(by_code=None, unknown="codes"), Status.ON_SALE, id="whether a code sold it is not known"),
        pytest.param(Terms(unknown="another site"), Status.UNKNOWN, id="whether it is sold is not known"),
    ],
)
def test_a_hidden_class_is_hidden_until_it_is_shown_again(terms: Terms, status: Status) -> None:
    listing = dataclasses.replace(_listing(Platform.EVENTBRITE, 0), terms=terms)
    hidden = listing_after(change := _change(listing, Action.CLOSE, 55, Danger.HIDES), change.after)
    assert (hidden.status, hidden.is_closed) == (Status.HIDDEN, terms.unknown is None)
    shown = listing_after(change := _change(hidden, Action.REOPEN, 55, Danger.UNHIDES), change.after)
    assert (shown.status, shown.is_closed) == (status, False)


def test_one_that_sells_beyond_its_capacity_says_so_until_it_does_no_longer() -> None:
    over = listing_at(_listing(Platform.EVENTBRITE, 57), _reading(55, 57))
    assert Flag.OVERSOLD in over.flags
    assert Flag.OVERSOLD not in listing_at(over, _reading(60, 57)).flags


def test_what_is_not_published_stays_so() -> None:
    draft = dataclasses.replace(_listing(Platform.WOOCOMMERCE, 0), status=Status.DRAFT)
    assert listing_at(draft, _reading(0, 0)).status is Status.DRAFT


def _in_the_shop(product: Product, sold: int) -> Listing:
    """The first listing of a product, in a shop that sells the last two of nothing."""
    site = dataclasses.replace(SITE, none_at=2)
    return product_listings(product, site, NOW, counts(product.id, sold=sold)).listings[0]


def _on_eventbrite(left: int, *, minimum: int = 1, **more: object) -> Listing:
    tickets = TicketClass("2", "1", "Seat", "admission", 5 + left, 5 + left, 5, "AVAILABLE", minimum=minimum)
    start = NOW + dt.timedelta(days=3)
    event = Event("1", "Monday", start, "America/Toronto", "live", None, False, (tickets,))
    return event_listings(dataclasses.replace(event, **more), NOW)[0]  # type: ignore[arg-type]


def _ending(product: Product, stamp: str) -> Product:
    """The product with an end of sales, as FooEvents stores it."""
    return dataclasses.replace(product, meta=(*product.meta, MetaRow(99, "WooCommerceEventsExpireTimestamp", stamp)))


def _date(left: int) -> Listing:
    stored = '{"s":{"label":"Monday","hour":"20","minute":"00","add_date":{"d":{"date":"June 07, 2027","stock":%d}}}}'
    return _in_the_shop(bookings(stored % left), 0)


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda left: _in_the_shop(single(left), 3), id="a product"),
        pytest.param(lambda left: _in_the_shop(single(left), 0), id="a product of which nothing is sold"),
        pytest.param(lambda left: _in_the_shop(single(left, status="draft"), 3), id="a draft"),
        pytest.param(lambda left: _in_the_shop(single(left, backorders="yes"), 3), id="a product with backorders"),
        pytest.param(lambda left: _in_the_shop(_ending(single(left), "soon"), 3), id="an end nobody can read"),
        pytest.param(lambda left: _in_the_shop(single(left, type="bundle"), 3), id="a bundle"),
        pytest.param(_date, id="a date"),
        pytest.param(_on_eventbrite, id="a class"),
        pytest.param(lambda left: _on_eventbrite(left, minimum=2), id="a class that is sold in pairs"),
        pytest.param(
            lambda left: _on_eventbrite(left, capacity=7, capacity_is_custom=True),
            id="a class of an event with a limit",
        ),
        pytest.param(lambda left: _on_eventbrite(left, status="draft"), id="a class of a draft"),
        pytest.param(lambda left: _on_eventbrite(left, sold_elsewhere=True), id="a class sold on another site"),
    ],
)
def test_with_another_number_it_is_what_its_shop_would_tell(read: Callable[[int], Listing]) -> None:
    for before, after in itertools.permutations((-1, 0, 1, 2, 3, 9), 2):
        fresh = read(after)
        made = listing_at(read(before), fresh.reading)
        assert (made.flags, made.offer.value) == (fresh.flags, fresh.offer.value), (before, after)
        assert made.status in (fresh.status, Status.UNKNOWN), (before, after)
        assert made.offer.words == fresh.offer.words, (before, after)


@pytest.mark.parametrize(("left", "offer"), [(-2, UNLIMITED), (0, 0), (5, 5)])
def test_a_date_is_sold_without_limit_below_0_alone(left: int, offer: Quantity) -> None:
    endless = dataclasses.replace(stock(0, 5, -1), terms=Terms(endless=OfferRule.NEGATIVE_STOCK))
    assert listing_at(endless, dataclasses.replace(endless.reading, remaining=left)).offer.value == offer


@pytest.mark.parametrize("left", [UNLIMITED, Unknown("no answer")])
def test_what_a_number_would_call_it_is_not_said_where_there_is_none(left: Quantity) -> None:
    known = stock(0, 5, 3)
    reading = dataclasses.replace(known.reading, remaining=left)
    assert listing_at(known, reading).status is known.status


@pytest.mark.parametrize(
    ("sold", "left"),
    [(8, 7), (5, 10), (3, 10), (Unknown("no answer"), 10)],
    ids=["more", "as many", "fewer", "unknown"],
)
def test_what_a_class_has_sold_since_is_taken_off_what_its_event_leaves(sold: Quantity, left: int) -> None:
    limited = dataclasses.replace(_listing(Platform.EVENTBRITE, 5), event_left=10)
    assert with_sales(limited, sold).event_left == left
    assert with_sales(_listing(Platform.EVENTBRITE, 5), sold).event_left is None


ROOM = Room("main", 55)


def _night(*listings: Listing) -> Show:
    return sum_up("tonight", NOON, ROOM, listings, Pairing(PairingState.CONFIRMED, ""))


@pytest.mark.parametrize(
    ("sold", "offers", "twice"),
    [
        (10, (5, 10), 0),
        (50, (5, 5), 5),
        (57, (1, 2), 3),  # two have no seat whatever is sold from now on
        (45, (10,), 0),
    ],
)
def test_seats_that_could_be_sold_twice_are_those_on_offer_beyond_what_is_left(
    sold: int, offers: tuple[int, ...], twice: int
) -> None:
    first, *others = offers
    there = [stock(0, sold, first), *(stock(n, 0, left) for n, left in enumerate(others, 1))]
    assert (sold_twice_at_least(_night(*there)), sold_twice(_night(*there))) == (twice, twice)


def test_what_could_be_sold_twice_for_certain_is_told_beside_an_offer_that_nobody_knows() -> None:
    dark = stock(9, 0, Unknown("no answer"))
    assert sold_twice_at_least(_night(stock(0, 50, 5), stock(1, 0, 5), dark)) == 5
    assert sold_twice(_night(stock(0, 50, 5), dark)) == Unknown("no answer")
    assert sold_twice_at_least(_night(stock(0, 50, UNLIMITED), dark)) is UNLIMITED


def stock(number: int, sold: int, remaining: Quantity) -> Listing:
    """A listing that has sold so many, and of which so many remain."""
    capacity = sold + remaining if isinstance(remaining, int) else remaining
    made = _listing(Platform.WOOCOMMERCE, sold)
    reading = dataclasses.replace(made.reading, capacity=capacity, remaining=remaining)
    return dataclasses.replace(made, id=f"wc:{number}", group=f"wc:{number}", reading=reading)


def test_what_a_plan_makes_of_its_shows_is_told_before_and_after() -> None:
    """Of those alone that it touches."""
    one, two, elsewhere = stock(0, 20, 20), stock(1, 10, 10), stock(2, 30, 30)
    shows = (_night(one, two), _night(elsewhere))
    raised = _change(two, Action.SET, 40)
    made = Standing(free=25, offered=30, then_offered=50, twice=5, then_twice=25)
    assert standing_of_shows(shows, [raised]) == made
    assert standing_of_shows(shows[1:], [raised]) is None, "nobody knows what is free then"


@pytest.mark.parametrize(
    ("own", "limit", "left"),
    [
        (0, Unknown("not told"), 0),
        (-2, Unknown("not told"), -2),
        (1, Unknown("not told"), Unknown("not told")),
        (5, 3, 3),
        (5, 9, 5),
        (5, None, 5),
    ],
)
def test_a_class_that_has_none_left_has_none_whatever_nobody_knows_of_its_event(
    own: int, limit: Quantity | None, left: Quantity
) -> None:
    assert left_at(dataclasses.replace(_listing(Platform.EVENTBRITE, 5), event_left=limit), own) == left
