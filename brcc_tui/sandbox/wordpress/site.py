"""The practice club's WordPress site: filled with the world, and acted on by buyers and staff."""

from __future__ import annotations

import datetime as dt
import random
import zoneinfo
from collections.abc import Callable, Iterable

from brcc_tui.sandbox.wordpress import fooevents, order_store, orders, php, staff, stock, tickets
from brcc_tui.sandbox.wordpress.bulk import BulkOrders
from brcc_tui.sandbox.wordpress.database import Database, item_meta, post_meta
from brcc_tui.sandbox.wordpress.order_store import OrdersInPosts, OrdersInTables, OrderStore
from brcc_tui.sandbox.wordpress.orders import Gateway
from brcc_tui.sandbox.wordpress.shop import Hook, Shop
from brcc_tui.sandbox.wordpress.staff import Editor, RefundBy
from brcc_tui.sandbox.wordpress.tickets import OrderedPlace
from brcc_tui.sandbox.world.types import OrderSpec, ProductSpec, SiteSpec, VariationSpec

_PRODUCT_TYPES = {"simple": 2, "grouped": 3, "variable": 4, "external": 5}


class WordPressSite:
    """One site in a database of its own. Making one takes a few milliseconds; `close` deletes it.

    Every asynchronous method is one web request. Its `hook`, or else the site's, is called between the
    statements of the request with the name of the point; `orders.py` lists them.
    """

    def __init__(self, spec: SiteSpec | None = None, *, clock: Callable[[], dt.datetime], seed: int = 1) -> None:
        self.spec = spec or SiteSpec()
        self.database = Database(self.spec.prefix)
        zone = zoneinfo.ZoneInfo(self.spec.zone)
        store: OrderStore = (
            OrdersInTables(self.database, zone, self.spec.currency, self.spec.woocommerce_version)
            if self.spec.hpos
            else OrdersInPosts(self.database, zone, self.spec.currency)
        )
        self.shop = Shop(
            self.spec,
            self.database,
            store,
            post_meta(self.database),
            item_meta(self.database),
            clock,
            zone,
            dice=random.Random(seed),
        )
        self._write_options()
        self._saved_since: set[int] = set()

    @property
    def hook(self) -> Hook | None:
        """Called between the statements of every request that has no hook of its own."""
        return self.shop.hook

    @hook.setter
    def hook(self, hook: Hook | None) -> None:
        self.shop.hook = hook

    def close(self) -> None:
        """Delete the database."""
        self.database.close()

    def _write_options(self) -> None:
        spec = self.spec
        plugins = {
            "woocommerce/woocommerce.php": spec.woocommerce_version,
            "fooevents/fooevents.php": spec.fooevents_version,
            "fooevents_bookings/fooevents-bookings.php": spec.bookings_version,
        }
        options = {
            "siteurl": "http://127.0.0.1",
            "home": "http://127.0.0.1",
            "blogname": spec.title,
            "date_format": spec.date_format,
            "time_format": spec.time_format,
            "timezone_string": spec.zone,
            "gmt_offset": "",
            "active_plugins": php.serialize(list(plugins)),
            "_site_transient_update_plugins": 'O:8:"stdClass":1:{s:7:"checked";' + php.serialize(plugins) + "}",
            "woocommerce_currency": spec.currency,
            "woocommerce_version": spec.woocommerce_version,
            "woocommerce_custom_orders_table_enabled": "yes" if spec.hpos else "no",
            "woocommerce_custom_orders_table_data_sync_enabled": "no",
            "woocommerce_hold_stock_minutes": "60",
        }
        self.database.execute("BEGIN")
        self.database.insert_many("options", "option_name, option_value", list(options.items()))
        self.database.execute("COMMIT")

    def set_option(self, name: str, value: str) -> None:
        """Write a row of the options."""
        self.database.execute(
            "INSERT INTO {p}options (option_name, option_value) VALUES (?,?)"
            " ON CONFLICT (option_name) DO UPDATE SET option_value=excluded.option_value",
            (name, value),
        )

    def send_tickets_on(self, *statuses: str) -> None:
        """FooEvents' choice of order statuses at which tickets are made (normally completed alone)."""
        self.shop.ticket_statuses = tuple(orders.wc_status(status) for status in statuses)
        self.set_option("globalWooCommerceEventsSendOnStatus", php.serialize(list(self.shop.ticket_statuses)))

    # -- filling the world ---------------------------------------------------------------------------------

    def add_product(self, spec: ProductSpec) -> None:
        """A product as WordPress stores it, with its variations."""
        self.database.execute("BEGIN")
        self._insert_product(spec.id, "product", spec.status, spec.name, 0)
        rows = [*_stock_meta(spec.manage_stock, spec.stock, spec.price)]
        rows += [("total_sales", str(spec.past_total_sales)), *spec.meta]
        self.shop.posts.add_many(spec.id, rows)
        self.database.execute(
            "INSERT INTO {p}term_relationships (object_id, term_taxonomy_id) VALUES (?,?)",
            (spec.id, _PRODUCT_TYPES[spec.type]),
        )
        for variation in spec.variations:
            self._add_variation(spec, variation)
        self.database.execute("COMMIT")
        if spec.saved_since:
            self._saved_since.add(spec.id)

    def _add_variation(self, parent: ProductSpec, spec: VariationSpec) -> None:
        self._insert_product(spec.id, "product_variation", "publish", f"{parent.name} - {spec.name}", parent.id)
        self.shop.posts.add_many(spec.id, _stock_meta(spec.manage_stock is True, spec.stock, spec.price))
        self.shop.posts.add(spec.id, "attribute_ticket", spec.name)

    def _insert_product(self, product_id: int, kind: str, status: str, name: str, parent: int) -> None:
        order_store.insert_post(
            self.database,
            post_type=kind,
            status=status,
            title=name,
            moment=self.shop.now(),
            zone=self.shop.zone,
            parent=parent,
            post_id=product_id,
        )

    def place_orders(self, specs: Iterable[OrderSpec]) -> None:
        """Orders of the past, thousands at once, each as its life leaves it."""
        bulk = BulkOrders(self.shop)
        for spec in specs:
            bulk.place(spec)
        bulk.write(self._saved_since)

    # -- buyers --------------------------------------------------------------------------------------------

    async def checkout(
        self,
        product_id: int,
        quantity: int = 1,
        *,
        slot_id: str = "",
        date_id: str = "",
        variation_id: int | None = None,
        gateway: Gateway = Gateway.COD,
        retry_of: int | None = None,
        hook: Hook | None = None,
    ) -> int:
        """Buy by the classic checkout; returns the order's id. Raises `CheckoutRefused` when the shop says no."""
        place = OrderedPlace(product_id, variation_id, slot_id, date_id)
        return await orders.checkout(self.shop.request(hook), place, quantity, gateway, retry_of=retry_of)

    async def pay(self, order_id: int, gateway: Gateway = Gateway.CARD, *, hook: Hook | None = None) -> None:
        """Pay an order that waits for it: the order-pay page, or the payment provider's late message."""
        await orders.pay(self.shop.request(hook), order_id, gateway)

    def thank_you_page(self, order_id: int) -> None:
        """The buyer sees the page after the checkout, which splits a line of several bookings."""
        orders.split_line_items(self.shop, order_id)

    async def open_block_checkout(
        self, product_id: int, quantity: int = 1, *, variation_id: int | None = None, hook: Hook | None = None
    ) -> int:
        """Open the block checkout (Store API): a draft order, which takes nothing."""
        return await orders.open_block_checkout(
            self.shop.request(hook), OrderedPlace(product_id, variation_id), quantity
        )

    async def place_block_checkout(
        self, order_id: int, gateway: Gateway = Gateway.COD, *, hook: Hook | None = None
    ) -> None:
        """Send the block checkout off: WooCommerce's stock is lowered, FooEvents makes neither places nor tickets."""
        await orders.pay(self.shop.request(hook), order_id, gateway)

    async def create_order(
        self, product_id: int, quantity: int = 1, *, status: str = "processing", hook: Hook | None = None
    ) -> int:
        """An order made by REST or in wp-admin."""
        return await orders.create_order(self.shop.request(hook), OrderedPlace(product_id), quantity, status)

    async def cancel_unpaid_orders(
        self, held_for: dt.timedelta = stock.RESERVED_FOR, *, hook: Hook | None = None
    ) -> list[int]:
        """WooCommerce's timer cancels pending orders that are older than that; returns their ids."""
        return await orders.cancel_unpaid(self.shop.request(hook), held_for)

    # -- staff: orders ---------------------------------------------------------------------------------------

    async def set_status(self, order_id: int, status: str, *, hook: Hook | None = None) -> None:
        """Change an order's status, as a REST PUT does it."""
        await orders.change_status(self.shop.request(hook), order_id, status)

    async def refund(
        self,
        order_id: int,
        *,
        by: RefundBy = RefundBy.REST,
        quantity: int | None = None,
        restock: bool = True,
        hook: Hook | None = None,
    ) -> int:
        """Refund all that is left, or a quantity; returns the refund's id."""
        return await staff.refund(self.shop.request(hook), order_id, by, quantity=quantity, restock=restock)

    async def save_order_form(
        self, order_id: int, *, status: str | None = None, restock: bool = False, hook: Hook | None = None
    ) -> None:
        """Press Update in the order's form, with another status or none."""
        await staff.save_order_form(self.shop.request(hook), order_id, status, restock=restock)

    def trash_order(self, order_id: int) -> None:
        """Put an order in the trash: no stock moves."""
        order_store.trash(self.shop.orders, order_id, self.shop.now())

    def untrash_order(self, order_id: int) -> None:
        """Take it out again, with the status it had."""
        order_store.untrash(self.shop.orders, order_id, self.shop.now())

    def delete_order(self, order_id: int) -> None:
        """Delete an order for good: its tickets stay, no stock moves."""
        for refund_id in self.shop.orders.refunds(order_id):
            stock.delete_line_items(self.shop, refund_id)
            self.shop.orders.delete(refund_id)
        stock.delete_line_items(self.shop, order_id)
        self.shop.orders.delete(order_id)

    # -- staff: tickets --------------------------------------------------------------------------------------

    def tickets(self, order_id: int) -> list[int]:
        """The ids of an order's ticket posts, oldest first."""
        return tickets.tickets_of(self.shop, order_id)

    async def add_ticket(
        self, product_id: int, *, slot_id: str = "", date_id: str = "", hook: Hook | None = None
    ) -> tuple[int, int]:
        """Staff add a ticket; returns the ids of its order and of the ticket."""
        return await staff.add_ticket(self.shop.request(hook), OrderedPlace(product_id, None, slot_id, date_id))

    def set_ticket_status(self, ticket_id: int, status: str, *, by_app: bool = False) -> None:
        """The ticket's edit screen, or the app at the door, which does not save the post: no stock moves."""
        self.shop.posts.set(ticket_id, "WooCommerceEventsStatus", status)
        if not by_app:
            order_store.touch_post(self.database, ticket_id, self.shop.now(), self.shop.zone)

    async def move_ticket(self, ticket_id: int, slot_id: str, date_id: str, *, hook: Hook | None = None) -> None:
        """Another slot or date for a ticket."""
        await staff.move_ticket(self.shop.request(hook), ticket_id, slot_id, date_id)

    def trash_ticket(self, ticket_id: int) -> None:
        """Put a ticket in the trash: no stock moves."""
        self.database.execute("UPDATE {p}posts SET post_status='trash' WHERE ID=?", (ticket_id,))
        order_store.touch_post(self.database, ticket_id, self.shop.now(), self.shop.zone)

    def delete_ticket(self, ticket_id: int) -> None:
        """Delete a ticket for good: no stock moves."""
        self.shop.posts.delete_all(ticket_id)
        self.database.execute("DELETE FROM {p}posts WHERE ID=?", (ticket_id,))

    # -- staff: products -------------------------------------------------------------------------------------

    def open_editor(self, product_id: int, user_id: int = 1) -> Editor:
        """Open a product's page; call `heartbeat` to keep it open, `leave` to close it."""
        return staff.open_editor(self.shop, product_id, user_id)

    async def save_editor(
        self,
        editor: Editor,
        *,
        options: fooevents.Options | None = None,
        quantity: int | None = None,
        hook: Hook | None = None,
    ) -> None:
        """Press Update on an open page: the booking text becomes what the page held, or `options`, flat."""
        await staff.save_editor(self.shop.request(hook), editor, options=options, quantity=quantity)

    # -- what is true ----------------------------------------------------------------------------------------

    def booking_text(self, product_id: int) -> str | None:
        """The product's booking text as it is stored now."""
        return self.shop.posts.get(product_id, fooevents.TEXT_KEY)

    def places_left(self, product_id: int, slot_id: str, date_id: str) -> int | None:
        """What a buyer is offered of one cell; None without limit."""
        return fooevents.available(self.booking_text(product_id), slot_id, date_id)

    def stock(self, post_id: int) -> int | None:
        """`_stock` of a product or variation; None where WooCommerce manages none."""
        owner = stock.stock_owner(self.shop, post_id)
        return None if owner is None else stock.stock_of(self.shop, owner)

    def stock_status(self, post_id: int) -> str:
        """What WooCommerce makes of the stock that a product or variation has now."""
        return stock.stock_status(self.shop, post_id, stock.stock_of(self.shop, post_id))

    def order_status(self, order_id: int) -> str | None:
        """The order's status, None when it is gone."""
        return self.shop.orders.status(order_id)


def _stock_meta(managed: bool, quantity: int | None, price: str) -> list[tuple[str, str]]:
    rows = [
        ("_sku", ""),
        ("_regular_price", price),
        ("_price", price),
        ("_manage_stock", "yes" if managed else "no"),
        ("_backorders", "no"),
        ("_stock_status", "instock" if not managed or (quantity or 0) > 0 else "outofstock"),
    ]
    if managed and quantity is not None:
        rows.append(("_stock", str(quantity)))
    return rows
