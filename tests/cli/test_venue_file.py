"""Rooms, pairings and house seats as a file: written on one computer, taken over on another, undone as one."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.store.venue import Venue
from brcc_tui.store.venue_history import VenueChange
from tests.commands import Run
from tests.systems import posix

NOTE = "the band's guests"
SAID = VenueChange("Ann at CLUB-PC", dt.datetime(2027, 5, 12, 12, tzinfo=dt.UTC), "room")


def a_show(run: Run) -> Any:
    """A show with seats to spare, sold on both shops."""
    shows = run("shows", "--json").json["shows"]
    return next(x for x in shows if isinstance(x["free"], int) and x["free"] > 9 and len(x["listings"]) > 1)


def the_show(run: Run, show: Any) -> Any:
    return next(x for x in run("shows", "--json").json["shows"] if x["id"] == show["id"])


def venue_file(data_dir: Path) -> Path:
    (file,) = data_dir.glob("*/house.sqlite")
    return file


@pytest.fixture
def said(run: Run, data_dir: Path) -> Any:
    """A show of which something was said: four house seats, 40 seats, no drink is a seat."""
    show = a_show(run)
    assert run("hold", show["id"], "4", "--note", NOTE).status == 0
    venue = Venue(venue_file(data_dir), 55)
    with venue.record(SAID) as rows:
        rows.set_seats(show["listings"], 40)
        rows.set_is_seat("wc:1:drink", False)
        rows.set_room("room 2", 20)
        rows.assign_room("eb:9", "room 2")
        rows.confirm_together(["wc:1:slot", "eb:9"])
    venue.close()
    return show


def test_what_was_said_travels_to_another_computer_and_is_taken_back_there_as_one(
    run: Run, said: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "venue.json"
    told = run("venue", "--out", str(file))
    assert (told.status, "rules written to" in told.err) == (0, True), told.err
    document = run("venue", "--json").json
    assert document == json.loads(file.read_text(encoding="utf-8"))
    here = the_show(run, said)
    assert (here["held_back"], here["seats"]) == (4, 40)

    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "there"))
    assert run("refresh").status == 0
    before = the_show(run, said)
    assert (before["held_back"], before["seats"]) == (0, 55)
    taken = run("venue", "--from", str(file), "--json")
    assert (taken.status, taken.json["entry"]) == (0, "h1"), taken.err
    assert taken.json["changed"] == sum(map(len, document["venue"].values()))
    assert taken.json["venue"] == document["venue"]
    assert the_show(run, said) == here
    (entry,) = (x for x in run("history", "--json").json["entries"] if x["id"] == "h1")
    assert (entry["action"], entry["to"]) == ("venue", f"{taken.json['changed']} taken from venue.json")
    assert run("history", "--show", said["id"], "--json").json["entries"][0]["id"] == "h1", "it was of this show too"
    assert run("history", "--listing", said["listings"][0], "--json").json["entries"][0]["id"] == "h1"

    again = run("venue", "--from", str(file), "--json")
    assert (again.status, again.json["entry"], again.json["changed"]) == (0, None, 0), "it was so already"
    assert run("undo", "h1").status == 0
    assert the_show(run, said) == before
    lines = run("history").out.splitlines()
    assert any(f"venue: {taken.json['changed']} taken from venue.json" in line for line in lines)
    assert any("venue: as said here" in line for line in lines)


def test_what_a_file_says_wins_and_the_rest_stays(run: Run, said: Any, tmp_path: Path) -> None:
    file = tmp_path / "venue.json"
    before = run("venue", "--json").json["venue"]
    file.write_text(json.dumps({"venue": {"room": {"room 2": "30"}}}), encoding="utf-8")
    told = run("venue", "--from", str(file))
    assert (told.status, "brcc-tui undo h" in told.out) == (0, True), told.err
    after = run("venue", "--json").json["venue"]
    assert after == before | {"room": before["room"] | {"room 2": "30"}}


def test_a_file_as_windows_powershell_writes_one(run: Run, said: Any, tmp_path: Path) -> None:
    file = tmp_path / "venue.json"
    file.write_text(run("venue", "--json").out, encoding="utf-16")
    assert run("venue", "--from", str(file), "--json").json["changed"] == 0


def test_a_pair_in_the_other_order_is_the_same_pair(run: Run, said: Any, data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "venue.json"
    file.write_text(json.dumps({"venue": {"together": {"wc:2:late eb:10": "yes"}}}), encoding="utf-8")
    assert run("venue", "--from", str(file)).status == 0
    venue = Venue(venue_file(data_dir), 55)
    assert venue.rules().confirmed(["eb:10", "wc:2:late"])
    with venue.record(SAID) as rows:
        rows.forget_together(["wc:2:late", "eb:10"])
    assert not venue.rules().confirmed(["eb:10", "wc:2:late"]), "it could not be taken back"
    venue.close()


def test_people_see_what_was_said(run: Run, said: Any) -> None:
    told = run("venue")
    assert told.status == 0
    assert said["id"] in told.out
    assert NOTE in told.out


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"venue": {}}',
        '{"venue": {"room": {}}}',
        '{"venue": []}',
        '{"venue": {"room": 5}}',
        '{"venue": {"room": {"main": 55}}}',
        '{"venue": {"room": {"main": "many"}}}',
        '{"venue": {"room": {"main": "-5"}}}',
        '{"venue": {"room": {"main": "100001"}}}',
        '{"venue": {"room": {"": "5"}}}',
        '{"venue": {"room": {"a\\u001b[2J": "5"}}}',
        '{"venue": {"room": {"\\ud800": "5"}}}',
        '{"venue": {"room_of": {"eb:1": "a@b"}}}',
        '{"venue": {"rum": {"a": "b"}}}',
        '{"venue": {"is_seat": {"wc:1": "perhaps"}}}',
        '{"venue": {"together": {"wc:1": "yes"}}}',
        '{"venue": {"together": {"wc:1 ": "yes"}}}',
        '{"venue": {"together": {"wc:1 eb:2 eb:3": "yes"}}}',
        '{"venue": {"together": {"wc:1 eb:2": "no"}}}',
        '{"venue": {"moved": {"wc:1": "- 2026-11-27T20:00"}}}',
        '{"venue": {"moved": {"wc:1": "soon"}}}',
        '{"venue": {"hours": {"wc:1:s": "20:00"}}}',
        '{"venue": {"held_back": {"2027-05-12T20:00@main": "4"}}}',
        '{"venue": {"held_back": {"2027-05-12T20:00@main": "{\\"seats\\": true}"}}}',
        '{"venue": {"held_back": {"tonight": "{\\"seats\\": 4}"}}}',
        '{"venue": {"seats_of": {"wc:1 wc:2": "5"}}}',
        '{"venue": {"seats_of": {"wc:\\ud800": "5"}}}',
        '{"venue": {"seats_of": {"wc:\\u001b": "5"}}}',
        '{"venue": {"held_back": {"2027-05-12T20:00@main": "{\\"seats\\": 4, \\"note\\": \\"\\ud800\\"}"}}}',
        '{"venue": {"held_back": {"2027-05-12T20:00@main": "{\\"seats\\": 4, \\"note\\": \\"\\\\ud800\\"}"}}}',
        '{"venue": {"held_back": {"2027-05-12T20:00@main": "{\\"seats\\": 4, \\"listings\\": [\\"\\\\ud800\\"]}"}}}',
        "[" * 100_000,
        '{"venue": {"room": {"main": ' + "9" * 5000 + "}}}",
        '{"venue": {"room": {"main": "' + "9" * 5000 + '"}}}',
    ],
)
def test_any_other_file_changes_nothing(run: Run, content: str, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_text(content, encoding="utf-8")
    before = run("venue", "--json").json
    refused = run("venue", "--from", str(file), "--json")
    assert (refused.status, set(refused.json)) == (1, {"error"})
    assert "brcc-tui venue --out" in refused.json["error"]
    assert "unexpected" not in refused.json["error"]
    assert run("venue", "--json").json == before


def test_a_file_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\x80\x81")
    for name in ("none", "", "bytes"):
        refused = run("venue", "--from", str(tmp_path / name), "--json")
        assert (refused.status, "unexpected" in refused.json["error"]) == (1, False)


@posix("it has no such file")
def test_a_file_without_end_is_given_up(run: Run) -> None:
    refused = run("venue", "--from", "/dev/zero", "--json")
    assert (refused.status, "longer than" in refused.json["error"]) == (1, True)


def test_wrong_usage(run: Run) -> None:
    """Writing and reading at once; and a reason of nothing, which would be lost without a word."""
    assert run("venue", "--from", "a", "--out", "b").status == 2
    assert run("venue", "--out", "b", "--reason", "moved").status == 2
    assert run("venue", "--reason", "moved").status == 2


def test_where_nothing_was_said_no_file_is_written_that_could_not_be_taken_over(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "new"))
    file = tmp_path / "venue.json"
    told = run("venue", "--out", str(file))
    assert (told.status, file.exists()) == (1, False)
    assert told.err.startswith(f"Nothing was written to {file}: nothing was said of rooms, pairings or house seats yet")
    assert run("venue").status == 0
    file.write_text("kept")
    assert run("venue", "--out", str(file)).err.startswith(f"Nothing was written to {file}: ")
    export = run("export", "--out", str(file))
    assert (export.status, file.read_text()) == (1, "kept")
    assert f"Nothing was written to {file}: there is nothing known" in export.err


def test_one_rule_is_told_as_one(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "new"))
    file = tmp_path / "venue.json"
    file.write_text('{"venue": {"room": {"room 2": "30"}}}', encoding="utf-8")
    assert run("venue", "--from", str(file)).status == 0
    told = run("venue", "--out", str(file))
    assert (told.status, told.err.startswith("1 rule written to ")) == (0, True), told.err
