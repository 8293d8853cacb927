"""Which Windows folders belong to another computer: a mapped drive, a share, and links that lead to one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PureWindowsPath
from typing import Final

from brcc_tui.windows import api

_DEVICE_PREFIXES: Final = ("\\\\?\\", "\\\\.\\")


def network_place(
    path: str, *, resolve: Callable[[str], str] | None = None, drive_type: Callable[[str], int] = api.drive_type
) -> str | None:
    """What kind of network place an absolute path leads to, in a few words; None for a disk of this computer.

    A letter is asked about before it is resolved: resolving turns `H:` into `\\\\nas\\share`, which is on no list of
    disks, and waits for a server that is gone. `resolve` and `drive_type` are Windows' own unless given.
    """
    if place := _named_as_network(path, drive_type):
        return place
    try:
        resolved = resolve(path) if resolve else str(Path(path).resolve())
    except (OSError, RuntimeError):
        return None
    return _named_as_network(resolved, drive_type)


def _named_as_network(path: str, drive_type: Callable[[str], int]) -> str | None:
    text = path.replace("/", "\\")
    if text.startswith(_DEVICE_PREFIXES):
        text = text[4:]
        if text.upper().startswith("UNC\\"):
            return "a network share"
    elif text.startswith("\\\\"):
        return "a network share"
    drive = PureWindowsPath(text).drive
    if drive and drive_type(f"{drive}\\") == api.DRIVE_REMOTE:
        return f"a network drive ({drive})"
    return None
