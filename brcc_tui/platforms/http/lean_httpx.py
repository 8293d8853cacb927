"""httpx without its command line, and ready for its first request.

`import httpx` also loads the httpx command, and with it click and half of Rich, wherever click happens to be
installed: 70 ms instead of 25 ms. This program does not use the command, so its import is refused. What httpx
itself loads only when it first connects, in the event loop, is loaded here instead.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import TYPE_CHECKING


def _load() -> ModuleType:
    command = "httpx._main"
    if "httpx" in sys.modules:
        return sys.modules["httpx"]
    sys.modules[command] = None  # type: ignore[assignment]  # Python's own way to forbid an import
    try:
        loaded = importlib.import_module("httpx")
    finally:
        del sys.modules[command]
    _make_ready()
    return loaded


def _make_ready() -> None:
    """Load the transport of the first connection (40 ms), and spare every request a search for what is not there."""
    importlib.import_module("httpcore")
    importlib.import_module("anyio._backends._asyncio")
    if importlib.util.find_spec("sniffio") is None:
        # httpcore looks for it at each of its locks, through all folders that Python knows: 1 ms for every request.
        sys.modules["sniffio"] = None  # type: ignore[assignment]


if TYPE_CHECKING:
    import httpx as httpx
else:
    httpx = _load()
