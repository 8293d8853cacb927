"""Which listings are of today or later, where an event of Eventbrite is kept in another time zone than the club's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from brcc_tui.model.catalogue import Event
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.context import current_listings
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
