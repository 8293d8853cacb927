"""The main errands, by keyboard alone."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from driving import Running, press, screen_text, settle
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, ChangeRequest, ChangeResult, Outcome, Result
from brcc_tui.model.listing import StockMethod
from brcc_tui.operations.changes.recorder import Step
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.progress import ProgressModal
from brcc_tui.screens.modals.reader import TextReader
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.sidebar import SCREENS


async def test_every_screen_is_a_digit_away(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        for key, _, title in SCREENS:
            await press(pilot, key)
            assert f"club.example  {title}" in screen_text(app)
    assert app.board.faults == []


async def test_practice_stands_in_reverse_and_the_real_shop_does_not_say_it(running: Running, app: BrccApp) -> None:
    async with running():
        assert " PRACTICE " in screen_text(app)


async def test_the_real_shop_is_named_and_never_called_practice() -> None:
    app = BrccApp(FakeDesk(practice=False))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert "PRACTICE" not in screen_text(app)
        assert "club.example" in screen_text(app)


async def test_the_dashboard_paints_from_the_cache_before_any_shop_answers(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    desk.gate.clear()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        text = screen_text(app)
        assert "tonight 20:00    Friday Night" in text
        assert "asking…" in text
        assert "2 h 10 min old" in text
        desk.gate.set()
        await settle(pilot)
        assert "310 ms" in screen_text(app)


async def test_an_unknown_sum_stays_unknown_and_is_counted(running: Running, app: BrccApp) -> None:
    async with running():
        text = screen_text(app)
        assert "1 show not known" in text
        assert "55    ?    ?    ?" in text


async def test_enter_opens_the_show(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "enter")
        text = screen_text(app)
        assert "club.example  Shows" in text
        assert "EB General" in text


async def test_drafts_from_two_shops_become_one_plan(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "plus", "right", "minus")
        assert "31 → 33*" in screen_text(app)
        await press(pilot, "w")
        assert isinstance(app.screen, ConfirmPlan)
        cell = "wc:4061:pmshow:nov27"
        assert desk.wanted[-1] == (ChangeRequest("eb:101:1011", Action.SET, 33), ChangeRequest(cell, Action.SET, 30))
        await press(pilot, "y")
        assert isinstance(app.screen, ProgressModal)
        assert len(desk.applied) == 1
        assert app.board.drafts == {}
        await press(pilot, "escape")
        assert app.board.listings["eb:101:1011"].reading.capacity == 33


@pytest.mark.parametrize(
    ("moves", "outcome", "drafts"),
    [
        pytest.param((), Outcome.REFUSED, {"eb:101:1011": 32}, id="refused"),
        pytest.param(("locked", "checkpointed", "sent", "held_back"), Outcome.CONFLICT, {"eb:101:1011": 32}, id="held"),
        pytest.param((), None, {"eb:101:1011": 32}, id="failed as a whole"),
        pytest.param(("locked", "checkpointed", "sent"), Outcome.UNCLEAR, {}, id="sent"),
        pytest.param((), Outcome.SETTLED, {}, id="done already"),
    ],
)
async def test_a_capacity_that_was_not_sent_is_a_draft_again(
    moves: tuple[str, ...], outcome: Outcome | None, drafts: dict[str, int],
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    async def apply(confirmed: Any, reason: str, watch: Any, stop: Any) -> Result:
        (change,) = confirmed.plan.changes
        assert app.board.drafts == {}, "it is the plan's now"
        for move in moves:
            watch(Step(change.listing.id, move, ""))
        if outcome is None:
            raise AppError("the journal cannot be written", subject="journal")
        return Result(confirmed.plan, (), (ChangeResult(change.listing, outcome, change.capacity),))

    monkeypatch.setattr(desk, "apply", apply)
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "w", "y", "escape")
        assert app.board.drafts == drafts
        assert ("31 → 32*" in screen_text(app)) is bool(drafts)


@pytest.mark.parametrize("key", ["escape", "enter", "n"])
async def test_every_way_of_saying_no_writes_nothing(running: Running, desk: FakeDesk, app: BrccApp, key: str) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "w", key)
        assert desk.applied == []
        assert app.board.drafts == {"eb:101:1011": 32}, "a draft survives a no"


async def test_keys_typed_before_the_question_was_painted_are_thrown_away(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "w")
        assert isinstance(app.screen, ConfirmPlan)
        painted_at, app.screen.painted_at = app.screen.painted_at, None
        await pilot.press("y")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmPlan), "it listened before it was painted"
        app.screen.painted_at = float("inf")
        await press(pilot, "y")
        assert isinstance(app.screen, ConfirmPlan), "an older key answered it"
        assert desk.applied == []
        app.screen.painted_at = painted_at
        await press(pilot, "y")
        assert len(desk.applied) == 1


async def test_a_y_typed_while_the_plan_is_made_does_not_answer_it(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3", "plus")
        desk.gate.clear()
        await pilot.press("w", "y", "y")
        desk.gate.set()
        await settle(pilot)
        assert isinstance(app.screen, ConfirmPlan)
        assert desk.applied == []


async def test_the_reason_reaches_the_journal_and_enter_in_it_does_not_answer(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "w", "w", *"busy", "enter")
        assert isinstance(app.screen, ConfirmPlan)
        await press(pilot, "y")
        assert [reason for _, reason in desk.applied] == ["busy"]


async def test_closing_sales_wants_the_number_typed(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "x")
        assert isinstance(app.screen, ConfirmPlan)
        assert "Type 2, the dangerous changes" in screen_text(app)
        await press(pilot, "1", "enter")
        assert desk.applied == []
        assert "type 2 first" in screen_text(app)
        await press(pilot, "backspace", "2", "enter")
        assert len(desk.applied) == 1


async def test_a_reason_can_be_given_before_the_number_by_the_key_that_is_named(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    """In the field for the number `w` is a letter, and Enter after the reason answered nothing: the number follows."""
    async with running() as pilot:
        await press(pilot, "x")
        assert "Why (optional, tab)" in screen_text(app)
        await press(pilot, "tab", *"the door", "enter")
        assert isinstance(app.screen, ConfirmPlan)
        await press(pilot, "2", "enter")
        assert [reason for _, reason in desk.applied] == ["the door"]


async def test_y_alone_does_not_apply_a_dangerous_plan(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "x")
        app.screen.set_focus(None)
        await press(pilot, "y")
        assert isinstance(app.screen, ConfirmPlan)
        assert desk.applied == []


async def test_an_unknown_number_is_refused_in_the_plan_and_nothing_can_be_applied(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        app.board.drafts["wc:4062:pmlatelaughs:nov28"] = 30
        await press(pilot, "3", "w")
        text = screen_text(app)
        assert "Nothing can be changed" in text
        assert "sold is not known" in text
        await press(pilot, "y")
        assert desk.applied == []


async def test_a_plan_on_its_way_is_watched_stopped_and_left(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.apply_gate.clear()
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "w")
        await press(pilot, "y", held=True)
        assert isinstance(app.screen, ProgressModal)
        assert "sent: capacity 32" in screen_text(app)
        await press(pilot, "s", held=True)
        assert app.runs[0].stop_asked
        assert "stops after the step" in screen_text(app)
        await press(pilot, "escape", held=True)
        assert "watching 1" in screen_text(app)
        desk.apply_gate.set()
        await settle(pilot)
        assert "watching" not in screen_text(app)


async def test_leaving_waits_until_what_was_sent_is_verified(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.apply_gate.clear()
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "w")
        await press(pilot, "y", "ctrl+q", held=True)
        assert app.runs[0].stop_asked
        assert not desk.closed, "it left while a write was in the air"
        desk.apply_gate.set()
        await pilot.pause()
    assert desk.closed
    assert app.return_code == 0


async def test_an_error_while_applying_is_told_and_is_never_tried_again(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    desk.apply_error = AppError("the journal cannot be written", next_step="free some disk")
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "w", "y")
        assert "the journal cannot be written" in screen_text(app)
        assert app.board.faults[0].retry is None
        await press(pilot, "escape", "E")
        assert "Free some disk" in screen_text(app)


async def test_a_reading_that_fails_is_told_and_can_be_tried_again(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as pilot:
        answer = desk.read_live

        async def broken(ids, progress):
            raise AppError("Eventbrite did not answer", subject="eb:101", next_step="try again")

        monkeypatch.setattr(desk, "read_live", broken)
        await press(pilot, "r")
        assert "1 error (E)" in screen_text(app)
        await press(pilot, "E")
        assert "Eventbrite did not answer" in screen_text(app)
        monkeypatch.setattr(desk, "read_live", answer)
        await press(pilot, "r")
        assert app.board.faults == []


async def test_each_card_fails_and_is_tried_again_by_itself(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as pilot:
        answer = desk.read_live

        async def half(ids, progress):
            if any(listing_id.startswith("wc:") for listing_id in ids):
                raise AppError("the shop is closed for repairs")
            return await answer(ids, progress)

        await press(pilot, "space", "3")
        monkeypatch.setattr(desk, "read_live", half)
        await press(pilot, "R")
        text = screen_text(app)
        assert "the shop is closed for" in text
        assert "live 19:04" in text, "the other card has its numbers"
        monkeypatch.setattr(desk, "read_live", answer)
        await press(pilot, "right", "r")
        assert "closed for repairs" not in screen_text(app)


async def test_the_summary_says_what_it_could_not_add(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        app.board.selected = ["eb:101:1011", "wc:4062:pmlatelaughs:nov28", "wc:11192:pmshow:nov27"]
        await press(pilot, "3")
        text = screen_text(app)
        assert "not added, because not known: capacity of 1, sold of 1, held of 1" in text
        assert "not added, because without a limit: capacity of 1, on sale of 1" in text
        assert "% sold" not in text.split("Together")[1], "what is sold of it is no part of a capacity"


async def test_more_than_four_are_rows_and_ten_is_all(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        for listing_id in list(desk.listings)[:12]:
            app.board.toggle(listing_id)
        assert len(app.board.selected) == 10
        await press(pilot, "3")
        text = screen_text(app)
        assert "10 of 10 listings" in text
        assert "capacity  sold  held" in text


async def test_the_tree_unfolds_filters_and_selects(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "5", "slash", *"vip")
        assert "8pm - Overalls Comedy w/" in screen_text(app)
        await press(pilot, "enter", "end", "space")
        assert app.board.selected == ["wc:4156:mondaypmoverallscome:nov30"]
        await press(pilot, "escape")
        assert "Free Drink" in screen_text(app)


@pytest.mark.parametrize("key", ["enter", "right"])
async def test_what_stands_below_a_product_comes_into_sight(running: Running, app: BrccApp, key: str) -> None:
    async with running(size=(80, 8)) as pilot:
        await press(pilot, "5")
        rows = app.screen.query_one(Rows)
        lowest = rows.scrollable_content_region.height - 1
        rows.move_to(next(n for n, row in enumerate(rows.rows) if row.open is False and n >= lowest))
        rows.scroll_to(y=rows.cursor - lowest, animate=False, immediate=True)
        await press(pilot, key)
        assert rows.rows[rows.cursor + 1].depth == rows.current.depth + 1
        assert rows.cursor - rows.scroll_offset.y < lowest


@pytest.mark.parametrize("keys", [[], ["enter"], ["enter", "down", "enter", "down"]])
async def test_what_the_shop_moved_is_put_right_by_the_product(
    running: Running, desk: FakeDesk, app: BrccApp, keys: list[str]
) -> None:
    async with running() as pilot:
        await press(pilot, "5", *keys, "z")
        assert [product.count(":") for product in desk.healed] == [1]
        assert "there is nothing left to write" in screen_text(app)


async def test_what_cannot_be_read_is_a_row_with_its_reason(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "5", "end")
        assert "Open House" in screen_text(app)
        assert "cannot be read: booking text is not valid JSON" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, TextReader)
        assert "How it was classified" in screen_text(app)


async def test_a_read_only_listing_takes_no_draft_and_says_why(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    listing = desk.listings["eb:105:1051"]
    closed = dataclasses.replace(listing, stock_method=StockMethod.READ_ONLY, read_only_reason="reserved seating")
    desk.listings[listing.id] = closed
    async with running() as pilot:
        app.board.selected = [listing.id]
        app.board.listings[listing.id] = closed
        await press(pilot, "3", "plus")
        assert "It cannot be changed: reserved seating" in screen_text(app)
        assert app.board.drafts == {}


async def test_a_capacity_that_is_unknown_takes_no_plus(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        app.board.selected = ["wc:4062:pmlatelaughs:nov28"]
        await press(pilot, "3", "plus")
        assert app.board.drafts == {}
        await press(pilot, "equals_sign", *"30", "enter")
        assert app.board.drafts == {"wc:4062:pmlatelaughs:nov28": 30}


@pytest.mark.parametrize("made", [[], ["ann is changing wc:4061:pmshow:nov27: it has not ended"]])
async def test_what_is_being_made_has_not_settled(
    running: Running, desk: FakeDesk, app: BrccApp, made: list[str]
) -> None:
    desk.made = made
    async with running() as pilot:
        app.recover()
        await settle(pilot)
        text = screen_text(app)
        told = ("Every change has settled" in text, "ann is changing Shop Friday Night" in text)
        assert told == (not made, bool(made))
