"""Sums of listings that sell the same places: no place counts twice."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

import pytest

from brcc_tui.model.changes.plan import Action, Change
from brcc_tui.model.checkout import NOT_READ
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.shows.pair_finding import find_pairings
from brcc_tui.model.shows.shared_stock import held_of, known_taken, on_offer
from brcc_tui.model.shows.standing import Standing, standing_of_shows
from brcc_tui.model.shows.sums import Sum, over_counted, sum_of, sums_of, sums_together
from tests.model.shows.test_grouping import FRIDAY, RULES, grouped, listing


def classes(*numbers: tuple[int, int, int], **shared: object) -> list[Listing]:
    """Classes of one event: capacity, sold and what remains of each."""
    return [
        _of(listing(f"eb:1:{n}", sold=sold, remaining=remaining), capacity, **shared)
        for n, (capacity, sold, remaining) in enumerate(numbers)
    ]


def products(*numbers: tuple[int, int], original: str = "wc:500") -> list[Listing]:
    """The product and its copy in another language: sold, and what remains."""
    copies = [None, original]
    return [
        _of(listing(f"wc:{500 + n}", sold=sold, remaining=left, flags=frozenset({Flag.TRANSLATED})), sold + left,
            copy_of=copies[n])
        for n, (sold, left) in enumerate(numbers)
    ]  # fmt: skip


def _of(made: Listing, capacity: int, **fields: object) -> Listing:
    reading = dataclasses.replace(made.reading, capacity=capacity)
    if isinstance(held := fields.pop("held", None), int):
        reading = dataclasses.replace(reading, held=held)
    return dataclasses.replace(made, reading=reading, **fields)  # type: ignore[arg-type]


def test_beside_a_shop_that_was_never_listed_what_is_on_sale_is_a_part() -> None:
    """What it sells is unknown, of every show: the other shop's numbers alone passed for all of it."""
    silent = {Platform.EVENTBRITE: "no answer"}
    shows = [
        dataclasses.replace(grouped(listing("wc:1:s:d", sold=5, remaining=n)).shows[0], unlisted=silent)
        for n in (34, 0)
    ]
    assert sums_of(shows).on_offer == Sum(34, missing=2)


@pytest.mark.parametrize(
    ("there", "capacity", "remaining"),
    [
        pytest.param(classes((30, 5, 25), (20, 5, 15)), 50, 40, id="nothing shared"),
        pytest.param(classes((40, 10, 30), (40, 0, 30), event_left=30), 40, 30, id="an event's own capacity"),
        pytest.param(classes((40, 30, 0), (40, 10, 0), event_left=0), 40, 0, id="an event that is full"),
        pytest.param(classes((40, 30, -2), (40, 12, -2), event_left=-2), 40, -2, id="an event with too many"),
        pytest.param(classes((10, 0, 10), (10, 0, 10), event_left=35), 20, 20, id="an event with room for more"),
        pytest.param(classes((30, 5, 25), (40, 5, 25), tier="I1", tier_left=25), 35, 25, id="a tier's own"),
        pytest.param(classes((30, 5, 22), (20, 5, 12), held=3, event_left=99), 50, 37, id="three in checkout"),
        pytest.param(
            classes((50, 10, 32), (50, 5, 32), held=3, tier="I1", tier_left=32),
            50,
            32,
            id="three of a tier in checkout",
        ),
        pytest.param(products((3, 20), (2, 20)), 25, 20, id="two languages"),
        pytest.param(products((3, 20), (2, 12)), 25, 20, id="two languages of which one lags behind"),
        pytest.param(
            [
                *classes((50, 10, 35), (50, 5, 35), tier="I1", tier_left=35),
                dataclasses.replace(classes((40, 0, 40), event_left=40)[0], id="eb:1:9"),
            ],
            90,
            75,
            id="a tier that does not count against its event",
        ),
    ],
)
def test_what_is_shared_is_added_once(there: Sequence[Listing], capacity: int, remaining: int) -> None:
    more, of_capacities = over_counted(there)
    assert sum(x.reading.remaining for x in there if isinstance(x.reading.remaining, int)) - more == remaining
    assert sums_together(there).capacity == Sum(capacity)
    assert sums_together(there).on_offer.known == max(remaining, 0)
    assert (of_capacities > 0) is (sum_of_capacities(there) > capacity)


def sum_of_capacities(there: Sequence[Listing]) -> int:
    return sum(x.reading.capacity for x in there if isinstance(x.reading.capacity, int))


def test_what_is_not_known_is_counted_beside_the_sum_and_never_for_nothing() -> None:
    assert sum_of([3, Unknown("DB error"), 4, UNLIMITED, Unknown("no answer"), 0]) == Sum(7, missing=2, endless=1)
    assert sum_of([]) == Sum(0, 0, 0)


def test_of_listings_together_what_is_known_is_added_whatever_is_not() -> None:
    away, not_read = Unknown("no answer"), Unknown(NOT_READ)
    there = [
        _of(listing("wc:1", sold=3, held=2, remaining=7), 12),
        _of(listing("eb:1:1", sold=4, held=1, remaining=5), 10),
        listing("wc:2", sold=away, held=away, remaining=away),
        listing("eb:2:1", sold=5, held=not_read, remaining=UNLIMITED),
    ]
    sums = sums_together(there)
    assert (sums.sold, sums.held) == (Sum(12, missing=1), Sum(3, missing=1)), "what nobody asked for is not missing"
    assert (sums.capacity, sums.on_offer) == (Sum(22, missing=2), Sum(12, missing=1, endless=1))


def test_nobody_sits_in_a_seat_of_another_show() -> None:
    """Of three nights one has two people too many, one has room, and of one nobody knows."""
    nights = [
        listing(f"wc:{n}:s:d", sold=sold, remaining=1, start=FRIDAY + dt.timedelta(days=n))
        for n, sold in enumerate((57, 50, Unknown("DB error")))
    ]
    sums = sums_of(grouped(*nights).shows)
    assert (sums.shows, sums.seats, sums.over) == (3, 165, 2)
    assert (sums.free, sums.sold, sums.on_offer) == (Sum(5, missing=1), Sum(107, missing=1), Sum(3))


def nights_of_one_stock(*numbers: int, limit: int, doubtful: bool = False) -> list[Listing]:
    """Dates of a hybrid product, a week apart: what each has left, and what the product's own stock has."""
    return [
        dataclasses.replace(
            listing(f"wc:5:s:d{n}", remaining=number, start=FRIDAY + dt.timedelta(weeks=n), flags=HYBRID),
            tier_left=limit,
        )
        for n, number in enumerate(numbers)
    ]


HYBRID = frozenset({Flag.HYBRID})


def test_a_stock_that_several_shows_share_is_on_sale_once() -> None:
    there = [*nights_of_one_stock(10, 10, 4, limit=10), listing("wc:6:s:d", remaining=7)]
    shows = grouped(*there).shows
    assert [show.on_offer for show in shows] == [17, 10, 4], "each night may sell all of it"
    assert sums_of(shows).on_offer == Sum(17)
    assert sums_of(shows[1:]).on_offer == Sum(10)
    assert sums_of(shows[2:]).on_offer == Sum(4)


def test_beside_a_night_of_which_nobody_knows_the_others_share_one_stock_still() -> None:
    nights = nights_of_one_stock(10, 10, limit=10)
    unknown = dataclasses.replace(
        nights[0], id="wc:5:s:d9", starts_at=FRIDAY - dt.timedelta(weeks=1),
        reading=dataclasses.replace(nights[0].reading, remaining=Unknown("no answer")),
    )  # fmt: skip
    assert sums_of(grouped(unknown, *nights).shows).on_offer == Sum(10, missing=1)


def test_one_stock_in_two_languages_is_on_sale_once_over_several_shows() -> None:
    copied = frozenset({Flag.HYBRID, Flag.TRANSLATED})
    nights = [dataclasses.replace(night, flags=copied) for night in nights_of_one_stock(10, 8, limit=10)]
    copies = [dataclasses.replace(night, id=night.id.replace("wc:5", "wc:55"), copy_of="wc:5") for night in nights]
    shows = grouped(*nights, *copies).shows
    assert [show.on_offer for show in shows] == [10, 8]
    assert sums_of(shows).on_offer == Sum(10)


def test_dates_in_two_languages_that_no_stock_limits_are_all_on_sale() -> None:
    """Of one night the original was read last, of the other the copy."""
    copied = frozenset({Flag.TRANSLATED})
    there = [
        dataclasses.replace(
            listing(f"wc:{product}:s:d{n}", remaining=left, start=FRIDAY + dt.timedelta(weeks=n), flags=copied),
            copy_of="wc:5" if product == 55 else None,
        )
        for product, numbers in ((5, (10, 3)), (55, (9, 4)))
        for n, left in enumerate(numbers)
    ]
    assert sums_of(grouped(*there).shows).on_offer == Sum(14)


def test_classes_of_one_event_in_two_rooms_offer_no_more_than_it_has_left() -> None:
    there = [
        _of(listing(f"eb:1:{n}", remaining=left, start=FRIDAY + dt.timedelta(hours=n)), 20, event_left=12)
        for n, left in enumerate((12, 7))
    ]
    assert sums_of(grouped(*there).shows).on_offer == Sum(12)


def test_a_shared_stock_that_may_be_no_seats_is_in_doubt_once() -> None:
    dates = nights_of_one_stock(10, 10, limit=10)
    events = [
        listing(f"eb:{n}:1", title="Stef Dag", sold=20, remaining=3, start=date.starts_at)
        for n, date in enumerate(dates)
    ]
    there = [*dates, *events]
    pairings = find_pairings(there, RULES)
    shows = grouped(*there, pairings=pairings).shows
    assert [show.doubtful for show in shows] == [10, 10]
    assert sums_of(shows).doubtful == Sum(10)
    assert sums_of(shows).on_offer == Sum(16)


def test_no_show_that_shares_nothing_is_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of shows are summed while no key is heard, and hardly one has a stock that another has."""
    asked: list[object] = []
    monkeypatch.setattr("brcc_tui.model.shows.sums.in_doubt", lambda show: asked.append(show.id) or ())
    apart = grouped(*(listing(f"wc:{n}", remaining=n, start=FRIDAY + dt.timedelta(days=n)) for n in (7, 8))).shows
    sums_of([dataclasses.replace(show, doubtful=1) for show in apart])
    assert asked == []


def test_a_plan_for_several_shows_of_one_stock_tells_of_it_once() -> None:
    dates = nights_of_one_stock(10, 10, limit=10)
    events = [_of(listing(f"eb:{n}:1", sold=45, remaining=3, start=date.starts_at), 48) for n, date in enumerate(dates)]
    shows = grouped(*dates, *events).shows
    changes = []
    for event in events:
        after = dataclasses.replace(event.reading, capacity=50, remaining=5)
        changes.append(Change(event, Action.SET, event.reading, after, ""))
    assert standing_of_shows(shows, changes) == Standing(
        free=20, offered=16, then_offered=20, twice=6, then_twice=10, doubtful=10
    )


def test_dates_are_not_added_to_the_stock_of_their_product_that_limits_them() -> None:
    hybrid = frozenset({Flag.HYBRID})
    whole, date = listing("wc:5", remaining=30, flags=hybrid), listing("wc:5:s:d", remaining=7, flags=hybrid)
    other = listing("wc:6:s:d", remaining=4)
    assert sums_together([whole, date, other]).on_offer == Sum(34)
    assert sums_together([date, other]).on_offer == Sum(11)


@pytest.mark.parametrize(("one", "other", "most"), [(3, 7, 7), (3, UNLIMITED, UNLIMITED), (3, Unknown("no"), None)])
def test_of_one_stock_in_two_languages_no_offer_is_known_unless_both_are(
    one: Quantity, other: Quantity, most: Quantity | None
) -> None:
    copies = [listing(f"wc:{500 + n}", remaining=n, flags=frozenset({Flag.TRANSLATED})) for n in (0, 1)]
    made = [
        dataclasses.replace(each, copy_of=of, reading=dataclasses.replace(each.reading, remaining=left))
        for each, of, left in zip(copies, (None, "wc:500"), (one, other), strict=True)
    ]
    for there in (made, made[::-1]):
        assert on_offer(there) == (Unknown("no") if most is None else most)


@pytest.mark.parametrize(("two", "held"), [(3, 3), (5, 5), (Unknown("no answer"), Unknown("no answer"))])
def test_what_classes_of_one_event_tell_of_its_checkout_is_the_most(two: Quantity, held: Quantity) -> None:
    """Of two answers that came one after the other."""
    there = [listing("eb:1:1", held=3), listing("eb:1:2", held=two)]
    assert held_of(there) == held
    assert known_taken(there) == (held if isinstance(held, int) else 3)


def test_dates_of_one_product_hold_places_of_their_own() -> None:
    assert held_of([listing("wc:1:s:a", held=3), listing("wc:1:s:b", held=5)]) == 8
    assert known_taken([listing("wc:1:s:a", held=3), listing("wc:1:s:b", held=5)]) == 8
