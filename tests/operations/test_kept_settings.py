"""Settings that change are in the history by their names, and no value of theirs is anywhere but in their file."""

from __future__ import annotations

from pathlib import Path

import pytest

from brcc_tui.operations.context import open_venue
from brcc_tui.operations.kept_settings import check_with_kept, keep_settings
from brcc_tui.settings import SettingsError
from brcc_tui.settings_file import load_settings
from brcc_tui.store.journal_entries import Entry

SHOP = {
    "BRCC_PROFILE": "staging",
    "WOOCOMMERCE_API_URL": "https://staging.example",
    "WOOCOMMERCE_CONSUMER_KEY": "ck_secretkey",
    "WOOCOMMERCE_CONSUMER_SECRET": "cs_secretsecret",
    "BRCC_OPERATOR": "Anna",
}
pytestmark = pytest.mark.real_clock


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def told() -> list[Entry]:
    venue = open_venue(load_settings({"BRCC_PROFILE": "staging", "BRCC_DATA_DIR": "data"}))
    try:
        return venue.history()
    finally:
        venue.close()


def test_the_names_that_changed_are_noted_with_who_changed_them(data: Path) -> None:
    keep_settings(SHOP)
    keep_settings(SHOP)
    keep_settings({**SHOP, "WOOCOMMERCE_CONSUMER_KEY": "ck_another", "BRCC_OPERATOR": "Bob"})
    second, first = told()
    assert first.after == ", ".join(sorted(SHOP))
    assert second.after == "BRCC_OPERATOR, WOOCOMMERCE_CONSUMER_KEY", "what stays as it was is no change"
    assert (first.action, first.actor.startswith("Anna at "), second.actor.startswith("Bob at ")) == (
        "settings",
        True,
        True,
    )
    for file in data.rglob("*"):
        if file.is_file():
            assert not any(
                secret in file.read_bytes() for secret in (b"ck_secretkey", b"cs_secretsecret", b"ck_another")
            )


def test_settings_by_half_are_kept_and_no_history_begins(data: Path) -> None:
    path = keep_settings({"BRCC_PROFILE": "staging", "WOOCOMMERCE_CONSUMER_KEY": "ck_secretkey"})
    assert path.exists()
    assert not list(data.rglob("house.sqlite"))


def test_a_history_that_cannot_be_kept_stops_no_set_up(data: Path) -> None:
    data.write_text("a file where the folder should be")
    assert keep_settings(SHOP).exists()


def test_values_that_could_not_be_used_beside_what_the_file_keeps_are_not_kept(data: Path) -> None:
    """The screen that asks for them would come again, with what it does not ask for still wrong."""
    path = keep_settings({**SHOP, "BRCC_ROOM_SEATS": "many", "BRCC_OPERATOR": "A" * 99})
    with pytest.raises(SettingsError) as refused:
        check_with_kept(SHOP)
    (problem,) = refused.value.problems
    assert problem == f"BRCC_ROOM_SEATS must be a whole number from 1 to 100000, not 'many' (in {path})"
    keep_settings({"BRCC_PROFILE": "staging", "BRCC_ROOM_SEATS": "60"})
    check_with_kept(SHOP)


def test_values_behind_which_something_wrong_comes_first_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The working folder's file and the environment come before the user's file at every start."""
    here = tmp_path / ".env"
    here.write_text("BRCC_ROOM_SEATS=many\nWOOCOMMERCE_API_URL=http://staging.example\n")
    here.chmod(0o600)
    with pytest.raises(SettingsError) as refused:
        check_with_kept(SHOP)
    assert sorted(problem.split(" ", 1)[0] for problem in refused.value.problems) == [
        "BRCC_ROOM_SEATS",
        "WOOCOMMERCE_API_URL",
    ]
    assert all(problem.endswith(f"(in {here})") for problem in refused.value.problems)
    here.write_text("BRCC_ROOM_SEATS=60\n")
    check_with_kept(SHOP)
    monkeypatch.setenv("BRCC_ROOM_SEATS", "many")
    with pytest.raises(SettingsError, match="not 'many'\\. "):
        check_with_kept(SHOP)
