"""What Windows refuses about files and moments, and other systems do not."""

from __future__ import annotations

import errno
import io
import re
from pathlib import Path

import pytest

from brcc_tui.cli import console
from brcc_tui.operations.catalogue.export import NotExported, write_file
from brcc_tui.operations.diagnostics.log_reading import log_line_in_words
from brcc_tui.windows import files
from tests.system.terminal import ROOT


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Moves are refused as often as there are words in it."""
    left: list[str] = []
    move = Path.replace

    def guarded(self: Path, target: Path) -> Path:
        if left:
            raise PermissionError(13, left.pop())
        return move(self, target)

    monkeypatch.setattr(Path, "replace", guarded)
    monkeypatch.setattr(files, "ON_WINDOWS", True)
    return left


def test_a_file_that_a_scanner_looks_into_is_replaced_a_moment_later(tmp_path: Path, refused: list[str]) -> None:
    fresh, target, waited = tmp_path / "fresh", tmp_path / "target", []
    fresh.write_text("x")
    refused += ["in use"] * 3
    files.replace_file(fresh, target, waited.append)
    assert target.read_text() == "x"
    assert len(waited) == 3


def test_one_that_stays_in_use_is_an_error_after_a_second(tmp_path: Path, refused: list[str]) -> None:
    waited: list[float] = []
    (tmp_path / "fresh").touch()
    refused += ["in use"] * 99
    with pytest.raises(PermissionError):
        files.replace_file(tmp_path / "fresh", tmp_path / "target", waited.append)
    assert 0.5 < sum(waited) < 1


def test_elsewhere_a_refusal_is_final(tmp_path: Path, refused: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ON_WINDOWS", False)
    (tmp_path / "fresh").touch()
    refused.append("not yours")
    with pytest.raises(PermissionError):
        files.replace_file(tmp_path / "fresh", tmp_path / "target", lambda _seconds: pytest.fail("waited"))


def test_no_file_is_put_in_anothers_place_without_that_patience() -> None:
    package = ROOT / "brcc_tui"
    replacing = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"\w\.replace\([^,=()]+(\([^()]*\))?[^,=()]*\)", path.read_text(encoding="utf-8"))
    }
    in_memory = {name for name in replacing if name.startswith("sandbox/")}
    assert replacing - in_memory == {"windows/files.py"}


class Gone(io.StringIO):
    """A pipe whose reader has gone, as Windows tells of it."""

    def flush(self) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")


@pytest.mark.parametrize(("windows", "told"), [(True, False), (False, True)])
def test_a_reader_that_has_gone_is_no_failure_to_tell_of(
    windows: bool, told: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "ON_WINDOWS", windows)
    monkeypatch.setattr("sys.stdout", Gone())
    with pytest.raises(console.Failed):
        console.print_lines(["x"])
    assert ("could not be written" in capsys.readouterr().err) is told


def test_a_moment_that_no_calendar_holds_is_shown_as_it_is() -> None:
    assert log_line_in_words({"at": "0001-01-01T00:00:00+14:00", "event": "x"}).startswith("0001-01-01T00:00:00+14:00")


def test_moments_of_the_shops_are_not_read_by_the_systems_calendar() -> None:
    """Windows knows no year before 1970 or after 3000; a shop may hold either."""
    package = ROOT / "brcc_tui"
    using = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"fromtimestamp\(|localtime\(|gmtime\(|mktime\(", path.read_text(encoding="utf-8"))
    }
    assert using <= {"logs.py", "platforms/wordpress/site.py", "platforms/wordpress/counts.py"}, "those ask for now"


@pytest.mark.parametrize(
    "name", ["2027-05-12T20:00@main.csv", r"C:\sheets\tonight 20:00.csv", r"\\?\C:\door 20:00.csv"]
)
def test_no_sheet_is_written_where_nobody_sees_it(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a colon Windows has a stream of another file: one without a letter in it was all that was seen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("brcc_tui.operations.catalogue.export.ON_WINDOWS", True)
    with pytest.raises(NotExported, match="colon"):
        write_file(name, "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["door.csv", r"C:\sheets\door.csv", "C:door.csv", r"\\?\C:\door.csv", r"\\nas\door.csv"]
)
def test_a_drive_is_no_stream(name: str) -> None:
    assert not files.names_a_stream(name)
