"""The clients of one operator, over the shop in memory."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Collection, Iterable, Sequence

from brcc_tui.model.catalogue import MetaRow, Product, Site
from brcc_tui.model.changes.permit import WritePermit
from brcc_tui.model.counts import CellCount, CellKey, Counts, ProductCells, ProductCount
from brcc_tui.model.listings.from_catalogue import cells_to_count
from brcc_tui.model.stored_product import StoredProduct
from brcc_tui.platforms.errors import NotThere, Unclear
from brcc_tui.platforms.wordpress.counts import Snapshot
from brcc_tui.platforms.wordpress.locks import LockedElsewhere
from brcc_tui.platforms.wordpress.sql import LATELY_SECONDS, YOUNG_SECONDS
from tests.operations.changes.fake_wire import Request, VirtualClock, Wire
from tests.operations.changes.fakes import STOCK, FakeShop, Order, Shelf, _taken


@functools.lru_cache(maxsize=128)
def _to_count(products: tuple[Product, ...]) -> tuple[ProductCells, ...]:
    """What is asked for is the same as long as nobody has saved a product."""
    return cells_to_count(products)


class FakeWooCommerce:
    """Stands for the WooCommerce client of one operator."""

    def __init__(self, shop: FakeShop, wire: Wire, who: str = "us") -> None:
        self.shop, self.wire, self.who = shop, wire, who

    async def may_write(self) -> bool:
        if self.shop.key_silent:
            await asyncio.sleep(60)
        if self.shop.key_broken:
            raise Unclear("no answer came")
        return not self.shop.key_may_only_read

    async def product(self, product_id: int) -> Product:
        await self.wire.read("product")
        shelf = self.shop.products.get(product_id)
        if shelf is None:
            raise NotThere("no such product", subject=f"product {product_id}")
        answer = as_product(shelf)
        await self.wire.travel("product", self.wire.after)
        return answer

    async def products_by_id(self, product_ids: Sequence[int]) -> list[Product]:
        await self.wire.read("products")
        return [as_product(shelf) for id_ in product_ids if (shelf := self.shop.products.get(id_))]

    async def set_stock(self, permit: WritePermit, product_id: int, quantity: int) -> Product:
        permit.check(f"wc:{product_id}")
        shelf = self.shop.products[product_id]

        def commit() -> None:
            self._arrived("set_stock", quantity)
            self.shop._set_stock(shelf, quantity, self.hand)

        await self.wire.write("set_stock", commit)
        return as_product(shelf)

    async def set_booking_text(
        self, permit: WritePermit, product_id: int, meta_id: int, text: str, cells: frozenset[str]
    ) -> Product:
        permit.check(*cells)
        shelf = self.shop.products[product_id]
        assert meta_id == shelf.text_row()

        def commit() -> None:
            self._arrived("set_booking_text", text)
            self.shop._store(shelf, text, self.hand)

        await self.wire.write("set_booking_text", commit)
        return as_product(shelf)

    @property
    def hand(self) -> str:
        """Whose hand a number is changed by; a request that PHP finished late is told apart."""
        return f"{self.who}, late" if self.wire.is_late else self.who

    def _arrived(self, what: str, carried: object) -> None:
        now = asyncio.get_running_loop().time()
        self.shop.requests.append(Request(now, what, carried, self.who, self.wire.is_late))

    async def close(self) -> None:
        pass


class FakeLock:
    """A named lock of the database."""

    def __init__(self, shop: FakeShop, product: int) -> None:
        self.shop, self.product = shop, product
        shop.locks[product] = self

    async def still_ours(self) -> bool:
        await asyncio.sleep(0.001)
        return self.shop.locks.get(self.product) is self

    async def release(self) -> None:
        if self.shop.locks.get(self.product) is self:
            del self.shop.locks[self.product]


class FakeWordPress:
    """Stands for the database client of one operator: products and places are seen in one snapshot."""

    def __init__(self, shop: FakeShop, wire: Wire) -> None:
        self.shop, self.wire = shop, wire

    async def site(self, *, within: float = 0.0) -> Site:
        return self.shop.site

    async def snapshot(
        self, product_ids: Collection[int], *, by_order: bool = False, lock: FakeLock | None = None
    ) -> Snapshot:
        await self.wire.read("snapshot")
        seen = self._seen(product_ids, by_order)
        await self.wire.travel("snapshot", self.wire.after)
        return seen

    def _seen(self, product_ids: Collection[int], by_order: bool) -> Snapshot:
        now = asyncio.get_running_loop().time()
        found = {shelf.id: self._stored(shelf) for id_ in product_ids if (shelf := self.shop.products.get(id_))}
        asked = _to_count(tuple(each.product() for each in found.values()))
        counted = {product.product_id: self._count(product, now, by_order) for product in asked}
        return Snapshot(Counts(VirtualClock().now(), counted), found)

    def _stored(self, shelf: Shelf) -> StoredProduct:
        stored = {"_manage_stock": "yes" if shelf.manage_stock else "no", "_stock_status": shelf.stock_status}
        stored["_backorders"] = shelf.backorders
        if shelf.stock is not None:
            stored["_stock"] = str(shelf.stock)
        now = VirtualClock().now()
        if shelf.id in self.shop.editors:
            stored["_edit_lock"] = f"{int(now.timestamp() - self.shop.editors[shelf.id])}:1"
        meta = tuple(MetaRow(row, key, value) for row, (key, value) in shelf.rows.items())
        return StoredProduct(shelf.id, shelf.name, "publish", "simple", shelf.saved, now, meta, stored)

    def _count(self, product: ProductCells, now: float, by_order: bool) -> ProductCount:
        all_mine = [order for order in self.shop.orders.values() if order.product == product.product_id]
        mine = [order for order in all_mine if order.live]
        places: dict[int, dict[CellKey, int]] = {order.id: {order.cell or STOCK: _taken(order)} for order in mine}
        cells = {cell: _counted([order for order in mine if order.cell == cell]) for cell in product.cells}
        plain = [order for order in mine if order.cell is None]
        untaken = list(filter(_is_untaken, mine))
        return ProductCount(
            sold=_counted(mine if product.cells else plain).sold,
            held=_counted(plain).held,
            pending=sum(order.places for order in plain if not order.reduced),
            cells=cells,
            unplaced=any(now - order.born < YOUNG_SECONDS for order in untaken),
            in_progress=_in_progress(untaken, all_mine, now),
            astray={cell: many for cell, many in self.shop.astray.items() if cell in product.cells},
            orders={order: taken for order, taken in places.items() if any(taken.values())} if by_order else {},
        )

    async def lock(self, product_id: int, operator: str = "") -> FakeLock:
        await self.wire.read("lock")
        if product_id in self.shop.locks:
            raise LockedElsewhere(product_id, 7, "ann@10.0.0.2", 3)
        return FakeLock(self.shop, product_id)

    async def close(self) -> None:
        pass


def _counted(orders: Sequence[Order]) -> CellCount:
    sold = sum(order.valid for order in orders)
    return CellCount(sold, sum(map(_taken, orders)) - sold)


def _in_progress(untaken: Iterable[Order], ended: Iterable[Order], now: float) -> frozenset[int]:
    """Orders that were just being placed, or ended."""
    begun = {order.id for order in untaken if now - order.born < LATELY_SECONDS}
    return frozenset(begun | {order.id for order in ended if now - order.ended < LATELY_SECONDS})


def _is_untaken(order: Order) -> bool:
    """Whether it has not yet lowered what it will."""
    return not order.placed if order.cell else order.paid and not order.reduced


def as_product(shelf: Shelf) -> Product:
    """What the REST answer becomes."""
    return Product(
        id=shelf.id,
        name=shelf.name,
        status="publish",
        type="simple",
        manage_stock=shelf.manage_stock,
        stock_quantity=shelf.stock,
        stock_status=shelf.stock_status,
        meta=tuple(MetaRow(row, key, value) for row, (key, value) in shelf.rows.items()),
        saved=shelf.saved,
        backorders=shelf.backorders,
    )
