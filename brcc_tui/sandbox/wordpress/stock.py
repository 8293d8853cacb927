"""WooCommerce's own stock: line items, `_stock`, what an order lowered of it, and reservations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from brcc_tui.sandbox.wordpress import money
from brcc_tui.sandbox.wordpress.order_store import stamp, touch_post
from brcc_tui.sandbox.wordpress.shop import CheckoutRefused, Request, Shop

RESERVED_FOR = dt.timedelta(minutes=60)
"""How long WooCommerce holds stock for an order that is not paid (`woocommerce_hold_stock_minutes`)."""

_PAYABLE = ("wc-checkout-draft", "wc-pending")


@dataclass(frozen=True, slots=True)
class LineItem:
    """A line of an order. `reduced` is what was taken from the stock for it, `restocked` what refunds gave back."""

    id: int
    product_id: int
    variation_id: int
    quantity: int
    reduced: int
    restocked: int


def add_line_item(shop: Shop, order_id: int, product_id: int, variation_id: int | None, quantity: int) -> int:
    """Make a line item."""
    item_id = shop.database.insert(
        "INSERT INTO {p}woocommerce_order_items (order_item_name, order_item_type, order_id) VALUES (?,'line_item',?)",
        (shop.title(variation_id or product_id), order_id),
    )
    seat = money.seat(shop, product_id, variation_id)
    shop.items.add_many(item_id, first_item_meta(product_id, variation_id, quantity, seat))
    return item_id


def first_item_meta(
    product_id: int, variation_id: int | None, quantity: int, seat: tuple[int, int]
) -> list[tuple[str, str]]:
    """The meta rows that a line item is born with; `seat` is what one costs and the tax on it, in cents."""
    rows = [("_product_id", str(product_id)), ("_variation_id", str(variation_id or 0)), ("_qty", str(quantity))]
    return rows + money.line_meta(quantity * seat[0], quantity * seat[1])


def line_items(shop: Shop, order_id: int) -> list[LineItem]:
    """The order's line items, in the order they were made."""
    found = shop.database.rows(
        "SELECT order_item_id FROM {p}woocommerce_order_items WHERE order_id=? AND order_item_type='line_item'"
        " ORDER BY order_item_id",
        (order_id,),
    )
    items = []
    for (item_id,) in found:
        meta = {key: value for _, key, value in shop.items.rows(int(str(item_id)))}
        numbers = [int(meta.get(key) or 0) for key in _ITEM_NUMBERS]
        items.append(LineItem(int(str(item_id)), *numbers))
    return items


_ITEM_NUMBERS = ("_product_id", "_variation_id", "_qty", "_reduced_stock", "_restock_refunded_items")


def delete_line_items(shop: Shop, order_id: int) -> None:
    """Delete the order's line items and what they carry."""
    for item in line_items(shop, order_id):
        shop.items.delete_all(item.id)
    shop.database.execute("DELETE FROM {p}woocommerce_order_items WHERE order_id=?", (order_id,))


def stock_owner(shop: Shop, product_id: int, variation_id: int = 0) -> int | None:
    """The post whose `_stock` a sale of this product lowers; None where WooCommerce manages no stock."""
    if variation_id and shop.posts.get(variation_id, "_manage_stock") == "yes":
        return variation_id
    return product_id if shop.posts.get(product_id, "_manage_stock") == "yes" else None


def stock_of(shop: Shop, post_id: int) -> int:
    """`_stock` as a whole number."""
    return int(float(shop.posts.get(post_id, "_stock") or 0))


def change_stock(shop: Shop, post_id: int, by: int) -> None:
    """`update_product_stock`: one atomic statement, then the stock status and the product's date of change."""
    shop.database.execute(
        "UPDATE {p}postmeta SET meta_value = CAST(CAST(meta_value AS INTEGER) + ? AS TEXT)"
        " WHERE post_id=? AND meta_key='_stock'",
        (by, post_id),
    )
    shop.posts.set(post_id, "_stock_status", stock_status(shop, post_id, stock_of(shop, post_id)))
    touch_post(shop.database, post_id, shop.now(), shop.zone)


def stock_status(shop: Shop, post_id: int, quantity: int) -> str:
    """What WooCommerce makes of a managed quantity."""
    if quantity > none_at(shop):
        return "instock"
    return "onbackorder" if allows_backorders(shop, post_id) else "outofstock"


def allows_backorders(shop: Shop, post_id: int) -> bool:
    """Whether WooCommerce sells on whatever the stock says."""
    return (shop.posts.get(post_id, "_backorders") or "no") != "no"


def none_at(shop: Shop) -> int:
    """The out-of-stock threshold: at that many or fewer WooCommerce sells none."""
    sql = "SELECT option_value FROM {p}options WHERE option_name='woocommerce_notify_no_stock_amount'"
    return int(str(shop.database.value(sql) or 0))


async def reduce_stock(request: Request, order_id: int) -> None:
    """Lower `_stock` for an order that has just become one to be served, once; sets the flag in any case."""
    shop = request.shop
    if shop.orders.stock_reduced(order_id):
        return
    for item in line_items(shop, order_id):
        owner = stock_owner(shop, item.product_id, item.variation_id)
        if owner is None or item.reduced:
            continue
        change_stock(shop, owner, -item.quantity)
        await request.pause("stock_reduced")
        shop.items.set(item.id, "_reduced_stock", str(item.quantity))
        await request.pause("items_reduced")
    shop.orders.set_stock_reduced(order_id, True)
    await request.pause("flag_set")


async def increase_stock(request: Request, order_id: int) -> None:
    """Give back what the line items say was taken, and clear the flag: cancelled, or pending again."""
    shop = request.shop
    if not shop.orders.stock_reduced(order_id):
        return
    for item in line_items(shop, order_id):
        owner = stock_owner(shop, item.product_id, item.variation_id)
        if owner is None or not item.reduced:
            continue
        change_stock(shop, owner, item.reduced)
        shop.items.delete(item.id, "_reduced_stock")
        await request.pause("stock_returned")
    shop.orders.set_stock_reduced(order_id, False)
    await request.pause("flag_cleared")


def refunded_lines(shop: Shop, order_id: int) -> list[tuple[int, int]]:
    """(line item, quantity) of every line of every refund of an order."""
    lines = []
    for refund_id in shop.orders.refunds(order_id):
        for line in line_items(shop, refund_id):
            lines.append((int(shop.items.get(line.id, "_refunded_item_id") or 0), -line.quantity))
    return lines


def refunded_quantities(shop: Shop, order_id: int) -> dict[int, int]:
    """How many of each line item were refunded so far."""
    quantities: dict[int, int] = {}
    for item_id, quantity in refunded_lines(shop, order_id):
        quantities[item_id] = quantities.get(item_id, 0) + quantity
    return quantities


def restock_refunded(shop: Shop, refunded: Mapping[int, int], items: list[LineItem]) -> None:
    """`wc_restock_refunded_items`: only a line that still knows what it took gives anything back."""
    for item in items:
        quantity = refunded.get(item.id, 0)
        owner = stock_owner(shop, item.product_id, item.variation_id)
        if owner is None or not item.reduced or not quantity:
            continue
        change_stock(shop, owner, quantity)
        shop.items.set(item.id, "_reduced_stock", str(item.reduced - quantity))
        shop.items.set(item.id, "_restock_refunded_items", str(item.restocked + quantity))


def adjust_to_line_items(shop: Shop, order_id: int) -> None:
    """Saving an order in the admin screen: each line takes from the stock what it has not taken yet.

    A line that the thank-you page split has forgotten what it took, and takes it again.
    """
    if shop.orders.status(order_id) not in ("wc-processing", "wc-completed", "wc-on-hold"):
        return
    for item in line_items(shop, order_id):
        owner = stock_owner(shop, item.product_id, item.variation_id)
        missing = item.quantity - item.restocked - item.reduced
        if owner is None or not missing:
            continue
        change_stock(shop, owner, -missing)
        shop.items.set(item.id, "_reduced_stock", str(item.quantity - item.restocked))


def unreserved_stock(shop: Shop, owner: int, order_id: int) -> int:
    """What is left of a managed stock beside the unexpired reservations of other payable orders."""
    reserved = sum(
        int(float(str(quantity)))
        for other, quantity in shop.database.rows(
            "SELECT order_id, stock_quantity FROM {p}wc_reserved_stock WHERE product_id=? AND expires > ?",
            (owner, stamp(shop.now())),
        )
        if other != order_id and shop.orders.status(int(str(other))) in _PAYABLE
    )
    return stock_of(shop, owner) - reserved


def reserve_stock(shop: Shop, order_id: int) -> None:
    """Reserve managed stock for an order that waits for its payment.

    The reservation is an upsert that must change a row: a second try within the same second changes
    nothing and is refused, as on the real shop.
    """
    for item in line_items(shop, order_id):
        owner = stock_owner(shop, item.product_id, item.variation_id)
        if owner is None or allows_backorders(shop, owner):
            continue
        now, expires = stamp(shop.now()), stamp(shop.now() + RESERVED_FOR)
        before = shop.database.rows(
            "SELECT stock_quantity, expires FROM {p}wc_reserved_stock WHERE order_id=? AND product_id=?",
            (order_id, owner),
        )
        unchanged = before == [(float(item.quantity), expires)]
        if unchanged or unreserved_stock(shop, owner, order_id) < item.quantity:
            raise CheckoutRefused(f"Not enough units of {shop.title(owner)} are available in stock.")
        shop.database.execute(
            "INSERT INTO {p}wc_reserved_stock (order_id, product_id, stock_quantity, timestamp, expires)"
            " VALUES (?,?,?,?,?) ON CONFLICT (order_id, product_id)"
            " DO UPDATE SET stock_quantity=excluded.stock_quantity, expires=excluded.expires",
            (order_id, owner, item.quantity, now, expires),
        )


def release_reservation(shop: Shop, order_id: int) -> None:
    """Forget what was reserved for an order."""
    shop.database.execute("DELETE FROM {p}wc_reserved_stock WHERE order_id=?", (order_id,))
