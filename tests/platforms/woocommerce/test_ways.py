"""Closed ways into a shop: found out without changing anything, told as what they are, and gone around as told."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from brcc_tui import logs
from brcc_tui.operations.diagnostics.check import Check
from brcc_tui.operations.diagnostics.try_settings import try_service
from brcc_tui.platforms.errors import (
    AccessDenied,
    BadAnswer,
    NotReachable,
    PlatformError,
    Rejected,
    Unclear,
    WritesBlocked,
)
from brcc_tui.platforms.woocommerce.client import WooCommerce
from brcc_tui.sandbox.clock import clock_at
from brcc_tui.sandbox.faults import Fault, FaultBoard, FaultKind
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.wordpress.woocommerce_server import make_app
from brcc_tui.sandbox.world.types import ProductSpec
from brcc_tui.settings import Secret, WooCommerceSettings
from tests.days import opens
from tests.platforms.scripted_shop import HTML, KEY, SECRET, Reply, ScriptedShop, permit, reply

STOCKED = 11


async def _at_once(seconds: float) -> None:
    """Waiting, without any."""


@dataclass
class Host:
    """A practice shop behind a host with faults; `seen` are the requests that arrived there."""

    site: WordPressSite
    board: FaultBoard
    address: str
    seen: list[web.Request] = field(default_factory=list)

    def closes(self, *ways: str, status: int = 405) -> None:
        """Let no request through that is sent in one of these ways."""
        fits = {
            "put": {"method": "PUT"},
            "header": {"method": "POST", "having": "X-HTTP-Method-Override"},
            "parameter": {"method": "POST", "having": "_method"},
            "post": {"method": "POST"},
        }
        for way in ways:
            self.board.add(Fault(FaultKind.BLOCKED, count=-1, status=status, **fits[way]))  # type: ignore[arg-type]

    def takes_the_header_away(self) -> None:
        self.board.add(Fault(FaultKind.NO_AUTHORIZATION, count=-1))

    def values(self, **more: str) -> dict[str, str]:
        """The settings that a person types."""
        return {
            "WOOCOMMERCE_CONSUMER_KEY": KEY, "WOOCOMMERCE_CONSUMER_SECRET": SECRET,
            "WOOCOMMERCE_API_URL": self.address, **more,
        }  # fmt: skip

    def client(self, **settings: str) -> WooCommerce:
        fields: Mapping[str, str] = {"write_auth": "query", **settings}
        return WooCommerce(
            WooCommerceSettings(Secret(KEY), Secret(SECRET), self.address, f"{self.address}/wp-json/wc/v3", **fields),
            sleep=_at_once,
        )

    async def try_it(self, **more: str) -> Check:
        return await try_service(self.values(**more), "woocommerce_api")


@asynccontextmanager
async def a_host(permissions: str = "read_write") -> AsyncIterator[Host]:
    site = WordPressSite(clock=clock_at(opens()).now)
    site.add_product(ProductSpec(STOCKED, "Night", (("WooCommerceEventsEvent", "Event"),), manage_stock=True, stock=5))
    board = FaultBoard()
    seen: list[web.Request] = []

    @web.middleware
    async def note(request: web.Request, handler: object) -> web.StreamResponse:
        seen.append(request)
        return await handler(request)  # type: ignore[operator, no-any-return]

    app = make_app(site, KEY, SECRET, permissions=permissions, middlewares=[note, board.middleware()])
    async with TestServer(app) as server:
        yield Host(site, board, str(server.make_url("")).rstrip("/"), seen)
    site.close()


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with a_host() as made:
        yield made


# the Authorization header


async def test_a_header_that_does_not_arrive_is_found_out_and_kept(host: Host) -> None:
    host.takes_the_header_away()
    check = await host.try_it()
    assert (check.status, dict(check.found)) == ("healthy", {"WOOCOMMERCE_READ_AUTH": "query"})
    assert "the host strips the Authorization header, so WOOCOMMERCE_READ_AUTH=query is kept" in check.detail
    again = await host.try_it(**check.found)
    assert (again.status, dict(again.found)) == ("healthy", {})


async def test_reads_show_the_key_in_the_address_where_they_are_told_to(host: Host) -> None:
    host.takes_the_header_away()
    by_header, by_address = host.client(), host.client(read_auth="query")
    with pytest.raises(AccessDenied, match=r"strips the Authorization header.*WOOCOMMERCE_READ_AUTH=query"):
        await by_header.products()
    products, failed = await by_address.products()
    assert ([product.id for product in products], failed) == ([STOCKED], [])
    assert (await by_address.product(STOCKED)).stock_quantity == 5
    await by_header.close()
    await by_address.close()


async def test_a_wrong_key_is_no_lost_header(host: Host) -> None:
    check = await host.try_it(WOOCOMMERCE_CONSUMER_KEY="ck_another")
    assert (check.status, dict(check.found)) == ("down", {})
    assert "check WOOCOMMERCE_CONSUMER_KEY" in check.detail


async def test_a_lost_header_is_no_read_only_key(host: Host) -> None:
    """Reads by the address, writes by the header: what the shop misses are the credentials, not the permission.

    Of a product that cannot exist it tells whoever asks that there is none: that proves no permission.
    """
    host.takes_the_header_away()
    client = host.client(read_auth="query", write_auth="basic")
    for question in (client.write_permission(), client.may_write(), client.set_stock(permit("wc:11"), STOCKED, 4)):
        with pytest.raises(AccessDenied, match="leave WOOCOMMERCE_WRITE_AUTH out"):
            await question
    await client.close()
    assert host.site.stock(STOCKED) == 5


async def test_a_key_that_changes_show_in_the_header_is_found_to_be_seen(host: Host) -> None:
    client = host.client(read_auth="query", write_auth="basic")
    assert await client.write_permission() is True
    await client.close()


@pytest.mark.parametrize("permissions", ["write", "read"])
async def test_a_key_that_is_seen_has_the_permission_that_it_has(permissions: str) -> None:
    async with a_host(permissions) as host:
        client = host.client(read_auth="query", write_auth="basic")
        assert await client.write_permission() is (permissions == "write")
        await client.close()


@pytest.mark.parametrize("read_auth", ["basic", "query"])
async def test_no_log_knows_the_key(host: Host, read_auth: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    host.takes_the_header_away()
    client = host.client(read_auth=read_auth)
    told = ""
    for question in (client.products(), client.product(STOCKED), client.product(99), client.write_permission()):
        try:
            told += repr(await question)
        except PlatformError as error:
            told += f"{error!r} {error} {error.code}"
    await client.close()
    ours = [record for record in caplog.records if not record.name.startswith("aiohttp")]  # the shop keeps one, too
    assert ours
    for text in (told, *(f"{record.getMessage()} {vars(record)}" for record in ours)):
        assert KEY not in text
        assert SECRET not in text
    assert logs.redact(f"/wp-json?consumer_key={KEY}&consumer_secret={SECRET}").count("***") >= 2


# the method


CLOSED: list[tuple[tuple[str, ...], str | None]] = [
    (("put",), "header"),
    (("put", "header"), "parameter"),
    (("put", "header", "parameter"), "post"),
    (("put", "post"), None),
]


@pytest.mark.parametrize("status", [403, 405, 406, 501])
@pytest.mark.parametrize(("closed", "opened"), CLOSED)
async def test_a_closed_method_is_found_out_without_changing_anything(
    host: Host, closed: tuple[str, ...], opened: str | None, status: int
) -> None:
    host.closes(*closed, status=status)
    check = await host.try_it()
    assert dict(check.found) == ({"WOOCOMMERCE_WRITE_METHOD": opened} if opened else {})
    assert check.status == ("healthy" if opened else "degraded")
    if opened is None:
        assert (
            f"reads work, but the host's web server or firewall lets no change through: PUT was answered {status}"
            in (check.detail)
        )
    wrote = [request for request in host.seen if request.method in ("PUT", "POST")]
    assert {request.path for request in wrote} == {"/wp-json/wc/v3/products/2147483647"}
    assert host.site.stock(STOCKED) == 5


@pytest.mark.parametrize(
    ("method", "closed"), [("header", ["put"]), ("parameter", ["put", "header"]), ("post", ["put"])]
)
async def test_changes_are_sent_as_the_settings_say(host: Host, method: str, closed: list[str]) -> None:
    host.closes(*closed)
    client = host.client(write_method=method)
    assert await client.write_permission() is True
    assert (await client.set_stock(permit(f"wc:{STOCKED}"), STOCKED, 4)).stock_quantity == 4
    assert host.site.stock(STOCKED) == 4
    await client.close()


async def test_a_read_only_key_behind_a_closed_method_is_told_as_both() -> None:
    async with a_host("read") as host:
        host.closes("put")
        check = await host.try_it()
        assert dict(check.found) == {"WOOCOMMERCE_WRITE_METHOD": "header"}
        assert (check.status, "the key may only read" in check.detail) == ("degraded", True)


async def test_both_ways_closed_are_both_found_out(host: Host) -> None:
    host.takes_the_header_away()
    host.closes("put")
    check = await host.try_it()
    assert check.status == "healthy"
    assert dict(check.found) == {"WOOCOMMERCE_READ_AUTH": "query", "WOOCOMMERCE_WRITE_METHOD": "header"}


PROBES: list[tuple[str, Reply, type[PlatformError]]] = [
    ("a page of 405", reply(status=405, body=HTML), WritesBlocked),
    ("a page of 501", reply(status=501, body=HTML), WritesBlocked),
    ("a page of 403", reply(status=403, body=HTML), WritesBlocked),
    ("a redirect", reply(status=302, headers={"Location": "https://check.example/x"}), WritesBlocked),
    ("a gateway's page", reply(status=502, body=HTML), BadAnswer),
    ("a page that is no answer", reply(body=HTML), BadAnswer),
    ("maintenance", reply(status=503, body=HTML), BadAnswer),
    ("a lost connection", httpx.ReadError("lost"), WritesBlocked),
    ("no answer", httpx.ReadTimeout("late"), WritesBlocked),
    (
        "a refusal with a good status",
        reply({"code": "woocommerce_rest_cannot_edit", "data": {"status": 401}}),
        BadAnswer,
    ),
]


@pytest.mark.parametrize(("name", "answer", "kind"), PROBES, ids=[name for name, _, _ in PROBES])
async def test_errors_of_a_probe_are_errors_of_a_probe(name: str, answer: Reply, kind: type[PlatformError]) -> None:
    """Nothing was to be changed, so nothing is unclear; and a page that may pass is asked for again."""

    def answers(request: httpx.Request) -> Reply:
        return reply([], headers={"X-WP-Total": "0"}) if request.method == "GET" else answer

    shop = ScriptedShop(answers)
    settings = WooCommerceSettings(Secret(KEY), Secret(SECRET), "https://s.org", "https://s.org/wp-json/wc/v3", "query")
    client = WooCommerce(settings, sleep=shop.sleep, transport=shop)
    with pytest.raises(kind) as caught:
        await client.write_permission()
    assert not isinstance(caught.value, Unclear)
    assert "was sent" not in str(caught.value)
    assert "look at the listing" not in str(caught.value).lower()


async def test_a_shop_that_is_silent_altogether_blocks_no_changes() -> None:
    """Only where reads work is it the way of the change that is closed."""
    shop = ScriptedShop(lambda request: httpx.ConnectError("refused"))
    settings = WooCommerceSettings(Secret(KEY), Secret(SECRET), "https://s.org", "https://s.org/wp-json/wc/v3", "query")
    client = WooCommerce(settings, sleep=shop.sleep, transport=shop)
    with pytest.raises(NotReachable):
        await client.write_permission()


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (200, "firewall"),
        (202, "firewall"),
        (403, "firewall"),
        (406, "firewall"),
        (401, "password"),
        (404, "permalinks"),
    ],
)
async def test_a_page_in_the_shops_place_says_where_to_look(status: int, cause: str) -> None:
    shop = ScriptedShop(lambda request: reply(status=status, body=HTML))
    settings = WooCommerceSettings(Secret(KEY), Secret(SECRET), "https://s.org", "https://s.org/wp-json/wc/v3", "query")
    client = WooCommerce(settings, sleep=shop.sleep, transport=shop)
    with pytest.raises(BadAnswer, match=f"a web page instead of data.*{cause}"):
        await client.check()


@pytest.mark.parametrize("answer", [{"success": False}, {"body": [], "status": 200}, "maintenance", None, {}])
async def test_a_good_status_alone_is_no_answer_of_the_shop(answer: object) -> None:
    """What stands before it may say anything: its products cannot be read then, so it does not answer."""
    shop = ScriptedShop(lambda request: reply(answer))
    settings = WooCommerceSettings(Secret(KEY), Secret(SECRET), "https://s.org", "https://s.org/wp-json/wc/v3", "query")
    client = WooCommerce(settings, sleep=shop.sleep, transport=shop)
    with pytest.raises(BadAnswer, match="there is no list"):
        await client.check()


# what is not done blindly


async def test_a_change_that_the_host_did_not_let_through_was_not_done() -> None:
    shop = ScriptedShop([reply(status=405, body=HTML)])
    settings = WooCommerceSettings(Secret(KEY), Secret(SECRET), "https://s.org", "https://s.org/wp-json/wc/v3", "query")
    client = WooCommerce(settings, sleep=shop.sleep, transport=shop)
    with pytest.raises(Rejected, match=r"answered 405 with a web page .* Nothing was changed\. Run brcc-tui setup"):
        await client.set_stock(permit("wc:11"), 11, 4)
    assert len(shop.requests) == 1, "and is not sent in another way unasked"


@pytest.mark.parametrize("status", [403, 501, 500, 502, 503, 504])
async def test_any_other_page_leaves_it_unclear(status: int) -> None:
    """A firewall may hide the answer to what was done."""
    shop = ScriptedShop([reply(status=status, body=HTML)])
    settings = WooCommerceSettings(Secret(KEY), Secret(SECRET), "https://s.org", "https://s.org/wp-json/wc/v3", "query")
    client = WooCommerce(settings, sleep=shop.sleep, transport=shop)
    with pytest.raises(Unclear) as caught:
        await client.set_stock(permit("wc:11"), 11, 4)
    assert caught.value.met.startswith(f"answered {status}")
    assert len(shop.requests) == 1


# what a cache on the way does


@pytest.mark.parametrize("read_auth", ["basic", "query"])
async def test_an_old_answer_is_given_until_the_cache_forgets_it(host: Host, read_auth: str) -> None:
    """A cache gives what it keeps to whoever asks, and never stands before a change."""
    host.board.add(Fault(FaultKind.OLD_ANSWERS, count=-1, seconds=600))
    client = host.client(read_auth=read_auth)
    assert (await client.product(STOCKED)).stock_quantity == 5
    assert (await client.set_stock(permit(f"wc:{STOCKED}"), STOCKED, 4)).stock_quantity == 4
    assert (await client.product(STOCKED)).stock_quantity == 5
    host.board.clear()
    assert (await client.product(STOCKED)).stock_quantity == 4
    await client.close()
