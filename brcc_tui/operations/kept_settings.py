"""Saves settings, and records in the history which ones changed: never a value."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from brcc_tui.logs import log
from brcc_tui.model.app_error import AppError
from brcc_tui.operations.actor import actor
from brcc_tui.operations.context import clock_of, open_venue
from brcc_tui.operations.settings_seen import changed_settings
from brcc_tui.private_files import make_private_folder
from brcc_tui.settings import PROFILES, SettingsError
from brcc_tui.settings_checks import settings_from
from brcc_tui.settings_file import (
    GatheredSettings,
    gather_settings,
    kept_values,
    load_settings,
    local_settings_file,
    save_settings,
    user_settings_file,
    with_files,
)
from brcc_tui.store.venue_history import VenueChange


def keep_settings(values: Mapping[str, str], path: Path | None = None) -> Path:
    """Write these values to their profile's settings file, beside those it has; the file.

    Raises `SettingsError` when it cannot be written. A history that cannot be kept stops no set-up: the log tells.
    """
    profile = values.get("BRCC_PROFILE", "").strip().lower()
    target = path or user_settings_file(profile)
    before = kept_values(target)
    saved = save_settings(values, target)
    after = kept_values(saved)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if changed:
        try:
            _note(changed, profile, saved)
        except AppError as app_error:
            log("a change of settings is not in the history", names=changed, error=app_error)
    return saved


def check_with_kept(values: Mapping[str, str], path: Path | None = None) -> None:
    """Raise `SettingsError` where these values could not be used beside those that their profile's file keeps, and
    behind what comes before both at every start: the environment, and the working folder's file.

    `path` is that file where it is another one than the user's own.
    """
    target, here = path or user_settings_file(values.get("BRCC_PROFILE", "").strip().lower()), local_settings_file()
    kept, found = kept_values(target), gather_settings()
    first = _comes_first(found, target)
    stand_in = {
        **dict.fromkeys(kept.keys() - values.keys(), target),
        **dict.fromkeys(first.keys() & found.stand_in.keys(), here),
    }
    try:
        settings_from({**kept, **values, **first}, problems=[each for each in found.problems if str(here) in each])
    except SettingsError as app_error:
        raise SettingsError(with_files(app_error.problems, stand_in)) from None


def wrong_at_every_start(profile: str, path: Path) -> list[str]:
    """What is wrong with the environment, or the working folder's file: both come before that settings file, and
    nothing that is kept there repairs it.
    """
    here, found = str(local_settings_file()), gather_settings()
    first = _comes_first(found, path)
    try:
        check_with_kept({"BRCC_PROFILE": profile}, path)
    except SettingsError as app_error:
        return [each for each in app_error.problems if each.split(" ", 1)[0] in first or here in each]
    return []


def _comes_first(found: GatheredSettings, target: Path) -> dict[str, str]:
    """The values that the environment and the working folder's file give, unless that is the settings file itself."""
    before = {None, local_settings_file()} - {target}
    return {name: text for name, text in found.values.items() if found.stand_in.get(name) in before}


def _note(names: list[str], profile: str, saved: Path) -> None:
    """In the history of the shops that are meant from now on."""
    environment = {**os.environ, **({"BRCC_PROFILE": profile} if profile in PROFILES else {})}
    try:
        settings = load_settings(environment)
    except SettingsError:
        return  # half of them are there: nobody works with these yet
    with contextlib.suppress(OSError):  # the history itself tells
        make_private_folder(settings.data_dir)
    with contextlib.suppress(OSError):  # the next start would take it for an edit by hand
        changed_settings(settings.data_dir, saved)
    venue = open_venue(settings)
    try:
        venue.note(VenueChange(actor(settings.operator), clock_of(settings).now(), "settings", after=", ".join(names)))
    finally:
        venue.close()
