"""Who said what of the house: recorded with what it tells of, never changed, taken back as it was."""

from __future__ import annotations

import datetime as dt
import functools
import re
import sqlite3
from pathlib import Path

import pytest

from brcc_tui.model.shows.show import HouseSeats
from brcc_tui.store.venue import Venue
from brcc_tui.store.venue_history import VenueChange, changed_rows

AT = dt.datetime(2026, 11, 27, 18, 52, tzinfo=dt.UTC)
TONIGHT = "2026-11-27T20:00@main"
Word = functools.partial(VenueChange, "Ann at CLUB-PC", AT, show=TONIGHT)


def hold(venue: Venue, seats: int, **more: object) -> VenueChange:
    word = Word("hold", after=seats, **more)  # type: ignore[arg-type]
    with venue.record(word) as rows:
        rows.hold_back(TONIGHT, HouseSeats(seats, word.reason))
    return word


def test_what_was_said_is_recorded_with_who_and_why(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house", 55)
    hold(venue, 6, reason="guests", before=0)
    hold(venue, 8, before=6)
    hold(venue, 8)
    newest, oldest = venue.history()
    assert (oldest.id, oldest.actor, oldest.at, oldest.action, oldest.show) == (
        "h1",
        "Ann at CLUB-PC",
        AT,
        "hold",
        TONIGHT,
    )
    assert (oldest.before, oldest.after, oldest.reason, oldest.outcome) == (0, 6, "guests", "settled")
    assert (newest.before, newest.after) == (6, 8), "what changes nothing is not recorded"
    assert (oldest.listing, oldest.digest) == ("", "")


def test_what_fails_half_way_leaves_neither_rule_nor_record(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house", 55)

    def half() -> None:
        with venue.record(Word("hold")) as rows:
            rows.hold_back(TONIGHT, HouseSeats(6))
            rows.set_room("main", -1)

    with pytest.raises(ValueError):
        half()
    assert (venue.history(), venue.rules().held_back) == ([], {})


def test_within_what_is_said_it_stands_already_and_elsewhere_not_yet(tmp_path: Path) -> None:
    ours, theirs = Venue(tmp_path / "house", 55), Venue(tmp_path / "house", 55)
    ours.rules()
    with ours.record(Word("hold")) as rows:
        rows.set_room("main", 60)
        assert ours.rules().rooms["main"].seats == 60
        assert theirs.rules().rooms["main"].seats == 55
    assert theirs.rules().rooms["main"].seats == 60
    assert [entry.id for entry in theirs.history()] == ["h1"]


def test_taking_back_restores_exactly_what_stood_and_is_taken_back_itself(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house", 55)
    hold(venue, 6)
    with venue.record(Word("hold")) as rows:
        rows.hold_back(TONIGHT, None)
        rows.set_room("main", 60)
    before = venue.rules()
    undo, redo = Word("hold", undoes="h2"), Word("hold", undoes="h3")
    assert venue.take_back(undo, changed_rows(venue.history()[0]))
    assert (venue.rules().held_back[TONIGHT].seats, venue.rules().rooms["main"].seats) == (6, 55)
    assert [entry.outcome for entry in venue.history()] == ["settled", "rolled_back", "settled"]
    assert venue.take_back(redo, changed_rows(venue.history()[0]))
    assert venue.rules() == before
    assert [entry.outcome for entry in venue.history()] == ["settled", "rolled_back", "settled", "settled"]


def test_what_was_changed_since_is_not_taken_back(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house", 55)
    hold(venue, 6)
    hold(venue, 8)
    assert not venue.take_back(Word("hold", undoes="h1"), changed_rows(venue.history()[1]))
    assert (venue.rules().held_back[TONIGHT].seats, len(venue.history())) == (8, 2)


def test_nothing_of_it_can_be_changed_or_deleted(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house", 55)
    hold(venue, 6)
    db = sqlite3.connect(tmp_path / "house")
    for words in ("UPDATE said SET actor = 'nobody'", "DELETE FROM said"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(words)


@pytest.mark.parametrize("version", [0, 1])
def test_a_file_of_an_earlier_version_is_read_and_keeps_history_from_then_on(tmp_path: Path, version: int) -> None:
    old = sqlite3.connect(tmp_path / "house")
    for table in ("rule", "found"):
        old.execute(f"CREATE TABLE {table} (kind TEXT, subject TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, subject))")
    old.execute("INSERT INTO rule VALUES ('room', 'main', '40')")
    old.execute(f"PRAGMA user_version = {version}")
    old.commit()
    venue = Venue(tmp_path / "house", 55)
    assert (venue.rules().rooms["main"].seats, venue.history(), venue.check()) == (40, [], None)
    assert old.execute("PRAGMA user_version").fetchone() == (version,), "looking writes nothing"
    hold(venue, 6)
    assert (venue.rules().rooms["main"].seats, venue.rules().held_back[TONIGHT].seats) == (40, 6)
    assert [entry.id for entry in venue.history()] == ["h1"]


def test_settings_are_noted_by_name_and_looking_makes_no_file(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house", 55)
    assert venue.history() == []
    assert not (tmp_path / "house").exists()
    venue.note(Word("settings", after="PRIVATE_TOKEN"))
    (entry,) = venue.history()
    assert (entry.action, entry.after, changed_rows(entry)) == ("settings", "PRIVATE_TOKEN", {})


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        ("UPDATE said SET after = '60' WHERE number = 2", "h2 is not as it was written. It reads: .*-> 60"),
        ("UPDATE said SET undoes = 1 WHERE number = 2", "h2 is not as it was written"),
        ("UPDATE said SET actor = CAST(x'ff' AS TEXT) WHERE number = 2", "h2 is not as it was written"),
        ("DELETE FROM said WHERE number = 2", "h2 is gone"),
    ],
)
def test_a_broken_record_stands_among_the_others_as_that(tmp_path: Path, harm: str, why: str) -> None:
    venue = Venue(tmp_path / "house", 55)
    for seats in (6, 8, 9):
        hold(venue, seats)
    venue.close()
    with sqlite3.connect(tmp_path / "house") as db:
        db.executescript("DROP TRIGGER said_update; DROP TRIGGER said_delete")
        db.execute(harm)
    db.close()
    venue = Venue(tmp_path / "house", 55)
    third, broken, first = venue.history()
    assert (third.after, third.damage, first.after, first.damage, first.outcome) == (9, None, 6, None, "settled")
    assert re.match(why, broken.damage or "")
    assert (broken.outcome, broken.before, broken.after, changed_rows(broken)) == (None, None, None, {})
    assert hold(venue, 10).id == "h4", "what is said next is kept"


def test_a_record_of_an_earlier_version_is_believed_and_one_that_nobody_wrote_is_told(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house", 55)
    hold(venue, 6)
    with sqlite3.connect(tmp_path / "house") as db:
        db.executescript(
            "DROP TABLE said_seal;"
            "INSERT INTO said (at, actor, action, subject, before, after, reason, rows)"
            " VALUES ('x', '', '', '', '', '', '', '')"
        )
    db.close()
    broken, first = venue.history()
    assert (first.after, first.damage, broken.damage is None) == (6, None, False)
    assert hold(venue, 8).id == "h3"
