"""Why a number is what it is, how everything is, and what leaves the program as a table."""

from __future__ import annotations

import csv
import datetime as dt
import errno
import io
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.cli.tables import explanation_lines
from brcc_tui.model.catalogue import Variation
from brcc_tui.model.counts import STOCK, CellCount
from brcc_tui.model.failure import Failure
from brcc_tui.operations.catalogue.explain import NotThereToExplain, explain
from brcc_tui.operations.catalogue.export import NotExported, listings_as_csv, without_formula, write_file
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.diagnostics.check import Check, Condition
from brcc_tui.operations.diagnostics.health import CHECKS, check_health, health_report
from brcc_tui.platforms.errors import AccessDenied, DatabaseError, NotThere, RateLimited
from brcc_tui.store.catalogue_cache import CatalogueCache
from tests.systems import posix

CELL = "wc:10:slotone:dateone"


async def test_a_cell_is_explained_with_every_rule_and_source(town: Any) -> None:
    answer = await explain(town.club, CELL)
    assert (answer.product_class, answer.stock_method) == ("bookings", "booking_stock")
    assert [step.matched for step in answer.rules] == [False] * (len(answer.rules) - 1) + [True]
    assert all(step.evidence for step in answer.rules)
    assert answer.numbers["remaining"][0] == 42
    assert "slot slotone, date dateone" in answer.numbers["remaining"][1]
    assert (answer.numbers["sold"][0], answer.numbers["held"][0]) == (12, 1)


async def test_a_product_is_the_sum_of_its_dates(town: Any) -> None:
    answer = await explain(town.club, "wc:10")
    words = "the booking text (fooevents_bookings_options_serialized), the sum of 2 dates"
    assert answer.numbers["remaining"] == (97, words)


@pytest.mark.parametrize(
    ("days", "told", "flags"),
    [(0, [], []), (6, ["of 1 of its 2 listings: "], ["past (1 of 2)"]), (9, [""], ["past"])],
)
async def test_what_is_so_of_some_dates_is_not_told_of_the_product(
    town: Any, days: int, told: list[str], flags: list[str]
) -> None:
    town.clock.at += dt.timedelta(days=days)
    answer = await explain(town.club, "wc:10")
    assert list(answer.notes) == [f"{of}a buyer can buy none: it is over" for of in told]
    assert list(answer.flag_names) == flags
    assert [line for line in explanation_lines(answer) if "flags" in line] == [f"  flags: {flag}" for flag in flags]


async def test_a_ticket_class_is_explained(town: Any) -> None:
    town.eventbrite.in_checkout["1"] = 2
    answer = await explain(town.club, "eb:1:19")
    assert answer.product_class == "ticket_class"
    assert answer.numbers["held"][0] == 2
    assert answer.rules[-1].matched


@pytest.mark.parametrize("codes", [None, ()], ids=["not known", "known"])
async def test_a_hidden_class_whose_codes_are_only_supposed_says_so(town: Any, codes: tuple[()] | None) -> None:
    event = town.eventbrite.stored["1"]
    hidden = tuple(replace(each, hidden=True) for each in event.ticket_classes)
    town.eventbrite.stored["1"] = replace(
        event, ticket_classes=hidden, access_codes=codes, codes_unread="access denied"
    )
    notes = " ".join((await explain(town.club, "eb:1:19")).notes)
    assert ("its access codes are not known (access denied)" in notes) == (codes is None)


async def test_an_unknown_number_tells_why(town: Any) -> None:
    town.database.app_error["snapshot"] = DatabaseError("went away")
    answer = await explain(town.club, CELL)
    value, why = answer.numbers["sold"]
    assert value is None
    assert "went away" in why


@pytest.mark.parametrize("wanted", ["wc:10:slotone:nowhere", "eb:1:77", "wc:10:v5"])
async def test_what_is_not_there_is_not_explained(town: Any, wanted: str) -> None:
    with pytest.raises(NotThereToExplain):
        await explain(town.club, wanted)


async def test_an_unknown_product_is_the_shops_own_answer(town: Any) -> None:
    town.woocommerce.app_error["product"] = NotThere("no such product")
    with pytest.raises(NotThere):
        await explain(town.club, "wc:999")


async def test_of_a_deleted_product_is_explained_what_people_have_of_it(town: Any) -> None:
    await refresh(town.club)
    town.woocommerce.stored.pop(10)
    town.woocommerce.app_error["product 10"] = NotThere("no such product")
    for _ in ("before", "after the next refresh"):
        answer = await explain(town.club, CELL)
        assert (answer.numbers["sold"][0], answer.numbers["held"][0], answer.flags) == (12, 1, ("lost",))
        value, why = answer.numbers["remaining"]
        assert (value, "no longer lists this product" in why) == (None, True)
        await refresh(town.club)


async def test_a_listing_is_explained_with_all_flags_that_a_look_at_it_tells(town: Any, make_bookings: Any) -> None:
    town.woocommerce.stored[12] = make_bookings(12)  # the ids of 10 once more
    await refresh(town.club)
    town.database.rows[10], town.database.open_in_editor[10] = make_bookings(10, stock='"18"'), 5.0
    (cell,) = await read_live(town.club, [CELL])
    assert sorted(cell.flags) == ["cached_rest", "open_in_editor", "shared_ids"]
    for wanted in (CELL, "wc:10"):
        assert list((await explain(town.club, wanted)).flags) == sorted(cell.flags)


async def test_places_from_before_there_were_dates_are_a_part_of_their_product(town: Any, make_bookings: Any) -> None:
    await refresh(town.club)
    town.woocommerce.stored[11] = make_bookings(11)
    town.database.taken |= {(11, *STOCK): CellCount(3, 0), (11, "slotone", "dateone"): CellCount(4, 0)}
    await refresh(town.club)
    answer = await explain(town.club, "wc:11")
    assert (answer.numbers["sold"][0], answer.of_some["lost"]) == (7, "1 of 3")
    assert "the sum of 3 listings" in answer.numbers["sold"][1]


async def test_what_is_sold_as_variations_is_the_sum_of_these(town: Any) -> None:
    stocks = tuple(Variation(n, name, "publish", True, n) for n, name in ((4, "Front"), (9, "Back")))
    varied = {"type": "variable", "manage_stock": False, "has_variations": True, "variations": stocks}
    town.woocommerce.stored[11] = replace(town.woocommerce.stored[11], **varied)
    answer = await explain(replace(town.club, wordpress=None), "wc:11")
    of_both = "WooCommerce's stock_quantity of its variations, the sum of 2 variations"
    assert answer.numbers["remaining"] == (13, of_both)


@pytest.mark.parametrize("wanted", ["wc:10", "wc:10:slotone:dateone"])
async def test_an_event_whose_meta_did_not_come_is_not_explained_away(town: Any, wanted: str) -> None:
    await refresh(town.club)
    town.woocommerce.stored[10] = replace(town.woocommerce.stored[10], meta=())
    with pytest.raises(NotThereToExplain, match="could not be read: the shop's answer holds none"):
        await explain(town.club, wanted)
    town.woocommerce.stored[20] = replace(town.woocommerce.stored[10], id=20, name="Mug")
    assert (await explain(town.club, "wc:20")).product_class == "not_an_event"


async def test_everything_is_well(town: Any) -> None:
    await refresh(town.club)
    report = await check_health(town.club)
    unwell = {name: check.detail for name, check in report.checks.items() if check.status is not Condition.HEALTHY}
    assert unwell == {}
    assert report.status is Condition.HEALTHY
    assert tuple(report.checks) == CHECKS
    assert "1,874 calls left" in report.checks["eventbrite_api"].detail
    assert all(check.milliseconds is not None for check in report.checks.values())


@pytest.mark.parametrize(
    ("bend", "check", "condition", "words"),
    [
        pytest.param(
            lambda t: t.eventbrite.app_error.update(check=AccessDenied("the token is not accepted")),
            "eventbrite_api", Condition.DOWN, "token is not accepted", id="token",
        ),
        pytest.param(
            lambda t: t.eventbrite.app_error.update(check=RateLimited("the allowance of calls is used up")),
            "eventbrite_api", Condition.DEGRADED, "is used up", id="no_calls",
        ),
        pytest.param(
            lambda t: setattr(t.eventbrite, "calls_left", 1),
            "eventbrite_api", Condition.DEGRADED, "1 call left", id="call",
        ),
        pytest.param(
            lambda t: setattr(t.woocommerce, "may_write", False),
            "woocommerce_api", Condition.DEGRADED, "may only read", id="read_only_key",
        ),
        pytest.param(
            lambda t: setattr(t.database, "says", replace(t.database.says, may_write=True)),
            "wordpress_db", Condition.DEGRADED, "can only SELECT", id="writing_user",
        ),
        pytest.param(
            lambda t: t.database.app_error.update(site=DatabaseError("too many connections")),
            "wordpress_db", Condition.DOWN, "too many connections", id="database",
        ),
        pytest.param(
            lambda t: t.database.app_error.update(site=ZeroDivisionError("odd")),
            "wordpress_db", Condition.DOWN, "unexpected: ZeroDivisionError", id="unexpected",
        ),
        pytest.param(
            lambda t: setattr(t.clock, "at", t.clock.at + dt.timedelta(days=9)),
            "cache_status", Condition.DEGRADED, "9 days old: refresh", id="old_catalogue",
        ),
        pytest.param(
            lambda t: setattr(t.clock, "at", t.clock.at - dt.timedelta(days=9)),
            "cache_status", Condition.DEGRADED, "it was read in the future. Refresh", id="catalogue_of_a_later_day",
        ),
    ],
)  # fmt: skip
async def test_each_check_tells_what_is_wrong(
    town: Any, bend: Any, check: str, condition: Condition, words: str
) -> None:
    await refresh(town.club)
    bend(town)
    report = await check_health(town.club)
    assert report.checks[check].status is condition
    assert words in report.checks[check].detail
    assert report.status is condition
    assert sum(one.status is not Condition.HEALTHY for one in report.checks.values()) == 1


async def test_a_change_that_somebody_is_making_is_none_that_never_ended(town: Any) -> None:
    await refresh(town.club)
    club, now = town.club, town.club.clock.now()
    change = {"actor": "robin@desk", "listing": CELL, "show": None, "action": "set", "before": 42, "after": 40}
    entry = club.journal.begin(**change, reason="", digest="d", at=now)
    for move in ("confirmed", "locked", "read_again", "checkpointed"):
        club.journal.append(entry, move, now, {})
    lock = club.locks.take("wc:10", "robin@desk", now)
    while_watched = (await check_health(club)).checks["journal"]
    lock.release()
    left = (await check_health(club)).checks["journal"]
    assert (while_watched.status, while_watched.detail) == (Condition.HEALTHY, "writable; 1 change recorded")
    assert (left.status, "1 change never ended" in left.detail) == (Condition.DEGRADED, True)


async def test_what_is_not_configured_does_not_make_the_whole_worse(town: Any) -> None:
    club = town.without("eventbrite")
    await refresh(club)
    report = await check_health(club)
    assert report.checks["eventbrite_api"].status is Condition.NOT_CONFIGURED
    assert report.status is Condition.HEALTHY
    nothing = await check_health(town.without("eventbrite", "woocommerce", "wordpress"))
    assert nothing.status is Condition.UNKNOWN


H, DEG, DOWN, UNKNOWN, NONE = Condition


@pytest.mark.parametrize(
    ("eventbrite", "woocommerce", "cache", "worst"),
    [
        (H, NONE, H, H),
        (NONE, NONE, H, UNKNOWN),
        (NONE, NONE, DEG, DEG),
        (H, UNKNOWN, DEG, UNKNOWN),
        (UNKNOWN, DOWN, DEG, DOWN),
        (H, NONE, DEG, DEG),
    ],
)
def test_the_whole_is_as_bad_as_the_worst(
    eventbrite: Condition, woocommerce: Condition, cache: Condition, worst: Condition
) -> None:
    parts = {"eventbrite_api": eventbrite, "woocommerce_api": woocommerce, "cache_status": cache}
    at = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
    assert health_report({name: Check(part, "") for name, part in parts.items()}, at).status is worst


async def test_what_the_last_refresh_could_not_read_is_told_until_the_next(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await refresh(town.club)
    failed = [Failure("woocommerce", "WooCommerce", "answered 503"), Failure("wordpress", "WordPress database", "gone")]
    monkeypatch.setattr(CatalogueCache, "failed", lambda _: [*failed, Failure("eb:8", "Sketch", "no start")])
    town.clock.at += dt.timedelta(days=1, hours=23, minutes=59)
    check = (await check_health(town.club)).checks["cache_status"]
    said = "the last refresh could not read WooCommerce and WordPress database"
    wanted = f"the catalogue is 47 h 59 min old, without 1 that could not be read; {said}"
    assert (check.status, check.detail) == (Condition.DEGRADED, wanted)
    monkeypatch.setattr(CatalogueCache, "failed", lambda _: [])
    town.clock.at += dt.timedelta(minutes=1)
    check = (await check_health(town.club)).checks["cache_status"]
    assert (check.status, check.detail) == (Condition.HEALTHY, "the catalogue is 2 days old")


async def test_what_was_damaged_once_and_is_kept_is_named(town: Any) -> None:
    await refresh(town.club)
    for name in ("journal.sqlite", "catalogue.sqlite"):
        (town.club.settings.data_dir / f"{name}.damaged-20261101-200000").touch()
    checks = (await check_health(town.club)).checks
    for name, file in (("journal", "journal.sqlite"), ("cache_status", "catalogue.sqlite")):
        assert checks[name].status is Condition.HEALTHY
        assert f"; {file}.damaged-20261101-200000, damaged, kept beside it" in checks[name].detail


async def test_there_is_no_catalogue_before_the_first_refresh(town: Any) -> None:
    report = await check_health(town.club)
    assert report.checks["cache_status"].detail == "there is no catalogue yet: refresh"


async def test_a_catalogue_without_what_could_not_be_read_says_so(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    await refresh(town.club)
    failed = Failure("wc:7", "Improv", "no JSON"), Failure("eb:8", "Sketch", "no start")
    monkeypatch.setattr(CatalogueCache, "failed", lambda _: failed)
    check = (await check_health(town.club)).checks["cache_status"]
    assert check.status is Condition.HEALTHY
    assert check.detail == "the catalogue is 0 min old, without 2 that could not be read"


async def test_the_table_has_every_listing_beside_its_show(town: Any) -> None:
    await refresh(town.club)
    rows = list(csv.DictReader(io.StringIO(listings_as_csv(programme(town.club, town.club.cache.listings())))))
    assert {row["listing"] for row in rows} == {listing.id for listing in town.club.cache.listings()}
    cell = next(row for row in rows if row["listing"] == CELL)
    assert (cell["capacity"], cell["sold"], cell["held"], cell["remaining"]) == ("55", "12", "1", "42")
    assert (cell["show"], cell["seats"]) == ("2026-11-27T20:00@main", "55")
    event = next(row for row in rows if row["listing"] == "eb:1:19")
    assert (event["held"], event["unknown"]) == ("?", "held: not_read")


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\x00=1", "＝1", "＠SUM(A1)"])
async def test_no_title_becomes_a_formula(town: Any, make_event: Any, title: str) -> None:
    town.eventbrite.stored["1"] = make_event(1, name=title)
    await refresh(town.club)
    rows = list(csv.DictReader(io.StringIO(listings_as_csv(programme(town.club, town.club.cache.listings())))))
    cell = next(row["title"] for row in rows if row["listing"] == "eb:1:19")
    assert cell.startswith("'")
    assert cell.isprintable()


@pytest.mark.parametrize("text", ["Late;=1+1", "Late; =1+1;", "Late;;@SUM(A1)", "Late;\t-1", "Late;＝1"])
def test_no_part_becomes_a_formula_where_semicolons_part_cells(text: str) -> None:
    """As in the spreadsheets of countries that write 1,50."""
    assert not any(part.lstrip().startswith(tuple("=+-@＝＋－＠")) for part in without_formula(text).split(";"))
    assert without_formula(text).replace("'", "") == text.replace("\t", " ")


@pytest.mark.parametrize("text", ["Late; 8pm", "https://example.org/?a=1;b=-2", "a, =b"])
def test_a_text_that_holds_no_formula_stays_as_it_is(text: str) -> None:
    assert without_formula(text) == text


async def test_a_negative_number_stays_a_number(town: Any) -> None:
    town.database.taken[10, "slotone", "dateone"] = CellCount(60, 0)
    await refresh(town.club)
    rows = list(csv.DictReader(io.StringIO(listings_as_csv(programme(town.club, town.club.cache.listings())))))
    assert next(row["show_free"] for row in rows if row["listing"] == CELL).lstrip("-").isdecimal()


def test_a_file_is_written_for_excel(tmp_path: Path) -> None:
    write_file(str(tmp_path / "a.csv"), "ü\r\n")
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf\xc3\xbc\r\n"
    with pytest.raises(NotExported):
        write_file(str(tmp_path / "missing" / "a.csv"), "x")


def test_a_sheet_that_cannot_be_written_whole_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list for the door, half of which was printed when the disk was full."""
    before = tmp_path / "door.csv"
    write_file(str(before), "as it was")
    write = Path.write_text

    def half(path: Path, text: str, **how: Any) -> None:
        write(path, text[: len(text) // 2], **how)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(NotExported, match="No space left"):
        write_file(str(before), "what is new")
    assert before.read_text(encoding="utf-8-sig") == "as it was"
    assert list(tmp_path.iterdir()) == [before]


def test_a_sheet_that_somebody_protects_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder takes new files, and so would take another one under its name."""
    protected = tmp_path / "door.csv"
    write_file(str(protected), "as it was")
    monkeypatch.setattr(os, "access", lambda path, mode: not (Path(path) == protected and mode & os.W_OK))
    with pytest.raises(NotExported, match="Permission denied"):
        write_file(str(protected), "what is new")
    assert protected.read_text(encoding="utf-8-sig") == "as it was"


@posix("modes, links and devices")
def test_a_sheet_is_written_to_what_stands_there(tmp_path: Path) -> None:
    kept, link = tmp_path / "kept.csv", tmp_path / "link.csv"
    kept.touch(0o600)
    link.symlink_to(kept)
    write_file(str(link), "x")
    assert kept.read_text(encoding="utf-8-sig") == "x"
    assert (link.is_symlink(), stat.S_IMODE(kept.stat().st_mode)) == (True, 0o600)
    write_file(os.devnull, "x")
    assert Path(os.devnull).is_char_device()


async def test_a_drive_that_is_gone_is_told(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    check = (await check_health(town.club)).checks["disk_space"]
    assert check.status is Condition.DOWN
    assert "is gone" in check.detail
