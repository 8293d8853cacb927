"""The practice club as a child process: its words and its files, whatever the computer's language."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from brcc_tui.cli.practice import practice_club
from brcc_tui.logs import log, start_logging, stop_logging
from brcc_tui.windows import ON_WINDOWS


def test_a_folder_with_any_letter_in_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's name is part of the temporary folder's, and a child speaks its computer's code page."""
    folder = tmp_path / ("Jörg Żółć 'x'" if ON_WINDOWS else "Jörg Żółć \\ 'x'")
    folder.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("PYTHONUTF8", "0")
    with practice_club([]) as values:
        assert Path(values["BRCC_DATA_DIR"]).parent == folder
        assert Path(values["BRCC_DATA_DIR"]).is_dir()
    assert list(folder.iterdir()) == []


def test_the_log_is_let_go_of_before_its_folder_is_deleted(tmp_path: Path) -> None:
    """Windows deletes no folder with an open file in it."""
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        start_logging(Path(folder), [])
        log("x")
        stop_logging()
    log("nobody listens any more")
    assert list(tmp_path.iterdir()) == []
