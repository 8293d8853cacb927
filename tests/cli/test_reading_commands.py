"""Commands that read, against the practice club: their documents, to the last key, and what they say to people."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.cli.reading import _say_age
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.reading import Reading, Source
from brcc_tui.sandbox.clock import clock_at
from tests.cli import contract
from tests.cli.contract import misfits
from tests.commands import Control, FilledIn, Run
from tests.days import opens

DOCUMENTS: dict[str, tuple[Sequence[str], Any]] = {
    "refresh": (("refresh",), contract.REFRESH),
    "listings": (("listings",), contract.LISTINGS),
    "listings read now": (("listings", "--live"), contract.LISTINGS),
    "listings of the past too": (("listings", "--past"), contract.LISTINGS),
    "shows": (("shows",), contract.SHOWS),
    "shows read now": (("shows", "--live"), contract.SHOWS),
    "a cell explained": (("explain", "CELL"), contract.EXPLAIN),
    "a product explained": (("explain", "UNREADABLE"), contract.EXPLAIN),
    "health": (("health",), contract.HEALTH),
    "history": (("history",), contract.HISTORY),
    "recover": (("recover",), contract.RECOVER),
}


@pytest.mark.parametrize(("arguments", "shape"), DOCUMENTS.values(), ids=list(DOCUMENTS))
def test_a_document_is_exactly_what_the_contract_says(
    run: Run, filled_in: FilledIn, arguments: Sequence[str], shape: Any
) -> None:
    ran = run(*filled_in(arguments), "--json")
    assert ran.status == 0, ran.err
    assert ran.out.count("\n") == 1, "one document and nothing else"
    assert ran.out.isascii()
    assert misfits(ran.json, shape) == []


def test_the_measure_itself_finds_what_is_missing_added_or_of_another_type(run: Run) -> None:
    good = run("listings", "--json").json
    for spoil in (
        lambda one: one.pop("url"),
        lambda one: one.update(extra=1),
        lambda one: one.update(flags=["new"]),
        lambda one: one.update(date="7 June"),
        lambda one: one["reading"].update(sold="12"),
        lambda one: one["reading"].update(sold=True),
        lambda one: one["reading"].update(read_at="2027-06-01T18:02:11"),
    ):
        bad = json.loads(json.dumps({**good, "listings": good["listings"][:1]}))
        assert misfits(bad, contract.LISTINGS) == []
        spoil(bad["listings"][0])
        assert len(misfits(bad, contract.LISTINGS)) == 1


def test_refresh_counts_what_it_read(run: Run) -> None:
    report = run("refresh", "--json").json
    assert report["counts"]["events"] > 150
    assert report["requests"]["eventbrite"] < 15 + 25, "a question for each series or event with a hidden class"
    assert report["counts"]["listings"] == len(run("listings", "--past", "--json").json["listings"])


def test_unknown_is_null_with_its_reason_from_the_cache_and_live(run: Run) -> None:
    cached, live = run("listings", "--json").json, run("listings", "--live", "--json").json
    for found, source in ((cached, "cache"), (live, "live")):
        assert {one["reading"]["source"] for one in found["listings"]} == {source}
        for one in found["listings"]:
            nulls = {name for name in ("capacity", "sold", "held", "remaining") if one["reading"][name] is None}
            assert nulls == set(one["reading"]["unknown"]), one["id"]
    assert [one["id"] for one in cached["listings"]] == [one["id"] for one in live["listings"]]
    assert live["failed"] == cached["failed"], "nothing that could be read before cannot be read now"
    for before, now in zip(cached["listings"], live["listings"], strict=True):
        told = {"read_at": 0, "source": 0, "sources": before["reading"]["sources"].keys()}
        assert {**before["reading"], **told} == {**now["reading"], **told}
        assert now["reading"]["sources"].keys() == told["sources"]


def test_listings_of_the_past_and_of_one_shop(run: Run) -> None:
    everything = run("listings", "--json").json["listings"]
    past = run("listings", "--past", "--json").json["listings"]
    assert {one["id"] for one in everything} < {one["id"] for one in past}
    assert any("past" in one["flags"] for one in past)
    today = clock_at(opens()).today()
    assert {one["date"] for one in everything if "past" in one["flags"]} <= {f"{today}"}, "over some hours ago"
    for platform in ("eventbrite", "woocommerce"):
        found = run("listings", "--platform", platform, "--json").json["listings"]
        assert found == [one for one in everything if one["platform"] == platform]


def test_shows_name_the_same_listings(run: Run) -> None:
    listings = {one["id"]: one for one in run("listings", "--json").json["listings"]}
    document = run("shows", "--json").json
    for show in document["shows"]:
        assert all(listings[id_]["show"] == show["id"] for id_ in show["listings"])
        assert show["id"] == f"{show['starts_at'][:16]}@{show['room']}"
        unknown = {name for name, value in show.items() if value is None}
        assert unknown <= set(show["unknown"]), show["id"]
    assert any(show["on_offer"] is None for show in document["shows"]), "of hidden classes a list does not give it"
    assert all(listings[one["id"]]["show"] is None for one in document["unpaired"])
    starts = [show["starts_at"] for show in document["shows"]]
    assert starts == sorted(starts)


HOURS = (dt.timedelta(hours=2, minutes=10), dt.timedelta(minutes=3))


@pytest.mark.parametrize(
    ("ages", "flags", "said"),
    [
        (HOURS, (), "the oldest of these numbers is 2 h 10 min old. --live reads them now"),
        ((*HOURS, None), (), "the oldest of these numbers is of unknown age"),
        ((dt.timedelta(0),), (), ""),
        (HOURS, (Flag.PAST,), ""),
        ((), (), ""),
    ],
    ids=["old", "not known", "read now", "over", "none"],
)
def test_a_table_says_how_old_the_oldest_of_it_is(
    capsys: pytest.CaptureFixture[str], ages: Sequence[dt.timedelta | None], flags: Sequence[Flag], said: str
) -> None:
    now = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    club: Any = SimpleNamespace(clock=SimpleNamespace(now=lambda: now))
    readings = (Reading(55, 1, 0, 54, None if age is None else now - age, Source.CACHE) for age in ages)
    listing = Listing(
        "wc:1", Platform.WOOCOMMERCE, "Show", None, None, StockMethod.WOOCOMMERCE_STOCK, Status.ON_SALE,
        Reading.unknown("not read"), "wc:1", flags=frozenset(flags),
    )  # fmt: skip
    kept = [replace(listing, reading=reading) for reading in readings]
    _say_age(club, kept)
    told = capsys.readouterr()
    assert (said in told.err, bool(told.err), told.out) == (True, bool(said), "")
    _say_age(club, [replace(x, reading=replace(x.reading, source=Source.LIVE)) for x in kept])
    assert capsys.readouterr().err == "", "that was read now, however long it took"


@pytest.fixture
def two_days_on(run: Run, practice: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days later by this computer's clock: what the catalogue has is old then."""
    ahead = float(practice.get("BRCC_PRACTICE_CLOCK") or 0)
    monkeypatch.setenv("BRCC_PRACTICE_CLOCK", f"{ahead + 2 * 86_400:.6f}")


@pytest.mark.usefixtures("two_days_on")
def test_what_rests_on_the_catalogue_says_how_old_that_is(run: Run) -> None:
    shows = run("shows", "--json").json["shows"]
    show = next(x for x in reversed(shows) if len(x["listings"]) > 1 and isinstance(x["free"], int) and x["free"] > 5)
    held = run("hold", show["id"], "1")
    assert "what is sold is from the catalogue, 2 days old: brcc-tui shows --live reads it now" in held.err
    run("hold", show["id"], "0")
    plan = run("set", show["listings"][0], "+1")
    assert "seats left" in plan.out
    assert "What the show's other listings sold is from the catalogue, 2 days old" in plan.err


def test_a_table_of_shows_says_why_numbers_are_not_known(run: Run, control: Control) -> None:
    control("POST", "database", up=False)
    try:
        assert run("refresh").status == 1
        ran = run("shows")
        assert (ran.status, "could not be read: WordPress database" in ran.err) == (0, True)
        assert "wordpress" in {failure["id"] for failure in run("listings", "--json").json["failed"]}
    finally:
        control("POST", "database", up=True)
    live = run("listings", "--live", "--json")
    assert (live.status, "wordpress" in {failure["id"] for failure in live.json["failed"]}) == (0, False), (
        "it tells now"
    )
    assert run("refresh").status == 0
    assert "could not be read: WordPress" not in run("shows").err


def test_explain_tells_rules_and_sources(run: Run, cell: str) -> None:
    rules = [rule for rule in run("explain", cell, "--json").json["rules"] if rule["rule"] != "note"]
    assert [rule["matched"] for rule in rules] == [*(False for _ in rules[1:]), True], "the first match decides"
    assert "booking text" in run("explain", cell).out


def test_explain_ends_with_what_else_is_to_be_said(run: Run) -> None:
    listings = run("listings", "--json").json["listings"]
    shut = next(one for one in listings if one["read_only_reason"] and one["platform"] == "woocommerce")
    rules = run("explain", shut["id"], "--json").json["rules"]
    said = {"rule": "note", "evidence": shut["read_only_reason"], "matched": True}
    assert said in rules[-2:], "perhaps before what a buyer can buy of it"


def test_health_is_healthy(run: Run) -> None:
    ran = run("health", "--json")
    assert (ran.status, ran.json["status"]) == (0, "healthy"), ran.json
    assert {check["status"] for check in ran.json["checks"].values()} == {"healthy"}
    assert run("health").out.startswith("healthy\n")


def test_one_shop_alone_is_not_configured_which_is_no_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRIVATE_TOKEN")
    monkeypatch.delenv("EVENTBRITE_API_URL")
    assert run("refresh").status == 0
    ran = run("health", "--json")
    assert (ran.status, ran.json["status"]) == (0, "healthy")
    assert ran.json["checks"]["eventbrite_api"]["status"] == "not_configured"
    assert run("listings", "--live", "--json").status == 0


def test_without_a_database_the_other_numbers_are_read_and_that_is_no_error(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME"):
        monkeypatch.delenv(f"WORDPRESS_DB_{name}")
    ran = run("listings", "--live", "--platform", "woocommerce", "--json")
    assert ran.status == 0, ran.err
    assert {one["reading"]["sold"] for one in ran.json["listings"]} == {None}
    assert any(one["reading"]["remaining"] for one in ran.json["listings"])


def test_export_writes_every_listing(run: Run, tmp_path: Path) -> None:
    listings = {one["id"] for one in run("listings", "--json").json["listings"]}
    rows = list(csv.DictReader(io.StringIO(run("export").out)))
    assert {row["listing"] for row in rows} == listings
    ran = run("export", "--format", "json", "--out", str(tmp_path / "x.json"))
    assert (ran.status, ran.out) == (0, "")
    document = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert misfits(document, contract.EXPORT) == []
    assert {one["id"] for one in document["listings"]} == listings
    printed = run("export", "--json").json
    assert printed.keys() == document.keys()
    assert [one["id"] for one in printed["listings"]] == [one["id"] for one in document["listings"]]


def test_without_a_catalogue_no_list_is_an_empty_one(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Before a first refresh nobody knows what the shops sell, which is not nothing."""
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "new"))
    said = "There is no catalogue yet: brcc-tui refresh reads it."
    for command in (("listings",), ("listings", "--live"), ("shows",), ("shows", "--live"), ("export",)):
        ran = run(*command)
        assert (ran.status, ran.err) == (1, f"{said}\n"), command
        document = run(*command, "--json").json
        told = document.get("error") or document["failed"][0]["reason"]
        assert told == said
    assert run("shows", "--json").json == {"shows": [], "unpaired": [], "error": said}
    show = "2027-05-14T20:00@main"
    for command in (("door", show), ("orders", show), ("hold", show, "1"), ("sync", show, "--split"), ("close", show)):
        ran = run(*command, "--json")
        assert (ran.status, "the shows are unknown" in ran.json["error"]) == (1, True), command
    kept = tmp_path / "kept.csv"
    kept.write_text("of yesterday")
    assert run("export", "--out", str(kept)).status == 1
    assert kept.read_text() == "of yesterday"


def test_a_plan_without_a_catalogue_does_not_say_that_its_listing_has_no_show(
    run: Run, cell: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "new"))
    ran = run("set", cell, "+1")
    assert "these listings are of no show that is known: nobody knows how many seats are free" in ran.out


def test_a_catalogue_that_cannot_be_opened_is_no_empty_one(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "file"))
    for command in (("listings",), ("listings", "--live"), ("shows", "--json"), ("export",)):
        ran = run(*command)
        assert (ran.status, "no catalogue yet" in ran.err, "cannot be opened" in ran.err) == (1, False, True), command
    (failure,) = run("listings", "--json").json["failed"]
    assert failure["id"] == "catalogue"
    assert "cannot be opened" in failure["reason"]


def test_a_shop_that_is_not_configured_is_not_an_empty_one(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "new"))
    monkeypatch.delenv("PRIVATE_TOKEN")
    run("refresh")
    said = "Eventbrite is not configured: brcc-tui setup asks for its settings\n"
    for more in ((), ("--live",), ("--json",)):
        ran = run("listings", "--platform", "eventbrite", *more)
        assert (ran.status, said in ran.err) == (0, True), more
        assert "is not configured" not in run("listings", "--platform", "woocommerce", *more).err


def test_dates_that_nobody_can_place_for_want_of_a_zone_are_told_as_that(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "new"))
    for name in ("PRIVATE_TOKEN", "HOST", "USER", "PASSWORD", "NAME"):
        monkeypatch.delenv(name if "_" in name else f"WORDPRESS_DB_{name}")
    for command in (("refresh", "--json"), ("shows",), ("listings", "--json"), ("export",)):
        assert "set BRCC_TIMEZONE, or the WordPress database, then refresh" in run(*command).err, command
    monkeypatch.setenv("BRCC_TIMEZONE", "America/Toronto")
    for command in (("listings",), ("health",)):
        said = run(*command)
        assert "BRCC_TIMEZONE was not set at the last one: refresh" in said.out + said.err, command
    assert "BRCC_TIMEZONE" not in run("refresh").err


def test_the_log_is_shown(run: Run) -> None:
    run("refresh")
    ran, document = run("logs", "--lines", "5"), run("logs", "--lines", "5", "--json").json
    assert len(ran.out.splitlines()) == len(document["lines"]) == 5
    assert document["folder"] in ran.err
    assert all({"at", "event"} <= set(line) for line in document["lines"])
