"""The practice club's clock: it opens when it was asked to, in its zone, and all of it shows the same time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import aiomysql
import httpx
import pytest

from brcc_tui.sandbox.clock import PracticeClock, clock_at
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from tests.days import opens
from tests.practice import SHORT

SECONDS = dt.timedelta(seconds=30)
"""What a busy machine may take from one line of a test to the next."""


@pytest.mark.parametrize(
    ("asked", "moment"),
    [
        ("2027-03-13", "2027-03-13T12:00-05:00"),
        ("2027-03-14", "2027-03-14T12:00-04:00"),
        ("2026-10-31T23:59", "2026-10-31T23:59-04:00"),
        ("2026-11-01T19:30:15", "2026-11-01T19:30:15-05:00"),
        ("2027-03-28[Europe/London]", "2027-03-28T12:00+01:00"),
        ("2026-10-25T20:00[Europe/London]", "2026-10-25T20:00+00:00"),
        ("2028-02-29T00:00[UTC]", "2028-02-29T00:00+00:00"),
    ],
)
def test_it_shows_the_moment_that_was_asked_for(asked: str, moment: str) -> None:
    clock = clock_at(asked)
    assert dt.timedelta(0) <= clock.now() - dt.datetime.fromisoformat(moment) < SECONDS
    assert str(clock.today()) == asked[:10]


def test_now_and_nothing_are_the_computers_own_time() -> None:
    assert clock_at("now") == clock_at("") == PracticeClock()


@pytest.mark.parametrize(
    "asked", ["tomorrow", "14.3.2027", "2027-02-29", "2027-03-14T25:00", "2027-03-14 19:30", "2027-03-14[../etc/hosts]"]
)
def test_what_is_no_moment_is_refused(asked: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        clock_at(asked)


@pytest.mark.parametrize("asked", ["2028-02-29T23:50", "2026-10-25T19:00[Europe/London]"])
async def test_both_shops_and_the_database_show_the_same_time(asked: str) -> None:
    club = PracticeClub(PracticeOptions(now=asked, **SHORT))
    settings = await club.start()
    try:
        database = await aiomysql.connect(
            host=settings["WORDPRESS_DB_HOST"],
            port=int(settings["WORDPRESS_DB_PORT"]),
            user=settings["WORDPRESS_DB_USER"],
            password=settings["WORDPRESS_DB_PASSWORD"],
        )
        async with database.cursor() as cursor:
            await cursor.execute("SELECT UNIX_TIMESTAMP()")
            ((stamp,),) = await cursor.fetchall()
        database.close()
        place = ZoneInfo(club.clock.zone)
        there = dt.datetime.fromtimestamp(int(stamp), place)
        assert f"{there:%Y-%m-%dT%H}" == asked[:13]
        assert abs(club.eventbrite.now() - there) < SECONDS
        assert abs(club.site.shop.now() - there) < SECONDS
        assert settings["BRCC_PRACTICE_CLOCK"] == f"{club.clock.ahead.total_seconds():.6f}"
        assert club.world.site.zone == club.clock.zone
        headers = {"Authorization": f"Bearer {settings['PRIVATE_TOKEN']}"}
        event = next(each for each in club.world.events if not each.is_series_parent and each.starts_at > there)
        async with httpx.AsyncClient(base_url=settings["EVENTBRITE_API_URL"], headers=headers) as client:
            start = (await client.get(f"/events/{event.id}/")).json()["start"]
        assert start["timezone"] == club.clock.zone
        local = dt.datetime.fromisoformat(start["local"]).replace(tzinfo=place)
        assert dt.datetime.fromisoformat(start["utc"].replace("Z", "+00:00")) == local == event.starts_at
    finally:
        await club.stop()


def test_a_club_opens_on_the_day_of_the_environment_unless_it_is_told_of_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert PracticeOptions().now == opens(), "the tests' own day"
    monkeypatch.setenv("BRCC_PRACTICE_NOW", "2027-07-01")
    assert str(PracticeClub(PracticeOptions()).clock.today()) == "2027-07-01"
    assert str(PracticeClub(PracticeOptions(now="2027-07-02")).clock.today()) == "2027-07-02"
