"""What the client makes of each answer that was recorded on real shops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from brcc_tui.model.catalogue import Product
from brcc_tui.model.failure import Failure
from brcc_tui.model.fooevents.classify import ProductClass, classify
from brcc_tui.model.listings.from_catalogue import shop_listings
from brcc_tui.platforms.errors import AccessDenied, BadAnswer, NotThere, PlatformError, Rejected, Unclear
from brcc_tui.platforms.woocommerce.client import WooCommerce
from brcc_tui.settings import Secret, WooCommerceSettings
from tests.platforms.scripted_shop import KEY, SECRET, ScriptedShop, permit, reply
from tests.recordings import EVERY, VERSIONS, Recorded, recorded

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
OPTIONS = "fooevents_bookings_options_serialized"


def as_recorded(exchange: Recorded) -> httpx.Response:
    return reply(exchange.body, exchange.status, headers=exchange.headers)


def client(*answers: Recorded) -> tuple[WooCommerce, ScriptedShop]:
    """A client whose requests get these answers in turn, the last one again and again."""
    given = list(answers)
    shop = ScriptedShop(lambda request: as_recorded(given.pop(0) if len(given) > 1 else given[0]))
    site = "https://shop.example"
    settings = WooCommerceSettings(Secret(KEY), Secret(SECRET), site, f"{site}/wp-json/wc/v3", "query")
    return WooCommerce(settings, sleep=shop.sleep, transport=shop), shop


async def outcome(exchange: Recorded, question: str) -> object:
    """What comes of the answer: a value, or the kind of error."""
    woocommerce, _ = client(exchange)
    number = 5926 if exchange.version == "10.0.2" else 370
    if question == "one" and isinstance(exchange.body, dict):
        number = exchange.body.get("id", number)
    questions: Mapping[str, Any] = {
        "list": woocommerce.products,
        "one": lambda: woocommerce.product(number),
        "may write": woocommerce.write_permission,
        "stock": lambda: woocommerce.set_stock(permit(f"wc:{number}"), number, 58),
    }
    try:
        return await questions[question]()
    except PlatformError as app_error:
        return type(app_error)


BOOKINGS, HYBRID, SINGLE = ProductClass.BOOKINGS, ProductClass.HYBRID, ProductClass.SINGLE
CLASSES = [
    BOOKINGS, BOOKINGS, HYBRID, BOOKINGS, ProductClass.UNCERTAIN, SINGLE, ProductClass.SINGLE_UNMANAGED,
    ProductClass.UNCERTAIN, ProductClass.NOT_AN_EVENT, BOOKINGS,
]  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_recorded_list_is_understood(version: str) -> None:
    woocommerce, _ = client(recorded(version)["list"])
    products, failed = await woocommerce.products()
    assert failed == []
    assert [classify(product).product_class for product in products] == CLASSES
    assert products[1].text(OPTIONS) == recorded(version)["list"].body[1]["meta_data"][3]["value"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_one_product_is_read_by_the_array_and_where_its_meta_did_not_come_once_more(version: str) -> None:
    exchanges = recorded(version)
    ident = exchanges["one-array"].body["id"]
    woocommerce, shop = client(exchanges["one-array"])
    by_array = await woocommerce.product(ident)
    assert classify(by_array).product_class is ProductClass.BOOKINGS
    assert len(shop.requests) == 1
    again = Recorded(**vars(exchanges["one-array"]))
    woocommerce, shop = client(exchanges["one-comma-list"], again)
    assert await woocommerce.product(ident) == by_array
    assert len(shop.requests) == 2
    asked = shop.requests[0].url.params
    assert {name for name in asked if name.startswith("include_meta")} == {
        f"include_meta[{number}]" for number in range(sum(name.startswith("include_meta") for name in asked))
    }, "an array: a comma list is one key on this route"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("name", "told"), [("put-same-text", True), ("put-same-text-comma", False)])
async def test_the_answer_to_a_booking_text(version: str, name: str, told: bool) -> None:
    """The answer tells the text where it was asked for by an array. Its other fields are those of the reading."""
    exchanges = recorded(version)
    whole = exchanges["one-array"].body
    answer = Recorded(**vars(exchanges[name]) | {"body": whole | exchanges[name].body})
    woocommerce, shop = client(answer)
    row = exchanges["put-same-text"].request.body["meta_data"][0]
    product = shop_listings([await _read(version)], None, NOW, None, read_at=NOW)
    cell = product.listings[0].id
    found = await woocommerce.set_booking_text(permit(cell), whole["id"], row["id"], row["value"], frozenset({cell}))
    assert [each.value for each in found.rows(OPTIONS)] == ([row["value"]] if told else [])
    assert shop.requests[0].method == "PUT"
    assert shop.body() == exchanges["put-same-text"].request.body, "what was recorded is what is sent"


async def _read(version: str) -> Product:
    exchange = recorded(version)["one-array"]
    return await client(exchange)[0].product(exchange.body["id"])


async def _incomplete(exchange: Recorded, question: str) -> None:
    """An answer of fewer fields than were asked for: no product is made of it, and no number."""
    products, failed = await outcome(exchange, question)
    assert products == []
    assert all(isinstance(failure, Failure) for failure in failed)


WHAT_BECOMES_OF_IT: dict[str, tuple[str, object]] = {
    "list": ("list", tuple),
    "one-comma-list": ("one", Product),
    "one-array": ("one", Product),
    "one-whole-meta": ("one", BadAnswer),
    "list-array": ("list", _incomplete),
    "list-page-2": ("list", _incomplete),
    "list-beyond": ("list", _incomplete),
    "list-include": ("list", _incomplete),
    "no-product": ("one", NotThere),
    "probe-read-write-key": ("may write", True),
    "probe-read-only-key": ("stock", AccessDenied),
    "wrong-secret": ("list", AccessDenied),
    "no-credentials": ("one", AccessDenied),
    "query-credentials-read": ("one", BadAnswer),
    "put-same-text": ("stock", Unclear),
    "put-same-text-comma": ("stock", Unclear),
    "put-stock": ("stock", Unclear),
    "put-stock-text": ("stock", Rejected),
    "override-header": ("stock", Unclear),
    "override-parameter": ("stock", Unclear),
    "post-without-override": ("stock", Unclear),
}
"""By the recording: what is asked, and what comes of that answer. Answers of fewer fields than the client asks for are
never taken for a product, and after a write they leave unclear what was done."""


@pytest.mark.parametrize("exchange", EVERY)
async def test_what_becomes_of_each_recorded_answer(exchange: Recorded) -> None:
    question, expected = WHAT_BECOMES_OF_IT[exchange.name]
    if expected is _incomplete:
        await _incomplete(exchange, question)
        return
    found = await outcome(exchange, question)
    assert found is expected or (isinstance(expected, type) and isinstance(found, expected)) or found == expected


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_read_only_key_is_told_by_the_recorded_refusal(version: str) -> None:
    exchanges = recorded(version)
    woocommerce, _ = client(exchanges["probe-read-only-key"], exchanges["list-page-2"])
    assert await woocommerce.write_permission() is False
