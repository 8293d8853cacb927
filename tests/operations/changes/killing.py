"""The program's process is killed in the midst of a change."""

from __future__ import annotations

from typing import cast

import pytest

from brcc_tui.model.changes.plan import Plan
from tests.operations.changes.fake_wire import Killed
from tests.operations.changes.operators import MemoryJournal, World


async def killed_at(club: World, plan: Plan, move: str) -> None:
    """Carry the plan out in a process that is killed once it has noted that move; its locks go with it."""
    journal = cast("MemoryJournal", club.us.journal)

    def kill(event: str) -> None:
        if event == move:
            club.us.wire.dead = journal.dead = True

    journal.on_append = kill
    with pytest.raises(Killed):
        await club.us.apply(plan)
    journal.on_append, journal.dead, club.us.wire.dead = None, False, False
    club.us.locks.held.clear()
    club.shop.locks.clear()
