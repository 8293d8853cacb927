"""Sharing free seats: a split never offers more than is free, a mirror offers all of it everywhere."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from brcc_tui.model.changes.plan import Action, Change, ChangeRequest, Danger, RefusalCode
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.offer import OfferRule, Status, Terms
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.grouping import group_shows
from brcc_tui.model.shows.pairing import Pairings
from brcc_tui.model.shows.sharing import Mode, fitting, share_seats, show_after, show_before
from brcc_tui.model.shows.show import Room, Show
from brcc_tui.model.shows.venue_rules import VenueRules

START = dt.datetime(2026, 11, 27, 20, 0, tzinfo=ZoneInfo("America/Toronto"))


def listing(id: str, *, sold: Quantity = 0, held: Quantity = 0, remaining: Quantity = 0, **more: object) -> Listing:
    platform = Platform.EVENTBRITE if id.startswith("eb:") else Platform.WOOCOMMERCE
    reading = Reading(Unknown("n/a"), sold, held, remaining, START, Source.LIVE)
    plain = Listing(id, platform, "Show", None, START, StockMethod.BOOKING_STOCK, Status.ON_SALE, reading, id)
    return dataclasses.replace(plain, **more)  # type: ignore[arg-type]


def show_of(*listings: Listing, seats: int = 55) -> Show:
    [show] = group_shows(listings, VenueRules({"main": Room("main", seats)}), Pairings(), ZoneInfo("UTC")).shows
    return show


counts = st.integers(0, 30)


@given(
    st.lists(st.tuples(counts, counts, st.integers(1, 30), st.floats(0.1, 5)), min_size=1, max_size=6),
    st.integers(0, 9),
)
def test_a_split_offers_exactly_what_is_free(rows: list[tuple[int, int, int, float]], buffer: int) -> None:
    parts = [listing(f"wc:{n}:s:d", sold=s, held=h, remaining=r) for n, (s, h, r, _) in enumerate(rows)]
    weights = {part.id: row[3] for part, row in zip(parts, rows, strict=True)}
    show = show_of(*parts)
    shares = share_seats(show, Mode.SPLIT, buffer=buffer, weights=weights)
    taken = sum(s + h for s, h, _, _ in rows)
    offered = sum(wanted.number for wanted in shares.wanted) - taken
    assert offered == max(0, 55 - taken - buffer)
    assert all(w.number >= s + h for w, (s, h, _, _) in zip(shares.wanted, rows, strict=True))


@dataclass(frozen=True)
class Class:
    """A ticket class as it truly is: nobody outside sees which class places in checkout are of."""

    capacity: int
    sold: int
    in_checkout: int
    hidden: bool

    @property
    def left(self) -> int:
        return 0 if self.hidden else max(0, self.capacity - self.sold - self.in_checkout)


ticket_classes = st.builds(
    lambda sold, in_checkout, left, hidden: Class(sold + in_checkout + left, sold, in_checkout, hidden),
    st.integers(0, 12), st.integers(0, 3), st.integers(0, 20), st.sampled_from([False, False, False, True]),
)  # fmt: skip
events = st.tuples(st.lists(ticket_classes, min_size=1, max_size=3), st.none() | st.integers(0, 20))


def listings_of_event(number: int, classes: Sequence[Class], event_left: int | None) -> list[Listing]:
    """What the program reads: each class with all the event's places in checkout."""
    in_checkout = sum(each.in_checkout for each in classes)
    found = []
    for n, each in enumerate(classes):
        left = each.capacity - each.sold - in_checkout
        reading = Reading(
            each.capacity,
            each.sold,
            in_checkout,
            left if event_left is None else min(left, event_left),
            START,
            Source.LIVE,
        )
        status = Status.HIDDEN if each.hidden else Status.ON_SALE
        found.append(listing(f"eb:{number}:{n}", reading=reading, status=status, event_left=event_left))
    return found


def truly_on_offer(classes: Sequence[Class], event_left: int | None) -> int:
    total = sum(each.left for each in classes)
    return total if event_left is None else min(total, event_left)


def as_wished(each: Class, wish: ChangeRequest | None) -> Class:
    """The class once what is wanted of it was done."""
    if wish is None:
        return each
    hides = wish.action is Action.CLOSE
    return dataclasses.replace(each, hidden=True) if hides else dataclasses.replace(each, capacity=wish.number)


@given(st.lists(events, max_size=3), st.lists(st.tuples(counts, st.integers(0, 20)), max_size=3), st.sampled_from(Mode))
def test_a_split_never_offers_more_than_is_free_wherever_places_are_in_checkout(
    town: list[tuple[list[Class], int | None]], cells: list[tuple[int, int]], mode: Mode
) -> None:
    parts = [x for n, (classes, left) in enumerate(town) for x in listings_of_event(n, classes, left)]
    for n, (sold, left) in enumerate(cells):
        flags = frozenset({Flag.AT_ZERO} if left == 0 else ())
        parts.append(listing(f"wc:{n}:s:d", sold=sold, remaining=left, flags=flags))
    assume(parts)
    show = show_of(*parts)
    taken = sum(x.sold + x.in_checkout for classes, _ in town for x in classes) + sum(sold for sold, _ in cells)
    assert show.free == 55 - taken
    before = sum(truly_on_offer(*event) for event in town) + sum(left for _, left in cells)
    if not any(x.hidden and x.in_checkout for classes, _ in town for x in classes):
        assert show.remaining == before
    wanted = {wish.listing_id: wish for wish in share_seats(show, mode).wanted}
    after, raised = 0, False
    for n, (classes, event_left) in enumerate(town):
        changed = [as_wished(each, wanted.get(f"eb:{n}:{m}")) for m, each in enumerate(classes)]
        raised = raised or any(then.capacity > each.capacity for then, each in zip(changed, classes, strict=True))
        after += truly_on_offer(changed, event_left)
    for n, (sold, left) in enumerate(cells):
        wish = wanted.get(f"wc:{n}:s:d")
        then_left = left if wish is None else wish.number - sold
        after, raised = after + then_left, raised or then_left > left
    if mode is Mode.SPLIT and after > max(0, 55 - taken):
        assert after <= before
        assert not raised


def test_a_class_and_a_cell_get_a_seat_each_before_one_gets_two() -> None:
    show = show_of(
        listing("eb:1:1", sold=30, remaining=9),
        listing("wc:1:s:d", sold=22, remaining=9),
        listing("eb:2:1", remaining=9),
    )
    heavy = {"eb:1:1": 100.0, "wc:1:s:d": 1.0, "eb:2:1": 1.0}
    assert share_seats(show, Mode.SPLIT, weights=heavy).wanted == (
        ChangeRequest("eb:1:1", Action.SET, 31),
        ChangeRequest("eb:2:1", Action.SET, 1),
        ChangeRequest("wc:1:s:d", Action.SET, 23),
    )


def test_every_class_of_an_event_that_hardly_sells_gets_a_seat_before_another_show_gets_more() -> None:
    classes = [listing(f"eb:1:{n}", remaining=9) for n in (1, 2, 3)]
    show = show_of(*classes, listing("wc:1:s:d", sold=45, remaining=9))
    weights = {"wc:1:s:d": 1000.0, **{each.id: 1.0 for each in classes}}
    assert [wish.number for wish in share_seats(show, Mode.SPLIT, weights=weights).wanted] == [1, 1, 1, 45 + 7]


def test_what_an_event_may_not_sell_goes_to_the_other_shop() -> None:
    show = show_of(listing("eb:1:1", remaining=8, event_left=8), listing("wc:1:s:d", remaining=9))
    assert [wish.number for wish in share_seats(show, Mode.SPLIT).wanted] == [8, 47]
    assert [wish.number for wish in share_seats(show, Mode.MIRROR).wanted] == [8, 55]


def test_a_hidden_class_offers_nothing_and_a_plan_that_hides_or_shows_one_says_so() -> None:
    hidden = listing("eb:1:2", remaining=40, status=Status.HIDDEN)
    show = show_of(listing("eb:1:1", remaining=15), hidden)
    assert (show.remaining, show.exposure) == (15, -40)
    reopened = Change(hidden, Action.REOPEN, hidden.reading, hidden.reading, "", (Danger.UNHIDES,))
    assert show_after(show, [reopened]).remaining == 55
    assert show_before(show, [reopened]).remaining == 15


def test_a_mirror_offers_every_free_seat_on_every_listing() -> None:
    show = show_of(listing("eb:1:2", sold=24, remaining=7), listing("wc:1:s:d", sold=22, held=2, remaining=1))
    assert share_seats(show, Mode.MIRROR, buffer=2).wanted == (
        ChangeRequest("eb:1:2", Action.SET, 24 + 5),
        ChangeRequest("wc:1:s:d", Action.SET, 24 + 5),
    )


def test_what_a_listing_that_stays_still_offers_is_not_offered_twice() -> None:
    fixed = listing("wc:9", remaining=5, stock_method=StockMethod.READ_ONLY)
    show = show_of(fixed, listing("eb:1:2", sold=10, remaining=1))
    shares = share_seats(show, Mode.SPLIT)
    assert shares.wanted == (ChangeRequest("eb:1:2", Action.SET, 10 + 40),)
    assert shares.left_alone == (show.listings[1],)


@pytest.mark.parametrize(
    "closed", [{"flags": frozenset({Flag.AT_ZERO})}, {"status": Status.HIDDEN}, {"status": Status.CLOSED}]
)
def test_what_staff_closed_stays_closed(closed: dict[str, object]) -> None:
    show = show_of(listing("wc:1:s:d", **closed), listing("eb:1:2", sold=1, remaining=1))
    assert [wanted.listing_id for wanted in share_seats(show, Mode.MIRROR).wanted] == ["eb:1:2"]


def test_a_product_that_sells_by_two_numbers_is_left_alone() -> None:
    hybrid = listing("wc:9", sold=3, remaining=5, flags=frozenset({Flag.HYBRID}))
    shares = share_seats(show_of(hybrid, listing("eb:1:2", sold=1, remaining=1)), Mode.SPLIT)
    assert [(wish.listing_id, wish.number) for wish in shares.wanted] == [("eb:1:2", 1 + 46)]
    assert [each.id for each in shares.left_alone] == ["wc:9"]


@pytest.mark.parametrize("mode", list(Mode))
def test_a_show_of_which_a_listing_is_lost_is_refused_by_its_name(mode: Mode) -> None:
    gone = listing("wc:9:s:d", sold=4, remaining=Unknown("it was deleted"), flags=frozenset({Flag.LOST}))
    shares = share_seats(show_of(listing("eb:1:2", sold=1, remaining=1), gone), mode)
    assert (shares.wanted, shares.left_alone) == ((), ())
    assert [(no.listing_id, no.code) for no in shares.refused] == [("wc:9:s:d", RefusalCode.LOST_LISTING)]


def test_unknown_sales_refuse_the_whole_show() -> None:
    show = show_of(listing("eb:1:2", sold=3, remaining=4), listing("wc:1:s:d", sold=Unknown("DB error"), remaining=4))
    shares = share_seats(show, Mode.SPLIT)
    assert shares.wanted == ()
    assert {refusal.code for refusal in shares.refused} == {RefusalCode.SOLD_UNKNOWN}
    assert "DB error" in shares.refused[0].reason


def test_a_listing_without_limit_refuses_the_whole_show() -> None:
    show = show_of(listing("eb:1:2", remaining=4), listing("wc:1:s:d", remaining=UNLIMITED))
    shares = share_seats(show, Mode.MIRROR)
    assert (shares.wanted, [refusal.code for refusal in shares.refused]) == ((), [RefusalCode.UNLIMITED])


def test_an_unsold_ticket_class_with_nothing_to_offer_is_closed_not_set_to_zero() -> None:
    show = show_of(listing("wc:1:s:d", sold=55), listing("eb:1:2", remaining=3))
    assert ChangeRequest("eb:1:2", Action.CLOSE) in share_seats(show, Mode.SPLIT).wanted


@pytest.mark.parametrize("mode", list(Mode))
def test_classes_of_an_event_that_is_full_are_left_as_they_stand(mode: Mode) -> None:
    """None of them sells a seat, and one that nobody bought would be hidden for good: what is given back to the event
    is free then, too.
    """
    classes = listings_of_event(1, [Class(20, 15, 0, False), Class(30, 0, 0, False)], event_left=0)
    show = show_of(*classes, listing("wc:1:s:d", remaining=9))
    assert share_seats(show, mode).wanted == (ChangeRequest("wc:1:s:d", Action.SET, 40),)
    in_part = listings_of_event(1, [Class(20, 15, 0, False), Class(30, 0, 0, False)], event_left=1)
    show = show_of(*in_part, listing("wc:1:s:d", sold=39, remaining=9))
    assert share_seats(show, Mode.MIRROR, buffer=1).wanted == (
        ChangeRequest("eb:1:0", Action.SET, 15),
        ChangeRequest("eb:1:1", Action.CLOSE),
        ChangeRequest("wc:1:s:d", Action.SET, 39),
    )


def test_an_oversold_show_offers_nothing_more() -> None:
    show = show_of(listing("wc:1:s:d", sold=60, remaining=5))
    assert share_seats(show, Mode.SPLIT).wanted == (ChangeRequest("wc:1:s:d", Action.SET, 60),)


def test_what_sold_more_than_it_had_is_not_raised_to_be_left_with_nothing() -> None:
    sold_out = listing("wc:1:s:d", sold=22, flags=frozenset({Flag.AT_ZERO}), status=Status.SOLD_OUT)
    sold_out = dataclasses.replace(sold_out, reading=dataclasses.replace(sold_out.reading, capacity=20))
    shares = share_seats(show_of(sold_out, listing("eb:1:2", sold=33)), Mode.SPLIT, last_set={"wc:1:s:d": 20})
    assert shares.wanted == ()


@pytest.mark.parametrize(
    ("last_set", "ids"),
    [
        ({"wc:1:s:d": 20}, ["eb:1:2", "wc:1:s:d"]),
        ({"wc:1:s:d": 31}, ["eb:1:2"]),
        ({}, ["eb:1:2"]),
    ],
    ids=["sold out at the capacity set here", "staff set it to 0", "nobody knows who did"],
)
def test_a_zero_is_raised_only_where_no_hand_set_it(last_set: dict[str, int], ids: list[str]) -> None:
    sold_out = listing("wc:1:s:d", sold=20, flags=frozenset({Flag.AT_ZERO}), status=Status.SOLD_OUT)
    sold_out = dataclasses.replace(sold_out, reading=dataclasses.replace(sold_out.reading, capacity=20))
    show = show_of(sold_out, listing("eb:1:2", sold=1, remaining=1))
    assert [wish.listing_id for wish in share_seats(show, Mode.SPLIT, last_set=last_set).wanted] == ids


def test_beside_what_sells_on_whatever_its_number_nothing_is_shared() -> None:
    endless = listing("wc:1", remaining=12, terms=Terms(endless=OfferRule.BACKORDERS))
    shares = share_seats(show_of(endless, listing("eb:1:1", remaining=8)), Mode.SPLIT)
    assert shares.wanted == ()
    assert [(x.listing_id, x.code) for x in shares.refused] == [("wc:1", RefusalCode.BACKORDERS)]
    assert "switch them off in WordPress" in shares.refused[0].reason


def test_what_a_code_opens_is_left_alone_and_taken_off_what_is_shared() -> None:
    hidden = listing("eb:1:2", sold=6, remaining=14, status=Status.HIDDEN, terms=Terms(by_code=True))
    show = show_of(listing("eb:1:1", sold=28, remaining=2), hidden, listing("wc:1:s:d", remaining=5))
    assert (show.on_offer, show.exposure) == (21, 0)
    shares = share_seats(show, Mode.SPLIT)
    assert [left.id for left in shares.left_alone] == [hidden.id]
    assert sum(wish.number for wish in shares.wanted) - 28 == 55 - 34 - 14


def test_what_a_class_that_stays_takes_of_its_event_is_given_to_no_other_class() -> None:
    """Both together sell no more than the event has left: seats beyond that would be on sale nowhere."""
    by_code = listing("eb:1:2", remaining=3, status=Status.HIDDEN, terms=Terms(by_code=True), event_left=5)
    on_sale = listing("eb:1:1", sold=20, remaining=5, event_left=5)
    show = show_of(on_sale, by_code, listing("wc:1:s:d", remaining=9))
    assert share_seats(show, Mode.SPLIT).wanted == (
        ChangeRequest("eb:1:1", Action.SET, 20 + 2),
        ChangeRequest("wc:1:s:d", Action.SET, 35 - 3 - 2),
    )
    assert [wish.number for wish in share_seats(show, Mode.MIRROR).wanted] == [20 + 5, 35 - 3]


def test_a_class_is_not_hidden_because_another_one_may_sell_all_that_its_event_has_left() -> None:
    """Buyers without a code could buy nothing then, and it would stay closed; as it stands the event sells no more."""
    by_code = listing("eb:1:2", remaining=5, status=Status.HIDDEN, terms=Terms(by_code=True), event_left=5)
    on_sale = listing("eb:1:1", remaining=5, event_left=5)
    show = show_of(on_sale, by_code, listing("wc:1:s:d", remaining=9))
    assert share_seats(show, Mode.SPLIT).wanted == (ChangeRequest("wc:1:s:d", Action.SET, 55 - 5),)
    full = show_of(on_sale, by_code, listing("wc:1:s:d", sold=50, remaining=9))
    assert ChangeRequest("eb:1:1", Action.CLOSE) in share_seats(full, Mode.SPLIT).wanted
    apart = show_of(on_sale, by_code, listing("eb:1:3", sold=1, remaining=9), listing("wc:1:s:d", remaining=9))
    assert share_seats(apart, Mode.SPLIT).wanted[1:] == (
        ChangeRequest("eb:1:3", Action.SET, 1),  # what does not count against the event sells seats of its own
        ChangeRequest("wc:1:s:d", Action.SET, 55 - 5 - 1),
    )


STOPPED: dict[str, Terms] = {
    "FooEvents sells no more": Terms(stopped=OfferRule.SALES_ENDED),
    "at the out-of-stock threshold": Terms(none_at=9),
}


@pytest.mark.parametrize("terms", STOPPED.values(), ids=STOPPED)
def test_what_nobody_can_buy_gets_no_share(terms: Terms) -> None:
    shop = listing("wc:1:s:d", remaining=9, status=Status.CLOSED, terms=terms)
    show = show_of(shop, listing("eb:1:1", remaining=5))
    assert show.on_offer == 5
    assert [wish.listing_id for wish in share_seats(show, Mode.SPLIT).wanted] == ["eb:1:1"]


def test_a_listing_that_its_number_closed_is_on_offer_again_once_that_is_raised() -> None:
    closed = listing("wc:1:s:d", remaining=0, status=Status.CLOSED)
    after = dataclasses.replace(closed.reading, remaining=7)
    change = Change(closed, Action.SET, closed.reading, after, "PUT")
    assert (show_of(closed).on_offer, show_after(show_of(closed), [change]).on_offer) == (0, 7)


lowered_classes = st.builds(
    lambda sold, in_checkout, left, hidden: Class(max(1, sold + in_checkout + left), sold, in_checkout, hidden),
    st.integers(0, 12), st.integers(0, 9), st.integers(-9, 20), st.sampled_from([False, False, False, True]),
).map(lambda each: dataclasses.replace(each, capacity=max(each.capacity, each.sold, 1)))  # fmt: skip
lowered_events = st.tuples(st.lists(lowered_classes, min_size=1, max_size=3), st.none() | st.integers(0, 20))


@given(st.lists(lowered_events, min_size=1, max_size=2), counts, st.integers(0, 30), st.integers(0, 40))
def test_nothing_is_raised_beyond_what_is_free_though_classes_were_lowered_below_their_own_checkouts(
    town: list[tuple[list[Class], int | None]], present: int, more: int, seats: int
) -> None:
    parts = [x for n, (classes, left) in enumerate(town) for x in listings_of_event(n, classes, left)]
    cell = listing("wc:1:s:d", remaining=present)
    cell = dataclasses.replace(cell, reading=dataclasses.replace(cell.reading, capacity=present))
    raises = {x.id: x.reading.capacity + more for x in parts if isinstance(x.reading.capacity, int)}
    fits = fitting(show_of(cell, *parts), {cell.id: present + more, **raises}, seats)
    capacities = {x.id: x.reading.capacity for x in parts}
    if any(capacity > {cell.id: present, **capacities}[id_] for id_, capacity in fits.items()):
        offered = fits[cell.id]
        for n, (classes, left) in enumerate(town):
            now = [dataclasses.replace(x, capacity=fits[f"eb:{n}:{m}"]) for m, x in enumerate(classes)]
            offered += truly_on_offer(now, left)
        assert offered <= seats


@pytest.mark.parametrize("beside", [60, Unknown("not read")], ids=["too many beside it", "nobody knows"])
def test_a_raise_that_does_not_fit_leaves_what_stands(beside: Quantity) -> None:
    cell = listing("wc:1:s:d", sold=3, remaining=5)
    cell = dataclasses.replace(cell, reading=dataclasses.replace(cell.reading, capacity=8))
    assert fitting(show_of(cell, listing("eb:1:1", remaining=beside)), {cell.id: 18}, 50) == {cell.id: 8}


def test_a_raise_leaves_room_for_places_in_the_checkout_of_a_class_that_was_hidden() -> None:
    """They are that class's, for all that anybody knows, and take nothing from the class that is still on sale."""
    classes = listings_of_event(0, [Class(10, 0, 0, False), Class(10, 0, 3, True)], None)
    cell = listing("wc:1:s:d", remaining=5)
    cell = dataclasses.replace(cell, reading=dataclasses.replace(cell.reading, capacity=5))
    assert fitting(show_of(cell, *classes), {cell.id: 20}, 20) == {cell.id: 10}
    both_on_sale = listings_of_event(0, [Class(10, 0, 0, False), Class(7, 0, 3, False)], None)
    assert fitting(show_of(cell, *both_on_sale), {cell.id: 20}, 20) == {cell.id: 6}, "each has room for them all"
