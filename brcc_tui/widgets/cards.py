"""Cards side by side: a title and two or three lines each, as wide as there is room for."""

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

    def tell(self, cards: Sequence[Card]) -> None:
        """Show these cards."""
        if tuple(cards) != self._cards:
            grown = len(cards) != len(self._cards)
            self._cards = tuple(cards)
            self.refresh(layout=grown)

    def lines(self, cells: int) -> Sequence[Line]:
        """Every row of cards, line by line."""
        if not self._cards:
            return []
        inner = max(cells - 1, self._least)
        columns = max(1, min(len(self._cards), inner // self._least))
        rows: list[Line] = []
        for start in range(0, len(self._cards), columns):
            row = self._cards[start : start + columns]
            each = inner // columns
            rows.append(sum((self._fit((Span(card.title, "dim"),), each) for card in row), (Span(" "),)))
            for y in range(max(len(card.lines) for card in row)):
                rows.append(
                    sum((self._fit(card.lines[y] if y < len(card.lines) else (), each) for card in row), (Span(" "),))
                )
        return rows

    def _fit(self, spans: Line, cells: int) -> Line:
        fitted: list[Span] = []
        left = cells - 2
        for span in spans:
            text = span.text if width(span.text) <= left else fit(span.text, left, more=self.house.glyphs.more)
            fitted.append(span._replace(text=text))
            left -= width(text)
        return (*fitted, Span(" " * (left + 2)))
