"""Apply a confirmed plan: lock, read again, guard, checkpoint, write, verify, settle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from brcc_tui.model.permit import ConfirmedPlan
from brcc_tui.model.plan import Result
from brcc_tui.operations.club import Club


@dataclass(frozen=True, slots=True)
class Step:
    """A move of one change, as the progress modal tells it: `event` is the journal's word for it."""

    listing_id: str
    event: str
    detail: str


async def apply_plan(
    club: Club,
    confirmed: ConfirmedPlan,
    *,
    reason: str = "",
    settle: bool = True,
    watch: Callable[[Step], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Result:
    """Carry out the plan, change by change. `stop` is asked between changes; `settle` False returns after
    verifying. Every outcome is in the journal and in the result; nothing is raised for a single change.
    """
    raise NotImplementedError
