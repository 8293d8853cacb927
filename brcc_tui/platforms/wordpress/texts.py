"""The SQL texts of the queries to the WordPress database, as templates: only table and column names are inserted.

`sql` says what the placeholders mean.
"""

from __future__ import annotations

from dataclasses import dataclass

_IN_ORDER = 10**15
"""More than there are meta rows: with it their numbers have as many digits as one another, and sort as texts."""


def _first_row(key: str, length: int, rows: str = "m") -> str:
    """Of meta rows `rows` the first of this key, which is the one that WordPress reads; NULL is empty to it."""
    row = f"CONCAT(({_IN_ORDER} + {rows}.meta_id), COALESCE(LEFT({rows}.meta_value, {length}), ''))"
    return f"SUBSTRING(MIN(CASE {rows}.meta_key WHEN '{key}' THEN {row} END), {len(str(_IN_ORDER)) + 1})"


def of_ticket(key: str, length: int) -> str:
    """The same of a ticket's rows `m`, by the key's name at FooEvents."""
    return _first_row(f"WooCommerceEvents{key}", length)


@dataclass(frozen=True, slots=True)
class Storage:
    """Where orders are: column names of the table `o` and of its meta table.

    `buyer` is who is to be billed for the order of the row `w`, as a JSON list: asked for only where names are.
    `stock_taken` says the same as `reduced`, by itself. A yes is what WooCommerce takes for one (`wc_string_to_bool`).
    """

    orders: str
    id: str
    status: str
    type: str
    modified: str
    meta: str
    meta_order: str
    meta_row: str
    reduced_join: str
    reduced: str
    parent: str
    created: str
    currency: str
    total: str
    paid: str
    buyer: str
    stock_taken: str


HPOS = Storage(
    orders="{prefix}wc_orders",
    id="o.id",
    status="o.status",
    type="o.type",
    modified="o.date_updated_gmt",
    meta="{prefix}wc_orders_meta",
    meta_order="order_id",
    meta_row="id",
    reduced_join="{prefix}wc_order_operational_data d ON d.order_id = o.id",
    reduced="d.order_stock_reduced = 1",
    parent="parent_order_id",
    created="o.date_created_gmt",
    currency="o.currency",
    total="o.total_amount",
    paid="(SELECT MAX(a.date_paid_gmt) FROM {prefix}wc_order_operational_data a WHERE a.order_id = o.id)",
    buyer=(
        "(SELECT JSON_ARRAY(CONVERT(LEFT(b.first_name, 99) USING utf8mb4),"
        " CONVERT(LEFT(b.last_name, 99) USING utf8mb4), CONVERT(LEFT(b.email, 99) USING utf8mb4))"
        " FROM {prefix}wc_order_addresses b WHERE b.order_id = w.id AND b.address_type = 'billing' LIMIT 1)"
    ),
    stock_taken=(
        "EXISTS (SELECT 1 FROM {prefix}wc_order_operational_data a"
        " WHERE a.order_id = o.id AND a.order_stock_reduced = 1)"
    ),
)
_BILLED = ", ".join(
    f"CONVERT({_first_row(f'_billing_{name}', 99, 'b')} USING utf8mb4)" for name in ("first_name", "last_name", "email")
)
POSTS = Storage(
    orders="{prefix}posts",
    id="o.ID",
    status="o.post_status",
    type="o.post_type",
    modified="o.post_modified_gmt",
    meta="{prefix}postmeta",
    meta_order="post_id",
    meta_row="meta_id",
    reduced_join="{prefix}postmeta d ON d.post_id = o.ID AND d.meta_key = '_order_stock_reduced'",
    reduced="d.meta_value IN ('yes', '1', 'true')",
    parent="post_parent",
    created="o.post_date_gmt",
    currency=(
        "(SELECT LEFT(a.meta_value, 8) FROM {prefix}postmeta a"
        " WHERE a.post_id = o.ID AND a.meta_key = '_order_currency' ORDER BY a.meta_id LIMIT 1)"
    ),
    total=(
        "(SELECT LEFT(a.meta_value, 32) FROM {prefix}postmeta a"
        " WHERE a.post_id = o.ID AND a.meta_key = '_order_total' ORDER BY a.meta_id LIMIT 1)"
    ),
    paid=(
        "(SELECT MAX(LEFT(a.meta_value, 20)) FROM {prefix}postmeta a"
        " WHERE a.post_id = o.ID AND a.meta_key = '_date_paid' AND a.meta_value <> '')"
    ),
    buyer=(
        "(SELECT JSON_ARRAY(" + _BILLED + ") FROM {prefix}postmeta b WHERE b.post_id = w.id"  # noqa: S608 - our own words
        " AND b.meta_key IN ('_billing_first_name', '_billing_last_name', '_billing_email'))"
    ),
    stock_taken=(
        "EXISTS (SELECT 1 FROM {prefix}postmeta a"
        " WHERE a.post_id = o.ID AND a.meta_key = '_order_stock_reduced' AND a.meta_value IN ('yes', '1', 'true'))"
    ),
)

# A custom status counts as live, and none at all, so the dead ones are listed. What failed lately can still be paid.
LIVE = """(
    {status} IS NULL
    OR {status} NOT IN ('wc-cancelled', 'wc-refunded', 'wc-failed', 'trash', 'auto-draft', 'draft')
    OR ({status} = 'wc-failed' AND ({modified} IS NULL OR {modified} > UTC_TIMESTAMP() - INTERVAL 1 DAY)))"""

# Orders whose places, if any, are not tickets yet.
UNTICKETED = """{type} = 'shop_order' AND {live}{lately}
  AND {id} NOT IN (SELECT g.{meta_order} FROM {meta} g WHERE g.{meta_order} IS NOT NULL
                   AND g.meta_key = 'WooCommerceEventsTicketsGenerated' AND g.meta_value = 'yes')"""

# Between two looks a completed order can only have become one of them by changing, or by being new.
CHANGED_SINCE = """
  AND ({status} IS NULL OR {status} <> 'wc-completed' OR {modified} IS NULL
       OR {modified} >= UTC_TIMESTAMP() - INTERVAL %s SECOND OR {id} > %s OR {known})"""

# One pass over all orders for places and line items together: it is the greater part of reading either. The few orders
# without tickets come first: LIMIT keeps servers from putting both conditions together, after which MySQL looks for
# places and items of every order (50,000 orders: 0.52 s instead of 0.18; MariaDB 0.27 and 0.17).
WAITING = """
SELECT w.id, NULL FROM (
  SELECT {id} AS id FROM {orders} o WHERE {unticketed}
  LIMIT 9223372036854775807) w
WHERE ({with_places}EXISTS (
    SELECT 1 FROM {prefix}woocommerce_order_items i
    JOIN {prefix}woocommerce_order_itemmeta p ON p.order_item_id = i.order_item_id AND p.meta_key = '_product_id'
    WHERE i.order_id = w.id AND i.order_item_type = 'line_item' AND {products}))"""
WITH_PLACES = """
  EXISTS (SELECT 1 FROM {meta} t WHERE t.{meta_order} = w.id AND t.meta_key = 'WooCommerceEventsOrderTickets')
  OR """

# A deposit plugin asks for the rest of a payment by an order of its own: its line says of which order it is, or its
# order stands below that one and has the same product once more, of which it takes no stock.
# Line items, and places (whose item is NULL): what is asked of the same orders comes in one answer.
DETAILS = """
SELECT {id}, {status}, i.order_item_id, p.meta_value, v.meta_value, q.meta_value,
       CASE WHEN {reduced} THEN 1 ELSE 0 END,
       CASE WHEN {modified} > UTC_TIMESTAMP() - INTERVAL %s SECOND THEN 2
            WHEN {modified} > UTC_TIMESTAMP() - INTERVAL %s SECOND THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (
              SELECT 1 FROM {prefix}woocommerce_order_itemmeta f
              WHERE f.order_item_id = i.order_item_id AND f.meta_key = '_original_order_id')
            OR (o.{parent} > 0 AND EXISTS (
              SELECT 1 FROM {prefix}woocommerce_order_items j
              JOIN {prefix}woocommerce_order_itemmeta s ON s.order_item_id = j.order_item_id
               AND s.meta_key = '_product_id' AND s.meta_value = p.meta_value
              WHERE j.order_id = o.{parent} AND j.order_item_type = 'line_item')
            AND NOT EXISTS (
              SELECT 1 FROM {prefix}woocommerce_order_itemmeta t
              WHERE t.order_item_id = i.order_item_id AND t.meta_key = '_reduced_stock'))
            THEN 1 ELSE 0 END,
       NULL
FROM {orders} o
JOIN {prefix}woocommerce_order_items i ON i.order_id = {id} AND i.order_item_type = 'line_item'
JOIN {prefix}woocommerce_order_itemmeta p ON p.order_item_id = i.order_item_id AND p.meta_key = '_product_id'
LEFT JOIN {prefix}woocommerce_order_itemmeta v ON v.order_item_id = i.order_item_id AND v.meta_key = '_variation_id'
LEFT JOIN {prefix}woocommerce_order_itemmeta q ON q.order_item_id = i.order_item_id AND q.meta_key = '_qty'
LEFT JOIN {reduced_join}
WHERE {ids} AND {products}"""
ORDER_PLACES_TEXTS = """
UNION ALL
SELECT {id}, {status}, NULL, NULL, NULL, NULL, 0, 0, 0, LEFT(t.meta_value, %s)
FROM {orders} o
JOIN {meta} t ON t.{meta_order} = {id} AND t.meta_key = 'WooCommerceEventsOrderTickets'
WHERE {ids}"""

# The text gets an order's places back some milliseconds after the order has ended.
ENDED_ORDERS = """
UNION ALL
SELECT {id}, p.meta_value
FROM {orders} o
JOIN {prefix}woocommerce_order_items i ON i.order_id = {id} AND i.order_item_type = 'line_item'
JOIN {prefix}woocommerce_order_itemmeta p ON p.order_item_id = i.order_item_id AND p.meta_key = '_product_id'
WHERE {type} = 'shop_order' AND NOT {live} AND {modified} > UTC_TIMESTAMP() - INTERVAL %s SECOND AND {products}"""

TICKET_KEYS = """
    'WooCommerceEventsProductID', 'WooCommerceEventsVariationID', 'WooCommerceEventsBookingSlotID',
    'WooCommerceEventsBookingDateID', 'WooCommerceEventsBookingSlot', 'WooCommerceEventsBookingDate',
    'WooCommerceEventsStatus', 'WooCommerceEventsOrderID', 'WooCommerceEventsBookingDateTimestamp'"""

TICKET_COLUMNS = f"""
    {of_ticket("ProductID", 20)} AS product,
    {of_ticket("VariationID", 20)} AS variation,
    {of_ticket("BookingSlotID", 64)} AS slot_id,
    {of_ticket("BookingDateID", 64)} AS date_id,
    {of_ticket("BookingSlot", 190)} AS slot_text,
    {of_ticket("BookingDate", 64)} AS date_text,
    {of_ticket("Status", 32)} AS status,
    {of_ticket("OrderID", 20)} AS order_id,
    {of_ticket("BookingDateTimestamp", 20)} AS starts"""
"""What a ticket post says of itself, its meta rows `m` turned into columns."""

_HOUR = 3600


def _not_over(stamp: str) -> str:
    """Whether a ticket's show may not be over, by this column.

    It holds the show's local wall time read as UTC, which is up to 12 hours less than the moment itself; a show may be
    sold for 3 hours more. A slot without an hour stands at midnight, and may begin a day later.
    """
    midnight = f"MOD(CAST({stamp} AS SIGNED), {24 * _HOUR}) = 0"
    margin = f"CASE WHEN {midnight} THEN {39 * _HOUR} ELSE {15 * _HOUR} END"
    return f"CAST({stamp} AS SIGNED) > UNIX_TIMESTAMP() - {margin}"


TICKET_KEY = "CONVERT(m.meta_key USING utf8mb4) COLLATE utf8mb4_bin"
"""A meta row's key letter by letter, as PHP reads it, whatever the table keeps it as.

To look through a ticket's 40 rows by their column's own collation takes MySQL a fifth longer, and MariaDB as long.
"""

OF_TICKETS = {
    "key": TICKET_KEY,
    "keys": TICKET_KEYS,
    "ticket_columns": TICKET_COLUMNS,
    "not_over": _not_over("x.starts"),
    "row_not_over": _not_over("m.meta_value"),
}

NO_PLAIN_ID = "CONVERT(COALESCE({column}, '') USING utf8mb4) REGEXP '^(0|$)|[^0-9]|.{{19}}'"
"""Whether a column holds no id as WordPress writes it: it is empty, 0, anything but digits, or more than 18 of them."""

TICKET_TEXTS = ("post_status", "product", "variation", "slot_id", "date_id", "slot_text", "date_text", "status")
"""The texts among a ticket's columns that are in its JSON list, in this order; its order or its start follow."""


def as_texts(alias: str, *names: str) -> str:
    """These columns as texts of one kind, whatever their tables keep them as."""
    return ", ".join(f"CONVERT({alias}.{name} USING utf8mb4)" for name in names)


# CONVERT: tables that were made over the years have collations of their own, which MariaDB's JSON_ARRAY would not mix
# (1271), and some hosts keep texts as bytes (BLOB, VARBINARY), of which MySQL's makes none (3144).
# STRAIGHT_JOIN: else the optimiser starts from all posts (8 to 14 s of 200,000 tickets instead of 1 s).
# SQL_BIG_RESULT and GROUP BY the first table: servers sort the candidates, then make one ticket after the other. By the
# second table's p.ID MySQL gathers them in a temporary table, which may outgrow the server's memory for one.
# LEFT() keeps longtext out of temporary tables (a listing's ids are no longer than 64 either). Many tickets come as one
# text: the driver takes 14 µs for each row, in the event loop, and all of a large shop's would hold up the keys.
TICKETS = """
SELECT GROUP_CONCAT(JSON_ARRAY(
         x.id, {texts}, CONVERT({status} USING utf8mb4),
         CASE WHEN {modified} IS NULL OR {modified} > UTC_TIMESTAMP() - INTERVAL 1 DAY THEN 1 ELSE 0 END,
         CASE WHEN {not_over} THEN 1 WHEN COALESCE(CAST(x.starts AS SIGNED), 0) = 0 THEN 2 ELSE 0 END)
         SEPARATOR ','), COUNT(*)
FROM (
  SELECT SQL_BIG_RESULT STRAIGHT_JOIN c.post_id AS id, MAX(p.post_status) AS post_status,{ticket_columns}
  FROM ({candidates}) c
  JOIN {prefix}posts p ON p.ID = c.post_id AND p.post_type = 'event_magic_tickets'
  JOIN {prefix}postmeta m ON m.post_id = p.ID AND {key} IN ({keys})
  GROUP BY c.post_id
) x
LEFT JOIN {orders} o ON {id} = CAST(x.order_id AS UNSIGNED) AND {type} = 'shop_order'
WHERE {products}
GROUP BY x.id DIV {together}"""

META_IN = "SELECT post_id FROM {prefix}postmeta WHERE meta_key = '{key}' AND {values}"
# The index of meta_key ends with meta_id: rows before the first one asked for are not touched (0.05 s of 200,000
# tickets instead of 0.35 s).
FUTURE = (
    "SELECT m.post_id FROM {prefix}postmeta m WHERE m.meta_key = 'WooCommerceEventsBookingDateTimestamp'"
    " AND m.meta_id >= %s AND {row_not_over}"
)
PRODUCTS_OF = """
SELECT DISTINCT STRAIGHT_JOIN CONVERT(LEFT(m.meta_value, 20) USING utf8mb4)
FROM ({candidates}) c
JOIN {prefix}posts p ON p.ID = c.post_id AND p.post_type = 'event_magic_tickets' AND p.post_status = 'publish'
JOIN {prefix}postmeta m ON m.post_id = p.ID AND m.meta_key = 'WooCommerceEventsProductID'
UNION
SELECT CONVERT(e.ID USING utf8mb4) FROM {prefix}posts e
WHERE e.post_type = 'product' AND e.post_status = 'trash' AND EXISTS (
  SELECT 1 FROM {prefix}postmeta f
  WHERE f.post_id = e.ID AND f.meta_key = 'WooCommerceEventsEvent' AND f.meta_value = 'Event')"""
RECENT = """
SELECT COALESCE(MIN(meta_id), 0) FROM {prefix}postmeta
WHERE post_id = (SELECT MIN(ID) FROM {prefix}posts
                 WHERE post_type = 'event_magic_tickets' AND post_status = 'publish'
                   AND post_date > UTC_TIMESTAMP() - INTERVAL %s DAY)"""
BY_ID = "SELECT ID AS post_id FROM {prefix}posts WHERE post_type = 'event_magic_tickets' AND {values}"

CLOCK = """
SELECT UNIX_TIMESTAMP(), (SELECT option_value FROM {prefix}options
                          WHERE option_name = 'woocommerce_custom_orders_table_enabled'), {replica},
       (SELECT option_value FROM {prefix}options WHERE option_name = 'woocommerce_manage_stock'),
       (SELECT option_value FROM {prefix}options WHERE option_name = 'woocommerce_notify_no_stock_amount'),
       DATABASE()"""
# The same at the begin of a decision, with everything else that needs to be asked but once: a row for each option.
# information_schema is asked for one table by its name: that looks at no other.
BEGINNING = """
SELECT UNIX_TIMESTAMP(), {replica}, VERSION(), ({recent}), ({table}), ({table}) + ({table}), DATABASE(), ({moving}),
       n.option_name, n.option_value
FROM (SELECT 1 AS one) d LEFT JOIN {prefix}options n ON {names}"""
MANAGED = """
SELECT post_id FROM {prefix}postmeta
WHERE {products} AND meta_key = '_manage_stock' AND meta_value IN ('yes', '1', 'true')"""
TICKETED = """
SELECT LEFT(m.meta_value, 20) FROM {prefix}postmeta m
JOIN {prefix}posts p ON p.ID = m.post_id AND p.post_type = 'event_magic_tickets'
WHERE m.meta_key = 'WooCommerceEventsOrderID' AND {orders}"""
# COALESCE: MySQL goes through the index of types, one look-up a ticket (three times as long); MariaDB does not. FORCE
# INDEX would be refused where the table is a view.
TICKETS_CHANGED = """
SELECT ID FROM {prefix}posts
WHERE COALESCE(post_type, '') = 'event_magic_tickets'
  AND (ID > %s OR post_modified_gmt >= UTC_TIMESTAMP() - INTERVAL %s SECOND)"""
# Tickets' meta rows lie close together, in the order of sale: going through all rows of a stretch of them takes half
# the time of looking each ticket's own up. The flags are those of TICKETS: they change with time alone.
# STRAIGHT_JOIN: with tens of thousands of ids servers go through the whole index of post_id instead, and try each of
# its entries against every list of ids (40,000 tickets of 100,000: 6.4 s on MariaDB, 3.3 s on MySQL; so 0.9 and 0.7).
META_BLOCKS = """
SELECT DISTINCT STRAIGHT_JOIN m.meta_id DIV {block}
FROM {prefix}posts p JOIN {prefix}postmeta m ON m.post_id = p.ID
WHERE {tickets}"""
META_FINGERPRINT = """
SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', m.post_id,
    {key}, LEFT(m.meta_value, 190),
    CASE WHEN m.meta_key = 'WooCommerceEventsBookingDateTimestamp' AND {row_not_over} THEN 1 ELSE 0 END)))
FROM {prefix}postmeta m
WHERE {key} IN ({keys}) AND ({stretches})"""
POSTS_FINGERPRINT = """
SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', ID, post_status))) FROM {prefix}posts
WHERE post_type = 'event_magic_tickets' AND {tickets}"""
ORDERS_FINGERPRINT = """
SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', {id}, {status},
    CASE WHEN {modified} IS NULL OR {modified} > UTC_TIMESTAMP() - INTERVAL 1 DAY THEN 1 ELSE 0 END)))
FROM {orders} o
WHERE {type} = 'shop_order' AND {ids}"""
POSTED = "SELECT ID, post_date FROM {prefix}posts WHERE {posts}"
HIGHEST = "SELECT COALESCE(MAX(ID), 0), (SELECT COALESCE(MAX(meta_id), 0) FROM {prefix}postmeta) FROM {prefix}posts"
# The type is asked for row by row: a product has some twenty of these rows, and three lookups by key are nothing. Of
# several that imports leave WooCommerce takes the first by name (the slug is the same), as WordPress sorts terms.
WITNESS = """
SELECT p.ID, p.post_parent, p.post_type, p.post_status, p.post_title, p.post_modified_gmt,
       (SELECT MIN(t.slug) FROM {prefix}term_relationships r
        JOIN {prefix}term_taxonomy x ON x.term_taxonomy_id = r.term_taxonomy_id AND x.taxonomy = 'product_type'
        JOIN {prefix}terms t ON t.term_id = x.term_id
        WHERE r.object_id = p.ID),
       m.meta_id, m.meta_key, m.meta_value, CASE WHEN p.post_password IN ('', '0') THEN 0 ELSE 1 END
FROM (
  SELECT ID FROM {prefix}posts WHERE post_type = 'product' AND {products}
  UNION
  SELECT ID FROM {prefix}posts WHERE post_type = 'product_variation' AND {parents}
) c
JOIN {prefix}posts p ON p.ID = c.ID
LEFT JOIN {prefix}postmeta m ON m.post_id = p.ID AND {keys}"""
EDITORS = """
SELECT post_id, meta_value, UNIX_TIMESTAMP() FROM {prefix}postmeta WHERE meta_key = '_edit_lock' AND {products}"""
NETWORK_OPTIONS = "SELECT meta_key, meta_value FROM {network}sitemeta WHERE {names}"
META_CHARSET = "SELECT CHARSET(meta_value) FROM {prefix}postmeta LIMIT 1"
# Engines without transactions: what is asked of their tables in one snapshot is of several instants all the same.
MOVING = """
SELECT GROUP_CONCAT(TABLE_NAME SEPARATOR ', ') FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND ENGINE IN ('MyISAM', 'Aria', 'MEMORY', 'MRG_MyISAM') AND {tables}"""
HPOS_TABLES = ("wc_orders", "wc_orders_meta", "wc_order_operational_data")
COUNTED = ("posts", "postmeta", "woocommerce_order_items", "woocommerce_order_itemmeta", *HPOS_TABLES)
"""The tables that a count is made of, without the prefix."""
TABLE = "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s"
WPML_COPIES = """SELECT t.trid, t.element_id, t.source_language_code IS NULL
FROM {prefix}icl_translations t
JOIN {prefix}posts p ON p.ID = t.element_id
WHERE t.element_type = 'post_product' AND p.post_status <> 'trash'"""
POLYLANG_COPIES = """SELECT r.term_taxonomy_id, r.object_id, 0
FROM {prefix}term_taxonomy t
JOIN {prefix}term_relationships r ON r.term_taxonomy_id = t.term_taxonomy_id
JOIN {prefix}posts p ON p.ID = r.object_id
WHERE t.taxonomy = 'post_translations' AND p.post_type = 'product' AND p.post_status <> 'trash'"""
