"""The record of one change: its legal moves, its end, and whoever watches it."""

from __future__ import annotations

import pytest

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Outcome
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.changes.lifecycle import IllegalMove, State, check_move
from brcc_tui.operations.changes.recorder import ChangeRecorder, Step
from tests.operations.changes.guard_world import CELL, world
from tests.operations.changes.operators import go
from tests.operations.changes.virtual_time import run


def test_nothing_but_a_checkpoint_or_an_earlier_request_leads_to_one() -> None:
    before = {State.CHECKPOINTED, State.CORRECTING, State.UNANSWERED}
    for state in State:
        if state in before:
            check_move(state, State.SENT)
        else:
            with pytest.raises(IllegalMove):
                check_move(state, State.SENT)


def test_the_end_that_was_decided_first_stands() -> None:
    async def story() -> None:
        club = world()
        (change,) = (await club.us.plan((CELL, 20))).changes
        recorder = ChangeRecorder(club.us.club, change, None)
        recorder.decide(Outcome.CONFLICT, "another hand")
        recorder.decide(Outcome.UNDONE_BY_SHOP, "put back")
        assert recorder.fate == (Outcome.CONFLICT, "another hand")

    run(story())


def test_a_terminal_that_went_away_stops_nothing() -> None:
    told: list[str] = []

    def gone(step: Step) -> None:
        told.append(step.event)
        raise OSError("the terminal is gone")

    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 20))
        (change,) = (await apply_plan(club.us.club, confirm(plan, plan.digest), watch=gone)).changes
        assert (change.outcome, told) == (Outcome.SETTLED, ["planned"])

    run(story())


@pytest.mark.parametrize("sold", [2, -2])
def test_what_was_sold_meanwhile_is_never_less_than_none(sold: int) -> None:
    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 3))
        (order,) = club.shop.orders_of(CELL)
        plan = await club.us.plan((CELL, 20))
        go(club.shop.sale(CELL, sold) if sold > 0 else club.shop.cancel(order))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.sold_meanwhile) == (Outcome.SETTLED, max(0, sold))

    run(story())
