"""What only Windows needs: access lists, where POSIX has the mode 600.

Accounts are named by their SIDs, and lists are read as SDDL: both are the same in every language of Windows,
where icacls' own words are not.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Final

_ENTRY: Final = re.compile(r"\((?P<kind>\w*);[^;)]*;[^;)]*;[^;)]*;[^;)]*;(?P<who>[^;)]+)(?:;[^)]*)?\)")
_ALLOWING: Final = frozenset({"A", "OA", "XA"})
_OWNERS_OF_EVERYTHING: Final = frozenset({"SY", "BA", "OW", "CO", "S-1-5-18", "S-1-5-32-544", "S-1-3-4", "S-1-3-0"})
"""The system, the administrators (who may take any file) and the file's owner, whoever that is."""

_NAMES: Final = {
    "WD": "everyone", "S-1-1-0": "everyone", "BU": "all users", "S-1-5-32-545": "all users",
    "AU": "everybody who signs in", "S-1-5-11": "everybody who signs in", "BG": "guests", "IU": "whoever sits here",
    "NU": "everybody over the network", "AN": "anybody at all",
}  # fmt: skip
"""What people call the groups that SDDL writes in two letters."""


def restrict_to_owner(path: Path) -> None:
    """Let nobody but this user read the file or folder, and read the access list back to see that it is so.

    Raises `OSError` when it is not.
    """
    own = _own_sid()
    rights = "(OI)(CI)F" if path.is_dir() else "F"
    _icacls(path, "/inheritance:r", "/grant:r", f"*{own}:{rights}")
    for who in _others(path, own):
        _icacls(path, "/remove:g", who if len(who) == 2 else f"*{who}")
    if others := others_who_may_read(path):
        raise OSError(f"it is still open to {', '.join(others)}")


def others_who_may_read(path: Path) -> tuple[str, ...]:
    """Who else the access list lets in, in words; the system and administrators do not count. Raises `OSError`."""
    return tuple(dict.fromkeys(_NAMES.get(who, who) for who in _others(path, _own_sid())))


def _others(path: Path, own: str) -> list[str]:
    """The SIDs that the list names beside our own, as SDDL writes them."""
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "list"
        _icacls(path, "/save", str(saved))
        text = saved.read_bytes().decode("utf-16-le", "replace")
    _, found, sddl = text.partition("D:")
    if not found or "NO_ACCESS_CONTROL" in sddl:
        return ["WD"]
    entries = _ENTRY.finditer(sddl.partition("S:(")[0])
    trusted = {own, *_OWNERS_OF_EVERYTHING}
    return [entry["who"] for entry in entries if entry["kind"] in _ALLOWING and entry["who"] not in trusted]


def _own_sid() -> str:
    """This user's SID: a name could mean a local and a domain account."""
    found = re.search(r"S-1-[0-9-]+", _run("whoami", "/user", "/fo", "csv", "/nh"))
    if not found:
        raise OSError("Windows did not tell who is signed in")
    return found[0]


def _icacls(path: Path, *arguments: str) -> None:
    _run("icacls", str(path), *arguments)


def _run(program: str, *arguments: str) -> str:
    """What a program of Windows prints; by its full path, for another one may lie in the working folder."""
    folder = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32"
    done = subprocess.run(  # noqa: S603 - see above
        [str(folder / f"{program}.exe"), *arguments], capture_output=True, check=False
    )
    if done.returncode:
        raise OSError(done.returncode, f"{program} could not read or change who may use it")
    return done.stdout.decode("ascii", "replace")
