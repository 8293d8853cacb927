"""`kill -9` of the real command at moments taken from its whole run, and what `recover` makes of it.

Moments are requests of the command plus a random delay, drawn from the seed. More of them by hand:

    STORM_KILLS=200 .venv/bin/pytest tests/simulation/storm/test_kill_nine.py --timeout 0
    STORM_KILL_SEED=17 .venv/bin/pytest tests/simulation/storm/test_kill_nine.py      (that one alone)
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.sandbox.wordpress.shop import CheckoutRefused
from brcc_tui.store.journal_entries import Entry
from tests.simulation.storm.served import Served
from tests.simulation.storm.small_club import CELLS, CLASSES, SINGLE, Arrived
from tests.simulation.storm.storm_history import carries
from tests.systems import posix

pytestmark = [pytest.mark.xdist_group("kill -9"), posix("signals of POSIX systems")]

KILLS = int(os.environ.get("STORM_KILLS", "25"))
LISTINGS = (*CELLS, *CELLS, SINGLE, CLASSES[0])
LATENCY = 0.015
REQUESTS = {"wc": 11, "eb": 9}
"""HTTP requests of an undisturbed run, from the first of the plan to the last of the watching."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path, seed=5, latency=LATENCY, settle="0.15,0.3")
    served.club.eventbrite.stale_seconds = 0.0  # a new process has no waypoint, and would see the old number
    yield served
    served.close()


def test_whatever_the_moment_recovery_accounts_for_it(served: Served) -> None:
    seen: Counter[str] = Counter()
    seeds = [int(os.environ["STORM_KILL_SEED"])] if "STORM_KILL_SEED" in os.environ else range(KILLS)
    for seed in seeds:
        try:
            seen[_one(served, seed)] += 1
        except AssertionError as error:
            raise AssertionError(f"kill {seed}: {error}") from error
    if len(seeds) >= 20:
        assert len(seen) >= 4, f"too few different moments were hit: {seen}"


def test_the_harness_notices_a_write_that_was_never_recorded(served: Served) -> None:
    """Negative control: with the record taken away, a kill after the request leaves an unaccounted write."""
    arguments = served.confirmed(SINGLE, served.implied(SINGLE) + 3)
    before = len(served.club.arrived)
    with served.spawn(*arguments, puppet={"broken": "journal"}) as process:
        _kill_at(served, process.pid, "PUT", 1, 0.0)
        process.wait(20)
    with pytest.raises(AssertionError, match="never recorded"):
        _accounted(served.writes()[before:], served.entries())


def _one(served: Served, seed: int) -> str:
    """One life and death; returns the state in which it died."""
    rng = random.Random(seed)
    listing = rng.choice(LISTINGS)
    was = served.implied(listing)
    wanted = was + rng.choice([-1, 1, 2, 5]) if was > 12 else was + rng.randint(1, 9)
    arguments = served.confirmed(listing, wanted)
    text, arrived, known = served.club.text, len(served.club.arrived), len(served.entries())
    which = rng.randint(1, REQUESTS[listing[:2]])
    buys = rng.choice([True, False, False])
    with served.spawn(*arguments) as process:
        _kill_at(served, process.pid, "any", which, rng.uniform(0, 0.05), buys=listing if buys else None)
        process.wait(20)
    _stop_killing(served)
    writes = served.writes()[arrived:]
    entries = served.entries()[known:]
    assert process.returncode in (-signal.SIGKILL, 0, 1), process.returncode
    _accounted(writes, entries)
    if not writes and not buys:
        assert served.club.text == text
    served.assert_locks_are_free()
    return _recovered(served, rng, listing, wanted, was, writes, entries)


def _recovered(
    served: Served, rng: random.Random, listing: str, wanted: int, was: int, writes: list[Arrived], entries: list[Entry]
) -> str:
    entry = entries[-1] if entries else None
    state = entry.state if entry is not None else "not begun"
    shown = served.run("recover", "--json")
    assert shown.status == 0, shown.err
    found = shown.json["entries"]
    unfinished = entry is not None and entry.outcome is None and entry.last("checkpointed") is not None
    if not unfinished:
        assert not found, found
        assert not writes or (entry is not None and entry.outcome is not None)
        return state
    assert entry is not None
    if not found:  # it was watched to its end by the look of `recover` itself
        assert served.entries()[-1].outcome == "settled"
        assert served.implied(listing) == wanted
        return state
    (one,) = found
    assert (one["id"], one["listing"], one["intended"], one["before"]) == (entry.id, listing, wanted, was)
    assert one["now"]["capacity"] == served.implied(listing)
    _choose(served, rng.choice(one["choices"]), one, listing)
    assert served.run("recover", "--json").json["entries"] == []
    served.assert_locks_are_free()
    return state


def _choose(served: Served, choice: str, one: dict[str, Any], listing: str) -> None:
    goal = {"keep": served.implied(listing), "reapply": one["intended"], "restore": one["before"]}[choice]
    if choice == "keep":
        served.keep(one["id"])
    else:
        plan = served.run("recover", one["id"], "--choose", choice, "--json").json
        if plan["changes"]:
            ran = served.run("recover", one["id"], "--choose", choice, "--json", "--confirm", plan["digest"])
            assert ran.status == 0, ran.err
        elif plan["refused"]:
            assert [refusal["code"] for refusal in plan["refused"]] == ["no_change"], plan
            served.keep(one["id"])
        else:
            assert choice == "reapply", "only what did arrive is ended without a plan"
    assert served.implied(listing) == goal, f"{choice}: {served.implied(listing)}, not {goal}"


def _accounted(writes: list[Arrived], entries: list[Entry]) -> None:
    """Every write that reached a shop stands in the journal, with its numbers, before it was sent."""
    for write in writes:
        announced = [
            event
            for entry in entries
            for event in entry.events
            if event.event == "sent" and carries(write, event.detail["numbers"]) and entry.last("checkpointed")
        ]
        assert announced, f"never recorded: {write}"


def _kill_at(served: Served, pid: int, method: str, which: int, delay: float, *, buys: str | None = None) -> None:
    """Kill it so many seconds after its nth request has arrived; before, somebody may buy."""
    left = which

    async def arrived(seen: str, _write: Arrived | None) -> None:
        nonlocal left
        left -= method in ("any", seen)
        if left == 0:
            if buys is not None and buys not in CLASSES:
                with suppress(CheckoutRefused):
                    await served.club.buy(buys, 1)
            asyncio.get_running_loop().call_later(delay, _kill, pid)

    served.club.on_arrival = arrived


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _stop_killing(served: Served) -> None:
    served.club.on_arrival = None
