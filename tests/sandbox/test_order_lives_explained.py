"""Why a product's own stock has drifted is told at every step of the walks that were measured on the real shop.

`corr_diff_stock` says by how much; the order of the walk is the only one that can have moved it.
"""

from __future__ import annotations

import datetime as dt

import pytest

from brcc_tui.platforms.wordpress.database import WordPress
from brcc_tui.sandbox.wordpress.mysql_server import PracticeMysql
from brcc_tui.settings import Secret, WordPressSettings
from tests.sandbox.order_walks import PRODUCT, WALKS, Walker

DRIFT = 29
WORDS = {
    "-> completed after refund": "was refunded",
    "REST refund 1 of 2": "was refunded",
    "admin refund 1 of 2, restock": "was refunded",
    "order form: status Refunded, restock ticked": "was refunded without",
    "REST PUT status refunded": "was refunded without",
    "completed -> pending": "went back to pending",
    "REST DELETE (trash)": "was put into the trash",
    "-> failed with tickets": "not taken from the stock",
    "completed -> trash": "was put into the trash",
    "ticket 1 edit screen: Canceled": "canceled, trashed or deleted",
    "ticket 2 trashed": "canceled, trashed or deleted",
    "order -> completed again": "canceled, trashed or deleted",
    "ticket 1 trashed": "canceled, trashed or deleted",
    "ticket 1 deleted for good": "canceled, trashed or deleted",
}
OTHERWISE = {"REST DELETE force": 0, "-> failed with tickets": 2}
"""An order that was deleted for good has left no trace; of one that failed within a day the table counts no tickets,
and the program does, for it can still be paid.
"""


@pytest.mark.parametrize("storage", ["hpos", "posts"])
async def test_each_drift_of_a_stock_has_its_cause_and_what_has_not_drifted_none(storage: str) -> None:
    told = set()
    for walk_storage, walk, kind in WALKS:
        if (walk_storage, kind) == (storage, "single"):
            told |= await _explain_along(storage, walk)
    assert told == set(WORDS)


async def _explain_along(storage: str, walk: str) -> set[str]:
    walker = Walker(storage, walk, "single")
    server = PracticeMysql(walker.site.shop, user="reader", password="p")
    settings = WordPressSettings("127.0.0.1", await server.start(), "reader", Secret("p"), "wordpress", "wp_", False)
    program = WordPress(settings, site="practice")
    told = set()
    try:
        for row in WALKS[storage, walk, "single"][1:]:
            await walker.live(row[3])
            walker.now += dt.timedelta(minutes=1)
            drift = OTHERWISE.get(row[3], int(row[DRIFT]))
            both = [*await program.stock_causes(PRODUCT, 1), *await program.stock_causes(PRODUCT, -1)]
            assert sum(cause.seats for cause in both) == drift, f"{walk}: {row[3]}: {both}"
            for cause in both:
                assert cause.order_id in walker.orders
                assert WORDS[row[3]] in str(cause), f"{walk}: {row[3]}"
                told.add(row[3])
    finally:
        await program.close()
        await server.stop()
        walker.site.close()
    return told
