"""Says of a key that does nothing here on which screens it does something."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from textual.binding import Binding

from brcc_tui.widgets.key_line import key_name
from brcc_tui.widgets.sidebar import SCREENS

if TYPE_CHECKING:
    from textual import events


_MEANT: Final = re.compile(r"f\d+|(ctrl|alt)\+\w+")
"""Keys that write nothing, and that nobody presses without meaning something by it."""


def said_of_idle(event: events.Key) -> str:
    """What to say of a key that has no meaning on the screen in front; empty for one that nobody would miss."""
    where: dict[str, list[str]] = {}
    for _, name, title in SCREENS:
        words = _words_of(import_module(f"brcc_tui.screens.{name}").SCREEN, event.key)
        if words:
            where.setdefault(words, []).append(title)
    name = event.character if event.character and event.is_printable else key_name(event.key)
    if not where:
        is_meant = event.is_printable or _MEANT.fullmatch(event.key)
        return f"{name} does nothing: ? lists the keys of this screen." if is_meant else ""
    words, titles = max(where.items(), key=lambda one: len(one[1]))
    places = titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
    return f"{name} ({words}) does nothing here, only under {places}."


def _words_of(screen: type[Any], key: str) -> str:
    """What that key is called on a screen; empty where it is no key."""
    for parent in screen.__mro__:
        for one in vars(parent).get("BINDINGS", ()):
            if isinstance(one, Binding) and key in one.key.split(","):
                return one.description
    return ""
