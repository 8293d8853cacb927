"""How many seats: for one night, or for the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from brcc_tui.model.shows.show import Show
from brcc_tui.screens.modals.ask_number import read_number
from brcc_tui.screens.modals.modal import Modal
from brcc_tui.widgets.paint import Painted, line
from brcc_tui.widgets.when import say_start


@dataclass(frozen=True, slots=True)
class Seats:
    """So many, for `whose` nights: a word of `WHOSE`. None returns to what the room has."""

    seats: int | None
    whose: str


WHOSE = ("show", "series", "room")
"""This night alone; every night of its series and slots; the room itself."""


class AskRoom(Modal[Seats | None]):
    """Asks for seats. Neither shop is told: the room is this program's own knowledge."""

    waits_for_letters = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("f2", "whose", "for whom"),
    ]

    def __init__(self, show: Show) -> None:
        super().__init__()
        self._show = show
        self._whose = WHOSE[0]

    def compose(self) -> ComposeResult:
        """What stands, and a field."""
        with Vertical(id="box"):
            yield Painted(id="title")
            with Horizontal(classes="row gap"):
                yield Painted(classes="label", id="label")
                yield Input(value=str(self._show.room.seats), id="seats", max_length=6)
            yield Painted(id="answer", classes="gap")

    def on_mount(self) -> None:
        self._say()
        self.query_one("#seats", Input).focus()

    def keep_up(self) -> None:
        """Of which nights."""
        show = self._show
        when = say_start(show.starts_at, self.host.now())
        what = {
            "show": f"{when} alone, in room {show.room.name}",
            "series": f"every night of {show.title}",
            "room": f"room {show.room.name}, every show in it",
        }[self._whose]
        self.query_one("#title", Painted).show([line((f"Seats: {what}", "title"))])

    def _say(self, complaint: str = "") -> None:
        self.query_one("#label", Painted).show([line((" Seats (empty: as the room has): ", "strong"))])
        self.show_answer(
            complaint,
            ("enter", "remember", "app.simulate_key('enter')"),
            ("f2", "this night, its series, the room", "screen.whose"),
            ("esc", "cancel", "screen.cancel"),
        )

    def action_whose(self) -> None:
        """For whom the number is said: the next one."""
        self._whose = WHOSE[(WHOSE.index(self._whose) + 1) % len(WHOSE)]
        self.keep_up()
        self._say()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        seats = self.host.board.show_now(self._show).room.seats
        number = read_number(text, seats) if text else None
        if (text or self._whose == "room") and not number:
            self._say("That is not a number of seats.")
        else:
            self.dismiss(Seats(number, self._whose))
