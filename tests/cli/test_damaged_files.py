"""Files of this computer that are damaged, full, or of a newer program: the commands say so, and lose nothing."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.store import catalogue_file
from tests.cli import contract
from tests.cli.contract import misfits
from tests.commands import Run

Break = Callable[[Path], None]


def damage(name: str) -> Break:
    def write_rubbish(folder: Path) -> None:
        for stale in folder.glob(f"{name}-*"):
            stale.unlink()
        (folder / name).write_bytes(b"this was a database once " * 400)

    return write_rubbish


def cut_in_half(folder: Path) -> None:
    path = folder / "catalogue.sqlite"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def sql(statement: str) -> Break:
    def execute(folder: Path) -> None:
        with sqlite3.connect(folder / "catalogue.sqlite") as database:
            database.execute(statement)
        database.close()

    return execute


DAMAGES = {
    "rubbish": damage("catalogue.sqlite"),
    "half of it": cut_in_half,
    "another number": sql("UPDATE listings SET sold = sold + 1 WHERE rowid = (SELECT MAX(rowid) FROM listings)"),
    "a row of something else": sql("UPDATE listings SET platform = NULL, sold = 'b' WHERE rowid % 2"),
    "another thing that could not be read": sql("INSERT INTO failed VALUES ('wc:1', 'Improv', 'no answer')"),
}


@pytest.mark.parametrize(
    ("harm", "command"),
    [(harm, ("shows" if n % 2 else "listings", "--json")) for n, harm in enumerate(DAMAGES.values())],
    ids=DAMAGES,
)
def test_a_damaged_catalogue_is_told_kept_and_read_again(
    run: Run, folder: Path, harm: Break, command: tuple[str, ...]
) -> None:
    true = said(run(*command).json)
    harm(folder)
    harmed = (folder / "catalogue.sqlite").read_bytes()
    ran = run(*command)
    assert ran.status == 0, ran.err
    assert "was damaged" in ran.err
    assert "set aside as catalogue.sqlite.damaged-" in ran.err
    assert said(ran.json) == true
    (kept,) = (path for path in folder.glob("*.damaged-*") if not path.name.endswith(("-wal", "-shm")))
    assert kept.read_bytes() == harmed
    again = run(*command)
    assert "damaged" not in again.err
    assert said(again.json) == true
    check = run("health", "--json").json["checks"]["cache_status"]
    assert check["status"] == "healthy"
    assert kept.name in check["detail"]


def test_damage_that_no_shop_can_mend_now_is_told_once(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damage("catalogue.sqlite")(folder)
    for name in ("PRIVATE_TOKEN", "WOOCOMMERCE_CONSUMER_SECRET"):
        monkeypatch.setenv(name, "WRONG")
    ran = run("shows")
    assert ran.err.count("was damaged") == 1, ran.err


def said(document: dict[str, Any]) -> list[str]:
    """What a document tells of listings or shows, without the moments at which it was read."""
    things = document.get("listings") or document["shows"]
    for thing in things:
        thing.pop("reading", {}).pop("read_at", None)
    return [json.dumps(thing, sort_keys=True) for thing in things]


def test_damage_stays_told_until_the_shops_are_read_again(run: Run, folder: Path) -> None:
    damage("catalogue.sqlite")(folder)
    for _ in range(2):
        ran = run("health", "--json")
        check = ran.json["checks"]["cache_status"]
        assert (ran.status, check["status"]) == (1, "degraded")
        assert "set aside as catalogue.sqlite.damaged-" in check["detail"]
    assert run("refresh").status == 0
    assert run("health").status == 0


def test_a_change_is_planned_on_a_whole_catalogue(run: Run, folder: Path, cell: str) -> None:
    cut_in_half(folder)
    ran = run("set", cell, "+1", "--json")
    assert [change["listing"] for change in ran.json["changes"]] == [cell]
    assert "was damaged" in ran.err


def test_a_catalogue_of_a_newer_program_is_left_to_it(run: Run, folder: Path) -> None:
    true = said(run("listings", "--json").json)
    sql("PRAGMA user_version = 99")(folder)
    newer = (folder / "catalogue.sqlite").read_bytes()
    ran = run("refresh", "--json")
    assert ran.status == 0
    assert "newer version of this program" in ran.err
    assert said(run("listings", "--json").json) == true
    check = run("health", "--json").json["checks"]["cache_status"]
    assert check["status"] == "degraded"
    assert "newer version" in check["detail"]
    assert (folder / "catalogue.sqlite").read_bytes() == newer


def patch_full_disk(patch: pytest.MonkeyPatch) -> None:
    """Nothing is written to the catalogue's file; in memory there is room."""
    real = catalogue_file.transaction

    @contextlib.contextmanager
    def full(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        with real(database):
            yield database
            if database.execute("PRAGMA database_list").fetchone()[2]:
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL  # type: ignore[attr-defined]
                raise error

    patch.setattr(catalogue_file, "transaction", full)


def test_a_refresh_that_a_full_disk_does_not_keep_fails_in_words(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = said(run("listings", "--json").json)
    with monkeypatch.context() as patch:
        patch_full_disk(patch)
        ran = run("refresh", "--json")
    assert "the disk is full" in ran.err
    assert ran.status == 1
    assert said(run("listings", "--json").json) == true


def test_who_has_no_room_for_a_catalogue_is_told_to_make_some(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in folder.glob("catalogue.sqlite*"):
        path.unlink()
    patch_full_disk(monkeypatch)
    for command in (("listings",), ("shows", "--json")):
        ran = run(*command)
        assert (ran.status, "the disk is full" in ran.err) == (1, True)
        assert "is not known here. Make room on that disk, then refresh." in ran.err
        assert "this user" not in ran.err


def test_a_broken_journal_is_named_and_refuses_changes(run: Run, folder: Path, cell: str) -> None:
    damage("journal.sqlite")(folder)
    for command in (("history",), ("recover",), ("undo", "c1")):
        ran = run(*command, "--json")
        assert ran.status == 1
        assert "journal.sqlite" in ran.json["error"]
    ran = run("listings", "--live", "--platform", "woocommerce", "--json")
    assert (ran.status, "What was set or closed here is not known" in ran.err) == (0, True), "what is read needs it not"
    ran = run("set", cell, "+1", "--json")
    assert [refusal["code"] for refusal in ran.json["refused"]] == ["journal_unavailable"]
    harmed = (folder / "journal.sqlite").read_bytes()
    ran = run("recover", "--set-aside", "--json")
    assert (ran.status, ran.json["kept"], ran.json["set_aside"]) == (1, 0, None)
    done = run("recover", "--set-aside", "--confirm", ran.json["digest"], "--json")
    assert (folder / done.json["set_aside"]).read_bytes() == harmed
    whole = run("recover", "--set-aside", "--json")
    assert (whole.status, whole.json.keys(), whole.json["faults"]) == (0, done.json.keys(), []), "the same document"
    assert run("set", cell, "+1", "--json").json["refused"] == []


def test_a_broken_journal_does_not_hide_what_was_set_of_the_venue(run: Run, folder: Path) -> None:
    show = run("shows", "--json").json["shows"][0]["id"]
    assert run("hold", show, "1").status == 0
    damage("journal.sqlite")(folder)
    ran, table = run("history", "--json"), run("history")
    assert (ran.status, table.status) == (1, 1)
    assert ([entry["action"] for entry in ran.json["entries"]], "journal.sqlite" in ran.json["error"]) == (
        ["hold"],
        True,
    )
    assert ("house seats" in table.out, "journal.sqlite" in table.err) == (True, True)


def test_a_journal_and_a_house_that_are_empty_now_are_no_new_ones(run: Run, folder: Path, cell: str) -> None:
    """What was closed here, what never ended and what the house keeps stood there: nothing is sold without it."""
    for name in ("journal.sqlite", "house.sqlite"):
        (folder / name).write_bytes(b"")
    for command in (("history",), ("recover",), ("undo", "c1"), ("shows",)):
        ran = run(*command, "--json")
        assert ran.status == 1
        assert "it is damaged: it is empty" in ran.json["error"]
    ran = run("set", cell, "+1", "--json")
    assert [refusal["code"] for refusal in ran.json["refused"]] == ["journal_unavailable"]
    checks = run("health", "--json").json["checks"]
    assert {checks[name]["status"] for name in ("journal", "cache_status")} == {"down"}
    digest = run("recover", "--set-aside", "--json").json["digest"]
    assert run("recover", "--set-aside", "--confirm", digest, "--json").json["set_aside"]


@pytest.fixture
def put_back(run: Run, folder: Path, cell: str) -> Iterator[None]:
    """What a test changes at the shop, while it works on a copy of what is known of it, is as it was for the others."""
    (capacity,) = {x["reading"]["capacity"] for x in run("listings", "--json").json["listings"] if x["id"] == cell}
    yield
    ask = ("set", cell, str(capacity), "--json")
    assert run(*ask, "--no-settle", "--confirm", run(*ask).json["digest"]).status == 0


def it_is_told_everywhere(run: Run, words: str, second: Mapping[str, Any]) -> None:
    """By the history, whatever is asked for, and by the health check; what does not rest on the journal still works."""
    told = run("history", "--listing", "wc:1", "--json")
    assert told.status == 0
    assert words in "; ".join(entry.get("damage", "") for entry in told.json["entries"]), "whatever is asked for"
    newest, *_, oldest = run("history", "--json").json["entries"]
    assert (newest, oldest["at"]) == (second, None), "what does not tell its moment is no change of long ago"
    table = run("history")
    assert words in table.err
    assert "not known" in table.out
    check = run("health", "--json").json["checks"]["journal"]
    assert check["status"] == "down"
    assert words in check["detail"]
    assert run("listings", "--json").status == 0


def it_stops_changes(run: Run, words: str, second: Mapping[str, Any], cell: str) -> None:
    """No plan, and no change that never ended is taken up."""
    ran = run("set", cell, "+1", "--json")
    assert [refusal["code"] for refusal in ran.json["refused"]] == ["journal_unavailable"]
    ran = run("recover", "--json")
    assert ran.status == 1
    assert words in "; ".join(ran.json["damage"])
    open_one = next(one for one in ran.json["entries"] if one["id"] == second["id"])
    assert (open_one["now"]["capacity"], open_one["choices"]) == (second["to"], [])
    assert words in run("recover", second["id"], "--choose", "keep", "--json").json["error"]


@pytest.mark.usefixtures("put_back")
def test_a_broken_record_is_told_stops_changes_and_is_left_behind_when_somebody_says_so(
    run: Run, folder: Path, cell: str
) -> None:
    words = "the row of c1 is not as it was written"
    for number in ("+1", "+1"):
        digest = run("set", cell, number, "--json").json["digest"]
        assert run("set", cell, number, "--confirm", digest, "--no-settle").status == 0
    second = run("history", "--json").json["entries"][0]
    with sqlite3.connect(folder / "journal.sqlite") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE entries SET after = 99, at = 'soon' WHERE number = 1")
    database.close()
    harmed = (folder / "journal.sqlite").read_bytes()

    it_is_told_everywhere(run, words, second)
    it_stops_changes(run, words, second, cell)
    assert (folder / "journal.sqlite").read_bytes() == harmed, "what is looked at stays as it is"

    damage = run("recover", "--set-aside", "--json")
    assert (damage.status, damage.json["set_aside"]) == (1, None)
    assert "c1" in {entry["id"] for entry in damage.json["left_behind"]}
    assert run("recover", "--set-aside", "--confirm", "0" * 12).status == 1
    assert (folder / "journal.sqlite").read_bytes() == harmed, "nothing is done without that very confirmation"
    done = run("recover", "--set-aside", "--confirm", damage.json["digest"], "--json")
    assert done.status == 0, done.err
    assert (folder / done.json["set_aside"]).read_bytes() == harmed

    check = run("health", "--json").json["checks"]["journal"]
    assert (check["status"], done.json["set_aside"] in check["detail"]) == ("degraded", True)
    house, *entries = run("history", "--json").json["entries"]
    assert (house["action"], entries) == ("journal", [second]), "what is whole goes along as it was"
    assert {"c1", done.json["set_aside"]} <= set(house["to"].replace(";", "").replace(",", "").split())
    assert run("recover", second["id"], "--choose", "keep").status == 0
    digest = run("set", cell, "+1", "--json").json["digest"]
    assert run("set", cell, "+1", "--confirm", digest, "--no-settle").status == 0
    assert run("history", "--json").json["entries"][0]["id"] == "c3", "no id is given twice"


def test_health_tells_of_rooms_that_cannot_be_read(run: Run, folder: Path) -> None:
    """Listings can be read all the same; what a show is, nobody knows."""
    damage("house.sqlite")(folder)
    ran = run("health", "--json")
    assert (ran.status, ran.json["status"]) == (2, "down")
    assert misfits(ran.json, contract.HEALTH) == []
    assert "house.sqlite" in ran.json["checks"]["cache_status"]["detail"]
    listings = run("listings", "--json")
    assert listings.status == 0
    assert {listing["show"] for listing in listings.json["listings"]} == {None}
    assert "house.sqlite" in listings.err
    shows = run("shows", "--json")
    assert shows.status == 1
    assert "house.sqlite" in shows.json["error"]
