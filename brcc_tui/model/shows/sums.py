"""Sums over many shows: what is not known is left out and counted, so that a sum says "at least"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brcc_tui.model.quantity import Quantity, Unlimited
from brcc_tui.model.shows.show import Show


@dataclass(frozen=True, slots=True)
class Sum:
    """What is known of it, how many parts are not known, and how many have no limit."""

    known: int = 0
    missing: int = 0
    endless: int = 0


@dataclass(frozen=True, slots=True)
class ShowSums:
    """Sums over shows. `free` counts no seats below none: nobody sits in another show's seat.

    `over` is how many people have no seat, of the shows of which that is known.
    """

    shows: int
    seats: int
    sold: Sum
    free: Sum
    on_offer: Sum
    over: int


@dataclass(frozen=True, slots=True)
class ListingSums:
    """Sums over listings; `unknown` of them are left out and counted, `endless` has no limit."""

    capacity: int
    sold: int
    remaining: int
    unknown: int
    endless: bool = False


def sum_of(quantities: Iterable[Quantity]) -> Sum:
    """The sum of what is known."""
    known = missing = endless = 0
    for quantity in quantities:
        if isinstance(quantity, int):
            known += quantity
        elif isinstance(quantity, Unlimited):
            endless += 1
        else:
            missing += 1
    return Sum(known, missing, endless)


def sums_of(shows: Sequence[Show]) -> ShowSums:
    """The sums of these shows."""
    return ShowSums(
        len(shows),
        sum(show.room.seats for show in shows),
        sum_of(show.sold for show in shows),
        sum_of(max(show.free, 0) if isinstance(show.free, int) else show.free for show in shows),
        sum_of(show.on_offer for show in shows),
        sum(max(-show.free, 0) for show in shows if isinstance(show.free, int)),
    )
