"""The races of the real shop, made at will: requests are stopped between two of their commits."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Awaitable, Callable, Iterator

import pytest

from brcc_tui.sandbox.clock import clock_at
from brcc_tui.sandbox.wordpress import woocommerce_writes
from brcc_tui.sandbox.wordpress.orders import Gateway
from brcc_tui.sandbox.wordpress.shop import CheckoutRefused, Hook, PhpError
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.wordpress.staff import RefundBy
from brcc_tui.sandbox.wordpress.woocommerce_products import load
from brcc_tui.sandbox.world.types import ProductSpec, SiteSpec
from tests.days import opens

SLOT, DATE = "aslotaslotaslotaslot", "adateadateadateadate"
CELL = {"slot_id": SLOT, "date_id": DATE}
KEY = "fooevents_bookings_options_serialized"
PRODUCT = 4156


def text_with(stock: int) -> str:
    dates = {f"{DATE}_add_date": "December 05, 2026", f"{DATE}_stock": str(stock)}
    return json.dumps({SLOT: {"label": "Show", "hour": "20", "minute": "00", "period": "", **dates}})


@pytest.fixture(params=[True, False], ids=["tables", "posts"])
def site(request: pytest.FixtureRequest) -> Iterator[WordPressSite]:
    site = WordPressSite(SiteSpec(hpos=request.param), clock=clock_at(opens()).now)
    meta = (("WooCommerceEventsEvent", "Event"), ("WooCommerceEventsType", "bookings"), (KEY, text_with(40)))
    site.add_product(ProductSpec(PRODUCT, "Show", meta, manage_stock=True, stock=40))
    yield site
    site.close()


def left(site: WordPressSite) -> int | None:
    return site.places_left(PRODUCT, SLOT, DATE)


def at(name: str, do: Callable[[], Awaitable[object]]) -> Hook:
    """Do something once, when a request has come to that point."""
    done: list[str] = []

    async def hook(point: str) -> None:
        if point == name and not done:
            done.append(point)
            await do()

    return hook


async def put(site: WordPressSite, body: dict[str, object], hook: Hook | None = None) -> None:
    post = load(site.shop, PRODUCT, "product")
    assert post is not None
    await woocommerce_writes.update(site.shop.request(hook), post, body)


def put_text(site: WordPressSite, stock: int, hook: Hook | None = None) -> Awaitable[None]:
    return put(site, {"meta_data": [{"key": KEY, "value": text_with(stock)}]}, hook)


async def buy(site: WordPressSite, quantity: int = 1, hook: Hook | None = None) -> int:
    return await site.checkout(PRODUCT, quantity, hook=hook, **CELL)


async def test_a_checkout_commits_in_this_order(site: WordPressSite) -> None:
    points: list[str] = []

    async def note(point: str) -> None:
        points.append(point)

    order_id = await buy(site, 2, note)
    assert points == [
        *("read_text", "order_row", "items", "text_written:1", "text_reread:2", "text_written:2", "places_written"),
        *("reserved", "paying", "status:wc-processing", "stock_reduced", "items_reduced", "flag_set"),
    ]
    points.clear()
    await site.set_status(order_id, "completed", hook=note)
    tickets = [f"ticket:{number}:{step}" for number in (1, 2) for step in ("post", "order", "status", "ids")]
    assert points == ["status:wc-completed", *tickets, "generated"]
    points.clear()
    await site.set_status(order_id, "cancelled", hook=note)
    assert points == [
        *("cancel:status", "cancel:read_text:1", "cancel:text:1", "cancel:read_text:2", "cancel:text:2"),
        *("stock_returned", "flag_cleared", "cancel:tickets"),
    ]


async def test_the_text_is_lowered_before_the_places_can_be_seen(site: WordPressSite) -> None:
    seen: dict[str, tuple[int | None, bool]] = {}

    async def look(point: str) -> None:
        if point.startswith(("text_written", "places")):
            orders = site.database.rows("SELECT MAX(ID) FROM {p}posts WHERE post_type LIKE 'shop_order%'")
            places = site.shop.orders.meta.get(int(str(orders[0][0])), "WooCommerceEventsOrderTickets")
            seen[point] = left(site), places is not None

    await buy(site, 2, look)
    assert seen == {"text_written:1": (39, False), "text_written:2": (38, False), "places_written": (38, True)}


async def test_our_text_between_their_read_and_their_write_is_undone(site: WordPressSite) -> None:
    await buy(site, 1, at("items", lambda: put_text(site, 45)))
    assert left(site) == 39, "FooEvents wrote back what it had read"


async def test_our_text_after_their_first_write_stays_but_for_the_next_ticket(site: WordPressSite) -> None:
    await buy(site, 2, at("text_written:1", lambda: put_text(site, 45)))
    assert left(site) == 44, "the copy was gone: the second ticket read our text"


async def test_our_text_between_the_second_read_and_write_is_undone(site: WordPressSite) -> None:
    await buy(site, 2, at("text_reread:2", lambda: put_text(site, 45)))
    assert left(site) == 38


async def test_a_sale_between_our_read_and_our_write_is_lost(site: WordPressSite) -> None:
    await put_text(site, 45, at("put:read", lambda: buy(site)))
    assert left(site) == 45, "the seat that was sold is on offer again"


async def test_a_write_that_changes_nothing_it_read_is_not_made(site: WordPressSite) -> None:
    await put_text(site, 40, at("put:read", lambda: buy(site)))
    assert left(site) == 39, "WooCommerce writes only what differs from what it read"


async def test_two_sales_at_once_lose_one(site: WordPressSite) -> None:
    await buy(site, 1, at("items", lambda: buy(site)))
    assert left(site) == 39


async def test_two_buyers_take_the_last_place(site: WordPressSite) -> None:
    await put_text(site, 1)
    await buy(site, 1, at("read_text", lambda: buy(site)))
    assert left(site) == 0
    with pytest.raises(CheckoutRefused):
        await buy(site)


async def test_a_text_computed_while_a_cancel_is_half_done_ends_too_high(site: WordPressSite) -> None:
    order_id = await buy(site, 2)
    await site.set_status(order_id, "cancelled", hook=at("cancel:status", lambda: put_text(site, 40)))
    assert left(site) == 42, "the cancel was counted, and then raised the text as well"


async def test_a_text_between_the_cancels_read_and_write_is_undone(site: WordPressSite) -> None:
    order_id = await buy(site, 1)
    await site.set_status(order_id, "cancelled", hook=at("cancel:read_text:1", lambda: put_text(site, 20)))
    assert left(site) == 40


async def test_managed_stock_is_lowered_from_what_stands_there(site: WordPressSite) -> None:
    await buy(site, 2, at("paying", lambda: put(site, {"stock_quantity": 50})))
    assert site.stock(PRODUCT) == 48


async def test_our_stock_is_absolute_and_loses_a_sale(site: WordPressSite) -> None:
    await put(site, {"stock_quantity": 50}, at("put:read", lambda: buy(site)))
    assert site.stock(PRODUCT) == 50


async def test_a_ticket_post_is_there_before_its_cell(site: WordPressSite) -> None:
    order_id = await buy(site, 1)
    ids: dict[str, int] = {}

    async def look(point: str) -> None:
        if point.startswith("ticket:1"):
            sql = "SELECT COUNT(*) FROM {p}postmeta WHERE meta_key='WooCommerceEventsBookingDateID'"
            ids[point] = site.database.number(sql) - len(site.tickets(order_id))

    await site.set_status(order_id, "completed", hook=look)
    assert ids == {"ticket:1:post": 0, "ticket:1:order": -1, "ticket:1:status": -1, "ticket:1:ids": 0}


async def test_an_open_editor_puts_the_old_text_back(site: WordPressSite) -> None:
    editor = site.open_editor(PRODUCT)
    await put_text(site, 45)
    await buy(site)
    await site.save_editor(editor)
    assert left(site) == 40
    assert site.stock(PRODUCT) == 39, "WooCommerce's own field is guarded"
    await site.save_editor(editor, quantity=12)
    assert site.stock(PRODUCT) == 39, "it changed since the page was opened"
    await site.save_editor(site.open_editor(PRODUCT), quantity=12)
    assert site.stock(PRODUCT) == 12


def test_the_editors_lock(site: WordPressSite) -> None:
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    site.shop.clock = lambda: now
    stamp = int(now.timestamp())
    editor = site.open_editor(PRODUCT, user_id=7)
    assert site.shop.posts.get(PRODUCT, "_edit_lock") == f"{stamp}:7"
    now += dt.timedelta(seconds=15)
    editor.heartbeat()
    assert site.shop.posts.get(PRODUCT, "_edit_lock") == f"{stamp + 15}:7"
    editor.leave()
    assert site.shop.posts.get(PRODUCT, "_edit_lock") == f"{stamp + 15 - 145}:7"


async def test_a_retry_within_the_same_second_is_refused_but_takes_the_places_again(site: WordPressSite) -> None:
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    site.shop.clock = lambda: now
    order_id = await site.checkout(PRODUCT, 2, gateway=Gateway.HOSTED, **CELL)
    with pytest.raises(CheckoutRefused, match="Not enough units"):
        await site.checkout(PRODUCT, 2, retry_of=order_id, **CELL)
    assert left(site) == 36
    now += dt.timedelta(seconds=2)
    assert await site.checkout(PRODUCT, 2, retry_of=order_id, **CELL) == order_id


async def test_a_booking_text_stored_as_an_array_stops_every_sale(site: WordPressSite) -> None:
    await put(site, {"meta_data": [{"key": KEY, "value": {SLOT: {"label": "Show"}}}]})
    with pytest.raises(PhpError):
        await buy(site)
    assert site.database.value("SELECT COUNT(*) FROM {p}posts WHERE post_type LIKE 'shop_order%'") == 0


@pytest.mark.parametrize(
    ("act", "stock"),
    [
        (lambda site, order: site.set_status(order, "cancelled"), 2),
        (lambda site, order: site.refund(order, by=RefundBy.ADMIN), 1),
        (lambda site, order: site.save_order_form(order, status="refunded", restock=True), 2),
        (lambda site, order: site.refund(order, by=RefundBy.REST), None),
    ],
    ids=["cancelled", "admin refund", "order form", "refund by REST"],
)
async def test_junk_on_a_product_without_bookings(
    site: WordPressSite, act: Callable[[WordPressSite, int], Awaitable[object]], stock: int | None
) -> None:
    single = (("WooCommerceEventsEvent", "Event"), ("WooCommerceEventsType", "single"))
    site.add_product(ProductSpec(5000, "Single", single, manage_stock=True, stock=9))
    order_id = await site.checkout(5000, 2)
    await site.set_status(order_id, "completed")
    await act(site, order_id)
    junk = None if stock is None else f'{{"":{{"add_date":{{"":{{"stock":{stock}}}}}}}}}'
    assert site.booking_text(5000) == junk


async def test_a_moved_ticket_keeps_its_old_mysql_date(site: WordPressSite) -> None:
    slot = json.loads(text_with(40))[SLOT] | {"other_add_date": "December 12, 2026", "other_stock": "5"}
    await put(site, {"meta_data": [{"key": KEY, "value": json.dumps({SLOT: slot})}]})
    order_id = await buy(site, 1)
    await site.set_status(order_id, "completed")
    (ticket,) = site.tickets(order_id)
    await site.move_ticket(ticket, SLOT, "other")
    assert (left(site), site.places_left(PRODUCT, SLOT, "other")) == (40, 4)
    meta = {key: value for _, key, value in site.shop.posts.rows(ticket)}
    assert meta["WooCommerceEventsBookingDateID"] == "other"
    assert meta["WooCommerceEventsBookingDate"] == "December 12, 2026"
    assert meta["WooCommerceEventsBookingDateMySQLFormat"] == "2026-12-05 20:00:00"
    assert meta["WooCommerceEventsBookingDateTimestamp"] == str(
        int(dt.datetime(2026, 12, 12, 20, tzinfo=dt.UTC).timestamp())
    )
