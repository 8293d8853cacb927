"""One listing in a few lines, below the rows: what a row has no room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from brcc_tui.model.listing import Listing
from brcc_tui.widgets.compare_cards import age_of, oddities
from brcc_tui.widgets.listing_line import status_word
from brcc_tui.widgets.names import price_text, shop_name
from brcc_tui.widgets.numbers import capacity_bar, level, percent_sold, say_percent_sold
from brcc_tui.widgets.paint import Line, Painted, Span, folded
from brcc_tui.widgets.text import width, wrap
from brcc_tui.widgets.when import NO_START, say_exactly

_WIDEST_BAR: Final = 60


class CompareDetail(Painted):
    """Name and slot, exact date, price and shop, how full, age and id; then why, and what went wrong."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._content: tuple[Listing | None, str] = (None, "")

    def set_content(self, listing: Listing | None, error: str = "") -> None:
        """Show this one, with the error of its last reading."""
        self._content = listing, error
        self.update()

    def lines(self, cells: int) -> Sequence[Line]:
        """Four lines, and as many more as the name and the reasons need."""
        listing, error = self._content
        if listing is None:
            return []
        glyphs, now, reading = self.host.glyphs, self.host.now(), listing.reading
        word, tone = status_word(listing)
        when = say_exactly(listing.starts_at) if listing.starts_at else NO_START
        price = f"   {price_text(listing)}".rstrip()
        percent = percent_sold(reading.sold, reading.capacity)
        percent_text = f" {say_percent_sold(percent)}"
        room = min(max(cells - width(percent_text) - 2, 0), _WIDEST_BAR)
        bar = capacity_bar(reading.sold, reading.held, reading.capacity, room, glyphs)
        reasons = [
            *oddities(listing, glyphs),
            *([(f"{glyphs.failed} {error}   r reads it again", "bad")] if error else []),
        ]
        age = age_of(reading, now)
        in_one = f"{age}   {listing.id}"
        id_and_age = [in_one] if width(in_one) < cells else [age, listing.id]
        name = (Span(f" {listing.title}", "strong"), Span(f"  {listing.slot}" if listing.slot else "", "dim"))
        terms = (Span(f" {when}", "title"), Span(f"{price}   {shop_name(listing.platform)} ", "dim"), Span(word, tone))
        return [
            *folded(name, cells),
            *folded(terms, cells),
            (Span(f" {bar}{percent_text}", level(percent)[0]),),
            *((Span(f" {part}", "dim"),) for part in id_and_age),
            *((Span(f" {part}", tone),) for words, tone in reasons for part in wrap(words, cells - 2)),
        ]
