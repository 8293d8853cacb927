"""The command line by itself: arguments, statuses, what is printed where, and that nothing printed does anything."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from brcc_tui.cli import as_json, main
from brcc_tui.cli.console import ProgressLine, harmless, print_lines
from brcc_tui.cli.tables import listings_table, number, table
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import UNLIMITED, Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.settings_table import SETTINGS
from tests.system.terminal import clean_environment

LISTING = Listing(
    id="wc:4156:wcolndrhzpeplpcnmqwi:ucnhzxsafkpojhgknylj",
    platform=Platform.WOOCOMMERCE,
    title="Monday Night at Backroom Comedy Club",
    slot="Monday 8pm - Overalls Comedy",
    starts_at=dt.datetime(2027, 6, 7, 20, tzinfo=dt.timezone(dt.timedelta(hours=-4))),
    stock_method=StockMethod.BOOKING_STOCK,
    status=Status.ON_SALE,
    reading=Reading(55, 12, 1, 42, dt.datetime(2027, 6, 1, 18, 2, 11, tzinfo=dt.UTC), Source.LIVE),
    group="wc:4156:wcolndrhzpeplpcnmqwi",
    date=dt.date(2027, 6, 7),
    price="14.11",
    currency="CAD",
    url="https://club.example.org/p",
    show="2027-06-07T20:00@main",
    flags=frozenset({Flag.SHARED_IDS}),
)


def test_a_listing_is_exactly_what_the_contract_says() -> None:
    (listing,) = as_json.listings_json([LISTING])
    assert listing == {
        "id": "wc:4156:wcolndrhzpeplpcnmqwi:ucnhzxsafkpojhgknylj",
        "platform": "woocommerce",
        "title": "Monday Night at Backroom Comedy Club",
        "slot": "Monday 8pm - Overalls Comedy",
        "date": "2027-06-07",
        "starts_at": "2027-06-07T20:00:00-04:00",
        "ends_at": None,
        "stock_method": "booking_stock",
        "status": "on_sale",
        "price": "14.11",
        "currency": "CAD",
        "url": "https://club.example.org/p",
        "show": "2027-06-07T20:00@main",
        "read_only_reason": None,
        "flags": ["shared_ids"],
        "reading": {
            "capacity": 55,
            "sold": 12,
            "held": 1,
            "remaining": 42,
            "unknown": {},
            "read_at": "2027-06-01T18:02:11+00:00",
            "source": "live",
            "sources": {},
        },
        "offer": {"value": 42, "rule": "stock", "unknown": None},
    }


def test_unknown_is_null_with_its_reason_and_unlimited_a_word() -> None:
    reading = Reading(UNLIMITED, Unknown("database: gone"), 0, UNLIMITED, None, Source.CACHE)
    assert as_json.reading_json(reading) == {
        "capacity": "unlimited",
        "sold": None,
        "held": 0,
        "remaining": "unlimited",
        "unknown": {"sold": "database: gone"},
        "read_at": None,
        "source": "cache",
        "sources": dict.fromkeys(("capacity", "held", "remaining"), "cache"),
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain [b]text[/b] &amp;", "plain [b]text[/b] &amp;", id="markup_is_text"),
        pytest.param("\x1b[2Jgone", r"\x1b[2Jgone", id="escape_sequence"),
        pytest.param("a\r\nb\x07", r"a\r\nb\x07", id="line_break_and_bell"),
        pytest.param("abc\u202edef", r"abc\u202edef", id="turned_around"),
        pytest.param("\x9b31m", r"\x9b31m", id="eight_bit_escape"),
        pytest.param("👩\u200d🎤 ünï", "👩\u200d🎤 ünï", id="emoji_and_letters"),
        pytest.param("\ud800", r"\ud800", id="lone_surrogate"),
    ],
)
def test_nothing_in_a_text_acts_on_the_terminal(text: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert harmless(text) == shown
    (_, line) = table(("title",), [(text,)])
    assert line == shown
    print_lines([text])
    assert capsys.readouterr().out.encode("utf-8", "replace").decode().rstrip("\n") == shown


def test_columns_stand_below_each_other_whatever_the_letters() -> None:
    lines = table(("title", "seats"), [("ab", 5), ("日本", 12), ("e\u0301", None)])
    assert lines == ["title  seats", "ab         5", "日本      12", "e\u0301"]


def test_unknown_is_a_question_mark_and_never_0() -> None:
    assert number(Unknown("x")) == "?"
    assert number(0) == "0"
    assert "42" in listings_table([LISTING])[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["set"],
        ["set", "wc:1"],
        ["listings", "--platform", "ebay"],
        ["sync", "2026-11-27T20:00@main"],
        ["sync", "2026-11-27T20:00@main", "--mirror", "--split"],
        ["demo", "--buyers", "-1"],
        ["demo", "--scale", "0"],
        ["demo", "--past", "130000"],
        ["demo", "--ahead", "130000"],
        ["demo", "--now", "2027-02-29"],
        ["demo", "--now", "2027-03-14[Mars/Base]"],
        ["recover", "c1", "--choose", "everything"],
        ["export", "--format", "xml"],
        ["logs", "--lines", "99999999999999999999"],
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("command", [["refresh"], ["listings"], ["shows"], ["explain", "wc:1"], ["set", "wc:1", "5"]])
def test_without_settings_one_line_for_each_missing_value(
    command: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(command) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == [s.name for s in SETTINGS if s.required]
    assert main([*command, "--json"]) == 1
    assert "PRIVATE_TOKEN" in json.loads(capsys.readouterr().out)["problems"][0]


def test_wrong_settings_are_named_and_health_knows_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRIVATE_TOKEN", "token")
    monkeypatch.setenv("BRCC_SETTLE", "soon")
    assert main(["listings"]) == 1
    assert "BRCC_SETTLE must be seconds" in capsys.readouterr().err
    assert main(["health", "--json"]) == 3
    report = json.loads(capsys.readouterr().out)
    assert report["status"] == "unknown"
    assert report["checks"]["configuration"]["status"] == "down"
    assert len(report["checks"]) == 9


def _break(monkeypatch: pytest.MonkeyPatch, folder: Path, function: str) -> None:
    """In that folder, whose settings hold a secret, have a function that opens the club fail, and quote the secret."""
    monkeypatch.chdir(folder)
    for name, value in {"PRIVATE_TOKEN": "hushhush", "BRCC_DATA_DIR": str(folder / "data")}.items():
        monkeypatch.setenv(name, value)

    def broken(*_: object) -> None:
        raise ZeroDivisionError("with hushhush in it")

    monkeypatch.setattr(f"brcc_tui.operations.context.{function}", broken)


def test_an_unexpected_error_is_one_line_and_the_log_has_the_rest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break(monkeypatch, tmp_path, "open_local_stores")
    assert main(["listings", "--json"]) == 1
    printed = capsys.readouterr()
    assert "ZeroDivisionError" in json.loads(printed.out)["error"]
    assert len(printed.err.splitlines()) == 1
    assert "hushhush" not in printed.out + printed.err
    log = next((tmp_path / "data").glob("*/*.log")).read_text()
    assert "broken" in log, "the traceback is there"
    assert "hushhush" not in log


def test_checks_that_cannot_be_run_are_no_status_that_means_well(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a monitor 1 says that all works, but not as well as it might."""
    _break(monkeypatch, tmp_path, "open_context")
    assert main(["health", "--json"]) == 3
    report = json.loads(capsys.readouterr().out)
    found = {name: (check["status"], check["detail"]) for name, check in report["checks"].items()}
    status, detail = found.pop("configuration")
    assert (report["status"], status) == ("unknown", "down")
    assert "ZeroDivisionError" in detail
    assert "hushhush" not in detail
    assert set(found.values()) == {("unknown", "not asked: the checks could not be run")}


def test_settings_that_fail_unexpectedly_are_one_line_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("with hushhush in it")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("brcc_tui.cli.session.load_settings", broken)
    assert main(["listings", "--json"]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"error": "unexpected: ZeroDivisionError"}
    assert printed.err == "brcc-tui: unexpected: ZeroDivisionError\n"


def test_progress_never_wraps_on_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    line = ProgressLine()
    line.show("420 of 505 events · 30 of 43 products · 8 queries · 99 of 120 pages")
    line.end()
    assert max(map(len, capsys.readouterr().err.split("\r"))) == 39


def test_nobody_reading_is_no_error() -> None:
    code = "import sys; from brcc_tui.cli.console import print_lines; print_lines(['x' * 100] * 10000)"
    child = subprocess.Popen(
        [sys.executable, "-c", f"from brcc_tui.cli.console import Failed\ntry:\n {code}\nexcept Failed: sys.exit(0)"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.read(10)
    child.stdout.close()
    assert child.stderr.read() == b""
    assert child.wait() == 0


def test_cached_listings_import_no_client(tmp_path: Path) -> None:
    code = (
        "import sys; from brcc_tui.cli import main; main(['listings', '--json'])\n"
        "heavy = {'httpx', 'pydantic', 'aiomysql', 'textual', 'asyncio', 'psutil', 'filelock', 'rapidfuzz', 'rich'}\n"
        "sys.stderr.write(' '.join(sorted(heavy & set(sys.modules))))"
    )
    environment = clean_environment(tmp_path, PRIVATE_TOKEN="token", BRCC_DATA_DIR=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=tmp_path)
    said = "There is no catalogue yet: brcc-tui refresh reads it."
    failed = [{"id": "catalogue", "title": "Catalogue", "reason": said}]
    assert json.loads(done.stdout) == {"listings": [], "failed": failed, "catalogue_read_at": None}
    assert done.stderr == f"{said}\n"
