"""What a plan comes to, in short."""

from __future__ import annotations

from brcc_tui.model.changes.plan import Plan


def capacities(plan: Plan) -> dict[str, int]:
    return {change.listing.id: change.capacity for change in plan.changes}
