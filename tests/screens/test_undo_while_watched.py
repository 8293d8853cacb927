"""What was verified stands on the board at once, and can be taken back while it is still watched."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from driving import Running, press, screen_text, settle
from fake_club import NOW, club_listings
from fake_desk import FakeDesk, change_to

from brcc_tui.app import BrccApp
from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import ChangeResult, Outcome, Result, make_plan
from brcc_tui.model.shows.sharing import listing_after
from brcc_tui.operations.changes.recorder import Step
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.progress import ProgressModal
from brcc_tui.screens.state.board import Board
from brcc_tui.screens.state.running_plan import RunningPlan
from brcc_tui.store.journal_entries import Entry, JournalEvent

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


@pytest.mark.parametrize(
    ("other", "since", "watches"),
    [
        pytest.param("verified", 0.2, True, id="verified, too"),
        pytest.param("refused", 0.2, True, id="was refused"),
        pytest.param("conflict", 0.2, True, id="found another hand"),
        pytest.param("sent", 0.2, False, id="is on its way"),
        pytest.param("unanswered", 0.2, False, id="has no answer yet"),
        pytest.param("verified", 0.0, True, id="recorded in the same moment"),
        pytest.param("verified", -300.0, False, id="of the same plan, carried out and undone before"),
    ],
)
def test_the_watch_ends_for_an_undo_of_its_own_change_alone_and_once_nothing_else_is_under_way(
    other: str, since: float, watches: bool
) -> None:
    """A change that ended otherwise keeps no other from being undone: the lock is that of the whole plan."""
    changes = [change_to(listing, 30) for listing in club_listings()[:2]]
    plan = make_plan("practice", changes, [], NOW)
    started = NOW.replace(microsecond=123_900)
    run = RunningPlan(confirm(plan, plan.digest), "", started, Board(), lambda: None)
    one, two = (change.listing.id for change in changes)
    recorded = (started + dt.timedelta(seconds=since)).replace(microsecond=123_000)
    entry = Entry("c1", recorded, "ann", one, TONIGHT, "set", 55, 30, "", plan.digest, None, ())
    beside = dataclasses.replace(entry, id="c2", listing=two)
    assert not run.only_watches(entry, whole=True)
    run.watch(Step(one, "verified", ""))
    run.watch(Step(two, other, ""))
    assert run.only_watches(entry, whole=False) is run.only_watches(beside, whole=True) is watches
    assert run.only_watches(beside, whole=False) is (watches and other == "verified"), "nothing of it is to be undone"
    assert not run.only_watches(dataclasses.replace(entry, digest="0" * 12), whole=True)
    run.error = "the disk is full"
    assert not run.only_watches(entry, whole=True)
