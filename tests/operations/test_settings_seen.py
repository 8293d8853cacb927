"""Settings that were edited in their file are in the history at the next start: by name, once, and without a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from brcc_tui.operations import settings_seen
from brcc_tui.operations.changes.history import what
from brcc_tui.operations.context import open_venue
from brcc_tui.operations.kept_settings import keep_settings
from brcc_tui.operations.settings_seen import SOMEBODY, note_edits
from brcc_tui.settings import Settings
from brcc_tui.settings_file import load_settings, user_settings_file
from brcc_tui.store.journal_entries import Entry

SHOP = {
    "BRCC_PROFILE": "staging",
    "WOOCOMMERCE_API_URL": "https://staging.example",
    "WOOCOMMERCE_CONSUMER_KEY": "ck_secretkey",
    "WOOCOMMERCE_CONSUMER_SECRET": "cs_secretsecret",
    "BRCC_ROOM_SEATS": "55",
}
pytestmark = pytest.mark.real_clock


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("BRCC_PROFILE", "staging")
    keep_settings(SHOP)
    return load_settings()


def told(settings: Settings) -> list[Entry]:
    venue = open_venue(settings)
    try:
        return [entry for entry in venue.history() if entry.actor == SOMEBODY]
    finally:
        venue.close()


def edit(old: str, new: str) -> None:
    path = user_settings_file("staging")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_what_the_program_wrote_is_no_edit(settings: Settings) -> None:
    note_edits(settings)
    keep_settings({**SHOP, "BRCC_ROOM_SEATS": "60"})
    note_edits(settings)
    assert told(settings) == []


def test_an_edit_is_told_once_and_without_its_value(settings: Settings, tmp_path: Path) -> None:
    edit("55", "54")
    edit("ck_secretkey", "ck_anothersecret")
    note_edits(settings)
    note_edits(settings)
    (entry,) = told(settings)
    assert what(entry) == "settings: BRCC_ROOM_SEATS, WOOCOMMERCE_CONSUMER_KEY"
    assert "edited in the settings file" in entry.reason
    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file())
    assert not [secret for secret in (b"ck_secret", b"ck_another", b"cs_secret") if secret in kept]


def test_a_file_of_the_working_directory_counts_by_itself(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BRCC_OPERATOR=Anna\n", encoding="utf-8")
    note_edits(settings)
    assert told(settings) == [], "a first look has nothing to compare with"
    (tmp_path / ".env").write_text("BRCC_OPERATOR=Bob\n", encoding="utf-8")
    note_edits(settings)
    assert [entry.after for entry in told(settings)] == ["BRCC_OPERATOR"]


@pytest.mark.parametrize("content", ["", "[]", '{"files": []}', '{"files": {"x": 3}}'])
def test_what_was_kept_may_be_damaged(settings: Settings, content: str) -> None:
    (settings.data_dir / settings_seen._FILE).write_text(content, encoding="utf-8")
    edit("55", "54")
    note_edits(settings)
    assert told(settings) == []
    edit("54", "53")
    note_edits(settings)
    assert len(told(settings)) == 1


def test_a_folder_that_cannot_be_written_stops_nobody(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(settings_seen, "make_private_file", refuse)
    edit("55", "54")
    note_edits(settings)
    assert told(settings) == []
