"""Where truth comes from: the very row that will be written, seen in one snapshot with the places taken."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from brcc_tui.model.catalogue import Product
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.model.stored_product import StoredProduct
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.platforms.wordpress.counts import Snapshot
from tests.operations.changes.fake_clients import FakeWooCommerce, FakeWordPress
from tests.operations.changes.fakes import FakeShop, Order, Shelf
from tests.operations.changes.guard_world import database_tells
from tests.operations.changes.operators import Operator, World, go
from tests.operations.changes.virtual_time import run

CELL, OTHER, SINGLE = "wc:4061:aaa:ddd", "wc:4061:aaa:eee", "wc:31907"


def world() -> World:
    made = World()
    made.shop.add_bookings(4061, {("aaa", "ddd"): 10, ("aaa", "eee"): 10})
    made.shop.add_single(31907, 10)
    return made


@dataclass
class Cached:
    """A cache before REST: answers as they were up to a minute ago. With `purge` a write empties it."""

    real: FakeWooCommerce
    purge: bool
    kept: dict[int, tuple[float, Product]] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def product(self, product_id: int) -> Product:
        now = asyncio.get_running_loop().time()
        if product_id not in self.kept or now - self.kept[product_id][0] > 60:
            self.kept[product_id] = (now, await self.real.product(product_id))
        return self.kept[product_id][1]

    async def set_booking_text(self, *given: Any, **more: Any) -> Product:
        if self.purge:
            self.kept.clear()
        return await self.real.set_booking_text(*given, **more)


def with_cache(operator: Operator, *, purge: bool) -> None:
    real = operator.club.woocommerce
    assert isinstance(real, FakeWooCommerce)
    operator.club = replace(operator.club, woocommerce=Cached(real, purge))  # type: ignore[arg-type]


@pytest.mark.parametrize("purge", [True, False])
@pytest.mark.parametrize("from_rest", [True, False], ids=["from REST: seats are sold twice", "from the row"])
def test_a_cached_answer_of_the_shop_is_never_what_is_written(
    monkeypatch: pytest.MonkeyPatch, purge: bool, from_rest: bool
) -> None:
    """A dashboard has filled the cache; then another date sells, and our text is made."""
    if from_rest:
        whole = StoredProduct.product
        monkeypatch.setattr(StoredProduct, "product", lambda stored, told=None: told or whole(stored))
        monkeypatch.setattr("brcc_tui.operations.changes.verify_woocommerce.MAX_ROUNDS", 0)

    async def story() -> None:
        club = world()
        with_cache(club.us, purge=purge)
        assert club.us.club.woocommerce is not None
        await club.us.club.woocommerce.product(4061)
        go(club.shop.sale(OTHER, 3))
        await asyncio.sleep(15)
        plan = await club.us.plan((CELL, 12))
        (change,) = (await club.us.apply(plan)).changes
        if from_rest:
            assert club.shop.number(OTHER) == 10, "three seats of the other date are on sale again"
            return
        assert change.outcome is Outcome.SETTLED
        assert (club.shop.number(OTHER), club.implied(OTHER), club.implied(CELL)) == (7, 10, 12)
        assert any("cache" in warning for warning in plan.changes[0].warnings)

    run(story())


def test_a_difference_of_a_moment_is_a_sale_and_no_cache() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.after["product"].append(lambda: go(club.shop.sale(OTHER, 2)))
        (change,) = (await club.us.plan((CELL, 12))).changes
        assert not any("cache" in warning for warning in change.warnings)

    run(story())


def test_nothing_is_written_from_texts_whose_letters_differ_from_the_shops() -> None:
    """The database's tables are of another character set, or the shop's answer is older than a new date."""

    async def story() -> None:
        club = world()
        shelf = club.shop.products[4061]
        shelf.text = shelf.text.replace("aaa Show", "Soirée")
        garbled = FakeShop()  # the same product as other tables show it
        garbled.products[4061] = replace(shelf, rows={**shelf.rows, 9003: (shelf.rows[9003][0], mangled(shelf.text))})
        database = FakeWordPress(garbled, club.us.wire)
        club.us.club = replace(club.us.club, wordpress=database)  # type: ignore[arg-type]
        plan = await club.us.plan((CELL, 12))
        assert [refusal.code.value for refusal in plan.refused] == ["sold_unknown"]
        assert "characters" in plan.refused[0].reason

    run(story())


def mangled(text: str) -> str:
    return text.encode().decode("latin-1")


class Lagging(FakeWordPress):
    """A database that shows everything as it was so many seconds ago, or says itself that it follows another one."""

    def __init__(self, real: FakeWordPress, seconds: float = 0.0, *, says_so: bool = False) -> None:
        super().__init__(real.shop, real.wire)
        self.seconds, self.says_so = seconds, says_so
        self.before: list[tuple[float, dict[int, Shelf], dict[int, Order]]] = []
        self.note()
        real.shop.watchers.append(self.note)

    def note(self) -> None:
        now = asyncio.get_running_loop().time()
        self.before.append((now, copy.deepcopy(self.shop.products), copy.deepcopy(self.shop.orders)))

    def _seen(self, product_ids: Collection[int], by_order: bool) -> Snapshot:
        moment, shop = asyncio.get_running_loop().time() - self.seconds, self.shop
        present = shop.products, shop.orders
        if self.seconds:
            _, shop.products, shop.orders = next(
                (state for state in reversed(self.before) if state[0] <= moment), self.before[0]
            )
        try:
            seen = super()._seen(product_ids, by_order)
        finally:
            shop.products, shop.orders = present
        return replace(seen, counts=replace(seen.counts, replica=self.says_so))


def lagging(operator: Operator, seconds: float = 0.0, *, says_so: bool = False) -> Lagging:
    real = operator.club.wordpress
    assert isinstance(real, FakeWordPress)
    found = Lagging(real, seconds, says_so=says_so)
    operator.club = replace(operator.club, wordpress=found)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("listing", [CELL, SINGLE])
def test_a_replica_decides_nothing(listing: str) -> None:
    async def story() -> None:
        club = world()
        lagging(club.us, says_so=True)
        plan = await club.us.plan((listing, 12), ChangeRequest(OTHER, Action.CLOSE))
        assert [refusal.code.value for refusal in plan.refused] == ["replica", "replica"]
        assert "WORDPRESS_DB_HOST" in plan.refused[0].reason
        assert club.shop.requests == []

    run(story())


@pytest.mark.parametrize("listing", [CELL, SINGLE])
def test_a_snapshot_that_lacks_what_we_wrote_is_no_look(listing: str) -> None:
    """The server does not say that it lags: that our own write is missing says it."""

    async def story() -> None:
        club = world()
        await asyncio.sleep(200)
        await club.us.set((listing, 12))
        await asyncio.sleep(200)
        lagging(club.us, 30.0)
        await club.us.set((listing, 15), settle=False)
        with pytest.raises(Exception, match="lags behind"):
            await DecisionReader(club.us.club).look(subject_of(listing))
        them = club.same_folder()
        them.club = replace(them.club, wordpress=club.us.club.wordpress)
        plan = await them.plan((listing, 16))
        assert [refusal.code.value for refusal in plan.refused] == ["replica"]
        await asyncio.sleep(40)
        assert (await club.us.plan((listing, 16))).changes[0].before.capacity == 15

    run(story())


@pytest.mark.parametrize(("listing", "by"), [(CELL, "sale"), (SINGLE, "sale"), (CELL, "staff"), (SINGLE, "staff")])
def test_a_database_that_lacks_what_the_shop_itself_tells_decides_nothing(listing: str, by: str) -> None:
    """A copy of the shop's database, or one that lags and does not say so: REST knows of what it has not heard of."""

    async def story() -> None:
        club = world()
        lagging(club.us, 3600.0)
        await asyncio.sleep(100)
        go(club.shop.sale(listing, 3) if by == "sale" else club.shop.staff(listing, 25))
        await asyncio.sleep(100)
        (refusal,) = (await club.us.plan((listing, 12))).refused
        assert refusal.code.value == "replica"
        assert "WORDPRESS_DB_HOST" in refusal.reason
        assert club.shop.requests == []

    run(story())


def test_nothing_is_written_while_the_places_of_an_order_cannot_be_read() -> None:
    async def story() -> None:
        club = world()

        def unreadable(seen: Snapshot) -> Snapshot:
            count = replace(seen.counts.products[4061], unreadable_orders=(5007,))
            return replace(seen, counts=replace(seen.counts, products={4061: count}))

        database_tells(club, unreadable)
        (refusal,) = (await club.us.plan((CELL, 20))).refused
        assert "the places of order 5007 cannot be read" in refusal.reason

    run(story())
