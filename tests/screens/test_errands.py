"""The main errands, by keyboard alone."""

from __future__ import annotations

import dataclasses

import pytest
from driving import Running, press, screen_text, settle
from fake_desk import FakeDesk, at, eb, left_over
from textual.widgets import Input

from brcc_tui.app import BrccApp
from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, ChangeRequest
from brcc_tui.model.listing import StockMethod
from brcc_tui.model.quantity import Unknown
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.progress import ProgressModal
from brcc_tui.screens.modals.reader import TextReader
from brcc_tui.screens.modals.recovery import Recovery
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
        assert "55    ?    ? ? ?" in text


async def test_enter_opens_the_show(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "enter")
        text = screen_text(app)
        assert "club.example  Shows" in text
        assert "EB Friday Night at the Backroom" in text


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
        await pilot.press("y")
        await pilot.pause()
        assert isinstance(app.screen, ProgressModal)
        assert "sent: capacity 32" in screen_text(app)
        await pilot.press("s")
        assert app.runs[0].stop_asked
        assert "stops after the step" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "watching 1" in screen_text(app)
        desk.apply_gate.set()
        await settle(pilot)
        assert "watching" not in screen_text(app)


async def test_leaving_waits_until_what_was_sent_is_verified(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.apply_gate.clear()
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "w")
        await pilot.press("y")
        await pilot.pause()
        await pilot.press("ctrl+q")
        await pilot.pause()
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
        assert "1 without a limit" in text


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


async def test_a_show_is_synced_through_a_plan(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "s", "plus", "plus", "p")
        assert desk.synced == [(("2026-11-27T20:00@main",), True, 2)]
        assert isinstance(app.screen, ConfirmPlan)


async def test_many_shows_are_marked_and_synced_at_once(running: Running, desk: FakeDesk) -> None:
    async with running() as pilot:
        await press(pilot, "2", "m", "m", "s", "m")
        assert desk.synced == [(("2026-11-27T20:00@main", "2026-11-27T22:00@main"), False, 0)]


async def test_a_pairing_is_confirmed_once_for_all_dates(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "enter", "y")
        assert desk.rules.together == {frozenset({"eb:fri", "wc:4061:pmshow"})}
        assert "confirmed: a person said" in screen_text(app)


async def test_the_free_drink_can_be_called_a_seat_and_none_again(running: Running, desk: FakeDesk) -> None:
    async with running() as pilot:
        await press(pilot, "2", "end", "enter", "end", "n", "e")
        assert desk.rules.is_seat == {"wc:11192:pmshow": True}


async def test_a_listing_that_sells_other_seats_gets_a_room_of_its_own(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "2", "enter", "down", "t", "d")
        assert desk.rules.room_of == {"eb:101:1011": "room 2"}
        assert len(app.board.shows) == 13


async def test_a_listing_of_another_hour_is_paired(running: Running, desk: FakeDesk) -> None:
    async with running() as pilot:
        await press(pilot, "2", "T", *"stef", "enter", "d")
        assert desk.merged == [("2026-11-27T20:00@main", "eb:107:1071", False)]


async def test_seats_of_one_night(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "N", "backspace", "backspace", *"40", "enter")
        assert set(desk.rules.seats_of.values()) == {40}
        assert "  40   46" in screen_text(app)


async def test_history_opens_a_change_in_full_and_undoes_it(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "6")
        assert "28 → 31" in screen_text(app)
        await press(pilot, "enter")
        assert "walk-ins" in screen_text(app)
        await press(pilot, "escape", "u")
        assert desk.undone == ["c3"]
        assert isinstance(app.screen, ConfirmPlan)


async def test_history_undoes_everything_that_was_changed_with_it(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "6", "U")
        assert desk.undone == ["the plan of", "c3"]
        assert isinstance(app.screen, ConfirmPlan)


async def test_history_is_filtered_by_outcome(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "6", "slash", *"conflict")
        assert "│ 1 change\n" in screen_text(app)


async def test_a_crash_is_shown_at_the_start_with_what_is_true_now(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    desk.left_over = [left_over()]
    async with running() as pilot:
        assert isinstance(app.screen, Recovery)
        assert "it was sent, and stands as it was before" in screen_text(app)
        await press(pilot, "escape")
        assert "never settled" in screen_text(app)
        await press(pilot, "6", "W", "c")
        assert desk.kept == ["c1"]


async def test_recovery_that_writes_goes_through_a_plan(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.left_over = [left_over()]
    async with running() as pilot:
        await press(pilot, "a")
        assert desk.recovered == [("c1", "reapply")]
        assert isinstance(app.screen, ConfirmPlan)


async def test_everything_is_found_from_one_field(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "ctrl+p", *"fri", "space", "8")
        text = screen_text(app)
        assert "tonight 20:00  Friday Night at the Backroom" in text
        assert "Theme" not in text
        await press(pilot, "enter")
        assert "club.example  Shows" in screen_text(app)


async def test_a_theme_is_chosen_and_remembered(
    running: Running, app: BrccApp, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(desk, "keep_theme", kept.append)
    async with running() as pilot:
        await press(pilot, "ctrl+p", *"contrast", "enter")
        assert app.theme == "brcc-contrast"
        assert kept == ["brcc-contrast"]


async def test_help_lists_the_keys_that_work_here(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "question_mark")
        assert isinstance(app.screen, TextReader)
        text = "\n".join("".join(span.text for span in line) for line in app.screen.text())
        assert "mark show" in text
        assert "belongs together" in text


async def test_the_sidebar_goes_away_by_key_and_on_narrow_terminals(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        assert "1 Dashboard" in screen_text(app)
        await press(pilot, "b")
        assert "1 Dashboard" not in screen_text(app)
        await press(pilot, "b")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "1 Dashboard" not in screen_text(app)


async def test_a_cursor_that_blinks_is_nowhere(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "5", "slash")
        assert app.screen.query_one("#filter", Input).cursor_blink is False


async def test_an_error_in_a_key_becomes_a_panel_and_the_program_goes_on(
    running: Running, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise ValueError("seven")

    async with running() as pilot:
        app.survive = True
        monkeypatch.setattr("brcc_tui.screens.dashboard.Dashboard.action_open", broken)
        await press(pilot, "enter")
        assert "seven" in screen_text(app)
        await press(pilot, "E")
        assert "Traceback" in screen_text(app)
        await press(pilot, "escape", "2")
        assert "club.example  Shows" in screen_text(app)


async def test_hostile_names_stay_letters_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "\x1b[2J[VIP] [/nope] \u202eevil 👩\u200d🎤 日本語 [@click=app.quit]x[/] \x07" + "Z\u0301" * 30
    desk = FakeDesk([eb(1, name, at(0, 20), 55, 3, ticket=name), eb(2, name, at(1, 20), Unknown(name), Unknown(name))])
    app = BrccApp(desk)
    app.survive = False
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        app.board.selected = list(desk.listings)
        for key in ("2", "enter", "3", "4", "e", "i"):
            await press(pilot, key)
            text = screen_text(app)
            assert "\x1b" not in text
            assert "\x07" not in text
            assert "\u202e" not in text
            assert "[VIP]" in text or key == "4", key
        assert app.screen.query(TextReader) is not None


async def test_an_empty_club_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk([])
    desk.failed = ()
    app = BrccApp(desk)
    app.survive = False
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "R reads the catalogue" in screen_text(app)
        for key in "234567":
            await press(pilot, key)
        await press(pilot, "2", "s", "x", "enter", "space", "plus", "3", "plus", "d", "w", "i", "o", "4", "enter", "r")
        assert app.board.faults == []


async def test_moving_the_cursor_does_not_touch_other_rows(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        rows = app.screen.query_one("#shows", Rows)
        painted: list[int] = []
        paint = rows.render_line

        def count(y: int):
            painted.append(y)
            return paint(y)

        rows.render_line = count  # type: ignore[method-assign]
        await pilot.press("down")
        await pilot.pause()
        assert sorted(set(painted)) == [0, 1]
