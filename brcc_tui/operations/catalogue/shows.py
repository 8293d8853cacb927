"""Performances: listings grouped as the house's rules and the program's own findings say."""

from __future__ import annotations

import datetime as dt
import enum
import itertools
from collections.abc import Sequence

from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.belonging import names_of
from brcc_tui.model.shows.grouping import Programme, group_shows, place_of, show_id
from brcc_tui.model.shows.show import Show
from brcc_tui.model.shows.venue_rules import DEFAULT_ROOM, Moved
from brcc_tui.model.zones import zone_of
from brcc_tui.operations.club import Club, LocalStores


def programme(club: Club | LocalStores, listings: Sequence[Listing]) -> Programme:
    """Group listings by room and start; no request is made."""
    return group_shows(listings, club.venue.rules(), club.venue.found(), site_zone(club, listings))


def show_ids(club: Club | LocalStores, listings: Sequence[Listing]) -> list[str | None]:
    """The show whose seats each listing sells, or None."""
    rules, found, zone = club.venue.rules(), club.venue.found(), site_zone(club, listings)
    places = [place_of(listing, rules, found, zone) for listing in listings]
    named = {place: show_id(*place) for place in set(places) if place}
    return [named[place] if place else None for place in places]


def find_and_keep_pairings(club: Club | LocalStores, listings: Sequence[Listing]) -> None:
    """Look for pairings among all listings: once a refresh, and when people say what has a seat and where."""
    from brcc_tui.model.shows.pair_finding import find_pairings

    club.venue.keep_found(find_pairings(listings, club.venue.rules()))


def confirm_pairing(club: Club | LocalStores, show: Show) -> None:
    """A person says that all listings of the show sell its seats: kept for their groups over all dates.

    A date that is out of the ordinary (a 22:00 event in an 8 pm series) is confirmed for itself alone.
    """
    rules, found, zone = club.venue.rules(), club.venue.found(), site_zone(club, show.listings)
    apart = [x for x in show.listings if x.id in found.moved and rules.start(x, zone) is None]
    for group in {listing.group for listing in apart}:
        dates = [x for x in club.cache.listings() if x.group == group and x.starts_at is not None]
        every = all(x.id in found.moved for x in dates)
        _say_start(club, [x for x in apart if x.group == group], show.starts_at, zone, every_date=every)
    club.venue.confirm_together(names_of(show.listings, club.venue.rules(), found))


def forget_pairing(club: Club | LocalStores, show: Show) -> None:
    """Take that back, and with it every start that a person gave to a listing of the show."""
    club.venue.forget_together(names_of(show.listings, club.venue.rules(), club.venue.found()))
    for listing in show.listings:
        club.venue.move(listing.id, None)
        club.venue.set_hours(listing.group, None)


def split_off(
    club: Club | LocalStores, show: Show, listings: Sequence[Listing], *, every_date: bool, room: str | None = None
) -> str:
    """These listings of the show sell seats of another room; its name. A new one has the first room's seats.

    Without a name it is the first of `room 2`, `room 3`, ... that nothing is known of: two shows at one
    time that nobody told more about must not be thought to share seats.
    """
    rules = club.venue.rules()
    named = {*rules.rooms, *rules.room_of.values()}
    name = room or next(f"room {n}" for n in itertools.count(2) if f"room {n}" not in named)
    if name not in rules.rooms:
        club.venue.set_room(name, rules.rooms[DEFAULT_ROOM].seats)
    for subject in {listing.group if every_date else listing.id for listing in listings}:
        club.venue.assign_room(subject, name)
    find_and_keep_pairings(club, club.cache.listings())
    return name


def merge(club: Club | LocalStores, show: Show, listings: Sequence[Listing], *, every_date: bool) -> None:
    """These listings of other shows sell this show's seats: they join its room and start, and are confirmed.

    With `every_date` their groups do so on all dates on which their shop tells the same hour; a start on
    another day can only be that of a single listing.
    """
    zone = site_zone(club, show.listings)
    for listing in listings:
        subject = listing.group if every_date else listing.id
        if club.venue.rules().room(listing) != show.room.name:
            club.venue.assign_room(subject, show.room.name)
    elsewhere = [x for x in listings if x.starts_at is None or x.starts_at.astimezone(zone) != show.starts_at]
    _say_start(club, elsewhere, show.starts_at, zone, every_date=every_date)
    find_and_keep_pairings(club, club.cache.listings())
    together = (*show.listings, *listings)
    club.venue.confirm_together(names_of(together, club.venue.rules(), club.venue.found()))


def _say_start(
    club: Club | LocalStores, listings: Sequence[Listing], start: dt.datetime, zone: dt.tzinfo, *, every_date: bool
) -> None:
    for listing in listings:
        says = listing.starts_at.astimezone(zone) if listing.starts_at else None
        if every_date and says is not None and says.date() == start.date():
            club.venue.set_hours(listing.group, (says.time(), start.timetz().replace(tzinfo=None)))
        else:
            club.venue.move(listing.id, Moved(says, start))


def set_is_seat(club: Club | LocalStores, subject: str, is_seat: bool | None) -> None:
    """A listing, a group or a whole product (`wc:<product>`) sells seats, or does not; None forgets what was said."""
    club.venue.set_is_seat(subject, is_seat)
    find_and_keep_pairings(club, club.cache.listings())


class SeatsFor(enum.StrEnum):
    """What a number of seats is said of: one night, all nights of its series and slots, or the room."""

    SHOW = "show"
    SERIES = "series"
    ROOM = "room"


def set_seats(club: Club | LocalStores, show: Show, seats: int | None, whose: SeatsFor) -> None:
    """So many seats. None returns a show or series to what its room has; a room always has a number."""
    if whose is SeatsFor.ROOM:
        if seats is not None:
            club.venue.set_room(show.room.name, seats)
        return
    subjects = {listing.group if whose is SeatsFor.SERIES else listing.id for listing in show.listings}
    club.venue.set_seats(subjects, seats)


def site_zone(club: Club | LocalStores, listings: Sequence[Listing]) -> dt.tzinfo:
    """The zone that shows are named in: the setting's, else the site's, else that of the events themselves."""
    if club.settings.timezone and (named := zone_of(club.settings.timezone)):
        return named
    starts = (listing.starts_at.tzinfo for listing in listings if listing.starts_at is not None)
    return club.cache.zone() or next(starts, None) or dt.UTC
