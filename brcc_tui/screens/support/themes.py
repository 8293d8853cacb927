"""Our three themes. Textual's own can be chosen too; every screen paints by meaning, so all of them work."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DARK: Final = "brcc-dark"
LIGHT: Final = "brcc-light"
CONTRAST: Final = "brcc-contrast"

THEMES: Final = (
    Theme(
        name=DARK,
        primary="#6ca6ff",
        secondary="#c9a7ff",
        accent="#ffc66b",
        warning="#ffb454",
        error="#ff6b6b",
        success="#5fd38d",
        foreground="#e6e4df",
        background="#14161b",
        surface="#1b1e25",
        panel="#242833",
        dark=True,
        variables={"input-selection-background": "#3d5c8f"},
    ),
    Theme(
        name=LIGHT,
        primary="#1f4e9e",
        secondary="#6a3fa0",
        accent="#8a5200",
        warning="#9a5b00",
        error="#b3201f",
        success="#1c7a43",
        foreground="#1d1f24",
        background="#f6f4ef",
        surface="#ffffff",
        panel="#e6e2d8",
        dark=False,
    ),
    Theme(
        name=CONTRAST,
        primary="#7fd4ff",
        secondary="#ffa6ff",
        accent="#ffff00",
        warning="#ffd700",
        error="#ff8080",
        success="#66ff66",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#202020",
        dark=True,
        text_alpha=1.0,
        variables={"least-contrast": "7", "input-selection-background": "#004a6b"},
    ),
)
