"""The reads and the writes of the WooCommerce client, over a given connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from brcc_tui.model.catalogue import Product, Variation
from brcc_tui.model.failure import NO_META_DATA, Failure, Unanswered, WithoutData
from brcc_tui.model.fooevents.meta_keys import META_KEYS
from brcc_tui.model.listing_id import ProductId
from brcc_tui.model.wholeness import NOT_WHOLE, Shortfall
from brcc_tui.platforms.errors import (
    AccessDenied,
    BadAnswer,
    NotThere,
    PlatformError,
    Rejected,
    is_of_one_thing,
    of_another,
)
from brcc_tui.platforms.http.answer_shapes import Broken
from brcc_tui.platforms.http.answers import Dialect, ShopResponse, strange
from brcc_tui.platforms.http.client import Call, Http, Sleep, all_or_first_failure
from brcc_tui.platforms.http.connection import QueryCredentials
from brcc_tui.platforms.http.lean_httpx import httpx
from brcc_tui.platforms.progress import Progress
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.woocommerce.answers import (
    PRODUCT_FIELDS,
    VARIATION_FIELDS,
    has_meta,
    product_from,
    product_label,
    tells_meta,
    variation_from,
)
from brcc_tui.platforms.woocommerce.lists import IN_ORDER, list_with_shortfall
from brcc_tui.platforms.woocommerce.page_parts import NotSent
from brcc_tui.platforms.woocommerce.ways import KEY_OF_CHANGES, OTHER_WAY, PAGES, WRITE_METHODS
from brcc_tui.settings import WooCommerceSettings

T = TypeVar("T")

# An array, on every route: a list of keys with commas is split on lists only, and on the route of one product it is one
# key that no product has (recorded on 10.0.2 and 8.7.0).
_META: Final[Mapping[str, str | int]] = {f"include_meta[{number}]": key for number, key in enumerate(META_KEYS)}
_WITH_ALL_META: Final[Mapping[str, str | int]] = {"_fields": PRODUCT_FIELDS}
PRODUCT: Final[Mapping[str, str | int]] = {**_WITH_ALL_META, **_META}
"""The parameters of a question for products: the fields that are read, and of the meta the keys that matter."""


def connect_woocommerce(
    settings: WooCommerceSettings,
    ca_file: Path | None,
    timings: Timings,
    sleep: Sleep = asyncio.sleep,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Http:
    """A connection that speaks as WooCommerce wants it; nothing is sent yet."""
    # No plain credential in a variable: a traceback may show variables.
    basic = httpx.BasicAuth(settings.key.reveal(), settings.secret.reveal())
    query = QueryCredentials({"consumer_key": settings.key, "consumer_secret": settings.secret})
    dialect = Dialect(
        "WooCommerce",
        _words,
        kinds={"woocommerce_rest_product_invalid_id": NotThere, "rest_no_route": Rejected},
        advice={
            AccessDenied: "check WOOCOMMERCE_CONSUMER_KEY and WOOCOMMERCE_CONSUMER_SECRET; "
            "changes need a key with the permission Read/Write",
            NotThere: "refresh the catalogue",
            "woocommerce_rest_cannot_view": "the key is wrong, or the host strips the Authorization header: "
            "brcc-tui setup finds out, and keeps WOOCOMMERCE_READ_AUTH=query where reads work so; else check "
            "WOOCOMMERCE_CONSUMER_KEY and WOOCOMMERCE_CONSUMER_SECRET",
            "woocommerce_rest_cannot_edit": KEY_OF_CHANGES,
            "method_blocked": OTHER_WAY,
            **PAGES,
            "rest_no_route": "check WOOCOMMERCE_API_URL, and that WooCommerce is active on the site",
        },
        others_words=_others_words,
    )
    return Http(
        settings.url,
        dialect,
        read_auth=query if settings.read_auth == "query" else basic,
        write_auth=query if settings.write_auth == "query" else basic,
        timings=timings,
        ca_file=ca_file,
        sleep=sleep,
        transport=transport,
    )


async def all_products(http: Http, progress: Progress | None) -> tuple[list[Product], list[Failure]]:
    """Every product with its variations, and what could not be read: products, and a list that came short."""
    items, short = await _listed(http, progress)
    products: dict[int, Product] = {}
    failed = {short.failure("woocommerce", "WooCommerce"): None} if short else {}
    bare: list[Product] = []
    outcomes = await all_or_first_failure(product_of_list(http, item) for item in items)
    for item, outcome in zip(items, outcomes, strict=True):
        if isinstance(outcome, Product):
            products[outcome.id] = outcome
            bare += [] if tells_meta(item) else [outcome]
        else:
            failed[outcome] = None
    return list(products.values()), [*failed, *_without_data(bare, len(products))]


async def _listed(http: Http, progress: Progress | None) -> tuple[list[object], Shortfall | None]:
    """The list of products, and what is missing of it; asked for once more with all meta where none has any."""
    call = Call("products", about="the list of products", params={**PRODUCT, **IN_ORDER})
    items, short = await list_with_shortfall(http, call, progress, in_parts=True)
    sent = [item for item in items if not isinstance(item, NotSent)]
    if sent and not any(has_meta(item) for item in sent):
        with_all = replace(call, params={**_WITH_ALL_META, **IN_ORDER})
        items, short = await list_with_shortfall(http, with_all, progress, in_parts=True)
    return items, short


def _without_data(bare: Sequence[Product], came: int) -> list[Failure]:
    """What is said of products that came without their meta; of a shop whose products all did, once."""
    if bare and len(bare) == came:
        return [WithoutData("woocommerce", "WooCommerce", NO_META_DATA)]
    return [WithoutData(str(ProductId(product.id)), product.name, NO_META_DATA) for product in bare]


async def product(http: Http, product_id: int) -> Product:
    """One product, with its variations.

    One that comes without any of the meta that was asked for is asked for once more with all of it: whether it is an
    event must not rest on how the shop understood a wish.
    """
    call = _product_call(product_id)
    answer = await http.read(call)
    if not has_meta(answer.data):
        answer = await http.read(replace(call, params=_WITH_ALL_META))
    found = _understood(answer, product_from, call.about)
    if found.id != product_id:  # a cache took the address for another one
        raise of_another(_not_shaped(Broken(f"it is product {found.id}"), call.about))
    return await _with_variations(http, found)


async def variations(http: Http, product_id: int) -> list[Variation]:
    """All variations of a product. A part of them is `BadAnswer` with the code `not_whole`."""
    params: dict[str, str | int] = {"_fields": VARIATION_FIELDS, **IN_ORDER}
    about = f"variations of product {product_id}"
    items, short = await list_with_shortfall(
        http, Call("products/{product}/variations", {"product": product_id}, about, params)
    )
    if short:
        raise BadAnswer(str(short), code=NOT_WHOLE, subject="WooCommerce")
    try:
        return [variation_from(item) for item in items]
    except Broken as broken:
        app_error = _not_shaped(broken, about)
    raise app_error


async def change_product(http: Http, product_id: int, fields: Mapping[str, object], write_method: str) -> Product:
    """Send these fields of a product and nothing else; the product as the shop then describes it.

    `write_method` is a key of `WRITE_METHODS`. Raises `Unclear` where nobody knows whether that was done, and another
    `PlatformError` where it was not.
    """
    call, method = _product_call(product_id), WRITE_METHODS[write_method]
    answer = await http.write(method.method, method.of(call), fields)
    try:
        found = product_from(answer.data)
        reason = "" if found.id == product_id else "it is another product"
    except Broken as broken:
        reason = str(broken)
    if reason:
        raise strange(f"answered with something unexpected: {reason}", f"WooCommerce, {call.about}", wrote=True)
    return found


def _product_call(product_id: int) -> Call:
    return Call("products/{product}", {"product": product_id}, f"product {product_id}", PRODUCT)


async def product_of_list(http: Http, item: object) -> Product | Failure:
    """A product of a list, with its variations; or why it could not be read."""
    if isinstance(item, NotSent):
        return Unanswered(f"wc:{item.id}", item.name, item.reason)
    ident, name = product_label(item)
    try:
        return await _with_variations(http, product_from(item))
    except Broken as broken:
        reason, kind = str(broken), Failure
    except PlatformError as app_error:
        reason, kind = str(app_error), Failure if is_of_one_thing(app_error) else Unanswered
    return kind(f"wc:{ident}" if ident else "wc", name, reason)


async def _with_variations(http: Http, found: Product) -> Product:
    if not found.has_variations:
        return found
    return replace(found, variations=tuple(await variations(http, found.id)))


def _understood(answer: ShopResponse, understand: Callable[[object], T], about: str) -> T:
    try:
        return understand(answer.data)
    except Broken as broken:
        app_error = _not_shaped(broken, about)
    raise app_error if _has_id(answer.data) else of_another(app_error)


def _has_id(data: object) -> bool:
    return isinstance(data, Mapping) and "id" in data


def _not_shaped(broken: Broken, about: str) -> BadAnswer:
    return BadAnswer(
        f"the shop answered with something other than it documents: {broken}", subject=f"WooCommerce, {about}"
    )


def _words(data: object) -> tuple[str, str] | None:
    """(constant, text) of WordPress's `{"code", "message", "data": {"status"}}`."""
    if not isinstance(data, Mapping) or not isinstance(data.get("code"), str):
        return None
    text = data.get("message")
    return data["code"], text if isinstance(text, str) else ""


def _others_words(data: object) -> str | None:
    """What a firewall says in the shop's place (`{"message": ...}`); None for whatever may be of the shop."""
    message = data.get("message") if isinstance(data, Mapping) and not _has_id(data) else None
    return message if isinstance(message, str) else None
