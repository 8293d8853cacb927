"""Explains, for one show, which of its listings the catalogue may lack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from brcc_tui.model.few_of_many import few_of_many
from brcc_tui.model.listing import SHOP_NAMES, Flag, Listing, Platform
from brcc_tui.model.listing_id import CellId, TicketClassId, parse_listing_id
from brcc_tui.model.quantity import is_known
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.unlisted import (
    listed_at,
    lists_that_failed,
    never_listed,
    unread_parts,
    why_no_zone,
)
from brcc_tui.operations.context import ClubContext


@dataclass(frozen=True, slots=True)
class ListingGaps:
    """What is unknown about who sells a show's seats.

    `failed` are shops of which it is unknown whether they do, with the reason; `notes` say for which shop a listing may
    be missing. `listed_at` is when the shops were last asked what they sell: newer listings are not included.
    """

    failed: Mapping[Platform, str]
    notes: tuple[str, ...]
    listed_at: dt.datetime | None


def listing_gaps(club: ClubContext, show: Show) -> ListingGaps:
    """Where the catalogue may lack listings of the show."""
    return gaps_of_each(club, [show])[0]


def gaps_of_each(club: ClubContext, shows: Iterable[Show]) -> Sequence[ListingGaps]:
    """The same for several shows; what could not be read is looked up once for all of them."""
    zone = why_no_zone(club)
    never = {shop: _why_unknown(why, is_listed=why == zone) for shop, why in never_listed(club).items()}
    short = tuple(lists_that_failed(club))
    unread, listed, undated = unread_parts(club), listed_at(club), _taken_without_start(club)
    return [
        replace(gaps, notes=(*gaps.notes, *_undated_of(show, undated)))
        for show in shows
        for gaps in [_gaps_of(show, never, short, unread, listed)]
    ]


def _taken_without_start(club: ClubContext) -> Sequence[Listing]:
    """The dates of both shops that people have, or may have, places of, and of which nobody can read when they are."""
    now = club.clock.now()
    return [
        listing
        for listing in club.cache.listings()
        if listing.starts_at is None
        and (listing.ends_at is None or listing.ends_at > now)
        and listing.reading.taken != 0
        and Flag.NOT_A_SEAT not in listing.flags
        and isinstance(parse_listing_id(listing.id), CellId | TicketClassId)
    ]


def _undated_of(show: Show, undated: Iterable[Listing]) -> Iterable[str]:
    """What of these may be of the show, in words: all of which no day is told, and those of its day without an hour."""
    days = {None, *(listing.date for listing in show.listings)}
    may_be = [listing for listing in undated if listing.date in days]
    for verb, known in (("are", True), ("may be", False)):
        counted = [each for each in may_be if is_known(each.reading.taken) is known]
        if named := few_of_many([f"{each.title} ({each.id})" for each in counted]):
            yield f"places {verb} taken of dates whose time cannot be read, which may be this show's: {named}"


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
    return ListingGaps(never, tuple(notes), listed)


def _why_unknown(reason: str, *, is_listed: bool) -> str:
    """Why it is not known whether a shop sells a show, with the way out: that of want of a zone is in its reason."""
    if is_listed:
        return f"it is unknown whether it sells this show: {reason}"
    return (
        f"it is unknown whether it sells this show, because no refresh has listed what it sells ({reason}):"
        " refresh, then ask again"
    )
