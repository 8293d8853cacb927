"""A catalogue's file that is damaged, of another version, full or read-only: told, kept, and never shown as true."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from brcc_tui.model.catalogue import Catalogue, Product
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.reading import Reading, Source
from brcc_tui.store.catalogue_cache import CACHE_VERSION, CatalogueCache
from brcc_tui.store.catalogue_file import CacheDamaged, CacheError
from brcc_tui.store.sqlite_file import set_aside
from tests.systems import posix

NOW = dt.datetime(2026, 11, 22, 18, 2, 11, tzinfo=dt.UTC)


def listing(number: int, sold: int = 12) -> Listing:
    name, start = f"wc:{number}", NOW + dt.timedelta(days=number % 30)
    reading = Reading(55, sold, 0, 55 - sold, NOW, Source.CACHE)
    how = StockMethod.WOOCOMMERCE_STOCK, Status.ON_SALE, reading
    return Listing(name, Platform.WOOCOMMERCE, f"Show {number}", "8pm", start, *how, group=name, date=start.date())


def fill(cache: CatalogueCache, many: int = 200, sold: int = 12) -> None:
    products = tuple(Product(n, f"P{n}", "publish", "simple", False, None, "instock", ()) for n in range(many))
    failed = (Failure("wc:4077", "Open House", "booking text is not valid JSON"),)
    cache.replace(Catalogue(NOW, (), products, None, failed), [listing(n, sold) for n in range(many)], failed)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return filled(tmp_path / "catalogue.sqlite")


def filled(path: Path) -> Path:
    cache = CatalogueCache(path)
    fill(cache)
    cache.close()
    return path


def everything(cache: CatalogueCache) -> object:
    """All that a screen or a command could show of it."""
    return cache.listings(), cache.failed(), cache.read_at(), cache.catalogue()


def aside(path: Path) -> list[Path]:
    return [each for each in path.parent.glob("*.damaged*") if not each.name.endswith(("-wal", "-shm"))]


def test_whatever_bytes_are_flipped_nothing_wrong_is_shown(path: Path) -> None:
    """Sixty flips anywhere: either what was written comes back, or the file is set aside, as it was."""
    whole, dice = path.read_bytes(), random.Random(13)
    cache = CatalogueCache(path)
    true = everything(cache)
    cache.close()
    found = 0
    for _ in range(60):
        for old in path.parent.iterdir():
            old.unlink()
        data = bytearray(whole)
        for _ in range(dice.choice((1, 40))):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        path.write_bytes(data)
        cache = CatalogueCache(path)
        try:
            shown = everything(cache)
        except CacheDamaged:
            found += 1
            assert everything(cache) == ((), (), None, None)
        else:
            assert shown in (true, ((), (), None, None))  # the second: found when it was opened, or newer now
        if cache.notice and "set aside" in cache.notice:
            assert [each.read_bytes() for each in aside(path)] == [bytes(data)]
        cache.close()
    assert found > 20, "the flips hit nothing"


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def no_database(data: bytes) -> bytes:
    return b"this is not a database, whatever its name says" * 100


def blank_pages(data: bytes) -> bytes:
    return data[:8192] + bytes(len(data) - 8192)


@pytest.mark.parametrize("harm", [cut, no_database, blank_pages])
def test_a_damaged_file_is_set_aside_under_a_name_of_its_own_each_time(
    path: Path, harm: Callable[[bytes], bytes]
) -> None:
    whole = path.read_bytes()
    for round_ in range(1, 4):
        path.write_bytes(harm(whole))
        cache = CatalogueCache(path)
        with contextlib.suppress(CacheDamaged):  # unless it was found when it was opened
            cache.check()
        assert cache.lost
        assert cache.notice is not None
        assert "a refresh reads it again" in cache.notice
        assert [each.read_bytes() for each in aside(path)] == [harm(whole)] * round_
        other = CatalogueCache(path)  # every process says so, until the shops were read again
        assert other.notice is not None
        assert "set aside" in other.notice
        other.close()
        fill(cache)
        assert not cache.lost
        assert cache.notice is not None
        assert "was read again" in cache.notice
        assert len(cache.set_aside) == round_
        cache.close()
    again = CatalogueCache(path)
    assert again.notice is None
    assert len(again.listings()) == 200
    again.check()
    again.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE listings SET sold = 35 WHERE id = 'wc:7'",
        "UPDATE listings SET sold = NULL, platform = 3",
        "UPDATE listings SET title = CAST(x'ff' AS TEXT)",
        "UPDATE about SET value = '2026-11-29T00:00:00+00:00' WHERE name = 'read_at'",
        "UPDATE about SET value = value + 1 WHERE name = 'generation'",
        "DELETE FROM about WHERE name = 'seal'",
        "UPDATE failed SET reason = 'none'",
        "UPDATE structure SET packed = x'00'",
        "DELETE FROM structure WHERE id = 7",
        "DROP TABLE failed",
        "ALTER TABLE failed RENAME COLUMN reason TO why",
        "UPDATE listings SET id = 'wc:' || (CAST(substr(id, 4) AS INTEGER) + 1000)",
    ],
)
def test_a_catalogue_that_disagrees_with_itself_is_never_shown(path: Path, change: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute(change)
    database.close()
    cache = CatalogueCache(path)
    with pytest.raises(CacheDamaged, match="set aside"):
        everything(cache)
    assert everything(cache) == ((), (), None, None)
    cache.close()


def test_listings_that_are_missing_are_missed(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM listings WHERE id = 'wc:7'")
    database.close()
    cache = CatalogueCache(path)
    with pytest.raises(CacheDamaged, match="missing"):
        cache.check()
    cache.close()


def test_a_row_of_an_earlier_catalogue_is_known(path: Path) -> None:
    """A page that was written back from before a refresh holds whole rows, of another day."""
    with sqlite3.connect(path) as database:
        (old,) = database.execute("SELECT * FROM listings WHERE id = 'wc:7'")
    database.close()
    cache = CatalogueCache(path)
    fill(cache, sold=30)
    cache.close()
    with sqlite3.connect(path) as database:
        database.execute(f"REPLACE INTO listings VALUES ({', '.join('?' * len(old))})", old)
    database.close()
    cache = CatalogueCache(path)
    with pytest.raises(CacheDamaged, match="wc:7"):
        cache.listings()
    cache.close()


@posix("moving a file that another process has open")
def test_another_process_that_sets_it_aside_is_followed(path: Path) -> None:
    """Nobody goes on with a file that has no name any more, nor moves away the fresh one."""
    one, other = CatalogueCache(path), CatalogueCache(path)
    assert len(other.listings()) == 200
    one._file.damaged("tried")
    fill(one, 3)
    assert len(other.listings()) == 3
    other._file.damaged("found in what it had read before")
    assert len(aside(path)) == 2
    one.close()
    other.close()
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


@posix("moving a file that another process has open")
def test_one_that_was_moved_by_somebody_else_meanwhile_is_not_moved_again(path: Path) -> None:
    one, other = CatalogueCache(path), CatalogueCache(path)
    other._file._follow = lambda: None  # type: ignore[method-assign]  # it read just before the other one moved it
    one._file.damaged("tried")
    fill(one, 3)
    other._file.damaged("tried as well")
    assert len(aside(path)) == 1
    assert len(other.listings()) == 3
    one.close()
    other.close()


def test_a_name_that_is_taken_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    names = []
    for text in ("first", "second", "third"):
        path.write_text(text)
        names.append(set_aside(path, NOW))
    assert [name.read_text() for name in names] == ["first", "second", "third"]


def test_one_of_an_older_version_is_made_anew(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 1")
    database.close()
    cache = CatalogueCache(path)
    assert cache.notice is not None
    assert "another version" in cache.notice
    assert cache.listings() == ()
    fill(cache)
    cache.close()
    again = CatalogueCache(path)
    assert again.notice is None
    assert len(again.listings()) == 200
    again.close()


def test_one_of_a_newer_version_is_left_as_it_is(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {CACHE_VERSION + 1}")
    database.close()
    newer = path.read_bytes()
    for many in (0, 5):
        cache = CatalogueCache(path)
        assert cache.notice is not None
        assert "newer version" in cache.notice
        assert len(cache.listings()) == many
        fill(cache, 5)
        cache.close()
    assert path.read_bytes() == newer


def test_a_file_of_something_else_is_no_catalogue_of_ours(tmp_path: Path) -> None:
    """What people said of rooms, under a wrong name: kept, not dropped."""
    path = tmp_path / "catalogue.sqlite"
    with sqlite3.connect(path) as database:
        database.executescript("CREATE TABLE rule (kind, subject, value); INSERT INTO rule VALUES ('room', 'main', 40)")
    database.close()
    cache = CatalogueCache(path)
    assert cache.listings() == ()
    cache.close()
    (kept,) = aside(path)
    with sqlite3.connect(kept) as database:
        assert database.execute("SELECT value FROM rule").fetchall() == [(40,)]
    database.close()


def test_on_a_full_disk_a_refresh_lives_in_memory_and_the_old_file_stays(path: Path) -> None:
    cache = CatalogueCache(path)
    pages = cache._file._database.execute("PRAGMA page_count").fetchone()[0]
    cache._file._database.execute(f"PRAGMA max_page_count = {pages}")
    fill(cache, 900, sold=30)
    assert len(cache.listings()) == 900
    assert cache.notice is not None
    assert "the disk is full" in cache.notice
    assert "lives until the program ends" in cache.notice
    cache.remember([listing(1, 31)])
    cache.close()
    after = CatalogueCache(path)
    assert len(after.listings()) == 200
    assert {each.reading.sold for each in after.listings()} == {12}
    after.check()
    fill(after, 900)  # there is room again
    assert after.notice is None
    after.close()


def test_once_there_is_room_again_it_is_kept_in_the_file(path: Path) -> None:
    cache = CatalogueCache(path)
    cache._file._database.execute("PRAGMA max_page_count = 1")
    fill(cache, 900)
    assert cache.notice is not None
    fill(cache, 900)
    assert cache.notice is None
    cache.close()
    again = CatalogueCache(path)
    assert len(again.listings()) == 900
    again.close()


def test_a_refresh_that_finds_the_file_busy_says_so_and_leaves_the_file_in_use(path: Path) -> None:
    """Held in memory, nobody else would see it, nor this copy what others read from then on."""
    cache = CatalogueCache(path)
    cache._file._database.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(CacheError, match="could not be used"):
        fill(cache, 1)
    other.close()
    assert cache.notice is None
    assert len(cache.listings()) == 200
    cache.close()


def test_a_folder_that_is_missing_leaves_a_catalogue_in_memory(tmp_path: Path) -> None:
    cache = CatalogueCache(tmp_path / "missing" / "catalogue.sqlite")
    assert cache.notice is not None
    assert "until the program ends" in cache.notice
    fill(cache, 1)
    assert len(cache.listings()) == 1
    cache.close()
    assert not (tmp_path / "missing").exists()


_READ_ONLY = """
import os, pathlib, sys
sys.path.insert(0, sys.argv[2])
from test_catalogue_file import *
import brcc_tui.store.structure
path = pathlib.Path(sys.argv[1])
path.chmod(0o400)
path.parent.chmod(int(sys.argv[3], 8))
if os.getuid() == 0:  # whom no permission stops
    os.chown(path, 65534, 65534)
    os.chown(path.parent, 65534, 65534)
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
cache = CatalogueCache(path)
assert len(cache.listings()) == 200, "it is there and can be read"
assert "may only be read" in cache.notice or "cannot be kept" in cache.notice, cache.notice
fill(cache, 5)
assert len(cache.listings()) == 5
assert "lives until the program ends" in cache.notice, cache.notice
cache.close()
print("done")
"""


@posix("modes: of its access lists none forbids the owner")
@pytest.mark.parametrize("folder", ["0o700", "0o500"])
def test_one_that_may_only_be_read_is_read(folder: str) -> None:
    with tempfile.TemporaryDirectory() as outer:  # pytest's own are closed to others by every run that begins
        for parent in (Path(outer), Path(tempfile.gettempdir())):  # for the other user that this becomes as root
            if parent.stat().st_uid == os.getuid():
                parent.chmod(parent.stat().st_mode | 0o011)
        path = filled(Path(tempfile.mkdtemp(dir=outer)) / "catalogue.sqlite")
        code = [sys.executable, "-c", _READ_ONLY, str(path), str(Path(__file__).parent), folder]
        done = subprocess.run(code, capture_output=True, text=True)
        path.parent.chmod(0o700)
    assert done.stdout == "done\n", done.stderr


def test_a_disk_that_fails_is_no_damage(path: Path) -> None:
    cache = CatalogueCache(path)

    def fails(database: sqlite3.Connection) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ  # type: ignore[attr-defined]
        raise error

    with pytest.raises(CacheError, match="the disk cannot be read") as raised:
        cache._file.read(fails)
    assert not isinstance(raised.value, CacheDamaged)
    assert aside(path) == []
    assert len(cache.listings()) == 200
    cache.close()


def test_a_closed_cache_is_not_taken_for_a_damaged_one(path: Path) -> None:
    cache = CatalogueCache(path)
    cache.close()
    with pytest.raises(sqlite3.ProgrammingError):
        cache.listings()
    assert aside(path) == []
