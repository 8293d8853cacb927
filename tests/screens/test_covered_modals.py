"""A modal that ends while another one stands in front of it, or whose asker is gone: nothing stays, nothing is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from driving import Running, press, screen_text, settle
from fake_club import NOW
from fake_desk import FakeDesk
from textual.pilot import Pilot

from brcc_tui.app import BrccApp
from brcc_tui.model.app_error import AppError
from brcc_tui.model.failure import Failure
from brcc_tui.operations.catalogue.refresh_report import RefreshReport
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.leaving import Leaving
from brcc_tui.screens.modals.modal import Modal
from brcc_tui.screens.modals.progress import ProgressModal
from brcc_tui.screens.modals.waiting import Waiting
from brcc_tui.screens.shows import Shows

DRAFT = ("2", "enter", "j", "plus")
"""One seat more of the first listing of tonight's first show."""

_PATIENCE = 1000
"""Hundredths of a second that a question may take to stand there."""


async def _asked(pilot: Pilot[int], kind: type[Modal[Any]], but: object = None) -> Modal[Any]:
    """The question of that kind (another one than `but`), once it hears keys."""
    for _ in range(_PATIENCE):
        screen = pilot.app.screen
        if isinstance(screen, kind) and screen is not but and screen.painted_at is not None:
            return screen
        await pilot.pause(0.01)
    raise AssertionError(f"no {kind.__name__}: {pilot.app.screen_stack}")


@pytest.mark.parametrize("fails", [False, True])
async def test_a_wait_that_ends_behind_a_question_leaves_the_question_alone(
    running: Running, desk: FakeDesk, app: BrccApp, *, fails: bool
) -> None:
    gate = asyncio.Event()
    plan = desk.plan

    async def plan_later(wanted):
        await gate.wait()
        if fails:
            raise AppError("no answer within 20 s")
        return await plan(wanted)

    desk.plan = plan_later
    async with running() as pilot:
        await press(pilot, *DRAFT)
        await press(pilot, "w", "ctrl+q", held=True)
        assert isinstance(app.screen, Leaving)
        gate.set()
        await settle(pilot, held=True)
        assert isinstance(app.screen, Leaving), "it was not answered"
        await press(pilot, "escape", held=True)
        await settle(pilot)
        if fails:
            assert isinstance(app.screen, Shows)
        else:
            await _asked(pilot, ConfirmPlan)  # what was waited for goes on
        assert not any(isinstance(one, Waiting) for one in app.screen_stack)
        assert [error.doing for error in app.board.faults] == (["Reading 1 listing again"] if fails else [])


async def test_to_review_from_the_question_goes_back_to_the_review_that_is_under_way(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, *DRAFT)
        desk.gate.clear()
        await press(pilot, "w", "ctrl+q", "w", held=True)
        assert isinstance(app.screen, Waiting)
        desk.gate.set()
        await _asked(pilot, ConfirmPlan)
        await press(pilot, "n")
        assert isinstance(app.screen, Shows)
        assert len(desk.wanted) == 1, "it was asked once"


async def test_an_undo_that_was_asked_for_waits_until_another_question_is_answered(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, *DRAFT, "w")
        await _asked(pilot, ConfirmPlan)
        desk.apply_gate.clear()
        await press(pilot, "y", held=True)
        await _asked(pilot, ProgressModal)
        (run,) = app.runs
        run.__class__ = type("Verified", (type(run),), {"can_be_undone": True})
        await press(pilot, "u", "plus", "w", held=True)
        question = await _asked(pilot, ConfirmPlan)
        desk.apply_gate.set()
        await settle(pilot, held=True)
        assert run.ended
        await pilot.pause(0.3)
        assert app.screen is question, "nothing came between the question and its answer"
        await press(pilot, "y", held=True)
        await _asked(pilot, ProgressModal)
        assert len(app.runs) == 2, "what was answered is done"
        await press(pilot, "escape", held=True)
        await _asked(pilot, ConfirmPlan)
        assert desk.undone, "then comes the undo"


async def test_a_question_whose_asker_is_gone_goes_too(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, *DRAFT, "w")
        question = await _asked(pilot, ConfirmPlan)
        app.review_drafts()
        await _asked(pilot, ConfirmPlan, but=question)
        assert question not in app.screen_stack
        await press(pilot, "escape")
        assert isinstance(app.screen, Shows)
        assert not app.board.faults


async def test_leaving_while_a_question_stands_ends_its_asker_quietly(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, *DRAFT, "w")
        await _asked(pilot, ConfirmPlan)
        await press(pilot, "ctrl+q", "l")
    assert app.return_code == 0
    assert not app.board.faults


async def test_what_a_refresh_came_to_is_told_once_the_question_before_it_is_answered(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    gate = asyncio.Event()

    async def refresh(progress: object) -> RefreshReport:
        await gate.wait()
        failed = (Failure("eventbrite", "Eventbrite", "no answer within 30 s"),)
        return RefreshReport(NOW, 2.1, {}, 0, {"listings": 26}, failed)

    desk.refresh = refresh
    async with running() as pilot:
        await press(pilot, *DRAFT)
        await press(pilot, "R", "ctrl+q", held=True)
        await _asked(pilot, Leaving)
        gate.set()
        await settle(pilot)
        await press(pilot, "escape")
        await settle(pilot)
        assert isinstance(app.screen, Shows)
        assert "No usable answer from Eventbrite: what was known of it stays, with its age." in screen_text(app)
