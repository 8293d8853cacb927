"""Orders to refund, against the practice club: the document, the table, the page and the spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from tests.cli import money_contract as contract
from tests.cli.contract import misfits
from tests.commands import Run


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


def test_an_unknown_show_is_told_and_fails(run: Run) -> None:
    ran = run("orders", "2020-01-01T20:00@main", "--json")
    assert (ran.status, list(ran.json)) == (1, ["error"])
