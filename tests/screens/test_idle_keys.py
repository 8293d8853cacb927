"""A key that means nothing on a screen says so, and where it means something: none is a dead end without a word."""

from __future__ import annotations

import pytest
from driving import Running, press, screen_text, settle
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.widgets.key_line import KeyLine
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.sidebar import SCREENS

LETTERS = "acdefhijklmnopqrstuvwyzABCDEFGHKLMNOPRSTUVWXYZ"


@pytest.mark.parametrize("place", [key for key, _, _ in SCREENS])
async def test_every_letter_does_something_or_says_that_it_does_not(place: str, running: Running, app: BrccApp) -> None:
    async with running(size=(140, 36)) as pilot:
        await press(pilot, place)
        for letter in LETTERS:
            if letter in app.screen.active_bindings:
                continue
            await press(pilot, letter)
            last = screen_text(app).splitlines()[-1]
            assert last.startswith(f" {letter} "), last
            assert "does nothing" in last
            assert app.current_mode == SCREENS[int(place) - 1][1]


@pytest.mark.parametrize("place", [key for key, _, _ in SCREENS])
async def test_a_list_without_rows_offers_no_key_that_needs_one(place: str, running: Running, desk: FakeDesk) -> None:
    desk.listings, desk.failed, desk.entries = {}, (), ()
    async with running(size=(200, 36)) as pilot:
        await press(pilot, place)
        keys = pilot.app.screen.query_one(KeyLine)
        offered = {span.action for row in keys.lines(200) for span in row if "simulate_key" in span.action}
        assert offered
        for action in offered:
            said: list[str] = []
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(BrccApp, "show_status", lambda _, words, *_tone, said=said: said.append(words))
                await pilot.app.run_action(action)
                await settle(pilot)
            assert not [words for words in said if "Go to a" in words or words.startswith("This key")], action
            await press(pilot, "escape", place)


async def test_it_says_where_the_key_means_something(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "6", "K")
        assert "K (cancelled) does nothing here, only under Dashboard and Shows." in screen_text(app)
        await press(pilot, "q")
        assert "q does nothing: ? lists the keys of this screen." in screen_text(app)
        await press(pilot, "f1")
        assert "f1 does nothing: ? lists the keys of this screen." in screen_text(app)
        await press(pilot, "slash", *"zz")
        assert "does nothing" not in screen_text(app), "letters of what is looked for are no keys"


@pytest.mark.parametrize("place", ["1", "2", "4", "5"])
async def test_c_compares_wherever_something_can_be_selected(place: str, running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, place, "c")
        assert app.current_mode == "compare"


async def test_words_in_the_place_of_the_keys_take_the_rows_they_need(running: Running, app: BrccApp) -> None:
    async with running(size=(60, 20)) as pilot:
        await press(pilot, "2", "end")
        cursor = app.screen.query_one("#shows", Rows).cursor
        before = screen_text(app)
        await press(pilot, "home", "y")
        said = " ".join(screen_text(app).splitlines()[-3:])
        assert "Do these sell the same seats?" in said
        assert "n: not a seat." in said, "what the next key means is not cut off"
        await press(pilot, "left", "end")
        assert screen_text(app) == before, "the rows are the list's again"
        assert app.screen.query_one("#shows", Rows).cursor == cursor


async def test_an_empty_history_names_no_keys_for_a_change(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.entries = []
    async with running(size=(80, 24)) as pilot:
        await press(pilot, "6")
        assert "Nothing was changed here yet." in screen_text(app)
        assert not {"open", "undo"} & set(screen_text(app).splitlines()[-1].split())
        for key in ("enter", "u", "U"):
            await press(pilot, key)
            last = screen_text(app).splitlines()[-1]
            assert "This key is for a row, and the list has none." in last, "esc has no more to show"
            await press(pilot, "escape")
