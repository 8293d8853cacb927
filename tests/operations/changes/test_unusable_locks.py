"""A lock file that cannot be opened: what hangs on it is neither free nor forgotten."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from brcc_tui.model.changes.plan import Outcome
from brcc_tui.operations.changes.recover import NotRecoverable, plan_recovery, recoverable
from brcc_tui.store.locks import LocalLocks
from tests.operations.changes.fake_wire import Killed
from tests.operations.changes.operators import MemoryJournal, World
from tests.operations.changes.virtual_time import run

CELL = "wc:4061:aaa:ddd"


def test_a_change_that_never_ended_is_told_and_nothing_acts_on_it(tmp_path: Path) -> None:
    async def story() -> None:
        world = World()
        world.shop.add_bookings(4061, {("aaa", "ddd"): 50})
        us = world.us
        plan = await us.plan((CELL, 40))

        def die() -> None:
            us.wire.dead = us.journal.dead = True
            raise Killed

        assert isinstance(us.journal, MemoryJournal)
        us.wire.after["set_booking_text"].append(die)
        with pytest.raises(Killed):
            await us.apply(plan)
        us.wire.dead = us.journal.dead = False
        world.shop.locks.clear()
        (tmp_path / "wc-4061.lock").mkdir()  # stands for one that another account made
        us.club = dataclasses.replace(us.club, locks=LocalLocks(tmp_path))

        (found,) = await recoverable(us.club)
        assert "wc-4061.lock cannot be used" in found.story
        assert found.story.count("it is unknown whether") == 1
        assert "changing it. Everything can be read. Give that file to this user" in found.story
        assert list(found.now.unknowns()) == ["capacity", "sold", "held", "remaining"]
        with pytest.raises(NotRecoverable, match=r"cannot be used .*\. Everything can be read\. Give that file"):
            await plan_recovery(us.club, found.entry.id, "keep")
        (change,) = (await us.apply(await us.plan((CELL, 45)))).changes
        assert change.outcome is Outcome.REFUSED
        assert us.journal.entry(found.entry.id).outcome is None  # type: ignore[union-attr]

    run(story())
