"""Who holds a lock, for other computers: all of them use one database account, which does not say who.

A read-only account leaves nothing behind on the server but the names of the locks that it holds, and others
can ask who holds a name. So the operator's name is encoded in locks: one for every bit of it that is set,
each named after the connection that holds it, and one that marks the end. They vanish with the connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_BYTES: Final = 30
"""The longest name: whoever has to wait asks for it in one statement."""


def worn(connection: int, name: str) -> tuple[str, ...]:
    """The locks that spell this name, in the order in which they are to be taken; none for no name."""
    spelled = _short(name)
    if not spelled:
        return ()
    bits = [_bit(connection, n, bit) for n, byte in enumerate(spelled) for bit in range(8) if byte >> bit & 1]
    return (*bits, _whole(connection))


def locks_to_ask(connection: int) -> tuple[str, ...]:
    """The locks to ask for who wears a connection's badge."""
    return (*(_bit(connection, n, bit) for n in range(_BYTES) for bit in range(8)), _whole(connection))


def read(connection: int, owners: Sequence[object]) -> str:
    """The name that the owners of these locks spell; empty where it is none, or not whole."""
    held = [owner == connection for owner in owners]
    if len(held) != _BYTES * 8 + 1 or not held[-1]:
        return ""
    spelled = bytes(sum(held[n * 8 + bit] << bit for bit in range(8)) for n in range(_BYTES)).rstrip(b"\0")
    try:
        name = spelled.decode()
    except UnicodeDecodeError:
        return ""
    return name if name.isprintable() else ""


def _short(name: str) -> bytes:
    """As much of it as there is room for, in whole letters."""
    plain = "".join(letter for letter in name if letter.isprintable()).strip()
    return plain.encode()[:_BYTES].decode(errors="ignore").rstrip().encode()


def _bit(connection: int, byte: int, bit: int) -> str:
    return f"brcc:who:{connection}:{byte}:{bit}"


def _whole(connection: int) -> str:
    return f"brcc:who:{connection}:whole"
