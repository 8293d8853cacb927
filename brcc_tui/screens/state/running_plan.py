"""A confirmed plan being applied: its progress so far, and how to stop after the present step."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from brcc_tui.operations.changes.lifecycle import ENDED_STATES

if TYPE_CHECKING:
    from brcc_tui.model.changes.permit import ConfirmedPlan
    from brcc_tui.model.changes.plan import ChangeResult, Result
    from brcc_tui.operations.changes.recorder import Step
    from brcc_tui.screens.state.board import Board
    from brcc_tui.store.journal_entries import Entry

_ROUNDED: Final = dt.timedelta(milliseconds=1)
"""By how much less than the clock a moment in the journal tells at most."""


class RunningPlan:
    """One plan being applied. It lives in the application, so the screen that shows it may be closed."""

    def __init__(
        self, confirmed: ConfirmedPlan, reason: str, started: dt.datetime, board: Board, changed: Callable[[], None]
    ) -> None:
        """What was verified goes onto the board at once, while it is still watched; `changed` hears of every move.

        The drafts of what the plan changes are the plan's from now on; those of what was not sent are noted again.
        """
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
        drafts, listings = board.drafts, (change.listing.id for change in self.plan.changes)
        self._drafts = {key: drafts.pop(key) for key in listings if key in drafts}
        self._as_shown = {key for key, number in self._drafts.items() if self._is_shown(key, number)}

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Around what applies the plan and keeps its `result`. An error is kept here and raised."""
        try:
            yield
        except Exception as error:
            self.error = str(error) or type(error).__name__
            raise
        finally:
            self._give_drafts_back()
            self._stirred.set()
            self._changed()

    def _give_drafts_back(self) -> None:
        """What was typed for a listing to which nothing was sent is a draft again, unless another one was noted."""
        sent, results, board = self._sent(), self.results(), self._board
        for key, number in self._drafts.items():
            done = key in sent or (key in results and results[key].done)
            if not done and key in board.listings and key not in board.drafts:
                board.draft(board.listings[key], number, typed=key in self._as_shown)

    def _is_shown(self, key: str, number: int) -> bool:
        """Whether it has that capacity by what is known, and a person typed it: what counts as closed is given it."""
        listing = self._board.listings.get(key)
        return listing is not None and listing.reading.capacity == number

    def _sent(self) -> set[str]:
        """The listings of which a request left: one that was held back at the last moment did not."""
        moves = {step.listing_id: step.event for step in self.steps if step.event in ("sent", "held_back")}
        return {key for key, event in moves.items() if event == "sent"}

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
        sent = self._sent()
        return tuple(change.entry for change in self.result.changes if change.listing_id in sent and change.entry)

    @property
    def can_be_undone(self) -> bool:
        """Whether there is something to take back: from the moment a change is verified."""
        if self.ended:
            return bool(self.written())
        return not self.stop_asked and any(step.event == "verified" for step in self.steps)

    def only_watches(self, entry: Entry, *, whole: bool) -> bool:
        """Whether an entry (with `whole`: its plan) is of this run and was verified, and nothing is left of the run but
        to watch that settle.

        The same plan may have been carried out before, under the same digest: those changes it does not watch.
        """
        made_here = entry.at is not None and entry.at > self.started - _ROUNDED and entry.digest == self.plan.digest
        seen, changes = self.seen(), {change.listing.id for change in self.plan.changes}
        over = seen | {step.listing_id for step in self.steps if step.event in ENDED_STATES}
        watched = bool(seen) if whole else entry.listing in seen
        return made_here and not self.ended and watched and over >= changes

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

    def seen(self) -> set[str]:
        """The listings whose change was verified: each later look is a move of its own."""
        return {step.listing_id for step in self.steps if step.event == "verified"}

    def _all_seen(self) -> bool:
        return self.seen() >= {change.listing.id for change in self.plan.changes}

    def watch(self, step: Step) -> None:
        """It has made a move."""
        self.steps.append(step)
        self._stirred.set()
        if step.listing is not None:
            # What another hand, or nobody, made of it tells nothing of what the journal knows.
            take = self._board.take_results if step.stands else self._board.take_planned
            self.must_regroup |= not take([step.listing])
        self._changed()
