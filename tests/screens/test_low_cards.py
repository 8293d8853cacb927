"""Cards stand side by side only where each has room for all that it tells."""

from __future__ import annotations

import pytest
from driving import Running, press, screen_text, settle

from brcc_tui.app import BrccApp

WHY = "the shop cannot be reached: the connection was refused (is the server running, is the address right?)"


@pytest.mark.parametrize("height", [36, 30, 24, 18])
async def test_why_a_listing_was_not_read_stands_at_every_height(running: Running, app: BrccApp, height: int) -> None:
    async with running(size=(120, 36)) as pilot:
        await press(pilot, "space", "down", "space", "3")
        assert len(app.board.selected) == 4
        app.board.app_errors[app.board.selected[0]] = WHY
        await pilot.resize_terminal(120, height)
        app.changed()
        await settle(pilot)
        text = screen_text(app)
        assert "right?)" in text, "the reason to its end"
        assert "Together" in text
        assert app.screen.query_one("#cards").display is (height == 36)
