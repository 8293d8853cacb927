"""The private names of Textual that the program overrides are there, and do what they did."""

from __future__ import annotations

import pytest
from textual._compositor import Compositor
from textual.app import App
from textual.screen import Screen

from brcc_tui.screens.support.textual_internals import OVERRIDDEN, SurvivingApp


@pytest.mark.parametrize(("owner", "name"), OVERRIDDEN, ids=[name for _, name in OVERRIDDEN])
def test_the_name_is_still_there(owner: type, name: str) -> None:
    there = any(name in vars(parent) for parent in owner.__mro__)
    there = there or any(hasattr(one, name) for one in (App(), Compositor(), Screen()))
    assert there, f"this Textual has no {owner.__name__}.{name}: look what took its place before accepting it"


async def test_an_error_that_ends_it_shows_no_variables(capsys: pytest.CaptureFixture[str]) -> None:
    """Textual would print those of every function: who bought what, and a password that is known as one."""

    class Broken(SurvivingApp):
        survive = False

        def action_break(self) -> None:
            buyer = "Ada Lovelace"
            raise ValueError(f"broken\x1b[2J, password=hunter2{buyer[:0]}")

        BINDINGS = [("x", "break", "break")]  # noqa: RUF012

    with pytest.raises(ValueError, match="broken"):
        async with Broken().run_test() as pilot:
            await pilot.press("x")
    told = capsys.readouterr().err
    assert "ValueError: broken" in told
    assert "action_break" in told, "where it happened"
    assert [secret for secret in ("Lovelace", "hunter2", "\x1b[2J") if secret in told] == []


async def test_an_error_in_an_action_is_told_and_does_not_end_the_application() -> None:
    class Breaking(SurvivingApp):
        told: list[str]

        def fault(self, doing: str, error: Exception) -> None:
            self.told.append(f"{doing}: {error}")

        def action_break(self) -> None:
            raise ValueError("broken")

        BINDINGS = [("x", "break", "break")]  # noqa: RUF012

    app = Breaking()
    app.told = []
    async with app.run_test() as pilot:
        await pilot.press("x")
        await pilot.pause()
        assert app.is_running
    assert app.told == ["an action: broken"]
