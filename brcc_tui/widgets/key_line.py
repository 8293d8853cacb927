"""The last line of every screen: the keys that work now, or a message until the next key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.binding import Binding
from textual.widgets import Input

from brcc_tui.widgets.paint import Line, Painted, Span, folded
from brcc_tui.widgets.text import fit, width

_NAMES = {
    "at": "@", "question_mark": "?", "slash": "/", "equals_sign": "=", "plus": "+", "minus": "-", "escape": "esc",
    "pagedown": "pgdn", "pageup": "pgup",
}  # fmt: skip


_LAST = (
    Span("?", "key", "app.help"),
    Span(" help  ", "dim", "app.help"),
    Span("ctrl+p", "key", "app.palette"),
    Span(" everything", "dim", "app.palette"),
)
"""What stands at the end of every line of keys."""

_MAX_ROWS = 3
"""Rows that words may take in the place of the keys: what is longer stands in full elsewhere."""

_FIRST = ("enter", "w", "u", "space", "equals_sign", "r", "s", "x", "slash")
"""The keys that people need most, in this order; then those of the screen as it lists them."""


def key_name(key: str) -> str:
    """A key as people call it."""
    if key.startswith("upper_"):
        return key[6:].upper()
    return _NAMES.get(key, key)


class KeyLine(Painted):
    """As many keys as fit, the nearest first; `?` tells the rest."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._said: Line = ()

    def show_status(self, words: str, tone: str) -> None:
        """Words in the place of the keys, until they are taken back with an empty text."""
        status = (Span(f" {words}", tone),) if words else ()
        if status != self._said:
            self._said = status
            self.update()

    def on_mount(self) -> None:
        """Follow what can be pressed."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh_keys())

    def refresh_keys(self) -> None:
        """Show what can be pressed now."""
        self.show(self.lines(self.size.width))

    def lines(self, cells: int) -> Sequence[Line]:
        """The line; words in its place take a few rows where one has no room for them."""
        if self._said or not self.screen.is_mounted:
            rows = [] if _ends_in_what_to_do(self._said) else folded(self._said, cells)
            return rows if 1 < len(rows) <= _MAX_ROWS else [_fitting(self._said, cells, self.host.glyphs.more)]
        spans: list[Span] = [Span(" ")]
        typing = isinstance(self.screen.focused, Input)  # where each letter is only a letter
        last = (_LAST[2:] if typing else _LAST) if len(self.screen.query("Sidebar")) else ()
        left = cells - 1 - sum(width(span.text) for span in last)
        for name, binding in self._offered(typing=typing):
            taken = width(name) + width(binding.description) + 3
            if taken > left:
                continue
            left -= taken
            press = f"app.simulate_key('{binding.key}')"
            spans += [Span(name, "key", press), Span(f" {binding.description}  ", "dim", press)]
        return [(*spans, *last)]

    def _offered(self, *, typing: bool) -> Iterable[tuple[str, Binding]]:
        """The keys that do something now, with their names, the first ones first; one for each action."""
        offers = getattr(self.screen, "offers", lambda _: True)
        seen: set[str] = set()
        for active in sorted(self.screen.active_bindings.values(), key=lambda active: _rank(active.binding.key)):
            binding = active.binding
            name = binding.key_display or key_name(binding.key)
            wanted = binding.show and active.enabled and binding.action not in seen
            heard = not (typing and (len(name) == 1 or name == "space"))
            if wanted and heard and offers(binding.action.partition("(")[0]):
                seen.add(binding.action)
                yield name, binding


def _ends_in_what_to_do(status: Line) -> bool:
    return "   " in "".join(span.text for span in status)


def _fitting(status: Line, cells: int, more: str) -> Line:
    """Words of one tone, cut where they end in what to do next, so that this stays: it stands behind three blanks."""
    text = "".join(span.text for span in status)
    if width(text) <= cells:
        return status
    head, gap, tail = text.rpartition("   ")
    room = cells - width(gap + tail)
    if not gap or room < cells // 3:
        head, gap, tail, room = text, "", "", cells
    return (status[0]._replace(text=fit(head, room, more=more) + gap + tail),)


def _rank(key: str) -> int:
    return _FIRST.index(key) if key in _FIRST else len(_FIRST)
