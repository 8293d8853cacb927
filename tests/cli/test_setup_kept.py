"""What set-up in lines keeps: what a person took out is gone from the file, and the file alone is read afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.cli import main, reading, session, setup
from brcc_tui.model.failure import Failure
from brcc_tui.operations import actor
from brcc_tui.operations.diagnostics.check import Check, Condition
from brcc_tui.operations.kept_settings import keep_settings
from brcc_tui.settings import Settings
from brcc_tui.settings_file import kept_values, save_settings

SHOP = {"WOOCOMMERCE_CONSUMER_KEY": "ck_of", "WOOCOMMERCE_CONSUMER_SECRET": "cs_of"}
STAGING = {
    **SHOP,
    "BRCC_PROFILE": "staging",
    "WOOCOMMERCE_API_URL": "https://staging.example",
    "WOOCOMMERCE_READ_AUTH": "query",
    "PRIVATE_TOKEN": "token",
    "EVENTBRITE_ORGANIZATION_ID": "12",
}
PRODUCTION = {**SHOP, "BRCC_PROFILE": "production", "WOOCOMMERCE_API_URL": "https://club.example"}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def own_file(profile: str = "") -> Path:
        return tmp_path / ("staging.env" if profile == "staging" else ".env")

    monkeypatch.setattr(setup, "user_settings_file", own_file)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives a person's answers to the questions as they come."""
    monkeypatch.setattr(setup, "_try", lambda part, values: Check(Condition.HEALTHY, "answers"))
    monkeypatch.setattr(actor, "shares_account", lambda: False)

    def give(*words: str) -> None:
        answers: Iterator[str] = iter(words)
        monkeypatch.setattr(setup, "_answer", lambda question, secret=False: next(answers))

    return give


@pytest.mark.real_clock
def test_what_was_taken_out_is_gone_from_the_file(answered: Any, tmp_path: Path) -> None:
    file = save_settings(STAGING, tmp_path / "staging.env")
    answered("staging", "", "-", "", "-", "", "yes")  # token kept, no organization; no key of a shop; no database
    values, target = setup._ask_everything()
    keep_settings(values, target)
    assert kept_values(file) == {"BRCC_PROFILE": "staging", "PRIVATE_TOKEN": "token"}


@pytest.mark.real_clock
def test_what_was_kept_wrong_of_this_program_is_asked_for(
    answered: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command says so and sends here: what no question was about could not be mended, and nothing was kept."""
    file = save_settings({**STAGING, "BRCC_ROOM_SEATS": "many"}, tmp_path / "staging.env")
    answered(
        "staging", "", "60", "", "-", "", "-", "", "yes"
    )  # many is no number; no organization, no shop, no database
    keep_settings(*setup._ask_everything())
    assert kept_values(file)["BRCC_ROOM_SEATS"] == "60"
    assert capsys.readouterr().err.count("BRCC_ROOM_SEATS must be a whole number") == 2


@pytest.mark.real_clock
def test_what_comes_first_and_is_wrong_is_told_before_anything_is_asked(
    answered: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command says so and sends here: whatever is kept, the next command says the same."""
    (here := tmp_path / "here").mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("BRCC_SETTLE", "soon")
    save_settings({"BRCC_ROOM_SEATS": "many"}, here / ".env")
    save_settings({**STAGING, "BRCC_TIMEZONE": "Mars"}, tmp_path / "staging.env")
    answered("staging")
    with pytest.raises(StopIteration):  # Mars is no zone: that is asked for
        setup._ask_everything()
    told, asked = capsys.readouterr().err.split("BRCC_TIMEZONE", 1)
    assert f"(in {here / '.env'})" in told
    assert [name in told for name in ("BRCC_SETTLE", "BRCC_ROOM_SEATS", "at every start")] == [True] * 3
    assert "at every start" not in asked


def test_the_catalogue_is_read_with_the_settings_that_were_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_settings(PRODUCTION, tmp_path / ".env")
    staging = save_settings(STAGING, tmp_path / "staging.env")
    used: list[Settings] = []

    def with_club(settings: Settings, *_: Any, **__: Any) -> Any:
        used.append(settings)
        return SimpleNamespace(failed=(), organizations=None), True

    assert reading.with_club is session.with_club, "read by now, or the other one would stay in it for later tests"
    monkeypatch.setattr(session, "with_club", with_club)
    assert setup._read_catalogue(staging) == 0
    assert [(each.profile, each.host) for each in used] == [("staging", "staging.example")]


@pytest.mark.parametrize(
    ("failed", "kept", "status", "words"),
    [
        ((), True, 0, "The catalogue has been read. Start with brcc-tui."),
        ((Failure("wc:5", "Gala", "stock_quantity is missing"),), True, 0, "The catalogue has been read."),
        ((Failure("eventbrite", "Eventbrite", "it does not answer"),), True, 1, "Not all of it could be read"),
        ((), False, 1, "Nothing of it could be kept"),
    ],
)
def test_a_catalogue_that_could_not_be_read_is_not_said_to_have_been(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failed: tuple[Failure, ...],
    kept: bool,
    status: int,
    words: str,
) -> None:
    report = SimpleNamespace(failed=failed, organizations=None)
    monkeypatch.setattr(session, "with_club", lambda *_, **__: (report, kept))
    assert setup._read_catalogue(save_settings(PRODUCTION, tmp_path / ".env")) == status
    said = capsys.readouterr().err
    assert words in said
    assert ("has been read" in said) == (status == 0)
    assert all(failure.reason in said for failure in failed)


@pytest.mark.parametrize("place", ["a file in the folder's place", "a folder in the file's place"])
def test_settings_that_cannot_be_kept_do_not_send_to_setup_from_within_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    target = tmp_path / "kept" / ".env"
    if place.startswith("a folder"):
        target.mkdir(parents=True)
    else:
        target.parent.write_text("a file")
    monkeypatch.setattr(setup, "can_ask", lambda: True)
    monkeypatch.setattr(setup, "_ask_everything", lambda: ({"BRCC_PROFILE": "production", **SHOP}, target))
    assert main(["setup"]) == 1
    said = capsys.readouterr().err
    assert f"{target} cannot be" in said
    assert "Nothing was written. Look after that file and its folder, then run brcc-tui setup again" in said
    assert "or run brcc-tui setup" not in said
