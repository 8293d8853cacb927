"""What the board keeps when newer and older numbers meet."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

import pytest
from fake_desk import change_to

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import make_plan
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.offer import Status, Terms
from brcc_tui.model.quantity import Quantity, Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.ending import Over
from brcc_tui.model.shows.grouping import group_shows
from brcc_tui.model.shows.pairing import Pairings
from brcc_tui.model.shows.show import Room, ShowFlag
from brcc_tui.model.shows.venue_rules import DEFAULT_ROOM, VenueRules
from brcc_tui.screens.state.attention import Attention
from brcc_tui.screens.state.board import NEVER_READ, Board
from brcc_tui.screens.state.running_plan import RunningPlan

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(minutes=1)
SOON = dt.timedelta(seconds=1)


def _listing(remaining: Quantity, source: Source, read_at: dt.datetime) -> Listing:
    reading = Reading(55, 10, 0, remaining, read_at, source)
    return Listing(
        "wc:1", Platform.WOOCOMMERCE, "Show", None, None, StockMethod.WOOCOMMERCE_STOCK, Status.ON_SALE, reading, "wc:1"
    )


def _board(listing: Listing) -> Board:
    return Board(listings={listing.id: listing})


def test_a_number_that_was_typed_is_noted_whatever_is_shown() -> None:
    """What is shown may be hours old, or of a listing that counts as closed until it is given its number."""
    listing = _listing(45, Source.CACHE, NOON)
    board = _board(listing)
    board.draft(listing, 55, typed=True)
    assert board.drafts == {"wc:1": 55}
    board.draft(listing, 55)
    assert board.drafts == {}, "counted back to it"


def test_a_typed_number_that_was_not_sent_is_noted_again_though_it_is_the_one_shown() -> None:
    listing = _listing(45, Source.CACHE, NOON)
    board, plan = _board(listing), make_plan("practice", [change_to(listing, 55)], [], NOON)
    board.draft(listing, 55, typed=True)
    run = RunningPlan(confirm(plan, plan.digest), "", NOON, board, lambda: None)
    assert board.drafts == {}, "it is the plan's now"
    with run.under_way():
        pass
    assert board.drafts == {"wc:1": 55}


@pytest.mark.parametrize(
    ("live", "cached", "kept"),
    [
        pytest.param((45, NOON), (40, LATER), 40, id="a later refresh wins"),
        pytest.param((45, LATER), (40, NOON), 45, id="what was read during the refresh stays"),
        pytest.param((45, NOON), (45, NOON), 45, id="the same reading, remembered by the cache"),
        pytest.param((45, NOON), (Unknown("no database"), LATER), 45, id="a later one that knows less does not win"),
    ],
)
def test_a_catalogue_is_taken_without_losing_newer_numbers(
    live: tuple[int, dt.datetime], cached: tuple[Quantity, dt.datetime], kept: int
) -> None:
    board = _board(_listing(live[0], Source.LIVE, live[1]))
    assert board.adopt(_board(_listing(cached[0], Source.CACHE, cached[1])))
    assert board.listings["wc:1"].reading.remaining == kept


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [
        pytest.param(NOON, LATER, 40, id="a later one"),
        pytest.param(LATER, NOON, 45, id="an earlier one that comes later"),
        pytest.param(NOON, NOON, 40, id="of the same moment"),
        pytest.param(NOON + dt.timedelta(days=2), LATER, 40, id="after the clock was put back"),
    ],
)
def test_what_was_asked_for_earlier_changes_nothing(first: dt.datetime, then: dt.datetime, kept: int) -> None:
    board = _board(_listing(45, Source.LIVE, first))
    board.take([_listing(40, Source.LIVE, then)])
    assert board.listings["wc:1"].reading.remaining == kept


def _name_shows(board: Board) -> None:
    board.grouped((), tuple(dataclasses.replace(each, show="named") for each in board.listings.values()))


def test_grouping_is_taken_over() -> None:
    board = _board(_listing(40, Source.LIVE, NOON))
    assert board.regrouped(_name_shows)()
    assert board.listings["wc:1"].show == "named"


def test_grouping_that_newer_numbers_have_overtaken_is_not() -> None:
    board = _board(_listing(40, Source.LIVE, NOON))
    take_over = board.regrouped(_name_shows)
    board.take([_listing(39, Source.LIVE, LATER)])
    assert not take_over()
    assert board.listings["wc:1"].reading.remaining == 39


TONIGHT = dt.datetime(2026, 11, 27, 20, tzinfo=dt.UTC)
RULES = VenueRules({DEFAULT_ROOM: Room(DEFAULT_ROOM, 55)})


def _tonight(listing_id: str, sold: int, *, at: dt.datetime = TONIGHT, flag: Flag | None = None) -> Listing:
    reading = Reading(55, sold, 0, 55 - sold, NOON, Source.LIVE)
    listing = _listing(0, Source.LIVE, NOON)
    flags = frozenset({flag} if flag else ())
    return dataclasses.replace(listing, id=listing_id, group=listing_id, starts_at=at, reading=reading, flags=flags)


def _grouped(*listings: Listing) -> Board:
    board = Board(listings={listing.id: listing for listing in listings})
    _group(board)
    return board


def _group(board: Board) -> None:
    found = group_shows(board.listings.values(), RULES, Pairings({}), dt.UTC)
    board.grouped(found.shows, found.unpaired)


def test_newer_numbers_reach_their_show_as_if_all_had_been_grouped_again() -> None:
    listings = [_tonight("wc:1", 10), _tonight("wc:2", 5), _tonight("wc:3", 0, at=TONIGHT + dt.timedelta(days=1))]
    board = _grouped(*listings, _tonight("wc:9", 1, flag=Flag.ADD_ON))
    untouched = board.shows[1]
    assert not [item for item in board.attention(NOON) if item.rank == 0]
    assert board.take([_tonight("wc:2", 56), _tonight("wc:9", 2, flag=Flag.ADD_ON)])
    assert board.shows[0].sold == 66
    assert ShowFlag.OVERSOLD in board.shows[0].flags
    assert board.shows[1] is untouched
    at_once = (board.shows, board.unpaired, dict(board.listings), board.attention(NOON))
    _group(board)
    assert (board.shows, board.unpaired, dict(board.listings), board.attention(NOON)) == at_once
    assert [item.target for item in board.attention(NOON) if item.rank == 0] == [board.shows[0].id]


def test_as_time_goes_by_the_same_needs_attention_as_if_all_shows_were_looked_at_again() -> None:
    days = (0, 0, 4, 4, 9, 9, 12, 20)  # of two listings each sells more than there are seats; one shop has them all
    shows = [_tonight(f"wc:{n}", 10, at=TONIGHT + dt.timedelta(days=day)) for n, day in enumerate(days)]
    board, said = _grouped(*shows), list[Sequence[Attention]]()
    board.failed = (Failure("eb:1", "An event", "it is odd"),)
    for hours in (0, 1, 12, 13, 30, 24 * 2, 24 * 6, 24 * 6 + 13, 24 * 8, 24 * 20, 24):
        now = NOON + dt.timedelta(hours=hours)
        anew = Board(dict(board.listings), board.shows, board.unpaired, board.failed)
        said.append(board.attention(now))
        assert said[-1] == anew.attention(now), hours
    assert len(set(map(len, said))) > 3
    board.failed = ()
    assert not [item for item in board.attention(NOON + dt.timedelta(hours=24)) if item.target == "eb:1"]


@pytest.mark.parametrize(
    "newer",
    [
        pytest.param(_tonight("wc:2", 5), id="a listing that was not there"),
        pytest.param(_tonight("wc:1", 5, at=TONIGHT + dt.timedelta(hours=2)), id="another start"),
        pytest.param(_tonight("wc:1", 5, flag=Flag.ADD_ON), id="no seat any more"),
        pytest.param(dataclasses.replace(_tonight("wc:1", 5), group="wc:1:8pm"), id="another group"),
    ],
)
def test_a_listing_that_sells_other_seats_asks_for_all_to_be_grouped_again(newer: Listing) -> None:
    assert not _grouped(_tonight("wc:1", 10)).take([newer])


def test_numbers_asked_for_before_those_that_are_known_come_too_late() -> None:
    board = _grouped(_tonight("wc:1", 10))
    late = _tonight("wc:1", 9)
    assert board.take([dataclasses.replace(late, reading=dataclasses.replace(late.reading, read_at=NOON - SOON))])
    assert board.shows[0].sold == 10


def test_a_silent_shop_takes_nothing_from_what_was_known_nor_the_alarm_it_raised() -> None:
    board = _grouped(_tonight("wc:1", 57))
    silent = dataclasses.replace(_tonight("wc:1", 0), reading=Reading.unknown("no answer within 30 s", read_at=LATER))
    assert board.take([silent])
    assert (board.shows[0].sold, board.silent) == (57, {"wc:1": "no answer within 30 s"})
    assert 0 in {item.rank for item in board.attention(NOON)}
    assert board.adopt(_grouped(silent))
    assert (board.listings["wc:1"].reading.sold, board.silent) == (57, {"wc:1": "no answer within 30 s"})
    assert 0 in {item.rank for item in board.attention(NOON)}
    answer = _tonight("wc:1", 55)
    board.take([dataclasses.replace(answer, reading=dataclasses.replace(answer.reading, read_at=LATER + SOON))])
    assert (board.shows[0].sold, board.silent) == (55, {})


@pytest.mark.parametrize("by", ["a look", "a refresh"])
def test_an_answer_ends_what_went_wrong_before_whoever_asked(by: str) -> None:
    board = _grouped(_tonight("wc:1", 10), _tonight("wc:2", 5))
    board.silent, board.app_errors = {"wc:1": "no answer", "wc:2": "no answer"}, {"wc:1": "the catalogue is busy"}
    answer = _tonight("wc:1", 11)
    newer = dataclasses.replace(answer, reading=dataclasses.replace(answer.reading, read_at=LATER))
    if by == "a look":
        board.take([newer])
    else:
        board.adopt(_grouped(newer, board.listings["wc:2"]))
    assert board.listings["wc:1"].reading.sold == 11
    assert (board.silent, board.app_errors) == ({"wc:2": "no answer"}, {}), "of the other one nothing newer is known"


def test_a_refresh_that_was_begun_before_a_look_failed_does_not_end_what_went_wrong() -> None:
    board = _grouped(dataclasses.replace(_tonight("wc:1", 10), reading=Reading(55, 10, 0, 45, LATER, Source.LIVE)))
    board.app_errors = {"wc:1": "the catalogue is busy"}
    board.adopt(_grouped(_tonight("wc:1", 9)))
    assert board.listings["wc:1"].reading.sold == 10
    assert board.app_errors == {"wc:1": "the catalogue is busy"}


def test_what_cannot_be_read_for_what_stands_there_is_news() -> None:
    board = _grouped(_tonight("wc:1", 10))
    broken = dataclasses.replace(
        _tonight("wc:1", 0), reading=Reading.unknown("not a number", read_at=LATER), read_only_reason="not a number"
    )
    board.take([broken])
    assert (board.listings["wc:1"].reading.sold, board.silent) == (Unknown("not a number"), {})


def test_whether_a_free_drink_is_a_seat_is_a_question_and_no_alarm() -> None:
    board = _grouped(_tonight("wc:1", 50), dataclasses.replace(_tonight("wc:11192", 6), title="Free Drink"))
    assert ShowFlag.OVERSOLD in board.shows[0].flags, "sums and syncs count it until a person answers"
    (about,) = [item for item in board.attention(NOON) if item.target == board.shows[0].id and item.rank < 6]
    assert (about.rank, about.sign, about.tone) == (2, "unknown", "accent")
    assert about.text == "1 too many, if this is a seat here too: Free Drink. Open it: y, n or t"


def test_people_too_many_are_those_that_have_taken_a_place() -> None:
    board = _grouped(_tonight("wc:1", 56))
    (about,) = [item for item in board.attention(NOON) if item.rank == 0]
    assert about.text == "1 person too many"


def test_what_is_still_on_offer_then_is_told_apart() -> None:
    listing = _tonight("wc:1", 57)
    reading = dataclasses.replace(listing.reading, remaining=4)
    board = _grouped(dataclasses.replace(listing, reading=reading))
    (about,) = [item for item in board.attention(NOON) if item.rank == 0]
    assert about.text == "2 people too many, 4 more on sale"


def test_people_too_many_of_those_that_are_known_are_told_as_at_least_so_many() -> None:
    silent = dataclasses.replace(_tonight("wc:2", 0), reading=Reading.unknown("no answer", read_at=LATER))
    (about,) = [item for item in _grouped(_tonight("wc:1", 57), silent).attention(NOON) if item.rank == 0]
    assert about.text == "at least 2 people too many"
    listing = _tonight("wc:1", 50)
    offers = dataclasses.replace(listing, reading=dataclasses.replace(listing.reading, remaining=10))
    (about,) = [item for item in _grouped(offers, silent).attention(NOON) if item.rank == 2]
    assert about.text == "at least 5 seats could be sold twice"


def test_what_could_be_sold_twice_only_if_a_listing_is_a_seat_is_a_question_too() -> None:
    board = _grouped(_tonight("wc:1", 30), dataclasses.replace(_tonight("wc:2", 20), title="Guest of the Night"))
    (about,) = [item for item in board.attention(NOON) if item.rank < 6 and item.target == board.shows[0].id]
    assert (about.rank, about.sign) == (2, "unknown")
    assert (
        about.text == "55 seats could be sold twice, if this is a seat here too: Guest of the Night. Open it: y, n or t"
    )


def test_sales_end_on_the_screens_while_nobody_reads() -> None:
    listing = dataclasses.replace(
        _listing(9, Source.LIVE, NOON), starts_at=NOON + dt.timedelta(hours=2), terms=Terms(until=LATER)
    )
    shows = group_shows([listing], VenueRules({DEFAULT_ROOM: Room(DEFAULT_ROOM, 55)}), Pairings(), dt.UTC).shows
    board = Board()
    board.grouped(shows, ())
    for now, offered in ((NOON, 9), (LATER, 0)):
        taken = board.taken
        board.age(now)
        assert board.listings[listing.id].offer.value == offered
        assert [(show.on_offer, show.listings[0].status) for show in board.shows] == [
            (offered, Status.CLOSED if offered == 0 else Status.ON_SALE)
        ]
        assert (board.taken != taken) == (offered == 0), "a screen that was being made beside it is made again"


def test_a_show_of_several_days_is_coming_until_its_last_day_ends() -> None:
    ends_at = NOON + dt.timedelta(days=2)
    long = dataclasses.replace(
        _listing(9, Source.LIVE, NOON),
        starts_at=NOON - dt.timedelta(days=1),
        ends_at=ends_at,
        flags=frozenset({Flag.SEVERAL_DAYS}),
    )
    rules = VenueRules({DEFAULT_ROOM: Room(DEFAULT_ROOM, 55)})
    shows = group_shows([long], rules, Pairings(), dt.UTC).shows
    board = Board(listings={long.id: long}, shows=shows)
    for now, coming in ((NOON, 1), (ends_at - dt.timedelta(minutes=1), 1), (ends_at, 0)):
        assert len(board.upcoming(now)) == coming
        assert Over(now)(long) == (not coming)


LIST, PART = Failure("eventbrite", "Eventbrite", "no answer"), Failure("wc:77", "Open House", "no JSON")


@pytest.mark.parametrize(
    ("board", "said"),
    [
        (Board(read_at=NOON), "Nothing matches."),
        (Board(), NEVER_READ),
        (Board(read_at=NOON, partly=True), "Nothing matches. Not all is loaded yet: look again in a moment."),
        (Board(read_at=NOON, failed=(LIST, PART)), "Nothing matches. Nobody knows all: of Eventbrite no complete "
         "list came last. R asks again."),
        (Board(read_at=NOON, failed=(PART,)), "Nothing matches. What could not be read (1) is not among them: see "
         "1 Dashboard."),
    ],
)  # fmt: skip
def test_what_may_be_missing_is_said_where_nothing_is_found(board: Board, said: str) -> None:
    assert board.nothing_found() == said
