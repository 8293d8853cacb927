"""Buyers take what the shops offer and no more, and the same seed makes the same afternoon."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from brcc_tui.sandbox.buyers import Buyers, Purchase
from brcc_tui.sandbox.eventbrite.shop import EventbriteShop
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.world.make import make_world
from brcc_tui.sandbox.world.types import World

TODAY = dt.date(2026, 11, 22)
NOON = dt.datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("America/Toronto"))


async def no_pause(seconds: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture(scope="module")
def world() -> World:
    """The first week of the practice world, without its past."""
    whole = make_world(1, 1, TODAY)
    days = {str(TODAY + dt.timedelta(days=ahead)) for ahead in range(4)}
    strange = whole.oddities["odd_stocks"]  # FooEvents turns a missing stock into one place at a cancel
    truth = {
        listing: show
        for listing, show in whole.truth.items()
        if show and show[:10] in days and not listing.startswith(strange)
    }
    return replace(whole, orders=(), truth=truth)


@pytest.fixture
def site(world: World) -> Iterator[WordPressSite]:
    site = WordPressSite(world.site, clock=lambda: NOON)
    for product in world.products:
        site.add_product(product)
    yield site
    site.close()


def shop_of(world: World) -> EventbriteShop:
    return EventbriteShop(world.organization_id, world.events, checkout_seconds=0, now=lambda: NOON)


def buyers_of(world: World, site: WordPressSite, shop: EventbriteShop, *, moment: float = 0) -> Buyers:
    return Buyers(world, site, shop, 5, seed=3, pace=0, moment=moment, pause=no_pause)


async def test_buyers_take_no_more_than_each_shop_offers(world: World, site: WordPressSite) -> None:
    shop = shop_of(world)
    offered = {listing: left(site, shop, listing) for listing in world.truth}
    buyers = buyers_of(world, site, shop)
    await buyers.run(visits=80)
    outcomes = Counter(purchase.outcome for purchase in buyers.purchases)
    assert set(outcomes) == {"bought", "abandoned", "refused", "cancelled", "refunded"}
    net: Counter[str] = Counter()
    for purchase in buyers.purchases:
        net[purchase.listing] += net_of(purchase)
    for listing, before in offered.items():
        now = left(site, shop, listing)
        if before is None:
            assert now is None
        elif before <= 0:
            assert now == before
        else:
            assert now is not None
            assert 0 <= now == before - net[listing], listing
    for event in shop.events.values():
        for each in event.classes.values():
            assert each.capacity is None or each.sold + each.pending <= max(each.capacity, each.spec.sold)


def net_of(purchase: Purchase) -> int:
    """Places that a purchase leaves taken: an order that nobody paid keeps its places at the club's own shop."""
    if purchase.outcome == "bought" or (purchase.outcome == "abandoned" and purchase.order_id is not None):
        return purchase.places
    return -purchase.places if purchase.outcome in ("cancelled", "refunded") else 0


def left(site: WordPressSite, shop: EventbriteShop, listing: str) -> int | None:
    platform, *parts = listing.split(":")
    if platform == "eb":
        _, found = shop.find(parts[0], parts[1])
        return None if found.capacity is None else found.capacity - found.sold
    return (
        site.places_left(int(parts[0]), parts[1], parts[2])
        if len(parts) == 3
        else site.stock(int(parts[-1].removeprefix("v")))
    )


async def test_the_same_seed_buys_the_same(world: World) -> None:
    runs = []
    for _ in range(2):
        site = WordPressSite(world.site, clock=lambda: NOON)
        for product in world.products:
            site.add_product(product)
        buyers = buyers_of(world, site, shop_of(world))
        await buyers.run(visits=10)
        runs.append(buyers.purchases)
        site.close()
    assert runs[0] == runs[1]


async def test_two_buyers_in_one_moment_lose_a_decrement_as_fooevents_does(world: World, site: WordPressSite) -> None:
    """The documented race: both read the booking text before either writes it."""
    listing = next(
        listing for listing in world.truth
        if listing.count(":") == 3 and (site.places_left(*split(listing)) or 0) > 10
    )  # fmt: skip
    buyers = buyers_of(world, site, shop_of(world), moment=1)
    before = site.places_left(*split(listing))
    assert before is not None
    takes = defaultdict(int)
    done = await asyncio.gather(*(buyers.buy(listing, 1, random.Random(n)) for n in range(3)))
    for purchase in done:
        takes[purchase.outcome] += purchase.places
    assert sum(takes.values()) == 3
    assert site.places_left(*split(listing)) > before - 3


def split(listing: str) -> tuple[int, str, str]:
    _, product, slot, date = listing.split(":")
    return int(product), slot, date
