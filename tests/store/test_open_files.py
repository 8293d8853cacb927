"""Windows moves no file that is open: what is to be set aside is closed before, and what cannot be is not used."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from brcc_tui.store import catalogue_file
from brcc_tui.store.catalogue_cache import CatalogueCache
from brcc_tui.store.catalogue_file import CacheDamaged
from tests.store.test_catalogue_file import everything, fill

HOLES: dict[str, Callable[[bytes], bytes]] = {
    "its first page": lambda data: data[:100] + bytes(2000) + data[2100:],
    "its tables": lambda data: data[:4096] + bytes(len(data) - 4096),
    "half of it": lambda data: data[: len(data) // 2],
}
CHANGES = {
    "a row is not as it was written": "UPDATE listings SET sold = 35 WHERE id = 'wc:7'",
    "a text that is none": "UPDATE listings SET title = CAST(x'ff' AS TEXT)",
    "a column is gone": "ALTER TABLE listings DROP COLUMN title",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A catalogue of 200 listings, closed."""
    path = tmp_path / "catalogue.sqlite"
    cache = CatalogueCache(path)
    fill(cache, 200)
    cache.close()
    return path


def damage(path: Path, how: str) -> None:
    if how in HOLES:
        path.write_bytes(HOLES[how](path.read_bytes()))
        return
    with sqlite3.connect(path) as database:
        database.execute(CHANGES[how])
    database.close()


def open_here(path: Path) -> list[str]:
    names = {f"{path.resolve()}{ending}" for ending in ("", "-wal", "-journal")}
    return [file.path for file in psutil.Process().open_files() if file.path in names]


def read(cache: CatalogueCache) -> object:
    try:
        return everything(cache)
    except CacheDamaged:
        return everything(cache)


@pytest.mark.parametrize("how", [*HOLES, *CHANGES])
def test_it_is_closed_before_it_is_moved(path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement that an error keeps alive keeps the file open as well."""
    found: list[list[str]] = []
    move = catalogue_file.set_aside
    monkeypatch.setattr(
        catalogue_file, "set_aside", lambda path, moment: (found.append(open_here(path)), move(path, moment))[1]
    )
    damage(path, how)
    cache = CatalogueCache(path)
    read(cache)
    cache.close()
    assert found == [[]]


@pytest.mark.parametrize("how", [*HOLES, *CHANGES])
def test_what_cannot_be_moved_is_not_shown(path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another copy of the program may hold it open."""

    def move(_path: Path, _moment: object) -> Path:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(catalogue_file, "set_aside", move)
    damage(path, how)
    cache = CatalogueCache(path)
    assert read(cache) == ((), (), None, None)
    assert "cannot be moved away" in (cache.notice or "")
    cache.close()
