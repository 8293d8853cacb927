"""`/` narrows a list, Enter goes back to it, Esc shows everything: the same on every screen that has a list."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from driving import Running, make_app, press, screen_text, settle
from fake_club import at
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Platform
from brcc_tui.screens.filtered import FilteredScreen
from brcc_tui.widgets.rows import Rows

PLACES = {"2": "fri", "4": "late", "5": "vip", "6": "conflict"}
"""A key that leads there, and words that some rows have and others not."""


def here(app: BrccApp) -> FilteredScreen:
    assert isinstance(app.screen, FilteredScreen)
    return app.screen


@pytest.mark.parametrize(("key", "words"), PLACES.items(), ids=PLACES)
async def test_a_list_is_narrowed_left_and_whole_again(key: str, words: str, running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, key)
        whole = len(here(app).rows.rows)
        assert not here(app).filter_field.display
        await press(pilot, "slash", *words)
        narrowed = [here(app).rows.text([n], 120) for n in range(len(here(app).rows.rows))]
        assert narrowed
        assert len(narrowed) != whole
        await press(pilot, "enter")
        assert isinstance(app.focused, Rows)
        assert here(app).filter_field.display
        await press(pilot, "escape")
        assert len(here(app).rows.rows) == whole
        assert not here(app).filter_field.display


async def test_the_first_that_is_found_has_the_cursor_and_the_keys_say_how_to_go_on(
    running: Running, app: BrccApp
) -> None:
    """Whoever types `fri` and Enter means the next Friday, not the one that stands where the cursor stood."""
    async with running() as pilot:
        await press(pilot, "2", "end", "up", "slash")
        last = screen_text(app).splitlines()[-1]
        assert "enter to the list  esc show everything" in last.replace("  escape", "  esc")
        assert "? help" not in last, "there a question mark is a letter"
        await press(pilot, *"fri", "enter")
        assert here(app).rows.cursor == 0
        await press(pilot, "down")
        there = here(app).rows.current_key
        await press(pilot, "slash", "space", *"10", "enter")
        assert here(app).rows.current_key == there, "what is still found keeps the cursor"


@pytest.mark.parametrize("key", PLACES)
async def test_nothing_found_says_what_was_looked_for(key: str, running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, key, "slash", *"zzz")
        assert "Nothing matches “zzz”. Esc shows everything." in screen_text(app)


@pytest.mark.parametrize("key", ["2", "4", "5"])
async def test_esc_shows_everything_where_a_view_is_on_too(key: str, running: Running, app: BrccApp) -> None:
    """`Nothing matches. Esc shows everything`: then the view alone was there, in which nothing had matched."""
    async with running() as pilot:
        await press(pilot, key)
        everything = screen_text(app)
        await press(pilot, "v", "slash", *"zzz", "enter", "escape")
        assert screen_text(app) == everything


async def test_a_shop_that_is_not_configured_is_not_an_empty_one(running: Running, app: BrccApp) -> None:
    """To read the catalogue again was advised, which asks the other shop alone."""
    async with running() as pilot:
        app.board.shops = frozenset({Platform.WOOCOMMERCE})
        app.board.listings = {key: one for key, one in app.board.listings.items() if one.platform in app.board.shops}
        for keys in (["4"], ["slash", *"zzz"]):
            await press(pilot, *keys)
            told = " ".join(screen_text(app).replace("│", " ").split())
            assert "Eventbrite is not configured: nothing of it is read" in told
            assert "0 listings" not in told
            assert "0 sold" not in told
            assert "R reads" not in told
        await press(pilot, "escape", "5")
        assert "is not configured" not in screen_text(app)


async def test_a_shop_of_which_no_list_came_is_not_an_empty_one(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        app.board.listings = {
            key: one for key, one in app.board.listings.items() if one.platform is Platform.WOOCOMMERCE
        }
        app.board.failed = (Failure("eventbrite", "Eventbrite", "no answer"),)
        for keys in (["4"], ["slash", *"zzz"]):
            await press(pilot, *keys)
            told = " ".join(screen_text(app).replace("│", " ").split())
            assert "Nobody knows: the last refresh got no list of Eventbrite. R asks again, E says what went" in told
            assert "not read by week" in told
            for words in (
                "0 listings",
                "0 sold",
                "Nothing here",
                "just now",
                " ever ",
                "never",
            ):  # what is past may be known
                assert words not in told
        await press(pilot, "escape", "5")
        assert "no list" not in screen_text(app)
        app.board.failed = (Failure("eventbrite", "Eventbrite's past events", "no answer"),)
        app.changed()
        await press(pilot, "4")
        assert "Nothing here. R reads" in screen_text(app)


async def test_where_nobody_knows_all_nothing_found_is_not_nothing_there(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        app.board.failed = (Failure("eventbrite", "Eventbrite", "no answer"),)
        for keys in (("2", "slash"), ("4", "slash"), ("1", "slash"), ("ctrl+p",)):
            await press(pilot, *keys, *"zzz")
            told = " ".join(screen_text(app).replace("│", " ").split())
            assert "Nobody knows all: of Eventbrite no complete list came last." in told
            await press(pilot, "escape")
        shows, app.board.shows = app.board.shows, ()
        app.changed()
        await press(pilot, "1")
        assert "Nothing more is known to be on" in screen_text(app)
        assert "No shows. R reads the catalogue of both shops. Nobody knows all" in screen_text(app)
        app.board.shows, app.board.shows_known = shows, False
        await press(pilot, "ctrl+p", *"zzz")
        told = screen_text(app)
        assert "Nobody knows: what was said of rooms and shows cannot be read" in told
        assert "Nothing matches" not in told


async def test_marks_go_with_the_filter(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "m")
        assert "1 marked" in screen_text(app)
        await press(pilot, "escape")
        assert "marked" not in screen_text(app)


def heading(app: BrccApp) -> str:
    return "\n".join(screen_text(app).splitlines()[1:5])


async def test_a_line_sums_what_is_in_view(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "slash", *"tonight", "enter")
        assert "2 shows" in heading(app)
        assert "65 of 110 seats sold" in heading(app)


async def test_a_sum_without_what_is_not_known_is_at_least_so_much(running: Running, app: BrccApp) -> None:
    """Tomorrow's late show has no numbers from the shop."""
    async with running() as pilot:
        await press(pilot, "2", "slash", *"tomorrow", "enter")
        assert "at least 55 of 110 seats sold" in heading(app)
        assert "1 show not known" in heading(app)


async def test_what_cannot_be_told_is_counted_and_not_shown(running: Running, app: BrccApp) -> None:
    async with running(size=(160, 40)) as pilot:
        await press(pilot, "2", "slash", *"tomorrow", "space", *"free>=0", "enter")
        assert "1 show " in heading(app)
        assert "1 more may match: a number is unknown" in heading(app)


async def test_a_comparison_under_way_narrows_nothing_and_says_so(running: Running, app: BrccApp) -> None:
    async with running(size=(160, 40)) as pilot:
        await press(pilot, "2")
        whole = len(here(app).rows.rows)
        await press(pilot, "slash", *"free>=")
        assert len(here(app).rows.rows) == whole
        assert "free>= needs a number" in heading(app)


async def test_the_sums_are_there_on_a_phone_while_something_is_looked_for(running: Running, app: BrccApp) -> None:
    async with running(size=(60, 20)) as pilot:
        await press(pilot, "2")
        assert "seats sold" not in heading(app)
        await press(pilot, "slash", *"tonight", "enter")
        assert "65 of 110 seats sold" in heading(app)


async def test_shows_are_sorted_by_a_column_either_way_round(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "slash", *"dec", "enter", "S", "S")
        assert "sold↓" in screen_text(app)
        assert "by sold ↓" in heading(app)
        sold = [row.show.sold for row in here(app).rows.rows if row.show]
        assert len(set(sold)) > 1
        assert sold == sorted(sold, reverse=True)
        await press(pilot, "Z")
        assert "sold↑" in screen_text(app)
        assert [row.show.sold for row in here(app).rows.rows if row.show] == sorted(sold)


@pytest.mark.parametrize("turns", [(), ("Z",)])
async def test_what_is_not_known_stands_last_either_way_round(
    turns: tuple[str, ...], running: Running, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "2", "slash", *"tomorrow", "enter", "S", "S", *turns)
        shows = [row.show for row in here(app).rows.rows if row.show]
        assert [isinstance(show.sold, int) for show in shows] == [True, False]


async def test_the_trees_of_the_shops_understand_the_same_words(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "4", "slash", *"tonight", "space", *"left>=8", "enter")
        rows = [row.listing.id for row in here(app).rows.rows if row.listing]
        assert rows == ["eb:102:1021"]
        assert "1 of 13 listings" in heading(app)
        assert "10 sold  18 left  28 capacity" in heading(app)


async def test_what_belongs_to_no_show_may_have_a_date_that_nobody_can_place(running: Running, app: BrccApp) -> None:
    """While the site's zone is not known, hundreds of dates are of no show; they were said to have none."""
    async with running() as pilot:
        undated = [dataclasses.replace(one, starts_at=None) for one in app.board.shows[0].listings]
        assert all(one.date for one in undated)
        app.board.unpaired = tuple(undated)
        await press(pilot, "2", "end")
        assert f"Belong to no show ({len(undated)}): no seat, or no start that is known" in screen_text(app)


@pytest.mark.parametrize(("fold", "unfold"), [("enter", "enter"), ("left", "right"), ("e", "e")])
async def test_a_branch_that_a_filter_unfolded_can_be_folded(
    fold: str, unfold: str, running: Running, app: BrccApp
) -> None:
    """Nothing happened that could be seen, and without the filter the branch was unfolded then."""
    async with running() as pilot:
        await press(pilot, "5")
        at_first = keys_in_view(app)
        await press(pilot, "slash", *"8pm", "enter")
        found = keys_in_view(app)
        assert len([row for row in app.screen.rows.rows if row.depth]) > 1
        await press(pilot, fold)
        folded = keys_in_view(app)
        assert folded == [key for key in found if key in folded] != found
        await press(pilot, unfold)
        assert keys_in_view(app) == found
        await press(pilot, fold, "slash", *"8pm", "enter")
        assert keys_in_view(app) == found, "what is looked for anew is unfolded"
        await press(pilot, "escape")
        assert keys_in_view(app) == at_first


def keys_in_view(app: BrccApp) -> list[str]:
    return [row.key for row in app.screen.rows.rows]


async def test_what_is_over_is_not_counted_among_what_is_shown(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    later = at(0, 23, 30)
    desk.now = lambda: later + dt.timedelta(hours=5)  # type: ignore[method-assign]
    async with running() as pilot:
        await press(pilot, "4")
        shown = sum(len(row.leaves) for row in app.screen.rows.rows if not row.depth)
        assert f"{shown} listings" in screen_text(app)
        assert shown < sum(listing.platform is Platform.EVENTBRITE for listing in app.board.listings.values())


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_a_club_without_shows_is_not_told_to_look_at_another_view(size: tuple[int, int]) -> None:
    desk = FakeDesk([])
    desk.failed = ()
    app = make_app(desk)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        assert "No show to come is known. R reads the catalogue" in screen_text(app)
        await press(pilot, "v")
        assert "Nothing under “could be sold twice”. v changes the view." in screen_text(app)


@pytest.mark.parametrize("key", PLACES)
async def test_a_letter_is_looked_for_once(
    key: str, running: Running, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Textual calls the handlers of every class of a screen: one that calls another's has it done twice."""
    async with running() as pilot:
        await press(pilot, key, "slash")
        shown: list[str] = []
        show_rows = here(app).show_rows
        monkeypatch.setattr(here(app), "show_rows", lambda *told: (shown.append(key), show_rows(*told)))
        await press(pilot, "f")
        assert shown == [key]
