"""Runs changes of different shows side by side, a few at a time; those of one show in the plan's order.

A batch waits for every earlier one that shares anything with it: a show, something that one writes and the other
reads for its rule, or the product or event itself. So related changes are never under way at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from brcc_tui.operations.changes.batch import Batch, PlanRun
from brcc_tui.operations.changes.decision_reading import Subject, subject_of
from brcc_tui.operations.changes.propose import group_of
from brcc_tui.operations.changes.recheck import mates_of

BATCHES_AT_ONCE: Final = 4
"""Batches at a time: a client reads four things at once, and the database lends five connections."""


@dataclass(frozen=True, slots=True)
class _Footprint:
    """What a batch writes, what it reads before that, ahead of its shows' later changes too, and these shows."""

    writes: Subject
    reads: frozenset[Subject]
    shows: frozenset[str]

    @classmethod
    def of(cls, run: PlanRun, batch: Batch) -> _Footprint:
        reads = mates_of(run.confirmed.plan.rules, [batch.subject])
        shows = {group_of(recorder.change.listing) for recorder in batch.recorders}
        ahead = {subject_of(each.id) for each in run.recorders if group_of(each.change.listing) in shows}
        return cls(batch.subject, frozenset(reads | ahead | {batch.subject}), frozenset(shows))

    def meets(self, other: _Footprint) -> bool:
        return self.writes in other.reads or other.writes in self.reads


async def each_in_turn(run: PlanRun, made: Sequence[Batch], work: Callable[[PlanRun, Batch], Awaitable[None]]) -> None:
    """Do the work of every batch. Where it fails unexpectedly nothing new is begun, and what is under way is ended.

    Of the batches that need not wait, those go first whose shows were begun first: what was read of a show is young
    then, and the show is soon as it is meant to be.
    """
    feet = [_Footprint.of(run, batch) for batch in made]
    waits = [_earlier_ones(feet, number) for number in range(len(made))]
    waiting = _by_show(feet)
    under_way: dict[asyncio.Task[None], int] = {}
    ended: set[int] = set()

    turns: list[asyncio.Task[None]] = []
    while waiting or under_way:
        ready = [number for number in waiting if waits[number] <= ended][: BATCHES_AT_ONCE - len(under_way)]
        for number in ready:
            waiting.remove(number)
            task = asyncio.ensure_future(work(run, made[number]))
            turns.append(task)
            under_way[task] = number
        done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        ended |= {under_way.pop(task) for task in done}
    for task in turns:
        task.result()


def _earlier_ones(feet: Sequence[_Footprint], number: int) -> set[int]:
    """The numbers of the batches that have to end before this one begins."""
    return {n for n in range(number) if feet[n].meets(feet[number])}


def _by_show(feet: Sequence[_Footprint]) -> list[int]:
    """The batches' numbers, those of a show one after the other, in the order in which the shows come first."""
    first: dict[str, int] = {}
    for number, foot in enumerate(feet):
        for show in foot.shows:
            first.setdefault(show, number)
    return sorted(range(len(feet)), key=lambda number: (min(first[show] for show in feet[number].shows), number))
