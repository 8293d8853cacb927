"""Something that could not be read: a row with the reason, beside everything that could."""

from __future__ import annotations

from typing import Final, NamedTuple

NO_DATES: Final = "the type is bookings, but there is no slot with a date"
"""Against a product whose booking options can be read and are empty."""

DATES_TO_FOLLOW: Final = f"{NO_DATES}: add its dates in WordPress, then refresh"
"""Why it is no listing where nobody has a place of it, either: it sells no seat yet. All other reasons leave open what
is sold.
"""

NO_SUCH_DATE: Final = "of no date that it has"
"""What is said of places of a product that no listing of it tells of."""

NO_META_DATA: Final = (
    "the shop answers without `meta_data`, which say what an event is: a plugin of the site, or a firewall, takes them "
    "out of /wp-json/wc/; have it leave them in"
)
"""Why of a product, or of the whole shop, nobody knows what it sells, unless the database tells."""

PART_IDS: Final = ("eb", "wc")
"""How the ids of events and products that could not be read begin; the list of a shop has the shop's own name."""


class Failure(NamedTuple):
    """One thing that could not be read, and why; everything else was."""

    id: str
    title: str
    reason: str


class Unanswered(Failure):
    """Something that the shop did not answer completely: it did not answer, or its host answered instead. Nothing is
    wrong with the thing itself.
    """

    __slots__ = ()


class WithoutData(Unanswered):
    """A product that came, but for its event's data, or a shop whose products all come so. The database has them."""

    __slots__ = ()
