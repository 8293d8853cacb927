"""The keys that work on a screen, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from textual.screen import Screen

from brcc_tui.screens.modals.reader import TextReader
from brcc_tui.widgets.key_line import key_name
from brcc_tui.widgets.paint import Line, line
from brcc_tui.widgets.rows import Rows

if TYPE_CHECKING:
    from brcc_tui.screens.support.host import ScreenHost

_EVERYWHERE = (
    "1 to 7 go to the screens. ctrl+p finds every action, show and listing. E opens the errors. ctrl+q leaves."
)
_NUMBERS = (
    "A number with ? is not known, and nothing is computed from it; - was not asked for. Each row "
    "says how old its numbers are (now, 10m, 2h, 3d); {failed} before that: the last question was not answered, so "
    "they are what was known. r reads them now. Nothing is written before you have seen the plan and pressed y."
)


class Help(TextReader):
    """Made from what can be pressed now."""

    def __init__(self, screen: Screen[Any]) -> None:
        failed = cast("ScreenHost", screen.app).glyphs.failed
        super().__init__(
            f"Keys on this screen: {getattr(screen, 'NAME', '') or 'this one'}",
            [*_keys(screen), line(_EVERYWHERE), line(), line(_NUMBERS.format(failed=failed))],
        )


def _keys(screen: Screen[Any]) -> Iterable[Line]:
    """The screen's own keys first, then walking, then those that work everywhere."""
    found: dict[str, tuple[int, list[str], str]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if not binding.description or binding.action.startswith("go(") or binding.action == "screen.copy_text":
            continue
        rank = (
            1
            if isinstance(active.node, Rows) or binding.action.startswith("app.focus")
            else 0
            if active.node is screen
            else 2
        )
        name = binding.key_display or key_name(key)
        _, keys, _ = found.setdefault(binding.action, (rank, [], binding.tooltip or binding.description))
        if name not in keys:
            keys.append(name)
    for rank in (0, 1, 2):
        for its_rank, keys, description in found.values():
            if its_rank == rank:
                yield line((f"  {'  '.join(keys):<22}", "key"), description.lower())
        yield line()
