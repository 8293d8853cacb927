"""How often a mirrored show sells a seat twice, by the buyers who come between two syncs and by the buffer.

Run it: `python tests/benchmarks/bench_mirror.py [runs]`. It prints the table that the documentation shows. A room of 55
sells out through one listing on each shop; parties of one to four come at random to either shop, and every sync
shares the seats with the program's own arithmetic. A party that does not fit is turned away.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import sys

from brcc_tui.model.changes.plan import Action
from brcc_tui.model.listing import Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import is_known
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.belonging import ALONE
from brcc_tui.model.shows.grouping import sum_up
from brcc_tui.model.shows.sharing import Mode, share_seats
from brcc_tui.model.shows.show import Room

SEATS = 55
BUYERS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
BUFFERS = (0, 1, 2, 4, 6, 8, 12)
PARTIES, HOW_OFTEN = (1, 2, 3, 4), (3, 8, 2, 2)
START = dt.datetime(2026, 11, 27, 20, 0, tzinfo=dt.UTC)
SHOPS = (Platform.EVENTBRITE, Platform.WOOCOMMERCE)
IDS = {Platform.EVENTBRITE: "eb:1:2", Platform.WOOCOMMERCE: "wc:1:slot:date"}


def listing(shop: Platform, sold: int, capacity: int) -> Listing:
    """One shop's listing of the show."""
    reading = Reading(capacity, sold, 0, capacity - sold, START, Source.LIVE)
    method = StockMethod.TICKET_CLASS_CAPACITY if shop is Platform.EVENTBRITE else StockMethod.BOOKING_STOCK
    return Listing(IDS[shop], shop, "Show", None, START, method, Status.ON_SALE, reading, IDS[shop])


def sell_out(rng: random.Random, buyers: float, buffer: int) -> int:
    """Sell a show out; how many seats were sold in all."""
    sold = dict.fromkeys(SHOPS, 0)
    capacity = dict.fromkeys(SHOPS, SEATS - buffer)
    while any(capacity[shop] > sold[shop] for shop in SHOPS):
        for _ in range(poisson(rng, buyers)):
            shop, party = rng.choice(SHOPS), rng.choices(PARTIES, HOW_OFTEN)[0]
            if sold[shop] + party <= capacity[shop]:
                sold[shop] += party
            elif sold[shop] + 1 <= capacity[shop]:
                sold[shop] += 1  # the last seats go one by one, else no show ever sells out
        there = [listing(x, sold[x], capacity[x]) for x in SHOPS]
        show = sum_up("tonight", START, Room("main", SEATS), there, ALONE)
        for wish in share_seats(show, Mode.MIRROR, buffer=buffer).wanted:
            shop = next(x for x in SHOPS if IDS[x] == wish.listing_id)
            capacity[shop] = wish.number if wish.action is Action.SET else sold[shop]
        if is_known(show.free) and show.free <= buffer:
            break
    return sum(sold.values())


def poisson(rng: random.Random, mean: float) -> int:
    """How many come when so many come on average."""
    count, product, limit = 0, rng.random(), math.exp(-mean)
    while product > limit:
        count, product = count + 1, product * rng.random()
    return count


def table(runs: int) -> list[str]:
    """The measured table, as Markdown: how many of a hundred shows, and how many people in the worst of them."""
    rng = random.Random(1)
    lines = [
        f"| buyers between two syncs | {' | '.join(f'buffer {buffer}' for buffer in BUFFERS)} |",
        f"|---|{'---|' * len(BUFFERS)}",
    ]
    for buyers in BUYERS:
        cells = []
        for buffer in BUFFERS:
            over = [max(0, sell_out(rng, buyers, buffer) - SEATS) for _ in range(runs)]
            share = 100 * sum(x > 0 for x in over) / runs
            cells.append(f"{share:.1f} % (worst {max(over)})" if max(over) else "none")
        lines.append(f"| {buyers:g} | {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    print("\n".join(table(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)))
