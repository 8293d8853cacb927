"""Which characters a Windows terminal can show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_WITH_FONTS_OF_THEIR_OWN: Final = ("WT_SESSION", "TERM_PROGRAM", "WEZTERM_PANE", "ALACRITTY_WINDOW_ID", "KITTY_PID")
"""What terminals that fetch a missing sign from another font put into the environment."""


def is_old_console(environment: Mapping[str, str]) -> bool:
    """Whether this may be the console of Windows 10, whose fonts have few signs and which borrows none.

    Over SSH the terminal is on the other side. A program that Windows itself opened in Windows Terminal is not told
    so: it is taken for the old console, and shows signs that both have.
    """
    if environment.get("SSH_CONNECTION"):
        return False
    return not any(environment.get(name) for name in _WITH_FONTS_OF_THEIR_OWN)
