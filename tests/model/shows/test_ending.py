"""A show is over some hours after it began: not at midnight, and whatever the clocks do in between."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from brcc_tui.model.listing import Flag, Listing, Platform, Status, StockMethod
from brcc_tui.model.offer import PLAIN_TERMS, Terms
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.ending import STILL_SELLING, aged, is_day_over, is_over

TORONTO = ZoneInfo("America/Toronto")
MINUTE = dt.timedelta(minutes=1)


def at(text: str) -> dt.datetime:
    """A wall time in Toronto; a * stands for the second time that an hour is told."""
    return dt.datetime.fromisoformat(text.rstrip("*")).replace(tzinfo=TORONTO, fold=int(text.endswith("*")))


def kept(status: Status, ends_at: dt.datetime | None = None, terms: Terms = PLAIN_TERMS) -> Listing:
    """A show of eight o'clock, as it was read that afternoon."""
    reading = Reading(55, 12, 0, 43, at("2027-06-01T16:00"), Source.CACHE)
    start = at("2027-06-01T20:00")
    return Listing(
        "eb:1:2", Platform.EVENTBRITE, "Monday", None, start, StockMethod.READ_ONLY, status, reading, "eb:1",
        ends_at=ends_at, terms=terms,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("listing", "now", "status", "offer"),
    [
        (kept(Status.ON_SALE), "2027-06-01T22:59", Status.ON_SALE, 43),
        (kept(Status.ON_SALE), "2027-06-01T23:01", Status.ENDED, 0),
        (kept(Status.ON_SALE, at("2027-06-03T22:00")), "2027-06-02T23:01", Status.ON_SALE, 43),
        (kept(Status.NOT_YET_ON_SALE), "2027-06-02T23:01", Status.ENDED, 0),
        (kept(Status.UNKNOWN, terms=Terms(unknown="nobody knows")), "2027-06-02T23:01", Status.ENDED, 0),
        (kept(Status.CLOSED), "2027-06-02T23:01", Status.CLOSED, 0),
        (kept(Status.DRAFT), "2027-06-02T23:01", Status.DRAFT, 0),
    ],
)
def test_what_was_kept_of_a_show_does_not_stay_on_sale_for_ever(
    listing: Listing, now: str, status: Status, offer: int
) -> None:
    found = aged(listing, at(now))
    assert (found.status, found.offer.value) == (status, offer)
    assert (Flag.PAST in found.flags) == is_over(at("2027-06-01T20:00"), at(now), listing.ends_at)


@pytest.mark.parametrize(
    ("start", "still", "over"),
    [
        pytest.param("2027-06-01T20:00", "2027-06-01T23:00", "2027-06-01T23:01", id="an evening"),
        pytest.param("2027-06-01T22:00", "2027-06-02T00:00", "2027-06-02T01:01", id="past midnight"),
        pytest.param("2027-06-01T23:59", "2027-06-02T02:59", "2027-06-02T03:00", id="a minute to midnight"),
        pytest.param("2027-06-02T00:00", "2027-06-02T03:00", "2027-06-02T03:01", id="midnight"),
        pytest.param("2027-12-31T22:00", "2028-01-01T01:00", "2028-01-01T01:01", id="New Year's Eve"),
        pytest.param("2026-10-31T23:00", "2026-11-01T01:00*", "2026-11-01T01:01*", id="an hour is told twice"),
        pytest.param("2026-10-31T23:00", "2026-11-01T01:59", "2026-11-01T02:00", id="the first of the two"),
        pytest.param("2026-11-01T01:30", "2026-11-01T03:30", "2026-11-01T03:31", id="began in the first of the two"),
        pytest.param("2026-11-01T01:30*", "2026-11-01T04:30", "2026-11-01T04:31", id="began in the second"),
        pytest.param("2027-03-13T23:30", "2027-03-14T03:30", "2027-03-14T03:31", id="an hour is left out"),
    ],
)
def test_three_hours_that_passed_end_a_show_and_no_clock(start: str, still: str, over: str) -> None:
    assert not is_over(at(start), at(still))
    assert is_over(at(start), at(over))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Niue"])
def test_it_is_the_same_moment_wherever_the_computer_stands(zone: str) -> None:
    start = at("2027-06-01T22:00")
    end = (start + STILL_SELLING).astimezone(ZoneInfo(zone))
    assert not is_over(start, end)
    assert is_over(start, end + MINUTE)


@pytest.mark.parametrize(("year", "over"), [(1, True), (9999, False)])
def test_the_ends_of_the_calendar_are_no_trouble(year: int, over: bool) -> None:
    edge = dt.datetime(year, 1, 1, tzinfo=TORONTO) if over else dt.datetime(year, 12, 31, 23, 59, tzinfo=TORONTO)
    assert is_over(edge, at("2027-06-01T20:00")) is over


@pytest.mark.parametrize(
    ("now", "over"),
    [
        ("2027-06-01T23:59", False),
        ("2027-06-02T02:59", False),
        ("2027-06-02T03:00", True),
        ("2027-03-14T03:30", False),
    ],
)
def test_a_day_without_an_hour_is_over_when_its_last_show_may_be(now: str, over: bool) -> None:
    day = dt.date(2027, 3, 13) if now < "2027-06" else dt.date(2027, 6, 1)
    assert is_day_over(day, at(now).astimezone(dt.UTC), TORONTO) is over
