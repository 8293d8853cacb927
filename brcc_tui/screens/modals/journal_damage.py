"""A damaged journal: what is broken in it, what the shops show of that now, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input

from brcc_tui.screens.modals.modal import Modal
from brcc_tui.widgets.age import say_when_read
from brcc_tui.widgets.names import listing_name, with_names
from brcc_tui.widgets.numbers import quantity_text
from brcc_tui.widgets.paint import Line, Painted, line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from brcc_tui.operations.changes.damaged_journal import Damage
    from brcc_tui.operations.changes.recover import Recoverable


class JournalDamage(Modal[str | None]):
    """Dismissed with the digest of what was seen, once the number of changes left behind was typed; else with None."""

    waits_for_letters = True
    shows_faults = True
    """That the journal cannot be read: a notice of it would stand over the field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "later"),
        Binding("down", "scroll(1)", "Down", show=False),
        Binding("up", "scroll(-1)", "Up", show=False),
        Binding("pagedown", "scroll(10)", "Page down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", show=False),
    ]

    def __init__(self, damage: Damage) -> None:
        super().__init__()
        self._damage = damage

    def compose(self) -> ComposeResult:
        """What becomes of it, what is broken, and a field that stays in sight however much is broken."""
        with Vertical(id="box"):
            yield Painted(id="title")
            with VerticalScroll(classes="scroll gap", can_focus=False):
                yield Painted(id="words")
            with Vertical(classes="foot"):
                with Horizontal(classes="row gap"):
                    yield Painted(classes="label", id="label")
                    yield Input(id="number", max_length=7)
                yield Painted(id="answer", classes="gap")

    def on_mount(self) -> None:
        self.query_one("#title", Painted).show([line(("The journal is damaged: nothing is changed", "bad"))])
        count = len(self._damage.left)
        whose = "the changes left behind" if count else "the changes that can be taken along"
        self.query_one("#label", Painted).show([line((f" Type {count}, {whose}: ", "strong"))])
        self._say("")
        self.query_one("#number", Input).focus()

    def keep_up(self) -> None:
        """What becomes of it, and what the shops show."""
        self.query_one("#words", Painted).show([*self._told()])

    def _told(self) -> Iterator[Line]:
        """What becomes of it first: what is broken may be long."""
        damage, host = self._damage, self.host
        yield from (line(f" {words}") for words in _way_out(damage))
        if damage.now:
            yield from (line(), line((" What the shops show now", "title")))
            yield from map(self._now, damage.now)
        yield from (line(), line((" What is broken", "title")))
        for fault in damage.faults:
            yield line((f"  {with_names(fault, host.board.listings, host.now())}", "warn"))

    def _now(self, one: Recoverable) -> Line:
        host, now = self.host, one.now
        listing = host.board.listings.get(one.entry.listing)
        name = listing_name(listing, host.now()) if listing else one.entry.listing
        capacity, sold, offered = (quantity_text(each, host.glyphs) for each in (now.capacity, now.sold, one.offered))
        return line(
            (f"  {one.entry.id} {name}", "strong"),
            f": {one.before} {host.glyphs.arrow} {one.intended} by {one.entry.actor}. ",
            f"{say_when_read(now.read_at, host.now())}: {capacity}, {sold} sold, {offered} on sale",
        )

    def _say(self, complaint: str) -> None:
        self.show_answer(
            complaint,
            ("enter", "begin a new journal", "app.simulate_key('enter')"),
            ("esc", "later: reading goes on", "screen.cancel"),
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the number, or say which is meant."""
        event.stop()
        number = str(len(self._damage.left))
        if event.value.strip() == number:
            self.dismiss(self._damage.digest)
        else:
            self._say(f"Type {number} once the shops have been looked at.")


def _way_out(damage: Damage) -> Iterator[str]:
    """What a new journal has, and what it lacks. Of a file that cannot be read nobody knows what was in it."""
    if not damage.kept and not damage.left:
        yield "Nothing in it can be read: a new journal begins empty, and the old one is kept beside it."
        yield "What was changed here, and whether it settled, nobody will remember: look at the shops first."
        return
    many = f"{len(damage.kept):,} change{'' if len(damage.kept) == 1 else 's'}"
    yield f"A new journal takes along the {many} whose record is intact; the old one is kept beside it."
    left = ", ".join(entry.id for entry in damage.left) or "none that has a name"
    yield f"Left behind: {left}. Look at these in the shops first: nobody will remember what was set there."
