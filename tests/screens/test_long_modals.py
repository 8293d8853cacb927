"""However long a text or a plan is: its answers and keys stay in sight, and the rest can be scrolled to."""

from __future__ import annotations

import dataclasses

import pytest
from driving import Running, make_app, press, screen_text, settle
from fake_club import at, eb, journal_entries, wc
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.app_error import AppError
from brcc_tui.operations.changes.damaged_journal import Damage
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.progress import ProgressModal

SIZES = pytest.mark.parametrize("size", [(120, 36), (120, 24), (80, 24), (60, 20)], ids=str)


@SIZES
async def test_a_long_plan_keeps_its_answers_in_sight(size: tuple[int, int], running: Running, app: BrccApp) -> None:
    async with running(size=size) as pilot:
        await press(pilot, "2", "A", "x")
        assert isinstance(app.screen, ConfirmPlan)
        assert "[ Cancel ]" in screen_text(app)
        assert "Why (optional, tab)" in screen_text(app)
        assert "the dangerous changes" in screen_text(app)
        before = screen_text(app)
        await press(pilot, "escape", "x", "tab", "enter", "pagedown")
        assert screen_text(app) != before, "there is more below"
        assert "[ Cancel ]" in screen_text(app)


@SIZES
async def test_a_long_run_keeps_its_keys_in_sight(size: tuple[int, int], running: Running, app: BrccApp) -> None:
    async with running(size=size) as pilot:
        await press(pilot, "2", "A", "x")
        number = str(app.screen._number)  # type: ignore[attr-defined]
        await press(pilot, *number, "enter")
        assert isinstance(app.screen, ProgressModal)
        assert "esc close" in screen_text(app)


@SIZES
async def test_a_badly_damaged_journal_leaves_the_way_out_in_sight(
    size: tuple[int, int], running: Running, app: BrccApp, desk: FakeDesk
) -> None:
    left = tuple(dataclasses.replace(journal_entries()[0], id=f"c{number}") for number in range(60))
    faults = tuple(f"the row of {one.id} is not as it was written" for one in left)
    desk.damage = Damage(faults, left, ("c90",), "0" * 12)
    async with running(size=size) as pilot:
        await press(pilot, "6", "W")
        before = screen_text(app)
        await press(pilot, "pagedown", "pagedown")
        assert screen_text(app) != before, "there is more below"
        for told in (before, screen_text(app)):
            assert "Type 60, the changes left behind" in told
            assert "esc later" in told


@SIZES
async def test_help_and_errors_keep_their_keys_in_sight(size: tuple[int, int], running: Running, app: BrccApp) -> None:
    async with running(size=size) as pilot:
        await press(pilot, "2", "question_mark")
        assert "esc close" in screen_text(app)
        await press(pilot, "escape")
        for number in range(30):
            app.fault(f"reading listing {number}", AppError("no answer"))
        await press(pilot, "E")
        assert "esc close" in screen_text(app)
        assert "d forget" in screen_text(app)


@SIZES
async def test_a_title_of_three_hundred_letters_leaves_the_numbers_of_a_plan_in_sight(size: tuple[int, int]) -> None:
    title = ("The Anniversary Gala of the House with Special Guests and Friends " * 5)[:300]
    desk = FakeDesk([eb(101, title, at(0, 20), 31, 24), wc(4061, title, title, at(0, 20), 7, 22, 2)])
    app = make_app(desk)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "x")
        text = " ".join(screen_text(app).split())
        assert "Change 2 listings of tonight 20:00, The Anniversary Gala of the House" in text
        assert "31 → 24" in text
        assert "24 sold, 0 held" in text or "24 0 7 → 0" in text
        assert "…" in text, "it says that the title goes on"
