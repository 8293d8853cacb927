"""A file without a byte, or with a database of somebody else: no beginning, for all that was recorded in it is gone."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from brcc_tui.model.catalogue import Catalogue
from brcc_tui.model.shows.show import HouseSeats
from brcc_tui.store import catalogue_file, sqlite_file
from brcc_tui.store.catalogue_cache import CatalogueCache
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_file import JournalUnavailable
from brcc_tui.store.venue import Venue, VenueError
from brcc_tui.store.venue_history import VenueChange
from tests.systems import not_under_wine

AT = dt.datetime(2026, 11, 27, 18, 52, tzinfo=dt.UTC)
TONIGHT = "2026-11-27T20:00@main"
Harm = Callable[[Path], None]


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def anothers(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE photographs (name)")


@pytest.fixture(params=[emptied, anothers])
def harm(request: pytest.FixtureRequest) -> Harm:
    made: Harm = request.param
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "club" / "some.sqlite"


def begin(journal: Journal) -> str:
    return journal.begin(
        actor="ann@BOX-OFFICE", listing="wc:1", show=None, action="close", before=55, after=12, reason="", digest="ab",
        at=AT,
    )  # fmt: skip


def test_a_journal_that_lost_everything_is_no_empty_history(path: Path, harm: Harm) -> None:
    """It knew what was closed here and what never ended; without that a sync would open what staff have closed."""
    journal = Journal(path)
    begin(journal)
    journal.close()
    harm(path)
    harmed = path.read_bytes()
    journal = Journal(path)
    for use in (journal.check_writable, journal.entries, journal.check, lambda: begin(journal)):
        with pytest.raises(JournalUnavailable, match="it is damaged") as caught:
            use()
        assert "recover --set-aside" in caught.value.next_step
    assert path.read_bytes() == harmed, "what is looked at stays as it is"
    aside = journal.renew(list, AT)
    assert aside.read_bytes() == harmed
    assert begin(journal) == "c1"


def test_house_seats_that_are_lost_are_not_on_offer(path: Path, harm: Harm) -> None:
    venue = Venue(path, 55)
    path.parent.mkdir()
    with venue.record(VenueChange("Ann", AT, "hold")) as rows:
        rows.hold_back(TONIGHT, HouseSeats(6))
    venue.close()
    harm(path)
    harmed = path.read_bytes()
    venue = Venue(path, 55)
    for use in (venue.rules, venue.history, venue.found):
        with pytest.raises(VenueError, match="it is damaged") as caught:
            use()
        assert "Move it away" in str(caught.value)
    assert "it is damaged" in str(venue.check())
    assert path.read_bytes() == harmed


def test_a_catalogue_that_lost_everything_is_set_aside(path: Path, harm: Harm) -> None:
    path.parent.mkdir()
    CatalogueCache(path).close()
    for beside in path.parent.glob("some.sqlite-*"):
        beside.unlink()
    harm(path)
    cache = CatalogueCache(path)
    assert cache.notice is not None
    assert "was damaged" in cache.notice
    assert "set aside as some.sqlite.damaged-" in cache.notice
    cache.close()


def test_a_file_is_made_whole_or_not_at_all(path: Path) -> None:
    """The disk may be full just then: what is left behind must not look like one that lost everything."""

    def too_much(_: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    path.parent.mkdir()
    with pytest.raises(sqlite3.OperationalError):
        sqlite_file.new_file(path, too_much)
    assert list(path.parent.iterdir()) == []
    sqlite_file.new_file(path, lambda database: database.execute("CREATE TABLE first (x)"))
    sqlite_file.new_file(path, too_much)  # there is one
    assert [each.name for each in path.parent.iterdir()] == ["some.sqlite"]


@not_under_wine("a link to nothing is not there")
def test_a_name_that_points_to_a_disk_that_is_not_there_stays(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(tmp_path / "unplugged" / "some.sqlite")
    with pytest.raises(JournalUnavailable, match="cannot be opened"):
        begin(Journal(path))
    assert path.is_symlink()


def test_one_that_is_emptied_while_it_is_open_is_damaged_too(path: Path, tmp_path: Path) -> None:
    """What people are told to do then mends it: no right to write was missing."""
    journal, venue = Journal(path), Venue(tmp_path / "house", 55)
    begin(journal)
    with venue.record(VenueChange("Ann", AT, "hold")) as rows:
        rows.hold_back(TONIGHT, HouseSeats(6))
    emptied(path)
    emptied(tmp_path / "house")
    for use in (journal.check_writable, journal.entries, journal.check):
        with pytest.raises(JournalUnavailable, match="it is damaged: no such table") as caught:
            use()
        assert "recover --set-aside" in caught.value.next_step
    with pytest.raises(VenueError, match="it is damaged: no such table"):
        venue.rules()
    journal.renew(list, AT)
    assert begin(journal) == "c1"


def test_one_that_cannot_be_moved_away_was_not_read_again_yet(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Path:
        raise PermissionError("not here")

    path.parent.mkdir()
    emptied(path)
    monkeypatch.setattr(catalogue_file, "set_aside", refuse)
    cache = CatalogueCache(path)
    assert "was damaged (it is empty), and a refresh reads it again from the shops" in str(cache.notice)
    assert (cache.lost, cache.kept) == (True, False)
    cache.replace(Catalogue(AT), [], [])
    assert "was damaged (it is empty), and it was read again from the shops" in str(cache.notice)
    assert not cache.lost
    cache.close()
