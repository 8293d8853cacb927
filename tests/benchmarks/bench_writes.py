"""What changes cost over slow lines: a confirmed `set`, a sync of both shops, and live numbers of one night.

Each stands beside its floor: the round trips that must follow each other, and the start of a program that does nothing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from tempfile import TemporaryDirectory
from typing import Any

from bench_sync import choose
from clubs import Sample
from measure import PROGRAM, Figure, NotMeasured, alternating, child_environment, run_to_end

from brcc_tui.clock import SystemClock
from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Action, ChangeRequest, Plan
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.changes.at_once import Prepared, plan_under_lock
from brcc_tui.operations.changes.sync import plan_sync
from brcc_tui.operations.context import ClubContext, open_context
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.settings_checks import settings_from
from brcc_tui.store.catalogue_cache import CatalogueCache

LATENCY = 100
STATEMENT_LATENCY = 60

_CHAIN_OF_A_SET = (12 + 11) * STATEMENT_LATENCY + LATENCY
"""Milliseconds: to connect (2), prepare (2) and lock (1), to read (6) and check the lock (1) before the write; after it
another connection (4) and a look (7)."""

_CHAIN_OF_A_NIGHT = (4 + 8) * STATEMENT_LATENCY
"""Milliseconds: to connect, and one look at all products. Eventbrite's two requests run beside it."""

_NIGHT = """
import asyncio, sys
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.context import open_context
from brcc_tui.settings_file import load_settings

async def read():
    club = open_context(load_settings())
    found = await read_live(club, sys.argv[1:])
    await club.close()
    assert all(listing.reading.sold is not None for listing in found)

asyncio.run(read())
"""


def confirmed_set(club: Sample, rounds: int = 3) -> list[Figure]:
    """A `set --confirm` of a booking date until it is verified, in seconds of a whole process."""
    cell = _a_cell(club)
    seconds, starts = [], []
    for number in range(rounds):
        set_it = ("set", cell, f"+{number + 1}", "--json")
        plan = _run(club, *set_it, fails=True)
        began = time.perf_counter()
        result = _run(club, *set_it, "--no-settle", "--confirm", plan["digest"])
        seconds.append(time.perf_counter() - began)
        if [change["outcome"] for change in result["changes"]] != ["verified"]:
            raise NotMeasured(str(result)[-400:])
        began = time.perf_counter()
        _run(club, "history", "--json")
        starts.append(time.perf_counter() - began)
    floor = _CHAIN_OF_A_SET / 1000 + sorted(starts)[rounds // 2]
    took = sorted(seconds)[rounds // 2]
    note = f"{took / floor:.2f} x its floor: {_CHAIN_OF_A_SET} ms one after the other, and the start of the program"
    return [Figure("set --confirm, to verified", took, "s", 2.5, note)]


def counts_of_a_set() -> list[Figure]:
    """What a confirmed `set` of a booking date asks of the shop: counts, which no load of the machine changes."""
    return asyncio.run(_counts())


async def _counts() -> list[Figure]:
    practice, prepared, at = PracticeClub(PracticeOptions(seed=5)), Prepared(), list[tuple[str, int, int]]()
    with TemporaryDirectory() as folder:
        club = open_context(
            settings_from({**await practice.start(), "BRCC_DATA_DIR": folder, "BRCC_SETTLE": "0.1,0.2"})
        )
        try:
            await refresh(club)
            asked = club.wordpress.queries, club.woocommerce.requests
            plan = await plan_under_lock(club, ChangeRequest(_roomy(club.cache), Action.SET, 2, delta=True), prepared)
            await apply_plan(
                club,
                confirm(plan, plan.digest),
                watch=lambda step: at.append((step.event, club.wordpress.queries, club.woocommerce.requests)),
                prepared=prepared,
            )
        finally:
            await club.close()
            await practice.stop()
    _, statements, requests = next(each for each in at if each[0] == "sent")
    looks = [then[1] - each[1] for each, then in pairwise(at) if then[0] == "looked"]
    note = f"and {requests - asked[1]} request of WooCommerce"
    return [
        Figure("set --confirm: statements before its write", statements - asked[0], "", 12, note),
        Figure("set --confirm: statements of a look", max(looks), "", 12, f"of {len(looks)}: {sum(looks)} in all"),
    ]


def one_night(club: Sample, rounds: int = 3) -> list[Figure]:
    """Live numbers of three shows from a cold start, in seconds of a whole process."""
    cache = CatalogueCache(club.cache)
    soon = [listing for listing in cache.listings(SystemClock().now().date()) if listing.starts_at]
    nights = sorted({listing.starts_at for listing in soon if listing.starts_at})[:3]
    ids = [listing.id for listing in soon if listing.starts_at in nights]
    found = alternating(
        rounds,
        ours=lambda: _seconds((sys.executable, "-c", _NIGHT, *ids), club),
        start=lambda: _seconds((*PROGRAM, "history", "--json"), club),
    )
    took, floor = statistics.median(found["ours"]), _CHAIN_OF_A_NIGHT / 1000 + statistics.median(found["start"])
    note = f"{took:.2f} s for {len(ids)} listings: {_CHAIN_OF_A_NIGHT} ms one after the other, and a program's start"
    return [Figure("live numbers of three shows, cold", took / floor, "x", 1.5, note)]


def a_sync(listings: int = 200) -> list[Figure]:
    """A sync of both shops, applied until all is verified; the practice shops work in the same process."""
    return asyncio.run(_sync(listings))


async def _sync(listings: int) -> list[Figure]:
    practice = PracticeClub(PracticeOptions(latency=LATENCY))
    with TemporaryDirectory() as folder:
        club = open_context(settings_from({**await practice.start(), "BRCC_DATA_DIR": folder}))
        try:
            await refresh(club)
            planning = [await _planned(club, choose(club, many)) for many in (listings // 2, listings)]
            plan = planning[-1][0]
            began, worked, asked = time.perf_counter(), time.process_time(), club.eventbrite.requests
            result = await apply_plan(club, confirm(plan, plan.digest), settle=False)
            took, worked = time.perf_counter() - began, time.process_time() - worked
            done = sum(change.outcome.value == "verified" for change in result.changes)
            made = club.eventbrite.requests - asked
        finally:
            await club.close()
            await practice.stop()
    if not done:
        raise NotMeasured("no change was verified")
    return [
        *(figure for _, figure in planning),
        Figure(
            "sync: applied to verified, a change",
            took / done,
            "s",
            0.1,
            f"{worked / done:.2f} s of it computing; {done} of {len(plan.changes)} changes",
        ),
        Figure("sync: calls of Eventbrite a change", made / done, "", 3.2, "of the application"),
    ]


async def _planned(club: ClubContext, chosen: Sequence[str]) -> tuple[Plan, Figure]:
    """A plan of these shows, and how long each 82 of its changes took; of two plans the first asks for access codes."""
    wordpress = club.wordpress
    assert club.eventbrite is not None
    assert wordpress is not None
    calls, statements = club.eventbrite.requests, wordpress.queries
    began, worked = time.perf_counter(), time.process_time()
    plan = await plan_sync(club, chosen, Mode.SPLIT)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    note = f"{took:.2f} s, {worked:.2f} s of it computing; {club.eventbrite.requests - calls} calls of Eventbrite"
    note += f", {wordpress.queries - statements} statements"
    return plan, Figure(
        f"sync: planned, {len(plan.changes)} changes, for 82", took / len(plan.changes) * 82, "s", 1.0, note
    )


def _seconds(command: Sequence[str], club: Sample) -> float:
    began = time.perf_counter()
    run_to_end(command, club.settings, club.folder)
    return time.perf_counter() - began


def _run(club: Sample, *arguments: str, fails: bool = False) -> Mapping[str, Any]:
    command = (*PROGRAM, *arguments)
    done = subprocess.run(
        command, env=child_environment(club.settings), cwd=club.folder, capture_output=True, check=False, timeout=600
    )
    if bool(done.returncode) is not fails:
        raise NotMeasured(f"{' '.join(arguments)}: {done.stderr.decode()[-400:]}")
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def _a_cell(club: Sample) -> str:
    return _roomy(CatalogueCache(club.cache))


def _roomy(cache: CatalogueCache) -> str:
    """A booking date that can be written, and has room."""
    soon = SystemClock().now().date() + dt.timedelta(days=2)
    for listing in cache.listings(soon):
        seats = listing.reading.remaining
        if listing.id.count(":") == 3 and listing.writable and isinstance(seats, int) and seats > 3:
            return listing.id
    raise NotMeasured("the club has no booking date that can be written")
