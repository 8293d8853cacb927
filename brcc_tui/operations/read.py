"""Live numbers of listings: what is true now, in as few requests as can be."""

from __future__ import annotations

from collections.abc import Callable, Collection

from brcc_tui.model.listing import Listing
from brcc_tui.operations.club import Club


async def read_live(
    club: Club, listing_ids: Collection[str] | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[Listing, ...]:
    """The listings with live readings (all of the cache's from today on when no ids are given).

    A listing that could not be read comes back with an unknown reading and its reason. The cache
    remembers what was read.
    """
    raise NotImplementedError
