"""The shops' own structure, packed: each event and product is one compressed JSON text.

Only explaining and live reading unpack it, off the first paint; pydantic then checks that the
file's content is what the present program expects.
"""

from __future__ import annotations

import zlib
from typing import Any, TypeVar

from pydantic import TypeAdapter

from brcc_tui.model.catalogue import Event, Product, Site

_T = TypeVar("_T", Event, Product, Site)
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in (Event, Product, Site)}


def pack(thing: Event | Product | Site) -> bytes:
    """The thing as compressed JSON. Level 1: booking texts repeat themselves, more effort gains little."""
    return zlib.compress(_ADAPTERS[type(thing)].dump_json(thing), 1)


def unpack(kind: type[_T], packed: bytes) -> _T:
    """The thing again; raises `ValueError` (pydantic's) or `zlib.error` for bytes that are none."""
    thing: _T = _ADAPTERS[kind].validate_json(zlib.decompress(packed))
    return thing
