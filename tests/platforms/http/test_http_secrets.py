"""No credential may be seen, whatever a shop answers and wherever one looks."""

from __future__ import annotations

import base64
import json
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from brcc_tui import logs
from brcc_tui.log_file import LogFile
from brcc_tui.platforms.errors import AccessDenied, PlatformError
from brcc_tui.platforms.eventbrite.client import Eventbrite
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.woocommerce.client import WooCommerce
from brcc_tui.settings import EventbriteSettings, Secret, WooCommerceSettings
from tests.platforms.scripted_shop import KEY, SECRET, TOKEN, Reply, ScriptedShop, permit, reply

WAYPOINT = "WAYPOINTTOKEN1234567"
BASIC = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
OF_EVENTBRITE = [TOKEN, WAYPOINT]
OF_WOOCOMMERCE = [KEY, SECRET, BASIC, base64.b64encode(SECRET.encode()).decode()]
URL = f"https://shop.example.org/wp-json/wc/v3/products?consumer_key={KEY}&consumer_secret={SECRET}&token={TOKEN}"

HOSTILE: list[tuple[str, Reply]] = [
    ("httpx quotes the address", httpx.ConnectError(f"cannot reach {URL}")),
    ("h11 quotes the header", httpx.LocalProtocolError(f"Illegal header value b'Bearer {TOKEN}'")),
    ("timeout", httpx.ReadTimeout(URL)),
    ("address of nonsense", httpx.InvalidURL(URL)),
    ("redirect with it all", reply(status=301, headers={"location": URL})),
    ("host of a redirect", reply(status=301, headers={"location": f"https://{TOKEN.lower()}.example.org/"})),
    ("echoed as WordPress", reply({"code": f"bad_{SECRET}", "message": f"{URL} and Basic {BASIC}"}, 401)),
    ("echoed as Eventbrite", reply({"error": f"BAD_{TOKEN}", "error_description": f"Bearer {TOKEN} at {URL}"}, 401)),
    ("echoed at a refusal", reply({"code": "x", "message": f"key={KEY} {SECRET}", "error": "X"}, 400)),
    ("echoed across the cut", reply({"code": "x", "message": "y" * 290 + SECRET, "error": "x"}, 400)),
    ("echoed between tags", reply({"code": "x", "message": f"{SECRET[:9]}<b></b>{SECRET[9:]}", "error": "x"}, 400)),
    ("echoed in a page", reply(status=500, body=f"<html>{URL}</html>".encode())),
    ("echoed in data of a wrong shape", reply({"id": f"{SECRET}", "name": {"text": TOKEN}, "meta_data": URL})),
    ("echoed as a key", reply({SECRET: 1, TOKEN: 2})),
    ("not data", reply(body=URL.encode())),
]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(logs, "_secrets", logs._Secrets())
    logs.start_logging(tmp_path / "log", [])
    yield
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, LogFile)]:
        root.removeHandler(handler)
        handler.close()


def _with_variables(error: BaseException) -> str:
    """The error with the variables of every frame below the test's own, as a crash report shows it."""
    frames = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    return "".join(traceback.TracebackException(type(error), error, frames, capture_locals=True).format())


def _clean(client: Eventbrite | WooCommerce, *texts: object) -> None:
    for text in map(str, texts):
        for secret in OF_EVENTBRITE if isinstance(client, Eventbrite) else OF_WOOCOMMERCE:
            for size in (len(secret), 12):
                assert secret[:size].lower() not in text.lower()


EventbriteWork = Callable[[Eventbrite], Awaitable[object]]
EVENTBRITE: dict[str, EventbriteWork] = {
    "events": lambda shop: shop.events(),
    "event": lambda shop: shop.event("11"),
    "write": lambda shop: shop.set_capacity(permit("eb:11:22"), "11", "22", 50),
    "health": lambda shop: shop.membership(anew=True),
}
WooCommerceWork = Callable[[WooCommerce], Awaitable[object]]
WOOCOMMERCE: dict[str, WooCommerceWork] = {
    "products": lambda shop: shop.products(),
    "product": lambda shop: shop.product(7),
    "write": lambda shop: shop.set_stock(permit("wc:7"), 7, 20),
    "health": lambda shop: shop.write_permission(),
}


def _eventbrite(shop: ScriptedShop, timings: Timings | None = None) -> Eventbrite:
    settings = EventbriteSettings(Secret(TOKEN), "https://www.eventbriteapi.com/v3", "9")
    return Eventbrite(settings, timings=timings, sleep=shop.sleep, transport=shop)


def _woocommerce(
    shop: ScriptedShop, timings: Timings | None = None, secret: str = SECRET, read_auth: str = "basic"
) -> WooCommerce:
    site = "https://shop.example.org"
    settings = WooCommerceSettings(Secret(KEY), Secret(secret), site, f"{site}/wp-json/wc/v3", "query", read_auth)
    return WooCommerce(settings, timings=timings, sleep=shop.sleep, transport=shop)


async def _attack(
    work: Awaitable[object],
    client: Eventbrite | WooCommerce,
    timings: Timings,
    caplog: pytest.LogCaptureFixture,
    folder: Path,
) -> PlatformError | None:
    """Do the work and look everywhere; the error it ended in, if any."""
    caught: list[PlatformError] = []
    with caplog.at_level(logging.DEBUG):
        try:
            outcome = await work
        except PlatformError as error:
            caught.append(error)
            logs.log("told", error=error)
        else:
            failures = outcome[1] if isinstance(outcome, tuple) else []
            _clean(client, *failures)
    for app_error in caught:
        parts = (app_error.happened, app_error.subject, app_error.still_works, app_error.next_step, app_error.code)
        _clean(client, app_error, repr(app_error), app_error.args, parts)
    _clean(client, caplog.text, timings.rows(), timings.errors(), repr(client), (folder / logs.FILE_NAME).read_text())
    return caught[0] if caught else None


@pytest.mark.parametrize("work", EVENTBRITE.values(), ids=list(EVENTBRITE))
@pytest.mark.parametrize(("name", "answer"), HOSTILE, ids=[name for name, _ in HOSTILE])
async def test_eventbrite_shows_no_secret(
    name: str, answer: Reply, work: EventbriteWork, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    timings = Timings()
    first = reply(
        {"pagination": {}, "organizations": [{"id": "9"}]}, headers={"Eventbrite-API-Waypoint-Token": WAYPOINT}
    )
    shop = ScriptedShop([first, *[answer] * 9])
    client = _eventbrite(shop, timings)
    await client.check()
    await _attack(work(client), client, timings, caplog, tmp_path / "log")
    assert shop.requests[1].headers["authorization"] == f"Bearer {TOKEN}"
    assert shop.requests[1].headers["eventbrite-api-waypoint-token"] == WAYPOINT


@pytest.mark.parametrize("work", WOOCOMMERCE.values(), ids=list(WOOCOMMERCE))
@pytest.mark.parametrize(("name", "answer"), HOSTILE, ids=[name for name, _ in HOSTILE])
async def test_woocommerce_shows_no_secret(
    name: str, answer: Reply, work: WooCommerceWork, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    for read_auth in ("basic", "query"):
        timings = Timings()
        shop = ScriptedShop([answer] * 9)
        client = _woocommerce(shop, timings, read_auth=read_auth)
        await _attack(work(client), client, timings, caplog, tmp_path / "log")


QUIET: list[tuple[str, Reply]] = [
    ("no connection", httpx.ConnectError("x")),
    ("no answer", httpx.ReadTimeout("x")),
    ("refused", reply({"code": "x", "message": "x", "error": "x"}, 401)),
    ("not data", reply(status=500, body=b"<html>")),
]


@pytest.mark.parametrize(("name", "answer"), QUIET, ids=[name for name, _ in QUIET])
async def test_a_crash_report_with_variables_shows_no_secret(
    name: str, answer: Reply, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    for function in ("set_capacity", "all_events", "set_stock", "all_products"):
        shop = ScriptedShop([answer] * 9)
        client: Eventbrite | WooCommerce
        if function in ("set_capacity", "all_events"):
            client = _eventbrite(shop)
            work = EVENTBRITE["write" if function == "set_capacity" else "events"](client)
        else:
            client = _woocommerce(shop, read_auth="query")
            work = WOOCOMMERCE["write" if function == "set_stock" else "products"](client)
        app_error = await _attack(work, client, Timings(), caplog, tmp_path / "log")
        assert app_error is not None
        assert app_error.__context__ is None
        report = _with_variables(app_error)
        assert f"in {function}" in report
        assert "self = " in report
        _clean(client, report)


@pytest.mark.parametrize("token", ["TOKEN\nX-Injected: 1", "TOKEN ABC", "TOKÉN1234", "“TOKEN1234”", ""])
async def test_a_token_that_cannot_be_sent_is_told_without_it(token: str) -> None:
    shop = ScriptedShop([])
    client = Eventbrite(EventbriteSettings(Secret(token), "https://www.eventbriteapi.com/v3", "9"), transport=shop)
    with pytest.raises(AccessDenied, match="characters") as caught:
        await client.check()
    assert "TOK" not in _with_variables(caught.value)
    assert shop.requests == []


async def test_a_strange_secret_arrives_whole_and_is_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    secret = "cs_ü&=?#\"'\\/%41 +<x>"
    answers = [reply({"id": 7, "message": secret, "code": json.dumps(secret)}, 400), reply([])]
    shop = ScriptedShop(list(answers))
    client = _woocommerce(shop, Timings(), secret)
    with pytest.raises(PlatformError) as caught:
        await client.set_stock(permit("wc:7"), 7, 20)
    assert shop.requests[0].url.params["consumer_secret"] == secret
    assert shop.requests[0].url.params["consumer_key"] == KEY
    assert "cs_" not in str(caught.value)
    await client.products()
    assert shop.requests[1].headers["authorization"] == httpx.BasicAuth(KEY, secret)._auth_header
    assert "consumer" not in str(shop.requests[1].url)
