"""What is over, once somebody asked for it: it is there after every reading of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from driving import Running, press, screen_text, settle
from fake_club import NOW, at, club_listings, eb
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.clock import SystemClock
from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.ending import as_of
from brcc_tui.screens.state.board import Board
from brcc_tui.screens.state.desk import Desk
from brcc_tui.settings_checks import settings_from
from brcc_tui.store.catalogue_file import CacheError


class _WithPast(FakeDesk):
    """As the real one: what is over is loaded where somebody asked for it."""

    def __init__(self) -> None:
        super().__init__([*club_listings(), eb(90, "Last Week", at(-7, 20), 55, 40, series="last")])

    def load(self, board: Board, known: Mapping[str, Listing]) -> None:
        super().load(board, known)
        if board.with_past:
            self.load_all(board)
        else:
            del board.listings["eb:90:901"]

    def load_all(self, board: Board) -> None:
        board.with_past = True
        board.listings = {listing.id: listing for listing in as_of(self.listings.values(), self.now())}


async def test_past_dates_stay_when_the_catalogue_is_read_again(running: Running, app: BrccApp) -> None:
    app.desk = _WithPast()
    async with running() as pilot:
        await press(pilot, "4")
        assert "Last Week" not in screen_text(app)
        await press(pilot, "O")
        assert "Last Week" in screen_text(app)
        await app.take_catalogue()
        app.changed()
        await settle(pilot)
        text = screen_text(app)
        assert "with past dates" in text
        assert "Last Week" in text


async def test_past_dates_that_cannot_be_read_say_so_and_are_not_there(running: Running, app: BrccApp) -> None:
    def unread(_: Board) -> None:
        raise CacheError("the catalogue is busy", next_step="try again")

    desk = app.desk = _WithPast()
    desk.load_all = unread  # type: ignore[method-assign]
    async with running() as pilot:
        await press(pilot, "4", "O")
        assert "reading past dates: the catalogue is busy" in screen_text(app)
        assert "without past dates" in screen_text(app)


async def test_past_dates_asked_for_while_the_catalogue_is_read_are_there(running: Running, app: BrccApp) -> None:
    desk = app.desk = _WithPast()
    async with running() as pilot:
        await press(pilot, "4")
        load = desk.load

        def load_and_ask(board: Board, known: Mapping[str, Listing]) -> None:
            load(board, known)
            desk.load_all(app.board)

        desk.load = load_and_ask  # type: ignore[method-assign]
        await app.take_catalogue()
        assert "eb:90:901" in app.board.listings
        await settle(pilot)


async def test_what_was_put_on_sale_since_the_catalogue_was_read_stays_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A live look told of it; the kept catalogue, in which the past dates are, has none of it."""
    monkeypatch.setattr(SystemClock, "now", lambda _: NOW)
    new = eb(91, "Second Show", at(1, 22), 55, 3, series="new")
    desk, board = Desk(settings_from({"PRIVATE_TOKEN": "token", "BRCC_DATA_DIR": str(tmp_path)})), Board()
    board.take([new])
    desk.load_all(board)
    await desk.close()
    assert [*board.listings] == [new.id]
