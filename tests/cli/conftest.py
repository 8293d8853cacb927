"""One practice club for the tests of each module in this folder."""

from __future__ import annotations

import pytest

from tests.commands import Run, cell, control, data_dir, fault, practice, run

__all__ = ["cell", "control", "data_dir", "fault", "practice", "run"]


@pytest.fixture
def unreadable(run: Run) -> str:
    """A product whose booking text is no JSON."""
    failed = run("listings", "--json").json["failed"]
    return next(failure["id"] for failure in failed if "not valid JSON" in failure["reason"])
