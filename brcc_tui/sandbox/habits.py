"""The names of habits of shops and hosts that the practice club can be given; `switches` implements them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final


class Habit(enum.StrEnum):
    """A habit, by the name under which people switch it on."""

    REST_CACHE = "rest-cache"
    BACKORDERS = "backorders"
    THRESHOLD = "threshold"
    EXPIRY = "expiry"
    ACCESS_CODES = "access-codes"
    REFUSED_CODES = "refused-codes"
    SEVERAL_DAYS = "several-days"
    POLYLANG = "polylang"
    SHORT_PAGES = "short-pages"
    SHIFTING_PAGES = "shifting-pages"
    TWO_ORGANIZATIONS = "two-organizations"
    STRIPPED_HEADER = "stripped-header"
    BLOCKED_PUT = "blocked-put"
    BROKEN_PRODUCT = "broken-product"


HABIT_WORDS: Final[Mapping[Habit, str]] = {
    Habit.REST_CACHE: "a cache answers for the shop, with what stood there first",
    Habit.BACKORDERS: "WooCommerce sells some products on at 0 and below",
    Habit.THRESHOLD: "WooCommerce sells none of the last seats (out-of-stock threshold 3)",
    Habit.EXPIRY: "FooEvents stops selling some dates before they begin",
    Habit.ACCESS_CODES: "hidden classes of Eventbrite are sold to whoever has a code",
    Habit.REFUSED_CODES: "the Eventbrite token may not read access codes",
    Habit.SEVERAL_DAYS: "an event and a product that go on for days, and began yesterday",
    Habit.POLYLANG: "some products exist in two languages",
    Habit.SHORT_PAGES: "both shops send fewer things on a page than were asked for",
    Habit.SHIFTING_PAGES: "the lists of both shops change while they are read",
    Habit.TWO_ORGANIZATIONS: "the Eventbrite token sees another organization first",
    Habit.STRIPPED_HEADER: "the host strips the Authorization header",
    Habit.BLOCKED_PUT: "the host blocks PUT requests",
    Habit.BROKEN_PRODUCT: "the booking options of a product with tickets cannot be read",
}
