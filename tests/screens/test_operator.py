"""The operator's name: asked once where people share the account, and changed at any time."""

from __future__ import annotations

from pathlib import Path

from driving import Running, press, screen_text
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.screens.modals.ask_operator import AskOperator
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.state.desk import Desk
from brcc_tui.settings_checks import settings_from
from brcc_tui.settings_file import user_settings_file


async def test_the_first_write_of_a_shared_account_asks_once(running: Running, app: BrccApp, desk: FakeDesk) -> None:
    desk.shared = True
    async with running() as pilot:
        await press(pilot, "x")
        assert isinstance(app.screen, AskOperator)
        await press(pilot, *"Anna", "enter")
        assert isinstance(app.screen, ConfirmPlan)
        assert "as Anna at CLUB-PC" in screen_text(app)
        await press(pilot, "escape", "x")
        assert isinstance(app.screen, ConfirmPlan), "it is asked once"


async def test_nobody_has_to_say(running: Running, app: BrccApp, desk: FakeDesk) -> None:
    desk.shared = True
    async with running() as pilot:
        await press(pilot, "x", "escape")
        assert isinstance(app.screen, ConfirmPlan)
        assert (desk.who, desk.applied) == ("", [])


async def test_it_is_changed_by_a_key_from_everywhere(running: Running, app: BrccApp, desk: FakeDesk) -> None:
    async with running() as pilot:
        for number in ("1", "6", "7"):
            await press(pilot, number, "at", *number, "enter")
            assert desk.who.endswith(number)


async def test_an_account_of_ones_own_is_not_asked(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "x")
        assert isinstance(app.screen, ConfirmPlan)


async def test_a_name_that_cannot_be_kept_stops_no_change(
    running: Running, app: BrccApp, desk: FakeDesk, tmp_path: Path
) -> None:
    """It holds until the program is left: whoever is at this desk has said so."""
    user_settings_file().parent.parent.mkdir(parents=True, exist_ok=True)
    user_settings_file().parent.touch()
    real = Desk(settings_from({"PRIVATE_TOKEN": "invented", "BRCC_DATA_DIR": str(tmp_path)}))

    def keep(name: str) -> None:
        desk.who = name
        real.set_operator(name)

    desk.shared = True
    desk.set_operator = keep  # type: ignore[method-assign]
    async with running() as pilot:
        await press(pilot, "x", *"Anna", "enter")
        assert isinstance(app.screen, ConfirmPlan)
        assert app.board.faults[-1].doing == "saving your name"
        assert "cannot be written" in app.board.faults[-1].text
    assert real.operator() == "Anna"
