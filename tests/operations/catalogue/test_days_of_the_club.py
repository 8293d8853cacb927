"""Which listings are of today or later, where an event of Eventbrite is kept in another time zone than the club's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from brcc_tui.clock import SystemClock
from brcc_tui.model.catalogue import Event
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.context import current_listings
from brcc_tui.screens.state.board import Board
from brcc_tui.screens.state.desk import Desk
from brcc_tui.settings import Settings
from tests.operations.conftest import SITE, Town

MATINEE = dt.datetime(2026, 11, 27, 23, 30, tzinfo=dt.UTC)  # 28 November, 10:30 in Sydney
EVENING = dt.datetime(2026, 11, 28, 1, tzinfo=dt.UTC)  # 27 November, 20:00 in Toronto
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("club", "event", "starts", "now", "there"),
    [
        ("Australia/Sydney", "America/Los_Angeles", MATINEE, MATINEE - 3 * HOUR, True),
        ("Australia/Sydney", "America/Los_Angeles", MATINEE, MATINEE + 2 * HOUR, True),
        ("Australia/Sydney", "America/Los_Angeles", MATINEE, MATINEE + 14 * HOUR, False),
        ("America/Toronto", "Europe/London", EVENING, EVENING + 2 * HOUR, True),
        ("America/Toronto", "Europe/London", EVENING, EVENING + 11 * HOUR, False),
        ("America/Toronto", "America/Toronto", EVENING, EVENING + 11 * HOUR, False),
    ],
)
async def test_today_is_the_clubs(
    town: Town,
    make_event: Callable[..., Event],
    club: str,
    event: str,
    starts: dt.datetime,
    now: dt.datetime,
    there: bool,
) -> None:
    """As long as the other shop's listing of the same show is told, it is told, too; and no longer."""
    town.database.says = replace(SITE, zone=club)
    town.eventbrite.stored = {"1": make_event(1, starts_at=starts, zone=event)}
    town.woocommerce.stored = {}
    await refresh(town.club)
    assert bool(current_listings(town.club, now)) is there


@pytest.mark.parametrize(("ends", "there"), [(dt.timedelta(days=2), True), (-dt.timedelta(days=1), False)])
async def test_what_goes_on_for_days_is_a_show_on_the_screens_as_in_the_commands(
    town: Town,
    settings: Settings,
    make_event: Callable[..., Event],
    monkeypatch: pytest.MonkeyPatch,
    ends: dt.timedelta,
    there: bool,
) -> None:
    """A festival's pass that began days ago is sold until the festival ends."""
    now = town.clock.now()
    event = make_event(1, starts_at=now - dt.timedelta(days=3), zone="America/Toronto")
    town.eventbrite.stored = {"1": replace(event, ends_at=now + ends)}
    town.woocommerce.stored = {}
    await refresh(town.club)
    monkeypatch.setattr(SystemClock, "now", lambda _: now)
    desk, board = Desk(settings), Board()
    desk.load(board)
    await desk.close()
    told = programme(town.club, current_listings(town.club, now)).shows
    assert [show.id for show in board.shows] == [show.id for show in told]
    assert bool(told) is there
