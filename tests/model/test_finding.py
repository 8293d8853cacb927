"""What people type to find shows and listings, and what is found by it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.finding.query import MARKS, NUMBERS, read_query
from brcc_tui.model.finding.subject import Candidate, of_listing, of_text, show_subject
from brcc_tui.model.finding.words import text_words
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.offer import OfferRule, Status, Terms
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.grouping import sum_up
from brcc_tui.model.shows.show import Pairing, PairingState, Room

ZONE = ZoneInfo("America/Toronto")
NOW = dt.datetime(2026, 11, 27, 19, 4, tzinfo=ZONE)
"""A Friday."""


@dataclasses.dataclass
class Numbers:
    free: Quantity = 9
    sold: Quantity = 46
    seats: Quantity = 55
    held: Quantity = 0
    offer: Quantity = 9


def thing(
    day: str = "2026-11-27 20:00", title: str = "Friday Night", numbers: Numbers | None = None, *marks: str
) -> Candidate:
    start = dt.datetime.fromisoformat(day).replace(tzinfo=ZONE)
    known = numbers or Numbers()
    return Candidate(
        start, start.date(), title.casefold, lambda: text_words(title), lambda name: getattr(known, name, None),
        lambda: frozenset(marks),
    )  # fmt: skip


_LISTING = Listing(
    "wc:1", Platform.WOOCOMMERCE, "Friday Night", None, None, StockMethod.WOOCOMMERCE_STOCK, Status.ON_SALE,
    Reading(55, 55, 0, 0, NOW, Source.LIVE), "wc:1",
)  # fmt: skip
"""Nothing is left of its stock."""


DAYS = {
    "tonight": {"2026-11-27 20:00", "2026-11-27 22:30"},
    "today": {"2026-11-27 13:00", "2026-11-27 20:00", "2026-11-27 22:30"},
    "tomorrow": {"2026-11-28 20:00"},
    "this week": {"2026-11-27 13:00", "2026-11-27 20:00", "2026-11-27 22:30", "2026-11-28 20:00", "2026-11-29 20:00"},
    "next week": {"2026-11-30 20:00", "2026-12-04 20:00"},
    "next week fri": {"2026-12-04 20:00"},
    "next fri": {"2026-12-04 20:00"},
    "this weekend 8": {"2026-11-27 20:00", "2026-11-28 20:00", "2026-11-29 20:00"},
    "next month fri": {"2026-12-04 20:00"},
    "fridays dec": {"2026-12-04 20:00"},
    "sat sun": {"2026-11-28 20:00", "2026-11-29 20:00", "2026-12-12 20:00", "2027-12-12 20:00"},
    "12 dec": {"2026-12-12 20:00", "2027-12-12 20:00"},
    "dec 12th": {"2026-12-12 20:00", "2027-12-12 20:00"},
    "12 december 2026": {"2026-12-12 20:00"},
    "2026-12-12": {"2026-12-12 20:00"},
    "2026-12": {"2026-12-04 20:00", "2026-12-12 20:00"},
    "dec 2027": {"2027-12-12 20:00"},
    "10:30pm": {"2026-11-27 22:30"},
    "22:30": {"2026-11-27 22:30"},
    "10 pm": set(),
    "10:30": {"2026-11-27 22:30"},
    "10:30 pm": {"2026-11-27 22:30"},
    "10.30 p.m.": {"2026-11-27 22:30"},
    "10:30p.m.": {"2026-11-27 22:30"},
    "10:30 am": set(),
    "fri 8:00": {"2026-11-27 20:00", "2026-12-04 20:00"},
    "08:00": set(),
    "1:00": {"2026-11-27 13:00"},
    "1 p.m.": {"2026-11-27 13:00"},
    "01:00": set(),
    "fri 1": {"2026-11-27 13:00"},
    "fri 10": {"2026-11-27 22:30"},
}
EVERY_DAY = ("2026-11-27 13:00", "2026-11-27 20:00", "2026-11-27 22:30", "2026-11-28 20:00", "2026-11-29 20:00",
             "2026-11-30 20:00", "2026-12-04 20:00", "2026-12-12 20:00", "2027-12-12 20:00")  # fmt: skip


@pytest.mark.parametrize("typed", DAYS)
def test_days_and_hours(typed: str) -> None:
    query = read_query(typed, NOW)
    assert {day for day in EVERY_DAY if query(thing(day, "A Show"))} == DAYS[typed]


@pytest.mark.parametrize(
    ("typed", "today", "first", "days"),
    [
        ("yesterday", "2027-01-01", "2026-12-31", 1),
        ("last week", "2027-01-05", "2026-12-28", 7),
        ("this wed", "2026-11-27", "2026-11-25", 1),
        ("next wednesday", "2026-11-27", "2026-12-02", 1),
        ("weekend", "2026-11-30", "2026-12-04", 3),
        ("next weekend", "2026-11-30", "2026-12-11", 3),
        ("this month", "2026-12-15", "2026-12-01", 31),
        ("next month", "2026-11-30", "2026-12-01", 31),
        ("next month", "2026-12-31", "2027-01-01", 31),
        ("dec 2", "2026-11-30", "2026-12-02", 1),
    ],
)
def test_which_days_a_word_means(typed: str, today: str, first: str, days: int) -> None:
    now, begins = (dt.datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=ZONE) for day in (today, first))
    near = [now.date() + dt.timedelta(days=n) for n in range(-40, 41)]
    found = [day for day in near if read_query(typed, now)(thing(f"{day} 20:00", "A Show"))]
    assert found == [begins.date() + dt.timedelta(days=n) for n in range(days)]


@pytest.mark.parametrize(
    ("typed", "of_it", "of_its_show"),
    [("seats=55", True, False), ("seats=60", False, True), ("sold=30", True, True), ("held=4", True, True),
     ("free=21", True, False), ("free=26", False, True), ("offer=0", True, True), ("offer=21", False, False)],
)  # fmt: skip
def test_each_number_of_a_listing_and_of_its_show_is_its_own(typed: str, of_it: bool, of_its_show: bool) -> None:
    listing = dataclasses.replace(_LISTING, status=Status.HIDDEN, reading=Reading(55, 30, 4, 21, NOW, Source.LIVE))
    show = sum_up("x", NOW, Room("main", 60), [listing], Pairing(PairingState.SINGLE, ""))
    assert (read_query(typed, NOW)(of_listing(listing)), read_query(typed, NOW)(show_subject(show))) == (
        of_it, of_its_show
    )  # fmt: skip


def test_what_is_on_sale_of_a_show_is_unknown_beside_a_shop_that_was_never_listed() -> None:
    listing = dataclasses.replace(_LISTING, reading=Reading(55, 30, 4, 21, NOW, Source.LIVE))
    silent = {Platform.EVENTBRITE: "no answer"}
    show = sum_up("x", NOW, Room("main", 60), [listing], Pairing(PairingState.SINGLE, ""), unlisted=silent)
    assert [read_query(f"offer{sign}30", NOW).verdict(show_subject(show)) for sign in "<>="] == [None, None, None]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("fri night", True), ("frien", False), ("iday", False), ('"iday ni"', True), ('"night fri"', False),
     ("night friday", True), ('"unclosed', False), ("1", False), ("8", True), ("20", True), ("2", False)],
)  # fmt: skip
def test_words_begin_and_quotes_are_parts(typed: str, found: bool) -> None:
    assert read_query(typed, NOW)(thing()) is found


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [("free>=9", True), ("free>9", False), ("free >= 9", True), ("free<10", True), ("free=9", True), ("free≥9", True),
     (">8", True), ("<50%", False), (">= 80 %", True), ("sold>=46", True), ("held>0", False), ("seats=55", True),
     ("capacity=55", True), ("fri free>=8 <90%", True), ("sat free>=8", False), ("=100%", False)],
)  # fmt: skip
def test_comparisons(typed: str, verdict: bool) -> None:
    assert read_query(typed, NOW).verdict(thing()) is verdict


def test_a_percentage_is_not_rounded() -> None:
    assert read_query("<50%", NOW)(thing(numbers=Numbers(sold=27)))
    assert not read_query(">=95%", NOW)(thing(numbers=Numbers(sold=52)))


@pytest.mark.parametrize("typed", ["free>=0", "free<1", "<50%", ">=50%"])
def test_an_unknown_number_is_neither_more_nor_less(typed: str) -> None:
    lost = Unknown("database: gone")
    unknown = thing(numbers=Numbers(free=lost, sold=lost))
    assert read_query(typed, NOW).verdict(unknown) is None
    assert not read_query(typed, NOW)(unknown)
    assert read_query(f"{typed} sat", NOW).verdict(unknown) is False, "it is not on that day, whatever its number"


def test_without_a_limit_there_is_always_more_and_no_share() -> None:
    endless = thing(numbers=Numbers(free=UNLIMITED, seats=UNLIMITED))
    assert read_query("free>=8", NOW)(endless)
    assert not read_query("free<8", NOW)(endless)
    assert read_query("<50%", NOW).verdict(endless) is False


@pytest.mark.parametrize("typed", ["free>=", "free>", "<", "fri free>="])
def test_a_comparison_under_way_asks_nothing_and_is_told(typed: str) -> None:
    query = read_query(typed, NOW)
    assert query(thing())
    assert query.unfinished


@pytest.mark.parametrize("phrase", MARKS)
def test_what_is_the_matter(phrase: str) -> None:
    query = read_query(f"fri {phrase}", NOW)
    assert query(thing("2026-11-27 20:00", "A Show", None, MARKS[phrase]))
    assert not query(thing(title=f"The {phrase} show")), "a title is not what is the matter with a show"
    assert read_query(f'fri "{phrase}"', NOW)(thing(title=f"The {phrase} show"))


@pytest.mark.parametrize(
    ("phrase", "terms", "found"),
    [
        ("free>=8", Terms(endless=OfferRule.BACKORDERS), True),
        ("full", Terms(endless=OfferRule.BACKORDERS), False),
        ("full", Terms(), True),
        ("full", Terms(unknown="nobody knows", capped=False), False),
        ("free>=8", Terms(), False),
        ("on sale", Terms(), True),
        ("on sale", Terms(unknown="nobody knows", capped=False), False),
        ("unknown", Terms(unknown="nobody knows", capped=False), True),
        ("unknown", Terms(unknown="nobody knows"), False),
    ],
)
def test_a_listing_is_found_by_what_buyers_can_buy(phrase: str, terms: Terms, found: bool) -> None:
    listing = dataclasses.replace(_LISTING, terms=terms)
    assert read_query(phrase, NOW)(of_listing(listing)) is found


@pytest.mark.parametrize(
    ("typed", "day", "marks", "found"),
    [
        ("nov {8 pm}", "2026-11-27 20:00", (), True),
        ("nov {8 pm}", "2026-11-08 22:00", (), False),
        ("november 2026 {8 p.m.}", "2026-11-27 20:00", (), True),
        ("{not sold} {<90%}", "2026-11-27 20:00", ("not sold",), True),
        ("{not sold} {= 9}", "2026-11-27 20:00", ("not sold",), True),
        ("{not sold} {≥ 10}", "2026-11-27 20:00", ("not sold",), False),
        ("{not sold} {<90%}", "2026-11-27 20:00", (), False),
        ("{not  sold} {sold > 4}", "2026-11-27 20:00", ("not sold",), True),
    ],
)
def test_terms_mean_the_same_in_whichever_order_they_stand(
    typed: str, day: str, marks: tuple[str, ...], found: bool
) -> None:
    """A month does not take an hour for its day, nor a mark a number for its own."""
    terms = [part for part in re.split(r"[{}]", typed) if part.strip()]
    for order in (terms, terms[::-1]):
        assert read_query(" ".join(order), NOW)(thing(day, "Friday Night", None, *marks)) is found, order


def test_what_has_fewer_than_none_left_is_found_as_full() -> None:
    oversold = dataclasses.replace(_LISTING, reading=dataclasses.replace(_LISTING.reading, remaining=-2))
    assert read_query("full", NOW)(of_listing(oversold))


@pytest.mark.parametrize("phrase", ["closed", "sold out"])
@pytest.mark.parametrize("flags", [frozenset(), frozenset({Flag.CLOSED_HERE})], ids=["sold out", "closed here"])
def test_what_somebody_closed_here_is_found_as_closed(phrase: str, flags: frozenset[Flag]) -> None:
    listing = dataclasses.replace(_LISTING, status=Status.SOLD_OUT, flags=flags)
    assert read_query(phrase, NOW)(of_listing(listing)) is (phrase == ("closed" if flags else "sold out"))


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.SOLD_OUT])
def test_what_its_row_calls_unknown_is_found_as_unknown(status: Status) -> None:
    """Also where each number that is stored of it is known, as of a date while a plugin is off."""
    listing = dataclasses.replace(_LISTING, status=status)
    assert read_query("unknown", NOW)(of_listing(listing)) is (status is Status.UNKNOWN)


def test_tonight_is_tonight_by_the_clock_on_the_shows_own_wall() -> None:
    late_in_toronto = dt.datetime(2026, 11, 28, 0, 4, tzinfo=dt.UTC)
    assert read_query("tonight", late_in_toronto)(thing("2026-11-27 20:00"))


def test_what_has_no_day_is_found_by_words() -> None:
    action = of_text(text_words("Tonight: go to the shows of Friday, sold out or not, next week too"))
    for typed in ("tonight", "fri", "sold out", "next week"):
        assert read_query(typed, NOW)(action), typed
    assert not read_query("12 dec", NOW)(action)
    assert not read_query("free>=8", NOW)(action)


PIECES = st.sampled_from([*NUMBERS, *MARKS, ">=", "<", "=", "50%", "8", "12", "dec", "fri", "8pm", '"', "2026-12-12",
                          "2026-99-99", "next", "week", "tonight", "≥", "²", "１２", "99:99", "13pm"])  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=6).map(" ".join)))
def test_anything_can_be_typed(typed: str) -> None:
    query = read_query(typed, NOW)
    for subject in (thing(), of_text("\nfriday"), thing(numbers=Numbers(free=Unknown("gone")))):
        assert query.verdict(subject) in (True, False, None)
    assert not typed.strip().strip('"“” ') or bool(query) or query.unfinished


@given(st.lists(PIECES.filter(lambda piece: piece != '"'), max_size=3), st.lists(st.just("sat"), max_size=1))
def test_one_more_term_never_finds_more(pieces: list[str], more: list[str]) -> None:
    fewer, many = read_query(" ".join([*pieces, "zzz"]), NOW), read_query(" ".join([*pieces, "zzz", *more]), NOW)
    for day in EVERY_DAY:
        assert fewer(thing(day)) or not many(thing(day))
