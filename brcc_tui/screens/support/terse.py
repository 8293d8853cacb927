"""Fewer bytes for the same picture: sends only the part of a style that differs from the one before.

Textual (8.2) sends each piece of a line with its whole style, and a reset after it: some fifty bytes where often only
the text colour differs. Between two pieces nothing but the cursor moves, so the terminal can keep its state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

_SEQUENCE: Final = re.compile(r"\x1b\[([0-9;]*)([mH])")
"""A style, or a move of the cursor."""

_COLOUR_PARTS: Final = {"2": 5, "5": 3}
"""How many numbers a colour has that begins with 38 or 48, by the number behind that."""

_ENDS: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29"}
"""What ends an attribute; bold and faint have one end."""


class _Look(NamedTuple):
    """A style: attributes, and both colours as the terminal takes them; empty for the terminal's own."""

    attributes: frozenset[str] = frozenset()
    front: str = ""
    back: str = ""


_PLAIN: Final = _Look()


def terse(sent: str) -> str:
    """The same for the terminal. `sent` begins and ends without a style, and gives each style whole, after a reset."""
    out: list[str] = []
    stands = wanted = _PLAIN
    at = 0
    for found in _SEQUENCE.finditer(sent):
        if text := sent[at : found.start()]:
            out += (_change(stands, wanted), text)
            stands = wanted
        at = found.end()
        if found[2] == "m":
            wanted = _look(found[1])
        else:
            out.append(found[0])
    if text := sent[at:]:
        out += (_change(stands, wanted), text)
        stands = wanted
    return "".join((*out, _change(stands, _PLAIN)))


@lru_cache(1024)
def _look(codes: str) -> _Look:
    """What these numbers say, whatever stood before them."""
    attributes, front, back = set[str](), "", ""
    parts = codes.split(";")
    while parts:
        taken = _COLOUR_PARTS.get(parts[1], 1) if parts[0] in ("38", "48") and len(parts) > 1 else 1
        code, parts = ";".join(parts[:taken]), parts[taken:]
        if code in _ENDS:
            attributes.add(code)
        elif code.startswith(("3", "9")):
            front = code
        elif code.startswith(("4", "10")):
            back = code
    return _Look(frozenset(attributes), front, back)


@lru_cache(4096)
def _change(before: _Look, after: _Look) -> str:
    """What makes the one of the other, the shorter way; empty where there is no difference."""
    if before == after:
        return ""
    anew = ";".join(("0", *_added(_PLAIN, after)))
    lost = (before.front and not after.front) or (before.back and not after.back)
    return f"\x1b[{anew if lost else min(anew, ';'.join(_added(before, after)), key=len)}m"


def _added(before: _Look, after: _Look) -> Iterator[str]:
    """What is sent on top of the one for the other, which has every colour that the one has."""
    ends = {_ENDS[code] for code in before.attributes - after.attributes}
    yield from sorted(ends)
    yield from sorted(code for code in after.attributes if code not in before.attributes or _ENDS[code] in ends)
    if after.front != before.front:
        yield after.front
    if after.back != before.back:
        yield after.back
