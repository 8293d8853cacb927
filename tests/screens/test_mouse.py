"""The mouse, where it is on: everything that looks as if it could be clicked can be, and nothing by accident."""

from __future__ import annotations

import pytest
from driving import Running, press, screen_text, settle
from fake_club import left_over
from fake_desk import FakeDesk
from textual import events
from textual.pilot import Pilot
from textual.strip import Strip

from brcc_tui.app import BrccApp
from brcc_tui.screens.modals.choose import Choose
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.modal import Modal
from brcc_tui.screens.modals.progress import ProgressModal
from brcc_tui.screens.modals.reader import TextReader
from brcc_tui.screens.modals.sheet import SheetOfPeople
from brcc_tui.screens.shows import Shows
from brcc_tui.widgets.paint import Hosted
from brcc_tui.widgets.rows import Rows


def place_of(app: BrccApp, words: str) -> tuple[int, int]:
    """Column and row of the first of these words on the terminal."""
    for row, text in enumerate(screen_text(app).splitlines()):
        if words in text:
            return text.index(words), row
    raise AssertionError(f"{words!r} is not on the screen:\n{screen_text(app)}")


def post(app: BrccApp, kind: type[events.MouseEvent], at: tuple[int, int]) -> None:
    """What the terminal sends, with nothing left out on the way."""
    x, y = at
    app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y))


async def click(pilot: Pilot[int], words: str | tuple[int, int]) -> None:
    """Press and let go of the button on these words. A modal in front is one that has been looked at."""
    app = pilot.app
    assert isinstance(app, BrccApp)
    if isinstance(app.screen, Modal) and app.screen.painted_at is not None:
        app.screen.painted_at -= 1
    at = place_of(app, words) if isinstance(words, str) else words
    post(app, events.MouseDown, at)
    post(app, events.MouseUp, at)
    await settle(pilot)


async def test_the_sidebar_leads_to_every_screen(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        for title, name in (("2 Shows", "shows"), ("6 History", "history"), ("1 Dashboard", "dashboard")):
            await click(pilot, title)
            assert app.current_mode == name


async def test_a_row_takes_the_cursor_and_opens_when_it_has_it(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2")
        rows = app.screen.query_one("#shows", Rows)
        await click(pilot, "Sun 29 Nov 22:00")
        assert rows.current_key == "2026-11-29T22:00@main"
        assert "Sun 29 Nov 2026 22:00 EST" not in screen_text(app)
        await click(pilot, "Sun 29 Nov 22:00")
        assert "Sun 29 Nov 2026 22:00 EST" in screen_text(app), "it is unfolded"


async def test_a_row_of_the_dashboard_opens_its_show(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await click(pilot, "Sun 29 Nov 22:00 Industry")
        await click(pilot, "Sun 29 Nov 22:00 Industry")
        assert isinstance(app.screen, Shows)
        assert "Sun 29 Nov 2026 22:00 EST" in screen_text(app)


async def test_a_card_takes_the_cursor(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3")
        rows = app.screen.query_one("#rows", Rows)
        assert rows.cursor == 0
        await click(pilot, "8pm Show")
        assert rows.cursor == 1
        await press(pilot, "plus")
        assert list(app.board.drafts) == [rows.current_key]


async def test_the_keys_in_the_last_line_can_be_clicked(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await click(pilot, "? help")
        assert isinstance(app.screen, TextReader)
        await click(pilot, "esc close")
        await click(pilot, "space select")
        assert len(app.board.selected) == 2
        await click(pilot, "ctrl+p everything")
        await press(pilot, "escape")
        await click(pilot, "x close sales")
        assert isinstance(app.screen, ConfirmPlan)


async def test_a_change_is_made_with_the_mouse_alone(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await click(pilot, "space select")
        await click(pilot, "3 Compare")
        await click(pilot, "8pm Show")
        await press(pilot, "plus")
        await click(pilot, "w review changes")
        assert isinstance(app.screen, ConfirmPlan)
        await click(pilot, "[ Cancel ]")
        assert desk.applied == []
        await click(pilot, "w review changes")
        await click(pilot, "y apply")
        assert isinstance(app.screen, ProgressModal)
        assert len(desk.applied) == 1


async def test_an_answer_can_be_clicked(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "enter", "down", "t")
        assert isinstance(app.screen, Choose)
        await click(pilot, "d  this date alone")
        assert isinstance(app.screen, Shows)


async def test_the_second_half_of_a_double_click_answers_nothing(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "w")
        assert isinstance(app.screen, ConfirmPlan)
        at = place_of(app, "y apply")
        post(app, events.MouseDown, at)
        post(app, events.MouseUp, at)
        await settle(pilot)
        assert isinstance(app.screen, ConfirmPlan), "a click this soon cannot have meant this question"
        assert desk.applied == []
        await click(pilot, at)
        assert len(desk.applied) == 1, "once it could be looked at, a click counts"


async def test_a_click_from_before_the_question_stood_there_answers_nothing(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "w")
        question = app.screen
        assert isinstance(question, ConfirmPlan)
        at = place_of(app, "y apply")
        question.painted_at = None
        post(app, events.MouseDown, at)
        post(app, events.MouseUp, at)
        await pilot.pause()
        assert app.screen is question
        assert desk.applied == []


async def test_the_wheel_scrolls_a_list_and_leaves_the_cursor(running: Running, app: BrccApp) -> None:
    async with running(size=(80, 16)) as pilot:
        await press(pilot, "2")
        rows = app.screen.query_one("#shows", Rows)
        at = place_of(app, "tonight 22:00")
        for _ in range(2):
            post(app, events.MouseScrollDown, at)
            await settle(pilot)
        assert rows.scroll_offset.y > 0
        assert rows.cursor == 0
        await press(pilot, "down")
        assert rows.cursor == 1
        assert rows.scroll_offset.y <= 1, "the next key brings the cursor back into sight"


async def test_the_wheel_scrolls_a_long_text(running: Running, app: BrccApp) -> None:
    async with running(size=(80, 16)) as pilot:
        await press(pilot, "2", "question_mark")
        before = screen_text(app)
        post(app, events.MouseScrollDown, (20, 8))
        await settle(pilot)
        assert screen_text(app) != before


async def test_a_mouse_that_only_moves_costs_nothing(
    running: Running, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = []
    strip = Hosted.strip

    def counted(self: Hosted, *arguments: object) -> Strip:
        painted.append(self)
        return strip(self, *arguments)  # type: ignore[arg-type]

    async with running() as pilot:
        await press(pilot, "2")
        monkeypatch.setattr(Hosted, "strip", counted)
        for x in range(1, 119, 7):
            for y in range(0, 36, 3):
                post(app, events.MouseMove, (x, y))
        await settle(pilot)
        assert painted == []
        post(app, events.MouseScrollDown, (40, 8))
        await press(pilot, "down")
        assert painted, "what is painted is counted"


async def test_the_words_beside_a_key_are_part_of_its_button(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await click(pilot, " sync  ")
        assert "share the free seats" in screen_text(app)
        await click(pilot, " split   ")
        assert isinstance(app.screen, ConfirmPlan)
        await click(pilot, " apply ")
        assert isinstance(app.screen, ProgressModal)
        await click(pilot, "close    u")
        assert not isinstance(app.screen, Modal)
        await press(pilot, "2", "enter", "down", "t")
        await click(pilot, "  this date alone")
        assert isinstance(app.screen, Shows)
        await press(pilot, "L")
        await click(pilot, " names ")
        assert isinstance(app.screen, SheetOfPeople)
        assert app.screen.names


async def test_what_never_settled_is_decided_by_a_click_on_the_words(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    desk.left_over = [left_over()]
    async with running() as pilot:
        await click(pilot, "write the capacity before it")
        assert desk.recovered == [("c1", "restore")]


async def test_a_plan_under_way_is_stopped_by_a_click_on_the_words(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    desk.apply_gate.clear()
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "w")
        await press(pilot, "y", held=True)
        app.screen.painted_at -= 1  # type: ignore[attr-defined]
        at = place_of(app, " stop after this step")
        post(app, events.MouseDown, (at[0] + 2, at[1]))
        post(app, events.MouseUp, (at[0] + 2, at[1]))
        await settle(pilot, held=True)
        assert app.runs[0].stop_asked
        desk.apply_gate.set()
        await settle(pilot)


async def test_a_question_for_a_number_is_answered_by_clicks(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "enter", "down", "equals_sign", *"+2")
        await click(pilot, "draft it")
        assert list(app.board.drafts.values()) == [33]
        await press(pilot, "equals_sign")
        await click(pilot, " cancel")
        assert isinstance(app.screen, Shows)
