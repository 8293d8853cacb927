"""A screen with one list and a field that narrows it: `/` opens the field, Enter leaves it, Esc shows all again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.widgets import Input

from brcc_tui.model.finding.query import Query, read_query
from brcc_tui.model.finding.sorting import SortOrder
from brcc_tui.screens.app_screen import AppScreen
from brcc_tui.widgets.filter_field import FilterField
from brcc_tui.widgets.paint import Line
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.totals import TotalsLine

OF_CANCELLED: Final = " Cancelled on Eventbrite itself? Type “eventbrite cancelled” after ctrl+p."
"""Where a show is found that people have paid for, and that no shop lists any more."""


class FilteredScreen(AppScreen):
    """Its `contents` hold a `FilterField` and one `Rows`; `update_content` shows the rows that match, `enter` opens."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "find"),
        Binding("escape", "leave_filter", "leave filter", show=False),
    ]

    ELSEWHERE: ClassVar[str] = ""
    """Where else to look for what is not found here, after a blank."""

    _order: SortOrder
    """What the list is sorted by, of a screen that binds the keys for it."""

    @property
    def filter_field(self) -> FilterField:
        return self.query_one(FilterField)

    @property
    def order_sign(self) -> str:
        """Which way round the list is sorted."""
        return self.host.glyphs.falling if self._order.falling else self.host.glyphs.rising

    @property
    def rows(self) -> Rows[Any]:
        return self.query_one(Rows)

    def wanted(self) -> Query:
        """What is looked for now."""
        return read_query(self.filter_field.value, self.host.now())

    def found_note(self, wanted: Query, unsure: int = 0) -> str:
        """What a list that was narrowed does not show: what could not be told, and what is still being typed."""
        note = f"{unsure} more may match: a number is unknown   " if unsure else ""
        return f"{wanted.unfinished} needs a number   {note}" if wanted.unfinished else note

    def tell_sums(self, parts: Sequence[Line]) -> None:
        """What is in view, summed; where the terminal is low, only while something is looked for."""
        sums = self.query_one("#sums", TotalsLine)
        sums.set_class(bool(self.wanted()), "-asked")
        sums.set_content(parts if self.host.board.read_at else [])

    def show_rows(self, rows: Sequence[Any], empty: str, unknown: str, not_all: str = "") -> None:
        """Show these; where there are none, say why nobody knows of any (`unknown`, empty where it is known), else that
        nothing matches, or `empty` when nothing is looked for, and why there may be more (`not_all`).
        """
        words = self.filter_field.value.strip()
        nothing = f"Nothing matches “{words}”. Esc shows everything.{self.ELSEWHERE}" if words else empty
        self.rows.empty = unknown or f"{nothing} {not_all}".rstrip()
        self.rows.set_rows(rows)

    def action_open(self) -> None:
        """What Enter does on the row under the cursor."""

    def action_sort(self) -> None:
        """By the next column."""
        self._order = self._order.next()
        self.update_content()

    def action_turn_order(self) -> None:
        """The other way round."""
        self._order = self._order.turned()
        self.update_content()

    def action_filter(self) -> None:
        """Type what to find."""
        self.filter_field.open()

    def action_leave_filter(self) -> None:
        """All that the view has."""
        self.filter_field.clear_away()
        self.rows.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """The list follows every letter. Where the row under the cursor goes, the first that is found takes its place:

        whoever types `fri` and Enter means the next Friday, not one that happens to stand where the cursor stood.
        """
        event.stop()
        rows = self.rows
        before = rows.current_key
        self.update_content()
        if rows.current_key != before:
            rows.move_to(0)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Back to the list, filtered."""
        event.stop()
        self.rows.focus()

    def on_rows_opened(self, event: Rows.Opened) -> None:
        """A click on the row under the cursor."""
        event.stop()
        self.action_open()
