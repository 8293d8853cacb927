"""The block in the OpenSSH server's settings that restricts one account to this program.

Pure text: bytes in, bytes out. Every byte that is not ours stays as it was, in any encoding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

ACCOUNT_NAME: Final = re.compile(r"[a-z0-9._-]{1,20}")
OLDEST_VERSION: Final = (8, 1)
"""Older servers of Windows obey no forced command in a terminal, and know a user only as spelt in the settings.

Both were repaired in December 2019 (PowerShell/openssh-portable, pull requests 419 and 410).
"""

_LIMITS: Final = {
    "disableforwarding": "yes",
    "allowtcpforwarding": "no",
    "allowagentforwarding": "no",
    "permittunnel": "no",
    "permittty": "yes",
}


class SshLoginError(Exception):
    """Why the account was not, or no longer, let in, and what to do; nothing was left half done."""


def limits(command: str) -> Mapping[str, str]:
    """What must hold for the account: the server's own words, in small letters, with their values."""
    return {"forcecommand": command, **_LIMITS}


def with_block(config: bytes, account: str, command: str) -> bytes:
    """The settings with the account's block at their end. Raises `SshLoginError`."""
    rest = without_block(config, account)
    newline = b"\n" if b"\n" in rest and b"\r\n" not in rest else b"\r\n"
    # A block reaches to the next one, so ours stands last; a client may put the computer's name before the account's.
    rules = [f"    {name} {value}" for name, value in limits(command).items()]
    lines = [_first(account), f"Match User {account},*\\{account},{account}@*", *rules, _last(account)]
    block = b"".join(line.encode() + newline for line in lines)
    gap = b"" if not rest or rest.endswith(b"\n") else newline
    return rest + gap + block


def without_block(config: bytes, account: str) -> bytes:
    """The settings without that block. Raises `SshLoginError` for what cannot be understood."""
    if config[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SshLoginError("The server's settings are in UTF-16, which it does not read itself: save them as UTF-8.")
    first, last = _first(account).encode(), _last(account).encode()
    kept: list[bytes] = []
    inside = False
    for line in config.splitlines(keepends=True):
        words = line.strip().removeprefix(b"\xef\xbb\xbf")
        if words == first and inside:
            break
        inside = inside or words == first
        if not inside:
            kept.append(line)
        inside = inside and words != last
    if inside:
        raise SshLoginError(f"The server's settings have a block for {account} without its end: correct them by hand.")
    return b"".join(kept)


def openssh_version(words: str) -> tuple[int, int] | None:
    """The version that `ssh -V` prints, such as `OpenSSH_for_Windows_8.1p1, LibreSSL 3.0.2`."""
    found = re.search(r"OpenSSH_for_Windows_(\d+)\.(\d+)", words)
    return (int(found[1]), int(found[2])) if found else None


def not_held(effective: str, command: str) -> list[str]:
    """Which of the limits do not hold by what `sshd -T` prints; nothing may be missing there."""
    found: dict[str, str] = {}
    for line in effective.splitlines():
        name, _, value = line.strip().partition(" ")
        found.setdefault(name.lower(), value.strip())
    return [name for name, value in limits(command).items() if found.get(name) != value]


def _first(account: str) -> str:
    return f"# brcc-tui for {account}"


def _last(account: str) -> str:
    return f"# end of brcc-tui for {account}"
