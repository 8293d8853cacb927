"""The ten commonest errands by keyboard alone, each within so many keys; the count is printed (`pytest -rP`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from driving import Running, make_app, press, screen_text, settle
from fake_desk import FakeDesk, left_over
from textual.pilot import Pilot

from brcc_tui.app import BrccApp
from brcc_tui.model.listing import Platform
from brcc_tui.model.plan import Action, Wanted
from brcc_tui.model.quantity import Unknown
from brcc_tui.screens.leaving import SETTINGS_SAVED
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.progress import Progress
from brcc_tui.screens.modals.recovery import Recovery

TONIGHT = "eb:101:1011"
CELL = "wc:4061:pmshow:nov27"

Keys = Callable[..., Awaitable[None]]


class Fingers:
    """Presses keys and counts them."""

    def __init__(self, pilot: Pilot[int]) -> None:
        self._pilot = pilot
        self.count = 0

    async def __call__(self, *keys: str) -> None:
        self.count += len(keys)
        await press(self._pilot, *keys)


@asynccontextmanager
async def errand(running: Running, name: str, most: int) -> AsyncIterator[Fingers]:
    async with running() as pilot:
        fingers = Fingers(pilot)
        yield fingers
        print(f"{name}: {fingers.count} keys, {most} at most")
        assert fingers.count <= most


async def test_find_tonights_eight_o_clock_show(running: Running, app: BrccApp) -> None:
    async with errand(running, "find tonight's 8 pm show", 7) as keys:
        await keys("ctrl+p", "f", "r", "i", "space", "8", "enter")
        assert "EB Friday Night at the Backroom" in screen_text(app)


async def test_compare_it_on_both_shops(running: Running, app: BrccApp) -> None:
    async with errand(running, "compare it on both shops", 2) as keys:
        await keys("space", "c")
        text = screen_text(app)
        assert "Eventbrite" in text
        assert "WooCommerce" in text
        assert "live 19:04" in text


async def test_give_three_more_seats_to_the_web_shop(running: Running, desk: FakeDesk) -> None:
    async with errand(running, "give three more seats to the web shop", 8) as keys:
        await keys("space", "c", "right", "plus", "plus", "plus", "w", "y")
        assert desk.wanted[-1] == (Wanted(CELL, Action.SET, 34),)
        assert len(desk.applied) == 1


async def test_see_who_changed_the_show(running: Running, app: BrccApp) -> None:
    async with errand(running, "see who changed Friday", 2) as keys:
        await keys("6", "enter")
        text = screen_text(app)
        assert "dave@CLUB-PC" in text
        assert "walk-ins" in text


async def test_undo_it(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with errand(running, "undo it", 3) as keys:
        await keys("6", "u")
        assert isinstance(app.screen, ConfirmPlan)
        await keys("y")
        assert desk.undone == ["c3"]
        assert len(desk.applied) == 1


async def test_find_why_a_product_is_read_only(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with errand(running, "find why a product cannot be read", 3) as keys:
        await keys("5", "end", "enter")
        assert "How it was classified" in screen_text(app)


async def test_sync_the_fridays_to_come(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with errand(running, "sync the coming Fridays", 11) as keys:
        await keys("2", "slash", "f", "r", "i", "space", "8", "enter", "A", "s", "p")
        assert isinstance(app.screen, ConfirmPlan)
        (shows, split, _) = desk.synced[-1]
        assert split
        assert [show[:10] for show in shows] == ["2026-11-27", "2026-12-04", "2026-12-11", "2026-12-18"]


async def test_read_the_numbers_with_the_database_down(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    lost = Unknown("database: connection refused")
    answer = desk.read_live

    async def without_database(ids, progress):
        from dataclasses import replace

        return tuple(
            replace(x, reading=replace(x.reading, sold=lost, held=lost, capacity=lost))
            if x.platform is Platform.WOOCOMMERCE
            else x
            for x in await answer(ids, progress)
        )

    desk.read_live = without_database  # type: ignore[method-assign]
    async with errand(running, "read the numbers with the database down", 3) as keys:
        await keys("r", "space", "c")
        text = screen_text(app)
        assert "connection refused" in text, "the reason"
        assert "live 19:04" in text, "Eventbrite's numbers are there"
        assert "not added, because not known" in text


async def test_recover_after_a_kill(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.left_over = [left_over()]
    async with errand(running, "recover after a kill", 2) as keys:
        assert isinstance(app.screen, Recovery)
        await keys("a")
        assert isinstance(app.screen, ConfirmPlan)
        await keys("y")
        assert desk.recovered == [("c1", "reapply")]
        assert len(desk.applied) == 1


async def test_set_up_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[dict[str, str]] = []

    class Nothing(FakeDesk):
        needs_settings = True

        async def try_settings(self, values, check):
            return (await FakeDesk.check_health(self)).checks[check]

        def save_settings(self, values):
            saved.append(dict(values))
            return self.keys_file()

    app = make_app(Nothing())
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        fingers = Fingers(pilot)
        await fingers(*"token", "f2")
        assert "1,874 calls left" in screen_text(app)
        await fingers("ctrl+s")
        print(f"set up from nothing: {fingers.count} keys beside the credentials' own letters: {fingers.count - 5}")
        assert fingers.count - 5 <= 2
    assert saved == [{"PRIVATE_TOKEN": "token"}]
    assert app.return_code == SETTINGS_SAVED or app.return_value == SETTINGS_SAVED


async def test_undo_is_offered_where_a_change_is_shown(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with errand(running, "undo what was just done", 7) as keys:
        await keys("space", "c", "plus", "w", "y")
        assert isinstance(app.screen, Progress)
        assert "undo, through a plan" in screen_text(app)
        await keys("u")
        assert desk.undone == ["c1"]
        assert isinstance(app.screen, ConfirmPlan)
        await keys("y")
        assert len(desk.applied) == 2
