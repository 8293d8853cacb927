"""Files and folders that only their owner may read: checks them, and restricts them where they are open to others."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from brcc_tui.windows import ON_WINDOWS


def who_else(path: Path) -> str:
    """Who besides the owner may use a file or folder that exists, in words; empty for nobody. Raises `OSError`."""
    if ON_WINDOWS:
        from brcc_tui.windows.access_lists import others_who_may_read

        return " and ".join(others_who_may_read(path))
    mode = path.stat().st_mode
    words = {"its group": stat.S_IRWXG, "everybody on this computer": stat.S_IRWXO}
    return " and ".join(who for who, bits in words.items() if mode & bits)


def is_seen(path: Path) -> bool:
    """Whether something is seen to stand there; not where nobody may look, which is told by whoever needs it."""
    try:
        return path.exists()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Whether that is a folder, as far as it can be seen."""
    try:
        return path.is_dir()
    except OSError:
        return False


def make_private_folder(folder: Path) -> None:
    """Make the folder, for this user alone; one that stands open is closed. Raises `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _close_if_open(folder)


def make_private_file(path: Path) -> None:
    """Let an empty file stand there, for this user alone, if there is none; close one that stands open.

    What SQLite creates itself, everybody may read. A file that exists is never opened: closing it again would drop
    every lock that this process holds on it. Raises `OSError`.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        _close_if_open(path)


def _close_if_open(path: Path) -> None:
    if who_else(path):
        try:
            close_to_others(path)
        except OSError:
            if not ON_WINDOWS:
                raise
            # A drive without access lists (FAT, as on a USB stick) can be closed to nobody; `health` tells of it.


def close_to_others(path: Path) -> None:
    """Leave it to the owner alone. Raises `OSError` when that cannot be done."""
    if ON_WINDOWS:
        from brcc_tui.windows.access_lists import restrict_to_owner

        restrict_to_owner(path)
    else:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXU)
