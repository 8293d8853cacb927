"""The files that settings come from: reading them with suspicion, writing the user's own with care."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from brcc_tui.settings import NAMES, SettingsTrouble
from brcc_tui.settings_table import SETTINGS

_ADDRESSES = {setting.part: setting.name for setting in SETTINGS if setting.name.endswith(("_URL", "_HOST"))}
_SECRETS = frozenset(setting.name for setting in SETTINGS if setting.secret)


@dataclass(slots=True)
class Found:
    """What was given, by name, with what is wrong (`problems`) or should not stay so (`warnings`)."""

    values: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)


def user_settings_file() -> Path:
    """The settings file in the user's configuration folder, whether it exists or not."""
    from platformdirs import user_config_path

    return user_config_path("brcc-tui", appauthor=False) / ".env"


def gather(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Found:
    """Collect values: the environment comes first, then `.env` in the working directory, then the user's file."""
    given = os.environ if environment is None else environment
    found = Found({name: given[name] for name in NAMES if given.get(name, "").strip()})
    here, own = (folder or Path.cwd()) / ".env", user_settings_file()
    local = _read(here, found)
    kept = _read(own, found) if own != here else {}
    for part, name in _ADDRESSES.items():
        # A folder that somebody else prepared must not send the user's own keys to another address.
        if name in local and name not in found.values:
            strays = [
                s.name for s in SETTINGS if s.part == part and s.secret and s.name in kept and s.name not in local
            ]
            for secret in (stray for stray in strays if stray not in found.values):
                found.problems.append(f"{name} in {here} would receive {secret} from {own}: keep both in one file")
    for values in (local, kept):
        for setting_name, text in values.items():
            found.values.setdefault(setting_name, text)
    return found


def _read(path: Path, found: Found) -> dict[str, str]:
    """One file's values. A missing file has none; what is wrong with it is noted in `found`."""
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        found.problems.append(f"{path} cannot be read: {error.strerror}")
        return {}
    found.files.append(path)
    try:
        # Windows PowerShell's `>` writes UTF-16, its editors like to put a byte order mark first.
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        found.problems.append(f"{path} is not text in UTF-8")
        return {}
    from dotenv.parser import parse_stream  # what dotenv_values is made of; it tells which line is wrong

    values: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            found.problems.append(f"{path}, line {binding.original.line}: this is not NAME=value")
        elif binding.key in NAMES and binding.value and binding.value.strip():
            values[binding.key] = binding.value
    _check_access(path, values, found)
    return values


def _check_access(path: Path, values: Mapping[str, str], found: Found) -> None:
    if os.name == "nt" or not values:
        return
    mode = path.stat().st_mode
    if mode & stat.S_IWOTH:
        found.problems.append(f"{path} can be changed by everybody on this computer: chmod 600 it, then look at it")
    elif mode & (stat.S_IRGRP | stat.S_IROTH) and not _SECRETS.isdisjoint(values):
        found.warnings.append(f"{path} holds keys and can be read by others on this computer: chmod 600 it")


def save_settings(values: Mapping[str, str], path: Path | None = None) -> Path:
    """Write these values to the user's settings file, beside those it has; nobody else may read it.

    An empty value takes a name out. Returns the file. Raises `SettingsTrouble` when it cannot be written.
    """
    target = path or user_settings_file()
    found = Found()
    kept = _read(target, found)
    if found.problems:
        raise SettingsTrouble(found.problems)
    merged = {name: text for name, text in {**kept, **values}.items() if text.strip()}
    lines = ["# Written by brcc-tui setup."] + [
        f"{setting.name}={_quoted(merged[setting.name])}" for setting in SETTINGS if setting.name in merged
    ]
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(target, "\n".join(lines) + "\n")
    except OSError as error:
        raise SettingsTrouble([f"{target} cannot be written: {error.strerror}"]) from error
    return target


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _write_private(target: Path, text: str) -> None:
    """Replace the file in one step, closed to others from its first byte on."""
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            if os.name == "nt":
                from brcc_tui.windows import restrict_to_owner

                restrict_to_owner(fresh)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
