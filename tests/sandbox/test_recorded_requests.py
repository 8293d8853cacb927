"""The practice shop answers each recorded request as the real shop did, and nothing that was never recorded."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from brcc_tui.sandbox import offences
from brcc_tui.sandbox.clock import clock_at
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.wordpress.woocommerce_server import make_app
from brcc_tui.sandbox.world.types import ProductSpec, SiteSpec
from tests.days import opens
from tests.recordings import ADDRESS, EVERY, Recorded, recorded

KEY, SECRET = "ck_key", "cs_secret"


@contextmanager
def the_recorded_shop(version: str) -> Iterator[WordPressSite]:
    """A site with the products that the recorded list names: the same ids, meta rows and dates."""
    site = WordPressSite(SiteSpec(woocommerce_version=version), clock=clock_at(opens()).now)
    exchanges = recorded(version)
    whole = exchanges["one-whole-meta"].body
    for item in exchanges["list"].body:
        spec = ProductSpec(
            item["id"], item["name"], (), price=item["price"], manage_stock=item["manage_stock"],
            stock=item["stock_quantity"],
        )  # fmt: skip
        site.add_product(spec)
        for row in whole["meta_data"] if item["id"] == whole["id"] else item["meta_data"]:
            site.database.execute(
                "INSERT INTO {p}postmeta (meta_id, post_id, meta_key, meta_value) VALUES (?,?,?,?)",
                (row["id"], item["id"], row["key"], row["value"]),
            )
        modified = item["date_modified_gmt"].replace("T", " ")
        site.database.execute("UPDATE {p}posts SET post_modified_gmt=? WHERE ID=?", (modified, item["id"]))
    yield site
    site.close()


async def ask(site: WordPressSite, exchange: Recorded) -> tuple[int, dict[str, str], Any]:
    """The practice shop's answer to the recorded request, with its address as it was recorded."""
    asked = exchange.request
    permissions = "read" if "read-only" in exchange.name else "read_write"
    secret = "cs_other" if exchange.name == "wrong-secret" else SECRET
    basic = "Basic " + base64.b64encode(f"{KEY}:{secret}".encode()).decode()
    headers = dict(asked.headers) | ({"Authorization": basic} if asked.auth == "basic" else {})
    credentials = {"consumer_key": KEY, "consumer_secret": SECRET}
    params = {name: credentials.get(name, value) for name, value in asked.params.items()}
    data = None if asked.body is None else json.dumps(asked.body)
    async with TestClient(TestServer(make_app(site, KEY, SECRET, permissions=permissions))) as client:
        answer = await client.request(asked.method, asked.path, params=params, headers=headers, data=data)
        text = re.sub(r"http:(\\?/){2}127\.0\.0\.1(:\d+)?", ADDRESS, await answer.text())
        told = {name.lower(): re.sub(r"http://127\.0\.0\.1(:\d+)?", ADDRESS, v) for name, v in answer.headers.items()}
        return answer.status, told, json.loads(text)


@pytest.mark.parametrize("exchange", EVERY)
async def test_each_recorded_request_is_answered_as_it_was(exchange: Recorded) -> None:
    with the_recorded_shop(exchange.version) as site:
        status, headers, body = await ask(site, exchange)
    assert (status, body) == (exchange.status, exchange.body)
    assert {name: headers.get(name) for name in exchange.headers} == exchange.headers
    assert set(headers) - set(exchange.headers) <= {"content-length", "date", "server"}


LOUD = [
    ("an unknown parameter", "GET", "products?per_page=5&in_stock=true"),
    ("an unknown parameter of one product", "GET", "products/10?context=edit"),
    ("a list's parameter on one product", "GET", "products/10?per_page=5"),
    ("a parameter in another case", "GET", "products?Per_Page=5"),
    ("an unknown parameter of a write", "PUT", "products/10?force=true"),
    ("an array where one text belongs", "GET", "products?status[]=any"),
    ("a field that no product has", "GET", "products/10?_fields=id,seats"),
    ("a route that is not served", "GET", "orders"),
    ("a batch", "POST", "products/batch"),
    ("a creation", "POST", "products"),
    ("a method of a list", "DELETE", "products"),
    ("a method that was never tried", "OPTIONS", "products/10"),
    ("a PUT by a parameter of a PUT", "PUT", "products/10?_method=PUT"),
    ("a DELETE by a parameter", "POST", "products/10?_method=DELETE"),
    ("a list of one stock status", "GET", "products?stock_status=instock"),
]


@pytest.mark.parametrize(("name", "method", "path"), LOUD, ids=[name for name, _, _ in LOUD])
async def test_a_request_that_was_never_recorded_fails_loudly(name: str, method: str, path: str) -> None:
    site = WordPressSite(clock=clock_at(opens()).now)
    site.add_product(ProductSpec(10, "Night", ()))
    basic = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
    async with TestClient(TestServer(make_app(site, KEY, SECRET))) as client:
        answer = await client.request(method, f"/wp-json/wc/v3/{path}", headers={"Authorization": basic}, data="{}")
        assert (answer.status, (await answer.json())["code"]) == (500, offences.CODE)
    site.close()
    (noted,) = offences.NOTED
    assert noted.startswith(f"{method} /wp-json/wc/v3/{path.partition('?')[0]}: ")
    offences.NOTED.clear()


@pytest.mark.parametrize("body", [{"stock": 5}, {"meta_data": [], "catalog_visibility": "hidden"}])
async def test_a_field_that_was_never_written_fails_loudly_and_writes_nothing(body: dict[str, object]) -> None:
    site = WordPressSite(clock=clock_at(opens()).now)
    site.add_product(ProductSpec(10, "Night", (), manage_stock=True, stock=3))
    basic = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
    async with TestClient(TestServer(make_app(site, KEY, SECRET))) as client:
        answer = await client.put(
            "/wp-json/wc/v3/products/10", headers={"Authorization": basic}, json={**body, "stock_quantity": 9}
        )
        assert answer.status == 500
    assert site.stock(10) == 3
    site.close()
    offences.NOTED.clear()


async def test_a_comma_is_part_of_the_key_on_one_product_and_parts_keys_on_a_list() -> None:
    site = WordPressSite(clock=clock_at(opens()).now)
    site.add_product(ProductSpec(10, "Night", (("a", "1"), ("b", "2"), ("a,b", "3"))))
    query = {"consumer_key": KEY, "consumer_secret": SECRET, "_fields": "id,meta_data"}
    root = "/wp-json/wc/v3/products"
    async with TestClient(TestServer(make_app(site, KEY, SECRET))) as client:

        async def keys(path: str, **wish: str) -> list[str]:
            told = await (await client.get(path, params=query | wish)).json()
            return [row["key"] for row in (told[0] if isinstance(told, list) else told)["meta_data"]]

        assert await keys(f"{root}/10", include_meta="a,b") == ["a,b"]
        assert await keys(root, include_meta="a,b") == ["a", "b"]
        for path in (root, f"{root}/10"):
            assert await keys(path, **{"include_meta[0]": "a", "include_meta[1]": "b"}) == ["a", "b"]
            assert await keys(path, **{"include_meta[]": "b"}) == ["b"]
        assert await keys(f"{root}/10", exclude_meta="a,b") == ["a", "b"]
    site.close()
