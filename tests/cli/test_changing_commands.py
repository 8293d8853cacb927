"""Commands that change something, against the practice club, as a script or a person would run them."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.model.fooevents.booking_text import META_KEY
from brcc_tui.operations.changes.outcome_words import STATE_WORDS
from tests.cli import contract
from tests.cli.contract import misfits
from tests.commands import Run
from tests.system.terminal import ROOT
from tests.telling import WAYS, tell


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


def test_a_plan_is_printed_and_nothing_written(run: Run, cell: str, practice: Mapping[str, str]) -> None:
    before = stored_text(practice, cell.split(":")[1])
    ran = run("set", cell, "+1", "--json")
    assert ran.status == 1
    assert misfits(ran.json, contract.PLAN) == []
    (change,) = ran.json["changes"]
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
    assert misfits(ran.json, contract.RESULT) == []
    (change,) = ran.json["changes"]
    assert change["outcome"] == "settled"
    assert change["reading"]["capacity"] == planned["changes"][0]["after"]["capacity"]
    after = stored_text(practice, product)
    assert after != before
    assert re.sub("[0-9]+", "", after) == re.sub("[0-9]+", "", before), "nothing but digits differs"
    old, new = dict(leaves(json.loads(before))), dict(leaves(json.loads(after)))
    changed = [path for path in new if new[path] != old[path]]
    assert [path.startswith(slot) and date in path and path.endswith("stock") for path in changed] == [True]

    document = run("history", "--listing", cell, "--json").json
    assert misfits(document, contract.HISTORY) == []
    (entry,) = document["entries"]
    assert (entry["outcome"], entry["reason"], entry["action"]) == ("settled", "a test", "set")
    assert [event["event"] for event in entry["events"]].index("checkpointed") < [
        event["event"] for event in entry["events"]
    ].index("sent")
    assert not any("steady" in event["detail"] for event in entry["events"]), "that is of this computer alone"
    plan = run("undo", entry["id"], "--json").json
    assert run("undo", entry["id"], "--confirm", plan["digest"], "--no-settle", "--json").status == 0
    assert stored_text(practice, product) == before
    assert run("history", "--listing", cell).out.count("\n") == 3
    assert run("history", "--listing", "wc:1").out.startswith("Nothing was changed here of wc:1. ")


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
    assert misfits(split.json, contract.PLAN) == []


@pytest.fixture
def changing(tmp_path: Path, cell: str, run: Run) -> Iterator[subprocess.Popen[str]]:
    """Another process that has just verified its change of the cell and goes on watching it."""
    environment = {**os.environ, "BRCC_SETTLE": "300", "PYTHONPATH": str(ROOT)}
    digest = run("set", cell, "+1", "--json").json["digest"]
    with subprocess.Popen(
        [sys.executable, "-m", "brcc_tui", "set", cell, "+1", "--confirm", digest, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=tmp_path, text=True,
    ) as child:  # fmt: skip
        assert child.stderr is not None
        while not child.stderr.readline().rstrip().endswith(STATE_WORDS["verified"]):
            assert child.poll() is None
        yield child
        child.kill()


LONG_ENOUGH = "BRCC_SETTLE", "0.001"
"""However quick the next command is, what was written before it has been watched for so long."""


def left_open(run: Run, listing: str) -> list[Any]:
    """The changes of a listing that never ended."""
    found = run("recover", "--json").json
    assert misfits(found, contract.RECOVER) == []
    return [entry for entry in found["entries"] if entry["listing"] == listing]


def test_told_to_end_it_stops_watching_and_the_next_start_finds_the_change(
    cell: str, run: Run, changing: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phone that loses its connection: the write is verified, nothing new is sent, the journal has it."""
    assert left_open(run, cell) == [], "what somebody is still watching needs nobody else"
    told = run("recover")
    assert "Every change has ended" not in told.out
    assert f"is changing {cell} since" in told.err
    tell(changing, WAYS[-1])
    out, _ = changing.communicate(timeout=60)
    assert changing.returncode == 1
    result = json.loads(out)
    assert misfits(result, contract.RESULT) == []
    (change,) = result["changes"]
    assert change["outcome"] == "interrupted"
    assert change["reading"]["capacity"] == change["wanted"]
    entry = run("history", "--listing", cell, "--json").json["entries"][0]
    words = [event["event"] for event in entry["events"]]
    assert words.count("sent") - words.count("held_back") == 1, "what grew old on a busy computer is no write"

    monkeypatch.setenv(*LONG_ENOUGH)
    assert left_open(run, cell) == [], "a later look finds it in order, and ends it"
    assert run("history", "--listing", cell, "--json").json["entries"][0]["outcome"] == "settled"


def test_a_change_that_nobody_watched_to_its_end_is_looked_at_and_decided(
    run: Run, cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*LONG_ENOUGH)
    for command in ("close", "reopen"):
        digest = run(command, cell, "--json").json["digest"]
        assert run(command, cell, "--confirm", digest, "--no-settle").status == 0
    (entry,) = left_open(run, cell)
    assert entry["now"]["capacity"] == entry["before"] != entry["intended"]
    again = run("recover", entry["id"], "--choose", "reapply", "--json")
    assert (again.status, misfits(again.json, contract.PLAN)) == (1, [])
    kept = run("recover", entry["id"], "--choose", "keep", "--json")
    assert (kept.status, kept.json["changes"]) == (0, []), "there is nothing to write"
    assert left_open(run, cell) == []
    assert run("recover", entry["id"], "--choose", "keep").status == 1, "it has ended"


def test_of_two_at_once_the_second_is_refused_and_told_who_is_first(
    cell: str, run: Run, changing: subprocess.Popen[str]
) -> None:
    planned = run("set", cell, "+3", "--json").json
    ran = run("set", cell, "+3", "--confirm", planned["digest"], "--json")
    assert ran.status == 1
    assert misfits(ran.json, contract.RESULT) == []
    (change,) = ran.json["changes"]
    assert change["outcome"] == "refused"
    assert "is changing it since" in change["reason"]
    assert change["reason"] in ran.err
    assert change["reading"]["capacity"] == planned["changes"][0]["before"]["capacity"], "nothing was written"


def test_closing_a_show_names_what_goes_on_selling(run: Run) -> None:
    listings = {one["id"]: one for one in run("listings", "--json").json["listings"]}

    def kinds(show: Any) -> set[bool]:
        return {listings[id_]["stock_method"] == "read_only" for id_ in show["listings"]}

    shows = run("shows", "--json").json["shows"]
    mixed = next(show["id"] for show in shows if kinds(show) == {True, False})
    planned = run("close", mixed, "--json")
    kept = [refusal["listing"] for refusal in planned.json["refused"]]
    assert kept == [id_ for id_ in kept if listings[id_]["stock_method"] == "read_only"] != []
    ran = run("close", mixed, "--confirm", planned.json["digest"], "--no-settle", "--json")
    assert ran.status == 1, "the show is still on sale"
    assert {change["outcome"] for change in ran.json["changes"]} == {"verified"}
    assert [line for line in ran.err.splitlines() if line.startswith(f"refused: {kept[0]}: ")]
    opening = run("reopen", mixed, "--json").json
    assert (len(opening["changes"]), opening["refused"]) == (len(ran.json["changes"]), [])
    assert run("reopen", mixed, "--confirm", opening["digest"], "--no-settle").status == 0

    nothing = next(show["id"] for show in shows if kinds(show) == {True})
    for command in ("close", "reopen"):
        ran = run(command, nothing, "--json")
        assert ran.status == 1
        assert (ran.json["changes"], len(ran.json["refused"]) > 0) == ([], True)


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
