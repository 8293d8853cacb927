"""The properties of a thing that a filter can match: its day and hour, words, numbers, and states or problems."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from brcc_tui.model.finding.words import WORD, joined, text_words
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.offer import OfferRule, Status
from brcc_tui.model.quantity import Quantity, Unknown, is_used_up
from brcc_tui.model.shows.show import Show, ShowFlag


@dataclass(slots=True)
class Candidate:
    """One thing to be found. Not frozen: thousands are made for a letter. What costs something is asked when needed.

    `words` and `title` are small letters; `quantity` answers by the names of `query.NUMBERS`, None where the thing has
    no such number; `marks` are some of `query.MARKS`.
    """

    start: dt.datetime | None
    day: dt.date | None
    title: Callable[[], str]
    words: Callable[[], str]
    quantity: Callable[[str], Quantity | None] | None = None
    marks: Callable[[], frozenset[str]] | None = None


def of_text(words: str, start: dt.datetime | None = None) -> Candidate:
    """Something that has words alone, as `text_words` gives them, and perhaps a start."""
    return Candidate(start, start.date() if start else None, lambda: words.replace(WORD, " "), lambda: words)


def of_listing(listing: Listing) -> Candidate:
    """A listing. Its capacity stands for seats, what is left of it for free ones."""
    start = listing.starts_at
    return Candidate(
        start, start.date() if start else listing.date, listing.title.casefold, lambda: _listing_words(listing),
        functools.partial(_of_reading, listing), lambda: _listing_marks(listing),
    )  # fmt: skip


def show_subject(show: Show) -> Candidate:
    """A show, by its own words and those of its listings."""
    return Candidate(
        show.starts_at, show.starts_at.date(), lambda: _titles(show), lambda: _show_words(show),
        functools.partial(_of_show, show), lambda: _show_marks(show),
    )  # fmt: skip


def _listing_words(listing: Listing) -> str:
    shop = joined(listing.platform.value, "eb" if listing.platform is Platform.EVENTBRITE else "wc")
    return f"{text_words(listing.title)}{text_words(listing.slot or '')}{shop}{WORD}{listing.id.casefold()}"


def _show_words(show: Show) -> str:
    own = f"{text_words(show.title)}{text_words(show.room.name)}{WORD}{show.id.casefold()}"
    return own + "".join(map(_listing_words, show.listings))


def _titles(show: Show) -> str:
    return WORD.join((show.title, *(listing.title for listing in show.listings))).casefold()


def _of_reading(listing: Listing, name: str) -> Quantity | None:
    reading = listing.reading
    return {
        "seats": reading.capacity, "sold": reading.sold, "held": reading.held,
        "free": listing.left, "offer": listing.offer.value,
    }.get(name)  # fmt: skip


def _of_show(show: Show, name: str) -> Quantity | None:
    return {
        "seats": show.room.seats, "sold": show.sold, "held": show.held, "free": show.free,
        "offer": show.on_offer_in_all,
    }.get(name)  # fmt: skip


_STATUS_MARKS: Final = {
    Status.ON_SALE: "on sale", Status.CLOSED: "closed", Status.SOLD_OUT: "sold out", Status.ENDED: "ended",
    Status.HIDDEN: "hidden", Status.DRAFT: "draft", Status.NOT_YET_ON_SALE: "not yet", Status.UNKNOWN: "unknown",
}  # fmt: skip


def _status_mark(listing: Listing) -> str:
    """What its row says of it: of what nobody knows, or what somebody closed here, not the word of its shop."""
    if listing.offer.rule is OfferRule.NOT_KNOWN and listing.status in (Status.ON_SALE, Status.NOT_YET_ON_SALE):
        return "unknown"
    closed = listing.status is Status.SOLD_OUT and listing.is_closed
    return _STATUS_MARKS[Status.CLOSED if closed else listing.status]


def _listing_marks(listing: Listing) -> frozenset[str]:
    reading = listing.reading
    found = {_status_mark(listing), *(flag.value.replace("_", " ") for flag in listing.flags)}
    if not listing.writable:
        found.add("read only")
    if any(isinstance(number, Unknown) for number in (reading.capacity, reading.sold, listing.left)):
        found.add("unknown")
    if is_used_up(listing.left) and (listing.terms.capped or listing.terms.unknown is None):
        found.add("full")
    return frozenset(found)


_SHOW_MARKS: Final = {
    ShowFlag.OVERSOLD: "oversold", ShowFlag.CAN_OVERSELL: "sold twice", ShowFlag.NOT_OFFERED: "not sold",
    ShowFlag.ONE_SHOP_ONLY: "one shop", ShowFlag.DRIFT: "drift", ShowFlag.UNCONFIRMED_PAIRING: "not confirmed",
}  # fmt: skip


def _show_marks(show: Show) -> frozenset[str]:
    found = {_SHOW_MARKS.get(flag, "") for flag in show.flags}
    found |= {_status_mark(listing) for listing in show.listings}
    if show.unknown:
        found.add("unknown")
    if isinstance(show.free, int) and show.free <= 0:
        found.add("full")
    return frozenset(found)
