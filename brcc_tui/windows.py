"""What only Windows needs."""

from __future__ import annotations

import getpass
import os
import subprocess
from pathlib import Path


def restrict_to_owner(path: Path) -> None:
    """Let nobody but this user read the file: Windows keeps access lists where POSIX has mode 600.

    Raises `OSError` when icacls does not do it.
    """
    icacls = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "icacls.exe"
    done = subprocess.run(  # noqa: S603 - a program of Windows itself, by its full path
        [icacls, path, "/inheritance:r", "/grant:r", f"{getpass.getuser()}:F"], capture_output=True, check=False
    )
    if done.returncode:
        raise OSError(done.returncode, "icacls could not close the file to other users")
