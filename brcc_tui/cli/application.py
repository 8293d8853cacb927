"""Runs the screens, and whatever they request of the command line when they end."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from brcc_tui.cli.console import need_terminal
from brcc_tui.settings import SettingsError
from brcc_tui.settings_file import load_settings

if TYPE_CHECKING:
    import argparse

    from brcc_tui.settings import Settings


def application_command(_: argparse.Namespace) -> int:
    """Run the screens; without usable settings they begin with the one that asks for them."""
    need_terminal()
    return _screens(*_found())


def _found() -> tuple[Settings | None, list[str]]:
    try:
        settings = load_settings()
    except SettingsError as app_error:
        return None, list(app_error.problems)
    return (settings if settings.configured else None), list(settings.warnings)


def _screens(settings: Settings | None, problems: list[str]) -> int:
    gc.disable()  # until the first picture stands: a tenth of the time to it went into looking through imports
    from brcc_tui.app import run_app
    from brcc_tui.logs import start_logging
    from brcc_tui.screens.support.host import SETTINGS_SAVED, START_PRACTICE

    if settings:
        start_logging(settings.log_dir, settings.secrets())
    status = run_app(settings, problems)
    if status == START_PRACTICE:
        from brcc_tui.cli.practice import run_practice

        return run_practice([])
    if status == SETTINGS_SAVED:
        return _screens(*_found())
    return status
