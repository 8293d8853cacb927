"""Changes that never settled: told as the journal and the shops have them now, and decided one by one."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt

import pytest
from driving import Running, press, screen_text, settle
from fake_club import NOW, club_listings, health, left_over
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.operations.changes.collateral import Raised
from brcc_tui.operations.changes.recover import NotRecoverable, Recoverable
from brcc_tui.operations.diagnostics.check import Check, Condition
from brcc_tui.operations.diagnostics.health import HealthReport
from brcc_tui.operations.diagnostics.health import health_report as whole
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.recovery import Recovery


async def test_a_crash_is_shown_at_the_start_with_what_is_true_now(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised = str(Raised(club_listings()[3].id, 20, 18, 27))
    desk.left_over = [dataclasses.replace(left_over(), story=f"it was sent, and stands as it was before. {raised}")]
    desk.too_high = [f"kept, but {raised}: set its capacity"]
    named = "Shop Friday Night, 10pm Late Laughs, tonight 22:00 is at 20"
    async with running() as pilot:
        assert isinstance(app.screen, Recovery)
        told = " ".join(screen_text(app).replace("│", " ").split())
        assert f"it was sent, and stands as it was before. {named}" in told
        assert "WC tonight 20:00 Friday Night" in screen_text(app), "two weeks of one show have the same title"
        await press(pilot, "escape")
        assert "never settled" in screen_text(app)
        assert any(named in item.text for item in app.board.attention(NOW)), "and where it waits for a decision"
        keep = desk.keep

        async def kept(entry_id: str) -> list[str]:
            for _ in range(50):  # it looks at the shop: by then the history has been read
                await asyncio.sleep(0)
            desk.entries = [dataclasses.replace(x, outcome=x.outcome or "interrupted") for x in desk.entries]
            return await keep(entry_id)

        monkeypatch.setattr(desk, "keep", kept)
        await press(pilot, "6")
        assert "1 not settled" in screen_text(app)
        await press(pilot, "W", "c")
        assert desk.kept == ["c1"]
        assert "not settled" not in screen_text(app), "the history behind it tells the same"
        assert any(f"kept, but {named}" in notice.message for notice in app._notifications)


async def test_what_cannot_be_kept_says_of_which_listing_and_what_was_being_done(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def keep(_: str) -> list[str]:
        raise NotRecoverable("its present number could not be read", subject=club_listings()[3].id)

    monkeypatch.setattr(desk, "keep", keep)
    desk.left_over = [left_over()]
    async with running() as pilot:
        await press(pilot, "c")
        told = app.board.faults[-1]
        assert told.doing == "keeping what stands"
        assert told.text.startswith("Shop Friday Night, 10pm Late Laughs, tonight 22:00: its present number")


async def test_recovery_that_writes_goes_through_a_plan(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.left_over = [left_over()]
    async with running() as pilot:
        await press(pilot, "a")
        assert desk.recovered == [("c1", "reapply")]
        assert isinstance(app.screen, ConfirmPlan)


@pytest.fixture
def never_ended(desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> FakeDesk:
    """A change that never ended, of which the health check says so as long as it has not."""

    async def checked() -> HealthReport:
        waits = Check(Condition.DEGRADED, "1 change never ended")
        return whole({**health().checks, "journal": waits} if desk.left_over else health().checks, NOW)

    monkeypatch.setattr(desk, "check_health", checked)
    desk.left_over = [left_over()]
    return desk


async def test_what_was_carried_through_or_taken_back_is_not_told_as_never_settled(
    running: Running, never_ended: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "escape")
        assert "1 change never ended" in screen_text(app)
        await press(pilot, "6", "W", "t")
        never_ended.left_over = []
        await press(pilot, "y", "escape", "1")
        assert never_ended.applied
        assert "never settled" not in screen_text(app)
        assert "never ended" not in screen_text(app)


async def test_what_a_look_that_was_asked_for_ends_is_told_nowhere_as_never_ended(
    running: Running, never_ended: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "escape")
        assert "1 change never ended" in screen_text(app)
        never_ended.left_over = []
        await press(pilot, "6", "W")
        assert "Every change has settled." in screen_text(app)
        await press(pilot, "1")
        assert "never ended" not in screen_text(app)


async def test_a_change_of_which_nobody_knows_whether_it_was_done_needs_attention_at_once(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        app.board.drafts["eb:101:1011"] = 28
        await press(pilot, "2", "w")
        desk.left_over = [left_over()]
        await press(pilot, "y", "escape", "1")
        assert "never settled: it was sent, and stands as it was before" in screen_text(app)


async def test_what_another_copy_left_open_or_ended_is_told_within_a_minute(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        desk.left_over = [left_over()]
        app._minute_passed()
        await settle(pilot)
        assert "never settled: it was sent, and stands as it was before" in screen_text(app)
        desk.left_over = []
        app._minute_passed()
        await settle(pilot)
        assert "never settled" not in screen_text(app)


async def test_who_asks_what_never_settled_need_not_wait_for_a_look_that_comes_by_itself(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, looking = asyncio.Event(), list[str]()

    async def recoverable() -> list[Recoverable]:
        """Whoever looks holds the locks: for a second one everything is being changed by somebody."""
        if looking:
            return []
        looking.append("one")
        try:
            await gate.wait()
            return desk.left_over
        finally:
            looking.clear()

    async with running() as pilot:
        monkeypatch.setattr(desk, "recoverable", recoverable)
        desk.left_over = [left_over()]
        app._minute_passed()
        await settle(pilot, held=True)
        await press(pilot, "6", "W", held=True)
        app._minute_passed()
        gate.set()
        await settle(pilot)
        assert isinstance(app.screen, Recovery)


async def test_what_may_have_settled_since_it_was_told_is_looked_at_once_more(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a command with `--no-settle`: a look ends it once its time is over, and the journal tells no other."""
    looks = list[dt.datetime]()
    until = NOW + dt.timedelta(seconds=80)

    async def recoverable() -> list[Recoverable]:
        looks.append(desk.now())
        in_time = desk.now() < until
        desk.left_over = [dataclasses.replace(left_over(), again_at=until if in_time else None)]
        return desk.left_over

    async with running() as pilot:
        monkeypatch.setattr(desk, "recoverable", recoverable)
        desk.left_over = [left_over()]
        for minute in range(6):
            monkeypatch.setattr(desk, "now", lambda minute=minute: NOW + dt.timedelta(minutes=minute))
            app._minute_passed()
            await settle(pilot)
        assert looks == [NOW, NOW + dt.timedelta(minutes=2)], "the shops are not asked again and again"
