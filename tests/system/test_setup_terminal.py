"""`brcc-tui setup` on a real terminal, from an empty computer to a healthy program."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.settings_table import SETTINGS
from tests.system.terminal import QUESTION, Terminal, clean_environment
from tests.systems import posix

pytestmark = posix("pseudo-terminals")

SECRETS = [setting.name for setting in SETTINGS if setting.secret]


@pytest.fixture(scope="module")
def practice(practice_of_today: Mapping[str, str]) -> Mapping[str, str]:
    """Who types in what a shop's owner knows tells of no clock."""
    return practice_of_today


class Setup:
    """A set-up under way, and the folder that is its user's home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = clean_environment(home)
        self.terminal = Terminal(["setup"], self.environment, home)

    def program(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the program as this user does afterwards."""
        command = [sys.executable, "-m", "brcc_tui", *arguments]
        everything = {**self.environment, **environment}
        return subprocess.run(command, env=everything, cwd=self.home, capture_output=True, text=True, check=False)


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    begun = Setup(tmp_path)
    yield begun
    with suppress(OSError):  # it ended, as it should
        begun.terminal.kill()


def test_from_nothing_to_healthy(setup: Setup, practice: Mapping[str, str]) -> None:
    terminal = setup.terminal
    terminal.until("Profile.*: ")
    terminal.type("practice")
    terminal.answer(practice)
    if Path("/proc").is_dir():
        assert b"setup" in terminal.command_line()
        assert not [name for name in SECRETS if practice[name].encode() in terminal.command_line()]
    terminal.type("yes")
    terminal.until("Read the catalogue.*: ")
    terminal.type("yes")
    assert terminal.ended() == 0
    assert terminal.shown.count("It works: ") == 3
    assert not [name for name in SECRETS if practice[name] in terminal.shown], "no secret is echoed"

    (file,) = (setup.home / ".config").rglob("*.env")
    assert file.name == "practice.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path for path in setup.home.rglob("*.sqlite*") if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    health = setup.program("health", "--json", BRCC_PROFILE="practice")
    report = json.loads(health.stdout)
    assert health.returncode == 0, report
    assert {check["status"] for check in report["checks"].values()} == {"healthy"}
    assert setup.program("health", "--json").returncode == 3, "production has no settings yet"


def test_what_is_wrong_is_told_at_once_and_asked_for_again(setup: Setup, practice: Mapping[str, str]) -> None:
    terminal = setup.terminal
    terminal.until("Profile.*: ")
    terminal.type("practise")
    terminal.until("Type one of: practice, staging, production")
    terminal.until("Profile.*: ")
    terminal.type("practice")
    terminal.until("PRIVATE_TOKEN, .*: ")
    terminal.type("two words")
    terminal.until("PRIVATE_TOKEN holds spaces or characters that no such key has")
    terminal.until("PRIVATE_TOKEN, .*: ")
    terminal.type("NOTTHETOKEN")
    terminal.until("EVENTBRITE_ORGANIZATION_ID, .*: ")
    terminal.type("")
    terminal.until("EVENTBRITE_API_URL, .*: ")
    terminal.type("https://www.example.org")
    terminal.until("EVENTBRITE_API_URL is not on this computer, and BRCC_PROFILE says practice")
    terminal.until("EVENTBRITE_API_URL, .*: ")
    terminal.type(practice["EVENTBRITE_API_URL"])
    terminal.until("It does not work: .*access is denied")
    terminal.until("again, keep it as it is, or leave it out.*: ")
    terminal.type("again")
    terminal.until(r"PRIVATE_TOKEN, .*\[kept, not shown\]: ")
    terminal.type(practice["PRIVATE_TOKEN"])
    terminal.until("EVENTBRITE_ORGANIZATION_ID, .*: ")
    terminal.type("424242")
    terminal.until("EVENTBRITE_API_URL, .*: ")
    terminal.type("")
    terminal.until("It works, but: .*does not belong to organization 424242")
    assert terminal.interrupted() == 1
    assert "Nothing was written." in terminal.shown
    assert "NOTTHETOKEN" not in terminal.shown
    assert list(setup.home.rglob("*.env")) == []


def test_production_is_named_and_an_empty_set_up_writes_nothing(setup: Setup) -> None:
    terminal = setup.terminal
    terminal.until("Profile.*: ")
    terminal.type("")
    terminal.until(r"\*\*\* PRODUCTION: these are the shops that sell to the public")
    for left_out in ("Eventbrite", "WooCommerce", "WordPress database"):
        terminal.until(QUESTION)
        terminal.type("")
        if left_out != "Eventbrite":
            terminal.until(f"{left_out} is left out")
    terminal.until("Neither shop is filled in")
    assert terminal.ended() == 1
    assert list(setup.home.rglob("*.env")) == []


def test_without_a_terminal_it_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "brcc_tui", "setup"]
    environment = clean_environment(tmp_path)
    ran = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, input="", text=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "run it in a terminal" in ran.stderr


def test_one_of_several_organizations_is_chosen_and_kept(
    setup: Setup, practice: Mapping[str, str], control: Any
) -> None:
    control("POST", "eventbrite", others=2)
    try:
        terminal = setup.terminal
        terminal.until("Profile.*: ")
        terminal.type("practice")
        for name in ("PRIVATE_TOKEN", "EVENTBRITE_ORGANIZATION_ID", "EVENTBRITE_API_URL"):
            terminal.until(f"{name}, .*: ")
            terminal.type(practice.get(name, ""))
        terminal.until("It works, but: .*sees 3 organizations, and Practice account 1 .* is read")
        terminal.until(r"3  Backroom Comedy Club \(practice\) \((?P<id>\d+)\)")
        terminal.until("EVENTBRITE_ORGANIZATION_ID: which number is the club's.*: ")
        terminal.type("3")
        terminal.until("It works: answers for Backroom Comedy Club")
        for part in ("WooCommerce", "WordPress database"):
            terminal.until(QUESTION)
            terminal.type("")
            terminal.until(f"{part} is left out")
        terminal.until("Keep them.*: ")
        terminal.type("yes")
        terminal.until("Read the catalogue.*: ")
        terminal.type("yes")
        terminal.until("organization: Backroom Comedy Club .*; not read: Practice account 1")
        assert terminal.ended() == 0
        (file,) = (setup.home / ".config").rglob("*.env")
        assert "EVENTBRITE_ORGANIZATION_ID" in file.read_text()
    finally:
        control("POST", "eventbrite", others=0)
