"""Why something cannot be changed is found in as few keys as why it cannot be read."""

from __future__ import annotations

import dataclasses

import pytest
from driving import Running, press, screen_text
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import StockMethod
from brcc_tui.model.reading import Reading
from brcc_tui.screens.modals.reader import TextReader
from brcc_tui.widgets.rows import Rows

REASON = "WooCommerce manages its stock, and its dates have numbers of their own"


@pytest.fixture
def read_only(desk: FakeDesk) -> list[str]:
    """The ids of a product whose listings can be read and not changed."""
    ids = [key for key in desk.listings if key.startswith("wc:4062:")]
    for key in ids:
        desk.listings[key] = dataclasses.replace(
            desk.listings[key], stock_method=StockMethod.READ_ONLY, read_only_reason=REASON
        )
    return ids


async def asked(desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked for from now on, by id."""
    ids: list[str] = []
    explain = desk.explain

    async def note(listing_or_product: str):  # type: ignore[no-untyped-def]
        ids.append(listing_or_product)
        found = await explain(listing_or_product)
        return dataclasses.replace(found, notes=(REASON,))

    monkeypatch.setattr(desk, "explain", note)
    return ids


async def test_three_keys_to_why_it_cannot_be_read(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as pilot:
        ids = await asked(desk, monkeypatch)
        await press(pilot, "5", "end", "i")
        assert ids == ["wc:4077"]
        assert "Why: Open House" in screen_text(app)
        assert "Where the numbers come from, asked at 19:04 on Fri 27 Nov" in screen_text(app)
        assert isinstance(app.screen, TextReader)


async def test_a_number_that_is_not_known_stands_apart_from_its_reason(running: Running, app: BrccApp) -> None:
    """`capacity unknown` was longer than its column, and its reason stood glued to it."""
    async with running() as pilot:
        for key, listing in app.board.listings.items():
            app.board.listings[key] = dataclasses.replace(listing, reading=Reading.unknown("database: not configured"))
        await press(pilot, "5", "e", "down", "down", "i")
        assert isinstance(app.screen, TextReader)
        for number in ("Capacity", "Sold", "Held", "Left"):
            assert f"{number:<14}unknown: database: not configured" in screen_text(app)


async def test_three_keys_to_why_it_cannot_be_changed(
    read_only: list[str], running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as pilot:
        ids = await asked(desk, monkeypatch)
        await press(pilot, "5", "v")
        text = screen_text(app)
        assert "showing what cannot be changed" in text
        assert "Saturday Night" in text
        assert "Friday Night" not in text, "what can be changed is out of the way"
        assert "Open House" in text, "what cannot be read cannot be changed either"
        await press(pilot, "i")
        assert ids == ["wc:4062"]
        assert "Why: Saturday Night" in screen_text(app), "a product by its name"
        assert REASON in screen_text(app)


async def test_a_series_tells_of_the_class_that_cannot_be_changed(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = desk.listings["eb:105:1051"]
    tiered = dataclasses.replace(
        there, id="eb:105:1052", slot="VIP", stock_method=StockMethod.READ_ONLY, read_only_reason="tiered"
    )
    desk.listings[tiered.id] = tiered
    async with running() as pilot:
        ids = await asked(desk, monkeypatch)
        await press(pilot, "4", "v", "i")
        assert ids == [tiered.id]


async def test_the_views_go_round(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "4", "v")
        assert "Nothing here of what cannot be changed. v shows the next view." in screen_text(app)
        await press(pilot, "5", "v", "v")
        assert "showing what is unusual" in screen_text(app)
        assert "Free Drink" in screen_text(app)
        assert "Open House" not in screen_text(app)
        await press(pilot, "v")
        assert "without past dates" in screen_text(app)


async def test_a_note_is_told_once(
    read_only: list[str], running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as pilot:
        await asked(desk, monkeypatch)
        app.board.selected = read_only[:1]
        app.board.listings[read_only[0]] = desk.listings[read_only[0]]
        await press(pilot, "3", "i")
        assert screen_text(app).count(REASON) == 1


async def _told(app: BrccApp, ids: list[str], failure: Failure) -> None:
    assert isinstance(app.screen, TextReader)
    text = screen_text(app)
    assert f"Why: {failure.title}" in text
    assert failure.reason in text
    assert "R reads the catalogue of both shops again" in text
    assert ids == [], "nobody is asked about what is no listing"


async def test_a_list_that_did_not_come_tells_why(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = Failure("eventbrite", "Eventbrite", "no answer within 30 s")
    desk.failed = (failure,)
    async with running() as pilot:
        ids = await asked(desk, monkeypatch)
        rows = app.screen.query_one("#attention", Rows)
        rows.focus()
        rows.move_to(next(n for n, row in enumerate(rows.rows) if row.item.target == failure.id))
        await press(pilot, "enter")
        await _told(app, ids, failure)


async def test_an_event_that_cannot_be_read_tells_why(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = Failure("eb:777", "Industry Night", "its ticket classes could not be read")
    desk.failed = (failure,)
    async with running() as pilot:
        ids = await asked(desk, monkeypatch)
        await press(pilot, "4", "end", "i")
        await _told(app, ids, failure)
