"""Counts for a screen that looks again and again: later looks read only what can have changed.

Never for a decision. A look equals a full one, except that a ticket which was edited behind WordPress's back
(its texts changed without its post being saved) may join a cell only at the next full look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from brcc_tui.model.counting import Relevant, TicketRow, relevant
from brcc_tui.model.counts import Counts, ProductCells
from brcc_tui.platforms.wordpress_counts import (
    Look,
    candidates,
    read_clock,
    read_managed,
    read_tickets,
    with_orders,
)
from brcc_tui.platforms.wordpress_pool import Connections, Row, Session
from brcc_tui.platforms.wordpress_sql import Since, Sql

FULL_EVERY_SECONDS = 600
MARGIN_SECONDS = 300
"""Web server and database may disagree on the time by so much before a change is overlooked."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """The look before: for which products, what it saw, and the highest post id then.

    `prints` are the fingerprints of the posts `among` which its tickets were found.
    """

    products: tuple[ProductCells, ...]
    look: Look
    highest: int
    full_at: int
    among: frozenset[int]
    prints: tuple[Row, ...]


class LiveCounts:
    """Looks at the counts of the same products, cheaply after the first time. For views only."""

    def __init__(self, connections: Connections, sql: Sql) -> None:
        self._connections = connections
        self._sql = sql
        self._seen: _Seen | None = None

    async def look(self, products: Collection[ProductCells]) -> Counts:
        """The counts now. The first look, one at other products, and one every ten minutes read everything."""
        asked = tuple(products)
        before, self._seen = self._seen, None
        async with self._connections.session() as session, session.snapshot():
            self._seen = await self._look(session, asked, before)
        return await asyncio.to_thread(self._seen.look.counts, asked)

    async def _look(self, session: Session, products: tuple[ProductCells, ...], before: _Seen | None) -> _Seen:
        clock = await read_clock(session, self._sql)
        managed = await read_managed(session, self._sql, products)
        wanted = relevant(products, managed)
        ((highest,),) = await session.rows(self._sql.highest())
        if before is None or not self._may_build_on(before, products, managed, clock.hpos, clock.now, int(highest)):
            found = candidates(self._sql, wanted)
            tickets = await read_tickets(session, self._sql, clock.hpos, products, wanted, found)
            look = await with_orders(session, self._sql, clock, products, managed, tickets)
            among = frozenset(ticket.id for ticket in tickets)
            prints = await self._prints(session, clock.hpos, among, tickets)
            return _Seen(products, look, int(highest), clock.now, among, prints)
        age = clock.now - before.look.clock.now + MARGIN_SECONDS
        since = Since(age, before.highest, _completed(before.look))
        tickets, among, prints = await self._tickets_again(session, clock.hpos, products, wanted, before, age)
        look = await with_orders(session, self._sql, clock, products, managed, tickets, since)
        return _Seen(products, look, int(highest), before.full_at, among, prints)

    async def _tickets_again(
        self,
        session: Session,
        hpos: bool,
        products: tuple[ProductCells, ...],
        wanted: Relevant,
        before: _Seen,
        age: int,
    ) -> tuple[tuple[TicketRow, ...], frozenset[int], tuple[Row, ...]]:
        """The tickets now, the posts among which they are, and their fingerprints.

        While there is no other post to look at and the fingerprints are the same, they are those of the look before.
        """
        tickets = before.look.rows.tickets
        changed = {int(post) for (post,) in await session.rows(self._sql.tickets_changed(before.highest, age))}
        if changed <= before.among and await self._prints(session, hpos, before.among, tickets) == before.prints:
            return tickets, before.among, before.prints
        among = frozenset(changed.union(ticket.id for ticket in tickets))
        found = self._sql.candidates_by_id(sorted(among))
        tickets = await read_tickets(session, self._sql, hpos, products, wanted, found)
        return tickets, among, await self._prints(session, hpos, among, tickets)

    async def _prints(
        self, session: Session, hpos: bool, posts: Collection[int], tickets: Iterable[TicketRow]
    ) -> tuple[Row, ...]:
        """The fingerprints of these posts, and of the orders of these tickets."""
        orders = {ticket.order_id for ticket in tickets if ticket.order_id}
        of_posts = await session.rows(self._sql.tickets_print(sorted(posts)))
        return (*of_posts, *await session.rows(self._sql.orders_print(hpos, sorted(orders))))

    def _may_build_on(
        self,
        before: _Seen,
        products: tuple[ProductCells, ...],
        managed: frozenset[int],
        hpos: bool,
        now: int,
        highest: int,
    ) -> bool:
        """Whether the look before is a base: same question, same storage, not too old, and time ran forward."""
        return (
            before.products == products
            and before.look.rows.managed == managed
            and before.look.clock.hpos == hpos
            and before.look.clock.now <= now < before.full_at + FULL_EVERY_SECONDS
            and before.highest <= highest
        )


def _completed(look: Look) -> tuple[int, ...]:
    """Completed orders that were seen without tickets: they may be so still without having changed."""
    orders = {row.order_id: row.status for row in look.rows.places}
    orders |= {row.order_id: row.status for row in look.rows.items}
    return tuple(sorted(order for order, status in orders.items() if status == "wc-completed"))
