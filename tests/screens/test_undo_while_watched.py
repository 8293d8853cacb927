"""What was verified stands on the board at once, and can be taken back while it is still watched."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest
from driving import Running, press, screen_text, settle
from fake_club import NOW
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.changes.plan import ChangeResult, Outcome, Result
from brcc_tui.model.shows.sharing import listing_after
from brcc_tui.operations.changes.apply import Step
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.progress import ProgressModal
from brcc_tui.store.journal import Entry, JournalEvent

TONIGHT = "2026-11-27T20:00@main"


@pytest.mark.parametrize(
    "undo",
    [("u",), ("escape", "6", "u"), ("escape", "6", "U")],
    ids=["beside its progress", "in the history", "its whole plan, in the history"],
)
async def test_undo_while_what_was_verified_is_still_watched(
    undo: Sequence[str], running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    asked_to_stop = asyncio.Event()

    async def apply(confirmed: Any, reason: str, watch: Any, stop: Any) -> Result:
        changes = confirmed.plan.changes
        for change in changes:
            watch(Step(change.listing.id, "sent", ""))
            left = listing_after(change, dataclasses.replace(change.after, sold=77))
            watch(Step(change.listing.id, "verified", "", left, stands=True))
            watch(Step(change.listing.id, "looked", "40 remaining, as wanted"))
        (change,) = changes
        events = (JournalEvent(NOW, "verified", {}),)
        digest = confirmed.plan.digest
        desk.entries = [Entry("c1", NOW, "dave", change.listing.id, TONIGHT, "set", 55, 56, "", digest, None, events)]
        while not stop():  # noqa: ASYNC110 - as the real one asks
            await asyncio.sleep(0.01)
        asked_to_stop.set()
        ended = (ChangeResult(x.listing, Outcome.INTERRUPTED, x.capacity, entry="c1") for x in changes)
        return Result(confirmed.plan, ("c1",), tuple(ended))

    desk.apply = apply  # type: ignore[method-assign,assignment]
    async with running() as pilot:
        await press(pilot, "space", "c", "plus", "w")
        await press(pilot, "y", held=True)
        assert isinstance(app.screen, ProgressModal)
        assert 77 in {listing.reading.sold for listing in app.board.listings.values()}
        assert "1 of 1" in screen_text(app), "each look after the first is of what was verified"
        assert "undo, through a plan" in screen_text(app)
        assert not asked_to_stop.is_set()
        await press(pilot, *undo, held=True)
        while not (asked_to_stop.is_set() or desk.undone):
            await pilot.pause()
        assert asked_to_stop.is_set(), "or its own lock refuses what takes it back"
        await settle(pilot)
        assert desk.undone[-1] == "c1"
        assert isinstance(app.screen, ConfirmPlan)
