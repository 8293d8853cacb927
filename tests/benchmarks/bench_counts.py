"""How long it takes to count all cells at once, on a MariaDB filled for the purpose.

    python -m tests.benchmarks.bench_counts [--tickets 20000] [--cells 520] [--storage hpos|posts] [--json FILE]

Compared: the whole of `WordPress.counts` (tickets, held places, line items), the first look and the next one of a
view; the best single query known for sold tickets; and the way of the club's first program, one query with four
joins and LIKE for every cell, measured on a few cells. Every ticket has 40 meta rows, as real ones have; one in
twenty is for a date to come; they were sold over ten years.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from brcc_tui.model.counts import CellTexts, ProductCells
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress.database import WordPress
from brcc_tui.platforms.wordpress.sql import Sql
from tests.mariadb.server import Server, mariadb_missing, mariadb_server
from tests.mariadb.shop import Shop, php

PRODUCTS = 17
META_ROWS = 40
YEARS = 10
"""In which all tickets were sold: 200,000 are some 3,600 sold-out nights of 55 seats."""

FIRST_TICKET, FIRST_ORDER = 1_000_000, 50_000_000
REPEATS = 5

Q1 = """
SELECT x.pid, x.sid, x.did, x.st, x.dt, x.tstat, COALESCE(o.{status},'') AS ostat, COUNT(*) AS n
FROM (
  SELECT STRAIGHT_JOIN p.ID,
    COALESCE(MAX(CASE m.meta_key WHEN 'WooCommerceEventsProductID'     THEN LEFT(m.meta_value,20)  END),'') pid,
    COALESCE(MAX(CASE m.meta_key WHEN 'WooCommerceEventsBookingSlotID' THEN LEFT(m.meta_value,64)  END),'') sid,
    COALESCE(MAX(CASE m.meta_key WHEN 'WooCommerceEventsBookingDateID' THEN LEFT(m.meta_value,64)  END),'') did,
    COALESCE(MAX(CASE m.meta_key WHEN 'WooCommerceEventsBookingSlot'   THEN LEFT(m.meta_value,190) END),'') st,
    COALESCE(MAX(CASE m.meta_key WHEN 'WooCommerceEventsBookingDate'   THEN LEFT(m.meta_value,64)  END),'') dt,
    COALESCE(MAX(CASE m.meta_key WHEN 'WooCommerceEventsStatus'        THEN LEFT(m.meta_value,32)  END),'') tstat,
    COALESCE(MAX(CASE m.meta_key WHEN 'WooCommerceEventsOrderID'       THEN LEFT(m.meta_value,20)  END),'') oid
  FROM (SELECT post_id FROM wp_postmeta WHERE meta_key='WooCommerceEventsBookingDateID' AND meta_value IN ({ids})
        UNION
        SELECT post_id FROM wp_postmeta WHERE meta_key='WooCommerceEventsBookingDate' AND meta_value IN ({texts})) c
  JOIN wp_posts p    ON p.ID=c.post_id AND p.post_type='event_magic_tickets' AND p.post_status='publish'
  JOIN wp_postmeta m ON m.post_id=p.ID AND m.meta_key IN ('WooCommerceEventsProductID',
    'WooCommerceEventsBookingSlotID', 'WooCommerceEventsBookingDateID', 'WooCommerceEventsBookingSlot',
    'WooCommerceEventsBookingDate', 'WooCommerceEventsStatus', 'WooCommerceEventsOrderID')
  GROUP BY p.ID) x
LEFT JOIN {orders} o ON o.id = CAST(x.oid AS UNSIGNED)
WHERE x.pid IN ({products})
GROUP BY x.pid,x.sid,x.did,x.st,x.dt,x.tstat,ostat"""

FIRST_PROGRAM = """
SELECT COUNT(*) FROM wp_posts p
JOIN wp_postmeta m1 ON m1.post_id=p.ID AND m1.meta_key='WooCommerceEventsProductID' AND m1.meta_value=%s
JOIN wp_postmeta m2 ON m2.post_id=p.ID AND m2.meta_key='WooCommerceEventsBookingSlot' AND m2.meta_value LIKE %s
JOIN wp_postmeta m3 ON m3.post_id=p.ID AND m3.meta_key='WooCommerceEventsBookingDate' AND m3.meta_value=%s
LEFT JOIN wp_postmeta m4 ON m4.post_id=p.ID AND m4.meta_key='WooCommerceEventsStatus'
WHERE p.post_type='event_magic_tickets' AND p.post_status='publish'
  AND (m4.meta_value IS NULL OR m4.meta_value NOT IN ('Canceled', 'Cancelled', 'Unpaid'))"""

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
FROM seq_{start}_to_{end} t JOIN seq_0_to_{rows} k ORDER BY t.seq, k.seq"""

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


def fill(shop: Shop, tickets: int, cells: int) -> None:
    """Tickets, their orders and line items, in the order in which a shop gets them."""
    for number in range(1, PRODUCTS + 1):
        if shop.product() != number:
            raise SystemExit("the shop is not empty")
    shop.sql(
        "INSERT INTO wp_posts (ID, post_type, post_status, post_date)"
        f" SELECT {FIRST_TICKET} + seq, 'event_magic_tickets', 'publish',"
        f" UTC_TIMESTAMP() - INTERVAL ({tickets} - seq) * {YEARS} * 365 DIV {tickets} DAY FROM seq_1_to_{tickets}"
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
    source = f"FROM seq_1_to_{orders} t"
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


def asked_cells(cells: int) -> list[ProductCells]:
    """All cells to come, spread over the products."""
    of: dict[int, dict[tuple[str, str], CellTexts]] = {}
    for cell in range(cells):
        texts = CellTexts(("8pm Show", "8pm Show (08:00 p.m.)"), f"date {cell}")
        of.setdefault(1 + cell % PRODUCTS, {})["slotslotslotslotslot", f"date{cell}"] = texts
    return [ProductCells(product, cells_) for product, cells_ in of.items()]


def best_single_query(shop: Shop, asked: list[ProductCells]) -> Callable[[], int]:
    """The best known query for sold alone: gives the tickets it finds sold in the cells."""
    pairs = [(date, texts.date_text) for product in asked for (_, date), texts in product.cells.items()]
    ids, texts = ([pair[n] for pair in pairs] for n in (0, 1))
    products = [str(product.product_id) for product in asked]
    text = Q1.format(
        status="status" if shop.hpos else "post_status",
        orders="wp_wc_orders" if shop.hpos else "wp_posts",
        ids=", ".join(["%s"] * len(ids)),
        texts=", ".join(["%s"] * len(texts)),
        products=", ".join(["%s"] * len(products)),
    )
    text = text if shop.hpos else text.replace("o.id = CAST", "o.post_type = 'shop_order' AND o.ID = CAST")
    valid = {"wc-completed", "wc-processing", "wc-on-hold", "wc-pending", ""}

    def ask() -> int:
        rows = shop.rows(text, *ids, *texts, *products)
        return sum(row[7] for row in rows if row[5] not in {"Canceled", "Cancelled", "Unpaid"} and row[6] in valid)

    return ask


def first_program(shop: Shop, sample: int) -> float:
    """Seconds for one cell, the way of the club's first program."""
    times = []
    for cell in range(sample):
        started = time.perf_counter()
        shop.rows(FIRST_PROGRAM, 1 + cell % PRODUCTS, "8pm Show%", f"date {cell}")
        times.append(time.perf_counter() - started)
    return statistics.mean(times)


async def compared(shop: Shop, asked: list[ProductCells]) -> dict[str, Any]:
    """Median seconds of a full look, of a view's second one and of the best single query, taken in turns."""
    seen: dict[str, Any] = {}
    timings, cheap = Timings(), Timings()
    full = WordPress(shop.settings(), timings=timings)
    view = WordPress(shop.settings(), timings=cheap)
    live, single = view.live_counts(), best_single_query(shop, asked)
    seconds: dict[str, list[float]] = {"full": [], "again": [], "single query": []}
    try:
        await live.look(asked)
        for _ in range(REPEATS + 1):
            began = time.perf_counter()
            counts = await full.counts(asked)
            looked = time.perf_counter()
            again = await live.look(asked)
            ended = time.perf_counter()
            seen["single query sold"] = single()
            for name, value in zip(seconds, (looked - began, ended - looked, time.perf_counter() - ended), strict=True):
                seconds[name].append(value)
        seen["equal"] = counts.products == again.products
        seen["sold"] = sum(cell.sold for product in counts.products.values() for cell in product.cells.values())
        seen["held"] = sum(cell.held for product in counts.products.values() for cell in product.cells.values())
        seen["queries"] = sum(row.count for row in timings.rows()) // (REPEATS + 1)
        seen["statements"] = {row.name: row.p50 for row in timings.rows()}
        seen["statements again"] = {row.name: row.p50 for row in cheap.rows()}
    finally:
        await full.close()
        await view.close()
    # The first of each warms the caches.
    return seen | {name: statistics.median(values[1:]) for name, values in seconds.items()}


def explain(shop: Shop, asked: list[ProductCells]) -> list[str]:
    """The server's plan of the query for tickets."""
    sql = Sql("wp_")
    dates = [date for product in asked for _, date in product.cells]
    texts = [texts.date_text for product in asked for texts in product.cells.values()]
    ids = [product.product_id for product in asked]
    ((recent,),) = shop.rows(sql.recent().text, *sql.recent().bound)
    query = sql.tickets(shop.hpos, ids, sql.candidates(dates, texts, [], recent))
    return ["  ".join(str(value) for value in row) for row in shop.rows("EXPLAIN " + query.text, *query.bound)]


@contextlib.contextmanager
def running(folder: str | None) -> Iterator[Server]:
    """A server with memory enough for its tables, in a folder of its own."""
    with contextlib.ExitStack() as stack:
        where = Path(folder or stack.enter_context(tempfile.TemporaryDirectory(prefix="bench")))
        yield stack.enter_context(mariadb_server(where, options=("--innodb-buffer-pool-size=4G",)))


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--cells", type=int, default=520)
    parser.add_argument("--storage", choices=["hpos", "posts"], default="hpos")
    parser.add_argument("--sample", type=int, default=3, help="cells measured the way of the first program")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    missing = mariadb_missing()
    if missing:
        raise SystemExit(missing)
    with running(None) as server:
        shop = Shop.make(server, hpos=options.storage == "hpos")
        started = time.perf_counter()
        fill(shop, options.tickets, options.cells)
        asked = asked_cells(options.cells)
        print(f"{options.tickets} tickets filled in {time.perf_counter() - started:.0f} s, {platform.machine()}")
        found = asyncio.run(compared(shop, asked))
        one_cell = first_program(shop, options.sample)
        plan = explain(shop, asked)
        found |= {"first program, one cell": one_cell}
        found |= {"first program, all cells (extrapolated)": one_cell * options.cells, "plan": plan}
        found |= {"tickets": options.tickets, "cells": options.cells, "storage": options.storage}
    report(found)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
    if found["sold"] != found["single query sold"] or not found["equal"]:
        sys.exit("the ways do not agree")


def report(found: dict[str, Any]) -> None:
    """A table for people."""
    print(f"\n{'all ' + str(found['cells']) + ' cells at once':46}{'seconds':>10}{'sold':>8}")
    print(f"{'counts: sold, held, pending, all orders':46}{found['full']:10.3f}{found['sold']:8}")
    print(f"{'the same, a view looking again':46}{found['again']:10.3f}{found['sold'] if found['equal'] else '?':>8}")
    print(f"{'best single query, sold alone':46}{found['single query']:10.3f}{found['single query sold']:8}")
    print(f"{'first program, one cell':46}{found['first program, one cell']:10.3f}")
    print(f"{'first program, all cells (extrapolated)':46}{found['first program, all cells (extrapolated)']:10.1f}")
    print(f"\nfull look against the single query: {found['full'] / found['single query']:.2f}")
    print(f"second look against the first: {found['again'] / found['full']:.2f}; held {found['held']}")
    for title in ("statements", "statements again"):
        print(f"\n{title} (median milliseconds)")
        for name, milliseconds in found[title].items():
            print(f"  {name:30}{milliseconds:10.1f}")
    print("\nplan of the query for tickets")
    print("\n".join(f"  {line}" for line in found["plan"]))


if __name__ == "__main__":
    main()
