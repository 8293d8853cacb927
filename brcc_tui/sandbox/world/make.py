"""Makes a practice world: a seeded, repeatable club with the size and irregularity of a real one."""

from __future__ import annotations

import datetime as dt
import random

from brcc_tui.sandbox.clock import HOME
from brcc_tui.sandbox.world.club import ClubProgramme
from brcc_tui.sandbox.world.draft import WorldDraft
from brcc_tui.sandbox.world.ids import Ids
from brcc_tui.sandbox.world.money import with_odd_money
from brcc_tui.sandbox.world.odd_events import add_odd_events
from brcc_tui.sandbox.world.odd_products import add_odd_products
from brcc_tui.sandbox.world.settle import fill_draft
from brcc_tui.sandbox.world.singles import add_singles
from brcc_tui.sandbox.world.types import SiteSpec, World

USUAL_META_KEYS = 20
"""Meta rows of a product, few enough for a practice club to begin at once."""

PAST_WEEKS = 6
"""Since how many weeks a club plays that has no longer history."""

AHEAD_WEEKS = 25
"""How many weeks the real club has announced, this one among them."""


def make_world(
    seed: int,
    scale: int,
    today: dt.date,
    *,
    meta_keys: int = USUAL_META_KEYS,
    zone: str = HOME,
    past_weeks: int = PAST_WEEKS,
    ahead_weeks: int = AHEAD_WEEKS,
) -> World:
    """The world of that seed on that day; the same arguments always give the same world.

    `scale` copies of the club's programme play at times of their own; the single shows and the odd
    products and events exist once. `meta_keys` is how many meta rows a product has (a real one: about 180).
    `zone` is where the club stands. It plays since so many `past_weeks`, before the last six of them at weekends
    alone, and has announced its weekly shows for at most so many `ahead_weeks`, this one among them.
    """
    if scale < 1:
        raise ValueError(f"a world is at least one club large, not {scale}")
    rng = random.Random(seed)
    draft = WorldDraft(rng, today, meta_keys, Ids(rng), zone, past_weeks, ahead_weeks)
    fill_draft(draft, ClubProgramme(draft, 0))
    add_singles(draft)
    add_odd_products(draft)
    add_odd_events(draft)
    for copy in range(1, scale):
        draft.ids.next_copy()
        draft.past_weeks = min(past_weeks, PAST_WEEKS)
        fill_draft(draft, ClubProgramme(draft, copy))
    return World(
        site=SiteSpec(zone=zone),
        organization_id=str(rng.randint(600_000_000_000, 799_999_999_999)),
        products=tuple(draft.products),
        orders=tuple(with_odd_money(sorted(draft.orders, key=lambda order: order.placed_at), seed)),
        events=tuple(draft.events),
        truth=draft.truth,
        oddities=draft.oddities,
    )
