"""Counts for a screen that looks repeatedly: later looks read only what can have changed.

Never for a decision. A look equals a full one, except that a ticket which was edited behind WordPress's back
(its texts changed without its post being saved) may join a cell only at the next full look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

from brcc_tui.model.counting import TicketRow
from brcc_tui.model.counts import Counts, ProductCells
from brcc_tui.model.relevant_tickets import relevant
from brcc_tui.platforms.wordpress.counts import (
    CountsSnapshot,
    DatabaseClock,
    Snapshot,
    candidates,
    managed_of,
    read_database_clock,
    read_managed,
    read_products_to_count,
    read_tickets,
    with_orders,
)
from brcc_tui.platforms.wordpress.fingerprints import Fingerprint, take_fingerprint, unchanged
from brcc_tui.platforms.wordpress.pool import Connections, Session
from brcc_tui.platforms.wordpress.sql import Since

FULL_EVERY_SECONDS = 600
"""So long looks build on one that read everything: what they overlook lasts no longer."""

MARGIN_SECONDS = 300
"""Web server and database may disagree on the time by so much before a change is overlooked."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """The look before: for which products, what it saw, and the highest ids then."""

    products: tuple[ProductCells, ...]
    look: CountsSnapshot
    highest: _Highest
    full_at: int
    tickets: Fingerprint


class _Highest(NamedTuple):
    """The newest post of any kind, and the newest row of meta."""

    post: int
    meta: int


class LiveCounts:
    """Looks at the counts of the same products, cheaply after the first time. For views only."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._last: tuple[_Seen, Counts] | None = None

    async def look(self, products: Collection[ProductCells]) -> Counts:
        """The counts now. The first look, one at other products, and one every ten minutes read everything."""
        asked = tuple(products)
        last, self._last = self._last, None
        async with self._connections.session() as session, session.snapshot():
            clock = await read_database_clock(session)
            managed = await read_managed(session, asked)
            seen = await self._look(session, clock, asked, managed, last[0] if last else None)
        return await self._counted(asked, last, seen)

    async def snapshot(self, product_ids: Collection[int], known: Collection[ProductCells] = ()) -> Snapshot:
        """These products as stored now, with their places taken, in one snapshot; the cells are those of their texts.

        A product that the database does not have is missing. Places of cells `known` of before are counted too.
        """
        last, self._last = self._last, None
        async with self._connections.session() as session, session.snapshot():
            clock = await read_database_clock(session)
            found, asked = await read_products_to_count(session, product_ids, clock, known)
            managed = managed_of(found, asked)
            seen = await self._look(session, clock, asked, managed, last[0] if last else None)
        return Snapshot(await self._counted(asked, last, seen), found, none_at=clock.none_at)

    async def _counted(self, asked: tuple[ProductCells, ...], last: tuple[_Seen, Counts] | None, seen: _Seen) -> Counts:
        """The numbers, kept where the rows are those of before."""
        before, counts = last or (None, None)
        if before and counts and before.products == asked and before.look.rows == seen.look.rows:
            counts = replace(counts, taken_at=seen.look.taken_at, replica=seen.look.clock.replica)
        else:
            counts = await asyncio.to_thread(seen.look.counts, asked)
        # Both at once: rows must never stand beside the numbers of others, whoever gives a look up in between.
        self._last = seen, counts
        return counts

    async def _look(
        self,
        session: Session,
        clock: DatabaseClock,
        products: tuple[ProductCells, ...],
        managed: frozenset[int],
        before: _Seen | None,
    ) -> _Seen:
        wanted = relevant(products, managed)
        post, meta = await session.row(session.sql.highest())
        highest = _Highest(int(post), int(meta))
        if before is None or not self._may_build_on(before, products, managed, clock, highest):
            found = await candidates(session, wanted)
            tickets = await read_tickets(session, clock.hpos, products, wanted, found)
            look = await with_orders(session, clock, products, managed, tickets)
            print_ = await self._fingerprint(session, clock, tickets, (), highest)
            return _Seen(products, look, highest, clock.now, print_)
        age = clock.now - before.look.clock.now + MARGIN_SECONDS
        since = Since(age, before.highest.post, _completed(before.look))
        tickets, print_ = before.look.rows.tickets, before.tickets
        changed = {int(post) for (post,) in await session.rows(session.sql.tickets_changed(before.highest.post, age))}
        if not changed.issubset(print_.posts) or not await unchanged(session, clock.hpos, print_):
            among = changed.union(ticket.id for ticket in tickets)
            posts = session.sql.candidates_by_id(sorted(among))
            tickets = await read_tickets(session, clock.hpos, products, wanted, [posts])
            print_ = await self._fingerprint(session, clock, tickets, changed, highest)
        look = await with_orders(session, clock, products, managed, tickets, since)
        return _Seen(products, look, highest, before.full_at, print_)

    async def _fingerprint(
        self,
        session: Session,
        clock: DatabaseClock,
        tickets: Collection[TicketRow],
        others: Collection[int],
        highest: _Highest,
    ) -> Fingerprint:
        """Of these tickets and other posts, and of the tickets' orders."""
        posts = {ticket.id for ticket in tickets}.union(others)
        orders = {ticket.order_id for ticket in tickets if ticket.order_id}
        return await take_fingerprint(session, clock.hpos, posts, orders, highest.meta)

    def _may_build_on(
        self,
        before: _Seen,
        products: tuple[ProductCells, ...],
        managed: frozenset[int],
        clock: DatabaseClock,
        highest: _Highest,
    ) -> bool:
        """Whether the look before is a base: same question, same storage, not too old, and time ran forward."""
        return (
            before.products == products
            and before.look.rows.managed == managed
            and before.look.clock.hpos == clock.hpos
            and before.look.clock.now <= clock.now < before.full_at + FULL_EVERY_SECONDS
            and before.highest.post <= highest.post
        )


def _completed(look: CountsSnapshot) -> tuple[int, ...]:
    """Completed orders that were seen without tickets: they may be so still without having changed."""
    orders = {row.order_id: row.status for row in look.rows.places}
    orders |= {row.order_id: row.status for row in look.rows.items}
    return tuple(sorted(order for order, status in orders.items() if status == "wc-completed"))
