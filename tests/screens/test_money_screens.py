"""The figures of a period, orders to refund and the door list: by key, at every size, without colour."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from driving import Running, press, screen_text, settle
from fake_club import NOW, health
from fake_desk import FakeDesk
from textual import events

from brcc_tui.app import BrccApp
from brcc_tui.model.app_error import AppError
from brcc_tui.model.listing import Platform
from brcc_tui.model.money.door import DoorSheet, Guest, HeldOrder
from brcc_tui.model.money.records import Person
from brcc_tui.model.money.refunds import Refunds, ShowOrder
from brcc_tui.model.money.report import Figures, Report, ShowFigures
from brcc_tui.operations.diagnostics.check import Check, Condition

SIZES = [(60, 20), (80, 24), (120, 36)]
EB, WC = Platform.EVENTBRITE, Platform.WOOCOMMERCE
SILENT = Figures.not_known("the database is silent")
FOUND = [("refund", "orders of this show"), ("guests", "door list"), ("report", "dd up a period")]


def figures(day: int, sold: int, gross: str) -> ShowFigures:
    start = NOW.replace(day=day, hour=20, minute=0)
    shops = {
        EB: Figures(sold, Decimal(gross), Decimal(gross) - 5, Decimal(5), "CAD"),
        WC: SILENT if day == 20 else Figures(1, Decimal("15.94"), Decimal("14.11")),
    }
    return ShowFigures(f"{start:%Y-%m-%dT%H:%M}@main", f"Show of the {day}th", start, 55, 2, "eb:900", shops)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the screens ask the operations for; answers are written down here."""
    found: list[Any] = []

    async def report(club: object, first: dt.date, last: dt.date, progress: object) -> Report:
        found.append((first, last))
        if first.year < 2026:
            raise AppError("the shop is closed for the year", next_step="choose another period")
        return Report(first, last, NOW, (figures(5, 30, "600.00"), figures(13, 44, "900.00"), figures(20, 10, "90.00")))

    async def refunds(club: object, show: Any, *, names: bool) -> Refunds:
        found.append((show.id, names))
        people = (Person("Greta Holm", "greta@example.com"),) if names else ()
        orders = (
            ShowOrder(WC, "1526", "1526", 2, Decimal("31.88"), "CAD", "completed", "https://shop/1526", people=people),
            ShowOrder(EB, "99", "9876543210", 1, None, "CAD", "cancelled", "https://eb/99", unknown="nobody noted it"),
        )
        return Refunds(show.id, show.title, show.starts_at, NOW, orders, shops=(EB, WC))

    async def door(club: object, show: Any, *, names: bool) -> DoorSheet:
        found.append((show.id, names))
        guests = (Guest("Ivo Corso", 2, "1526", WC, show.listings[-1].id),) if names else None
        held = (HeldOrder(WC, "1530", 1, "on-hold", show.listings[-1].id),)
        return DoorSheet(show, NOW, held, guests)

    monkeypatch.setattr(FakeDesk, "club", None, raising=False)
    monkeypatch.setattr("brcc_tui.operations.money.report.read_report", report)
    monkeypatch.setattr("brcc_tui.operations.money.refunds.read_refunds", refunds)
    monkeypatch.setattr("brcc_tui.operations.money.door.read_door", door)
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_figures_of_a_period_from_every_screen(
    running: Running, app: BrccApp, asked: list[Any], size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running(size) as pilot:
        for screen in "1267":
            await press(pilot, screen, "F")
            told = screen_text(app)
            assert "What the shows earned" in told
            assert "by weekday" in told
            await press(pilot, "escape")
        assert asked[0] == (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


async def test_a_view_asks_nobody_and_a_period_is_read(running: Running, app: BrccApp, asked: list[Any]) -> None:
    async with running() as pilot:
        await press(pilot, "F")
        told = screen_text(app)
        assert "Friday" in told
        assert "1 of 3: the database is silent" in told
        (friday,) = [row for row in told.splitlines() if row.lstrip("│ ").startswith("Friday  ")][:1]
        assert friday.lstrip("│ ").split()[1:6] == ["2", "110", "?", "?", "?"]
        for words in ("by series", "by month", "by show", "by weekday"):
            await press(pilot, "v")
            assert words in screen_text(app)
        assert len(asked) == 1
        await press(pilot, "Q", "left_square_bracket")
        assert asked[1:] == [
            (dt.date(2026, 9, 1), dt.date(2026, 11, 30)),
            (dt.date(2026, 8, 1), dt.date(2026, 10, 31)),
        ]
        await press(pilot, "Q")
        told = screen_text(app)
        assert "the shop is closed for the year" in told
        assert "r reads it again" in told
        assert "What the shows earned" in told, "what was read before stays"


async def test_what_is_typed_in_one_go_is_heard_by_what_it_opens(
    running: Running, app: BrccApp, asked: list[Any]
) -> None:
    async with running() as pilot:
        for key, letter in (("F", "F"), ("left_square_bracket", "[")):
            app.post_message(events.Key(key, letter))
        await settle(pilot)
        assert asked[-1] == (dt.date(2026, 10, 1), dt.date(2026, 10, 31))


@pytest.mark.parametrize("size", SIZES)
async def test_orders_of_the_show_under_the_cursor(
    running: Running, app: BrccApp, asked: list[Any], size: tuple[int, int]
) -> None:
    async with running(size) as pilot:
        await press(pilot, "2", "B")
        told = screen_text(app)
        assert "1526" in told
        assert "9876543210" in told
        assert "Greta" not in told
        await press(pilot, "I")
        assert "Greta" in screen_text(app)
        assert [names for _, names in asked] == [False, True]


async def test_names_go_by_the_key_that_brought_them_whether_or_not_the_shops_answer(
    running: Running, app: BrccApp, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as pilot:
        await press(pilot, "2", "B", "I")
        assert "Greta" in screen_text(app)

        async def silent(*_: object, **__: object) -> Refunds:
            raise AppError("no answer within 20 s")

        monkeypatch.setattr("brcc_tui.operations.money.refunds.read_refunds", silent)
        await press(pilot, "I")
        assert "no answer within 20 s" in screen_text(app)
        assert "Greta" not in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_the_door_of_the_show_under_the_cursor(
    running: Running, app: BrccApp, asked: list[Any], size: tuple[int, int]
) -> None:
    async with running(size) as pilot:
        await press(pilot, "L")
        told = screen_text(app)
        assert "together" in told
        assert "1530" in told
        assert "Ivo" not in told
        await press(pilot, "I", "end")
        assert "[ ]  Ivo" in screen_text(app)


@pytest.mark.parametrize(("words", "title"), FOUND)
async def test_the_palette_finds_them_by_what_people_call_them(
    running: Running, app: BrccApp, asked: list[Any], words: str, title: str
) -> None:
    async with running() as pilot:
        await press(pilot, "2", "ctrl+p", *words)
        assert title in screen_text(app)


async def test_who_does_not_answer_is_told_while_the_door_s_sheet_waits_for_it(
    running: Running, app: BrccApp, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = asyncio.Event()

    async def door(club: object, show: Any, *, names: bool) -> DoorSheet:
        await answered.wait()
        return DoorSheet(show, NOW, ())

    monkeypatch.setattr("brcc_tui.operations.money.door.read_door", door)
    down = Check(Condition.DOWN, "does not answer", 30_000.0)
    async with running((60, 20)) as pilot:
        await press(pilot, "L", held=True)
        assert "down: " not in screen_text(app)
        app.take_health(dataclasses.replace(health(), checks={**health().checks, "eventbrite_api": down}))
        await settle(pilot, held=True)
        assert "down: Eventbrite" in screen_text(app), "the sheet covers the lights"
        answered.set()
        await settle(pilot)
        assert "down: " not in screen_text(app), "it is the sheet that was read"
        assert "together" in screen_text(app)
