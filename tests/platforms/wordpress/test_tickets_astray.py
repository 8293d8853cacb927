"""Tickets of dates that the shop has no more: which of them are found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brcc_tui.model.counts import CellCount, Orphan, ProductCells, ProductCount
from brcc_tui.platforms.wordpress.database import WordPress
from tests.mariadb.bookings import MON, bookings
from tests.mariadb.fixtures import connect, hpos_shop, on_every_server, server, shop, wordpress
from tests.mariadb.shop import Shop

__all__ = ["connect", "hpos_shop", "server", "shop", "wordpress"]

pytestmark = pytest.mark.xdist_group("mariadb")

DAY = 86400


def trashed(shop: Shop, **meta: object) -> int:
    product = shop.post("product", "trash")
    shop.metas(product, {"_manage_stock": "no", **meta})
    return product


async def numbers(wordpress: WordPress, product: int) -> ProductCount:
    return (await wordpress.counts([bookings(product)])).products[product]


@on_every_server
async def test_a_date_of_tonight_that_is_gone_is_missed_and_one_that_is_over_is_not(
    shop: Shop, wordpress: WordPress
) -> None:
    """Starts are local wall times read as UTC, and the database does not know of which zone."""
    product, now = shop.product(), int(shop.rows("SELECT UNIX_TIMESTAMP()")[0][0])
    midnight = now // DAY * DAY
    hours = {"west of everything": -14, "tonight": -5, "east of everything": 14, "over": -16}
    starts = {name: (now + hour * 3600) // 60 * 60 + 1 for name, hour in hours.items()}
    starts |= {"a day without an hour": midnight, "days ago, without an hour": midnight - 2 * DAY}
    for name, start in starts.items():
        shop.ticket(product, None, ("late", name), starts=start)
    live = wordpress.live_counts()
    for seen in (await numbers(wordpress, product), (await live.look([bookings(product)])).products[product]):
        missed = {orphan.date_id for orphan in seen.orphans}
        assert missed == {"west of everything", "tonight", "east of everything", "a day without an hour"}


@on_every_server
@pytest.mark.parametrize("others_sell", [True, False], ids=["others sell", "nobody sells"])
async def test_what_was_sold_years_ahead_is_no_orphan_where_others_sell(
    shop: Shop, wordpress: WordPress, others_sell: bool
) -> None:
    """The tickets of two years are gone through; all of them when there are none, or their dates say nothing."""
    product = shop.product()
    old = shop.ticket(product, None, ("late", "gone"), starts=2**31 - 1)
    shop.sql("UPDATE wp_posts SET post_date = UTC_TIMESTAMP() - INTERVAL 800 DAY WHERE ID = %s", old)
    if others_sell:
        lately = shop.ticket(product, None, ("late", "gone too"), starts=2**31 - 1)
        shop.sql("UPDATE wp_posts SET post_date = UTC_TIMESTAMP() - INTERVAL 700 DAY WHERE ID = %s", lately)
    seen = await numbers(wordpress, product)
    assert [orphan.date_id for orphan in seen.orphans] == ["gone too" if others_sell else "gone"]


@on_every_server
async def test_tickets_of_what_is_left_of_a_date_are_found_by_its_id(shop: Shop, wordpress: WordPress) -> None:
    """No time is told on them, as FooEvents tells none where it could not read it."""
    product, gone = shop.product(), ("late", "gone")
    shop.ticket(product, None, gone, texts=("8pm Show", "January 08, 2025"), starts=0)
    asked = replace(bookings(product), leftovers=frozenset({gone}))
    seen = (await wordpress.counts([asked])).products[product]
    assert seen.orphans == (Orphan("8pm Show", "January 08, 2025", *gone, 1, open=1),)
    assert (gone in seen.cells, seen.of_cell(gone)) == (False, CellCount(1))


@on_every_server
@pytest.mark.parametrize("starts", [None, 0, ""])
async def test_a_ticket_of_a_date_that_one_stock_had_is_missed_where_it_tells_no_time(
    shop: Shop, wordpress: WordPress, starts: int | None
) -> None:
    product = shop.product()
    shop.ticket(product, None, MON, texts=("8pm Show", "January 06, 2025"), starts=starts)
    shop.ticket(product, None, ("late", "over"), starts=DAY)
    asked = ProductCells(product, one_stock=True)
    for seen in (await wordpress.counts([asked]), await wordpress.live_counts().look([asked])):
        assert (seen.products[product].sold, len(seen.products[product].orphans)) == (0, 1)
        assert seen.products[product].orphans[0] == Orphan("8pm Show", "January 06, 2025", *MON, 1, open=1)


@on_every_server
async def test_a_ticket_without_ids_is_found_however_its_day_is_written(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    for text in ("January 06, 2025", "January 6, 2025", "january 6, 2025"):
        shop.ticket(product, None, texts=("8pm Show", text))
    asked = bookings(product)
    seen = (await wordpress.counts([asked]), await wordpress.live_counts().look([asked]))
    assert [counts.products[product].cells[MON] for counts in seen] == [CellCount(3)] * 2
    sold = await wordpress.sales_by_day([(product, MON)], [asked])
    assert [sum(days.values()) for days in sold.values()] == [3]


@on_every_server
@pytest.mark.parametrize("named", ["", "0", None, "Friday Night", "1.0", "a:1:{i:0;i:1;}", "9" * 19])
async def test_a_ticket_that_names_no_product_may_be_of_any_that_has_its_date(
    shop: Shop, wordpress: WordPress, named: str | None
) -> None:
    """Products that were copied share their ids, so nobody can say of which of them it is."""
    one, copy = shop.product(), shop.product()
    shop.ticket(one, None, MON)
    lost, cancelled = shop.ticket(one, None, MON), shop.ticket(one, None, MON, status="Canceled")
    live, asked = wordpress.live_counts(), [bookings(one), bookings(copy)]
    assert [each.astray for each in (await live.look(asked)).products.values()] == [{}, {}]
    for ticket in (lost, cancelled):
        shop.set_meta(ticket, "WooCommerceEventsProductID", named or "")
        if named is None:
            shop.sql("DELETE FROM wp_postmeta WHERE post_id = %s AND meta_key LIKE '%%ProductID'", ticket)
    for seen in (await wordpress.counts(asked), await live.look(asked)):
        assert [seen.products[each].cells[MON] for each in (one, copy)] == [CellCount(1), CellCount()]
        assert [seen.products[each].astray for each in (one, copy)] == [{MON: 1}, {MON: 1}]


@on_every_server
async def test_a_ticket_names_its_product_also_with_blanks_and_zeros_around_the_number(
    shop: Shop, wordpress: WordPress
) -> None:
    product = shop.product()
    for written in (f" {product}", f"{product} ", f"00{product}"):
        shop.set_meta(shop.ticket(product, None, MON), "WooCommerceEventsProductID", written)
    seen = await numbers(wordpress, product)
    assert (seen.cells[MON], seen.astray) == (CellCount(3), {})
    sold = await wordpress.sales_by_day([(product, MON)], [bookings(product)])
    assert [sum(days.values()) for days in sold.values()] == [3]


@on_every_server
async def test_products_with_tickets_to_come_are_found_whether_or_not_anybody_asks_for_them(
    shop: Shop, wordpress: WordPress
) -> None:
    """Not those of which all tickets are over, in the trash or not valid: nobody comes for these. Tickets of an event
    without dates do not tell when it is; one that is in the trash tells that itself.
    """
    known, deleted, over, binned, cancelled = shop.product(), 10**6, shop.product(), shop.product(), shop.product()
    tomorrow = shop.now() // DAY * DAY + DAY + 1
    shop.ticket(known, None, MON, starts=tomorrow)
    lost = shop.ticket(deleted, None, MON, texts=("8pm Show", "January 06, 2025"), starts=tomorrow)
    shop.set_meta(lost, "WooCommerceEventsProductID", f" 0{deleted}")  # as imports write it
    uncountable = shop.ticket(known, None, MON, starts=tomorrow)
    shop.set_meta(uncountable, "WooCommerceEventsProductID", "9" * 19)  # more than SQLite could keep
    shop.ticket(over, None, MON, starts=tomorrow - 3 * DAY)
    shop.ticket(binned, None, MON, post_status="trash", starts=tomorrow)
    shop.ticket(cancelled, None, MON, status="Canceled", starts=tomorrow)
    undated = trashed(shop, WooCommerceEventsEvent="Event", WooCommerceEventsType="single")
    shop.ticket(undated)
    shop.ticket(trashed(shop))
    seen = await wordpress.snapshot([known], [bookings(known)], with_others=True)
    assert seen.counts.products.keys() == {known, deleted, cancelled, undated}
    assert (seen.products[undated].status, seen.counts.products[undated].sold) == ("trash", 1)
    assert seen.counts.products[deleted].orphans == (Orphan("8pm Show", "January 06, 2025", *MON, 1, open=1),)
    assert seen.counts.products[cancelled].orphans == ()
    assert (await wordpress.snapshot([known], [bookings(known)])).counts.products.keys() == {known}


@on_every_server
async def test_places_in_orders_of_a_product_that_nobody_asks_for_are_found(shop: Shop, wordpress: WordPress) -> None:
    known, deleted = shop.product(), 10**6
    shop.order("wc-on-hold", {deleted: 2}, places=[(deleted, *MON)] * 2)
    shop.order("wc-cancelled", {deleted + 1: 2}, places=[(deleted + 1, *MON)] * 2)
    seen = (await wordpress.snapshot([known], [bookings(known)], with_others=True)).counts.products
    assert seen.keys() == {known, deleted}
    assert [(orphan.slot_id, orphan.date_id, orphan.held) for orphan in seen[deleted].orphans] == [(*MON, 2)]


@on_every_server
async def test_of_a_product_that_a_list_left_out_the_row_is_read_too(shop: Shop, wordpress: WordPress) -> None:
    """The first order of a new product is not paid yet, and the list came from a cache: the product is not deleted."""
    known, unlisted = shop.product(), shop.product(managed=True)
    shop.meta(unlisted, "WooCommerceEventsEvent", "Event")
    shop.order("wc-on-hold", {unlisted: 2}, places=[(unlisted, *MON)] * 2)
    seen = await wordpress.snapshot([known], [bookings(known)], with_others=True)
    assert seen.products.keys() == {known, unlisted}
    assert seen.counts.products.keys() == {known, unlisted}
    assert [orphan.held for orphan in seen.counts.products[unlisted].orphans] == [2]
