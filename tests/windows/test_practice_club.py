"""The practice club as a child process: its words and its files, whatever the computer's language."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from brcc_tui import app
from brcc_tui.cli import main, practice
from brcc_tui.cli.practice import practice_club
from brcc_tui.logs import log, start_logging, stop_logging
from brcc_tui.sandbox import serve
from brcc_tui.windows import ON_WINDOWS
from brcc_tui.windows.api import CREATE_NO_WINDOW


def test_a_folder_with_any_letter_in_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's name is part of the temporary folder's, and a child speaks its computer's code page."""
    folder = tmp_path / ("Jörg Żółć 'x'" if ON_WINDOWS else "Jörg Żółć \\ 'x'")
    folder.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("PYTHONUTF8", "0")
    spoken: list[object] = []
    start = subprocess.Popen

    def started(*arguments: Any, **how: Any) -> subprocess.Popen[bytes]:
        spoken.extend(how["env"].get(name) for name in ("PYTHONUTF8", "PYTHONIOENCODING"))
        spoken.append(how["creationflags"])
        return start(*arguments, **{**how, "creationflags": how["creationflags"] if ON_WINDOWS else 0})

    monkeypatch.setattr(subprocess, "Popen", started)
    monkeypatch.setattr(practice, "ON_WINDOWS", True)
    with practice_club([]) as values:
        assert Path(values["BRCC_DATA_DIR"]).parent == folder
        assert Path(values["BRCC_DATA_DIR"]).is_dir()
    assert list(folder.iterdir()) == []
    assert spoken[:2] == ["1", None], "in UTF-8, which here a child speaks anyway"
    assert spoken[2] == CREATE_NO_WINDOW, "a child in our console would go first when its window is closed"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ModuleNotFoundError(name="mysql_mimic.auth"), "mysql_mimic is not installed"),
        (ModuleNotFoundError(name="sqlglot"), "sqlglot is not installed"),
        (ImportError("DLL load failed", name="aiohttp._parser"), "aiohttp cannot be used: DLL load failed"),
        (ImportError("DLL load failed"), "a package cannot be used: DLL load failed"),
        (ModuleNotFoundError("a mistake of ours", name="brcc_tui.nothing"), "unexpected: ModuleNotFoundError"),
    ],
)
def test_a_package_that_is_missing_costs_the_practice_club_alone(
    error: ImportError, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(serve, "serve_forever", without)
    assert main(["demo", "--serve"]) == 1
    told = capsys.readouterr().err
    assert words in told
    assert ("Everything else works. Install the practice club: " in told) is ("unexpected" not in told)


def test_the_log_is_let_go_of_before_its_folder_is_deleted(tmp_path: Path) -> None:
    """Windows deletes no folder with an open file in it."""
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        start_logging(Path(folder), [])
        log("x")
        stop_logging()
    log("nobody listens any more")
    assert list(tmp_path.iterdir()) == []


def test_the_screens_log_is_let_go_of_before_the_club_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    let_go: list[bool] = []

    @contextlib.contextmanager
    def club(_options: object) -> Iterator[Mapping[str, str]]:
        yield {"BRCC_DATA_DIR": str(tmp_path), "BRCC_PROFILE": "practice"}
        written = (tmp_path / "brcc-tui.log").read_text()
        log("nobody listens any more")
        let_go.append((tmp_path / "brcc-tui.log").read_text() == written)

    def run_app(*_arguments: object) -> int:
        start_logging(tmp_path, [])
        log("x")
        return 0

    monkeypatch.setattr(practice, "practice_club", club)
    monkeypatch.setattr(practice, "_refresh", lambda _settings: None)
    monkeypatch.setattr(app, "run_app", run_app)
    try:
        assert practice.run_practice([]) == 0
    finally:
        stop_logging()
    assert let_go == [True]
