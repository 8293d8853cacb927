"""Make a plan from a live reading: what would be written, what is refused, and why."""

from __future__ import annotations

from collections.abc import Sequence

from brcc_tui.model.plan import Plan, Wanted
from brcc_tui.operations.club import Club


async def plan_changes(club: Club, wanted: Sequence[Wanted]) -> Plan:
    """A plan for these wishes. Never raises for a single wish: it becomes a refusal with its reason."""
    raise NotImplementedError
