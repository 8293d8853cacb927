"""The stylesheet parses each source once, and all of them again for another theme."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.screen import Screen
from textual.widgets import Input, Static

from brcc_tui.screens.support import stylesheet
from brcc_tui.screens.support.stylesheet import ParsedOnce


class Later(Screen[None]):
    """A screen with rules of its own, opened after the theme was changed."""

    CSS = "Later Static { color: $accent; }"

    def compose(self) -> ComposeResult:
        """Two widgets."""
        yield Static("later")
        yield Input()


class Themed(App[None]):
    """An application with this program's stylesheet."""

    CSS = "Static { background: $primary; }"

    def __init__(self) -> None:
        super().__init__()
        self.stylesheet = ParsedOnce(variables=self.get_css_variables())


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every source that is parsed, in order, with its rank among those of its kind (a base class has several)."""
    from textual.css import stylesheet as textual_stylesheet

    found: list[tuple[str, int]] = []
    parse = textual_stylesheet.parse

    def noted(scope: str, css: str, read_from: Any, *, tie_breaker: int, **more: Any) -> object:
        found.append((css, tie_breaker))
        return parse(scope, css, read_from, tie_breaker=tie_breaker, **more)

    monkeypatch.setattr(textual_stylesheet, "parse", noted)
    monkeypatch.setattr(stylesheet, "PARSED", {})  # what other tests had parsed
    return found


async def test_a_source_is_parsed_once_however_many_screens_open(parsed: list[tuple[str, int]]) -> None:
    app = Themed()
    async with app.run_test() as pilot:
        app.push_screen(Later())
        await pilot.pause()
        app.push_screen(Later())
        await pilot.pause()
        assert (Later.CSS, 0) in parsed
        assert len(parsed) == len(set(parsed))
        once = len(parsed)
        app.theme = "textual-light"
        await pilot.pause()
        anew = parsed[once:]
        assert (Later.CSS, 0) in anew
        assert len(anew) == len(set(anew))
        app.theme = "textual-dark"
        await pilot.pause()
        assert parsed[once:] == anew, "those of the first theme are still known"


async def test_another_theme_reaches_screens_that_open_before_and_after_it() -> None:
    app = Themed()
    async with app.run_test() as pilot:
        app.push_screen(Later())
        await pilot.pause()
        app.theme = "textual-light"
        await pilot.pause()
        app.push_screen(Later())
        await pilot.pause()
        variables = app.get_css_variables()
        for screen in app.screen_stack[1:]:
            static = screen.query_one(Static)
            assert static.styles.background == Color.parse(variables["primary"])
            assert static.styles.color == Color.parse(variables["accent"])
