"""The practice site's database on a real server: copied once, then followed, statement by statement."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from typing import Any

from brcc_tui.sandbox.wordpress.database import Database
from tests.mariadb.server import Server

_TYPES = {"INTEGER": "bigint", "REAL": "double", "WPDATETIME": "datetime"}
_SHORT = ("meta_key", "option_name", "post_type", "post_status", "post_name", "status", "type", "slug", "taxonomy")
"""Texts that WordPress keeps in columns short enough for an index."""

_INDEXES = {
    "posts": ("post_type, post_status, post_date, ID", "post_parent"),
    "postmeta": ("post_id", "meta_key"),
    "wc_orders_meta": ("order_id",),
    "wc_order_addresses": ("order_id",),
    "woocommerce_order_items": ("order_id",),
    "woocommerce_order_itemmeta": ("order_item_id", "meta_key"),
}
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_UPSERT = re.compile(r"ON CONFLICT \([^)]*\)\s*DO UPDATE SET", re.IGNORECASE)


class Mirror:
    """A database of its own on the server, with what the practice site has, and an account that may read it."""

    def __init__(self, server: Server, source: Database) -> None:
        self.name = f"mirror_{secrets.token_hex(4)}"
        self.reader = f"reader_{self.name}"
        self.password = secrets.token_urlsafe(12)
        self._server, self._source = server, source
        server.run(f"CREATE DATABASE {self.name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        server.make_user(self.reader, f"IDENTIFIED BY '{self.password}'", grants=[f"SELECT ON {self.name}.*"])
        self._connection = server.connect(self.name)
        self._run("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'")  # as SQLite reads texts; and for dates of zeros
        for (table,) in source.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'wp!_%' ESCAPE '!'"
        ):
            self._copy(str(table))
        source._connection.set_trace_callback(self._follow)

    def settings(self) -> dict[str, str]:
        """What points the program here."""
        return {
            "WORDPRESS_DB_HOST": self._server.host,
            "WORDPRESS_DB_PORT": str(self._server.port),
            "WORDPRESS_DB_USER": self.reader,
            "WORDPRESS_DB_PASSWORD": self.password,
            "WORDPRESS_DB_NAME": self.name,
            "WORDPRESS_DB_TLS": "off",
        }

    def settings_without(self, table: str, columns: Collection[str] = ()) -> dict[str, str]:
        """The same for an account that may read all but this table, or of it these columns alone."""
        name = f"{self.reader}_{secrets.token_hex(2)}"[-32:]
        tables = [each for (each,) in self._run("SHOW TABLES") if each != table]
        grants = [f"SELECT ON {self.name}.{each}" for each in tables]
        grants += [f"SELECT ({', '.join(columns)}) ON {self.name}.{table}"] if columns else []
        self._server.make_user(name, f"IDENTIFIED BY '{self.password}'", grants=grants)
        return self.settings() | {"WORDPRESS_DB_USER": name}

    def rows(self, text: str, *bound: object) -> list[tuple[Any, ...]]:
        """Rows as the administrator sees them."""
        return list(self._run(text, *bound))

    def close(self) -> None:
        """Follow no more, and take the database away."""
        self._source._connection.set_trace_callback(None)
        self._connection.close()
        self._server.run(f"DROP DATABASE {self.name}", f"DROP USER '{self.reader}'@'%'")

    def _copy(self, table: str) -> None:
        columns = self._source.rows(f"PRAGMA table_info({table})")
        names = [str(name) for _, name, *_ in columns]
        parts = [f"{name} {self._type(str(name), str(kind))}" for _, name, kind, *_ in columns]
        keys = [str(name) for _, name, *_, key in columns if key]
        if keys:
            parts.append(f"PRIMARY KEY ({', '.join(keys)})")
        parts += [f"KEY ({index})" for index in _INDEXES.get(table.removeprefix("wp_"), ())]
        if table == "wp_options":
            parts.append("UNIQUE KEY (option_name)")
        self._run(f"CREATE TABLE {table} ({', '.join(parts)})")
        if len(keys) == 1:
            self._run(f"ALTER TABLE {table} MODIFY {keys[0]} bigint AUTO_INCREMENT")
        rows = self._source.rows(f"SELECT {', '.join(names)} FROM {table}")
        marks = ", ".join(["%s"] * len(names))
        with self._connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)

    @staticmethod
    def _type(name: str, kind: str) -> str:
        if name in _SHORT:
            return "varchar(191)"
        return _TYPES.get(kind.upper(), "longtext")

    def _follow(self, statement: str) -> None:
        """A statement that SQLite has run, with its values in it."""
        if _WRITES.match(statement):
            upsert = _UPSERT.sub("ON DUPLICATE KEY UPDATE", statement)
            self._run(re.sub(r"\bexcluded\.(\w+)", r"VALUES(\1)", upsert))

    def _run(self, text: str, *bound: object) -> tuple[tuple[Any, ...], ...]:
        with self._connection.cursor() as cursor:
            cursor.execute(text, bound or None)
            return tuple(cursor.fetchall())
