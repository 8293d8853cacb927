"""Performances: listings grouped as the house's rules and the program's own findings say."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from brcc_tui.model.dates import zone_of
from brcc_tui.model.listing import Listing
from brcc_tui.model.show import Show
from brcc_tui.model.shows import Programme, group_shows, place_of, show_id
from brcc_tui.operations.club import Club, Shelf


def programme(club: Club | Shelf, listings: Sequence[Listing]) -> Programme:
    """Group listings by room and start; no request is made."""
    return group_shows(listings, club.house.rules(), club.house.found(), site_zone(club, listings))


def with_shows(club: Club | Shelf, listings: Sequence[Listing]) -> tuple[Listing, ...]:
    """The same listings with `show` filled, without the cost of sums and pairings."""
    shows = show_ids(club, listings)
    return tuple(dataclasses.replace(one, show=show) for one, show in zip(listings, shows, strict=True))


def show_ids(club: Club | Shelf, listings: Sequence[Listing]) -> list[str | None]:
    """The show whose seats each listing sells, or None."""
    rules, found, zone = club.house.rules(), club.house.found(), site_zone(club, listings)
    places = [place_of(listing, rules, found, zone) for listing in listings]
    named = {place: show_id(*place) for place in set(places) if place}
    return [named[place] if place else None for place in places]


def find_and_keep_pairings(club: Club) -> None:
    """Look for pairings in the whole catalogue: done once a refresh, for it takes longer than a paint may."""
    from brcc_tui.model.pair_finding import find_pairings

    club.house.keep_found(find_pairings(club.cache.listings(), club.house.rules()))


def confirm_pairing(club: Club, show: Show) -> None:
    """A person says that all listings of the show sell its seats: kept for their groups over all dates."""
    club.house.confirm_together({listing.group for listing in show.listings})
    for listing in show.listings:
        if listing.starts_at is not None and listing.starts_at != show.starts_at:
            club.house.move(listing.id, show.starts_at)


def site_zone(club: Club | Shelf, listings: Sequence[Listing]) -> dt.tzinfo:
    """The zone that shows are named in: the setting's, else the site's, else that of the events themselves."""
    if club.settings.timezone and (named := zone_of(club.settings.timezone)):
        return named
    starts = (listing.starts_at.tzinfo for listing in listings if listing.starts_at is not None)
    return club.cache.zone() or next(starts, None) or dt.UTC
