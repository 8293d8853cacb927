"""Who changes something: the user of this computer, its name, and where an SSH session comes from."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Mapping


def actor(environment: Mapping[str, str] | None = None) -> str:
    """`dave@CLUB-PC`, or `dave@CLUB-PC over SSH from 192.0.2.7`, as journal, locks and confirmations show it."""
    environment = os.environ if environment is None else environment
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # no such user in the password file, as in some containers
        user = str(os.getuid()) if hasattr(os, "getuid") else "unknown"
    name = f"{user}@{socket.gethostname()}"
    ssh = (environment.get("SSH_CONNECTION") or environment.get("SSH_CLIENT") or "").split()
    return f"{name} over SSH from {ssh[0]}" if ssh else name
