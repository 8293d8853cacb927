"""An attack on redaction: every fault of both shops while every command and screen is used, and then a search.

Nothing of the run's credentials may stand in any file under the data, log and cache folders, on any screen, or in
what any command printed; not in any spelling in which they travel, and not in part.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from textual.screen import ModalScreen

from brcc_tui import logs
from brcc_tui.app import BrccApp
from brcc_tui.cli import main
from brcc_tui.screens.state.desk import Desk
from brcc_tui.settings_file import load_settings, save_settings
from brcc_tui.settings_table import SETTINGS
from tests.needs import a_cell, a_ticket_class
from tests.systems import HOMES

SECRETS = [setting.name for setting in SETTINGS if setting.secret]
KINDS = ("error_after", "html_before", "drop_before", "drop_after", "too_many", "maintenance")
PARTS = 12
"""So many letters of a secret in a row are as good as all of it."""

SIGN = PARTS // 2


class Search:
    """Finds a secret in any spelling, and any part of one. Looks first for what stands in many: that is quicker."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._needles: dict[str, list[bytes]] = {}
        self._signs: dict[str, list[bytes]] = {}
        for name, secret in secrets.items():
            parts = [secret[i : i + PARTS] for i in range(max(1, len(secret) - PARTS + 1))]
            spellings = [spelling for text in (*parts, secret) for spelling in logs._spellings(text)]
            spellings += [logs._basic(user, secret) for user in secrets.values()]
            self._needles[name] = [*dict.fromkeys(spelling.encode("utf-8").lower() for spelling in spellings)]
            self._signs[name] = _signs_of(self._needles[name])

    def found_in(self, content: bytes) -> list[str]:
        """The names of the secrets that stand there."""
        lower = content.lower()
        signs = self._signs.items()
        doubtful = [name for name, each in signs if any(sign in lower for sign in each)]
        return [name for name in doubtful if any(needle in lower for needle in self._needles[name])]


def _signs_of(needles: Iterable[bytes]) -> list[bytes]:
    """A few short texts of which one at least stands in each of these: where none of them is, no needle is either."""
    signs: list[bytes] = []
    for needle in needles:
        if not any(sign in needle for sign in signs):
            signs.append(needle[-SIGN:])
    return signs


@pytest.fixture(autouse=True)
def _loud() -> Iterator[None]:
    """Everything that any library would ever say goes into the log."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(before)


@pytest.fixture
def home(practice: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home with the practice club's settings in their own file, and every folder of the platform in it."""
    for name in HOMES:
        monkeypatch.setenv(name, str(tmp_path / "home" / name.lower()))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in ("BRCC_PROFILE", "BRCC_PRACTICE_CLOCK"):
        monkeypatch.setenv(name, practice[name])
    names = {setting.name for setting in SETTINGS} - {"BRCC_DATA_DIR"}
    save_settings({**{name: text for name, text in practice.items() if name in names}, "BRCC_SETTLE": "0.05"})
    return tmp_path


@pytest.fixture
def search(practice: Mapping[str, str]) -> Search:
    return Search({name: practice[name] for name in (*SECRETS, "BRCC_PRACTICE_TOKEN")})


class Campaign:
    """Uses the whole program, whatever goes wrong, and keeps what it showed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.printed: list[str] = []
        self.changed: list[str] = []

    def command(self, *arguments: str) -> str:
        """Run a command; what it said on standard output."""
        main(list(arguments))
        said = self._capsys.readouterr()
        self.printed += [said.out, said.err]
        return said.out

    def changes(self) -> None:
        """Confirm a change of each kind: what is sent when, and what comes of it, is the faults' affair."""
        listings = json.loads(self.command("listings", "--json"))["listings"]
        for wanted in (a_cell, a_ticket_class):
            listing = wanted(listings, on_offer=9, changed=self.changed)["id"]
            self.changed.append(listing)
            plan = json.loads(self.command("set", listing, "+1", "--json"))
            if plan.get("digest"):
                self.command("set", listing, "+1", "--json", "--confirm", plan["digest"])


@pytest.mark.timeout(400)  # everything is used, with every fault
def test_no_secret_stands_anywhere(
    home: Path,
    practice: Mapping[str, str],
    fault: Callable[..., None],
    control: Callable[..., None],
    search: Search,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("brcc_tui.platforms.http.client._wait", lambda state: 0.0)
    monkeypatch.setattr("brcc_tui.platforms.wordpress.pool.BACK_OFF_SECONDS", 0.0)
    campaign = Campaign(capsys)
    for command in ("refresh", "shows", "health"):
        campaign.command(command, "--json")
    campaign.changes()
    for kind in KINDS:
        for path in ("/v3/*", "/wp-json/*"):
            fault(kind, path=path, count=2, seconds=0.05)
        campaign.command("health")
        fault(kind, method="POST", count=1, seconds=0.05)
        fault(kind, method="PUT", path="/wp-json/wc/v3/products/?????", count=1, seconds=0.05)
        campaign.changes()
    fault("html_before", count=-1)
    campaign.command("refresh")
    campaign.command("export")
    control("POST", "database", up=False)
    campaign.command("listings", "--live")
    campaign.command("health", "--json")
    control("POST", "database", up=True)
    for name in SECRETS:  # a key that is nearly right is told as wrong, and nothing more is told of it
        with monkeypatch.context() as wrong:
            wrong.setenv(name, practice[name][:-1] + "x")
            wrong.setenv("EVENTBRITE_API_URL", practice["EVENTBRITE_API_URL"])
            campaign.command("health", "--json")
            campaign.command("refresh", "--json")
    _crash(campaign, practice, monkeypatch)
    screens = asyncio.run(_screens())
    for command in (("history", "--json"), ("recover", "--json"), ("logs", "--lines", "9999"), ("logs", "--timings")):
        campaign.command(*command)

    told = "\n".join(campaign.printed)
    assert "HTTP" in told or "answered 500" in told, "the faults did strike"
    assert search.found_in(told.encode()) == []
    for name, shown in screens.items():
        assert search.found_in(shown.encode()) == [], name
    files = [path for path in home.rglob("*") if path.is_file() and path.suffix != ".env"]
    kinds = {path.name for path in files}
    assert {"brcc-tui.log", "journal.sqlite", "catalogue.sqlite", "house.sqlite"} <= kinds, kinds
    assert {str(path): found for path in files if (found := search.found_in(path.read_bytes()))} == {}


def _crash(campaign: Campaign, practice: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An error nobody expected, with every secret in its text and its cause."""
    words = " ".join(f"{name}={practice[name]!r} {practice[name]}" for name in SECRETS)

    def broken(*_: object) -> None:
        try:
            raise KeyError(words)
        except KeyError as cause:
            raise RuntimeError(f"https://shop/?consumer_secret={practice['WOOCOMMERCE_CONSUMER_SECRET']}") from cause

    with monkeypatch.context() as patch:
        patch.setattr("brcc_tui.operations.catalogue.refresh.refresh", broken)
        campaign.command("refresh")
        campaign.command("refresh", "--json")


async def _screens() -> dict[str, str]:
    """Every screen of the application, as a picture and as what copying would take."""
    settings = load_settings()
    logs.start_logging(settings.log_dir, settings.secrets())
    desk = Desk(settings)
    app = BrccApp(desk)
    shown: dict[str, str] = {}
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.pause(2)
        while isinstance(app.screen, ModalScreen):  # changes that the faults left unsettled are shown first
            shown["recovery"] = app.export_screenshot()
            await pilot.press("escape")
            await pilot.pause()
        for keys in ("1", "2", "3", "4", "5", "6", "7", "E", "escape", "question_mark", "escape"):
            await pilot.press(keys)
            await pilot.pause()
            working = [worker for worker in app.workers if worker.group == "health" and not worker.is_finished]
            if working:  # none stands for all of them, and some wait for a person
                await app.workers.wait_for_complete(working)
            await pilot.pause()
            shown[keys] = app.export_screenshot()
    await desk.close()
    assert "Health" in shown["7"]
    return shown


def _every_sheet_of(campaign: Campaign, show: str) -> None:
    for command in ("door", "orders"):
        for how in ("text", "csv", "html"):
            campaign.command(command, show, "--names", "--format", how)


def _people_of(campaign: Campaign, show: str) -> set[str]:
    """The names and addresses of a show's people, as the commands tell them to programs."""
    guests = json.loads(campaign.command("door", show, "--names", "--json"))["guests"]
    orders = json.loads(campaign.command("orders", show, "--names", "--json"))["orders"]
    buyers = {part for order in orders for who in order["people"] for part in (who["name"], who["email"])}
    return buyers | {guest["name"] for guest in guests}


@pytest.mark.timeout(400)  # faults are waited for
def test_no_person_stands_in_any_file(
    home: Path,
    fault: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Names are for whoever asked for them: no log, cache or journal has one, not even after trouble."""
    monkeypatch.setattr("brcc_tui.platforms.http.client._wait", lambda state: 0.0)
    campaign = Campaign(capsys)
    campaign.command("refresh")
    shops = {one["id"]: one["platform"] for one in json.loads(campaign.command("listings", "--json"))["listings"]}
    shows = json.loads(campaign.command("shows", "--json"))["shows"]
    both = [one["id"] for one in shows if len({shops[x] for x in one["listings"]}) == 2 and one["sold"]][:3]
    assert both
    people = set().union(*(_people_of(campaign, show) for show in both)) - {""}
    _every_sheet_of(campaign, both[0])
    for kind in KINDS:
        fault(kind, path="/v3/*/attendees/", count=2, seconds=0.05)
        campaign.command("door", both[0], "--names")
    asyncio.run(_people_on_screens(both[0]))
    campaign.command("report")
    campaign.command("logs", "--lines", "9999")
    assert len(people) > 30
    told = "\n".join(campaign.printed)
    assert all(name in told for name in people if "@" not in name), "they were shown"
    files = [path for path in home.rglob("*") if path.is_file() and path.suffix != ".env"]
    assert {"brcc-tui.log", "catalogue.sqlite", "sales.sqlite"} <= {path.name for path in files}
    needles = {name.lower().encode() for name in people}
    contents = {str(path): path.read_bytes().lower() for path in files}
    found = {path: [x for x in needles if x in content] for path, content in contents.items()}
    assert {path: names for path, names in found.items() if names} == {}
    page = home / "door.html"  # where a person asked for them they stand, and would be found
    campaign.command("door", both[0], "--names", "--format", "html", "--out", str(page))
    shown = page.read_bytes().lower()
    assert [name for name in needles if name in shown]


async def _people_on_screens(show_id: str) -> None:
    """Orders and door of a show with names, as a person would look at them."""
    from brcc_tui.screens.door import DoorScreen
    from brcc_tui.screens.refunds import RefundsScreen

    settings = load_settings()
    logs.start_logging(settings.log_dir, settings.secrets())
    desk = Desk(settings)
    app = BrccApp(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(2)
        show = next(show for show in app.board.shows if show.id == show_id)
        for screen, words in ((DoorScreen(show), "Guests:"), (RefundsScreen(show), "e-mail")):
            await app.push_screen(screen)
            await app.workers.wait_for_complete([each for each in app.workers if each.group == "sheet"])
            screen.action_names()
            await app.workers.wait_for_complete([each for each in app.workers if each.group == "sheet"])
            await pilot.pause()
            assert words in "".join(span.text for row in screen.text() for span in row)
            await pilot.press("escape")
    await desk.close()


def test_the_search_would_find_one(home: Path, search: Search, practice: Mapping[str, str]) -> None:
    (settings,) = home.rglob("*.env")
    assert search.found_in(settings.read_bytes()) == SECRETS
    token = practice["PRIVATE_TOKEN"]
    parts = [token[i : i + PARTS] for i in range(len(token) - PARTS + 1)]
    spelled = [spelling for part in parts for spelling in logs._spellings(part)]
    for written in (*spelled, logs._basic("somebody", "x") + logs._basic(token, token), token.lower()):
        assert search.found_in(f"before {written} after".encode()) == ["PRIVATE_TOKEN"]
    assert search.found_in(" ".join(part[:SIGN] for part in parts).encode()) == [], "a sign alone is no secret"


def test_no_option_of_any_command_takes_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    """What stands in an argument stands in the list of processes and in the shell's history."""
    from brcc_tui.cli import _COMMANDS

    for command in filter(None, _COMMANDS):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        words = capsys.readouterr().out.lower()
        assert not [word for word in ("--token", "--password", "--secret", "--key", "--user") if word in words], command
