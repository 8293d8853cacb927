"""A shop with as many tickets as ten years of a club make, on any database server, for the benchmarks of counts."""

from __future__ import annotations

from tests.mariadb.shop import Shop, php

PRODUCTS = 17
META_ROWS = 40
YEARS = 10
"""In which all tickets were sold: 200,000 are some 3,600 sold-out nights of 55 seats."""

FIRST_TICKET, FIRST_ORDER = 1_000_000, 50_000_000

# Ticket t of {tickets}: its cell, as a number in SQL. The last twentieth of all tickets is for the cells to come.
COMING = "t.seq > {tickets} * 0.95"
CELL = f"IF({COMING}, MOD(t.seq, {{cells}}), 100000 + MOD(t.seq, 20000))"
WRITTEN = {
    "WooCommerceEventsTicketID": "CONCAT(t.seq, '123456')",
    "WooCommerceEventsProductID": f"1 + MOD({CELL}, {PRODUCTS})",
    "WooCommerceEventsOrderID": f"{FIRST_ORDER} + t.seq DIV 2",
    "WooCommerceEventsStatus": "IF(MOD(t.seq, 30) = 0, 'Canceled', 'Not Checked In')",
    "WooCommerceEventsBookingSlot": "'8pm Show (08:00 p.m.)'",
    "WooCommerceEventsBookingSlotID": "IF(MOD(t.seq, 5) = 0, '', 'slotslotslotslotslot')",
    "WooCommerceEventsBookingDate": f"CONCAT('date ', {CELL})",
    "WooCommerceEventsBookingDateID": f"IF(MOD(t.seq, 5) = 0, '', CONCAT('date', {CELL}))",
    "WooCommerceEventsBookingDateTimestamp": f"IF({COMING}, UNIX_TIMESTAMP() + 864000, 1600000000)",
}

TICKET_META = """
INSERT INTO wp_postmeta (post_id, meta_key, meta_value)
SELECT {first} + t.seq, CASE k.seq {names} END, CASE k.seq {values} ELSE CONCAT('text ', k.seq, ' of ', t.seq) END
FROM numbers t JOIN numbers k WHERE t.seq BETWEEN {start} AND {end} AND k.seq <= {rows} ORDER BY t.seq, k.seq"""

# One order in 40 is refunded; one in 400 still waits, and its tickets' places are only held.
ORDER_STATUS = (
    "CASE WHEN MOD(t.seq, 40) = 0 THEN 'wc-refunded' WHEN MOD(t.seq, 400) = 7 THEN 'wc-on-hold' ELSE 'wc-completed' END"
)
ORDER_META = {
    "WooCommerceEventsOrderTickets": "{places}",
    "WooCommerceEventsTicketsGenerated": "IF(MOD(t.seq, 400) = 7, 'no', 'yes')",
    "_order_stock_reduced": "'yes'",
}
ITEM_META = {"_product_id": f"1 + MOD(t.seq, {PRODUCTS})", "_variation_id": "0", "_qty": "2"}


def make_numbers(shop: Shop, highest: int) -> None:
    """A table of the numbers from 0 on: MySQL has no tables of sequences."""
    shop.sql("CREATE TABLE numbers (seq int PRIMARY KEY)")
    shop.sql("INSERT INTO numbers VALUES (0)")
    count = 1
    while count <= highest:
        shop.sql(f"INSERT INTO numbers SELECT seq + {count} FROM numbers")
        count *= 2


def fill(shop: Shop, tickets: int, cells: int) -> None:
    """Tickets, their orders and line items, in the order in which a shop gets them."""
    make_numbers(shop, max(tickets, META_ROWS))
    for number in range(1, PRODUCTS + 1):
        if shop.product() != number:
            raise SystemExit("the shop is not empty")
    shop.sql(
        "INSERT INTO wp_posts (ID, post_type, post_status, post_date)"
        f" SELECT {FIRST_TICKET} + seq, 'event_magic_tickets', 'publish',"
        f" UTC_TIMESTAMP() - INTERVAL ({tickets} - seq) * {YEARS} * 365 DIV {tickets} DAY"
        f" FROM numbers WHERE seq BETWEEN 1 AND {tickets}"
    )
    sizes = {"tickets": tickets, "cells": cells}
    keys = [*WRITTEN, *(f"WooCommerceEventsAttendeeField{n}" for n in range(META_ROWS - len(WRITTEN)))]
    names = " ".join(f"WHEN {n} THEN '{key}'" for n, key in enumerate(keys))
    values = " ".join(f"WHEN {n} THEN {value.format(**sizes)}" for n, value in enumerate(WRITTEN.values()))
    for start in range(1, tickets + 1, 5000):
        end, rows = min(tickets, start + 4999), META_ROWS - 1
        shop.sql(TICKET_META.format(first=FIRST_TICKET, names=names, values=values, start=start, end=end, rows=rows))
    fill_orders(shop, tickets // 2)
    for table in shop.tables:
        shop.rows(f"ANALYZE TABLE {table}")


def fill_orders(shop: Shop, orders: int) -> None:
    """An order for every two tickets, with one line item, in the shop's own storage."""
    # As long as what FooEvents keeps, and of the product that the order's line item names.
    texts = [php([(number, "slotslotslotslotslot", "date0")] * 2, name="x" * 1000) for number in range(1, PRODUCTS + 1)]
    chosen = f"ELT(1 + MOD(t.seq, {PRODUCTS}), {', '.join(repr(text) for text in texts)})"
    meta = [(key, value.replace("{places}", chosen)) for key, value in ORDER_META.items()]
    table, owner = ("wp_wc_orders_meta", "order_id") if shop.hpos else ("wp_postmeta", "post_id")
    source = f"FROM numbers t WHERE t.seq BETWEEN 1 AND {orders}"
    if shop.hpos:
        shop.sql(
            "INSERT INTO wp_wc_orders (id, status, type, date_created_gmt, date_updated_gmt)"
            f" SELECT {FIRST_ORDER} + seq, {ORDER_STATUS}, 'shop_order', '2026-01-01', '2026-01-01' {source}"
        )
        shop.sql(  # as WooCommerce keeps the ids of posts and orders one series
            "INSERT INTO wp_posts (ID, post_type, post_status)"
            f" SELECT {FIRST_ORDER} + seq, 'shop_order_placehold', 'draft' {source}"
        )
        shop.sql(
            "INSERT INTO wp_wc_order_operational_data (order_id, order_stock_reduced)"
            f" SELECT {FIRST_ORDER} + seq, 1 {source}"
        )
    else:
        shop.sql(
            "INSERT INTO wp_posts (ID, post_type, post_status)"
            f" SELECT {FIRST_ORDER} + seq, 'shop_order', {ORDER_STATUS} {source}"
        )
        meta += [(f"_billing_field_{n}", f"CONCAT('text {n} of ', t.seq)") for n in range(META_ROWS)]
    for key, value in meta:
        shop.sql(
            f"INSERT INTO {table} ({owner}, meta_key, meta_value) SELECT {FIRST_ORDER} + seq, '{key}', {value} {source}"
        )
    shop.sql(
        "INSERT INTO wp_woocommerce_order_items (order_item_id, order_item_type, order_id)"
        f" SELECT seq, 'line_item', {FIRST_ORDER} + seq {source}"
    )
    for key, value in (*ITEM_META.items(), *((f"_line_{n}", "'1.00'") for n in range(5))):
        shop.sql(
            "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value)"
            f" SELECT seq, '{key}', {value} {source}"
        )
