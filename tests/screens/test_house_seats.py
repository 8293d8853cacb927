"""House seats by key: asked for, counted at once, told in the history, taken back there."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from driving import Running, press, screen_text, settle
from fake_club import NOW
from fake_desk import FakeDesk
from textual import events
from textual.widgets import Input

from brcc_tui.app import BrccApp
from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.show import HouseSeats, Show
from brcc_tui.screens.modals.ask_house_seats import AskHouseSeats
from brcc_tui.screens.state.board import Board
from brcc_tui.store.catalogue_file import CacheError
from brcc_tui.store.journal_entries import Entry, JournalEvent
from brcc_tui.store.venue import VenueError

TONIGHT = "2026-11-27T20:00@main"


def tonight(app: BrccApp) -> Show:
    return next(show for show in app.board.shows if show.id == TONIGHT)


@pytest.mark.parametrize("where", ["1", "2"])
async def test_seats_are_held_back_with_a_note(running: Running, app: BrccApp, where: str) -> None:
    async with running() as pilot:
        await press(pilot, where)
        free = tonight(app).free
        await press(pilot, "H", "3", "down", *"press", "enter")
        assert tonight(app).held_back == 3
        assert tonight(app).held_back_note == "press"
        assert isinstance(free, int)
        assert tonight(app).free == free - 3
        assert "3 held back" in screen_text(app)
        if where == "2":
            await press(pilot, "enter")
            assert "3 held back (press): H changes them" in screen_text(app)


async def test_lines_that_are_pasted_are_all_in_the_field(running: Running, app: BrccApp) -> None:
    """A number of which only the first line was taken would be another one; a note would lack its end."""
    async with running() as pilot:
        await press(pilot, "H")
        app.post_message(events.Paste("4\n5\n"))
        await settle(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, AskHouseSeats), "4 5 is no number"
        assert tonight(app).held_back == 0
        await press(pilot, "backspace", "backspace", "down")
        app.post_message(events.Paste("\nguests of the headliner,\r\nat the bar\n\r\n"))
        await settle(pilot)
        assert app.screen.query_one("#note", Input).value == "guests of the headliner, at the bar"
        await press(pilot, "enter")
        assert (tonight(app).held_back, tonight(app).held_back_note) == (4, "guests of the headliner, at the bar")


async def test_what_is_no_number_is_asked_again_and_escape_says_nothing(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "H", "9", "9", "enter")
        assert "The room has 55 seats" in screen_text(app)
        await press(pilot, "x", "enter")
        assert "not a number of seats" in screen_text(app)
        await press(pilot, "escape")
        assert not isinstance(app.screen, AskHouseSeats)
        assert tonight(app).held_back == 0


async def test_more_than_is_left_is_told_at_once_and_needs_attention(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "H", "5", "0", "enter")
        assert tonight(app).free == 0
        assert "of the house have no seat" in screen_text(app)
        about = [item.text for item in app.board.attention(NOW) if item.target == TONIGHT]
        assert any("held back" in text for text in about)
        assert any("14 seats could be sold twice: 14 on sale" in text for text in about), "no more than is on sale"
        assert "+14" in screen_text(app)
        await press(pilot, "x")
        assert re.search(r"On sale: 14 → 0 for 0 seats left\. +Could be sold twice: 14 → 0", screen_text(app))


@pytest.mark.parametrize("look", ["r", "2", "question_mark escape"], ids=["a reading", "a screen", "back to this one"])
async def test_what_another_desk_held_back_is_seen_at_the_next_look(
    running: Running, app: BrccApp, desk: FakeDesk, look: str
) -> None:
    async with running() as pilot:
        desk.rules = dataclasses.replace(desk.rules, held_back={TONIGHT: HouseSeats(2)})
        desk.said_elsewhere = True
        assert tonight(app).held_back == 0
        await press(pilot, *look.split())
        assert tonight(app).held_back == 2
        (row,) = re.findall(r"tonight 20:00 .* 55 .*", screen_text(app))
        assert f" {tonight(app).free} " in row, "what is free, on the screen in front"


async def test_what_another_desk_held_back_is_seen_later_where_it_could_not_be_read_at_once(
    running: Running, app: BrccApp, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: object) -> None:
        raise VenueError("rooms and pairings cannot be read or kept: the file is busy")

    async with running() as pilot:
        desk.rules = dataclasses.replace(desk.rules, held_back={TONIGHT: HouseSeats(2)})
        desk.said_elsewhere = True
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(desk, "group", busy)
            await press(pilot, "r")
        assert tonight(app).held_back == 0
        await press(pilot, "r")
        assert tonight(app).held_back == 2


async def test_what_a_refresh_has_set_itself_is_read_with_its_catalogue_and_not_grouped_for_again(
    running: Running, app: BrccApp, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    grouped, group = list[int](), desk.group
    async with running() as pilot:
        monkeypatch.setattr(desk, "group", lambda board: (grouped.append(1), group(board)))
        desk.rules = dataclasses.replace(desk.rules, held_back={TONIGHT: HouseSeats(2)})
        desk.said_elsewhere = True
        await app.take_catalogue()
        assert (tonight(app).held_back, len(grouped)) == (2, 1)
        app.hear_other_copies()
        await settle(pilot)
        assert len(grouped) == 1
        desk.said_elsewhere = True
        app.hear_other_copies()
        await settle(pilot)
        assert len(grouped) == 2


async def test_what_another_desk_held_back_is_still_to_be_heard_where_the_catalogue_could_not_be_read(
    running: Running, app: BrccApp, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise CacheError("the kept catalogue cannot be read: the file is busy")

    async with running() as pilot:
        desk.rules = dataclasses.replace(desk.rules, held_back={TONIGHT: HouseSeats(2)})
        desk.said_elsewhere = True
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(desk, "load", busy)
            await app.take_catalogue()
        assert tonight(app).held_back == 0
        app.hear_other_copies()
        await settle(pilot)
        assert tonight(app).held_back == 2


@pytest.mark.parametrize("reading", ["_hear_other_copies", "take_catalogue"])
async def test_what_another_desk_held_back_is_still_to_be_heard_where_rooms_could_not_be_read(
    reading: str, running: Running, app: BrccApp, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: object) -> None:
        raise VenueError("rooms and pairings cannot be read or kept: the file is busy")

    async with running() as pilot:
        desk.rules = dataclasses.replace(desk.rules, held_back={TONIGHT: HouseSeats(2)})
        desk.said_elsewhere = True
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(desk, "programme", busy)
            await getattr(app, reading)()
        assert not app.board.shows_known
        app.hear_other_copies()
        await settle(pilot)
        assert tonight(app).held_back == 2


async def test_what_another_desk_held_back_is_still_to_be_heard_where_a_refresh_was_cancelled_while_it_asked(
    running: Running, app: BrccApp, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, cancelled, changed = asyncio.Event(), threading.Event(), desk.venue_changed

    async with running() as pilot:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))  # what is asked next comes after it

        def slowly() -> bool:
            found = changed()
            loop.call_soon_threadsafe(asked.set)
            cancelled.wait(5)
            return found

        desk.rules = dataclasses.replace(desk.rules, held_back={TONIGHT: HouseSeats(2)})
        desk.said_elsewhere = True
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(desk, "venue_changed", slowly)
            refresh = asyncio.create_task(app.take_catalogue())
            await asked.wait()
            refresh.cancel()
            cancelled.set()
            with pytest.raises(asyncio.CancelledError):
                await refresh
        app.hear_other_copies()
        await settle(pilot)
        assert tonight(app).held_back == 2


async def test_what_another_desk_held_back_is_still_to_be_heard_where_past_dates_asked_for_meanwhile_failed(
    running: Running, app: BrccApp, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = desk.load

    def load_while_past_dates_are_asked_for(board: Board, known: Mapping[str, Listing]) -> None:
        load(board, known)
        app.board.with_past = True

    def busy(_: object) -> None:
        raise CacheError("the kept catalogue cannot be read: the file is busy")

    async with running() as pilot:
        desk.rules = dataclasses.replace(desk.rules, held_back={TONIGHT: HouseSeats(2)})
        desk.said_elsewhere = True
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(desk, "load", load_while_past_dates_are_asked_for)
            meanwhile.setattr(desk, "load_all", busy)
            await app.take_catalogue()
        assert (tonight(app).held_back, app.board.faults[-1].doing) == (0, "reading the kept catalogue")
        app.hear_other_copies()
        await settle(pilot)
        assert tonight(app).held_back == 2


async def test_a_listing_that_was_read_is_not_called_unread_where_rooms_cannot_be(
    running: Running, app: BrccApp, desk: FakeDesk
) -> None:
    def damaged() -> bool:
        raise VenueError("rooms and pairings cannot be read or kept: it is damaged")

    async with running() as pilot:
        app.board.selected = ["eb:101:1011"]
        await press(pilot, "3")
        desk.venue_changed = damaged  # type: ignore[method-assign]
        await press(pilot, "r")
        assert app.board.app_errors == {}
        told = app.board.faults[-1]
        assert (told.doing, "it is damaged" in told.text) == (f"reading {app.board.title('eb:101:1011')}", True)


@pytest.mark.parametrize(
    ("said", "keys", "doing"),
    [
        ("hold_back", ("H", "4", "enter"), "holding seats back"),
        ("set_seats", ("2", "N", "f2", "f2", *"50", "enter"), "setting the seats of the room"),
        ("set_is_seat", ("2", "enter", "down", "n", "e"), "remembering: Friday Night"),
        ("confirm_pairing", ("2", "y", "y"), "remembering what belongs together"),
        ("confirm_pairing", ("2", "m", "y"), "remembering what belongs together"),
    ],
)
async def test_what_could_not_be_kept_is_told_by_what_it_was(
    said: str, keys: tuple[str, ...], doing: str, running: Running, app: BrccApp, desk: FakeDesk
) -> None:
    def full(*_: object, **__: object) -> None:
        raise VenueError("house seats cannot be kept: the disk is full")

    setattr(desk, said, full)
    async with running() as pilot:
        await press(pilot, *keys)
        assert doing in screen_text(app)
        await press(pilot, "E")
        assert "house seats cannot be kept: the disk is full" in screen_text(app)


async def test_what_could_not_be_taken_back_can_be_taken_back_later(
    running: Running, app: BrccApp, desk: FakeDesk
) -> None:
    def full(_: object) -> None:
        raise VenueError("house seats cannot be kept: the disk is full")

    desk.forget_pairing = full  # type: ignore[method-assign]
    async with running() as pilot:
        await press(pilot, "2", "y", "y", "Y")
        assert "taking back what belongs together: house seats cannot be kept" in screen_text(app)
        desk.forget_pairing = lambda _: None  # type: ignore[method-assign]
        await press(pilot, "Y")
        assert "Taken back of tonight 20:00" in screen_text(app)


async def test_what_was_taken_back_does_not_stand_as_what_failed(
    running: Running, app: BrccApp, desk: FakeDesk
) -> None:
    """In a small terminal the sign is all there is: a change that was done, and undone by a person, had not failed."""
    events = tuple(JournalEvent(NOW, event, {}) for event in ("planned", "said", "settled"))
    desk.entries = [Entry("h1", NOW, "Anna", "", TONIGHT, "hold", 0, 6, "guests", "", "rolled_back", events)]
    async with running(size=(60, 20)) as pilot:
        await press(pilot, "6")
        (row,) = (row for row in screen_text(app).splitlines() if row.startswith("▌"))
        assert row.rstrip().endswith("0 → 6  ○")
        await press(pilot, "enter")
        assert "○ rolled back" in screen_text(app)


async def test_it_is_in_the_history_and_taken_back_there(running: Running, app: BrccApp, desk: FakeDesk) -> None:
    desk.hold_back(next(iter(desk.programme(list(desk.listings.values())).shows)), 6, "guests")
    events = tuple(JournalEvent(NOW, event, {}) for event in ("planned", "said", "settled"))
    desk.entries = [
        Entry("h1", NOW, "Anna at CLUB-PC", "", TONIGHT, "hold", 0, 6, "guests", "", "settled", events),
        *desk.entries,
    ]
    async with running() as pilot:
        await press(pilot, "6")
        assert "house seats" in screen_text(app)
        assert "Anna at CLUB" in screen_text(app)
        await press(pilot, "enter")
        assert "hold 0" in screen_text(app)
        await press(pilot, "escape", "u")
        assert desk.undone == ["h1"]
        assert "Taken back" in screen_text(app)
        assert "rolled back" in screen_text(app), "at once, in the list that stands there"
        assert tonight(app).held_back == 0
