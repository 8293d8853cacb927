"""The first screen: tonight first, what is wrong in full, and machines only where something is wrong with them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gc
import weakref
from pathlib import Path

import pytest
from driving import Running, make_app, press, screen_text, settle
from fake_club import NOW, at, club_listings, eb, health, wc
from fake_desk import FakeDesk
from rich.cells import cell_len

from brcc_tui.app import BrccApp
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.quantity import Quantity, Unknown
from brcc_tui.model.shows.grouping import Programme
from brcc_tui.operations.diagnostics.check import Check, Condition
from brcc_tui.screens.state.attention import Attention
from brcc_tui.screens.state.desk import Desk
from brcc_tui.screens.support.attention_lines import attention_rows, paint_attention, rows_shown
from brcc_tui.settings_checks import settings_from
from brcc_tui.store.venue import VenueError
from brcc_tui.widgets.glyphs import UNICODE
from brcc_tui.widgets.rows import Rows

SIZES = [(200, 50), (120, 36), (80, 24), (60, 20)]


def body(app: BrccApp) -> str:
    """What stands on the screen without the sidebar."""
    return "\n".join(row.rpartition("│")[2] for row in screen_text(app).splitlines())


@pytest.mark.parametrize("size", SIZES)
async def test_tonight_stands_first(size: tuple[int, int], running: Running, app: BrccApp) -> None:
    async with running(size=size):
        first = next(row for row in body(app).splitlines()[1:] if row.strip())
        assert "Tonight  2 shows  ▲ 1 to look at  65 of 110 seats sold" in first


@pytest.mark.parametrize("size", SIZES)
async def test_tonights_sums_are_all_there_with_the_age_of_the_oldest_of_them(
    size: tuple[int, int], running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    def told() -> str:
        return " ".join(body(app).partition("Needs attention")[0].split())

    async with running(size=size) as pilot:
        assert told().endswith("65 of 110 seats sold 43 free 50 on sale 18 of that in doubt now")
        desk.now = lambda: NOW + dt.timedelta(minutes=10)  # type: ignore[method-assign]
        app.changed()
        await settle(pilot)
        assert told().endswith("in doubt 10 min old")
        app.board.silent["eb:101:1011"] = "Eventbrite: no answer within 30 s"
        app.changed()
        await settle(pilot)
        assert told().endswith("in doubt ✗ 10 min old"), "the last question was not answered"


async def test_a_catalogue_of_which_a_shop_told_nothing_is_older_there(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    desk.failed = (Failure("eventbrite", "Eventbrite", "no answer"),)
    async with running() as pilot:
        for screen, older in (("1", True), ("4", True), ("5", False)):
            await press(pilot, screen)
            assert ("2 h 10 min old, in part older" in screen_text(app)) is older
            assert older or "catalogue 2 h 10 min old" in screen_text(app)


async def test_without_a_show_tonight_the_next_day_stands_there(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.listings = {x.id: x for x in desk.listings.values() if x.starts_at and x.starts_at.date() > NOW.date()}
    async with running():
        assert "Next: tomorrow  2 shows" in body(app)


async def test_what_began_on_an_earlier_day_is_not_tonight(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    first = eb(501, "Festival Pass", at(-1, 14), 55, 11, flags=frozenset({Flag.SEVERAL_DAYS}))
    desk.listings = {first.id: dataclasses.replace(first, ends_at=at(2, 23)), **desk.listings}
    async with running():
        assert "Festival Pass" in body(app)
        assert "Tonight  2 shows" in body(app)


async def test_a_matinee_makes_it_today(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.now = lambda: NOW.replace(hour=12)  # type: ignore[method-assign]
    matinee = eb(500, "Matinee", at(0, 14), 55, 11)
    desk.listings[matinee.id] = matinee
    async with running():
        assert "Today  3 shows" in body(app)


@pytest.mark.parametrize(
    ("sold", "later", "told", "waiting"),
    [
        pytest.param(11, dt.timedelta(), "all is well", "Nothing. All is well.", id="known now"),
        pytest.param(11, dt.timedelta(hours=2), "all was well", "Nothing, by a catalogue 2 h old.", id="known once"),
        pytest.param(
            Unknown("no answer"), dt.timedelta(), "? not all known",
            "Nothing that is known: of 1 show not every number is.", id="not known",
        ),
    ],
)  # fmt: skip
async def test_all_is_well_by_numbers_that_are_known_now_alone(
    sold: Quantity, later: dt.timedelta, told: str, waiting: str, running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    desk.now = lambda: NOW + later  # type: ignore[method-assign]
    listing = eb(500, "Late Laughs", at(20, 22), 55, sold)
    desk.listings, desk.failed, desk.left_over = {listing.id: listing}, (), []
    async with running() as pilot:
        app.board.read_at = NOW
        app.changed()
        await settle(pilot)
        assert f"1 show  {told}" in body(app)
        assert waiting in body(app)


@pytest.mark.parametrize(("screen", "keys"), [("dashboard", ()), ("shows", ("slash", "z"))])
async def test_without_what_was_said_of_rooms_no_show_is_told_as_none(
    screen: str, keys: tuple[str, ...], running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    def refuse(listings: list[Listing]) -> Programme:
        raise VenueError("the file of rooms and pairings cannot be read")

    desk.programme, desk.failed, desk.left_over = refuse, (), []  # type: ignore[method-assign]
    async with running() as pilot:
        await app.switch_mode(screen)
        await press(pilot, *keys)
        await settle(pilot)
        assert "Nobody knows: what was said of rooms and shows cannot be read" in body(app)
        for sure in ("0 shows", "0 of 0", "Nothing", "No shows", "Belong to no show"):
            assert sure not in body(app)


async def test_machines_are_told_only_where_something_is_wrong(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        assert "61 GB" not in body(app)
        sick = health()
        full = Check(Condition.DEGRADED, "0.2 GB free: free some, or changes cannot be recorded", 0.2)
        sick = dataclasses.replace(sick, checks={**sick.checks, "disk_space": full})
        app.board.health = sick
        app.changed()
        await settle(pilot)
        assert "▲ Disk: 0.2 GB free: free some, or changes cannot be recorded" in body(app)


async def test_the_badge_is_the_number_of_the_heading_it_leads_to(running: Running, app: BrccApp) -> None:
    async with running():
        many = len(app.board.attention(NOW))
        rows = screen_text(app).splitlines()
        assert next(row for row in rows if "1 Dashboard" in row).partition("│")[0].split()[-1] == str(many)
        assert next(row for row in rows if "Needs attention" in row).split()[-1] == str(many)


@pytest.mark.parametrize("cells", [40, 59, 79, 97, 177])
def test_what_needs_attention_is_told_to_its_last_word(cells: int) -> None:
    items = [
        Attention(0, "bad", "warning", "Friday Night at the Backroom", "8 people too many", "a", at(0, 20)),
        Attention(2, "accent", "unknown", "Late Laughs", "a question with many words, " * 5, "b", at(1, 22)),
        Attention(6, "note", "one_shop", "A title that is longer than any club has ever given to one of its shows",
                  "on Eventbrite only", "c", at(2, 20)),
    ]  # fmt: skip
    painted = [
        "".join(span.text for span in paint_attention(row, cells, UNICODE)) for row in attention_rows(items, cells, NOW)
    ]
    assert all(cell_len(row) <= cells for row in painted)
    told = " ".join(" ".join(painted).split())
    for item in items:
        assert " ".join(item.text.split()) in told
    assert cells < 97 or items[2].title in told


async def test_enter_opens_what_needs_attention_from_any_of_its_rows(running: Running, app: BrccApp) -> None:
    async with running(size=(60, 20)) as pilot:
        await press(pilot, "shift+tab")
        attention = app.screen.query_one("#attention", Rows)
        for _ in attention.rows:
            await press(pilot, "down")
            block = [at for at, row in enumerate(attention.rows) if row.item is attention.current.item]
            seen = range(attention.scroll_offset.y, attention.scroll_offset.y + attention.size.height)
            assert len(block) > len(seen) or (block[0] in seen and block[-1] in seen), "all of it is in sight"
        await press(pilot, "home", "down", "enter")
        assert "EB General" in screen_text(app)
        assert app.current_mode == "shows"


def test_a_text_has_its_title_beside_it_where_there_is_room() -> None:
    item = Attention(0, "bad", "warning", "Late Laughs", "8 too many", "a", NOW)
    assert len(attention_rows([item], 59, NOW)) == 1
    question = Attention(2, "accent", "unknown", "Late Laughs", "many words of a question, " * 4, "b", at(1, 22))
    rows = attention_rows([item, question, item], 59, NOW)
    assert [row.more for row in rows] == [0, 0, 1, 2, 0]
    assert [rows_shown(rows, most) for most in (1, 2, 3, 4, 8)] == [1, 4, 4, 4, 5], "the last word is not left out"


async def test_no_full_search_for_garbage_holds_up_keys_while_the_catalogue_is_taken(
    running: Running, app: BrccApp, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ring:
        def __init__(self) -> None:
            self.round = self

    rarest, load = list[int](), desk.load
    usual = gc.get_threshold()
    async with running():
        ring = Ring()
        gc.collect()  # it is old now
        left = weakref.ref(ring)
        del ring
        monkeypatch.setattr(desk, "load", lambda *given: (rarest.append(gc.get_threshold()[2]), load(*given)))
        await app.take_catalogue()
    assert rarest
    assert min(rarest) > 1_000_000
    assert gc.get_threshold() == usual
    assert left() is None, "what was garbage before is not kept for good"


async def test_a_shop_that_is_not_configured_makes_no_show_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asked the other shop: whether it sells a show as well is not known, and no reason to look at each."""
    desk = FakeDesk([x for x in club_listings() if x.platform is Platform.EVENTBRITE])
    both = make_app(desk)
    async with both.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert "on Eventbrite only" in screen_text(both)
    monkeypatch.setattr(FakeDesk, "shops", frozenset({Platform.EVENTBRITE}))
    alone = make_app(desk)
    async with alone.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await alone.take_catalogue()
        alone.changed()
        await settle(pilot)
        assert "on Eventbrite only" not in screen_text(alone)
        await alone.regroup()
        assert not [item for item in alone.board.attention(NOW) if "only" in item.text]


@pytest.mark.real_clock
def test_the_shops_that_are_configured_are_those_with_settings(tmp_path: Path) -> None:
    values = {"PRIVATE_TOKEN": "token", "BRCC_DATA_DIR": str(tmp_path)}
    assert Desk(settings_from(values)).shops == {Platform.EVENTBRITE}
    assert Desk(None).shops == set(Platform)


async def test_of_one_show_that_nobody_confirmed_is_said_what_is_of_one() -> None:
    app = make_app(FakeDesk([eb(1, "One", at(0, 20), 40, 12), wc(11, "One", "8pm Show", at(0, 20), 9, 6)]))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        text = " ".join(screen_text(app).split())
        assert "1 show nobody has confirmed that its listings sell the same seats" in text
