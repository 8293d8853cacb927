"""The WordPress database, read only: tickets sold, places held, the site's own settings, named locks.

The table `wp_wc_order_product_addons_lookup` of the club's old design does not exist in WooCommerce or
FooEvents; tickets are posts of type `event_magic_tickets`, and this module reads those.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from brcc_tui.model.catalogue import Site
from brcc_tui.model.counts import Counts, ProductCells


class ProductLock:
    """A named lock of the database, held on a connection of its own."""

    async def still_ours(self) -> bool:
        """Whether the server still says that this connection holds it."""
        raise NotImplementedError

    async def release(self) -> None:
        """Let go; safe to call twice."""
        raise NotImplementedError


class WordPress:
    """A pool of at most 5 read-only connections."""

    async def site(self) -> Site:
        """The options that give the texts their meaning: date format, zone, currency, order storage."""
        raise NotImplementedError

    async def counts(self, products: Collection[ProductCells], *, by_order: bool = False) -> Counts:
        """Sold, held and pending of all cells of these products, in one consistent snapshot.

        `by_order` also names the live orders behind the numbers (for one product's decision).
        """
        raise NotImplementedError

    async def editors(self, product_ids: Collection[int]) -> Mapping[int, float]:
        """Seconds since the WordPress editor last touched each product that is open in it (< 150 s)."""
        raise NotImplementedError

    async def lock(self, product_id: int) -> ProductLock:
        """Take the product's named lock; raises `LockedElsewhere` naming the holder as far as it can be."""
        raise NotImplementedError

    async def close(self) -> None:
        """Give the connections back."""
        raise NotImplementedError
