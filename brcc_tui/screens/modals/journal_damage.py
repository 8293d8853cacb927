"""A damaged journal: what of it is broken, what stands in the shops of that, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input

from brcc_tui.screens.modals.modal import Modal
from brcc_tui.widgets.numbers import quantity_text
from brcc_tui.widgets.paint import Line, Painted, line
from brcc_tui.widgets.text import wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from brcc_tui.operations.changes.damaged_journal import Damage

_CELLS: Final = 90


class JournalDamage(Modal[str | None]):
    """Dismissed with the digest of what was seen, once the number of changes left behind was typed; else with None."""

    waits_for_letters = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "later")]

    def __init__(self, damage: Damage) -> None:
        super().__init__()
        self._damage = damage

    def compose(self) -> ComposeResult:
        """What is broken, and a field."""
        with Vertical(id="box"):
            yield Painted(id="title")
            with VerticalScroll(classes="scroll"):
                yield Painted(id="words")
            with Horizontal(classes="row gap"):
                yield Painted(classes="label", id="label")
                yield Input(id="number", max_length=7)
            yield Painted(id="answer", classes="gap")

    def on_mount(self) -> None:
        """Tell it."""
        super().on_mount()
        self.query_one("#title", Painted).show([line(("The journal is damaged: nothing is changed", "bad"))])
        self.query_one("#words", Painted).show([*self._told()])
        count = len(self._damage.left)
        self.query_one("#label", Painted).show([line((f" Changes that are left behind ({count}): ", "strong"))])
        self._say("")
        self.query_one("#number", Input).focus()

    def _told(self) -> Iterator[Line]:
        damage, glyphs = self._damage, self.host.glyphs
        for fault in damage.faults:
            yield from (line((part, "warn")) for part in wrap(fault, _CELLS))
        yield line()
        for one in damage.now:
            now = one.now
            yield line(
                (f"{one.entry.id} {one.entry.listing}", "strong"),
                f": {one.before} {glyphs.arrow} {one.intended} by {one.entry.actor}. "
                f"Now {quantity_text(now.capacity, glyphs)}, {quantity_text(now.sold, glyphs)} sold, "
                f"{quantity_text(now.remaining, glyphs)} on sale",
            )
        left = ", ".join(entry.id for entry in damage.left) or "none that has a name"
        words = (
            f"A new journal takes along the {len(damage.kept)} changes whose record is whole, and the old one is kept "
            f"beside it. Left behind: {left}. Look at these in the shops first: nobody will "
            "remember what was set there."
        )
        yield from map(line, wrap(words, _CELLS))

    def _say(self, complaint: str) -> None:
        self.show_answer(
            complaint,
            ("enter", "begin a new journal", "app.simulate_key('enter')"),
            ("esc", "later: everything can be read", "screen.cancel"),
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the number, or say which is meant."""
        event.stop()
        number = str(len(self._damage.left))
        if event.value.strip() == number:
            self.dismiss(self._damage.digest)
        else:
            self._say(f"Type {number} once they have been looked at.")

    def action_cancel(self) -> None:
        """Later."""
        self.dismiss(None)
