"""Fingerprints: whether known tickets and their orders are unchanged, by checksums over all that is read of them.

The server computes the sums. Tickets are found by the ranges of meta rows in which theirs lie. If other rows in these
ranges change, a sum differs as well, and the tickets are read again for nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from brcc_tui.platforms.wordpress.pool import DatabaseRow, Session
from brcc_tui.platforms.wordpress.sql import META_BLOCK

UNSETTLED_ROWS = 1000
"""So many of the newest meta rows may be followed by others with a lower number, of statements that ended later."""

STRETCHES = 1000
"""How many one statement holds at most: servers take 0.07 s to plan so many, and 7 s for ten times as many."""

_NO_END = 2**63 - 1

Stretch = tuple[int, int]
"""The first and the last meta row, by number."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Sums over what is read of these ticket posts and orders.

    `stretches` hold all meta rows of the posts, and the last one all that will be added.
    """

    posts: tuple[int, ...]
    orders: tuple[int, ...]
    stretches: tuple[Stretch, ...]
    sums: tuple[DatabaseRow, ...]


async def take_fingerprint(
    session: Session, hpos: bool, posts: Collection[int], orders: Collection[int], highest_meta: int
) -> Fingerprint:
    """The fingerprint now; `highest_meta` is the newest meta row of the same snapshot."""
    sorted_posts, sorted_orders = tuple(sorted(posts)), tuple(sorted(orders))
    blocks = {int(block) for (block,) in await session.rows(session.sql.meta_blocks(sorted_posts))}
    stretches = _stretches(blocks, max(0, highest_meta - UNSETTLED_ROWS))
    sums = await _sums(session, hpos, sorted_posts, sorted_orders, stretches)
    return Fingerprint(sorted_posts, sorted_orders, stretches, sums)


async def unchanged(session: Session, hpos: bool, before: Fingerprint) -> bool:
    """Whether the posts, their meta and the orders are what they were; rows added to them are a change."""
    return before.sums == await _sums(session, hpos, before.posts, before.orders, before.stretches)


async def _sums(
    session: Session,
    hpos: bool,
    posts: tuple[int, ...],
    orders: tuple[int, ...],
    stretches: tuple[Stretch, ...],
) -> tuple[DatabaseRow, ...]:
    sql = session.sql
    sums = [await session.row(sql.posts_fingerprint(posts)), await session.row(sql.orders_fingerprint(hpos, orders))]
    for start in range(0, len(stretches), STRETCHES):
        sums.append(await session.row(sql.meta_fingerprint(stretches[start : start + STRETCHES])))
    return tuple(sums)


def _stretches(blocks: Collection[int], unsettled: int) -> tuple[Stretch, ...]:
    """Neighbouring blocks together, and everything from the row `unsettled` on."""
    tail = unsettled // META_BLOCK
    joined: list[tuple[int, int]] = []
    for block in sorted(block for block in blocks if block < tail):
        first = joined.pop()[0] if joined and joined[-1][1] == block else block
        joined.append((first, block + 1))
    return (*((first * META_BLOCK, end * META_BLOCK - 1) for first, end in joined), (tail * META_BLOCK, _NO_END))
