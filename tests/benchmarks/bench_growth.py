"""How the count of one whole product grows with the tickets that it ever sold, on database servers in turns.

    python -m tests.benchmarks.bench_growth [--sizes 5000 10000 20000 40000] [--repeats 3] [--server ...]

Beside the seconds stand those of the server's own processor time, which another load on the machine does not change,
and the statements that took most of them. The plans are compared: none may change with the size.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from brcc_tui.model.counts import ProductCells
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress.database import WordPress
from brcc_tui.platforms.wordpress.sql import Sql
from tests.benchmarks.filled_shop import FIRST_TICKET, PRODUCTS, fill
from tests.mariadb.server import KINDS, Kind, database_server
from tests.mariadb.shop import Shop

PRODUCT = 1
ALL_OF_ONE = f"UPDATE wp_postmeta SET meta_value = '{PRODUCT}' WHERE meta_key = 'WooCommerceEventsProductID'"


class Contender:
    """One server with a shop of one size: what each look took."""

    def __init__(self, shop: Shop, tickets: int) -> None:
        self.shop, self.tickets = shop, tickets
        self.seconds: list[float] = []
        self.processor: list[float] = []
        self.timings = Timings()
        self.sold = 0

    async def look(self) -> None:
        """The first look of a view: the tickets, what waits, and the fingerprint of all."""
        client = WordPress(self.shop.settings(), timings=self.timings)
        server = psutil.Process(self.shop.server.pid)
        used, began = sum(server.cpu_times()[:2]), time.perf_counter()
        counts = await client.live_counts().look([ProductCells(PRODUCT)])
        self.seconds.append(time.perf_counter() - began)
        self.processor.append(sum(server.cpu_times()[:2]) - used)
        self.sold = counts.products[PRODUCT].sold
        await client.close()

    def slowest(self) -> str:
        """The statements that took longest, in milliseconds."""
        rows = sorted(self.timings.rows(), key=lambda row: -row.p50)[:4]
        return ", ".join(f"{row.name.removeprefix('SQL ')} {row.p50:.0f}" for row in rows)

    def plans(self) -> list[tuple[str, ...]]:
        """Which index each table of the two great statements is read by."""
        sql = Sql("wp_")
        ids = range(FIRST_TICKET + 1, FIRST_TICKET + self.tickets + 1)
        found = []
        if self.shop.server.kind.mysql:
            self.shop.sql("SET SESSION explain_format = 'TRADITIONAL'")
        for query in (sql.tickets(True, [PRODUCT], sql.candidates([], [], [PRODUCT])), sql.meta_blocks(ids)):
            with self.shop._connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + query.text, query.bound)
                place = {column[0].lower(): number for number, column in enumerate(cursor.description)}
                found += [tuple(str(row[place[name]]) for name in ("table", "key")) for row in cursor.fetchall()]
        return found


async def compare(contenders: Sequence[Contender], repeats: int) -> None:
    """All in turns; the first look of each warms the server's memory and does not count."""
    for _ in range(repeats + 1):
        for contender in contenders:
            await contender.look()


def main() -> None:
    """Fill, measure, report."""
    kinds = {kind.group: kind for kind in KINDS}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", choices=[*kinds], action="append")
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 10_000, 20_000, 40_000])
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        contenders: list[Contender] = []
        for name in options.server or kinds:
            contenders += filled(kinds[name], options.sizes, stack)
        asyncio.run(compare(contenders, options.repeats))
        for one in contenders:
            seconds, processor = statistics.median(one.seconds[1:]), statistics.median(one.processor[1:])
            each = f"{processor / one.tickets * 1e6:5.0f} µs a ticket"
            print(f"{one.shop.server.kind.name:13} {one.tickets:7,} tickets, {one.sold:6,} sold: {seconds:7.2f} s,"
                  f" processor {processor:6.2f} s, {each}; {one.slowest()}", flush=True)  # fmt: skip
        for kind in {one.shop.server.kind for one in contenders}:
            plans = {tuple(one.plans()) for one in contenders if one.shop.server.kind is kind}
            print(f"{kind.name}: {'one plan' if len(plans) == 1 else 'PLANS CHANGE'}: {sorted(plans)}")


def filled(kind: Kind, sizes: Sequence[int], stack: contextlib.ExitStack) -> list[Contender]:
    """A server with a shop of each size."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench")))
    server = stack.enter_context(database_server(folder, kind=kind, options=("--innodb-buffer-pool-size=1536M",)))
    found = []
    for tickets in sizes:
        shop = Shop.make(server, hpos=True)
        fill(shop, tickets, PRODUCTS)
        shop.sql(ALL_OF_ONE)
        shop.rows("ANALYZE TABLE wp_postmeta")
        found.append(Contender(shop, tickets))
        print(f"{kind.name}: {tickets:,} tickets filled", flush=True)
    return found


if __name__ == "__main__":
    main()
