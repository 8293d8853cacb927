"""The first-run screen: what was tested holds of what is typed; nothing is kept untested unless a person insists."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from driving import press, screen_text, settle
from fake_club import NOW
from textual.widgets import Input

from brcc_tui.app import BrccApp
from brcc_tui.operations.diagnostics.check import Check, Condition
from brcc_tui.screens.state.desk import Desk
from brcc_tui.screens.support.host import SETTINGS_SAVED

SHOP = {
    "WOOCOMMERCE_CONSUMER_KEY": "ck_1",
    "WOOCOMMERCE_CONSUMER_SECRET": "cs_1",
    "WOOCOMMERCE_API_URL": "https://one.example",
}


class _Asked(Desk):
    """Services that answer as they are told, and settings that are kept in a list."""

    def __init__(self) -> None:
        super().__init__(None)
        self.gate = asyncio.Event()
        self.gate.set()
        self.answers: dict[str, Check] = {}
        self.tried: list[Mapping[str, str]] = []
        self.kept: list[Mapping[str, str]] = []

    def now(self) -> dt.datetime:
        return NOW

    async def try_settings(self, values: Mapping[str, str], check: str) -> Check:
        self.tried.append(values)
        await self.gate.wait()
        return self.answers.get(values.get("WOOCOMMERCE_API_URL", ""), Check(Condition.HEALTHY, "it answers"))

    def save_settings(self, values: Mapping[str, str]) -> Path:
        self.kept.append(values)
        return Path("settings.env")


@asynccontextmanager
async def _filled_in(desk: _Asked):
    app = BrccApp(desk, [])
    app.survive = False
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot, held=True)
        for name, text in SHOP.items():
            app.screen.query_one(f"#{name}", Input).value = text
        app.screen.query_one("#WOOCOMMERCE_API_URL", Input).focus()
        await settle(pilot, held=True)
        yield app, pilot


STRIPS_HEADER = Check(Condition.HEALTHY, "the key may write", found={"WOOCOMMERCE_READ_AUTH": "query"})


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_fields_may_be_made_before_their_screen_stands() -> None:
    """As Textual makes those of the first screen from Python 3.12 on: each clears what is selected on the screen."""
    first_run = BrccApp(_Asked(), [])
    assert not first_run.screen_stack
    first_run.clear_selection()


async def test_what_was_not_tested_yet_is_tested_before_it_is_kept() -> None:
    desk = _Asked()
    desk.answers["https://one.example"] = STRIPS_HEADER
    async with _filled_in(desk) as (app, pilot):
        desk.gate.clear()
        await press(pilot, "ctrl+s", held=True)
        assert not desk.kept
        assert "Testing first" in screen_text(app)
        desk.gate.set()
        await settle(pilot)
    assert app.return_value == SETTINGS_SAVED
    assert desk.kept == [{**SHOP, "WOOCOMMERCE_READ_AUTH": "query"}]


async def test_what_was_found_of_one_shop_is_not_kept_for_another() -> None:
    desk = _Asked()
    desk.answers["https://one.example"] = STRIPS_HEADER
    async with _filled_in(desk) as (app, pilot):
        await press(pilot, "f2")
        assert "the key may write" in screen_text(app)
        app.screen.query_one("#WOOCOMMERCE_API_URL", Input).value = "https://two.example"
        await settle(pilot)
        assert "changed since it was tested" in screen_text(app)
        await press(pilot, "ctrl+s")
    assert desk.kept == [{**SHOP, "WOOCOMMERCE_API_URL": "https://two.example"}]


async def test_an_answer_about_values_that_are_gone_is_not_shown() -> None:
    desk = _Asked()
    async with _filled_in(desk) as (app, pilot):
        desk.gate.clear()
        await press(pilot, "f2", held=True)
        app.screen.query_one("#WOOCOMMERCE_API_URL", Input).value = "https://two.example"
        await settle(pilot, held=True)
        desk.gate.set()
        await settle(pilot)
        assert "it answers" not in screen_text(app)


async def test_a_shop_that_fails_is_kept_by_a_second_word_and_forgotten_with_its_values() -> None:
    desk = _Asked()
    desk.answers["https://one.example"] = Check(Condition.DOWN, "access is denied")
    async with _filled_in(desk) as (app, pilot):
        await press(pilot, "ctrl+s")
        assert "access is denied" in screen_text(app)
        assert "ctrl+s once more" in screen_text(app)
        assert not desk.kept
        await press(pilot, "ctrl+s")
    assert desk.kept == [SHOP]


async def test_who_does_not_want_to_wait_says_so_again() -> None:
    desk = _Asked()
    async with _filled_in(desk) as (_, pilot):
        desk.gate.clear()
        await press(pilot, "ctrl+s", "ctrl+s", held=True)
        assert desk.kept == [SHOP]
        desk.gate.set()


async def test_a_part_that_is_emptied_fails_no_more() -> None:
    desk = _Asked()
    desk.answers["https://one.example"] = Check(Condition.DOWN, "access is denied")
    async with _filled_in(desk) as (app, pilot):
        await press(pilot, "f2")
        for name in SHOP:
            app.screen.query_one(f"#{name}", Input).value = ""
        app.screen.query_one("#PRIVATE_TOKEN", Input).value = "token"
        await settle(pilot)
        await press(pilot, "ctrl+s")
    assert desk.kept == [{"PRIVATE_TOKEN": "token"}]


async def test_what_a_field_means_and_has_no_room_ends_with_a_sign() -> None:
    app = BrccApp(_Asked(), [])
    app.survive = False
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot, held=True)
        assert "a key that may read and write" in screen_text(app)
        await pilot.resize_terminal(60, 40)
        await settle(pilot, held=True)
        (told,) = (row for row in screen_text(app).splitlines() if "a key that" in row)
        assert told.endswith("…")
        await pilot.resize_terminal(120, 40)
        await settle(pilot, held=True)
        assert "a key that may read and write" in screen_text(app)


async def test_in_a_small_window_the_arrows_go_from_field_to_field_too() -> None:
    app = BrccApp(_Asked(), ["BRCC_ROOM_SEATS must be a whole number"])
    app.survive = False
    async with app.run_test(size=(60, 20)) as pilot:
        await settle(pilot, held=True)
        text = screen_text(app)
        assert "settings cannot be used  First run" in text, "there are some"
        assert " Fill in what you have" in text, "it begins at its beginning"
        assert "BRCC_ROOM_SEATS must be a whole number" in text
        await press(pilot, "down", "down", *"ck_1", "up", *"7", held=True)
        typed = {field.id: field.value for field in app.screen.query(Input) if field.value}
        assert typed == {"WOOCOMMERCE_CONSUMER_KEY": "ck_1", "EVENTBRITE_ORGANIZATION_ID": "7"}


async def test_the_palette_offers_what_can_be_done_before_there_are_settings() -> None:
    async with _filled_in(_Asked()) as (app, pilot):
        await press(pilot, "ctrl+p", held=True)
        text = screen_text(app)
        assert "Save and begin" in text
        assert "Practice club" in text
        assert "Settings: where they are" in text
        assert "cursor" not in text, "what every field does is nothing to be looked for"
        assert "Go to Shows" not in text
        assert "What is your name" not in text
        await press(pilot, *"tonight", held=True)
        assert "Nothing matches." in screen_text(app)
