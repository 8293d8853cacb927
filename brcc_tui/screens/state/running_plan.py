"""A confirmed plan on its way: what has happened so far, and how to stop after the step that is under way."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brcc_tui.model.changes.permit import ConfirmedPlan
    from brcc_tui.model.changes.plan import ChangeResult, Result
    from brcc_tui.operations.changes.apply import Step
    from brcc_tui.screens.state.board import Board


class RunningPlan:
    """One plan being applied. It lives in the application, so the screen that shows it may be closed."""

    def __init__(
        self, confirmed: ConfirmedPlan, reason: str, started: dt.datetime, board: Board, changed: Callable[[], None]
    ) -> None:
        """What was verified goes onto the board at once, while it is still watched; `changed` hears of every move."""
        self.confirmed = confirmed
        self.plan = confirmed.plan
        self.reason = reason
        self.started = started
        self.steps: list[Step] = []
        self.result: Result | None = None
        self.error = ""
        self.must_regroup = False
        self.stop_asked = False
        self._board = board
        self._changed = changed
        self._stirred = asyncio.Event()

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Around what applies the plan and keeps its `result`. An error is kept here and raised."""
        try:
            yield
        except Exception as error:
            self.error = str(error) or type(error).__name__
            raise
        finally:
            self._stirred.set()
            self._changed()

    def stop(self) -> None:
        """Send nothing new; what was sent is verified, and watched no longer."""
        self.stop_asked = True

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.result is not None or bool(self.error)

    def last_steps(self) -> dict[str, Step]:
        """The latest move of each listing that has begun."""
        return {step.listing_id: step for step in self.steps}

    def results(self) -> dict[str, ChangeResult]:
        """How each change ended, once the whole has."""
        return {change.listing_id: change for change in self.result.changes} if self.result else {}

    def written(self) -> tuple[str, ...]:
        """The journal's entries of what was sent, once the whole has ended: what an undo would take back."""
        if self.result is None:
            return ()
        sent = {step.listing_id for step in self.steps if step.event == "sent"}
        return tuple(change.entry for change in self.result.changes if change.listing_id in sent and change.entry)

    @property
    def can_be_undone(self) -> bool:
        """Whether there is something to take back: from the moment a change is verified."""
        if self.ended:
            return bool(self.written())
        return not self.stop_asked and any(step.event == "verified" for step in self.steps)

    async def until_ended(self) -> None:
        """Wait until nothing more will happen: after `stop`, as soon as what was sent is verified."""
        while not self.ended:
            self._stirred.clear()
            await self._stirred.wait()

    async def until_seen(self) -> bool:
        """Wait until every change was verified; False once it ends otherwise."""
        while not self.ended and not self._all_seen():
            self._stirred.clear()
            await self._stirred.wait()
        results = self.results().values()
        return self._all_seen() or (bool(results) and all(result.done for result in results))

    def _all_seen(self) -> bool:
        seen = {step.listing_id for step in self.steps if step.event == "verified"}
        return all(change.listing.id in seen for change in self.plan.changes)

    def watch(self, step: Step) -> None:
        """It has made a move."""
        self.steps.append(step)
        self._stirred.set()
        if step.listing is not None:
            # What another hand, or nobody, made of it tells nothing of what the journal knows.
            take = self._board.take_results if step.stands else self._board.take_planned
            self.must_regroup |= not take([step.listing])
        self._changed()
