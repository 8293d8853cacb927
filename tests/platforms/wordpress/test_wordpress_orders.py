"""The one question for orders and their money, on MariaDB and MySQL, orders in posts and in tables of their own."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from brcc_tui.model.counts import STOCK
from brcc_tui.model.listings.from_catalogue import cells_to_count
from brcc_tui.model.money.records import Person
from brcc_tui.model.money.shares import ENDED_UNREFUNDED, NO_ORDER, Part, parts
from brcc_tui.operations.money.places import candidate_listings
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress.database import WordPress
from brcc_tui.platforms.wordpress.drift import read_traces
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.world.make import make_world
from brcc_tui.sandbox.world.types import Life, OrderSpec, World
from brcc_tui.settings_checks import settings_from
from tests.mariadb.fixtures import on_every_server, running_server
from tests.mariadb.mirror import Mirror
from tests.mariadb.server import Kind
from tests.practice import SHORT
from tests.takings import takings

pytestmark = [pytest.mark.xdist_group("mariadb"), pytest.mark.real_clock, on_every_server]

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
EACH = 24
"""Orders of each kind: enough to be in the others' way."""


@functools.cache
def small_world() -> World:
    """A world with some orders of each kind, two of a plain stock without tickets."""
    world = make_world(4, 1, NOW.date(), **SHORT)
    kinds: dict[tuple[object, ...], list[OrderSpec]] = defaultdict(list)
    pairs = {each.together for each in world.orders if each.together}
    for each in world.orders:
        kind = (each.life, bool(each.refunds), bool(each.fee_cents), bool(each.date_id))
        if not each.together:
            kinds[kind].append(each)
    some = [each for those in kinds.values() for each in those[:EACH]]
    some += [each for each in world.orders if each.together in sorted(pairs)[: 2 * EACH]]
    undated = next(x for x in world.orders if not x.date_id and x.life is Life.COMPLETED)
    waiting = [
        dataclasses.replace(undated, life=Life.PROCESSING, refunds=(), fee_cents=0, together=0) for _ in range(2)
    ]
    orders = tuple(sorted((*some, *waiting), key=lambda order: order.placed_at))
    return dataclasses.replace(world, orders=orders)


@functools.cache
def site(hpos: bool) -> tuple[World, WordPressSite]:
    """The practice site of that world, with its orders in tables of their own or in posts."""
    world = small_world()
    world = dataclasses.replace(world, site=dataclasses.replace(world.site, hpos=hpos))
    there = WordPressSite(world.site, clock=lambda: NOW)
    for product in world.products:
        there.add_product(product)
    there.place_orders(world.orders)
    return world, there


@dataclass
class There:
    """The practice site, on a real server."""

    world: World
    wordpress: WordPress
    mirror: Mirror

    async def orders(self, *, names: bool = False, between: tuple[int, int] | None = None, only: int | None = None):
        ids = [product.id for product in self.world.products if only in (None, product.id)]
        found = (await self.wordpress.snapshot(ids)).products
        cells = cells_to_count([each.product() for each in found.values()])
        return cells, await self.wordpress.orders(cells, names=names, between=between)


@functools.cache
def mirrored(kind: Kind, hpos: bool) -> tuple[World, Mirror]:
    """The site on that server, once for all tests: they only read."""
    world, there = site(hpos)
    mirror = Mirror(running_server(kind), there.database)
    # A shop's server knows its tables; of those that were filled this second it takes every index for useless.
    for table in ("posts", "postmeta", "woocommerce_order_items", "woocommerce_order_itemmeta", "wc_orders_meta"):
        mirror.rows(f"ANALYZE TABLE wp_{table}")
    return world, mirror


@pytest_asyncio.fixture(params=["tables", "posts"])
async def there(request: pytest.FixtureRequest, server_kind: Kind) -> AsyncIterator[There]:
    world, mirror = mirrored(server_kind, request.param == "tables")
    settings = settings_from(mirror.settings()).wordpress
    assert settings is not None
    wordpress = WordPress(settings)
    yield There(world, wordpress, mirror)
    await wordpress.close()


async def test_every_show_to_the_cent(there: There) -> None:
    cells, found = await there.orders()
    products = {each.product_id: each for each in cells}
    sums: dict[str | None, list[int]] = defaultdict(lambda: [0, 0])
    unknown = set()
    for record in found.records:
        for part in parts(record, products):
            if part.amount is None or part.tax_left is None:
                unknown.add(part.unknown)
                continue
            named = [there.world.truth[listing] for listing in candidate_listings(part) if listing in there.world.truth]
            show = named[0] if named else None
            sums[show][0] += int(part.amount * 100)
            sums[show][1] += int(part.tax_left * 100)
    truth = {show: [till.gross, till.tax] for show, till in takings(there.world).items()}
    assert {show: two for show, two in sums.items() if two != [0, 0]} == {
        show: two for show, two in truth.items() if two != [0, 0]
    }
    assert unknown == {ENDED_UNREFUNDED, NO_ORDER}
    assert found.hpos == there.world.site.hpos


async def test_it_is_one_statement_with_names_or_without(there: There) -> None:
    _, without = await there.orders()
    before = there.wordpress.queries
    cells, named = await there.orders(names=True)
    asked = there.wordpress.queries
    await there.wordpress.orders(cells)
    assert there.wordpress.queries - asked == 4
    assert asked > before
    assert not any(record.people or record.buyer for record in without.records)
    there_still = [record for record in named.records if record.status]
    for record in there_still:
        assert record.buyer is not None
        assert (bool(record.buyer.name), record.buyer.email) == (True, f"buyer{record.id}@example.com")
    assert any(not record.people for record in there_still), "who has no ticket is named all the same"
    people = {person for record in named.records for person in record.people.values()}
    assert len({person.name for person in people}) > 20
    assert all(isinstance(person, Person) and "@example.com" in person.email for person in people)


async def test_tickets_of_a_time_are_found_whatever_the_shop_lists(there: There) -> None:
    order = next(x for x in there.world.orders if x.life is Life.COMPLETED and x.date_id)
    other = next(product.id for product in there.world.products if product.id != order.product_id)
    start = dt.datetime.fromisoformat(
        (there.world.truth[f"wc:{order.product_id}:{order.slot_id}:{order.date_id}"] or "").partition("@")[0]
    ).replace(tzinfo=dt.UTC)
    second = int(start.timestamp())
    _, there_too = await there.orders(only=other, between=(second, second))
    _, elsewhere = await there.orders(only=other, between=(second + 1, second + 60))
    cells = {(x.product_id, x.slot_id, x.date_id) for record in there_too.records for x in record.tickets}
    assert (order.product_id, order.slot_id, order.date_id) in cells
    cells = {(x.product_id, x.slot_id, x.date_id) for record in elsewhere.records for x in record.tickets}
    assert (order.product_id, order.slot_id, order.date_id) not in cells


PARTS = ("id", "status", "type", "date_updated_gmt", "date_created_gmt", "parent_order_id")


@pytest.mark.parametrize("columns", [(), PARTS], ids=["who is billed", "amounts"])
async def test_what_the_account_may_not_read_is_left_out_and_named(server_kind: Kind, columns: tuple[str, ...]) -> None:
    world, mirror = mirrored(server_kind, True)
    table = "wp_wc_orders" if columns else "wp_wc_order_addresses"
    settings = settings_from(mirror.settings_without(table, columns)).wordpress
    assert settings is not None
    there = There(world, WordPress(settings), mirror)
    try:
        _, found = await there.orders(names=True)
        _, unnamed = await there.orders()
    finally:
        await there.wordpress.close()
    (words,) = found.left_out
    assert f"GRANT SELECT ON {table} TO" in words
    assert any(record.people for record in found.records), "names on tickets are there all the same"
    assert all((record.buyer is None) == (not columns) for record in found.records if record.status)
    assert all((record.total is None) == bool(columns) for record in found.records if record.status)
    assert bool(unnamed.left_out) == bool(columns)
    amounts = {part.amount for record in found.records for part in parts(record, {})}
    assert amounts <= {None, 0} if columns else len(amounts) > 3


@pytest.mark.parametrize("how", ["below another order", "naming it"])
async def test_the_rest_of_a_payment_stands_for_no_seats(there: There, how: str) -> None:
    """A deposit plugin asks for it by an order of its own; its money is of the show all the same."""
    cells, before = await there.orders()
    products = {each.product_id: each for each in cells}
    waiting: dict[int, list[Part]] = defaultdict(list)
    for part in (part for record in before.records for part in parts(record, products)):
        if part.cell == STOCK and part.seats and not part.order.tickets:
            waiting[part.product_id].append(part)
    first, rest = next(both[:2] for both in waiting.values() if len({each.order.id for each in both[:2]}) == 2)
    of_the_rest, in_tables = rest.order.id, before.hpos
    item = next(line.id for line in rest.order.lines if line.product_id == rest.product_id)
    table, above, key = ("wc_orders", "parent_order_id", "id") if in_tables else ("posts", "post_parent", "ID")
    of_order, order = ("wc_orders_meta", "order_id") if in_tables else ("postmeta", "post_id")
    told = "_original_order_id" if how == "naming it" else "kept"

    def rename(table: str, key: str, row: int | None, old: str, new: str) -> None:
        there.mirror.rows(f"UPDATE wp_{table} SET meta_key=%s WHERE {key}=%s AND meta_key=%s", new, row, old)

    def stand_below(parent: int | None) -> None:
        there.mirror.rows(f"UPDATE wp_{table} SET {above}=%s WHERE {key}=%s", parent, of_the_rest)

    rename("woocommerce_order_itemmeta", "order_item_id", item, "_reduced_stock", told)
    rename(of_order, order, of_the_rest, "WooCommerceEventsOrderTickets", "kept")
    stand_below(first.order.id if how == "below another order" else 0)
    try:
        _, after = await there.orders()
    finally:
        stand_below(0)
        rename(of_order, order, of_the_rest, "kept", "WooCommerceEventsOrderTickets")
        rename("woocommerce_order_itemmeta", "order_item_id", item, told, "_reduced_stock")
    found = {(part.order.id, part.product_id): part for record in after.records for part in parts(record, products)}
    assert found[of_the_rest, rest.product_id].seats == 0
    assert found[of_the_rest, rest.product_id].amount == rest.amount
    theirs = found[first.order.id, first.product_id]
    assert (theirs.seats, theirs.amount) == (first.seats, first.amount), "an order below it is no refund of it"
    assert first.seats > 0


async def test_places_that_differ_in_the_rows_of_an_order_are_those_of_any(there: There) -> None:
    """As the numbers of the listings have them: an import may have added a row of its own."""
    cells, before = await there.orders()
    dates = {each.product_id: each.cells for each in cells}
    placed = [(record.id, record.places.places or {}) for record in before.records if record.places]
    order, product, cell, places = next(
        (order, product, cell, places)
        for order, of_order in placed
        for product, of_product in of_order.items()
        for cell, places in of_product.items()
        if cell in dates.get(product, {}) and len(dates[product]) > 1
    )
    other = next(each for each in dates[product] if each[1] != cell[1] and len(each[1]) == len(cell[1]))
    table, owner = ("wc_orders_meta", "order_id") if before.hpos else ("postmeta", "post_id")
    its_rows = f"{owner}=%s AND meta_key='WooCommerceEventsOrderTickets'"
    there.mirror.rows(
        f"INSERT INTO wp_{table} ({owner}, meta_key, meta_value) SELECT {owner}, meta_key, REPLACE(meta_value, %s, %s)"
        f" FROM (SELECT * FROM wp_{table} WHERE {its_rows}) there",
        *(cell[1], other[1], order),
    )
    try:
        _, after = await there.orders()
    finally:
        there.mirror.rows(f"DELETE FROM wp_{table} WHERE {its_rows} AND meta_value LIKE %s", order, f"%{other[1]}%")
    found = next(each.places.places or {} for each in after.records if each.id == order and each.places)
    assert {cell: places, (cell[0], other[1]): places}.items() <= found[product].items()


async def test_an_order_without_any_status_is_there_with_its_seats(server_kind: Kind) -> None:
    """The column of HPOS may be NULL, and such an order holds places: it is not one that is gone."""
    world, mirror = mirrored(server_kind, True)
    there = There(world, WordPress(settings_from(mirror.settings()).wordpress), mirror)
    cells, before = await there.orders()
    products = {each.product_id: each for each in cells}
    held = [x for x in before.records if x.status == "wc-on-hold" and sum(part.seats for part in parts(x, products))]
    sold = [x for x in before.records if x.status == "wc-completed" and x.tickets]
    (waiting, *_), (ticketed, *_) = held, sold
    try:
        mirror.rows("UPDATE wp_wc_orders SET status = NULL WHERE id IN (%s, %s)", waiting.id, ticketed.id)
        _, after = await there.orders()
    finally:
        for order in (waiting, ticketed):
            mirror.rows("UPDATE wp_wc_orders SET status = %s WHERE id = %s", order.status, order.id)
        await there.wordpress.close()
    for order in (waiting, ticketed):
        found = after.by_id[order.id]
        assert found.status == ""
        assert [part.seats for part in parts(found, products)] == [part.seats for part in parts(order, products)]


@pytest.mark.parametrize(("written", "known"), [("15.94", True), ("15.9400", True), ("1.00", False), ("", False)])
async def test_a_refund_whose_amount_an_import_has_doubled(there: There, written: str, known: bool) -> None:
    cells, before = await there.orders()
    order = next(x for x in before.records if len(x.refunds) == 1)
    assert order.refunds[0] is not None
    told = written.replace("15.94", str(order.refunds[0]))
    columns = ("wc_orders", "wc_orders_meta", "order_id", "parent_order_id", "id")
    if not before.hpos:
        columns = ("posts", "postmeta", "post_id", "post_parent", "ID")
    orders, meta, of, above, key = columns
    refund = f"SELECT {key} FROM wp_{orders} WHERE {above}=%s"
    row = f"INSERT INTO wp_{meta} ({of}, meta_key, meta_value) SELECT ({refund}), '_refund_amount', %s"
    try:
        there.mirror.rows(row, order.id, told)
        after = (await there.wordpress.orders(cells)).by_id[order.id]
    finally:
        number = "meta_id" if meta == "postmeta" else "id"
        (newest,) = there.mirror.rows(f"SELECT MAX({number}) FROM wp_{meta}")[0]
        there.mirror.rows(f"DELETE FROM wp_{meta} WHERE {number}=%s", newest)
    assert after.refunds == (order.refunds if known else (None,))


async def test_of_places_that_an_import_has_doubled_a_trace_tells_the_first(there: There) -> None:
    """As FooEvents reads them when it makes the tickets, whichever text is the greater one."""
    _, before = await there.orders()
    order = next(x for x in before.records if x.status == "wc-on-hold" and x.places and x.places.places)
    meta, of, number = ("wc_orders_meta", "order_id", "id") if before.hpos else ("postmeta", "post_id", "meta_id")
    (product, by_cell), *_ = order.places.places.items()  # type: ignore[union-attr]
    cell = next(iter(by_cell))
    row = f"INSERT INTO wp_{meta} ({of}, meta_key, meta_value) VALUES (%s, 'WooCommerceEventsOrderTickets', %s)"
    try:
        there.mirror.rows(row, order.id, "z: greater than any array of PHP's, and none")
        async with there.wordpress._connections.session() as session:
            traces = await read_traces(session, product, cell)
    finally:
        (newest,) = there.mirror.rows(f"SELECT MAX({number}) FROM wp_{meta}")[0]
        there.mirror.rows(f"DELETE FROM wp_{meta} WHERE {number}=%s", newest)
    assert [trace.places for trace in traces if trace.order_id == order.id] == [by_cell[cell]]


async def test_of_a_total_that_an_import_has_doubled_the_first_counts(server_kind: Kind) -> None:
    """As WordPress reads it, whichever of them is more."""
    world, mirror = mirrored(server_kind, False)
    there = There(world, WordPress(settings_from(mirror.settings()).wordpress), mirror)
    cells, before = await there.orders()
    order = next(x for x in before.records if x.total and x.currency)
    more = {"_order_total": "999.00", "_order_currency": "XTS"}
    try:
        for key, value in more.items():
            mirror.rows(
                "INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES (%s, %s, %s)", order.id, key, value
            )
        after = (await there.wordpress.orders(cells)).by_id[order.id]
    finally:
        for value in more.values():
            mirror.rows("DELETE FROM wp_postmeta WHERE post_id = %s AND meta_value = %s", order.id, value)
        await there.wordpress.close()
    assert (after.total, after.currency) == (order.total, order.currency)


async def test_an_answer_that_is_cut_off_is_none(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brcc_tui.platforms.wordpress.order_texts.ORDERS", _shortened())
    with pytest.raises(DatabaseError):
        await there.orders()


def _shortened() -> str:
    from brcc_tui.platforms.wordpress.order_texts import ORDERS

    assert "AS tickets" in ORDERS
    return ORDERS.replace("SEPARATOR ',') AS tickets", "SEPARATOR ';') AS tickets")
