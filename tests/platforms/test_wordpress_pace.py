"""On which day seats were sold, read from a real database."""

from __future__ import annotations

import datetime as dt

import pytest

from brcc_tui.model.counting import STOCK
from brcc_tui.platforms.wordpress import WordPress
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
