"""The WooCommerce client against scripted answers: what it asks, what it understands, what it refuses to send."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

import httpx
import pytest

from brcc_tui.model.catalogue import MetaRow, Product, Variation
from brcc_tui.model.changes.permit import NotConfirmed
from brcc_tui.model.failure import NO_META_DATA, Failure, Unanswered, WithoutData
from brcc_tui.model.fooevents.meta_keys import META_KEYS
from brcc_tui.platforms.errors import AccessDenied, BadAnswer, NotThere, Rejected, Unclear
from brcc_tui.platforms.woocommerce.client import WooCommerce
from brcc_tui.settings import Secret, WooCommerceSettings
from tests.platforms.scripted_shop import HTML, KEY, SECRET, Reply, Script, ScriptedShop, permit, reply

Json = dict[str, object]
SLOT, DATE = "wcolndrhzpeplpcnmqwi", "ucnhzxsafkpojhgknylj"
TEXT = (
    f'{{"{SLOT}":{{"label":"8pm \\u00c9t\\u00e9 A\\/B","hour":"08","minute":"00","period":"p.m.",'
    f'"add_time":"enabled","{DATE}_add_date":"June 07, 2027","{DATE}_stock":"55"}}}}'
)
CELL = f"wc:4156:{SLOT}:{DATE}"
OPTIONS = "fooevents_bookings_options_serialized"


def product(ident: int = 4156, **fields: object) -> Json:
    """A product as it was recorded, shortened."""
    return {
        "id": ident, "name": "Tom &amp; Jerry's", "status": "publish", "type": "simple", "manage_stock": False,
        "stock_quantity": None, "stock_status": "instock", "price": "14.11",
        "permalink": f"https://shop.example.org/p/{ident}", "date_modified": "2025-05-27T19:03:11",
        "meta_data": [{"id": 90, "key": "WooCommerceEventsEvent", "value": "Event"}],
        **fields,
    }  # fmt: skip


def variation(ident: int = 71, **fields: object) -> Json:
    """A variation as it was recorded, shortened."""
    return {
        "id": ident, "name": "Front row", "status": "publish", "manage_stock": True, "stock_quantity": 8, "price": "20",
        "attributes": [{"id": 0, "name": "Row", "option": "Front &amp; centre"}, {"option": "Left"}],
        **fields,
    }  # fmt: skip


def client(script: list[Reply] | Script, write_auth: str = "query") -> tuple[WooCommerce, ScriptedShop]:
    shop = ScriptedShop(script)
    site = "https://shop.example.org"
    settings = WooCommerceSettings(Secret(KEY), Secret(SECRET), site, f"{site}/wp-json/wc/v3", write_auth)
    return WooCommerce(settings, sleep=shop.sleep, transport=shop), shop


def page(items: list[Json], pages: int = 1, total: int | None = None) -> httpx.Response:
    """A page of a list, with the headers that tell how long the list is."""
    headers = {"X-WP-TotalPages": str(pages), "X-WP-Total": str(len(items) if total is None else total)}
    return reply(items, headers=headers)


# what is understood


async def test_a_product_is_read() -> None:
    woocommerce, _ = client([reply(product(manage_stock=True, stock_quantity=53))])
    assert await woocommerce.product(4156) == Product(
        id=4156,
        name="Tom & Jerry's",
        status="publish",
        type="simple",
        manage_stock=True,
        stock_quantity=53,
        stock_status="instock",
        meta=(MetaRow(90, "WooCommerceEventsEvent", "Event"),),
        url="https://shop.example.org/p/4156",
        price="14.11",
    )


ODD_PRODUCTS: list[tuple[str, Json, dict[str, object]]] = [
    ("no stock kept", product(), {"manage_stock": False, "stock_quantity": None}),
    ("sold more than there was", product(manage_stock=True, stock_quantity=-2), {"stock_quantity": -2}),
    ("stock as text", product(stock_quantity="7"), {"stock_quantity": 7}),
    ("stock as a round number of a decimal plugin", product(stock_quantity=7.0), {"stock_quantity": 7}),
    ("a draft", product(status="draft"), {"status": "draft"}),
    ("unescaped once only", product(name="Cats &amp;amp; Dogs &lt;b&gt;"), {"name": "Cats &amp; Dogs <b>"}),
    ("emoji, markup and escapes", product(name="[VIP] \x1b[31m \N{GRINNING FACE}"),
     {"name": "[VIP] \x1b[31m \N{GRINNING FACE}"}),
    ("half a letter", product(name="a\udc80"), {"name": "a?"}),
    ("no price", product(price="", purchasable=False), {"price": None, "unpriced": True, "refused": False}),
    ("a price, and not for sale", product(purchasable=False), {"unpriced": False, "refused": True}),
    ("a draft is not for sale", product(purchasable=False, status="draft"), {"refused": False}),
    ("a price as a number", product(price=14.5), {"price": "14.5"}),
    ("fields of no interest", product(_links={"self": []}, low_stock_amount=None, shipping_class_id="x"), {"id": 4156}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "expected"), ODD_PRODUCTS, ids=[name for name, _, _ in ODD_PRODUCTS])
async def test_odd_products(name: str, given: Json, expected: Mapping[str, object]) -> None:
    woocommerce, _ = client([reply(given)])
    found = await woocommerce.product(4156)
    assert {field: getattr(found, field) for field in expected} == expected


def _rows(*values: tuple[int, str, object]) -> list[Json]:
    return [{"id": ident, "key": key, "value": value} for ident, key, value in values]


META: list[tuple[str, list[Json], tuple[MetaRow, ...]]] = [
    ("the booking text to the letter", _rows((5, OPTIONS, TEXT)), (MetaRow(5, OPTIONS, TEXT),)),
    ("two rows of one key", _rows((5, OPTIONS, "a"), (9, OPTIONS, "b")),
     (MetaRow(5, OPTIONS, "a"), MetaRow(9, OPTIONS, "b"))),
    ("an array of PHP's", _rows((5, OPTIONS, {"a": ["b"]})), (MetaRow(5, OPTIONS, {"a": ["b"]}),)),
    ("a list", _rows((5, "WooCommerceEventsSelectDate", ["x"])), (MetaRow(5, "WooCommerceEventsSelectDate", ["x"]),)),
    ("the words null and nothing", _rows((5, OPTIONS, "null"), (6, OPTIONS, "")),
     (MetaRow(5, OPTIONS, "null"), MetaRow(6, OPTIONS, ""))),
    ("another case is another key", _rows((5, OPTIONS.upper(), "x")), ()),
    ("keys of an older shop that ignores our wish",
     _rows((5, "_yoast_wpseo", "x"), (6, "WooCommerceEventsType", "single")),
     (MetaRow(6, "WooCommerceEventsType", "single"),)),
    ("a broken row of no interest", [{"id": None, "key": "_x"}, "what", {"key": ["a"]}], ()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "expected"), META, ids=[name for name, _, _ in META])
async def test_meta(name: str, given: list[Json], expected: tuple[MetaRow, ...]) -> None:
    woocommerce, _ = client([reply(product(meta_data=given))])
    assert (await woocommerce.product(4156)).meta == expected


BROKEN: list[tuple[str, object, Failure]] = [
    ("stock of words", product(5, stock_quantity="seven"),
     Failure("wc:5", "Tom & Jerry's", "stock_quantity is not a whole number")),
    ("stock not told", {key: value for key, value in product(5).items() if key != "stock_quantity"},
     Failure("wc:5", "Tom & Jerry's", "stock_quantity is missing")),
    ("stock is true", product(5, stock_quantity=True), Failure("wc:5", "Tom & Jerry's", "is not a whole number")),
    ("manage_stock of a variation", product(5, manage_stock="parent"),
     Failure("wc:5", "Tom & Jerry's", "manage_stock")),
    ("a row of the booking text without an id", product(5, meta_data=[{"key": OPTIONS, "value": "x"}]),
     Failure("wc:5", "Tom & Jerry's", "id is missing")),
    ("no name", product(5, name=None), Failure("wc:5", "", "name")),
    ("an id of nonsense", product(5, id="x"), Failure("wc:x", "Tom & Jerry's", "id is not a whole number")),
    ("no object", ["what"], Failure("wc", "", "the answer")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "expected"), BROKEN, ids=[name for name, _, _ in BROKEN])
async def test_one_broken_product_is_a_row_and_the_others_stay(name: str, given: object, expected: Failure) -> None:
    woocommerce, _ = client([page([product(1), given, product(3)])])  # type: ignore[list-item]
    found, failed = await woocommerce.products()
    assert [part.id for part in found] == [1, 3]
    (failure,) = failed
    assert (failure.id, failure.title) == (expected.id, expected.title)
    assert expected.reason in failure.reason


async def test_a_broken_product_alone_is_an_error_with_its_reason() -> None:
    woocommerce, _ = client([reply(product(stock_quantity="seven"))])
    with pytest.raises(BadAnswer, match=r"product 4156: .*stock_quantity is not a whole number"):
        await woocommerce.product(4156)


@pytest.mark.parametrize("told", [{}, {"meta_data": None}])
async def test_a_product_without_meta_data_comes_and_is_told(told: Json) -> None:
    """A plugin, or a firewall, takes them out; the database has them."""
    rest = {key: value for key, value in product(5).items() if key != "meta_data"}
    woocommerce, _ = client([page([product(1), {**rest, **told}, product(3)])])
    found, failed = await woocommerce.products()
    assert [(part.id, len(part.meta)) for part in found] == [(1, 1), (5, 0), (3, 1)]
    assert failed == [WithoutData("wc:5", "Tom & Jerry's", NO_META_DATA)]
    woocommerce, _ = client([page([{**rest, **told}])] * 2)
    found, failed = await woocommerce.products()
    assert ([part.id for part in found], failed) == ([5], [WithoutData("woocommerce", "WooCommerce", NO_META_DATA)])
    woocommerce, _ = client([reply({**rest, **told})] * 2)
    assert (await woocommerce.product(5)).meta == ()


# what is asked


async def test_what_is_asked_of_the_list() -> None:
    woocommerce, shop = client([page([product(1)])])
    await woocommerce.products()
    asked = dict(shop.requests[0].url.params)
    assert shop.paths == ["GET /wp-json/wc/v3/products"]
    assert asked == {
        "per_page": "100", "page": "1", "orderby": "id", "order": "asc", "status": "any",
        "_fields": "id,name,status,type,manage_stock,stock_quantity,stock_status,meta_data,"
        "permalink,price,purchasable,backorders,variations,date_modified_gmt",
        **{f"include_meta[{number}]": key for number, key in enumerate(META_KEYS)},
    }  # fmt: skip
    basic = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
    assert shop.requests[0].headers["authorization"] == f"Basic {basic}"


async def test_one_product_is_asked_for_with_its_meta() -> None:
    woocommerce, shop = client([reply(product())])
    await woocommerce.product(4156)
    assert shop.paths == ["GET /wp-json/wc/v3/products/4156"]
    asked = [value for name, value in shop.requests[0].url.params.items() if name.startswith("include_meta[")]
    assert OPTIONS in asked


async def test_a_product_without_the_meta_that_was_asked_for_is_asked_for_with_all_of_it() -> None:
    """Whether it is an event must not rest on how the shop understood a wish."""
    woocommerce, shop = client([reply(product(meta_data=[])), reply(product())])
    assert (await woocommerce.product(4156)).meta == (MetaRow(90, "WooCommerceEventsEvent", "Event"),)
    assert set(shop.requests[1].url.params) == {"_fields"}
    woocommerce, _ = client([page([product(1, meta_data=[]), product(2, meta_data=[])]), page([product(1)])])
    products, _ = await woocommerce.products()
    assert products[0].meta == (MetaRow(90, "WooCommerceEventsEvent", "Event"),)


async def test_a_product_without_any_meta_is_believed_after_the_second_answer() -> None:
    woocommerce, shop = client([reply(product(meta_data=[]))] * 2)
    assert (await woocommerce.product(4156)).meta == ()
    assert len(shop.requests) == 2
    woocommerce, shop = client([page([product(1), product(2, meta_data=[])])])
    assert [len(found.meta) for found in (await woocommerce.products())[0]] == [1, 0]
    assert len(shop.requests) == 1, "beside products with meta, one without is no event"


async def test_an_unknown_product() -> None:
    missing = reply({"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID."}, 404)
    woocommerce, _ = client([missing])
    with pytest.raises(NotThere, match="product 9: "):
        await woocommerce.product(9)


# variations


def _shop_with_variations(request: httpx.Request) -> Reply:
    match request.url.path.rsplit("/v3/")[1].split("/"):
        case ["products"]:
            return page([product(1), product(2, type="variable"), product(3, type="variable")])
        case ["products", "2", "variations"]:
            return page([variation(71), variation(72, name=None, manage_stock="parent", stock_quantity=None)])
        case ["products", "2"]:
            return reply(product(2, type="variable"))
    return reply(status=500, body=HTML)


async def test_variable_products_come_with_their_variations_and_fail_alone() -> None:
    woocommerce, shop = client(_shop_with_variations)
    found, failed = await woocommerce.products()
    assert [part.id for part in found] == [1, 2]
    assert found[1].variations == (
        Variation(71, "Front row", "publish", True, 8, "20"),
        Variation(72, "Front & centre / Left", "publish", "parent", None, "20"),
    )
    assert [failure.id for failure in failed] == ["wc:3"]
    assert "variations of product 3" in failed[0].reason
    assert isinstance(failed[0], Unanswered), "the shop did not tell it, and nothing is wrong with it"
    assert shop.paths.count("GET /wp-json/wc/v3/products/1/variations") == 0


async def test_one_variable_product_comes_with_its_variations() -> None:
    woocommerce, shop = client(_shop_with_variations)
    assert [part.id for part in (await woocommerce.product(2)).variations] == [71, 72]
    assert [part.id for part in await woocommerce.variations(2)] == [71, 72]
    assert dict(shop.requests[-1].url.params)["orderby"] == "id"


async def test_a_broken_variation_is_told() -> None:
    woocommerce, _ = client([page([variation(stock_quantity="many")])])
    with pytest.raises(BadAnswer, match=r"variations of product 2: .*stock_quantity"):
        await woocommerce.variations(2)


# what is written


@pytest.mark.parametrize("write_auth", ["query", "basic"])
async def test_stock_is_written_alone(write_auth: str) -> None:
    woocommerce, shop = client([reply(product(manage_stock=True, stock_quantity=42))], write_auth)
    assert (await woocommerce.set_stock(permit("wc:4156"), 4156, 42)).stock_quantity == 42
    assert shop.paths == ["PUT /wp-json/wc/v3/products/4156"]
    assert shop.body() == {"stock_quantity": 42}
    request = shop.requests[0]
    if write_auth == "query":
        assert (request.url.params["consumer_key"], request.url.params["consumer_secret"]) == (KEY, SECRET)
        assert "authorization" not in request.headers
    else:
        assert "consumer_key" not in request.url.params
        assert request.headers["authorization"].startswith("Basic ")


async def test_a_booking_text_is_written_to_its_row_as_a_string_to_the_letter() -> None:
    woocommerce, shop = client([reply(product(meta_data=_rows((90, OPTIONS, TEXT))))])
    answer = await woocommerce.set_booking_text(permit(CELL), 4156, 90, TEXT, frozenset({CELL}))
    assert answer.rows(OPTIONS) == (MetaRow(90, OPTIONS, TEXT),)
    assert shop.paths == ["PUT /wp-json/wc/v3/products/4156"]
    assert json.loads(shop.requests[0].content) == {"meta_data": [{"id": 90, "key": OPTIONS, "value": TEXT}]}


async def test_nothing_is_written_without_a_permit_for_it() -> None:
    woocommerce, shop = client([])
    other = f"wc:4156:{SLOT}:other"
    with pytest.raises(NotConfirmed):
        await woocommerce.set_stock(permit("wc:4157"), 4156, 42)
    with pytest.raises(NotConfirmed):
        await woocommerce.set_stock(permit(CELL), 4156, 42)
    with pytest.raises(NotConfirmed):
        await woocommerce.set_booking_text(permit(other), 4156, 90, TEXT, frozenset({CELL}))
    with pytest.raises(NotConfirmed):
        await woocommerce.set_booking_text(permit(CELL), 4156, 90, TEXT, frozenset({CELL, other}))
    with pytest.raises(NotConfirmed):
        await woocommerce.set_booking_text(permit(CELL), 4156, 90, TEXT, frozenset())
    assert shop.requests == []


HARMFUL: list[tuple[str, str, int]] = [
    ("not JSON", TEXT[:-1], 4156),
    ("no slots, which wipes every one", "[]", 4156),
    ("null", "null", 4156),
    ("empty", "", 4156),
    ("another product's", TEXT, 4157),
    ("without the date that is to change", TEXT.replace(DATE, "x" * 20), 4156),
]


@pytest.mark.parametrize(("name", "text", "product_id"), HARMFUL, ids=[name for name, _, _ in HARMFUL])
async def test_a_text_that_would_do_harm_is_not_sent(name: str, text: str, product_id: int) -> None:
    woocommerce, shop = client([])
    with pytest.raises(Rejected, match="Nothing was sent") as caught:
        await woocommerce.set_booking_text(permit(CELL), product_id, 90, text, frozenset({CELL}))
    assert caught.value.code == "invalid_text"
    assert shop.requests == []


STRANGE_ANSWERS: list[tuple[str, object]] = [
    ("another product", product(4157)),
    ("a list", [product()]),
    ("no stock", {"id": 4156}),
]


@pytest.mark.parametrize(("name", "answer"), STRANGE_ANSWERS, ids=[name for name, _ in STRANGE_ANSWERS])
async def test_a_good_status_with_a_strange_answer_is_unclear(name: str, answer: object) -> None:
    woocommerce, shop = client([reply(answer)])
    with pytest.raises(Unclear, match="product 4156: the change was sent"):
        await woocommerce.set_stock(permit("wc:4156"), 4156, 42)
    assert len(shop.requests) == 1


# permissions


UNKNOWN_ID = reply({"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID."}, 400)
DENIED = reply({"code": "woocommerce_rest_authentication_error", "message": "Schlüssel darf nicht schreiben."}, 401)


async def test_a_key_that_may_write_misses_the_product() -> None:
    woocommerce, shop = client([UNKNOWN_ID])
    assert await woocommerce.write_permission() is True
    assert shop.paths == ["PUT /wp-json/wc/v3/products/2147483647"]
    assert shop.body() == {}


async def test_a_read_only_key_is_refused_before_that_in_any_language() -> None:
    woocommerce, shop = client([DENIED, page([product()])])
    assert await woocommerce.write_permission() is False
    assert [request.method for request in shop.requests] == ["PUT", "GET"]


async def test_a_key_that_may_write_is_asked_once_and_one_that_may_not_again() -> None:
    woocommerce, shop = client([DENIED, page([product()]), UNKNOWN_ID])
    assert [await woocommerce.may_write() for _ in range(3)] == [False, True, True]
    assert [request.method for request in shop.requests] == ["PUT", "GET", "PUT"]


async def test_a_wrong_secret_is_no_read_only_key() -> None:
    woocommerce, _ = client([DENIED, DENIED])
    with pytest.raises(AccessDenied, match="WOOCOMMERCE_CONSUMER_KEY"):
        await woocommerce.write_permission()


async def test_the_smallest_question() -> None:
    woocommerce, shop = client([page([product()])])
    await woocommerce.check()
    assert dict(shop.requests[0].url.params) == {"per_page": "1", "_fields": "id"}


async def test_nothing_is_loaded_or_sent_by_making_a_client() -> None:
    woocommerce, shop = client([])
    assert (woocommerce.requests, shop.requests) == (0, [])
    await woocommerce.close()
