"""How long it takes to count all cells at once, on database servers filled for the purpose.

    python -m tests.benchmarks.bench_counts [--tickets 20000] [--cells 520] [--storage hpos|posts] [--json FILE]
                                            [--server mariadb|mariadb-11.8|mysql-9.7|all]

Compared: the whole of `WordPress.counts` (tickets, held places, line items), the first look and the next one of a
view; the best single query known for sold tickets; other questions of the program; and the way of the club's first
program, one query with four joins and LIKE for every cell, measured on a few cells. Every ticket has 40 meta rows, as
real ones have; one in twenty is for a date to come; they were sold over ten years. Several servers are asked in turns.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from brcc_tui.model.counts import CellTexts, ProductCells
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress.database import WordPress
from brcc_tui.platforms.wordpress.sql import Sql
from tests.benchmarks.filled_shop import FIRST_TICKET, PRODUCTS, fill
from tests.mariadb.server import INSTALLED, KINDS, Kind, database_server
from tests.mariadb.shop import Shop

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


def asked_cells(cells: int) -> list[ProductCells]:
    """All cells to come, spread over the products."""
    of: dict[int, dict[tuple[str, str], CellTexts]] = {}
    for cell in range(cells):
        texts = CellTexts(("8pm Show", "8pm Show (08:00 p.m.)"), f"date {cell}")
        of.setdefault(1 + cell % PRODUCTS, {})["slotslotslotslotslot", f"date{cell}"] = texts
    return [ProductCells(product, cells_) for product, cells_ in of.items()]


class Contender:
    """One server with a filled shop, and the clients that ask it."""

    def __init__(self, shop: Shop, cells: int) -> None:
        self.shop = shop
        self.asked = asked_cells(cells)
        self.timings, self.cheap = Timings(), Timings()
        self.full = WordPress(shop.settings(), timings=self.timings)
        self.view = WordPress(shop.settings(), timings=self.cheap)
        self.live = self.view.live_counts()
        self.seconds: dict[str, list[float]] = {name: [] for name in MEASURES}
        self.found: dict[str, Any] = {}

    async def measure(self, name: str) -> None:
        """One more measurement."""
        began = time.perf_counter()
        self.found[name] = await MEASURES[name](self)
        self.seconds[name].append(time.perf_counter() - began)

    def median(self, name: str) -> float:
        """Seconds; the first measurement warms the caches and does not count."""
        return statistics.median(self.seconds[name][1:])

    async def close(self) -> None:
        """Let the clients go."""
        await self.full.close()
        await self.view.close()


async def full_look(contender: Contender) -> Any:
    """Sold and held of all cells, of everything that counts."""
    return (await contender.full.counts(contender.asked)).products


async def again(contender: Contender) -> Any:
    """A view's next look: its first one warms the caches."""
    return (await contender.live.look(contender.asked)).products


async def single_query(contender: Contender) -> int:
    """The best known query for sold alone: the tickets it finds sold in the cells."""
    pairs = [(date, texts.date_text) for product in contender.asked for (_, date), texts in product.cells.items()]
    ids, texts = ([pair[n] for pair in pairs] for n in (0, 1))
    products = [str(product.product_id) for product in contender.asked]
    shop = contender.shop
    text = Q1.format(
        status="status" if shop.hpos else "post_status",
        orders="wp_wc_orders" if shop.hpos else "wp_posts",
        ids=", ".join(["%s"] * len(ids)),
        texts=", ".join(["%s"] * len(texts)),
        products=", ".join(["%s"] * len(products)),
    )
    text = text if shop.hpos else text.replace("o.id = CAST", "o.post_type = 'shop_order' AND o.ID = CAST")
    valid = {"wc-completed", "wc-processing", "wc-on-hold", "wc-pending", ""}
    rows = await asyncio.to_thread(shop.rows, text, *ids, *texts, *products)
    return sum(row[7] for row in rows if row[5] not in {"Canceled", "Cancelled", "Unpaid"} and row[6] in valid)


async def one_product(contender: Contender) -> Any:
    """The cells of one product."""
    return (await contender.full.counts(contender.asked[:1])).products


async def whole_product(contender: Contender) -> Any:
    """All tickets that one product ever sold."""
    return (await contender.full.counts([ProductCells(1)])).products[1]


async def drift(contender: Contender) -> Any:
    """Why one cell's stock has drifted."""
    return len(await contender.full.drift_causes(1, next(iter(contender.asked[0].cells)), 3))


async def by_day(contender: Contender) -> Any:
    """Seats sold per day of all cells."""
    places = [(product.product_id, cell) for product in contender.asked for cell in product.cells]
    return {place: sum(days.values()) for place, days in (await contender.full.sales_by_day(places)).items()}


async def whole_products(contender: Contender) -> Any:
    """All tickets that all products ever sold, in one look of a view that looks again: then also its fingerprint."""
    counts = await contender.view.live_counts().look([ProductCells(number) for number in range(1, PRODUCTS + 1)])
    return {product: count.sold for product, count in counts.products.items()}


MEASURES: dict[str, Callable[[Contender], Awaitable[Any]]] = {
    "again": again,
    "full": full_look,
    "single query": single_query,
    "one product": one_product,
    "one whole product": whole_product,
    "drift causes": drift,
    "sales by day": by_day,
    "all whole products": whole_products,
}
"""In turns, on one server after the other."""


def first_program(shop: Shop, sample: int) -> float:
    """Seconds for one cell, the way of the club's first program."""
    times = []
    for cell in range(sample):
        started = time.perf_counter()
        shop.rows(FIRST_PROGRAM, 1 + cell % PRODUCTS, "8pm Show%", f"date {cell}")
        times.append(time.perf_counter() - started)
    return statistics.mean(times) if times else 0.0


def explain(contender: Contender) -> dict[str, list[str]]:
    """The server's plans of the statements that take longest."""
    sql, shop, asked = Sql("wp_"), contender.shop, contender.asked
    dates = [date for product in asked for _, date in product.cells]
    texts = [texts.date_text for product in asked for texts in product.cells.values()]
    ids = [product.product_id for product in asked]
    ((recent,),) = shop.rows(sql.recent().text, *sql.recent().bound)
    tickets = range(FIRST_TICKET, FIRST_TICKET + 10_000)
    queries = [
        sql.tickets(shop.hpos, ids, sql.candidates(dates, texts, [], recent)),
        sql.waiting(shop.hpos, ids, places=True),
        sql.tickets_changed(FIRST_TICKET, 900),
        sql.meta_blocks(tickets),
        sql.meta_fingerprint([(1, 10_000), (20_000, 30_000)]),
    ]
    return {
        query.name: ["  ".join(map(str, row)) for row in shop.rows("EXPLAIN " + query.text, *query.bound)]
        for query in queries
    }


async def compare(contenders: Mapping[str, Contender], repeats: int, names: Sequence[str]) -> None:
    """All measures, in turns."""
    for name in names:
        for _ in range(repeats + 1):
            for contender in contenders.values():
                await contender.measure(name)
    for contender in contenders.values():
        await contender.close()


def outcome(contender: Contender, first_cell: float, options: argparse.Namespace) -> dict[str, Any]:
    """Everything that was found about one server, for a file."""
    counted = contender.found["full"].values()
    return {
        **{name: contender.median(name) for name, seconds in contender.seconds.items() if seconds},
        "equal": contender.found["full"] == contender.found["again"],
        "sold": sum(cell.sold for product in counted for cell in product.cells.values()),
        "held": sum(cell.held for product in counted for cell in product.cells.values()),
        "single query sold": contender.found["single query"],
        "statements": {row.name: row.p50 for row in contender.timings.rows()},
        "statements again": {row.name: row.p50 for row in contender.cheap.rows()},
        "first program, one cell": first_cell,
        "first program, all cells (extrapolated)": first_cell * options.cells,
        "plans": explain(contender),
        "tickets": options.tickets,
        "cells": options.cells,
        "storage": options.storage,
    }


def main() -> None:
    """Fill, measure, print."""
    kinds = {kind.group: kind for kind in KINDS}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--cells", type=int, default=520)
    parser.add_argument("--storage", choices=["hpos", "posts"], default="hpos")
    parser.add_argument("--sample", type=int, default=3, help="cells measured the way of the first program")
    parser.add_argument("--server", choices=[*kinds, "all"], action="append", help="the installed MariaDB if not given")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--measure", choices=[*MEASURES], action="append", help="beside the first three; else all")
    parser.add_argument("--memory", default="2G", help="of each server for its tables")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    chosen = options.server or [INSTALLED.group]
    wanted = [kind for name, kind in kinds.items() if name in chosen or "all" in chosen]
    if missing := [why for kind in wanted if (why := kind.missing())]:
        raise SystemExit("; ".join(missing))
    found = measured(wanted, options)
    report(found)
    if options.json:
        options.json.write_text(json.dumps(found if options.server else found[INSTALLED.group], indent=1))
    sold = {(one["sold"], one["held"], one["single query sold"]) for one in found.values()}
    if len(sold) != 1 or not all(one["equal"] and one["sold"] == one["single query sold"] for one in found.values()):
        sys.exit("the ways do not agree")


def measured(kinds: Sequence[Kind], options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """What was found about each server, by its short name."""
    with contextlib.ExitStack() as stack:
        contenders = {}
        for kind in kinds:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench")))
            memory = (f"--innodb-buffer-pool-size={options.memory}",)
            server = stack.enter_context(database_server(folder, kind=kind, options=memory))
            started = time.perf_counter()
            shop = Shop.make(server, hpos=options.storage == "hpos")
            fill(shop, options.tickets, options.cells)
            print(f"{kind.name}: {options.tickets} tickets filled in {time.perf_counter() - started:.0f} s", flush=True)
            contenders[kind.group] = Contender(shop, options.cells)
        names = dict.fromkeys(["again", "full", "single query", *(options.measure or MEASURES)])
        asyncio.run(compare(contenders, options.repeats, [*names]))
        first = {name: first_program(one.shop, options.sample) for name, one in contenders.items()}
        return {name: outcome(one, first[name], options) for name, one in contenders.items()}


def report(found: dict[str, dict[str, Any]]) -> None:
    """Tables for people: seconds of each measure, milliseconds of each statement, and plans."""
    width = 24
    print(f"\n{'median seconds':44}" + "".join(f"{name:>{width}}" for name in found))
    rows = [*MEASURES, "first program, one cell", "first program, all cells (extrapolated)"]
    for row in rows:
        cells = [f"{one[row]:{width}.3f}" if row in one else f"{'':{width}}" for one in found.values()]
        print(f"{row:44}" + "".join(cells))
    print(f"{'sold / held':44}" + "".join(f"{one['sold']:>{width - 7}} / {one['held']:4}" for one in found.values()))
    for name, one in found.items():
        print(f"\n{name}: full look against the single query: {one['full'] / one['single query']:.2f}", end="")
        print(f"; second look against the first: {one['again'] / one['full']:.2f}")
    for title in ("statements", "statements again"):
        print(f"\n{title} (median milliseconds)")
        for name in dict.fromkeys(name for one in found.values() for name in one[title]):
            print(f"  {name:42}" + "".join(f"{one[title].get(name, 0):{width}.1f}" for one in found.values()))
    for name, one in found.items():
        for query, lines in one["plans"].items():
            print(f"\n{name}: plan of {query}")
            print("\n".join(f"  {line}" for line in lines))


if __name__ == "__main__":
    main()
