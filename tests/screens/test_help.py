"""The help of a screen explains every sign that the screen can show, and no sign means two things."""

from __future__ import annotations

import dataclasses
import os
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from driving import Running, make_app, press, screen_text, settle
from fake_desk import FakeDesk
from scenes import SCENES, Scene, played
from textual.binding import Binding

from brcc_tui.app import BrccApp
from brcc_tui.model.quantity import Unknown
from brcc_tui.screens.modals.help import Help
from brcc_tui.screens.support.findables import findable_actions
from brcc_tui.screens.support.sentences import ERRAND_PLACES, SENTENCES, sentence_of
from brcc_tui.widgets.glyphs import ASCII, OLD_CONSOLE, UNICODE, Glyphs
from brcc_tui.widgets.sidebar import SCREENS
from brcc_tui.widgets.signs import IN_FRONT, NUMBERS_OF, SIGNS, SIGNS_OF

PICTURES = Path(__file__).parent / "pictures"
NAMES = [name for _, name, _ in SCREENS]
KINDS = {"unicode": UNICODE, "old console": OLD_CONSOLE, "ascii": ASCII}

SHOWN = {
    "dashboard": ("asking", "space", "production", "empty club"),
    "shows": ("2 m down enter down plus space S", "2 Z end enter", "shows month"),
    "compare": ("compare", "compare many", "compare nothing"),
    "eventbrite": ("4 e down plus space S S", "4"),
    "woocommerce": ("5 e end", "woocommerce found"),
    "history": ("history",),
    "health": ("health",),
}
"""Scenes, or keys, that bring up what each screen can show."""


@pytest.mark.parametrize("kind", KINDS)
def test_no_sign_has_two_meanings(kind: str) -> None:
    glyphs = KINDS[kind]
    looks = Counter(sign.looks(glyphs) for sign in SIGNS.values())
    assert [sign for sign, count in looks.items() if count > 1] == []
    blocks = {*glyphs.eighths} - {" ", glyphs.bar[0]}
    assert not blocks & {sign.looks(glyphs) for sign in SIGNS.values()}, "a height is no other sign"


@pytest.mark.parametrize("kind", KINDS)
def test_every_sign_has_a_sentence(kind: str) -> None:
    lines = {"rule", "wall", "card", "card_here", "frames", "ascii"}
    told = "".join(sign.looks(KINDS[kind]) for sign in SIGNS.values())
    for name in Glyphs._fields:
        if name not in lines:
            assert "".join(getattr(KINDS[kind], name)).strip() in told, name


def test_every_screen_has_its_signs_and_numbers() -> None:
    assert list(SIGNS_OF) == NAMES
    assert list(NUMBERS_OF) == NAMES


def signs_on(app: BrccApp) -> set[str]:
    """The signs on the terminal."""
    return signs_in(screen_text(app))


def signs_in(text: str) -> set[str]:
    """The signs in a text. Letters of titles are data; lines are no signs."""
    for data in ("–", "’", "“", "”", "🎤"):
        text = text.replace(data, "")
    lines = "".join((UNICODE.rule, UNICODE.wall, *UNICODE.card, *UNICODE.card_here))
    return {char for char in text if not char.isascii() and char not in lines}


@pytest.mark.parametrize("name", NAMES)
async def test_every_sign_on_a_screen_is_explained_in_its_help(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for scene in SHOWN[name]:
        monkeypatch.setitem(SCENES, scene, SCENES.get(scene) or Scene(scene))
        async with played(scene, (120, 36)) as pilot:
            app = pilot.app
            assert isinstance(app, BrccApp)
            seen = signs_on(app)
            await pilot.resize_terminal(60, 20)
            await settle(pilot, held=bool(SCENES[scene].held))
            seen |= signs_on(app)
            assert getattr(app.screen, "NAME", "") == name
            told = "".join(span.text for spans in Help(app.screen).text() for span in spans)
            scroll_bar = set("▁▂▃▄▅▆▇█")
            assert UNICODE.here in seen, "a screen is never without signs"
            assert seen - set(told) - scroll_bar == set(), scene


def test_every_sign_of_a_question_is_explained_in_its_help() -> None:
    """As the kept pictures have them; a table as bare text has those of its screen."""
    seen: set[str] = set()
    files = [file for size in ("60x20", "80x24") for file in PICTURES.glob(f"*-{size}.txt")]
    for file in files:
        text = file.read_text(encoding="utf-8")
        of_a_screen = {"PRACTICE", "STAGING", "PRODUCTION"} & set(text.partition("\n")[0].split())
        if not of_a_screen and not file.name.startswith(("bare-text", "help")):
            seen |= signs_in(text)
    assert {"one_shop", "no_shop", "full"} < set(IN_FRONT), "the question before a sync shows the rows of shows"
    assert {UNICODE.done, UNICODE.arrow, UNICODE.warning} < seen, "the pictures are there"
    explained = "".join(SIGNS[name].looks(UNICODE) for name in IN_FRONT)
    assert seen - set(explained) - set("▁▂▃▄▅▆▇█") == set()


async def test_held_on_sale_free_and_the_colours_are_explained(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2")
        told = "\n".join("".join(span.text for span in spans) for spans in Help(app.screen).text())
        for words in ("held", "on sale", "free", "drift", "could be sold twice", "have a ticket and no seat", "red"):
            assert words in told, words


def bindings() -> set[tuple[str, str, str]]:
    found: set[tuple[str, str, str]] = set()
    for name in NAMES:
        for parent in (BrccApp, *import_module(f"brcc_tui.screens.{name}").SCREEN.__mro__):
            if not parent.__module__.startswith("brcc_tui"):
                continue
            for one in vars(parent).get("BINDINGS", ()):
                if isinstance(one, Binding) and one.description and not one.action.startswith(("go(", "app.")):
                    found.add((name, one.action, one.description))
    return found


def test_every_command_has_a_sentence() -> None:
    assert {
        (name, action) for name, action, words in bindings() if sentence_of(name, action, "").says in ("", words)
    } == set()


def test_no_sentence_is_left_of_a_command_that_is_gone() -> None:
    names = {action.partition("(")[0] for _, action, _ in bindings()} | {"focus_next", "focus_previous"}
    assert {key.partition("(")[0].rpartition(".")[2] for key in SENTENCES} <= names


@pytest.mark.parametrize("key", "124567")
async def test_no_sentence_is_told_of_two_commands(key: str, running: Running, app: BrccApp) -> None:
    """`page down` is no page to open in the browser."""
    async with running() as pilot:
        await press(pilot, key)
        does: dict[str, set[tuple[object, str]]] = {}
        for active in app.screen.active_bindings.values():
            action = active.binding.action
            says = sentence_of("", action, "").says
            does.setdefault(says, set()).add((active.node, action.partition("(")[0]))
        assert {says: whose for says, whose in does.items() if says and len(whose) > 1} == {}


CALLED = {
    "undo": ("6", "Take this change back, through a plan"),
    "comps": ("2", "Hold seats back for the house: comps, guests"),
    "cancel": ("2", "Close online sales of this show on both shops"),
    "capacity": ("2", "Draft a capacity; nothing is written yet"),
    "settings": ("1", "Settings: where they are and how to change them"),
    "tonight": ("4", "Tonight: the shows, their seats and what is wrong"),
    "refund": ("1", "Cancel a show"),
    "walk-ins": ("1", "Change the capacity of a show"),
}


@pytest.mark.parametrize("words", CALLED)
async def test_the_palette_finds_an_action_by_what_people_call_it(words: str, running: Running, app: BrccApp) -> None:
    key, says = CALLED[words]
    async with running() as pilot:
        await press(pilot, key, "ctrl+p", *words)
        assert says in screen_text(app)


@pytest.mark.parametrize(("profile", "file"), [("production", ".env"), ("staging", "staging.env")])
async def test_the_settings_are_said_to_stand_in_the_file_of_this_profile(
    running: Running, monkeypatch: pytest.MonkeyPatch, app: BrccApp, profile: str, file: str
) -> None:
    """Who is told another's edits the settings of the shops that sell to the public."""
    monkeypatch.setattr(FakeDesk, "profile", profile)
    async with running() as pilot:
        await press(pilot, "ctrl+p", *"settings:", "enter")
        assert f"{os.sep}{file};" in "".join(screen_text(app).split())


async def test_what_is_done_elsewhere_is_found_from_anywhere(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "ctrl+p", *"undo", "enter")
        assert app.current_mode == "history"


async def test_a_place_is_not_offered_where_one_is(running: Running, app: BrccApp) -> None:
    async with running():
        titles = [thing.title for thing in findable_actions(app, app.screen)]
        assert not {says for name, says, _ in ERRAND_PLACES if name == "dashboard"} & set(titles)


async def test_an_unknown_sign_is_explained_where_it_stands() -> None:
    desk = FakeDesk()
    first = next(iter(desk.listings.values()))
    lost = dataclasses.replace(first.reading, sold=Unknown("gone"))
    desk.listings[first.id] = dataclasses.replace(first, reading=lost)
    app = make_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "question_mark")
        assert "Help: dashboard" in screen_text(app)


async def test_the_help_promises_no_y_before_a_plan_that_asks_for_its_number(running: Running, app: BrccApp) -> None:
    """A dangerous plan is confirmed by its number alone: whoever waited for the question of `y` had applied it."""
    async with running() as pilot:
        await press(pilot, "question_mark", "end")
        told = " ".join(screen_text(app).replace("│", " ").split())
        assert "before you have seen the plan and confirmed it: with y, or with the number that it asks for." in told
