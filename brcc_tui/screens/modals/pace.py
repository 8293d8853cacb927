"""The pace of a show in a picture: what was sold each day, beside the shows before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brcc_tui.model.show import Show
from brcc_tui.screens.modals.reader import Reader
from brcc_tui.screens.modals.waiting import Waiting
from brcc_tui.widgets.pace_plot import pace_lines
from brcc_tui.widgets.when import say_start

if TYPE_CHECKING:
    from brcc_tui.app import BrccApp


def show_pace(house: BrccApp, show: Show) -> None:
    """Read when its seats were sold, then show it."""

    async def ask() -> None:
        found = await house.push_screen_wait(
            Waiting("When seats were sold", lambda _: house.desk.pace(show), lambda: show_pace(house, show))
        )
        if found is not None:
            title = f"Pace of {say_start(show.starts_at, house.desk.now())}, {show.title}"
            await house.push_screen(Reader(title, pace_lines(found, house.glyphs)))

    house.work(ask, "reading a show's pace", group="why")
