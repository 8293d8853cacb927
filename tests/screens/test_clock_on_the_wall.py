"""Moments go by the clock on the club's wall, as the shows' own times: a server or a laptop may stand elsewhere."""

from __future__ import annotations

import datetime as dt
import time
import zoneinfo
from pathlib import Path

import pytest

from brcc_tui.clock import on_the_wall, use_wall
from brcc_tui.screens.state.board import Board
from brcc_tui.screens.state.desk import Desk
from brcc_tui.settings_checks import settings_from
from brcc_tui.store.locks import LocalLocks, LockedHere
from brcc_tui.widgets.when import say_start
from tests.systems import NOT_HERE

FAR = "Pacific/Auckland"
MIDNIGHT = dt.datetime(2026, 11, 28, 0, 3, tzinfo=dt.UTC)


def desk_of(folder: Path, **more: str) -> Desk:
    values = {"PRIVATE_TOKEN": "token", "EVENTBRITE_API_URL": "http://127.0.0.1:9/v3", "BRCC_DATA_DIR": str(folder)}
    return Desk(settings_from(values | more))


@pytest.mark.real_clock
def test_what_the_screens_take_for_now_is_the_clubs_time(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BRCC_TIMEZONE=FAR)
    desk.load_first(Board())
    assert desk.now().utcoffset() == desk.now().astimezone(zoneinfo.ZoneInfo(FAR)).utcoffset()


@pytest.mark.real_clock
def test_a_club_whose_zone_is_not_known_yet_has_this_computers(tmp_path: Path) -> None:
    use_wall(zoneinfo.ZoneInfo(FAR))
    desk = desk_of(tmp_path)
    desk.load_first(Board())
    assert desk.now().utcoffset() == desk.now().astimezone().utcoffset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason=f"{NOT_HERE}a process whose zone can be set")
def test_a_night_that_names_no_zone_is_one_of_the_club(monkeypatch: pytest.MonkeyPatch) -> None:
    now = dt.datetime(2026, 11, 27, 20, 30, tzinfo=zoneinfo.ZoneInfo("America/Toronto"))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        assert say_start(dt.datetime(2026, 11, 28, 20, 0), now) == "tomorrow 20:00"
        assert say_start(dt.datetime(2026, 11, 27, 20, 0), now) == "tonight 20:00"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.real_clock
@pytest.mark.parametrize("kept", [b"\xff\xfen\x00o\x00r\x00d\x00", b"\x00" * 20, b"\x80"])
def test_a_kept_theme_that_is_no_text_is_none(tmp_path: Path, kept: bytes) -> None:
    desk = desk_of(tmp_path)
    desk.keep_theme("nord")
    assert desk.theme() == "nord"
    next(tmp_path.rglob("theme")).write_bytes(kept)
    assert desk.theme() != "nord"


def test_so_does_what_is_said_of_a_colleague_who_is_writing(tmp_path: Path) -> None:
    use_wall(zoneinfo.ZoneInfo("America/Toronto"))
    assert f"{on_the_wall(MIDNIGHT):%a %H:%M}" == "Fri 19:03"
    locks = LocalLocks(tmp_path)
    held = locks.take("eb:1", "robin", MIDNIGHT, MIDNIGHT + dt.timedelta(minutes=5))
    with pytest.raises(LockedHere, match="since 19:03:00, until about 19:08"):
        LocalLocks(tmp_path).take("eb:1", "dave", MIDNIGHT)
    held.release()
