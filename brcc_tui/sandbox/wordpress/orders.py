"""The life of an order, statement by statement, in the order in which real shops commit them.

No transaction anywhere: between any two statements other sessions see the half-done work, and `Request.pause`
lets a test stop there. FooEvents lowers the booking text first, shows the order's places a moment later, and
writes the text from a copy that it read when the request began. The points, in order (`n` counts tickets):

* checkout: `read_text`, `order_row`, `items`, for each ticket `text_reread:n` (from the second on) and
  `text_written:n`, then `places_written`, `reserved`, `paying`, `status:<status>`
* stock: `stock_reduced`, `items_reduced`, `flag_set`; given back: `stock_returned`, `flag_cleared`
* tickets: `ticket:n:post`, `ticket:n:order`, `ticket:n:status`, `ticket:n:ids`, and at last `generated`
* cancelling: `cancel:status`, for each place `cancel:read_text:n` and `cancel:text:n`, at last `cancel:tickets`
* staff (staff.py): `refund_row`, `refund_restocked`, `refund:read_text:n`, `refund:text:n`, `form_items`,
  `ticket:read_text`, `ticket:text`, `ticket:moved`, `editor:text`, `editor:saved`
* a REST write (woocommerce_writes.py): `put:read`, `put:meta_written`, `put:saved`
"""

from __future__ import annotations

import datetime as dt
import enum

from brcc_tui.sandbox.wordpress import fooevents, money, php, sales, stock, tickets
from brcc_tui.sandbox.wordpress.order_store import GENERATED, ORDER_TICKETS, TICKETS_PURCHASED
from brcc_tui.sandbox.wordpress.shop import CheckoutRefused, Request, Shop
from brcc_tui.sandbox.wordpress.tickets import OrderedPlace


class Gateway(enum.StrEnum):
    """What a way to pay makes of an order."""

    HOSTED = "hosted"
    """A payment page elsewhere: the order stays pending."""
    COD = "cod"
    BACS = "bacs"
    CARD = "card"
    DECLINED = "declined"
    EXCEPTION = "exception"
    """The gateway's code fails: the order stays pending."""


_STATUS_AFTER = {
    Gateway.COD: "wc-processing",
    Gateway.CARD: "wc-processing",
    Gateway.BACS: "wc-on-hold",
    Gateway.DECLINED: "wc-failed",
}
_PAID = ("wc-processing", "wc-completed")
_SERVED = ("wc-processing", "wc-completed", "wc-on-hold")


def wc_status(status: str) -> str:
    """A status as it is stored: `trash`, or with `wc-` before it."""
    return status if status.startswith("wc-") or status == "trash" else f"wc-{status}"


def _check_available(request: Request, place: OrderedPlace, quantity: int, order_id: int) -> None:
    """What the shop checks before it makes an order: both the booking text and the managed stock."""
    shop = request.shop
    text = request.booking_text(place.product_id) if shop.is_bookings(place.product_id) else None
    where = (place.product_id, text, place.slot_id, place.date_id)
    if ended := sales.why_ended(shop, *where):
        raise CheckoutRefused(f"{shop.title(place.product_id)}: {ended}.")
    left = sales.places_left(shop, *where, place.variation_id or 0, order_id=order_id)
    if left is not None and left < quantity:
        raise CheckoutRefused(f"{shop.title(place.product_id)}: only {left} places are available.")


async def checkout(
    request: Request, place: OrderedPlace, quantity: int, gateway: Gateway, *, retry_of: int | None = None
) -> int:
    """A classic checkout; `retry_of` is the buyer's pending or failed order, which WooCommerce uses again.

    Nothing guards FooEvents against the second try: it takes the places once more.
    """
    shop = request.shop
    request.booking_text(place.product_id)
    await request.pause("read_text")
    _check_available(request, place, quantity, retry_of or 0)
    if retry_of is None:
        total = money.price_of(shop, place.product_id, place.variation_id, quantity)
        order_id = shop.orders.create("wc-pending", shop.now(), total=total, method=gateway)
        await request.pause("order_row")
    else:
        order_id = retry_of
        stock.delete_line_items(shop, order_id)
    stock.add_line_item(shop, order_id, place.product_id, place.variation_id, quantity)
    await request.pause("items")
    if shop.is_event(place.product_id):
        await _take_places(request, order_id, place, quantity)
    stock.reserve_stock(shop, order_id)
    await request.pause("reserved")
    await pay(request, order_id, gateway)
    return order_id


async def _take_places(request: Request, order_id: int, place: OrderedPlace, quantity: int) -> None:
    """FooEvents at checkout: one rewrite of the whole booking text per ticket, then the order's places."""
    shop = request.shop
    options = fooevents.read_options(request.booking_text(place.product_id))
    texts = fooevents.cell_texts(options, place.slot_id, place.date_id)
    if shop.is_bookings(place.product_id):
        for number in range(1, quantity + 1):
            if number > 1:
                request.booking_text(place.product_id)
                await request.pause(f"text_reread:{number}")
            options = fooevents.read_options(request.booking_text(place.product_id))
            fooevents.take_place(options, place.slot_id, place.date_id)
            request.write_booking_text(place.product_id, fooevents.rewritten_text(options))
            await request.pause(f"text_written:{number}")
    shop.orders.meta.set(order_id, ORDER_TICKETS, tickets.places_value(order_id, place, quantity, texts))
    await request.pause("places_written")
    shop.orders.meta.set(order_id, TICKETS_PURCHASED, php.serialize({place.product_id: quantity}))


async def pay(request: Request, order_id: int, gateway: Gateway) -> None:
    """What the gateway makes of an order that waits for its payment (checkout, or the order-pay page)."""
    await request.pause("paying")
    status = _STATUS_AFTER.get(gateway)
    if status is not None:
        await change_status(request, order_id, status)


async def change_status(  # noqa: C901 - in the order in which the plugins hook into it
    request: Request, order_id: int, status: str
) -> None:
    """`WC_Order::update_status`, with what WooCommerce and FooEvents hang on it."""
    shop = request.shop
    status = wc_status(status)
    if shop.orders.status(order_id) == status:
        return
    _write_status(shop, order_id, status)
    await request.pause("cancel:status" if status == "wc-cancelled" else f"status:{status}")
    if status == "wc-cancelled":
        await _return_places(request, order_id, "cancel")
    if status in ("wc-cancelled", "wc-pending"):
        await stock.increase_stock(request, order_id)
    if status in _SERVED:
        await stock.reduce_stock(request, order_id)
    if status in (*_SERVED, "wc-cancelled"):
        stock.release_reservation(shop, order_id)
    if status == "wc-cancelled":
        tickets.set_statuses(shop, order_id, tickets.CANCELED)
        await request.pause("cancel:tickets")
    if status == "wc-refunded" and not _fully_refunded(shop, order_id):
        shop.orders.create_refund(order_id, shop.now(), money.stored_price(money.unrefunded_cents(shop, order_id)))
    if status == "wc-completed":
        tickets.set_statuses(shop, order_id, tickets.NOT_CHECKED_IN, only_from=tickets.CANCELED)
    if status in shop.ticket_statuses or (
        status == "wc-completed" and shop.orders.meta.get(order_id, GENERATED) == "yes"
    ):
        await tickets.create_tickets(request, order_id)


def _write_status(shop: Shop, order_id: int, status: str) -> None:
    shop.orders.set_status(order_id, status, shop.now())
    if status in _PAID:
        shop.orders.set_paid(order_id, shop.now())


def _fully_refunded(shop: Shop, order_id: int) -> bool:
    refunded = stock.refunded_quantities(shop, order_id)
    return all(refunded.get(item.id, 0) >= item.quantity for item in stock.line_items(shop, order_id))


async def _return_places(request: Request, order_id: int, why: str) -> None:
    """One place more for each of the order's places, whatever the product is: FooEvents does not look."""
    for number, place in enumerate(tickets.places_in_order(request.shop, order_id), 1):
        await return_place(request, place, f"{why}:text:{number}", f"{why}:read_text:{number}")


async def return_place(request: Request, place: OrderedPlace, written: str, read: str) -> None:
    """FooEvents gives one place back: a rewrite of the whole booking text."""
    options = fooevents.read_options(request.booking_text(place.product_id))
    await request.pause(read)
    fooevents.give_back(options, place.slot_id, place.date_id)
    request.write_booking_text(place.product_id, fooevents.rewritten_text(options))
    await request.pause(written)


async def status_refunded_in_form(request: Request, order_id: int) -> None:
    """FooEvents, when staff choose "Refunded" in the order form with "restock" ticked."""
    await _return_places(request, order_id, "refund")


def split_line_items(shop: Shop, order_id: int) -> None:
    """The thank-you page: a line of several bookings becomes lines of one that forget what they took."""
    for item in stock.line_items(shop, order_id):
        if item.quantity < 2 or not shop.is_bookings(item.product_id):
            continue
        shop.items.delete_all(item.id)
        shop.database.execute("DELETE FROM {p}woocommerce_order_items WHERE order_item_id=?", (item.id,))
        for _ in range(item.quantity):
            stock.add_line_item(shop, order_id, item.product_id, item.variation_id or None, 1)


async def open_block_checkout(request: Request, place: OrderedPlace, quantity: int) -> int:
    """The Store API's checkout page was opened: a draft that takes nothing."""
    shop = request.shop
    total = money.price_of(shop, place.product_id, place.variation_id, quantity)
    order_id = shop.orders.create("wc-checkout-draft", shop.now(), total=total, method="")
    stock.add_line_item(shop, order_id, place.product_id, place.variation_id, quantity)
    await request.pause("draft")
    return order_id


async def create_order(request: Request, place: OrderedPlace, quantity: int, status: str) -> int:
    """An order made by REST or by staff: WooCommerce's stock moves, FooEvents does not notice."""
    shop = request.shop
    total = money.price_of(shop, place.product_id, place.variation_id, quantity)
    order_id = shop.orders.create("wc-pending", shop.now(), total=total, method="")
    stock.add_line_item(shop, order_id, place.product_id, place.variation_id, quantity)
    await request.pause("items")
    await change_status(request, order_id, status)
    return order_id


async def cancel_unpaid(request: Request, held_for: dt.timedelta) -> list[int]:
    """WooCommerce's timer: pending orders older than that are cancelled."""
    shop = request.shop
    oldest = (shop.now() - held_for).strftime("%Y-%m-%d %H:%M:%S")
    if shop.spec.hpos:
        sql = "SELECT id FROM {p}wc_orders WHERE type='shop_order' AND status='wc-pending' AND date_updated_gmt<=?"
    else:
        sql = (
            "SELECT ID FROM {p}posts WHERE post_type='shop_order' AND post_status='wc-pending' AND post_modified_gmt<=?"
        )
    order_ids = [int(str(row[0])) for row in shop.database.rows(sql, (oldest,))]
    for order_id in order_ids:
        await change_status(request, order_id, "wc-cancelled")
    return order_ids
