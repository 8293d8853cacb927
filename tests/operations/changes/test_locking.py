"""The two locks of a subject, and what is left of them when one cannot be had."""

from __future__ import annotations

from typing import Any, cast

import pytest

from brcc_tui.model.app_error import AppError
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.changes.guards import Guarded
from brcc_tui.operations.changes.locking import SubjectLock, lock_subject
from brcc_tui.platforms.errors import DatabaseError
from tests.operations.changes.guard_world import CELL, world
from tests.operations.changes.operators import FakeLock
from tests.operations.changes.virtual_time import run


class Remote:
    """The database's lock, which counts how often it was let go."""

    released = 0

    async def release(self) -> None:
        self.released += 1


def test_a_lost_lock_is_let_go_before_another_is_taken() -> None:
    """Its connection may still be open: nobody keeps it any more."""

    async def story() -> None:
        club, remote = world(), Remote()
        held = SubjectLock(
            club.us.club, subject_of(CELL), cast("Any", FakeLock({"wc:4061": "us"}, "wc:4061")), cast("Any", remote)
        )
        assert await held.retake()
        assert remote.released == 1
        assert list(club.shop.locks) == [4061]

    run(story())


@pytest.mark.parametrize(
    "error", [DatabaseError("the database went away"), AppError("ann has it"), RuntimeError("a defect")]
)
def test_what_the_database_refuses_leaves_no_lock_of_this_computer(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def refused(*_: object, **__: object) -> None:
        raise error

    async def story() -> None:
        club = world()
        monkeypatch.setattr(club.us.club.wordpress, "lock", refused)
        with pytest.raises(RuntimeError if isinstance(error, RuntimeError) else Guarded):
            await lock_subject(club.us.club, subject_of(CELL), "us")
        assert club.us.locks.held == {}

    run(story())
