"""The one query about money: orders with their lines, refunds and tickets, as a template of `sql`.

A row is one order, or all tickets that never had one. Its columns, in this order:

* the order's id (None for those tickets) and its status: None for an order that is gone, empty for one that has none
  (the column of HPOS may be NULL);
* whether it changed within a day; when it was created, currency, total, when it was paid (None: never), number;
* its tickets, each a JSON list, separated by commas, and how many there are;
* its lines, its refunds, and the lines of these: JSON lists, too, after their number and a colon;
* its places, if it has no ticket, and the same of another row of meta that says otherwise (an import's); 1 if it waits
  for tickets; whose order it is, if names are requested;
* the products of its parent order; 1 if WooCommerce noted that it took stock for the order.

Meta rows come as they are, not turned into columns: a look-up for each amount would cost more than reading them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from brcc_tui.platforms.wordpress.texts import as_texts, of_ticket

_AMOUNTS: Final = ("created", "currency", "total")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of an order is asked for besides its seats: names on tickets, who is billed, and amounts."""

    names: bool
    buyer: bool
    amounts: bool = True

    def columns(self) -> dict[str, str]:
        """What stands in the place of columns that are not asked for, and who is billed, by the template's names."""
        return ({} if self.amounts else dict.fromkeys(_AMOUNTS, "NULL")) | ({} if self.buyer else {"buyer": "NULL"})

    def less(self, denied: str) -> tuple[Wanted, str] | None:
        """What can be asked for without the thing that the account may not read (`denied`), and in words what that is.

        None where nothing is left to do without.
        """
        of_amounts = any(name in denied for name in ("total_amount", "currency", "date_created_gmt"))
        if self.buyer and not (of_amounts and self.amounts):
            return replace(self, buyer=False), "who is billed cannot be read, so names are those on tickets alone"
        if self.amounts:
            return replace(self, amounts=False), "amounts of orders cannot be read"
        return None


NOBODY: Final = {"names": "", "name_keys": "", "name_columns": ""}
PEOPLE: Final = {
    "names": ", " + as_texts("y", "first_name", "last_name", "email"),
    "name_keys": """,
    'WooCommerceEventsAttendeeName', 'WooCommerceEventsAttendeeLastName', 'WooCommerceEventsAttendeeEmail',
    'WooCommerceEventsPurchaserFirstName', 'WooCommerceEventsPurchaserLastName', 'WooCommerceEventsPurchaserEmail'""",
    "name_columns": f""",
    COALESCE(NULLIF({of_ticket("AttendeeName", 99)}, ''), {of_ticket("PurchaserFirstName", 99)}) AS first_name,
    COALESCE(NULLIF({of_ticket("AttendeeLastName", 99)}, ''), {of_ticket("PurchaserLastName", 99)}) AS last_name,
    COALESCE(NULLIF({of_ticket("AttendeeEmail", 99)}, ''), {of_ticket("PurchaserEmail", 99)}) AS email""",
}

LINES: Final = {
    "line_key": "CASE i.order_item_type WHEN 'line_item' THEN q.meta_key ELSE CONCAT('beside ', q.meta_key) END",
    "line_keys": """'_product_id', '_variation_id', '_qty', '_line_total', '_line_tax', 'booking_slot_id',
           'booking_date_id', '_refunded_item_id', 'cost', 'total_tax', '_original_order_id', '_reduced_stock'""",
}
"""Fees and shipping tell their amounts as well, by keys of their own: what they are taxed with is told nowhere else."""

BETWEEN: Final = (
    "SELECT post_id FROM {prefix}postmeta WHERE meta_key = 'WooCommerceEventsBookingDateTimestamp'"
    " AND CAST(meta_value AS SIGNED) BETWEEN %s AND %s"
)

# Of the tickets that are asked for, the orders; of these, all tickets: the amount of a line is shared among all of
# them. The order of a ticket is text without an index: its rows are gone through once, beside a list of numbers.
ORDERS: Final = """
SELECT w.id, CASE WHEN {id} IS NULL THEN NULL ELSE COALESCE({status}, '') END,
       CASE WHEN {modified} IS NULL OR {modified} > UTC_TIMESTAMP() - INTERVAL 1 DAY THEN 1 ELSE 0 END,
       {created}, {currency}, {total}, {paid},
       (SELECT LEFT(n.meta_value, 40) FROM {meta} n WHERE n.{meta_order} = w.id AND n.meta_key = '_order_number'
        ORDER BY n.{meta_row} LIMIT 1),
       w.tickets, w.many,
       (SELECT STRAIGHT_JOIN CONCAT(COUNT(*), ':', COALESCE(GROUP_CONCAT(
                 JSON_ARRAY(i.order_item_id, CONVERT({line_key} USING utf8mb4),
                            CONVERT(LEFT(q.meta_value, 64) USING utf8mb4)) SEPARATOR ','), ''))
        FROM {prefix}woocommerce_order_items i
        JOIN {prefix}woocommerce_order_itemmeta q ON q.order_item_id = i.order_item_id
         AND q.meta_key IN ({line_keys})
        WHERE i.order_id = w.id AND i.order_item_type IN ('line_item', 'fee', 'shipping')),
       (SELECT STRAIGHT_JOIN CONCAT(COUNT(*), ':', COALESCE(GROUP_CONCAT(
                 JSON_ARRAY(r.id, CONVERT(LEFT(a.meta_value, 32) USING utf8mb4)) SEPARATOR ','), ''))
        FROM {orders} r
        LEFT JOIN {meta} a ON a.{meta_order} = r.id AND a.meta_key = '_refund_amount'
        WHERE r.{parent} = w.id AND r.{kind} = 'shop_order_refund'),
       (SELECT STRAIGHT_JOIN CONCAT(COUNT(*), ':', COALESCE(GROUP_CONCAT(
                 JSON_ARRAY(i.order_item_id, CONVERT({line_key} USING utf8mb4),
                            CONVERT(LEFT(q.meta_value, 64) USING utf8mb4)) SEPARATOR ','), ''))
        FROM {orders} r
        JOIN {prefix}woocommerce_order_items i ON i.order_id = r.id
         AND i.order_item_type IN ('line_item', 'fee', 'shipping')
        JOIN {prefix}woocommerce_order_itemmeta q ON q.order_item_id = i.order_item_id
         AND q.meta_key IN ({line_keys})
        WHERE r.{parent} = w.id AND r.{kind} = 'shop_order_refund'),
       CASE WHEN w.tickets IS NULL THEN
         (SELECT MAX(LEFT(t.meta_value, %s)) FROM {meta} t
          WHERE t.{meta_order} = w.id AND t.meta_key = 'WooCommerceEventsOrderTickets') END,
       CASE WHEN w.tickets IS NULL THEN
         (SELECT NULLIF(MIN(LEFT(t.meta_value, %s)), MAX(LEFT(t.meta_value, %s))) FROM {meta} t
          WHERE t.{meta_order} = w.id AND t.meta_key = 'WooCommerceEventsOrderTickets') END,
       w.waits, {who},
       (SELECT GROUP_CONCAT(s.meta_value)
        FROM {prefix}woocommerce_order_items j
        JOIN {prefix}woocommerce_order_itemmeta s ON s.order_item_id = j.order_item_id AND s.meta_key = '_product_id'
        WHERE o.{parent} > 0 AND j.order_id = o.{parent} AND j.order_item_type = 'line_item'),
       CASE WHEN {stock_taken} THEN 1 ELSE 0 END
FROM (
  SELECT CAST(y.order_id AS UNSIGNED) AS id, COUNT(*) AS many, 0 AS waits,
    GROUP_CONCAT(JSON_ARRAY(y.id, {texts}{names}) SEPARATOR ',') AS tickets
  FROM (
    SELECT SQL_BIG_RESULT STRAIGHT_JOIN c.post_id AS id,
      MAX(p.post_status) AS post_status,{ticket_columns}{name_columns}
    FROM (
      {candidates}
      UNION
      SELECT STRAIGHT_JOIN e.post_id FROM {prefix}postmeta e
      JOIN (
        SELECT DISTINCT CAST(f.meta_value AS UNSIGNED) AS order_id
        FROM ({candidates}) k
        JOIN {prefix}postmeta f ON f.post_id = k.post_id AND f.meta_key = 'WooCommerceEventsOrderID'
      ) g ON g.order_id = CAST(e.meta_value AS UNSIGNED)
      WHERE e.meta_key = 'WooCommerceEventsOrderID' AND g.order_id > 0
    ) c
    JOIN {prefix}posts p ON p.ID = c.post_id AND p.post_type = 'event_magic_tickets'
    JOIN {prefix}postmeta m ON m.post_id = p.ID AND {key} IN ({keys}{name_keys})
    GROUP BY c.post_id
  ) y
  GROUP BY CAST(y.order_id AS UNSIGNED)
  UNION ALL
  SELECT v.id, 0, 1, NULL FROM (
    SELECT {id} AS id FROM {orders} o
    WHERE {type} = 'shop_order' AND COALESCE({status}, '') NOT IN ('auto-draft', 'draft')
      AND ({live} OR {paid} IS NOT NULL)
      AND {id} NOT IN (SELECT g.{meta_order} FROM {meta} g WHERE g.{meta_order} IS NOT NULL
                       AND g.meta_key = 'WooCommerceEventsTicketsGenerated' AND g.meta_value = 'yes')
    LIMIT 9223372036854775807) v
  WHERE EXISTS (
    SELECT STRAIGHT_JOIN 1 FROM {prefix}woocommerce_order_items i
    JOIN {prefix}woocommerce_order_itemmeta p ON p.order_item_id = i.order_item_id AND p.meta_key = '_product_id'
    WHERE i.order_id = v.id AND i.order_item_type = 'line_item' AND {products})
) w
LEFT JOIN {orders} o ON {id} = w.id AND {type} = 'shop_order'"""
