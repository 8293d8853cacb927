"""Whether a cache answers for the shop's web interface."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from brcc_tui.model.catalogue import Product
from brcc_tui.model.failure import NO_META_DATA
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.listing_id import TicketClassId, parse_listing_id
from brcc_tui.model.listings.lost import NOT_STORED
from brcc_tui.model.quantity import Unknown
from brcc_tui.operations.catalogue.rest_cache import disputed, stale_answers, why_disputed
from brcc_tui.operations.catalogue.tried import Unread, tried, tried_one
from brcc_tui.operations.context import ClubContext, first_day
from brcc_tui.store.catalogue_file import CacheError

if TYPE_CHECKING:
    from brcc_tui.platforms.wordpress.counts import Snapshot

_FEW: Final = 200
"""Listings among which a product is looked for."""


async def answers_from_a_cache(club: ClubContext) -> str | None:
    """What is wrong, where REST tells an older state of a product than the database; None where it does not.

    Asked of one product: the next of which that left nothing known, or that was found so at the last reading, else the
    next of all that are not lost.
    """
    number = await asyncio.to_thread(_product_to_ask, club)
    if number is None or club.wordpress is None or club.woocommerce is None:
        return None
    from_rest, snapshot = await asyncio.gather(
        tried_one("health", club.woocommerce.product(number)), tried("health", club.wordpress.snapshot([number]))
    )
    if isinstance(from_rest, Unread) or isinstance(snapshot, Unread):
        return None  # the checks of the two say it
    return await _what_is_wrong(club, number, from_rest, snapshot)


async def _what_is_wrong(club: ClubContext, number: int, from_rest: Product, snapshot: Snapshot) -> str | None:
    """What is wrong with REST's answer beside the database."""
    if number not in snapshot.products:
        return f"it has product {number}, and {NOT_STORED}"
    if snapshot.products[number].meta and not from_rest.meta:
        return f"{NO_META_DATA}. Numbers come from the database; no date can be changed meanwhile"
    if not await stale_answers(club, {number: from_rest}, snapshot):
        return None
    if disputed([number], {number: from_rest}, snapshot):
        return f"what it says of product {number} differs: {why_disputed(snapshot)}"
    return (
        f"its web answer about product {number} is older than its database: a cache stands before it. Leave /wp-json/ "
        "out of that cache; numbers come from the database"
    )


def _product_to_ask(club: ClubContext) -> int | None:
    try:
        upcoming = club.cache.upcoming(_FEW, first_day(club.settings, club.cache, club.clock.now()))
    except CacheError:
        return None
    shop = [listing for listing in upcoming if listing.platform is Platform.WOOCOMMERCE]
    for listing in sorted(shop, key=_place_in_line):
        parsed = parse_listing_id(listing.id)
        if not isinstance(parsed, TicketClassId):
            return parsed.product
    return None


def _place_in_line(listing: Listing) -> tuple[bool, bool, bool]:
    """Of a product in dispute not even the places sold are known."""
    is_unknown = isinstance(listing.reading.sold, Unknown)
    return Flag.LOST in listing.flags, not is_unknown, Flag.CACHED_REST not in listing.flags
