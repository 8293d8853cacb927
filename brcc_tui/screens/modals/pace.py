"""The pace of a show in a picture: what was sold each day, beside the shows before it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from brcc_tui.model.shows.show import Show
from brcc_tui.screens.modals.reader import TextReader
from brcc_tui.screens.modals.waiting import Waiting
from brcc_tui.widgets.pace_plot import pace_lines
from brcc_tui.widgets.paint import Line
from brcc_tui.widgets.when import say_start

if TYPE_CHECKING:
    from brcc_tui.operations.catalogue.pace import Pace
    from brcc_tui.screens.support.host import ScreenHost


class _Pace(TextReader):
    """The plot, as wide as the terminal lets it be."""

    def __init__(self, title: str, pace: Pace) -> None:
        super().__init__(title)
        self._pace = pace

    def text(self) -> Sequence[Line]:
        """The plot in the room that the frame leaves."""
        return pace_lines(self._pace, self.host.glyphs, max(20, min(96, self.app.size.width - 2)))


def show_pace(host: ScreenHost, show: Show) -> None:
    """Read when its seats were sold, then show it."""

    async def ask() -> None:
        found = await host.ask(
            Waiting("When seats were sold", partial(host.desk.pace, show), partial(show_pace, host, show))
        )
        if found is not None:
            title = f"Pace of {say_start(show.starts_at, host.desk.now())}, {show.title}"
            await host.push_screen(_Pace(title, found))

    host.work(ask, "reading a show's pace", group="why")
