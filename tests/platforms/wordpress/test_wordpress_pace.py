"""On which day seats were sold, read from a real database."""

from __future__ import annotations

import datetime as dt

import pytest

from brcc_tui.model.counts import STOCK, CellTexts, ProductCells
from brcc_tui.platforms.wordpress.database import WordPress
from tests.mariadb.fixtures import shop, wordpress
from tests.mariadb.shop import Shop

__all__ = ["shop", "wordpress"]

pytestmark = pytest.mark.xdist_group("mariadb")

MONDAY, TUESDAY = dt.date(2026, 11, 16), dt.date(2026, 11, 17)


async def test_seats_stand_on_the_day_of_their_ticket(shop: Shop, wordpress: WordPress) -> None:
    bookings, single, order = shop.product(), shop.product(managed=True), shop.order("wc-completed")
    cancelled = shop.order("wc-cancelled")
    late, other = ("late", "mon"), ("late", "tue")
    for product, cell, day, of_order, status in (
        (bookings, late, MONDAY, order, "Not Checked In"),
        (bookings, late, MONDAY, order, "Checked In"),
        (bookings, late, TUESDAY, order, "Not Checked In"),
        (bookings, late, TUESDAY, order, "Canceled"),
        (bookings, late, TUESDAY, cancelled, "Not Checked In"),
        (bookings, other, TUESDAY, order, "Not Checked In"),
        (single, None, MONDAY, order, "Not Checked In"),
    ):
        post = shop.ticket(product, of_order, cell, status=status)
        shop.sql(f"UPDATE {shop.prefix}posts SET post_date = %s WHERE ID = %s", f"{day} 23:30:00", post)
    sales = await wordpress.sales_by_day([(bookings, late), (single, STOCK)])
    assert sales == {(bookings, late): {MONDAY: 2, TUESDAY: 1}, (single, STOCK): {MONDAY: 1}}
    assert await wordpress.sales_by_day([]) == {}


async def test_a_variation_and_an_old_ticket_without_ids_have_their_days(shop: Shop, wordpress: WordPress) -> None:
    single, bookings, order = shop.product(), shop.product(), shop.order("wc-completed")
    cells = {
        ("late", "mon"): CellTexts(("Late (20:00)",), "16 Nov"),
        ("late", "tue"): CellTexts(("Late (20:00)",), "17 Nov"),
    }
    tickets = [shop.ticket(single, order, variation=31), shop.ticket(single, order, variation=32)]
    tickets += [shop.ticket(bookings, order, texts=("Late (20:00)", text)) for text in ("16 Nov", "17 Nov")]
    for post in tickets:
        shop.sql(f"UPDATE {shop.prefix}posts SET post_date = %s WHERE ID = %s", f"{MONDAY} 12:00:00", post)
    wanted = [(single, 31), (bookings, ("late", "mon"))]
    sales = await wordpress.sales_by_day(wanted, [ProductCells(single), ProductCells(bookings, cells)])
    assert sales == {place: {MONDAY: 1} for place in wanted}


async def test_what_had_dates_before_sells_its_one_stock_beside_them(shop: Shop, wordpress: WordPress) -> None:
    product, mon = shop.product(), ("late", "mon")
    for cell, variation in ((mon, 31), (mon, None), (None, 31), (None, None)):
        post = shop.ticket(product, None, cell, variation=variation)
        shop.sql(f"UPDATE {shop.prefix}posts SET post_date = %s WHERE ID = %s", f"{MONDAY} 12:00:00", post)
    turned = ProductCells(product, {mon: CellTexts((), "")}, one_stock=True)
    own = {(product, place): {MONDAY: 1} for place in (31, STOCK)}
    for known in (turned, ProductCells(product, one_stock=True)):  # nobody here may have seen the date
        assert await wordpress.sales_by_day(own, [known]) == own
    assert await wordpress.sales_by_day([*own, (product, mon)], [turned]) == {**own, (product, mon): {MONDAY: 2}}


async def test_what_was_sold_before_there_were_dates_is_beside_what_they_sell(shop: Shop, wordpress: WordPress) -> None:
    product, mon, tue = shop.product(), ("late", "mon"), ("late", "tue")
    for cell in (mon, tue, None):
        post = shop.ticket(product, None, cell)
        shop.sql(f"UPDATE {shop.prefix}posts SET post_date = %s WHERE ID = %s", f"{MONDAY} 12:00:00", post)
    turned = ProductCells(product, {STOCK: CellTexts((), ""), mon: CellTexts((), ""), tue: CellTexts((), "")})
    for places in ([(product, STOCK)], [(product, STOCK), (product, mon)]):
        assert await wordpress.sales_by_day(places, [turned]) == {place: {MONDAY: 1} for place in places}


async def test_a_ticket_without_a_date_of_its_own_is_on_no_day(shop: Shop, wordpress: WordPress) -> None:
    """A post that another program made may have no date: MySQL's 0000-00-00."""
    product, order = shop.product(), shop.order("wc-completed")
    shop.sql("SET SESSION sql_mode = ''")
    for day in ("0000-00-00", str(MONDAY)):
        post = shop.ticket(product, order, ("late", "mon"))
        shop.sql(f"UPDATE {shop.prefix}posts SET post_date = %s WHERE ID = %s", f"{day} 00:00:00", post)
    assert await wordpress.sales_by_day([(product, ("late", "mon"))]) == {
        (product, ("late", "mon")): {None: 1, MONDAY: 1}
    }
