"""What one system cannot do: a test that needs it is named as not run there, which is no failure anywhere."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path
from typing import Final

import pytest

ON_WINDOWS: Final = os.name == "nt"
HOMES_OF_WINDOWS: Final = ("USERPROFILE", "LOCALAPPDATA", "WIN_PD_OVERRIDE_LOCAL_APPDATA")
"""Names in the environment for where a user's files are. platformdirs asks Windows, and heeds the last one alone."""

HOMES: Final = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", *HOMES_OF_WINDOWS)
NOT_HERE: Final = "not on this system: "
"""How the reason begins for which such a test is skipped."""


def posix(reason: str) -> pytest.MarkDecorator:
    """Not for Windows, and what it lacks for that."""
    return pytest.mark.skipif(ON_WINDOWS, reason=NOT_HERE + reason)


def not_under_wine(reason: str) -> pytest.MarkDecorator:
    """For Windows and POSIX, but not for the copy of Windows that Linux has, and what that lacks."""
    return pytest.mark.skipif(UNDER_WINE, reason=f"{NOT_HERE}Wine: {reason}")


def keep_from_looking(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """As where this user has no right to a folder: what is in it cannot be looked at. Rights alone do not stop root."""
    look = Path.stat

    def stat(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if folder in path.parents:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return look(path, follow_symlinks=follow_symlinks)

    patch.setattr(Path, "stat", stat)


def _under_wine() -> bool:
    return ON_WINDOWS and hasattr(vars(ctypes)["windll"].ntdll, "wine_get_version")


UNDER_WINE: Final = _under_wine()


MAX_ID: Final = 100
"""Letters of a parameter in a test's id: Windows keeps an id in an environment variable, of 32,767 letters at most."""


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long text by its beginning and its length; what this leaves alone, pytest names itself."""
    return f"{val[: MAX_ID // 2]}... of {len(val):,}" if isinstance(val, str) and len(val) > MAX_ID else None
