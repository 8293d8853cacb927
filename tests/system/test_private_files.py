"""What others may read is closed: folders, databases and logs, however they came to stand open."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from brcc_tui.log_file import FILE_NAME
from brcc_tui.logs import log, start_logging
from brcc_tui.operations.catalogue.export import write_file
from brcc_tui.operations.context import open_local_stores
from brcc_tui.private_files import close_to_others, who_else
from brcc_tui.settings import Settings
from brcc_tui.settings_checks import settings_from
from tests.systems import posix

pytestmark = posix("modes; Windows' access lists have tests of their own")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("bits", "words"),
    [(0o600, ""), (0o640, "its group"), (0o604, "everybody on this computer"), (0o611, "its group and everybody on "
     "this computer")],
)  # fmt: skip
def test_who_else(tmp_path: Path, bits: int, words: str) -> None:
    file = tmp_path / "file"
    file.touch()
    file.chmod(bits)
    assert who_else(file) == words
    close_to_others(file)
    assert (who_else(file), mode(file)) == ("", 0o600)


def use_the_stores(settings: Settings) -> None:
    stores = open_local_stores(settings)
    stores.venue.rules()
    stores.close()


def test_a_data_folder_and_its_databases_are_closed_when_they_are_opened(tmp_path: Path) -> None:
    settings = settings_from({"PRIVATE_TOKEN": "token", "BRCC_DATA_DIR": str(tmp_path)})
    before = os.umask(0)
    try:
        settings.data_dir.mkdir(mode=0o777)
        use_the_stores(settings)
        assert mode(settings.data_dir) == 0o700
        assert {mode(path) for path in settings.data_dir.iterdir()} == {0o600}
        files = list(settings.data_dir.glob("*.sqlite"))
        assert {path.name for path in files} == {"catalogue.sqlite", "house.sqlite"}
        for path in files:
            path.chmod(0o666)
        use_the_stores(settings)
        assert {mode(path) for path in files} == {0o600}
    finally:
        os.umask(before)


def test_a_log_folder_and_its_file_are_closed(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir(mode=0o755)
    (folder / FILE_NAME).touch(0o644)
    start_logging(folder, [])
    log("x")
    assert mode(folder) == 0o700
    assert mode(folder / FILE_NAME) == 0o600


def test_a_sheet_that_was_not_there_is_for_its_writer_alone(tmp_path: Path) -> None:
    """A door list or refunds with names, written to where everybody looks in."""
    shared = tmp_path / "shared.csv"
    shared.touch()
    shared.chmod(0o644)
    for name in ("door.csv", "door.html", "shared.csv"):
        write_file(str(tmp_path / name), "Ada Lovelace")
    assert [mode(tmp_path / name) for name in ("door.csv", "door.html")] == [0o600, 0o600]
    assert mode(shared) == 0o644, "who opened it to others keeps it so"


def test_a_sheet_is_not_written_through_a_link_that_waits_for_it(tmp_path: Path) -> None:
    """In a folder that is everybody's somebody may have left one under the name of the draft."""
    sheet, others = tmp_path / "door.csv", tmp_path / "of somebody"
    for path in (sheet, others):
        path.write_text("as it was")
    (tmp_path / f"door.csv.{os.getpid()}.new").symlink_to(others)
    write_file(str(sheet), "Ada Lovelace")
    assert (sheet.read_text(encoding="utf-8-sig"), others.read_text()) == ("Ada Lovelace", "as it was")
    assert not sheet.is_symlink()


def test_a_log_folder_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    start_logging(tmp_path / "file" / "log", [])
    log("x")
