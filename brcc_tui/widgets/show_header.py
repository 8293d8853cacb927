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
        self._busy = ""

    def set_busy(self, words: str) -> None:
        """What is done with the list at this moment stands behind its title; empty for nothing."""
        if words != self._busy:
            self._busy = words
            self.refresh()

    def set_order(self, column: str, sign: str) -> None:
        """Mark the column by which the list is sorted."""
        if (column, sign) != self._order:
            self._order = (column, sign)
            self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """Title, what is being done, and names."""
        title, busy = self._title, f"  {self._busy}" if self._busy else ""
        names = ShowColumns.within(cells - 1).header(title + busy)[0].text
        column, sign = self._order
        if column:
            names = names.replace(f"{column} ", f"{column}{sign}", 1)
        begin, end = 1 + len(title), 1 + len(title) + len(busy)
        return [(Span(" "), Span(title, "title"), Span(names[begin:end], "accent"), Span(names[end:], "dim"))]
