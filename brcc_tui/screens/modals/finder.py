"""Find a listing by a few letters."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from brcc_tui.model.listing import Listing
from brcc_tui.screens.find import search_words, wanted_by
from brcc_tui.screens.modals.modal import Modal
from brcc_tui.widgets.listing_line import paint_listing
from brcc_tui.widgets.paint import Line, Painted, line
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.when import say_start


class Finder(Modal[Listing | None]):
    """Every listing that is not over, narrowed by each letter; dismissed with the one chosen."""

    CSS_PATH = "finder.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("enter", "choose", "choose", priority=True),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "move(10)", "Page down", show=False, priority=True),
        Binding("pageup", "move(-10)", "Page up", show=False, priority=True),
    ]

    def compose(self) -> ComposeResult:
        """A field over a list."""
        with Vertical(id="box"):
            yield Painted(id="title")
            yield Input(placeholder="words, a day, an hour: fri 8", id="words", max_length=80)
            yield Rows[Listing](self._paint, lambda listing: listing.id, empty="Nothing matches.", id="found")

    def on_mount(self) -> None:
        """Everything, soonest first."""
        super().on_mount()
        now = self.house.desk.now()
        coming = [x for x in self.house.board.listings.values() if x.starts_at is None or x.starts_at >= now]
        coming.sort(key=lambda x: (x.starts_at is None, x.starts_at or now, x.id))
        self._coming = [(listing, search_words(listing)) for listing in coming]
        self.query_one("#title", Painted).show([line(("Find a listing", "title"))])
        self._narrow("")
        self.query_one("#words", Input).focus()

    def _narrow(self, words: str) -> None:
        tokens = words.casefold().split()
        self.query_one("#found", Rows).set_rows([x for x, its in self._coming if wanted_by(tokens, its)])
        self.query_one("#found", Rows).repaint()

    def _paint(self, listing: Listing, cells: int) -> Line:
        shop = "EB" if listing.id.startswith("eb:") else "WC"
        when = say_start(listing.starts_at, self.house.desk.now()) if listing.starts_at else "no date"
        text = f" {shop} {when:<16} {listing.title} {listing.slot or ''}"
        return paint_listing(text, listing, None, cells, self.house.glyphs)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Every letter narrows."""
        event.stop()
        self._narrow(event.value)

    def action_move(self, by: int) -> None:
        """The list's cursor, while the field has the keys."""
        self.query_one("#found", Rows).action_move(by)

    def action_choose(self) -> None:
        """This one."""
        self.dismiss(self.query_one("#found", Rows).current)

    def on_rows_opened(self, event: Rows.Opened) -> None:
        """A click on it."""
        event.stop()
        self.action_choose()

    def action_cancel(self) -> None:
        """None of them."""
        self.dismiss(None)
