"""The pace of a show as a chart: what was sold each day, compared with earlier shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from brcc_tui.model.shows.show import Show
from brcc_tui.screens.modals.reader import TextReader
from brcc_tui.screens.modals.waiting import Waiting
from brcc_tui.widgets.pace_plot import pace_lines
from brcc_tui.widgets.paint import Line, line
from brcc_tui.widgets.when import say_on_day, say_start

if TYPE_CHECKING:
    from brcc_tui.operations.catalogue.pace import Pace
    from brcc_tui.screens.support.host import ScreenHost


class _Pace(TextReader):
    """The plot, as wide as the terminal lets it be."""

    def __init__(self, show: Show, pace: Pace, asked_at: dt.datetime) -> None:
        super().__init__()
        self._show, self._pace, self._asked_at = show, pace, asked_at

    def heading(self) -> str:
        """Of which night, as it is called by now."""
        return f"Pace of {say_start(self._show.starts_at, self.host.now())}, {self._show.title}"

    def text(self) -> Sequence[Line]:
        """When it was so, and the plot in the room that the frame leaves."""
        plot = pace_lines(self._pace, self.host.glyphs, max(20, min(96, self.app.size.width - 2)))
        return [line((f" as it was at {say_on_day(self._asked_at)}", "dim")), *plot]


def show_pace(host: ScreenHost, show: Show) -> None:
    """Read when its seats were sold, then show it."""

    async def ask() -> None:
        asked_at = host.desk.now()
        found = await host.ask(
            Waiting("When seats were sold", partial(host.desk.pace, show), partial(show_pace, host, show))
        )
        if found is not None:
            await host.push_screen(_Pace(show, found, asked_at))

    host.work(ask, "reading a show's pace", group="why")
