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
        self._order = ("", "")

    def set_order(self, column: str, sign: str) -> None:
        """Mark the column by which the list is sorted."""
        if (column, sign) != self._order:
            self._order = (column, sign)
            self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """Title and names."""
        names = ShowColumns.within(cells - 1).header(" " * len(self._title))[0].text
        column, sign = self._order
        if column:
            names = names.replace(f"{column} ", f"{column}{sign}", 1)
        return [(Span(" "), Span(self._title, "title"), Span(names[1 + len(self._title) :], "dim"))]
