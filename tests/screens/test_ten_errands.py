"""The ten commonest errands by keyboard alone, each within so many keys; the count is printed (`pytest -rP`)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from driving import Running, make_app, press, screen_text, settle
from fake_club import at, left_over, wc
from fake_desk import FakeDesk
from textual.pilot import Pilot

from brcc_tui.app import BrccApp
from brcc_tui.model.changes.plan import Action, ChangeRequest
from brcc_tui.model.listing import Platform
from brcc_tui.model.quantity import Unknown
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.modals.progress import ProgressModal
from brcc_tui.screens.modals.recovery import Recovery
from brcc_tui.screens.support.host import SETTINGS_SAVED

TONIGHT = "eb:101:1011"
CELL = "wc:4061:pmshow:nov27"


class Fingers:
    """Presses keys and counts them."""

    def __init__(self, pilot: Pilot[int]) -> None:
        self._pilot = pilot
        self.count = 0

    async def __call__(self, *keys: str) -> None:
        self.count += len(keys)
        await press(self._pilot, *keys)


@asynccontextmanager
async def errand(running: Running, name: str, most: int) -> AsyncIterator[Fingers]:
    async with running() as pilot:
        fingers = Fingers(pilot)
        yield fingers
        print(f"{name}: {fingers.count} keys, {most} at most")
        assert fingers.count <= most


async def test_find_tonights_eight_o_clock_show(running: Running, app: BrccApp) -> None:
    async with errand(running, "find tonight's 8 pm show", 1) as keys:
        assert "tonight 20:00" in screen_text(app), "it stands there when the program opens"
        await keys("enter")
        assert "EB General" in screen_text(app)
        assert "WC Friday Night" in screen_text(app)


async def test_find_it_from_anywhere(running: Running, app: BrccApp) -> None:
    async with errand(running, "find it from anywhere", 8) as keys:
        await keys("7", "ctrl+p", *"fri 8", "enter")
        assert "EB General" in screen_text(app)


async def test_compare_it_on_both_shops(running: Running, app: BrccApp) -> None:
    async with errand(running, "compare it on both shops", 2) as keys:
        await keys("space", "c")
        text = screen_text(app)
        assert "Eventbrite" in text
        assert "WooCommerce" in text
        assert "live 19:04" in text


async def test_give_three_more_seats_to_the_web_shop(running: Running, desk: FakeDesk) -> None:
    async with errand(running, "give three more seats to the web shop", 8) as keys:
        await keys("enter", "down", "down", "plus", "plus", "plus", "w", "y")
        assert desk.wanted[-1] == (ChangeRequest(CELL, Action.SET, 34),)
        assert len(desk.applied) == 1


async def test_give_three_more_seats_while_comparing(running: Running, desk: FakeDesk) -> None:
    async with errand(running, "give three more seats while comparing", 8) as keys:
        await keys("space", "c", "right", "plus", "plus", "plus", "w", "y")
        assert desk.wanted[-1] == (ChangeRequest(CELL, Action.SET, 34),)


async def test_what_was_found_is_under_the_cursor(running: Running, desk: FakeDesk) -> None:
    """A listing that somebody looked for takes its keys at once."""
    async with errand(running, "give a seat to a listing that was found", 15) as keys:
        await keys("slash", *"fri 8pm wc", "enter", "plus", "w", "y")
        assert desk.wanted[-1] == (ChangeRequest(CELL, Action.SET, 32),)


def saturday_and_friday(desk: FakeDesk) -> None:
    """Priya changed next Saturday's show; Dave had changed tonight's."""
    priya = dataclasses.replace(
        desk.entries[0], id="c4", listing="eb:103:1031", show="2026-11-28T20:00@main", actor="priya@CLUB-PC",
        reason="the school choir",
    )  # fmt: skip
    desk.entries = [*desk.entries, priya]


async def test_see_who_changed_saturday(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    saturday_and_friday(desk)
    async with errand(running, "see who changed Saturday", 7) as keys:
        await keys("6", "slash", *"sat", "enter")
        text = screen_text(app)
        assert "│ 1 change\n" in text
        assert "tomorrow 20:00 Saturday" in text
        assert "priya@CLUB-PC" in text
        assert "dave@" not in text
        await keys("enter")
        assert "the school choir" in screen_text(app)
        assert "Sat 28 Nov 2026 20:00" in screen_text(app)


async def test_undo_it(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    saturday_and_friday(desk)
    async with errand(running, "undo it", 8) as keys:
        await keys("6", "slash", *"sat", "enter", "u")
        assert isinstance(app.screen, ConfirmPlan)
        await keys("y")
        assert desk.undone == ["c4"]
        assert len(desk.applied) == 1


async def test_find_why_a_product_is_read_only(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    why = "its WooCommerce stock limits this date too: change the product's stock instead"
    members = wc(4189, "Members’ Night", "Members", at(1, 13, 25), 28, 2, reason=why)
    desk.listings[members.id] = members
    async with errand(running, "find why a product is read-only", 7) as keys:
        await keys("slash", *"memb", "enter", "i")
        assert "its WooCommerce stock limits this date too" in screen_text(app)
        assert "How it was classified" in screen_text(app)


async def test_find_why_a_product_cannot_be_read(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with errand(running, "find why a product cannot be read", 3) as keys:
        await keys("5", "end", "enter")
        assert "How it was classified" in screen_text(app)


async def test_sync_next_months_fridays(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with errand(running, "sync next month's Fridays", 14) as keys:
        await keys("2", "slash", *"fri dec", "enter", "A", "s", "p")
        assert isinstance(app.screen, ConfirmPlan)
        (shows, split, _) = desk.synced[-1]
        assert split
        assert [show[:10] for show in shows] == ["2026-12-04", "2026-12-11", "2026-12-18"]
        await keys("y")
        assert len(desk.applied) == 1


async def test_read_the_numbers_with_the_database_down(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    lost = Unknown("database: connection refused")
    answer = desk.read_live

    async def without_database(ids, progress):
        return tuple(
            dataclasses.replace(x, reading=dataclasses.replace(x.reading, sold=lost, held=lost, capacity=lost))
            if x.platform is Platform.WOOCOMMERCE
            else x
            for x in await answer(ids, progress)
        )

    desk.read_live = without_database  # type: ignore[method-assign]
    async with errand(running, "read the numbers with the database down", 4) as keys:
        await keys("r", "space", "c")
        text = screen_text(app)
        assert "connection refused" in text, "the reason"
        assert "live 19:04" in text, "Eventbrite's numbers are there"
        assert "read 16:54, 2 h 10 min old" in text, "and the shop's are those that were known, with their age"
        assert re.search(r"Together +62 capacity +46 sold +2 held +14 on sale", text)
        await keys("2")
        row = next(row for row in screen_text(app).splitlines() if "tonight 20:00    Friday" in row)
        assert " ✗ 2h " in row


async def test_recover_after_a_kill(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    desk.left_over = [left_over()]
    async with errand(running, "recover after a kill", 2) as keys:
        assert isinstance(app.screen, Recovery)
        await keys("a")
        assert isinstance(app.screen, ConfirmPlan)
        await keys("y")
        assert desk.recovered == [("c1", "reapply")]
        assert len(desk.applied) == 1


async def test_set_up_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[dict[str, str]] = []

    class Nothing(FakeDesk):
        needs_settings = True

        async def try_settings(self, values, check):
            return (await FakeDesk.check_health(self)).checks[check]

        def save_settings(self, values):
            saved.append(dict(values))
            return self.keys_file()

    app = make_app(Nothing())
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        fingers = Fingers(pilot)
        await fingers(*"token", "f2")
        assert "1,874 calls left" in screen_text(app)
        await fingers("ctrl+s")
        print(f"set up from nothing: {fingers.count} keys beside the credentials' own letters: {fingers.count - 5}")
        assert fingers.count - 5 <= 2
    assert saved == [{"PRIVATE_TOKEN": "token"}]
    assert app.return_code == SETTINGS_SAVED or app.return_value == SETTINGS_SAVED


async def test_undo_is_offered_where_a_change_is_shown(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with errand(running, "undo what was just done", 7) as keys:
        await keys("space", "c", "plus", "w", "y")
        assert isinstance(app.screen, ProgressModal)
        assert "undo, through a plan" in screen_text(app)
        await keys("u")
        assert desk.undone == ["c1"]
        assert isinstance(app.screen, ConfirmPlan)
        await keys("y")
        assert len(desk.applied) == 2
