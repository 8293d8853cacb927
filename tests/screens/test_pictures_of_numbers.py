"""Month and pace as blocks: every height means something, and nothing known is not nothing sold."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import re

import pytest
from driving import Running, press, screen_text, settle
from fake_club import NOW
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.listing import Platform
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.pace import Pace
from brcc_tui.widgets.glyphs import ASCII, UNICODE
from brcc_tui.widgets.heat_map import block, weeks_of
from brcc_tui.widgets.pace_plot import pace_line, pace_lines

BLOCKS = {
    "nobody knows": (None, "?", "warn"),
    "nobody": (0, "▁", "dim"),
    "a few": (10, "▁", "good"),
    "half": (50, "▄", "note"),
    "nearly": (90, "▇", "warn"),
    "all": (100, "█", "bad"),
    "too many": (130, "█", "bad"),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_as_high_as_the_show_is_full(name: str) -> None:
    percent, sign, tone = BLOCKS[name]
    span = block(percent, UNICODE)
    assert (span.text, span.tone) == (sign, tone)
    assert block(percent, ASCII).text.isascii()


def pace(*sold: int, compared: int = 4, unknown: str = "") -> Pace:
    days = tuple(NOW.date() + dt.timedelta(days=n) for n in range(len(sold)))
    return Pace(days, sold, tuple(1.0 for _ in sold), compared, unknown)


def told(spans) -> str:
    return "".join(span.text for span in spans)


def test_the_pace_in_a_line_says_its_sum_and_what_is_usual() -> None:
    assert "pace ▄ █  3 in 3 days, usually 3" in told(pace_line(pace(1, 0, 2), UNICODE, 100))


def test_one_seat_among_many_is_still_seen() -> None:
    assert "▁" in told(pace_line(pace(1, 0, 60), UNICODE, 100))


def test_what_the_plot_leaves_out_is_told() -> None:
    rows = "\n".join(map(told, pace_lines(pace(1, 2, unknown="without 1 on Eventbrite"), ASCII)))
    assert rows.isascii()
    assert "without 1 on Eventbrite" in rows
    assert "nothing to compare it with" in told(pace_line(pace(1, compared=0), ASCII, 100))


def test_the_sum_of_one_shop_is_not_told_as_that_of_the_show() -> None:
    alone = dataclasses.replace(
        pace(1, 2, unknown="without the shop: no answer"),
        shops={Platform.EVENTBRITE: (1, 2)},
        silent=frozenset({Platform.WOOCOMMERCE}),
    )
    assert "  EB alone: 3 in 2 days, usually 2" in told(pace_line(alone, UNICODE, 60))
    assert "sold by EB alone: 3 in 2 days, usually 2" in "\n".join(map(told, pace_lines(alone, UNICODE)))


SHOPS = {Platform.EVENTBRITE: (3, 0) * 7, Platform.WOOCOMMERCE: (0, 4) * 7}


@pytest.mark.parametrize("cells", [30, 44, 56, 60, 62, 80, 120])
def test_every_bar_stands_over_its_day_at_every_width(cells: int) -> None:
    days = tuple(NOW.date() + dt.timedelta(days=n) for n in range(14))
    drawn = Pace(days, (3, 4) * 7, (0.0,) * 14, 0, shops=SHOPS)
    rows = [told(row) for row in pace_lines(drawn, UNICODE, cells)]
    lowest, rule, numbers, names = rows[7:11]
    assert max(len(row.rstrip()) for row in rows[:11]) <= cells, "nothing is wrapped"
    places = [found.start() for found in re.finditer(r"\d+", numbers)]
    kept = days[-len(places) :]
    assert [int(number) for number in numbers.split()] == [day.day for day in kept]
    assert [names[place : place + 2] for place in places] == [f"{day:%a}"[:2] for day in kept]
    for day, place in zip(kept, places, strict=True):
        on_eventbrite = days.index(day) % 2 == 0
        assert (lowest[place] != " ", lowest[place + 1] != " ") == (on_eventbrite, not on_eventbrite)
    assert set(rule.strip()) == {UNICODE.rule}


def test_each_shop_is_seen_without_colour() -> None:
    days = tuple(NOW.date() + dt.timedelta(days=n) for n in range(14))
    drawn = Pace(days, (3, 4) * 7, (0.0,) * 14, 0, shops=SHOPS)
    rows = "\n".join(map(told, pace_lines(drawn, ASCII)))
    assert "Eventbrite: 21, the first bar of a day" in rows
    assert "the shop: 28, the second bar of a day" in rows
    assert "49 in 14 days (EB 21, shop 28)" in told(pace_line(drawn, ASCII, 100))


@pytest.mark.parametrize("compared", [0, 4])
def test_the_pace_of_a_show_is_one_row_at_every_width(compared: int) -> None:
    days = tuple(NOW.date() + dt.timedelta(days=n) for n in range(14))
    drawn = Pace(days, (3, 4) * 7, (2.0,) * 14, compared, shops=SHOPS)
    widths = range(45, 110)
    rows = [told(pace_line(drawn, ASCII, cells)) for cells in widths]
    assert all(len(row) <= cells and "  49 in 14 days" in row for row, cells in zip(rows, widths, strict=True))
    assert rows[-1].endswith("   P: larger")


async def test_the_month_follows_the_cursor_and_is_hidden_by_key(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2")
        assert "November 2026" in screen_text(app)
        await press(pilot, "right_square_bracket")
        assert "December 2026" in screen_text(app)
        await press(pilot, "left_square_bracket")
        assert "November 2026" in screen_text(app)
        await press(pilot, "M")
        assert "November 2026" not in screen_text(app)


async def test_the_pace_stands_below_an_unfolded_show_and_fails_alone(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    desk.no_pace = "the WordPress database is not configured"
    async with running() as pilot:
        await press(pilot, "2", "enter")
        assert "pace ? " in screen_text(app)
        assert "the WordPress database is not configured" in screen_text(app)
        assert app.board.faults == []
        desk.no_pace = ""
        await press(pilot, "down", "P")
        assert "usual: the mean of the 4 shows before it" in screen_text(app)
        assert "as it was at 19:04 on Fri 27 Nov" in screen_text(app), "it may stand there for hours"


async def test_the_pace_is_asked_again_and_never_stands_as_that_of_now(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.no_pace = "database: connection refused"
    async with running() as pilot:
        await press(pilot, "2", "enter")
        assert "pace ? " in screen_text(app)
        desk.no_pace = ""
        await press(pilot, "r")
        assert "pace ? " not in screen_text(app), "r asks again"
        assert "29 in 14 days" in screen_text(app)
        later = NOW + dt.timedelta(hours=2)
        monkeypatch.setattr(desk, "now", lambda: later)
        desk.no_pace = "database: connection refused"
        app.changed()
        await settle(pilot)
        assert "pace 2 h old: r reads it again" in screen_text(app)
        await press(pilot, "r")
        text = screen_text(app)
        assert "29 in 14 days" in text, "what was known stays"
        assert "pace 2 h old" in text
        assert "connection refused" in text
        desk.no_pace = ""
        await press(pilot, "enter", "enter")
        assert "h old: r reads" not in screen_text(app), "unfolding asks again what is old"


async def test_the_pace_of_each_show_is_told_however_fast_they_are_unfolded(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    gate, pace = asyncio.Event(), desk.pace

    async def slow(show: Show) -> Pace:
        await gate.wait()
        return await pace(show)

    desk.pace = slow  # type: ignore[method-assign]
    async with running() as pilot:
        await press(pilot, "2", "enter", "end", "up", "enter", held=True)
        gate.set()
        await settle(pilot)
        assert len([known for known in app.screen.paces.values() if known.pace]) == 2


@pytest.mark.parametrize("day", [1, 15, 27, 30])
def test_the_present_month_begins_with_this_week_and_goes_on_for_five(day: int) -> None:
    today = dt.date(2026, 11, day)
    weeks = weeks_of(today, today)
    assert len(weeks) == 5
    assert today in weeks[0]
    assert weeks[0][0].weekday() == 0
    assert weeks_of(dt.date(2026, 12, 1), today)[0][0] == dt.date(2026, 11, 30)


async def test_late_in_a_month_the_next_days_are_there(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2")
        text = screen_text(app)
        assert "November 2026 and on" in text
        assert " 4 █ 114%" in text, "the shows of Friday, 4 December"


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_a_change_is_readable_on_a_phone(size: tuple[int, int], running: Running, app: BrccApp) -> None:
    async with running(size=size) as pilot:
        await press(pilot, "6")
        assert any("18:52" in row and "EB tonight 20:00 F" in row for row in screen_text(app).splitlines())
        assert "28 → 31" in screen_text(app)
