"""A system that does not name its start: a request of another day is not taken for one of these minutes."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.operations import lately
from brcc_tui.operations.lately import is_within, sent_about, sent_lately, steady_now
from brcc_tui.store.journal import Journal

NOW = dt.datetime(2026, 11, 27, 19, 4, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
CLASS = "eb:1:19"


def sent_before(journal: Journal, ago: dt.timedelta) -> Any:
    """A club in whose journal a request left so long ago by the clock, at the steady second that it is now."""
    club: Any = SimpleNamespace(journal=journal, clock=SimpleNamespace(now=lambda: NOW, monotonic=lambda: 520.0))
    entry = journal.begin(
        actor="ann", listing=CLASS, show=None, action="set", before=40, after=50, reason="", digest="d", at=NOW - ago
    )
    journal.append(entry, "sent", NOW - ago, steady_now(club))
    return club


@pytest.mark.parametrize(
    ("start", "ago", "is_lately"),
    [
        ("", dt.timedelta(days=1), False),
        ("", dt.timedelta(days=-1), False),
        ("", dt.timedelta(hours=2), True),
        ("this", dt.timedelta(days=1), True),
    ],
    ids=["the day before", "a clock of tomorrow", "a clock that was set", "the same start"],
)
def test_a_request_at_the_same_second_of_another_day_did_not_leave_lately(
    town: Any, monkeypatch: pytest.MonkeyPatch, start: str, ago: dt.timedelta, is_lately: bool
) -> None:
    monkeypatch.setattr(lately, "started", lambda: start)
    club = sent_before(town.club.journal, ago)
    assert dict(sent_lately(club, MINUTE)) == ({CLASS: ["c1"]} if is_lately else {})
    told = [entry.id for entry in sent_about(club, MINUTE)]
    assert told == (["c1"] if is_lately else [])
    (entry,) = town.club.journal.entries()
    assert is_within(club, entry.events[-1], MINUTE) is is_lately
