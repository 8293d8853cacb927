"""A page is opened where the person at the terminal sees it, and its address is shown anywhere else."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping

import pytest
from driving import Running, press, screen_text

from brcc_tui.app import BrccApp
from brcc_tui.screens.support.browser import can_open_pages

PLACES: Mapping[str, tuple[Mapping[str, str], object, bool]] = {
    "a desktop": ({"DISPLAY": ":0"}, webbrowser.BackgroundBrowser("xdg-open"), True),
    "a browser by its name": ({"DISPLAY": ":0"}, webbrowser.Mozilla("firefox"), True),
    "windows or a mac": ({}, webbrowser.BaseBrowser("default"), True),
    "over ssh": ({"SSH_CONNECTION": "::1 1 ::1 22", "DISPLAY": ":10"}, webbrowser.Mozilla("firefox"), False),
    "a server's console": ({"TERM": "linux"}, webbrowser.GenericBrowser("w3m"), False),
}


@pytest.mark.parametrize("name", PLACES)
def test_where_a_page_can_be_opened(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment, browser, can = PLACES[name]
    monkeypatch.setattr(webbrowser, "get", lambda: browser)
    assert can_open_pages(environment) is can


def test_where_there_is_no_browser_none_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> object:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", none)
    assert not can_open_pages({"DISPLAY": ":0"})


@pytest.mark.parametrize("can", [True, False])
async def test_the_address_stands_there_where_no_browser_opens(
    running: Running, app: BrccApp, monkeypatch: pytest.MonkeyPatch, *, can: bool
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(app, "open_url", opened.append)
    monkeypatch.setattr("brcc_tui.screens.support.browser.can_open_pages", lambda _: can)
    async with running() as pilot:
        await press(pilot, "2", "enter", "j", "o")
        assert opened == (["https://www.eventbrite.ca/e/101"] if can else [])
        assert ("https://www.eventbrite.ca/e/101" in screen_text(app)) is not can
