"""Zones and offsets as sites name them, and the instants of a wall time in them."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.dates import local_instant
from brcc_tui.model.zones import zone_between, zone_of

TORONTO = zoneinfo.ZoneInfo("America/Toronto")


class TestZones:
    @pytest.mark.parametrize(
        ("name", "hours"),
        [
            ("+02:00", 2),
            ("-04:00", -4),
            ("UTC+2", 2),
            ("UTC-3:30", -3.5),
            ("-3.5", -3.5),
            ("5.75", None),
            ("+5.75", 5.75),
        ],
    )
    def test_offsets_as_wordpress_has_them(self, name: str, hours: float | None) -> None:
        zone = zone_of(name)
        assert (zone and zone.utcoffset(None)) == (None if hours is None else dt.timedelta(hours=hours))

    @pytest.mark.parametrize(
        "name",
        ["", "Nowhere/Town", "../etc/passwd", "/etc/passwd", "+99:00", "America", "\x00", "a/" * 900 + "x", "x" * 9000],
        ids=range(9),
    )
    def test_no_zone(self, name: str) -> None:
        assert zone_of(name) is None

    @pytest.mark.parametrize(
        ("ahead", "known"), [("-04:00", True), ("+14:00", True), ("+14:15", False), ("+05:45", True), ("+05:50", False)]
    )
    def test_the_offset_at_which_a_clock_shows_a_moment(self, ahead: str, known: bool) -> None:
        moment = dt.datetime.fromisoformat(f"2027-06-01T20:00{ahead}")
        found = zone_between(moment.replace(tzinfo=None), moment.astimezone(dt.UTC))
        assert found == (moment.tzinfo if known else None)

    def test_a_skipped_time_moves_forward(self) -> None:
        assert str(local_instant(dt.date(2026, 3, 8), 150, TORONTO)) == "2026-03-08 03:30:00-04:00"

    def test_a_doubled_time_is_the_first(self) -> None:
        assert str(local_instant(dt.date(2026, 11, 1), 90, TORONTO)) == "2026-11-01 01:30:00-04:00"

    def test_the_24th_hour_is_the_next_midnight(self) -> None:
        assert str(local_instant(dt.date(2026, 11, 1), 1440, TORONTO)) == "2026-11-02 00:00:00-05:00"


@given(
    st.dates(dt.date(1971, 1, 1), dt.date(2199, 12, 31)),
    st.integers(0, 1440),
    st.sampled_from(["America/Toronto", "Asia/Kolkata", "-03:30"]),
)
def test_an_instant_keeps_its_wall_time_unless_the_clocks_skip_it(day: dt.date, minutes: int, name: str) -> None:
    zone = zone_of(name)
    assert zone is not None
    wall = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
    moved = local_instant(day, minutes, zone).replace(tzinfo=None) - wall
    assert moved in (dt.timedelta(0), dt.timedelta(hours=1))
