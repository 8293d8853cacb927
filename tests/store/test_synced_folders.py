"""Folders that a service keeps the same on several computers: a record there may be replaced by another computer's."""

from __future__ import annotations

from pathlib import Path

import pytest

from brcc_tui.store.folder import synced_folder, why_not_kept
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_file import JournalUnavailable
from tests.systems import NOT_HERE, ON_WINDOWS, not_under_wine

SERVICES = {
    "OneDrive": "OneDrive",
    "OneDrive - The Backroom Club": "OneDrive",
    "onedrive - club": "OneDrive",
    "Dropbox": "Dropbox",
    "Dropbox (Club)": "Dropbox",
    "Google Drive": "Google Drive",
    "GoogleDrive-ann@example.org": "Google Drive",
    "iCloudDrive": "iCloud",
    "Mobile Documents": "iCloud",
    "Nextcloud": "Nextcloud",
}


@pytest.mark.parametrize(("name", "service"), SERVICES.items())
def test_it_is_known_by_its_name(tmp_path: Path, name: str, service: str) -> None:
    assert synced_folder(tmp_path / name / "club" / "journal") == service


@pytest.mark.parametrize("name", ["brcc-tui", "onedrives", "Dropbox old", "AppData", "OneDriveTemp"])
def test_no_other_folder_is_taken_for_one(tmp_path: Path, name: str) -> None:
    assert synced_folder(tmp_path / name / "journal") is None


@pytest.mark.parametrize("name", ["OneDrive", "OneDriveConsumer", "OneDriveCommercial"])
def test_one_under_another_name_is_known_where_windows_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(tmp_path / "Ablage"))
    assert synced_folder(tmp_path / "Ablage" / "club" / "journal") == "OneDrive"
    assert synced_folder(tmp_path / "Ablage2" / "journal") is None
    monkeypatch.setenv(name, "")
    assert synced_folder(tmp_path / "journal") is None


@not_under_wine("it names a link's target by the link's own path")
def test_a_link_leads_there_too(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    try:
        (tmp_path / "club").symlink_to(tmp_path / "Dropbox", target_is_directory=True)
    except OSError:
        if not ON_WINDOWS:
            raise
        pytest.skip(f"{NOT_HERE}a user who may make links")
    assert synced_folder(tmp_path / "club" / "journal") == "Dropbox"


def test_nothing_is_changed_where_the_record_lies_there(tmp_path: Path) -> None:
    with pytest.raises(JournalUnavailable, match="a folder of OneDrive") as caught:
        Journal(tmp_path / "OneDrive" / "journal").check_writable()
    assert "BRCC_DATA_DIR" in caught.value.next_step
    assert "move the folder" not in caught.value.next_step, "nothing is recorded there"
    assert not (tmp_path / "OneDrive").exists()


def test_whether_a_file_can_be_kept_is_tried_in_that_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The temporary folder is often on another disk, with room when this one is full or may only be read."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    assert why_not_kept(tmp_path / "club") is None
    assert [*(tmp_path / "club").iterdir()] == []


def test_a_record_that_lies_there_is_moved_and_not_left_behind(tmp_path: Path) -> None:
    """One of before this was refused knows what was changed, closed or never ended: another folder does not."""
    there = tmp_path / "OneDrive" / "club" / "journal.sqlite"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"")
    with pytest.raises(JournalUnavailable) as caught:
        Journal(there).check_writable()
    assert "move the folder of that file" in caught.value.next_step
    assert "BRCC_DATA_DIR" in caught.value.next_step
