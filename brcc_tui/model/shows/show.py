"""One performance: same room and same local start, with every listing that sells its seats."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.quantity import Quantity, Unknown, Unlimited

MAX_SEATS: Final = 100_000
"""No room of anybody's is larger: a longer number is a slip of the fingers."""


class Room(NamedTuple):
    """A place with a number of seats, kept by this program because neither shop knows it."""

    name: str
    seats: int


class PairingState(enum.StrEnum):
    """How certain the program is that these listings sell the same seats."""

    CERTAIN = "certain"
    LIKELY = "likely"
    CONFIRMED = "confirmed"
    SINGLE = "single"


class ShowFlag(enum.StrEnum):
    """What a person should know about a show."""

    OVERSOLD = "oversold"
    CAN_OVERSELL = "can_oversell"
    NOT_OFFERED = "not_offered"
    ONE_SHOP_ONLY = "one_shop_only"
    DRIFT = "drift"
    HELD_BACK_SHORT = "held_back_short"
    UNCONFIRMED_PAIRING = "unconfirmed_pairing"


class Pairing(NamedTuple):
    """Why listings belong together, in a sentence.

    `parts` are the names (`venue_rules.pairing_name`) of what certainly belongs together, if that is not everything.
    """

    state: PairingState
    reason: str
    parts: tuple[frozenset[str], ...] = ()

    @property
    def is_unconfirmed(self) -> bool:
        """Whether the program alone says so, and a person should look."""
        return self.state in (PairingState.CERTAIN, PairingState.LIKELY)


class HouseSeats(NamedTuple):
    """Seats of a show that the house keeps for itself, and why. Neither shop knows of them.

    `listings` are those that sold the show's seats when this was set: they identify the show if its start moves.
    """

    seats: int
    note: str = ""
    listings: frozenset[str] = frozenset()


def seats_held_back(house: Mapping[str, HouseSeats]) -> int:
    """How many seats the house keeps under all these names."""
    return sum(each.seats for each in house.values())


NO_HOUSE_SEATS: Final[Mapping[str, HouseSeats]] = MappingProxyType({})

ALL_LISTED: Final[Mapping[Platform, str]] = MappingProxyType({})


class LostListing(NamedTuple):
    """A listing of a show that cannot be read now: what its tickets tell is sold, and what happened."""

    id: str
    sold: Quantity
    reason: str


@dataclass(frozen=True, slots=True)
class Show:
    """A performance and its sums. `exposure` is how many people could be left standing.

    `on_offer` is what buyers can buy of its listings. `doubtful` is the part of that of which it is not known whether
    it is seats of this show: a number beside the sums, which count it in. While anything of it is `lost`, nobody knows
    what remains, is free or could be left standing; `on_offer` is then what the others offer. `held_back` are the house
    seats, which are not free, though nobody sold them: where fewer are left than that, none is free. `house` has them
    by the name of the show under which they were said: its own, or the one it had before its start was moved.
    `free_at_most` and `exposed` are what `free` and `exposure` come to by what is known alone: an alarm does not wait
    for the part that nobody knows. `unlisted` are shops of which nobody knows what they sell, with the reason: they may
    sell its seats too, so that of its sums what is known is a part.
    """

    id: str
    starts_at: dt.datetime
    room: Room
    title: str
    listings: tuple[Listing, ...]
    sold: Quantity
    held: Quantity
    remaining: Quantity
    free: Quantity
    exposure: Quantity
    free_at_most: int
    exposed: int | Unlimited
    pairing: Pairing
    flags: frozenset[ShowFlag]
    unknown: Mapping[str, str]
    on_offer: Quantity
    doubtful: Quantity
    lost: tuple[LostListing, ...]
    house: Mapping[str, HouseSeats]
    unlisted: Mapping[Platform, str]

    @property
    def on_offer_in_all(self) -> Quantity:
        """What buyers can buy of it; not known beside a shop of which nobody knows what it sells."""
        return Unknown("; ".join(self.unlisted.values())) if self.unlisted else self.on_offer

    @property
    def held_back(self) -> int:
        """House seats: not for sale, and not sold."""
        return seats_held_back(self.house)

    @property
    def held_back_note(self) -> str:
        """What was said about them."""
        return "; ".join(dict.fromkeys(each.note for each in self.house.values() if each.note))

    @property
    def ends_at(self) -> dt.datetime | None:
        """When the last of its several days ends; None for one of a single night."""
        ends = (x.ends_at for x in self.listings if Flag.SEVERAL_DAYS in x.flags and x.ends_at is not None)
        return max(ends, default=None)
