"""A small club whose every listing can be refused for a reason of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection

from brcc_tui.platforms.wordpress.counts import Snapshot
from tests.operations.changes.operators import World

CELL = "wc:4061:aaa:ddd"
SINGLE = "wc:31907"
CLASS = "eb:123:456"


def world() -> World:
    made = World()
    made.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 30})
    made.shop.add_single(31907, 30)
    made.eventbrite.add("123", {"456": (30, 10)})
    return made


def database_tells(club: World, change: Callable[[Snapshot], Snapshot]) -> None:
    """From now on the database's snapshots come changed so."""
    database = club.us.club.wordpress
    assert database is not None
    really_look = database.snapshot

    async def snapshot(product_ids: Collection[int], *, by_order: bool = False, lock: object = None) -> Snapshot:
        return change(await really_look(product_ids, by_order=by_order))

    database.snapshot = snapshot  # type: ignore[method-assign]


def nothing_was_sent(club: World) -> None:
    assert club.shop.requests == []
    assert club.eventbrite.requests == []
