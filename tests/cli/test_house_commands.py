"""House seats and who said what, from the command line."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli import contract
from tests.cli.contract import misfits
from tests.commands import Run

NOTE = "the headliner's guests"


@pytest.fixture(autouse=True)
def anna(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRCC_OPERATOR", "Anna")


def show_with(run: Run, free: int) -> Any:
    """A show with so many seats free at least, none of them held back."""
    shows = run("shows", "--json").json["shows"]
    return next(x for x in shows if isinstance(x["free"], int) and x["free"] >= free and not x["held_back"])


def again(run: Run, show: Any) -> Any:
    return next(x for x in run("shows", "--json").json["shows"] if x["id"] == show["id"])


def house(run: Run, *filters: str) -> list[Any]:
    entries: list[Any] = run("history", *filters, "--json").json["entries"]
    return [entry for entry in entries if entry["id"].startswith("h")]


def test_seats_are_held_back_and_given_up_again(run: Run) -> None:
    show = show_with(run, 10)
    ran = run("hold", show["id"], "6", "--note", NOTE, "--json")
    assert ran.status == 0, ran.err
    assert misfits(ran.json["show"], contract.SHOW) == []
    assert (ran.json["entry"][0], ran.json["warnings"]) == ("h", [])
    now = again(run, show)
    assert now == ran.json["show"]
    assert (now["held_back"], now["free"], now["exposure"]) == (6, show["free"] - 6, show["exposure"] + 6)
    assert [now[name] for name in ("sold", "held", "remaining")] == [
        show[name] for name in ("sold", "held", "remaining")
    ]
    assert run("hold", show["id"], "6", "--note", NOTE, "--json").json["entry"] is None, "it was so already"
    rows = list(csv.DictReader(io.StringIO(run("export").out)))
    assert {row["show_held_back"] for row in rows if row["show"] == show["id"]} == {"6"}
    told = run("hold", show["id"], "0")
    assert (told.status, "0 held back" in told.out) == (0, True)
    assert again(run, show) == show


def test_who_and_why_are_in_the_history_and_it_is_undone_from_there(run: Run) -> None:
    show = show_with(run, 10)
    first = run("hold", show["id"], "4", "--note", NOTE, "--json").json["entry"]
    (entry,) = house(run, "--show", show["id"])[:1]
    assert entry["actor"].startswith("Anna at ")
    assert (entry["id"], entry["action"], entry["from"], entry["to"]) == (first, "hold", 0, 4)
    assert (entry["reason"], entry["outcome"]) == (NOTE, "settled")
    assert (entry["listing"], entry["digest"]) == (None, None)
    table = run("history", "--show", show["id"])
    assert re.search(rf"{re.escape(show['id'])} +house seats: 0 -> 4 ", table.out), "and of which show"
    undone = run("undo", first, "--json")
    assert (undone.status, undone.json["entry"]["to"]) == (0, 0)
    assert again(run, show)["held_back"] == 0
    assert next(x for x in house(run) if x["id"] == first)["outcome"] == "rolled_back"
    twice = run("undo", first, "--json")
    assert (twice.status, "undone already" in twice.err or "changed since" in twice.err) == (1, True)
    assert run("undo", undone.json["entry"]["id"]).status == 0
    assert again(run, show)["held_back"] == 4
    assert run("hold", show["id"], "0").status == 0


def test_more_than_is_left_is_done_and_warned_of_and_more_than_the_room_is_refused(run: Run) -> None:
    show = show_with(run, 10)
    ran = run("hold", show["id"], str(show["free"] + 3), "--json")
    assert (ran.status, ran.json["show"]["free"], "held_back_short" in ran.json["show"]["flags"]) == (0, 0, True)
    assert ran.json["warnings"][0].endswith("3 of the house have no seat")
    assert ran.json["warnings"][0] in ran.err
    for wrong in (str(show["seats"] + 1),):
        refused = run("hold", show["id"], wrong, "--json")
        assert (refused.status, f"the room has {show['seats']}" in refused.json["error"]) == (1, True)
    assert again(run, show)["held_back"] == show["free"] + 3
    assert run("hold", show["id"], "0").status == 0
    assert run("hold", "2027-01-01T20:00@nowhere", "3", "--json").status == 1


@pytest.mark.parametrize("seats", ["-1", "some", "1.5"])
def test_what_is_no_number_of_seats_is_wrong_usage(run: Run, seats: str) -> None:
    assert run("hold", "2027-01-01T20:00@main", seats).status == 2


def test_a_sync_leaves_the_house_its_seats(run: Run) -> None:
    shows = [x for x in run("shows", "--json").json["shows"] if isinstance(x["free"], int) and x["free"] >= 10]
    plans = ((show, run("sync", show["id"], "--split", "--json").json) for show in shows if len(show["listings"]) > 1)
    show = next(show for show, plan in plans if plan["changes"] and not plan["refused"])
    assert run("hold", show["id"], "5").status == 0
    planned = run("sync", show["id"], "--split", "--json").json
    touched = {change["listing"]: change["after"]["remaining"] for change in planned["changes"]}
    others = sum(x["offer"]["value"] or 0 for x in run("listings", "--json").json["listings"]
                 if x["show"] == show["id"] and x["id"] not in touched)  # fmt: skip
    assert sum(touched.values()) + others <= show["free"] - 5
    assert run("hold", show["id"], "0").status == 0


def test_no_secret_is_in_the_house_and_a_wrong_id_is_named(run: Run, practice: Any, data_dir: Path) -> None:
    show = show_with(run, 10)
    assert run("hold", show["id"], "1", "--note", "a\nnote\x1b[2J").status == 0
    assert run("hold", show["id"], "0").status == 0
    (file,) = data_dir.glob("*/house.sqlite")
    kept = file.read_bytes()
    for name in ("PRIVATE_TOKEN", "WOOCOMMERCE_CONSUMER_KEY", "WOOCOMMERCE_CONSUMER_SECRET", "WORDPRESS_DB_PASSWORD"):
        assert practice[name].encode() not in kept
    assert "\x1b" not in run("history").out
    wrong = run("undo", "h9999", "--json")
    assert (wrong.status, "no such change" in wrong.json["error"]) == (1, True)


def test_what_the_house_keeps_needs_no_recovery_and_is_undone(run: Run) -> None:
    """Its id stands in the history, so nobody is sent there to look it up."""
    show = show_with(run, 10)
    entry = run("hold", show["id"], "2", "--json").json["entry"]
    for choice in ("keep", "restore"):
        told = run("recover", entry, "--choose", choice)
        assert (told.status, "no such change" in told.err) == (1, False)
        assert f"{entry}: it is about the house, and nothing of it is sent to a shop" in told.err
        assert f"brcc-tui undo {entry}" in told.err
    assert run("undo", entry).status == 0
