"""Orders as plugins and imports leave them: the rest of another order's payment, rows that occur twice."""

from __future__ import annotations

import pytest

from brcc_tui.model.counts import ProductCells
from brcc_tui.model.money.records import Person
from brcc_tui.platforms.wordpress.database import WordPress
from tests.mariadb.bookings import MON, bookings
from tests.mariadb.fixtures import connect, hpos_shop, on_every_server, server, shop, wordpress
from tests.mariadb.shop import Shop

__all__ = ["connect", "hpos_shop", "server", "shop", "wordpress"]

pytestmark = pytest.mark.xdist_group("mariadb")

STATUSES = ("wc-scheduled-payment", "wc-pending", "wc-processing", "wc-completed")


def follow_up(
    shop: Shop,
    status: str,
    product: int,
    *,
    below: int = 0,
    named: int = 0,
    own_stock: bool = False,
    reduced: bool = True,
) -> int:
    """An order of two of the product, below another one or naming it in its line; `own_stock`: it took some itself."""
    order = shop.order(status, reduced=reduced)
    if below:
        table, column, key = ("wc_orders", "parent_order_id", "id") if shop.hpos else ("posts", "post_parent", "ID")
        shop.sql(f"UPDATE {shop.prefix}{table} SET {column}=%s WHERE {key}=%s", below, order)
    item = shop.item(order, product, 2)
    for meta, value in (("_original_order_id", named), ("_reduced_stock", 2 * own_stock)):
        if value:
            sql = "INSERT INTO {}woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) VALUES (%s, %s, %s)"
            shop.sql(sql.format(shop.prefix), item, meta, str(value))
    return order


@on_every_server
async def test_the_rest_of_a_payment_is_no_alarm_whatever_becomes_of_it(shop: Shop, wordpress: WordPress) -> None:
    product, other = shop.product(), shop.product()
    first = shop.order("wc-partial-payment", {product: 2}, places=[(product, *MON)] * 2)
    for status in STATUSES:
        follow_up(shop, status, product, below=first)
        follow_up(shop, status, product, named=first)
    seen = (await wordpress.counts([bookings(product), bookings(other)])).products
    assert (seen[product].paid_without_place, seen[product].cells[MON].held) == (0, 2)
    follow_up(shop, "wc-processing", other, below=first)  # another product: nobody has paid for it before
    follow_up(shop, "wc-processing", other, below=first + 99_999)
    seen = (await wordpress.counts([bookings(product), bookings(other)])).products
    assert (seen[product].paid_without_place, seen[other].paid_without_place) == (0, 4)


@on_every_server
async def test_of_a_plain_stock_it_holds_nothing_but_what_it_took(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product(managed=True)
    first = shop.order("wc-partial-payment", {product: 2})
    for status in STATUSES:
        follow_up(shop, status, product, below=first)
        follow_up(shop, status, product, named=first, reduced=False)
    seen = (await wordpress.counts([ProductCells(product)])).products[product]
    assert (seen.held, seen.pending) == (2, 0)
    follow_up(shop, "wc-processing", product, below=first, own_stock=True)  # a part of an order that was split
    assert (await wordpress.counts([ProductCells(product)])).products[product].held == 4


@on_every_server
@pytest.mark.parametrize("shop", ["posts"], indirect=True)  # with HPOS an order has one row
async def test_of_several_rows_of_an_order_or_a_name_the_first_is_read(shop: Shop, wordpress: WordPress) -> None:
    """As WordPress does; an import may have left others behind it."""
    product = shop.product()
    order = shop.order("wc-completed", {product: 1}, generated=True)
    ticket = shop.ticket(product, order, MON)
    for first, last, total, currency in (("Ann", "Lee", "120.00", "CAD"), ("Zoe", "Zu", "90.00", "USD")):
        email = f"{first}@x.test"
        for key, value in {"AttendeeName": first, "AttendeeLastName": last, "AttendeeEmail": email}.items():
            shop.meta(ticket, f"WooCommerceEvents{key}", value)
        billed = {"_billing_first_name": first, "_billing_last_name": last, "_billing_email": email}
        for key, value in {**billed, "_order_total": total, "_order_currency": currency}.items():
            shop.meta(order, key, value)
    (record,) = (await wordpress.orders([bookings(product)], names=True)).records
    ann = Person("Ann Lee", "Ann@x.test")
    assert (record.people[ticket] == ann, record.buyer == ann) == (True, True)
    assert (str(record.total), record.currency) == ("120.00", "CAD")
