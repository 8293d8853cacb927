"""Sales reports that are kept: what was put in comes out, and a file that is of no use costs nothing but itself."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from brcc_tui.model.catalogue import Event
from brcc_tui.model.money.eventbrite import SalesReport
from brcc_tui.store.sales import SalesFile

AT = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
REPORT = SalesReport("CAD", Decimal("100.10"), None, Decimal("7.20"), 9)
DAYS = {dt.date(2026, 11, 2): 4, dt.date(2026, 11, 9): 5}


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    kept = SalesFile(tmp_path / "sales.sqlite")
    kept.keep({"5": REPORT}, AT)
    kept.keep_days({"5": DAYS, "6": {}})
    kept.close()
    again = SalesFile(tmp_path / "sales.sqlite")
    assert again.reports(["5", "6"]) == {"5": (REPORT, AT)}
    assert again.days(["5", "6", "7"]) == {"5": DAYS, "6": {}}
    again.close()


def test_days_of_an_earlier_version_may_lack_some_and_are_asked_for_again(tmp_path: Path) -> None:
    kept = SalesFile(tmp_path / "sales.sqlite")
    kept.keep({"5": REPORT}, AT)
    kept.keep_days({"5": DAYS})
    kept.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "sales.sqlite")) as database:
        database.execute("PRAGMA user_version = 1")
    again = SalesFile(tmp_path / "sales.sqlite")
    assert (again.days(["5"]), again.reports(["5"])) == ({}, {"5": (REPORT, AT)})
    again.keep_days({"5": DAYS})
    again.close()
    assert SalesFile(tmp_path / "sales.sqlite").days(["5"]) == {"5": DAYS}


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + bytes(4000)])
@pytest.mark.parametrize("is_asked_first", [True, False])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, content: bytes, is_asked_first: bool) -> None:
    path = tmp_path / "sales.sqlite"
    path.write_bytes(content)
    kept = SalesFile(path)
    if is_asked_first:
        assert kept.reports(["5"]) == {}
    kept.keep({"5": REPORT}, AT)
    assert kept.reports(["5"]) == {"5": (REPORT, AT)}, "what met the damage is kept as well"
    kept.close()


def test_one_of_a_newer_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "sales.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript("CREATE TABLE report (event, all_of_it); PRAGMA user_version = 99")
    before = path.read_bytes()
    kept = SalesFile(path)
    kept.keep({"5": REPORT}, AT)
    assert (kept.reports(["5"]), kept.past("1")) == ({}, (None, []))
    kept.close()
    assert path.read_bytes() == before


def test_a_past_that_is_read_anew_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """An event that was deleted at Eventbrite since, and what another organization has, are no part of it."""
    kept, later = SalesFile(tmp_path / "sales.sqlite"), AT + dt.timedelta(days=1)
    one, two = (Event(name, name, AT, "America/Toronto", "ended", 55, False, ()) for name in "12")
    kept.keep_past("1", [one, two], AT, AT)
    kept.keep_past("1", [two], later, later)
    assert kept.past("1") == (later, [(two, later)])
    kept.keep_past("2", [], AT, AT)
    assert (kept.past("1"), kept.past("2")) == ((None, []), (AT, []))
    kept.close()


def test_the_past_is_read_as_it_was_at_one_moment(tmp_path: Path) -> None:
    """Another copy that had less of it may keep that in between: events of a time that counts as whole were missing."""
    kept, other = (SalesFile(tmp_path / "sales.sqlite") for _ in range(2))
    one, two = (Event(name, name, AT, "America/Toronto", "ended", 55, False, ()) for name in "12")
    kept.keep_past("1", [one, two], AT, AT)
    assert other.past("1")[0] == AT
    connection, asked = kept._kept, list[str]()

    class Slow:
        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
            if asked:
                other.keep_past("1", [one], AT - dt.timedelta(days=9), AT)
            asked.append(sql)
            assert connection is not None
            return connection.execute(sql, *values)

    kept._kept = Slow()  # type: ignore[assignment]
    until, events = kept.past("1")
    assert (until, len(events)) in ((AT, 2), (AT - dt.timedelta(days=9), 1))
    kept._kept = connection
    for each in (kept, other):
        each.close()


def test_without_a_folder_nothing_is_kept_and_nothing_raised(tmp_path: Path) -> None:
    kept = SalesFile(tmp_path / "not there" / "sales.sqlite")
    kept.keep({"5": REPORT}, AT)
    assert kept.reports(["5"]) == {}
    kept.close()
