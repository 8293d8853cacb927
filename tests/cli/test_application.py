"""What happens between the screens: first run, settings saved, the practice club, and a club that will not start."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.cli import main, practice
from brcc_tui.screens.support.host import SETTINGS_SAVED, START_PRACTICE
from brcc_tui.settings import Settings, SettingsError
from brcc_tui.settings_file import load_settings, save_settings
from tests.systems import posix

TOKEN = {"PRIVATE_TOKEN": "token"}


@pytest.mark.parametrize("planted", ["brcc_tui.py", "json.py"])
def test_the_practice_club_runs_no_file_of_the_folder(
    planted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that somebody else prepared, and this user stands in: what lies there is not of this program."""
    (tmp_path / planted).write_text("raise SystemExit('planted')")
    monkeypatch.chdir(tmp_path)
    # An option that it refuses: to serve a whole club takes seconds.
    with pytest.raises(practice.NoPracticeClub, match="whole number"), practice.practice_club(["--ahead=1"]):
        pass


class Screens:
    """Stands in for the screens: notes what it is given, and ends as it is told."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.given: list[tuple[Settings | None, list[str]]] = []

    def __call__(self, settings: Settings | None, problems: list[str]) -> int:
        self.given.append((settings, problems))
        if self.statuses[0] == SETTINGS_SAVED:
            save_settings(TOKEN)
        return self.statuses.pop(0)


@pytest.fixture
def screens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Screens:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("brcc_tui.cli.console.can_show_screens", lambda: True)
    stand_in = Screens(0)
    monkeypatch.setattr("brcc_tui.app.run_app", stand_in)
    return stand_in


def test_without_settings_the_screens_ask_for_them(screens: Screens) -> None:
    assert main([]) == 0
    assert screens.given == [(None, [])]


def test_wrong_settings_are_told_there(screens: Screens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVATE_TOKEN", "a b")
    main([])
    ((settings, problems),) = screens.given
    assert settings is None
    assert problems[0].startswith("PRIVATE_TOKEN")


def test_with_settings_they_get_them(screens: Screens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVATE_TOKEN", "token")
    main([])
    ((settings, problems),) = screens.given
    assert settings is not None
    assert settings.configured
    assert problems == []


def test_saved_settings_are_loaded_and_the_screens_run_again(screens: Screens) -> None:
    screens.statuses = [SETTINGS_SAVED, 0]
    assert main([]) == 0
    (_, (settings, _)) = screens.given
    assert settings is not None
    assert settings.eventbrite is not None


def test_the_practice_club_can_be_chosen(screens: Screens, monkeypatch: pytest.MonkeyPatch) -> None:
    screens.statuses = [START_PRACTICE]
    chosen: list[Any] = []
    monkeypatch.setattr(practice, "run_practice", lambda options: chosen.append(options) or 7)
    assert main([]) == 7
    assert chosen == [[]]


@posix("a shell script stands in for Python")
def test_a_club_that_does_not_start_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'PRIVATE_TOKEN=x'\necho 'a first line' >&2\necho 'no port is free' >&2\n")
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(broken))
    monkeypatch.setattr("brcc_tui.cli.console.can_show_screens", lambda: True)
    assert main(["demo"]) == 1
    assert "did not start: no port is free" in capsys.readouterr().err


def test_the_users_own_settings_have_no_part_in_practice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WOOCOMMERCE_API_URL", "https://real.example.org")
    monkeypatch.setenv("WOOCOMMERCE_CONSUMER_KEY", "ck_real")
    monkeypatch.setenv("WOOCOMMERCE_CONSUMER_SECRET", "cs_real")
    assert load_settings().woocommerce is not None
    practised = practice.settings_from({"PRIVATE_TOKEN": "x", "EVENTBRITE_API_URL": "http://127.0.0.1:1/v3"})
    assert practised.woocommerce is None
    with pytest.raises(SettingsError):
        practice.settings_from({**TOKEN, "BRCC_PROFILE": "practice"})
