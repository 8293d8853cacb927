"""What is told of a run under Wine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wine import suite
from tests.wine.kit import Kit, NotHere, windows_path
from tests.wine.suite import Case, cases_of, summary

REPORT = """<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite>
<testcase classname="tests.store.test_locks" name="test_one"/>
<testcase classname="tests.store.test_locks" name="test_two"><failure message="OSError: gone&#10;and more"/></testcase>
<testcase classname="tests.store.test_locks" name="test_three"><skipped message="not on this system: modes"/></testcase>
<testcase classname="tests.store.test_locks" name="test_four"><error message="at setup"/></testcase>
</testsuite></testsuites>"""


def test_failures_and_reasons_are_told() -> None:
    lines = summary([*cases_of(REPORT, "tests/store"), *cases_of(REPORT, "tests/model")])
    assert lines[2].split() == ["tests/store", "1", "2", "1"]
    assert lines[4].split() == ["in", "all", "2", "4", "2"]
    assert "failed: tests.store.test_locks::test_two: OSError: gone" in lines
    assert lines[-1] == "not run (2): not on this system: modes"


def test_files_of_this_system_have_names_there() -> None:
    assert windows_path(Path("/srv/club")) == "Z:\\srv\\club"


def test_where_wine_is_missing_nothing_is_run_and_that_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> Kit:
        raise NotHere("wine is missing")

    monkeypatch.setattr(suite, "provide", missing)
    assert suite.main([]) == 0
    assert "Not run under Wine: wine is missing" in capsys.readouterr().out


@pytest.mark.parametrize("outcome", ["passed", "failed"])
def test_everything_is_run_and_a_failure_is_one(
    outcome: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "provide", lambda: Kit(Path("kit")))
    monkeypatch.setattr(suite, "_run", lambda _kit, place: [Case(place, "one", "passed")])
    monkeypatch.setattr(suite, "_screens", lambda _kit: [Case("screens", "one", outcome, "why")])
    assert suite.main([]) == (outcome == "failed")
    told = capsys.readouterr().out
    for place in ("tests/store", "tests/cli", "tests/operations", "screens"):
        assert place in told
