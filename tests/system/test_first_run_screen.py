"""The first-run screen with the real desk behind it: it tries the practice club's services and keeps the settings."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from brcc_tui.app import BrccApp
from brcc_tui.screens.state.desk import Desk
from brcc_tui.screens.support.host import SETTINGS_SAVED
from brcc_tui.settings_file import load_settings, user_settings_file
from brcc_tui.settings_table import SETTINGS, WOOCOMMERCE, WORDPRESS
from tests.systems import ON_WINDOWS

pytestmark = pytest.mark.real_clock

FIELDS = [setting for setting in SETTINGS if setting.part in (WOOCOMMERCE, WORDPRESS)]


@pytest.fixture(scope="module")
def practice(practice_of_today: Mapping[str, str]) -> Mapping[str, str]:
    """Who types in what a shop's owner knows tells of no clock."""
    return practice_of_today


async def _settled(pilot: Pilot[int]) -> str:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete(
        [worker for worker in pilot.app.workers if worker.group.startswith("test ") and not worker.is_finished]
    )
    await pilot.pause()
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in pilot.app.screen._compositor.render_strips()
    )


def _fill(pilot: Pilot[int], values: Mapping[str, str]) -> None:
    for setting in FIELDS:
        for field in pilot.app.screen.query(f"#{setting.name}").results(Input):
            field.value = values.get(setting.name, "")


async def test_services_are_tried_and_settings_kept(
    practice: Mapping[str, str], tmp_path: os.PathLike[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = BrccApp(Desk(None), [])
    async with app.run_test(size=(120, 60)) as pilot:
        _fill(pilot, {**practice, "WORDPRESS_DB_PASSWORD": "wrongword", "WOOCOMMERCE_CONSUMER_SECRET": "cs_wrong"})
        await pilot.press("f2")
        wrong = await _settled(pilot)
        assert "does not accept this user and password" in wrong
        assert "access is denied" in wrong
        assert not user_settings_file().exists()
        _fill(pilot, practice)
        await pilot.press("f2")
        right = await _settled(pilot)
        assert "the key may write" in right
        assert "read only" in right
        for name in ("WOOCOMMERCE_CONSUMER_SECRET", "WORDPRESS_DB_PASSWORD"):
            assert practice[name] not in right
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert app.return_value == SETTINGS_SAVED
    if not ON_WINDOWS:
        assert stat.S_IMODE(user_settings_file().stat().st_mode) == 0o600
    settings = load_settings({})
    assert settings.woocommerce is not None
    assert settings.wordpress is not None
    assert settings.wordpress.password.reveal() == practice["WORDPRESS_DB_PASSWORD"]


async def test_what_was_found_out_about_the_host_is_kept(
    practice: Mapping[str, str],
    fault: Callable[..., None],
    tmp_path: os.PathLike[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A host that strips the Authorization header and lets no PUT through: nobody is asked, both are found out."""
    monkeypatch.chdir(tmp_path)
    fault(kind="no_authorization", count=-1)
    fault(kind="blocked", method="PUT", count=-1)
    app = BrccApp(Desk(None), [])
    async with app.run_test(size=(120, 60)) as pilot:
        _fill(pilot, {name: text for name, text in practice.items() if name.startswith("WOOCOMMERCE")})
        await pilot.press("f2")
        shown = await _settled(pilot)
        assert "the key may write" in shown
        await pilot.press("ctrl+s")
        await pilot.pause()
    settings = load_settings({})
    assert settings.woocommerce is not None
    assert (settings.woocommerce.read_auth, settings.woocommerce.write_method) == ("query", "header")
