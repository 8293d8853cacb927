"""The names of a show list's columns, after the list's own title."""

from __future__ import annotations

from collections.abc import Sequence

from brcc_tui.widgets.paint import Line, Painted, Span
from brcc_tui.widgets.show_line import ShowColumns


class ShowHeader(Painted):
    """One line; a scroll bar takes one cell of the list below."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def lines(self, cells: int) -> Sequence[Line]:
        """Title and names."""
        names = ShowColumns.within(cells - 1).header(" " * len(self._title))[0].text
        return [(Span(" "), Span(self._title, "title"), Span(names[1 + len(self._title) :], "dim"))]
