"""A person confirmed: the only place where a plan becomes a confirmed plan.

Only the confirmation modal and the command line's own confirmation may import this module; an import
contract in pyproject.toml enforces it.
"""

from __future__ import annotations

from brcc_tui.model.changes.permit import ConfirmedPlan, NotConfirmed, seals_of
from brcc_tui.model.changes.plan import Plan, digest


def confirm(plan: Plan, seen_digest: str) -> ConfirmedPlan:
    """A person saw the plan of this digest and said yes.

    Raises `NotConfirmed` when it is another plan, or when the plan's changes are not those it was signed for.
    """
    if seen_digest != plan.digest:
        raise NotConfirmed(
            "the plan made now is not the one that was confirmed",
            subject=f"digest {seen_digest[:12]}",
            next_step="look at the plan again",
        )
    if digest(plan.shop, plan.changes) != plan.digest:
        raise NotConfirmed("the plan's changes are not those it was signed for", subject=f"digest {plan.digest}")
    return ConfirmedPlan(plan, seals_of(plan))
