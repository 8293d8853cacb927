"""What changes cost over slow lines: a confirmed `set`, a sync of both shops, and live numbers of one night.

Each stands beside its floor: the round trips that must follow each other, and the start of a program that does nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import time
from collections.abc import Mapping
from typing import Any

from clubs import Sample
from measure import PROGRAM, Figure, NotMeasured, child_environment

from brcc_tui.clock import SystemClock
from brcc_tui.store.catalogue_cache import CatalogueCache

LATENCY = 100
STATEMENT_LATENCY = 60

_CHAIN_OF_A_SET = (13 + 12) * STATEMENT_LATENCY + LATENCY
"""Milliseconds: to connect (2), prepare (3) and lock (1), to read (6) and check the lock (1) before the write; after it
another connection (5) and a look (7)."""

_CHAIN_OF_A_NIGHT = (5 + 12) * STATEMENT_LATENCY
"""Milliseconds: to connect (2), prepare (3) and lock (1), to read (6) and check the lock (1) before the write; after it
another connection (5) and a look (7)."""


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
    cache = CatalogueCache(club.cache)
    soon = SystemClock().now().date() + dt.timedelta(days=2)
    for listing in cache.listings(soon):
        seats = listing.reading.remaining
        if listing.id.count(":") == 3 and listing.writable and isinstance(seats, int) and seats > 3:
            return listing.id
    raise NotMeasured("the club has no booking date that can be written")
