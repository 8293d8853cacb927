"""WooCommerce REST wc/v3: Basic for reads, query-string credentials for writes."""

from __future__ import annotations

from collections.abc import Callable

from brcc_tui.model.catalogue import Product, Variation
from brcc_tui.model.permit import WritePermit

Progress = Callable[[int, int | None], None]


class WooCommerce:
    """Asynchronous client of one shop."""

    async def products(self, progress: Progress | None = None) -> list[Product]:
        """Every product (drafts too) with the meta keys that matter, pages in parallel after the first.

        Variable products come with their variations.
        """
        raise NotImplementedError

    async def product(self, product_id: int) -> Product:
        """One product, fresh."""
        raise NotImplementedError

    async def variations(self, product_id: int) -> list[Variation]:
        """The variations of a variable product."""
        raise NotImplementedError

    async def set_stock(self, permit: WritePermit, product_id: int, quantity: int) -> Product:
        """Write `stock_quantity` alone; `manage_stock` is never touched. Never retried."""
        raise NotImplementedError

    async def set_booking_text(
        self, permit: WritePermit, product_id: int, meta_id: int, text: str, cells: frozenset[str]
    ) -> Product:
        """Write the booking options, a string, to the meta row of that id. Never retried.

        `cells` are the listing ids whose stock the text changes; the permit must cover them all.
        """
        raise NotImplementedError

    async def close(self) -> None:
        """Give the connections back."""
        raise NotImplementedError
