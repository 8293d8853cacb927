"""The WordPress tables, in a SQLite file of their own.

WordPress uses no transactions: every statement commits alone and is seen by every other session at once.
SQLite's write-ahead log gives exactly that, and a reader that opened a transaction keeps its frozen view,
as a consistent snapshot of MariaDB does.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence, Sized
from pathlib import Path

SqliteRow = tuple[object, ...]

# Texts are NOCASE because WordPress's collation (utf8mb4_unicode_ci) does not tell case apart; values that
# programs compare byte for byte (`meta_value`) are compared in code, not in SQL.
_TABLES = """
CREATE TABLE {p}posts (
  ID INTEGER PRIMARY KEY AUTOINCREMENT, post_author INTEGER NOT NULL DEFAULT 0,
  post_date wpdatetime NOT NULL, post_date_gmt wpdatetime NOT NULL,
  post_content TEXT NOT NULL DEFAULT '', post_title TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
  post_excerpt TEXT NOT NULL DEFAULT '', post_status TEXT NOT NULL COLLATE NOCASE,
  post_password TEXT NOT NULL DEFAULT '', post_name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
  post_modified wpdatetime NOT NULL, post_modified_gmt wpdatetime NOT NULL,
  post_parent INTEGER NOT NULL DEFAULT 0, post_type TEXT NOT NULL COLLATE NOCASE);
CREATE INDEX {p}type_status_date ON {p}posts (post_type, post_status, post_date, ID);
CREATE INDEX {p}post_parent ON {p}posts (post_parent);
CREATE TABLE {p}postmeta (
  meta_id INTEGER PRIMARY KEY AUTOINCREMENT, post_id INTEGER NOT NULL,
  meta_key TEXT COLLATE NOCASE, meta_value TEXT COLLATE NOCASE);
CREATE INDEX {p}post_id ON {p}postmeta (post_id, meta_key);
CREATE INDEX {p}meta_key ON {p}postmeta (meta_key, meta_value);
CREATE TABLE {p}options (
  option_id INTEGER PRIMARY KEY AUTOINCREMENT, option_name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  option_value TEXT NOT NULL, autoload TEXT NOT NULL DEFAULT 'yes');
CREATE TABLE {p}terms (
  term_id INTEGER PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL COLLATE NOCASE);
CREATE TABLE {p}term_taxonomy (
  term_taxonomy_id INTEGER PRIMARY KEY, term_id INTEGER NOT NULL, taxonomy TEXT NOT NULL COLLATE NOCASE);
CREATE TABLE {p}term_relationships (
  object_id INTEGER NOT NULL, term_taxonomy_id INTEGER NOT NULL, PRIMARY KEY (object_id, term_taxonomy_id));
CREATE TABLE {p}wc_orders (
  id INTEGER PRIMARY KEY, status TEXT COLLATE NOCASE, currency TEXT, type TEXT COLLATE NOCASE,
  tax_amount TEXT, total_amount TEXT, customer_id INTEGER, billing_email TEXT COLLATE NOCASE,
  date_created_gmt wpdatetime, date_updated_gmt wpdatetime, parent_order_id INTEGER,
  payment_method TEXT, payment_method_title TEXT);
CREATE INDEX {p}wc_orders_type_status ON {p}wc_orders (type, status, date_created_gmt);
CREATE INDEX {p}wc_orders_parent ON {p}wc_orders (parent_order_id);
CREATE TABLE {p}wc_orders_meta (
  id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER,
  meta_key TEXT COLLATE NOCASE, meta_value TEXT COLLATE NOCASE);
CREATE INDEX {p}order_id_meta_key ON {p}wc_orders_meta (order_id, meta_key);
CREATE INDEX {p}orders_meta_key ON {p}wc_orders_meta (meta_key, order_id);
CREATE TABLE {p}wc_order_operational_data (
  id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER UNIQUE, created_via TEXT,
  woocommerce_version TEXT, order_stock_reduced INTEGER, date_paid_gmt wpdatetime);
CREATE TABLE {p}wc_order_addresses (
  id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL, address_type TEXT COLLATE NOCASE,
  first_name TEXT, last_name TEXT, email TEXT COLLATE NOCASE);
CREATE UNIQUE INDEX {p}address_type_order_id ON {p}wc_order_addresses (address_type, order_id);
CREATE TABLE {p}woocommerce_order_items (
  order_item_id INTEGER PRIMARY KEY AUTOINCREMENT, order_item_name TEXT NOT NULL,
  order_item_type TEXT NOT NULL DEFAULT '' COLLATE NOCASE, order_id INTEGER NOT NULL);
CREATE INDEX {p}order_items_order ON {p}woocommerce_order_items (order_id);
CREATE TABLE {p}woocommerce_order_itemmeta (
  meta_id INTEGER PRIMARY KEY AUTOINCREMENT, order_item_id INTEGER NOT NULL,
  meta_key TEXT COLLATE NOCASE, meta_value TEXT COLLATE NOCASE);
CREATE INDEX {p}itemmeta_item ON {p}woocommerce_order_itemmeta (order_item_id, meta_key);
CREATE INDEX {p}itemmeta_key ON {p}woocommerce_order_itemmeta (meta_key, meta_value);
CREATE TABLE {p}wc_reserved_stock (
  order_id INTEGER NOT NULL, product_id INTEGER NOT NULL, stock_quantity REAL NOT NULL DEFAULT 0,
  timestamp wpdatetime NOT NULL, expires wpdatetime NOT NULL, PRIMARY KEY (order_id, product_id));
CREATE TABLE {p}wc_product_meta_lookup (
  product_id INTEGER PRIMARY KEY, sku TEXT, stock_quantity REAL, stock_status TEXT, total_sales INTEGER);
INSERT INTO {p}terms VALUES (2,'simple','simple'), (3,'grouped','grouped'), (4,'variable','variable'),
  (5,'external','external');
INSERT INTO {p}term_taxonomy SELECT term_id, term_id, 'product_type' FROM {p}terms;
"""
# WordPress itself indexes postmeta by meta_key alone; here the value is in the index too, because the
# practice club answers for some thousand tickets in the same process that serves everything else.

DATETIME_COLUMNS = frozenset(
    {
        "post_date",
        "post_date_gmt",
        "post_modified",
        "post_modified_gmt",
        "date_created_gmt",
        "date_updated_gmt",
        "date_paid_gmt",
        "timestamp",
        "expires",
    }
)
"""Columns that MariaDB holds as datetime: here they are texts `YYYY-MM-DD HH:MM:SS`."""


def _configure(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("PRAGMA cache_size=-32000")
    return connection


_numbers = itertools.count(1)


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """One folder for all databases of this process, gone with it: making and removing one each would be slow."""
    return tempfile.TemporaryDirectory(prefix="practice-wordpress-")


@functools.cache
def _template(prefix: str) -> bytes:
    """A database file with empty tables: copying it is many times faster than creating the tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "template.sqlite")
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript("BEGIN;" + _TABLES.format(p=prefix) + "COMMIT;")
        connection.close()
        return path.read_bytes()


def with_lists(sql: str, **lists: Sized) -> str:
    """A statement whose `{name}` stands for a list: as many question marks as the list has members."""
    for name, members in lists.items():
        sql = sql.replace(f"{{{name}}}", ",".join("?" * len(members)))
    return sql


class Database:
    """One WordPress database. `{p}` in every statement stands for the table prefix."""

    def __init__(self, prefix: str = "wp_") -> None:
        self.prefix = prefix
        self.path = Path(_folder().name, f"{os.getpid()}-{next(_numbers)}.sqlite")
        self.path.write_bytes(_template(prefix))
        self._connection = _configure(self.connect())

    def connect(self) -> sqlite3.Connection:
        """Another session of its own: it commits every statement alone unless it begins a transaction."""
        return sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)

    def reader(self) -> sqlite3.Connection:
        """A session that can only read."""
        connection = _configure(self.connect())
        connection.execute("PRAGMA query_only=ON")
        return connection

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run one statement; it is committed, and visible to every session, when this returns."""
        return self._connection.execute(sql.replace("{p}", self.prefix), parameters)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for many rows."""
        self._connection.executemany(sql.replace("{p}", self.prefix), rows)

    def insert_many(self, table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert many rows into a table, given as the names of their columns."""
        marks = ",".join("?" * (columns.count(",") + 1))
        self.executemany(" ".join(("INSERT INTO {p}" + table, f"({columns})", f"VALUES ({marks})")), rows)

    @contextlib.contextmanager
    def indexed_afterwards(self, *tables: str) -> Iterator[None]:
        """Their indexes are made when all rows are in: for thousands of rows that is less work than one by one."""
        named = ",".join("?" * len(tables))
        indexes = self.rows(
            f"SELECT name, sql FROM sqlite_master WHERE type='index' AND sql IS NOT NULL AND tbl_name IN ({named})",  # noqa: S608
            [self.prefix + table for table in tables],
        )
        for name, _ in indexes:
            self.execute(f"DROP INDEX {name}")
        yield
        for _, made in indexes:
            self.execute(str(made))

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[SqliteRow]:
        """All rows of a SELECT."""
        return self.execute(sql, parameters).fetchall()

    def value(self, sql: str, parameters: Sequence[object] = ()) -> object:
        """The first column of the first row, or None."""
        row = self.execute(sql, parameters).fetchone()
        return None if row is None else row[0]

    def number(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """The first column of the first row as a whole number; nothing is 0."""
        return int(str(self.value(sql, parameters) or 0))

    def insert(self, sql: str, parameters: Sequence[object]) -> int:
        """Run an INSERT and return the new row's id."""
        return self.execute(sql, parameters).lastrowid or 0

    def close(self) -> None:
        """Close the file and delete it."""
        self._connection.close()
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)


class Meta:
    """One of WordPress's key-value tables, with the habits of `get_metadata` and `update_metadata`."""

    def __init__(self, database: Database, table: str, owner: str, row_id: str) -> None:
        self._database = database
        self._names = {"{table}": "{p}" + table, "{owner}": owner, "{row}": row_id}

    def _sql(self, statement: str) -> str:
        for mark, name in self._names.items():
            statement = statement.replace(mark, name)
        return statement

    def get(self, owner_id: int, key: str) -> str | None:
        """The value of the first row of that key, or None."""
        sql = self._sql("SELECT meta_value FROM {table} WHERE {owner}=? AND meta_key=? ORDER BY {row} LIMIT 1")
        value = self._database.value(sql, (owner_id, key))
        return None if value is None else str(value)

    def rows(self, owner_id: int) -> list[tuple[int, str, str]]:
        """Every row: its id, key and value, in the order they were made."""
        sql = self._sql("SELECT {row}, meta_key, meta_value FROM {table} WHERE {owner}=? ORDER BY {row}")
        found = self._database.rows(sql, (owner_id,))
        return [(int(str(row_id)), str(key), str(value or "")) for row_id, key, value in found]

    def set(self, owner_id: int, key: str, value: str) -> None:
        """Write every row of that key; make one if there is none."""
        sql = self._sql("UPDATE {table} SET meta_value=? WHERE {owner}=? AND meta_key=?")
        if not self._database.execute(sql, (value, owner_id, key)).rowcount:
            self.add(owner_id, key, value)

    def set_row(self, row_id: int, value: str) -> None:
        """Write the one row of that id."""
        self._database.execute(self._sql("UPDATE {table} SET meta_value=? WHERE {row}=?"), (value, row_id))

    def add(self, owner_id: int, key: str, value: str) -> int:
        """Make a row, even beside others of the same key; returns its id."""
        sql = self._sql("INSERT INTO {table} ({owner}, meta_key, meta_value) VALUES (?,?,?)")
        return self._database.insert(sql, (owner_id, key, value))

    def add_many(self, owner_id: int, pairs: Iterable[tuple[str, str]]) -> None:
        """Make several rows."""
        sql = self._sql("INSERT INTO {table} ({owner}, meta_key, meta_value) VALUES (?,?,?)")
        self._database.executemany(sql, [(owner_id, key, value) for key, value in pairs])

    def delete(self, owner_id: int, key: str) -> None:
        """Delete every row of that key."""
        self._database.execute(self._sql("DELETE FROM {table} WHERE {owner}=? AND meta_key=?"), (owner_id, key))

    def delete_row(self, row_id: int) -> None:
        """Delete the one row of that id."""
        self._database.execute(self._sql("DELETE FROM {table} WHERE {row}=?"), (row_id,))

    def delete_all(self, owner_id: int) -> None:
        """Delete every row of an owner."""
        self._database.execute(self._sql("DELETE FROM {table} WHERE {owner}=?"), (owner_id,))


def post_meta(database: Database) -> Meta:
    """Meta of posts: products, tickets, and orders where they are stored as posts."""
    return Meta(database, "postmeta", "post_id", "meta_id")


def order_meta(database: Database) -> Meta:
    """Meta of orders in their own tables."""
    return Meta(database, "wc_orders_meta", "order_id", "id")


def item_meta(database: Database) -> Meta:
    """Meta of an order's line items."""
    return Meta(database, "woocommerce_order_itemmeta", "order_item_id", "meta_id")
