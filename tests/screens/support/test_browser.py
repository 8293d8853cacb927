"""A page is opened where the person at the terminal sees it, and its address is shown anywhere else."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping

import pytest
from driving import Running, press, screen_text

from brcc_tui.app import BrccApp
from brcc_tui.screens.support.browser import can_open_pages

PLACES: Mapping[str, tuple[Mapping[str, str], str, bool]] = {
    "a desktop": ({"DISPLAY": ":0"}, "linux", True),
    "another desktop": ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
    "windows": ({}, "win32", True),
    "a mac": ({}, "darwin", True),
    "over ssh": ({"SSH_CONNECTION": "::1 1 ::1 22", "DISPLAY": ":10"}, "linux", False),
    "a server's console": ({}, "linux", False),
}


@pytest.mark.parametrize("name", PLACES)
def test_where_a_page_can_be_opened(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment, platform, can = PLACES[name]
    monkeypatch.setattr(webbrowser, "get", lambda: object())
    assert can_open_pages(environment, platform) is can


def test_a_desktop_without_a_browser_opens_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> object:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", none)
    assert not can_open_pages({"DISPLAY": ":0"}, "linux")


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
