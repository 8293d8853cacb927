"""A practice club with a part of the usual world, with random habits: small enough to be made for every seed."""

from __future__ import annotations

import datetime as dt
import functools
import random
from dataclasses import replace

from brcc_tui.sandbox.habits import Habit
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.sandbox.switches import changed_world
from brcc_tui.sandbox.world.make import make_world
from brcc_tui.sandbox.world.types import Life, World

_WORLDS = 3
_BY_TEXT = Life.TICKETS_WITHOUT_IDS
"""Whose ticket it is can only be told by comparing texts, which is left to other tests."""
_ODD_PRODUCTS, _PLAIN_PRODUCTS, _EVENTS = 12, 1, 30


@functools.cache
def _whole(seed: int, today: dt.date, zone: str) -> World:
    return make_world(seed, 1, today, zone=zone)


def part_of_world(dice: random.Random, today: dt.date, zone: str) -> World:
    """Some products and events of a club, the odd ones among them more often than they are."""
    world = _whole(dice.randrange(_WORLDS), today, zone)
    odd = {place.split(":")[1] for place in world.oddities.values() if ":" in place and "@" not in place}
    products = dice.sample([each for each in world.products if str(each.id) in odd], _ODD_PRODUCTS)
    products += dice.sample([each for each in world.products if str(each.id) not in odd], _PLAIN_PRODUCTS)
    events = [each for each in world.events if each.id in odd]
    events += dice.sample([each for each in world.events if each.id not in odd], _EVENTS - len(events))
    kept = {f"wc:{each.id}" for each in products} | {f"eb:{each.id}" for each in events}
    return replace(
        world,
        products=tuple(products),
        events=tuple(events),
        orders=tuple(each for each in world.orders if f"wc:{each.product_id}" in kept and each.life is not _BY_TEXT),
        truth={name: show for name, show in world.truth.items() if ":".join(name.split(":")[:2]) in kept},
        oddities={},
    )


class SmallClub(PracticeClub):
    """Both shops with that part of a world."""

    def __init__(self, seed: int, habits: frozenset[Habit]) -> None:
        super().__init__(PracticeOptions(seed=seed, habits=tuple(habits)))

    def make_world(self) -> World:
        """The part of this seed."""
        dice = random.Random(f"part of {self.options.seed}")
        world = part_of_world(dice, self.clock.today(), self.clock.zone)
        return changed_world(world, frozenset(map(Habit, self.options.habits)), self.clock.now())
