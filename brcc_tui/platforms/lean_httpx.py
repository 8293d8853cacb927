"""httpx without its command line.

`import httpx` also loads the httpx command, and with it click and half of Rich, wherever click happens to be
installed: 70 ms instead of 25 ms. The command is no part of this program, so its import is refused.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING


def _load() -> ModuleType:
    command = "httpx._main"
    if "httpx" in sys.modules:
        return sys.modules["httpx"]
    sys.modules[command] = None  # type: ignore[assignment]  # Python's own way to forbid an import
    try:
        return importlib.import_module("httpx")
    finally:
        del sys.modules[command]


if TYPE_CHECKING:
    import httpx as httpx
else:
    httpx = _load()
