"""The list widget: any number of rows, painted only where they are visible.

Moving the cursor repaints two lines; a list of 10,000 rows costs no more than one of 20. At the edge the list
scrolls by a third of a page, so that holding a key does not repaint all lines for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from brcc_tui.widgets.paint import Hosted, Line, Span, what_differs
from brcc_tui.widgets.text import clean, wrap

Row = TypeVar("Row")

_MAX_REMEMBERED = 500
"""Lines remembered as painted, so that only those that differ are painted again."""


class Rows(Hosted, ScrollView, Generic[Row], can_focus=True, inherit_bindings=False):
    """A list with one cursor. `painter` gives the line of a row for a width; `key` names a row for good."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("pagedown,ctrl+f", "turn_page(1)", "Page down", show=False),
        Binding("pageup,ctrl+b", "turn_page(-1)", "Page up", show=False),
        Binding("home,g", "first", "First", show=False),
        Binding("end,G", "last", "Last", show=False),
    ]

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, rows: Rows[Any]) -> None:
            super().__init__()
            self.rows = rows

        @property
        def control(self) -> Rows[Any]:
            return self.rows

    class Opened(Moved):
        """A click on the row under the cursor: show what is behind it, as the screen's own `enter` does."""

    class Widened(Moved):
        """The list is wider or narrower now: words that were wrapped for its rows are to be wrapped again.

        The screen hears of a new size before its sidebar comes or goes, and the list has its own size only then.
        """

    def __init__(
        self, painter: Callable[[Row, int], Line], key: Callable[[Row], str], *, empty: str = "", id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._painter = painter
        self._key = key
        self._rows: Sequence[Row] = ()
        self._told_width = 0
        self._cursor = 0
        self._painted: dict[int, tuple[int, Line]] = {}
        self.empty = empty

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, in order."""
        return self._rows

    @property
    def cursor(self) -> int:
        """Index of the row under the cursor."""
        return self._cursor

    @property
    def current(self) -> Row | None:
        """The row under the cursor; None when the list is empty."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def current_key(self) -> str:
        """The name of the row under the cursor; empty when the list is."""
        return self._key(self._rows[self._cursor]) if self._rows else ""

    def text(self, indexes: Sequence[int] | None, cells: int) -> str:
        """These rows (None: all) as plain text of so many cells."""
        chosen = range(len(self._rows)) if indexes is None else indexes
        lines = (self._painter(self._rows[index], cells) for index in chosen)
        return "\n".join(clean("".join(span.text for span in spans)).rstrip() for spans in lines)

    @property
    def cursor_offset(self) -> Offset:
        """Where the row under the cursor stands on the terminal: its own cursor goes there."""
        visible = max(0, min(self._cursor - self.scroll_offset.y, self.scrollable_content_region.height - 1))
        return self.content_region.offset + Offset(0, visible)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the cursor stays on the row it was on, or else at its place. At the top it stays there."""
        same, had = len(rows) == len(self._rows), bool(self._rows)
        self._cursor, self._rows = self._cursor_among(rows), rows
        if had != bool(rows):
            self.screen.refresh_bindings()  # keys for a row come and go with the rows
        if not same or not rows:
            self.virtual_size = Size(0, max(len(rows), 1))
            self._keep_in_sight()
            self.refresh()
        else:
            self.repaint()

    def _cursor_among(self, rows: Sequence[Row]) -> int:
        """Where the cursor stands in the list once these are its rows."""
        current = self.current
        if current is None or not rows or not self._cursor:
            return 0
        key = self._key(current)
        if self._cursor < len(rows) and self._key(rows[self._cursor]) == key:
            return self._cursor
        found = next((index for index, row in enumerate(rows) if self._key(row) == key), None)
        return min(self._cursor, len(rows) - 1) if found is None else found

    def repaint(self) -> None:
        """Paint the visible rows again whose line differs: what the painter looks at may have changed."""
        top, cells = self.scroll_offset.y, self.scrollable_content_region.width
        for index in range(top, min(top + self.size.height, len(self._rows))):
            wide, before = self._painted.get(index, (0, ()))
            after = self._painter(self._rows[index], cells)
            if wide != cells:
                self.refresh_line(index)
            elif before != after:
                self.refresh(what_differs(before, after, index - top, cells))

    def move_to(self, index: int) -> None:
        """Put the cursor on that row, as near as can be."""
        index = max(0, min(index, len(self._rows) - 1))
        if index == self._cursor or not self._rows:
            return
        before, self._cursor = self._cursor, index
        if not self._keep_in_sight():
            self.refresh_line(before)
            self.refresh_line(index)
        self.post_message(self.Moved(self))

    def _keep_in_sight(self) -> bool:
        """Scroll if the cursor is out of sight; says whether it did."""
        height, top = self.scrollable_content_region.height, self.scroll_offset.y
        if height <= 0 or top <= self._cursor < top + height:
            return False
        leap = max(height // 3, 1)
        target = self._cursor - height + leap if self._cursor >= top + height else self._cursor - leap + 1
        self.scroll_to(y=max(0, min(target, len(self._rows) - height)), animate=False, immediate=True)
        return True

    def show_together(self, first: int, last: int) -> None:
        """Scroll, if need be, so that these rows are in sight; of more than fit the first, the cursor's in any case."""
        height, top = self.scrollable_content_region.height, self.scroll_offset.y
        if height <= 0:
            return
        target = min(max(top, last - height + 1), first)
        target = max(self._cursor - height + 1, min(target, self._cursor))
        if target != top:
            self.scroll_to(y=target, animate=False, immediate=True)

    def action_move(self, by: int) -> None:
        """One row up or down."""
        self.move_to(self._cursor + by)

    def action_turn_page(self, by: int) -> None:
        """One page up or down."""
        self.move_to(self._cursor + by * max(self.scrollable_content_region.height - 1, 1))

    def action_first(self) -> None:
        """To the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """To the last row."""
        self.move_to(len(self._rows) - 1)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a click on the cursor opens."""
        index = event.y + self.scroll_offset.y
        if index >= len(self._rows):
            return
        if index == self._cursor:
            self.post_message(self.Opened(self))
        else:
            self.move_to(index)

    def on_resize(self, event: events.Resize) -> None:
        """The cursor stays in sight when the terminal changes its size."""
        self._keep_in_sight()
        if event.size.width != self._told_width:
            self._told_width = event.size.width
            self.post_message(self.Widened(self))

    def on_focus(self) -> None:
        """The cursor is bright only where keys go."""
        self.refresh_line(self._cursor)

    def on_blur(self) -> None:
        """The cursor is bright only where keys go."""
        self.refresh_line(self._cursor)

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        cells = self.scrollable_content_region.width
        if index >= len(self._rows):
            empty_lines = wrap(self.empty, max(cells - 2, 10)) if not self._rows else []
            return self.strip((Span(" " + (empty_lines[y] if y < len(empty_lines) else ""), "dim"),), cells)
        row = self._painter(self._rows[index], cells)
        if len(self._painted) > _MAX_REMEMBERED:
            self._painted.clear()
        self._painted[index] = cells, row
        background = None
        if index == self._cursor:
            background = self.host.palette.cursor(bright=self.has_focus)
            if self.has_focus:
                row = _with_sign(row, self.host.glyphs.here)
        return self.strip(row, cells, background)

    def refresh_line(self, y: int) -> None:
        """Repaint one row if it can be seen."""
        visible = y - self.scroll_offset.y
        if 0 <= visible < self.size.height:
            self.refresh(Region(0, visible, self.scrollable_content_region.width, 1))


def _with_sign(row: Line, sign: str) -> Line:
    """The row with a sign in its first cell, which painters leave blank: shades alone do not show where keys go."""
    first, *more = row or (Span(" "),)
    return first._replace(text=sign + (first.text[1:] if first.text[:1] == " " else first.text)), *more
