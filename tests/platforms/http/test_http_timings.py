"""How long the shops take: honest percentiles, and a record that cannot grow without end."""

from __future__ import annotations

import contextlib
import datetime as dt

import httpx
import pytest

from brcc_tui.platforms.errors import PlatformError
from brcc_tui.platforms.http.answers import Dialect
from brcc_tui.platforms.http.client import Call, Http
from brcc_tui.platforms.http.connection import QueryCredentials
from brcc_tui.platforms.timings import TimedError, TimingRow, Timings
from tests.platforms.scripted_shop import HTML, Reply, ScriptedShop, reply

AT = dt.datetime(2026, 11, 22, 19, 4, tzinfo=dt.UTC)


def _timings() -> Timings:
    return Timings(now=lambda: AT)


def test_percentiles_are_times_that_occurred() -> None:
    timings = _timings()
    for milliseconds in range(100, 0, -1):
        timings.record("GET events", milliseconds, ok=True)
    assert timings.rows() == (TimingRow("GET events", 100, 0, p50=50, p95=95, worst=100),)


def test_one_time_is_all_of_them() -> None:
    timings = _timings()
    timings.record("a", 7.5, ok=True)
    assert timings.rows() == (TimingRow("a", 1, 0, 7.5, 7.5, 7.5),)


def test_rows_are_in_order_and_failures_are_counted_and_told_newest_first() -> None:
    timings = _timings()
    timings.record("b", 1, ok=False, error="answered 502")
    timings.record("a", 1, ok=True)
    timings.record("b", 1, ok=False, error="did not answer")
    assert [(row.name, row.count, row.failures) for row in timings.rows()] == [("a", 1, 0), ("b", 2, 2)]
    assert timings.errors() == (TimedError(AT, "b", "did not answer"), TimedError(AT, "b", "answered 502"))


def test_the_newest_times_count_and_old_ones_go() -> None:
    timings = _timings()
    timings.record("a", 99_999, ok=True)
    for _ in range(500):
        timings.record("a", 5, ok=False, error="x")
    (row,) = timings.rows()
    assert (row.count, row.failures, row.worst) == (501, 500, 5)
    assert len(timings.errors()) == 30


def test_names_without_end_share_one_row() -> None:
    timings = _timings()
    for number in range(500):
        timings.record(f"GET {number:04}", 1, ok=True)
    rows = {row.name: row.count for row in timings.rows()}
    assert len(rows) == 65
    assert rows["other"] == 500 - 64


def _words(data: object) -> tuple[str, str] | None:
    return (str(data["code"]), "words") if isinstance(data, dict) and "code" in data else None


def _others_words(data: object) -> str | None:
    return data.get("message") if isinstance(data, dict) else None


async def _pulse_after(answer: Reply, *, write: bool = False) -> tuple[bool | None, bool, str]:
    """How the shop is said to answer then: whether at all, whether it served, and what it did instead."""
    shop, timings, auth = ScriptedShop([answer] * 3), _timings(), QueryCredentials({})
    http = Http(
        "http://127.0.0.1:9/api/",
        Dialect("Shop", _words, kinds={}, advice={}, others_words=_others_words),
        read_auth=auth,
        write_auth=auth,
        timings=timings,
        sleep=shop.sleep,
        transport=shop,
    )
    call = Call("things/{thing}/", {"thing": 7}, "thing 7")
    with contextlib.suppress(PlatformError):
        await (http.write("PUT", call, {"n": 1}) if write else http.read(call))
    pulse = timings.pulses["Shop"]
    return pulse.good, pulse.served, pulse.error


@pytest.mark.parametrize(
    ("answer", "good", "served"),
    [
        (reply({"id": 7}), True, True),
        (reply([]), True, True),
        (reply(body=b"\xef\xbb\xbf\n {}"), True, True),
        (reply({"message": "no bots here"}), False, False),
        (reply({"code": "x", "message": "no such thing"}), True, True),
        (reply({"code": "x"}, 401), True, False),
        (reply({"code": "x"}, 403), True, False),
        (reply({"code": "x"}, 404), True, False),
        (reply(body=HTML), False, False),
        (reply(body=b""), False, False),
        (reply(status=403, body=HTML), False, False),
        (reply(status=302, headers={"location": "https://login.example/"}, body=b""), False, False),
        (reply({"code": "x"}, 500), False, False),
        (httpx.ConnectError("refused"), False, False),
    ],
)
async def test_what_answers_in_the_place_of_a_shop_is_no_answer_of_it(answer: Reply, good: bool, served: bool) -> None:
    answers, serves, error = await _pulse_after(answer)
    assert (answers, serves, bool(error)) == (good, served, not good)


async def test_a_change_that_a_firewall_stops_says_nothing_of_reading() -> None:
    assert await _pulse_after(reply(status=403, body=HTML), write=True) == (True, False, "")
