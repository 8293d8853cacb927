"""Sums in one line, the weightiest first: one that does not fit is left out, for a number cut short is a wrong one."""

from __future__ import annotations

from collections.abc import Sequence

from brcc_tui.widgets.paint import Line, Painted, Span
from brcc_tui.widgets.text import width


class TotalsLine(Painted):
    """Parts of a line, with two blanks between them."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._parts: Sequence[Line] = ()

    def set_content(self, parts: Sequence[Line]) -> None:
        """Show as many of these as fit."""
        if parts != self._parts:
            self._parts = parts
            self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """The line."""
        spans: list[Span] = []
        left = cells + 1
        for part in self._parts:
            left -= 2 + sum(width(span.text) for span in part)
            if left < 0:
                break
            spans += [Span("  " if spans else " "), *part]
        return [tuple(spans)]
