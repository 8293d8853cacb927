"""One number: the capacity wanted for a listing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.show import MAX_SEATS
from brcc_tui.screens.modals.modal import Modal
from brcc_tui.widgets.age import say_if_old
from brcc_tui.widgets.numbers import quantity_text, was_not_asked
from brcc_tui.widgets.paint import Painted, line
from brcc_tui.widgets.when import say_start

if TYPE_CHECKING:
    from brcc_tui.model.quantity import Quantity


def read_number(text: str, stands: Quantity) -> int | None:
    """`58`, `+2` or `-1` as a capacity; None when it is none."""
    text = text.strip()
    if text[:1] in ("+", "-"):
        if not isinstance(stands, int) or not text[1:].isascii() or not text[1:].isdecimal():
            return None
        number = stands + int(text)
    elif text.isascii() and text.isdecimal():
        number = int(text)
    else:
        return None
    return number if 0 <= number <= MAX_SEATS else None


class AskNumber(Modal[int | None]):
    """Asks for a capacity; dismissed with it, or with None. Nothing is written by this."""

    waits_for_letters = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]

    def __init__(self, listing: Listing, draft: int | None) -> None:
        super().__init__()
        self._listing = listing
        self._draft = draft

    def compose(self) -> ComposeResult:
        """What stands, and a field."""
        with Vertical(id="box"):
            yield Painted(id="title")
            yield Painted(id="stands", classes="gap")
            with Horizontal(classes="row gap"):
                yield Painted(classes="label", id="label")
                yield Input(value="" if self._draft is None else str(self._draft), id="number", max_length=7)
            yield Painted(id="answer", classes="gap")

    def on_mount(self) -> None:
        self.query_one("#label", Painted).show([line((" Seats in all (58, +2, -1): ", "strong"))])
        self._say("")
        self.query_one("#number", Input).focus()

    def keep_up(self) -> None:
        """Which night it is of, the numbers that it has by now, and how old they are."""
        listing, glyphs = self.host.board.listing_now(self._listing), self.host.glyphs
        when = f"{say_start(listing.starts_at, self.host.now())}, " if listing.starts_at else ""
        self.query_one("#title", Painted).show([line((f"Capacity of {when}{listing.title}", "title"))])
        reading = listing.reading
        held = "" if was_not_asked(reading.held) else f"{quantity_text(reading.held, glyphs)} held, "
        old = say_if_old(reading.read_at, self.host.now())
        word, age = ("in all", f", {old}") if old else ("now", "")
        self.query_one("#stands", Painted).show(
            [
                line((f" {listing.slot or ''}  {listing.id}", "dim")),
                line(
                    f" {quantity_text(reading.capacity, glyphs)} {word}, {quantity_text(reading.sold, glyphs)} sold, "
                    f"{held}{quantity_text(listing.left, glyphs)} left{age}"
                ),
            ]
        )

    def _say(self, complaint: str) -> None:
        self.show_answer(
            complaint,
            ("enter", "draft it; nothing is written yet", "app.simulate_key('enter')"),
            ("esc", "cancel", "screen.cancel"),
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the number, or say what is wrong with it."""
        event.stop()
        number = read_number(event.value, self.host.board.listing_now(self._listing).reading.capacity)
        if number is None:
            self._say("That is not a number of seats: 58, or +2, or -1.")
        else:
            self.dismiss(number)
