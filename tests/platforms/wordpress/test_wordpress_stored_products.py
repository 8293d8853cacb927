"""Products as the database stores them, and in the same snapshot their places taken, on a real MariaDB."""

from __future__ import annotations

import json

import pytest

from brcc_tui.model.catalogue import MetaRow, Product, Variation
from brcc_tui.model.counts import STOCK, CellCount
from brcc_tui.model.fooevents.booking_text import META_KEY
from brcc_tui.model.listings.lost import known_cells
from brcc_tui.platforms.wordpress.database import WordPress
from tests.mariadb.fixtures import Connect, connect, hpos_shop, server, shop, wordpress
from tests.mariadb.shop import Shop

__all__ = ["connect", "hpos_shop", "server", "shop", "wordpress"]

pytestmark = pytest.mark.xdist_group("mariadb")

MON, TUE = ("late", "mon"), ("late", "tue")


def text(mon: object = 9, tue: object = "8", label: str = "Soirée “8pm”") -> str:
    dates = {"mon": {"date": "January 06, 2025", "stock": mon}, "tue": {"date": "January 07, 2025", "stock": tue}}
    return json.dumps({"late": {"label": label, "add_date": dates}}, ensure_ascii=False)


def bookings(shop: Shop, stored: str | None = None, **rows: object) -> int:
    product = shop.product(type="simple")
    shop.sql(f"UPDATE {shop.prefix}posts SET post_title='Friday &amp; Night' WHERE ID=%s", product)
    for key, value in {
        "WooCommerceEventsEvent": "Event",
        "WooCommerceEventsType": "bookings",
        META_KEY: text() if stored is None else stored,
        **rows,
    }.items():
        shop.meta(product, key, value)
    return product


async def test_a_product_is_what_its_rows_say(shop: Shop, wordpress: WordPress) -> None:
    product = bookings(shop, WooCommerceEventsBackgroundColour="red", _stock="4", _backorders="yes")
    stored = (await wordpress.snapshot([product])).products[product]
    made = stored.product()
    assert (made.name, made.status, made.type) == ("Friday & Night", "publish", "simple")
    assert (made.manage_stock, made.stock_quantity, made.stock_status) == (False, None, "instock")
    assert [row.key for row in made.meta] == ["WooCommerceEventsEvent", "WooCommerceEventsType", META_KEY]
    (row,) = made.rows(META_KEY)
    assert (row.id, row.value) == shop.rows(
        f"SELECT meta_id, meta_value FROM {shop.prefix}postmeta WHERE meta_key=%s", META_KEY
    )[0]
    assert stored.backorders == "no", "WooCommerce takes no heed of it where it counts no stock"
    assert stored.modified is not None
    assert abs((stored.modified - stored.seen_at).total_seconds()) < 60


async def test_a_product_behind_a_password_is_told_from_one_that_is_not(shop: Shop, wordpress: WordPress) -> None:
    passwords = {bookings(shop): password for password in ("", "0", "secret")}  # 0 is none to WordPress
    for product, password in passwords.items():
        shop.sql(f"UPDATE {shop.prefix}posts SET post_password=%s WHERE ID=%s", password, product)
    stored = (await wordpress.snapshot(passwords)).products
    assert [stored[product].product().protected for product in passwords] == [False, False, True]


async def test_two_rows_of_one_key_stay_two_and_an_array_is_no_text(shop: Shop, wordpress: WordPress) -> None:
    twice, array = bookings(shop), bookings(shop, 'a:1:{s:4:"late";a:0:{}}')
    shop.meta(twice, META_KEY, text(mon=1))
    seen = (await wordpress.snapshot([twice, array])).products
    assert [row.value for row in seen[twice].product().rows(META_KEY)] == [text(), text(mon=1)]
    assert [row.value for row in seen[array].product().rows(META_KEY)] == [{}]


@pytest.mark.parametrize(
    ("stored", "number"), [("7", 7), ("7.0000", 7), ("-2", -2), ("0", 0), ("", None), ("many", None)]
)
async def test_managed_stock_is_read_as_php_reads_it(
    shop: Shop, wordpress: WordPress, stored: str, number: int | None
) -> None:
    product = shop.product(managed=True)
    shop.meta(product, "_stock", stored)
    shop.meta(product, "_backorders", "notify")
    found = (await wordpress.snapshot([product])).products[product]
    assert (found.product().stock_quantity, found.backorders) == (number, "notify")
    assert found.type == "simple", "a product without a term of a type is a simple one"


async def test_of_several_types_woocommerce_takes_the_first_by_name(shop: Shop, wordpress: WordPress) -> None:
    """Imports and copies leave such products. A bundle is sold as its parts, whatever stock a simple one would have."""
    product = shop.product(managed=True, type="simple")
    other = shop.product(type="bundle")
    shop.sql(f"UPDATE {shop.prefix}term_relationships SET object_id = %s WHERE object_id = %s", *(product, other))
    assert (await wordpress.snapshot([product])).products[product].type == "bundle"


async def test_a_category_is_no_type_and_a_picture_no_product(hpos_shop: Shop, connect: Connect) -> None:
    """Both hang on a product just as its type and its variations do. One of which nothing is noted is one, too."""
    products = hpos_shop.product(type="variable"), hpos_shop.product(), hpos_shop.product(type="bundle")
    hpos_shop.sql("UPDATE wp_term_taxonomy SET taxonomy = 'product_cat' ORDER BY term_id DESC LIMIT 1")
    of_all = "INSERT INTO wp_term_relationships SELECT %s, term_taxonomy_id FROM wp_term_taxonomy WHERE taxonomy = %s"
    for product in products[:2]:
        hpos_shop.sql(of_all, product, "product_cat")
    picture = hpos_shop.post("attachment", "inherit")
    hpos_shop.sql("UPDATE wp_posts SET post_parent = %s WHERE ID = %s", products[0], picture)
    bare = hpos_shop.post("product")
    found = (await connect(hpos_shop.settings()).snapshot((*products, bare))).products
    assert {number: each.type for number, each in found.items()} == dict(
        zip((*products, bare), ("variable", "simple", "simple", "simple"), strict=True)
    )


async def test_variations_come_with_their_own_stock_or_the_products(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product(managed=True, type="variable")
    shop.meta(product, "_stock", "5")
    own = shop.variation(product, _manage_stock="yes", _stock="3", _price="12")
    shared = shop.variation(product, _manage_stock="no", _stock="")
    shop.variation(shop.product(type="variable"), _manage_stock="yes", _stock="99")
    told = Product(product, "", "", "", True, 5, "", variations=(Variation(own, "Front row", "publish", True, 1),))
    found = (await wordpress.snapshot([product])).products[product].product(told).variations
    assert found == (
        Variation(own, "Front row", "publish", True, 3, "12"),
        Variation(shared, "", "publish", "parent", 5),
    )


async def test_an_open_editor_is_told_by_the_databases_clock(shop: Shop, wordpress: WordPress) -> None:
    open_, left, never = bookings(shop), bookings(shop), bookings(shop)
    ((now,),) = shop.rows("SELECT UNIX_TIMESTAMP()")
    shop.meta(open_, "_edit_lock", f"{now - 20}:1")
    shop.meta(left, "_edit_lock", f"{now - 151}:1")
    seen = (await wordpress.snapshot([open_, left, never])).products
    assert 20 <= (seen[open_].editor_seconds or 0) < 80
    assert (seen[left].editor_seconds, seen[never].editor_seconds) == (None, None)


async def test_text_and_places_are_of_one_instant(connect: Connect, shop: Shop) -> None:
    product = bookings(shop)
    shop.ticket(product, shop.order("wc-completed", {product: 1}, generated=True), MON)
    wordpress = connect(shop.settings())
    seen = await wordpress.snapshot([product])
    assert seen.counts.products[product].cells[MON].sold == 1
    assert seen.counts.taken_at == seen.products[product].seen_at
    shop.set_meta(product, META_KEY, text(mon=0))
    assert (await wordpress.snapshot([product])).products[product].product().text(META_KEY) == text(mon=0)
    assert not (await wordpress.snapshot([product + 1])).products, "what is not there is missing, not empty"
    live = wordpress.live_counts()
    first, again = await live.snapshot([product]), await live.snapshot([product])
    assert first.counts.products == again.counts.products == seen.counts.products
    assert again.products[product].meta == first.products[product].meta


async def test_places_of_a_hybrids_own_stock_are_not_gone_with_its_post(connect: Connect, shop: Shop) -> None:
    """Somebody deleted the product for good; its tickets and orders are there, and people hold them."""
    product, wordpress = bookings(shop), connect(shop.settings())
    shop.set_meta(product, "_manage_stock", "yes")
    shop.meta(product, "_stock", "30")
    shop.order("wc-on-hold", {product: 2}, places=[(product, *MON)] * 2)
    shop.ticket(product, shop.order("wc-completed", {product: 1}, generated=True), ("late", "a date of long ago"))
    known = known_cells([(await wordpress.snapshot([product])).products[product].product()])
    live = wordpress.live_counts()
    before = (await live.snapshot([product], known)).counts.products[product]
    shop.sql(f"DELETE FROM {shop.prefix}posts WHERE ID = %s", product)
    for seen in (await wordpress.snapshot([product], known), await live.snapshot([product], known)):
        left = seen.counts.products[product]
        assert (left.sold, left.held) == (before.sold, before.held) == (1, 2)


@pytest.mark.parametrize("managed", ["yes", "no"])
async def test_of_what_had_dates_before_the_one_stock_is_counted_without_them(
    connect: Connect, shop: Shop, managed: str
) -> None:
    """Staff made a single event of it, sold in variations, while people have places of its dates."""
    product, wordpress = bookings(shop), connect(shop.settings())
    known = known_cells([(await wordpress.snapshot([product])).products[product].product()])
    shop.set_meta(product, "WooCommerceEventsType", "single")
    shop.set_meta(product, "_manage_stock", managed)
    shop.meta(product, "_stock", "30")
    row = shop.variation(product, _manage_stock="yes", _stock="9")
    shop.order("wc-on-hold", {product: 3}, places=[(product, *TUE)] * 3)
    shop.order("wc-on-hold", [(product, row, 2)], places=[(product, "", "")] * 2)
    for cell, variation in ((MON, None), (MON, None), (None, row)):
        shop.ticket(product, None, cell, variation=variation)
    live = wordpress.live_counts()
    looks = [(await wordpress.snapshot([product], each), await live.snapshot([product], each)) for each in (known, ())]
    for seen in (*looks[0], *looks[1]):  # whoever looks for the first time finds them in the text
        count = seen.counts.products[product]
        assert (count.sold, count.held, count.variations) == (1, 2, {row: CellCount(1, 2)})
        assert count.cells == {MON: CellCount(2, 0), TUE: CellCount(0, 3)}
        assert (count.paid_without_place, count.astray) == (0, {})


@pytest.mark.parametrize("managed", ["no", "yes"])
async def test_of_what_had_one_stock_before_the_tickets_without_a_date_are_counted(
    connect: Connect, shop: Shop, managed: str
) -> None:
    """Staff made a product with dates of a single event, while people have places of it."""
    product, wordpress = bookings(shop, WooCommerceEventsType="single"), connect(shop.settings())
    known = known_cells([(await wordpress.snapshot([product])).products[product].product()])
    shop.set_meta(product, "WooCommerceEventsType", "bookings")
    shop.set_meta(product, "_manage_stock", managed)
    shop.meta(product, "_stock", "30")
    before = shop.order("wc-completed", {product: 2}, generated=True)
    for order, cell in ((before, None), (before, None), (None, MON)):
        shop.ticket(product, order, cell)
    live = wordpress.live_counts()
    seen = await wordpress.snapshot([product], known, by_order=True)
    for count in (seen.counts.products[product], (await live.snapshot([product], known)).counts.products[product]):
        assert count.cells == {STOCK: CellCount(2), MON: CellCount(1), TUE: CellCount()}
        assert (count.sold, count.orphans, count.astray) == (3, (), {})
    assert seen.counts.products[product].orders == {before: {STOCK: 2}}


async def test_orders_in_the_middle_of_something_are_named(shop: Shop, wordpress: WordPress) -> None:
    """Their text and their places may not belong together yet, whichever of two clocks is right."""
    product, plain = bookings(shop), shop.product(managed=True)
    shop.meta(plain, "WooCommerceEventsEvent", "Event")
    shop.meta(plain, "_stock", 9)
    new, lately, long_ago = (shop.order("wc-processing", {product: 1}, age=age) for age in (2, 200, 400))
    ended = shop.order("wc-cancelled", {product: 1}, places=[(product, *MON)], age=100)
    shop.order("wc-cancelled", {product: 1}, places=[(product, *MON)], age=400)
    unreduced = shop.order("wc-processing", {plain: 2}, reduced=False, age=200)
    shop.order("wc-pending", {plain: 2}, reduced=False, age=2)
    shop.order("wc-processing", {plain: 2}, age=2)
    seen = (await wordpress.snapshot([product, plain], by_order=True)).counts.products
    assert (seen[product].in_progress, seen[product].unplaced) == ({new, lately, ended}, True)
    assert (seen[plain].in_progress, seen[plain].unplaced) == ({unreduced}, False)
    assert long_ago not in seen[product].in_progress


async def test_what_a_cache_tells_is_noticed(shop: Shop, wordpress: WordPress) -> None:
    product = bookings(shop)
    stored = (await wordpress.snapshot([product])).products[product]

    def told(stored: object) -> Product:
        return Product(product, "", "publish", "simple", False, None, "", meta=(MetaRow(1, META_KEY, stored),))

    assert stored.differs_from(told(text())) is None
    assert stored.differs_from(told(text(mon=10))) == "the booking options"
    assert not stored.reads_otherwise(told(text(mon=10)))
    assert stored.reads_otherwise(told(text(label="SoirÃ©e â8pmâ")))
    flat = {"late": {"label": "Soirée “8pm”", "tue_add_date": "January 07, 2025", "tue_stock": "",
                     "mon_add_date": "January 06, 2025", "mon_stock": "3"}}  # fmt: skip
    assert not stored.reads_otherwise(told(json.dumps(flat))), "the shape and the order of the dates are no letters"
