"""Simulated buyers on both shops: seeded, each at a pace of their own.

Some walk away in the middle of a checkout, some pay later or never, some ask for their money back. They
buy only what the shop itself offers them. If FooEvents sells a seat twice because two of them meet in
the same moment, that is the shop's own behaviour and is left as it is.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import zoneinfo
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from brcc_tui.sandbox.eventbrite.shop import EventbriteShop, NotForSale
from brcc_tui.sandbox.wordpress.orders import Gateway
from brcc_tui.sandbox.wordpress.shop import CheckoutRefused, Hook
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.world.types import World

_FRAGILE = ("label_with_quotes", "label_with_markup", "draft")
"""Products that buyers leave alone: the first sale would destroy their booking options, or they are not out yet."""

_GATEWAYS = (Gateway.COD, Gateway.CARD, Gateway.BACS, Gateway.HOSTED, Gateway.DECLINED)
_GATEWAY_WEIGHTS = (5, 10, 2, 2, 1)
Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a buyer did: `outcome` is bought, abandoned, refused, cancelled or refunded."""

    listing: str
    places: int
    outcome: str
    order_id: int | None = None


class Buyers:
    """`count` buyers. `pace` is the mean number of seconds between one buyer's visits; `pause` waits.

    `moment` is how long the shop's own work stands still between two of its statements, so that other
    requests can fall in between as they do on a real server; 0 makes every checkout one piece.
    """

    def __init__(
        self,
        world: World,
        site: WordPressSite,
        eventbrite: EventbriteShop,
        count: int,
        *,
        seed: int = 1,
        pace: float = 4.0,
        moment: float = 0.01,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._site = site
        self._eventbrite = eventbrite
        self._count = count
        self._seed = seed
        self._pace = pace
        self._moment = moment
        self._pause = pause
        self._offers, self._weights = _offers(world, eventbrite)
        self.purchases: list[Purchase] = []

    async def run(self, visits: int | None = None) -> None:
        """Buy until cancelled, or so many visits each."""
        async with asyncio.TaskGroup() as group:
            for number in range(self._count):
                group.create_task(self._buyer(random.Random(f"{self._seed}:{number}"), visits))

    async def _buyer(self, rng: random.Random, visits: int | None) -> None:
        visit = 0
        mine: list[Purchase] = []
        while visits is None or visit < visits:
            visit += 1
            await self._pause(rng.expovariate(1 / self._pace) if self._pace else 0.0)
            if mine and rng.random() < 0.12:
                purchase = await self._undo(mine.pop(rng.randrange(len(mine))))
            else:
                purchase = await self.buy(self._choose(rng), rng.choices((1, 2, 3, 4), (3, 8, 2, 2))[0], rng)
                if purchase.outcome == "bought":
                    mine.append(purchase)
            self.purchases.append(purchase)

    def _choose(self, rng: random.Random) -> str:
        return rng.choices(self._offers, self._weights)[0]

    async def buy(self, listing: str, places: int, rng: random.Random) -> Purchase:
        """One purchase of that listing, by whichever shop's checkout it belongs to."""
        shop, *parts = listing.split(":")
        try:
            if shop == "eb":
                finish = rng.random() >= 0.1
                await self._eventbrite.buy(parts[0], parts[1], places, finish=finish)
                return Purchase(listing, places, "bought" if finish else "abandoned")
            return await self._buy_on_site(listing, parts, places, rng)
        except (NotForSale, CheckoutRefused):
            return Purchase(listing, places, "refused")

    async def _buy_on_site(self, listing: str, parts: list[str], places: int, rng: random.Random) -> Purchase:
        gateway = rng.choices(_GATEWAYS, _GATEWAY_WEIGHTS)[0]
        hook = self._between_statements if self._moment else None
        order_id = await buy_on_site(self._site, parts, places, gateway, hook)
        if gateway in (Gateway.HOSTED, Gateway.DECLINED):
            return Purchase(listing, places, "abandoned", order_id)
        if rng.random() < 0.8:
            self._site.thank_you_page(order_id)
        if gateway is Gateway.CARD:
            await self._site.set_status(order_id, "completed")
        return Purchase(listing, places, "bought", order_id)

    async def _undo(self, purchase: Purchase) -> Purchase:
        if purchase.order_id is not None:
            await self._site.set_status(purchase.order_id, "cancelled")
            return Purchase(purchase.listing, purchase.places, "cancelled", purchase.order_id)
        _, event_id, class_id = purchase.listing.split(":")
        await self._eventbrite.refund(event_id, class_id, purchase.places)
        return Purchase(purchase.listing, purchase.places, "refunded")

    async def _between_statements(self, done: str) -> None:
        await self._pause(self._moment)


async def buy_on_site(
    site: WordPressSite, parts: list[str], places: int, gateway: Gateway, hook: Hook | None = None
) -> int:
    """Buy what a listing id's parts after `wc` name: a product, its variation, or a cell. Returns the order."""
    slot_id, date_id = parts[1:] if len(parts) == 3 else ("", "")
    variation_id = int(parts[1].removeprefix("v")) if len(parts) == 2 else None
    return await site.checkout(
        int(parts[0]),
        places,
        slot_id=slot_id,
        date_id=date_id,
        variation_id=variation_id,
        gateway=gateway,
        hook=hook,
    )


def _offers(world: World, eventbrite: EventbriteShop) -> tuple[list[str], list[float]]:
    """Listings of coming shows, the nearer the likelier."""
    fragile = {world.oddities[name].split(":")[1] for name in _FRAGILE if name in world.oddities}
    today = eventbrite.now().astimezone(zoneinfo.ZoneInfo(world.site.zone)).date()
    offers: list[str] = []
    weights: list[float] = []
    for listing, show in world.truth.items():
        if show is None or listing.split(":")[1] in fragile:
            continue
        days = (dt.date.fromisoformat(show[:10]) - today).days
        if 0 <= days < 60:
            offers.append(listing)
            weights.append(1 / (1 + days))
    return offers, weights
