"""The flags of a listing in words for people; the manual says for each what to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from brcc_tui.model.listing import Flag

FLAG_WORDS: Final[Mapping[Flag, str]] = {
    Flag.HYBRID: "dates and one stock limit the same seats",
    Flag.TWO_STOCKS: "the shop keeps two numbers for it, which differ",
    Flag.STALE_BOOKING_TEXT: "old booking dates, no longer used",
    Flag.SHARED_IDS: "shares its ids with another product",
    Flag.PAST: "over",
    Flag.UNLIMITED: "no limit is set",
    Flag.AT_ZERO: "stands at 0",
    Flag.LABEL_BREAKS_FOOEVENTS: "its label breaks FooEvents at the next sale",
    Flag.INVALID_JSON: "its booking text cannot be read",
    Flag.UNREADABLE_DATE: "its date cannot be read",
    Flag.TIME_INFERRED: "its hour was taken from its label",
    Flag.SERIES_PARENT: "a series as a whole",
    Flag.RESERVED_SEATING: "seats of a seat map",
    Flag.TIERED: "limited by an inventory tier",
    Flag.DONATION: "a donation",
    Flag.ADD_ON: "an add-on",
    Flag.OPEN_IN_EDITOR: "open in somebody's editor",
    Flag.OVERSOLD: "more sold than it has",
    Flag.DRIFT: "its numbers do not add up",
    Flag.NOT_A_SEAT: "no seat",
    Flag.PAID_WITHOUT_PLACE: "paid for, without a place",
    Flag.BACKORDERS: "sells on, whatever its stock",
    Flag.THRESHOLD: "stopped by the shop's stock threshold",
    Flag.SALES_ENDED: "its sales have ended",
    Flag.HIDDEN_SOLD_BY_CODE: "hidden, and sold by code",
    Flag.LOST: "cannot be found in the shop",
    Flag.CACHED_REST: "the shop's web answers are old",
    Flag.SEVERAL_DAYS: "good for several days",
    Flag.TRANSLATED: "in several languages",
    Flag.CLOSED_HERE: "closed with this program",
    Flag.PROTECTED: "sold to whoever has its password",
}


def say_flags(flags: Collection[Flag]) -> str:
    """All of them, in one sentence."""
    return ", ".join(FLAG_WORDS[flag] for flag in FLAG_WORDS if flag in flags)
