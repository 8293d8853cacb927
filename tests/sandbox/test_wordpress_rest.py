"""The practice shop's REST API, fact by fact: refusals, lists, meta rows, stock."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.wordpress.woocommerce_server import make_app
from brcc_tui.sandbox.world.types import ProductSpec, VariationSpec

KEY, SECRET = "ck_key", "cs_secret"
BOOKING = "fooevents_bookings_options_serialized"
PRODUCT, STOCKED, VARIABLE, DRAFT, TRASHED = 10, 11, 12, 13, 14
TEXT = '{"slot":{"label":"8pm \\"Show\\" \\u00e9 \\/ 🎭","add_date":{"date":{"date":"May 5, 2027","stock":"9"}}}}'
NOW = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)


@pytest.fixture
def site() -> Iterator[WordPressSite]:
    site = WordPressSite(clock=lambda: NOW)
    meta = ((BOOKING, TEXT), ("WooCommerceEventsType", "bookings"), ("_hidden", "seen"), ("_edit_lock", "1:1"))
    site.add_product(ProductSpec(PRODUCT, "Tom &amp; Jerry", meta))
    site.add_product(ProductSpec(STOCKED, "Single", (), manage_stock=True, stock=5))
    variations = (VariationSpec(21, "Early", "10", True, 3), VariationSpec(22, "Late", "12", "parent", None))
    site.add_product(
        ProductSpec(VARIABLE, "Several", (), type="variable", manage_stock=True, stock=9, variations=variations)
    )
    site.add_product(ProductSpec(DRAFT, "Draft", (), status="draft"))
    site.add_product(ProductSpec(TRASHED, "Trashed", (), status="trash"))
    yield site
    site.close()


class Shop:
    """Requests with or without credentials; answers are (status, body)."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self.client = client

    async def ask(self, method: str, path: str, body: object = None, *, auth: bool = True, **query: Any) -> Any:
        headers = {"Authorization": basic(KEY, SECRET)} if auth else {}
        data = body if isinstance(body, str) or body is None else json.dumps(body)
        answer = await self.client.request(method, f"/wp-json/wc/v3/{path}", params=query, data=data, headers=headers)
        return answer.status, (await answer.json() if method != "HEAD" else dict(answer.headers))

    async def get(self, path: str, **query: Any) -> Any:
        return await self.ask("GET", path, **query)

    async def put(self, product: int | str, body: object, **query: Any) -> Any:
        return await self.ask("PUT", f"products/{product}", body, **query)


def basic(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


@pytest.fixture
async def shop(site: WordPressSite) -> AsyncIterator[Shop]:
    async with TestClient(TestServer(make_app(site, KEY, SECRET))) as client:
        yield Shop(client)


def rows(site: WordPressSite, key: str, product: int = PRODUCT) -> list[tuple[int, str]]:
    return [(row_id, value) for row_id, name, value in site.shop.posts.rows(product) if name == key]


# -- credentials and refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "query", "status", "code"),
    [
        (None, {}, 401, "woocommerce_rest_cannot_view"),
        (basic("ck_other", SECRET), {}, 401, "woocommerce_rest_cannot_view"),
        (basic(KEY, "cs_other"), {}, 401, "woocommerce_rest_authentication_error"),
        ("Basic !!!", {}, 401, "woocommerce_rest_cannot_view"),
        (basic(KEY, SECRET), {}, 200, None),
        (None, {"consumer_key": KEY, "consumer_secret": SECRET}, 200, None),
        (None, {"consumer_key": KEY, "consumer_secret": "cs_other"}, 401, "woocommerce_rest_authentication_error"),
    ],
)
async def test_credentials(
    shop: Shop, header: str | None, query: dict[str, str], status: int, code: str | None
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = await shop.client.get("/wp-json/wc/v3/products", params=query, headers=headers)
    assert answer.status == status
    assert "WWW-Authenticate" not in answer.headers
    if code:
        assert (await answer.json())["code"] == code


@pytest.mark.parametrize(("permissions", "reads", "writes"), [("read", 200, 401), ("write", 401, 200)])
async def test_a_keys_permissions(site: WordPressSite, permissions: str, reads: int, writes: int) -> None:
    async with TestClient(TestServer(make_app(site, KEY, SECRET, permissions=permissions))) as client:
        shop = Shop(client)
        assert (await shop.get("products"))[0] == reads
        assert (await shop.put(STOCKED, {}))[0] == writes
        status, body = await shop.get("products") if permissions == "write" else await shop.put(STOCKED, {})
        assert body["code"] == "woocommerce_rest_authentication_error"
        assert body["data"] == {"status": status}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "products/999", None, 404, "woocommerce_rest_product_invalid_id"),
        ("PUT", "products/999", {}, 400, "woocommerce_rest_product_invalid_id"),
        ("GET", "products/abc", None, 404, "rest_no_route"),
        ("GET", "nothing", None, 404, "rest_no_route"),
        ("PUT", "products/21", {}, 404, "woocommerce_rest_invalid_product_id"),
        ("GET", "products/10/variations/21", None, 404, "woocommerce_rest_product_variation_invalid_id"),
        ("PUT", "products/10", "{broken", 400, "rest_invalid_json"),
        ("PUT", "products/10", {"meta_data": {"key": "a"}}, 400, "rest_invalid_param"),
        ("PUT", "products/11", {"stock_quantity": 2.5}, 400, "rest_invalid_param"),
        ("PUT", "products/11", {"stock_quantity": "7.5"}, 400, "rest_invalid_param"),
        ("PUT", "products/11", {"stock_quantity": ""}, 400, "rest_invalid_param"),
        ("PUT", "products/11", {"stock_quantity": True}, 400, "rest_invalid_param"),
        ("PUT", "products/11", {"stock_quantity": "abc"}, 400, "rest_invalid_param"),
        ("PUT", "products/11", {"status": "bogus"}, 400, "rest_invalid_param"),
        ("GET", "products?per_page=101", None, 400, "rest_invalid_param"),
        ("GET", "products?per_page=0", None, 400, "rest_invalid_param"),
        ("GET", "products?page=0", None, 400, "rest_invalid_param"),
        ("GET", "products?status=bogus", None, 400, "rest_invalid_param"),
        ("GET", "products?stock_status=lowstock", None, 400, "rest_invalid_param"),
    ],
)
async def test_refusals(shop: Shop, method: str, path: str, body: object, status: int, code: str) -> None:
    answered, told = await shop.ask(method, path, body)
    assert (answered, told["code"], told["data"]["status"]) == (status, code, status)
    assert told["message"]


async def test_a_ticket_is_not_a_product(shop: Shop, site: WordPressSite) -> None:
    order_id = await site.create_order(STOCKED)
    assert (await shop.get(f"products/{order_id}"))[0] == 404


async def test_the_sites_hook_stops_a_put_and_middlewares_see_requests(site: WordPressSite) -> None:
    seen: list[str] = []

    async def hook(point: str) -> None:
        seen.append(point)

    @web.middleware
    async def note(request: web.Request, handler: Any) -> web.StreamResponse:
        seen.append(request.method)
        return await handler(request)

    site.hook = hook
    async with TestClient(TestServer(make_app(site, KEY, SECRET, middlewares=[note]))) as client:
        await Shop(client).put(PRODUCT, {"meta_data": [{"key": BOOKING, "value": "x"}]})
    assert seen == ["PUT", "put:read", "put:meta_written", "put:saved"]


# -- reading -----------------------------------------------------------------------------------------------------


async def test_nobody_can_buy_what_has_no_price(shop: Shop, site: WordPressSite) -> None:
    for price, sold in (("", False), ("0", True)):
        site.shop.posts.set(STOCKED, "_price", price)
        assert (await shop.get(f"products/{STOCKED}", _fields="price,purchasable"))[1]["purchasable"] is sold


async def test_a_product_as_it_is_told(shop: Shop) -> None:
    status, product = await shop.get(f"products/{PRODUCT}")
    assert status == 200
    assert product["name"] == "Tom &amp; Jerry"
    assert (product["manage_stock"], product["stock_quantity"], product["stock_status"]) == (False, None, "instock")
    assert product["date_modified"] == "2026-11-22T18:30:00"
    assert product["date_modified_gmt"] == "2026-11-22T23:30:00"
    assert [(row["key"], row["value"]) for row in product["meta_data"]] == [
        (BOOKING, TEXT),
        ("WooCommerceEventsType", "bookings"),
        ("_hidden", "seen"),
    ]
    assert "_links" in product


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"_fields": "id,name"}, {"id", "name", "_links"}),
        ({"_fields": "id,meta_data.key"}, {"id", "_links"}),
        ({"_fields": "id,meta_data", "include_meta": "_hidden"}, {"id", "meta_data", "_links"}),
    ],
)
async def test_fields(shop: Shop, query: dict[str, str], fields: set[str]) -> None:
    _, product = await shop.get(f"products/{PRODUCT}", **query)
    assert set(product) == fields
    if "include_meta" in query:
        assert [row["key"] for row in product["meta_data"]] == ["_hidden"]
    _, listed = await shop.get("products", **query)
    assert all(set(item) == fields - {"_links"} for item in listed)


async def test_lists_count_and_page(shop: Shop) -> None:
    answer = await shop.client.get(
        "/wp-json/wc/v3/products?per_page=3&orderby=id&order=asc", headers={"Authorization": basic(KEY, SECRET)}
    )
    assert [item["id"] for item in await answer.json()] == [PRODUCT, STOCKED, VARIABLE]
    assert (answer.headers["X-WP-Total"], answer.headers["X-WP-TotalPages"]) == ("4", "2"), "drafts yes, trash no"
    assert 'rel="next"' in answer.headers["Link"]
    assert await shop.get("products", page=9) == (200, [])
    assert (await shop.ask("HEAD", "products"))[1]["X-WP-Total"] == "4"
    assert [item["id"] for item in (await shop.get("products", status="trash"))[1]] == [TRASHED]
    assert [item["id"] for item in (await shop.get("products", status="draft"))[1]] == [DRAFT]


async def test_the_default_order_is_not_stable(shop: Shop) -> None:
    pages = [(await shop.get("products", per_page=1, page=page))[1][0]["id"] for page in range(1, 5)]
    assert len(set(pages)) < len(pages), "one came twice, another never"
    sure = [(await shop.get("products", per_page=1, page=page, orderby="id"))[1][0]["id"] for page in range(1, 5)]
    assert sure == [DRAFT, VARIABLE, STOCKED, PRODUCT]


async def test_variations(shop: Shop) -> None:
    _, product = await shop.get(f"products/{VARIABLE}")
    assert (product["type"], product["variations"]) == ("variable", [21, 22])
    _, listed = await shop.get(f"products/{VARIABLE}/variations", orderby="id", order="asc")
    assert [(item["id"], item["manage_stock"], item["stock_quantity"]) for item in listed] == [
        (21, True, 3),
        (22, "parent", None),
    ]
    assert (await shop.get("products/21"))[1]["type"] == "variation"
    assert (await shop.put(f"{VARIABLE}/variations/21", {"stock_quantity": 8}))[1]["stock_quantity"] == 8
    status, late = await shop.put(f"{VARIABLE}/variations/22", {"stock_quantity": 8})
    assert (status, late["stock_quantity"]) == (200, None)


# -- meta rows ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [TEXT, '{"a":"\\/ \\\\ \\" \\u00e9"}', "", "not json", "🎭 é", "a\u2028b\nc", "x" * 1_200_000],
    ids=["booking text", "escapes", "empty", "no json", "raw letters", "separators", "large"],
)
async def test_a_text_is_stored_byte_for_byte(shop: Shop, site: WordPressSite, text: str) -> None:
    ((row_id, _),) = rows(site, BOOKING)
    _, product = await shop.put(PRODUCT, {"meta_data": [{"id": row_id, "key": BOOKING, "value": text}]})
    assert rows(site, BOOKING) == [(row_id, text)]
    assert [row["value"] for row in product["meta_data"] if row["key"] == BOOKING] == [text]


@pytest.mark.parametrize(
    ("value", "stored", "told"),
    [
        (5, "5", "5"),
        (1.5, "1.5", "1.5"),
        (False, "", ""),
        (["a"], 'a:1:{i:0;s:1:"a";}', ["a"]),
        ({"b": "\\c"}, 'a:1:{s:1:"b";s:2:"\\c";}', {"b": "\\c"}),
        ("a:1:{broken", "a:1:{broken", "a:1:{broken"),
    ],
)
async def test_other_values(shop: Shop, site: WordPressSite, value: object, stored: str, told: object) -> None:
    _, product = await shop.put(PRODUCT, {"meta_data": [{"key": "new", "value": value}]})
    assert [text for _, text in rows(site, "new")] == [stored]
    assert [row["value"] for row in product["meta_data"] if row["key"] == "new"] == [told]


async def test_which_row_is_written(shop: Shop, site: WordPressSite) -> None:
    ((first, _),) = rows(site, BOOKING)
    await shop.put(PRODUCT, {"meta_data": [{"key": BOOKING, "value": "key alone"}]})
    assert rows(site, BOOKING) == [(first, "key alone")]
    twin = site.shop.posts.add(PRODUCT, BOOKING, "twin")
    await shop.put(PRODUCT, {"meta_data": [{"id": twin, "key": BOOKING, "value": "second"}]})
    assert rows(site, BOOKING) == [(first, "key alone"), (twin, "second")], "the id's row, its twin left alone"
    await shop.put(PRODUCT, {"meta_data": [{"key": BOOKING, "value": "one"}]})
    assert rows(site, BOOKING) == [(first, "one")], "key alone with two rows: the other is deleted"
    await shop.put(PRODUCT, {"meta_data": [{"id": 10**9, "key": BOOKING, "value": "new row"}]})
    ((other, text),) = rows(site, BOOKING)
    assert (other != first, text) == (True, "new row"), "an unknown id: own rows of the key are replaced"
    await shop.put(PRODUCT, {"meta_data": [{"key": BOOKING, "value": "a"}, {"key": BOOKING, "value": "b"}]})
    assert rows(site, BOOKING) == [(other, "b")], "the last one wins"
    await shop.put(PRODUCT, {"meta_data": [{"key": BOOKING.upper(), "value": "case"}]})
    assert rows(site, BOOKING) == [(other, "b")], "keys tell case apart"
    await shop.put(PRODUCT, {"meta_data": [{"id": other, "key": BOOKING, "value": None}]})
    assert rows(site, BOOKING) == []


@pytest.mark.parametrize(
    "entry",
    [
        {"value": "x"},
        {"id": 1, "value": "x"},
        {"key": "_stock", "value": "99"},
        {"key": "_edit_lock", "value": "x"},
        "x",
    ],
)
async def test_entries_that_are_ignored(shop: Shop, site: WordPressSite, entry: object) -> None:
    before = site.shop.posts.rows(STOCKED)
    assert (await shop.put(STOCKED, {"meta_data": [entry]}))[0] == 200
    assert site.shop.posts.rows(STOCKED) == before


async def test_a_put_without_the_booking_text_leaves_it_alone(shop: Shop, site: WordPressSite) -> None:
    before = rows(site, BOOKING)
    await shop.put(PRODUCT, {"name": "Another & name", "meta_data": [{"key": "other", "value": "x"}]})
    assert rows(site, BOOKING) == before
    assert (await shop.get(f"products/{PRODUCT}"))[1]["name"] == "Another &amp; name"


# -- stock -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "quantity", "status"),
    [
        ({"stock_quantity": 7}, 7, "instock"),
        ({"stock_quantity": "7"}, 7, "instock"),
        ({"stock_quantity": 0}, 0, "outofstock"),
        ({"stock_quantity": -3}, -3, "outofstock"),
        ({"stock_quantity": None}, 0, "outofstock"),
        ({"stock_quantity": 10**12}, 10**12, "instock"),
        ({"stock_quantity": 0, "stock_status": "instock"}, 0, "outofstock"),
        ({"inventory_delta": "-2"}, 3, "instock"),
        ({"inventory_delta": "x"}, 5, "instock"),
        ({"inventory_delta": -9, "stock_quantity": 4}, 4, "instock"),
        ({}, 5, "instock"),
    ],
    ids=str,
)
async def test_stock(shop: Shop, site: WordPressSite, body: dict[str, object], quantity: int, status: str) -> None:
    answered, product = await shop.put(STOCKED, body)
    assert (answered, product["stock_quantity"], product["stock_status"]) == (200, quantity, status)
    assert site.stock(STOCKED) == quantity


async def test_stock_that_is_not_managed_is_ignored(shop: Shop, site: WordPressSite) -> None:
    status, product = await shop.put(PRODUCT, {"stock_quantity": 7})
    assert (status, product["stock_quantity"], product["stock_status"]) == (200, None, "instock")
    _, product = await shop.put(STOCKED, {"manage_stock": False})
    assert (product["manage_stock"], product["stock_quantity"]) == (False, None)
    _, product = await shop.put(STOCKED, {"manage_stock": True})
    assert (product["manage_stock"], product["stock_quantity"], product["stock_status"]) == (True, None, "outofstock")


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_other_methods_write_too(shop: Shop, site: WordPressSite, method: str) -> None:
    await shop.ask(method, f"products/{STOCKED}", {"stock_quantity": 8})
    assert site.stock(STOCKED) == 8


async def test_what_changes_the_date_of_change(shop: Shop, site: WordPressSite) -> None:
    now = NOW
    site.shop.clock = lambda: now

    async def modified(product: int) -> str:
        return str((await shop.get(f"products/{product}"))[1]["date_modified_gmt"])

    now += dt.timedelta(minutes=1)
    await site.create_order(STOCKED)
    assert await modified(STOCKED) == "2026-11-22T23:31:00", "a sale that lowers the stock"
    now += dt.timedelta(minutes=1)
    site.shop.posts.add(PRODUCT, "WooCommerceEventsEvent", "Event")
    await site.checkout(PRODUCT, 1, slot_id="slot", date_id="date")
    assert site.booking_text(PRODUCT) != TEXT
    assert await modified(PRODUCT) == "2026-11-22T23:30:00", "a booking does not"
    await shop.put(PRODUCT, {})
    assert await modified(PRODUCT) == "2026-11-22T23:32:00", "a PUT of nothing does"


async def test_delete_is_the_trash(shop: Shop, site: WordPressSite) -> None:
    status, product = await shop.ask("DELETE", f"products/{STOCKED}")
    assert (status, product["status"]) == (200, "publish"), "the answer still tells the old status"
    assert (await shop.get(f"products/{STOCKED}"))[1]["status"] == "trash"
    assert (await shop.put(STOCKED, {"status": "publish"}))[1]["status"] == "publish"
