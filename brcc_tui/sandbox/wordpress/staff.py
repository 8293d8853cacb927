"""What staff do in wp-admin: refunds, the order form, tickets, and the product editor with its old copy."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from brcc_tui.sandbox.wordpress import fooevents, money, stock, tickets
from brcc_tui.sandbox.wordpress.order_store import ADMIN_ADDED, GENERATED, touch_post
from brcc_tui.sandbox.wordpress.orders import change_status, return_place, status_refunded_in_form, wc_status
from brcc_tui.sandbox.wordpress.shop import Request, Shop
from brcc_tui.sandbox.wordpress.tickets import OrderedPlace


class RefundBy(enum.StrEnum):
    """Who makes a refund: only the admin screen makes FooEvents give places back."""

    REST = "rest"
    CODE = "code"
    ADMIN = "admin"


async def refund(
    request: Request, order_id: int, by: RefundBy, *, quantity: int | None = None, restock: bool = True
) -> int:
    """Refund some or all of an order's seats; the order becomes refunded when nothing is left of it.

    The quantity is taken from the line items in their order. Tickets keep their status.
    """
    shop = request.shop
    items = stock.line_items(shop, order_id)
    already = stock.refunded_quantities(shop, order_id)
    open_quantities = {item.id: item.quantity - already.get(item.id, 0) for item in items}
    wanted = sum(open_quantities.values()) if quantity is None else quantity
    refunded = _in_their_order(open_quantities, wanted)
    refund_id = shop.orders.create_refund(order_id, shop.now(), _amount_of(shop, items, refunded))
    for item in items:
        if item.id in refunded:
            _add_refund_item(shop, refund_id, item, refunded[item.id])
    await request.pause("refund_row")
    if restock:
        stock.restock_refunded(shop, refunded, items)
        await request.pause("refund_restocked")
    if all(open_quantities[item_id] == refunded.get(item_id, 0) for item_id in open_quantities):
        await change_status(request, order_id, "wc-refunded")
    if by is RefundBy.ADMIN and restock:
        await _return_refunded_places(request, order_id)
    return refund_id


def _in_their_order(available: Mapping[int, int], wanted: int) -> dict[int, int]:
    """So many seats of the line items that have them, those of the first ones first."""
    taken: dict[int, int] = {}
    for item_id, seats in available.items():
        if some := min(seats, wanted):
            taken[item_id] = some
            wanted -= some
    return taken


def _amount_of(shop: Shop, items: list[stock.LineItem], refunded: dict[int, int]) -> str:
    seats = {item.id: sum(money.seat(shop, item.product_id, item.variation_id or None)) for item in items}
    return money.stored_price(sum(quantity * seats[item_id] for item_id, quantity in refunded.items()))


def _add_refund_item(shop: Shop, refund_id: int, item: stock.LineItem, quantity: int) -> None:
    line = stock.add_line_item(shop, refund_id, item.product_id, item.variation_id or None, -quantity)
    shop.items.add(line, "_refunded_item_id", str(item.id))


async def _return_refunded_places(request: Request, order_id: int) -> None:
    """FooEvents after the admin screen: one place for each refunded line, of every refund there ever was."""
    shop = request.shop
    by_id = {item.id: item for item in stock.line_items(shop, order_id)}
    for number, (item_id, _) in enumerate(stock.refunded_lines(shop, order_id), 1):
        if item_id not in by_id:
            continue
        cell = [shop.items.get(item_id, key) or "" for key in ("booking_slot_id", "booking_date_id")]
        place = OrderedPlace(by_id[item_id].product_id, None, *cell)
        await return_place(request, place, f"refund:text:{number}", f"refund:read_text:{number}")


async def save_order_form(request: Request, order_id: int, status: str | None = None, *, restock: bool = False) -> None:
    """Staff press Update on an order, with another status or none."""
    stock.adjust_to_line_items(request.shop, order_id)
    await request.pause("form_items")
    if status is not None:
        await change_status(request, order_id, status)
        if wc_status(status) == "wc-refunded" and restock:
            await status_refunded_in_form(request, order_id)


async def add_ticket(request: Request, place: OrderedPlace) -> tuple[int, int]:
    """Staff add a ticket: an order of its own, completed and generated, that has no places in its meta."""
    shop = request.shop
    if shop.is_bookings(place.product_id):
        await _move_stock(request, place, take=True)
    total = money.price_of(shop, place.product_id, place.variation_id, 1)
    order_id = shop.orders.create("wc-pending", shop.now(), total=total, method="")
    stock.add_line_item(shop, order_id, place.product_id, place.variation_id, 1)
    shop.orders.meta.set(order_id, ADMIN_ADDED, "yes")
    shop.orders.meta.set(order_id, GENERATED, "yes")
    ticket_id = await tickets.create_ticket(request, order_id, place, 1, bare_label=True)
    await change_status(request, order_id, "wc-completed")
    return order_id, ticket_id


async def _move_stock(request: Request, place: OrderedPlace, *, take: bool) -> None:
    options = fooevents.read_options(request.booking_text(place.product_id))
    await request.pause("ticket:read_text")
    (fooevents.take_place if take else fooevents.give_back)(options, place.slot_id, place.date_id)
    request.write_booking_text(place.product_id, fooevents.rewritten_text(options))
    await request.pause("ticket:text")


async def move_ticket(request: Request, ticket_id: int, slot_id: str, date_id: str) -> None:
    """The ticket's edit screen: another slot or date.

    The new cell loses a place and the old one gains it; the MySQL date and the order's places stay as they were.
    """
    shop = request.shop
    meta = {key: value for _, key, value in shop.posts.rows(ticket_id)}
    product_id = int(meta["WooCommerceEventsProductID"])
    old = (meta.get("WooCommerceEventsBookingSlotID"), meta.get("WooCommerceEventsBookingDateID"))
    if not shop.is_bookings(product_id) or old == (slot_id, date_id):
        return
    place = OrderedPlace(product_id, None, slot_id, date_id)
    await _move_stock(request, place, take=True)
    await _move_stock(request, OrderedPlace(product_id, None, old[0] or "", old[1] or ""), take=False)
    options = fooevents.read_options(request.booking_text(product_id))
    texts = fooevents.cell_texts(options, slot_id, date_id)
    for key, value in tickets.booking_meta(shop, place, texts):
        if not key.endswith("MySQLFormat"):
            shop.posts.set(ticket_id, key, texts.label if key.endswith("BookingSlot") else value)
    touch_post(shop.database, ticket_id, shop.now(), shop.zone)
    await request.pause("ticket:moved")


@dataclass(slots=True)
class Editor:
    """A product page that stands open in somebody's browser, with the values it was opened with."""

    shop: Shop
    product_id: int
    user_id: int
    text: str
    stock: int | None

    def heartbeat(self) -> None:
        """The page says that it is still open (every 15 s, unless the tab sleeps)."""
        self._lock(0)

    def leave(self) -> None:
        """The page was closed: the lock is set back so that it is free 5 s later."""
        self._lock(-145)

    def _lock(self, seconds: int) -> None:
        moment = int(self.shop.now().timestamp()) + seconds
        self.shop.posts.set(self.product_id, "_edit_lock", f"{moment}:{self.user_id}")


def open_editor(shop: Shop, product_id: int, user_id: int) -> Editor:
    """Open the product page: its hidden field holds the whole booking text of this moment."""
    owner = stock.stock_owner(shop, product_id)
    text = shop.posts.get(product_id, fooevents.TEXT_KEY) or ""
    editor = Editor(shop, product_id, user_id, text, None if owner is None else stock.stock_of(shop, owner))
    editor.heartbeat()
    return editor


async def save_editor(
    request: Request, editor: Editor, *, options: fooevents.Options | None = None, quantity: int | None = None
) -> None:
    """Staff press Update: the booking text goes back to what the page held, or to `options` if slots were edited.

    WooCommerce's own stock field is kept by WooCommerce when it changed since the page was opened; the
    booking text has no such guard.
    """
    shop = request.shop
    if editor.text or options is not None:
        text = fooevents.reposted_text(editor.text) if options is None else fooevents.form_text(options)
        request.write_booking_text(editor.product_id, text)
        await request.pause("editor:text")
    if quantity is not None and stock.stock_of(shop, editor.product_id) == editor.stock:
        stock.change_stock(shop, editor.product_id, quantity - (editor.stock or 0))
    shop.posts.set(editor.product_id, "_edit_last", str(editor.user_id))
    touch_post(shop.database, editor.product_id, shop.now(), shop.zone)
    editor.heartbeat()
    await request.pause("editor:saved")
