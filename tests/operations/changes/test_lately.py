"""How long ago something left, by the clock that people set and by the computer's steady second."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.clock import started
from brcc_tui.operations.lately import is_within, steady_now
from brcc_tui.store.journal_entries import JournalEvent

NOW = dt.datetime(2026, 11, 27, 19, 4, tzinfo=dt.UTC)
SECOND = 10_000.0006
MINUTE = dt.timedelta(minutes=1)


def left(by_the_clock: int, steady: object) -> bool:
    """Whether a move is of the last minute that was made so many seconds ago by the clock, with that beside it."""
    club: Any = SimpleNamespace(clock=SimpleNamespace(now=lambda: NOW, monotonic=lambda: SECOND))
    detail = {} if steady is None else {"steady": steady}
    return is_within(club, JournalEvent(NOW - dt.timedelta(seconds=by_the_clock), "sent", detail), MINUTE)


def of_this_start(seconds_ago: float) -> object:
    return {"start": started(), "second": SECOND - seconds_ago}


def test_what_leaves_at_this_very_moment_left_lately() -> None:
    club: Any = SimpleNamespace(clock=SimpleNamespace(now=lambda: NOW, monotonic=lambda: SECOND))
    assert left(3600, steady_now(club)["steady"])


@pytest.mark.parametrize("steady", [None, of_this_start(3600), {"start": "another", "second": SECOND}, "nonsense"])
@pytest.mark.parametrize("seconds", [20, -20])
def test_of_what_the_clock_says_was_a_moment_ago_it_is_believed(steady: object, seconds: int) -> None:
    assert left(seconds, steady)


@pytest.mark.parametrize("hour", [3600, -3600], ids=["set forward", "set back"])
def test_a_clock_that_was_set_makes_nothing_older(hour: int) -> None:
    assert left(hour, of_this_start(20))
    assert not left(hour, of_this_start(61))


@pytest.mark.parametrize(
    "steady",
    [
        None,
        "nonsense",
        {"start": "another", "second": SECOND - 20},
        {"start": started(), "second": "lately"},
        of_this_start(-20),
    ],
    ids=["none", "nonsense", "another start", "no number", "still to come"],
)
def test_an_hour_ago_is_not_lately_where_no_second_of_this_start_says_so(steady: object) -> None:
    assert not left(3600, steady)
