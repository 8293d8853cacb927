"""House seats: which show they belong to, and what they leave free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import overload

from brcc_tui.model.listing import Listing
from brcc_tui.model.quantity import Quantity
from brcc_tui.model.shows.shared_stock import known_taken
from brcc_tui.model.shows.show import HouseSeats, Show, ShowFlag


def house_seats(
    shows: Mapping[str, Sequence[Listing]], held_back: Mapping[str, HouseSeats]
) -> Mapping[str, Mapping[str, HouseSeats]]:
    """The house seats of these shows (their listings by their names), each by the name under which it was said.

    Where no show of that name is here any more, its listings tell which one is meant: a start was moved, and the seats
    must not be sold because of that.
    """
    found: dict[str, dict[str, HouseSeats]] = defaultdict(dict)
    for name, house in held_back.items():
        show = name if name in shows else next((id_ for id_, listings in shows.items() if _is_of(house, listings)), "")
        if show:
            found[show][name] = house
    return found


def _is_of(house: HouseSeats, listings: Sequence[Listing]) -> bool:
    return any(listing.id in house.listings for listing in listings)


@overload
def free_of(unsold: int, held_back: int) -> int: ...
@overload
def free_of(unsold: Quantity, held_back: int) -> Quantity: ...
def free_of(unsold: Quantity, held_back: int) -> Quantity:
    """What is free of the seats that nobody bought. House seats never make it less than none: too many people do."""
    return max(unsold - held_back, min(unsold, 0)) if isinstance(unsold, int) else unsold


def is_short(unsold: Quantity, held_back: int) -> bool:
    """Whether fewer seats are left than the house keeps."""
    return held_back > 0 and isinstance(unsold, int) and unsold < held_back


def too_many_held(show: Show) -> str | None:
    """What to say of house seats that are sold already; None where there are none."""
    if ShowFlag.HELD_BACK_SHORT not in show.flags:
        return None
    known = isinstance(show.sold, int) and isinstance(show.held, int)
    left = max(show.room.seats - known_taken(show.listings), 0)
    only = "only" if known else "at most"
    unsold = f"{only} {left} of the {show.room.seats} seats {'is' if left == 1 else 'are'}" if left else "no seat is"
    many = show.held_back - left
    of_house = f"{many} of the house have" if known else f"at least {many} of the house have"
    return f"{show.held_back} held back, but {unsold} left unsold: {of_house} no seat"
