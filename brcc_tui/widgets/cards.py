"""Cards side by side: a title and a few lines each, each as wide as its own words while there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brcc_tui.widgets.paint import Line, Painted, Span
from brcc_tui.widgets.text import fit, width


@dataclass(frozen=True, slots=True)
class Card:
    """A title over lines; every line one span, cut at the card's width."""

    title: str
    lines: tuple[Line, ...]


class Cards(Painted):
    """Cards in one row, or in more rows where the terminal is narrow."""

    def __init__(self, least: int, *, id: str) -> None:
        super().__init__(id=id)
        self._least = least
        self._cards: tuple[Card, ...] = ()

    def set_content(self, cards: Sequence[Card]) -> None:
        """Show these cards."""
        if tuple(cards) != self._cards:
            grown = len(cards) != len(self._cards)
            self._cards = tuple(cards)
            self.refresh(layout=grown)

    def lines(self, cells: int) -> Sequence[Line]:
        """Every row of cards, line by line. What room is over is shared; what is missing, the widest give."""
        rows: list[Line] = []
        for row in self._rows(cells - 1):
            widths = share([_wants(card) for card in row], cells - 1)
            rows.append(self._row([(Span(card.title, "dim"),) for card in row], widths))
            for y in range(max(len(card.lines) for card in row)):
                rows.append(self._row([card.lines[y] if y < len(card.lines) else () for card in row], widths))
        return rows

    def _rows(self, cells: int) -> list[Sequence[Card]]:
        """All cards in one row if each gets what it must have, else in as few rows as can be."""
        if not self._cards:
            return []
        for many in range(1, len(self._cards) + 1):
            each = -(-len(self._cards) // many)
            rows: list[Sequence[Card]] = [
                self._cards[start : start + each] for start in range(0, len(self._cards), each)
            ]
            if all(sum(min(_wants(card), self._least) for card in row) <= cells for row in rows):
                break
        return rows

    def _row(self, parts: Sequence[Line], widths: Sequence[int]) -> Line:
        return sum((self._fit(spans, each) for spans, each in zip(parts, widths, strict=True)), (Span(" "),))

    def _fit(self, spans: Line, cells: int) -> Line:
        fitted: list[Span] = []
        left = cells - 2
        for span in spans:
            text = span.text if width(span.text) <= left else fit(span.text, left, more=self.host.glyphs.more)
            fitted.append(span._replace(text=text))
            left -= width(text)
        return (*fitted, Span(" " * (left + 2)))


def _wants(card: Card) -> int:
    """Cells of its longest line, with the gap to its neighbour."""
    longest = max(sum(width(span.text) for span in spans) for spans in card.lines)
    return max(longest, width(card.title)) + 2


def share(wanted: Sequence[int], cells: int) -> list[int]:
    """So many cells among those who want them: what is missing, the greediest go without; what is over, all get."""
    given = list(wanted)
    while sum(given) > cells:
        given[given.index(max(given))] -= 1
    over, some = divmod(cells - sum(given), len(given))
    return [each + over + (1 if place < some else 0) for place, each in enumerate(given)]
