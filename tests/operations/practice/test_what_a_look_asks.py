"""What a look at the whole club asks of the shops, and what stays of it: counts, for times depend on the machine."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from brcc_tui.model.catalogue import Event, MetaRow, Product, TicketClass
from brcc_tui.model.listing import Listing
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.sandbox.serve import PracticeOptions

REFRESH = {"eventbrite": 10, "woocommerce": 3}
"""Of some 420 events, coming and past, and 43 products with 500 dates: what it took before stored products, codes, or a
count of what came were read."""

STATEMENTS_OF_A_REFRESH = 14
"""It took 18 then."""

OF_A_READING = (9, 3, 17)
"""Requests of each shop and statements of live numbers of everything; whole products come four at a time."""


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Nobody searches for circles."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def _alive() -> Counter[type]:
    """How many things of the shops there are."""
    return Counter(
        type(one) for one in gc.get_objects() if type(one) in (Event, TicketClass, Product, MetaRow, Listing)
    )


async def _all_gone(before: Counter[type]) -> bool:
    """Whether all that came since goes without a search; a thread that has just ended its work lets go a little later.

    `before` are those that earlier tests of this process hold.
    """
    for _ in range(200):
        if _alive() <= before:
            return True
        await asyncio.sleep(0.05)
    return False


@pytest.mark.usefixtures("no_collector")
async def test_a_look_at_everything_asks_no_more_than_it_did(open_practice: Any) -> None:
    club = (await open_practice(PracticeOptions(), read_anew=True)).club
    held = _alive()
    report = await refresh(club)
    assert await _all_gone(held), "something holds what was read of both shops, or holds itself in a circle"
    assert report.counts["events"] > 400
    assert report.counts["dates"] > 450
    assert {name: asked for name, asked in report.requests.items() if asked > REFRESH[name]} == {}
    assert report.queries <= STATEMENTS_OF_A_REFRESH
    before = club.eventbrite.requests, club.woocommerce.requests, club.wordpress.queries
    await read_live(club)
    now = club.eventbrite.requests, club.woocommerce.requests, club.wordpress.queries
    asked = [later - earlier for earlier, later in zip(before, now, strict=True)]
    assert all(number <= most for number, most in zip(asked, OF_A_READING, strict=True)), asked
