"""Errands on shows, history, recovery and the rest, at the keys that staff press."""

from __future__ import annotations

from dataclasses import replace

import pytest
from driving import Running, press, screen_text, settle
from fake_club import at, eb, health, left_over
from fake_desk import FakeDesk
from textual.widgets import Input

from brcc_tui.app import BrccApp
from brcc_tui.model.app_error import AppError
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.shows.show import ShowFlag
from brcc_tui.operations.changes.damaged_journal import Damage
from brcc_tui.operations.changes.history import Told
from brcc_tui.operations.diagnostics.check import Check, Condition
from brcc_tui.operations.diagnostics.health import HealthReport, health_report
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.reader import TextReader
from brcc_tui.store.journal_faults import damaged
from brcc_tui.store.journal_file import JournalUnavailable
from brcc_tui.store.venue import VenueError
from brcc_tui.widgets.names import listing_name
from brcc_tui.widgets.rows import Rows


async def test_a_show_is_synced_through_a_plan(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "s", "plus", "plus", "p")
        assert desk.synced == [(("2026-11-27T20:00@main",), True, 2)]
        assert isinstance(app.screen, ConfirmPlan)


async def test_who_applies_a_sync_has_confirmed_its_pairing_on_every_screen(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        assert ShowFlag.UNCONFIRMED_PAIRING in app.board.upcoming(desk.now())[0].flags
        await press(pilot, "s", "p", "y")
        assert desk.remembered
        assert ShowFlag.UNCONFIRMED_PAIRING not in app.board.upcoming(desk.now())[0].flags


async def test_many_shows_are_marked_and_synced_at_once(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.forget_pairing = lambda _: None  # type: ignore[method-assign]
    async with running() as pilot:
        await press(pilot, "2", "m", "m", "y", "Y")
        assert "Taken back of tonight 20:00 and 1 more show: " in screen_text(app)
        await press(pilot, "s", "m")
        assert desk.synced == [(("2026-11-27T20:00@main", "2026-11-27T22:00@main"), False, 0)]


async def test_what_stands_below_a_show_comes_into_sight(running: Running, app: BrccApp) -> None:
    """Of a show in the last row that can be seen, and when one of its listings was looked for."""
    async with running(size=(80, 16)) as pilot:
        await press(pilot, "2")
        rows = app.screen.query_one("#shows", Rows)
        last = rows.scrollable_content_region.height - 1
        rows.move_to(last)
        show = rows.current.show
        await press(pilot, "enter")
        assert f"id {show.id}" in screen_text(app)
        assert "seats: N changes them" in screen_text(app)
        assert rows.current.show is show

        await press(pilot, "enter", "home")
        await settle(pilot)
        app.open_listing(show.listings[-1])
        await settle(pilot)
        assert rows.current.listing == show.listings[-1]
        assert f"id {show.id}" in screen_text(app)


async def test_a_pairing_is_confirmed_once_for_all_dates(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "enter", "y")
        assert desk.rules.together == {frozenset({"eb:fri", "wc:4061:pmshow"})}
        assert "confirmed: a person confirmed" in screen_text(app)


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
    *moves, end = desk.entries[0].events
    other = next(x for x in desk.listings.values() if x.id != desk.entries[0].listing)
    told = {**end.detail, "reason": f"{other.id} stands at 20 and should stand at 18: lower it"}
    desk.entries[0] = replace(desk.entries[0], events=(*moves, replace(end, detail=told)))
    async with running() as pilot:
        await press(pilot, "6")
        assert "28 → 31" in screen_text(app)
        await press(pilot, "enter")
        assert "walk-ins" in screen_text(app)
        assert f"reason: {listing_name(other, desk.now())} stands at 20" in screen_text(app)
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


async def test_a_damaged_journal_is_renewed_only_after_its_changes_were_counted(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = left_over()
    desk.damage = Damage(("the row of c1 is not as it was written",), (one.entry,), ("c2",), "0" * 12, (one,))
    whole = desk.entries
    desk.entries = [*whole, damaged("c0", None, "the row of c0 is gone")]
    renew = desk.renew_journal

    async def renewed(digest: str) -> str:
        desk.entries = whole
        return await renew(digest)

    async def checked() -> HealthReport:
        broken = Check(Condition.DOWN, "the journal is damaged")
        return health_report({**health().checks, "journal": broken} if desk.damage else health().checks, desk.now())

    monkeypatch.setattr(desk, "renew_journal", renewed)
    monkeypatch.setattr(desk, "check_health", checked)
    async with running() as pilot:
        await press(pilot, "6")
        assert "not known" in screen_text(app), "no moment of long ago"
        await press(pilot, "end", "enter")
        assert "When      not known" in screen_text(app)
        await press(pilot, "escape", "W")
        told = screen_text(app)
        assert "the row of c1 is not as it was written" in told
        assert f"c1 Shop Friday Night, 8pm Show, tonight 20:00: {one.before}" in told
        await press(pilot, "0", "enter")
        assert (desk.renewed, "Type 1 once the shops have been looked at" in screen_text(app)) == ("", True)
        await press(pilot, "backspace", "1", "enter")
        assert desk.renewed == "0" * 12
        assert any("kept as journal.sqlite.damaged-1" in notice.message for notice in app._notifications)
        assert "1 damaged" not in screen_text(app), "the history behind it is the new one"
        assert app.board.checks["journal"].status is Condition.HEALTHY


async def unread() -> None:
    raise AppError("the journal cannot be used: file is not a database")


async def test_a_journal_that_cannot_be_read_is_no_empty_one(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "history", unread)
    desk.damage = Damage(("file is not a database",), (), (), "0" * 12)
    async with running(size=(60, 20)) as pilot:
        for keys in (("6",), ("slash", "z")):
            await press(pilot, *keys)
            assert "Nobody knows: the journal cannot be read." in screen_text(app)
            assert "0 changes" not in screen_text(app)
        await press(pilot, "escape")
        await press(pilot, "W")
        assert "Nothing in it can be read" in screen_text(app)
        assert "Type 0, the changes that can be taken along" in screen_text(app)


async def test_a_journal_that_cannot_be_read_any_more_is_told_as_it_was(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(size=(60, 20)) as pilot:
        await press(pilot, "6")
        assert "cannot be read" not in screen_text(app)
        monkeypatch.setattr(desk, "history", unread)
        await press(pilot, "r")
        heading = next(row for row in screen_text(app).splitlines() if "3 changes" in row)
        assert "as it was: the journal cannot be read now" in heading


@pytest.mark.parametrize(
    ("unread", "other", "lacks"),
    [
        (VenueError("rooms, pairings and house seats cannot be read or kept"), "c", "without rooms (7: why)"),
        (JournalUnavailable("the journal cannot be used: file is not a database"), "h", "without listings (W: why)"),
    ],
)
async def test_a_history_of_which_one_file_cannot_be_read_shows_the_other_and_says_so(
    running: Running,
    desk: FakeDesk,
    app: BrccApp,
    monkeypatch: pytest.MonkeyPatch,
    unread: AppError,
    other: str,
    lacks: str,
) -> None:
    kept = [replace(entry, id=f"{other}{entry.id[1:]}") for entry in desk.entries]

    async def partly() -> Told:
        return Told(kept, unread)

    async with running(size=(60, 20)) as pilot:
        monkeypatch.setattr(desk, "history", partly)
        await press(pilot, "6")
        (heading,) = (row for row in screen_text(app).splitlines() if "3 changes" in row)
        assert lacks in heading
        kept = []
        await press(pilot, "r")
        assert "Nobody knows: " in screen_text(app)
        assert "Nothing was changed here" not in screen_text(app)
        monkeypatch.undo()
        await press(pilot, "r")
        assert ("3 changes" in screen_text(app), "without" in screen_text(app)) == (True, False)


@pytest.mark.parametrize(
    ("unread", "still", "words"),
    [
        (VenueError("rooms cannot be read"), ["c9"], "as it was: rooms cannot be read now"),
        (JournalUnavailable("the journal cannot be used"), ["h9"], "as it was: the journal cannot be read now"),
    ],
)
async def test_what_was_known_of_a_file_that_cannot_be_read_any_more_stays_beside_the_other(
    running: Running,
    desk: FakeDesk,
    app: BrccApp,
    monkeypatch: pytest.MonkeyPatch,
    unread: AppError,
    still: list[str],
    words: str,
) -> None:
    changes = {id_: replace(desk.entries[0], id=id_) for id_ in ("c9", "h9")}

    async def partly() -> Told:
        return Told([changes[id_] for id_ in still], unread)

    desk.entries = list(changes.values())
    async with running(size=(60, 20)) as pilot:
        await press(pilot, "6")
        monkeypatch.setattr(desk, "history", partly)
        for _ in range(2):
            await press(pilot, "r")
            (heading,) = (row for row in screen_text(app).splitlines() if "2 changes" in row)
            assert words in heading


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
