"""The result of putting a plan before a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brcc_tui.model.changes.plan import Plan, Refusal
    from brcc_tui.screens.state.running_plan import RunningPlan


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The plan, and its run; None where it held nothing to write."""

    plan: Plan
    run: RunningPlan | None

    @property
    def left(self) -> list[Refusal]:
        """What the plan could not do: it stands as it was."""
        return _refused_in_earnest(self.plan)


def has_news(plan: Plan) -> bool:
    """Whether a person has to see it: something is to be written, or cannot be."""
    return bool(plan.changes or _refused_in_earnest(plan))


def _refused_in_earnest(plan: Plan) -> list[Refusal]:
    """The refusals but those of what stands as wanted already."""
    from brcc_tui.model.changes.plan import RefusalCode

    return [refusal for refusal in plan.refused if refusal.code is not RefusalCode.NO_CHANGE]
