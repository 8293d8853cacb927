"""What becomes of an entry that later changes undo or take up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.model.changes.plan import Action, Outcome
from brcc_tui.operations.changes.follow_up import close_followed, end_entry
from tests.operations.changes.guard_world import CELL, CLASS, world
from tests.operations.changes.operators import World
from tests.operations.changes.virtual_time import run


async def settled(club: World) -> str:
    """The entry of a change from 30 to 20."""
    (change,) = (await club.us.set((CELL, 20))).changes
    return change.entry or ""


def following(entry: str, *, listing: str = CELL, to: int = 30, done: bool = True, entry_of: str = "c9") -> Any:
    """A change that follows that entry, and has gone well or not."""
    change = SimpleNamespace(follows=entry, action=Action.SET, capacity=to)
    return SimpleNamespace(
        id=listing, change=change, entry=entry_of, notes=list[str](), result=lambda: SimpleNamespace(done=done)
    )


@pytest.mark.parametrize(
    ("others", "outcome"),
    [
        ([following("", to=30)], "rolled_back"),
        ([following("", to=20)], "settled"),
        ([following("", to=30), following("", listing=CLASS, done=False)], "settled"),
        ([following("", to=30, done=False)], "settled"),
    ],
    ids=["taken back", "taken up again, which a settled one cannot be", "one of two failed", "failed"],
)
def test_an_entry_is_closed_once_all_that_follows_it_went_well(others: list[Any], outcome: str) -> None:
    async def story() -> None:
        club = world()
        entry = await settled(club)
        for other in others:
            other.change.follows = entry
        close_followed(club.us.club, others)
        assert club.us.entry(entry).outcome == outcome

    run(story())


def test_an_end_that_its_state_does_not_allow_is_not_recorded() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["set_booking_text"].append("rejected")
        (change,) = (await club.us.set((CELL, 20))).changes
        entry = club.us.entry(change.entry)
        assert entry.outcome == "refused"
        end_entry(club.us.club, entry, Outcome.ROLLED_BACK)
        end_entry(club.us.club, entry, Outcome.SETTLED)
        assert club.us.moves(entry.id) == [event.event for event in entry.events]

    run(story())
