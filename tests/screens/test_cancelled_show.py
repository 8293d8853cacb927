"""A show that is cancelled: one key, one question, then what is to be refunded."""

from __future__ import annotations

import dataclasses

import pytest
from driving import Running, press, screen_text
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.changes.plan import Action, number_to_type
from brcc_tui.model.listing import StockMethod
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.progress import ProgressModal
from brcc_tui.screens.refunds import RefundsScreen
from brcc_tui.screens.state.desk import Desk
from brcc_tui.widgets.names import listing_name

TONIGHT = "2026-11-27T20:00@main"


@pytest.fixture(autouse=True)
def no_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which orders there are is asked of shops that this desk has not."""
    monkeypatch.setattr(RefundsScreen, "action_read", lambda _: None)


async def confirm(app: BrccApp, pilot: object) -> None:
    screen = app.screen
    assert isinstance(screen, ConfirmPlan)
    number = number_to_type(screen._plan)
    await press(pilot, *str(number), "enter")  # type: ignore[arg-type]


async def test_everything_is_closed_as_one_plan_and_the_refunds_come_up(
    running: Running, app: BrccApp, desk: FakeDesk
) -> None:
    async with running() as pilot:
        there = next(show for show in app.board.shows if show.id == TONIGHT).listings
        await press(pilot, "K")
        (wanted,) = desk.wanted
        assert {wish.listing_id for wish in wanted} == {listing.id for listing in there}
        assert {wish.action for wish in wanted} == {Action.CLOSE}
        await confirm(app, pilot)
        assert len(desk.applied) == 1
        assert isinstance(app.screen, RefundsScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, ProgressModal), "how the closing went stands behind it"


async def test_a_no_leaves_everything_as_it_is(running: Running, app: BrccApp, desk: FakeDesk) -> None:
    async with running() as pilot:
        await press(pilot, "K", "escape")
        assert desk.applied == []
        assert not isinstance(app.screen, RefundsScreen | ConfirmPlan)


async def test_what_cannot_be_closed_here_is_named_and_the_rest_closed(
    running: Running, app: BrccApp, desk: FakeDesk
) -> None:
    async with running() as pilot:
        show = next(show for show in app.board.shows if show.id == TONIGHT)
        first = show.listings[0]
        reason = "the number belongs to an inventory tier: change it on Eventbrite"
        desk.listings[first.id] = dataclasses.replace(
            first, stock_method=StockMethod.READ_ONLY, read_only_reason=reason
        )
        await press(pilot, "K")
        assert "inventory tier" in screen_text(app)
        await confirm(app, pilot)
        assert isinstance(app.screen, RefundsScreen)
        told = next(notice.message for notice in app._notifications if "Still on sale" in notice.message)
        assert listing_name(first, app.now()) in told
        assert first.id not in told


async def test_a_close_that_failed_says_so_and_lists_nothing(running: Running, app: BrccApp, desk: FakeDesk) -> None:
    desk.apply_error = OSError("the disk is full")
    async with running() as pilot:
        await press(pilot, "K")
        await confirm(app, pilot)
        assert isinstance(app.screen, ProgressModal)
        assert not any(isinstance(screen, RefundsScreen) for screen in app.screen_stack)


@pytest.mark.parametrize("size", [(120, 36), (60, 20)], ids=str)
async def test_one_that_eventbrite_cancelled_itself_is_found_from_anywhere(
    size: tuple[int, int], running: Running, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No list has it any more. Whoever looks for it is told where it is, and its orders are two keys away."""
    async with running(size=size) as pilot:
        gone = dataclasses.replace(app.board.shows[0], id="gone", title="Hypnosis Hour")

        async def asked(_: object) -> list[object]:
            return [gone]

        monkeypatch.setattr("brcc_tui.operations.money.cancelled.cancelled_shows", asked)
        monkeypatch.setattr(Desk, "club", None)
        await press(pilot, "2", "slash", *"hypno", "enter")
        said = " ".join(screen_text(app).replace("│", " ").split())
        assert "Cancelled on Eventbrite itself? Type “eventbrite cancelled” after ctrl+p." in said
        await press(pilot, "ctrl+p", *"eventbrite", "space", *"cancelled", "enter")
        assert "Hypnosis Hour" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, RefundsScreen)
        assert app.screen.show_meant is gone


async def test_where_eventbrite_cancelled_nothing_that_is_said(
    running: Running, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def asked(_: object) -> list[object]:
        return []

    monkeypatch.setattr("brcc_tui.operations.money.cancelled.cancelled_shows", asked)
    monkeypatch.setattr(Desk, "club", None)
    async with running() as pilot:
        await press(pilot, "ctrl+p", *"eventbrite", "space", *"cancelled", "enter")
        assert "no event that was cancelled on its own pages" in screen_text(app)
