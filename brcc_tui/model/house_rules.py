"""What people of the club said: rooms, seats, and which listings sell the same seats.

A rule is kept for a group (an Eventbrite series, or a product's slot) over all its dates; a rule for a
single listing is an exception and wins over its group's. Ids stay when labels are renamed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.show import Room

DEFAULT_ROOM = "main"
NOT_SEATS = frozenset({Flag.ADD_ON, Flag.DONATION, Flag.NOT_A_SEAT})


@dataclass(frozen=True, slots=True)
class HouseRules:
    """All rules at one moment.

    `room_of` is keyed by listing id or group, `is_seat` also by a whole product (`wc:<product>`).
    `together` holds pairs of groups that a person confirmed to sell the same seats. `moved` gives a listing
    the start of the show it belongs to, where the shop says another time. `seats_of` is for single shows,
    by show id.
    """

    rooms: Mapping[str, Room]
    room_of: Mapping[str, str] = field(default_factory=dict)
    is_seat: Mapping[str, bool] = field(default_factory=dict)
    seats_of: Mapping[str, int] = field(default_factory=dict)
    together: frozenset[frozenset[str]] = frozenset()
    moved: Mapping[str, dt.datetime] = field(default_factory=dict)

    def room(self, listing: Listing) -> str:
        """The name of the room that the listing's seats are in."""
        return self.room_of.get(listing.id) or self.room_of.get(listing.group) or DEFAULT_ROOM

    def sells_seats(self, listing: Listing) -> bool:
        """Whether it is a seat at all: the free drink is not, unless a person says otherwise."""
        for key in (listing.id, listing.group, _product(listing)):
            if key in self.is_seat:
                return self.is_seat[key]
        return not listing.flags & NOT_SEATS

    def seats(self, show_id: str, room: str) -> Room:
        """The room of a show with the seats it has that night."""
        found = self.rooms.get(room) or Room(room, self.rooms[DEFAULT_ROOM].seats)
        return Room(found.name, self.seats_of.get(show_id, found.seats))

    def confirmed(self, groups: frozenset[str]) -> bool:
        """Whether people tied all these groups to each other, directly or through one another."""
        if len(groups) < 2:
            return True
        reached, edge = set(), [next(iter(groups))]
        while edge:
            group = edge.pop()
            reached.add(group)
            edge += [other for pair in self.together if group in pair for other in pair if other not in reached]
        return groups <= reached


def _product(listing: Listing) -> str:
    return ":".join(listing.id.split(":")[:2])
