"""Every cause of drift that leaves a trace, told from the tables of a real MariaDB."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from brcc_tui.model.counts import CellTexts, ProductCells
from brcc_tui.platforms.wordpress.database import WordPress
from tests.mariadb.fixtures import shop, wordpress
from tests.mariadb.shop import Shop

__all__ = ["shop", "wordpress"]

pytestmark = pytest.mark.xdist_group("mariadb")

CELL, OTHER = ("late", "mon_1"), ("late", "tue")
DAY = 86400


def completed(shop: Shop, product: int, status: str = "wc-completed", tickets: int = 2, age: int = 3600) -> int:
    order = shop.order(status, {product: 2}, places=[(product, *CELL)] * 2, generated=True, age=age)
    for _ in range(tickets):
        shop.ticket(product, order, CELL)
    return order


def noted(shop: Shop, product: int, note: str) -> int:
    order = completed(shop, product)
    shop.sql(
        "INSERT INTO wp_comments (comment_post_ID, comment_type, comment_content) VALUES (%s, 'order_note', %s)",
        *(order, note),
    )
    return order


def with_ticket(shop: Shop, product: int, **how: str) -> int:
    order = completed(shop, product, tickets=1)
    shop.ticket(product, order, CELL, **how)  # type: ignore[arg-type]
    return order


def restocked(shop: Shop, product: int, of: int | None = None) -> int:
    order = completed(shop, product)
    item = shop.item(order, of or product, 1)
    shop.sql(
        "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value)"
        " VALUES (%s, '_restock_refunded_items', '1')",
        item,
    )
    return order


def staff_cancelled(shop: Shop, product: int) -> int:
    order = shop.order("wc-cancelled", {product: 1}, generated=True)
    shop.order_meta(order, "WooCommerceEventsOrderAdminAddTicket", "yes")
    shop.ticket(product, order, CELL, status="Canceled")
    return order


def moved(shop: Shop, product: int) -> int:
    order = completed(shop, product, tickets=1)
    shop.ticket(product, order, OTHER)
    return order


CAUSES: dict[str, tuple[Callable[[Shop, int], int], int | None, str]] = {
    "cancelled, then completed": (
        lambda s, p: noted(s, p, "Order status changed from Cancelled to Completed."),
        2,
        "cancelled, then completed",
    ),
    "the same in French": (
        lambda s, p: noted(s, p, "État de la commande modifié de Annulée à Terminée."),
        2,
        "cancelled, then completed",
    ),
    "completed, as it should": (
        lambda s, p: noted(s, p, "Order status changed from Processing to Completed."),
        None,
        "",
    ),
    "partial refund": (restocked, 1, "refunded in part"),
    "partial refund of something else in it": (lambda s, p: restocked(s, p, of=p + 1000), None, ""),
    "refunded by REST": (lambda s, p: completed(s, p, "wc-refunded"), -2, "refunded"),
    "trashed": (lambda s, p: completed(s, p, "trash"), -2, "trash"),
    "failed two days ago": (lambda s, p: completed(s, p, "wc-failed", 0, 2 * DAY), -2, "failed"),
    "failed a moment ago": (lambda s, p: completed(s, p, "wc-failed", 2, 60), None, ""),
    "cancelled, as it should": (lambda s, p: completed(s, p, "wc-cancelled"), None, ""),
    "one ticket canceled": (lambda s, p: with_ticket(s, p, status="Canceled"), -1, "canceled or trashed"),
    "one ticket trashed": (lambda s, p: with_ticket(s, p, post_status="trash"), -1, "canceled or trashed"),
    "one ticket deleted": (lambda s, p: completed(s, p, tickets=1), -1, "deleted"),
    "one ticket moved": (moved, None, ""),
    "its tickets are not made yet, others' are": (
        lambda s, p: s.order("wc-on-hold", {p: 2}, places=[(p, *CELL)] * 2),
        None,
        "",
    ),
    "staff's own ticket, cancelled": (staff_cancelled, -1, "added by staff"),
}


@pytest.fixture(autouse=True)
def comments(shop: Shop) -> None:
    shop.sql(
        "CREATE TABLE IF NOT EXISTS wp_comments (comment_ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,"
        " comment_post_ID bigint unsigned, comment_type varchar(20), comment_content text, KEY (comment_post_ID))"
    )
    shop.sql("TRUNCATE TABLE wp_comments")


@pytest.mark.parametrize(("live", "seats", "words"), CAUSES.values(), ids=CAUSES)
async def test_a_cause(
    shop: Shop, wordpress: WordPress, live: Callable[[Shop, int], int], seats: int | None, words: str
) -> None:
    product, other = shop.product(), shop.product()
    order = live(shop, product)
    live(shop, other)
    completed(shop, product)
    found = [*await wordpress.drift_causes(product, CELL, 1), *await wordpress.drift_causes(product, CELL, -1)]
    assert [(cause.order_id, cause.seats) for cause in found] == ([] if seats is None else [(order, seats)])
    if seats is not None:
        assert str(found[0]).startswith(f"order {order} ")
        assert str(found[0]).endswith(f": {seats:+d}")
        assert words in str(found[0])
    assert not await wordpress.drift_causes(product, ("late", "monX1"), seats or 1)


async def test_the_best_fitting_first_and_only_that_way(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    one, two = with_ticket(shop, product, status="Canceled"), completed(shop, product, "wc-refunded")
    restocked(shop, product)
    assert [cause.order_id for cause in await wordpress.drift_causes(product, CELL, -2)] == [two, one]
    assert [cause.order_id for cause in await wordpress.drift_causes(product, CELL, -1)] == [one, two]


async def test_only_the_order_that_staff_added_is_told_for_it(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    theirs = staff_cancelled(shop, product)
    completed(shop, product, "wc-cancelled", tickets=1)
    assert [cause.order_id for cause in await wordpress.drift_causes(product, CELL, -1)] == [theirs]


async def test_a_site_without_order_notes_has_the_other_traces(shop: Shop, wordpress: WordPress) -> None:
    shop.sql("DROP TABLE wp_comments")
    product = shop.product()
    completed(shop, product, "wc-refunded")
    assert [cause.seats for cause in await wordpress.drift_causes(product, CELL, -2)] == [-2]
    counts = await wordpress.counts([ProductCells(product, {CELL: CellTexts((), "")})])
    assert counts.products[product].cells[CELL].sold == 0


def taken(shop: Shop, product: int, seats: str | None, status: str = "wc-completed", **how: int) -> int:
    """An order of two of a product's own stock, with so many noted as taken from it."""
    order = shop.order(status, generated=True, age=how.get("age", 3600))
    item = shop.item(order, product, 2)
    if seats is not None:
        shop.sql(
            "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value)"
            " VALUES (%s, '_reduced_stock', %s)",
            *(item, seats),
        )
    for _ in range(how.get("tickets", 2)):
        shop.ticket(product, order)
    return order


STOCK_CAUSES: dict[str, tuple[Callable[[Shop, int], int], int | None, str]] = {
    "as it should": (lambda s, p: taken(s, p, "2"), None, ""),
    "taken and not counted": (lambda s, p: taken(s, p, "2", "wc-refunded"), -2, "was refunded without"),
    "in the trash": (lambda s, p: taken(s, p, "2", "trash"), -2, "trash"),
    "failed two days ago": (lambda s, p: taken(s, p, "2", "wc-failed", age=2 * DAY), -2, "failed"),
    "failed a moment ago": (lambda s, p: taken(s, p, "2", "wc-failed", age=60), None, ""),
    "cancelled and kept": (lambda s, p: taken(s, p, "2", "wc-cancelled"), -2, "was cancelled without"),
    "cancelled and given back": (lambda s, p: taken(s, p, None, "wc-cancelled"), None, ""),
    "a status of the shop's own": (lambda s, p: taken(s, p, "2", "wc-reagendado"), None, ""),
    "a ticket is gone": (lambda s, p: taken(s, p, "2", tickets=1), -1, "canceled, trashed or deleted"),
    "given back, its tickets valid": (lambda s, p: taken(s, p, "0"), 2, "not taken from the stock"),
    "pending again": (lambda s, p: taken(s, p, None, "wc-pending"), 2, "pending"),
    "stored as no number": (lambda s, p: taken(s, p, "2.5", tickets=0), None, ""),
}


@pytest.mark.parametrize(("live", "seats", "words"), STOCK_CAUSES.values(), ids=STOCK_CAUSES)
async def test_a_cause_of_a_products_own_stock(
    shop: Shop, wordpress: WordPress, live: Callable[[Shop, int], int], seats: int | None, words: str
) -> None:
    product, other = shop.product(), shop.product()
    order = live(shop, product)
    live(shop, other)
    taken(shop, product, "2")
    found = [*await wordpress.stock_causes(product, 1), *await wordpress.stock_causes(product, -1)]
    assert [(cause.order_id, cause.seats) for cause in found] == ([] if seats is None else [(order, seats)])
    assert all(words in str(cause) for cause in found)


async def test_an_order_without_tickets_yet_holds_what_was_taken(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    order = shop.order("wc-processing")
    item = shop.item(order, product, 2)
    note = (
        "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value)"
        " VALUES (%s, '_reduced_stock', '2')"
    )
    shop.sql(note, item)
    assert await wordpress.stock_causes(product, -1) == await wordpress.stock_causes(product, 1) == ()


async def test_an_item_whose_meta_an_import_doubled_is_counted_once(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    order = taken(shop, product, "2", "wc-refunded")
    for _ in range(2):
        shop.sql(
            "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value)"
            " SELECT order_item_id, meta_key, meta_value FROM wp_woocommerce_order_itemmeta"
            " WHERE meta_key IN ('_qty', '_reduced_stock') GROUP BY order_item_id, meta_key, meta_value"
        )
    found = await wordpress.stock_causes(product, -1)
    assert [(cause.order_id, cause.seats) for cause in found] == [(order, -2)]


async def test_what_a_variation_took_of_its_own_stock_moved_not_the_products(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product(managed=True)
    apart, sharing = shop.variation(product, _manage_stock="yes"), shop.variation(product, _manage_stock="no")
    orders = {}
    for variation in (apart, sharing):
        orders[variation] = order = shop.order("wc-completed", generated=True, age=3600)
        item = shop.item(order, product, 2, variation)
        shop.sql(
            "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value)"
            " VALUES (%s, '_reduced_stock', '2')",
            item,
        )
        shop.ticket(product, order, variation=variation)
    # Beside the other one, in the same order, a place of the variation that has its own.
    shop.item(orders[sharing], product, 1, apart)
    shop.ticket(product, orders[sharing], variation=apart)
    found = await wordpress.stock_causes(product, -1)
    assert [(cause.order_id, cause.seats) for cause in found] == [(orders[sharing], -1)]
