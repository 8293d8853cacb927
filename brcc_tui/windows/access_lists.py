"""Access lists, where POSIX has the mode 600.

Accounts are named by their SIDs, and lists are read as SDDL: both are the same in every language of Windows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from brcc_tui.windows import api

_ENTRY: Final = re.compile(
    r"\((?P<kind>\w*);(?P<flags>[^;)]*);(?P<rights>[^;)]*);[^;)]*;[^;)]*;(?P<who>[^;)]+)(?:;[^)]*)?\)"
)
_ALLOWING: Final = frozenset({"A", "OA", "XA"})
_OWNERS_OF_EVERYTHING: Final = frozenset({"SY", "BA", "OW", "CO", "S-1-5-18", "S-1-5-32-544", "S-1-3-4", "S-1-3-0"})
"""The system, the administrators (who may take any file) and the file's owner, whoever that is."""

_NAMES: Final = {
    "WD": "everyone", "S-1-1-0": "everyone", "BU": "all users", "S-1-5-32-545": "all users",
    "AU": "everybody who signs in", "S-1-5-11": "everybody who signs in", "BG": "guests", "IU": "whoever sits here",
    "NU": "everybody over the network", "AN": "anybody at all", "DU": "everybody of the domain", "PU": "power users",
}  # fmt: skip
"""What people call the groups that SDDL writes in two letters."""

_ALIASES_BY_RID: Final = {"-500": "LA", "-501": "LG"}
"""SDDL writes these accounts of the computer (its own administrator, its guest) in two letters, not as a SID."""


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One entry of an access list: `kind` such as `A` (allows) or `D` (denies), `who` a SID or SDDL's two letters."""

    kind: str
    flags: str
    rights: str
    who: str

    @property
    def allows(self) -> bool:
        """Whether it lets somebody in."""
        return self.kind in _ALLOWING


def entries_of(sddl: str) -> Iterator[AccessEntry] | None:
    """The entries of a discretionary access list; None where there is no list, which lets everybody in."""
    _, found, discretionary = sddl.partition("D:")
    if not found or "NO_ACCESS_CONTROL" in discretionary:
        return None
    matches = _ENTRY.finditer(discretionary.partition("S:(")[0])
    return (AccessEntry(match["kind"], match["flags"], match["rights"], match["who"]) for match in matches)


def restrict_to_owner(path: Path) -> None:
    """Let nobody but this user read the file or folder, and read the access list back to see that it is so.

    Raises `OSError` when it is not.
    """
    inherited_by_children = "OICI" if path.is_dir() else ""
    api.write_access_list(str(path), f"D:P(A;{inherited_by_children};FA;;;{api.own_sid()})")
    if others := others_who_may_read(path):
        raise OSError(f"it is still open to {', '.join(others)}")


def others_who_may_read(path: Path) -> tuple[str, ...]:
    """Who else the access list lets in, in words; the system and administrators do not count. Raises `OSError`."""
    entries = entries_of(api.read_access_list(str(path)))
    if entries is None:
        return (_NAMES["WD"],)
    own = api.own_sid()
    trusted = {own, *(alias for rid, alias in _ALIASES_BY_RID.items() if own.endswith(rid)), *_OWNERS_OF_EVERYTHING}
    others = (entry.who for entry in entries if entry.allows and entry.who not in trusted)
    return tuple(dict.fromkeys(_NAMES.get(who, who) for who in others))


_SIGNED_IN_OVER_THE_NETWORK: Final = frozenset(
    {"WD", "AU", "BU", "NU", "S-1-1-0", "S-1-5-11", "S-1-5-32-545", "S-1-5-2", "S-1-5-113"}
)
"""The groups that a local account belongs to when it signs in over SSH; not those of whoever sits before the screen."""

_READ_AND_RUN: Final = 0x0001 | 0x0020
"""FILE_READ_DATA and FILE_EXECUTE."""

_RIGHTS: Final = {"FA": 0x1F01FF, "FR": 0x120089, "FX": 0x1200A0, "GA": 0x1F01FF, "GR": 0x120089, "GX": 0x1200A0}
"""SDDL's letters for what matters here, as bits."""


def account_may_run(path: Path, sid: str) -> bool:
    """Whether an account may read and run a file, by the groups that a local account is in. Raises `OSError`."""
    entries = entries_of(api.read_access_list(str(path)))
    if entries is None:
        return True
    theirs = [each for each in entries if each.who in {sid, *_SIGNED_IN_OVER_THE_NETWORK} and "IO" not in each.flags]
    allowed = denied = 0
    for each in theirs:
        if each.kind == "A":
            allowed |= _bits(each.rights)
        elif not each.allows:
            denied |= _bits(each.rights)
    return allowed & ~denied & _READ_AND_RUN == _READ_AND_RUN


def _bits(rights: str) -> int:
    if rights.lower().startswith("0x"):
        return int(rights, 16)
    bits = 0
    for start in range(0, len(rights), 2):
        bits |= _RIGHTS.get(rights[start : start + 2], 0)
    return bits
