"""Every SQL text that is sent to the WordPress database, and nothing else.

Values are always bound. The only thing put into a text is the table prefix, which is letters, digits and
underscores by `check_prefix`. The texts are plain enough for MariaDB 10 and MySQL 8 alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from brcc_tui.model.order_places import SIZE_LIMIT
from brcc_tui.platforms.errors import DatabaseTrouble


class Query(NamedTuple):
    """A text with %s placeholders, what they stand for, and what its timings are called."""

    text: str
    bound: tuple[object, ...] = ()
    name: str = "other"


CHUNK = 1900
"""How many values one IN list holds at most: beyond about 2,000 servers plan such lists badly."""

YOUNG_SECONDS = 10
"""An order changed less long ago may not have its places yet (they follow within about 10 ms)."""

SNAPSHOT = Query("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", name="snapshot")
COMMIT = Query("COMMIT", name="commit")
READ_ONLY = Query("SET SESSION TRANSACTION READ ONLY", name="session")
REPEATABLE_READ = Query("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", name="session")
"""Without it a server whose default is READ COMMITTED ignores the snapshot, with a warning at most."""


def limit_mariadb(seconds: int) -> Query:
    """Let MariaDB stop statements after so many seconds."""
    return Query("SET SESSION max_statement_time = %s", (seconds,), "session")


def limit_mysql(seconds: int) -> Query:
    """Let MySQL stop statements after so many seconds."""
    return Query("SET SESSION max_execution_time = %s", (seconds * 1000,), "session")


VERSION = Query("SELECT VERSION()", name="version")
GRANTS = Query("SHOW GRANTS", name="grants")

CHECK = Query("SELECT 1", name="check")


def wait_timeout(seconds: int) -> Query:
    """Let the server end this session after so many seconds of silence."""
    return Query("SET SESSION wait_timeout = %s", (seconds,), "session")


def get_lock(name: str) -> Query:
    """1 taken, 0 somebody else's, NULL neither; and our connection's id."""
    return Query("SELECT GET_LOCK(%s, 0), CONNECTION_ID()", (name,), "get lock")


def lock_owner(name: str) -> Query:
    """The id of the connection that holds the lock, and of ours."""
    return Query("SELECT IS_USED_LOCK(%s), CONNECTION_ID()", (name,), "lock owner")


def release_lock(name: str) -> Query:
    """Let go of the lock."""
    return Query("SELECT RELEASE_LOCK(%s)", (name,), "release lock")


def connection(number: int) -> Query:
    """Who is behind a connection: nothing if it belongs to another database user."""
    text = "SELECT ID, USER, HOST, TIME FROM information_schema.PROCESSLIST WHERE ID = %s"
    return Query(text, (number,), "lock holder")


_PREFIX = re.compile(r"[A-Za-z0-9_]{1,40}")


def check_prefix(prefix: str) -> str:
    """The table prefix, if it is one; raises `DatabaseTrouble` for anything that could be more than a name."""
    if not _PREFIX.fullmatch(prefix):
        raise DatabaseTrouble(
            "the table prefix may only hold letters, digits and _ (40 at most)",
            subject="WORDPRESS_TABLE_PREFIX",
            next_step="Take it from $table_prefix in the site's wp-config.php",
        )
    return prefix


@dataclass(frozen=True, slots=True)
class _Storage:
    """Where orders are: column names of the table `o` and of its meta table."""

    orders: str
    id: str
    status: str
    type: str
    modified: str
    meta: str
    meta_order: str
    reduced_join: str
    reduced: str


_HPOS = _Storage(
    orders="{prefix}wc_orders",
    id="o.id",
    status="o.status",
    type="o.type",
    modified="o.date_updated_gmt",
    meta="{prefix}wc_orders_meta",
    meta_order="order_id",
    reduced_join="{prefix}wc_order_operational_data d ON d.order_id = o.id",
    reduced="d.order_stock_reduced = 1",
)
_POSTS = _Storage(
    orders="{prefix}posts",
    id="o.ID",
    status="o.post_status",
    type="o.post_type",
    modified="o.post_modified_gmt",
    meta="{prefix}postmeta",
    meta_order="post_id",
    reduced_join="{prefix}postmeta d ON d.post_id = o.ID AND d.meta_key = '_order_stock_reduced'",
    reduced="d.meta_value = 'yes'",
)

# A custom status counts as live, so the dead ones are listed. Orders that failed lately can still be paid.
_LIVE = """(
    {status} NOT IN ('wc-cancelled', 'wc-refunded', 'wc-failed', 'trash', 'auto-draft', 'draft')
    OR ({status} = 'wc-failed' AND ({modified} IS NULL OR {modified} > UTC_TIMESTAMP() - INTERVAL 1 DAY)))"""

# Orders whose places, if any, are not tickets yet.
_UNTICKETED = """{type} = 'shop_order' AND {live}{lately}
  AND NOT EXISTS (SELECT 1 FROM {meta} g WHERE g.{meta_order} = {id}
                  AND g.meta_key = 'WooCommerceEventsTicketsGenerated' AND g.meta_value = 'yes')"""

# Between two looks a completed order can only have become one of them by changing, or by being new.
_LATELY = """
  AND ({status} <> 'wc-completed' OR {modified} IS NULL OR {modified} >= UTC_TIMESTAMP() - INTERVAL %s SECOND
       OR {id} > %s OR {known})"""

# One pass over all orders for places and line items together: it is the greater part of reading either.
_WAITING = """
SELECT {id} FROM {orders} o
WHERE {unticketed}
  AND ({with_places}EXISTS (
    SELECT 1 FROM {prefix}woocommerce_order_items i
    JOIN {prefix}woocommerce_order_itemmeta p ON p.order_item_id = i.order_item_id AND p.meta_key = '_product_id'
    WHERE i.order_id = {id} AND i.order_item_type = 'line_item' AND {products}))"""
_WITH_PLACES = """
  EXISTS (SELECT 1 FROM {meta} t WHERE t.{meta_order} = {id} AND t.meta_key = 'WooCommerceEventsOrderTickets')
  OR """

_PLACES = """
SELECT {id}, {status}, LEFT(t.meta_value, %s)
FROM {orders} o
JOIN {meta} t ON t.{meta_order} = {id} AND t.meta_key = 'WooCommerceEventsOrderTickets'
WHERE {ids}"""

_ITEMS = """
SELECT {id}, {status}, i.order_item_id, p.meta_value, v.meta_value, q.meta_value,
       CASE WHEN {reduced} THEN 1 ELSE 0 END,
       CASE WHEN {modified} > UTC_TIMESTAMP() - INTERVAL %s SECOND THEN 1 ELSE 0 END
FROM {orders} o
JOIN {prefix}woocommerce_order_items i ON i.order_id = {id} AND i.order_item_type = 'line_item'
JOIN {prefix}woocommerce_order_itemmeta p ON p.order_item_id = i.order_item_id AND p.meta_key = '_product_id'
LEFT JOIN {prefix}woocommerce_order_itemmeta v ON v.order_item_id = i.order_item_id AND v.meta_key = '_variation_id'
LEFT JOIN {prefix}woocommerce_order_itemmeta q ON q.order_item_id = i.order_item_id AND q.meta_key = '_qty'
LEFT JOIN {reduced_join}
WHERE {ids} AND {products}"""

_TICKET_KEYS = """
    'WooCommerceEventsProductID', 'WooCommerceEventsVariationID', 'WooCommerceEventsBookingSlotID',
    'WooCommerceEventsBookingDateID', 'WooCommerceEventsBookingSlot', 'WooCommerceEventsBookingDate',
    'WooCommerceEventsStatus', 'WooCommerceEventsOrderID', 'WooCommerceEventsBookingDateTimestamp'"""

# STRAIGHT_JOIN: else the optimiser starts from all posts (8 to 14 s of 200,000 tickets instead of 1 s).
# LEFT() keeps longtext out of temporary tables (a listing's ids are no longer than 64 either). MAX() takes one of
# several meta rows of the same key.
_TICKETS = """
SELECT x.id, x.post_status, x.product, x.variation, x.slot_id, x.date_id, x.slot_text, x.date_text,
       x.status, x.order_id, {status},
       CASE WHEN {modified} IS NULL OR {modified} > UTC_TIMESTAMP() - INTERVAL 1 DAY THEN 1 ELSE 0 END,
       CASE WHEN CAST(x.starts AS SIGNED) > UNIX_TIMESTAMP() + 86400 THEN 1 ELSE 0 END
FROM (
  SELECT STRAIGHT_JOIN p.ID AS id, p.post_status AS post_status,
    MAX(CASE m.meta_key WHEN 'WooCommerceEventsProductID' THEN LEFT(m.meta_value, 20) END) AS product,
    MAX(CASE m.meta_key WHEN 'WooCommerceEventsVariationID' THEN LEFT(m.meta_value, 20) END) AS variation,
    MAX(CASE m.meta_key WHEN 'WooCommerceEventsBookingSlotID' THEN LEFT(m.meta_value, 64) END) AS slot_id,
    MAX(CASE m.meta_key WHEN 'WooCommerceEventsBookingDateID' THEN LEFT(m.meta_value, 64) END) AS date_id,
    MAX(CASE m.meta_key WHEN 'WooCommerceEventsBookingSlot' THEN LEFT(m.meta_value, 190) END) AS slot_text,
    MAX(CASE m.meta_key WHEN 'WooCommerceEventsBookingDate' THEN LEFT(m.meta_value, 64) END) AS date_text,
    MAX(CASE m.meta_key WHEN 'WooCommerceEventsStatus' THEN LEFT(m.meta_value, 32) END) AS status,
    MAX(CASE m.meta_key WHEN 'WooCommerceEventsOrderID' THEN LEFT(m.meta_value, 20) END) AS order_id,
    MAX(CASE m.meta_key WHEN 'WooCommerceEventsBookingDateTimestamp' THEN LEFT(m.meta_value, 20) END) AS starts
  FROM ({candidates}) c
  JOIN {prefix}posts p ON p.ID = c.post_id AND p.post_type = 'event_magic_tickets'
  JOIN {prefix}postmeta m ON m.post_id = p.ID AND m.meta_key IN ({keys})
  GROUP BY p.ID, p.post_status
) x
LEFT JOIN {orders} o ON {id} = CAST(x.order_id AS UNSIGNED) AND {type} = 'shop_order'
WHERE {products}"""

_TRACES = """
SELECT {id}, {status}, t.meta_value,
       CASE WHEN {modified} > UTC_TIMESTAMP() - INTERVAL 1 DAY THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM {meta} g WHERE g.{meta_order} = {id}
            AND g.meta_key = 'WooCommerceEventsTicketsGenerated' AND g.meta_value = 'yes') THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM {meta} a WHERE a.{meta_order} = {id}
            AND a.meta_key = 'WooCommerceEventsOrderAdminAddTicket' AND a.meta_value = 'yes') THEN 1 ELSE 0 END
FROM {orders} o
LEFT JOIN {meta} t ON t.{meta_order} = {id} AND t.meta_key = 'WooCommerceEventsOrderTickets'
WHERE {type} = 'shop_order' AND (t.meta_value LIKE %s OR {ids})"""
_RESTOCKED = """
SELECT i.order_id, r.meta_value FROM {prefix}woocommerce_order_items i
JOIN {prefix}woocommerce_order_itemmeta p ON p.order_item_id = i.order_item_id AND p.meta_key = '_product_id'
JOIN {prefix}woocommerce_order_itemmeta r ON r.order_item_id = i.order_item_id
  AND r.meta_key = '_restock_refunded_items'
WHERE p.meta_value = %s AND {orders}"""
_NOTES = """
SELECT comment_post_ID, comment_content FROM {prefix}comments WHERE comment_type = 'order_note' AND {orders}"""

_META_IN = "SELECT post_id FROM {prefix}postmeta WHERE meta_key = '{key}' AND {values}"
# The timestamp is the show's local wall time read as UTC: a day's margin makes it "tomorrow or later" anywhere.
_FUTURE = (
    "SELECT post_id FROM {prefix}postmeta WHERE meta_key = 'WooCommerceEventsBookingDateTimestamp'"
    " AND CAST(meta_value AS SIGNED) > UNIX_TIMESTAMP() + 86400"
)
_BY_ID = "SELECT ID AS post_id FROM {prefix}posts WHERE post_type = 'event_magic_tickets' AND {values}"

_CLOCK = """
SELECT UNIX_TIMESTAMP(), (SELECT option_value FROM {prefix}options
                          WHERE option_name = 'woocommerce_custom_orders_table_enabled')"""
_MANAGED = """
SELECT post_id FROM {prefix}postmeta WHERE {products} AND meta_key = '_manage_stock' AND meta_value = 'yes'"""
_TICKETED = """
SELECT LEFT(m.meta_value, 20) FROM {prefix}postmeta m
JOIN {prefix}posts p ON p.ID = m.post_id AND p.post_type = 'event_magic_tickets'
WHERE m.meta_key = 'WooCommerceEventsOrderID' AND {orders}"""
_TICKETS_CHANGED = """
SELECT ID FROM {prefix}posts
WHERE post_type = 'event_magic_tickets' AND (ID > %s OR post_modified_gmt >= UTC_TIMESTAMP() - INTERVAL %s SECOND)"""
# The two flags are those of _TICKETS: they change with time alone.
_TICKETS_PRINT = """
SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', p.ID, p.post_status, m.meta_key, LEFT(m.meta_value, 190),
    CASE WHEN m.meta_key = 'WooCommerceEventsBookingDateTimestamp'
              AND CAST(m.meta_value AS SIGNED) > UNIX_TIMESTAMP() + 86400 THEN 1 ELSE 0 END)))
FROM {prefix}posts p
JOIN {prefix}postmeta m ON m.post_id = p.ID AND m.meta_key IN ({keys})
WHERE p.post_type = 'event_magic_tickets' AND {tickets}"""
_ORDERS_PRINT = """
SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', {id}, {status},
    CASE WHEN {modified} IS NULL OR {modified} > UTC_TIMESTAMP() - INTERVAL 1 DAY THEN 1 ELSE 0 END)))
FROM {orders} o
WHERE {type} = 'shop_order' AND {ids}"""
_POSTED = "SELECT ID, post_date FROM {prefix}posts WHERE {posts}"
_HIGHEST = "SELECT COALESCE(MAX(ID), 0) FROM {prefix}posts"
_EDITORS = """
SELECT post_id, meta_value, UNIX_TIMESTAMP() FROM {prefix}postmeta WHERE meta_key = '_edit_lock' AND {products}"""
_OPTIONS = "SELECT option_name, option_value FROM {prefix}options WHERE {names}"
_TABLE = "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s"


class Sql:
    """The texts for one table prefix."""

    def __init__(self, prefix: str) -> None:
        self.prefix = check_prefix(prefix)

    def clock(self) -> Query:
        """The database's time (unix seconds), and whether orders are in HPOS tables (`yes`)."""
        return Query(_CLOCK.format(prefix=self.prefix), name="clock")

    def managed(self, products: Collection[int]) -> Query:
        """Which of these products have a stock that WooCommerce manages."""
        test, bound = _in("post_id", products)
        return Query(_MANAGED.format(prefix=self.prefix, products=test), bound, "managed stock")

    def tickets(self, hpos: bool, products: Collection[int], candidates: Query) -> Query:
        """One row a ticket post of any status: its texts and ids and its order's status, then two 0/1.

        The first says that the order changed within a day, the second that the show is tomorrow or later.
        """
        test, bound = _in("x.product", [str(product) for product in products])
        storage = _fields(hpos, self.prefix)
        text = _TICKETS.format(candidates=candidates.text, products=test, keys=_TICKET_KEYS, **storage)
        return Query(text, candidates.bound + bound, "tickets")

    def candidates(self, date_ids: Collection[str], date_texts: Collection[str], whole: Collection[int]) -> Query:
        """Posts that may be tickets of these dates and of these whole products; of dates to come, to find orphans."""
        branches: list[Query] = []
        for key, values in (
            ("WooCommerceEventsBookingDateID", date_ids),
            ("WooCommerceEventsBookingDate", date_texts),
            ("WooCommerceEventsProductID", [str(product) for product in whole]),
        ):
            if values:
                test, bound = _in("meta_value", values)
                branches.append(Query(_META_IN.format(prefix=self.prefix, key=key, values=test), bound))
        if date_ids:
            branches.append(Query(_FUTURE.format(prefix=self.prefix)))
        return _union(branches)

    def candidates_by_id(self, ticket_ids: Collection[int]) -> Query:
        """Ticket posts of these ids."""
        test, bound = _in("ID", ticket_ids)
        return Query(_BY_ID.format(prefix=self.prefix, values=test), bound)

    def tickets_print(self, ticket_ids: Collection[int]) -> Query:
        """How many rows these tickets have and a sum over all that `tickets` reads of them: equal while none changed.

        A change is overlooked once in four thousand million times.
        """
        test, bound = _in("p.ID", ticket_ids)
        text = _TICKETS_PRINT.format(prefix=self.prefix, keys=_TICKET_KEYS, tickets=test)
        return Query(text, bound, "fingerprint of tickets")

    def orders_print(self, hpos: bool, orders: Collection[int]) -> Query:
        """The same over what `tickets` reads of these orders."""
        storage = _fields(hpos, self.prefix)
        test, bound = _in(storage["id"], orders)
        return Query(_ORDERS_PRINT.format(ids=test, **storage), bound, "fingerprint of orders")

    def posted(self, posts: Collection[int]) -> Query:
        """When each of these posts was made, by the site's own clock."""
        test, bound = _in("ID", posts)
        return Query(_POSTED.format(prefix=self.prefix, posts=test), bound, "dates of tickets")

    def highest(self) -> Query:
        """The highest id of any post: tickets, products and orders share one series."""
        return Query(_HIGHEST.format(prefix=self.prefix), name="highest post")

    def tickets_changed(self, highest: int, seconds: int) -> Query:
        """Ticket posts that are newer than this id, or were saved within these seconds."""
        return Query(_TICKETS_CHANGED.format(prefix=self.prefix), (highest, seconds), "changed tickets")

    def waiting(self, hpos: bool, products: Collection[int], *, places: bool, since: Since | None = None) -> Query:
        """Live orders without tickets that have a line item of these products or (`places`) places of any."""
        storage, bound = _unticketed(hpos, self.prefix, since)
        test, ids = _in("p.meta_value", [str(product) for product in products])
        with_places = _WITH_PLACES.format(**storage) if places else ""
        text = _WAITING.format(with_places=with_places, products=test, **storage)
        return Query(text, (*bound, *ids), "waiting orders")

    def places(self, hpos: bool, orders: Collection[int]) -> Query:
        """Those of these orders that have places: id, status, the PHP-serialized places.

        A text that is too long to be read comes one character longer than the longest that is.
        """
        storage = _fields(hpos, self.prefix)
        test, ids = _in(storage["id"], orders)
        return Query(_PLACES.format(ids=test, **storage), (SIZE_LIMIT + 1, *ids), "places")

    def items(self, hpos: bool, products: Collection[int], orders: Collection[int]) -> Query:
        """Line items of these products in these orders.

        Columns: order, status, item, product, variation, quantity, stock reduced (0/1), young (0/1).
        """
        storage = _fields(hpos, self.prefix)
        these, ids = _in(storage["id"], orders)
        test, bound = _in("p.meta_value", [str(product) for product in products])
        text = _ITEMS.format(ids=these, products=test, **storage)
        return Query(text, (YOUNG_SECONDS, *ids, *bound), "line items")

    def ticketed(self, orders: Collection[int]) -> Query:
        """Which of these orders have a ticket post of any status."""
        test, bound = _in("m.meta_value", [str(order) for order in orders])
        return Query(_TICKETED.format(prefix=self.prefix, orders=test), bound, "ticketed orders")

    def traces(self, hpos: bool, date_id: str, orders: Collection[int]) -> Query:
        """Orders of any status that took places of this date, and these: status, places, three 0/1.

        They say: changed within a day, tickets made, added by staff.
        """
        storage = _fields(hpos, self.prefix)
        test, bound = _in(storage["id"], orders)
        escaped = re.sub(r"([%_\\])", r"\\\1", date_id)
        return Query(_TRACES.format(ids=test, **storage), (f'%"{escaped}"%', *bound), "traces")

    def restocked(self, product: int, orders: Collection[int]) -> Query:
        """Seats that refunds of these orders gave back, by line item of the product."""
        test, bound = _in("i.order_id", orders)
        return Query(_RESTOCKED.format(prefix=self.prefix, orders=test), (str(product), *bound), "restocked")

    def notes(self, orders: Collection[int]) -> Query:
        """The notes that WooCommerce writes at every change of an order's status, in the site's language."""
        test, bound = _in("comment_post_ID", orders)
        return Query(_NOTES.format(prefix=self.prefix, orders=test), bound, "notes")

    def of_orders(self, orders: Collection[int]) -> Query:
        """Posts that may be tickets of these orders."""
        test, bound = _in("meta_value", [str(order) for order in orders])
        return Query(_META_IN.format(prefix=self.prefix, key="WooCommerceEventsOrderID", values=test), bound)

    def editors(self, products: Collection[int]) -> Query:
        """The editor's lock of each product, beside the database's time."""
        test, bound = _in("post_id", products)
        return Query(_EDITORS.format(prefix=self.prefix, products=test), bound, "editors")

    def options(self, names: Collection[str]) -> Query:
        """These options of the site."""
        test, bound = _in("option_name", names)
        return Query(_OPTIONS.format(prefix=self.prefix, names=test), bound, "options")

    def table_exists(self, name: str) -> Query:
        """1 if the site has this table (named without the prefix)."""
        return Query(_TABLE, (self.prefix + name,), "table exists")


@dataclass(frozen=True, slots=True)
class Since:
    """What an earlier look saw: its age with a margin, the highest post id then, and the completed orders it found.

    Orders take their ids from the posts, in either storage.
    """

    seconds: int
    highest: int
    known: tuple[int, ...] = ()


def _in(column: str, values: Iterable[object]) -> tuple[str, tuple[object, ...]]:
    """`column IN (...)`, in several lists if there are many values; an empty list matches nothing."""
    bound = tuple(values)
    if not bound:
        return "1 = 0", ()
    sizes = [min(CHUNK, len(bound) - start) for start in range(0, len(bound), CHUNK)]
    lists = [f"{column} IN ({', '.join(['%s'] * size)})" for size in sizes]
    return lists[0] if len(lists) == 1 else f"({' OR '.join(lists)})", bound


def _union(branches: Sequence[Query]) -> Query:
    texts = [branch.text for branch in branches] or ["SELECT 0 AS post_id"]
    return Query("\n    UNION\n    ".join(texts), tuple(value for branch in branches for value in branch.bound))


def _fields(hpos: bool, prefix: str) -> dict[str, str]:
    storage = _HPOS if hpos else _POSTS
    named = {name: str(getattr(storage, name)).format(prefix=prefix) for name in _Storage.__slots__}
    return named | {"prefix": prefix}


def _unticketed(hpos: bool, prefix: str, since: Since | None) -> tuple[dict[str, str], tuple[object, ...]]:
    storage = _fields(hpos, prefix)
    lately = ""
    bound: tuple[object, ...] = ()
    if since is not None:
        test, ids = _in(storage["id"], since.known)
        lately = _LATELY.format(known=test, **storage)
        bound = (since.seconds, since.highest, *ids)
    text = _UNTICKETED.format(live=_LIVE.format(**storage), lately=lately, **storage)
    return storage | {"unticketed": text}, bound
