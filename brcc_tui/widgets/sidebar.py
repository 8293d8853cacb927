"""The list of screens with their badges, and the listings that were selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from brcc_tui.widgets.paint import Line, Painted, Span
from brcc_tui.widgets.text import fit

SCREENS: Final = (
    ("1", "dashboard", "Dashboard"),
    ("2", "shows", "Shows"),
    ("3", "compare", "Compare"),
    ("4", "eventbrite", "Eventbrite"),
    ("5", "woocommerce", "WooCommerce"),
    ("6", "history", "History"),
    ("7", "health", "Health"),
)
"""Key, name and title of every screen."""


SIDEBAR_FROM: Final = 100
"""Columns of the terminal from which on the list of screens has room."""


class Sidebar(Painted):
    """Where one is, what waits there, and what is selected. It is painted, never focused: keys do the walking."""

    def __init__(self, place: str) -> None:
        super().__init__(id="sidebar")
        self._place = place
        self._content: tuple[dict[str, Span], tuple[tuple[str, str], ...]] = ({}, ())

    def set_content(self, badges: Mapping[str, Span], selected: Sequence[tuple[str, str]]) -> None:
        """A badge for some places, and for each selected listing its words and its mark (`EB`, `WC*`)."""
        content = (dict(badges), tuple(selected))
        if content != self._content:
            self._content = content
            self.update()

    def lines(self, cells: int) -> Sequence[Line]:
        """Seven screens, then the selection."""
        inner = cells - 1
        badges, selected = self._content
        glyphs = self.host.glyphs
        wall = Span(glyphs.wall, "faint")
        rows: list[Line] = []
        for key, name, title in SCREENS:
            here = name == self._place
            badge = badges.get(name, Span(""))
            text = fit(f"{key} {title}", inner - 2 - len(badge.text), more=glyphs.more)
            tone = "strong" if here else ""
            rows.append((Span(glyphs.here if here else " ", "accent"), Span(text, tone, f"app.go('{name}')"), badge,
                         Span(" "), wall))  # fmt: skip
        if selected:
            rows.append((Span(" " * inner), wall))
            rows.append((Span(fit(f" Selected {len(selected)}", inner), "dim"), wall))
            for words, mark in selected:
                rows.append(
                    (Span(f" {fit(words, inner - 2 - len(mark), more=glyphs.more)} "), Span(mark, "note"), wall)
                )
        while len(rows) < self.size.height:
            rows.append((Span(" " * inner), wall))
        return rows
