"""Where the catalogue may lack listings of one show, in words for whoever asks about that show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
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
    return gaps_of_each(club, [show])[0]


def gaps_of_each(club: ClubContext, shows: Iterable[Show]) -> Sequence[ListingGaps]:
    """The same of several shows: what could not be read is looked up once for all of them."""
    never, short = never_listed(club), tuple(lists_that_failed(club))
    unread, listed = unread_parts(club), listed_at(club)
    return [_gaps_of(show, never, short, unread, listed) for show in shows]


def _gaps_of(
    show: Show,
    never_any: Mapping[Platform, str],
    short: Iterable[tuple[Platform, str]],
    unread: str,
    listed: dt.datetime | None,
) -> ListingGaps:
    sells = {listing.platform for listing in show.listings}
    never = {shop: reason for shop, reason in never_any.items() if shop not in sells}
    notes = [
        f"{SHOP_NAMES[shop]}: a listing of this show may be missing, for the last refresh read not all: {reason}"
        for shop, reason in short
        if shop not in never
    ]
    if unread:
        notes.append(f"what could not be read may sell this show, too: {unread}")
    return ListingGaps(
        {
            shop: f"whether it sells this show is not known, for no refresh has listed what it sells ({reason}):"
            " refresh, then ask again"
            for shop, reason in never.items()
        },
        tuple(notes),
        listed,
    )
