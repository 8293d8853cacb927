"""What a write counts on of the rest of its show: readings, of now or of a moment ago, and locks."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from brcc_tui.model.app_error import AppError
from brcc_tui.operations.changes.batch import FRESH_MATES_SECONDS, FRESH_SECONDS, PlanRun
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from tests.operations.changes.guard_world import CLASS, world
from tests.operations.changes.operators import World
from tests.operations.changes.test_at_once import counted
from tests.operations.changes.virtual_time import run

MATE = subject_of(CLASS)


def running(club: World) -> PlanRun:
    return PlanRun(club.us.club, cast("Any", None), lambda: False, DecisionReader(club.us.club))


def beside(*, lowers: bool) -> Any:
    """A batch of one change, in whose show the class is."""
    return SimpleNamespace(lowers=lowers, show=[MATE], ahead={})


@pytest.mark.parametrize(
    ("lowers", "seconds", "readings"),
    [(True, 1, 1), (True, FRESH_MATES_SECONDS / 2 + 1, 2), (False, 1, 2)],
    ids=["a lowering, a moment later", "a lowering, some seconds later", "a raise"],
)
def test_only_a_lowering_counts_on_what_was_read_a_moment_ago(lowers: bool, seconds: float, readings: int) -> None:
    async def story() -> None:
        club = world()
        asked, plan_run = counted(club.us), running(club)
        await plan_run.read_mates(beside(lowers=lowers))
        await asyncio.sleep(seconds)
        assert list(await plan_run.read_mates(beside(lowers=lowers))) == [MATE]
        assert asked["event"] == readings

    run(story())


@pytest.mark.parametrize(("seconds", "readings"), [(1, 1), (FRESH_SECONDS + 1, 2)])
def test_a_raise_counts_once_on_what_its_own_turn_began_with(seconds: float, readings: int) -> None:
    async def story() -> None:
        club = world()
        asked, plan_run, raising = counted(club.us), running(club), beside(lowers=False)
        raising.ahead = {MATE: await plan_run.reader.look(MATE)}
        await asyncio.sleep(seconds)
        for more in (0, 1):
            assert list(await plan_run.read_mates(raising)) == [MATE]
            assert asked["event"] == readings + more

    run(story())


@pytest.mark.parametrize("lowers", [True, False])
def test_a_mate_that_cannot_be_read_stops_the_write(lowers: bool) -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["event"] += ["html"] * 9
        with pytest.raises(AppError):
            await running(club).read_mates(beside(lowers=lowers))

    run(story())


class Lock:
    """One that was lost, and can be had again."""

    async def still_ours(self) -> bool:
        return False

    async def retake(self) -> bool:
        return True


@pytest.mark.parametrize("watched", [True, False])
def test_a_lost_lock_is_taken_again_unless_something_is_watched_under_it(watched: bool) -> None:
    """Whoever had it meanwhile may have written."""

    async def story() -> None:
        plan_run = running(world())
        plan_run.locks = cast("Any", {MATE: Lock()})
        plan_run.recorders = [cast("Any", SimpleNamespace(id=CLASS, sent=True, ended=not watched))]
        held = await plan_run.holds_locks(cast("Any", SimpleNamespace(subject=MATE, show=[])))
        assert (held, plan_run.lock_lost) == ((False, MATE) if watched else (None, None))

    run(story())
