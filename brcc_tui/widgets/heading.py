"""A line over a list: its title, the names of its columns, and a word at the right."""

from __future__ import annotations

from collections.abc import Sequence

from brcc_tui.widgets.paint import Line, Painted, Span
from brcc_tui.widgets.text import fit, width


class Heading(Painted):
    """One line: title at the left; `note` (how many, how old) at the right, cut first when it is narrow."""

    def __init__(self, title: str = "", *, note: str = "", id: str | None = None) -> None:
        super().__init__(id=id, classes="heading")
        self._content = (title, note, "dim")

    def set_content(self, title: str, note: str = "", tone: str = "dim") -> None:
        """Say something else."""
        if (title, note, tone) != self._content:
            self._content = (title, note, tone)
            self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        title, note, tone = self._content
        shown = fit(title, min(width(title), cells - 2), more=self.host.glyphs.more)
        room = cells - 3 - width(shown)
        words = fit(note, min(width(note), max(room, 0)), more=self.host.glyphs.more)
        return [
            (Span(" "), Span(shown, "title"), Span(" " * max(room - width(words), 0)), Span(" "), Span(words, tone))
        ]
