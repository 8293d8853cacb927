"""Where a person is: by the terminal's own cursor, and by signs where there are no colours and no other letters."""

from __future__ import annotations

import asyncio
import dataclasses
import os

import pytest
from driving import Running, make_app, press, screen_text, settle
from fake_club import club_listings
from fake_desk import FakeDesk
from textual.color import Color

from brcc_tui.app import BrccApp
from brcc_tui.screens.support.lost_terminal import lasting
from brcc_tui.widgets.legible import contrast
from brcc_tui.widgets.paint import TONES, Palette
from brcc_tui.widgets.rows import Rows


def row_of_cursor(app: BrccApp) -> str:
    return screen_text(app).splitlines()[app.cursor_position.y]


def long_list() -> FakeDesk:
    some = club_listings()[0]
    return FakeDesk([dataclasses.replace(some, id=f"eb:{n}:{n}1", title=f"Show {n:03}") for n in range(200)])


async def test_the_terminals_cursor_stands_on_the_current_row(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        assert "tonight 20:00" in row_of_cursor(app)
        await press(pilot, "down", "down")
        assert "tomorrow 20:00" in row_of_cursor(app)
        await press(pilot, "shift+tab")
        assert app.focused is not None
        assert app.focused.id == "attention"
        assert "▲" in row_of_cursor(app)
        await press(pilot, "2", "down")
        assert "tonight 22:00" in row_of_cursor(app)
        await press(pilot, "1")
        assert "▲" in row_of_cursor(app)


@pytest.mark.parametrize("size", [(120, 36), (60, 20)])
async def test_it_follows_where_the_list_scrolls(size: tuple[int, int]) -> None:
    app = make_app(long_list())
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "4", "e", "end")
        assert isinstance(app.focused, Rows)
        assert app.focused.scroll_offset.y > 0
        for key in ("pageup", "up", "end"):
            await press(pilot, key)
            rows = screen_text(app).splitlines()
            (marked,) = [row for row in rows if row.rpartition("│")[2].startswith("▌")]
            assert row_of_cursor(app) == marked


async def test_in_a_question_it_stands_at_its_first_word_and_in_a_field_at_its_letter(
    running: Running, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "2", "question_mark")
        assert "shows" in row_of_cursor(app).casefold()
        await press(pilot, "escape", "slash", *"fri")
        assert "fri" in row_of_cursor(app)


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_in_a_field_that_its_question_has_moved_it_is_still_there(
    size: tuple[int, int], running: Running, app: BrccApp
) -> None:
    async with running(size) as pilot:
        await press(pilot, "x")
        assert "Type 2, the dangerous changes:" in row_of_cursor(app)


async def test_in_a_search_it_follows_whoever_walks_in_the_list(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "ctrl+p", *"late")
        assert "late" in row_of_cursor(app)
        await press(pilot, "down")
        assert "Late Laughs" in row_of_cursor(app)
        await press(pilot, "space")
        assert "late" in row_of_cursor(app)


async def test_the_current_row_and_the_list_with_the_keys_are_marked_by_a_sign(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        for keys in ((), ("shift+tab",), ("space", "2"), ("4", "e"), ("6",), ("3",)):
            await press(pilot, *keys)
            marked = [row for row in screen_text(app).splitlines() if row.partition("│")[2].startswith("▌")]
            if app.current_mode == "compare":  # four cards at most: the one with the heavy edge
                assert "┏" in screen_text(app)
            else:
                assert len(marked) == 1, keys
                assert marked == [row_of_cursor(app)]


async def test_a_mark_and_the_sign_of_the_current_row_stand_beside_each_other(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "space")
        assert "▌tonight 20:00" in row_of_cursor(app)
        assert "◆" in row_of_cursor(app)


async def test_without_colours_a_danger_is_no_darker_grey(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app(FakeDesk())
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        ground = Color.parse(app.get_css_variables()["background"])
        styles = {tone: app.palette.style(tone, ground) for tone in TONES}
        ratios = {
            tone: contrast(Color.from_rich_color(style.color), ground) for tone, style in styles.items() if style.color
        }
        assert ratios["bad"] == max(ratios.values())
        assert styles["bad"].bold
        assert styles["bad"].reverse


def test_with_colours_the_tones_stay_as_they_are() -> None:
    app = make_app(FakeDesk())
    variables = app.get_css_variables()
    ground = Color.parse(variables["background"])
    assert Palette(variables).style("bad", ground) != Palette(variables, plain=True).style("bad", ground)


@pytest.mark.parametrize("asked", [True, False])
def test_the_cursor_can_be_seen_where_somebody_asks_for_it(asked: bool) -> None:
    written: list[str] = []

    class Plain:
        def __init__(self) -> None:
            self._file = None
            self.fileno = os.open(os.devnull, os.O_RDONLY)

        def start_application_mode(self) -> None:
            written.append("\x1b[?25l")

        def write(self, data: str) -> None:
            written.append(data)

    async def begin() -> None:
        lasting(Plain, lambda: None, lambda: None, cursor=lambda: asked)().start_application_mode()  # type: ignore[arg-type, call-arg]

    asyncio.run(begin())
    assert (written[-1] == "\x1b[?25h") is asked
