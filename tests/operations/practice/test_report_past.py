"""A period before Eventbrite's newest past events: read when it is asked for, once, and never taken for nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from brcc_tui.model.listing import Flag, Platform
from brcc_tui.operations.catalogue.unlisted import unread_parts
from brcc_tui.operations.money.report import read_report
from brcc_tui.platforms.errors import RateLimited
from brcc_tui.platforms.eventbrite import lists
from brcc_tui.platforms.eventbrite.client import Eventbrite
from brcc_tui.sandbox.serve import PracticeOptions
from brcc_tui.sandbox.world.make import PAST_WEEKS
from tests.operations.practice.test_report_practice import eventbrite_truth

WEEKS = 20


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refresh reads the newest fifty past events alone."""
    monkeypatch.setattr(lists, "ENDED_EVENTS", dataclasses.replace(lists.ENDED_EVENTS, pages=1))


def old_days(practice: Any) -> tuple[dt.date, dt.date]:
    today = practice.club.clock.now().date()
    return today - dt.timedelta(weeks=WEEKS + 4), today - dt.timedelta(weeks=WEEKS)


async def test_an_old_period_is_read_as_any_other_and_asked_for_once(
    open_practice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten(monkeypatch)
    practice = await open_practice(PracticeOptions(past_weeks=WEEKS + PAST_WEEKS), read_anew=True)
    days, told = old_days(practice), list[str]()
    over = [x for x in practice.club.cache.listings(platform=Platform.EVENTBRITE) if Flag.PAST in x.flags]
    assert min(one.date for one in over) > days[1]
    found = await read_report(practice.club, *days, told.append)
    truth = eventbrite_truth(practice)
    gross = {show.show_id: show.shops[Platform.EVENTBRITE].gross for show in found.shows}
    assert len(gross) > 15
    assert {name: amount * 100 for name, amount in gross.items() if amount} == {x: truth[x] for x in gross if truth[x]}
    assert found.total().shops[Platform.EVENTBRITE].gross > 1_000
    assert not found.failed
    assert any("Eventbrite's past: 50 events" in words for words in told)
    before = practice.club.eventbrite.requests
    again = await read_report(practice.club, *days)
    assert again.shows == found.shows
    assert practice.club.eventbrite.requests == before + 1, "whether something was cancelled meanwhile"


async def test_a_past_that_cannot_be_read_is_not_nothing(open_practice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: Any, **__: Any) -> Any:
        raise RateLimited("the hour's calls are used up", subject="Eventbrite")

    shorten(monkeypatch)
    practice = await open_practice(PracticeOptions(past_weeks=WEEKS + PAST_WEEKS), read_anew=True)
    monkeypatch.setattr(Eventbrite, "oldest_events", refused)
    found = await read_report(practice.club, *old_days(practice))
    total = found.total()
    assert (total.both.sold, total.both.gross, total.shops[Platform.EVENTBRITE].gross) == (None, None, None)
    assert "used up" in total.both.unknown["gross"]
    assert found.failed.keys() == {Platform.EVENTBRITE}
    assert all(show.both.gross is None for show in found.shows)
    assert any("not every show of these days is known" in note for note in found.notes)


async def test_paid_orders_that_name_no_night_are_told_of(practice: Any) -> None:
    today = practice.club.clock.now().date()
    found = await read_report(practice.club, today - dt.timedelta(days=60), today + dt.timedelta(days=60))
    (note,) = [note for note in found.notes if "no night" in note]
    assert "CAD" in note
    unread = unread_parts(practice.club)
    assert "Sundays" in unread, "the practice shop has products that cannot be read"
    assert "Brand New" not in unread, "these have no dates yet: nobody can have a seat of them"
    assert f"what could not be read may have sold these days, and is in no show above: {unread}" in found.notes
