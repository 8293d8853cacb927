"""Windows moves no file that is open: what is to be set aside is closed before, and what cannot be is not used."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from brcc_tui.store import catalogue_file, journal_file, journal_renewal, sqlite_file
from brcc_tui.store.catalogue_cache import CatalogueCache
from brcc_tui.store.catalogue_file import CacheDamaged
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_file import JournalUnavailable
from brcc_tui.windows import files
from tests.store.test_catalogue_file import everything, fill
from tests.store.test_journal_file import AT, begin, harm_rows, settled
from tests.systems import ON_WINDOWS, not_under_wine, posix

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


@posix("moving an open file")
def test_who_opens_it_while_another_copy_sets_it_aside_has_the_new_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what was set aside is read on, and the new one set aside for its damage."""
    other, real, asked = CatalogueCache(path), catalogue_file.schema_version, list[int]()

    def meanwhile(database: sqlite3.Connection) -> int:
        found = real(database)
        asked.append(found)
        if len(asked) == 1:
            other._file.damaged("it is broken")
            fill(other, 200, sold=13)
        return found

    monkeypatch.setattr(catalogue_file, "schema_version", meanwhile)
    cache = CatalogueCache(path)
    assert everything(cache) == everything(other)
    assert len(cache.set_aside) == 1
    for each in (cache, other):
        each.close()


@not_under_wine("asking which files are open may never end there, on a busy computer")
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


@pytest.fixture
def as_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file that is open is moved, replaced or deleted, by whichever of its names."""
    monkeypatch.setattr(files, "RETRY_DELAYS", (0, 0))
    if ON_WINDOWS:
        return

    def refused(work: Callable[..., object]) -> Callable[..., object]:
        def guarded(self: Path, *arguments: Path, **named: object) -> object:
            opened = [Path(file.path).stat() for file in psutil.Process().open_files() if Path(file.path).exists()]
            for path in (self, *arguments):
                if path.exists() and any(os.path.samestat(path.stat(), each) for each in opened):
                    raise PermissionError(13, "in use")
            return work(self, *arguments, **named)

        return guarded

    for name in ("replace", "rename", "unlink"):
        monkeypatch.setattr(Path, name, refused(getattr(Path, name)))
    for module in (journal_file, journal_renewal, sqlite_file, files):
        monkeypatch.setattr(module, "ON_WINDOWS", True)


def databases(folder: Path) -> list[str]:
    """The files of that folder, but for what SQLite keeps beside those that have been in use, and for our own lock."""
    names = (path.name for path in folder.iterdir())
    return sorted(name for name in names if not name.endswith(("-journal", ".making")) or ".new" in name)


def harm_journal(path: Path, how: str) -> None:
    if how == "a row":
        harm_rows(path, "UPDATE entries SET after = 59 WHERE number = 2")
    else:
        path.write_bytes(b"\xff" * 3000)


@pytest.mark.usefixtures("as_on_windows")
@pytest.mark.parametrize(("how", "kept", "next_id"), [("a row", ["c1"], "c3"), ("all of it", [], "c1")])
def test_a_journal_is_renewed_once_no_other_copy_has_it_open(
    tmp_path: Path, how: str, kept: list[str], next_id: str
) -> None:
    path = tmp_path / "journal.sqlite"
    journal, other = Journal(path), Journal(path)
    settled(journal), settled(journal)
    assert len(other.entries()) == 2
    journal.close()
    harm_journal(path, how)
    harmed = path.read_bytes()
    with pytest.raises(JournalUnavailable, match="another program has it open") as told:
        journal.renew(lambda: ["c1"], AT)
    assert "Quit every other copy of this program" in str(told.value)
    other.close()
    assert (databases(tmp_path), path.read_bytes()) == ([path.name], harmed)

    aside = journal.renew(lambda: ["c1"], AT)
    assert aside.read_bytes() == harmed
    assert [entry.id for entry in journal.entries()] == kept
    assert begin(other) == next_id
    assert journal.check() is None
    assert databases(tmp_path) == [path.name, aside.name]
    other.close()
    journal.close()


@posix("a folder in which no file has two names")
def test_a_journal_that_cannot_be_renewed_stays_under_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.sqlite"
    settled(Journal(path))

    def refuse(*_arguments: object) -> None:
        raise PermissionError(1, "not here")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    whole = path.read_bytes()
    with pytest.raises(JournalUnavailable, match="not here"):
        Journal(path).renew(lambda: ["c1"], AT)
    assert (databases(tmp_path), path.read_bytes()) == ([path.name], whole)
