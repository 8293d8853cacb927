"""A listing's numbers in one line, with its draft; the same columns wherever listings are listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.offer import OfferRule, Status
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.widgets import age
from brcc_tui.widgets.age import Age
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.numbers import capacity_bar, level, percent_sold, quantity_text
from brcc_tui.widgets.paint import Line, Span
from brcc_tui.widgets.text import fit, fit_name

STATUS_WORDS = {
    Status.ON_SALE: ("on sale", "good"),
    Status.SOLD_OUT: ("sold out", "note"),
    Status.CLOSED: ("closed", "warn"),
    Status.NOT_YET_ON_SALE: ("not yet", "note"),
    Status.ENDED: ("ended", "dim"),
    Status.HIDDEN: ("hidden", "warn"),
    Status.DRAFT: ("draft", "dim"),
    Status.UNKNOWN: ("unknown", "warn"),
}

_NOT_SURE: Final = {
    Status.ON_SALE: ("unknown", "warn"),
    Status.NOT_YET_ON_SALE: ("unknown", "warn"),
    Status.HIDDEN: ("by code?", "warn"),
}
"""What is said of one of which nobody knows what a buyer can buy."""


_LONG_TITLE = 84
"""Cells of a title and its indent before the bar gets longer: hardly any is longer."""


class ListingColumns(NamedTuple):
    """Cells of the title and of the bar; the numbers take what they need."""

    title: int
    bar: int
    status: int
    capacity: int

    @classmethod
    def within(cls, cells: int) -> ListingColumns:
        """The columns for that many cells."""
        status = 9 if cells >= 72 else 0
        capacity = 12 if cells >= 64 else 9
        left = cells - 2 - capacity - 18 - age.WIDTH - status
        bar = max(min(left // 6, 16), min(left - _LONG_TITLE, 48)) - 1 if left >= 40 else 0
        # A blank keeps the age apart from the bar, or from the status.
        return cls(max(left - bar - (2 if bar else 1 if status else 0), 8), bar, status, capacity)

    def header(self, title: str, bar: str = "") -> Line:
        """The names of the columns; `bar` is that of the bar's."""
        numbers = f"{'capacity':>{self.capacity}} {'sold':>5} {'held':>5} {'left':>5}  age "
        return (
            Span(f" {fit(title, self.title)} ", "title"),
            Span(numbers + (fit(bar, self.bar + 1) if self.bar else "") + ("status" if self.status else ""), "dim"),
        )


def say_capacity(listing: Listing, draft: int | None, glyphs: Glyphs) -> str:
    """`55`, or with a draft `55 → 58*`."""
    stands = quantity_text(listing.reading.capacity, glyphs)
    return stands if draft is None else f"{stands} {glyphs.arrow} {draft}*"


def status_word(listing: Listing) -> tuple[str, str]:
    """Word and tone of what can be done with it."""
    if Flag.LOST in listing.flags:
        return "lost", "bad"
    if listing.read_only_reason:
        return "read only", "warn"
    if listing.offer.rule is OfferRule.HIDDEN_SOLD_BY_CODE:
        return "by code", "warn"
    if listing.offer.rule is OfferRule.NOT_KNOWN and listing.status in _NOT_SURE:
        return _NOT_SURE[listing.status]
    if listing.is_closed and listing.status is Status.SOLD_OUT:
        return STATUS_WORDS[Status.CLOSED]
    return STATUS_WORDS[listing.status]


def branch_status(inside: Sequence[Listing], cells: int) -> tuple[str, str]:
    """Word and tone of a branch: what is said of all in it, else how many are on sale (`+?`: perhaps more)."""
    statuses = {status_word(listing) for listing in inside}
    if len(statuses) == 1:
        return statuses.pop()
    offers = [x.offer.value for x in inside if x.offer.rule is not OfferRule.HIDDEN_SOLD_BY_CODE]
    selling = sum(map(_is_for_sale, offers))
    many = f"{selling}+?" if any(isinstance(offer, Unknown) for offer in offers) else str(selling)
    words = f"{many} on sale"
    return words if len(words) <= cells else f"{many} sale", "dim"


def _is_for_sale(offer: Quantity) -> bool:
    """Whether a buyer can surely buy some of it."""
    return not isinstance(offer, Unknown) and (offer is UNLIMITED or offer > 0)


def paint_listing(
    title: str, listing: Listing, draft: int | None, cells: int, glyphs: Glyphs, old: Age, *, after: int | None = None
) -> Line:
    """One line, with the age of its numbers; it fades when they are not of this moment.

    `after` so many cells the name of one begins that has the same title as another one.
    """
    columns = ListingColumns.within(cells)
    reading = listing.reading
    tone = old.tone
    percent = percent_sold(reading.sold, reading.capacity)
    left = f"{quantity_text(listing.left, glyphs):>5}"
    numbers = f" {quantity_text(reading.sold, glyphs):>5} {quantity_text(reading.held, glyphs):>5} {left}"
    bar = capacity_bar(reading.sold, reading.held, reading.capacity, columns.bar, glyphs)
    word, word_tone = status_word(listing)
    room = columns.title + 1
    name = fit(title, room, more=glyphs.more) if after is None else fit_name(title, room, more=glyphs.more, after=after)
    return (
        Span(f"{name} ", tone),
        Span(
            fit(say_capacity(listing, draft, glyphs), columns.capacity, right=True), tone if draft is None else "accent"
        ),
        Span(numbers, tone),
        old.span(),
        Span(" "),
        Span(bar + " " if bar else "", "dim" if percent is None else level(percent)[0]),
        Span(fit(word, columns.status, more="") if columns.status else "", word_tone),
    )
