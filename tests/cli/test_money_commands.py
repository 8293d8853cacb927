"""Orders to refund, against the practice club: the document, the table, the page and the spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, ClassVar

import pytest

from brcc_tui.model.money.sheet import Chart, Sheet, Table
from brcc_tui.operations.money.printing import as_html
from tests.cli import money_contract as contract
from tests.cli.contract import misfits
from tests.commands import Run
from tests.system.terminal import ROOT


@pytest.fixture
def show(run: Run) -> str:
    """A show to come that both shops have sold seats of."""
    shops = {one["id"]: one["platform"] for one in run("listings", "--json").json["listings"]}
    both = [one for one in run("shows", "--json").json["shows"] if len({shops[x] for x in one["listings"]}) == 2]
    return str(max(both, key=lambda one: one["sold"] or 0)["id"])


@pytest.mark.parametrize("names", [(), ("--names",)], ids=["numbers", "names"])
def test_orders_are_what_the_contract_says(run: Run, show: str, names: tuple[str, ...]) -> None:
    ran = run("orders", show, "--json", *names)
    assert ran.status == 0, ran.err
    assert misfits(ran.json, contract.ORDERS) == []
    assert all((one["people"] is None) == (not names) for one in ran.json["orders"])
    assert {one["shop"] for one in ran.json["sums"]} == {"eventbrite", "woocommerce"}


def test_orders_as_table_page_and_spreadsheet_tell_the_same(run: Run, show: str) -> None:
    document: Any = run("orders", show, "--json").json
    numbers = [one["order"] for one in document["orders"]]
    table = run("orders", show).out
    page = run("orders", show, "--format", "html").out
    rows = list(csv.DictReader(io.StringIO(run("orders", show, "--format", "csv").out)))
    assert [row["order"] for row in rows if row["certain"] == "yes"] == numbers
    assert [row["amount"] or None for row in rows] == [
        one["amount"] for one in (*document["orders"], *document["doubtful"])
    ]
    for number in numbers:
        assert re.search(rf"^{number} ", table, re.MULTILINE)
        assert f"<td>{number}</td>" in page
    assert "<script" not in page
    assert "@" not in table.replace(show, "")


def test_a_spreadsheet_tells_beside_it_what_it_has_no_room_for(run: Run, show: str) -> None:
    notes = run("orders", show, "--json").json["notes"]
    assert notes, "the practice club has products that cannot be read"
    ran = run("orders", show, "--format", "csv")
    assert [note for note in notes if f"note: {note}\n" not in ran.err] == []
    assert not [note for note in notes if note in ran.out]


def test_a_page_is_readable_in_whatever_letters_it_is_written(
    run: Run, show: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a file or another program Windows writes another encoding than the one that the page names."""
    whole = run("report", "--format", "html").out
    assert not whole.isascii()
    monkeypatch.setattr("brcc_tui.cli.money.speaks_utf8", lambda: False)
    page = run("report", "--format", "html").out
    assert page.isascii()
    assert html.unescape(page) == html.unescape(whole)


def test_an_unknown_show_is_told_and_fails(run: Run) -> None:
    ran = run("orders", "2020-01-01T20:00@main", "--json")
    assert (ran.status, list(ran.json)) == (1, ["error"])


@pytest.fixture
def days(run: Run) -> tuple[str, ...]:
    """Some weeks behind and before us."""
    today = min(dt.date.fromisoformat(one["date"]) for one in run("listings", "--json").json["listings"] if one["date"])
    return "--from", str(today - dt.timedelta(days=30)), "--to", str(today + dt.timedelta(days=3))


@pytest.mark.parametrize("by", ["show", "weekday", "series", "month"])
def test_a_report_is_what_the_contract_says(run: Run, days: tuple[str, ...], by: str) -> None:
    ran = run("report", *days, "--by", by, "--json")
    assert ran.status == 0, ran.err
    assert misfits(ran.json, contract.REPORT) == []
    assert len(ran.json["rows"]) > 1
    assert sum(row["sold"] for row in ran.json["rows"]) == ran.json["total"]["sold"] > 100


def test_a_report_as_text_page_and_spreadsheet(run: Run, days: tuple[str, ...]) -> None:
    rows = run("report", *days, "--by", "weekday", "--json").json["rows"]
    text = run("report", *days, "--by", "weekday").out
    page = run("report", *days, "--by", "weekday", "--format", "html").out
    sheet = list(csv.DictReader(io.StringIO(run("report", *days, "--by", "weekday", "--format", "csv").out)))
    assert [row["sold"] for row in sheet] == [str(row["sold"]) for row in rows]
    assert [row["gross"] or None for row in sheet] == [row["gross"] for row in rows]
    for row in rows:
        assert re.search(rf"^{row['label']} .* {row['sold']} ", text, re.MULTILINE)
        assert re.search(rf"^{row['label']} +#+ +{row['fill'] * 100:.0f} %$", text, re.MULTILINE), "its bar"
        assert f"<td>{row['label']}</td>" in page


def test_an_export_of_a_period_has_its_shows_one_by_one(run: Run, days: tuple[str, ...]) -> None:
    document = run("export", *days, "--json").json
    assert misfits(document, contract.REPORT) == []
    assert run("export", *days, "--format", "json").json["rows"] == document["rows"]
    assert run("report", *days, "--json").json["rows"] == document["rows"]
    sheet = list(csv.DictReader(io.StringIO(run("export", *days).out)))
    assert [row["key"] for row in sheet] == [row["key"] for row in document["rows"]]


def test_a_day_that_is_none_is_wrong_usage(run: Run) -> None:
    assert run("report", "--from", "yesterday").status == 2
    assert run("report", "--from", "2026-11-02", "--to", "2026-11-01", "--json").status == 1


@pytest.mark.parametrize("names", [(), ("--names",)], ids=["numbers", "names"])
def test_the_door_is_what_the_contract_says(run: Run, show: str, names: tuple[str, ...]) -> None:
    ran = run("door", show, "--json", *names)
    assert ran.status == 0, ran.err
    assert misfits(ran.json, contract.DOOR) == []
    assert (ran.json["guests"] is None) == (not names)
    assert ran.json["sold"] == sum(one["sold"] for one in ran.json["listings"])


def test_the_door_to_print(run: Run, show: str, tmp_path: Path) -> None:
    document = run("door", show, "--names", "--json").json
    text = run("door", show, "--names").out
    file = tmp_path / "door.html"
    assert run("door", show, "--names", "--format", "html", "--out", str(file)).status == 0
    page = file.read_text(encoding="utf-8")
    for sheet in (text, run("orders", show).out):
        assert "its events and products as listed " in sheet
    last_words = [one["name"].split()[-1].casefold() for one in document["guests"]]
    assert last_words == sorted(last_words)
    assert sum(one["seats"] for one in document["guests"]) == document["sold"]
    for guest in document["guests"]:
        assert re.search(rf"^\[ \] +{guest['name']} +{guest['seats']} +{guest['order']} ", text, re.MULTILINE)
        assert guest["name"] in page
    without_names = run("door", show).out
    assert not any(one["name"] in without_names for one in document["guests"])


def test_every_key_is_documented() -> None:
    words = set(re.findall(r'"([a-z_]+)"', (ROOT / "assets/docs/commands.md").read_text(encoding="utf-8")))

    def keys(shape: Any) -> set[str]:
        inner = list(shape.values()) if isinstance(shape, dict) else shape if isinstance(shape, list | tuple) else []
        own = {key for key in shape if isinstance(key, str)} if isinstance(shape, dict) else set()
        return own.union(*map(keys, inner))

    assert keys([contract.ORDERS, contract.REPORT, contract.DOOR]) - words == set()


def test_a_page_holds_what_came_from_a_shop_as_text() -> None:
    title = """<b>Rock & "Roll" 'n</b> <script>alert(1)</script>\u202e"""
    cells: tuple[Any, ...] = (title, None, 3, Decimal("1.50"))
    sheet = Sheet(title, (title,), (Table(("a<b", "n", "m", "x&y"), (cells,), title, (cells,)),), notes=(title,))
    sheet = replace(sheet, charts=(Chart(title, (title,), (0.5,), ("50 %",)),), legend=(title,))

    class Reader(HTMLParser):
        opened: ClassVar[list[str]] = []
        told: ClassVar[list[str]] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag != "meta":
                self.opened.append(tag)
            assert tag not in ("b", "script")

        def handle_endtag(self, tag: str) -> None:
            assert self.opened.pop() == tag, "everything is closed in its order"

        def handle_data(self, data: str) -> None:
            self.told.append(data)

    reader = Reader()
    reader.feed(as_html(sheet))
    reader.close()
    assert reader.opened == []
    assert reader.told.count(title.replace("\u202e", " ")) == 10
    assert {"?", "3", "1.50"} <= set(reader.told)
