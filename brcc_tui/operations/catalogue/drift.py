"""Drift: capacities that are not the ones last set here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from brcc_tui.logs import log
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.quantity import is_known
from brcc_tui.operations.club import Club
from brcc_tui.operations.own_writes import MAY_BE_OLD
from brcc_tui.store.journal import JournalUnavailable


def mark_drift(club: Club, listings: Iterable[Listing]) -> list[Listing]:
    """Flag listings whose capacity is not the one last set here: sales cannot do that, other hands and faults can.

    Eventbrite may show for minutes what stood before a write of ours, and one that is being watched still is not the
    one last settled: what we did ourselves within these minutes is not somebody else's doing. Without a journal that
    can be read nothing is known of drift, and everything else is.
    """
    try:
        last_set = club.journal.last_set()
        lately = club.journal.written_since(club.clock.now() - MAY_BE_OLD)
    except JournalUnavailable as app_error:
        log("drift is not known", error=app_error)
        return list(listings)

    def marked(listing: Listing) -> Listing:
        capacity = listing.reading.capacity
        drifted = is_known(capacity) and last_set.get(listing.id, capacity) != capacity
        return replace(listing, flags=listing.flags | {Flag.DRIFT}) if drifted and listing.id not in lately else listing

    return [marked(listing) for listing in listings]
