"""Whether a folder can be trusted with a record that must not be lost.

SQLite's locks and a file lock are only dependable on a disk of this computer: on a network drive two
computers could both believe that they hold one. A service that synchronizes a folder between computers replaces
our file by another one's.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from brcc_tui.private_files import make_private_folder
from brcc_tui.windows import ON_WINDOWS

_NETWORK: Final = frozenset(
    {
        "9p", "afpfs", "afs", "ceph", "cifs", "davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs",
        "fuse.sshfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb", "smb2", "smb3", "smbfs", "vboxsf", "webdav",
    }
)  # fmt: skip
"""File systems whose other end is another computer."""


def network_drive(path: Path) -> str | None:
    """What kind of network drive the path is on, in a few words; None for a disk of this computer."""
    if ON_WINDOWS:
        from brcc_tui.windows.drives import network_place

        return network_place(str(path.absolute()))
    import psutil  # not needed before the first paint

    try:
        resolved = path.resolve()
        partitions = psutil.disk_partitions(all=True)
    except (OSError, RuntimeError):
        return None
    holding = [part for part in partitions if resolved.is_relative_to(part.mountpoint)]
    if not holding:
        return None
    nearest = max(holding, key=lambda part: len(Path(part.mountpoint).parts))
    return f"a network drive ({nearest.fstype})" if nearest.fstype.lower() in _NETWORK else None


_ONEDRIVE: Final = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")
"""Where Windows says that its folders stand."""

_SERVICES: Final = {
    "OneDrive": r"onedrive( - .+)?",
    "Dropbox": r"dropbox( \(.+\))?",
    "Google Drive": r"google ?drive(-.+@.+)?|my drive",
    "iCloud": r"icloud ?drive|mobile documents|com~apple~clouddocs",
    "Nextcloud": r"nextcloud|owncloud",
}
"""What the folders of such services are called, whatever the case."""


def synced_folder(path: Path) -> str | None:
    """The service that keeps the path's folder the same on several computers; None for none that is known."""
    places = [path.absolute()]
    with contextlib.suppress(OSError, RuntimeError):
        places.append(path.resolve())
    roots = [Path(root) for name in _ONEDRIVE if (root := os.environ.get(name))]
    if any(place.is_relative_to(root) for place in places for root in roots):
        return "OneDrive"
    return next((found for place in places for name in place.parts if (found := _service_of(name))), None)


def _service_of(name: str) -> str | None:
    """The service whose folder bears that name."""
    found = (service for service, called in _SERVICES.items() if re.fullmatch(called, name, re.IGNORECASE))
    return next(found, None)


def why_not_kept(folder: Path) -> OSError | None:
    """Why no file can be kept in this folder; None when a file was written there and taken away again."""
    try:
        make_private_folder(folder)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".try-") as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error
    return None
