"""Moments go by the clock on the club's wall, as the shows' own times: a server or a laptop may stand elsewhere."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from pathlib import Path

import pytest

from brcc_tui.clock import on_the_wall, use_wall
from brcc_tui.screens.state.board import Board
from brcc_tui.screens.state.desk import Desk
from brcc_tui.settings_checks import settings_from
from brcc_tui.store.locks import LocalLocks, LockedHere

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


def test_so_does_what_is_said_of_a_colleague_who_is_writing(tmp_path: Path) -> None:
    use_wall(zoneinfo.ZoneInfo("America/Toronto"))
    assert f"{on_the_wall(MIDNIGHT):%a %H:%M}" == "Fri 19:03"
    locks = LocalLocks(tmp_path)
    held = locks.take("eb:1", "robin", MIDNIGHT, MIDNIGHT + dt.timedelta(minutes=5))
    with pytest.raises(LockedHere, match="since 19:03:00, until about 19:08"):
        LocalLocks(tmp_path).take("eb:1", "dave", MIDNIGHT)
    held.release()
