"""Settings that somebody edited in their file, outside the program: noticed at the next start, and recorded.

Only so much of a salted digest of each value is kept that a change can be noticed, and the value cannot be guessed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from brcc_tui.logs import log
from brcc_tui.model.app_error import AppError
from brcc_tui.operations.context import clock_of, open_venue
from brcc_tui.private_files import make_private_file, make_private_folder
from brcc_tui.settings import Settings, SettingsError
from brcc_tui.settings_file import kept_values, local_settings_file, user_settings_file
from brcc_tui.store.venue_history import VenueChange
from brcc_tui.windows.files import replace_file

_FILE: Final = "settings-seen.json"
_DIGITS: Final = 5
"""Of a digest: one change in a million goes unnoticed, and a value could be any of a great many."""

SOMEBODY: Final = "somebody, outside the program"


def note_edits(settings: Settings) -> None:
    """Compare the settings files with what they held at the last start, and tell by name what changed.

    The first start only looks. What goes wrong here stops nobody: the log tells.
    """
    if settings.profile == "practice":
        return
    for path in (user_settings_file(settings.profile), local_settings_file()):
        try:
            changed = changed_settings(settings.data_dir, path)
            if changed:
                _note(settings, changed)
        except (AppError, SettingsError, OSError) as error:
            log("whether settings were edited is not known", error=error)


def changed_settings(data_dir: Path, path: Path) -> list[str]:
    """The names of what is another value in that file than at the last look; none at the first one."""
    if not path.is_file():
        return []
    values, (salt, files), key = kept_values(path), _seen(data_dir), str(path.resolve())
    prints = {name: _print(salt, name, value) for name, value in values.items()}
    before = files.get(key)
    if before == prints:
        return []
    _keep(data_dir, {"salt": salt, "files": {**files, key: prints}})
    if before is None:
        return []
    return sorted(name for name in before.keys() | prints.keys() if before.get(name) != prints.get(name))


def _seen(data_dir: Path) -> tuple[str, dict[str, Mapping[str, Any]]]:
    """The salt, and by file the digests of its values at the last look; a new salt where none of it can be read."""
    with contextlib.suppress(OSError, ValueError):
        kept = json.loads((data_dir / _FILE).read_text(encoding="utf-8"))
        if isinstance(kept, dict) and isinstance(kept.get("files"), dict):
            files = {name: prints for name, prints in kept["files"].items() if isinstance(prints, Mapping)}
            return str(kept.get("salt") or secrets.token_hex(8)), files
    return secrets.token_hex(8), {}


def _keep(data_dir: Path, seen: Mapping[str, Any]) -> None:
    make_private_folder(data_dir)
    draft = data_dir / f"{_FILE}.{os.getpid()}"
    make_private_file(draft)
    draft.write_text(json.dumps(seen), encoding="utf-8")
    replace_file(draft, data_dir / _FILE)


def _print(salt: str, name: str, value: str) -> str:
    return hashlib.sha256(f"{salt} {name} {value}".encode()).hexdigest()[:_DIGITS]


def _note(settings: Settings, names: list[str]) -> None:
    venue = open_venue(settings)
    try:
        reason = "edited in the settings file, noticed at a start"
        venue.note(VenueChange(SOMEBODY, clock_of(settings).now(), "settings", reason=reason, after=", ".join(names)))
    finally:
        venue.close()
