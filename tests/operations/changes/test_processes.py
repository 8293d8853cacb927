"""The real command in real processes, against the practice club: killed, told to stop, and two at a time."""

from __future__ import annotations

import asyncio
import json
import os
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from brcc_tui.cli.practice import practice_club
from brcc_tui.model.changes.plan import parse_request
from brcc_tui.operations.changes.outcome_words import STATE_WORDS
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.context import open_context
from brcc_tui.settings_checks import settings_from
from tests import forked
from tests.commands import Ran, assert_no_offences
from tests.forked import Process
from tests.needs import listings_with
from tests.practice import SHORT_DEMO
from tests.systems import not_under_wine
from tests.telling import KILLED, WAYS, tell

SETTLE = "0.2,0.4,0.6"


@dataclass
class Program:
    """The command, with the practice club's settings and a data folder."""

    values: Mapping[str, str]
    data: Path

    def start(self, *arguments: str) -> Process:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("COV")},
            "BRCC_DATA_DIR": str(self.data),
            "BRCC_SETTLE": SETTLE,
            **self.values,
        }
        return forked.start([*arguments], environment, self.data)

    def run(self, *arguments: str) -> Ran:
        child = self.start(*arguments)
        out, err = child.communicate(timeout=60)
        return Ran(child.wait(), out, err)

    def digest(self, listing: str, capacity: str) -> str:
        """The digest of the plan that the command would make: worked out in this process, which is quicker."""

        async def work() -> str:
            settings = settings_from({"BRCC_DATA_DIR": str(self.data), **self.values})
            club = open_context(settings)
            try:
                plan = await plan_changes(club, [parse_request(listing, capacity)])
            finally:
                await club.close()
            assert not plan.refused, plan.refused
            return plan.digest

        return asyncio.run(work())

    def set(self, listing: str, capacity: str) -> Ran:
        return self.run("set", listing, capacity, "--confirm", self.digest(listing, capacity), "--json")

    def until(self, listing: str, capacity: str, step: str, end: Callable[[Process], None]) -> Ran:
        """Start a change, and end the process, in that way, once it tells of that step."""
        digest = self.digest(listing, capacity)
        child = self.start("set", listing, capacity, "--confirm", digest, "--json")
        assert child.stderr is not None
        for line in child.stderr:
            if f": {STATE_WORDS[step]}" in line:
                end(child)
                break
        out, err = child.communicate(timeout=60)
        return Ran(child.wait(), out, err)

    def practice(self, path: str, body: object | None = None, method: str | None = None) -> Any:
        """Ask the practice club itself."""
        request = urllib.request.Request(
            f"{self.values['BRCC_PRACTICE_URL']}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"X-Practice-Token": self.values["BRCC_PRACTICE_TOKEN"]},
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def left(self, listing: str) -> int:
        return int(self.practice(f"state?listing={listing}")["left"])


@pytest.fixture(scope="module")
def values(day: str) -> Iterator[Mapping[str, str]]:
    with practice_club(["--seed=5", *SHORT_DEMO]) as settings:
        yield {name: value for name, value in settings.items() if name != "BRCC_DATA_DIR"}
        assert_no_offences(settings)


@pytest.fixture(scope="module")
def listings(values: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Listings with nothing odd about them, each handed out once: by stock method."""
    program = Program(values, tmp_path_factory.mktemp("catalogue"))
    assert program.run("refresh").status == 0
    found = program.run("listings", "--live", "--json").json["listings"]
    methods = ("booking_stock", "woocommerce_stock", "ticket_class_capacity")
    return {method: [*listings_with(found, method=method, on_offer=9)] for method in methods}


@pytest.fixture
def program(values: Mapping[str, str], tmp_path: Path) -> Program:
    return Program(values, tmp_path)


def take(listings: dict[str, Any], method: str = "booking_stock") -> tuple[str, int]:
    """A fresh listing, and its capacity."""
    one = listings[method].pop()
    return one["id"], one["reading"]["capacity"]


STEPS = ["locked", "read_again", "checkpointed", "sent", "answered", "verified"]


@pytest.mark.parametrize(
    ("method", "steps"),
    [
        pytest.param("booking_stock", STEPS, marks=not_under_wine("a killed process's connections stay open")),
        ("ticket_class_capacity", ["checkpointed", "sent", "verified"]),
    ],
)
def test_kill_9_at_every_step_and_recovery_accounts_for_every_write(
    program: Program, listings: dict[str, Any], method: str, steps: list[str]
) -> None:
    chosen = [take(listings, method) for _ in steps]
    before = {listing: program.left(listing) for listing, _ in chosen}
    alone = {listing.split(":")[1]: Lock() for listing, _ in chosen}  # two writers of one product would refuse

    def kill(number: int) -> None:
        listing, capacity = chosen[number]
        with alone[listing.split(":")[1]]:
            ran = program.until(listing, str(capacity + 2), steps[number], lambda child: child.kill())
        assert ran.status == KILLED

    with ThreadPoolExecutor(2) as two:
        list(two.map(kill, range(len(steps))))
    shown = {entry["listing"]: entry for entry in program.run("recover", "--json").json["entries"]}
    entries = {entry["listing"]: entry for entry in program.run("history", "--json").json["entries"]}
    written = 0
    for listing, capacity in chosen:
        left = program.left(listing)
        assert left in (before[listing], before[listing] + 2)
        if left == before[listing] + 2:
            written += 1
            seen = shown[listing]["now"]["capacity"]
            assert seen == capacity + 2 or (listing.startswith("eb:") and seen == capacity)  # read too soon after
            assert "sent" in [event["event"] for event in entries[listing]["events"]]
        elif listing not in shown:
            assert entries[listing]["outcome"] == "interrupted"
    assert written >= 1
    assert program.run("recover", shown[chosen[-1][0]]["id"], "--choose", "keep", "--json").status == 0
    assert chosen[-1][0] not in program.run("recover", "--json").out


@pytest.mark.parametrize("way", WAYS)
def test_told_to_end_it_verifies_what_was_sent(program: Program, listings: dict[str, Any], way: str) -> None:
    listing, capacity = take(listings)
    ran = program.until(listing, str(capacity + 2), "sent", lambda child: tell(child, way))
    assert ran.status == 1
    (change,) = ran.json["changes"]
    assert (change["outcome"], change["reading"]["capacity"]) == ("interrupted", capacity + 2)
    (entry,) = program.run("history", "--json").json["entries"]
    assert "verified" in [event["event"] for event in entry["events"]]


@pytest.mark.parametrize("folders", [1, 2])
def test_two_processes_on_one_product(
    program: Program, listings: dict[str, Any], tmp_path_factory: pytest.TempPathFactory, folders: int
) -> None:
    """In one data folder the file lock keeps them apart, with two the database's."""
    listing, capacity = take(listings)
    product = listing.rsplit(":", 2)[0]
    other = next(one for one in listings["booking_stock"] if one["id"].startswith(f"{product}:"))
    listings["booking_stock"].remove(other)
    second = program if folders == 1 else Program(program.values, tmp_path_factory.mktemp("other"))
    theirs = second.digest(other["id"], str(other["reading"]["capacity"] + 1))
    digest = program.digest(listing, str(capacity + 2))
    program.practice("faults", {"kind": "delay", **the_write_of(listing), "count": 1, "seconds": 60})
    first = program.start("set", listing, str(capacity + 2), "--confirm", digest, "--json")
    assert first.stderr is not None
    next(line for line in first.stderr if ": sent" in line)
    refused = second.run("set", other["id"], str(other["reading"]["capacity"] + 1), "--confirm", theirs, "--json")
    program.practice("faults", method="DELETE")
    out, _ = first.communicate(timeout=60)
    assert json.loads(out)["changes"][0]["outcome"] == "settled"
    assert refused.status == 1
    (change,) = refused.json["changes"]
    assert change["outcome"] == "refused"
    assert "changing it" in change["reason"] or "being changed by" in change["reason"]
    assert second.left(other["id"]) == other["reading"]["remaining"]


def the_write_of(listing: str) -> dict[str, str]:
    """The request that changes it; asking what the shop's key may do is another one."""
    shop, number, *_ = listing.split(":")
    if shop == "eb":
        return {"method": "POST", "path": f"*/events/{number}/ticket_classes/*"}
    return {"method": "PUT", "path": f"*/products/{number}"}


def test_a_sale_between_our_read_and_our_write_is_not_lost(program: Program, listings: dict[str, Any]) -> None:
    listing, capacity = take(listings)
    before = program.left(listing)
    program.practice("faults", {"kind": "delay", **the_write_of(listing), "count": 1, "seconds": 60})
    digest = program.digest(listing, str(capacity + 2))
    child = program.start("set", listing, str(capacity + 2), "--confirm", digest, "--json")
    assert child.stderr is not None
    next(line for line in child.stderr if ": sent" in line)
    assert program.practice("buy", {"listing": listing, "places": 2})["outcome"] == "bought"
    program.practice("faults", method="DELETE")
    out, _ = child.communicate(timeout=60)
    (change,) = json.loads(out)["changes"]
    assert (change["outcome"], change["sold_meanwhile"], change["corrections"]) == ("settled", 2, 1)
    assert program.left(listing) == before + 2 - 2


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("error_after", "booking_stock"),
        ("html_after", "woocommerce_stock"),
        ("drop_after", "booking_stock"),
        ("drop_after", "ticket_class_capacity"),
    ],
)
def test_an_answer_that_does_not_come(program: Program, listings: dict[str, Any], kind: str, method: str) -> None:
    listing, capacity = take(listings, method)
    before = program.left(listing)
    program.practice("faults", {"kind": kind, **the_write_of(listing), "count": 1})
    ran = program.set(listing, str(capacity + 2))
    (change,) = ran.json["changes"]
    assert (change["outcome"], ran.status) == ("settled", 0), ran.err
    assert program.left(listing) == before + 2


def test_a_journal_that_cannot_be_kept_is_refused_before_any_write(program: Program, listings: dict[str, Any]) -> None:
    listing, capacity = take(listings)
    before = program.left(listing)
    digest = program.digest(listing, str(capacity + 2))
    (journal,) = program.data.glob("*/journal.sqlite")
    journal.unlink()
    journal.mkdir()
    ran = program.run("set", listing, str(capacity + 2), "--confirm", digest, "--json")
    assert ran.status == 1
    (refusal,) = ran.json["refused"]
    assert refusal["code"] == "journal_unavailable"
    assert "BRCC_DATA_DIR" in refusal["reason"]
    assert program.left(listing) == before
