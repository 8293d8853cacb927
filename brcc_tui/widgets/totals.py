"""Sums in a line or a few, the most important first: what does not fit is left out, as a truncated number is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from brcc_tui.model.shows.sums import ListingSums, ShowSums, Sum
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.paint import Line, Painted, Span
from brcc_tui.widgets.text import width

_HIGH: Final = 30
"""From so many rows a terminal has room for more than the weightiest."""


class TotalsLine(Painted):
    """Parts in as many lines as `rows` at most, or `low_rows` in a low terminal, with two blanks between them."""

    def __init__(self, *, id: str, rows: int = 1, low_rows: int = 1) -> None:
        super().__init__(id=id)
        self._rows, self._low_rows = rows, low_rows
        self._parts: Sequence[Line] = ()

    def set_content(self, parts: Sequence[Line]) -> None:
        """Show as many of these as fit."""
        if parts != self._parts:
            self._parts = parts
            self.update()

    def lines(self, cells: int) -> Sequence[Line]:
        """As many lines as the parts need, of those that there are."""
        most = self._rows if self.app.size.height >= _HIGH else self._low_rows
        lines: list[list[Span]] = [[]]
        left = cells + 1
        for part in self._parts:
            taken = 2 + sum(width(span.text) for span in part)
            if taken > left and len(lines) < most:
                lines.append([])
                left = cells + 1
            if taken > left:
                break
            left -= taken
            lines[-1] += [Span("  " if lines[-1] else " "), *part]
        return [tuple(spans) for spans in lines]


def counted(number: str, word: str) -> Line:
    """A number and what it counts."""
    return Span(number, "strong"), Span(f" {word}", "dim")


def _sum_text(total: Sum, glyphs: Glyphs, parts: int) -> str:
    """The sum; `at least` so many where some of its parts are not known, and a question mark where none is."""
    if total.endless:
        return f"{total.known:,} + {glyphs.no_limit}"
    if total.missing and total.missing == parts and not total.known:
        return glyphs.unknown
    return f"at least {total.known:,}" if total.missing else f"{total.known:,}"


def show_sums(sums: ShowSums, glyphs: Glyphs) -> list[Line]:
    """The sums of shows, the weightiest first."""
    parts = [
        counted(f"{_sum_text(sums.sold, glyphs, sums.shows)} of {sums.seats:,}", "seats sold"),
        counted(_sum_text(sums.free, glyphs, sums.shows), "free"),
        counted(_sum_text(sums.on_offer, glyphs, sums.shows), "on sale"),
    ]
    if sums.over:
        parts.insert(1, (Span(f"{glyphs.warning} {sums.over} too many", "bad"),))
    if sums.doubtful.known or sums.doubtful.missing or sums.doubtful.endless:
        parts.append((Span(f"{_sum_text(sums.doubtful, glyphs, sums.shows)} of that in doubt", "accent"),))
    if missing := max(sums.sold.missing, sums.free.missing):
        parts.append((Span(f"{missing} {'show' if missing == 1 else 'shows'} not known", "warn"),))
    return parts


def listing_sums(sums: ListingSums, glyphs: Glyphs) -> list[Line]:
    """The sums of listings."""
    least = "at least " if sums.unknown else ""
    capacity, left = (f"{least}{number:,}" for number in (sums.capacity, sums.remaining))
    if sums.endless:
        capacity, left = f"{capacity} + {glyphs.no_limit}", f"{left} + {glyphs.no_limit}"
    parts = [counted(f"{least}{sums.sold:,}", "sold"), counted(left, "left"), counted(capacity, "capacity")]
    if sums.unknown:
        parts.append((Span(f"{sums.unknown} not known", "warn"),))
    return parts
