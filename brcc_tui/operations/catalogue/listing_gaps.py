"""Where the catalogue may lack listings of one show, in words for whoever asks about that show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from brcc_tui.model.listing import Platform
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.unlisted import SHOP_NAMES, listed_at, lists_that_failed, never_listed, unread_parts
from brcc_tui.operations.context import ClubContext


@dataclass(frozen=True, slots=True)
class ListingGaps:
    """What is not known of who sells a show's seats.

    `failed` are shops of which nobody knows whether they do, with the reason; `notes` say of which shop a listing may
    be missing. `listed_at` is when the shops were asked last what they sell: what is new since is not among it.
    """

    failed: Mapping[Platform, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    listed_at: dt.datetime | None = None


def listing_gaps(club: ClubContext, show: Show) -> ListingGaps:
    """Where the catalogue may lack listings of the show."""
    sells = {listing.platform for listing in show.listings}
    never = {shop: reason for shop, reason in never_listed(club).items() if shop not in sells}
    notes = [
        f"{SHOP_NAMES[shop]}: a listing of this show may be missing, for the last refresh read not all: {reason}"
        for shop, reason in lists_that_failed(club)
        if shop not in never
    ]
    if unread := unread_parts(club):
        notes.append(f"what could not be read may sell this show, too: {unread}")
    return ListingGaps(
        {
            shop: f"whether it sells this show is not known, for no refresh has listed what it sells ({reason}):"
            " refresh, then ask again"
            for shop, reason in never.items()
        },
        tuple(notes),
        listed_at(club),
    )
