"""The settings files: reads them with suspicion, and writes the user's own with care."""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from brcc_tui.private_files import close_to_others, is_folder, who_else
from brcc_tui.settings import NAMES, PROFILES, Settings, SettingsError
from brcc_tui.settings_checks import settings_from
from brcc_tui.settings_table import PROGRAM, SECRETS, SETTINGS, Setting
from brcc_tui.windows import ON_WINDOWS
from brcc_tui.windows.files import replace_file, text_of

_RECEIVE, _PROTECT = ("_URL", "_HOST", "_PORT"), ("_TLS", "_CA_FILE")
_LEAD = tuple(setting for setting in SETTINGS if setting.name.endswith((*_RECEIVE, *_PROTECT)))
"""Who receives secrets, and how they are protected on the way: those of the same part, or all of them."""
_MISTYPED = re.compile(r"BRCC_(?!PRACTICE_)", re.IGNORECASE)
"""What the names of this program's own settings begin with, but for those that tests drive the practice club by."""
_OURS = rf"(?a)(?<!\w)(?:(?:{'|'.join(NAMES)})(?!\w)|(?i:{_MISTYPED.pattern}))"
"""What stands in a file that is meant for this program: a name of ours, whole, or one that can only be meant for it."""
_OF_SHOPS = frozenset(setting.name for setting in SETTINGS if setting.part != PROGRAM)


@dataclass(slots=True)
class GatheredSettings:
    """What was given, by name, with what is wrong (`problems`) or should not stay so (`warnings`).

    `stand_in` names the file that each value comes from; what the environment gives stands in none.
    """

    values: dict[str, str] = field(default_factory=dict)
    stand_in: dict[str, Path] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)


def user_settings_file(profile: str = "") -> Path:
    """A profile's settings file in the user's configuration folder, whether it exists or not.

    Each profile has a file of its own, so that keys of one never go to the shops of another.
    """
    from platformdirs import user_config_path

    name = f"{profile}.env" if profile in PROFILES and profile != "production" else ".env"
    return user_config_path("brcc-tui", appauthor=False) / name


def local_settings_file() -> Path:
    """The settings file of the working folder, whether it exists or not; where that folder is gone there is none."""
    try:
        return Path.cwd() / ".env"
    except OSError:
        return Path(".env")


def load_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Read and check; raises `SettingsError` with one line for every value that is wrong, and the file it is in.

    `environment` and `folder` stand in for the process's own and for the working directory.
    """
    found = gather_settings(environment, folder)
    try:
        return settings_from(found.values, problems=found.problems, warnings=found.warnings, files=found.files)
    except SettingsError as app_error:
        raise SettingsError(with_files(app_error.problems, found.stand_in)) from None


def with_files(problems: Iterable[str], stand_in: Mapping[str, Path]) -> list[str]:
    """The same problems, each with the file in which the value stands that it begins with, unless it names one."""
    files = {str(path) for path in stand_in.values()}
    return [
        f"{problem} (in {path})"
        if (path := stand_in.get(problem.split(" ", 1)[0])) and not any(file in problem for file in files)
        else problem
        for problem in problems
    ]


def gather_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> GatheredSettings:
    """Collect values: the environment comes first, then `.env` in the working directory, then the user's file."""
    given = os.environ if environment is None else environment
    found = GatheredSettings({name: given[name] for name in NAMES if given.get(name, "").strip()})
    here = (folder / ".env") if folder else local_settings_file()
    local = _read(here, found, of_anybody=True)
    profile = (found.values.get("BRCC_PROFILE") or local.get("BRCC_PROFILE", "")).strip().lower()
    own = user_settings_file(profile)
    kept = _read(own, found) if own != here else {}
    used_here = local if local.keys() & _OF_SHOPS - found.values.keys() else {}
    found.problems += _of_other_profiles(profile, {own: kept, here: used_here})
    for name, what in _strays(found.values, local, kept):
        found.problems.append(f"{name} in {here} {what} from {own}: keep both in one file")
    found.warnings += _of_a_place_from_here(found.values, local, kept)
    found.stand_in = _stand_in(found.values, {own: kept, here: local})
    found.values = {**kept, **local, **found.values}
    return found


def _stand_in(given: Mapping[str, str], files: Mapping[Path, Mapping[str, str]]) -> dict[str, Path]:
    """The file that each value comes from which the environment does not give; a later file wins over an earlier."""
    return {name: path for path, values in files.items() for name in values if name not in given}


def _of_a_place_from_here(given: Mapping[str, str], local: Mapping[str, str], kept: Mapping[str, str]) -> Iterator[str]:
    """That a data folder is another one wherever the program is started; a `.env` is read beside its own alone."""
    name = "BRCC_DATA_DIR"
    folder = given.get(name) or ("" if name in local else kept.get(name, ""))
    if folder and not folder.startswith("~") and not Path(folder).is_absolute():
        yield (
            f"{name} is counted from the folder in which the program is started, and from another one there is "
            "another journal: give the whole path"
        )


def _of_other_profiles(profile: str, files: Mapping[Path, Mapping[str, str]]) -> Iterator[str]:
    """A line for each file that says of itself that it is of another profile than the one that is wanted."""
    for path, values in files.items():
        if profile in PROFILES and values.get("BRCC_PROFILE", profile).strip().lower() != profile:
            yield f"BRCC_PROFILE is {profile}, and {path} is of another profile: they are never mixed"


def _strays(given: Mapping[str, str], local: Mapping[str, str], kept: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Names of the working directory's file that say on which way a secret of the user's own is sent, and what of it.

    A folder that somebody else prepared must not lead the user's keys to another address.
    """
    own = [each for each in SETTINGS if each.name in SECRETS & kept.keys() - local.keys() - given.keys()]
    for way in _LEAD:
        if way.name not in given and local.get(way.name) not in (None, kept.get(way.name)):
            yield from ((way.name, _led(way, each)) for each in own if way.part in (each.part, PROGRAM))


def _led(way: Setting, secret: Setting) -> str:
    """What a setting would do to a secret, as a part of a sentence."""
    receives = way.name.endswith(_RECEIVE)
    return f"would receive {secret.name}" if receives else f"would say how {secret.name} is protected,"


def _read(path: Path, found: GatheredSettings, *, of_anybody: bool = False) -> dict[str, str]:
    """One file's values. A missing file has none; what is wrong with it is noted in `found`.

    `of_anybody`: the working folder's may be another program's, or a folder (Python's environments are called so); what
    names no setting of ours has none.
    """
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        if not (of_anybody and is_folder(path)):  # Windows says of a folder, too, that reading it is denied
            found.problems.append(f"{path} cannot be read: {error.strerror}")
        return {}
    if of_anybody and not re.search(_OURS, data.replace(b"\0", b"").decode("latin-1")):
        return {}
    found.files.append(path)
    values = _values(path, data, found)
    _check_access(path, values, found)
    return values


def _values(path: Path, data: bytes, found: GatheredSettings) -> dict[str, str]:
    """What a file with these bytes sets; lines that set nothing are noted in `found`."""
    try:
        text = text_of(data)
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
        else:
            _look_at_name(binding.key or "", path, found)
    return values


def _look_at_name(name: str, path: Path, found: GatheredSettings) -> None:
    """Warn of a name that can only be meant for this program and is not among its settings."""
    if name not in NAMES and _MISTYPED.match(name):
        found.warnings.append(f"{name} in {path} is not a setting of this program: check how it is spelt")


def _of_others(about: os.stat_result) -> str:
    """Why others may have changed what a file says, and the first thing to do; empty where they may not."""
    if os.geteuid() not in (0, about.st_uid) and about.st_uid != 0:
        return "belongs to another user of this computer: copy it"
    return "can be changed by everybody on this computer: chmod 600 it" if about.st_mode & stat.S_IWOTH else ""


def _check_access(path: Path, values: Mapping[str, str], found: GatheredSettings) -> None:
    """A file with keys that others may read is closed; one that others may have changed is not believed."""
    if not values:
        return
    if not ON_WINDOWS and (whose := _of_others(path.stat())):
        found.problems.append(f"{path} {whose}, then look at it")
        return
    others = who_else(path)
    if not others or SECRETS.isdisjoint(values):
        return
    try:
        close_to_others(path)
    except OSError as error:
        found.problems.append(
            f"{path} holds keys, can be read by {others}, and cannot be closed ({error.strerror}): "
            "move it to where only you may read"
        )
    else:
        found.warnings.append(
            f"{path} holds keys and could be read by {others}: it is closed now. "
            "Make new keys if anybody else uses this computer"
        )


def kept_values(path: Path) -> dict[str, str]:
    """What a settings file holds, which need not exist. Raises `SettingsError` when it cannot be used."""
    found = GatheredSettings()
    values = _read(path, found)
    if found.problems:
        raise SettingsError(found.problems)
    return values


def save_settings(values: Mapping[str, str], path: Path | None = None) -> Path:
    """Write these values to their profile's settings file, beside those it has; nobody else may read it.

    An empty value takes a name out. Returns the file. Raises `SettingsError` when it cannot be written.
    """
    target = path or user_settings_file(values.get("BRCC_PROFILE", "").strip().lower())
    merged = {name: text for name, text in {**kept_values(target), **values}.items() if text.strip()}
    lines = ["# Written by brcc-tui setup."] + [
        f"{setting.name}={_quoted(merged[setting.name])}" for setting in SETTINGS if setting.name in merged
    ]
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(target, "\n".join(lines) + "\n")
    except OSError as error:
        raise SettingsError([f"{target} cannot be written: {error.strerror or error}"]) from error
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
            close_to_others(fresh)  # before the first key is in it
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        replace_file(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)
