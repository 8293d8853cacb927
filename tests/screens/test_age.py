"""Numbers that nobody reads again grow old on the screen by themselves, at the cost of a few bytes."""

from __future__ import annotations

import datetime as dt

import pytest
from driving import Running, press, screen_text, settle
from fake_club import NOW, left_over
from fake_desk import FakeDesk
from textual.geometry import Region
from textual.pilot import Pilot

from brcc_tui.app import BrccApp
from brcc_tui.screens.modals.ask_number import AskNumber
from brcc_tui.screens.modals.recovery import Recovery
from brcc_tui.widgets.paint import line, what_differs
from brcc_tui.widgets.rows import Rows


async def test_ten_idle_minutes_are_said_in_every_row_and_repaint_their_marks_alone(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "2")
        rows = app.screen.query_one("#shows", Rows)
        tonight = next(row for row in screen_text(app).splitlines() if "tonight 20:00" in row)
        assert " now " in tonight
        painted: list[Region] = []
        refresh = rows.refresh
        rows.refresh = lambda *regions, **how: (painted.extend(regions), refresh(*regions, **how))[1]  # type: ignore[method-assign]
        desk.now = lambda: NOW + dt.timedelta(minutes=2)  # type: ignore[method-assign]
        app.changed()
        await settle(pilot)
        assert painted
        assert all(region.width == 5 and region.height == 1 for region in painted), painted
        desk.now = lambda: NOW + dt.timedelta(minutes=10)  # type: ignore[method-assign]
        app.changed()
        await settle(pilot)
        tonight = next(row for row in screen_text(app).splitlines() if "tonight 20:00" in row)
        assert " 10m " in tonight
        await press(pilot, "space", "3")
        desk.now = lambda: NOW + dt.timedelta(minutes=30)  # type: ignore[method-assign]
        app.changed()
        await settle(pilot)
        assert "live" not in screen_text(app), "live fades"


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_what_the_services_said_when_they_were_checked_is_not_told_as_of_now(
    running: Running, desk: FakeDesk, app: BrccApp, size: tuple[int, int]
) -> None:
    async with running(size=size) as pilot:
        assert "Eventbrite 310 ms 1,874 calls left" in screen_text(app)
        desk.now = lambda: NOW + dt.timedelta(minutes=10)  # type: ignore[method-assign]
        app.changed()
        await settle(pilot)
        assert "Eventbrite checked 19:04" in screen_text(app)
        assert "calls left" not in screen_text(app), "so many were left ten minutes ago"
        await press(pilot, "7")
        assert "checked 19:04, 10 min old" in screen_text(app)
        said = [row for row in screen_text(app).splitlines() if " healthy " in row and "Health:" not in row]
        assert said, "what was well then is still told"
        assert all("○" in row and "●" not in row.partition("healthy")[0] for row in said)


def test_only_the_cells_that_differ_are_painted_again() -> None:
    before = line("ab", "cd", ("ef", "dim"), "gh")
    assert what_differs(before, line("ab", "cd", ("xy", "dim"), "gh"), 3, 20) == Region(4, 3, 2, 1)
    assert what_differs(before, line("ab", "cd", ("xyz", "dim"), "gh"), 3, 20) == Region(4, 3, 16, 1)
    assert what_differs(before, line("ab", "cd", ("xy", "dim"), "zz"), 3, 7) == Region(4, 3, 3, 1)


async def test_a_number_is_asked_for_beside_what_stands_and_how_old_that_is(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        listing = next(iter(app.board.upcoming(desk.now()))).listings[0]
        for age, words in (
            (0, "31 now, 24 sold, 0 held, 7 left"),
            (30, "31 in all, 24 sold, 0 held, 7 left, 30 min old"),
        ):
            desk.now = lambda age=age: NOW + dt.timedelta(minutes=age)  # type: ignore[method-assign,misc]
            app.push_screen(AskNumber(listing, None))
            await settle(pilot)
            assert words in screen_text(app)


LATER = NOW + dt.timedelta(hours=2)


async def _two_hours_later(pilot: Pilot[int], app: BrccApp, desk: FakeDesk) -> str:
    desk.now = lambda: LATER  # type: ignore[method-assign]
    app.changed()
    await settle(pilot)
    return screen_text(app)


@pytest.mark.parametrize(
    ("keys", "at_first", "later"),
    [
        (("s",), "free now: 7", "free: 7, 2 h old"),
        (("H",), "7 of 55 seats free", "7 of 55 seats free, 2 h old"),
        (("2", "enter", "j", "equals_sign"), "31 now, 24 sold", "31 in all, 24 sold, 0 held, 7 left, 2 h old"),
        (("x",), "Change 2 listings of tonight", "The numbers are 2 h old"),
        (("x", "2", "enter"), "0 on sale now", "0 on sale, 2 h old"),
    ],
    ids=["sync", "house seats", "a number", "a plan", "what came of one"],
)
async def test_a_question_that_stands_for_long_says_how_old_its_numbers_are(
    running: Running, desk: FakeDesk, app: BrccApp, keys: tuple[str, ...], at_first: str, later: str
) -> None:
    async with running() as pilot:
        await press(pilot, *keys)
        text = screen_text(app)
        assert at_first in text
        assert "2 h old" not in text
        assert later in await _two_hours_later(pilot, app, desk)


@pytest.mark.parametrize(
    ("keys", "tonight"),
    [
        (("s",), "Sync tonight 20:00"),
        (("H",), "House seats of tonight 20:00"),
        (("2", "N"), "Seats: tonight 20:00 alone"),
        (("2", "enter", "j", "equals_sign"), "Capacity of tonight 20:00"),
        (("2", "m", "j", "m", "x"), " tonight 20:00  Friday Night at"),
        (("2", "P"), "Pace of tonight 20:00"),
        (("2", "enter", "j", "n"), "Friday Night at the Backroom, tonight 20:00: no seat"),
        (("2", "enter", "j", "t"), "Friday Night at the Backroom, tonight 20:00 sells other seats"),
        (("2", "T"), " tonight 20:00  Friday Night at"),
        (("2", "T", "enter"), "tonight 20:00 joins Friday Night at the"),
        (("slash",), " tonight 20:00  Friday Night at"),
        (("space", "3", "f"), " tonight 20:00  General Admission"),
    ],
)
async def test_over_midnight_a_question_calls_its_night_by_the_name_that_it_has_then(
    running: Running, desk: FakeDesk, app: BrccApp, keys: tuple[str, ...], tonight: str
) -> None:
    async with running() as pilot:
        await press(pilot, *keys, held=True)
        assert tonight in screen_text(app)
        desk.now = lambda: NOW + dt.timedelta(days=1)  # type: ignore[method-assign]
        app.changed()
        await settle(pilot, held=True)
        assert tonight.replace("tonight", "Fri 27 Nov") in screen_text(app)


async def test_what_never_settled_stands_as_it_was_read(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.left_over = [left_over()]
    async with running() as pilot:
        while not isinstance(app.screen, Recovery) or app.screen.painted_at is None:
            await pilot.pause(0.01)
        assert "Now: capacity 31" in screen_text(app)
        text = await _two_hours_later(pilot, app, desk)
        assert "As it was, 2 h old: capacity 31" in text
        assert " was   31" in text
        assert "now   31" not in text


async def test_after_a_sleep_of_the_computer_a_key_shows_how_old_all_is(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "2")
        assert " now " in next(row for row in screen_text(app).splitlines() if "tonight 20:00" in row)
        desk.now = lambda: LATER  # type: ignore[method-assign]
        await press(pilot, "j")
        assert " 2h " in next(row for row in screen_text(app).splitlines() if "20:00" in row)
