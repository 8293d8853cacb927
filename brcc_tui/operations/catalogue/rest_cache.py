"""Whether the shop's web answers are older than its database.

Page caches and hosts cache REST answers although asked not to, and WooCommerce's own REST cache does not notice
FooEvents' writes. For a moment the two may differ because somebody bought in between; an answer that comes again, word
for word, while the row says otherwise, comes from a cache. But if the row lacks something, the database may be the
older one: the settings may name a copy of it, or a replica that lags and does not say so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from brcc_tui.model.catalogue import Product
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listings.lost import as_unknown
from brcc_tui.operations.catalogue.tried import Unread, tried, tried_one
from brcc_tui.operations.context import ClubContext

if TYPE_CHECKING:
    from brcc_tui.platforms.wordpress.counts import Snapshot

OLDER_THAN_REST: Final = (
    "the database shows more seats left, or an earlier save, than the shop's own answers, so one of the two is old: "
    "the database may be a copy, or lag behind, and lack sales, or a cache may answer for the shop"
)
WHOSE_DATABASE: Final = (
    "Set WORDPRESS_DB_HOST and WORDPRESS_DB_NAME to the database that WordPress itself writes to; if they are, empty "
    "the shop's cache, and leave /wp-json/ out of it"
)
"""What is known where the database may be the older of the two, and what to do."""

_ON_REPLICA: Final = (
    "the shop's answers and its database disagree, and the database follows another one (a replica), so either may be "
    "old: set WORDPRESS_DB_HOST to the server that WordPress itself writes to"
)

MOMENT: Final = 1.0
"""Seconds after which the two are compared once more."""

_FEW: Final = 4
"""Of so many products it is looked into; a cache keeps its answers to all of them."""


async def stale_answers(club: ClubContext, from_rest: Mapping[int, Product], snapshot: Snapshot) -> frozenset[int]:
    """The products for which REST gives an older state than the database, for longer than a moment.

    Nothing more is requested while the two agree, nor for products that were found stale before.
    """
    rows = snapshot.products
    differing = {id_ for id_, product in from_rest.items() if id_ in rows and rows[id_].differs_from(product)}
    club.cached_rest.intersection_update(differing)
    doubtful = sorted(differing - club.cached_rest)[:_FEW]
    if doubtful:
        club.cached_rest.update(await _still_stale(club, doubtful, from_rest, snapshot))
    return frozenset(differing & club.cached_rest)


async def _still_stale(
    club: ClubContext, doubtful: Collection[int], from_rest: Mapping[int, Product], snapshot: Snapshot
) -> Collection[int]:
    if club.woocommerce is None or club.wordpress is None:
        return ()
    await club.clock.sleep(MOMENT)
    answers = asyncio.gather(*(tried_one(f"wc:{id_}", club.woocommerce.product(id_)) for id_ in doubtful))
    again = dict(zip(doubtful, await answers, strict=True))
    later = await tried("database", club.wordpress.snapshot(doubtful))
    if isinstance(later, Unread):
        return ()

    def is_stale(id_: int, product: Product | Unread) -> bool:
        row = later.products.get(id_)
        if isinstance(product, Unread) or row is None:
            return False
        moved = snapshot.products[id_].differs_from(product) is None or row.differs_from(product) is None
        return not moved and _as_sold(product) == _as_sold(from_rest[id_])

    return [id_ for id_, product in again.items() if is_stale(id_, product)]


def disputed(stale: Collection[int], from_rest: Mapping[int, Product], snapshot: Snapshot) -> frozenset[int]:
    """The products whose row seems older than REST's answer, once one of them was found to be stale: then the whole
    database lags.
    """
    rows, replica = snapshot.products, snapshot.counts.replica

    def is_so(id_: int) -> bool:
        row, product = rows.get(id_), from_rest[id_]
        return row is not None and row.differs_from(product) is not None and (replica or row.seems_behind(product))

    return frozenset(filter(is_so, from_rest)) if any(map(is_so, stale)) else frozenset()


def why_disputed(snapshot: Snapshot) -> str:
    """Why a disputed product's numbers are unknown, and what to do."""
    return _ON_REPLICA if snapshot.counts.replica else f"{OLDER_THAN_REST}. {WHOSE_DATABASE}"


def as_seen(
    listings: Iterable[Listing],
    product_id: int,
    snapshot: Snapshot | None,
    stale: Collection[int],
    in_dispute: Collection[int],
) -> tuple[Listing, ...]:
    """A product's listings with what a look says of its row besides: that somebody has it open in an editor, and that
    REST's answer is an old one, or the row may be, of which nothing is known then. Without a snapshot it says nothing.
    """
    row = None if snapshot is None else snapshot.products.get(product_id)
    flags = {Flag.OPEN_IN_EDITOR} if row is not None and row.editor_seconds is not None else set[Flag]()
    if snapshot is not None and product_id in in_dispute:
        listings = [as_unknown(listing, why_disputed(snapshot)) for listing in listings]
    elif product_id in stale:
        flags.add(Flag.CACHED_REST)
    return tuple(replace(listing, flags=listing.flags | flags) for listing in listings)


def _as_sold(product: Product) -> tuple[object, ...]:
    """What an answer says of seats, and of when and how they are sold."""
    stocks = [(each.id, each.stock_quantity, each.status) for each in product.variations]
    return product.manage_stock, product.stock_quantity, product.status, product.backorders, product.meta, stocks
