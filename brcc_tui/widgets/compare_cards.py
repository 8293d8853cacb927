"""Up to four listings side by side, each in a card of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from textual import events
from textual.message import Message

from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.reading import Reading, Source
from brcc_tui.widgets.age import is_faded
from brcc_tui.widgets.flag_words import say_flags
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.listing_line import say_capacity, status_word
from brcc_tui.widgets.names import price_text
from brcc_tui.widgets.numbers import capacity_bar, level, percent_sold, quantity_text, reason, say_percent_sold
from brcc_tui.widgets.paint import Line, Painted, Span, folded
from brcc_tui.widgets.text import fit, width, wrap
from brcc_tui.widgets.when import NO_START, say_age, say_moment, say_start

MAX_CARDS: Final = 4

_TITLE_LINES: Final = 2
"""Lines of a title in every card; where one needs more, all cards have more."""


class CompareCards(Painted):
    """The cards; the one under the cursor has a heavy edge."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._listings: tuple[Listing, ...] = ()
        self._drafts: dict[str, int] = {}
        self._loading: frozenset[str] = frozenset()
        self._app_errors: dict[str, str] = {}
        self._cursor = 0

    class Pointed(Message):
        """A click on a card."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def on_click(self, event: events.Click) -> None:
        """The card that was clicked."""
        shown = len(self._listings[:MAX_CARDS])
        index = max(event.x - 1, 0) // self._each(shown, self.size.width) if shown else 0
        if index < shown:
            self.post_message(self.Pointed(index))

    @staticmethod
    def _each(shown: int, cells: int) -> int:
        """Cells of a card, with the gap to its neighbour."""
        return (cells - 1) // shown

    def set_content(
        self,
        listings: Sequence[Listing],
        drafts: Mapping[str, int],
        loading: Collection[str],
        app_errors: Mapping[str, str],
        cursor: int,
    ) -> None:
        """Show these."""
        self._listings = tuple(listings)
        self._drafts, self._loading, self._app_errors = dict(drafts), frozenset(loading), dict(app_errors)
        self._cursor = cursor
        self.update()

    def point(self, cursor: int) -> None:
        """The cursor stands on another card."""
        self._cursor = cursor
        self.update()

    def lines(self, cells: int) -> Sequence[Line]:
        """All cards, line by line."""
        shown = self._listings[:MAX_CARDS]
        if not shown:
            return []
        each = self._each(len(shown), cells)
        titles = max(_TITLE_LINES, *(len(wrap(listing.title, each - 4)) for listing in shown))
        columns = [self._card(listing, index == self._cursor, each - 1, titles) for index, listing in enumerate(shown)]
        height = max(len(column) for column in columns)
        rows: list[Line] = []
        for y in range(height):
            spans: list[Span] = [Span(" ")]
            for column in columns:
                part = column[y] if y < len(column) else ()
                spans += [*part, Span(" " * (each - sum(width(span.text) for span in part)))]
            rows.append(tuple(spans))
        return rows

    def _card(self, listing: Listing, here: bool, cells: int, titles: int) -> list[Line]:
        glyphs, now = self.host.glyphs, self.host.now()
        inner = cells - 3
        tone = "accent" if here else "faint"
        corner, rule, edge, foot = glyphs.card_here if here else glyphs.card
        age = "reading…" if listing.id in self._loading else age_of(listing.reading, now)
        rows = _card_lines(listing, self._drafts.get(listing.id), inner, age, now, glyphs, titles)
        if listing.id in self._app_errors:
            rows += [
                (Span(f"{glyphs.failed} {part}", "bad"),) for part in wrap(self._app_errors[listing.id], inner - 2)
            ]
            rows.append((Span("r reads it again", "dim"),))
        top = (Span(corner + rule * (cells - 1), tone),)
        end = (Span(foot + rule * (cells - 1), tone),)
        return [top, *((Span(f"{edge} ", tone), *row) for row in rows), end]


def _card_lines(
    listing: Listing, draft: int | None, cells: int, age: str, now: dt.datetime, glyphs: Glyphs, titles: int
) -> list[Line]:
    """What a card tells, each line within so many cells. `age` is that of its numbers, or that they are read now.

    Its title has so many lines, as that of its neighbours, so that their numbers stand side by side.
    """
    reading = listing.reading
    shop = "Eventbrite" if listing.platform is Platform.EVENTBRITE else "WooCommerce"
    word, tone = status_word(listing)
    title = wrap(listing.title, cells)
    title += [""] * (titles - len(title))
    percent = percent_sold(reading.sold, reading.capacity)
    bar_tone, _ = level(percent)
    when = say_start(listing.starts_at, now) if listing.starts_at else NO_START
    rows: list[Line] = [
        (Span(fit(shop, cells - len(word)), "note"), Span(word, tone)),
        *((Span(part, "strong"),) for part in title),
        (Span(fit(listing.slot or "", cells, more=glyphs.more), "dim"),),
        (Span(fit(when, cells, more=glyphs.more), "title"),),
        (),
        (Span(fit("price", 11), "dim"), Span(price_text(listing))),
        (
            Span(fit("capacity", 11), "dim"),
            Span(say_capacity(listing, draft, glyphs), "accent" if draft is not None else "strong"),
        ),
        (Span(fit("sold", 11), "dim"), Span(quantity_text(reading.sold, glyphs), "strong")),
        (Span(fit("held", 11), "dim"), Span(quantity_text(reading.held, glyphs))),
        (Span(fit("left", 11), "dim"), Span(quantity_text(listing.left, glyphs), "strong")),
        (),
        (Span(capacity_bar(reading.sold, reading.held, reading.capacity, cells, glyphs), bar_tone),),
        (Span(say_percent_sold(percent), bar_tone),),
        (),
        (Span(age, "dim"),),
    ]
    rows += [(Span(words, tone),) for words, tone in oddities(listing, glyphs)]
    return [part for row in rows for part in (folded(row, cells) if row else [row])]


def oddities(listing: Listing, glyphs: Glyphs) -> Iterable[tuple[str, str]]:
    """Why a number is unknown, why nothing can be changed, and flags; each with its tone."""
    reading = listing.reading
    why = next((reason(part) for part in (reading.sold, reading.remaining, reading.capacity) if reason(part)), "")
    if why:
        yield f"{glyphs.unknown} {why}", "warn"
    if listing.read_only_reason:
        yield f"read only: {listing.read_only_reason}", "warn"
    if listing.flags:
        yield say_flags(listing.flags), "dim"


def age_of(reading: Reading, now: dt.datetime) -> str:
    """When the numbers were read, and how old they are; `live` fades."""
    if reading.read_at is None:
        return "never read"
    live = reading.source is Source.LIVE and not is_faded(reading.read_at, now)
    return f"{'live' if live else 'read'} {say_moment(reading.read_at, now)}, {say_age(reading.read_at, now)}"
