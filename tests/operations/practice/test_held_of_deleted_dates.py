"""Places of orders without tickets, of a date that staff took out before anybody here knew it: the orders tell it."""

from __future__ import annotations

import json
from typing import Any

from brcc_tui.model.listing import Flag
from brcc_tui.model.quantity import Unknown
from brcc_tui.operations.money.door import read_door
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.sandbox.world.meta import BOOKING_KEY
from brcc_tui.sandbox.world.types import Life, OrderSpec
from tests.practice import SHORT


def _without(date_id: str, slot: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in slot.items() if not key.startswith(date_id)}
    if isinstance(dates := kept.get("add_date"), dict):
        kept["add_date"] = {key: value for key, value in dates.items() if key != date_id}
    return kept


async def test_they_are_lost_in_the_show_that_the_orders_name(open_practice: Any) -> None:
    chosen: list[OrderSpec] = []

    def take_a_date_out(world: PracticeClub) -> None:
        sold = {each.date_id for each in world.world.orders}
        product, slot, date = next(
            (int(parts[1]), *parts[2:])
            for parts in (id_.split(":") for id_, show in world.world.truth.items() if show)
            if len(parts) == 4 and parts[3] not in sold
        )
        order = OrderSpec(product, 3, Life.ON_HOLD, world.clock.now(), slot, date)
        world.site.place_orders([order])
        posts = world.site.shop.posts
        slots = json.loads(posts.get(product, BOOKING_KEY) or "")
        left = {key: _without(date, each) if isinstance(each, dict) else each for key, each in slots.items()}
        posts.set(product, BOOKING_KEY, json.dumps(left))
        chosen.append(order)

    practice = await open_practice(PracticeOptions(**SHORT), prepare=take_a_date_out)
    (order,) = chosen
    show = next(each for each in practice.shows() if each.id == practice.world.world.truth[_listing(order)])
    (lost,) = (listing for listing in show.listings if Flag.LOST in listing.flags)
    assert (lost.id, lost.reading.sold, lost.reading.held) == (_listing(order), 0, order.quantity)
    assert isinstance(show.free, Unknown)
    door = await read_door(practice.club, show)
    assert lost.id in [part.id for part in door.show.listings]


def _listing(order: OrderSpec) -> str:
    return f"wc:{order.product_id}:{order.slot_id}:{order.date_id}"
