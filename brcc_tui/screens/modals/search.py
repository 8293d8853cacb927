"""One field over one list: every action, show and listing by a few letters (`fri 8`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from brcc_tui.model.finding.query import read_query
from brcc_tui.screens.modals.modal import MODAL_STYLES, Modal
from brcc_tui.screens.support.find import Findable
from brcc_tui.widgets.paint import Line, Painted, Span, line
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.text import fit, fit_name, width


class Search(Modal[Findable | None]):
    """Narrowed by each letter; dismissed with the one chosen."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [MODAL_STYLES, "search.tcss"]
    waits_for_letters = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("enter", "choose", "choose", priority=True),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "move(10)", "Page down", show=False, priority=True),
        Binding("pageup", "move(-10)", "Page up", show=False, priority=True),
    ]

    walked: Rows[Findable] | None = None
    """The list, once somebody walks in it: there the terminal's cursor stands until the next letter."""

    def __init__(self, title: str, things: Sequence[Findable], at: str = "", nothing: str = "") -> None:
        """`at` is the key of the one that the cursor stands on at first; `nothing` is said where none of them fits."""
        super().__init__()
        self._at = at
        self._title = title
        self._nothing = nothing or "Nothing matches."
        self._things = things

    def compose(self) -> ComposeResult:
        """A field over a list."""
        with Vertical(id="box"):
            yield Painted(id="title")
            yield Input(placeholder="words, a day, an hour: fri 8", id="words", max_length=80)
            yield Rows[Findable](self._paint, lambda thing: thing.key, empty=self._nothing, id="found")
            yield Painted(id="answer", classes="foot")

    def on_mount(self) -> None:
        self.query_one("#title", Painted).show([line((self._title, "title"))])
        self.show_answer(
            "", ("enter", "choose", "screen.choose"), ("up down", "walk", ""), ("esc", "cancel", "screen.cancel")
        )
        rows = self.query_one("#found", Rows)
        rows.set_rows(self._things)
        rows.move_to(next((index for index, thing in enumerate(self._things) if thing.key == self._at), 0))
        self.query_one("#words", Input).focus()

    def keep_up(self) -> None:
        """What is called by its night, by its name of now."""
        self.query_one("#found", Rows).repaint()

    def _paint(self, thing: Findable, cells: int) -> Line:
        more = self.host.glyphs.more
        note = thing.note if width(thing.note) <= cells // 3 else fit(thing.note, cells // 3, more=more)
        room = cells - width(note) - 3
        alike = thing.alike_after
        title = (
            fit(thing.title, room, more=more) if alike is None else fit_name(thing.title, room, more=more, after=alike)
        )
        return (Span(f" {title} "), Span(note, "dim"))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Every letter narrows."""
        event.stop()
        self.walked = None
        wanted = read_query(event.value, self.host.now())
        rows = self.query_one("#found", Rows)
        rows.set_rows([thing for thing in self._things if wanted(thing.subject)])
        rows.move_to(0)

    def action_move(self, by: int) -> None:
        """The list's cursor, while the field has the keys."""
        self.walked = self.query_one("#found", Rows)
        self.walked.action_move(by)

    def action_choose(self) -> None:
        """This one."""
        self.dismiss(self.query_one("#found", Rows).current)

    def on_rows_opened(self, event: Rows.Opened) -> None:
        """A click on it."""
        event.stop()
        self.action_choose()
