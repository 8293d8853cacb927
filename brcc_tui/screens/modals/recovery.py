"""After a crash: changes that were begun and never seen to their end, with what is true now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from brcc_tui.screens.modals.modal import Modal
from brcc_tui.screens.support.entry_lines import say_when
from brcc_tui.widgets.numbers import quantity_text
from brcc_tui.widgets.paint import Line, Painted, Span, line
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.text import fit, wrap
from brcc_tui.widgets.when import say_moment

if TYPE_CHECKING:
    from brcc_tui.operations.changes.recover import Recoverable

_WORDS = {
    "keep": ("c", "keep", "what stands now is right"),
    "reapply": ("a", "re-apply", "write what was intended; a plan is shown first"),
    "restore": ("t", "restore", "write the capacity before it; a plan is shown first"),
}


@dataclass(frozen=True, slots=True)
class RecoveryChoice:
    """What to do about one entry: keep, or the plan to make (`how` is reapply or restore)."""

    entry_id: str
    how: str

    @property
    def keep(self) -> bool:
        """Whether nothing is to be written."""
        return self.how == "keep"


class Recovery(Modal[RecoveryChoice | None]):
    """One change a row; a key decides about the one under the cursor."""

    CSS_PATH = "recovery.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "later"),
        Binding("c", "choose('keep')", "keep"),
        Binding("a", "choose('reapply')", "re-apply"),
        Binding("t", "choose('restore')", "restore"),
    ]

    def __init__(self, found: Sequence[Recoverable]) -> None:
        super().__init__()
        self._found = found

    def compose(self) -> ComposeResult:
        """The list, and the one under the cursor in words."""
        with Vertical(id="box"):
            yield Painted(id="title")
            yield Rows(self._paint, lambda one: one.entry.id, id="found")
            yield Painted(id="about", classes="gap")
            yield Painted(id="answer", classes="gap")

    def on_mount(self) -> None:
        """Show them."""
        super().on_mount()
        count = len(self._found)
        self.query_one("#title", Painted).show(
            [line((f"{count} change{'s' if count > 1 else ''} never settled", "bad"))]
        )
        rows = self.query_one("#found", Rows)
        rows.set_rows(self._found)
        rows.styles.height = min(count, 8)
        rows.focus()
        self._tell()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another one."""
        event.stop()
        self._tell()

    def _current(self) -> Recoverable | None:
        one: Recoverable | None = self.query_one("#found", Rows).current
        return one

    def _paint(self, one: Recoverable, cells: int) -> Line:
        glyphs, entry = self.host.glyphs, one.entry
        listing = self.host.board.listings.get(entry.listing)
        title = listing.title if listing else entry.listing
        text = f" {say_when(entry, lambda at: say_moment(at, self.host.now())):<16} {title}"
        return line(
            fit(text, cells - 34, more=glyphs.more),
            (f" {one.before} {glyphs.arrow} {entry.after}", "strong"),
            (f"  now {quantity_text(one.now.capacity, glyphs)}", "accent"),
        )

    def _tell(self) -> None:
        one = self._current()
        if one is None:
            return
        glyphs = self.host.glyphs
        now = one.now
        numbers = (
            f"Now: capacity {quantity_text(now.capacity, glyphs)}, {quantity_text(now.sold, glyphs)} sold, "
            f"{quantity_text(now.held, glyphs)} held, "
            f"{quantity_text(now.remaining, glyphs)} on sale.  It was to go from {one.before} to {one.intended}."
        )
        lines = [line((part, "warn")) for part in wrap(one.story, 90)]
        lines += [line(part) for part in wrap(numbers, 90)]
        lines += [line((f"by {one.entry.actor}", "dim"))]
        self.query_one("#about", Painted).show(lines)
        keys: list[Line] = []
        for choice in one.choices:
            key, name, words = _WORDS[choice]
            keys.append(
                (
                    Span(f" {key}", "key", f"screen.choose('{choice}')"),
                    Span(f" {name:<9}", "strong"),
                    Span(words, "dim"),
                )
            )
        keys.append(
            (
                Span(" esc", "key", "screen.cancel"),
                Span(" later: it stays under Needs attention", "dim", "screen.cancel"),
            )
        )
        self.query_one("#answer", Painted).show(keys)

    def action_choose(self, how: str) -> None:
        """Decide about the one under the cursor."""
        one = self._current()
        if one is not None and how in one.choices:
            self.dismiss(RecoveryChoice(one.entry.id, how))

    def action_cancel(self) -> None:
        """Later."""
        self.dismiss(None)
