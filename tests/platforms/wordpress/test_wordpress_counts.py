"""Counts on a real MariaDB, with orders in posts and in HPOS tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from brcc_tui.model import order_places
from brcc_tui.model.counting import PlacesRow
from brcc_tui.model.counts import CellCount, CellTexts, Orphan, ProductCells, ProductCount
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress import counts as wordpress_counts
from brcc_tui.platforms.wordpress import rows as wordpress_rows
from brcc_tui.platforms.wordpress import session_sql, session_variables, statement
from brcc_tui.platforms.wordpress import sql as wordpress_sql
from brcc_tui.platforms.wordpress.database import WordPress
from brcc_tui.platforms.wordpress.pool import Session
from tests.mariadb.bookings import MON, TUE, bookings
from tests.mariadb.fixtures import Connect, connect, hpos_shop, on_every_server, server, shop, wordpress
from tests.mariadb.shop import Shop

__all__ = ["connect", "hpos_shop", "server", "shop", "wordpress"]

pytestmark = pytest.mark.xdist_group("mariadb")

DAY = 86400


def places(product: int, number: int, cell: tuple[str, str] = MON) -> list[tuple[int, str, str]]:
    return [(product, *cell)] * number


def completed(
    shop: Shop, product: int, number: int, cell: tuple[str, str] | None = MON, status: str = "wc-completed"
) -> int:
    """An order whose tickets are made."""
    order = shop.order(
        status, {product: number}, places=places(product, number, cell or ("", "")), generated=True, reduced=True
    )
    for _ in range(number):
        shop.ticket(product, order, cell)
    return order


async def numbers(wordpress: WordPress, asked: ProductCells, **options: bool) -> ProductCount:
    return (await wordpress.counts([asked], **options)).products[asked.product_id]


def emptied(shop: Shop, ticket: int) -> None:
    """An import has left the ticket's status NULL, and added another one behind it."""
    status = "WooCommerceEventsStatus"
    shop.sql("UPDATE wp_postmeta SET meta_value = NULL WHERE post_id = %s AND meta_key = %s", ticket, status)
    shop.meta(ticket, status, "Canceled")


LIVES: dict[str, tuple[Callable[[Shop, int], object], CellCount]] = {
    "bought, on hold": (lambda s, p: s.order("wc-on-hold", {p: 2}, places=places(p, 2)), CellCount(0, 2)),
    "pending": (lambda s, p: s.order("wc-pending", {p: 2}, places=places(p, 2), reduced=False), CellCount(0, 2)),
    "completed": (lambda s, p: completed(s, p, 2), CellCount(2, 0)),
    "cancelled before tickets": (lambda s, p: s.order("wc-cancelled", {p: 2}, places=places(p, 2)), CellCount()),
    "refunded, tickets still valid": (lambda s, p: completed(s, p, 2, status="wc-refunded"), CellCount()),
    "trashed": (lambda s, p: completed(s, p, 2, status="trash"), CellCount()),
    "pending again, tickets still valid": (lambda s, p: completed(s, p, 2, status="wc-pending"), CellCount(2, 0)),
    "failed an hour ago": (lambda s, p: s.order("wc-failed", {p: 2}, places=places(p, 2)), CellCount(0, 2)),
    "failed two days ago": (
        lambda s, p: s.order("wc-failed", {p: 2}, places=places(p, 2), age=2 * DAY),
        CellCount(),
    ),
    "tickets of an order that failed two days ago": (
        lambda s, p: s.aged(completed(s, p, 2, status="wc-failed"), 2 * DAY),
        CellCount(),
    ),
    "a custom status": (lambda s, p: s.order("wc-reagendado", {p: 1}, places=places(p, 1)), CellCount(0, 1)),
    "a draft with places, of newer versions": (
        lambda s, p: s.order("wc-checkout-draft", {p: 1}, places=places(p, 1), reduced=False),
        CellCount(0, 1),
    ),
    "deleted for good": (lambda s, p: s.forget(completed(s, p, 2)), CellCount(2, 0)),
    "no order at all": (lambda s, p: s.ticket(p, None, MON), CellCount(1, 0)),
    "an order id that is no number": (lambda s, p: s.ticket(p, "import", MON), CellCount(1, 0)),  # type: ignore[arg-type]
    "a ticket without a status": (lambda s, p: s.ticket(p, None, MON, status=None), CellCount(1, 0)),
    "a canceled ticket": (lambda s, p: s.ticket(p, None, MON, status="Canceled"), CellCount()),
    "a ticket in the trash": (lambda s, p: s.ticket(p, None, MON, post_status="trash"), CellCount()),
    "old tickets without ids": (
        lambda s, p: s.ticket(p, None, texts=("8pm Show", "January 06, 2025")),
        CellCount(1, 0),
    ),
    "half of its tickets are made": (
        lambda s, p: s.ticket(p, s.order("wc-completed", {p: 2}, places=places(p, 2)), MON),
        CellCount(1, 1),
    ),
    "a ticket deleted for good does not come back as held": (
        lambda s, p: s.order("wc-completed", {p: 2}, places=places(p, 2), generated=True),
        CellCount(),
    ),
    "a refund is no order": (
        lambda s, p: s.order("wc-completed", {p: 2}, places=places(p, 2), kind="shop_order_refund"),
        CellCount(),
    ),
    "meta rows that occur twice": (
        lambda s, p: [s.meta(t, "WooCommerceEventsStatus", "Not Checked In") for t in [s.ticket(p, None, MON)]],
        CellCount(1, 0),
    ),
    "of several rows the first is read, as WordPress does": (
        lambda s, p: [
            s.meta(s.ticket(p, None, MON, status=first), f"WooCommerceEvents{key}", other)
            for first, key, other in (
                ("Not Checked In", "Status", "Unpaid"),
                ("Canceled", "Status", "Not Checked In"),
                ("Checked In", "BookingDateID", "tue"),
                ("Checked In", "ProductID", 9 * 10**9),
            )
        ],
        CellCount(3, 0),
    ),
    "a first row that is NULL is read as empty": (lambda s, p: emptied(s, s.ticket(p, None, MON)), CellCount(1, 0)),
}


@pytest.mark.parametrize(("live", "wanted"), LIVES.values(), ids=LIVES)
async def test_a_life(shop: Shop, wordpress: WordPress, live: Callable[[Shop, int], object], wanted: CellCount) -> None:
    product, other = shop.product(), shop.product()
    live(shop, product)
    completed(shop, other, 3)
    asked = [bookings(product), bookings(other)]
    seen = (await wordpress.counts(asked)).products
    assert seen[product].cells == {MON: wanted, TUE: CellCount()}
    assert seen[other].cells[MON] == CellCount(3)


@on_every_server
async def test_two_products_with_the_same_ids_are_two(shop: Shop, wordpress: WordPress) -> None:
    first, second = shop.product(), shop.product()
    shop.order("wc-processing", {first: 1, second: 2}, places=[*places(first, 1), *places(second, 2)])
    completed(shop, second, 1)
    seen = (await wordpress.counts([bookings(first), bookings(second)])).products
    assert [seen[product].cells[MON] for product in (first, second)] == [CellCount(0, 1), CellCount(1, 2)]


@on_every_server
async def test_names_what_was_counted_on_trust(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    shop.forget(completed(shop, product, 2))
    completed(shop, product, 1, status="wc-vip")
    shop.ticket(product, None, ("late", "gone"), texts=("8pm Show", "May 05, 2031"), starts=2**31 - 1)
    shop.ticket(product, None, ("late", "long ago"), starts=1_000_000_000)
    shop.order("wc-on-hold", {product: 1}, places=places(product, 1, ("late", "gone")))
    seen = await numbers(wordpress, bookings(product))
    assert (seen.deleted_orders, seen.custom_statuses) == (1, ("wc-vip",))
    gone = "late", "gone"
    assert seen.orphans == (Orphan("8pm", "x", *gone, 0, 1), Orphan("8pm Show", "May 05, 2031", *gone, 1, open=1))
    assert seen.sold == 4


@on_every_server
async def test_ticket_moved_to_another_date(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    completed(shop, product, 1)
    order = completed(shop, product, 1)
    moved = shop.ticket(product, order, MON)
    shop.set_meta(moved, "WooCommerceEventsBookingDateID", "tue")
    seen = await numbers(wordpress, bookings(product))
    assert seen.cells == {MON: CellCount(2, 0), TUE: CellCount(1, 0)}


@on_every_server
async def test_stock_of_a_plain_event(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product(managed=True)
    completed(shop, product, 2, None)
    shop.order("wc-on-hold", {product: 3}, places=places(product, 3, ("", "")))
    shop.order("wc-pending", {product: 4}, reduced=False)
    shop.order("wc-checkout-draft", {product: 9}, reduced=False)
    shop.order("trash", {product: 9})
    shop.item(shop.order("wc-processing", {product: 1}), product, 1)
    seen = await numbers(wordpress, ProductCells(product))
    assert (seen.sold, seen.held, seen.pending, seen.paid_without_place) == (2, 5, 4, 0)


@on_every_server
async def test_a_hybrid_counts_its_whole_history_for_its_stock(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product(managed=True)
    completed(shop, product, 2)
    completed(shop, product, 3, ("late", "long ago"))
    shop.order("wc-processing", {product: 1}, places=places(product, 1))
    seen = await numbers(wordpress, bookings(product))
    assert (seen.sold, seen.held) == (5, 1)
    assert seen.cells[MON] == CellCount(2, 1)


@on_every_server
async def test_variations_are_told_apart(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    order = shop.order("wc-completed", [(product, 71, 1)], generated=True)
    shop.ticket(product, order, variation=71)
    shop.order("wc-processing", [(product, 71, 2), (product, 72, 1)])
    seen = await numbers(wordpress, ProductCells(product))
    assert seen.variations == {71: CellCount(1, 2), 72: CellCount(0, 1)}


@on_every_server
async def test_paid_without_a_place(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    shop.order("wc-processing", {product: 2})
    shop.order("wc-completed", {product: 1})
    with_ticket = shop.order("wc-completed", {product: 5})
    shop.ticket(product, with_ticket, ("late", "long ago"))
    by_staff = shop.order("wc-completed", {product: 1}, generated=True)
    shop.ticket(product, by_staff, MON)
    seen = await numbers(wordpress, bookings(product))
    assert (seen.paid_without_place, seen.unplaced, seen.cells[MON]) == (3, False, CellCount(1))


@on_every_server
async def test_an_order_so_young_that_its_places_may_follow(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    order = shop.order("wc-pending", {product: 2}, reduced=False, age=0)
    assert (await numbers(wordpress, bookings(product))).unplaced
    shop.order_meta(order, "WooCommerceEventsOrderTickets", "a:0:{}")
    assert (await numbers(wordpress, bookings(product))).unplaced
    shop.aged(order, 60)
    assert not (await numbers(wordpress, bookings(product))).unplaced


@on_every_server
async def test_places_nobody_can_read_forbid_a_decision(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    order = shop.order("wc-on-hold", {product: 2}, places='O:8:"Whatever":0:{}')
    seen = await numbers(wordpress, bookings(product))
    assert (seen.unreadable_orders, seen.unplaced) == ((order,), True)


@on_every_server
async def test_a_text_longer_than_any_order_is_not_fetched_whole(
    shop: Shop, wordpress: WordPress, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (order_places, wordpress_sql):
        monkeypatch.setattr(module, "SIZE_LIMIT", 1_000)
    product, lengths = shop.product(), []
    order = shop.order("wc-on-hold", {product: 2}, places="x" * 2_000)
    really_read = wordpress_rows.order_places

    def counted(row: Any) -> PlacesRow:
        lengths.append(len(row[2]))
        return really_read(row)

    monkeypatch.setattr(wordpress_rows, "order_places", counted)
    assert (await numbers(wordpress, bookings(product))).unreadable_orders == (order,)
    assert lengths == [1_001]


@on_every_server
async def test_orders_behind_the_numbers(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    sold, held = completed(shop, product, 2), shop.order("wc-on-hold", {product: 1}, places=places(product, 1, TUE))
    completed(shop, product, 2, status="wc-refunded")
    seen = await numbers(wordpress, bookings(product), by_order=True)
    assert seen.orders == {sold: {MON: 2}, held: {TUE: 1}}


@on_every_server
async def test_a_product_as_a_whole(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    completed(shop, product, 2)
    completed(shop, product, 3, TUE)
    shop.order("wc-on-hold", {product: 1}, places=places(product, 1))
    assert (await numbers(wordpress, ProductCells(product))).sold == 5
    assert not (await wordpress.counts([])).products


@on_every_server
async def test_only_the_authoritative_storage_is_read(connect: Connect, hpos_shop: Shop) -> None:
    """After a switch back from synchronised HPOS, wp_posts keeps the old status for ever."""
    product = hpos_shop.product()
    order = completed(hpos_shop, product, 2, status="wc-cancelled")
    hpos_shop.sql("UPDATE wp_posts SET post_type='shop_order', post_status='wc-completed' WHERE ID=%s", order)
    wordpress = connect(hpos_shop.settings())
    assert (await numbers(wordpress, bookings(product))).cells[MON] == CellCount()
    hpos_shop.option("woocommerce_custom_orders_table_enabled", "no")
    assert (await numbers(wordpress, bookings(product))).cells[MON] == CellCount(2)


@on_every_server
async def test_a_sale_committed_a_moment_ago_is_seen(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    for sold in range(1, 6):
        shop.ticket(product, None, MON)
        assert (await numbers(wordpress, bookings(product))).cells[MON].sold == sold


@on_every_server
@pytest.mark.parametrize("snapshot", [True, False], ids=["snapshot", "negative control"])
async def test_an_order_completed_while_we_look(
    shop: Shop, wordpress: WordPress, monkeypatch: pytest.MonkeyPatch, snapshot: bool
) -> None:
    """Also on a server whose own default is READ COMMITTED, where a snapshot must be asked for twice."""
    product = shop.product()
    order = shop.order("wc-processing", {product: 3}, places=places(product, 3))
    ask = Session.rows

    async def complete_in_between(self: Session, query: wordpress_sql.Statement) -> Any:
        answer = await ask(self, query)
        if query.name == "tickets":
            for _ in range(3):
                shop.ticket(product, order, MON)
            shop.generated(order)
        return answer

    if not snapshot:
        monkeypatch.setattr(session_sql, "SNAPSHOT", session_sql.CHECK)
    monkeypatch.setattr(Session, "rows", complete_in_between)
    shop.server.run("SET GLOBAL TRANSACTION ISOLATION LEVEL READ COMMITTED")
    try:
        cell = (await numbers(wordpress, bookings(product))).cells[MON]
    finally:
        shop.server.run("SET GLOBAL TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    assert cell == (CellCount(0, 3) if snapshot else CellCount(0, 0))


@on_every_server
async def test_as_many_questions_for_fifty_products_as_for_one(shop: Shop, wordpress: WordPress) -> None:
    products = [shop.product() for _ in range(50)]
    for product in products:
        shop.ticket(product, None, MON)
    await wordpress.check()
    asked = []
    for some in (products[:1], products):
        before = wordpress.queries
        seen = await wordpress.counts([bookings(product) for product in some])
        asked.append(wordpress.queries - before)
        assert all(product.cells[MON].sold == 1 for product in seen.products.values())
    assert asked[0] == asked[1] <= 8


@on_every_server
async def test_more_dates_than_fit_one_list(connect: Connect, hpos_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement, "CHUNK", 3)
    product = hpos_shop.product()
    cells = {("late", f"d{n}"): CellTexts(("8pm",), f"May {n:02}, 2027") for n in range(10)}
    for _, date in cells:
        hpos_shop.ticket(product, None, ("late", date))
    wordpress = connect(hpos_shop.settings())
    seen = await numbers(wordpress, ProductCells(product, cells))
    assert set(seen.cells.values()) == {CellCount(1)}


ODD_TEXTS = (
    "quoted \"text\" and 'text'",
    "back\\slash \\n \\u0041",
    "tab\tline\r\nend",
    "\x01\x1f\x7f",
    "ü 🎭 \u2028",
    "],[1",
)


@on_every_server
async def test_texts_of_tickets_come_as_they_stand(shop: Shop, wordpress: WordPress) -> None:
    product = shop.product()
    for text in ODD_TEXTS:
        shop.ticket(product, None, ("gone", "gone"), texts=(text, text), starts=2**31 - 1)
    seen = await numbers(wordpress, bookings(product))
    assert Counter({orphan.slot_text: orphan.sold for orphan in seen.orphans}) == Counter(ODD_TEXTS)


@on_every_server
async def test_any_number_of_the_longest_tickets_are_read_whole(shop: Shop, wordpress: WordPress) -> None:
    product, longest = shop.product(), "\x01" * 64
    for _ in range(2 * wordpress_sql.TICKETS_TOGETHER):
        shop.ticket(
            product, None, (longest, longest), texts=("\x01" * 190, longest), status="\x01" * 32, starts=2**31 - 1
        )
    assert (await numbers(wordpress, bookings(product))).orphans[0].sold == 2 * wordpress_sql.TICKETS_TOGETHER


@on_every_server
async def test_an_answer_that_the_server_shortened_is_none(
    shop: Shop, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = session_variables.Variable("group_concat_max_len", "1024", "1024", "as MySQL has it")
    monkeypatch.setattr(session_variables, "SET", (short,))
    product = shop.product()
    completed(shop, product, 20)
    with pytest.raises(DatabaseError, match="only a part of its answer"):
        await numbers(connect(shop.settings()), ProductCells(product))


@on_every_server
async def test_places_of_many_orders_are_read_a_part_at_a_time(
    shop: Shop, wordpress: WordPress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wordpress_counts, "TEXTS_TOGETHER", 2)
    product = shop.product()
    for _ in range(5):
        shop.order("wc-on-hold", {product: 1}, places=places(product, 1))
    assert (await numbers(wordpress, bookings(product))).cells[MON].held == 5
