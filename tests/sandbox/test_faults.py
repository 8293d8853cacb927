"""Faults strike what they are meant for, as often as told, before or after the shop did its work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from brcc_tui.sandbox.faults import Fault, FaultBoard, FaultKind


@dataclass
class Place:
    """A server that counts its work, behind a board of faults."""

    board: FaultBoard
    client: httpx.AsyncClient
    done: list[str] = field(default_factory=list)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async def work(request: web.Request) -> web.Response:
        if request.path.endswith("refused"):
            return web.json_response({}, status=400)
        made.done.append(f"{request.method} {request.path} {await request.text()}".strip())
        return web.json_response({"done": True})

    board = FaultBoard()
    app = web.Application(middlewares=[board.middleware()])
    app.router.add_route("*", "/{path:.*}", work)
    # No certificates are read: it speaks no TLS.
    async with (
        TestServer(app) as running,
        httpx.AsyncClient(base_url=str(running.make_url("")), verify=False) as client,
    ):
        made = Place(board, client)
        yield made


ANSWERS = [
    (FaultKind.ERROR_BEFORE, 500, "text/html", 0),
    (FaultKind.ERROR_AFTER, 500, "text/html", 1),
    (FaultKind.HTML_BEFORE, 200, "text/html", 0),
    (FaultKind.HTML_AFTER, 200, "text/html", 1),
    (FaultKind.BAD_GATEWAY, 502, "text/html", 0),
    (FaultKind.MAINTENANCE, 503, "text/html", 0),
    (FaultKind.TOO_MANY, 429, "application/json", 0),
]


@pytest.mark.parametrize(("kind", "status", "content", "done"), ANSWERS)
async def test_answers(place: Place, kind: FaultKind, status: int, content: str, done: int) -> None:
    place.board.add(Fault(kind))
    answer = await place.client.put("/wp-json/x", content=b"body")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(content)
    assert len(place.done) == done
    assert (await place.client.put("/wp-json/x")).json() == {"done": True}
    assert place.board.struck == {kind: 1}


async def test_maintenance_and_too_many_say_when_to_come_back(place: Place) -> None:
    place.board.add(Fault(FaultKind.MAINTENANCE))
    assert (await place.client.get("/")).headers["Retry-After"] == "600"
    place.board.add(Fault(FaultKind.TOO_MANY, seconds=30))
    answer = await place.client.get("/v3/events/")
    assert answer.json()["error"] == "HIT_RATE_LIMIT"
    assert answer.headers["x-rate-limit"].endswith("2000/2000 reset=30s")


@pytest.mark.parametrize(
    ("kind", "done"), [(FaultKind.DROP_BEFORE, 0), (FaultKind.DROP_AFTER, 1), (FaultKind.HANG_AFTER, 1)]
)
async def test_lost_connections(place: Place, kind: FaultKind, done: int) -> None:
    place.board.add(Fault(kind, seconds=0))
    with pytest.raises(httpx.RemoteProtocolError):
        await place.client.post("/x")
    assert len(place.done) == done


@pytest.mark.parametrize(("kind", "done"), [(FaultKind.HANG_BEFORE, 0), (FaultKind.HANG_AFTER, 1)])
async def test_no_answer_within_the_clients_patience(place: Place, kind: FaultKind, done: int) -> None:
    place.board.add(Fault(kind, seconds=60))
    with pytest.raises(httpx.ReadTimeout):
        await place.client.post("/x", timeout=0.05)
    assert len(place.done) == done


async def test_a_refusal_of_the_shop_stays_a_refusal(place: Place) -> None:
    place.board.add(Fault(FaultKind.ERROR_AFTER))
    assert (await place.client.post("/refused")).status_code == 400


async def test_delay_answers_in_the_end(place: Place) -> None:
    place.board.add(Fault(FaultKind.DELAY, seconds=0.01))
    assert (await place.client.post("/x")).json() == {"done": True}
    assert place.board.struck == {"delay": 1}


async def test_addressed_by_method_and_path_after_some_passed_and_so_many_times(place: Place) -> None:
    place.board.add(Fault(FaultKind.ERROR_BEFORE, path="/wp-json/*", method="PUT", count=2, skip=1))
    paths = [("GET", "/wp-json/a"), ("PUT", "/v3/a")] + [("PUT", "/wp-json/a")] * 4
    statuses = [(await place.client.request(method, path)).status_code for method, path in paths]
    assert statuses == [200, 200, 200, 500, 500, 200]
    assert place.board.faults == []


async def test_endless_until_cleared_and_never_the_practice_endpoint(place: Place) -> None:
    place.board.add(Fault(FaultKind.ERROR_BEFORE, count=-1))
    assert [(await place.client.get("/x")).status_code for _ in range(3)] == [500] * 3
    assert (await place.client.get("/practice/state")).status_code == 200
    place.board.clear()
    assert (await place.client.get("/x")).status_code == 200


async def test_a_blocked_request_is_answered_by_the_host_and_others_pass(place: Place) -> None:
    place.board.add(Fault(FaultKind.BLOCKED, method="POST", having="X-HTTP-Method-Override", status=403, count=-1))
    blocked = await place.client.post("/wp-json/x", headers={"X-HTTP-Method-Override": "PUT"})
    assert (blocked.status_code, blocked.headers["Content-Type"].split(";")[0]) == (403, "text/html")
    assert (await place.client.post("/wp-json/x")).json() == {"done": True}
    assert len(place.done) == 1


async def test_what_bends_an_answer_strikes_beside_what_breaks_it(place: Place) -> None:
    place.board.add(Fault(FaultKind.OLD_ANSWERS, count=-1))
    place.board.add(Fault(FaultKind.NO_TOTALS, count=-1))
    place.board.add(Fault(FaultKind.BAD_GATEWAY, skip=1))
    assert (await place.client.get("/wp-json/x")).status_code == 200
    assert (await place.client.get("/wp-json/x")).status_code == 200, "the cache answers, and the gateway is not asked"
    assert (await place.client.get("/wp-json/y")).status_code == 200
    assert len(place.done) == 2
    assert place.board.struck[FaultKind.OLD_ANSWERS] == place.board.struck[FaultKind.NO_TOTALS] == 3
