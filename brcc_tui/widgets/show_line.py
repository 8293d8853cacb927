"""A show in one line: when, what, how full, and what each shop still offers."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.quantity import Quantity, Unknown, Unlimited
from brcc_tui.model.shows.grouping import sold_twice_at_least, surely
from brcc_tui.model.shows.shared_stock import on_offer
from brcc_tui.model.shows.show import Show, ShowFlag
from brcc_tui.widgets import age
from brcc_tui.widgets.age import Age
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.listing_line import say_capacity, status_word
from brcc_tui.widgets.numbers import capacity_bar, level, percent_sold, quantity_text
from brcc_tui.widgets.paint import Line, Span
from brcc_tui.widgets.text import fit, fit_name, width
from brcc_tui.widgets.when import say_start, start_width

_TITLE: Final = 37
"""Cells of a title before there is a bar: many titles of clubs are as long."""

_LONG_TITLE: Final = 76
"""Cells of a title before the bar gets longer: hardly any is longer."""

_BARS: Final = (12, 40)
"""Cells of the shortest bar that says something, and of the longest."""

_MARKS: Final = 9
"""Cells before the name of a listing under its show: that it is selected, and its shop."""

_WORD: Final = 11
"""Cells of what is the matter, with the sign of a pairing that nobody confirmed behind it."""


class ShowColumns(NamedTuple):
    """How wide each part is where a line has so many cells; the bar and the title share what is left.

    `counts` is whether seats and places held have room beside those sold.
    """

    when: int
    title: int
    bar: int
    counts: bool
    word: int

    @classmethod
    def within(cls, cells: int) -> ShowColumns:
        """The columns for that many cells."""
        when = start_width()
        counts = cells >= 70
        word = _WORD if cells >= 90 else 3
        left = cells - 1 - when - 1 - 1 - (15 if counts else 4) - 15 - age.WIDTH - 1 - word
        shortest, longest = _BARS
        bar = min(max(shortest, left - 1 - _LONG_TITLE), longest) if left > _TITLE + shortest else 0
        return cls(when, max(left - (bar and bar + 1), 6), bar, counts, word)

    def barred(self, bar: str) -> str:
        """The bar with its blank, where there is one."""
        return f" {bar}" if self.bar else ""

    def header(self, first: str = "") -> Line:
        """The names of the columns, dim."""
        text = fit(first, self.when + self.title + 2)
        text += "seats sold held" if self.counts else "sold"
        return (Span(f" {text}{self.barred(' ' * self.bar)} free   EB shop  age ", "dim"),)


def paint_show(show: Show, cells: int, now: dt.datetime, glyphs: Glyphs, old: Age, mark: str = " ") -> Line:
    """The line of a show, with the age of its oldest number; it fades when that is not of this moment."""
    columns = ShowColumns.within(cells)
    tone = old.tone
    start = fit(say_start(show.starts_at, now), columns.when, more="")
    text = f" {start}{mark}{fit(show.title, columns.title, more=glyphs.more)} "
    if columns.counts:
        text += f"{show.room.seats:>5} {quantity_text(show.sold, glyphs):>4} {quantity_text(show.held, glyphs):>4}"
    else:
        text += f"{quantity_text(show.sold, glyphs):>4}"
    percent = percent_sold(show.sold, show.room.seats)
    bar = capacity_bar(show.sold, show.held, show.room.seats, columns.bar, glyphs)
    offers = f" {quantity_text(show.free, glyphs):>4}"
    offers += "".join(f" {_offer(show, platform, glyphs):>4}" for platform in Platform)
    sign, sign_tone = flag_word(show, glyphs, words=columns.word == _WORD)
    return (
        Span(text, tone),
        Span(columns.barred(bar), "dim" if percent is None else level(percent)[0]),
        Span(offers, tone),
        old.span(),
        Span(" "),
        Span(fit(sign, columns.word - 1, more=""), sign_tone),
        Span(glyphs.maybe if ShowFlag.UNCONFIRMED_PAIRING in show.flags else " ", "accent"),
    )


def paint_listing_of_show(
    title: str,
    listing: Listing,
    draft: int | None,
    cells: int,
    glyphs: Glyphs,
    old: Age,
    *,
    short: str = "",
    alike: bool = False,
) -> Line:
    """A listing under its show, in the show's columns: capacity under seats, left under free.

    `short` stands for the title where that has no room: without what the show's line has said already.
    `alike`: another one there has the same title, so that what stands behind it must be seen.
    """
    columns = ShowColumns.within(cells)
    reading = listing.reading
    tone = old.tone
    capacity = say_capacity(listing, draft, glyphs)
    room = columns.when + columns.title + (8 if columns.counts else 2)
    named = room - max(len(capacity) + 1, 6)
    title = short if short and width(title) > named else title
    name = fit_name(title, named, more=glyphs.more, after=_MARKS) if alike else fit(title, named, more=glyphs.more)
    counts = (
        f" {quantity_text(reading.sold, glyphs):>4} {quantity_text(reading.held, glyphs):>4}"
        if columns.counts
        else f" {quantity_text(reading.sold, glyphs):>4}"
    )
    percent = percent_sold(reading.sold, reading.capacity)
    bar = capacity_bar(reading.sold, reading.held, reading.capacity, columns.bar, glyphs)
    word, word_tone = status_word(listing)
    return (
        Span(name, tone),
        Span(fit(capacity, room - width(name), right=True), tone if draft is None else "accent"),
        Span(counts, tone),
        Span(columns.barred(bar), "dim" if percent is None else level(percent)[0]),
        Span(f" {quantity_text(listing.left, glyphs):>4}", tone),
        # Where there is no column for words, it is below what both shops offer.
        Span(fit("" if columns.word == _WORD else f" {word}", 10, more=""), word_tone),
        old.span(),
        Span(" "),
        Span(fit(word, columns.word - 1, more="") if columns.word == _WORD else "", word_tone),
    )


def _offer(show: Show, platform: Platform, glyphs: Glyphs) -> str:
    """What one shop still offers; `-` when it does not sell this show at all, as far as that is known."""
    listings = [listing for listing in show.listings if listing.platform is platform]
    if platform in show.unlisted:
        return glyphs.unknown
    if not listings:
        return "-"
    if all(listing.is_closed for listing in listings):
        return "shut"
    return quantity_text(on_offer(listings), glyphs)


def flag_word(show: Show, glyphs: Glyphs, *, words: bool) -> tuple[str, str]:
    """The worst that can be said of a show: sign, word and tone. Without words the worst of all is the sign twice."""
    sign, word, tone = _worst(show, glyphs)
    if words and word:
        return f"{sign} {word}", tone
    return sign * 2 if tone == "bad" else sign, tone


def _worst(show: Show, glyphs: Glyphs) -> tuple[str, str, str]:
    return _too_many(show, glyphs) or _of_note(show, glyphs)


def _too_many(show: Show, glyphs: Glyphs) -> tuple[str, str, str] | None:
    """Of people, or of seats promised."""
    if surely(show, ShowFlag.OVERSOLD):
        return glyphs.warning, f"{_over(show, glyphs)} over", "bad"
    if ShowFlag.OVERSOLD in show.flags:
        return glyphs.unknown, f"{_over(show, glyphs)} over?", "accent"
    if ShowFlag.HELD_BACK_SHORT in show.flags and show.remaining == 0:
        return glyphs.warning, "house", "warn"
    twice = sold_twice_at_least(show) if ShowFlag.CAN_OVERSELL in show.flags else 0
    if twice == 0:
        return None
    words = f"+{_at_least(twice, show.exposure, glyphs)}"
    return (
        (glyphs.warning, words, "warn")
        if surely(show, ShowFlag.CAN_OVERSELL)
        else (glyphs.unknown, f"{words}?", "accent")
    )


def _of_note(show: Show, glyphs: Glyphs) -> tuple[str, str, str]:
    if isinstance(show.remaining, Unknown):
        return glyphs.unknown, "unknown", "warn"
    if show.free == 0:
        return glyphs.full, "full", "good"
    if ShowFlag.DRIFT in show.flags:
        return glyphs.warning, "drift", "warn"
    if ShowFlag.ONE_SHOP_ONLY in show.flags:
        return glyphs.one_shop, "one shop", "note"
    if ShowFlag.NOT_OFFERED in show.flags:
        return glyphs.no_shop, "not sold", "note"
    return " ", "", ""


def _over(show: Show, glyphs: Glyphs) -> str:
    """How many have a place already and will have no seat."""
    return _at_least(-show.free_at_most, show.free, glyphs)


def _at_least(known: Quantity, whole: Quantity, glyphs: Glyphs) -> str:
    """A number, with a sign behind it where it is only the part that is known."""
    if isinstance(known, Unlimited) or isinstance(whole, Unlimited):
        return glyphs.no_limit
    return (str(known) if isinstance(known, int) else "?") + ("+" if isinstance(whole, Unknown) else "")
