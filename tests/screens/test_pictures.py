"""How every screen and modal looks at the sizes people have: a changed picture is a change to look at.

One application shows each scene at 120x36, then at 80x24 and 60x20: what a person gets who resizes a terminal.
At each size its text is kept, and its colours in the dark, the light and the high-contrast theme (colour_map.py).
Another one, told to use neither colours nor more than ASCII, shows the same.
`pytest tests/screens/test_pictures.py --snapshot-update` writes them anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from cells import Look, Picture, cells, text_of
from colour_map import THEMES, colour_map, differences, write
from driving import make_app, press, screen_text, settle
from fake_desk import FakeDesk
from scenes import SCENES, played
from textual._compositor import Compositor
from textual.pilot import Pilot

from brcc_tui.app import BrccApp
from brcc_tui.screens.support.themes import LIGHT

PICTURES = Path(__file__).parent / "pictures"
SIZES = ((120, 36), (80, 24), (60, 20))


@pytest.fixture(autouse=True)
def painted_where_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a scene shows on its way to its picture is painted by the tests of that screen; each picture paints all."""
    monkeypatch.setattr(Compositor, "render_update", lambda compositor, **_: compositor._dirty_regions.clear())


@pytest.fixture
def update(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--snapshot-update"))


async def each_size(pilot: Pilot[int], name: str) -> AsyncIterator[str]:
    """The picture's file at each size, once the terminal has that size."""
    for columns, rows in SIZES:
        if pilot.app.size != (columns, rows):
            await pilot.resize_terminal(columns, rows)
            await settle(pilot, held=bool(SCENES[name].held))
        yield f"{name.replace(' ', '-')}-{columns}x{rows}.txt"


async def wear_each(app: BrccApp) -> Mapping[str, Picture]:
    """The screen in each theme, the one that it wears first. What nobody looks at in between is not painted."""
    with app.batch_update():
        return {theme: await wear(app, theme) for theme in sorted(THEMES, key=lambda theme: theme != app.theme)}


async def wear(app: BrccApp, theme: str) -> Picture:
    """The screen in that theme, once its styles are those of the theme."""
    worn = asyncio.Event()
    app.theme = theme
    app.call_next(worn.set)
    await worn.wait()
    for behind in app._background_screens:
        for widget in behind.walk_children(with_self=True):
            widget.refresh()
    worn.clear()
    app.call_after_refresh(worn.set)
    await worn.wait()
    return cells(app)


def text_differs(file: Path, shown: str, update: bool) -> list[str]:
    """What is otherwise than the picture that is kept."""
    if update:
        file.parent.mkdir(exist_ok=True)
        file.write_text(shown, encoding="utf-8")
    elif not file.exists() or file.read_text(encoding="utf-8") != shown:
        return [f"{file.parent.name}/{file.name} is otherwise now:\n{shown}"]
    return []


@pytest.mark.parametrize("name", SCENES)
async def test_picture(name: str, update: bool) -> None:
    differ: list[str] = []
    async with played(name, SIZES[0]) as pilot:
        async for file in each_size(pilot, name):
            worn = await wear_each(pilot.app)
            texts = {text_of(picture) for picture in worn.values()}
            assert len(texts) == 1, "\n".join(("a theme changes colours, nothing else:", *texts))
            differ += text_differs(PICTURES / file, texts.pop(), update)
            colours = colour_map(worn)
            if update:
                write(PICTURES / "colours" / file, colours)
            else:
                differ += differences(PICTURES / "colours" / file, colours)
    assert not differ, "\n".join(differ)


@pytest.mark.parametrize("name", SCENES)
async def test_poor_terminal(name: str, update: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRCC_ASCII", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    differ: list[str] = []
    async with played(name, SIZES[0]) as pilot:
        async for file in each_size(pilot, name):
            picture = cells(pilot.app)
            text = text_of(picture)
            assert text.isascii(), {char for char in text if not char.isascii()}
            assert not {cell.look for row in picture for cell in row if coloured(cell.look)}
            differ += text_differs(PICTURES / "ascii" / file, text, update)
    assert not differ, "\n".join(differ)


def coloured(look: Look) -> bool:
    """Whether there is a hue in it: red, green and blue are not the same."""
    return any(len({colour[n : n + 2] for n in (1, 3, 5)}) > 1 for colour in (look.ink, look.ground) if colour)


async def test_a_theme_reaches_the_screens_that_stand_behind() -> None:
    desk = FakeDesk()
    desk.shown_theme = LIGHT
    worn_from_the_beginning, chosen_meanwhile = make_app(desk), make_app(FakeDesk())
    async with worn_from_the_beginning.run_test(size=SIZES[1]) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        wanted = cells(worn_from_the_beginning)
    async with chosen_meanwhile.run_test(size=SIZES[1]) as pilot:
        await settle(pilot)
        await press(pilot, "2", "1")
        await wear(chosen_meanwhile, LIGHT)
        await press(pilot, "2")
        assert cells(chosen_meanwhile) == wanted


async def test_twelve_hours(update: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRCC_CLOCK", "12")
    async with played("dashboard", SIZES[1]) as pilot:
        assert not text_differs(PICTURES / "twelve-hours-80x24.txt", screen_text(pilot.app) + "\n", update)


async def test_waiting_says_for_what_and_that_nothing_is_written() -> None:
    async with played("waiting", SIZES[0]) as pilot:
        assert "Reading 1 listing again" in screen_text(pilot.app)
        assert "cancel: nothing is written" in screen_text(pilot.app)


@pytest.mark.parametrize("profile", ["practice", "staging", "production"])
async def test_the_profile_stands_on_the_top_line(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeDesk, "profile", profile)
    app = make_app(FakeDesk())
    async with app.run_test(size=SIZES[2]) as pilot:
        await settle(pilot)
        assert profile.upper() in screen_text(app).splitlines()[0]


def test_every_picture_that_is_kept_is_one_of_these() -> None:
    names = {f"{name.replace(' ', '-')}-{columns}x{rows}.txt" for name in SCENES for columns, rows in SIZES}
    for folder in (PICTURES / "ascii", PICTURES / "colours"):
        assert {file.name for file in folder.iterdir()} == names
    texts = {file.name for file in PICTURES.glob("*.txt")}
    assert texts == names | {"twelve-hours-80x24.txt"}
