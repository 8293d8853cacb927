"""One meaning each: a key does the same on every screen that has it, and one that cannot act says why."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from driving import Running, press, screen_text, settle
from fake_desk import FakeDesk
from textual.binding import Binding

from brcc_tui.app import BrccApp
from brcc_tui.model.changes.plan import Action
from brcc_tui.model.listing import StockMethod
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.leaving import Leaving
from brcc_tui.widgets.key_line import key_name
from brcc_tui.widgets.sidebar import SCREENS

TABLE = Path(__file__).parents[2] / "assets" / "docs" / "keys.md"

NOTHING = ("slash", "z", "z", "z", "enter")
"""Keys that find nothing."""


def _bindings() -> Iterator[tuple[str, Binding]]:
    """Every key of every screen and of the application, as far as they are ours."""
    places = {name: import_module(f"brcc_tui.screens.{name}").SCREEN for _, name, _ in SCREENS}
    for name, cls in (*places.items(), ("everywhere", BrccApp)):
        for parent in cls.__mro__:
            if parent.__module__.startswith("brcc_tui"):
                found = (one for one in vars(parent).get("BINDINGS", ()) if isinstance(one, Binding))
                for binding in found:
                    for key in binding.key.split(","):
                        yield name, Binding(key, binding.action, binding.description, key_display=binding.key_display)


def test_a_key_means_the_same_on_every_screen() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for _, binding in _bindings():
        meanings[binding.key].add(binding.description.lower())
    assert {"u", "x", "w"} < set(meanings), "the keys were found"
    assert {key: sorted(words) for key, words in meanings.items() if len(words) > 1} == {}


def test_every_key_stands_in_the_table_of_the_help_and_no_other() -> None:
    rows = TABLE.read_text(encoding="utf-8").split("## One meaning each")[1].split("\n## ")[0]
    cells = [row.split("|")[1] for row in rows.splitlines() if row.startswith("| `")]
    told = {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)} - {"1", "7"}
    names = {"left_square_bracket": "[", "right_square_bracket": "]", "escape": "esc"}
    keys = {names.get(binding.key, key_name(binding.key)) for _, binding in _bindings() if not binding.key.isdigit()}
    assert told == keys


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        pytest.param(["2", "w"], "No drafts yet", id="nothing to review"),
        pytest.param(["2", "plus"], "for a single listing", id="a show takes no capacity"),
        pytest.param(["2", "n"], "go to the listing that is not a seat", id="a show is no listing"),
        pytest.param(["2", "slash", "z", "z", "z", "enter", "X"], "go to one first", id="no show"),
        pytest.param(["3", "r"], "Nothing is compared yet", id="nothing compared"),
        pytest.param(["2", "Y"], "Nothing to take back", id="nothing was said"),
        pytest.param(["5", "backspace"], "for a single listing", id="a branch has no note"),
        pytest.param(["6", "slash", "z", "z", "z", "enter", "u"], "the list has none", id="no change"),
        *(
            pytest.param(
                [screen, "slash", "z", "z", "z", "enter", key], "the list has none", id=f"no row: {screen} {key}"
            )
            for screen, keys in (("2", ("enter", "A", "right")), ("4", ("enter", "i", "r", "e")))
            for key in keys
        ),
        pytest.param(
            ["2", *NOTHING, "left_square_bracket"],
            "go to one first",
            id="no month of no show",
        ),
        pytest.param(["2", "left_square_bracket"], "No show in view is of an earlier month", id="no month before"),
        pytest.param(["3", "D"], "Nothing is compared yet: a finds", id="nothing to let go"),
    ],
)
async def test_a_key_that_cannot_act_says_why(running: Running, app: BrccApp, keys: list[str], words: str) -> None:
    async with running() as pilot:
        await press(pilot, *keys)
        assert words in screen_text(app)


@pytest.mark.parametrize("key", ["enter", "i"])
async def test_a_key_for_a_row_of_an_empty_dashboard_says_why(key: str) -> None:
    app = BrccApp(_nothing_at_all())
    async with app.run_test(size=(60, 20)) as pilot:
        await settle(pilot)
        assert "enter open" not in screen_text(app)
        assert "R refresh all" in screen_text(app), "what can be done stands in the place of what cannot"
        await press(pilot, key)
        assert "the list has none" in screen_text(app)


def _nothing_at_all() -> FakeDesk:
    desk = FakeDesk([])
    desk.failed = ()
    return desk


@pytest.mark.parametrize(("screen", "key"), [("2", "enter open"), ("4", "r read now")])
async def test_the_line_of_keys_has_none_for_a_row_where_there_is_no_row(
    running: Running, app: BrccApp, screen: str, key: str
) -> None:
    async with running() as pilot:
        await press(pilot, screen)
        assert key in screen_text(app).splitlines()[-1]
        await press(pilot, *NOTHING)
        assert key not in screen_text(app).splitlines()[-1]
        await press(pilot, "escape")
        assert key in screen_text(app).splitlines()[-1]


async def test_the_list_of_screens_that_has_no_room_says_so_and_is_there_again_once_there_is_room(
    running: Running, app: BrccApp
) -> None:
    async with running((80, 24)) as pilot:
        await press(pilot, "b")
        assert "from 100 columns on" in screen_text(app)
        assert not app.sidebar_hidden


async def test_what_cannot_be_reopened_here_says_why(running: Running, app: BrccApp, desk: FakeDesk) -> None:
    """As the command does: the word that nothing of it can be changed told nobody what to do."""
    reason = "the number belongs to an inventory tier: change it on Eventbrite"
    async with running() as pilot:
        for listing in app.board.shows[0].listings:
            fixed = dataclasses.replace(listing, stock_method=StockMethod.READ_ONLY, read_only_reason=reason)
            desk.listings[listing.id] = app.board.listings[listing.id] = fixed
        app.board.take([app.board.listings[x.id] for x in app.board.shows[0].listings])
        await press(pilot, "2", "X")
        assert {wish.action for wish in desk.wanted[-1]} == {Action.REOPEN}
        assert "inventory tier" in screen_text(app)


async def test_capital_y_takes_back_what_y_said_by_name_wherever_the_cursor_is(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    forgotten: list[str] = []
    desk.forget_pairing = lambda show: forgotten.append(show.id)  # type: ignore[method-assign,assignment]
    async with running() as pilot:
        await press(pilot, "2", "y", "y")
        here = app.screen.query_one("#shows").current_key  # type: ignore[attr-defined]
        first = app.board.shows[0].id
        assert here != first, "the next show has come up"
        await press(pilot, "Y")
        assert forgotten == [first]
        assert "Taken back of tonight 20:00: Friday Night at the Backroom" in screen_text(app)


@pytest.mark.parametrize(("answer", "leaves"), [("l", True), ("escape", False)])
async def test_leaving_with_noted_capacities_asks(
    running: Running, desk: FakeDesk, app: BrccApp, answer: str, leaves: bool
) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "ctrl+q")
        assert isinstance(app.screen, Leaving)
        assert "Quit? 1 draft is not written" in screen_text(app)
        await press(pilot, "ctrl+q")
        assert isinstance(app.screen, Leaving), "the same key is no answer"
        await press(pilot, answer)
        assert desk.closed is leaves


async def test_what_is_noted_can_be_reviewed_instead(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "ctrl+q", "w")
        assert isinstance(app.screen, ConfirmPlan)


async def test_left_folds_what_belongs_to_no_show_from_anywhere_inside(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        app.board.unpaired = app.board.shows[0].listings
        await press(pilot, "2", "end")
        folded = screen_text(app)
        assert f"Belong to no show ({len(app.board.unpaired)})" in folded
        await press(pilot, "right", "down")
        assert screen_text(app) != folded
        await press(pilot, "left", "end")
        assert screen_text(app) == folded


async def test_the_question_which_seats_a_listing_sells_names_both_nights(running: Running, app: BrccApp) -> None:
    """Every week has the same titles: of two of them nobody saw which night was about to join which."""
    async with running() as pilot:
        await press(pilot, "2", "T", *"late fri", "enter")
        (title,) = (line for line in screen_text(app).splitlines() if " joins " in line)
        assert re.search(r"Late\S* .*, tonight 22:00 joins Friday Night.*, tonight 20:00", title)
        await press(pilot, "escape", "enter", "down", "t")
        assert ", tonight 20:00 sells other seats" in screen_text(app)
