"""Which dates of two series that sell the same seats do not meet, and what is said of them."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.matching import TitleSense
from brcc_tui.model.shows.pair_finding import find_pairings
from brcc_tui.model.shows.show import PairingState
from tests.model.shows.test_grouping import FRIDAY, RULES, grouped, listing

ODD = 3
"""The week in which Eventbrite's date stands two hours later than its own words say."""


def weekly(id_: str, title: str, group: str, odd_hour: int = FRIDAY.hour) -> list[Listing]:
    """Eight Fridays."""
    made = []
    for week in range(8):
        start = (FRIDAY + dt.timedelta(weeks=week)).replace(hour=odd_hour if week == ODD else FRIDAY.hour)
        made.append(dataclasses.replace(listing(id_.format(week), title=title, group=group), starts_at=start))
    return [dataclasses.replace(each, date=each.starts_at and each.starts_at.date()) for each in made]


def test_titles_of_nothing_but_days_and_hours_are_not_alike() -> None:
    sense = TitleSense(["Monday", "Friday 8pm", "Gala"])
    assert [sense.likeness("Monday", other) for other in ("Friday 8pm", "Gala", "Monday")] == [0.0, 0.0, 0.0]


def test_whose_partner_stands_at_an_odd_time_that_day_may_be_sold_twice() -> None:
    """Its own start agrees with its words: without this it would pass for a show that one shop sells alone."""
    theirs = weekly("eb:{}:1", "8PM Laugh Riot Friday", "eb:riot", odd_hour=22)
    ours = weekly("wc:1:slot:d{}", "8PM Laugh Riot Friday", "wc:1:slot")
    doubts = find_pairings([*theirs, *ours], RULES).doubts
    assert set(doubts) == {theirs[ODD].id, ours[ODD].id}
    assert doubts[ours[ODD].id].single
    assert doubts[ours[ODD].id].reason.endswith("usually belongs to it, and starts at another time that day")


def test_where_both_stand_at_that_time_neither_is_left_behind() -> None:
    theirs = weekly("eb:{}:1", "8PM Laugh Riot Friday", "eb:riot", odd_hour=22)
    ours = weekly("wc:1:slot:d{}", "Laugh Riot Friday", "wc:1:slot", odd_hour=22)
    assert set(find_pairings([*theirs, *ours], RULES).doubts) == {theirs[ODD].id}


def test_titles_that_agree_are_not_sure_where_they_seldom_meet() -> None:
    """On three of eight dates: on the others each has an hour of its own."""
    theirs = weekly("eb:{}:1", "Laugh Riot Friday", "eb:riot")
    ours = [
        dataclasses.replace(each, starts_at=each.starts_at and each.starts_at + dt.timedelta(hours=2 * (week > 2)))
        for week, each in enumerate(weekly("wc:1:slot:d{}", "Laugh Riot Friday", "wc:1:slot"))
    ]
    found = find_pairings([*theirs, *ours], RULES).verdict("eb:riot", "wc:1:slot")
    assert (found.state, found.reason) == (
        PairingState.LIKELY, "same start on 3 of 8 dates only, though the titles agree",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("later", "beside"),
    [
        pytest.param(dt.timedelta(minutes=10), True, id="still near"),
        pytest.param(dt.timedelta(hours=2), False, id="another hour"),
        pytest.param(dt.timedelta(weeks=1), False, id="put off"),
        pytest.param(None, False, id="unreadable now"),
    ],
)
def test_what_was_found_of_a_date_says_nothing_once_its_shop_has_moved_it(
    later: dt.timedelta | None, beside: bool
) -> None:
    """Until the next refresh it stood in the show of the night of before, and its guests with it."""
    half_past = FRIDAY + dt.timedelta(minutes=30)
    theirs = listing("eb:1:2", title="Ada Quill: Limited Run", start=half_past)
    ours = listing("wc:5:s:d", title="Ada Quill: Limited Run")
    found = find_pairings([theirs, ours], RULES)
    moved = dataclasses.replace(ours, starts_at=None if later is None else FRIDAY + later)
    shows = {show.starts_at: show for show in grouped(theirs, moved, pairings=found).shows}
    assert [x.id for x in shows.pop(half_past).listings] == ["eb:1:2", *["wc:5:s:d"] * beside]
    assert [(start, show.pairing.state) for start, show in shows.items()] == [
        (moved.starts_at, PairingState.SINGLE)
    ] * (not beside and later is not None)
