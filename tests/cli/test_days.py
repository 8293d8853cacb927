"""What is shown depends on the day: everywhere it is what may still be sold, each show at its own hour."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot

from brcc_tui.app import BrccApp
from brcc_tui.sandbox.clock import clock_at
from brcc_tui.sandbox.serve import PracticeOptions
from brcc_tui.screens.state.desk import Desk
from brcc_tui.settings_file import load_settings
from brcc_tui.widgets.filter_field import FilterField
from brcc_tui.widgets.rows import Rows
from tests.commands import Run
from tests.days import practice_now
from tests.needs import a_cell, a_ticket_class
from tests.practice import practice_served

STILL_ON = dt.timedelta(hours=3)
"""So long after its beginning a show may still run."""


LASTS = dt.timedelta(hours=3)
"""What began so long ago is over, where nobody tells its end."""


def here(day: str) -> ZoneInfo:
    return ZoneInfo(clock_at(day).zone)


def start_of(one: Mapping[str, Any]) -> dt.datetime:
    return dt.datetime.fromisoformat(one["starts_at"])


@pytest.mark.dates
def test_listings_are_those_of_today_and_what_still_runs(run: Run, day: str) -> None:
    now = practice_now()
    today = now.astimezone(here(day)).date()
    everything = run("listings", "--past", "--json").json["listings"]
    wanted = {
        one["id"]
        for one in everything
        if one["date"] is None
        or dt.date.fromisoformat(one["date"]) >= today
        or (one["starts_at"] and start_of(one) >= now.astimezone(dt.UTC) - STILL_ON)
        or (one["ends_at"] and dt.datetime.fromisoformat(one["ends_at"]) > now)
    }
    found = run("listings", "--json").json["listings"]
    assert {one["id"] for one in found} == wanted
    assert {id_ for show in run("shows", "--json").json["shows"] for id_ in show["listings"]} <= wanted
    assert any(one["date"] == str(today) for one in found), "there is a show every evening"


@pytest.mark.dates
def test_shows_begin_at_their_hour_whatever_the_clocks_do(run: Run, day: str) -> None:
    zone, today = here(day), practice_now().astimezone(here(day)).date()
    shows = run("shows", "--json").json["shows"]
    coming = [show for show in shows if today <= start_of(show).date() <= today + dt.timedelta(days=8)]
    assert {start_of(show).date() for show in coming} == {today + dt.timedelta(days=ahead) for ahead in range(9)}
    for show in coming:
        start = start_of(show)
        assert start.utcoffset() == start.replace(tzinfo=zone).utcoffset(), show["id"]
        assert show["id"] == f"{start:%Y-%m-%dT%H:%M}@main"
    assert any(f"{today}T20:00@main" == show["id"] for show in coming) or practice_now().astimezone(zone).hour >= 23


@pytest.mark.dates
def test_a_change_is_made_and_remembered_on_that_day(run: Run, day: str) -> None:
    cell = a_cell(run("listings", "--json").json["listings"], on_offer=4)
    ask = ("set", cell["id"], "+2", "--json")
    done = run(*ask, "--confirm", run(*ask).json["digest"]).json["changes"]
    assert [change["outcome"] for change in done] == ["settled"]
    (entry,) = run("history", "--listing", cell["id"], "--json").json["entries"]
    made = dt.datetime.fromisoformat(entry["at"])
    assert dt.timedelta(0) <= made - practice_now() < dt.timedelta(hours=1)
    health = run("health", "--json").json
    assert {name: check["detail"] for name, check in health["checks"].items() if check["status"] != "healthy"} == {}


@pytest.mark.dates
def test_eventbrite_changes_and_does_not_answer(
    run: Run, day: str, fault: Callable[..., None], practice: Mapping[str, str]
) -> None:
    one = a_ticket_class(run("listings", "--json").json["listings"], on_offer=9)
    before, ask = left(practice, one["id"]), ("set", one["id"], "+2", "--json")
    digest = run(*ask).json["digest"]
    fault("drop_after", method="POST", path=f"*/events/{one['id'].split(':')[1]}/ticket_classes/*", count=1)
    done = run(*ask, "--confirm", digest)
    assert [change["outcome"] for change in done.json["changes"]] == ["settled"], done.err
    assert (done.status, left(practice, one["id"])) == (0, before + 2)


def left(practice: Mapping[str, str], listing: str) -> int:
    """How many places the shop itself would still sell."""
    request = urllib.request.Request(
        f"{practice['BRCC_PRACTICE_URL']}/state?listing={listing}",
        headers={"X-Practice-Token": practice["BRCC_PRACTICE_TOKEN"]},
    )
    with urllib.request.urlopen(request) as answer:
        return int(json.load(answer)["left"])


@pytest.mark.dates
def test_the_screens_say_tonight_of_this_evening_and_find_next_months_fridays(run: Run, day: str) -> None:
    """As in a terminal, where it is tried on a few of these days: the next shows, and the words for many of them."""
    zone = here(day)
    today = practice_now().astimezone(zone).date()
    month = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    shows = run("shows", "--json").json["shows"]
    fridays = {
        show["id"]
        for show in shows
        if (start := start_of(show)).weekday() == 4 and f"{start:%Y-%m %H:%M}" == f"{month:%Y-%m} 20:00"
    }
    coming, found = asyncio.run(next_shows_and_what_is_found(f"fri {month:%Y-%m} 8pm"))
    over = [show for show in shows if show["id"] not in coming]  # in the evening: the command tells the whole day
    assert list(coming) == [show["id"] for show in shows if show not in over]
    assert {start_of(show).date() for show in over} <= {today}
    assert all(start_of(show) < practice_now() - LASTS for show in over)
    for id_, row in coming.items():
        if id_.endswith("T20:00@main"):
            ahead = (dt.date.fromisoformat(id_[:10]) - today).days
            assert (" tonight " in row, " tomorrow " in row) == (ahead == 0, ahead == 1), row
    assert len(fridays) >= 3
    assert found == fridays


async def next_shows_and_what_is_found(words: str) -> tuple[dict[str, str], set[str]]:
    """The ids and rows of the first screen's next shows, and the ids that `/` and these words leave of all shows."""
    desk = Desk(load_settings())
    app = BrccApp(desk)
    app.survive = False
    async with app.run_test(size=(120, 24)) as pilot:
        await done(pilot)
        rows = app.screen.query_one("#shows", Rows)
        coming = {show.id: rows.text([number], 120) for number, show in enumerate(rows.rows)}
        for key in ("2", "slash"):
            await pilot.press(key)
            await done(pilot)
        app.screen.query_one(FilterField).value = words  # what each key alone finds is shown where the filter is
        await done(pilot)
        found = {show.id for row in app.screen.query_one("#shows", Rows).rows if (show := getattr(row, "show", row))}
    await desk.close()
    return coming, found


async def done(pilot: Pilot[int]) -> None:
    """Nothing that was begun is under way any more, nor still to begin: a slow computer is long idle before that."""
    await pilot.pause()
    while cast("BrccApp", pilot.app).board.partly:
        await pilot.pause(0.01)
    while busy := [worker for worker in pilot.app.workers if not worker.is_finished]:
        await pilot.app.workers.wait_for_complete(busy)
        await pilot.pause()


class TestAfterMidnight:
    """Twenty past twelve: last night's late show still runs, the one before it is over."""

    @pytest.fixture(scope="class")
    def practice(self) -> Iterator[Mapping[str, str]]:
        with practice_served(PracticeOptions(seed=5, now="2027-06-02T00:20")) as values:
            yield values

    @pytest.fixture(scope="class")
    def data_dir(self, tmp_path_factory: pytest.TempPathFactory) -> Any:
        return tmp_path_factory.mktemp("night")

    @pytest.mark.parametrize("live", [(), ("--live",)], ids=["cached", "live"])
    def test_what_still_runs_is_listed_and_what_is_over_is_not(self, run: Run, live: tuple[str, ...]) -> None:
        for found in (
            [one["starts_at"] for one in run("listings", "--json", *live).json["listings"] if one["starts_at"]],
            [show["starts_at"] for show in run("shows", "--json", *live).json["shows"]],
            [row["starts_at"] for row in csv.DictReader(io.StringIO(run("export").out)) if row["starts_at"]],
        ):
            last_night = {start for start in found if start.startswith("2027-06-01")}
            # What lasts for days began in the afternoon of the day before, and goes on.
            assert last_night - {"2027-06-01T14:00:00-04:00"} == {"2027-06-01T22:00:00-04:00"}
            assert not [start for start in found if start < "2027-06-01"]
