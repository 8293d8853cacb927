"""Commands that fail, against the practice club: the status, the reason on standard error, and the same in the JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli import contract
from tests.cli.contract import misfits
from tests.commands import Control, FilledIn, Run

REFUSED: dict[str, tuple[Sequence[str], str]] = {
    "no such product": (("set", "wc:999999", "5"), "unknown_listing"),
    "no such event": (("set", "eb:1:2", "5"), "unknown_listing"),
    "no listing id": (("set", "bogus", "5"), "unknown_listing"),
    "booking text that cannot be read": (("set", "UNREADABLE", "5"), "invalid_text"),
    "no number": (("set", "CELL", "many"), "bad_number"),
    "below nothing": (("set", "CELL", "-9999"), "bad_number"),
    "below what is sold": (("set", "CELL", "0"), "below_sold"),
    "the number it has": (("set", "CELL", "+0"), "no_change"),
    "never closed here": (("reopen", "CELL"), "no_change"),
}


@pytest.mark.parametrize(("arguments", "code"), REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_done_is_refused_with_its_code(
    run: Run, filled_in: FilledIn, arguments: Sequence[str], code: str
) -> None:
    words = filled_in(arguments)
    ran = run(*words, "--json")
    assert ran.status == 1
    assert misfits(ran.json, contract.PLAN) == []
    (refusal,) = ran.json["refused"]
    assert refusal["code"] == code, ran.out
    assert ran.err == f"refused: {refusal['listing']}: {refusal['reason']} ({code})\n"
    plain = run(*words)
    assert (plain.status, plain.err) == (1, ran.err), "people are told the same"


@pytest.mark.parametrize("subject", ["2027-05-14T20:00", "2027-05-14", "tonight"])
@pytest.mark.parametrize("command", ["close", "reopen"])
def test_what_is_neither_a_listing_nor_a_show_is_told_how_both_are_called(run: Run, command: str, subject: str) -> None:
    """Whoever leaves the room out of a show's id means a show, and learnt how listings are called."""
    (refusal,) = run(command, subject, "--json").json["refused"]
    assert refusal["code"] == "unknown_listing"
    assert "YYYY-MM-DDTHH:MM@room" in refusal["reason"]
    assert "brcc-tui shows" in refusal["reason"]
    assert "brcc-tui listings" in refusal["reason"]


MISSING: dict[str, Sequence[str]] = {
    "sync of no show": ("sync", "2026-01-01T20:00@nowhere", "--mirror"),
    "close of no show": ("close", "2026-01-01T20:00@nowhere"),
    "undo of no entry": ("undo", "c999"),
    "recover of no entry": ("recover", "c999", "--choose", "keep"),
    "explain of no product": ("explain", "wc:999999"),
    "explain of no event": ("explain", "eb:1:2"),
    "explain of no id": ("explain", "bogus"),
}


@pytest.mark.parametrize("arguments", MISSING.values(), ids=list(MISSING))
def test_what_is_not_there_is_told_in_words_and_in_the_json(run: Run, arguments: Sequence[str]) -> None:
    ran = run(*arguments, "--json")
    assert ran.status == 1
    assert misfits(ran.json, contract.ERROR) == []
    assert ran.err == f"brcc-tui: {ran.json['error']}\n"
    plain = run(*arguments)
    assert (plain.status, plain.out, plain.err) == (1, "", ran.err)


@pytest.fixture
def database_down(run: Run, control: Control) -> Iterator[None]:
    control("POST", "database", up=False)
    yield
    control("POST", "database", up=True)


LIVE = [("listings", "--live"), ("shows", "--live"), ("export",)]


@pytest.mark.usefixtures("database_down")
@pytest.mark.parametrize("command", LIVE, ids=" ".join)
def test_a_database_that_is_down_is_a_failure_with_everything_else_read(run: Run, command: Sequence[str]) -> None:
    ran = run(*command, "--json")
    assert ran.status == 1
    (line,) = ran.err.splitlines()
    assert line.startswith("could not be read: WordPress database: ")
    assert [line.endswith(one["reason"]) for one in ran.json["failed"] if one["id"] == "wordpress"] == [True]
    known = "remaining" if "listings" in ran.json else "listings"
    numbers = [one.get("reading", one)[known] for one in ran.json.get("listings", ran.json.get("shows"))]
    assert any(number not in (None, []) for number in numbers)


@pytest.mark.usefixtures("database_down")
def test_a_database_that_is_down_has_its_row_and_every_number_its_reason(run: Run, cell: str) -> None:
    document = run("listings", "--live", "--json").json
    assert misfits(document, contract.LISTINGS) == []
    (down,) = (failure for failure in document["failed"] if failure["id"] == "wordpress")
    assert down["title"] == "WordPress database"
    assert down["reason"].startswith("WordPress database: ")
    for one in document["listings"]:
        if one["platform"] == "woocommerce":
            assert one["reading"]["sold"] is None
            assert one["reading"]["unknown"]["sold"].startswith("database: ")
        else:
            assert one["reading"]["sold"] is not None
    refused = run("set", cell, "+1", "--json")
    assert [refusal["code"] for refusal in refused.json["refused"]] == ["sold_unknown"]
    assert run("refresh").status == 1
    health = run("health", "--json")
    assert (health.status, health.json["checks"]["wordpress_db"]["status"]) == (2, "down")


@pytest.mark.usefixtures("database_down")
@pytest.mark.parametrize("token", ["WRONGTOKEN", ""], ids=["it refuses", "it is not configured"])
def test_a_database_that_is_down_says_nothing_of_an_eventbrite_that_does_not_work(
    run: Run, token: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It said that Eventbrite still works, whatever Eventbrite did."""
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "new"))
    monkeypatch.setenv("PRIVATE_TOKEN", token)
    for command in (("refresh",), ("listings", "--live"), ("health",)):
        told = run(*command, "--json")
        assert "WordPress database: " in told.out or "wordpress_db" in told.out
        assert "Eventbrite still works" not in told.out + told.err


@pytest.mark.parametrize("command", LIVE, ids=" ".join)
def test_a_shop_that_is_silent_is_one_line_and_status_1(
    run: Run, command: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVATE_TOKEN", "WRONGTOKEN")
    ran = run(*command, "--json")
    assert ran.status == 1
    (line,) = ran.err.splitlines()
    assert line.startswith("could not be read: Eventbrite, ")
    assert "PRIVATE_TOKEN" in line
    assert "WRONGTOKEN" not in ran.out + ran.err
    assert [line.endswith(one["reason"]) for one in ran.json["failed"] if one["id"] == "eventbrite"] == [True]
    plain = run(*command)
    assert plain.status == 1
    assert sum("PRIVATE_TOKEN" in line for line in plain.err.splitlines()) == 1, "not once for each listing"


def test_a_shop_that_was_never_listed_is_a_failure_of_every_list(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "new"))
    monkeypatch.setenv("PRIVATE_TOKEN", "WRONGTOKEN")
    assert run("refresh").status == 1
    for command in LIVE:
        ran = run(*command, "--json")
        assert ran.status == 1, command
        (line,) = ran.err.splitlines()
        assert line.startswith("could not be read: Eventbrite, ")
    of_the_other = run("listings", "--live", "--platform", "woocommerce", "--json")
    assert (of_the_other.status, of_the_other.err) == (0, "")
    for kept in (("listings",), ("shows",), ("listings", "--platform", "eventbrite")):
        for ran in (run(*kept), run(*kept, "--json")):
            assert (ran.status, "could not be read: Eventbrite, " in ran.err) == (1, True), (
                "as before the first refresh"
            )
    assert run("listings", "--platform", "woocommerce").status == 0


def test_a_silent_shop_is_named_and_the_other_one_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WOOCOMMERCE_CONSUMER_KEY", "ck_wrong")
    ran = run("refresh", "--json")
    assert ran.status == 1
    assert "woocommerce" in {failure["id"] for failure in ran.json["failed"]}
    assert ran.json["counts"]["events"] > 150
    assert "could not be read: WooCommerce" in run("shows", "--json").err, "no show may be taken for whole"
    live = run("listings", "--live", "--json")
    assert live.status == 1
    assert {failure["id"] for failure in live.json["failed"]} >= {"woocommerce"}
    for one in live.json["listings"]:
        assert (one["reading"]["remaining"] is None) == (one["platform"] == "woocommerce"), one["id"]
    assert run("health", "--json").status == 2
    assert "ck_wrong" not in ran.out + ran.err + live.out + live.err


def test_health_that_fails_unexpectedly_is_unknown_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: object) -> None:
        raise ZeroDivisionError("by nobody")

    monkeypatch.setattr("brcc_tui.cli.health.check_health", broken)
    ran = run("health", "--json")
    assert (ran.status, ran.json["status"]) == (3, "unknown")
    assert "ZeroDivisionError" in ran.json["checks"]["configuration"]["detail"]


SETTINGS_NEEDED: list[Sequence[str]] = [
    ("refresh",), ("listings",), ("shows",), ("explain", "wc:1"), ("set", "wc:1", "5"), ("close", "wc:1"),
    ("sync", "x", "--split"), ("undo", "c1"), ("history",), ("recover",), ("logs",), ("export",),
]  # fmt: skip


@pytest.mark.parametrize("command", SETTINGS_NEEDED, ids=" ".join)
def test_wrong_settings_are_told_by_every_command_in_one_shape(
    run: Run, command: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRCC_SETTLE", "soon")
    ran = run(*command, "--json")
    assert ran.status == 1
    assert misfits(ran.json, contract.UNUSABLE) == []
    (problem,) = ran.json["problems"]
    assert ran.err.splitlines() == [problem, "Correct them, or run brcc-tui setup."]
    assert run(*command).out == ""


def test_an_export_that_cannot_be_written_says_so(run: Run, tmp_path: Path) -> None:
    ran = run("export", "--out", str(tmp_path / "no" / "x.csv"))
    assert (ran.status, ran.out) == (1, "")
    assert "Name another file" in ran.err


def test_recover_takes_an_entry_and_a_choice_together(run: Run) -> None:
    for arguments in (("recover", "c1"), ("recover", "--choose", "keep")):
        ran = run(*arguments, "--json")
        assert (ran.status, ran.out) == (2, "")
        assert "ENTRY and --choose go together" in ran.err


def test_interrupted_is_said_in_the_document_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("brcc_tui.operations.context.open_local_stores", interrupted)
    ran = run("listings", "--json")
    assert (ran.status, ran.err) == (130, "brcc-tui: interrupted\n")
    assert json.loads(ran.out) == {"error": "interrupted"}
