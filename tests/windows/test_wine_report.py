"""What is told of a run under Wine."""

from __future__ import annotations

from pathlib import Path

from tests.wine.kit import windows_path
from tests.wine.suite import cases_of, summary

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
