"""One practice club for the tests of each module in this folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.commands import FilledIn, Run, cell, control, data_dir, fault, practice, run
from tests.practice import a_world_is_made_once

__all__ = ["a_world_is_made_once", "cell", "control", "data_dir", "fault", "practice", "run"]


@pytest.fixture
def unreadable(run: Run) -> str:
    """A product whose booking text is no JSON."""
    failed = run("listings", "--json").json["failed"]
    return next(failure["id"] for failure in failed if "not valid JSON" in failure["reason"])


@pytest.fixture
def filled_in(request: pytest.FixtureRequest) -> FilledIn:
    """A command's words, with a listing of the catalogue for CELL and a product for UNREADABLE."""
    names = {"CELL": "cell", "UNREADABLE": "unreadable"}  # looked for only where a command has them
    return lambda words: [request.getfixturevalue(names[word]) if word in names else word for word in words]


@pytest.fixture
def folder(run: Run, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder with its catalogue, copied, so that it can be broken."""
    (healthy,) = (path.parent for path in data_dir.glob("*/catalogue.sqlite"))
    shutil.copytree(healthy, tmp_path / "broken" / healthy.name)
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "broken"))
    return tmp_path / "broken" / healthy.name
