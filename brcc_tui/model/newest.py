"""Which of two readings of a listing is newer: the one rule for the cache, a refresh and the screens.

Several processes read the shops and keep what they read, in any order. The reading that was requested later is the
newer one, whenever it arrived and whoever requested it; it replaces the other together with the whole listing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.reading import Reading


def asked_later(one: Reading, other: Reading, now: dt.datetime | None = None) -> bool:
    """Whether `one` was requested after `other`; never if the time of `one` is unknown.

    A time after `now` comes from a clock that has since been set back, and proves nothing. Otherwise a computer whose
    clock was wrong once would keep that day's numbers until that day came.
    """
    if one.read_at is None or (now is not None and one.read_at > now):
        return False
    return other.read_at is None or one.read_at > other.read_at


def takes_place(new: Reading, known: Reading, now: dt.datetime | None = None) -> bool:
    """Whether a new reading replaces the known one: it was requested no earlier, and it knows no less.

    Places held do not count, because lists do not give them. What could not be read replaces nothing, but ages.
    """
    return not asked_later(known, new, now) and _unknown_parts(new) <= _unknown_parts(known)


def is_to_be_kept(listing: Listing, known: Listing, now: dt.datetime | None) -> bool:
    """Whether a listing that was read replaces the stored one: its reading does, or it was found to be lost. Being lost
    is news as long as it has at least the known places: it has fewer numbers because there are none.
    """
    if takes_place(listing.reading, known.reading, now):
        return True
    forgets_sold = isinstance(listing.reading.sold, Unknown) and not isinstance(known.reading.sold, Unknown)
    newer = not asked_later(known.reading, listing.reading, now)
    return newer and Flag.LOST in listing.flags and not forgets_sold


def read_since(listings: Iterable[Listing]) -> dt.datetime | None:
    """When the oldest of these was read; None if that is unknown for one of them, or there are none."""
    moments = [listing.reading.read_at for listing in listings]
    known = [moment for moment in moments if moment is not None]
    return min(known) if known and len(known) == len(moments) else None


def knows_less(known: Listing, listing: Listing) -> str:
    """Why the newer one knows less than before (no answer); empty if it does not, or if the listing is lost.

    What cannot be read any more for what is there (it is read-only now) is news, and no silence.
    """
    reading, before = listing.reading, known.reading
    numbers = (reading.capacity, reading.sold, reading.remaining)
    missing = [part.reason for part in numbers if isinstance(part, Unknown)]
    if not missing or Flag.LOST in listing.flags or (listing.read_only_reason and not known.read_only_reason):
        return ""
    knew = sum(isinstance(part, Unknown) for part in (before.capacity, before.sold, before.remaining))
    return missing[0] if len(missing) > knew else ""


def _unknown_parts(reading: Reading) -> int:
    return len(reading.unknowns().keys() - {"held"})
