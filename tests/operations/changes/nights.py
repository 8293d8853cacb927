"""One night in one room that both shops sell: what the tests of sync and of closing share."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from brcc_tui.model.changes.plan import Plan
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.changes.sync import plan_sync
from tests.operations.changes.fake_wire import START
from tests.operations.changes.operators import Operator, World

CELL, CLASS, STOCK = "wc:4061:aaa:ddd", "eb:123:456", "wc:31907"
NIGHT = "November 27, 2026"


class Cache:
    """A catalogue that was read at the start."""

    lost = False

    def __init__(self, listings: Sequence[Listing]) -> None:
        self._listings = tuple(listings)
        self.failures: tuple[Failure, ...] = ()

    def listings(self, from_day: dt.date | None = None, platform: Platform | None = None) -> tuple[Listing, ...]:
        assert from_day is None
        return tuple(x for x in self._listings if platform in (None, x.platform))

    def has_any(self, platform: Platform) -> bool:
        return bool(self.listings(platform=platform))

    def some(self, ids: Sequence[str]) -> list[Listing]:
        return [listing for listing in self._listings if listing.id in ids]

    def remember(self, listings: object, asked_at: object) -> None:
        pass

    def read_at(self) -> dt.datetime | None:
        return START

    def failed(self) -> tuple[Failure, ...]:
        return self.failures

    def zone(self) -> None:
        return None

    def usual_zone(self) -> None:
        return None


def world(ours: int, sold: int, date: int, stock: int | None = None, *, seats: int = 55) -> World:
    """One night in one room: a ticket class of so many, a date, and perhaps a product of its own."""
    made = World(seats=seats)
    made.eventbrite.add("123", {"456": (ours, sold)})
    made.shop.add_bookings(4061, {("aaa", "ddd"): date}, texts={"ddd": NIGHT})
    if stock is not None:
        rows = made.shop.add_single(31907, stock).rows
        rows[9003] = ("WooCommerceEventsDate", NIGHT)
    return made


async def the_show(club: World, us: Operator | None = None) -> Show:
    """The night as the shops have it now."""
    operator, listings = us or club.us, []
    subjects = ["eb:123:456", *(f"wc:{product}" for product in club.shop.products)]
    for subject in subjects:
        listings += (await DecisionReader(operator.club).look(subject_of(subject))).listings.values()
    (show,) = programme(operator.club, listings).shows
    return show


async def planned(club: World, mode: Mode = Mode.SPLIT, buffer: int = 0, *, cached: Show | None = None) -> Plan:
    """A sync of the night; what the catalogue knew of it is what is there now, or `cached`."""
    show = cached or await the_show(club)
    club.us.club = dataclasses.replace(club.us.club, cache=cast("Any", Cache(show.listings)))
    return await plan_sync(club.us.club, [show.id], mode, buffer)
