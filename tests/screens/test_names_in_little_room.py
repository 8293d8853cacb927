"""Names, times, links and numbers where there is little room: what tells two things apart is never what is cut."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal

import pytest
from driving import Running, make_app, press, screen_text, settle
from fake_club import NOW, at, club_listings, eb, left_over
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.listing import Platform
from brcc_tui.model.money.door import DoorSheet
from brcc_tui.model.money.refunds import Refunds, ShowOrder
from brcc_tui.model.money.sheet import Chart, Table
from brcc_tui.model.quantity import UNLIMITED, Unknown
from brcc_tui.operations.money.sheets import door_sheet, refunds_sheet
from brcc_tui.screens.modals.choose import Choose
from brcc_tui.screens.support.entry_lines import entry_line, widest_of
from brcc_tui.screens.support.sentences import sentence_of
from brcc_tui.settings import NAMES as SETTINGS_NAMES
from brcc_tui.store.journal_entries import Entry
from brcc_tui.widgets.glyphs import UNICODE
from brcc_tui.widgets.sheet_text import chart_lines, sheet_lines, table_lines
from brcc_tui.widgets.text import fit_name, width

SIZES = [(200, 50), (120, 36), (80, 24), (60, 20)]
LOST = Unknown("Eventbrite: no answer within 30 s")
TITLE = "8PM Friday – Best of the Backroom and Friends"


def two_classes() -> FakeDesk:
    """An event of tonight with two ticket classes, whose title fills a narrow terminal."""
    early = eb(501, TITLE, at(0, 20), 15, 14, series="best", ticket="Early Bird")
    usual = dataclasses.replace(eb(501, TITLE, at(0, 20), 37, 18, series="best"), id="eb:501:5012")
    return FakeDesk([early, usual, *club_listings()])


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_two_ticket_classes_of_one_event_can_be_told_apart(size: tuple[int, int]) -> None:
    app = make_app(two_classes())
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "2", "slash", *"best", "enter", "l")
        rows = [row for row in screen_text(app).splitlines() if " EB " in row]
        assert any("Earl" in row for row in rows)
        assert any("Gene" in row for row in rows)
        await press(pilot, "ctrl+p", *"best eb")
        text = screen_text(app)
        assert "Earl" in text
        assert "Gene" in text


async def test_what_is_asked_about_one_of_two_classes_names_it() -> None:
    app = make_app(two_classes())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "slash", *"best", "enter", "l", "down", "n")
        assert isinstance(app.screen, Choose)
        assert app.screen._title() == f"{TITLE}, Early Bird, tonight 20:00: no seat"


@pytest.mark.parametrize("size", SIZES[2:], ids=str)
async def test_of_two_classes_that_are_compared_the_one_that_could_not_be_read_is_named(size: tuple[int, int]) -> None:
    app = make_app(two_classes())
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.board.selected = ["eb:501:5012", "eb:501:5011"]
        await press(pilot, "3")
        app.board.app_errors["eb:501:5011"] = "no answer"
        app.changed()
        await settle(pilot)
        row = next(row for row in screen_text(app).splitlines() if "no answer" in row)
        assert "Ear" in row


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_two_classes_whose_changes_never_settled_can_be_told_apart(size: tuple[int, int]) -> None:
    """In the list in which they are decided, and where they wait for that."""
    desk = two_classes()
    one, other = (x.id for x in list(desk.listings.values())[:2])
    desk.left_over = [
        dataclasses.replace(left_over(), entry=dataclasses.replace(left_over().entry, id=f"c{n}", listing=listing))
        for n, listing in enumerate((one, other), 1)
    ]
    app = make_app(desk)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        rows = [row for row in screen_text(app).splitlines() if " EB " in row and "31 → 28" in row]
        assert ["Ear" in row for row in rows] == [True, False]
        assert ["Gen" in row for row in rows] == [False, True]
        waiting = [item.title for item in app.board.attention(NOW) if item.sign == "unsettled"]
        assert ["Early Bird" in title for title in waiting] == [True, False]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_long_sums_of_a_branch_take_of_its_title_and_not_of_the_columns_behind_them(
    size: tuple[int, int],
) -> None:
    some = [eb(501, TITLE, at(0, 20), 9000, 2500, series="best"), eb(502, TITLE, at(1, 20), 55, LOST, series="best")]
    app = make_app(FakeDesk([*some, *club_listings()]))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "4")
        text = screen_text(app)
        branches = (re.match(r".* \(\d+\) .*? (now|2h)", row) for row in text.splitlines())
        ends = [width(found[0]) for found in branches if found]
        assert len(ends) > 2
        assert set(ends) == {next(row.index("age") + 3 for row in text.splitlines() if " age" in row)}
        assert re.search(r"8PM.* \(2\) +9,055\+\? 2,500\+\?     0 6,500\+\?", text)


@pytest.mark.parametrize("cells", range(12, 80, 3))
def test_a_name_of_two_parts_fills_its_cells_and_shows_both(cells: int) -> None:
    name = fit_name("Friday Night  General Admission", cells)
    assert width(name) == cells
    assert name[0] == "F"
    assert "  G" in name


def test_a_name_of_one_part_is_cut_as_any_text() -> None:
    assert fit_name("Friday Night", 8) == "Friday… "
    assert fit_name("Friday Night", 14) == "Friday Night  "


def test_where_two_parts_have_no_room_what_tells_them_apart_is_left() -> None:
    assert fit_name("EB Friday Night  Early Bird", 13, after=3) == "EB Early Bird"
    assert fit_name("EB Friday Night  Early Bird", 10, after=3) == "EB Early… "


def an_order(number: int) -> ShowOrder:
    link = f"https://thebackroomcomedyclub.example/wp-admin/admin.php?page=wc-orders&action=edit&id={number}"
    return ShowOrder(Platform.WOOCOMMERCE, str(number), str(number), 2, Decimal("31.88"), "CAD", "completed", link)


def test_the_link_of_an_order_is_whole_or_not_there() -> None:
    found = Refunds(
        "a show", "Friday Night", at(0, 20), NOW, (an_order(8206), an_order(10630)), shops=(Platform.WOOCOMMERCE,)
    )
    sheet = refunds_sheet(found, names=False)
    for cells in (200, 115, 95, 60):
        lines = sheet_lines(sheet, cells)
        assert all(width(line) <= cells for line in lines)
        links = [line.split()[-1] for line in lines if "https:" in line]
        assert links == ([order.url for order in found.orders] if cells >= 95 else [])
        seats = {line.index(" 2 ") for line in lines if line.startswith(("8206", "10630"))}
        assert len(seats) == 1, "the columns stand below each other"


def test_a_table_that_has_no_room_keeps_its_columns_and_says_the_rest_below() -> None:
    rows = tuple((ident, "Eventbrite", 2, "completed", "Greta Holm", "greta@example.com") for ident in ("8206", "99"))
    table = Table(("order", "shop", "seats", "status", "name", "e-mail"), rows)
    for cells, below in (50, ["  greta@example.com"]), (40, ["  Greta Holm  greta@example.com"]), (28, None):
        header, first, *more = table_lines(table, cells)
        assert header.index("seats") + 4 == first.index("2", 5), "the columns stand below each other"
        assert all(width(line) <= cells for line in (header, first, *more))
        assert below is None or more[0:1] == below
        assert "Greta" in "".join((first, *more)), cells
        assert "greta@" in "".join((first, *more)), cells


def test_names_that_would_be_cut_alike_stand_whole_below_their_rows() -> None:
    """Two shows of one night: where the day has room, the hour may have none."""
    names = [f"Tue 01 Dec 2026 {hour}:00 Tuesday Night" for hour in (20, 22)]
    table = Table(("", "shows", "sold", "gross"), tuple((name, 1, 32, "511.14") for name in (*names, "a festival")))
    numbers = "      1    32  511.14"
    assert table_lines(table, 38)[1:] == [
        f"Tue 01 Dec 2026… {numbers}",
        f"  {names[0]}",
        f"Tue 01 Dec 2026… {numbers}",
        f"  {names[1]}",
        f"a festival       {numbers}",
    ]
    assert len(table_lines(table, 48)) == 4, "there is room for the hour"
    chart = Chart("Fill", tuple(names), (0.5, 0.6), ("50 %", "60 %"))
    first, second = (bar[:26] for bar in chart_lines(chart, 57)[1:])
    assert first != second


@pytest.mark.parametrize("size", [(120, 36), (130, 36)], ids=str)
async def test_no_row_of_a_sheet_is_folded(
    size: tuple[int, int], running: Running, app: BrccApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refunds(club: object, show: object, *, names: bool) -> Refunds:
        orders = tuple(an_order(number) for number in range(8200, 8230))
        return Refunds("a show", "Friday Night", at(0, 20), NOW, orders, shops=(Platform.WOOCOMMERCE,))

    monkeypatch.setattr("brcc_tui.operations.money.refunds.read_refunds", refunds)
    monkeypatch.setattr(FakeDesk, "club", None)
    async with running(size=size) as pilot:
        await press(pilot, "B")
        text = screen_text(app)
        assert re.search(r"8200 +shop +2 +31\.88  CAD  completed", text)
        assert an_order(8200).url in text


def test_the_sheet_for_the_door_tells_the_classes_of_an_event_apart() -> None:
    desk = two_classes()
    show = next(one for one in desk.programme(list(desk.listings.values())).shows if len(one.listings) > 3)
    lines = sheet_lines(door_sheet(DoorSheet(show, NOW, ())), 56)
    assert any("Early Bird" in line for line in lines)
    assert any("General" in line for line in lines)


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
async def test_a_branch_of_the_tree_tells_the_whole_of_its_next_date_or_nothing(size: tuple[int, int]) -> None:
    app = make_app(FakeDesk())
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in ("4", "5"):
            await press(pilot, key)
            rows = [row.split("▸")[1] for row in screen_text(app).splitlines() if "▸" in row]
            assert rows
            for row in rows:
                assert re.search(r"(tonight|tomorrow|today|\w{3} \d+ \w{3}) \d\d:\d\d$", row.rstrip(" ▁▂▃▄▅▆▇█")), row


async def test_no_limit_is_no_unknown() -> None:
    """Neither in the sums of a shop, nor in a bar, nor in how many seats could be sold twice."""
    endless = eb(502, "Pay What You Laugh", at(2, 13), UNLIMITED, 0, series="pay")
    app = make_app(FakeDesk([endless, *club_listings()]))
    async with app.run_test(size=(160, 40)) as pilot:
        await settle(pilot)
        show = [row for row in screen_text(app).splitlines() if "Pay What" in row][-1]
        assert "+∞" in show
        await press(pilot, "4")
        assert re.search(r"\d \+ ∞ left", screen_text(app))
        await press(pilot, "slash", *"pay", "enter")
        row = next(row for row in screen_text(app).splitlines() if "General" in row)
        assert "?" not in row


@pytest.mark.parametrize("cells", [58, 78, 98, 130])
@pytest.mark.parametrize("action", ["settings", "journal"])
def test_long_words_of_the_history_leave_room_for_what_they_are_of_and_by_whom(action: str, cells: int) -> None:
    names = ", ".join(SETTINGS_NAMES)
    entry = Entry("h1", NOW, "Anna at CLUB-PC", "", None, action, None, names, "", "", "settled", ())
    row = "".join(
        x.text for x in entry_line(entry, None, cells, UNICODE, NOW, widest_of([entry], frozenset(), UNICODE))
    )
    assert width(row) <= cells
    assert f" {action}" in row
    assert names[:20] in row
    assert (" An" in row) is (cells > 58), "there is no room for anybody's name at 58"


async def test_the_history_cuts_no_title_beside_empty_space(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "6")
        for row in screen_text(app).splitlines():
            assert "…" not in row or not row.endswith("      ")


def test_one_more_and_one_fewer_are_two_sentences() -> None:
    assert sentence_of("shows", "draft(1)", "").says != sentence_of("shows", "draft(-1)", "").says


async def test_the_question_before_leaving_is_one_text(running: Running, app: BrccApp) -> None:
    async with running(size=(60, 20)) as pilot:
        await press(pilot, "space", "3", "plus", "ctrl+q")
        text = screen_text(app)
        assert re.search(r"Drafts are lost when +the program ends\.", text.replace("\n", " "))
