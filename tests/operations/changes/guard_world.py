"""A small club whose every listing can be refused for a reason of its own."""

from __future__ import annotations

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


def nothing_was_sent(club: World) -> None:
    assert club.shop.requests == []
    assert club.eventbrite.requests == []
