"""The counts on a real server against the definitions, written down once more and slowly."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from brcc_tui.model.counts import CellCount, ProductCells
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress.counts import WHOLE_TOGETHER
from brcc_tui.platforms.wordpress.database import WordPress
from tests.mariadb.bookings import MON, TUE, bookings
from tests.mariadb.fixtures import Connect, connect, hpos_shop, on_every_server, server, shop, wordpress
from tests.mariadb.shop import Shop

__all__ = ["connect", "hpos_shop", "server", "shop", "wordpress"]

pytestmark = pytest.mark.xdist_group("mariadb")


def by_hand(  # noqa: C901 - the definitions in one piece, as they are read
    shop: Shop, asked: ProductCells
) -> dict[tuple[str, str], CellCount]:
    """The definitions once more, row by row over everything the tables hold."""
    meta: dict[int, dict[str, str]] = {}
    for post, key, value in shop.rows("SELECT post_id, meta_key, meta_value FROM wp_postmeta ORDER BY meta_id"):
        meta.setdefault(post, {})[key] = value
    if shop.hpos:
        states = dict(shop.rows("SELECT id, status FROM wp_wc_orders WHERE type='shop_order'"))
        notes: dict[int, dict[str, str]] = {}
        for order, key, value in shop.rows("SELECT order_id, meta_key, meta_value FROM wp_wc_orders_meta"):
            notes.setdefault(order, {})[key] = value
    else:
        states = dict(shop.rows("SELECT ID, post_status FROM wp_posts WHERE post_type='shop_order'"))
        notes = meta
    dead = {"wc-cancelled", "wc-refunded", "trash"}
    sold: Counter[tuple[str, str]] = Counter()
    posts: Counter[tuple[int, tuple[str, str]]] = Counter()
    for post, status in shop.rows("SELECT ID, post_status FROM wp_posts WHERE post_type='event_magic_tickets'"):
        of = meta.get(post, {})
        if of.get("WooCommerceEventsProductID") != str(asked.product_id):
            continue
        cell = (of.get("WooCommerceEventsBookingSlotID", ""), of.get("WooCommerceEventsBookingDateID", ""))
        if not all(cell):
            texts = (of.get("WooCommerceEventsBookingSlot", ""), of.get("WooCommerceEventsBookingDate", ""))
            cell = next(
                (c for c, t in asked.cells.items() if texts[0] in t.slot_texts and texts[1] == t.date_text), cell
            )
        order = int(of.get("WooCommerceEventsOrderID", 0))
        posts[order, cell] += 1
        if status != "publish" or of.get("WooCommerceEventsStatus") in {"Canceled", "Cancelled", "Unpaid"}:
            continue
        if states.get(order) not in dead:
            sold[cell] += 1
    held: Counter[tuple[str, str]] = Counter()
    for order, status in states.items():
        own = notes.get(order, {})
        if status in dead or own.get("WooCommerceEventsTicketsGenerated") == "yes":
            continue
        for cell in asked.cells:
            marks = f's:4:"slot";s:{len(cell[0])}:"{cell[0]}"', f's:4:"date";s:{len(cell[1])}:"{cell[1]}"'
            rows = own.get("WooCommerceEventsOrderTickets", "").split('"WooCommerceEventsProductID"')[1:]
            taken = sum(
                row.startswith(f";i:{asked.product_id};") and all(mark in row for mark in marks) for row in rows
            )
            held[cell] += max(0, taken - posts[order, cell])
    return {cell: CellCount(sold[cell], held[cell]) for cell in asked.cells}


@on_every_server
@pytest.mark.parametrize("seed", range(6))
async def test_equals_a_count_by_hand_over_everything(shop: Shop, wordpress: WordPress, seed: int) -> None:
    chance = random.Random(seed)
    products = [shop.product() for _ in range(3)]
    cells = [MON, TUE, ("late", "gone"), ("early", "mon")]
    states = [
        "completed",
        "processing",
        "on-hold",
        "pending",
        "failed",
        "refunded",
        "cancelled",
        "odd",
        "checkout-draft",
    ]
    shop.sql("START TRANSACTION")
    for _ in range(40):
        product, number = chance.choice(products), chance.randint(1, 3)
        chosen = [chance.choice(cells) for _ in range(number)]
        generated = chance.random() < 0.5
        order = shop.order(
            chance.choice([*(f"wc-{state}" for state in states), "trash"]),
            {product: number},
            places=[(product, *cell) for cell in chosen] if chance.random() < 0.9 else None,
            generated=generated,
        )
        for cell in chosen if generated else chosen[: chance.randint(0, number)]:
            by_text = chance.random() < 0.2
            shop.ticket(
                product,
                chance.choice([order, order, order, None]),
                None if by_text else chance.choice([cell, cell, MON]),
                texts=("8pm Show", chance.choice(["January 06, 2025", "January 07, 2025", "nie"])) if by_text else None,
                status=chance.choice(["Not Checked In", "Checked In", "Canceled", "Unpaid", "Cancelled", None]),
                post_status=chance.choice(["publish", "publish", "publish", "trash"]),
            )
        if chance.random() < 0.1:
            shop.forget(order)
    shop.sql("COMMIT")
    asked = [bookings(product) for product in products]
    seen = (await wordpress.counts(asked)).products
    assert {p.product_id: by_hand(shop, p) for p in asked} == {p: dict(seen[p].cells) for p in products}
    assert any(cell.sold and cell.held for product in seen.values() for cell in product.cells.values())


@on_every_server
async def test_many_whole_products_are_read_a_few_at_a_time(connect: Connect, hpos_shop: Shop) -> None:
    """Each statement is stopped after a while; all tickets of a whole shop in one would take longer."""
    products = [hpos_shop.product() for _ in range(3 * WHOLE_TOGETHER)]
    order = hpos_shop.order("wc-completed", {products[0]: 1}, generated=True)
    for number, product in enumerate(products):
        for _ in range(number):
            hpos_shop.ticket(product, order)
    hybrid = hpos_shop.product(managed=True)
    hpos_shop.ticket(hybrid, order, MON)  # found by its date and by its product
    timings = Timings()
    client = connect(hpos_shop.settings(), timings=timings)
    asked = [*map(ProductCells, products), bookings(hybrid)]
    found = (await client.counts(asked)).products
    assert [found[product].sold for product in products] == list(range(len(products)))
    assert (found[hybrid].sold, found[hybrid].cells[MON].sold) == (1, 1)
    (row,) = [row for row in timings.rows() if row.name == "SQL tickets"]
    assert row.count == 4


@on_every_server
async def test_an_order_without_any_status_holds_its_places(connect: Connect, hpos_shop: Shop) -> None:
    """The column of HPOS may be NULL: that is none of the statuses of which it is known that they give places back."""
    wordpress = connect(hpos_shop.settings())
    product, live = hpos_shop.product(), wordpress.live_counts()
    asked = [bookings(product)]
    order = hpos_shop.order("wc-completed", {product: 2}, places=[(product, *MON)] * 2)
    await live.look(asked)
    hpos_shop.sql("UPDATE wp_wc_orders SET status = NULL WHERE id = %s", order)
    for seen in (await wordpress.counts(asked), await live.look(asked)):
        assert seen.products[product].cells[MON] == CellCount(0, 2)
        assert seen.products[product].custom_statuses == ("(none)",)
    hpos_shop.sql("UPDATE wp_wc_orders SET status = 'wc-failed', date_updated_gmt = NULL WHERE id = %s", order)
    for made in range(2):
        seen = await wordpress.counts(asked)
        wanted = CellCount(made, 2 - made)
        assert seen.products[product].cells[MON] == wanted, "when it failed is not known: it may still be paid"
        hpos_shop.ticket(product, order, MON)


async def test_only_its_own_yes_says_that_the_tickets_of_an_order_are_made(connect: Connect, hpos_shop: Shop) -> None:
    """A row of meta that an import left without an order is of none, and must not hide all the others."""
    product, made = hpos_shop.product(), "WooCommerceEventsTicketsGenerated"
    first = hpos_shop.order("wc-on-hold", {product: 2}, places=[(product, *MON)] * 2)
    hpos_shop.order("wc-on-hold", {product: 1}, places=[(product, *MON)], generated=True)
    hpos_shop.order_meta(first, made, "no")
    hpos_shop.sql("INSERT INTO wp_wc_orders_meta (order_id, meta_key, meta_value) VALUES (NULL, %s, 'yes')", made)
    seen = await connect(hpos_shop.settings()).counts([bookings(product)])
    assert seen.products[product].cells[MON] == CellCount(0, 2)


async def test_a_line_that_was_taken_out_of_an_order_holds_nothing(connect: Connect, hpos_shop: Shop) -> None:
    """Plugins (of subscriptions) keep it beside the others, as a kind of its own."""
    product = hpos_shop.product(managed=True)
    order = hpos_shop.order("wc-on-hold", {product: 2})
    hpos_shop.sql(
        "UPDATE wp_woocommerce_order_items SET order_item_type = 'line_item_removed' WHERE order_item_id = %s",
        hpos_shop.item(order, product, 3),
    )
    seen = await connect(hpos_shop.settings()).counts([ProductCells(product)])
    assert seen.products[product].held == 2


async def test_a_line_that_an_import_left_without_its_number_is_one_seat(connect: Connect, hpos_shop: Shop) -> None:
    product = hpos_shop.product(managed=True)
    hpos_shop.order("wc-on-hold", {product: 2})
    hpos_shop.sql("DELETE FROM wp_woocommerce_order_itemmeta WHERE meta_key IN ('_qty', '_variation_id')")
    wordpress = connect(hpos_shop.settings())
    assert (await wordpress.counts([ProductCells(product)])).products[product].held == 1
    hpos_shop.sql("DELETE FROM wp_wc_order_operational_data")
    seen = (await wordpress.counts([ProductCells(product)])).products[product]
    assert (seen.held, seen.pending) == (0, 1), "that it took stock is told nowhere"


async def test_only_a_ticket_takes_a_seat_and_only_an_order_gives_it_back(shop: Shop, wordpress: WordPress) -> None:
    """Plugins keep copies of posts, and an import may give a ticket the number of what is no order of the shop."""
    product = shop.product()
    shop.ticket(product, shop.order("trash", kind="shop_order_refund"), MON)
    shop.sql("UPDATE wp_posts SET post_type = 'revision' WHERE ID = %s", shop.ticket(product, None, MON))
    seen = (await wordpress.counts([bookings(product)])).products[product]
    assert (seen.cells[MON], seen.deleted_orders) == (CellCount(1, 0), 1)


@on_every_server
@pytest.mark.parametrize("yes", ["1", "true"])
async def test_what_importers_write_for_a_yes_is_one(shop: Shop, wordpress: WordPress, yes: str) -> None:
    """WooCommerce reads both so: of an order that has taken its stock, and of a product that has one."""
    hybrid, plain = shop.product(managed=True), shop.product(managed=True)
    orders = [shop.order("wc-on-hold", {each: 2}) for each in (hybrid, plain)]
    shop.set_meta(hybrid, "_manage_stock", yes)
    if not shop.hpos:
        for order in orders:
            shop.set_meta(order, "_order_stock_reduced", yes)
    asked = [bookings(hybrid), ProductCells(plain)]
    for seen in (await wordpress.counts(asked), await wordpress.live_counts().look(asked)):
        assert [seen.products[each].held for each in (hybrid, plain)] == [2, 2]
