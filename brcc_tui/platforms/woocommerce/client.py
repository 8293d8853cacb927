"""WooCommerce REST wc/v3: Basic for reads, query-string credentials for writes, unless the settings say otherwise.

This module is light: httpx and pydantic are loaded beside the screens, when the first request is made.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from brcc_tui.logs import keep_secret
from brcc_tui.model.catalogue import Product, Variation
from brcc_tui.model.changes.permit import WritePermit
from brcc_tui.model.failure import Failure
from brcc_tui.model.fooevents.booking_text import META_KEY, parse_booking_text
from brcc_tui.model.listing_id import CellId
from brcc_tui.platforms.errors import PlatformError, Rejected
from brcc_tui.platforms.http.on_demand import OnDemand
from brcc_tui.platforms.progress import Progress
from brcc_tui.platforms.timings import Timings
from brcc_tui.settings import WooCommerceSettings

if TYPE_CHECKING:
    from brcc_tui.platforms.http.client import Http
    from brcc_tui.platforms.http.lean_httpx import httpx


class WooCommerce:
    """Asynchronous client of one shop.

    Every method raises `PlatformError`; after a write `Unclear` is one that nobody knows the fate of.
    """

    def __init__(
        self,
        settings: WooCommerceSettings,
        *,
        ca_file: Path | None = None,
        timings: Timings | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Nothing is sent or loaded yet. `sleep` and `transport` are for tests."""
        keep_secret(settings.key, settings.secret)
        self._settings = settings
        self._ca_file = ca_file
        self._timings = timings or Timings()
        self._sleep = sleep
        self._transport = transport
        self._connection = OnDemand(self._connect)
        self._may_write = False

    @property
    def requests(self) -> int:
        """HTTP requests sent so far."""
        return self._connection.requests

    async def products(self, progress: Progress | None = None) -> tuple[list[Product], list[Failure]]:
        """Every product (drafts too) with the meta keys that matter; and those that could not be read.

        Variable products come with their variations. A page that cannot be read raises: a part of the list
        must not pass for the whole.
        """
        http = await self._connection.http()
        from brcc_tui.platforms.woocommerce.calls import all_products

        return await all_products(http, progress)

    async def product(self, product_id: int) -> Product:
        """One product, fresh; a variable one with its variations."""
        http = await self._connection.http()
        from brcc_tui.platforms.woocommerce.calls import product

        return await product(http, product_id)

    async def products_by_id(self, product_ids: Sequence[int]) -> list[Product]:
        """Those of these products that a list tells in full, a request for a hundred; the others are for `product`."""
        http = await self._connection.http()
        from brcc_tui.platforms.woocommerce.by_id import products_by_id

        return await products_by_id(http, product_ids)

    async def variations(self, product_id: int) -> list[Variation]:
        """The variations of a variable product."""
        http = await self._connection.http()
        from brcc_tui.platforms.woocommerce.calls import variations

        return await variations(http, product_id)

    async def set_stock(self, permit: WritePermit, product_id: int, quantity: int) -> Product:
        """Write `stock_quantity` alone; `manage_stock` is never touched. Never retried.

        The answer comes without variations.
        """
        permit.check(f"wc:{product_id}")
        http = await self._connection.http()
        from brcc_tui.platforms.woocommerce.calls import change_product

        return await change_product(http, product_id, {"stock_quantity": quantity}, self._settings.write_method)

    async def set_booking_text(
        self, permit: WritePermit, product_id: int, meta_id: int, text: str, cells: frozenset[str]
    ) -> Product:
        """Write the booking options, a string, to the meta row of that id. Never retried.

        `cells` are the listing ids whose stock the text changes; the permit must cover them all. Raises `Rejected`,
        with nothing sent, where the text does not hold each of them.
        """
        permit.check(*cells)
        found = {str(CellId(product_id, *cell.key)) for cell in parse_booking_text(text).cells}
        if not cells or not cells <= found:
            raise Rejected(
                "this booking text does not hold the dates that it is to change",
                code="invalid_text",
                subject=f"WooCommerce, product {product_id}",
                still_works="nothing was sent",
            )
        http = await self._connection.http()
        from brcc_tui.platforms.woocommerce.calls import change_product

        fields = {"meta_data": [{"id": meta_id, "key": META_KEY, "value": text}]}
        return await change_product(http, product_id, fields, self._settings.write_method)

    async def check(self) -> None:
        """Ask something small; raises what is wrong."""
        http = await self._connection.http()
        from brcc_tui.platforms.woocommerce.ways import ask_least

        await ask_least(http)

    async def write_permission(self) -> bool:
        """Whether the key may write (a read-only key may not). Changes nothing; raises what else is wrong.

        `WritesBlocked` says that the key was not even asked: the host lets no such request through.
        """
        http = await self._connection.http()
        from brcc_tui.platforms.woocommerce.ways import WRITE_METHODS, write_permission

        otherwise = self._settings.read_auth == "query" and self._settings.write_auth != "query"
        return await write_permission(http, WRITE_METHODS[self._settings.write_method], shows_key_otherwise=otherwise)

    async def reads_by_address(self) -> bool:
        """Whether the key is accepted in the address where it is not in the header, which the host then takes away."""
        if self._settings.read_auth == "query":
            return False
        other = WooCommerce(
            dataclasses.replace(self._settings, read_auth="query"),
            ca_file=self._ca_file,
            timings=self._timings,
            sleep=self._sleep,
            transport=self._transport,
        )
        try:
            await other.check()
        except PlatformError:
            return False
        finally:
            await other.close()
        return True

    async def open_write_method(self) -> str | None:
        """A value of `WOOCOMMERCE_WRITE_METHOD` by which requests get through, not the present one; None: none."""
        http = await self._connection.http()
        from brcc_tui.platforms.woocommerce.ways import open_write_method

        return await open_write_method(http, self._settings.write_method)

    async def may_write(self) -> bool:
        """Whether the key may write, as `write_permission` finds out, which is asked until it has once said yes.

        A plan that the shop cannot carry out need not be confirmed.
        """
        self._may_write = self._may_write or await self.write_permission()
        return self._may_write

    async def close(self) -> None:
        await self._connection.close()

    def _connect(self) -> Http:
        from brcc_tui.platforms.woocommerce.calls import connect_woocommerce

        return connect_woocommerce(self._settings, self._ca_file, self._timings, self._sleep, self._transport)
