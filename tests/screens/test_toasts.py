"""Toasts repeat what a panel keeps, where the person looks elsewhere; what is in front already gets none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import pytest
from driving import press, screen_text, settle
from fake_desk import FakeDesk
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from brcc_tui.app import BrccApp
from brcc_tui.model.app_error import AppError
from brcc_tui.model.failure import Failure
from brcc_tui.operations.catalogue.refresh_report import RefreshReport
from brcc_tui.screens.modals.errors import Errors


class Toasting(Protocol):
    def __call__(self, size: tuple[int, int] = (120, 36)) -> AbstractAsyncContextManager[Pilot[int]]: ...


@pytest.fixture
def toasting(app: BrccApp) -> Toasting:
    """Run the application with its toasts."""

    @asynccontextmanager
    async def run(size: tuple[int, int] = (120, 36)) -> AsyncIterator[Pilot[int]]:
        async with app.run_test(size=size, notifications=True) as pilot:
            await settle(pilot)
            yield pilot

    return run


def toasts(app: BrccApp) -> list[str]:
    """What the toasts on the screen in front say."""
    return [str(toast.render()) for toast in app.screen.query(Toast)]


async def change_and_leave(pilot: Pilot[int], desk: FakeDesk, where: str) -> None:
    """Confirm a change, and go to another screen while it is under way."""
    desk.apply_gate.clear()
    await press(pilot, "space", "3", "plus", "w")
    await press(pilot, "y", "escape", where, held=True)


async def test_a_change_that_ends_while_one_looks_elsewhere_is_told(
    toasting: Toasting, desk: FakeDesk, app: BrccApp
) -> None:
    async with toasting() as pilot:
        await change_and_leave(pilot, desk, "2")
        assert toasts(app) == []
        desk.apply_gate.set()
        await settle(pilot)
        assert len(toasts(app)) == 1
        assert "tonight 20:00" in toasts(app)[0]
        assert ": 1 done" in toasts(app)[0]
        assert "History keeps it" in screen_text(app)


async def test_the_history_in_front_tells_how_a_change_ended(
    toasting: Toasting, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    answer = desk.history

    async def counted():
        read.append(len(desk.applied))
        return await answer()

    async with toasting() as pilot:
        monkeypatch.setattr(desk, "history", counted)
        await change_and_leave(pilot, desk, "6")
        before = len(read)
        desk.apply_gate.set()
        await settle(pilot)
        assert len(read) == before + 1, "once, when it had ended"
        assert toasts(app) == [], "it stands in front"


async def test_a_change_that_ends_in_front_of_the_person_needs_no_toast(toasting: Toasting, app: BrccApp) -> None:
    async with toasting() as pilot:
        await press(pilot, "space", "3", "plus", "w", "y")
        assert "nothing more will happen" in screen_text(app)
        assert toasts(app) == []


async def test_an_error_while_applying_is_told_once(toasting: Toasting, desk: FakeDesk, app: BrccApp) -> None:
    desk.apply_error = AppError("the journal cannot be written")
    async with toasting() as pilot:
        await press(pilot, "space", "3", "plus", "w", "y")
        assert "the journal cannot be written" in screen_text(app)
        assert toasts(app) == [], "the progress of the plan says it"


async def test_an_error_behind_a_modal_is_told_and_kept(toasting: Toasting, app: BrccApp) -> None:
    async with toasting() as pilot:
        await press(pilot, "question_mark")
        app.fault("reading 24 listings", AppError("no answer from [bold]Eventbrite[/bold] \x1b[2J"))
        await settle(pilot)
        assert toasts(app) == [
            "reading 24 listings: no answer from [bold]Eventbrite[/bold]  [2J.   E opens the errors."
        ]
        await press(pilot, "escape", "E")
        assert isinstance(app.screen, Errors)
        assert "no answer from [bold]Eventbrite[/bold]" in screen_text(app)


async def test_an_error_on_a_screen_is_in_its_last_line(toasting: Toasting, app: BrccApp) -> None:
    async with toasting() as pilot:
        app.fault("reading 24 listings", AppError("no answer"))
        await settle(pilot)
        assert "reading 24 listings: no answer" in screen_text(app)
        assert toasts(app) == []


async def test_a_question_whose_reading_failed_is_told_where_one_stands_and_can_be_asked_again(
    toasting: Toasting, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, down = desk.plan, [True]

    async def plan(wanted):
        if down:
            raise AppError("the database did not answer")
        return await answer(wanted)

    async with toasting() as pilot:
        monkeypatch.setattr(desk, "plan", plan)
        await press(pilot, "space", "3", "plus", "w")
        assert "the database did not answer" in screen_text(app)
        down.clear()
        await press(pilot, "E", "r")
        assert "Change 1 listing of tonight 20:00" in screen_text(app), "the same question, asked again"
        assert app.board.faults == []


async def test_a_refresh_that_could_not_read_all_names_what_it_could_not(
    toasting: Toasting, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refresh(progress):
        failed = (Failure("wc:4400", "Open House [VIP]", "booking text is not valid JSON"),)
        return RefreshReport(desk.now(), 1.2, {}, 1, {"listings": 30}, failed)

    monkeypatch.setattr(desk, "refresh", refresh)
    async with toasting() as pilot:
        await press(pilot, "R")
        assert "30 listings in 1.2 s, 1 could not be read" in screen_text(app)
        assert toasts(app) == ["Cannot be read: Open House [VIP].  1 Dashboard says why."]


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_a_toast_stands_above_the_keys(size: tuple[int, int], toasting: Toasting, app: BrccApp) -> None:
    async with toasting(size=size) as pilot:
        app.toast("Change 2 listings of tonight 20:00, Friday Night: 2 done.  6 History keeps it.", "good")
        await settle(pilot)
        text = screen_text(app).splitlines()
        assert "ctrl+p everything" in text[-1]
        assert any("2 done" in row for row in text[-4:-1])


async def test_a_toast_never_covers_the_question_before_a_write(toasting: Toasting, app: BrccApp) -> None:
    async with toasting(size=(60, 20)) as pilot:
        await press(pilot, "x")
        before = screen_text(app)
        app.toast("Change 2 listings of tonight 20:00, Friday Night: 2 done.  6 History keeps it.", "good")
        await settle(pilot)
        assert screen_text(app) == before


async def test_a_toast_in_plain_letters(toasting: Toasting, app: BrccApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async with toasting() as pilot:
        monkeypatch.setattr(app.glyphs.__class__, "ascii", True, raising=False)
        app.toast("Industry Night 🎤 – done", "good")
        await settle(pilot)
        assert toasts(app)[0].isascii()
