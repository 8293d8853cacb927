"""How long a sync of many shows takes on the practice club: planned, applied, stopped half way, resumed.

Run it: `python tests/benchmarks/bench_sync.py [listings] [milliseconds a request]`. The time that is not spent
waiting for the practice club's answers is what the program itself needs.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Plan
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.model.shows.show import PairingState, Show
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.catalogue.venue_changes import confirm_pairing
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.changes.sync import plan_sync
from brcc_tui.operations.context import ClubContext, open_context
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.settings_checks import settings_from


def shows_of(club: ClubContext) -> tuple[Show, ...]:
    """All shows, as the cache knows them."""
    return programme(club, club.cache.listings()).shows


def choose(club: ClubContext, listings: int) -> list[str]:
    """So many listings' worth of coming shows that a person has confirmed."""
    while doubtful := next((x for x in shows_of(club) if x.pairing.state.value in ("certain", "likely")), None):
        confirm_pairing(club, doubtful)
    chosen, count = [], 0
    for show in shows_of(club):
        to_come = show.starts_at > club.clock.now() and all(listing.writable for listing in show.listings)
        if count < listings and to_come and show.pairing.state is PairingState.CONFIRMED:
            chosen.append(show.id)
            count += len(show.listings)
    return chosen


async def half_and_rest(club: ClubContext, chosen: Sequence[str]) -> None:
    """Plan, stop the application in the middle, plan again and go on to the end."""
    for name, part in (("planned and half applied", 0.5), ("resumed", 1.0)):
        sent, began, processor = club.eventbrite.requests, time.perf_counter(), time.process_time()
        plan = await plan_sync(club, chosen, Mode.SPLIT)
        took, worked = time.perf_counter() - began, time.process_time() - processor
        print(f"{name}: {len(plan.changes)} changes of {len(chosen)} shows planned in {took:.2f} s,")
        print(
            f"  {worked:.2f} s of them computing on both sides; refused {Counter(x.code.value for x in plan.refused)}"
        )
        print(f"  {club.eventbrite.requests - sent} calls of Eventbrite, {club.eventbrite.calls_left} left this hour")
        began, sent = time.perf_counter(), club.eventbrite.requests
        outcomes = await apply(club, plan, round(len(plan.changes) * part))
        print(f"  applied in {time.perf_counter() - began:.1f} s: {outcomes}")
        print(f"  {club.eventbrite.requests - sent} calls of Eventbrite, {club.eventbrite.calls_left} left this hour")


async def apply(club: ClubContext, plan: Plan, until: int) -> Mapping[str, int]:
    """Carry out the plan until so many changes are verified; how they ended."""
    done: Counter[str] = Counter()
    result = await apply_plan(
        club,
        confirm(plan, plan.digest),
        settle=False,
        watch=lambda step: done.update([step.event]),
        stop=lambda: done["verified"] >= until,
    )
    return Counter(x.outcome.value for x in result.changes)


async def measure(listings: int, latency: int) -> None:
    """A practice club of its own, and the measurement."""
    practice = PracticeClub(PracticeOptions(latency=latency))
    with tempfile.TemporaryDirectory() as folder:
        club = open_context(settings_from({**await practice.start(), "BRCC_DATA_DIR": folder}))
        try:
            await refresh(club)
            await half_and_rest(club, choose(club, listings))
        finally:
            await club.close()
            await practice.stop()


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 200, int(sys.argv[2]) if len(sys.argv) > 2 else 0))
