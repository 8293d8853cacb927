"""House rules on disk: they survive, and the program's findings never touch them."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from brcc_tui.model.shows.closed_mark import ClosedMark
from brcc_tui.model.shows.pairing import Doubt, Pairings
from brcc_tui.model.shows.show import HouseSeats, Pairing, PairingState, Room
from brcc_tui.model.shows.venue_rules import Moved
from brcc_tui.store.venue import Venue, VenueError
from brcc_tui.store.venue_history import VenueChange
from tests.systems import posix

EARLIER = dt.datetime(2026, 11, 27, 20, 0, tzinfo=dt.UTC)
DOUBTS = {"wc:1": Doubt("its time is inferred"), "eb:2:3": Doubt("its words name another time", single=True)}
START = dt.datetime(2026, 11, 27, 20, 30, tzinfo=dt.UTC)
HOUSE = HouseSeats(6, "the headliner's guests", frozenset({"eb:2:3"}))
SAID = functools.partial(VenueChange, "Ann at CLUB-PC", START, "pairing")


def test_what_people_said_survives_closing_and_a_new_finding(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house.sqlite3", 55)
    with venue.record(SAID()) as rows:
        rows.set_room("upstairs", 20)
        rows.set_seats(["wc:1:slot:d"], 50)
        rows.assign_room("eb:9", "upstairs")
        rows.set_is_seat("wc:11192:slot", False)
        rows.set_is_seat("wc:11193:slot", True)
        rows.confirm_together(["wc:1:slot", "eb:s"])
        rows.move("wc:5:s:d", Moved(EARLIER, START))
        rows.move("wc:9:s:d", Moved(None, START))
        rows.set_hours("wc:6:s", (dt.time(20), dt.time(20, 30)))
        rows.hold_back("2026-11-27T20:30@main", HOUSE)
    venue.keep_found(Pairings({frozenset({"a", "b"}): Pairing(PairingState.LIKELY, "why")}, {"wc:1": START}, DOUBTS))
    venue.close()
    venue = Venue(tmp_path / "house.sqlite3", 55)
    rules, found = venue.rules(), venue.found()
    assert rules.rooms == {"main": Room("main", 55), "upstairs": Room("upstairs", 20)}
    assert rules.seats_of == {"wc:1:slot:d": 50}
    assert rules.is_seat == {"wc:11192:slot": False, "wc:11193:slot": True}
    assert rules.confirmed(["wc:1:slot", "eb:s"])
    assert rules.moved == {"wc:5:s:d": Moved(EARLIER, START), "wc:9:s:d": Moved(None, START)}
    assert rules.hours == {"wc:6:s": (dt.time(20), dt.time(20, 30))}
    assert found.verdict("b", "a") == Pairing(PairingState.LIKELY, "why")
    assert rules.held_back == {"2026-11-27T20:30@main": HOUSE}
    assert (found.moved, found.doubts) == ({"wc:1": START}, DOUBTS)
    venue.keep_found(Pairings())
    assert venue.found() == Pairings()
    assert venue.rules() == rules


def test_taking_a_rule_back_returns_to_what_stood_before(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house", 55)
    before = venue.rules()
    with venue.record(SAID()) as rows:
        rows.confirm_together(["a", "b"])
        rows.set_is_seat("a", True)
        rows.hold_back("tonight", HOUSE)
    with venue.record(SAID()) as rows:
        rows.forget_together(["b", "a"])
        rows.set_is_seat("a", None)
        rows.hold_back("tonight", None)
    assert venue.rules() == before


def test_threads_share_the_house_and_never_see_half_a_finding(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house", 55)
    found = Pairings({frozenset({"a", f"b{n}"}): Pairing(PairingState.LIKELY, "why") for n in range(200)})
    venue.keep_found(found)
    with ThreadPoolExecutor(4) as threads:
        writers = [threads.submit(venue.keep_found, found) for _ in range(20)]
        sizes = {len(venue.found().verdicts) for _ in range(50)}
        for n in range(20):
            with venue.record(SAID()) as rows:
                rows.set_is_seat(f"wc:{n}", False)
        for writer in writers:
            writer.result()
    assert sizes == {200}
    assert len(venue.rules().is_seat) == 20


def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "house").write_bytes(b"no database" * 100)
    with pytest.raises(VenueError, match=r"house: .*say rooms, pairings and house seats again"):
        Venue(tmp_path / "house", 55).rules()
    assert (tmp_path / "house").read_bytes() == b"no database" * 100


@pytest.mark.parametrize(
    "row",
    [
        ("rule", "room", "main", "many"),
        ("rule", "room", "main", "-5"),
        ("rule", "is_seat", "wc:1", "perhaps"),
        ("rule", "moved", "wc:1", "soon"),
        ("rule", "moved", "wc:1", "- 2026-11-27T20:00"),
        ("rule", "hours", "wc:1:s", "x"),
        ("rule", "held_back", "tonight", "6"),
        ("rule", "held_back", "tonight", '{"seats": "6"}'),
        ("rule", "held_back", "tonight", '{"seats": -6}'),
        ("found", "undecided", "a b", "why"),
    ],
)
def test_what_another_version_wrote_is_named_and_no_crash(tmp_path: Path, row: tuple[str, str, str, str]) -> None:
    venue = Venue(tmp_path / "house", 55)
    venue._db().execute(f"INSERT INTO {row[0]} VALUES (?, ?, ?)", row[1:])
    with pytest.raises(VenueError, match="cannot be read"):
        venue.rules() if row[0] == "rule" else venue.found()


def test_without_a_folder_shows_can_be_read_and_nothing_is_promised_to_be_kept(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "nowhere" / "house", 40)
    assert venue.rules().rooms == {"main": Room("main", 40)}
    venue.keep_found(Pairings())
    with pytest.raises(VenueError, match="cannot be read or kept"), venue.record(SAID()) as rows:
        rows.set_room("upstairs", 20)
    assert venue.history() == []


def test_once_there_can_be_a_file_it_is_used_and_what_others_say_in_it_holds(tmp_path: Path) -> None:
    """A screen is left open for days: seats that another copy keeps for the house must not be offered from here."""
    here, other = (Venue(tmp_path / "later" / "house", 40) for _ in range(2))
    found = Pairings({frozenset({"a", "b"}): Pairing(PairingState.LIKELY, "why")}, {"wc:1": START}, DOUBTS)
    mark = ClosedMark(START, None, None, True, None)
    here.keep_found(found)
    assert marked(here, **{"wc:1": mark}) == {"wc:1": mark}
    here.changed_elsewhere()
    (tmp_path / "later").mkdir()
    with other.record(SAID()) as rows:
        rows.hold_back("2026-11-27T20:30@main", HOUSE)
    assert here.changed_elsewhere()
    assert here.rules().held_back == {"2026-11-27T20:30@main": HOUSE}
    assert (here.found(), here.marks(["wc:1"])) == (found, {"wc:1": mark}), "what was seen meanwhile is kept"
    with here.record(SAID()) as rows:
        rows.set_room("upstairs", 20)
    assert (other.rules().rooms["upstairs"].seats, other.found()) == (20, found)


def test_what_others_say_once_the_rules_were_read_is_new_to_whoever_asks_for_the_first_time(tmp_path: Path) -> None:
    here, other = (Venue(tmp_path / "house", 40) for _ in range(2))
    assert here.rules().held_back == {}
    with other.record(SAID()) as rows:
        rows.hold_back("2026-11-27T20:30@main", HOUSE)
    assert here.changed_elsewhere()
    assert not here.changed_elsewhere(), "it was told"


@posix("an open file that is moved away")
def test_another_file_that_was_put_in_its_place_is_what_was_said(tmp_path: Path) -> None:
    """Somebody puts a backup back while a screen is open: what is said there, before and after, is in that file."""
    here, backup = Venue(tmp_path / "house", 40), Venue(tmp_path / "backup", 40)
    for venue, seats in ((here, 20), (backup, 30)):
        with venue.record(SAID()) as rows:
            rows.set_room("upstairs", seats)
    backup.close()
    (tmp_path / "backup").replace(tmp_path / "house")
    assert here.rules().rooms["upstairs"].seats == 30
    with here.record(SAID()) as rows:
        rows.hold_back("2026-11-27T20:30@main", HOUSE)
    assert Venue(tmp_path / "house", 40).rules().held_back == {"2026-11-27T20:30@main": HOUSE}


@posix("a link that leads to itself")
def test_in_a_folder_that_cannot_be_looked_into_nobody_knows_what_was_said(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path / "round")
    venue = Venue(tmp_path / "round" / "house", 40)
    for asked in (venue.rules, venue.found, venue.history):
        with pytest.raises(VenueError):
            asked()
    assert venue.check()


def marked(venue: Venue, **marks: ClosedMark) -> dict[str, ClosedMark]:
    return venue.mark(list(marks), lambda _: marks)


def test_what_was_seen_closed_survives_and_is_kept_apart_from_what_people_said(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house", 55)
    with venue.record(SAID()) as rows:
        rows.set_room("upstairs", 20)
    closed, offered = ClosedMark(START, 30, 12, True, 12), ClosedMark(START, 30)
    assert marked(venue, a=closed, b=offered) == {"a": closed, "b": offered}
    venue.keep_found(Pairings())
    venue.close()
    venue = Venue(tmp_path / "house", 55)
    assert venue.marks(["a", "b", "c"]) == {"a": closed, "b": offered}
    assert venue.rules().rooms["upstairs"].seats == 20


def test_a_house_of_before_takes_what_is_seen_closed(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house", 55)
    with venue.record(SAID()) as rows:
        rows.set_room("upstairs", 20)
    venue.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "house")) as file:
        file.execute("DROP TABLE closed")
    venue = Venue(tmp_path / "house", 55)
    assert venue.marks(["a"]) == {}
    assert marked(venue, a=ClosedMark(START)) == {"a": ClosedMark(START)}


def test_what_another_process_saw_meanwhile_is_not_lost(tmp_path: Path) -> None:
    one, other = Venue(tmp_path / "house", 55), Venue(tmp_path / "house", 55)
    closed = ClosedMark(START, 30, 12, True, 12)
    asked: list[Mapping[str, ClosedMark]] = []

    def rule(known: Mapping[str, ClosedMark]) -> Mapping[str, ClosedMark]:
        asked.append(known)
        if len(asked) == 1:
            marked(other, a=closed)
        return known or {"a": ClosedMark(START)}

    assert one.mark(["a"], rule) == {"a": closed}
    assert asked == [{}, {"a": closed}]


def test_a_mark_that_nobody_wrote_is_damage(tmp_path: Path) -> None:
    venue = Venue(tmp_path / "house", 55)
    marked(venue, a=ClosedMark(START))
    with contextlib.closing(sqlite3.connect(tmp_path / "house")) as file:
        file.execute("UPDATE closed SET at = 'yesterday'")
        file.commit()
    with pytest.raises(VenueError, match="damaged"):
        venue.marks(["a"])
