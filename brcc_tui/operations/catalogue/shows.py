"""Shows: listings grouped according to the venue's rules and the program's own findings."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.listing import SHOP_NAMES, Listing
from brcc_tui.model.shows.ending import as_of
from brcc_tui.model.shows.grouping import Programme, group_shows, place_of, show_id, sum_up, summed_again, with_show
from brcc_tui.model.shows.house_seats import house_seats
from brcc_tui.model.shows.show import NO_HOUSE_SEATS, HouseSeats, Show
from brcc_tui.operations.catalogue.unlisted import never_listed
from brcc_tui.operations.context import ClubContext, LocalStores, club_zone
from brcc_tui.store.venue import VenueError

_UNTOLD: Final = "may sell seats of it too, for no refresh has listed what it sells"


class NoSuchShow(AppError):
    """The catalogue has no show of that id."""


def programme(
    club: ClubContext | LocalStores, listings: Sequence[Listing], of: Collection[str] | None = None
) -> Programme:
    """Groups listings by room and start, each as of now; makes no request. `of` as for `group_shows`."""
    present = tuple(as_of(listings, club.clock.now()))
    untold = {shop: f"{SHOP_NAMES[shop]} {_UNTOLD}: {reason}" for shop, reason in never_listed(club).items()}
    return group_shows(present, club.venue.rules(), club.venue.found(), site_zone(club, listings), of, untold)


def among_the_known(club: ClubContext, listings: Sequence[Listing], of: Collection[str] | None = None) -> Programme:
    """The shows of these listings, beside what the catalogue knows where a person has said how many seats some nights
    have: that may have been said of another listing of the same night. `of` as for `group_shows`.
    """
    if not club.venue.rules().seats_of:
        return programme(club, listings, of)
    together = {listing.id: listing for listing in (*club.cache.listings(), *listings)}
    return programme(club, [*together.values()], {listing.id for listing in listings} if of is None else of)


def find_show(club: ClubContext | LocalStores, show_id: str) -> Show:
    """The show with that id, with the cache's numbers; no other is summed. Raises `NoSuchShow`."""
    return of_id(club, some_shows(club, club.cache.listings(), {show_id}), show_id)


def some_shows(
    club: ClubContext | LocalStores, listings: Sequence[Listing], wanted: Collection[str]
) -> tuple[Show, ...]:
    """The shows with these ids that the listings make; no other is summed."""
    present = tuple(as_of(listings, club.clock.now()))
    theirs = {listing.id for listing, show in zip(present, show_ids(club, present), strict=True) if show in wanted}
    return programme(club, listings, theirs).shows


def with_new(club: ClubContext | LocalStores, show: Show, listings: Sequence[Listing]) -> Show:
    """The show with those of the listings that sell its seats and that it lacks: put on sale since the last refresh."""
    known = {listing.id for listing in show.listings}
    others = [listing for listing in listings if listing.id not in known]
    new = [listing for listing, name in zip(others, named_beside(club, show, others), strict=True) if name == show.id]
    of_show = (*show.listings, *new)
    return sum_up(show.id, show.starts_at, show.room, of_show, show.pairing, show.house, show.unlisted) if new else show


def moved_away(club: ClubContext | LocalStores, show: Show, listings: Sequence[Listing]) -> Sequence[Listing]:
    """Those of the show's own listings that no longer sell its seats, according to these readings: they were moved."""
    ours = {listing.id for listing in show.listings}
    names = named_beside(club, show, listings)
    return [x for x, name in zip(listings, names, strict=True) if x.id in ours and name != show.id]


def named_beside(club: ClubContext | LocalStores, show: Show, listings: Sequence[Listing]) -> Iterable[str | None]:
    """The show whose seats each listing sells, named in the zone of that show; None where it sells none."""
    rules, pairings, zone = club.venue.rules(), club.venue.found(), show.starts_at.tzinfo or dt.UTC
    for listing in listings:
        place = place_of(listing, rules, pairings, zone)
        yield show_id(*place) if place else None


def summed_now(club: ClubContext | LocalStores, show: Show, listings: Mapping[str, Listing]) -> Show:
    """The show with these readings, and with the seats that its room, and the house, have for it at this moment:
    another copy of the program may have set it otherwise since it was grouped.
    """
    rules = club.venue.rules()
    room = rules.seats(show.room.name, show.listings)
    now = dataclasses.replace(show, room=room, house=_house_of(club, show, rules.held_back))
    return summed_again(now, listings)


def _house_of(
    club: ClubContext | LocalStores, show: Show, held_back: Mapping[str, HouseSeats]
) -> Mapping[str, HouseSeats]:
    """The house seats of the show, without those kept for another one that is still there, whichever listings that had
    when they were kept.
    """
    mine = {listing.id for listing in show.listings}
    others = {name for name, house in held_back.items() if name != show.id and not mine.isdisjoint(house.listings)}
    still_here = {each.id for each in some_shows(club, club.cache.listings(), others)} if others else set()
    ours = {name: house for name, house in held_back.items() if name not in still_here}
    return house_seats({show.id: show.listings}, ours).get(show.id, NO_HOUSE_SEATS)


def of_id(club: ClubContext | LocalStores, shows: Sequence[Show], show_id: str) -> Show:
    """The one of these shows. Raises `NoSuchShow`, also before a first refresh, when nobody knows which there are."""
    found = next((show for show in shows if show.id == show_id), None)
    if found is not None:
        return found
    if club.cache.read_at() is None:
        happened = "the shows are unknown, because the shops have not been read yet"
        raise NoSuchShow(happened, subject=show_id[:60], next_step="brcc-tui refresh reads them")
    next_step = "look it up with brcc-tui shows; refresh if it is new"
    raise NoSuchShow("there is no such show", subject=show_id[:60], next_step=next_step)


def show_ids(club: ClubContext | LocalStores, listings: Sequence[Listing]) -> list[str | None]:
    """The show whose seats each listing sells, or None."""
    places = places_of(club, listings)
    named = {place: show_id(*place) for place in set(places) if place}
    return [named[place] if place else None for place in places]


def naming(club: ClubContext | LocalStores, zone: dt.tzinfo | None) -> Callable[[Iterable[Listing]], list[Listing]]:
    """What gives each listing the name of the show whose seats it sells, by what is known at this moment.

    The cache keeps them so: whoever groups them copies only those whose room, start or zone is another one by then. It
    names nothing while the zone, or what was said of rooms and shows, is unknown.
    """
    try:
        rules, found = club.venue.rules(), club.venue.found()
    except VenueError:
        return list
    if zone is None:
        return list

    def named(listings: Iterable[Listing]) -> list[Listing]:
        places = ((listing, place_of(listing, rules, found, zone)) for listing in listings)
        return [with_show(listing, show_id(*place)) if place else listing for listing, place in places]

    return named


def places_of(club: ClubContext | LocalStores, listings: Sequence[Listing]) -> list[tuple[dt.datetime, str] | None]:
    """The start and the room of the show whose seats each listing sells, or None."""
    rules, found, zone = club.venue.rules(), club.venue.found(), site_zone(club, listings)
    return [place_of(listing, rules, found, zone) for listing in listings]


def find_and_keep_pairings(club: ClubContext | LocalStores, listings: Sequence[Listing]) -> None:
    """Finds and stores pairings among all listings: once per refresh, and when people set what is a seat and where."""
    from brcc_tui.model.shows.pair_finding import find_pairings

    club.venue.keep_found(find_pairings(listings, club.venue.rules()))


def site_zone(club: ClubContext | LocalStores, listings: Sequence[Listing]) -> dt.tzinfo:
    """The zone in which shows are named: the club's; that of these listings only if the club's is unknown, because a
    show has one name, whatever else is requested.
    """
    starts = (listing.starts_at.tzinfo for listing in listings if listing.starts_at is not None)
    return club_zone(club.settings, club.cache) or next(starts, None) or dt.UTC
