"""What people set for the venue: rooms, seats, and which listings sell the same seats.

A rule is kept for a group (an Eventbrite series, or a product's slot) over all its dates; a rule for a
single listing is an exception and overrides its group's. Ids survive when labels are renamed or dates moved.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.listing_id import parent_of
from brcc_tui.model.shows.show import HouseSeats, Room

DEFAULT_ROOM = "main"
NOT_SEATS = frozenset({Flag.ADD_ON, Flag.DONATION, Flag.NOT_A_SEAT})


class Moved(NamedTuple):
    """A listing that a person put to another show's start, for as long as the shop still says what it said then."""

    says: dt.datetime | None
    starts_at: dt.datetime


@dataclass(frozen=True, slots=True)
class VenueRules:
    """All rules at one moment.

    `room_of` and `seats_of` are keyed by listing id or group, `is_seat` also by a whole product
    (`wc:<product>`). `together` holds pairs of names that a person tied: groups, or the `pairing_name` of a
    single date; a pair of a name with itself says that it stands alone. `moved` is by listing. `hours` says of a
    group that the hour its shop tells (site's zone) stands for another one, on all its dates. `held_back` are house
    seats by the show's id.
    """

    rooms: Mapping[str, Room]
    room_of: Mapping[str, str] = field(default_factory=dict)
    is_seat: Mapping[str, bool] = field(default_factory=dict)
    seats_of: Mapping[str, int] = field(default_factory=dict)
    together: frozenset[frozenset[str]] = frozenset()
    moved: Mapping[str, Moved] = field(default_factory=dict)
    hours: Mapping[str, tuple[dt.time, dt.time]] = field(default_factory=dict)
    held_back: Mapping[str, HouseSeats] = field(default_factory=dict)

    def room(self, listing: Listing) -> str:
        """The name of the room that the listing's seats are in."""
        return self.room_of.get(listing.id) or self.room_of.get(listing.group) or DEFAULT_ROOM

    def sells_seats(self, listing: Listing) -> bool:
        """Whether it is a seat at all: the free drink is not, unless a person says otherwise.

        A series as a whole has no seats of its own, whatever is said of its dates: what it sold is theirs.
        """
        if Flag.SERIES_PARENT in listing.flags:
            return False
        if self.is_seat:
            for key in (listing.id, listing.group, parent_of(listing.id)):
                if key in self.is_seat:
                    return self.is_seat[key]
        return listing.flags.isdisjoint(NOT_SEATS)

    def start(self, listing: Listing, zone: dt.tzinfo) -> dt.datetime | None:
        """When people say that it starts; None where nobody said anything."""
        moved = self.moved.get(listing.id)
        if moved is not None and moved.says == listing.starts_at:
            return moved.starts_at
        hours = self.hours.get(listing.group)
        if hours is not None and listing.starts_at is not None:
            says, means = hours
            local = listing.starts_at.astimezone(zone)
            if local.time() == says:
                return dt.datetime.combine(local.date(), means, zone)
        return None

    def seats(self, room: str, listings: Collection[Listing]) -> Room:
        """The room with the seats that it has for these listings: a single date's, a series', or its own."""
        found = self.rooms.get(room) or Room(room, self.rooms[DEFAULT_ROOM].seats)
        if not self.seats_of:
            return found
        limits = [self.seats_of[x.id] for x in listings if x.id in self.seats_of] or [
            self.seats_of[x.group] for x in listings if x.group in self.seats_of
        ]
        return Room(found.name, min(limits)) if limits else found

    def confirmed(self, names: Sequence[str]) -> bool:
        """Whether people tied all these names to each other, directly or through one another."""
        if len(names) == 1:
            return frozenset(names) in self.together
        bundles = _bundles(self.together)
        bundle = bundles.get(names[0])
        return bundle is not None and all(bundles.get(name) == bundle for name in names)


def pairing_name(listing: Listing, *, single: bool) -> str:
    """What a person ties: the listing's group over all dates, or (`single`) this event or date alone."""
    if not single:
        return listing.group
    return parent_of(listing.id) if listing.platform is Platform.EVENTBRITE else listing.id


@functools.lru_cache(maxsize=4)
def _bundles(together: frozenset[frozenset[str]]) -> Mapping[str, int]:
    """A number for every name; names that hang together share it."""
    bundles: dict[str, int] = {}
    members: dict[int, list[str]] = {}
    for number, pair in enumerate(together):
        names = {name for each in pair for name in members.pop(bundles.get(each, -1), [each])}
        members[number] = list(names)
        bundles.update(dict.fromkeys(names, number))
    return bundles
