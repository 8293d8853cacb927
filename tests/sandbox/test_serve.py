"""The practice club as it is served: settings that work, a control endpoint, and nothing left behind."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import re
import signal
import subprocess
import sys
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import aiomysql
import httpx
import pytest
from dotenv import dotenv_values

from brcc_tui.sandbox.control import HEADER
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions, env_line
from brcc_tui.sandbox.wordpress import database as databases
from tests.practice import a_world_is_made_once
from tests.systems import posix

__all__ = ["a_world_is_made_once"]

SERVE = "from brcc_tui.sandbox.serve import *; serve_forever(PracticeOptions(), until_eof={until_eof})"
POSIX = posix("signals and shells of POSIX systems")


@pytest.fixture(autouse=True, scope="module")
def all_databases_of_a_process_have_one_folder() -> None:
    """Made before any test has a temporary folder of its own, which is gone with the test."""
    databases._folder()


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@contextmanager
def served(folder: Path, *, until_eof: bool = False) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The practice club in a process of its own, with its settings; its files go to the folder."""
    environment = os.environ | {"TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    command = [sys.executable, "-c", SERVE.format(until_eof=until_eof)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            lines = list(iter(process.stdout.readline, "ready\n"))
            settings = dotenv_values(stream=io.StringIO("".join(lines)), interpolate=False)
            yield process, {name: value for name, value in settings.items() if value is not None}
        finally:
            if process.poll() is None:
                process.kill()


@POSIX
@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "SIGHUP", None])
def test_serves_until_told_and_leaves_nothing(tmp_path: Path, how: str | None) -> None:
    with served(tmp_path, until_eof=how is None) as (process, settings):
        assert files_in(tmp_path)
        assert Path(settings["BRCC_DATA_DIR"]).parent == tmp_path
        answer = httpx.get(
            settings["EVENTBRITE_API_URL"] + "/users/me/",
            headers={"Authorization": f"Bearer {settings['PRIVATE_TOKEN']}"},
        )
        assert answer.status_code == 200
        if how is None:
            process.stdin.close()
        else:
            process.send_signal(getattr(signal, how))
        assert process.wait(30) == 0
    assert [path.name for path in files_in(tmp_path) if "practice-wordpress-" not in path.name] == []


@POSIX
@pytest.mark.parametrize("value", ["plain", "two words", 'a "quote"', "$HOME `id` \\n #x", "it's", 'it\'s "both"'])
def test_a_shell_and_dotenv_read_a_line_alike(tmp_path: Path, value: str) -> None:
    line = env_line("NAME", value)
    script = tmp_path / "env"
    script.write_text(line + "\n")
    shell = subprocess.run(
        ["/bin/sh", "-c", f'set -a; . "{script}"; printf %s "$NAME"'], capture_output=True, text=True, check=True
    )
    assert shell.stdout == value
    assert dotenv_values(stream=io.StringIO(line), interpolate=False) == {"NAME": value}


@pytest.fixture
async def started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[PracticeClub, Mapping[str, str]]]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    club = PracticeClub(PracticeOptions())
    settings = await club.start()
    yield club, settings
    await club.stop()
    assert [path.name for path in files_in(tmp_path) if "practice-wordpress-" not in path.name] == []


Started = tuple[PracticeClub, Mapping[str, str]]


def control(settings: Mapping[str, str]) -> httpx.AsyncClient:
    headers = {HEADER: settings["BRCC_PRACTICE_TOKEN"]}
    return httpx.AsyncClient(base_url=settings["BRCC_PRACTICE_URL"], headers=headers)


async def database(settings: Mapping[str, str]) -> aiomysql.Connection:
    return await aiomysql.connect(
        host=settings["WORDPRESS_DB_HOST"],
        port=int(settings["WORDPRESS_DB_PORT"]),
        user=settings["WORDPRESS_DB_USER"],
        password=settings["WORDPRESS_DB_PASSWORD"],
        db=settings["WORDPRESS_DB_NAME"],
    )


async def test_every_address_answers_to_its_credentials(started: Started) -> None:
    club, settings = started
    keys = httpx.BasicAuth(settings["WOOCOMMERCE_CONSUMER_KEY"], settings["WOOCOMMERCE_CONSUMER_SECRET"])
    async with httpx.AsyncClient() as client:
        products = await client.get(
            settings["WOOCOMMERCE_API_URL"] + "/wp-json/wc/v3/products", params={"per_page": "100"}, auth=keys
        )
        assert len(products.json()) == len(club.world.products)
        refused = await client.get(settings["WOOCOMMERCE_API_URL"] + "/wp-json/wc/v3/products")
        assert refused.status_code == 401
    connection = await database(settings)
    async with connection.cursor() as cursor:
        await cursor.execute("SELECT COUNT(*) FROM wp_posts WHERE post_type='event_magic_tickets'")
        [[tickets]] = await cursor.fetchall()
    connection.close()
    assert tickets > 2000
    assert "EVENTBRITE_ORGANIZATION_ID" not in settings
    assert settings["BRCC_PROFILE"] == "practice"


async def test_credentials_are_new_each_time(started: Started, tmp_path: Path) -> None:
    other = PracticeClub(PracticeOptions())
    try:
        mine, others = started[1], await other.start()
    finally:
        await other.stop()
    different = {name for name in mine if mine[name] != others[name]}
    assert different >= {
        "PRIVATE_TOKEN",
        "WOOCOMMERCE_CONSUMER_KEY",
        "WOOCOMMERCE_CONSUMER_SECRET",
        "WORDPRESS_DB_PASSWORD",
        "BRCC_PRACTICE_TOKEN",
        "BRCC_DATA_DIR",
    }


async def test_stopped_is_gone(started: Started) -> None:
    club, settings = started
    await club.stop()
    async with httpx.AsyncClient() as client:
        for name in ("EVENTBRITE_API_URL", "WOOCOMMERCE_API_URL"):
            with pytest.raises(httpx.ConnectError):
                await client.get(settings[name])
    with pytest.raises(aiomysql.OperationalError):
        await database(settings)
    assert files_in(Path(settings["BRCC_DATA_DIR"]).parent) == []


async def test_the_control_endpoint_wants_its_token(started: Started) -> None:
    async with httpx.AsyncClient(base_url=started[1]["BRCC_PRACTICE_URL"]) as stranger:
        assert (await stranger.get("/state")).status_code == 403
        assert (await stranger.get("/state", headers={HEADER: "guess"})).status_code == 403


async def pick(club: PracticeClub, practice: httpx.AsyncClient, wanted: Callable[[str], bool]) -> str:
    """A listing of that kind whose show is still to come, with a seat to sell and not 500."""
    today = str(club.clock.today())
    for listing, show in club.world.truth.items():
        if show is not None and show[:10] > today and wanted(listing):
            left = (await practice.get("/state", params={"listing": listing})).json()["left"]
            if left and left < 500:
                return listing
    raise AssertionError("the practice club has no such listing on this day")


async def test_somebody_buys_on_either_shop(started: Started) -> None:
    club, settings = started
    async with control(settings) as practice:
        for kind in (lambda each: each[:2] == "eb", lambda each: each.count(":") == 3):
            listing = await pick(club, practice, kind)
            before = (await practice.get("/state", params={"listing": listing})).json()["left"]
            club.eventbrite.checkout_seconds = 0
            bought = (await practice.post("/buy", json={"listing": listing, "places": 1})).json()
            assert bought["outcome"] == "bought"
            assert (await practice.get("/state", params={"listing": listing})).json()["left"] == before - 1
            refused = (await practice.post("/buy", json={"listing": listing, "places": 500})).json()
            assert refused["outcome"] == "refused"
        cancelled = await practice.post("/order", json={"order": bought["order"], "status": "cancelled"})
        assert cancelled.json() == {"status": "wc-cancelled"}
        assert (await practice.get("/state", params={"listing": listing})).json()["left"] == before


async def test_faults_strike_both_servers(started: Started) -> None:
    settings = started[1]
    async with control(settings) as practice, httpx.AsyncClient() as client:
        for setting in ("EVENTBRITE_API_URL", "WOOCOMMERCE_API_URL"):
            assert (await practice.post("/faults", json={"kind": "bad_gateway"})).status_code == 200
            assert (await client.get(settings[setting])).status_code == 502
            assert (await client.get(settings[setting])).status_code != 502
        assert (await practice.get("/faults")).json() == {"faults": [], "struck": {"bad_gateway": 2}}
        await practice.post("/faults", json={"kind": "maintenance", "count": -1})
        assert (await practice.delete("/faults")).json()["faults"] == []


async def test_a_habit_begins_while_the_club_is_open(started: Started) -> None:
    club, settings = started
    async with control(settings) as practice:
        told = await practice.post("/switch", json={"name": "blocked-put"})
        assert told.json() == {"settings": {"WOOCOMMERCE_WRITE_METHOD": "header"}}
        assert [fault.kind.value for fault in club.faults.faults] == ["blocked"]
        assert (await practice.post("/switch", json={"name": "ghosts"})).status_code == 400
        await practice.delete("/faults")


async def test_a_fault_that_is_none_is_refused(started: Started) -> None:
    bodies = [{"kind": "nonsense"}, {}, {"kind": "delay", "nonsense": 1}, {"kind": "delay", "count": "1"}]
    async with control(started[1]) as practice:
        answers = [await practice.post("/faults", json=body) for body in bodies]
    assert [answer.status_code for answer in answers] == [400] * 4
    assert all(answer.json()["error"] for answer in answers)


async def test_the_database_goes_away_and_comes_back(started: Started) -> None:
    settings = started[1]
    async with control(settings) as practice:
        await practice.post("/database", json={"up": False})
        with pytest.raises(aiomysql.OperationalError):
            await database(settings)
        await practice.post("/database", json={"up": True})
    (await database(settings)).close()


async def test_a_start_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def refuse(self: PracticeClub) -> Mapping[str, str]:
        raise OSError("no port left")

    monkeypatch.setattr(PracticeClub, "_listen", refuse)
    with pytest.raises(OSError, match="no port left"):
        await PracticeClub(PracticeOptions()).start()
    assert [path.name for path in files_in(tmp_path) if "practice-wordpress-" not in path.name] == []


async def test_buyers_begin_with_the_club(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()

    async def run(self: object) -> None:
        begun.set()

    monkeypatch.setattr("brcc_tui.sandbox.buyers.Buyers.run", run)
    club = PracticeClub(PracticeOptions(buyers=2))
    await club.start()
    await asyncio.wait_for(begun.wait(), 10)
    await club.stop()


async def test_the_world_stands_in_the_shop_as_promised(started: Started) -> None:
    """What only the shop's own life makes of the world: forms of booking text, junk, closed dates, locks."""
    club, _ = started
    where = {name: place.split(":") for name, place in club.world.oddities.items() if place.startswith("wc:")}

    def text(oddity: str) -> str:
        found = club.site.booking_text(int(where[oddity][1]))
        assert found is not None
        return found

    assert '_add_date":' in text("flat")
    assert '"add_date":{' not in text("flat")
    assert re.search(r'"stock":\d', text("nested")), "a sale leaves a number where staff left a text"
    assert '"stock":"' in text("nested")
    assert text("junk_booking_text").startswith('{"":{"add_date":{"":{"stock":')
    assert club.site.places_left(*cell(where["closed_by_staff"])) == 0
    assert club.site.places_left(*cell(where["unlimited"])) is None
    assert '\\"' in text("label_with_quotes"), "nobody bought it yet"
    locked = club.site.database.value(
        "SELECT post_id FROM {p}postmeta WHERE meta_key='_edit_lock' AND meta_value LIKE '%:1'"
    )
    assert locked == int(where["open_in_editor"][1])


def cell(parts: list[str]) -> tuple[int, str, str]:
    _, product, slot, date = parts
    return int(product), slot, date


async def test_a_closed_club_is_given_up() -> None:
    """Tests and campaigns open hundreds, each some ten megabytes."""
    club = PracticeClub(PracticeOptions())
    settings = await club.start()
    url = f"{settings['WOOCOMMERCE_API_URL']}/wp-json/wc/v3/products"
    async with httpx.AsyncClient() as client:
        assert (await client.get(url)).status_code == 401
    site = weakref.ref(club.site)
    await club.stop()
    del club
    gc.collect()
    assert site() is None
