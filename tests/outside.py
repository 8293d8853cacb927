"""A guard: no test writes a file outside the temporary folder, and none touches the settings of whoever runs it.

A write is refused before it happens, by an audit hook of this process, and fails its test even where the program takes
the refusal for a full disk. For other processes the user's own settings files are compared before and after.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import platformdirs
import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
CACHES: Final = (".pytest_cache", ".hypothesis", "__pycache__", ".venv")
"""What pytest, hypothesis, Python and the environment keep beside the code."""

DEVICES: Final = ("/dev/", "/proc/", "\\\\.\\")
IN_MEMORY: Final = "/dev/shm/"
"""Files like any other, although it lies there."""

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_EVENTS: Final[Mapping[str, tuple[tuple[int, int | None], ...]]] = {
    "os.mkdir": ((0, 2),), "os.rename": ((0, 2), (1, 3)), "os.remove": ((0, 1),), "os.rmdir": ((0, 1),),
    "os.truncate": ((0, None),), "os.link": ((1, 3),), "os.symlink": ((1, 2),), "os.chmod": ((0, 2),),
    "sqlite3.connect": ((0, None),),
}  # fmt: skip
"""Which arguments of an audit event name a file that is changed by it, and which the folder that the name is within."""

_ASKED_ABOUT: Final = frozenset(_EVENTS) | {"open"}
"""The few events that are looked at at all: there is one for each `id()` and each variable of the environment, too."""

_FOLLOWS: Final = frozenset(("open", "os.truncate", "os.chmod", "sqlite3.connect"))
"""These change what a link leads to; all others, the link itself."""

_MOVES_FOLDERS: Final = frozenset(("os.rename", "os.symlink"))
"""After these a folder may lead elsewhere than before."""


class WroteOutside(PermissionError):
    """A test would have changed a file that is not its own."""


class Guard:
    """Knows where tests may write; `offences` are the files that they tried to write elsewhere."""

    def __init__(self, *allowed: Path) -> None:
        self.offences: list[str] = []
        self._allowed = tuple({str(part) for path in allowed for part in (path, path.resolve())})
        self._within_project: tuple[str, ...] = ()
        self._real_folders: dict[str, str] = {}
        self._asking = False
        self.watching = True

    def allow(self, path: Path) -> None:
        """Let tests write there as well, even within the project."""
        places = (str(path), str(path.resolve()))
        self._allowed = (*self._allowed, *places)
        self._within_project = (*self._within_project, *places)

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raise `WroteOutside` for a change of a file elsewhere."""
        for path in _changed(event, arguments):
            if self.watching and not self._asking and not self.may_write(path, follow=event in _FOLLOWS):
                self.offences.append(path)
                raise WroteOutside(13, "a test writes outside the temporary folder", path)
        if event in _MOVES_FOLDERS:
            self._real_folders.clear()

    def may_write(self, path: str, *, follow: bool = True) -> bool:
        """Whether a file may be made, changed or deleted by a test; of a link, what it leads to or the link itself."""
        self._asking = True  # looking at links raises events of its own
        try:
            full = os.path.abspath(path)  # noqa: PTH100 - with .. taken out, and links left in
            device = full.startswith(DEVICES) and not full.startswith(IN_MEMORY)
            if device or path.lower() in (os.devnull, "nul", "conin$", "conout$"):
                return True
            if any(part in CACHES for part in Path(full).parts) or Path(full).name.startswith(".coverage"):
                return True
            names = (full, self._real(full, follow))
            of_project = [name for name in names if _is_within(name, (str(ROOT),))]
            if not all(_is_within(name, self._within_project) for name in of_project):
                return False  # the project itself may lie in the temporary folder
            return any(_is_within(name, self._allowed) for name in names)
        finally:
            self._asking = False

    def _real(self, full: str, follow: bool) -> str:
        """The path with no link before its name; where a folder leads is asked once, until one may have been moved."""
        if follow and os.path.islink(full):  # noqa: PTH114 - a name, and this is asked at every write
            return os.path.realpath(full)
        folder, name = os.path.split(full)
        if folder not in self._real_folders:
            self._real_folders[folder] = os.path.realpath(folder)
        return os.path.join(self._real_folders[folder], name)  # noqa: PTH118


def _is_within(path: str, folders: tuple[str, ...]) -> bool:
    path = os.path.normcase(path)
    return any(path == (folder := os.path.normcase(each)) or path.startswith(folder + os.sep) for each in folders)


def _changed(event: str, arguments: tuple[Any, ...]) -> Iterator[str]:
    """The files that an audit event is about to change; numbers of open files are none."""
    places = _EVENTS.get(event, ())
    if event == "open":
        _, mode, flags = arguments
        writes = any(letter in mode for letter in "wax+") if mode else bool(flags & _WRITING)
        places = ((0, None),) if writes else ()
    for number, folder in places:
        name = arguments[number]
        text = os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else ""
        if text not in ("", ":memory:") and not text.startswith("file:"):  # SQLite's own names and addresses
            opened = None if folder is None else arguments[folder]
            yield text if opened in (None, -1) else _within_open_folder(opened, text)


def _within_open_folder(descriptor: int, name: str) -> str:
    """The file's path, where the system tells that of an open folder; else it is taken for a temporary one."""
    try:
        return os.path.join(os.readlink(f"/proc/self/fd/{descriptor}"), name)  # noqa: PTH115, PTH118 - names, not files
    except OSError:
        return os.devnull


GUARD: Final = Guard(Path(tempfile.gettempdir()))


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    """Called for everything that is done, hundreds of thousands of times: for a method it would take thrice as long."""
    if event in _ASKED_ABOUT:
        GUARD.hook(event, arguments)


def _own_settings() -> dict[Path, tuple[int, int]]:
    folder = platformdirs.user_config_path("brcc-tui", appauthor=False)
    found = [*folder.glob("*.env"), folder / ".env", folder / "keys.toml"]
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in found if path.exists()}


_BEFORE: Final = pytest.StashKey[dict[Path, tuple[int, int]]]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin to watch."""
    if session.config.option.basetemp:
        GUARD.allow(Path(session.config.option.basetemp).absolute())
    if session.config.getoption("--snapshot-update"):
        GUARD.allow(ROOT / "tests" / "screens" / "pictures")
    session.config.stash[_BEFORE] = _own_settings()
    sys.addaudithook(_hook)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where the settings of whoever runs it are not what they were; reports may be written from now on."""
    GUARD.watching = False
    if (before := session.config.stash.get(_BEFORE, None)) is not None and _own_settings() != before:
        print("\nA test has changed the settings of whoever runs it.", file=sys.stderr)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def nothing_written_outside() -> Iterator[None]:
    """Fail a test that would have written elsewhere, whatever the program made of the refusal."""
    yield
    fail_for_offences(GUARD)


def fail_for_offences(guard: Guard) -> None:
    """Fail, once, for what was tried since the last time."""
    offences, guard.offences = guard.offences, []
    assert not offences, f"written outside the temporary folder: {', '.join(offences)}"
