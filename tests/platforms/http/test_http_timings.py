"""How long the shops take: honest percentiles, and a record that cannot grow without end."""

from __future__ import annotations

import datetime as dt

from brcc_tui.platforms.timings import TimedError, TimingRow, Timings

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
