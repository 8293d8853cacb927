"""A refresh in a process of its own: the same catalogue, and what this process has to know of it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.model.listing import Listing, Platform
from brcc_tui.operations.catalogue import refresh_apart as apart
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.refresh_apart import refresh_apart
from brcc_tui.operations.catalogue.refresh_report import RefreshProgress
from brcc_tui.operations.context import ClubContext, open_context
from brcc_tui.operations.lately import steady_now
from brcc_tui.platforms.eventbrite.allowance import WAYPOINT_HEADER, Remembered
from brcc_tui.platforms.wordpress.options import SITE_SECONDS
from brcc_tui.sandbox.faults import Fault, FaultKind
from tests.systems import posix

SERVICES = {"Eventbrite", "WooCommerce", "SQL"}


def silent(progress: RefreshProgress) -> None:
    """Nobody looks on."""


def timeless(listing: Listing) -> Listing:
    """The listing, whenever it was read."""
    return dataclasses.replace(listing, reading=dataclasses.replace(listing.reading, read_at=None))


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are begun."""
    found: list[subprocess.Popen[bytes]] = []
    start = apart._start

    def noted() -> subprocess.Popen[bytes]:
        found.append(start())
        return found[-1]

    monkeypatch.setattr(apart, "_start", noted)
    return found


def write_before_the_clock_was_set(club: ClubContext) -> tuple[str, int]:
    """A class that was given one seat more from here a moment ago, and that Eventbrite shows as before."""
    is_class = (x for x in club.cache.listings() if x.platform is Platform.EVENTBRITE)
    listing, capacity = next((x, x.reading.capacity) for x in is_class if isinstance(x.reading.capacity, int))
    at, more = club.clock.now() + dt.timedelta(days=1), {"before": capacity, "after": capacity + 1}
    entry = club.journal.begin(
        actor="ann", listing=listing.id, show=None, action="set", reason="", digest="d", at=at, **more
    )
    for move, told in (("sent", {}), ("answered", {"capacity": capacity + 1})):
        club.journal.append(entry, move, at, told | steady_now(club))
    return listing.id, capacity + 1


async def test_it_reads_what_is_read_here(practice: Any, begun: list[subprocess.Popen[bytes]]) -> None:
    club = practice.club
    written, capacity = write_before_the_clock_was_set(club)
    here = await refresh(club)
    wanted = [timeless(listing) for listing in club.cache.listings()]
    assert {x.reading.capacity for x in wanted if x.id == written} == {capacity}, "as it was left"
    seen: list[RefreshProgress] = []
    sent = club.eventbrite.requests, club.woocommerce.requests, club.wordpress.queries
    there = await refresh_apart(club, seen.append)
    assert (club.eventbrite.requests, club.woocommerce.requests, club.wordpress.queries) == sent, "read here as well"
    assert [child.returncode for child in begun] == [0]
    assert [timeless(listing) for listing in club.cache.listings()] == wanted
    assert club.cache.read_at() == there.read_at
    assert (there.counts, there.failed, there.organizations) == (here.counts, here.failed, here.organizations)
    assert {progress.part for progress in seen} == {"eventbrite", "woocommerce", "wordpress"}


async def test_who_is_asked_is_told_as_if_it_were_asked_here(practice: Any) -> None:
    timings, waiting = practice.club.timings, set()
    timings.moved = lambda: waiting.update(name for name, pulse in timings.pulses.items() if pulse.waiting)
    await refresh_apart(practice.club, silent)
    assert waiting == SERVICES
    seen = {name: (pulse.waiting, pulse.good, pulse.served) for name, pulse in timings.pulses.items()}
    assert seen == dict.fromkeys(SERVICES, ([], True, True))
    assert {row.name.split(":")[0].split()[0] for row in timings.rows()} == SERVICES


async def test_reads_bring_the_waypoint_of_our_write(practice: Any) -> None:
    """Without it Eventbrite may tell of before it."""
    practice.world.faults.add(Fault(FaultKind.BLOCKED, having=WAYPOINT_HEADER, status=403, count=-1))
    assert "eventbrite" not in {failure.id for failure in (await refresh_apart(practice.club, silent)).failed}
    practice.club.eventbrite.remember(Remembered(waypoint={WAYPOINT_HEADER: "1"}))
    assert "eventbrite" in {failure.id for failure in (await refresh_apart(practice.club, silent)).failed}
    assert not practice.club.timings.pulses["Eventbrite"].served


async def test_a_waypoint_of_our_own_stays(practice: Any) -> None:
    eventbrite = practice.club.eventbrite
    eventbrite.remember(Remembered(waypoint={WAYPOINT_HEADER: "ours"}))
    eventbrite.remember(Remembered(waypoint={WAYPOINT_HEADER: "of a refresh that began before"}))
    assert eventbrite.remembered.waypoint == {WAYPOINT_HEADER: "ours"}


async def test_the_calls_that_are_left_are_known_here(practice: Any) -> None:
    before = practice.club.eventbrite.calls_left  # known where the club was refreshed for this test
    await refresh_apart(practice.club, silent)
    known = practice.club.eventbrite.calls_left
    assert known is not None
    assert before is None or known < before
    await practice.club.eventbrite.membership(anew=True)
    assert practice.club.eventbrite.calls_left == known - 1


async def test_what_is_known_here_of_the_shop_is_what_was_found_there(practice: Any) -> None:
    practice.club.cached_rest.add(1)
    before = await practice.club.wordpress.site()
    practice.world.site.set_option("timezone_string", "America/Vancouver")
    await refresh_apart(practice.club, silent)
    assert practice.club.cached_rest == set(), "no such product is there"
    now = await practice.club.wordpress.site(within=SITE_SECONDS)
    assert now.zone == practice.club.cache.site().zone == "America/Vancouver" != before.zone


@posix("Windows' own monotonic clock goes on while the computer sleeps")
async def test_what_the_site_said_before_the_computer_slept_is_asked_again(
    practice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's monotonic clock stands still meanwhile: a lid that is opened after ten hours had kept every answer."""
    before = await practice.club.wordpress.site()
    practice.world.site.set_option("timezone_string", "America/Vancouver")
    assert await practice.club.wordpress.site(within=SITE_SECONDS) is before
    clock = time.clock_gettime
    monkeypatch.setattr(time, "clock_gettime", lambda number: clock(number) + 36_000)
    assert (await practice.club.wordpress.site(within=SITE_SECONDS)).zone == "America/Vancouver"


@pytest.mark.parametrize(
    "command",
    [
        "raise SystemExit(3)",
        "print('what a library says')",
        "import os, pickle; os.write(1, pickle.dumps(('asking', 0, 'Eventbrite')))",
    ],
)
async def test_where_it_comes_to_no_end_the_reading_is_done_here(
    practice: Any, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_COMMAND", command)
    report = await refresh_apart(practice.club, silent)
    assert practice.club.cache.read_at() == report.read_at
    assert not any(pulse.waiting for pulse in practice.club.timings.pulses.values())


async def test_one_that_has_ended_before_it_was_told_anything_is_no_error(
    practice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_COMMAND", "raise SystemExit(3)")
    start = apart._start

    def ended() -> subprocess.Popen[bytes]:
        child = start()
        child.wait()
        return child

    monkeypatch.setattr(apart, "_start", ended)
    report = await refresh_apart(practice.club, silent)
    assert practice.club.cache.read_at() == report.read_at


async def test_where_none_can_be_begun_the_reading_is_done_here(
    practice: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    report = await refresh_apart(practice.club, silent)
    assert practice.club.cache.read_at() == report.read_at


async def test_a_catalogue_that_only_memory_keeps_is_read_here(
    practice: Any, begun: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    (tmp_path / "no folder").touch()
    club = open_context(dataclasses.replace(practice.club.settings, data_dir=tmp_path / "no folder"))
    report = await refresh_apart(club, silent)
    assert club.cache.read_at() == report.read_at
    assert begun == []
    await club.close()


async def test_a_cancelled_one_ends_and_leaves_the_catalogue(
    practice: Any, begun: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, timings = asyncio.Event(), practice.club.timings
    monkeypatch.setattr(
        apart,
        "_COMMAND",
        "import os, pickle, time; os.write(1, pickle.dumps(('asking', 0, 'Eventbrite'))); time.sleep(600)",
    )
    timings.moved = asked.set
    before = practice.club.cache.read_at()
    task = asyncio.create_task(refresh_apart(practice.club, silent))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(begun[0].wait, 60) != 0
    assert practice.club.cache.read_at() == before
    assert not timings.pulses["Eventbrite"].waiting


async def test_no_secret_is_seen_from_outside_and_no_file_of_the_folder_is_run(
    practice: Any, begun: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    given: list[str] = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        apart.subprocess,
        "Popen",
        lambda command, **how: (given.extend([*command, *how["env"].values()]), popen(command, **how))[1],
    )
    await refresh_apart(practice.club, silent)
    assert begun[0].returncode == 0
    assert given
    for secret in practice.club.settings.secrets():
        assert not any(secret in text for text in given)
