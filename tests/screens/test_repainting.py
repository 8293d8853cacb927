"""Over a phone's SSH every cell counts: what did not change is not painted again."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
from driving import Running, press, screen_text, settle
from fake_desk import FakeDesk
from textual._compositor import Compositor, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from brcc_tui.app import BrccApp
from brcc_tui.model.shows.sums import sums_of
from brcc_tui.screens import dashboard
from brcc_tui.widgets.paint import Painted


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How many lines of each painted widget were made, by the widget's id."""
    lines: Counter[str] = Counter()
    render = Painted.render_line

    def counted(self: Painted, y: int) -> Strip:
        lines[self.id or ""] += 1
        return render(self, y)

    monkeypatch.setattr(Painted, "render_line", counted)
    return lines


async def test_a_draft_on_a_card_repaints_a_line_of_the_cards(
    painted: Counter[str], running: Running, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3", "plus")
        painted.clear()
        await press(pilot, "plus")
        assert 1 <= painted["cards"] <= 2
        assert painted["sidebar"] == 0, "it says the same as before"


async def test_reading_the_cards_again_repaints_their_ages(
    painted: Counter[str], running: Running, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3")
        painted.clear()
        await press(pilot, "R")
        assert painted["cards"] <= 8


async def test_selecting_a_show_repaints_two_lines_of_the_sidebar_and_more_only_for_what_is_new(
    painted: Counter[str], running: Running, app: BrccApp
) -> None:
    async with running() as pilot:
        painted.clear()
        await press(pilot, "space")
        assert 1 <= painted["sidebar"] <= 6


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[Compositor]:
    """Of which screen each whole picture was that was made."""
    found: list[Compositor] = []
    update = Compositor.render_full_update

    def counted(self: Compositor, simplify: bool = False) -> LayoutUpdate:
        found.append(self)
        return update(self, simplify)

    monkeypatch.setattr(Compositor, "render_full_update", counted)
    return found


async def test_a_screen_is_painted_whole_once_when_it_opens(
    whole: list[Compositor], running: Running, app: BrccApp
) -> None:
    async with running() as pilot:
        await settle(pilot)
        screens = [app.screen._compositor]
        for key in ("2", "5", "1"):
            await press(pilot, key)
            await settle(pilot)
            screens.append(app.screen._compositor)
        assert whole == screens


async def test_what_lies_behind_a_modal_is_painted_once_when_it_goes(
    whole: list[Compositor], running: Running, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "question_mark")
        whole.clear()
        await press(pilot, "escape")
        for _ in range(200):
            if whole:
                break
            await pilot.pause(0.01)
        await settle(pilot)
        assert whole == [app.screen._compositor]


async def test_what_the_board_says_several_times_at_once_is_shown_once(
    running: Running, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as pilot:
        shown: list[str] = []
        monkeypatch.setattr(app.screen, "update_content", lambda: shown.append(app.busy))
        for words in ("read 1 of 2", "read 2 of 2", ""):
            app.busy = words
            app.changed()
        await settle(pilot)
        assert shown == [""]
        app.changed()
        await settle(pilot)
        assert shown == ["", ""], "and the next time again"


async def test_what_a_screen_showed_behind_a_modal_is_not_made_again_when_that_goes(
    running: Running, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as pilot:
        shown: list[str] = []
        monkeypatch.setattr(app.screen, "update_content", lambda: shown.append(app.busy))
        await press(pilot, "question_mark", "escape")
        assert shown == []
        await press(pilot, "question_mark")
        app.busy = "reading"
        app.changed()
        await press(pilot, "escape")
        assert shown == ["reading"]


async def test_what_is_to_come_is_summed_again_only_where_a_show_or_the_minute_is_another(
    running: Running, app: BrccApp, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    many: list[int] = []
    async with running() as pilot:
        coming = len(app.board.upcoming(desk.now()))
        monkeypatch.setattr(dashboard, "sums_of", lambda shows: (many.append(len(shows)), sums_of(shows))[1])

        async def summed() -> int:
            many.clear()
            app.changed()
            await settle(pilot)
            assert many, "tonight is summed each time"
            return many.count(coming)

        assert await summed() == 0
        app.board.grouped(tuple(app.board.shows), app.board.unpaired)
        assert await summed() == 0, "they are the very same"
        app.board.grouped((*app.board.shows[1:], app.board.shows[0]), app.board.unpaired)
        assert await summed() == 1
        assert await summed() == 0
        later = desk.now() + dt.timedelta(minutes=1)
        monkeypatch.setattr(desk, "now", lambda: later)
        assert await summed() == 1


async def test_what_is_hidden_whole_sends_nothing_and_is_up_to_date_when_it_is_seen_again(
    running: Running, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    async with running() as pilot:
        await pilot.resize_terminal(60, 20)
        await press(pilot, "question_mark")
        with monkeypatch.context() as watched:
            watched.setattr(BrccApp, "_display", lambda self, screen, renderable: sent.append(renderable))
            app.board.notices = {"journal": "the disk is full"}
            app.changed()
            await settle(pilot)
        assert sent == []
        await press(pilot, "escape")
        assert "  journa" in screen_text(app).splitlines()[0], "the top line says it, as far as there is room"


async def test_what_changed_in_front_is_painted_whole_beside_what_changed_behind(
    running: Running, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as pilot:
        await press(pilot, "H")
        front, sent = app.screen, list[tuple[int, int, int]]()
        answer = front.query_one("#answer", Painted)
        monkeypatch.setattr(app, "_display", lambda _, update: sent.extend(getattr(update, "spans", ())))
        answer.refresh(Region(0, 0, answer.size.width, 1))
        front._dirty_widgets.add(answer)
        front.refresh(Region(60, 0, 10, 1))  # as Textual has it where the screen behind changed
        front._on_timer_update()
        assert (0, 60, 70) in sent
        assert any(y == answer.region.y and first <= answer.region.x for y, first, _ in sent), sent
