"""Who makes a change: the operator, the computer and its user, and where an SSH session comes from."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Mapping

from brcc_tui.logs import keep_name


def actor(operator: str = "", environment: Mapping[str, str] | None = None) -> str:
    """`Anna at CLUB-PC (dave)`; `dave@CLUB-PC` where nobody said who it is. History, locks and questions show it, the
    log does not.

    An SSH session adds where it comes from: `dave@CLUB-PC over SSH from 192.0.2.7`.
    """
    environment = os.environ if environment is None else environment
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # not in the password file, as in some containers; Windows has none
        user = str(os.getuid()) if hasattr(os, "getuid") else "unknown"
    host = socket.gethostname()
    name = f"{user}@{host}"
    if operator:
        name = f"{operator} at {host}{'' if operator.lower() == user.lower() else f' ({user})'}"
    ssh = _ssh(environment)
    keep_name(name, operator)
    return f"{name} over SSH from {ssh[0]}" if ssh else name


def shares_account() -> bool:
    """Whether several people may use this account: over SSH everybody comes in by the same one."""
    return bool(_ssh(os.environ))


def _ssh(environment: Mapping[str, str]) -> list[str]:
    return (environment.get("SSH_CONNECTION") or environment.get("SSH_CLIENT") or "").split()
