"""Compare: another product, another date, another ticket class in the place of a card, by a few keys."""

from __future__ import annotations

import dataclasses

import pytest
from driving import Running, press, screen_text
from fake_club import at, wc
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.app_error import AppError
from brcc_tui.model.quantity import Unknown
from brcc_tui.screens.compare import Compare
from brcc_tui.screens.modals.search import Search
from brcc_tui.widgets.rows import Rows

FRIDAY = "wc:4061:pmshow:nov27"
OTHER = "eb:101:1011"


async def test_t_puts_another_date_of_the_same_product_in_its_place(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        app.board.selected = [FRIDAY, OTHER]
        await press(pilot, "3", "f")
        assert isinstance(app.screen, Search)
        text = screen_text(app)
        assert "Friday Night: which date?" in text
        assert "10pm Late Laughs" in text, "the product's other slot is a date like any other"
        assert "Saturday Night" not in text
        await press(pilot, *"dec 11", "enter")
        assert app.board.selected == ["wc:4061:pmshow:dec11", OTHER]
        assert "Fri 11 Dec 20:00" in screen_text(app)


async def test_t_begins_on_the_date_that_is_compared_now(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        app.board.selected = ["wc:4061:pmshow:dec04"]
        await press(pilot, "3", "f")
        assert app.screen.query_one(Rows).current_key == "wc:4061:pmshow:dec04"
        await press(pilot, "down", "enter")
        assert app.board.selected == ["wc:4061:pmshow:dec11"]


async def test_p_puts_another_product_in_its_place_at_the_same_hour(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        app.board.selected = ["wc:4061:pmshow:dec04", OTHER]
        await press(pilot, "3", "p")
        assert app.screen.query_one(Rows).current_key == "wc:4061", "it begins on the product compared now"
        text = screen_text(app)
        assert "Which product or series?" in text
        assert "Shop, " in text
        assert "Eventbrite, " in text
        await press(pilot, *"eb friday", "enter")
        assert "which date?" in screen_text(app)
        await press(pilot, "enter")
        assert app.board.selected == ["eb:201:2011", OTHER], "of all its dates, the one at the same start"


async def test_a_product_with_one_date_needs_no_second_question(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        app.board.selected = [FRIDAY]
        await press(pilot, "3", "p", *"stef shop", "enter")
        assert isinstance(app.screen, Compare)
        assert app.board.selected == ["wc:4300:pmshow:dec04"]


async def test_p_adds_where_nothing_is_compared_yet(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "3", "f")
        assert isinstance(app.screen, Compare), "there is no product whose date it could be"
        await press(pilot, "p", *"stef shop", "enter")
        assert app.board.selected == ["wc:4300:pmshow:dec04"]


async def test_another_ticket_class_of_the_same_event(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    listing = desk.listings[OTHER]
    door = dataclasses.replace(listing, id="eb:101:1012", slot="At the door")
    desk.listings[door.id] = door
    async with running() as pilot:
        app.board.selected = [OTHER]
        await press(pilot, "3", "f", *"door", "enter")
        assert app.board.selected == ["eb:101:1012"]


async def test_nothing_is_compared_twice(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        app.board.selected = [FRIDAY, "wc:4061:pmshow:dec04"]
        await press(pilot, "3", "f", *"dec 4")
        assert "compared already" in screen_text(app)
        await press(pilot, "enter")
        assert app.board.selected == [FRIDAY, "wc:4061:pmshow:dec04"]
        assert "It is compared already." in screen_text(app)
        assert app.screen.query_one("#rows", Rows).current_key == "wc:4061:pmshow:dec04"


async def test_a_show_that_began_can_still_be_chosen(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    begun = wc(4062, "Saturday Night", "6pm Show", at(0, 18), 3, 20)
    desk.listings[begun.id] = begun
    async with running() as pilot:
        app.board.selected = [FRIDAY]
        await press(pilot, "3", "a", *"6pm")
        assert app.screen.query_one(Rows).current_key == begun.id
        await press(pilot, "escape", "p", *"saturday shop", "enter", *"6pm", "enter")
        assert app.board.selected == [begun.id]


async def test_the_new_card_fails_and_is_read_again_by_itself(
    running: Running, desk: FakeDesk, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as pilot:
        app.board.selected = [FRIDAY, OTHER]
        await press(pilot, "3")
        answer, asked = desk.read_live, []

        async def refuses(ids, progress):
            asked.append(tuple(ids))
            raise AppError("the shop is closed for repairs")

        monkeypatch.setattr(desk, "read_live", refuses)
        await press(pilot, "f", *"dec 11", "enter")
        assert asked == [("wc:4061:pmshow:dec11",)], "the card beside it was not asked again"
        assert "the shop is closed for" in screen_text(app)
        monkeypatch.setattr(desk, "read_live", answer)
        await press(pilot, "r")
        assert "closed for repairs" not in screen_text(app)


async def test_a_draft_of_what_was_replaced_is_still_reviewed(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        app.board.selected = [FRIDAY]
        await press(pilot, "3", "plus", "f", *"dec 11", "enter")
        assert list(app.board.drafts) == [FRIDAY]
        assert "1 draft: w reviews" in screen_text(app)


async def test_rows_tell_below_what_they_have_no_room_for(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.listings[OTHER] = dataclasses.replace(desk.listings[OTHER], read_only_reason="reserved seating")
    async with running(size=(80, 24)) as pilot:
        app.board.selected = [FRIDAY, OTHER]
        await press(pilot, "3")
        text = screen_text(app)
        assert "Fri 27 Nov 2026 20:00 EST   14.11 CAD   Shop on sale" in text
        assert "live 19:04, just now   wc:4061:pmshow:nov27" in text
        await press(pilot, "down")
        text = screen_text(app)
        assert "live 19:04, just now   eb:101:1011" in text
        assert "read only: reserved seating" in text


async def test_an_empty_comparison_offers_only_what_can_be_done(running: Running, app: BrccApp) -> None:
    async with running(size=(80, 24)) as pilot:
        await press(pilot, "3")
        assert "p product" in screen_text(app)
        assert "r read" not in screen_text(app)
        await press(pilot, "1", "space", "3")
        assert "r read" in screen_text(app)
        assert "p product  f date" in screen_text(app)


async def test_help_and_palette_say_the_keys_in_full(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "space", "3", "question_mark")
        assert "another date, slot or ticket class in its place" in screen_text(app)
        await press(pilot, "escape", "ctrl+p", *"another date", "enter")
        assert "which date?" in screen_text(app)


async def test_what_was_not_added_is_told_however_long_the_reasons_on_the_cards(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    """A sum that says nothing of what is missing in it would be a wrong one."""
    reason = Unknown("database: the server cannot be reached. " + "Eventbrite still works. " * 20)
    for key in (FRIDAY, "wc:4061:pmshow:dec04", "wc:4061:pmshow:dec11"):
        reading = dataclasses.replace(desk.listings[key].reading, sold=reason, held=reason, capacity=reason)
        desk.listings[key] = dataclasses.replace(desk.listings[key], reading=reading)
    async with running(size=(120, 36)) as pilot:
        app.board.selected = [FRIDAY, OTHER, "wc:4061:pmshow:dec04", "wc:4061:pmshow:dec11"]
        await press(pilot, "3")
        text = screen_text(app)
    assert "Together" in text
    assert "not added, because not known: capacity of 3, sold of 3, held of 3" in text
