"""Rules that are not as they were said: a rule that is lost so would be a rule that nobody made."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from brcc_tui.model.shows.show import HouseSeats
from brcc_tui.store.venue import Venue, VenueError
from brcc_tui.store.venue_history import VenueChange

TONIGHT = "2026-11-27T20:00@main"
SAID = VenueChange("Ann at CLUB-PC", dt.datetime(2026, 11, 27, 18, 52, tzinfo=dt.UTC), "hold")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that was written and closed: six seats are the house's, and there is a room of 20."""
    path = tmp_path / "house"
    venue = Venue(path, 55)
    for seats in (4, 6):
        with venue.record(SAID) as rows:
            rows.set_room("upstairs", 20)
            rows.hold_back(TONIGHT, HouseSeats(seats))
    venue.close()
    return path


def change(path: Path, *statements: str) -> None:
    """What a disk may do to a file, said in the way that names what becomes of it."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE rule SET subject = '2026-11-27T20:00@maim' WHERE kind = 'held_back'", id="show"),
        pytest.param("UPDATE rule SET kind = 'held_bacj' WHERE kind = 'held_back'", id="kind"),
        pytest.param("UPDATE rule SET value = replace(value, '6', '2') WHERE kind = 'held_back'", id="seats"),
        pytest.param("UPDATE rule SET value = '28' WHERE kind = 'room'", id="room"),
        pytest.param("DELETE FROM rule WHERE kind = 'held_back'", id="gone"),
    ],
)
def test_a_rule_that_is_not_as_it_was_said_last_is_damage(path: Path, damage: str) -> None:
    change(path, damage)
    venue = Venue(path, 55)
    with pytest.raises(VenueError, match=r"damaged: .* is not as h"):
        venue.rules()
    assert "damaged" in str(venue.check())
    with pytest.raises(VenueError, match="damaged"):
        venue.rules()


def test_what_nobody_recorded_is_believed(path: Path) -> None:
    """It was said before there was a history."""
    change(path, "INSERT INTO rule VALUES ('room', 'cellar', '30')")
    assert Venue(path, 55).rules().rooms["cellar"].seats == 30


@pytest.mark.parametrize("broken", ["'nothing'", "'[]'", "x'00'", "'[[\"held_back\", 1]]'"])
def test_a_history_that_is_broken_itself_contradicts_nobody(path: Path, broken: str) -> None:
    change(path, "DROP TRIGGER said_update", f"UPDATE said SET rows = {broken} WHERE number = 2")
    venue = Venue(path, 55)
    assert venue.rules().held_back[TONIGHT].seats == 6
    assert venue.check() is None


def test_a_row_of_the_history_that_is_gone_contradicts_nobody(path: Path) -> None:
    change(path, "DROP TRIGGER said_delete", "DELETE FROM said WHERE number = 2")
    assert Venue(path, 55).rules().held_back[TONIGHT].seats == 6


def test_what_is_being_said_is_no_damage(path: Path) -> None:
    venue = Venue(path, 55)
    with venue.record(SAID) as rows:
        rows.hold_back(TONIGHT, None)
        assert venue.rules().held_back == {}
    assert venue.take_back(SAID, {("held_back", TONIGHT): ('{"seats": 9, "note": "", "listings": []}', None)})
    assert venue.rules().held_back[TONIGHT].seats == 9
    assert Venue(path, 55).rules().held_back[TONIGHT].seats == 9


@pytest.mark.parametrize(
    ("code", "way_out"),
    [
        (sqlite3.SQLITE_CORRUPT, "move it away"),
        (sqlite3.SQLITE_BUSY, "Quit every other copy of this program"),
        (sqlite3.SQLITE_FULL, "Make room on that disk"),
        (sqlite3.SQLITE_READONLY, "Let this user write to that folder"),
        (sqlite3.SQLITE_CANTOPEN, "Let this user write to that folder"),
        (sqlite3.SQLITE_IOERR, "look after the disk"),
    ],
)
def test_only_a_file_that_is_damaged_is_to_be_moved_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, way_out: str
) -> None:
    """What people said stands in no other: seats of the house were on sale by the advice to say it again."""
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code

    def fail(_: Venue) -> None:
        raise error

    monkeypatch.setattr(Venue, "_db", fail)
    with pytest.raises(VenueError) as told:
        Venue(tmp_path / "house", 55).rules()
    assert told.value.next_step.startswith(way_out)
    assert ("move it away" in told.value.next_step) is (way_out in ("move it away", "look after the disk"))


def test_a_file_of_a_newer_program_is_left_to_it(tmp_path: Path) -> None:
    Venue(tmp_path / "house", 55)._db().execute("PRAGMA user_version = 99")
    with pytest.raises(VenueError, match="newer version") as told:
        Venue(tmp_path / "house", 55).rules()
    assert told.value.next_step.startswith("update this copy of the program")


def test_where_there_can_be_no_file_it_says_what_would_help(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "nowhere" / "house", 40)
    with pytest.raises(VenueError) as told, venue.record(SAID) as rows:
        rows.set_room("upstairs", 20)
    assert told.value.next_step.startswith("Let this user write to that folder")
