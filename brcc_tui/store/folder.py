"""Whether a folder can be trusted with a record that must not be lost.

SQLite's locks and a file lock are only dependable on a disk of this computer: on a network drive two
computers could both believe that they hold one.
"""

from __future__ import annotations

import os
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
