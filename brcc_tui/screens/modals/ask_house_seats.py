"""How many seats of a show the house keeps for itself, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from brcc_tui.model.newest import read_since
from brcc_tui.model.shows.show import Show
from brcc_tui.screens.modals.ask_number import read_number
from brcc_tui.screens.modals.modal import Modal
from brcc_tui.widgets.age import say_if_old
from brcc_tui.widgets.numbers import quantity_text
from brcc_tui.widgets.paint import Painted, line
from brcc_tui.widgets.when import say_start


@dataclass(frozen=True, slots=True)
class HouseSeatsWish:
    """So many seats in all, with a note."""

    seats: int
    note: str


class AskHouseSeats(Modal[HouseSeatsWish | None]):
    """Asks for house seats; dismissed with them, or with None. Neither shop is told."""

    waits_for_letters = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("down", "app.focus_next", "next field", show=False),
        Binding("up", "app.focus_previous", "field before", show=False),
    ]

    def __init__(self, show: Show) -> None:
        super().__init__()
        self._show = show

    def compose(self) -> ComposeResult:
        """What stands, and two fields."""
        held = self._show.held_back
        with Vertical(id="box"):
            yield Painted(id="title")
            yield Painted(id="stands", classes="gap")
            with Horizontal(classes="row gap"):
                yield Painted(classes="label", id="label-seats")
                yield Input(value=str(held) if held else "", id="seats", max_length=6)
            with Horizontal(classes="row"):
                yield Painted(classes="label", id="label-note")
                yield Input(value=self._show.held_back_note, id="note", max_length=200)
            yield Painted(id="answer", classes="gap")

    def on_mount(self) -> None:
        self.query_one("#label-seats", Painted).show([line((" Hold back in all (0: none): ", "strong"))])
        self.query_one("#label-note", Painted).show([line((" For whom (optional): ", "strong"))])
        self._say("")
        self.query_one("#seats", Input).focus()

    def keep_up(self) -> None:
        """Which night it is, the numbers that the show has by now, and how old they are."""
        show, glyphs = self._now, self.host.glyphs
        when = say_start(show.starts_at, self.host.now())
        self.query_one("#title", Painted).show([line((f"House seats of {when}, {show.title}", "title"))])
        held = f"{show.held_back} held back, " if show.held_back else ""
        old = say_if_old(read_since(show.listings), self.host.now())
        words = f" {held}{quantity_text(show.free, glyphs)} of {show.room.seats} seats free"
        self.query_one("#stands", Painted).show([line(f"{words}, {old}" if old else words)])

    @property
    def _now(self) -> Show:
        """The show as it is known by now: it may be read while the question stands."""
        return self.host.board.show_now(self._show)

    def _say(self, complaint: str) -> None:
        self.show_answer(
            complaint,
            ("enter", "hold them back", "app.simulate_key('enter')"),
            ("down", "note", "app.simulate_key('down')"),
            ("esc", "cancel", "screen.cancel"),
            note="No shop is told. No sync offers these seats; undo is in the history (6).",
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take both, or say what is wrong."""
        event.stop()
        text = self.query_one("#seats", Input).value
        seats = read_number(text, self._now.held_back)
        if seats is None:
            self._say("That is not a number of seats: 6, or +2, or 0 for none.")
        elif seats > self._now.room.seats:
            self._say(f"The room has {self._now.room.seats} seats.")
        else:
            self.dismiss(HouseSeatsWish(seats, self.query_one("#note", Input).value))
