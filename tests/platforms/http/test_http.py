"""The transport: what is tried again, what is sent once, and what is bounded."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from brcc_tui.platforms.errors import BadAnswer, NotReachable, NotThere, PlatformError, RateLimited, Rejected, Unclear
from brcc_tui.platforms.http import connection as http_connection
from brcc_tui.platforms.http.answers import Dialect
from brcc_tui.platforms.http.client import LARGEST_ANSWER, READS_AT_ONCE, Call, Http, all_or_first_failure
from brcc_tui.platforms.http.connection import QueryCredentials
from brcc_tui.platforms.timings import Timings
from tests.platforms.scripted_shop import HTML, Reply, ScriptedShop, reply

CALL = Call("things/{thing}/", {"thing": 7}, "thing 7")
BODY = {"n": 1}


def _words(data: object) -> tuple[str, str] | None:
    return (str(data["code"]), "words") if isinstance(data, dict) and "code" in data else None


def _http(shop: ScriptedShop, timings: Timings | None = None, **more: object) -> Http:
    auth = QueryCredentials({})
    dialect = Dialect("Shop", _words, kinds={}, advice={})
    return Http(
        "http://127.0.0.1:9/api/",
        dialect,
        read_auth=auth,
        write_auth=auth,
        timings=timings or Timings(),
        sleep=shop.sleep,
        transport=shop,
        **more,  # type: ignore[arg-type]
    )


REFUSED = httpx.ConnectError("refused")
PASSING: list[tuple[str, Reply]] = [
    ("no connection", REFUSED),
    ("no connection in time", httpx.ConnectTimeout("x")),
    ("no answer in time", httpx.ReadTimeout("x")),
    ("connection lost", httpx.ReadError("x")),
    ("hung up", httpx.RemoteProtocolError("x")),
    ("cannot unpack", httpx.DecodingError("x")),
    ("408, of a proxy", reply(status=408, body=HTML)),
    ("502", reply(status=502, body=HTML)),
    ("503", reply(status=503, body=HTML)),
    ("504", reply({"code": "x"}, 504)),
    ("429 for a moment", reply({"code": "x"}, 429, {"retry-after": "2"})),
]
FINAL: list[tuple[str, Reply, type[PlatformError]]] = [
    ("500", reply(status=500, body=HTML), BadAnswer),
    ("404", reply({"code": "x"}, 404), NotThere),
    ("400", reply({"code": "x"}, 400), Rejected),
    ("redirect", reply(status=301, headers={"location": "http://127.0.0.1:9/api/things/7"}), BadAnswer),
    ("web page", reply(body=HTML), BadAnswer),
    ("maintenance for long", reply(status=503, body=HTML, headers={"retry-after": "600"}), BadAnswer),
    ("429 for long", reply({"code": "x"}, 429, {"retry-after": "3000"}), RateLimited),
    ("429 for nobody knows how long", reply({"code": "x"}, 429), RateLimited),
]


@pytest.mark.parametrize(("name", "failure"), PASSING, ids=[name for name, _ in PASSING])
async def test_a_read_is_tried_again_when_the_failure_may_pass(name: str, failure: Reply) -> None:
    shop = ScriptedShop([failure, failure, reply({"id": 7})])
    answer = await _http(shop).read(CALL)
    assert answer.data == {"id": 7}
    assert len(shop.requests) == 3
    assert len(shop.waited) == 2
    assert name != "429 for a moment" or min(shop.waited) >= 2, "as long as the shop asks for, at least"


@pytest.mark.parametrize(("name", "failure"), PASSING, ids=[name for name, _ in PASSING])
async def test_a_read_is_not_tried_for_ever(name: str, failure: Reply) -> None:
    shop = ScriptedShop([failure] * 9)
    with pytest.raises(PlatformError) as caught:
        await _http(shop).read(CALL)
    assert len(shop.requests) == 3
    assert not isinstance(caught.value, Unclear)
    assert caught.value.__context__ is None, "what httpx says may quote an address"


@pytest.mark.parametrize(("name", "failure", "kind"), FINAL, ids=[name for name, _, _ in FINAL])
async def test_a_read_is_not_tried_again_when_that_cannot_help(
    name: str, failure: Reply, kind: type[PlatformError]
) -> None:
    shop = ScriptedShop([failure] * 3)
    with pytest.raises(kind):
        await _http(shop).read(CALL)
    assert len(shop.requests) == 1


NOTHING_SENT = ("no connection", "no connection in time")
OWN_REFUSAL = {"404": NotThere, "400": Rejected, "redirect": Rejected}


@pytest.mark.parametrize(
    ("name", "failure"),
    [*PASSING, *((name, failure) for name, failure, _ in FINAL), ("cut off while sending", httpx.WriteError("x"))],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_write_is_sent_once_whatever_happens(name: str, failure: Reply) -> None:
    shop = ScriptedShop([failure] * 3)
    with pytest.raises(PlatformError) as caught:
        await _http(shop).write("PUT", CALL, BODY)
    assert len(shop.requests) == 1
    assert shop.waited == []
    expected: type[PlatformError] = OWN_REFUSAL.get(name, RateLimited if name.startswith("429") else Unclear)
    assert type(caught.value) is (NotReachable if name in NOTHING_SENT else expected)
    assert caught.value.__context__ is None


async def test_what_was_not_sent_says_so() -> None:
    with pytest.raises(NotReachable, match="Nothing was sent"):
        await _http(ScriptedShop([REFUSED])).write("PUT", CALL, BODY)


async def test_the_request_is_as_it_should_be() -> None:
    shop = ScriptedShop([reply({}), reply({})])
    http = _http(shop)
    await http.read(Call("things/{thing}/", {"thing": "a b/c?"}, params={"page": 2}, headers={"X-Note": "y"}))
    await http.write("POST", CALL, {"name": "Café \N{GRINNING FACE} \udc80"})
    read, write = shop.requests
    assert read.url.raw_path == b"/api/things/a%20b%2Fc%3F/?page=2"
    assert read.headers["x-note"] == "y"
    assert read.headers["user-agent"].startswith("brcc-tui/")
    assert write.content == b'{"name": "Caf\\u00e9 \\ud83d\\ude00 \\udc80"}'
    assert write.headers["content-type"] == "application/json"


@pytest.mark.parametrize("part", ["..", ".", ""])
async def test_an_id_cannot_become_another_path(part: str) -> None:
    shop = ScriptedShop([reply({})])
    with pytest.raises(ValueError, match="path"):
        await _http(shop).read(Call("things/{thing}/", {"thing": part}))
    assert shop.requests == []


async def test_an_answer_is_cut_off_at_its_bound() -> None:
    class Endless(httpx.AsyncByteStream):
        given = 0

        async def __aiter__(self):  # type: ignore[no-untyped-def]
            while True:
                self.given += 1
                yield b" " * 1024 * 1024

    for wrote, kind in ((False, BadAnswer), (True, Unclear)):
        stream = Endless()
        http = _http(ScriptedShop(lambda request, stream=stream: httpx.Response(200, stream=stream)))  # type: ignore[misc]
        with pytest.raises(kind, match="more than 32 MiB"):
            await (http.write("PUT", CALL, BODY) if wrote else http.read(CALL))
        assert stream.given == LARGEST_ANSWER // 1024 // 1024 + 1


async def test_reads_of_one_shop_are_few_at_once_and_a_write_does_not_queue() -> None:
    gate = asyncio.Event()
    arrived: asyncio.Queue[str] = asyncio.Queue()

    async def wait(request: httpx.Request) -> Reply:
        arrived.put_nowait(request.method)
        await gate.wait()
        return reply({})

    http = _http(ScriptedShop(wait))
    reads = [asyncio.create_task(http.read(CALL)) for _ in range(10)]
    assert [await arrived.get() for _ in range(READS_AT_ONCE)] == ["GET"] * READS_AT_ONCE
    write = asyncio.create_task(http.write("PUT", CALL, BODY))
    assert await arrived.get() == "PUT"
    assert arrived.empty()
    gate.set()
    await asyncio.gather(write, *reads)
    assert http.requests == 11


async def test_no_cookie_is_kept() -> None:
    shop = ScriptedShop([reply({}, headers={"set-cookie": "session=1; Path=/"}), reply({})])
    http = _http(shop)
    await http.read(CALL)
    await http.read(CALL)
    assert "cookie" not in shop.requests[1].headers


async def test_every_try_is_timed_and_told() -> None:
    timings = Timings()
    heard: list[tuple[str | None, Mapping[str, str] | None]] = []
    shop = ScriptedShop([reply(status=502, body=HTML, headers={"X-Rate": "a"}), reply({}), reply({"code": "x"}, 404)])
    http = _http(shop, timings, on_headers=lambda came, sent: heard.append((came.get("x-rate"), sent)))
    await http.read(CALL)
    with pytest.raises(NotThere):
        await http.read(CALL)
    (row,) = timings.rows()
    assert (row.name, row.count, row.failures) == ("Shop: GET things/{thing}/", 3, 1)
    assert [error.text for error in timings.errors()] == ["answered 502"]
    assert heard == [("a", {}), (None, {}), (None, {})]
    shop.script = [reply({}, headers={"X-Rate": "b"})]
    await http.write("PUT", CALL, {})
    assert heard[-1] == ("b", None)


async def test_a_file_of_certificates_that_is_none_is_told(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "club-ca.pem"
    file.write_text("nonsense")
    auth = QueryCredentials({})
    for path in (file, tmp_path / "missing.pem"):
        with pytest.raises(NotReachable, match="BRCC_CA_FILE") as caught:
            Http(
                "https://example.org",
                Dialect("Shop", _words, {}, {}),
                read_auth=auth,
                write_auth=auth,
                timings=Timings(),
                ca_file=path,
            )
        assert caught.value.__context__ is None


def test_certificates_are_checked_and_proxies_are_not_for_loopback() -> None:
    remote, local = (
        Http(address, Dialect("S", _words, {}, {}), read_auth=auth, write_auth=auth, timings=Timings())
        for auth in [QueryCredentials({})]
        for address in ("https://example.org", "http://127.0.0.1:80")
    )
    assert remote._client.trust_env
    assert not local._client.trust_env
    assert not remote._client.follow_redirects


def test_a_proxy_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://user:hunter2hunter2@proxy.example.org")
    auth = QueryCredentials({})
    with pytest.raises(NotReachable, match="proxy") as caught:
        Http("https://example.org", Dialect("S", _words, {}, {}), read_auth=auth, write_auth=auth, timings=Timings())
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("found", [None, "no certificate"], ids=["not_there", "no_certificate_in_it"])
@pytest.mark.parametrize("own_file", [False, True], ids=["usual_ones", "one_of_our_own"])
def test_certificates_of_the_environment_that_cannot_be_read_are_told(
    found: str | None, own_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "ca.pem"
    if found is not None:
        named.write_text(found)
    monkeypatch.setenv("SSL_CERT_FILE", str(named))
    monkeypatch.setattr(http_connection, "_usual", http_connection._usual.__wrapped__)
    auth, ca_file = QueryCredentials({}), named if own_file else None
    with pytest.raises(NotReachable, match="SSL_CERT_FILE"):
        Http(
            "https://example.org",
            Dialect("S", _words, {}, {}),
            read_auth=auth,
            write_auth=auth,
            timings=Timings(),
            ca_file=ca_file,
        )


async def test_the_first_failure_stops_the_others_and_comes_out_as_itself() -> None:
    stopped = asyncio.Event()

    async def slow() -> int:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return 1

    async def failing() -> int:
        raise NotThere("gone")

    with pytest.raises(NotThere):
        await all_or_first_failure([slow(), failing()])
    assert stopped.is_set()

    async def number(n: int) -> int:
        await asyncio.sleep(0)
        return n

    assert await all_or_first_failure(number(n) for n in range(5)) == [0, 1, 2, 3, 4]


def _loaded_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys; print(' '.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_clients_loads_nothing_heavy() -> None:
    loaded = _loaded_after(
        "import brcc_tui.platforms.eventbrite.client, brcc_tui.platforms.woocommerce.client, brcc_tui.logs"
    )
    assert not loaded & {"httpx", "pydantic", "tenacity", "structlog", "click", "rich"}


def test_httpx_is_loaded_without_its_command_line() -> None:
    pytest.importorskip("click")
    assert "click" in _loaded_after("import httpx"), "the negative control: httpx alone brings click"
    loaded = _loaded_after("import brcc_tui.platforms.eventbrite.calls, brcc_tui.platforms.woocommerce.calls")
    assert {"httpx", "pydantic"} <= loaded
    assert not loaded & {"click", "rich", "httpx._main"}
