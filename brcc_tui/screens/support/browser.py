"""Whether a page can be opened for the person at this terminal: a browser of letters would take the terminal itself."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

_WITH_WINDOWS: Final = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""What tells elsewhere than on Windows and a Mac that there is a screen with windows, or a browser that is wanted."""


def can_open_pages(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Over SSH the browser would open before nobody; on a server's own console Python takes one that shows letters."""
    if environment.get("SSH_CONNECTION"):
        return False
    if not (platform in ("win32", "cygwin", "darwin") or any(environment.get(name) for name in _WITH_WINDOWS)):
        return False
    import webbrowser

    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True
