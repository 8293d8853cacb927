"""Listings grouped into performances, with their sums and flags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brcc_tui.model.listing import Listing
from brcc_tui.model.show import Show
from brcc_tui.operations.club import Club


@dataclass(frozen=True, slots=True)
class Programme:
    """Shows in order of time, and the listings that belong to none (no start, not a seat, not confirmed)."""

    shows: tuple[Show, ...]
    unpaired: tuple[Listing, ...]


def programme(club: Club, listings: Sequence[Listing]) -> Programme:
    """Group listings by room and start, as the house's rules say."""
    raise NotImplementedError
