"""Where orders live: as posts, or in tables of their own (WooCommerce's HPOS, synchronisation off).

With tables of their own every order also has a row in the posts, of type `shop_order_placehold` and status
`draft` for ever: whoever reads posts there finds no error and nothing true.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from brcc_tui.sandbox.wordpress.database import Database, Meta, order_meta, post_meta

GENERATED = "WooCommerceEventsTicketsGenerated"
ORDER_TICKETS = "WooCommerceEventsOrderTickets"
TICKETS_PURCHASED = "WooCommerceEventsTicketsPurchased"
ADMIN_ADDED = "WooCommerceEventsOrderAdminAddTicket"
"""Keys of the meta that FooEvents gives an order: tickets were made (`yes`), its places one by one, how many of each
product, and staff added the ticket (`yes`).
"""

_TRASHED_STATUS = "_wp_trash_meta_status"


def stamp(moment: dt.datetime) -> str:
    """A moment as MariaDB's datetime columns hold it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def insert_post(
    database: Database,
    *,
    post_type: str,
    status: str,
    title: str,
    moment: dt.datetime,
    zone: dt.tzinfo,
    parent: int = 0,
    post_id: int | None = None,
) -> int:
    """Make a row in the posts; returns its id."""
    local, utc = stamp(moment.astimezone(zone)), stamp(moment.astimezone(dt.UTC))
    return database.insert(
        "INSERT INTO {p}posts (ID, post_author, post_date, post_date_gmt, post_title, post_status,"
        " post_modified, post_modified_gmt, post_parent, post_type) VALUES (?,1,?,?,?,?,?,?,?,?)",
        (post_id, local, utc, title, status, local, utc, parent, post_type),
    )


def touch_post(database: Database, post_id: int, moment: dt.datetime, zone: dt.tzinfo) -> None:
    """The post was saved at that moment."""
    database.execute(
        "UPDATE {p}posts SET post_modified=?, post_modified_gmt=? WHERE ID=?",
        (stamp(moment.astimezone(zone)), stamp(moment.astimezone(dt.UTC)), post_id),
    )


class OrderStore(Protocol):
    """What the shop does with orders, whichever way they are stored."""

    meta: Meta

    def create(self, status: str, moment: dt.datetime, *, total: str, method: str) -> int:
        """Make an order whose stock is not reduced."""

    def create_refund(self, order_id: int, moment: dt.datetime, amount: str) -> int:
        """Make a refund of an order: a row of another type, with status completed and this amount."""

    def total(self, order_id: int) -> str:
        """What the order costs."""

    def set_paid(self, order_id: int, moment: dt.datetime) -> None:
        """Note when the order was paid, the first time."""

    def status(self, order_id: int) -> str | None:
        """The order's status with its `wc-`, `trash`, or None when there is no such order."""

    def set_status(self, order_id: int, status: str, moment: dt.datetime) -> None:
        """Write the status and the moment of the change."""

    def stock_reduced(self, order_id: int) -> bool:
        """Whether WooCommerce thinks that it lowered the stock for this order."""

    def set_stock_reduced(self, order_id: int, reduced: bool) -> None:
        """Write that flag."""

    def refunds(self, order_id: int) -> list[int]:
        """The ids of the order's refunds, oldest first."""

    def delete(self, order_id: int) -> None:
        """Delete the order's own rows."""


ADDRESS = (
    "INSERT INTO {p}wc_order_addresses (order_id, address_type, first_name, last_name, email)"
    " VALUES (?,'billing',?,?,?)"
)
_FIRST = ("Amara", "Boyd", "Cleo", "Dov", "Edda", "Felix", "Greta", "Hugo", "Ines", "Jude", "Kaya", "Liam", "Mira")
_LAST = ("Ashby", "Brook", "Cole", "Drake", "Egan", "Frost", "Gale", "Hale", "Irwin", "Jarvis", "Knox", "Lowe")


def billing(order_id: int) -> list[tuple[str, str]]:
    """Who pays for an order: nobody real, at an address that reaches nobody."""
    first, last = _FIRST[order_id % len(_FIRST)], _LAST[order_id % len(_LAST)]
    email = f"buyer{order_id}@example.com"
    return [("_billing_first_name", first), ("_billing_last_name", last), ("_billing_email", email)]


class OrdersInPosts:
    """Orders as posts of type `shop_order`."""

    def __init__(self, database: Database, zone: dt.tzinfo, currency: str) -> None:
        self.meta = post_meta(database)
        self._database, self._zone, self._currency = database, zone, currency

    def create(self, status: str, moment: dt.datetime, *, total: str, method: str) -> int:
        title = f"Order &ndash; {moment.astimezone(self._zone):%B %d, %Y @ %I:%M %p}"
        order_id = insert_post(
            self._database, post_type="shop_order", status=status, title=title, moment=moment, zone=self._zone
        )
        self.meta.add_many(order_id, self.first_meta(order_id, total, method))
        return order_id

    def first_meta(self, order_id: int, total: str, method: str) -> list[tuple[str, str]]:
        """The meta rows that an order is born with."""
        return [
            ("_order_currency", self._currency),
            ("_order_total", total),
            ("_payment_method", method),
            *billing(order_id),
            ("_order_stock_reduced", "no"),
        ]

    def create_refund(self, order_id: int, moment: dt.datetime, amount: str) -> int:
        refund_id = insert_post(
            self._database,
            post_type="shop_order_refund",
            status="wc-completed",
            title="Refund",
            moment=moment,
            zone=self._zone,
            parent=order_id,
        )
        self.meta.add_many(refund_id, [("_order_total", f"-{amount}"), ("_refund_amount", amount)])
        return refund_id

    def total(self, order_id: int) -> str:
        return self.meta.get(order_id, "_order_total") or "0"

    def set_paid(self, order_id: int, moment: dt.datetime) -> None:
        if self.meta.get(order_id, "_date_paid") is None:
            self.meta.add(order_id, "_date_paid", str(int(moment.timestamp())))

    def status(self, order_id: int) -> str | None:
        value = self._database.value(
            "SELECT post_status FROM {p}posts WHERE ID=? AND post_type='shop_order'", (order_id,)
        )
        return None if value is None else str(value)

    def set_status(self, order_id: int, status: str, moment: dt.datetime) -> None:
        self._database.execute(
            "UPDATE {p}posts SET post_status=?, post_modified=?, post_modified_gmt=? WHERE ID=?",
            (status, stamp(moment.astimezone(self._zone)), stamp(moment.astimezone(dt.UTC)), order_id),
        )

    def stock_reduced(self, order_id: int) -> bool:
        return self.meta.get(order_id, "_order_stock_reduced") == "yes"

    def set_stock_reduced(self, order_id: int, reduced: bool) -> None:
        self.meta.set(order_id, "_order_stock_reduced", "yes" if reduced else "no")

    def refunds(self, order_id: int) -> list[int]:
        found = self._database.rows(
            "SELECT ID FROM {p}posts WHERE post_parent=? AND post_type='shop_order_refund' ORDER BY ID", (order_id,)
        )
        return [int(str(row[0])) for row in found]

    def delete(self, order_id: int) -> None:
        self.meta.delete_all(order_id)
        self._database.execute("DELETE FROM {p}posts WHERE ID=?", (order_id,))


class OrdersInTables:
    """Orders in `wc_orders` and its companions."""

    def __init__(self, database: Database, zone: dt.tzinfo, currency: str, version: str) -> None:
        self.meta = order_meta(database)
        self._database, self._zone, self._currency, self._version = database, zone, currency, version

    def _placeholder(self, moment: dt.datetime) -> int:
        return insert_post(
            self._database, post_type="shop_order_placehold", status="draft", title="", moment=moment, zone=self._zone
        )

    def _insert(
        self, order_id: int, status: str, kind: str, moment: dt.datetime, total: str, method: str, parent: int
    ) -> None:
        utc = stamp(moment.astimezone(dt.UTC))
        self._database.execute(
            "INSERT INTO {p}wc_orders (id, status, currency, type, total_amount, customer_id, billing_email,"
            " date_created_gmt, date_updated_gmt, parent_order_id, payment_method) VALUES (?,?,?,?,?,0,?,?,?,?,?)",
            (order_id, status, self._currency, kind, total, f"buyer{order_id}@example.com", utc, utc, parent, method),
        )
        self._database.execute(
            "INSERT INTO {p}wc_order_operational_data (order_id, created_via, woocommerce_version,"
            " order_stock_reduced) VALUES (?,'checkout',?,0)",
            (order_id, self._version),
        )
        if kind == "shop_order":
            self._database.execute(ADDRESS, (order_id, *(value for _, value in billing(order_id))))

    def create(self, status: str, moment: dt.datetime, *, total: str, method: str) -> int:
        order_id = self._placeholder(moment)
        self._insert(order_id, status, "shop_order", moment, total, method, 0)
        return order_id

    def create_refund(self, order_id: int, moment: dt.datetime, amount: str) -> int:
        refund_id = self._placeholder(moment)
        self._insert(refund_id, "wc-completed", "shop_order_refund", moment, f"-{amount}", "", order_id)
        self.meta.add(refund_id, "_refund_amount", amount)
        return refund_id

    def total(self, order_id: int) -> str:
        return str(self._database.value("SELECT total_amount FROM {p}wc_orders WHERE id=?", (order_id,)) or "0")

    def set_paid(self, order_id: int, moment: dt.datetime) -> None:
        self._database.execute(
            "UPDATE {p}wc_order_operational_data SET date_paid_gmt=? WHERE order_id=? AND date_paid_gmt IS NULL",
            (stamp(moment.astimezone(dt.UTC)), order_id),
        )

    def status(self, order_id: int) -> str | None:
        value = self._database.value("SELECT status FROM {p}wc_orders WHERE id=? AND type='shop_order'", (order_id,))
        return None if value is None else str(value)

    def set_status(self, order_id: int, status: str, moment: dt.datetime) -> None:
        self._database.execute(
            "UPDATE {p}wc_orders SET status=?, date_updated_gmt=? WHERE id=?",
            (status, stamp(moment.astimezone(dt.UTC)), order_id),
        )

    def stock_reduced(self, order_id: int) -> bool:
        return bool(
            self._database.number(
                "SELECT order_stock_reduced FROM {p}wc_order_operational_data WHERE order_id=?", (order_id,)
            )
        )

    def set_stock_reduced(self, order_id: int, reduced: bool) -> None:
        self._database.execute(
            "UPDATE {p}wc_order_operational_data SET order_stock_reduced=? WHERE order_id=?", (int(reduced), order_id)
        )

    def refunds(self, order_id: int) -> list[int]:
        found = self._database.rows(
            "SELECT id FROM {p}wc_orders WHERE parent_order_id=? AND type='shop_order_refund' ORDER BY id", (order_id,)
        )
        return [int(str(row[0])) for row in found]

    def delete(self, order_id: int) -> None:
        self.meta.delete_all(order_id)
        for statement in (
            "DELETE FROM {p}wc_order_operational_data WHERE order_id=?",
            "DELETE FROM {p}wc_order_addresses WHERE order_id=?",
            "DELETE FROM {p}wc_orders WHERE id=?",
            "DELETE FROM {p}posts WHERE ID=?",
        ):
            self._database.execute(statement, (order_id,))


def trash(store: OrderStore, order_id: int, moment: dt.datetime) -> None:
    """Into the trash: nothing but the status changes, and the old one is kept for the way back."""
    store.meta.add(order_id, _TRASHED_STATUS, store.status(order_id) or "")
    store.set_status(order_id, "trash", moment)


def untrash(store: OrderStore, order_id: int, moment: dt.datetime) -> None:
    """Out of the trash, with the status it had."""
    store.set_status(order_id, store.meta.get(order_id, _TRASHED_STATUS) or "wc-pending", moment)
    store.meta.delete(order_id, _TRASHED_STATUS)
