"""Orders placed in bulk leave exactly what the same lives leave when they are lived through."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Awaitable, Callable

import pytest

from brcc_tui.sandbox.wordpress.orders import Gateway
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.world.types import Life, OrderSpec, ProductSpec, SiteSpec

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
SLOT, DATE = "aslotaslotaslotaslot", "adateadateadateadate"
PRODUCT = 4156


def booking_text(label: str = "Late show", stock: str = "10") -> str:
    return (
        f'{{"{SLOT}":{{"label":"{label}","hour":"09","minute":"30","period":"p.m.","add_time":"enabled",'
        f'"{DATE}_add_date":"December 05, 2026","{DATE}_stock":"{stock}"}}}}'
    )


def make_site(kind: str, *, hpos: bool, text: str | None = None, saved_since: bool = False) -> WordPressSite:
    site = WordPressSite(SiteSpec(hpos=hpos), clock=lambda: NOW)
    bookings, managed = kind in ("bookings", "hybrid"), kind in ("single", "hybrid")
    meta = [("WooCommerceEventsEvent", "Event")] if kind != "not an event" else []
    meta.append(("WooCommerceEventsType", "bookings" if bookings else "single"))
    if bookings:
        meta.append(("fooevents_bookings_options_serialized", text or booking_text()))
    site.add_product(
        ProductSpec(
            PRODUCT,
            "Late show",
            tuple(meta),
            manage_stock=managed,
            stock=10 if managed else None,
            saved_since=saved_since,
        )
    )
    return site


async def _completed(site: WordPressSite, cell: dict[str, str], quantity: int) -> int:
    order_id = await site.checkout(PRODUCT, quantity, gateway=Gateway.COD, **cell)
    site.thank_you_page(order_id)
    await site.set_status(order_id, "completed")
    return order_id


def _only(gateway: Gateway, *, page: bool) -> Callable[[WordPressSite, dict[str, str], int], Awaitable[None]]:
    async def live(site: WordPressSite, cell: dict[str, str], quantity: int) -> None:
        order_id = await site.checkout(PRODUCT, quantity, gateway=gateway, **cell)
        if page:
            site.thank_you_page(order_id)

    return live


def _then(
    do: Callable[[WordPressSite, int], Awaitable[object] | None],
) -> Callable[[WordPressSite, dict[str, str], int], Awaitable[None]]:
    async def live(site: WordPressSite, cell: dict[str, str], quantity: int) -> None:
        done = do(site, await _completed(site, cell, quantity))
        if done is not None:
            await done

    return live


async def _cancelled_then_completed(site: WordPressSite, order_id: int) -> None:
    await site.set_status(order_id, "cancelled")
    await site.set_status(order_id, "completed")


async def _block_checkout(site: WordPressSite, cell: dict[str, str], quantity: int) -> None:
    await site.place_block_checkout(await site.open_block_checkout(PRODUCT, quantity))


async def _staff_added(site: WordPressSite, cell: dict[str, str], quantity: int) -> None:
    for _ in range(quantity):
        await site.add_ticket(PRODUCT, **cell)


def _without_ids(site: WordPressSite, order_id: int) -> None:
    for ticket_id in site.tickets(order_id):
        for key in ("SlotID", "DateID", "DateTimestamp", "DateMySQLFormat"):
            site.shop.posts.delete(ticket_id, f"WooCommerceEventsBooking{key}")


_LIVES: dict[Life, Callable[[WordPressSite, dict[str, str], int], Awaitable[None]]] = {
    Life.COMPLETED: _then(lambda site, order_id: None),
    Life.PROCESSING: _only(Gateway.COD, page=True),
    Life.ON_HOLD: _only(Gateway.BACS, page=True),
    Life.PENDING: _only(Gateway.HOSTED, page=False),
    Life.FAILED: _only(Gateway.DECLINED, page=False),
    Life.CANCELLED: _then(lambda site, order_id: site.set_status(order_id, "cancelled")),
    Life.CANCELLED_THEN_COMPLETED: _then(_cancelled_then_completed),
    Life.REFUNDED_BY_REST: _then(lambda site, order_id: site.refund(order_id)),
    Life.TRASHED: _then(lambda site, order_id: site.trash_order(order_id)),
    Life.ORDER_DELETED: _then(lambda site, order_id: site.delete_order(order_id)),
    Life.TICKET_CANCELLED: _then(lambda site, order_id: site.set_ticket_status(site.tickets(order_id)[0], "Canceled")),
    Life.BLOCK_CHECKOUT: _block_checkout,
    Life.STAFF_ADDED: _staff_added,
    Life.CUSTOM_STATUS: _then(lambda site, order_id: site.set_status(order_id, "reagendado")),
    Life.TICKETS_WITHOUT_IDS: _then(_without_ids),
}

_WITH_TICKETS = (Life.STAFF_ADDED, Life.TICKET_CANCELLED)
_CASES = [(life, kind) for life in Life for kind in ("bookings", "single", "hybrid")]
_CASES += [(life, "not an event") for life in Life if life not in _WITH_TICKETS]

_QUERIES = {
    "posts": "SELECT ID, post_type, post_status, post_date, post_date_gmt, post_modified_gmt, post_parent FROM {p}posts"
    " WHERE post_type<>'product' ORDER BY ID",
    "orders": "SELECT id, status, type, total_amount, date_created_gmt, date_updated_gmt, parent_order_id"
    " FROM {p}wc_orders ORDER BY id",
    "order meta": "SELECT order_id, meta_key, meta_value FROM {p}wc_orders_meta ORDER BY order_id, meta_key",
    "flags": "SELECT order_id, order_stock_reduced, date_paid_gmt FROM {p}wc_order_operational_data ORDER BY order_id",
    "items": "SELECT order_id, order_item_name, order_item_type"
    " FROM {p}woocommerce_order_items ORDER BY 1, order_item_id",
    "item meta": "SELECT i.order_id, m.meta_key, m.meta_value FROM {p}woocommerce_order_itemmeta m"
    " JOIN {p}woocommerce_order_items i USING (order_item_id) WHERE m.meta_key <> '_refunded_item_id'"
    " ORDER BY i.order_id, i.order_item_id, m.meta_key",
    "post meta": "SELECT post_id, meta_key, meta_value FROM {p}postmeta WHERE meta_key NOT IN"
    " ('_payment_method', '_edit_lock', 'WooCommerceEventsTicketID', 'WooCommerceEventsTicketHash')"
    " ORDER BY post_id, meta_key",
    "reserved": "SELECT * FROM {p}wc_reserved_stock",
}


def left_behind(site: WordPressSite) -> dict[str, list[tuple[object, ...]]]:
    """All rows; a ticket's title holds dice, so titles are not among them."""
    return {name: site.database.rows(sql) for name, sql in _QUERIES.items()}


@pytest.mark.parametrize("hpos", [True, False], ids=["tables", "posts"])
@pytest.mark.parametrize(("life", "kind"), _CASES)
async def test_bulk_is_what_living_leaves(life: Life, kind: str, hpos: bool) -> None:
    lived, placed = make_site(kind, hpos=hpos), make_site(kind, hpos=hpos)
    cell = {"slot_id": SLOT, "date_id": DATE} if kind in ("bookings", "hybrid") else {}
    await _LIVES[life](lived, cell, 2)
    placed.place_orders([OrderSpec(PRODUCT, 2, life, NOW, **cell)])
    assert left_behind(placed) == left_behind(lived)
    lived.close()
    placed.close()


async def test_many_lives_on_one_product_add_up() -> None:
    lived, placed = make_site("bookings", hpos=True), make_site("bookings", hpos=True)
    lives = [Life.COMPLETED, Life.CANCELLED, Life.PENDING, Life.CANCELLED_THEN_COMPLETED, Life.STAFF_ADDED]
    for life in lives:
        await _LIVES[life](lived, {"slot_id": SLOT, "date_id": DATE}, 1)
    placed.place_orders([OrderSpec(PRODUCT, 1, life, NOW, SLOT, DATE) for life in lives])
    assert placed.booking_text(PRODUCT) == lived.booking_text(PRODUCT)
    assert placed.places_left(PRODUCT, SLOT, DATE) == 10 - 5 + 2
    lived.close()
    placed.close()


async def test_a_label_with_a_quote_is_destroyed_in_bulk_too() -> None:
    text = booking_text(label='The \\"late\\" show')
    lived, placed = (make_site("bookings", hpos=True, text=text) for _ in range(2))
    cell = {"slot_id": SLOT, "date_id": DATE}
    order_id = await lived.checkout(PRODUCT, 1, **cell)
    assert lived.booking_text(PRODUCT) is not None
    assert '"The "late" show"' in str(lived.booking_text(PRODUCT))
    await lived.set_status(order_id, "cancelled")
    placed.place_orders([OrderSpec(PRODUCT, 1, Life.CANCELLED, NOW, **cell)])
    assert placed.booking_text(PRODUCT) == lived.booking_text(PRODUCT)
    lived.close()
    placed.close()


def test_a_product_saved_since_stands_flat_with_texts() -> None:
    site = make_site("bookings", hpos=True, saved_since=True)
    site.place_orders([OrderSpec(PRODUCT, 2, Life.COMPLETED, NOW, SLOT, DATE)])
    assert site.booking_text(PRODUCT) == booking_text(stock="8")
    site.close()


def test_times_are_local_and_utc() -> None:
    site = make_site("single", hpos=False)
    site.place_orders([OrderSpec(PRODUCT, 1, Life.PROCESSING, NOW)])
    sql = "SELECT post_date, post_date_gmt FROM {p}posts WHERE post_type='shop_order'"
    assert site.database.rows(sql) == [("2026-11-22 07:00:00", "2026-11-22 12:00:00")]
    site.close()


def test_orders_come_after_the_products() -> None:
    site = make_site("single", hpos=True)
    site.place_orders([OrderSpec(PRODUCT, 1, Life.COMPLETED, NOW)])
    ids = [int(str(row[0])) for row in site.database.rows("SELECT ID FROM {p}posts WHERE post_type <> 'product'")]
    assert ids
    assert min(ids) > PRODUCT
    assert re.fullmatch(
        r"#\d+", str(site.database.value("SELECT MAX(post_title) FROM {p}posts WHERE post_title LIKE '#%'"))
    )
    site.close()
