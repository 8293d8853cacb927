"""Rules that are not as they were said: a rule that is lost so would be a rule that nobody made."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from brcc_tui.model.shows.show import HouseSeats
from brcc_tui.store.venue import Venue, VenueError
from brcc_tui.store.venue_history import Said

TONIGHT = "2026-11-27T20:00@main"
SAID = Said("Ann at CLUB-PC", dt.datetime(2026, 11, 27, 18, 52, tzinfo=dt.UTC), "hold")


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
