"""Which listings are of today or later, where an event of Eventbrite is kept in another time zone than the club's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from brcc_tui.clock import SystemClock
from brcc_tui.model.catalogue import Event
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import find_show, programme, show_ids
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
    desk.load(board, {})
    await desk.close()
    told = programme(town.club, current_listings(town.club, now)).shows
    assert [show.id for show in board.shows] == [show.id for show in told]
    assert bool(told) is there


async def test_a_show_of_eventbrite_alone_has_one_name_whatever_else_is_told(
    town: Town, make_event: Callable[..., Event]
) -> None:
    """No site tells the club's zone: it is that of most shows, and none of whichever event happens to be the first."""
    day = dt.timedelta(days=1)
    abroad = make_event(1, starts_at=EVENING - 4 * day, zone="America/Vancouver")
    of_many = tuple(replace(abroad.ticket_classes[0], id=f"1{number}") for number in (7, 8, 9))
    abroad = replace(abroad, ticket_classes=of_many)  # of most classes, and not of most shows
    at_home = [make_event(n, starts_at=EVENING + n * day, zone="America/Toronto") for n in (2, 3, 4)]
    guest = make_event(5, starts_at=EVENING + 5 * day, zone="America/Vancouver")
    town.eventbrite.stored = {each.id: each for each in (abroad, *at_home, guest)}
    club = replace(
        town.without("woocommerce", "wordpress"), settings=replace(town.club.settings, woocommerce=None, wordpress=None)
    )
    await refresh(club)
    names = [f"2026-{day}T20:00@main" for day in ("11-29", "11-30", "12-01", "12-02")]
    for now in (EVENING - 3 * day, EVENING + day, EVENING + 4.5 * day):
        told = [show.id for show in programme(club, current_listings(club, now)).shows]
        assert told == names[-len(told) :]
        assert [find_show(club, name).id for name in told] == told, "each command finds what another one names"
    assert show_ids(club, club.cache.some(["eb:5:59"])) == names[-1:], "one listing by itself"
