"""House rules on disk: they survive, they travel as a file, and the program's findings never touch them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from brcc_tui.model.pairing import Pairings
from brcc_tui.model.show import Pairing, PairingState, Room
from brcc_tui.store.house import House, NotHouseRules

START = dt.datetime(2026, 11, 27, 20, 30, tzinfo=dt.UTC)


def test_what_people_said_survives_closing_and_a_new_finding(tmp_path: Path) -> None:
    house = House(tmp_path / "house.sqlite3", 55)
    house.set_room("upstairs", 20)
    house.set_show_seats("2026-11-27T20:00@main", 50)
    house.assign_room("eb:9", "upstairs")
    house.set_is_seat("wc:11192:slot", False)
    house.confirm_together(["wc:1:slot", "eb:s"])
    house.move("wc:5:s:d", START)
    house.keep_found(Pairings({frozenset({"a", "b"}): Pairing(PairingState.LIKELY, "why")}, {"wc:1": START}))
    house.close()
    house = House(tmp_path / "house.sqlite3", 55)
    rules, found = house.rules(), house.found()
    assert rules.rooms == {"main": Room("main", 55), "upstairs": Room("upstairs", 20)}
    assert rules.seats("2026-11-27T20:00@main", "main").seats == 50
    assert rules.confirmed(frozenset({"wc:1:slot", "eb:s"}))
    assert rules.moved == {"wc:5:s:d": START}
    assert found.verdict("b", "a") == Pairing(PairingState.LIKELY, "why")
    house.keep_found(Pairings())
    assert house.found() == Pairings()
    assert house.rules() == rules


def test_rules_travel_as_a_file(tmp_path: Path) -> None:
    one, other = House(tmp_path / "one", 55), House(tmp_path / "other", 40)
    one.set_room("main", 60)
    one.confirm_together(["a", "b", "c"])
    assert other.import_rules(one.export_rules()) == 4
    assert other.rules() == one.rules()


@pytest.mark.parametrize("content", [{"rum": {}}, {"room": {"main": 5}}])
def test_a_file_that_is_something_else_changes_nothing(tmp_path: Path, content: dict[str, dict[str, str]]) -> None:
    house = House(tmp_path / "house", 55)
    with pytest.raises(NotHouseRules):
        house.import_rules(content)
    assert house.export_rules() == House(tmp_path / "fresh", 55).export_rules()


def test_taking_a_rule_back_returns_to_what_stood_before(tmp_path: Path) -> None:
    house = House(tmp_path / "house", 55)
    before = house.rules()
    house.confirm_together(["a", "b"])
    house.set_is_seat("a", True)
    house.forget_together(["b", "a"])
    house.set_is_seat("a", None)
    assert house.rules() == before
