"""What this program did to listings, marked on what the shops say of them: drift, and what was closed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from brcc_tui.logs import log
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.quantity import is_known
from brcc_tui.operations.club import Club
from brcc_tui.operations.own_writes import MAY_BE_OLD
from brcc_tui.store.journal import JournalUnavailable, LastWrite


def mark_drift(club: Club, listings: Iterable[Listing]) -> list[Listing]:
    """Flag listings whose capacity is not the one last set here, and those that were last closed here.

    Sales cannot move a capacity, other hands and faults can. Eventbrite may show for minutes what stood before a write
    of ours, and what stands as our last answered write left it, settled or not (undone while it was watched), is our
    own doing. Without a journal that can be read nothing is known of this, and everything else is.
    """
    try:
        last_set, written = club.journal.last_set(), club.journal.last_writes()
        lately = club.journal.written_since(club.clock.now() - MAY_BE_OLD)
    except JournalUnavailable as app_error:
        log("drift is not known", error=app_error)
        return list(listings)

    def marked(listing: Listing) -> Listing:
        own = written.get(listing.id)
        flags: set[Flag] = {Flag.CLOSED_HERE} if own is not None and own.closed else set()
        if listing.id not in lately and _has_drifted(listing, last_set, own):
            flags.add(Flag.DRIFT)
        return replace(listing, flags=listing.flags | flags) if flags else listing

    return [marked(listing) for listing in listings]


def _has_drifted(listing: Listing, last_set: Mapping[str, int], own: LastWrite | None) -> bool:
    capacity = listing.reading.capacity
    ours = (last_set.get(listing.id, capacity), own.capacity if own is not None else None)
    return is_known(capacity) and listing.id in last_set and capacity not in ours
