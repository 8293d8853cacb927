"""A shop's tables as WordPress 6.8 and WooCommerce 10 make them, filled by hand-made orders and tickets.

Orders are written to the storage that the shop says is authoritative, and, as WooCommerce does with HPOS, a
placeholder post of status `draft` beside it.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import phpserialize
import pymysql

from brcc_tui.settings import Secret, WordPressSettings
from tests.mariadb.server import Server

Cell = tuple[str, str]

TABLES = """
CREATE TABLE {p}posts (
  ID bigint unsigned NOT NULL AUTO_INCREMENT, post_author bigint unsigned NOT NULL DEFAULT 0,
  post_date datetime NOT NULL DEFAULT '2026-01-01 00:00:00',
  post_date_gmt datetime NOT NULL DEFAULT '2026-01-01 00:00:00', post_title text NOT NULL DEFAULT (''),
  post_status varchar(20) NOT NULL DEFAULT 'publish', post_name varchar(200) NOT NULL DEFAULT '',
  post_password varchar(255) NOT NULL DEFAULT '',
  post_modified_gmt datetime NOT NULL DEFAULT '2026-01-01 00:00:00', post_parent bigint unsigned NOT NULL DEFAULT 0,
  post_type varchar(20) NOT NULL DEFAULT 'post',
  PRIMARY KEY (ID), KEY post_name (post_name(191)), KEY type_status_date (post_type, post_status, post_date, ID),
  KEY post_parent (post_parent), KEY post_author (post_author)) ENGINE=InnoDB;
CREATE TABLE {p}postmeta (
  meta_id bigint unsigned NOT NULL AUTO_INCREMENT, post_id bigint unsigned NOT NULL DEFAULT 0,
  meta_key varchar(255) DEFAULT NULL, meta_value longtext DEFAULT NULL,
  PRIMARY KEY (meta_id), KEY post_id (post_id), KEY meta_key (meta_key(191))) ENGINE=InnoDB;
CREATE TABLE {p}options (
  option_id bigint unsigned NOT NULL AUTO_INCREMENT, option_name varchar(191) NOT NULL DEFAULT '',
  option_value longtext NOT NULL, autoload varchar(20) NOT NULL DEFAULT 'yes',
  PRIMARY KEY (option_id), UNIQUE KEY option_name (option_name)) ENGINE=InnoDB;
CREATE TABLE {p}terms (
  term_id bigint unsigned NOT NULL AUTO_INCREMENT, name varchar(200) NOT NULL DEFAULT '',
  slug varchar(200) NOT NULL DEFAULT '', PRIMARY KEY (term_id), KEY slug (slug(191))) ENGINE=InnoDB;
CREATE TABLE {p}term_taxonomy (
  term_taxonomy_id bigint unsigned NOT NULL AUTO_INCREMENT, term_id bigint unsigned NOT NULL DEFAULT 0,
  taxonomy varchar(32) NOT NULL DEFAULT '', PRIMARY KEY (term_taxonomy_id),
  UNIQUE KEY term_id_taxonomy (term_id, taxonomy), KEY taxonomy (taxonomy)) ENGINE=InnoDB;
CREATE TABLE {p}term_relationships (
  object_id bigint unsigned NOT NULL DEFAULT 0, term_taxonomy_id bigint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (object_id, term_taxonomy_id), KEY term_taxonomy_id (term_taxonomy_id)) ENGINE=InnoDB;
CREATE TABLE {p}woocommerce_order_items (
  order_item_id bigint unsigned NOT NULL AUTO_INCREMENT, order_item_name text NOT NULL DEFAULT (''),
  order_item_type varchar(200) NOT NULL DEFAULT '', order_id bigint unsigned NOT NULL,
  PRIMARY KEY (order_item_id), KEY order_id (order_id)) ENGINE=InnoDB;
CREATE TABLE {p}woocommerce_order_itemmeta (
  meta_id bigint unsigned NOT NULL AUTO_INCREMENT, order_item_id bigint unsigned NOT NULL,
  meta_key varchar(255) DEFAULT NULL, meta_value longtext DEFAULT NULL,
  PRIMARY KEY (meta_id), KEY order_item_id (order_item_id), KEY meta_key (meta_key(32))) ENGINE=InnoDB;
CREATE TABLE {p}wc_orders (
  id bigint unsigned NOT NULL, status varchar(20) DEFAULT NULL, type varchar(20) DEFAULT NULL,
  customer_id bigint unsigned DEFAULT NULL, date_created_gmt datetime DEFAULT NULL,
  date_updated_gmt datetime DEFAULT NULL, parent_order_id bigint unsigned DEFAULT NULL,
  PRIMARY KEY (id), KEY status (status), KEY date_created (date_created_gmt), KEY parent_order_id (parent_order_id),
  KEY type_status_date (type, status, date_created_gmt), KEY date_updated (date_updated_gmt)) ENGINE=InnoDB;
CREATE TABLE {p}wc_orders_meta (
  id bigint unsigned NOT NULL AUTO_INCREMENT, order_id bigint unsigned DEFAULT NULL,
  meta_key varchar(255) DEFAULT NULL, meta_value text DEFAULT NULL,
  PRIMARY KEY (id), KEY meta_key_value (meta_key(100), meta_value(82)),
  KEY order_id_meta_key_meta_value (order_id, meta_key(100), meta_value(82))) ENGINE=InnoDB;
CREATE TABLE {p}wc_order_operational_data (
  id bigint unsigned NOT NULL AUTO_INCREMENT, order_id bigint unsigned DEFAULT NULL,
  order_stock_reduced tinyint(1) DEFAULT NULL, PRIMARY KEY (id), UNIQUE KEY order_id (order_id)) ENGINE=InnoDB"""

OPTIONS = {
    "siteurl": "https://shop.example",
    "date_format": "F j, Y",
    "time_format": "g:i a",
    "timezone_string": "America/Toronto",
    "gmt_offset": "",
    "woocommerce_currency": "CAD",
    "woocommerce_version": "10.0.2",
}


@dataclass
class Shop:
    """One shop's database, and a connection of its administrator that writes as WordPress would."""

    server: Server
    database: str
    hpos: bool
    prefix: str = "wp_"
    reader_password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    tables: tuple[str, ...] = ()
    _connection: Any = None

    @classmethod
    def make(cls, server: Server, *, hpos: bool, prefix: str = "wp_") -> Shop:
        """Create the database, its tables, and a user who may only read it."""
        shop = cls(server, f"shop_{secrets.token_hex(5)}", hpos, prefix)
        server.run(
            f"CREATE DATABASE {shop.database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
            f"CREATE USER '{shop.reader}'@'%' IDENTIFIED BY '{shop.reader_password}'",
            f"GRANT SELECT ON {shop.database}.* TO '{shop.reader}'@'%'",
        )
        shop._connection = server.connect(shop.database)
        statements = TABLES.format(p=prefix).split(";")
        shop.tables = tuple(statement.split()[2] for statement in statements)
        for statement in statements:
            shop.sql(statement)
        shop.fill_options()
        return shop

    @property
    def reader(self) -> str:
        """The name of the user who may only read."""
        return f"reader_{self.database[5:]}"

    def settings(self, **changes: Any) -> WordPressSettings:
        """The program's settings for this shop."""
        values: dict[str, Any] = {
            "host": self.server.host,
            "port": self.server.port,
            "user": self.reader,
            "password": Secret(self.reader_password),
            "name": self.database,
            "prefix": self.prefix,
            "tls": False,
        }
        return WordPressSettings(**(values | changes))

    def sql(self, text: str, *bound: object) -> int:
        """Run one statement in autocommit; the id of the row it inserted."""
        with self._connection.cursor() as cursor:
            cursor.execute(text, bound or None)
            return int(cursor.lastrowid or 0)

    def rows(self, text: str, *bound: object) -> tuple[tuple[Any, ...], ...]:
        """The rows of one statement."""
        with self._connection.cursor() as cursor:
            cursor.execute(text, bound or None)
            return tuple(cursor.fetchall())

    def now(self) -> int:
        """The server's own time, in seconds."""
        return int(self.rows("SELECT UNIX_TIMESTAMP()")[0][0])

    def clear(self) -> None:
        """Empty every table and write the options again; numbers go on, for TRUNCATE takes ten times as long."""
        for table in self.tables:
            self.sql(f"DELETE FROM {table}")
        self.fill_options()

    def fill_options(self) -> None:
        """The site's usual options."""
        options = {**OPTIONS, "woocommerce_custom_orders_table_enabled": "yes" if self.hpos else "no"}
        self._insert("options", ("option_name", "option_value"), list(options.items()), how="REPLACE")

    def option(self, name: str, value: str) -> None:
        """Set an option of the site."""
        self.sql(f"REPLACE INTO {self.prefix}options (option_name, option_value) VALUES (%s, %s)", name, value)

    def post(self, kind: str, status: str = "publish") -> int:
        """A new post."""
        table = f"{self.prefix}posts"
        text = f"INSERT INTO {table} (post_type, post_status, post_modified_gmt) VALUES (%s, %s, UTC_TIMESTAMP())"
        return self.sql(text, kind, status)

    def meta(self, post: int, key: str, value: object) -> None:
        """Add a row of post meta."""
        self.metas(post, {key: value})

    def metas(self, post: int, values: Mapping[str, object]) -> None:
        """Add rows of post meta."""
        rows = [(post, key, str(value)) for key, value in values.items()]
        self._insert("postmeta", ("post_id", "meta_key", "meta_value"), rows)

    def _insert(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, how: str = "INSERT"
    ) -> None:
        """Rows in one statement: the server is asked often enough as it is."""
        marks = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
        values = [value for row in rows for value in row]
        self.sql(f"{how} INTO {self.prefix}{table} ({', '.join(columns)}) VALUES {marks}", *values)

    def set_meta(self, post: int, key: str, value: object) -> None:
        """Change the rows of post meta of that key."""
        self.sql(
            f"UPDATE {self.prefix}postmeta SET meta_value=%s WHERE post_id=%s AND meta_key=%s", str(value), post, key
        )

    def other_meta(self, rows: int) -> None:
        """So many rows of meta of a post that is no ticket."""
        values = ", ".join(f"(1, '_text', '{number}')" for number in range(1, rows + 1))
        self.sql(f"INSERT INTO {self.prefix}postmeta (post_id, meta_key, meta_value) VALUES {values}")

    def product(self, *, managed: bool = False, type: str | None = None) -> int:
        """A product; `managed` by WooCommerce's stock. Without a `type` it has no row that names one."""
        product = self.post("product")
        self.meta(product, "_manage_stock", "yes" if managed else "no")
        if type is not None:
            p = self.prefix
            term = self.sql(f"INSERT INTO {p}terms (name, slug) VALUES (%s, %s)", type, type)
            kind = self.sql(f"INSERT INTO {p}term_taxonomy (term_id, taxonomy) VALUES (%s, 'product_type')", term)
            self.sql(f"INSERT INTO {p}term_relationships VALUES (%s, %s)", product, kind)
        return product

    def variation(self, product: int, **meta: object) -> int:
        """A variation of a product, with these rows of meta."""
        post = self.post("product_variation")
        self.sql(f"UPDATE {self.prefix}posts SET post_parent=%s WHERE ID=%s", product, post)
        if meta:
            self.metas(post, meta)
        return post

    def order(
        self,
        status: str,
        items: Mapping[int, int] | Sequence[tuple[int, int, int]] = (),
        *,
        places: str | Sequence[tuple[int, str, str]] | None = None,
        generated: bool = False,
        reduced: bool = True,
        age: int = 3600,
        kind: str = "shop_order",
    ) -> int:
        """An order; items are {product: quantity} or (product, variation, quantity); `age` in seconds."""
        order = self.post(kind if not self.hpos else "shop_order_placehold", status if not self.hpos else "draft")
        if self.hpos:
            self.sql(
                f"INSERT INTO {self.prefix}wc_orders (id, status, type, date_created_gmt, date_updated_gmt) VALUES"
                " (%s, %s, %s, UTC_TIMESTAMP(), UTC_TIMESTAMP())",
                *(order, status, kind),
            )
            self.sql(
                f"INSERT INTO {self.prefix}wc_order_operational_data (order_id, order_stock_reduced) VALUES (%s, %s)",
                *(order, int(reduced)),
            )
        else:
            self.meta(order, "_order_stock_reduced", "yes" if reduced else "no")
        self.aged(order, age)
        if places is not None:
            self.order_meta(order, "WooCommerceEventsOrderTickets", places if isinstance(places, str) else php(places))
        if generated:
            self.generated(order)
        listed = [(product, 0, n) for product, n in items.items()] if isinstance(items, Mapping) else items
        for product, variation, quantity in listed:
            self.item(order, product, quantity, variation)
        return order

    def item(self, order: int, product: int, quantity: int, variation: int = 0) -> int:
        """A line item."""
        item = self.sql(
            f"INSERT INTO {self.prefix}woocommerce_order_items (order_item_type, order_id) VALUES ('line_item', %s)",
            order,
        )
        meta = {"_product_id": product, "_variation_id": variation, "_qty": quantity}
        rows = [(item, key, str(value)) for key, value in meta.items()]
        self._insert("woocommerce_order_itemmeta", ("order_item_id", "meta_key", "meta_value"), rows)
        return item

    def order_meta(self, order: int, key: str, value: str) -> None:
        """Add a row of an order's meta, in the authoritative storage."""
        if not self.hpos:
            self.meta(order, key, value)
            return
        self.sql(
            f"INSERT INTO {self.prefix}wc_orders_meta (order_id, meta_key, meta_value) VALUES (%s, %s, %s)",
            *(order, key, value),
        )

    def generated(self, order: int) -> None:
        """FooEvents has made the order's tickets."""
        self.order_meta(order, "WooCommerceEventsTicketsGenerated", "yes")

    def move(self, order: int, status: str) -> None:
        """Give the order another status, now."""
        if self.hpos:
            self.sql(f"UPDATE {self.prefix}wc_orders SET status=%s WHERE id=%s", status, order)
        else:
            self.sql(f"UPDATE {self.prefix}posts SET post_status=%s WHERE ID=%s", status, order)
        self.aged(order, 0)

    def aged(self, order: int, seconds: int) -> None:
        """The order was last changed so many seconds ago."""
        when = "UTC_TIMESTAMP() - INTERVAL %s SECOND"
        if self.hpos:
            self.sql(f"UPDATE {self.prefix}wc_orders SET date_updated_gmt={when} WHERE id=%s", seconds, order)
        else:
            self.sql(f"UPDATE {self.prefix}posts SET post_modified_gmt={when} WHERE ID=%s", seconds, order)

    def forget(self, order: int) -> None:
        """Delete the order for good; its tickets stay."""
        for statement in (
            f"DELETE FROM {self.prefix}posts WHERE ID=%s",
            f"DELETE FROM {self.prefix}postmeta WHERE post_id=%s",
            f"DELETE FROM {self.prefix}wc_orders WHERE id=%s",
            f"DELETE FROM {self.prefix}wc_orders_meta WHERE order_id=%s",
            f"DELETE FROM {self.prefix}wc_order_operational_data WHERE order_id=%s",
            f"DELETE FROM {self.prefix}woocommerce_order_items WHERE order_id=%s",
        ):
            self.sql(statement, order)

    def ticket(
        self,
        product: int,
        order: int | None = None,
        cell: Cell | None = None,
        *,
        status: str | None = "Not Checked In",
        post_status: str = "publish",
        texts: tuple[str, str] | None = None,
        variation: int | None = None,
        starts: int | None = None,
    ) -> int:
        """A ticket post with the meta that FooEvents writes; `starts` is the show's local time read as UTC."""
        post = self.post("event_magic_tickets", post_status)
        wanted = {
            "WooCommerceEventsTicketID": post * 1000,
            "WooCommerceEventsOrderID": order,
            "WooCommerceEventsProductID": product,
            "WooCommerceEventsStatus": status,
            "WooCommerceEventsVariationID": variation or "",
            "WooCommerceEventsBookingSlot": texts[0] if texts else None,
            "WooCommerceEventsBookingDate": texts[1] if texts else None,
            "WooCommerceEventsBookingSlotID": cell[0] if cell else None,
            "WooCommerceEventsBookingDateID": cell[1] if cell else None,
            "WooCommerceEventsBookingDateTimestamp": starts,
        }
        self.metas(post, {key: value for key, value in wanted.items() if value is not None})
        return post

    def close(self) -> None:
        """Let go of the administrator's connection and drop the database."""
        with contextlib.suppress(pymysql.err.Error):
            self.sql(f"DROP DATABASE {self.database}")
            self.sql(f"DROP USER '{self.reader}'@'%'")
        self._connection.close()


def php(places: Sequence[tuple[int, str, str]], name: str = "Zoë “Q”; }{ 🎭") -> str:
    """Places (product, slot id, date id) as the PHP array that FooEvents keeps with an order."""
    tickets = {
        number: {
            "WooCommerceEventsProductID": product,
            "WooCommerceEventsStatus": "Unpaid",
            "WooCommerceEventsAttendeeName": name,
            "WooCommerceEventsBookingOptions": {"slot": slot, "slot_label": "8pm", "date": date, "date_label": "x"},
        }
        for number, (product, slot, date) in enumerate(places, 1)
    }
    return phpserialize.dumps({1: tickets}).decode()
