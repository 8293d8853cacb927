"""`/` narrows a list, Enter goes back to it, Esc shows everything: the same on every screen that has a list."""

from __future__ import annotations

import pytest
from driving import Running, press, screen_text

from brcc_tui.app import BrccApp
from brcc_tui.screens.filtered import FilteredScreen
from brcc_tui.widgets.rows import Rows

PLACES = {"2": "fri", "4": "late", "5": "vip", "6": "conflict"}
"""A key that leads there, and words that some rows have and others not."""


def here(app: BrccApp) -> FilteredScreen:
    assert isinstance(app.screen, FilteredScreen)
    return app.screen


@pytest.mark.parametrize(("key", "words"), PLACES.items(), ids=PLACES)
async def test_a_list_is_narrowed_left_and_whole_again(key: str, words: str, running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, key)
        whole = len(here(app).rows.rows)
        assert not here(app).filter_field.display
        await press(pilot, "slash", *words)
        narrowed = [here(app).rows.text([n], 120) for n in range(len(here(app).rows.rows))]
        assert narrowed
        assert len(narrowed) != whole
        await press(pilot, "enter")
        assert isinstance(app.focused, Rows)
        assert here(app).filter_field.display
        await press(pilot, "escape")
        assert len(here(app).rows.rows) == whole
        assert not here(app).filter_field.display


@pytest.mark.parametrize("key", PLACES)
async def test_nothing_found_says_what_was_looked_for(key: str, running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, key, "slash", *"zzz")
        assert "Nothing matches “zzz”. Esc shows everything." in screen_text(app)


async def test_marks_go_with_the_filter(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "m")
        assert "1 marked" in screen_text(app)
        await press(pilot, "escape")
        assert "marked" not in screen_text(app)
