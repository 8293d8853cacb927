"""Every command against the practice club, as a script would run it."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.cli import main
from brcc_tui.cli.practice import practice_club
from brcc_tui.model.fooevents.booking_text import META_KEY

LISTING_KEYS = {
    "id", "platform", "title", "slot", "date", "starts_at", "stock_method", "status", "price", "currency", "url",
    "show", "read_only_reason", "flags", "reading",
}  # fmt: skip
READING_KEYS = {"capacity", "sold", "held", "remaining", "unknown", "read_at", "source"}
SHOW_KEYS = {
    "id", "starts_at", "room", "seats", "title", "listings", "sold", "held", "remaining", "free", "exposure", "flags",
    "pairing", "unknown",
}  # fmt: skip
ENTRY_KEYS = {
    "id", "at", "actor", "listing", "show", "action", "from", "to", "reason", "digest", "outcome", "events",
}  # fmt: skip


@dataclass
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def practice() -> Iterator[Mapping[str, str]]:
    with practice_club(["--seed=3"]) as values:
        yield values


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def run(
    practice: Mapping[str, str],
    data_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run a command of the program in this process, with the practice club's settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name, value in {**practice, "BRCC_DATA_DIR": str(data_dir), "BRCC_SETTLE": "0.05,0.1"}.items():
        monkeypatch.setenv(name, value)

    def command(*arguments: str) -> Ran:
        status = main(list(arguments))
        printed = capsys.readouterr()
        return Ran(status, printed.out, printed.err)

    if not any(data_dir.glob("*/catalogue.sqlite")):
        assert command("refresh").status == 0
    return command


@pytest.fixture
def cell(run: Run) -> str:
    """A booking cell with nothing odd about it, on sale, some weeks ahead."""
    return next(
        one["id"]
        for one in run("listings", "--platform", "woocommerce", "--json").json["listings"][::-1]
        if one["stock_method"] == "booking_stock" and one["status"] == "on_sale" and one["date"] and not one["flags"]
    )


def stored_text(practice: Mapping[str, str], product_id: str) -> str:
    """The booking text as the shop's own API tells it."""
    url = f"{practice['WOOCOMMERCE_API_URL']}/wp-json/wc/v3/products/{product_id}"
    words = f"{practice['WOOCOMMERCE_CONSUMER_KEY']}:{practice['WOOCOMMERCE_CONSUMER_SECRET']}"
    request = urllib.request.Request(
        url, headers={"Authorization": f"Basic {base64.b64encode(words.encode()).decode()}"}
    )
    with urllib.request.urlopen(request) as answer:
        product = json.load(answer)
    return next(row["value"] for row in product["meta_data"] if row["key"] == META_KEY)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a JSON document with the way to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}/{key}".lstrip("/"))
    else:
        yield path, value


def test_refresh_tells_what_it_read(run: Run) -> None:
    ran = run("refresh", "--json")
    assert ran.status == 0
    report = ran.json
    assert set(report) == {"catalogue_read_at", "seconds", "requests", "queries", "counts", "failed"}
    assert set(report["counts"]) == {"series", "events", "ticket_classes", "products", "slots", "dates", "listings"}
    assert report["counts"]["events"] > 300
    assert report["requests"]["eventbrite"] < 15
    assert all(set(failure) == {"id", "title", "reason"} for failure in report["failed"])


def test_listings_follow_the_contract_from_the_cache_and_live(run: Run) -> None:
    cached, live = run("listings", "--json"), run("listings", "--live", "--json")
    assert (cached.status, live.status) == (0, 0)
    for document, source in ((cached.json, "cache"), (live.json, "live")):
        assert set(document) == {"listings", "failed", "catalogue_read_at"}
        assert all(set(one) == LISTING_KEYS and set(one["reading"]) == READING_KEYS for one in document["listings"])
        assert {one["reading"]["source"] for one in document["listings"]} == {source}
        for one in document["listings"]:
            nulls = {name for name in ("capacity", "sold", "held", "remaining") if one["reading"][name] is None}
            assert nulls == set(one["reading"]["unknown"]), one["id"]
    assert [one["id"] for one in cached.json["listings"]] == [one["id"] for one in live.json["listings"]]
    assert live.json["failed"] == cached.json["failed"], "nothing that could be read before cannot be read now"
    for before, now in zip(cached.json["listings"], live.json["listings"], strict=True):
        assert {**before["reading"], "read_at": 0, "source": 0} == {**now["reading"], "read_at": 0, "source": 0}
    past = run("listings", "--past", "--json").json["listings"]
    assert len(past) > len(cached.json["listings"])
    for platform in ("eventbrite", "woocommerce"):
        found = run("listings", "--platform", platform, "--json").json["listings"]
        assert {one["platform"] for one in found} == {platform}


def test_shows_follow_the_contract_and_name_the_same_listings(run: Run) -> None:
    listings = {one["id"]: one for one in run("listings", "--json").json["listings"]}
    document = run("shows", "--json").json
    assert set(document) == {"shows", "unpaired"}
    assert all(set(show) == SHOW_KEYS and set(show["pairing"]) == {"state", "reason"} for show in document["shows"])
    for show in document["shows"]:
        assert all(listings[id_]["show"] == show["id"] for id_ in show["listings"])
    assert all(listings[one["id"]]["show"] is None for one in document["unpaired"])


def test_a_plan_is_printed_and_nothing_written(run: Run, cell: str, practice: Mapping[str, str]) -> None:
    before = stored_text(practice, cell.split(":")[1])
    ran = run("set", cell, "+1", "--json")
    assert ran.status == 1
    assert set(ran.json) == {"digest", "changes", "refused"}
    (change,) = ran.json["changes"]
    assert set(change) == {"listing", "before", "after", "call", "warnings"}
    assert change["after"]["capacity"] == change["before"]["capacity"] + 1
    assert ran.json["digest"] in ran.err
    assert run("set", cell, "+1").out.startswith(f"plan {ran.json['digest']}")
    wrong = run("set", cell, "+1", "--confirm", "0123456789ab", "--json")
    assert wrong.status == 1
    assert [refusal["code"] for refusal in wrong.json["refused"]] == ["digest_changed"]
    assert stored_text(practice, cell.split(":")[1]) == before
    assert run("history", "--listing", cell, "--json").json["entries"] == []


def test_a_confirmed_plan_changes_one_token_and_undo_brings_it_back(
    run: Run, cell: str, practice: Mapping[str, str]
) -> None:
    product, slot, date = cell.split(":")[1:]
    before = stored_text(practice, product)
    planned = run("set", cell, "+1", "--json").json
    ran = run("set", cell, "+1", "--confirm", planned["digest"], "--reason", "a test", "--json")
    assert ran.status == 0, ran.err
    assert set(ran.json) == {"plan", "entries", "changes"}
    (change,) = ran.json["changes"]
    assert change["outcome"] == "settled"
    assert change["reading"]["capacity"] == planned["changes"][0]["after"]["capacity"]
    after = stored_text(practice, product)
    assert after != before
    assert re.sub("[0-9]+", "", after) == re.sub("[0-9]+", "", before), "nothing but digits differs"
    old, new = dict(leaves(json.loads(before))), dict(leaves(json.loads(after)))
    changed = [path for path in new if new[path] != old[path]]
    assert [path.startswith(slot) and date in path and path.endswith("stock") for path in changed] == [True]

    (entry,) = run("history", "--listing", cell, "--json").json["entries"]
    assert set(entry) == ENTRY_KEYS
    assert (entry["outcome"], entry["reason"], entry["action"]) == ("settled", "a test", "set")
    assert [event["event"] for event in entry["events"]].index("checkpointed") < [
        event["event"] for event in entry["events"]
    ].index("sent")
    plan = run("undo", entry["id"], "--json").json
    assert run("undo", entry["id"], "--confirm", plan["digest"], "--no-settle", "--json").status == 0
    assert stored_text(practice, product) == before
    assert run("history").out.count("\n") == 3


def test_closing_and_reopening_a_listing(run: Run, cell: str) -> None:
    closing = run("close", cell, "--json").json
    assert closing["changes"][0]["after"]["remaining"] == 0
    assert "closes_sales" in closing["changes"][0]["warnings"]
    assert run("close", cell, "--confirm", closing["digest"], "--no-settle", "--json").status == 0
    opening = run("reopen", cell, "--json").json
    assert opening["changes"][0]["after"]["capacity"] == closing["changes"][0]["before"]["capacity"]
    assert run("reopen", cell, "--confirm", opening["digest"], "--no-settle", "--json").status == 0


def test_a_show_is_closed_and_synced_as_a_whole(run: Run) -> None:
    both = next(
        show
        for show in run("shows", "--json").json["shows"]
        if len({id_[:2] for id_ in show["listings"]}) == 2 and show["pairing"]["state"] == "certain"
    )
    plan = run("close", both["id"], "--json").json
    named = {change["listing"] for change in plan["changes"]} | {refusal["listing"] for refusal in plan["refused"]}
    assert named
    assert named <= set(both["listings"])
    split = run("sync", both["id"], "--split", "--buffer", "2", "--json")
    assert split.status == 1
    assert set(split.json) == {"digest", "changes", "refused"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(("set", "wc:999999", "5"), "unknown_listing", id="no_such_product"),
        pytest.param(("set", "CELL", "many"), "bad_number", id="no_number"),
        pytest.param(("set", "CELL", "-9999"), "bad_number", id="below_nothing"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_code(
    run: Run, cell: str, arguments: tuple[str, ...], code: str
) -> None:
    ran = run(*(cell if argument == "CELL" else argument for argument in arguments), "--json")
    assert ran.status == 1
    assert [refusal["code"] for refusal in ran.json["refused"]] == [code], ran.out
    assert ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("sync", "2026-01-01T20:00@nowhere", "--mirror"),
        ("close", "2026-01-01T20:00@nowhere"),
        ("undo", "c999"),
        ("explain", "wc:999999"),
        ("explain", "bogus"),
    ],
)
def test_what_is_not_there_is_told_in_words_and_in_the_json(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments, "--json")
    assert ran.status == 1
    assert ran.json["error"] in ran.err
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()) == 1


def test_explain_tells_rules_and_sources(run: Run, cell: str) -> None:
    answer = run("explain", cell, "--json").json
    assert {"id", "class", "stock_method", "rules", "numbers", "flags"} <= set(answer)
    assert set(answer["numbers"]) == {"remaining", "sold", "held"}
    assert all(set(rule) == {"rule", "evidence", "matched"} for rule in answer["rules"])
    assert "booking text" in run("explain", cell).out


def test_health_is_healthy_or_says_what_is_not(run: Run) -> None:
    ran = run("health", "--json")
    report = ran.json
    assert set(report) == {"status", "timestamp", "checks"}
    assert ran.status == {"healthy": 0, "degraded": 1}[report["status"]]
    unwell = {name for name, check in report["checks"].items() if check["status"] != "healthy"}
    assert unwell <= {"journal"}, report
    assert run("health").out.startswith(report["status"])


def test_export_writes_every_listing(run: Run, tmp_path: Path) -> None:
    listings = {one["id"] for one in run("listings", "--json").json["listings"]}
    rows = list(csv.DictReader(io.StringIO(run("export").out)))
    assert {row["listing"] for row in rows} == listings
    assert run("export", "--format", "json", "--out", str(tmp_path / "x.json")).status == 0
    document = json.loads((tmp_path / "x.json").read_text())
    assert {one["id"] for one in document["listings"]} == listings
    assert document["shows"]


def test_nothing_is_left_to_recover(run: Run) -> None:
    ran = run("recover", "--json")
    assert ran.status == 0
    assert all(
        set(entry) == {"id", "listing", "intended", "before", "now", "state", "choices"}
        for entry in ran.json["entries"]
    )


def test_the_program_itself_runs_the_same_commands(
    practice: Mapping[str, str], data_dir: Path, tmp_path: Path, run: Run
) -> None:
    environment = {**practice, "BRCC_DATA_DIR": str(data_dir), "HOME": str(tmp_path), "PATH": ""}
    command = [sys.executable, "-m", "brcc_tui", "listings", "--json"]
    done = subprocess.run(command, capture_output=True, env=environment, cwd=tmp_path, check=True)
    assert len(json.loads(done.stdout)["listings"]) == len(run("listings", "--json").json["listings"])
    assert done.stderr == b""


def test_told_to_end_it_stops_watching_and_the_next_start_finds_the_change(
    practice: Mapping[str, str], tmp_path: Path, cell: str, run: Run
) -> None:
    """A phone that loses its connection: the write is verified, nothing new is sent, the journal has it."""
    environment = {**practice, "BRCC_DATA_DIR": str(tmp_path), "HOME": str(tmp_path), "BRCC_SETTLE": "300"}
    program = [sys.executable, "-m", "brcc_tui"]
    digest = run("set", cell, "+1", "--json").json["digest"]
    # The other data folder is for the other wait: the digest is of the shop, not of the folder.
    with subprocess.Popen(
        [*program, "set", cell, "+1", "--confirm", digest, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=tmp_path, text=True,
    ) as child:  # fmt: skip
        assert child.stderr is not None
        for line in child.stderr:
            if line.rstrip().endswith(": verified"):
                child.send_signal(signal.SIGHUP)
                break
        child.stderr.read()
        assert child.stdout is not None
        result = json.loads(child.stdout.read())
    assert child.returncode in (0, 1)
    assert result["changes"][0]["reading"]["capacity"] == result["changes"][0]["wanted"]
    done = subprocess.run(
        [*program, "history", "--json"], capture_output=True, env=environment, cwd=tmp_path, check=True
    )
    (entry,) = json.loads(done.stdout)["entries"]
    assert [event["event"] for event in entry["events"]].count("sent") == 1


def test_a_person_is_asked_and_no_is_the_answer_to_enter(
    run: Run, cell: str, monkeypatch: pytest.MonkeyPatch, practice: Mapping[str, str]
) -> None:
    before = stored_text(practice, cell.split(":")[1])
    monkeypatch.setattr("brcc_tui.cli.changing.can_ask", lambda: True)
    asked: list[str] = []

    def answers(*typed: str) -> None:
        waiting = iter(typed)

        def ask(question: str) -> str:
            asked.append(question)
            return next(waiting)

        monkeypatch.setattr("brcc_tui.cli.changing.ask", ask)

    for typed in ("", "n", "yess"):
        answers(typed)
        assert run("set", cell, "-1").status == 1
    answers("y")
    assert run("close", cell).status == 1, "a dangerous plan wants its number typed"
    assert "Type the new capacity" in asked[-1]
    assert stored_text(practice, cell.split(":")[1]) == before
    answers("y")
    assert run("set", cell, "-1", "--no-settle").status == 0
    assert stored_text(practice, cell.split(":")[1]) != before


def test_a_shop_that_is_down_is_named_and_the_other_one_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WOOCOMMERCE_CONSUMER_KEY", "ck_wrong")
    ran = run("refresh", "--json")
    assert ran.status == 1
    assert "woocommerce" in {failure["id"] for failure in ran.json["failed"]}
    assert ran.json["counts"]["events"] > 300
    live = run("listings", "--live", "--platform", "woocommerce", "--json")
    assert live.status == 1
    assert all(one["reading"]["remaining"] is None for one in live.json["listings"])
    assert run("health", "--json").status == 2
    assert "ck_wrong" not in ran.out + ran.err + live.out + live.err


def test_the_log_is_shown(run: Run) -> None:
    run("refresh")
    ran, document = run("logs", "--lines", "5"), run("logs", "--lines", "5", "--json").json
    assert len(ran.out.splitlines()) == len(document["lines"]) == 5
    assert document["folder"] in ran.err
    assert all({"at", "event"} <= set(line) for line in document["lines"])
