"""The log: one JSON object a line, traceable, and without secrets in any spelling."""

from __future__ import annotations

import asyncio
import base64
import html
import json
import logging
import re
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brcc_tui import log_file, logs
from brcc_tui.log_file import FILE_NAME
from brcc_tui.logs import (
    keep_name,
    keep_secret,
    log,
    log_tail,
    operation,
    redact,
    start_logging,
    stop_logging,
)
from brcc_tui.settings import Secret
from tests.systems import ON_WINDOWS, posix

KEY = "ck_0123456789abcdef0123456789abcdef01234567"
PASSWORD = "p@ss \"w\\rd'/ é<&>%"
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "percent-encoded": lambda text: quote(text, safe=""),
    "percent-encoded in small letters": lambda text: re.sub(
        "%[0-9A-F]{2}", lambda match: match[0].lower(), quote(text, safe="")
    ),
    "in a query": quote_plus,
    "in a whole query": lambda text: urlencode({"x": text, "page": 1}),
    "in JSON": json.dumps,
    "in JSON of PHP": lambda text: json.dumps(text).replace("/", "\\/"),
    "in JSON with all letters": lambda text: json.dumps(text, ensure_ascii=False),
    "as Python writes it": repr,
    "in a web page": html.escape,
    "in a web page, quotes plain": lambda text: html.escape(text, quote=False),
    "Basic with a known user": lambda text: base64.b64encode(f"{KEY}:{text}".encode()).decode(),
    "Basic with an unknown user": lambda text: "Basic " + base64.b64encode(f"somebody:{text}".encode()).decode(),
    "as the bytes that an exception quotes": lambda text: repr(text.encode())[2:-1],
    "as ascii() has it": lambda text: ascii(text)[1:-1],
    "in the address within an address": lambda text: quote(quote(text, safe=""), safe=""),
    "in JSON within JSON": lambda text: json.dumps(json.dumps(text)),
    "in an exception that quotes another": lambda text: repr(repr(text)),
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
}


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees another one's secrets or log."""
    monkeypatch.setattr(logs, "_secrets", logs._Secrets())
    monkeypatch.setattr(logs, "_people", logs._People())
    stop_logging()  # a test of another file may have begun one
    yield
    stop_logging()


def _lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / FILE_NAME).read_text("ascii").splitlines()]


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=list(SPELLINGS))
@pytest.mark.parametrize("secret", [KEY, PASSWORD, "abcdefghij"], ids=["a key", "a hostile password", "letters"])
def test_a_known_secret_is_found_in_every_spelling(secret: str, spelling: Callable[[str], str]) -> None:
    keep_secret(KEY, secret)
    written = spelling(secret)
    shown = redact(f"before {written} after")
    assert "***" in shown
    assert secret not in shown
    for size in range(len(secret), 5, -1):
        assert secret[:size] not in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")


@given(secret=st.text(min_size=4, max_size=30), around=st.text(max_size=20))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_secret_survives(secret: str, around: str) -> None:
    known = logs._Secrets()
    known.add([secret])
    for text in (secret, json.dumps(secret), repr(secret), html.escape(secret)):
        hidden = known.hide(around + text + around)
        assert secret not in hidden.replace("***", "\0") or secret in around


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET https://x.org/wc?consumer_key=abc&consumer_secret=d%20e&page=2",
         "GET https://x.org/wc?consumer_key=***&consumer_secret=***&page=2"),
        ("https://x.org/v3/?token=ABCDEF", "https://x.org/v3/?token=***"),
        ("Authorization: Bearer ABCDEFGH.ij-k", "Authorization: *** ***"),
        ("sent Basic dXNlcjpwYXNz as header", "sent Basic *** as header"),
        ('{"consumer_secret": "a b\\"c", "id": 1}', '{"consumer_secret": ***, "id": 1}'),
        ("{'password': 'it is', 'id': 1}", "{'password': ***, 'id': 1}"),
        ("mysql://brcc:hunter2@db.example.org/wp", "mysql://***@db.example.org/wp"),
        ("the key cs_0123456789 is old", "the key *** is old"),
        ("redirect=%3Fconsumer_secret%3Dabcdef", "redirect=%3Fconsumer_secret%3D***"),
        ("see //brcc:hunter2@shop.example/", "see //***@shop.example/"),
    ],
)  # fmt: skip
def test_what_looks_like_a_credential_is_hidden(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    ["Friday Night: 8pm Show", "basic rules apply", "event 1362389596959 has 55 seats", "mail me@example.org",
     "https://www.eventbrite.com/e/some-show-tickets-1362389596959?aff=oddtdtcreator"],
)  # fmt: skip
def test_ordinary_words_stay(text: str) -> None:
    keep_secret("", "abc", "hunter2hunter2")
    assert redact(text) == text


@pytest.mark.parametrize("piece", ["a.", "a-", "a+b", "a://", "token", "secret ", "token='\\", "<a ", "ck_", "%3D"])
@pytest.mark.parametrize("end", ["@", "=", "://@"])
def test_no_text_of_a_shop_holds_the_program_up(piece: str, end: str) -> None:
    text = piece * (100_000 // len(piece)) + end
    began = time.process_time()
    redact(text)
    assert time.process_time() - began < 2, "it took 25 s and more"


def test_a_secret_that_prints_as_asterisks_is_known_by_its_text() -> None:
    keep_secret(Secret("hunter2hunter2"))
    assert redact("x hunter2hunter2 y") == "x *** y"


def test_a_line_is_one_object_with_the_fields(tmp_path: Path) -> None:
    start_logging(tmp_path, [])
    log("refreshed", events=420, seconds=1.5, none=None, names={"b": [1, (2, "x\ny")]}, event="not the event's name")
    (line,) = _lines(tmp_path)
    assert line["event"] == "refreshed"
    assert line["events"] == 420
    assert line["seconds"] == 1.5
    assert line["none"] is None
    assert line["names"] == {"b": [1, [2, "x\ny"]]}
    assert str(line["at"]).endswith("+00:00")


def test_no_line_holds_a_secret(tmp_path: Path) -> None:
    start_logging(tmp_path, [Secret("hunter2hunter2")])
    try:
        raise ValueError("cannot log in with hunter2hunter2")
    except ValueError as error:
        cause = RuntimeError("wrapped")
        cause.__cause__ = error
        log("failed hunter2hunter2", error=cause, url="https://x/?token=abcdefgh", where=Path("/x/hunter2hunter2"))
    log("settings", password="short", nested={"consumer_secret": "short"}, token=Secret("xyz"), any=Secret("xyz"))
    log("deep", value=[[[[[[[["hunter2hunter2"]]]]]]]])
    log("long", value="x" * 7_990 + "hunter2hunter2")
    logging.getLogger("some.library").warning("login %s failed", "hunter2hunter2")
    try:
        raise OSError("hunter2hunter2")
    except OSError:
        logging.getLogger("asyncio").exception("task failed")
    text = (tmp_path / FILE_NAME).read_text("ascii")
    assert len(_lines(tmp_path)) == 6
    for part in ("hunter2", "abcdefgh", "short", "xyz", "hunter"):
        assert part not in text
    assert "cannot log in with ***" in text
    assert "Traceback" in text


def test_lines_are_plain_ascii_without_terminal_escapes(tmp_path: Path) -> None:
    start_logging(tmp_path, [])
    log("name \x1b[31m\x9b1m \u202e Café \udc80")
    raw = (tmp_path / FILE_NAME).read_bytes()
    assert all(byte == 10 or 32 <= byte < 127 for byte in raw)


def test_an_operation_marks_what_happens_inside(tmp_path: Path) -> None:
    start_logging(tmp_path, [])

    async def work(name: str) -> str:
        with operation(name) as ident:
            await asyncio.sleep(0)
            log("inside", which=name)
            return ident

    async def both() -> list[str]:
        return await asyncio.gather(work("refresh"), work("read"))

    idents = asyncio.run(both())
    assert len(set(idents)) == 2
    inside = [line for line in _lines(tmp_path) if line["event"] == "inside"]
    assert {line["which"]: line["operation"] for line in inside} == dict(zip(("refresh", "read"), idents, strict=True))
    assert {line["doing"] for line in inside} == {"refresh", "read"}


def test_an_operation_within_another_names_it_and_a_failure_is_told(tmp_path: Path) -> None:
    start_logging(tmp_path, [])
    with pytest.raises(ValueError), operation("apply") as outer, operation("read") as inner:
        raise ValueError("token=abcdefgh")
    log("after")
    lines = _lines(tmp_path)
    assert outer != inner
    assert lines[1]["within"] == outer
    assert lines[2]["ended_by"] == "ValueError"
    assert lines[2]["text"] == "token=***"
    assert "operation" not in lines[-1]


@posix("modes")
def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / FILE_NAME).touch(0o644)
    start_logging(folder, [])
    log("x")
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600


def test_the_log_is_rotated_and_its_size_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "LARGEST_FILE", 2_000)
    start_logging(tmp_path, [])
    for number in range(200):
        log("x" * 200, number=number)
    files = sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".lock")
    assert files == [FILE_NAME, *(f"{FILE_NAME}.{n}" for n in range(1, 6))]
    assert all(path.stat().st_size <= 2_000 for path in tmp_path.iterdir())
    if not ON_WINDOWS:
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_starting_again_moves_the_log(tmp_path: Path) -> None:
    for name in ("a", "b"):
        start_logging(tmp_path / name, [])
        log(name)
    assert [line["event"] for line in _lines(tmp_path / "a")] == ["a"]
    assert [line["event"] for line in _lines(tmp_path / "b")] == ["b"]


def test_a_log_that_cannot_be_written_disturbs_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log("before there is a log")
    start_logging(tmp_path, [])
    (tmp_path / FILE_NAME).mkdir()
    log("x", field=object())
    assert capfd.readouterr() == ("", "")


def test_the_tail_is_the_newest_lines(tmp_path: Path) -> None:
    assert log_tail(3) == []
    start_logging(tmp_path, [])
    assert log_tail(3) == []
    for number in range(500):
        log("x" * 300, number=number)
    assert [json.loads(line)["number"] for line in log_tail(3)] == [497, 498, 499]


def test_people_are_named_to_colleagues_and_not_in_the_log(tmp_path: Path) -> None:
    start_logging(tmp_path, ())
    keep_name("Ann (B.)", "Ann at CLUB-PC", "")
    words = "Ann at CLUB-PC is changing it; Annex, by Ann (B.)"
    log("refused", reason=words, error=ValueError(words))
    said = (tmp_path / FILE_NAME).read_text("ascii")
    assert "Ann " not in said
    assert _lines(tmp_path)[0]["reason"] == "somebody is changing it; Annex, by somebody"
    assert redact(words) == words
