"""Words below a show, and those of the checks, are wrapped for the width that their list has now."""

from __future__ import annotations

import pytest
from driving import Running, press, screen_text, settle

from brcc_tui.app import BrccApp


def _words(app: BrccApp) -> list[str]:
    """What stands there, without the scroll bar, which follows by itself."""
    return [row[:58].rstrip() for row in screen_text(app).splitlines()]


@pytest.mark.parametrize("key", ["2", "7"])
@pytest.mark.parametrize("elsewhere", [True, False], ids=["while another screen was in front", "in front"])
async def test_words_have_the_width_that_there_is(running: Running, app: BrccApp, key: str, elsewhere: bool) -> None:
    async with running(size=(60, 20)) as pilot:
        await press(pilot, "2", "enter", key)
        narrow = _words(app)
        await pilot.resize_terminal(120, 36)
        await settle(pilot)
        if elsewhere:
            await press(pilot, "6")
        for width, height in ((100, 30), (60, 20)):
            await pilot.resize_terminal(width, height)
            await settle(pilot)
        if elsewhere:
            await press(pilot, key)
        assert _words(app) == narrow
