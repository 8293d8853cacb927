"""Puts the terminal's own cursor on the current row: screen readers and braille lines follow it, not our colours."""

from __future__ import annotations

from textual.app import App
from textual.geometry import Offset
from textual.screen import Screen
from textual.widgets import Input

from brcc_tui.widgets.rows import Rows


class PointsOut(App[int]):
    """An application whose cursor is on the current row, in the field that is typed in, or at a question's first word.

    Textual moves the terminal's cursor to `cursor_position` behind everything it paints, and every move of ours paints
    two rows: asked for then, the place costs no bytes of its own. Fields set it themselves.
    """

    _of_field = Offset(0, 0)

    @property
    def cursor_position(self) -> Offset:
        """Where the terminal's cursor belongs now."""
        screen = self.screen_stack[-1] if self.is_running and self.screen_stack else None
        rows = _rows_pointed_at(screen) if screen is not None else None
        if rows is not None:
            return rows.cursor_offset
        if screen is not None and isinstance(screen.focused, Input):
            return screen.focused.cursor_screen_offset  # it tells its place when it is typed in, not when it is moved
        if screen is None or screen.focused is not None:
            return self._of_field
        box = next(iter(screen.query("#box").results()), None)
        return box.content_region.offset if box is not None else Offset(0, 0)

    @cursor_position.setter
    def cursor_position(self, place: Offset) -> None:
        self._of_field = place


def _rows_pointed_at(screen: Screen[object]) -> Rows[object] | None:
    """The list whose current row a person is at."""
    walked: Rows[object] | None = getattr(screen, "walked", None)
    return walked or (screen.focused if isinstance(screen.focused, Rows) else None)
