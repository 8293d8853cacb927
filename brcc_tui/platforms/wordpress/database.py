"""The WordPress database, read only: tickets sold, places held, the site's own settings, named locks.

The table `wp_wc_order_product_addons_lookup` of the club's old design does not exist in WooCommerce or
FooEvents; tickets are posts of type `event_magic_tickets`, and this module reads those.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from brcc_tui.clock import steady_seconds, system_now
from brcc_tui.model.catalogue import Site
from brcc_tui.model.counts import CellKey, CellTexts, Counts, ProductCells
from brcc_tui.model.drift import DriftCause, drift_causes, stock_causes
from brcc_tui.model.stored_product import EDITOR_SECONDS, editor_heard_at
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress import locks
from brcc_tui.platforms.wordpress.counts import Snapshot, full_look, whole_snapshot
from brcc_tui.platforms.wordpress.drift import read_stock_traces, read_traces
from brcc_tui.platforms.wordpress.errors import CANNOT_READ, DENIED
from brcc_tui.platforms.wordpress.live import LiveCounts
from brcc_tui.platforms.wordpress.locks import ProductLock
from brcc_tui.platforms.wordpress.options import SITE_SECONDS
from brcc_tui.platforms.wordpress.order_texts import Wanted
from brcc_tui.platforms.wordpress.orders import Orders, read_orders
from brcc_tui.platforms.wordpress.pace import PlaceOfSale, read_sales
from brcc_tui.platforms.wordpress.pool import Connections
from brcc_tui.platforms.wordpress.session_sql import CHECK
from brcc_tui.platforms.wordpress.site import DatabaseServer, read_server, read_site
from brcc_tui.platforms.wordpress.stored_products import read_stored_products
from brcc_tui.settings import WordPressSettings


class WordPress:
    """A pool of at most 5 read-only connections, and one more for every lock held.

    Nothing is connected before the first question. Every method raises `DatabaseError`.
    `site` is what lock names call the site: the same for every computer that works on it. Without it the
    database's and tables' names are taken, which all computers share.
    """

    def __init__(
        self,
        settings: WordPressSettings,
        *,
        site: str | None = None,
        ca_file: Path | None = None,
        timings: Timings | None = None,
        now: Callable[[], dt.datetime] = system_now,
    ) -> None:
        self._connections = Connections(settings, ca_file=ca_file, timings=timings or Timings())
        self._site_seen: tuple[float, Site] | None = None
        self._site_beside: tuple[float, Site] | None = None  # the same, but for what this account may do
        self._now = now
        self._site = site or f"{settings.name}.{settings.prefix}"

    @property
    def queries(self) -> int:
        """Statements sent so far."""
        return self._connections.statements

    async def check(self) -> None:
        """Ask the server for the least there is; raises what is wrong."""
        async with self._connections.session() as session:
            await session.rows(CHECK)

    async def site(self, *, within: float = 0.0) -> Site:
        """The options that give the texts their meaning: date format, zone, currency, order storage.

        What was answered no longer than `within` seconds ago is not asked for again.
        """
        now = steady_seconds()
        if (known := self._known_site(within)) is not None:
            return known
        async with self._connections.session() as session:
            site = await read_site(session)
        self._site_seen = now, site
        return site

    def forget_site(self) -> None:
        """Somebody else has asked the site since: what it said here before is not to stand against that."""
        self._site_seen = self._site_beside = None

    async def server(self) -> DatabaseServer:
        """How the connection is protected, and the server's clock."""
        async with self._connections.session() as session:
            return await read_server(session)

    async def snapshot(
        self,
        product_ids: Collection[int],
        known: Collection[ProductCells] = (),
        *,
        by_order: bool = False,
        lock: ProductLock | None = None,
        with_others: bool = False,
    ) -> Snapshot:
        """These products as stored, with their places taken, in one consistent snapshot: what decisions are made on.

        A product that the database does not have is missing. Places of cells `known` of before are counted too,
        whether or not they are there still, and `with_others` those of other products with tickets of dates to come, of
        which the shop may have told nothing. `by_order` as for `counts`; then the site is told as well, with the
        threshold of this moment. With a `lock` the connection is asked on which it is held: what is answered was seen
        by who has the lock.
        """
        site = self._known_site(SITE_SECONDS) or self._known_beside()
        with_site = by_order and site is None
        async with self._connections.session() if lock is None else lock.session() as session:
            seen = await whole_snapshot(
                session,
                product_ids,
                by_order=by_order,
                known=known,
                with_site=with_site,
                with_others=with_others,
            )
        if seen.site is not None and seen.site.translated_by is None:
            self._site_beside = steady_seconds(), seen.site
        if not by_order or site is None:
            return seen
        return replace(seen, site=site if seen.none_at == site.none_at else replace(site, none_at=seen.none_at or 0))

    def _known_site(self, within: float) -> Site | None:
        asked_at, site = self._site_seen or (0.0, None)
        return site if steady_seconds() - asked_at < within else None

    def _known_beside(self) -> Site | None:
        asked_at, site = self._site_beside or (0.0, None)
        return site if steady_seconds() - asked_at < SITE_SECONDS else None

    async def try_counting(self) -> None:
        """Read every table that a count needs, of a product that no shop has; raises what fails."""
        nothing = ProductCells(0, {("none", "none"): CellTexts(("none",), "none")})
        async with self._connections.session() as session:
            look = await full_look(session, [nothing])
            await read_stored_products(session, [0], look.taken_at)
            hpos = look.clock.hpos
            for query in (session.sql.details(hpos, [0], [0], places=True), session.sql.ticketed([0])):
                await session.rows(query)

    async def counts(self, products: Collection[ProductCells], *, by_order: bool = False) -> Counts:
        """Sold, held and pending of all cells of these products, in one consistent snapshot.

        Everything is read, at whatever cost, for cells that somebody else's answer named.
        `by_order` also names the live orders behind the numbers (for one product's decision).
        """
        if not products:
            return Counts(taken_at=self._now(), products={})
        async with self._connections.session() as session:
            look = await full_look(session, products)
        return await asyncio.to_thread(look.counts, products, by_order=by_order)

    def live_counts(self) -> LiveCounts:
        """Counts for a view that looks again and again; never for a decision."""
        return LiveCounts(self._connections)

    async def drift_causes(self, product_id: int, cell: CellKey, drift: int) -> tuple[DriftCause, ...]:
        """The orders whose traces fit a cell that has `drift` seats more than it should; see `model.drift`."""
        async with self._connections.session() as session:
            return drift_causes(await read_traces(session, product_id, cell), drift)

    async def stock_causes(self, product_id: int, drift: int) -> tuple[DriftCause, ...]:
        """The same for a product's own stock."""
        async with self._connections.session() as session:
            return stock_causes(await read_stock_traces(session, product_id), drift)

    async def sales_by_day(
        self, places: Collection[PlaceOfSale], products: Collection[ProductCells] = ()
    ) -> Mapping[PlaceOfSale, Mapping[dt.date | None, int]]:
        """Seats sold per day of the site's calendar, for cells (product, (slot, date)), variations and whole products.

        `products`, and the day None, as for `read_sales`.
        """
        if not places:
            return {}
        async with self._connections.session() as session:
            return await read_sales(session, places, products)

    async def orders(
        self, products: Collection[ProductCells], *, names: bool = False, between: tuple[int, int] | None = None
    ) -> Orders:
        """Every order of these products' cells, as it was at one instant: its lines, refunds, tickets or places.

        `between` as for `read_orders`. What the account may not read of all that is left out, and named.
        """
        wanted, left_out = Wanted(names=names, buyer=names), list[str]()
        while True:
            try:
                async with self._connections.session() as session:
                    found = await read_orders(session, products, wanted=wanted, between=between)
            except DatabaseError as denied:
                less = wanted.less(denied.happened) if denied.code in CANNOT_READ else None
                if less is None:
                    raise
                wanted, words = less
                left_out.append(f"{words}: {denied.happened}. {denied.next_step}")
            else:
                return replace(found, left_out=tuple(left_out))

    async def try_orders(self) -> tuple[str, ...]:
        """What the account may not read of orders, in sentences; asked about a product that no shop has.

        A table or column that is not there is not named: nobody can be let to read it.
        """
        nothing = ProductCells(0, {("none", "none"): CellTexts(("none",), "none")})
        try:
            found = await self.orders([nothing], names=True)
        except DatabaseError as error:
            return (f"orders and their amounts cannot be read: {error}",) if error.code in DENIED else ()
        return tuple(words for words in found.left_out if "may not read" in words)

    async def editors(self, product_ids: Collection[int]) -> Mapping[int, float]:
        """Seconds since the WordPress editor last touched each product that is open in it (< 150 s).

        By the database's clock, which the editor's own lock is written by as well.
        """
        async with self._connections.session() as session:
            rows = await session.rows(session.sql.editors(sorted(product_ids)))
        ages = {}
        for product, value, now in rows:
            since = editor_heard_at(str(value or ""))
            if since is not None and int(now) - since < EDITOR_SECONDS:
                ages[int(product)] = float(max(0, int(now) - since))
        return ages

    async def lock(self, product_id: int, operator: str = "") -> ProductLock:
        """Take the product's named lock; raises `LockedElsewhere` naming the holder as far as it can be.

        `operator` is what others are told who have to wait for it.
        """
        return await locks.take_lock(self._connections, self._site, product_id, operator)

    async def close(self) -> None:
        await self._connections.close()
