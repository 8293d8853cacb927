"""A sale of a neighbouring date falls into our write, and our process dies before it can verify: who tells?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest
from brcc_tui.operations.changes.recover import plan_recovery, recoverable
from tests.simulation.storm.pilots import Killed, Pilot
from tests.simulation.storm.small_club import CELLS, Arrived, SmallClub
from tests.simulation.storm.wire_time import VirtualClock, WireLoop, run

NAMED, NEIGHBOUR = CELLS[0], CELLS[1]


async def _die_after_a_write_over_a_sale(folder: Path, then: Callable[[Pilot], Awaitable[None]]) -> tuple[int, int]:
    """The neighbour's capacity at first and after the recovery."""
    import asyncio

    loop = asyncio.get_running_loop()
    assert isinstance(loop, WireLoop)
    club = SmallClub(seed=2, clock=VirtualClock().now, seconds=loop.time)
    pilot = Pilot("pilot", {**await club.start(), "BRCC_SETTLE": "2,15,60"}, folder)
    first = club.implied()[NEIGHBOUR]

    async def buy(method: str, _write: Arrived | None) -> None:
        if method == "PUT" and len(club.arrived) == 1:
            await club.buy(NEIGHBOUR, 1)

    async def die(method: str, _write: Arrived | None) -> None:
        if method == "PUT" and len(club.arrived) == 1:
            pilot.kill()

    club.on_arrival, club.on_answer = buy, die
    plan = await pilot.plan(ChangeRequest(NAMED, Action.SET, club.implied()[NAMED] + 5))
    with pytest.raises(Killed):
        await pilot.apply(plan)
    await pilot.end()
    pilot.start()
    await asyncio.sleep(100)
    await then(pilot)
    found = first, club.implied()[NEIGHBOUR]
    await pilot.end()
    await club.stop()
    return found


@pytest.mark.parametrize("choice", ["keep", "reapply", "restore"])
def test_recovery_tells_of_the_neighbour_or_mends_it(tmp_path: Path, choice: str) -> None:
    said: list[str] = []

    async def recover(pilot: Pilot) -> None:
        for found in await recoverable(pilot.club):
            said.append(found.story)
            plan = await plan_recovery(pilot.club, found.entry.id, choice)
            said.extend(refusal.reason for refusal in plan.refused)
            said.extend(warning for change in plan.changes for warning in change.warnings)
            if plan.changes:
                result = await pilot.apply(plan)
                said.extend(change.reason for change in result.changes)
        said.extend(str(event.detail) for entry in pilot.club.journal.entries() for event in entry.events[-1:])

    first, last = run(_die_after_a_write_over_a_sale(tmp_path, recover))
    assert all(any(NEIGHBOUR in words for words in told) for told in (said[:1], said)), said
    assert last == (first + 1 if choice == "keep" else first)
    if choice == "keep":
        assert NEIGHBOUR in said[-1], "the journal keeps it"
