"""How many statements and requests a change makes of the practice club: counts, for times depend on the machine."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.model.listing_id import parent_of
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.changes.at_once import Prepared, plan_under_lock
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.changes.recorder import Step
from brcc_tui.operations.context import ClubContext, open_context
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.sandbox.wordpress.orders import Gateway
from brcc_tui.settings import Settings
from brcc_tui.settings_checks import settings_from
from tests.operations.changes.test_practice_races import QuickClock, _roomy_cells
from tests.practice import SHORT

MAX_STATEMENTS = 12
"""Before the write, the connection's own among them, and for each look after it."""


@dataclasses.dataclass
class Costs:
    """Statements and requests of the shop, at each step of the change."""

    club: ClubContext
    at: list[tuple[str, int, int]] = dataclasses.field(default_factory=list)

    def note(self, step: Step) -> None:
        assert self.club.wordpress is not None
        assert self.club.woocommerce is not None
        self.at.append((step.event, self.club.wordpress.queries, self.club.woocommerce.requests))

    def before_the_write(self) -> tuple[int, int]:
        return next((statements, requests) for event, statements, requests in self.at if event == "sent")

    def looks(self) -> list[tuple[int, int]]:
        """What each look cost, and all that was done between it and what was before."""
        found = []
        for (_, before, asked), (event, after, then) in zip(self.at, self.at[1:], strict=False):
            if event == "looked":
                found.append((after - before, then - asked))
        return found


async def test_a_confirmed_change_of_a_date_asks_little(tmp_path: Path) -> None:
    practice = PracticeClub(PracticeOptions(seed=5, **SHORT))
    settings = settings_from({**await practice.start(), "BRCC_DATA_DIR": str(tmp_path), "BRCC_SETTLE": "0.05,0.1"})
    club = dataclasses.replace(open_context(settings), clock=QuickClock(settings.practice_ahead))
    roomy = [_roomy_cells(product.id, dict(product.meta)) for product in practice.world.products]
    await _plan_many(settings, [found[0] for found in roomy if found])
    cell = min((found for found in roomy if found), key=len)[0]
    _, product, slot, date = cell.split(":")
    await practice.site.checkout(int(product), 2, slot_id=slot, date_id=date, gateway=Gateway.COD)
    costs, prepared = Costs(club), Prepared()
    try:
        wish = ChangeRequest(cell, Action.SET, 2, delta=True)
        plan = await plan_under_lock(club, wish, prepared)
        assert not plan.refused
        result = await apply_plan(club, confirm(plan, plan.digest), watch=costs.note, prepared=prepared)
    finally:
        await prepared.release()
        await club.close()
        await practice.stop()
    assert [change.outcome for change in result.changes] == [Outcome.SETTLED]
    statements, requests = costs.before_the_write()
    assert statements <= MAX_STATEMENTS
    assert requests <= 1
    assert len(costs.looks()) == 3
    assert all(statements <= MAX_STATEMENTS and requests <= 1 for statements, requests in costs.looks())


async def _plan_many(settings: Settings, cells: Sequence[str]) -> None:
    """However many products a plan is about, they are asked for together: the connection's own statements, one
    snapshot, one list, and whether the key may write. There is room for one that is in unrest, and read again.
    """
    club = open_context(settings)
    assert club.wordpress is not None
    assert club.woocommerce is not None
    assert len({parent_of(cell) for cell in cells}) > 5
    try:
        plan = await plan_changes(club, [ChangeRequest(cell, Action.SET, 1, delta=True) for cell in cells])
        assert len(plan.changes) > 5
        assert club.wordpress.queries <= 2 * MAX_STATEMENTS
        assert club.woocommerce.requests <= 2 + 1
    finally:
        await club.close()
