"""Commands say moments by the clock on the club's wall, as the screens do: a server may stand in another zone."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest

from brcc_tui.clock import use_wall
from brcc_tui.sandbox.clock import clock_at
from tests.commands import Run
from tests.days import opens

FAR = "Pacific/Kiritimati"
"""No other place is as far ahead: no computer of a test stands there."""


def told(at: str, zone: str) -> str:
    return f"{dt.datetime.fromisoformat(at).astimezone(zoneinfo.ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("named", [True, False], ids=["by the settings", "by the site"])
def test_the_history_tells_the_clubs_time(run: Run, monkeypatch: pytest.MonkeyPatch, named: bool) -> None:
    show = run("shows", "--json").json["shows"][0]
    assert run("hold", show["id"], "1" if named else "2").status == 0
    if named:
        monkeypatch.setenv("BRCC_TIMEZONE", FAR)
    use_wall(zoneinfo.ZoneInfo("Pacific/Pago_Pago"))  # what this process took for the club's before
    entry = run("history", "--show", show["id"], "--json").json["entries"][0]
    line = next(line for line in run("history").out.splitlines() if line.startswith(entry["id"]))
    assert told(entry["at"], FAR if named else clock_at(opens()).zone) in line
