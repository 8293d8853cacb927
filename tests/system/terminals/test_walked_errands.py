"""The table of errands that `tests/walk.py` walks by hand: none takes too many keys, and the page of keys tells it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def walk() -> ModuleType:
    spec = importlib.util.spec_from_file_location("walk", ROOT / "tests" / "walk.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_keys_tells_every_errand_that_is_walked(walk: ModuleType) -> None:
    page = (ROOT / "assets" / "docs" / "keys.md").read_text(encoding="utf-8")
    rows = {row.split("|")[1].strip(): row.split("|") for row in page.splitlines() if row.count("|") == 8}
    for name, errand in walk.ERRANDS.items():
        told = rows[name]
        assert told[2].strip() == walk.shown(errand.keys)
        assert int(told[3]) <= walk.MOST
        assert int(told[4]) == sum(letter for _, letter in walk.words_of(errand.keys))
        assert {cell.strip() for cell in told[5:8]} == {"yes"}


def test_every_errand_of_the_readme_is_walked(walk: ModuleType) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("| task |")[1].split("\n\n")[0].splitlines()[2:]
    assert len(table) <= len(walk.ERRANDS) + 1, "all but the one that needs a crash"
