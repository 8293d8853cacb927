"""What a screen means: its keys, signs, numbers and colours, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, cast

from textual.binding import ActiveBinding
from textual.screen import Screen

from brcc_tui.screens.modals.reader import TextReader
from brcc_tui.screens.support.sentences import sentence_of
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.key_line import key_name
from brcc_tui.widgets.paint import Line, line
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.signs import COLOURS, IN_FRONT, NUMBERS_OF, SIGNS, SIGNS_OF

if TYPE_CHECKING:
    from brcc_tui.screens.support.host import ScreenHost

_EVERYWHERE = (
    "1 to 7 go to the screens. ctrl+p finds every action, show and listing. Nothing is written before you have seen "
    "the plan and confirmed it: with y, or with the number that it asks for."
)
_FINDING = (
    ("tonight", "also today, tomorrow, this week, next week, weekend, next month"),
    ("fri 8", "Fridays at eight; 8pm and 20:00 are exact, several weekdays are any of them"),
    ("12 dec", "or 2026-12-12, dec, dec 2027"),
    ("free>=8", "also left, sold, held, seats, and >= <= > < ="),
    ("<50%", "less than half of the seats sold"),
    ("one shop", "also drift, oversold, sold twice, not confirmed, unknown, full, closed, on sale, not sold"),
    ("late", 'words that begin so; "in quotes" a part of the title'),
)


class Help(TextReader):
    """Made from what can be pressed now, and from what the screen can show."""

    def __init__(self, screen: Screen[Any]) -> None:
        name = getattr(screen, "NAME", "")
        super().__init__(
            f"Help: {name or 'this dialog'}",
            [*_keys(screen, name), *_signs(cast("ScreenHost", screen.app).glyphs, name), *_finding(screen),
             line(COLOURS), line(), line(_EVERYWHERE)],
        )  # fmt: skip


def _keys(screen: Screen[Any], name: str) -> Iterable[Line]:
    """The screen's own keys first, then walking, then those that work everywhere."""
    found = _told_by_action(screen, name)
    for rank in (0, 1, 2):
        rows = [("  ".join(keys), says) for its_rank, keys, says in found if its_rank == rank]
        widest = max((len(keys) for keys, _ in rows), default=0)
        yield from (line((f"  {keys:<{widest}}  ", "key"), says) for keys, says in rows)
        yield line()


def _told_by_action(screen: Screen[Any], name: str) -> Collection[tuple[int, list[str], str]]:
    """Of every action its rank, its keys, and what it does in a sentence."""
    found: dict[str, tuple[int, list[str], str]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if not binding.description or binding.action.startswith("go(") or binding.action == "screen.copy_text":
            continue
        rank = _rank(active, screen)
        says = sentence_of(name, binding.action, "").says
        says = f"{binding.description.lower()}{': ' if says else ''}{says}"
        _, keys, _ = found.setdefault(binding.action, (rank, [], says))
        if (key_words := binding.key_display or key_name(key)) not in keys:
            keys.append(key_words)
    return found.values()


def _rank(active: ActiveBinding, screen: Screen[Any]) -> int:
    """0 for the screen's own keys, 1 for walking, 2 for those that work everywhere."""
    if isinstance(active.node, Rows) or active.binding.action.startswith("app.focus"):
        return 1
    return 0 if active.node is screen else 2


def _signs(glyphs: Glyphs, name: str) -> Iterable[Line]:
    yield line(("Signs", "title"))
    for sign in SIGNS_OF.get(name, IN_FRONT):
        yield line((f"  {SIGNS[sign].looks(glyphs):<9} ", "strong"), SIGNS[sign].means)
    yield line()
    if numbers := NUMBERS_OF.get(name, ()):
        yield line(("Numbers", "title"))
        for words, means in numbers:
            yield line((f"  {words:<9} ", "strong"), means)
        yield line()


def _finding(screen: Screen[Any]) -> Iterable[Line]:
    if len(screen.query("FilterField, #words")):
        yield line(("Finding", "title"), ("  all of several words must hold", "dim"))
        for typed, means in _FINDING:
            yield line((f"  {typed:<9} ", "strong"), means)
        yield line()
